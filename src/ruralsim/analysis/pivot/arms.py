"""The arms of the pivot test: the same county under the same luck, with channels cut and with rivals of equal money.

A cut channel is neither felt nor delivered; its payment still leaves. An effect is the scenario's strategy less the
same county without policy; what a cut takes from it is measured with the channel cut in both. The scenario less the
scenario with all channels cut is what the pivot adds; the scenario less a rival is what it adds beyond other uses of
the same money (``model/rival.py``).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from ruralsim.analysis.figures import window_of
from ruralsim.analysis.pivot.conversion import Conversion, bracket_of, conversion
from ruralsim.analysis.threads import StoppedError, Tick, on_threads
from ruralsim.analysis.village_sample import Sample
from ruralsim.experiments.parameter_draws import Design
from ruralsim.model.books_loop import OUTCOME_INDEX
from ruralsim.model.county import County
from ruralsim.model.outcomes import GOALS, goal_scores
from ruralsim.model.rival import CHANNELS_OF_PIVOT, CONTESTED, RIVALS, Rival, rival_of
from ruralsim.model.run import without_policy
from ruralsim.state.flows import FLOW_INDEX

ALL = "all"
#: figures followed beside the goals
FOLLOWED = ("potential", "mean_trust", "value_added", "mean_income", "mean_satisfaction", "collective_value_added")
SERIES = (*GOALS, *FOLLOWED)
_HEADS = OUTCOME_INDEX["registered"]
_COLUMNS = [OUTCOME_INDEX[name] for name in FOLLOWED]


@dataclass(frozen=True, slots=True)
class Arm:
    """One run of a pair.

    Args:
        policy: with the scenario's phases, or without any.
        cut: pivot channels cut.
        rival: name of a rival, or None.
    """

    policy: bool = True
    cut: tuple[str, ...] = ()
    rival: str | None = None


REFERENCE, BASELINE = Arm(), Arm(policy=False)
ALL_CUT, BASELINE_CUT = Arm(cut=CHANNELS_OF_PIVOT), Arm(policy=False, cut=CHANNELS_OF_PIVOT)


def arms_of(policy: bool, channels: bool) -> tuple[Arm, ...]:
    """The arms of one test, the reference first (rivals are paid what it distributed).

    Args:
        policy: whether the scenario has phases; without them a strategy has no effect to lose.
        channels: also cut each channel alone.
    """
    cuts: list[tuple[str, ...]] = [(), *((name,) for name in CHANNELS_OF_PIVOT if channels), CHANNELS_OF_PIVOT]
    arms = [Arm(True, cut) for cut in cuts]
    arms += [Arm(False, cut) for cut in cuts] if policy else []
    return (*arms, *(Arm(rival=name) for name in RIVALS))


@dataclass(frozen=True, slots=True)
class Job:
    """All arms of one draw under one luck.

    Args:
        draw: 0 the defaults.
        replicate: which of the samples, hence which luck.
        channels: whether each channel is cut alone too.
    """

    draw: int
    replicate: int
    channels: bool


@dataclass(frozen=True, eq=False)
class ArmRuns:
    """What the arms of a job gave.

    Args:
        parts: by arm, float64 [V, S]: each village's part in the county's figure over the last months; they sum to it.
        yearly: by arm, float64 [Y, S]: the county's figures by simulated year.
        bracket, endowment: int [V].
        conversion: of the reference arm.
        money: by rival, fen in all: distributed by the reference, delivered by the rival, taken from the collective.
        message: why there is nothing, or None.
    """

    job: Job
    parts: Mapping[Arm, np.ndarray] = field(default_factory=dict)
    yearly: Mapping[Arm, np.ndarray] = field(default_factory=dict)
    bracket: np.ndarray | None = None
    endowment: np.ndarray | None = None
    conversion: Conversion | None = None
    money: Mapping[str, tuple[int, int, int]] = field(default_factory=dict)
    message: str | None = None


def run_arms(
    samples: Sequence[Sample],
    drawn: Design | None,
    jobs: Sequence[Job],
    workers: int,
    progress: Callable[[int, int], None] | None = None,
) -> list[ArmRuns]:
    """Run all arms of all jobs; one that fails keeps its message and stops no other.

    Args:
        samples: villages to run on, by replicate.
        drawn: parameter draws; None where all jobs are of the defaults.
        jobs: in the order of the result.
        workers: jobs at a time; no number depends on it.
        progress: called with (months done, months in all).
    """
    months = samples[0].county.months
    policy = bool(samples[0].county.phases)
    total = months * sum(len(arms_of(policy, job.channels)) for job in jobs)

    def work(job: Job, tick: Tick) -> ArmRuns:
        values = {} if drawn is None else drawn.draw(job.draw)
        try:
            return _run(job, samples[job.replicate], values, tick)
        except StoppedError:
            raise
        except Exception as trouble:  # whatever a draw runs into, the others go on
            return ArmRuns(job, message=f"{type(trouble).__name__}: {trouble}")

    return on_threads(jobs, work, workers, total, progress)


def _run(job: Job, sample: Sample, values: Mapping[str, float], tick: Tick) -> ArmRuns:
    scenario = sample.scenario(values)
    plain = without_policy(scenario)
    parts: dict[Arm, np.ndarray] = {}
    yearly: dict[Arm, np.ndarray] = {}
    money: dict[str, tuple[int, int, int]] = {}
    reference: County | None = None
    for arm in arms_of(bool(scenario.phases), job.channels):
        rival = None
        if arm.rival is not None:
            assert reference is not None
            rival = rival_of(arm.rival, reference.record.money, scenario.start.month)
        county = County.build(scenario if arm.policy else plain, sample.seed, values, cut=arm.cut, rival=rival)
        county.advance(threads=1, progress=lambda *_: tick(1))
        parts[arm], yearly[arm] = _figures(county, sample.factors)
        if arm == REFERENCE:
            reference = county
        if rival is not None:
            money[rival.name] = _sums(reference, rival, county)
    assert reference is not None
    read = conversion(reference.record, sample.factors, reference.villages["endowment"])
    income = 12.0 * reference.record.outcomes[0, :, OUTCOME_INDEX["operating_income"]]
    return ArmRuns(
        job, parts, yearly, bracket_of(income), reference.villages["endowment"].astype(np.int64), read, money
    )


def _sums(reference: County | None, rival: Rival, county: County) -> tuple[int, int, int]:
    """Fen distributed by the reference, delivered by the rival run, and taken from its collective."""
    assert reference is not None
    distributed = sum(reference.record.money[:, :, FLOW_INDEX[flow]].sum() for flow in CONTESTED[rival.name])
    taken = "wages_contracted" if rival.contracted else "handed_over"
    return int(distributed), int(rival.payments.sum()), int(county.record.money[:, :, FLOW_INDEX[taken]].sum())


def _figures(county: County, factors: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Villages' parts in the figures of the last months, [V, S]; the county's by year, [Y, S]."""
    outcomes = county.record.outcomes[1:]
    weights = outcomes[..., _HEADS] * factors
    weights /= weights.sum(axis=1, keepdims=True)
    values = np.concatenate([goal_scores(outcomes), outcomes[..., _COLUMNS]], axis=2)
    if not np.isfinite(values).all():
        raise ArithmeticError("a figure is not finite")
    parts = weights[:, :, None] * values
    monthly = parts.sum(axis=1)
    years = np.stack([part.mean(axis=0) for part in np.split(monthly, range(12, len(monthly), 12))])
    return parts[-window_of(county.scenario.months) :].mean(axis=0), years
