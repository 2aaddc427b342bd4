"""The whole measurement of a scenario's pivot: conversions, the pivot test, rivals, amplification.

Two kinds of runs, on villages that stand for the county (``village_sample``). At the defaults, under several kinds of
luck, all arms with each channel alone: what is quoted as the mean, with Fieller's interval over villages and luck. Over
parameter draws, the arms without single channels: the headline interval and every probability.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from ruralsim.analysis.pivot.amplification import HORIZONS, LoopGain, NudgeJob, measure_loop_gain
from ruralsim.analysis.pivot.arms import (
    ALL,
    ALL_CUT,
    BASELINE,
    BASELINE_CUT,
    REFERENCE,
    SERIES,
    Arm,
    ArmRuns,
    Job,
    arms_of,
    run_arms,
)
from ruralsim.analysis.pivot.conversion import BRACKETS, Conversion, mean_conversion
from ruralsim.analysis.pivot.shares import (
    Ratio,
    mean_of,
    quantiles_of,
    ratio_of,
    ratio_over_draws,
    refused,
    share_above,
)
from ruralsim.analysis.village_sample import Sample, sample_villages
from ruralsim.base.errors import InputError
from ruralsim.experiments.parameter_draws import design
from ruralsim.model.outcomes import GOALS
from ruralsim.model.rival import CHANNELS_OF_PIVOT, RIVALS
from ruralsim.model.run import default_threads, replicate_seed
from ruralsim.spec.scenario import Scenario

DEFAULT_REPLICATES, DEFAULT_DRAWS, DEFAULT_NUDGED_DRAWS = 4, 32, 12
MOST_DRAWS = 10_000
#: adult-months of all arms together, and of the nudged runs: a minute or two on two cores
_ADULT_MONTHS, _NUDGED_MONTHS = 400e6, 120e6


@dataclass(frozen=True)
class Pivot:
    """Everything measured of a scenario's pivot.

    Args:
        scenario: resolved; seed: of the run.
        samples: villages that it was measured on, by replicate.
        defaults, draws: the arms' runs.
        loop: loop gain, or None where it was not wanted.
        held: parameters that were not drawn because the scenario states them.
    """

    scenario: Scenario
    seed: int
    samples: tuple[Sample, ...]
    defaults: tuple[ArmRuns, ...]
    draws: tuple[ArmRuns, ...]
    loop: LoopGain | None
    held: tuple[str, ...] = ()

    @property
    def policy(self) -> bool:
        """Whether the scenario has a strategy whose effect can be split."""
        return bool(self.scenario.phases)

    @property
    def failed(self) -> tuple[ArmRuns, ...]:
        """Runs that gave nothing, with the reason."""
        return tuple(one for one in (*self.defaults, *self.draws) if one.message is not None)

    @cached_property
    def conversion(self) -> Conversion:
        """Mean over the replicates at the defaults."""
        return mean_conversion([one.conversion for one in self.defaults if one.conversion is not None])

    # ------------------------------------------------------------------ contributions

    def _units(self, plus: Arm, minus: Arm, series: str, bracket: int | None = None) -> np.ndarray:
        """Villages' contributions at the defaults to the mean difference of two arms; their sum is the difference."""
        k = SERIES.index(series)
        found = []
        ran = [one for one in self.defaults if one.message is None]
        for one in ran:
            part = one.parts[plus][:, k] - one.parts[minus][:, k]
            found.append(part if bracket is None or one.bracket is None else part[one.bracket == bracket])
        return np.concatenate(found) / max(1, len(ran))

    def _over_draws(self, plus: Arm, minus: Arm, series: str) -> np.ndarray:
        """The county's difference of two arms in every draw; NaN where one failed."""
        k = SERIES.index(series)
        return np.array(
            [
                np.nan if one.message is not None else float((one.parts[plus] - one.parts[minus])[:, k].sum())
                for one in self.draws
            ]
        )

    # ------------------------------------------------------------------ the pivot test

    def share_at_defaults(self, goal: str, channel: str = ALL, bracket: int | None = None) -> Ratio:
        """Share of the strategy's effect on a goal that is lost with a channel cut: Fieller over villages and luck."""
        if not self.policy:
            return refused("no_policy")
        cut = CHANNELS_OF_PIVOT if channel == ALL else (channel,)
        effect = self._units(REFERENCE, BASELINE, goal, bracket)
        return ratio_of(effect - self._units(Arm(True, cut), Arm(False, cut), goal, bracket), effect)

    def share(self, goal: str) -> Ratio:
        """The pivot share: at the defaults, with the interval over parameter draws; or a refusal."""
        at_defaults = self.share_at_defaults(goal)
        if at_defaults.mean is None or not self.draws:
            return at_defaults
        effect = self._over_draws(REFERENCE, BASELINE, goal)
        over = ratio_over_draws(effect - self._over_draws(ALL_CUT, BASELINE_CUT, goal), effect)
        return over if over.mean is None else Ratio(at_defaults.mean, over.low, over.high)

    def effect(self, goal: str) -> tuple[Ratio, Ratio]:
        """What the strategy adds to a goal: over villages and luck, and over draws."""
        return self.difference(REFERENCE, BASELINE, goal)

    def difference(self, plus: Arm, minus: Arm, series: str) -> tuple[Ratio, Ratio]:
        """Paired difference of two arms at the defaults (villages and luck), and over draws."""
        return mean_of(self._units(plus, minus, series)), quantiles_of(self._over_draws(plus, minus, series))

    def pivot_adds(self, series: str) -> tuple[Ratio, Ratio]:
        """The scenario less the scenario with all channels cut."""
        return self.difference(REFERENCE, ALL_CUT, series)

    def channel_adds(self, series: str, channel: str) -> Ratio:
        """The scenario less the scenario with one channel cut, at the defaults."""
        return mean_of(self._units(REFERENCE, Arm(True, (channel,)), series))

    def interaction(self, series: str) -> Ratio:
        """What all channels add together less the sum of what each adds alone, at the defaults."""
        together = self._units(REFERENCE, ALL_CUT, series)
        alone = sum(self._units(REFERENCE, Arm(True, (name,)), series) for name in CHANNELS_OF_PIVOT)
        return mean_of(together - alone)

    def helps(self, goal: str) -> Ratio:
        """Share of draws in which the goal is higher with the pivot than with all its channels cut."""
        return share_above(self._over_draws(REFERENCE, ALL_CUT, goal))

    def beats(self, goal: str, rival: str) -> Ratio:
        """Share of draws in which the goal is higher with the pivot than with a rival of equal money."""
        return share_above(self._over_draws(REFERENCE, Arm(rival=rival), goal))

    # ------------------------------------------------------------------ as JSON

    def as_json(self) -> dict[str, Any]:
        """Plain numbers, None where refused or not computed."""
        read = self.conversion
        sample = self.samples[0]
        return {
            "scenario": self.scenario.name,
            "seed": self.seed,
            "months": self.scenario.months,
            "replicates": len(self.defaults),
            "draws": len(self.draws),
            "sample": {
                "whole": sample.whole, "villages": len(sample.names), "of_villages": sample.county_villages,
                "adults": sample.adults, "of_adults": sample.county_adults,
            },
            "pivot_share": {goal: self.share(goal).as_json() | {
                "defaults": self.share_at_defaults(goal).as_json(),
                "channels": {
                    name: self.share_at_defaults(goal, name).as_json() for name in CHANNELS_OF_PIVOT
                },
                "by_bracket": {
                    name: self.share_at_defaults(goal, ALL, k).as_json() for k, name in enumerate(BRACKETS)
                },
            } for goal in GOALS},
            "effect": {goal: self._two(*self.effect(goal)) if self.policy else None for goal in GOALS},
            "pivot_adds": {
                name: self._two(*self.pivot_adds(name)) | {
                    "channels": {one: self.channel_adds(name, one).as_json() for one in CHANNELS_OF_PIVOT},
                    "interaction": self.interaction(name).as_json(),
                    "probability": self.helps(name).as_json(),
                } for name in SERIES
            },
            "rivals": {
                rival: {
                    "money": self.money(rival),
                    "pivot_less_rival": {
                        goal: self._two(*self.difference(REFERENCE, Arm(rival=rival), goal))
                        | {"probability": self.beats(goal, rival).as_json()}
                        for goal in GOALS
                    },
                } for rival in RIVALS
            },
            "loop_gain": {} if self.loop is None else self.loop.as_json(),
            "loop_gain_draws": 0 if self.loop is None else self.loop.draws,
            "channels": {
                "development_to_governance": {name: {
                    "points": one.amount, "yuan_a_head": one.yuan, "points_per_yuan": one.per_yuan,
                    "by_year": list(one.by_year), "by_class": dict(one.by_class), "by_bracket": dict(one.by_bracket),
                } for name, one in read.to_governance.items()},
                "governance_to_development": {name: {
                    "yuan_a_head_and_year": one.amount,
                    "by_year": list(one.by_year), "by_class": dict(one.by_class), "by_bracket": dict(one.by_bracket),
                } for name, one in read.to_development.items()},
            },
            "losses": dict(read.losses) | {"leaked_yuan_a_head": read.leaked},
            "efficiency": {
                "potential_change": read.potential, "through_pivot": read.pivot_points,
                "other": read.other_governance, "value_added_change": read.value_added,
                "value_added_through_governance": read.pivot_yuan, "value_added_other": read.other_development,
                "yuan_per_point": read.yuan_per_point, "wage_villages": read.wage_villages,
            },
            "failed": [{"draw": one.job.draw, "message": one.message} for one in self.failed],
            "held": list(self.held),
        }  # fmt: skip

    @staticmethod
    def _two(at_defaults: Ratio, over: Ratio) -> dict[str, Any]:
        return {
            "mean": at_defaults.mean, "low": over.low, "high": over.high,
            "low_luck": at_defaults.low, "high_luck": at_defaults.high,
        }  # fmt: skip

    def money(self, rival: str) -> dict[str, float]:
        """Yuan a head over the run: what the reference distributed, the rival delivered, and its collective gave up.

        The first two are equal to the fen.
        """
        ran = [one for one in self.defaults if one.message is None]
        heads = sum(sample.adults for sample in self.samples[: len(ran)]) or 1
        names = ("distributed", "delivered", "taken_from_collective")
        return {name: sum(one.money[rival][k] for one in ran) * 0.01 / heads for k, name in enumerate(names)}


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
