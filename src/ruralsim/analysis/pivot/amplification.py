"""Amplification by nudges: hold capital a step above its path, hold governance a step above its path, and look round.

Three runs under the same luck: the path itself; the same with every village's log capital held a step above it month
after month; the same with trust and the six pillars held a step above it. The potential's answer to capital times
capital's answer to the potential, both after T years, is the loop gain Λ(T): what a push to capital, having gone once
round the circle, adds to itself. Below 1 the circle amplifies a lasting push by 1/(1 − Λ). A product of two
elasticities, it has no unit. Villages without a working enterprise answer nothing and count as what they are.

The county's Λ is the product of the mean answers; a village's own is the product of its own answers. Synthesised
villages are shown as a spread by class: which of them is V007 means nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ruralsim.analysis.pivot.conversion import BRACKETS
from ruralsim.analysis.pivot.nudge import Nudged, NudgeJob, nudge
from ruralsim.analysis.pivot.shares import Ratio, quantiles_of
from ruralsim.analysis.threads import StoppedError, Tick, on_threads
from ruralsim.analysis.village_sample import Sample
from ruralsim.experiments.parameter_draws import Design
from ruralsim.state.columns import ENDOWMENTS

HORIZONS = (5, 10, 20)
_BRACKETS = tuple(BRACKETS)


@dataclass(frozen=True)
class VillageGain:
    """Λ of one village under one luck, at the defaults.

    Args:
        village: its name. replicate: which luck. endowment, bracket: its class, and of its operating income.
        gain: by horizon in years.
    """

    village: str
    replicate: int
    endowment: str
    bracket: str
    gain: Mapping[int, float]

    def as_json(self) -> dict[str, Any]:
        """Plain numbers."""
        return {
            "village": self.village, "replicate": self.replicate, "class": self.endowment, "bracket": self.bracket,
            "gain": {str(year): value for year, value in self.gain.items()},
        }  # fmt: skip


@dataclass(frozen=True)
class LoopGain:
    """Λ by horizon in years, with answers.

    Args:
        years: of each entry.
        gain: Λ with its interval: at the defaults over villages and luck (jackknife) in ``luck``, over parameter draws
            in ``gain``; ``mean`` is always that of the defaults.
        governance, capital: the two answers at the defaults.
        by_bracket, by_class: Λ at the defaults.
        spread, spread_by_class: middle and nine-in-ten range of the single villages' Λ at the defaults.
        villages: every village's own.
        draws: how many succeeded.
    """

    years: tuple[int, ...]
    gain: Mapping[int, Ratio]
    luck: Mapping[int, Ratio]
    governance: Mapping[int, float]
    capital: Mapping[int, float]
    by_bracket: Mapping[int, Mapping[str, float]]
    by_class: Mapping[int, Mapping[str, float]]
    spread: Mapping[int, Ratio]
    spread_by_class: Mapping[int, Mapping[str, Ratio]]
    villages: tuple[VillageGain, ...]
    draws: int

    def amplification(self, year: int) -> float | None:
        """1/(1 − Λ) at the defaults; None where Λ ≥ 1."""
        value = self.gain[year].mean
        return None if value is None or value >= 1.0 else 1.0 / (1.0 - value)

    def as_json(self) -> dict[str, Any]:
        """By year, as strings."""
        return {
            str(year): self.gain[year].as_json()
            | {
                "low_luck": self.luck[year].low,
                "high_luck": self.luck[year].high,
                "governance_per_log_capital": self.governance[year],
                "log_capital_per_governance": self.capital[year],
                "amplification": self.amplification(year),
                "by_bracket": dict(self.by_bracket[year]),
                "by_class": dict(self.by_class[year]),
                "villages": self.spread[year].as_json(),
                "villages_by_class": {name: one.as_json() for name, one in self.spread_by_class[year].items()},
            }
            for year in self.years
        }


def measure_loop_gain(
    samples: Sequence[Sample],
    drawn: Design | None,
    jobs: Sequence[NudgeJob],
    workers: int,
    *,
    years: Sequence[int] = HORIZONS,
    progress: Callable[[int, int], None] | None = None,
) -> LoopGain:
    """Run the three nudged runs of every job and put the answers together.

    Args:
        samples: villages by replicate.
        drawn: parameter draws; None where all jobs are of the defaults.
        jobs: at least one of the defaults (draw 0).
        workers: jobs at a time; no number depends on it.
        years: horizons; the runs are as long as the longest.
    """
    months = 12 * max(years)

    def work(job: NudgeJob, tick: Tick) -> Nudged:
        values = {} if drawn is None else drawn.draw(job.draw)
        try:
            return nudge(job, samples[job.replicate], values, years, tick)
        except StoppedError:
            raise
        except Exception as trouble:
            return Nudged(job, message=f"{type(trouble).__name__}: {trouble}")

    results = on_threads(jobs, work, workers, 3 * months * len(jobs), progress)
    return gathered(results, tuple(years))


def gathered(results: Sequence[Nudged], years: tuple[int, ...]) -> LoopGain:
    """Means at the defaults, intervals over villages and luck, and over draws."""
    known = [one for one in results if one.message is None]
    defaults = [one for one in known if one.job.draw == 0]
    if not defaults:
        reasons = "; ".join(one.message or "" for one in results)
        raise ArithmeticError(f"no run at the defaults succeeded: {reasons}")
    draws = np.array([one.gain()[2] for one in known if one.job.draw > 0]).reshape(-1, len(years))
    whole = _pooled(defaults)
    governance, capital, gain = whole.gain()
    half = _jackknife(whole)
    found: dict[int, tuple[Ratio, Ratio]] = {}
    for k, year in enumerate(years):
        middle, over = float(gain[k]), quantiles_of(draws[:, k])
        luck = (
            Ratio(middle, middle - float(half[k]), middle + float(half[k]))
            if half is not None
            else Ratio(middle, None, None)
        )
        found[year] = Ratio(middle, over.low, over.high), luck
    places = dict(enumerate(years))
    return LoopGain(
        years,
        {year: pair[0] for year, pair in found.items()},
        {year: pair[1] for year, pair in found.items()},
        {year: float(governance[k]) for k, year in places.items()},
        {year: float(capital[k]) for k, year in places.items()},
        {year: _by(whole, whole.bracket, _BRACKETS, k) for k, year in places.items()},
        {year: _by(whole, whole.endowment, ENDOWMENTS, k) for k, year in places.items()},
        {year: _spread(whole, k) for k, year in places.items()},
        {year: _spread_by_class(whole, k) for k, year in places.items()},
        tuple(village for one in defaults for village in _villages(one, years)),
        len(draws),
    )


def _villages(one: Nudged, years: tuple[int, ...]) -> list[VillageGain]:
    own = one.own_gains()
    return [
        VillageGain(
            name, one.job.replicate, ENDOWMENTS[one.endowment[v]], _BRACKETS[one.bracket[v]],
            {year: float(own[v, k]) for k, year in enumerate(years)},
        )
        for v, name in enumerate(one.names)
    ]  # fmt: skip


def _spread(whole: Nudged, place: int, members: np.ndarray | None = None) -> Ratio:
    """Middle and nine-in-ten range of the villages' own Λ, each village as often as the adults it stands for."""
    chosen = np.ones(len(whole.weights), np.bool_) if members is None else members
    own, weights = whole.own_gains()[chosen, place], whole.weights[chosen]
    order = np.argsort(own)
    passed = (np.cumsum(weights[order]) - 0.5 * weights[order]) / weights.sum()
    low, middle, high = np.interp([0.05, 0.5, 0.95], passed, own[order])
    return Ratio(float(middle), float(low), float(high))


