"""Reading ``[[trigger]]``: steps of the plan that wait for a signpost."""

from __future__ import annotations

from typing import Any

from ruralsim.base.calendar import Month
from ruralsim.spec.layers import Layers
from ruralsim.spec.reader import Table
from ruralsim.spec.scenario import Phase, Trigger
from ruralsim.spec.strategy import read_rollout
from ruralsim.spec.vocabulary import Vocabulary

READINGS = ("reported", "true")
MAX_TRIGGERS = 50
_KEYS = ("name", "signpost", "reading", "rollout", "above", "below", "from", "to", "start", "replace", "with")


def read_triggers(
    layers: Layers,
    vocabulary: Vocabulary,
    framework: str,
    start: Month,
    phases: tuple[Phase, ...],
    reserves: tuple[Phase, ...],
) -> tuple[Trigger, ...]:
    """Read every ``[[trigger]]``; a single ``[trigger]`` is read as one.

    Args:
        layers: the merged scenario.
        vocabulary: for the names of signposts.
        framework: the one in force, whose items are reported.
        start: first simulated month.
        phases, reserves: what triggers may begin, end and bring in.

    Raises:
        InputError: an unknown signpost or phase, both or neither of two keys that exclude each other, a level outside
            0 to 1, months out of order, two triggers that begin the same phase.
    """
    entries: Any = layers.tables.get("trigger", [])
    single = isinstance(entries, dict)
    entries = [entries] if single else entries
    top = Table(layers, (), layers.tables, layers.tables)
    if not isinstance(entries, list):
        raise top.error("trigger", "trigger_single")
    if len(entries) > MAX_TRIGGERS:
        raise top.error("trigger", "trigger_too_many", read=len(entries), limit=MAX_TRIGGERS)
    found: list[Trigger] = []
    for index, entry in enumerate(entries):
        table = Table(layers, ("trigger",) if single else ("trigger", index), entry, _KEYS)
        one = _trigger(table, vocabulary, framework, start, phases, reserves)
        if any(other.name == one.name for other in found):
            raise table.error("name", "trigger_twice", name=one.name)
        if one.start is not None and any(other.start == one.start for other in found):
            raise table.error("start", "trigger_starts_twice", name=one.start)
        found.append(one)
    return tuple(found)


def _trigger(
    table: Table,
    vocabulary: Vocabulary,
    framework: str,
    start: Month,
    phases: tuple[Phase, ...],
    reserves: tuple[Phase, ...],
) -> Trigger:
    reading = table.choice("reading", READINGS, "what_reading")
    items = tuple(vocabulary.frameworks[framework])
    signposts = items if reading == "reported" else (*items, *(n for n in vocabulary.observables if n not in items))
    side = _one_of(table, "above", "below")
    step = _one_of(table, "start", "replace")
    if step == "start" and table.has("with"):
        raise table.error("with", "trigger_with_start")
    names = tuple(phase.name for phase in phases)
    chosen = table.choice(step, names, "what_phase")
    first = table.month("from") if table.has("from") else start
    last = table.month("to") if table.has("to") else None
    if first < start:
        raise table.error("from", "phase_too_early", read=str(first), start=str(start))
    if last is not None and last < first:
        raise table.error("to", "dates_reversed", start=str(first), end=str(last))
    return Trigger(
        name=table.text("name") if table.has("name") else chosen,
        signpost=table.choice("signpost", signposts, "what_signpost"),
        reading=reading,
        above=side == "above",
        level=table.amount(side, "1", 0, 1),
        first=first,
        last=last,
        rollout=read_rollout(table),
        start=chosen if step == "start" else None,
        replace=chosen if step == "replace" else None,
        by=table.choice("with", tuple(one.name for one in reserves), "what_reserve") if table.has("with") else None,
    )


def _one_of(table: Table, one: str, other: str) -> str:
    """Return which of two keys is given: exactly one must be."""
    if table.has(one) == table.has(other):
        raise table.error(None, "one_of_two", one=one, other=other)
    return one if table.has(one) else other
