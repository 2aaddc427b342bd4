"""The section on triggers: when the plan changed course, and whether what was reported deserved it."""

from __future__ import annotations

from collections.abc import Mapping
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
    """Say of a trigger in how many replicates it fired, when, and how often the report alone set it off."""
    fired = [at for at in one["fired"] if at is not None]
    if not fired:
        return [say("trigger_never", lang, name=one["name"], count=len(one["fired"]))]
    months = sorted(at["date"] for at in fired)
    fields = {
        "name": one["name"],
        "fired": len(fired),
        "count": len(one["fired"]),
        "first": months[0],
        "last": months[-1],
    }
    lines = [say("trigger_did", lang, **fields)]
    fooled = sum(bool(at["fooled"]) for at in fired)
    if fooled:
        gap = sum(at["reported"] - at["true"] for at in fired if at["fooled"]) / fooled
        lines.append(say("trigger_fooled", lang, name=one["name"], fooled=fooled, fired=len(fired), gap=plain(gap, 3)))
    return lines


def _number(value: float | None) -> str:
    return NOTHING if value is None else plain(value, 3)


def _truth(data: RunData, at: Mapping[str, Any], lang: str) -> str:
    if not at["fooled"]:
        return say("trigger_same", lang)
    if at["true_crosses"] is None:
        return say("phases_never_true", lang)
    return say("phases_true_at", lang, month=str(data.start + (at["true_crosses"] - 1)))
