"""The whole measurement of a scenario's pivot: conversions, the pivot test, rivals, amplification.

Two kinds of runs, on villages that stand for the county (``village_sample``). At the defaults, under several kinds of
luck, all arms with each channel alone: what is quoted as the mean, with Fieller's interval over villages and luck. Over
parameter draws, the arms without single channels: the headline interval and every probability.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from ruralsim.analysis.pivot.amplification import HORIZONS, measure_loop_gain
from ruralsim.analysis.pivot.arms import Job, arms_of, run_arms
from ruralsim.analysis.pivot.findings import Pivot
from ruralsim.analysis.pivot.nudge import NudgeJob
from ruralsim.analysis.village_sample import sample_villages
from ruralsim.base.errors import InputError
from ruralsim.experiments.parameter_draws import design
from ruralsim.model.run import default_threads, replicate_seed
from ruralsim.spec.scenario import Scenario

DEFAULT_REPLICATES, DEFAULT_DRAWS, DEFAULT_NUDGED_DRAWS = 4, 32, 12
MOST_DRAWS = 10_000
#: adult-months of all arms together, and of the nudged runs: a minute or two on two cores
_ADULT_MONTHS, _NUDGED_MONTHS = 400e6, 120e6


def measure_pivot(
    scenario: Scenario,
    *,
    seed: int = 1,
    replicates: int = DEFAULT_REPLICATES,
    draws: int = DEFAULT_DRAWS,
    workers: int | None = None,
    nudged_draws: int | None = None,
    ranges: Mapping[str, tuple[float, float]] | None = None,
    adults: int | None = None,
    progress: Callable[[int, int], None] | None = None,
    nudging: Callable[[int, int], None] | None = None,
) -> Pivot:
    """Measure the pivot of a scenario.

    Args:
        scenario: resolved.
        seed: of all luck and draws.
        replicates: kinds of luck at the defaults, 1 or more.
        draws: parameter draws, 0 or 4 to 10,000.
        workers: simulations at a time; None means all processors. No number depends on it.
        nudged_draws: draws of the loop gain; None means a default of at most ``draws``; negative leaves the loop out.
        ranges: other ranges than the stated ones, by parameter.
        adults: registered adults of the villages that it runs on; None means as many as a minute or two allows.
        progress, nudging: called with (months done, months in all) of the arms, of the nudged runs.

    Raises:
        InputError: a number out of bounds, an unknown parameter in ``ranges``.
    """
    _within("replicates", replicates, 1, 1000)
    _within("draws", draws, 0, MOST_DRAWS)
    workers = default_threads() if workers is None else workers
    per_test, with_channels = (len(arms_of(bool(scenario.phases), channels)) for channels in (False, True))
    sims = replicates * with_channels + draws * per_test
    size = int(_ADULT_MONTHS / (sims * scenario.months)) if adults is None else adults
    samples = tuple(sample_villages(scenario, replicate_seed(seed, number), size) for number in range(replicates))
    drawn = design(scenario, seed, draws, ranges=ranges) if draws else None
    jobs = [Job(0, number, True) for number in range(replicates)] + [Job(d, 0, False) for d in range(1, draws + 1)]
    runs = run_arms(samples, drawn, jobs, workers, progress)
    if all(one.message is not None for one in runs[:replicates]):
        raise ArithmeticError(runs[0].message)
    loop = None
    nudged = min(DEFAULT_NUDGED_DRAWS, draws) if nudged_draws is None else min(nudged_draws, draws)
    if nudged >= 0:
        pairs = [NudgeJob(0, number) for number in range(min(2, replicates))]
        pairs += [NudgeJob(d, 0) for d in range(1, nudged + 1)]
        size = int(_NUDGED_MONTHS / (len(pairs) * 36 * max(HORIZONS))) if adults is None else adults
        places = tuple(sample_villages(scenario, replicate_seed(seed, number), size) for number in range(2))
        loop = measure_loop_gain(places, drawn, pairs, workers, progress=nudging)
    held = () if drawn is None else drawn.held
    return Pivot(scenario, seed, samples, tuple(runs[:replicates]), tuple(runs[replicates:]), loop, held)


def _within(name: str, value: int, low: int, high: int) -> None:
    if not low <= value <= high:
        raise InputError("outside_limits", key=name, read=value, low=low, high=high, unit="")
