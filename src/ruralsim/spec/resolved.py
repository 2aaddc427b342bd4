"""A scenario back from the plain content of ``run.json``: what was run, without the files it was written in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ruralsim.base.calendar import Month
from ruralsim.base.errors import InputError
from ruralsim.spec.scenario import (
    Context,
    FrameworkChoice,
    Override,
    Phase,
    Place,
    RegimeChoice,
    RosterVillage,
    Scenario,
    Series,
    Trigger,
)


def scenario_from(plain: Mapping[str, Any]) -> Scenario:
    """Return the scenario whose :meth:`Scenario.resolved` this is.

    Args:
        plain: as read from JSON.

    Raises:
        InputError: something is missing or of another kind, or it does not give the same content again. A parameter
            that is neither at its default nor at the scenario's own value is named.
    """
    try:
        scenario = _scenario(plain)
        again = scenario.resolved()
    except (KeyError, TypeError, ValueError, AttributeError, IndexError) as error:
        raise InputError("resolved_broken", detail=f"{type(error).__name__}: {error}") from None
    for name, value in again["parameters"].items():
        stated = plain["parameters"].get(name)
        if stated != value:
            raise InputError("resolved_parameter", name=name, read=stated, expected=value)
    for section in sorted(again.keys() | plain.keys()):
        if again.get(section) != plain.get(section):
            raise InputError("resolved_section", name=section)
    return scenario


def _scenario(plain: Mapping[str, Any]) -> Scenario:
    head = plain["scenario"]
    start = Month.parse(head["start"])
    phases = tuple(_phase(entry, Month.parse(entry["from"]), Month.parse(entry["to"])) for entry in plain["phase"])
    reserves = tuple(_phase(entry, start, start) for entry in plain.get("reserve", ()))
    return Scenario(
        name=str(head["name"]),
        title=dict(head["title"]),
        note=dict(head["note"]),
        based_on=head["based_on"],
        start=start,
        months=_whole(head["months"], 1, 1200),
        place=_place(plain["place"]),
        context=Context(
            {key: Series(str(one["step"]), tuple(map(float, one["values"]))) for key, one in plain["context"].items()}
        ),
        framework=FrameworkChoice(plain["framework"]["name"], dict(plain["framework"]["weights"])),
        regime=RegimeChoice(plain["regime"]["name"], dict(plain["regime"]["settings"])),
        phases=phases,
        reserves=reserves,
        triggers=tuple(_trigger(entry) for entry in plain.get("trigger", ())),
        own={kind: dict(found) for kind, found in plain.get("own", {}).items()},
        parameters=tuple(
            Override(name, float(one["value"]), str(one["reason"])) for name, one in plain["overrides"].items()
        ),
    )


def _whole(value: Any, low: int, high: int) -> int:
    if not isinstance(value, int) or not low <= value <= high:
        raise ValueError(f"{value!r} is not a whole number from {low} to {high}")
    return value


def _place(plain: Mapping[str, Any]) -> Place:
    roster = plain["roster"]
    return Place(
        registered_population=_whole(plain["population"], 1, 100_000_000),
        villages=_whole(plain["villages"], 1, 1_000_000),
        townships=_whole(plain["townships"], 1, 1_000_000),
        endowments=dict(plain["endowments"]),
        forms=dict(plain["forms"]),
        rollout=dict(plain["rollout"]),
        resident_population=plain["resident_population"],
        persons_per_adult=plain["persons_per_adult"],
        roster=None if roster is None else tuple(RosterVillage(**row) for row in roster),
        demonstration_villages=plain["demonstration_villages"],
        mediators_per_1000=plain["mediators_per_1000"],
        identity=plain["identity"],
        identity_note=dict(plain["identity_note"]),
    )


def _phase(plain: Mapping[str, Any], start: Month, end: Month) -> Phase:
    return Phase(
        name=str(plain["name"]),
        start=start,
        end=end,
        rollout=tuple(plain["rollout"]),
        budget=plain["budget"],
        instruments=dict(plain["instruments"]),
        waves={label: Month.parse(month) for label, month in plain.get("waves", {}).items()},
        start_budget=plain.get("start_budget"),
        title=dict(plain.get("title", {})),
    )


def _trigger(plain: Mapping[str, Any]) -> Trigger:
    above = "above" in plain
    return Trigger(
        name=str(plain["name"]),
        signpost=str(plain["signpost"]),
        reading=str(plain["reading"]),
        above=above,
        level=float(plain["above" if above else "below"]),
        first=Month.parse(plain["from"]),
        last=None if plain["to"] is None else Month.parse(plain["to"]),
        rollout=tuple(plain["rollout"]),
        start=plain.get("start"),
        replace=plain.get("replace"),
        by=plain.get("with"),
    )
