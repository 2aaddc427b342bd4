"""The yearly map as it is, with its December and its January: fixed points by Newton, multipliers, lasting states."""

from __future__ import annotations

from dataclasses import dataclass, replace
from types import SimpleNamespace
from typing import Any

import numpy as np

from ruralsim.theory import definitions as d
from ruralsim.theory.state import PILLARS, Place, State
from ruralsim.theory.village import year

#: what a year changes and a fixed point leaves; reserves are plenty, the enterprise works
MOVING = (
    "capital", "idle", "trust", "norm", "legal", "belonging_pooling", "belonging_others", "civic", "pooled", "dividend",
    "expected", "affairs", *PILLARS, "services_collective", "services_fiscal", "open_cases", "disorder", "waiting_new",
    "waiting_long", "output",
)  # fmt: skip
_PLENTY = 1e12
_STEP = 1e-6


@dataclass(frozen=True)
class MapPoint:
    """A fixed point of the yearly map.

    Args:
        state: on 31 December.
        multipliers: eigenvalues of the map's Jacobian; stable where all lie inside the unit circle.
        residual: largest relative change in another year.
    """

    state: State
    multipliers: np.ndarray
    residual: float

    @property
    def stable(self) -> bool:
        """Whether small pushes fade."""
        return bool(np.abs(self.multipliers).max() < 1.0)


def _whole(state: State) -> State:
    return replace(state, cash=0.0, reserve=_PLENTY, active=1.0, profit=0.0)


def _put(values: np.ndarray, pattern: State) -> State:
    found = values.tolist() if values.ndim == 1 else list(values)
    extra = {"cash": 0.0, "reserve": _PLENTY, "active": 1.0, "profit": 0.0}
    if values.ndim > 1:
        extra = {name: np.full(values.shape[1], value) for name, value in extra.items()}  # type: ignore[misc]
    return replace(pattern, **dict(zip(MOVING, found, strict=True)), **extra)


def _take(state: State) -> np.ndarray:
    return np.stack(np.broadcast_arrays(*(np.asarray(getattr(state, name), np.float64) for name in MOVING)))


def fixed_point(state: State, place: Place, p: Any, warm: int = 40, most: int = 40) -> MapPoint | None:
    """The fixed point of the yearly map near where a state goes, by Newton's method; None where it is not found.

    The Jacobian is taken by central differences of the exact map, one coordinate at a time.

    Args:
        state: where to begin. place, p: of the village.
        warm: years of the map before the first step. most: steps.
    """
    state = _whole(state)
    for _ in range(warm):
        state = _whole(year(state, place, p))
    x = _take(state)
    n = len(x)

    def after(values: np.ndarray) -> np.ndarray:
        return _take(year(_put(values, state), place, p))

    def jacobian() -> np.ndarray:
        found = np.empty((n, n))
        for k in range(n):
            size = _STEP * max(abs(x[k]), 1e-3)
            ahead, behind = x.copy(), x.copy()
            ahead[k] += size
            behind[k] -= size
            found[:, k] = (after(ahead) - after(behind)) / (2.0 * size)
        return found

    worst = np.inf
    for turn in range(most):
        scale = np.maximum(np.abs(x), 1e-3)
        gap = after(x) - x
        if turn % 3 == 0:  # the map bends little: one Jacobian serves for a few steps
            j = jacobian()
        move = np.linalg.solve(np.eye(n) - j, gap)
        if not np.isfinite(move).all():
            return None
        size = float(np.abs(move / scale).max())
        x = x + move * min(1.0, 0.3 / max(size, 1e-300))
        if size < 1e-11 or (size < 1e-8 and size >= worst):  # as near as rounding allows
            break
        worst = size
    else:
        return None
    residual = float(np.abs((after(x) - x) / scale).max())
    return MapPoint(_put(x, state), np.linalg.eigvals(jacobian()), residual)


# ---------------------------------------------------------------- many draws at once


