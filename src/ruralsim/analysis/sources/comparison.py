"""Five regimes on one framework, five frameworks under one regime, and pressure crossed with checks.

What comes out is reported as found: how cadres' effort, window-dressing, burden and the goals differ, whether targets
ratchet, and whether pressure and outside checks stand in for one another or add up.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from ruralsim.analysis.sources import trial
from ruralsim.analysis.sources.effects import Effort, Interval
from ruralsim.analysis.sources.quantities import goals_of, quantity_of
from ruralsim.analysis.sources.trial import Arm
from ruralsim.model.outcomes import GOALS
from ruralsim.policy.frameworks import load_frameworks
from ruralsim.policy.regimes import load_regimes

#: set side by side: real work, time for window-dressing, reported less true, burden, how far targets follow reports
SIDE_BY_SIDE = ("work", "dressing_time", "gap", "cadre_hours", "ratchet")
FIXED_FRAMEWORK, FIXED_REGIME = "pengzhou", "inspected"
_STRONG, _WEAK = (("pressure", 0.6), ("pressure", 0.2)), (("checks", 0.45), ("checks", 0.05))

Figures = dict[str, dict[str, float]]


def source_frameworks() -> tuple[str, ...]:
    """Names of the sources' frameworks, without pools."""
    return tuple(name for name, framework in load_frameworks().items() if not framework.pool)


def compare(effort: Effort, progress: Callable[[int, int], None] | None = None) -> dict[str, Any]:
    """Run the three comparisons.

    Args:
        effort: how much is simulated.
        progress: called with (arms done, arms in all).

    Returns:
        ``regimes`` and ``frameworks``: by name and quantity, mean with both intervals; ``crossing``: the second
        difference of work by pressure and checks (below zero: substitutes), and the four corners.
    """
    regimes = {name: Arm(regime=(name, ()), framework=FIXED_FRAMEWORK) for name in load_regimes()}
    frameworks = {name: Arm(regime=(FIXED_REGIME, ()), framework=name) for name in source_frameworks()}
    corners = {
        f"{'strong' if hard else 'weak'} pressure, {'many' if many else 'few'} checks": Arm(
            regime=(FIXED_REGIME, tuple(sorted((_STRONG[1 - hard], _WEAK[1 - many])))), framework=FIXED_FRAMEWORK
        )
        for hard in (1, 0)
        for many in (1, 0)
    }
    arms = {**regimes, **{f"framework {k}": v for k, v in frameworks.items()}, **corners}
    found: dict[str, np.ndarray] = {}
    for done, (name, arm) in enumerate(arms.items(), 1):
        found[name] = _runs(arm, effort)
        if progress is not None:
            progress(done, len(arms))
    return {
        "regimes": {name: _levels(found[name], effort) for name in regimes},
        "frameworks": {name: _levels(found[f"framework {name}"], effort) for name in frameworks},
        "crossing": _crossing([found[name] for name in corners], list(corners), effort),
    }


def _runs(arm: Arm, effort: Effort) -> np.ndarray:
    seeds = trial.luck(effort.seed, effort.replicates + effort.draws)
    drawn = [None] * effort.replicates + list(trial.draws(effort.seed, effort.draws))
    counties = (trial.run_arm(arm, effort.size, seed, draw) for seed, draw in zip(seeds, drawn, strict=True))
    return np.array([[*(quantity_of(one, name) for name in SIDE_BY_SIDE), *goals_of(one).values()] for one in counties])


def _levels(runs: np.ndarray, effort: Effort) -> Figures:
    names = (*SIDE_BY_SIDE, *GOALS)
    split = effort.replicates
    return {name: Interval.of(runs[:split, k], runs[split:, k]).plain() for k, name in enumerate(names)}


def _crossing(corners: list[np.ndarray], names: list[str], effort: Effort) -> dict[str, Any]:
    """Second difference (strong, many) − (strong, few) − (weak, many) + (weak, few) of every quantity."""
    both, pressure, checks, neither = corners
    second = both - pressure - checks + neither
    return {
        "corners": {name: _levels(runs, effort) for name, runs in zip(names, corners, strict=True)},
        "second_difference": _levels(second, effort),
    }


def ratcheting(regimes: Mapping[str, Figures]) -> list[str]:
    """Regimes whose next targets follow last year's reports, under luck and parameters alike."""
    return [name for name, figures in regimes.items() if figures["ratchet"]["low"] > 0.0]


def relation(crossing: Mapping[str, Any], quantity: str = "work") -> str:
    """``substitutes``, ``complements`` or ``undecided``: the side of zero of the second difference."""
    found = crossing["second_difference"][quantity]
    if found["high"] < 0.0:
        return "substitutes"
    return "complements" if found["low"] > 0.0 else "undecided"
