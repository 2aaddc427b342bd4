"""What the arms say: effects, shares lost, what the pivot adds, and how often it helps or beats a rival."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ruralsim.analysis.pivot.amplification import LoopGain
from ruralsim.analysis.pivot.arms import ALL, ALL_CUT, BASELINE, BASELINE_CUT, REFERENCE, SERIES, Arm, ArmRuns
from ruralsim.analysis.pivot.conversion import Conversion, mean_conversion
from ruralsim.analysis.pivot.shares import (
    Ratio,
    mean_of,
    quantiles_of,
    ratio_of,
    ratio_over_draws,
    refused,
    share_above,
)
from ruralsim.analysis.village_sample import Sample
from ruralsim.model.rival import CHANNELS_OF_PIVOT
from ruralsim.spec.scenario import Scenario


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

    def money(self, rival: str) -> dict[str, float]:
        """Yuan a head over the run: what the reference distributed, the rival delivered, and its collective gave up.

        The first two are equal to the fen.
        """
        ran = [one for one in self.defaults if one.message is None]
        heads = sum(sample.adults for sample in self.samples[: len(ran)]) or 1
        names = ("distributed", "delivered", "taken_from_collective")
        return {name: sum(one.money[rival][k] for one in ran) * 0.01 / heads for k, name in enumerate(names)}
