"""The section on triggers: when the plan changed course, and whether what was reported deserved it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from ruralsim.view.report.data import RunData
from ruralsim.view.report.html import Section, Table
from ruralsim.view.report.words import NOTHING, plain, say


def triggers(data: RunData, lang: str) -> Section | None:
    """What each trigger did; None where the plan has none."""
    found = data.facts.get("triggers") or []
    if not found:
        return None
    lines, rows = [], []
    for one in found:
        lines += trigger_lines(one, lang)
        rows += [
            [
                one["name"],
                str(at["replicate"]),
                at["date"],
                _number(at["reported"]),
                _number(at["true"]),
                _truth(data, at, lang),
            ]
            for at in one["fired"]
            if at is not None
        ]
    head = ["", *(say(f"trigger_col_{name}", lang) for name in ("replicate", "month", "reported", "true", "truth"))]
    tables = [Table(say("trigger_t_fired", lang), head, rows, texts=frozenset({2, 5}))] if rows else []
    return Section("triggers", say("phases_h_triggers", lang), lines, (), tables, [say("trigger_note", lang)])


def trigger_lines(one: Mapping[str, Any], lang: str) -> list[str]:
    """Say of a trigger in how many replicates it fired, when, and how often what was reported deceived it."""
    fired = [at for at in one["fired"] if at is not None]
    if not fired:
        return [say("trigger_never", lang, name=one["name"], count=len(one["fired"])), *held_back_lines(one, lang)]
    months = sorted(at["date"] for at in fired)
    fields = {
        "name": one["name"],
        "fired": len(fired),
        "count": len(one["fired"]),
        "first": months[0],
        "last": months[-1],
    }
    lines = [say("trigger_did", lang, **fields)]
    fooled = [at for at in fired if at["fooled"]]
    if fooled:
        lines.append(say("trigger_fooled", lang, name=one["name"], fooled=len(fooled), fired=len(fired),
                         months=_months(fooled, "date", lang), reported=_mean(fooled, "reported"),
                         true=_mean(fooled, "true"), truth=_crossings(fooled, lang)))  # fmt: skip
    return [*lines, *held_back_lines(one, lang)]


def held_back_lines(one: Mapping[str, Any], lang: str) -> list[str]:
    """Say in how many replicates the truth crossed and what was reported did not, or only later."""
    held = one.get("held_back") or []
    if not held:
        return []
    late = sum(at["fired"] is not None for at in held)
    return [say("trigger_held_back", lang, name=one["name"], held=len(held), count=len(one["fired"]),
                months=_months(held, "date", lang), late=late, never=len(held) - late)]  # fmt: skip


def _months(found: Sequence[Mapping[str, Any]], key: str, lang: str) -> str:
    months = sorted(at[key] for at in found)
    return months[0] if months[0] == months[-1] else say("trigger_between", lang, first=months[0], last=months[-1])


def _mean(found: Sequence[Mapping[str, Any]], key: str) -> str:
    return plain(math.fsum(at[key] for at in found) / len(found), 3)


def _crossings(fooled: Sequence[Mapping[str, Any]], lang: str) -> str:
    """Say in how many of these firings the truth never crosses, and how many months later it does in the others."""
    later = [at["true_crosses"] - at["month"] for at in fooled if at["true_crosses"] is not None]
    never = len(fooled) - len(later)
    if not later:
        return say("trigger_all_never", lang)
    code = "trigger_all_later" if not never else "trigger_some_later"
    return say(code, lang, never=never, later=len(later), months=plain(math.fsum(later) / len(later), 0))


def _number(value: float | None) -> str:
    return NOTHING if value is None else plain(value, 3)


def _truth(data: RunData, at: Mapping[str, Any], lang: str) -> str:
    if not at["fooled"]:
        return say("trigger_same", lang)
    if at["true_crosses"] is None:
        return say("phases_never_true", lang)
    return say("phases_true_at", lang, month=str(data.start + (at["true_crosses"] - 1)))
