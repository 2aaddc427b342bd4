"""Theory beside simulation, for one scenario: the mean village's equilibrium, its loop gain, what lifts it, and traps.

The mean village has the scenario's parameters and the median operating income of the county; it lives without policy,
so that the circle itself is seen. What theory holds fixed is said in ``theory/village.py``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np

from ruralsim.analysis.pivot.amplification import HORIZONS
from ruralsim.analysis.pivot.traps import traps
from ruralsim.spec.scenario import Scenario
from ruralsim.theory.comparison import errors_by_size, what_each_adds
from ruralsim.theory.limit import GOVERNANCE, SCALE, UNKNOWNS, Problem, unknowns_of
from ruralsim.theory.loop import Equilibrium, best_dividend_share, equilibrium, settle, statics
from ruralsim.theory.solve import relaxed
from ruralsim.theory.state import Place, State
from ruralsim.theory.yearly import fixed_point, opening_state, place_from

DEFAULT_DRAWS = 64
#: yearly operating incomes, yuan, at which the loop gain is shown
INCOMES = (30_000.0, 93_000.0, 300_000.0, 1_000_000.0)
#: parameters whose pull on the loop gain is shown: links of the pivot and what they stand on
LEVERS = (
    "trust_dividend", "trust_services", "trust_belonging", "civic_belonging", "civic_crowding_out", "dividend_half",
    "institution_gain", "institution_share", "economic_dividend", "economic_trust", "economic_peers",
    "allocation_dividend", "allocation_affairs", "allocation_reinvestment", "project_grant", "project_slope",
    "depreciation", "elasticity_capital", "elasticity_land", "friction_law", "friction_disputes", "leakage_base",
    "leakage_self_governance", "fixed_cost", "pillar_decay", "activation_rate", "project_operating",
)  # fmt: skip
_YEARS = 120
#: people -> kinds of luck of the comparison with the engine; people and luck of what the limit leaves out
_SIZES = {100: 6, 1000: 4, 10000: 2}
_ADDED_TO, _LUCK, _MONTHS = 2000, 4, 60


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
    state = replace(state, reserve=1e12)  # whether it could start at all is the traps' question
    end = settle(state, place, p, _YEARS)
    problem = Problem.of(place, p)
    return equilibrium(problem, unknowns_of(end)), problem, state, place


def beside(
    scenario: Scenario, seed: int = 1, draws: int = DEFAULT_DRAWS, incomes: Sequence[float] = INCOMES,
    compared: bool = True,
) -> dict[str, Any]:  # fmt: skip
    """Everything that theory says of a scenario, as plain numbers.

    Args:
        scenario: resolved. seed: of the parameter draws. draws: for the traps; 0 leaves them out.
        incomes: yearly operating incomes, yuan, at which the loop gain is shown besides.
        compared: whether the engine is run in the limit too.
    """
    p = parameters_of(scenario)
    at, problem, state, place = mean_equilibrium(p)
    content: dict[str, Any] = {
        "by_income": {}, "traps": None if not draws else traps(scenario, seed, draws), "portrait": portrait(scenario),
        "limit": _limit(scenario) if compared else None,
    }  # fmt: skip
    for income in incomes:
        other = mean_equilibrium(p, income)[0]
        content["by_income"][f"{income:.0f}"] = None if other is None else {
            "loop_gain": other.loop_gain, "amplification": other.amplification, "potential": other.potential,
            "value_added": other.value_added, "stable": other.stable,
        }  # fmt: skip
    if at is None:
        return content | {"equilibrium": None}
    best = best_dividend_share(problem, at, 21)
    return content | {
        "equilibrium": _at_rest_numbers(at, problem, state, place, p),
        "statics": {
            one.name: {"potential": one.potential, "value_added": one.value_added, "loop_gain": one.loop_gain}
            for one in statics(problem, at, LEVERS)
        },
        "dividend_share": {
            "now": p.allocation_dividend, "for_governance": best.for_governance,
            "for_development": best.for_development, "share": best.share.tolist(),
            "potential": _plain(best.potential), "value_added": _plain(best.value_added),
        },
    }  # fmt: skip


def _at_rest_numbers(at: Equilibrium, problem: Problem, state: State, place: Place, p: Any) -> dict[str, Any]:
    """The equilibrium: levels, loop gain over time, slow variables and the errors of keeping fewer, the map's own."""
    exact = fixed_point(state, place, p)
    return {
        "potential": at.potential, "value_added": at.value_added, "stable": at.stable,
        "loop_gain": at.loop_gain, "loop_gain_held": at.held(problem), "amplification": at.amplification,
        "two_variables": dict(zip(("F_KK", "F_Kg", "F_gK", "F_gg"), at.two_variables, strict=True)),
        "years_to_fade": -1.0 / (12.0 * at.slow[0]),
        "reduction_error": {
            "log_capital_and_potential": at.slow[1] / at.slow[0] - 1.0,
            "with_dormant_assets": at.slow[2] / at.slow[0] - 1.0,
        },
        "horizons": {
            str(year): {"loop_gain": at.held(problem, 12 * year), "two_variables": at.reduced(12 * year)}
            for year in HORIZONS
        },
        "map_potential": None if exact is None else float(exact.state.potential(p)),
        "map_stable": None if exact is None else exact.stable,
        "distance_to_closing": _threshold(at, place, p),
        "levels": {name: at.level(name) for name in UNKNOWNS},
    }  # fmt: skip


