"""A whole study: scorecard, gaming map, trials, advice, sets of items, an index of villages, a search if asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from ruralsim.analysis import composite
from ruralsim.analysis.indicators.advice import Advice, advise, following, trials_wanted
from ruralsim.analysis.indicators.contexts import contexts
from ruralsim.analysis.indicators.design import REWARDED, Effort, scorecard_jobs, study_sample
from ruralsim.analysis.indicators.gaming import GamingMap, gaming_map, settings_of
from ruralsim.analysis.indicators.measures import entry_orders
from ruralsim.analysis.indicators.memory import Memory
from ruralsim.analysis.indicators.panel import Job, Panel, Runner, runner
from ruralsim.analysis.indicators.scorecard import scorecard
from ruralsim.analysis.indicators.scores import Scorecard
from ruralsim.analysis.indicators.search import Found, needed, search
from ruralsim.analysis.indicators.sets import Judge, SetScore, nested, sizes_of
from ruralsim.analysis.indicators.trials import Trial, Whole, together, trials
from ruralsim.base.errors import InputError
from ruralsim.policy.frameworks import Item, framework_in_force
from ruralsim.policy.library import library_of
from ruralsim.spec.scenario import Scenario

#: stages of a study, in order
STAGES = ("scorecard", "gaming", "trials", "sets", "search")
WORLDS = 4
#: fresh contexts, in which what was chosen is judged again
_FEWEST_FRESH = 6
MOST_RUNS = 1_000_000


@dataclass(frozen=True)
class Plan:
    """How much a study does.

    Args:
        effort: of the scorecard.
        worlds: contexts of map, trials and sets.
        runs: budget of the search; 0 for none.
        gaming, tried, sets: whether these stages are wanted.
    """

    effort: Effort = field(default_factory=Effort)
    worlds: int = WORLDS
    runs: int = 0
    gaming: bool = True
    tried: bool = True
    sets: bool = True


@dataclass(frozen=True)
class Index:
    """One number for each village, and whether there should be one.

    Args:
        table: under all recipes and simulations; ``table.coherence`` is to be read first.
        names: of the villages.
        own: whether they are the user's own, and so may be ranked.
        coordination: of the three goals (levels cut to 0 … 1), mean over villages: coupling, level, degree.
        degree_is_level: share of the variation of the degree that the level alone tells.
    """

    table: composite.IndexTable
    names: tuple[str, ...]
    own: bool
    coordination: tuple[float, float, float]
    degree_is_level: float


@dataclass(frozen=True)
class Study:
    """What a study found; a part that was not wanted is None or empty.

    Args:
        scenario, seed, items, plan: what was studied, and how much.
        card: the scorecard.
        advice: on each item.
        tried: trials of single items.
        gaming: the gaming map.
        nested: nested sets by size.
        found: of the search.
        index: one number for each village.
        followed: what following all advice does, in fresh contexts.
    """

    scenario: Scenario
    seed: int
    items: tuple[Item, ...]
    plan: Plan
    card: Scorecard
    advice: tuple[Advice, ...]
    tried: tuple[Trial, ...]
    gaming: GamingMap | None
    nested: tuple[SetScore, ...]
    found: Found | None
    index: Index | None
    followed: Whole | None

    @property
    def frontier(self) -> tuple[SetScore, ...]:
        """Sets by size: what the search chose, else the nested sets of the best order."""
        if self.found is not None:
            return self.found.chosen
        return tuple(one for one in self.nested if one.name == BEST_FIRST)

    @property
    def sets(self) -> tuple[SetScore, ...]:
        """Every set that was judged for the reader: what the search chose, then the nested sets."""
        return (*(() if self.found is None else self.found.chosen), *self.nested)

    def advice_on(self, item: str) -> Advice:
        """Advice on one item."""
        return next(one for one in self.advice if one.item == item)


BEST_FIRST = "best_first"
Progress = Callable[[str, int, int], None]


def study(
    scenario: Scenario,
    *,
    seed: int = 1,
    plan: Plan | None = None,
    workers: int = 1,
    memory: Path | None = None,
    progress: Progress | None = None,
) -> Study:
    """Study the indicators of a scenario.

    Args:
        scenario: whose framework, regime and policy are studied.
        seed: fixes all luck, draws and samples.
        plan: how much is done; None means the default.
        workers: simulations at a time; no number depends on it.
        memory: folder in which what the sets and the search simulated is kept, so that they can be resumed.
        progress: called with (stage, months done, months in all).

    Raises:
        InputError: a number out of bounds.
        SystemTrouble: a search is wanted and its library is not there.
    """
    plan = plan or Plan()
    _check(plan)
    items = framework_in_force(scenario.framework, library_of(scenario).frameworks).items
    names = tuple(item.id for item in items)

    def staged(stage: str) -> Runner:
        return runner(workers, None if progress is None else lambda done, total: progress(stage, done, total))

    sample = study_sample(scenario, seed, _simulations(scenario, plan, len(items)))
    jobs = scorecard_jobs(scenario, sample, seed, plan.effort)
    panels = staged("scorecard")(jobs)
    card = scorecard(items, jobs, panels, seed)
    worlds = contexts(scenario, sample, seed, plan.worlds)
    fresh = contexts(scenario, sample, seed, max(plan.worlds, _FEWEST_FRESH), fresh=True)
    gaming = gaming_map(worlds, staged("gaming")) if plan.gaming else None
    tried = tuple(trials(items, trials_wanted(card), worlds, staged("trials"))) if plan.tried else ()
    advice = advise(card, tried)
    change = following(advice, items) if plan.tried else None
    followed = None if change is None else together(change, fresh, staged("trials"))
    order, known = best_first(card), Memory(memory)
    sets: tuple[SetScore, ...] = ()
    if plan.sets and len(items) > 1:
        sets = tuple(nested(_orders(order, seed), Judge(worlds, names, staged("sets"), known)))
    found = None
    if plan.runs:
        judge, again = (Judge(some, names, runner(workers), known) for some in (worlds, fresh))
        tick = None if progress is None else lambda done, total: progress("search", done, total)
        found = search(judge, again, plan.runs, seed, first=order, progress=tick)
    index = _index(scenario, sample.names, jobs, panels, seed)
    return Study(scenario, seed, items, plan, card, advice, tried, gaming, sets, found, index, followed)


def _check(plan: Plan) -> None:
    """Refuse what cannot be done before anything is done."""
    for name, value, low, high in (("--worlds", plan.worlds, 2, 1000), ("--search", plan.runs, 0, MOST_RUNS)):
        if not low <= value <= high:
            raise InputError("outside_limits", key=name, read=value, low=low, high=high, unit="")
    if plan.runs:
        needed()


def best_first(card: Scorecard) -> list[str]:
    """Items from the best to the worst: what each adds to breadth and its connection, less what reward takes of it."""

    def worth(name: str) -> tuple[float, str]:
        one = card.item(name)
        even = len(card.items) * one.breadth.mean
        return -(even + max(0.0, one.connection.mean) - max(0.0, one.goodhart_gap.mean)), name

    return sorted((one.id for one in card.items), key=worth)


def _orders(best: list[str], seed: int) -> Mapping[str, list[str]]:
    """The best order and a keyed one: what size does when the choice is good, and when it is not."""
    keyed = entry_orders(seed, len(best), 1)[0]
    return {BEST_FIRST: best, "drawn": [sorted(best)[k] for k in keyed]}


def _simulations(scenario: Scenario, plan: Plan, items: int) -> int:
    """About how many simulations the study takes: the villages are chosen so that it ends in good time."""
    places = len(settings_of(scenario.regime.name)) + 2 if plan.gaming else 0
    runs = plan.effort.simulations + plan.worlds * (2 * places + (items + 6 if plan.tried else 0))
    return runs + (plan.worlds * 2 * len(sizes_of(items)) if plan.sets else 0) + plan.runs


def _index(scenario: Scenario, names: tuple[str, ...], jobs: list[Job], panels: list[Panel], seed: int) -> Index | None:
    """An index of the reported values in the last year, over parameter draws."""
    kept = [p for job, p in zip(jobs, panels, strict=True) if job.variant == REWARDED and job.luck == 0]
    try:
        table = composite.index_table(np.stack([panel.reported[-1] for panel in kept]), seed)
    except InputError:  # too few villages or indicators for an index: the study goes on without
        return None
    goals = np.clip(np.concatenate([panel.goals[-1] for panel in kept]), 0.001, 1.0)
    together = composite.coordination(goals)
    means = (together.coupling.mean(), together.level.mean(), together.degree.mean())
    own = scenario.place.roster is not None
    return Index(table, names, own, tuple(map(float, means)), together.degree_is_level)  # type: ignore[arg-type]
