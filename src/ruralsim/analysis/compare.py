"""Scenarios beside each other: paired differences under the same luck and the same parameters, with both intervals.

Arms of an experiment share every random number that the model throws, so what one arm adds to another is measured run
by run and the luck that both have in common falls away. For R replicates with differences d_r, mean m and standard
deviation s:

* luck alone: m ± t s √(1 + 1/R), one more county under other luck;
* mean: m ± t s/√R, what R replicates leave open about m itself; the number needed for a wanted half width h is the
  least n with t_{n−1} s/√n ≤ h;
* headline: luck and parameters together (``intervals.spread_of``), from what each draw does to the difference.

Unpaired, the same comparison would carry √(s_A² + s_B²): the ratio of the two is what common random numbers save.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ruralsim.analysis.intervals import LEVEL, spread_of
from ruralsim.experiments.plan import Plan
from ruralsim.experiments.record import Record
from ruralsim.experiments.results import records
from ruralsim.experiments.series import BETTER, COUNTY, GROUPS, PEOPLE, PEOPLE_SERIES, SERIES, UNITS, years_of
from ruralsim.experiments.store import Store

#: wanted half width of the mean's interval, as a share of the difference, where the user states none
DEFAULT_WIDTH = 0.25
_MOST_NEEDED = 1_000_000
_FEWEST = 2
_NORMAL = 1.6449  # half width of the normal interval at ``LEVEL`` for a standard deviation of 1


@dataclass(frozen=True)
class Difference:
    """A figure of one arm less that of the arm it is compared with.

    Args:
        outcome: goal, outcome or measure of people.
        scenario, against: names of the arms.
        context: the context that both met.
        grouping, group: of villages or people; ``county``, ``all`` for the county.
        year: 1 … ; the last one is the end of the run (people are counted at its very end).
        level, level_against: means over replicates at the defaults.
        mean: of the paired differences.
        sd: of the paired differences; sd_unpaired: what it would be under independent luck; None for one replicate.
        low_mean, high_mean: what the replicates leave open about ``mean``.
        low_luck, high_luck: luck alone.
        low, high: luck and parameters; None without draws.
        replicates: R; needed: for the wanted half width; None where the difference is nothing or R is 1.
    """

    outcome: str
    scenario: str
    against: str
    context: str
    grouping: str
    group: str
    year: int
    level: float
    level_against: float
    mean: float
    sd: float | None
    sd_unpaired: float | None
    low_mean: float | None
    high_mean: float | None
    low_luck: float | None
    high_luck: float | None
    low: float | None
    high: float | None
    replicates: int
    needed: int | None

    @property
    def unit(self) -> str:
        """Unit of all figures."""
        return UNITS[self.outcome]

    @property
    def gain(self) -> float | None:
        """How many times wider the unpaired interval is; None where that is not known."""
        if self.sd is None or self.sd_unpaired is None or self.sd <= 0.0:
            return None
        return self.sd_unpaired / self.sd

    @property
    def sure(self) -> int:
        """1 or −1 where the widest interval that is known lies on one side of 0, else 0."""
        low, high = (self.low, self.high) if self.low is not None else (self.low_luck, self.high_luck)
        if low is None or high is None:
            return 0
        return 1 if low > 0.0 else -1 if high < 0.0 else 0

    def as_json(self) -> dict[str, Any]:
        """Plain values, the keys that scripts rely on first."""
        found = {"outcome": self.outcome, "scenario": self.scenario, "against": self.against, "mean": self.mean,
                 "low": self.low, "high": self.high, "replicates_needed": self.needed}  # fmt: skip
        rest = {name: value for name, value in vars(self).items() if name not in found and name != "needed"}
        return {**found, **rest, "unit": self.unit, "unpaired_over_paired": self.gain}


@dataclass(frozen=True)
class Shares:
    """Villages that are better or worse off, as shares of all, means over replicates.

    Args:
        outcome, scenario, against, context: as in :class:`Difference`.
        better, worse: shares of villages; the rest is as before.
        names: villages that are better, and worse, under every luck; only where the user's own roster names them.
    """

    outcome: str
    scenario: str
    against: str
    context: str
    better: float
    worse: float
    names: tuple[tuple[str, ...], tuple[str, ...]] = ((), ())

    def as_json(self) -> dict[str, Any]:
        """Plain values."""
        return {**vars(self), "names": {"better": list(self.names[0]), "worse": list(self.names[1])}}


@dataclass(frozen=True)
class Comparison:
    """All differences of an experiment.

    Args:
        design: name of it.
        against: arm that the others are compared with.
        differences: every outcome, arm, context, group and year.
        villages: who gains and who loses among them.
        spent: yuan that policy cost in the whole run, by (arm, context), mean over replicates at the defaults.
        incomplete: runs of the plan that are not there (failed, or not yet run); their partners are left out too.
        level: of all intervals.
    """

    design: str
    against: str
    differences: tuple[Difference, ...]
    villages: tuple[Shares, ...]
    spent: Mapping[tuple[str, str], float]
    incomplete: int
    level: float = LEVEL

    def last(
        self, outcome: str | None = None, *, grouping: str = COUNTY[0], scenario: str | None = None
    ) -> list[Difference]:
        """Differences at the end of the run, of the county or of the groups of a grouping."""
        end = max((one.year for one in self.differences), default=0)
        return [
            one for one in self.differences
            if one.year == end and one.grouping == grouping
            and (outcome is None or one.outcome == outcome) and (scenario is None or one.scenario == scenario)
        ]  # fmt: skip

    def as_json(self) -> dict[str, Any]:
        """Plain values: the county at the end under ``differences``, all else beside."""
        end = self.last()
        return {
            "against": self.against,
            "level": self.level,
            "incomplete": self.incomplete,
            "spent": [
                {"scenario": arm, "context": context, "yuan": yuan} for (arm, context), yuan in self.spent.items()
            ],
            "differences": [one.as_json() for one in end],
            "groups": [one.as_json() for one in self.differences if one.grouping != COUNTY[0]],
            "years": [one.as_json() for one in self.differences if one.grouping == COUNTY[0] and one not in end],
            "villages": [one.as_json() for one in self.villages],
        }


@dataclass(frozen=True)
class _Cells:
    """What one arm gives under one context: figures by (draw, replicate), villages and yuan by replicate."""

    groups: Mapping[tuple[int, int], np.ndarray]
    people: Mapping[tuple[int, int], np.ndarray]
    villages: Mapping[int, Record]
    spent: list[float]


def compare(plan: Plan, store: Store, *, width: float = DEFAULT_WIDTH) -> Comparison:
    """Compare the arms of an experiment with its baseline.

    Args:
        plan: of an experiment with at least two arms.
        store: where its runs are.
        width: wanted half width of the mean's interval, as a share of the difference, for ``needed``.
    """
    cells, found = _gather(plan, store)
    end = len(years_of(plan.design.arms[0].scenarios[0].months)) - 1
    against = plan.design.against
    differences: list[Difference] = []
    villages: list[Shares] = []
    for context in plan.design.contexts:
        base = cells[against, context]
        for arm in plan.design.arms:
            if arm.name == against:
                continue
            names = (arm.name, against, context)
            own = cells[arm.name, context]
            differences += _of_tables(own.groups, base.groups, names, GROUPS, SERIES, width)
            differences += _of_tables(own.people, base.people, names, PEOPLE, PEOPLE_SERIES, width, end)
            roster = plan.design.arms[0].scenarios[0].place.roster is not None
            villages += _of_villages(own.villages, base.villages, names, plan.design.outcomes, roster)
    spent = {at: sum(one.spent) / len(one.spent) for at, one in cells.items() if one.spent}
    return Comparison(plan.design.name, against, tuple(differences), tuple(villages), spent, len(plan) - found)


def _gather(plan: Plan, store: Store) -> tuple[dict[tuple[str, str], _Cells], int]:
    cells: dict[tuple[str, str], _Cells] = defaultdict(lambda: _Cells({}, {}, {}, []))
    found = 0
    for run, record in records(plan, store):
        found += 1
        one, at = cells[run.arm, run.context], (run.draw, run.replicate)
        # draws matter at the end alone; years in between are told for the defaults
        one.groups[at] = record.groups if run.draw == 0 else record.groups[:, -1:]  # type: ignore[index]
        if record.people is not None:
            one.people[at] = record.people[:, None, :]  # type: ignore[index]
        if run.draw == 0:
            one.spent.append(record.spent)
        if run.draw == 0 and record.villages is not None:
            one.villages[run.replicate] = record  # type: ignore[index]
    return cells, found


def _of_tables(
    own: Mapping[tuple[int, int], np.ndarray],
    base: Mapping[tuple[int, int], np.ndarray],
    names: tuple[str, str, str],
    groups: Sequence[tuple[str, str]],
    series: Sequence[str],
    width: float,
    shift: int = 0,
) -> list[Difference]:
    """Differences of every group, year (entry + shift) and figure; pairs of which one is missing are left out."""
    pairs = sorted(own.keys() & base.keys())
    luck = [replicate for draw, replicate in pairs if draw == 0]
    if not luck:
        return []
    ours, theirs = (np.stack([table[0, r] for r in luck]) for table in (own, base))  # [R, G, Y, S]
    years = ours.shape[2]
    drawn = _drawn(own, base, pairs)
    found = []
    for g in range(ours.shape[1]):
        if np.isnan(ours[:, g]).all() or np.isnan(theirs[:, g]).all():
            continue
        for year in range(min(1, years - 1), years):
            end = year == years - 1
            for k, name in enumerate(series):
                if g and name not in BETTER and name not in PEOPLE_SERIES:
                    continue  # classes: what is better or worse
                one, other = ours[:, g, year, k], theirs[:, g, year, k]
                both = np.isfinite(one) & np.isfinite(other)
                if not both.any():
                    continue
                change = {part: table[:, g, k] for part, table in drawn.items()} if end else {}
                found.append(_one(name, names, groups[g], year + shift, one[both], other[both], change, width))
    return found


def _drawn(
    own: Mapping[tuple[int, int], np.ndarray],
    base: Mapping[tuple[int, int], np.ndarray],
    pairs: Sequence[tuple[int, int]],
) -> dict[str, np.ndarray]:
    """What draws do to the difference at the end, against the defaults under the same luck, and once more under other
    luck where there is any: [D, G, S] each."""
    at_end = {at: own[at][:, -1] - base[at][:, -1] for at in pairs}
    draws = sorted({draw for draw, _ in pairs if draw})
    if not draws:
        return {}
    missing = np.full_like(next(iter(at_end.values())), np.nan)
    first, second = [], []
    for draw in draws:
        known = [at_end[d, r] - at_end[0, r] for d, r in pairs if d == draw and (0, r) in at_end]
        first.append(known[0] if known else missing)
        second.append(known[1] if len(known) > 1 else missing)
    return {"first": np.stack(first), "second": np.stack(second)}


def _one(
    outcome: str,
    names: tuple[str, str, str],
    group: tuple[str, str],
    year: int,
    own: np.ndarray,
    base: np.ndarray,
    drawn: Mapping[str, np.ndarray],
    width: float,
) -> Difference:
    differences = own - base
    count, mean = len(differences), float(differences.mean())
    sd = unpaired = None
    ends: dict[str, float | None] = dict.fromkeys(("low_mean", "high_mean", "low_luck", "high_luck", "low", "high"))
    needed, blur = None, None
    if count >= _FEWEST:
        sd = float(differences.std(ddof=1))
        unpaired = float((own.var(ddof=1) + base.var(ddof=1)) ** 0.5)
        t = _student(count - 1)
        half, more = t * sd / count**0.5, t * sd * (1.0 + 1.0 / count) ** 0.5
        ends.update(low_mean=mean - half, high_mean=mean + half, low_luck=mean - more, high_luck=mean + more)
        needed = replicates_needed(sd, width * abs(mean)) if mean else None
        blur = more / _NORMAL  # so that the headline never claims to know luck better than luck alone does
    if drawn:
        spread = spread_of(mean, drawn["first"], drawn["second"], np.empty(0), blur)
        if spread is not None:
            ends.update(low=spread.low, high=spread.high)
    return Difference(
        outcome, *names, *group, year, float(own.mean()), float(base.mean()), mean, sd, unpaired,
        ends["low_mean"], ends["high_mean"], ends["low_luck"], ends["high_luck"], ends["low"], ends["high"],
        count, needed,
    )  # fmt: skip


def _student(freedom: int) -> float:
    from scipy.special import stdtrit

    return float(stdtrit(freedom, 0.5 + LEVEL / 2.0))


def replicates_needed(sd: float, half: float) -> int | None:
    """The least number of replicates n with t_{n−1} sd/√n ≤ half; None where no number below a million will do.

    Args:
        sd: of one paired difference.
        half: wanted half width of the mean's interval.
    """
    if sd <= 0.0:
        return _FEWEST
    if half <= 0.0:
        return None
    low, high = 1, _FEWEST
    while _student(high - 1) * sd / high**0.5 > half:
        low, high = high, high * 2
        if high > _MOST_NEEDED:
            return None
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if _student(middle - 1) * sd / middle**0.5 <= half else (middle, high)
    return high


def _of_villages(
    own: Mapping[int, Record],
    base: Mapping[int, Record],
    names: tuple[str, str, str],
    outcomes: Sequence[str],
    roster: bool,
) -> list[Shares]:
    """Shares of villages that a scenario leaves better or worse off."""
    both = [(own[r], base[r]) for r in sorted(own.keys() & base.keys()) if own[r].names == base[r].names]
    found = []
    for outcome in outcomes:
        if not both or outcome not in BETTER:
            continue
        k, sign = SERIES.index(outcome), BETTER[outcome]
        gains = np.stack([sign * (a.villages[:, k] - b.villages[:, k]) for a, b in both])  # type: ignore[index]
        named: tuple[tuple[str, ...], tuple[str, ...]] = ((), ())
        if roster:
            labels = both[0][0].names
            named = (_always(labels, gains > 0.0), _always(labels, gains < 0.0))
        found.append(Shares(outcome, *names, float((gains > 0.0).mean()), float((gains < 0.0).mean()), named))
    return found


def _always(labels: Sequence[str], mask: np.ndarray) -> tuple[str, ...]:
    """Villages for which something holds under every luck."""
    return tuple(label for label, wanted in zip(labels, mask.T.tolist(), strict=True) if all(wanted))
