"""What changed, in figures: first against last, by luck and by all that is uncertain, and against the baseline."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ruralsim.model.outcomes import GOALS
from ruralsim.view.report.data import RunData

Bounds = tuple[float, float] | None


@dataclass(frozen=True)
class Level:
    """An outcome of the county at both ends of the run.

    Args:
        first, last: means over the first and the last months compared, and over replicates.
        luck: interval of the last by luck alone; None where not known.
        whole: the same by luck and parameters together, the headline; None where the run has no parameter draws.
        baseline: the last without policy; None where the run has no baseline.
        effect: policy less baseline, paired; with its intervals by luck, and by luck and parameters.
    """

    first: float
    last: float
    luck: Bounds
    whole: Bounds
    baseline: float | None = None
    effect: float | None = None
    effect_luck: Bounds = None
    effect_whole: Bounds = None

    @property
    def change(self) -> float:
        """Last less first."""
        return self.last - self.first

    @property
    def effect_bounds(self) -> Bounds:
        """The widest interval of the effect that the run has."""
        return self.effect_whole or self.effect_luck

    @property
    def beside_its_range(self) -> bool:
        """Whether a value at the default parameters lies outside the interval of luck and parameters."""
        return outside(self.last, self.whole) or outside(self.effect, self.effect_whole)


def level(data: RunData, name: str) -> Level:
    """Return a goal or another outcome of the county.

    Raises:
        KeyError: the run has no such outcome.
    """
    figures = data.uncertainty.get("figures", {})
    if name not in figures:
        entry = data.facts["outcomes"][name] if name in GOALS else data.facts["components"][name]
        last = float(entry["mean"] if "mean" in entry else entry["last"])
        return Level(float(entry["first"]), last, *_bounds(entry))
    entry = figures[name]
    found = Level(float(entry["first"]), float(entry["last"]["mean"]), *_bounds(entry["last"]))
    if entry["effect"] is None:
        return found
    effect = entry["effect"]
    return Level(
        found.first,
        found.last,
        found.luck,
        found.whole,
        float(entry["baseline"]),
        float(effect["mean"]),
        *_bounds(effect),
    )


def _bounds(entry: Mapping[str, Any]) -> tuple[Bounds, Bounds]:
    """The interval of luck alone, and that of luck and parameters."""
    return pair(entry, "low_luck", "high_luck"), pair(entry, "low", "high")


def outside(value: float | None, ends: Bounds) -> bool:
    """Whether a value lies outside an interval; no where either is missing."""
    return value is not None and ends is not None and not ends[0] <= value <= ends[1]


def pair(entry: Mapping[str, Any], low: str, high: str) -> Bounds:
    """Two numbers of an entry as an interval; None where one is missing."""
    a, b = entry.get(low), entry.get(high)
    return None if a is None or b is None else (float(a), float(b))


@dataclass(frozen=True)
class Assumed:
    """How many parameters are assumed and how many there are; the share of variance they carry, where it is known."""

    number: int
    every: int
    share: float | None
    low: float | None
    high: float | None


def assumed(data: RunData) -> Assumed:
    """Return how much rests on assumption."""
    counts = data.facts["parameters"]
    share = data.uncertainty.get("assumed_share") or {}
    return Assumed(int(counts["assumed"]), int(counts["all"]), share.get("mean"), share.get("low"), share.get("high"))


def draw_ribbon(data: RunData, goal: str) -> list[tuple[float, float, float]] | None:
    """Where parameter draws put a goal, year by year: (middle month, low, high) about the whole county's own mean.

    Draws run on a sample of villages, so each is set against the defaults on the same sample under the same luck.
    Returns None where the run has no draws.
    """
    frame = data.draws
    if frame is None:
        return None
    mine = frame[(frame["policy"] == "scenario") & (frame["replicate"] == 0) & (frame["year"] > 0)]
    start = mine[mine["kind"] == "defaults"].set_index("year")[goal]
    drawn = mine[mine["kind"] == "drawn"]
    moved = drawn[goal] - start.reindex(drawn["year"]).to_numpy()
    tail = (1.0 - float(data.uncertainty["level"])) / 2.0
    ends = moved.groupby(drawn["year"]).quantile([tail, 1.0 - tail]).unstack()
    lengths = mine.groupby("year")["months"].first()
    county = data.outcomes.county[goal].groupby("month").mean()
    points = []
    for year, (low, high) in zip(ends.index, ends.to_numpy(), strict=True):
        first = 12 * (int(year) - 1) + 1
        last = first + int(lengths[year]) - 1
        middle = float(county.loc[first:last].mean())
        points.append(((first + last) / 2.0, middle + float(low), middle + float(high)))
    return points
