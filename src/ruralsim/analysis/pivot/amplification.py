"""Amplification by nudges: hold capital a step above its path, hold governance a step above its path, and look round.

Three runs under the same luck: the path itself; the same with every village's log capital held a step above it month
after month; the same with trust and the six pillars held a step above it. The potential's answer to capital times
capital's answer to the potential, both after T years, is the loop gain Λ(T): what a push to capital, having gone once
round the circle, adds to itself. Below 1 the circle amplifies a lasting push by 1/(1 − Λ). A product of two
elasticities, it has no unit. Villages without a working enterprise answer nothing and count as what they are.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ruralsim.analysis.pivot.conversion import BRACKETS, bracket_of
from ruralsim.analysis.pivot.shares import Ratio, quantiles_of
from ruralsim.analysis.threads import StoppedError, Tick, on_threads
from ruralsim.analysis.village_sample import Sample
from ruralsim.experiments.parameter_draws import Design
from ruralsim.model.books_loop import OUTCOME_INDEX
from ruralsim.model.county import County
from ruralsim.model.run import with_horizon
from ruralsim.state.columns import AWAY, ENDOWMENTS, HOME, OUTSIDER

HORIZONS = (5, 10, 20)
STEP_CAPITAL = 0.10
STEP_GOVERNANCE = 0.03
PILLARS = ("party_organisation", "self_governance", "rule_of_law", "virtue", "smart_governance", "co_governance")
_POTENTIAL, _CAPITAL = OUTCOME_INDEX["potential"], OUTCOME_INDEX["capital"]
_HEADS, _INCOME = OUTCOME_INDEX["registered"], OUTCOME_INDEX["operating_income"]


@dataclass(frozen=True, slots=True)
class NudgeJob:
    """Three paired runs of a draw under one luck."""

    draw: int
    replicate: int


@dataclass(frozen=True, eq=False)
class Nudged:
    """Answers of every village.

    Args:
        weights: float64 [V], adults that the village stands for.
        governance: float64 [V, H], points of g (of one) for a unit of log capital, after each horizon.
        capital: float64 [V, H], log capital for a unit of g.
        bracket, endowment: int [V].
        message: why there is nothing, or None.
    """

    job: NudgeJob
    weights: np.ndarray = field(default_factory=lambda: np.zeros(0))
    governance: np.ndarray = field(default_factory=lambda: np.zeros((0, 0)))
    capital: np.ndarray = field(default_factory=lambda: np.zeros((0, 0)))
    bracket: np.ndarray = field(default_factory=lambda: np.zeros(0, np.int64))
    endowment: np.ndarray = field(default_factory=lambda: np.zeros(0, np.int64))
    message: str | None = None

    def gain(self, members: np.ndarray | None = None) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Weighted mean answers of some villages and their product, by horizon: (governance, capital, Λ)."""
        chosen = np.ones(len(self.weights), np.bool_) if members is None else members
        w = self.weights[chosen] / self.weights[chosen].sum()
        governance, capital = w @ self.governance[chosen], w @ self.capital[chosen]
        return governance, capital, governance * capital


@dataclass(frozen=True)
class LoopGain:
    """Λ by horizon in years, with answers.

    Args:
        years: of each entry.
        gain: Λ with its interval: at the defaults over villages and luck (jackknife) in ``luck``, over parameter draws
            in ``gain``; ``mean`` is always that of the defaults.
        governance, capital: the two answers at the defaults.
        by_bracket, by_class: Λ at the defaults.
        amplification: 1/(1 − Λ) at the defaults; None where Λ ≥ 1.
    """

    years: tuple[int, ...]
    gain: Mapping[int, Ratio]
    luck: Mapping[int, Ratio]
    governance: Mapping[int, float]
    capital: Mapping[int, float]
    by_bracket: Mapping[int, Mapping[str, float]]
    by_class: Mapping[int, Mapping[str, float]]
    draws: int

    def amplification(self, year: int) -> float | None:
        """1/(1 − Λ) at the defaults."""
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


