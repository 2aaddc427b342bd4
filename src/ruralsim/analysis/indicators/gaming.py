"""The gaming map: how far reports stand above the truth, by item, regime, chance of a check and penalty.

What dressing adds is measured against the same world without reward, where reports carry the same measurement noise:
(reported − true) with reward less (reported − true) without. Contexts are paired throughout.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ruralsim.analysis.indicators.contexts import Change, Context, both, goals_of, paired, unchanged, with_regime
from ruralsim.analysis.indicators.design import without_reward
from ruralsim.analysis.indicators.estimate import Estimate, of_sample
from ruralsim.analysis.indicators.panel import Panel, Runner
from ruralsim.institutions.assessment import CHECKED_ITEMS
from ruralsim.model.outcomes import GOALS
from ruralsim.policy.regimes import load_regimes
from ruralsim.spec.parameters import load_parameters

CHECKS = (0.0, 0.15, 0.30, 0.45, 0.70)
PENALTIES = (0.5, 1.0, 2.0)
HARDENING = (0.0, 0.05, 0.1)
#: a quarter's check of a village is this much of q̄
ONE_CHECK = 1.0 / CHECKED_ITEMS


@dataclass(frozen=True)
class Setting:
    """One place of the map.

    Args:
        kind: ``regime``, ``checks`` or ``hardening``.
        regime: in force.
        checks: q̄, or None where it is the regime's own.
        penalty: factor on the penalty.
        hardening: a year.
    """

    kind: str
    regime: str
    checks: float | None = None
    penalty: float = 1.0
    hardening: float = 0.0


@dataclass(frozen=True)
class Place:
    """What happens there.

    Args:
        setting: of this place.
        inflation: what dressing adds to each item's report.
        mean: over items.
        goals: scores of the three goals.
    """

    setting: Setting
    inflation: tuple[Estimate, ...]
    mean: Estimate
    goals: tuple[Estimate, ...]


@dataclass(frozen=True)
class GamingMap:
    """The whole map.

    Args:
        items: their names.
        places: in the order of :func:`settings_of`.
        one_more_check: what one more check a village and quarter changes: mean inflation, then each goal.
        hardened: what letting guidance harden at the highest rate changes, likewise; None where the regime cannot.
    """

    items: tuple[str, ...]
    places: tuple[Place, ...]
    one_more_check: tuple[Estimate, ...]
    hardened: tuple[Estimate, ...] | None

    def rows(self) -> list[dict[str, Any]]:
        """One row for each item and place, for a table."""
        return [
            {
                "kind": one.setting.kind, "regime": one.setting.regime, "checks": one.setting.checks,
                "penalty": one.setting.penalty, "hardening": one.setting.hardening, "indicator": item,
                "inflation": value.mean, "low": value.low, "high": value.high,
            }
            for one in self.places
            for item, value in zip(self.items, one.inflation, strict=True)
        ]  # fmt: skip


def settings_of(regime: str) -> list[Setting]:
    """Places of the map for a scenario under some regime."""
    found = [Setting("regime", name) for name in load_regimes()]
    found += [Setting("checks", regime, checks, penalty) for penalty in PENALTIES for checks in CHECKS]
    soft = regime if "hardening" in load_regimes()[regime].settings else "directional"
    return found + [Setting("hardening", soft, hardening=rate) for rate in HARDENING]


def gaming_map(worlds: Sequence[Context], runner: Runner) -> GamingMap:
    """Simulate and measure the map.

    Args:
        worlds: at least two for intervals.
        runner: runs jobs.
    """
    regime = worlds[0].scenario.regime.name
    settings = settings_of(regime)
    own = with_regime(checks=_more_checks(worlds[0]))
    changes: list[tuple[str, Change, float]] = [
        (f"place {k}", _change(s, worlds[0]), s.penalty) for k, s in enumerate(settings)
    ]
    changes += [("now", unchanged, 1.0), ("one more check", own, 1.0)]
    jobs = []
    for variant, change, penalty in changes:
        for world in worlds:
            values = _penalty(world, penalty)
            jobs.append(world.job(variant, change, values))
            jobs.append(world.job(f"{variant} unrewarded", both(change, without_reward), values))
    panels = runner(jobs)
    by: dict[str, list[Panel]] = {}
    for job, panel in zip(jobs, panels, strict=True):
        by.setdefault(job.variant, []).append(panel)
    places = tuple(_place(s, by[f"place {k}"], by[f"place {k} unrewarded"]) for k, s in enumerate(settings))
    marginal = _difference(by, "one more check", "now")
    soft = [k for k, s in enumerate(settings) if s.kind == "hardening"]
    return GamingMap(panels[0].items, places, marginal, _difference(by, f"place {soft[-1]}", f"place {soft[0]}"))


def _more_checks(world: Context) -> float:
    chosen = world.scenario.regime
    return float(chosen.settings.get("checks", load_regimes()[chosen.name].settings["checks"].value)) + ONE_CHECK


def _change(setting: Setting, world: Context) -> Change:
    if setting.kind == "checks":
        return with_regime(checks=float(setting.checks or 0.0))
    if setting.kind == "hardening":
        return with_regime(setting.regime, hardening=setting.hardening)
    return unchanged if setting.regime == world.scenario.regime.name else with_regime(setting.regime)


def _penalty(world: Context, factor: float) -> dict[str, float]:
    """The penalty times a factor, within its range."""
    if factor == 1.0:
        return {}
    known = load_parameters()["gaming_penalty"]
    own = world.values.get("gaming_penalty", world.scenario.parameter_values()["gaming_penalty"])
    return {"gaming_penalty": min(known.high, max(known.low, own * factor))}


def inflation(rewarded: Panel, unrewarded: Panel) -> np.ndarray:
    """What dressing adds to reports, mean over years and villages, [n]."""
    added: np.ndarray = rewarded.reported - rewarded.true - (unrewarded.reported - unrewarded.true)
    return added.mean(axis=(0, 1))


def _place(setting: Setting, rewarded: Sequence[Panel], unrewarded: Sequence[Panel]) -> Place:
    added = np.stack([inflation(one, other) for one, other in zip(rewarded, unrewarded, strict=True)])
    goals = of_sample(np.stack(goals_of(rewarded)))
    return Place(setting, tuple(of_sample(added)), of_sample(added.mean(axis=1))[0], tuple(goals))


def _difference(by: dict[str, list[Panel]], more: str, less: str) -> tuple[Estimate, ...]:
    """Mean inflation, then the goals: one variant less another."""

    def numbers(variant: str) -> list[np.ndarray]:
        pairs = zip(by[variant], by[f"{variant} unrewarded"], strict=True)
        return [np.array([inflation(one, other).mean(), *one.county_goals()]) for one, other in pairs]

    return tuple(paired(numbers(more), numbers(less)))


GAINS = ("inflation", *GOALS)
