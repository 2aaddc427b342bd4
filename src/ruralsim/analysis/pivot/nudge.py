"""Three runs side by side: the path itself, capital held a step above it, governance held a step above it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ruralsim.analysis.pivot.conversion import bracket_of
from ruralsim.analysis.threads import Tick
from ruralsim.analysis.village_sample import Sample
from ruralsim.model.books_loop import OUTCOME_INDEX
from ruralsim.model.county import County
from ruralsim.model.run import with_horizon
from ruralsim.state.columns import AWAY, HOME, OUTSIDER

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
        names: of the V villages.
        weights: float64 [V], adults that the village stands for.
        governance: float64 [V, H], points of g (of one) for a unit of log capital, after each horizon.
        capital: float64 [V, H], log capital for a unit of g.
        bracket, endowment: int [V].
        message: why there is nothing, or None.
    """

    job: NudgeJob
    names: tuple[str, ...] = ()
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

    def own_gains(self) -> np.ndarray:
        """Every village's own Λ, float64 [V, H]."""
        found: np.ndarray = self.governance * self.capital
        return found


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
        path.names,
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
