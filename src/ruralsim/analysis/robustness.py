"""Plans under deep uncertainty: regret, satisficing, and the conditions under which a plan fails.

Terms of the field (XLRM: Lempert, Popper, Bankes 2003; Kwakkel, Walker, Haasnoot 2016). A context here is a draw of
everything that nobody decides: parameters and what comes from outside. Score: mean of the three goals over the
horizon. Regret of a plan in a context: score of the plan that is best there less its own. A plan satisfies in a context
where it meets every requirement, by default that no goal is worse than without any policy. Scenario discovery asks for
a box in the space of contexts that holds most of a plan's failures (coverage) and little else (density): PRIM (Friedman
and Fisher 1999; the library ema_workbench). A box counts as found only where no shuffling of the failures gives one as
good, so that chance is not taken for a reason.
"""

from __future__ import annotations

import hashlib
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from importlib.util import find_spec
from inspect import signature
from typing import Any

import numpy as np

from ruralsim.analysis.plans import NOTHING
from ruralsim.base.errors import SystemTrouble
from ruralsim.base.streams import MASK, uniforms
from ruralsim.experiments.plan import Plan
from ruralsim.experiments.series import SERIES
from ruralsim.experiments.store import Store
from ruralsim.model.outcomes import GOALS

_SHUFFLES = 19
_MOST_DIMENSIONS = 8
_MOST_RESTRICTED = 4
#: fewer failures, or fewer successes, than this say nothing about conditions
_FEWEST = 5
#: contexts from which on it is worth asking for conditions of failure
ENOUGH = 60
#: a goal worse by less than this is no harm: a thousandth of the distance between its goalposts
TOLERANCE = 0.001


@dataclass(frozen=True, eq=False)
class Scores:
    """What plans score in contexts.

    Args:
        names: P plans.
        draws: [D] numbers of the contexts that all plans met.
        goals: float64 [P, D, 3], scores of the goals over the horizon, mean over kinds of luck.
        nothing: float64 [D, 3], without policy.
        values: float64 [D, F], what each context set; factors: names of the F columns.
    """

    names: tuple[str, ...]
    draws: np.ndarray
    goals: np.ndarray
    nothing: np.ndarray
    values: np.ndarray
    factors: tuple[str, ...]

    def of(self, names: Sequence[str]) -> Scores:
        """The scores of some of the plans."""
        chosen = [self.names.index(name) for name in names]
        return replace(self, names=tuple(names), goals=self.goals[chosen])


@dataclass(frozen=True)
class Robust:
    """How a plan holds up.

    Args:
        name: of the plan.
        mean, worst: score over contexts, its mean and its lowest tenth.
        regret_mean, regret_high, regret_max: mean, ninth decile and largest.
        best: share of contexts in which it is the best plan.
        satisfied: share of contexts in which it meets every requirement.
        failed: for each goal, the share of contexts in which it misses that requirement.
    """

    name: str
    mean: float
    worst: float
    regret_mean: float
    regret_high: float
    regret_max: float
    best: float
    satisfied: float
    failed: Mapping[str, float]


@dataclass(frozen=True)
class Region:
    """A box of contexts.

    Args:
        limits: by factor, the range inside the box.
        coverage: share of all failures that lie inside.
        density: share of failures among what lies inside; base: among all contexts.
        mass: share of contexts inside.
        contexts: how many there are in all.
    """

    limits: Mapping[str, tuple[float, float]]
    coverage: float
    density: float
    base: float
    mass: float
    contexts: int


def tested(plan: Plan, store: Store) -> Scores:
    """Gather what every plan scored in every context.

    Args:
        plan: of ``plans.design_of``, with draws.
        store: a ``plans.HorizonStore``, so that scores are means over the horizon.
    """
    columns = [SERIES.index(goal) for goal in GOALS]
    found: dict[tuple[str, int], list[np.ndarray]] = {}
    values: dict[int, np.ndarray] = {}
    for run in plan.runs():
        if run.draw == 0:
            continue
        record = store.read(plan.key(run.index))
        if record is not None:
            found.setdefault((run.arm, run.draw), []).append(record.groups[0, -1, columns])
            values[run.draw] = plan.values[run.draw]
    arms = [arm.name for arm in plan.design.arms]
    complete = [draw for draw in sorted(values) if all((arm, draw) in found for arm in arms)]
    means = np.array([[np.mean(found[arm, draw], axis=0) for draw in complete] for arm in arms])
    means = means.reshape(len(arms), len(complete), len(GOALS))
    at = arms.index(NOTHING)
    kept = [k for k in range(len(arms)) if k != at]
    return Scores(
        tuple(arms[k] for k in kept),
        np.array(complete, np.int64),
        means[kept],
        means[at],
        np.array([values[draw] for draw in complete]).reshape(len(complete), -1),
        tuple(one.name for one in plan.design.factors),
    )


