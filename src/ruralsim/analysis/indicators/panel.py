"""What the laboratory looks at: yearly values of indicators and outcomes, village by village, of many simulations.

A job names one simulation (a variant of the scenario, a parameter draw, a kind of luck); a panel is what is kept of it.
Jobs run on threads, because compiled months release Python's lock; a panel depends on its job alone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from ruralsim.agents.cadre import hours_left
from ruralsim.analysis.threads import on_threads
from ruralsim.institutions.assessment import check_probability
from ruralsim.model.books_loop import OUTCOME_INDEX
from ruralsim.model.county import County
from ruralsim.model.outcomes import GOALPOSTS, GOALS
from ruralsim.spec.scenario import Scenario

#: components of the goals in the order of the goalposts, and the goal that each belongs to
COMPONENTS: tuple[str, ...] = tuple(post.component for post in GOALPOSTS)
GOAL_OF: np.ndarray = np.array([list(GOALS).index(post.goal) for post in GOALPOSTS])
_COLUMNS = np.array([OUTCOME_INDEX[name] for name in COMPONENTS])
#: working days of a cadre in a year
WORKING_DAYS = 250.0


@dataclass(frozen=True)
class Job:
    """One simulation.

    Args:
        variant: what was changed, for the reader.
        draw: 0 the defaults, else a parameter draw.
        luck: number of the kind of luck.
        scenario: to be run, whole.
        seed: the luck itself.
        values: parameters to set.
        factors: how many adults of the county an adult of each village stands for; empty: one.
    """

    variant: str
    draw: int
    luck: int
    scenario: Scenario
    seed: int
    values: Mapping[str, float] = field(default_factory=dict)
    factors: tuple[float, ...] = ()


@dataclass(frozen=True, eq=False)
class Panel:
    """What is kept of a simulation of Y years, V villages, n items.

    Args:
        items: their names.
        true, reported: float64 [Y, V, n], means of the year's quarters.
        components: float64 [Y, V, 14], scores of the goals' components, means of the year's months.
        heads: float64 [V], registered adults of the county that each village stands for at the end.
        hours: float64, share of a cadre's time left after reports and receptions, mean of all months and villages.
        burden: float64 [n], what each item takes of it: hours without the item less hours with all.
    """

    items: tuple[str, ...]
    true: np.ndarray
    reported: np.ndarray
    components: np.ndarray
    heads: np.ndarray
    hours: float
    burden: np.ndarray

    @property
    def goals(self) -> np.ndarray:
        """Scores of the goals, float64 [Y, V, 3]."""
        return np.stack([self.components[..., k == GOAL_OF].mean(axis=-1) for k in range(len(GOALS))], axis=-1)

    def county_goals(self, years: slice = slice(None)) -> np.ndarray:
        """Scores of the county, [3], villages weighing as many adults as they stand for, mean over some years."""
        share = self.heads / self.heads.sum()
        return np.einsum("v,yvg->g", share, self.goals[years]) / len(self.goals[years])


Runner = Callable[[Sequence[Job]], list[Panel]]


def simulate(job: Job, tick: Callable[[int], None] | None = None) -> Panel:
    """Run one job.

    Args:
        job: what to run.
        tick: called after each month with 1.
    """
    county = County.build(job.scenario, job.seed, job.values)
    county.advance(threads=1, progress=None if tick is None else lambda _done, _all: tick(1))
    return panel_of(county, job.factors)


def panel_of(county: County, factors: Sequence[float] = ()) -> Panel:
    """Keep of a finished county what the laboratory needs.

    Args:
        county: at the end of its run.
        factors: as in :class:`Job`.
    """
    record, months = county.record, county.scenario.months
    years = max(1, months // 12)
    outcomes = record.outcomes[1:]
    scores = np.stack([post.score(outcomes[..., k]) for post, k in zip(GOALPOSTS, _COLUMNS, strict=True)], axis=-1)
    spans = [slice(12 * y, min(months, 12 * (y + 1))) for y in range(years)]
    quarters = [[values for month, values in record.indicators if s.start < month <= s.stop] for s in spans]
    if not all(quarters):  # a run too short for a report: the opening observation stands in
        quarters = [[np.stack([county.reports[k] for k in ("true", "reported", "target")], axis=2)] for _ in spans]
    values = np.stack([np.mean(one, axis=0) for one in quarters])
    return Panel(
        items=county.framework.ids,
        true=values[..., 0],
        reported=values[..., 1],
        components=np.stack([scores[s].mean(axis=0) for s in spans]),
        heads=outcomes[-1, :, OUTCOME_INDEX["registered"]] * (factors or 1.0),
        hours=float(outcomes[..., OUTCOME_INDEX["cadre_hours"]].mean()),
        burden=_burden(county),
    )


def _burden(county: County) -> np.ndarray:
    """Share of a cadre's month that each item's reports and checks take, by the model's own rule.

    What would be free if the item were neither reported nor checked and the others were checked as they are: by how
    much all of them could be checked more often instead is no saving of time.
    """
    items, p = county.items, county.fields
    regime = county.regime_numbers.at((county.scenario.months - 1) / 12.0)
    n = len(items)
    checks = np.array([check_probability(regime.checks, n, float(one)) for one in items["check_weight"]]) / n

    def left(reports: float, checked: float) -> float:
        return hours_left(reports, 0.0, regime.burden_factor, checked, p)

    reports, checked = float(items["quantified"].sum()), float(checks.sum())
    whole = left(reports, checked)
    each = zip(items["quantified"].tolist(), checks.tolist(), strict=True)
    return np.array([max(0.0, left(reports - own, max(0.0, checked - check)) - whole) for own, check in each])


def run_jobs(jobs: Sequence[Job], workers: int = 1, progress: Callable[[int, int], None] | None = None) -> list[Panel]:
    """Run jobs and return their panels in the same order; no number depends on ``workers``.

    Args:
        jobs: what to run.
        workers: simulations at a time.
        progress: called with (months done, months in all) by one thread at a time.
    """
    return on_threads(jobs, simulate, workers, sum(job.scenario.months for job in jobs), progress)


def runner(workers: int, progress: Callable[[int, int], None] | None = None) -> Runner:
    """Return a runner of jobs with some workers."""
    return lambda jobs: run_jobs(jobs, workers, progress)
