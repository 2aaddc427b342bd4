"""Sets of indicators in use: what people have of a set, by its size; nested sets from one labelled pool."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ruralsim.analysis.indicators.contexts import Context, paired, unchanged, with_set
from ruralsim.analysis.indicators.estimate import Estimate, of_sample
from ruralsim.analysis.indicators.memory import Memory
from ruralsim.analysis.indicators.panel import Job, Runner
from ruralsim.base.compiled import source_digest
from ruralsim.model.outcomes import GOALS

#: goals, then the share of time that cadres have left
_NUMBERS = len(GOALS) + 1


@dataclass(frozen=True)
class SetScore:
    """What a set does when it is in force.

    Args:
        name: for the reader (``search``, ``best first``, ``random 1``, …).
        weights: of its items.
        goals: scores of the goals, mean over the horizon.
        gain: mean of the goals less that under the framework as it is.
        gain_by_goal: the same goal by goal.
        hours: share of time that cadres have left.
        chosen_on: the gain where the set was chosen, for one that was chosen; the rest is then from fresh contexts.
    """

    name: str
    weights: Mapping[str, float]
    goals: Mapping[str, Estimate]
    gain: Estimate
    gain_by_goal: Mapping[str, Estimate]
    hours: Estimate
    chosen_on: float | None = None

    @property
    def size(self) -> int:
        """Number of items in force."""
        return len(self.weights)

    def plain(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "name": self.name, "size": self.size, "items": list(self.weights), "weights": dict(self.weights),
            "goals": {name: one.plain() for name, one in self.goals.items()}, "gain": self.gain.plain(),
            "gain_by_goal": {name: one.plain() for name, one in self.gain_by_goal.items()},
            "hours": self.hours.plain(), "chosen_on": self.chosen_on,
        }  # fmt: skip


class Judge:
    """Judges sets of items in some contexts, never the same one twice.

    Args:
        worlds: contexts, the same for every set.
        items: all items there are.
        runner: runs jobs.
        memory: keeps what is known, also over an interruption.
    """

    def __init__(self, worlds: Sequence[Context], items: Sequence[str], runner: Runner, memory: Memory) -> None:
        self.worlds = tuple(worlds)
        self.items = tuple(items)
        self.simulated = 0
        self._runner = runner
        self._memory = memory

    def numbers(self, sets: Sequence[Mapping[str, float] | None]) -> list[np.ndarray]:
        """Goals and time left of each set in each context, float64 [contexts, 4]; None is the framework as it is."""
        jobs: dict[str, Job] = {}
        keys = []
        for one in sets:
            change = unchanged if one is None else with_set(one, self.items)
            row = [world.job("set", change) for world in self.worlds]
            keys.append([key_of(job) for job in row])
            jobs |= dict(zip(keys[-1], row, strict=True))
        missing = [key for key in jobs if self._memory.get(key) is None]
        step = 2 * len(self.worlds)
        for first in range(0, len(missing), step):  # in steps, so that little is lost to an interruption
            some = missing[first : first + step]
            panels = self._runner([jobs[key] for key in some])
            self.simulated += len(some)
            for key, panel in zip(some, panels, strict=True):
                self._memory.put(key, [*panel.county_goals().tolist(), panel.hours])
        return [np.array([self._memory.get(key) for key in row]) for row in keys]

    def scores(self, named: Sequence[tuple[str, Mapping[str, float]]]) -> list[SetScore]:
        """Judge sets against the framework as it is."""
        now, *found = self.numbers([None, *(weights for _, weights in named)])
        return [self._score(name, weights, one, now) for (name, weights), one in zip(named, found, strict=True)]

    def _score(self, name: str, weights: Mapping[str, float], one: np.ndarray, now: np.ndarray) -> SetScore:
        *goals, hours = of_sample(one)
        *gains, _ = paired(list(one), list(now))
        mean = paired(list(one[:, :-1].mean(axis=1, keepdims=True)), list(now[:, :-1].mean(axis=1, keepdims=True)))
        return SetScore(
            name, dict(weights), dict(zip(GOALS, goals, strict=True)), mean[0],
            dict(zip(GOALS, gains, strict=True)), hours.within(0.0, 1.0),
        )  # fmt: skip


def key_of(job: Job) -> str:
    """What names a simulation for good: scenario, seed, parameters and the rules themselves."""
    values = sorted((name, float(value)) for name, value in job.values.items())
    text = json.dumps([job.scenario.digest, job.seed, values, list(job.factors), source_digest()], allow_nan=False)
    return hashlib.sha256(text.encode("ascii")).hexdigest()


def sizes_of(count: int) -> list[int]:
    """Sizes at which nested sets are looked at: dense below, sparse above, the whole last."""
    steps = [1, 2, 3, 4, 6, 8, 12, 16, 20, 28, 38, 50, 66, 84]
    return [size for size in steps if size < count] + [count]


def nested(orders: Mapping[str, Sequence[str]], judge: Judge) -> list[SetScore]:
    """Judge nested sets: the first 1, 2, 3 … items of each order, evenly weighted.

    Args:
        orders: by name; each a list of all items.
        judge: of the contexts.
    """
    named = []
    for name, order in orders.items():
        for size in sizes_of(len(order)):
            named.append((name, dict.fromkeys(order[:size], 1.0)))
    return judge.scores(named)
