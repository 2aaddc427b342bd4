"""Traps: parameter draws in which a mean village has two lasting states, and what moves it from the low to the high.

Whether there are any is a finding. What is tried has equal money: cash for the enterprise, capital, a programme that
raises every pillar, and half of either in both orders (capital first, trust first).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from types import SimpleNamespace
from typing import Any

import numpy as np

from ruralsim.analysis.pivot.folds import held_apart_by
from ruralsim.analysis.pivot.shares import share_above
from ruralsim.experiments.parameter_draws import design
from ruralsim.spec.scenario import Scenario
from ruralsim.theory.state import PILLARS, Place, State
from ruralsim.theory.village import year
from ruralsim.theory.yearly import LastingStates, lasting_states, opening_state, place_from

#: sums tried, yuan a head in all
BUDGETS = (10.0, 20.0, 40.0, 80.0, 160.0, 320.0, 640.0, 1280.0)
#: share of the sum that is given to the enterprise, part of the gift that is capital (the rest is cash), gift first
WAYS: Mapping[str, tuple[float, float, bool]] = {
    "cash": (1.0, 0.0, True),
    "capital": (1.0, 0.9, True),
    "trust": (0.0, 0.9, False),
    "capital_first": (0.5, 0.9, True),
    "trust_first": (0.5, 0.9, False),
}
#: running cost of a programme that works on every pillar, yuan a village and month (``data/instruments``: six of them)
_PROGRAMME = 6 * 400.0
#: potentials nearer than this are one
_SAME = 0.02


@dataclass(frozen=True)
class Push:
    """What one way of spending does: share of the trapped draws that it moves over, and its median least cost there.

    Args:
        moved: 0 to 1. cost: yuan a head, of those moved; None where none is.
        least: yuan a head, by draw; NaN where nothing moved it.
    """

    moved: float
    cost: float | None
    least: np.ndarray


def drawn_parameters(scenario: Scenario, seed: int, draws: int) -> SimpleNamespace:
    """Parameters as arrays of draws from their ranges."""
    drawn = design(scenario, seed, draws)
    values: dict[str, Any] = {name: np.full(draws, value) for name, value in scenario.parameter_values().items()}
    values |= {name: drawn.values[1:, k].copy() for k, name in enumerate(drawn.names)}
    return SimpleNamespace(**values)


def traps(scenario: Scenario, seed: int, draws: int, *, years: int = 240, push_years: int = 60) -> dict[str, Any]:
    """Shares of parameter draws with two lasting states, and what moves a trapped village over, at what cost.

    ``governance``: two lasting levels of governance with the enterprise at work in both (a fold lies between them).
    ``closed``: the enterprise stays closed after a low beginning, and works after a high one.

    Args:
        scenario: resolved. seed: of the draws. draws: how many.
        years: iterated to find lasting states; push_years: lived after the last measure.
    """
    p = drawn_parameters(scenario, seed, draws)
    found = lasting_states(p, years)
    content: dict[str, Any] = {
        "draws": draws,
        "governance": share_above(np.where(found.apart, 1.0, 0.0)).as_json(),
        "closed": share_above(np.where(found.closed, 1.0, 0.0)).as_json(),
        "always_closed": float(((found.works_low < 0.5) & (found.works_high < 0.5)).mean()),
        "still_moving": float(found.moving.mean()),
    }
    if found.apart.any():
        content["apart"] = held_apart_by(found, p)
    trapped = found.apart | found.closed
    if trapped.any():
        ways = pushes(p, trapped, found, push_years)
        content["trapped"], content["most_spent"] = int(trapped.sum()), BUDGETS[-1]
        content["pushes"] = {name: {"moved": one.moved, "cost": one.cost} for name, one in ways.items()}
        first, second = ways["capital_first"].least, ways["trust_first"].least
        content["order"] = {
            "capital_first_cheaper": int((np.nan_to_num(first, nan=np.inf) < np.nan_to_num(second, nan=np.inf)).sum()),
            "trust_first_cheaper": int((np.nan_to_num(second, nan=np.inf) < np.nan_to_num(first, nan=np.inf)).sum()),
        }
    return content


def pushes(p: SimpleNamespace, trapped: np.ndarray, found: LastingStates, years: int = 60) -> dict[str, Push]:
    """The least sum by which each way of spending moves trapped villages to their better state.

    Which of the two is better is seen at the end: a high beginning may end worse (all requests at once, for example).

    All ways, sums and draws live side by side in one array. A programme raises every pillar at the rate of a governance
    instrument at full intensity for as long as its money lasts; a gift comes at once, or after the programme. Moved:
    near the better potential and at work, ``years`` after the last measure of the longest plan.

    Args:
        p: parameters as arrays of draws. trapped: bool, which of them. found: their lasting states.
        years: lived after the last measure.
    """
    plans = [(*WAYS[way], sum_) for way in WAYS for sum_ in BUDGETS]
    draws = int(trapped.sum())
    own = SimpleNamespace(**{name: np.tile(value[trapped], len(plans)) for name, value in vars(p).items()})
    place = place_from(own)
    heads = float(place.heads)
    worse_is_high = (found.apart & (found.high < found.low))[trapped]
    goal = np.where(worse_is_high, found.low[trapped], found.high[trapped])
    x = _trapped_state(SimpleNamespace(**{name: value[trapped] for name, value in vars(p).items()}), worse_is_high)
    x = State(*(np.tile(getattr(x, one.name), len(plans)) for one in fields(State)))
    gift, solid, first, total = (np.repeat(np.array(column), draws) for column in zip(*plans, strict=True))
    term = (1.0 - gift) * total * heads / (12.0 * _PROGRAMME)
    at = np.where(first, 0, np.ceil(term))
    for done in range(years + int(max(term.max(), at.max())) + 1):
        given = np.where(at == done, gift * total * heads, 0.0)
        x = replace(x, capital=x.capital + solid * given, cash=x.cash + (1.0 - solid) * given)
        x = year(x, place, own)
        x = _programme(x, own, np.clip(term - done, 0.0, 1.0))
    # nearer to the better level than to the worse, where both are known
    near = np.where(found.apart, np.minimum(_SAME, 0.5 * np.abs(found.high - found.low)), _SAME)[trapped]
    away = np.abs(x.potential(own) - np.tile(goal, len(plans)))
    reached = (away < np.tile(near, len(plans))) & (x.active > 0.5)
    cost = np.where(reached, total, np.inf).reshape(len(WAYS), len(BUDGETS), draws).min(axis=1)
    return {
        way: Push(float(known.mean()), float(np.median(row[known])) if known.any() else None,
                  np.where(known, row, np.nan))
        for way, row, known in zip(WAYS, cost, np.isfinite(cost), strict=True)
    }  # fmt: skip


def _trapped_state(p: SimpleNamespace, from_high: np.ndarray) -> State:
    """The state after forty years from a low beginning without cash; from a high one where that ends worse."""
    place: Place = place_from(p)
    low, high = opening_state(p, 0.05), opening_state(p, 0.95)
    begun = np.where(from_high, high.vector(), replace(low, cash=0.0 * p.start_pooling).vector())
    x = State(*begun)
    for _ in range(40):
        x = year(x, place, p)
    return x


def _programme(x: State, p: Any, part: np.ndarray) -> State:
    """Instruments on every pillar, at full intensity for a part of a year."""
    left = np.exp(-12.0 * p.pillar_instrument * part)
    return replace(x, **{name: 1 - (1 - getattr(x, name)) * left for name in PILLARS})