def _limit(scenario: Scenario) -> dict[str, Any]:
    """The engine in the limit against the mean village: the error by number of people, and what is left out."""
    values = scenario.parameter_values()
    adds = what_each_adds(_ADDED_TO, _MONTHS, _LUCK, values)
    return {
        "months": _MONTHS,
        "errors": {str(adults): one for adults, one in errors_by_size(_SIZES, _MONTHS, values).items()},
        "people": _ADDED_TO,
        "adds": {
            name: {one: {"mean": mean, "error": error} for one, (mean, error) in series.items()}
            for name, series in adds.items()
        },
    }


def _plain(values: np.ndarray) -> list[float | None]:
    return [float(value) if np.isfinite(value) else None for value in values]


def _threshold(at: Equilibrium, place: Place, p: Any) -> float:
    """Logarithm of value added over what the enterprise must pay: at 0 it closes."""
    costs = p.fixed_cost + place.rent * at.level("pooled") * place.heads
    return float(np.log(at.value_added * place.heads / 12.0 / costs))


# ---------------------------------------------------------------- phase portrait


def portrait(scenario: Scenario, points: int = 7) -> dict[str, Any]:
    """Where a village goes from anywhere in the plane of log capital and potential.

    At every point trust and pillars are moved together from the equilibrium and capital is set; dormant assets stay as
    they are (they are slow), all else is at rest given these. The arrow is the change of log capital and of the
    potential a year.
    """
    p = parameters_of(scenario)
    at, problem, _, _ = mean_equilibrium(p)
    if at is None:
        return {"arrows": []}
    held = [list(UNKNOWNS).index(name) for name in ("log_capital", *GOVERNANCE, "idle")]
    free = [k for k in range(len(UNKNOWNS)) if k not in held]
    arrows = []
    for shift in np.linspace(-0.25, 0.25, points):
        for gaps in np.split(np.linspace(-1.2, 1.2, points), [points // 2]):
            near = at.x.copy()
            for gap in sorted(gaps, key=abs):  # from the middle outwards, each point from its neighbour
                x = near.copy()
                x[held[0]] = at.x[held[0]] + gap
                x[held[1:-1]] = np.clip(at.x[held[1:-1]] + shift, 0.02, 0.98)
                rest = _at_rest(problem, x, free)
                if rest is None:
                    break
                near, rates = rest, problem.right(rest)
                values, by_x, _ = problem.measures(rest)
                slope = float(by_x[0, held[1:-1]] @ rates[held[1:-1]])
                arrows.append((float(rest[held[0]]), float(values[0]), 12.0 * float(rates[held[0]]), 12.0 * slope))
    return {"arrows": arrows, "equilibrium": (at.level("log_capital"), at.potential)}


def _at_rest(problem: Problem, x: np.ndarray, free: list[int]) -> np.ndarray | None:
    """The other unknowns at rest, given capital, trust and pillars."""

    def whole(part: np.ndarray) -> np.ndarray:
        full = x.copy()
        full[free] = np.maximum(part, 1e-9)
        return full

    def both(part: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        right, jacobian = problem.right_and_jacobian(whole(part))
        return right[free], jacobian[np.ix_(free, free)]

    found = relaxed(both, x[free], SCALE[free])
    return None if found is None else whole(found)
