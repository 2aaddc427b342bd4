"""Theory beside simulation, for one scenario: the mean village's equilibrium, its loop gain, what lifts it, and traps.

The mean village has the scenario's parameters and the median operating income of the county; it lives without policy,
so that the circle itself is seen. What theory holds fixed is said in ``theory/village.py``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from types import SimpleNamespace
from typing import Any

import numpy as np

from ruralsim.analysis.pivot.shares import share_above
from ruralsim.experiments.parameter_draws import design
from ruralsim.spec.scenario import Scenario
from ruralsim.theory.limit import GOVERNANCE, UNKNOWNS, Problem, unknowns_of
from ruralsim.theory.loop import Equilibrium, best_dividend_share, equilibrium, settle, statics
from ruralsim.theory.solve import newton
from ruralsim.theory.state import Place, State
from ruralsim.theory.village import year
from ruralsim.theory.yearly import fixed_point, lasting_states, opening_state, place_from

DEFAULT_DRAWS = 64
#: yearly operating incomes, yuan, at which the loop gain is shown
INCOMES = (30_000.0, 93_000.0, 300_000.0, 1_000_000.0)
#: parameters whose pull on the loop gain is shown: links of the pivot and what they stand on
LEVERS = (
    "trust_dividend", "trust_services", "trust_belonging", "civic_belonging", "civic_crowding_out", "dividend_half",
    "institution_gain", "institution_share", "economic_dividend", "economic_trust", "economic_peers",
    "allocation_dividend", "allocation_affairs", "allocation_reinvestment", "project_grant", "project_slope",
    "depreciation", "elasticity_capital", "elasticity_land", "friction_law", "friction_disputes", "leakage_base",
    "leakage_self_governance", "fixed_cost", "pillar_decay",
)  # fmt: skip
_YEARS = 120


def parameters_of(scenario: Scenario) -> SimpleNamespace:
    """The scenario's parameter values as attributes."""
    return SimpleNamespace(**scenario.parameter_values())


def mean_village(p: Any, income: float | None = None) -> tuple[State, Place]:
    """Opening state and place of the median village; ``income``: another yearly operating income, yuan."""
    own = p if income is None else SimpleNamespace(**(vars(p) | {"operating_income_median": income}))
    return opening_state(own), place_from(own)


def mean_equilibrium(p: Any, income: float | None = None) -> tuple[Equilibrium | None, Problem, State, Place]:
    """The equilibrium near which the median village ends, None where its enterprise closes before."""
    state, place = mean_village(p, income)
    state = replace(state, cash=1e12)  # whether it could start at all is the traps' question
    end = settle(state, place, p, _YEARS)
    problem = Problem.of(place, p)
    return equilibrium(problem, unknowns_of(end)), problem, state, place


@dataclass(frozen=True)
class Push:
    """What moves a trapped village over: share of the trapped draws that it moves, and its median cost, yuan a head."""

    moved: float
    cost: float | None


def beside(
    scenario: Scenario, seed: int = 1, draws: int = DEFAULT_DRAWS, incomes: Sequence[float] = INCOMES
) -> dict[str, Any]:
    """Everything that theory says of a scenario, as plain numbers.

    Args:
        scenario: resolved. seed: of the parameter draws. draws: for the traps; 0 leaves them out.
        incomes: yearly operating incomes, yuan, at which the loop gain is shown besides.
    """
    p = parameters_of(scenario)
    at, problem, state, place = mean_equilibrium(p)
    content: dict[str, Any] = {
        "by_income": {}, "traps": None if not draws else traps(scenario, seed, draws), "portrait": portrait(scenario),
    }  # fmt: skip
    for income in incomes:
        other, _, _, _ = mean_equilibrium(p, income)
        content["by_income"][f"{income:.0f}"] = None if other is None else {
            "loop_gain": other.loop_gain, "amplification": other.amplification, "potential": other.potential,
            "value_added": other.value_added, "stable": other.stable,
        }  # fmt: skip
    if at is None:
        return content | {"equilibrium": None}
    exact = fixed_point(state, place, p)
    found = statics(problem, at, LEVERS)
    best = best_dividend_share(problem, at, 21)
    threshold = _threshold(at, place, p)
    return content | {
        "equilibrium": {
            "potential": at.potential, "value_added": at.value_added, "stable": at.stable,
            "loop_gain": at.loop_gain, "loop_gain_held": at.held(problem), "amplification": at.amplification,
            "two_variables": dict(zip(("F_KK", "F_Kg", "F_gK", "F_gg"), at.two_variables, strict=True)),
            "years_to_fade": -1.0 / (12.0 * at.slow[0]),
            "reduction_error": at.slow[1] / at.slow[0] - 1.0,
            "map_potential": None if exact is None else float(exact.state.potential(p)),
            "map_stable": None if exact is None else exact.stable,
            "distance_to_closing": threshold,
            "levels": {name: at.level(name) for name in UNKNOWNS},
        },
        "statics": {
            one.name: {"potential": one.potential, "value_added": one.value_added, "loop_gain": one.loop_gain}
            for one in found
        },
        "dividend_share": {
            "now": p.allocation_dividend, "for_governance": best.for_governance,
            "for_development": best.for_development, "share": best.share.tolist(),
            "potential": _plain(best.potential), "value_added": _plain(best.value_added),
        },
    }  # fmt: skip


