"""Which simulations a scorecard takes: rewarded and unrewarded, over luck and parameters; lever settings over luck."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from ruralsim.analysis.indicators.panel import Job
from ruralsim.analysis.village_sample import Sample, sample_villages
from ruralsim.base.streams import uniforms, village_key
from ruralsim.experiments.parameter_draws import design as draw_parameters
from ruralsim.model.run import replicate_seed
from ruralsim.policy.library import library_of
from ruralsim.spec.scenario import Phase, RegimeChoice, Scenario

REWARDED, UNREWARDED, LEVERS = "rewarded", "unrewarded", "levers"
_BLOCK = 253
#: adult-months of one study's scorecard: about a minute on two cores
_ADULT_MONTHS = 200e6
#: correlations across fewer villages than this say little
FEWEST_VILLAGES = 20


@dataclass(frozen=True)
class Effort:
    """How much is simulated.

    Args:
        lucks: kinds of luck at the defaults.
        draws: parameter draws, under one kind of luck.
        second: how many of them also run under another.
        settings, setting_lucks: lever settings, and kinds of luck that each meets.
    """

    lucks: int = 4
    draws: int = 12
    second: int = 4
    settings: int = 8
    setting_lucks: int = 3

    @property
    def simulations(self) -> int:
        """How many simulations the scorecard takes."""
        return 2 * (self.lucks + self.draws + min(self.second, self.draws)) + self.settings * self.setting_lucks


def study_sample(scenario: Scenario, seed: int, simulations: int) -> Sample:
    """Choose the villages of a study: as many as :data:`_ADULT_MONTHS` allow, at least :data:`FEWEST_VILLAGES`.

    Args:
        scenario: of the whole county.
        seed: fixes which.
        simulations: how many will run.
    """
    adults = _ADULT_MONTHS / (simulations * scenario.months)
    ratio = scenario.place.persons_per_adult or scenario.parameter_values()["persons_per_adult"]
    each = scenario.place.registered_population / ratio / scenario.place.villages
    return sample_villages(scenario, seed, int(max(adults, FEWEST_VILLAGES * each)))


def without_reward(scenario: Scenario) -> Scenario:
    """The same scenario where nobody is rewarded for indicators: they are reported and published, nothing more."""
    settings = {name: value for name, value in scenario.regime.settings.items() if name != "hardening"}
    return replace(scenario, regime=RegimeChoice(scenario.regime.name, settings | {"pressure": 0.0}))


def scorecard_jobs(scenario: Scenario, sample: Sample, seed: int, effort: Effort) -> list[Job]:
    """All simulations of a scorecard.

    Args:
        scenario: of the whole county.
        sample: its villages.
        seed: of the study.
        effort: how much.
    """
    cells = [(0, luck) for luck in range(effort.lucks)]
    drawn = draw_parameters(scenario, seed, effort.draws) if effort.draws else None
    cells += [(d, 0) for d in range(1, effort.draws + 1)]
    cells += [(d, 1) for d in range(1, min(effort.second, effort.draws) + 1)] if effort.lucks > 1 else []
    jobs, factors = [], tuple(sample.factors.tolist())
    for draw, luck in cells:
        values = {} if drawn is None else drawn.draw(draw)
        whole = sample.scenario(values, pinned=True)
        for variant, one in ((REWARDED, whole), (UNREWARDED, without_reward(whole))):
            jobs.append(Job(variant, draw, luck, one, replicate_seed(seed, luck), values, factors))
    whole = sample.scenario(pinned=True)
    for setting, phases in enumerate(lever_settings(whole, seed, effort.settings)):
        moved = replace(whole, phases=phases)
        for luck in range(effort.setting_lucks):
            jobs.append(Job(f"{LEVERS} {setting}", 0, luck, moved, replicate_seed(seed, luck), factors=factors))
    return jobs


def lever_settings(scenario: Scenario, seed: int, count: int) -> list[tuple[Phase, ...]]:
    """The scenario's phases with other intensities: each instrument's by a Latin hypercube over 0 … 1, keyed by name.

    A scenario without phases gets one, with every instrument, from start to end.

    Args:
        scenario: whose dates, classes and budgets stay.
        seed: of the study.
        count: how many settings.
    """
    phases = scenario.phases or (
        Phase("all", scenario.start, scenario.end, instruments=dict.fromkeys(library_of(scenario).instruments, 0.0)),
    )
    names = sorted({name for phase in phases for name in phase.instruments})
    level = {name: _hypercube(f"lever {name}", seed, count) for name in names}
    return [
        tuple(replace(one, instruments={name: float(level[name][k]) for name in one.instruments}) for one in phases)
        for k in range(count)
    ]


def _hypercube(name: str, seed: int, count: int) -> np.ndarray:
    """One column: every one of ``count`` equal slices of 0 … 1 once."""
    by, place, _, _ = uniforms(seed, village_key(name), np.arange(count), count, _BLOCK)
    slices = np.empty(count)
    slices[np.argsort(by, kind="stable")] = np.arange(count)
    return (slices + place) / max(1, count)


def phase_years(scenario: Scenario) -> dict[str, tuple[int, ...]]:
    """Years (from 0) that lie in the whole run and in each phase by most of their months, by name."""
    years = max(1, scenario.months // 12)
    found: dict[str, tuple[int, ...]] = {"all": tuple(range(years))}
    for phase in scenario.phases:
        first, last = phase.start - scenario.start, phase.end - scenario.start
        inside = tuple(y for y in range(years) if _shared(12 * y, 12 * y + 11, first, last) >= 6)
        if inside:
            found[phase.name] = inside
    return found


def _shared(first: int, last: int, other_first: int, other_last: int) -> int:
    return min(last, other_last) - max(first, other_first) + 1


def lever_values(jobs: Sequence[Job], arrays: Sequence[np.ndarray]) -> np.ndarray | None:
    """Arrays [V, n] of the lever settings as one [P, L, V, n]; None where there are none."""
    found: dict[tuple[int, int], np.ndarray] = {}
    for job, array in zip(jobs, arrays, strict=True):
        if job.variant.startswith(LEVERS):
            found[int(job.variant.split()[1]), job.luck] = array
    if not found:
        return None
    settings, lucks = (1 + max(key[k] for key in found) for k in (0, 1))
    return np.stack([np.stack([found[p, k] for k in range(lucks)]) for p in range(settings)])