def _spread_by_class(whole: Nudged, place: int) -> dict[str, Ratio]:
    return {
        name: _spread(whole, place, whole.endowment == k)
        for k, name in enumerate(ENDOWMENTS)
        if (whole.endowment == k).any()
    }


def _pooled(several: Sequence[Nudged]) -> Nudged:
    """Villages of all replicates side by side."""
    return Nudged(
        several[0].job,
        tuple(name for one in several for name in one.names),
        np.concatenate([one.weights for one in several]),
        np.concatenate([one.governance for one in several]),
        np.concatenate([one.capital for one in several]),
        np.concatenate([one.bracket for one in several]),
        np.concatenate([one.endowment for one in several]),
    )


def _jackknife(whole: Nudged) -> np.ndarray | None:
    """Half the width of the nine-in-ten interval of Λ, leaving out one village at a time (Tukey 1958), [H]; None for
    fewer than three villages."""
    n = len(whole.weights)
    if n < 3:
        return None
    each = np.array([whole.gain(np.arange(n) != v)[2] for v in range(n)])
    half: np.ndarray = 1.6449 * np.sqrt((n - 1) / n * ((each - each.mean(axis=0)) ** 2).sum(axis=0))
    return half


def _by(whole: Nudged, codes: np.ndarray, names: Sequence[str], place: int) -> dict[str, float]:
    return {name: float(whole.gain(codes == k)[2][place]) for k, name in enumerate(names) if (codes == k).any()}
