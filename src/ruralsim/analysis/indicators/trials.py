"""Closed loop, item by item: what happens when an item is dropped, checked more, or asked of residents instead.

A set of indicators is judged by what happens when it is used. Each trial runs the whole model with the change and
without it, in the same contexts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ruralsim.analysis.indicators import measures
from ruralsim.analysis.indicators.contexts import Change, Context, both, paired, unchanged, with_framework
from ruralsim.analysis.indicators.design import without_reward
from ruralsim.analysis.indicators.estimate import Estimate
from ruralsim.analysis.indicators.gaming import inflation
from ruralsim.analysis.indicators.panel import Panel, Runner
from ruralsim.model.outcomes import GOALS
from ruralsim.policy.frameworks import Item

DROP, CHECK, ASK = "drop", "check", "ask"
#: an item that is checked more is checked this many times as often
TIMES = 3.0


@dataclass(frozen=True)
class Trial:
    """What one change of one item does, in paired differences.

    Args:
        item: its name.
        kind: :data:`DROP`, :data:`CHECK` or :data:`ASK`.
        goals: change of each goal's score, mean over the horizon.
        mean: change of their mean.
        hours: change of the share of time that cadres have left.
        inflation: change of what dressing adds to this item's report; None where it is dropped.
        connection: change of its connection with the goals; None where it is dropped.
    """

    item: str
    kind: str
    goals: Mapping[str, Estimate]
    mean: Estimate
    hours: Estimate
    inflation: Estimate | None
    connection: Estimate | None

    def plain(self) -> dict[str, Any]:
        """For JSON."""
        found: dict[str, Any] = {"item": self.item, "kind": self.kind}
        found["goals"] = {name: one.plain() for name, one in self.goals.items()}
        for name in ("mean", "hours", "inflation", "connection"):
            one: Estimate | None = getattr(self, name)
            found[name] = None if one is None else one.plain()
        return found


def change_of(item: Item, kind: str) -> Change:
    """The change of a trial."""
    if kind == DROP:
        return with_framework(without=(item.id,))
    if kind == CHECK:
        return with_framework(checks={item.id: change_checks(item)})
    return with_framework(channels={item.id: "survey"})


def change_checks(item: Item) -> float:
    """Weight of checking of an item that is checked more."""
    return TIMES * max(item.check_weight, 1.0 / TIMES)


@dataclass(frozen=True)
class Whole:
    """What several changes together do, in fresh contexts: changes of goals, of their mean, of time and inflation."""

    goals: Mapping[str, Estimate]
    mean: Estimate
    hours: Estimate
    inflation: Estimate

    def plain(self) -> dict[str, Any]:
        """For JSON."""
        found: dict[str, Any] = {"goals": {name: one.plain() for name, one in self.goals.items()}}
        return found | {name: getattr(self, name).plain() for name in ("mean", "hours", "inflation")}


def together(change: Change, worlds: Sequence[Context], runner: Runner) -> Whole:
    """Run all changes at once against the framework as it is."""
    variants = {"now": unchanged, "all": change}
    jobs = []
    for name, one in variants.items():
        jobs += [world.job(name, one) for world in worlds]
        jobs += [world.job(f"{name} unrewarded", both(one, without_reward)) for world in worlds]
    by: dict[str, list[Panel]] = {}
    for job, panel in zip(jobs, runner(jobs), strict=True):
        by.setdefault(job.variant, []).append(panel)

    def numbers(name: str) -> list[np.ndarray]:
        found = []
        for one, other in zip(by[name], by[f"{name} unrewarded"], strict=True):
            goals = one.county_goals()
            found.append(np.array([*goals, goals.mean(), one.hours, inflation(one, other).mean()]))
        return found

    *goals, mean, hours, added = paired(numbers("all"), numbers("now"))
    return Whole(dict(zip(GOALS, goals, strict=True)), mean, hours, added)


def trials(
    items: Sequence[Item], asked: Sequence[tuple[str, str]], worlds: Sequence[Context], runner: Runner
) -> list[Trial]:
    """Run trials.

    Args:
        items: in force.
        asked: (item, kind) each; an item alone in force is never dropped.
        worlds: at least two for intervals.
        runner: runs jobs.
    """
    by_name = {item.id: item for item in items}
    wanted = [(name, kind) for name, kind in asked if kind != DROP or len(items) > 1]
    jobs = [world.job("now", unchanged) for world in worlds]
    jobs += [world.job("now unrewarded", without_reward) for world in worlds]
    for name, kind in wanted:
        change = change_of(by_name[name], kind)
        jobs += [world.job(f"{kind} {name}", change) for world in worlds]
        if kind != DROP:
            jobs += [world.job(f"{kind} {name} unrewarded", both(change, without_reward)) for world in worlds]
    by: dict[str, list[Panel]] = {}
    for job, panel in zip(jobs, runner(jobs), strict=True):
        by.setdefault(job.variant, []).append(panel)
    own = measures.own_parts([item.observable for item in items])
    return [_trial(name, kind, by, own) for name, kind in wanted]


def _trial(name: str, kind: str, by: Mapping[str, list[Panel]], own: np.ndarray) -> Trial:
    now, changed = by["now"], by[f"{kind} {name}"]

    def numbers(panels: Sequence[Panel]) -> list[np.ndarray]:
        return [np.array([*panel.county_goals(), panel.county_goals().mean(), panel.hours]) for panel in panels]

    *goals, mean, hours = paired(numbers(changed), numbers(now))
    added = connected = None
    if kind != DROP:
        place = now[0].items.index(name)

        def of_item(panels: Sequence[Panel], others: Sequence[Panel]) -> list[np.ndarray]:
            found = []
            for one, other in zip(panels, others, strict=True):
                connected = measures.connection(one.reported, one.components, own)[place].mean()
                found.append(np.array([inflation(one, other)[place], connected]))
            return found

        added, connected = paired(of_item(changed, by[f"{kind} {name} unrewarded"]), of_item(now, by["now unrewarded"]))
    return Trial(name, kind, dict(zip(GOALS, goals, strict=True)), mean, hours, added, connected)