def place_from(p: Any, quantified: float = 0.0, burden_factor: float = 0.25, pressure: float = 0.03) -> Place:
    """The median plain village as a function of parameters alone (numbers or arrays of draws), under guidance.

    Args:
        p: parameters.
        quantified: number of quantified indicators. burden_factor, pressure: of the regime (``directional``).
    """
    rewarded = p.response_scale * np.ones(4)[:, None] if np.ndim(p.response_scale) else [p.response_scale] * 4
    hours = d.hours_left(quantified, burden_factor, 0.0, p)
    opening = SimpleNamespace(
        rule_of_law=p.start_rule_of_law, self_governance=p.start_self_governance,
        smart_governance=p.start_smart, party_organisation=p.start_party_organisation,
    )  # fmt: skip
    productivity = (
        d.log(p.operating_income_median / 12.0) - d.log_capital_term(p.capital_median, p) - d.log_labour_term(0.0, p)
        - d.log_land_term(p.start_pooling, p) + p.friction_disputes * p.disorder_scale * p.start_dispute
        + p.friction_law * (1 - opening.rule_of_law)
    )  # fmt: skip
    return Place(
        heads=1000.0, log_productivity=productivity, rent=0.0, transfer=p.operating_transfer, mediators=p.mediators,
        variation=0.84, example=p.party_share + p.notable_share, effect_civic=0.0, effect_economic=0.0,
        disposition=p.disposition_mean, motivation=p.motivation_mean, ability=p.ability_mean,
        integrity=p.integrity_mean, pressure=pressure, checks=0.0, hours=hours, rewarded=tuple(rewarded), dressing=0.0,
        written_off=np.where(np.equal(p.activation_rate, 0.0), 1.0, 0.0)[()],
    )  # fmt: skip


def opening_state(p: Any, level: float | None = None) -> State:
    """A village at its start levels, or with all governance at one level.

    Args:
        p: parameters, numbers or arrays.
        level: of trust, pillars, norms and services; None: the start levels of the parameters.
    """
    like = np.ones_like(np.asarray(p.start_pooling, np.float64)) if np.ndim(p.start_pooling) else 1.0

    def at(value: Any) -> Any:
        return value * like if level is None else level * like

    return State(
        capital=p.capital_median, idle=p.idle_share * p.capital_median,
        cash=p.opening_cash_months * p.operating_income_median / 12.0, reserve=0.0 * like, active=1.0 * like,
        trust=at(0.5), norm=at(p.start_norm), legal=at(p.start_legal), belonging_pooling=at(0.3),
        belonging_others=at(0.3), civic=at(p.start_civic),
        pooled=at(p.start_pooling), dividend=0.0 * like, expected=0.0 * like, affairs=0.0 * like,
        party_organisation=at(p.start_party_organisation), self_governance=at(p.start_self_governance),
        rule_of_law=at(p.start_rule_of_law), virtue=at(p.start_virtue), smart_governance=at(p.start_smart),
        co_governance=at(p.start_co_governance), services_collective=0.15 * at(p.start_services),
        services_fiscal=0.85 * at(p.start_services), open_cases=p.start_dispute * like, disorder=p.start_dispute * like,
        waiting_new=0.001 * like, waiting_long=0.001 * like, output=p.operating_income_median / 12.0, profit=0.0 * like,
    )  # fmt: skip


@dataclass(frozen=True)
class LastingStates:
    """Where parameter draws lead from a low and from a high beginning.

    Args:
        low, high: potential after all years, [D]. works_low, works_high: whether the enterprise still works.
        moving: whether it still moves. low_state, high_state: the village then, arrays [D].
        apart: draws whose potentials differ by more than a hundredth though both work: two lasting states.
        closed: draws whose enterprise stops for good from the low beginning only.
    """

    low: np.ndarray
    high: np.ndarray
    works_low: np.ndarray
    works_high: np.ndarray
    moving: np.ndarray
    low_state: State
    high_state: State

    @property
    def apart(self) -> np.ndarray:
        """Two lasting states of governance, the enterprise at work in both."""
        both = (self.works_low > 0.5) & (self.works_high > 0.5)
        return both & (np.abs(self.high - self.low) > 0.01) & ~self.moving

    @property
    def closed(self) -> np.ndarray:
        """The enterprise is closed for good after a low beginning, and at work after a high one."""
        return (self.works_low < 0.5) & (self.works_high > 0.5)


def lasting_states(p: Any, years: int = 240, low: float = 0.05, high: float = 0.95) -> LastingStates:
    """Iterate the yearly map from a low and from a high beginning, for many parameter draws at once.

    Args:
        p: parameters as arrays of draws.
        years: iterated; draws that still move by more than a thousandth in the last twenty years are not counted apart.
        low, high: levels of governance at the beginning; the low beginning has no cash either.
    """
    place = place_from(p)
    ends, still = [], []
    for level in (low, high):
        x = opening_state(p, level)
        if level == low:
            x = replace(x, cash=0.0 * x.cash)
        earlier = None
        for done in range(years):
            if done == years - 20:
                earlier = x.potential(p)
            x = year(x, place, p)
        ends.append(x)
        still.append(np.abs(x.potential(p) - earlier))
    return LastingStates(
        ends[0].potential(p), ends[1].potential(p), ends[0].active, ends[1].active,
        np.maximum(still[0], still[1]) > 1e-3, ends[0], ends[1],
    )  # fmt: skip
