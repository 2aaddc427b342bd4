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


def level(data: RunData, name: str) -> Level:
    """Return a goal or another outcome of the county.

    Raises:
        KeyError: the run has no such outcome.
    """
    facts = data.facts
    entry: Mapping[str, Any] = facts["outcomes"][name] if name in GOALS else facts["components"][name]
    last = float(entry["mean"] if "mean" in entry else entry["last"])
    whole: Bounds = None
    if "low_luck" in entry:
        luck, whole = _bounds(entry, "low_luck", "high_luck"), _bounds(entry, "low", "high")
    else:
        luck = _bounds(entry, "low", "high")
    return Level(float(entry["first"]), last, luck, whole, **_effect(data, name))


def _bounds(entry: Mapping[str, Any], low: str, high: str) -> Bounds:
    a, b = entry.get(low), entry.get(high)
    return None if a is None or b is None else (float(a), float(b))


def _effect(data: RunData, name: str) -> dict[str, Any]:
    return {}


def assumed(data: RunData) -> tuple[int, int, tuple[float, float | None, float | None] | None]:
    """Return how many parameters are assumed, how many there are, and the share of variance they carry with its interval."""
    counts = data.facts["parameters"]
    return int(counts["assumed"]), int(counts["all"]), None
