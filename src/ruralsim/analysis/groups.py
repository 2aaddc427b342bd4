"""Who gains and who loses: groups of people and of villages, with paired differences and their intervals.

A group's level is the mean over its persons at the end of the run. What policy adds to it is that level less the same
group's level without policy under the same luck. The intervals are those of every other figure (``intervals``): by
luck, from what each village contributes; by luck and parameters, from the draws.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ruralsim.analysis.figures import Measured, against_defaults, classes_of
from ruralsim.analysis.intervals import LEVEL, luck_of, spread_of
from ruralsim.analysis.uncertainty import POLICIES, Draws
from ruralsim.model.groups import GROUP_MEASURES, GROUPS, counted, group_means, sums_by_group
from ruralsim.model.run import Replicate

MEASURES: tuple[str, ...] = tuple(name for name, _, _, _ in GROUP_MEASURES)
UNITS: Mapping[str, str] = {name: unit for name, unit, _, _ in GROUP_MEASURES}


@dataclass(frozen=True)
class GroupDraws:
    """What draws change for groups, each against the defaults under the same luck; NaN where a draw failed.

    Args:
        first: float64 [D, G, M], δ of each draw.
        second: the first draws' δ under other luck.
        twins: δ of their twins.
        part: share of the county's adults that the sample holds.
    """

    first: np.ndarray
    second: np.ndarray
    twins: np.ndarray
    part: float

    @classmethod
    def of(cls, draws: Draws) -> GroupDraws | None:
        """What policy adds to every group under each draw; None where the defaults failed or there is no policy."""
        found: dict[tuple[int, int], np.ndarray] = {}
        ends = {(one.job.draw, one.job.replicate, one.job.policy): one.groups for one in draws.outcomes}
        for (draw, replicate, policy), own in ends.items():
            without = ends.get((draw, replicate, POLICIES[1]))
            if policy == POLICIES[0] and own is not None and without is not None:
                found[draw, replicate] = own - without
        if (0, 0) not in found:
            return None
        return cls(*against_defaults(found, draws), draws.samples[0].part)


@dataclass
class GroupReplicates:
    """Gathers people by group over replicates."""

    _levels: list[dict[str, np.ndarray]] = field(default_factory=list)
    _parts: list[dict[str, np.ndarray]] = field(default_factory=list)
    _classes: list[np.ndarray] = field(default_factory=list)
    _persons: list[np.ndarray] = field(default_factory=list)
    _without: list[np.ndarray | None] = field(default_factory=list)
    _villages: list[np.ndarray] = field(default_factory=list)
    months: tuple[int, int] = (0, 0)

    def add(self, one: Replicate, baseline: Replicate | None) -> None:
        """Add a replicate, and the same county under the same luck without policy."""
        villages = one.opening.villages
        first, last = (sums_by_group(one.groups.sums[k], villages) for k in (0, -1))
        levels, parts = {}, {}
        levels["first"], opening = _contributions(first)
        levels["last"], parts["last"] = _contributions(last)
        levels["change"], parts["change"] = levels["last"] - levels["first"], parts["last"] - opening
        self._without.append(None)
        if baseline is not None:
            twin = sums_by_group(baseline.groups.sums[-1], villages)
            self._without[-1] = twin[:, :, 0].sum(axis=0)
            levels["baseline"], without = _contributions(twin)
            levels["effect"], parts["effect"] = levels["last"] - levels["baseline"], parts["last"] - without
        self.months = (one.groups.months[0], one.groups.months[-1])
        self._levels.append(levels)
        self._parts.append(parts)
        self._classes.append(classes_of(one))
        self._persons.append(last[:, :, 0].sum(axis=0))
        self._villages.append((last[:, :, 0] > 0.0).sum(axis=0))

    def as_json(self, draws: GroupDraws | None) -> dict[str, Any]:
        """The entry ``groups`` of ``run.json``; groups without anybody are left out."""
        measured = {name: self._measured(name, draws) for name in ("change", "effect") if name in self._levels[0]}
        means = {
            name: np.mean([one[name] for one in self._levels], axis=0)
            for name in ("first", "last", "baseline")
            if name in self._levels[0]
        }
        persons, villages = np.mean(self._persons, axis=0), np.mean(self._villages, axis=0)
        known = [one for one in self._without if one is not None]
        without = np.mean(known, axis=0) if known else None
        rows = []
        for g, (grouping, group) in enumerate(GROUPS):
            if not all(np.isfinite(one[g]).all() for one in means.values()):
                continue
            row: dict[str, Any] = {"grouping": grouping, "group": group}
            row |= {"persons": float(persons[g]), "villages": float(villages[g])}
            row["persons_baseline"] = None if without is None else float(without[g])
            for k, name in enumerate(MEASURES):
                row[name] = {what: float(one[g, k]) for what, one in means.items()}
                row[name] |= {what: _interval(ones[g][k]) for what, ones in measured.items()}
            rows.append(row)
        return {"level": LEVEL, "compared": list(self.months), "units": dict(UNITS), "groups": rows}

    def _measured(self, measure: str, draws: GroupDraws | None) -> list[list[Measured]]:
        """Mean and intervals of a measure by group and what is followed."""
        levels = np.stack([one[measure] for one in self._levels])
        parts = np.stack([one[measure] for one in self._parts])
        replicates, groups, width = levels.shape
        # a group that nobody is in has no luck; it is left out in the end
        luck = luck_of(
            np.nan_to_num(levels.reshape(replicates, -1)),
            parts.reshape(replicates, parts.shape[1], -1),
            np.stack(self._classes),
        )
        mean, found = levels.mean(axis=0), []
        for g in range(groups):
            row = []
            for k in range(width):
                sure = None if luck is None else luck[g * width + k]
                spread = None
                if draws is not None and measure == "effect":
                    cut = (draws.first[:, g, k], draws.second[:, g, k], draws.twins[:, g, k])
                    sd = None if sure is None else sure.sd
                    spread = spread_of(float(mean[g, k]), *cut, sd, part=draws.part)
                row.append(Measured(float(mean[g, k]), sure, spread))
            found.append(row)
        return found


def _contributions(sums: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Group means, [G, M], and each village's part in their deviation, [V, G, M], which sums to 0 over villages."""
    level = group_means(sums)
    persons = counted(sums)
    return level, (sums[:, :, 2:] - persons * np.nan_to_num(level)) / np.maximum(persons.sum(axis=0), 1.0)


def _interval(one: Measured) -> dict[str, float | None]:
    return {
        "mean": one.mean, "low": one.low, "high": one.high, "low_luck": one.low_luck, "high_luck": one.high_luck,
    }  # fmt: skip
