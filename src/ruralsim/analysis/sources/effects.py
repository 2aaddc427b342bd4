"""What the rows of the sources do: proximate change and effect on the three goals, with both intervals.

Luck: R replicates at the defaults, each a pair under the same luck; the interval is that of one more township, mean ±
t·sd·√(1 + 1/R). Luck and parameters: D draws of the model's parameters and of the effects of instruments, each a pair
under luck of its own; the interval holds the middle nine tenths of the draws.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np

from ruralsim.analysis.intervals import LEVEL
from ruralsim.analysis.sources import trial
from ruralsim.analysis.sources.quantities import goals_of, quantity_of
from ruralsim.analysis.sources.trial import Arm, Draw, Size, arms_of
from ruralsim.model.county import County
from ruralsim.model.outcomes import GOALS
from ruralsim.policy.sources import Row

#: kinds whose effect is measured by a pair of arms
MEASURED = ("i", "r", "p", "o")
_SIZE = Size(6, 800)


@dataclass(frozen=True, slots=True)
class Effort:
    """How much is simulated: township, replicates, draws, seed."""

    size: Size = _SIZE
    replicates: int = 5
    draws: int = 16
    seed: int = 1


@dataclass(frozen=True, slots=True)
class Interval:
    """A change, with the interval of luck alone and that of luck and parameters together."""

    mean: float
    low_luck: float
    high_luck: float
    low: float
    high: float

    @classmethod
    def of(cls, by_luck: np.ndarray, by_draw: np.ndarray) -> Interval:
        """Make it from paired differences: [R] at the defaults, [D] of the draws."""
        from scipy import stats

        mean, n = float(by_luck.mean()), len(by_luck)
        half = float(stats.t.ppf(0.5 + LEVEL / 2.0, n - 1)) * float(by_luck.std(ddof=1)) * float(np.sqrt(1.0 + 1.0 / n))
        low, high = np.quantile(by_draw, [0.5 - LEVEL / 2.0, 0.5 + LEVEL / 2.0])
        return cls(mean, mean - half, mean + half, float(low), float(high))

    def plain(self) -> dict[str, float]:
        """The five numbers, rounded to five significant digits."""
        found = {"mean": self.mean, "low": self.low, "high": self.high, "low_luck": self.low_luck,
                 "high_luck": self.high_luck}  # fmt: skip
        return {name: float(f"{value:.5g}") for name, value in found.items()}


def quantities_of(row: Row) -> tuple[str, ...]:
    """Return what is measured of a row beside the goals: its own quantity, or those of its claims."""
    if row.kind == "o":
        return tuple(claim.quantity for claim in row.claims)
    if row.kind == "r":
        return tuple(dict.fromkeys((row.quantity or "gap", "work", "gap")))
    return (row.quantity,) if row.quantity else ()


def measure(
    rows: Iterable[Row], effort: Effort, *, workers: int = 1, progress: Callable[[int, int], None] | None = None
) -> dict[str, dict[str, dict[str, float]]]:
    """Measure rows.

    Args:
        rows: of kinds :data:`MEASURED`.
        effort: how much is simulated.
        workers: threads; no number changes with it.
        progress: called with (arms done, arms in all).

    Returns:
        By row and by name (its quantities, then the goals): mean, low, high, low_luck, high_luck.
    """
    rows = list(rows)
    names = tuple(dict.fromkeys(name for row in rows for name in quantities_of(row)))
    pairs = {row.id: arms_of(row) for row in rows}
    arms = list({_key(arm): arm for pair in pairs.values() for arm in pair}.values())
    found: dict[str, np.ndarray] = {}
    jobs = _jobs(effort)

    def one(arm: Arm) -> np.ndarray:
        return np.array([_figures(trial.run_arm(arm, effort.size, seed, draw), names) for seed, draw in jobs])

    with ThreadPoolExecutor(workers) as pool:
        for done, (arm, figures) in enumerate(zip(arms, pool.map(one, arms), strict=True), 1):
            found[_key(arm)] = figures
            if progress is not None:
                progress(done, len(arms))
    every = (*names, *GOALS)
    return {
        row.id: {
            name: difference(found[_key(pairs[row.id][0])], found[_key(pairs[row.id][1])], every.index(name), effort)
            for name in (*quantities_of(row), *GOALS)
        }
        for row in rows
    }


def difference(one: np.ndarray, other: np.ndarray, column: int, effort: Effort) -> dict[str, float]:
    """Return what one arm changes against another, as :meth:`Interval.plain`."""
    change = one[:, column] - other[:, column]
    return Interval.of(change[: effort.replicates], change[effort.replicates :]).plain()


def _jobs(effort: Effort) -> list[tuple[int, Draw | None]]:
    """Seeds and draws of all runs of an arm: the replicates, then the draws."""
    seeds = trial.luck(effort.seed, effort.replicates + effort.draws)
    drawn = trial.draws(effort.seed, effort.draws)
    return [(seed, None) for seed in seeds[: effort.replicates]] + list(
        zip(seeds[effort.replicates :], drawn, strict=True)
    )


def _key(arm: Arm) -> str:
    return repr(arm)


def _figures(county: County, names: tuple[str, ...]) -> list[float]:
    last = 24 if county.scenario.months == trial.MONTHS_OF_ORDERS else 12
    return [quantity_of(county, name, last) for name in names] + list(goals_of(county, last).values())


def verdict(interval: Mapping[str, float]) -> str:
    """``helpful``, ``harmful`` or ``null``: on which side of zero the interval of luck and parameters lies."""
    if interval["low"] > 0.0:
        return "helpful"
    return "harmful" if interval["high"] < 0.0 else "null"


def counts(measured: Mapping[str, Mapping[str, Mapping[str, float]]], ids: Iterable[str]) -> dict[str, dict[str, int]]:
    """Count verdicts over rows, by goal."""
    found: dict[str, dict[str, int]] = {}
    chosen: list[str] = list(ids)
    for goal in GOALS:
        verdicts = [verdict(measured[one][goal]) for one in chosen]
        found[goal] = {name: verdicts.count(name) for name in ("helpful", "null", "harmful")}
    return found


def moved(interval: Mapping[str, Any]) -> bool:
    """Whether a proximate quantity moved at the defaults: luck's interval keeps clear of zero."""
    return bool(interval["low_luck"] > 0.0 or interval["high_luck"] < 0.0)