def _plain(values: np.ndarray) -> list[float | None]:
    return [float(value) if np.isfinite(value) else None for value in values]


def _threshold(at: Equilibrium, place: Place, p: Any) -> float:
    """Logarithm of value added over what the enterprise must pay: at 0 it closes."""
    costs = p.fixed_cost + place.rent * at.level("pooled") * place.heads
    return float(np.log(at.value_added * place.heads / 12.0 / costs))


# ---------------------------------------------------------------- traps


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
        years: iterated to find lasting states; push_years: lived after a push.
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
    trapped = found.apart | found.closed
    if trapped.any():
        content["pushes"] = {
            name: {"moved": one.moved, "cost": one.cost}
            for name, one in pushes(p, trapped, found.high, push_years).items()
        }
        content["trapped"] = int(trapped.sum())
    return content


#: sizes tried: yuan a head of capital and cash, once; years of a programme for all pillars
GIFTS = (5.0, 20.0, 80.0, 320.0, 1280.0)
TERMS = (2, 5, 10, 20)
#: running cost of a programme that works on every pillar, yuan a village and month (``data/instruments``: six of them)
_PROGRAMME = 6 * 400.0


def pushes(p: SimpleNamespace, trapped: np.ndarray, high: np.ndarray, years: int = 60) -> dict[str, Push]:
    """Capital first, trust first, or both: which moves trapped villages to their high state at least cost.

    A gift to the enterprise, nine tenths as capital and a tenth as cash; a programme that raises every pillar at the
    rate of a governance instrument at full intensity. Moved: near the high potential and at work after ``years``.
    """
    own = SimpleNamespace(**{name: value[trapped] for name, value in vars(p).items()})
    place = place_from(own)
    low = replace(opening_state(own, 0.05), cash=0.0 * own.start_pooling)
    for _ in range(40):
        low = year(low, place, own)
    goal, heads = high[trapped], float(place.heads)
    tried: dict[str, list[tuple[float, int]]] = {
        "capital": [(gift, 0) for gift in GIFTS],
        "trust": [(0.0, term) for term in TERMS],
        "both": [(gift, term) for gift in GIFTS[:3] for term in TERMS[:2]],
    }
    found = {}
    for name, sizes in tried.items():
        best = np.full(len(goal), np.nan)
        for gift, term in sorted(sizes, key=lambda size: size[0] + size[1] * 12 * _PROGRAMME / heads):
            cost = gift + term * 12 * _PROGRAMME / heads
            x = replace(low, capital=low.capital + 0.9 * gift * heads, cash=low.cash + 0.1 * gift * heads)
            for done in range(years):
                x = year(x, place, own)
                if done < term:
                    x = _programme(x, own)
            reached = (np.abs(x.potential(own) - goal) < 0.02) & (x.active > 0.5)
            best = np.where(np.isnan(best) & reached, cost, best)
        moved = np.isfinite(best)
        found[name] = Push(float(moved.mean()), float(np.median(best[moved])) if moved.any() else None)
    return found


def _programme(x: State, p: Any) -> State:
    """A year of instruments on every pillar, at full intensity."""
    left = np.exp(-12.0 * p.pillar_instrument)
    return replace(x, **{name: 1 - (1 - getattr(x, name)) * left for name in GOVERNANCE if name != "trust"})


# ---------------------------------------------------------------- phase portrait


def portrait(scenario: Scenario, points: int = 7) -> dict[str, Any]:
    """Where a village goes from anywhere in the plane of log capital and potential.

    At every point trust and pillars are moved together from the equilibrium and capital is set; all else is at rest
    given these. The arrow is the change of log capital and of the potential a year.
    """
    p = parameters_of(scenario)
    at, problem, _, _ = mean_equilibrium(p)
    if at is None:
        return {"arrows": []}
    held = [list(UNKNOWNS).index(name) for name in ("log_capital", *GOVERNANCE)]
    free = [k for k in range(len(UNKNOWNS)) if k not in held]
    arrows = []
    for shift in np.linspace(-0.25, 0.25, points):
        near = at.x.copy()
        for gap in np.linspace(-1.2, 1.2, points):
            x = near.copy()
            x[held[0]] = at.x[held[0]] + gap
            x[held[1:]] = np.clip(at.x[held[1:]] + shift, 0.02, 0.98)
            rest = _at_rest(problem, x, free)
            if rest is None:
                continue
            near, rates = rest, problem.right(rest)
            values, by_x, _ = problem.measures(rest)
            slope = float(by_x[0, held[1:]] @ rates[held[1:]])
            arrows.append((float(rest[held[0]]), float(values[0]), 12.0 * float(rates[held[0]]), 12.0 * slope))
    return {"arrows": arrows, "equilibrium": (at.level("log_capital"), at.potential)}


def _at_rest(problem: Problem, x: np.ndarray, free: list[int]) -> np.ndarray | None:
    """The other unknowns at rest, given capital, trust and pillars."""

    def whole(part: np.ndarray) -> np.ndarray:
        full = x.copy()
        full[free] = np.maximum(part, 1e-9)
        return full

    found = newton(
        lambda part: problem.right(whole(part))[free],
        lambda part: problem.jacobian(whole(part))[np.ix_(free, free)],
        x[free],
    )
    return None if found is None else whole(found)