def satisfied(found: Scores, require: Mapping[str, float] | None = None) -> np.ndarray:
    """Say where each plan meets each requirement, bool [P, D, 3].

    Args:
        found: scores.
        require: by goal, what policy must add at least; 0 (within :data:`TOLERANCE`) where not named.
    """
    least = np.array([(require or {}).get(goal, -TOLERANCE) for goal in GOALS])
    met: np.ndarray = found.goals - found.nothing[None] >= least
    return met


def robustness(found: Scores, require: Mapping[str, float] | None = None) -> list[Robust]:
    """Return how each plan holds up over the contexts, in the order of the plans; nothing without contexts."""
    if not found.draws.size:
        return []
    scores = found.goals.mean(axis=2)
    regret = scores.max(axis=0) - scores
    met = satisfied(found, require)
    return [
        Robust(
            name,
            float(scores[k].mean()),
            float(np.quantile(scores[k], 0.1)),
            float(regret[k].mean()),
            float(np.quantile(regret[k], 0.9)),
            float(regret[k].max()),
            float((regret[k] <= 0.0).mean()),
            float(met[k].all(axis=1).mean()),
            {goal: float((~met[k, :, g]).mean()) for g, goal in enumerate(GOALS)},
        )
        for k, name in enumerate(found.names)
    ]


def can_discover() -> bool:
    """Say whether ema_workbench and what it needs, which the extra ``explore`` installs, are there."""
    return all(find_spec(name) is not None for name in ("ema_workbench", "sklearn"))


def discover(values: np.ndarray, factors: Sequence[str], failed: np.ndarray) -> Region | None:
    """Find the conditions under which something fails.

    Args:
        values: float64 [D, F], contexts.
        factors: names of the columns.
        failed: bool [D].

    Returns:
        None where there are too few failures or successes, or where chance gives a box as good.

    Raises:
        SystemTrouble: ema_workbench, which the extra ``explore`` installs, is not there.
    """
    if min(int(failed.sum()), int((~failed).sum())) < _FEWEST:
        return None
    best = _box(values, factors, failed)
    if best is None:
        return None
    key, slots = _key(values, failed), np.arange(len(failed))
    for k in range(_SHUFFLES):
        order = np.argsort(uniforms(key & MASK, (key >> 32, 1), slots, k, 0)[0], kind="stable")
        other = _box(values, factors, failed[order])
        if other is not None and _merit(other) >= _merit(best):
            return None
    return best


def _key(values: np.ndarray, failed: np.ndarray) -> int:
    """A key of the data themselves: the same contexts give the same shuffles on every machine."""
    return int.from_bytes(hashlib.sha256(values.tobytes() + failed.tobytes()).digest()[:8], "big")


def _merit(one: Region) -> float:
    """Harmonic mean of coverage and density."""
    return 2.0 * one.coverage * one.density / (one.coverage + one.density)


def _box(values: np.ndarray, factors: Sequence[str], failed: np.ndarray) -> Region | None:
    """The box of best merit that restricts at most four factors."""
    import pandas as pd

    chosen = _likely(values, failed)
    names = [factors[k] for k in chosen]
    frame = pd.DataFrame(values[:, chosen], columns=names)
    found = _prim(frame, failed)
    if found is None:
        return None
    best: Region | None = None
    for limits in found:
        bounds = {
            name: (float(low), float(high))
            for name, (low, high) in limits.items()
            if low > frame[name].min() or high < frame[name].max()
        }
        if not 1 <= len(bounds) <= _MOST_RESTRICTED:
            continue
        inside = np.ones(len(frame), np.bool_)
        for name, (low, high) in bounds.items():
            inside &= ((frame[name] >= low) & (frame[name] <= high)).to_numpy()
        hits = int((inside & failed).sum())
        if not hits:
            continue
        one = Region(bounds, hits / int(failed.sum()), hits / int(inside.sum()), float(failed.mean()),
                     float(inside.mean()), len(failed))  # fmt: skip
        if best is None or _merit(one) > _merit(best):
            best = one
    return best


def _likely(values: np.ndarray, failed: np.ndarray) -> np.ndarray:
    """Columns that differ most between failures and successes (rank sums), at most eight."""
    ranks = np.argsort(np.argsort(values, axis=0, kind="stable"), axis=0, kind="stable")
    apart = np.abs(ranks[failed].mean(axis=0) - ranks[~failed].mean(axis=0))
    return np.sort(np.argsort(-apart, kind="stable")[:_MOST_DIMENSIONS])


def _prim(frame: Any, failed: np.ndarray) -> list[dict[str, tuple[float, float]]] | None:
    """Boxes of the peeling trajectory, as limits by factor; None where nothing could be peeled."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            from ema_workbench.analysis import prim
    except ImportError:
        raise SystemTrouble("phases_no_ema") from None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        # before version 3 a density had to be named that a box must have; chance is judged here instead (discover)
        asked = {"threshold": 0.0} if "threshold" in signature(prim.Prim).parameters else {}
        search = prim.Prim(frame, failed, peel_alpha=0.1, mass_min=0.05, **asked)
        box = search.find_box()
    if box is None:
        return None
    return [{name: tuple(limits[name]) for name in frame.columns} for limits in box.box_lims]
