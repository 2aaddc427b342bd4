"""Uncertainty by default: parameter draws, each beside the same county without policy.

Replicates of the whole county (luck) run at the defaults, each beside its twin without any phase under the same luck,
so that what policy does is a paired difference. Parameter draws run, again both with and without policy, on a sample
of the county's villages (``village_sample``), each measured against the defaults on the same sample under the same
luck. ``intervals`` says how the two become intervals and shares of variance.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from ruralsim.analysis.threads import StoppedError, Tick, on_threads
from ruralsim.analysis.village_sample import Sample, sample_villages
from ruralsim.base.errors import InputError
from ruralsim.experiments.parameter_draws import Design, design
from ruralsim.experiments.series import county_series, yearly
from ruralsim.model.county import County
from ruralsim.model.groups import group_means, people_sums, sums_by_group
from ruralsim.model.run import default_threads, replicate_seed, without_policy
from ruralsim.spec.scenario import Scenario

DEFAULT_DRAWS = 48
MOST_DRAWS = 10_000
FEWEST_DRAWS = 4
#: one draw in so many also runs under other luck; one in so many gets a twin (``intervals``)
_SECOND, _TWINS = 6, 2
#: adult-months of all draws together: about a minute on two cores
_ADULT_MONTHS = 240e6
POLICIES = ("scenario", "baseline")
KINDS = ("defaults", "drawn", "twin")


@dataclass(frozen=True, slots=True)
class Job:
    """One simulation of a sample.

    Args:
        draw: 0 the defaults, 1 … D, then the twins.
        replicate: 0 or 1, the luck.
        policy: ``scenario`` or ``baseline``.
    """

    draw: int
    replicate: int
    policy: str


@dataclass(frozen=True, eq=False)
class Outcome:
    """What a job gave, or why it failed.

    Args:
        job: which simulation.
        series: float64 [T + 1, len(SERIES)] by month.
        groups: float64 [groups, measures], means by group at the end (``model.groups``).
        message: where it failed.
    """

    job: Job
    series: np.ndarray | None
    groups: np.ndarray | None = None
    message: str | None = None


@dataclass(frozen=True, eq=False)
class Draws:
    """All draws of a run.

    Args:
        design: which parameters were drawn, and their values.
        samples: the villages that they ran on, under each kind of luck.
        outcomes: in the order of :func:`jobs_of`.
        twins: number of draws with a twin; second: number of draws that also ran under other luck.
    """

    design: Design
    samples: tuple[Sample, ...]
    outcomes: tuple[Outcome, ...]
    second: int
    twins: int

    def kind(self, draw: int) -> str:
        """``defaults``, ``drawn`` or ``twin``."""
        return KINDS[0] if draw == 0 else KINDS[1] if draw <= self.design.draws else KINDS[2]

    @property
    def failed(self) -> tuple[Outcome, ...]:
        """Runs that gave nothing, with the reason."""
        return tuple(one for one in self.outcomes if one.series is None)


def draw_samples(scenario: Scenario, seed: int, draws: int) -> tuple[Sample, ...]:
    """Choose the villages that so many draws run on, for both kinds of luck; as many as :data:`_ADULT_MONTHS` allow."""
    adults = int(_ADULT_MONTHS / (simulations(scenario, draws) * scenario.months))
    return tuple(sample_villages(scenario, replicate_seed(seed, number), adults) for number in (0, 1))


def simulations(scenario: Scenario, draws: int) -> int:
    """Return how many simulations so many draws take."""
    return (2 if scenario.phases else 1) * (draws + sum(_parts(draws)) + 2)


def _parts(draws: int) -> tuple[int, int]:
    """How many draws also run under other luck, and how many get a twin."""
    return max(FEWEST_DRAWS, draws // _SECOND), max(FEWEST_DRAWS, draws // _TWINS)


def jobs_of(draws: int, second: int, twins: int, *, policy: bool) -> list[Job]:
    """All simulations of a design: defaults and the first draws under two kinds of luck, all others under one."""
    pairs = [(0, 0), (0, 1), *((d, 0) for d in range(1, draws + 1)), *((d, 1) for d in range(1, second + 1))]
    pairs += [(draws + k, 0) for k in range(1, twins + 1)]
    return [Job(draw, replicate, name) for draw, replicate in pairs for name in POLICIES[: 1 + policy]]


def run_draws(
    scenario: Scenario,
    *,
    seed: int = 1,
    draws: int = DEFAULT_DRAWS,
    workers: int | None = None,
    progress: Callable[[int, int], None] | None = None,
    ranges: Mapping[str, tuple[float, float]] | None = None,
    samples: tuple[Sample, ...] | None = None,
) -> Draws:
    """Run a scenario and its twin without policy for every parameter draw.

    Args:
        scenario: of the whole county.
        seed: of the run; the two kinds of luck are those of its first two replicates.
        draws: how many, 4 to 10,000.
        workers: simulations at a time; None means all processors. No number depends on it.
        progress: called with (months done, months in all), over all simulations, by one thread at a time.
        ranges: other ranges than the stated ones, by parameter.
        samples: villages to run on under each kind of luck; None means :func:`draw_samples`.

    Returns:
        All simulations; one that fails keeps its message and stops no other.

    Raises:
        InputError: a number out of bounds, an unknown parameter in ``ranges``.
    """
    if not FEWEST_DRAWS <= draws <= MOST_DRAWS:
        raise InputError("outside_limits", key="draws", read=draws, low=FEWEST_DRAWS, high=MOST_DRAWS, unit="")
    second, twins = _parts(draws)
    drawn = design(scenario, seed, draws, anew=twins, ranges=ranges)
    places = draw_samples(scenario, seed, draws) if samples is None else samples
    jobs = jobs_of(draws, second, twins, policy=bool(scenario.phases))
    workers = default_threads() if workers is None else workers
    outcomes = tuple(_run_all(jobs, places, drawn, workers, progress))
    return Draws(drawn, places, outcomes, second, twins)


def _run_all(
    jobs: list[Job],
    samples: tuple[Sample, ...],
    drawn: Design,
    workers: int,
    progress: Callable[[int, int], None] | None,
) -> Iterable[Outcome]:
    """Run the jobs on threads (the compiled months release Python's lock); stop them all when the user does."""
    total = len(jobs) * samples[0].county.months

    def work(job: Job, tick: Tick) -> Outcome:
        return _simulate(job, samples[job.replicate], drawn.draw(job.draw), tick)

    return on_threads(jobs, work, workers, total, progress)


def _simulate(job: Job, sample: Sample, values: Mapping[str, float], tick: Callable[[int], None]) -> Outcome:
    """One simulation; what goes wrong in it is its result."""
    before = 0

    def month(done: int, _: int) -> None:
        nonlocal before
        tick(done - before)
        before = done

    try:
        scenario = sample.scenario(values)
        scenario = scenario if job.policy == POLICIES[0] else without_policy(scenario)
        county = County.build(scenario, sample.seed, values)
        county.advance(threads=1, progress=month)
        series = county_series(county.record.outcomes, sample.factors)
        if not np.isfinite(series).all():
            raise ArithmeticError("a figure is not finite")
        groups = group_means(sums_by_group(people_sums(county), county.villages), sample.factors)
    except StoppedError:
        raise
    except Exception as trouble:  # whatever a draw runs into, the others go on
        tick(sample.county.months - before)
        return Outcome(job, None, message=f"{type(trouble).__name__}: {trouble}")
    return Outcome(job, series, groups)


def table_rows(draws: Draws) -> Iterator[tuple[Job, str, int | None, int, int, np.ndarray]]:
    """Yield (job, kind, the draw it is a twin of, year, months, figures) of all that succeeded."""
    for one in draws.outcomes:
        if one.series is None:
            continue
        kind = draws.kind(one.job.draw)
        of = one.job.draw - draws.design.draws if kind == KINDS[2] else None
        for year, months, figures in yearly(one.series):
            yield one.job, kind, of, year, months, figures