def nudge(job: NudgeJob, sample: Sample, values: Mapping[str, float], years: Sequence[int], tick: Tick) -> Nudged:
    """The path and the two held runs of one sample, month by month side by side."""
    scenario = with_horizon(sample.scenario(values), 12 * max(years))
    path, rich, trusted = (County.build(scenario, sample.seed, values) for _ in range(3))
    answers: list[tuple[np.ndarray, np.ndarray]] = []
    for month in range(1, scenario.months + 1):
        path.advance(1)
        hold_capital(rich, path, STEP_CAPITAL)
        rich.advance(1)
        hold_governance(trusted, path, STEP_GOVERNANCE)
        trusted.advance(1)
        tick(3)
        if month % 12 == 0 and month // 12 in years:
            last = slice(month - 11, month + 1)
            g = [county.record.outcomes[last, :, _POTENTIAL].mean(axis=0) for county in (path, rich, trusted)]
            k = [np.log(county.record.outcomes[last, :, _CAPITAL]).mean(axis=0) for county in (path, rich, trusted)]
            answers.append(((g[1] - g[0]) / (k[1] - k[0]), (k[2] - k[0]) / (g[2] - g[0])))
    start = path.record.outcomes[0]
    return Nudged(
        job,
        start[:, _HEADS] * sample.factors,
        np.stack([one[0] for one in answers], axis=1),
        np.stack([one[1] for one in answers], axis=1),
        bracket_of(12.0 * start[:, _INCOME]),
        path.villages["endowment"].astype(np.int64),
    )


def hold_capital(county: County, path: County, step: float) -> None:
    """Set every village's operating capital a step of its logarithm above the path's; the gift counts as investment."""
    firms = county.enterprises
    wanted = path.enterprises["capital"] * np.exp(step)
    more = wanted - firms["capital"]
    firms["capital"] += more
    firms["invested"] += more


def hold_governance(county: County, path: County, step: float) -> None:
    """Set mean trust and the six pillars of every village a step above the path's, inside their bounds.

    Trust is moved for everybody by the same part of the way to 1 (or to 0), which keeps it within bounds whoever it is.
    """
    for pillar in PILLARS:
        county.villages[pillar] = _raised(path.villages[pillar], step)
    for v in range(len(county.villages)):
        rows = slice(int(county.start[v]), int(county.start[v]) + int(county.villages["rows"][v]))
        people = county.villagers[rows]
        there = np.isin(people["status"], (HOME, AWAY, OUTSIDER))
        trust = people["trust"][there].astype(np.float64)
        mean = float(trust.mean())
        wanted = float(_raised(np.float64(path.villages["mean_trust"][v]), step))
        part = (wanted - mean) / (1.0 - mean) if wanted >= mean else (wanted - mean) / mean
        trust += part * (1.0 - trust) if part >= 0.0 else part * trust
        stored = trust.astype(np.float32)
        people["trust"][there] = stored
        # summed one after the other, as the month's own books do
        county.villages["mean_trust"][v] = np.cumsum(stored.astype(np.float64))[-1] / max(1, len(stored))


def _raised(level: Any, step: float) -> Any:
    """A level a step higher, and never beyond half the way to 1."""
    return level + np.minimum(step, 0.5 * (1.0 - level))


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
    luck = _jackknife(whole)
    over_draws = [quantiles_of(draws[:, k]) for k in range(len(years))]
    return LoopGain(
        years,
        {year: Ratio(float(gain[k]), over_draws[k].low, over_draws[k].high) for k, year in enumerate(years)},
        {
            year: Ratio(float(gain[k]), float(gain[k] - luck[k]), float(gain[k] + luck[k]))
            for k, year in enumerate(years)
        },
        {year: float(governance[k]) for k, year in enumerate(years)},
        {year: float(capital[k]) for k, year in enumerate(years)},
        {year: _by(whole, whole.bracket, tuple(BRACKETS), k) for k, year in enumerate(years)},
        {year: _by(whole, whole.endowment, ENDOWMENTS, k) for k, year in enumerate(years)},
        len(draws),
    )


def _pooled(several: Sequence[Nudged]) -> Nudged:
    """Villages of all replicates side by side."""
    return Nudged(
        several[0].job,
        np.concatenate([one.weights for one in several]),
        np.concatenate([one.governance for one in several]),
        np.concatenate([one.capital for one in several]),
        np.concatenate([one.bracket for one in several]),
        np.concatenate([one.endowment for one in several]),
    )


def _jackknife(whole: Nudged) -> np.ndarray:
    """Half the width of the nine-in-ten interval of Λ, leaving out one village at a time (Tukey 1958), [H]."""
    n = len(whole.weights)
    if n < 3:
        return np.full(whole.governance.shape[1], np.nan)
    each = np.array([whole.gain(np.arange(n) != v)[2] for v in range(n)])
    half: np.ndarray = 1.6449 * np.sqrt((n - 1) / n * ((each - each.mean(axis=0)) ** 2).sum(axis=0))
    return half


def _by(whole: Nudged, codes: np.ndarray, names: Sequence[str], place: int) -> dict[str, float]:
    return {name: float(whole.gain(codes == k)[2][place]) for k, name in enumerate(names) if (codes == k).any()}
