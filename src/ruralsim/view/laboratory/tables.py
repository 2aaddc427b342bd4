"""The tables of a study, the same on the terminal, in the report and in a document: a head and rows of text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from ruralsim.view.commands.common import say
from ruralsim.view.laboratory import words

if TYPE_CHECKING:
    from ruralsim.analysis.indicators import Study

PRINCIPLES = ("breadth", "sensitivity", "measurability", "connection")
COSTS = ("goodhart_gap", "inflation", "burden")
SCORES = (*PRINCIPLES, *COSTS)
_GROUPS = tuple(name for name in SCORES if name != "sensitivity")
Rows = list[list[str]]


def scores(study: Study, lang: str, names: Sequence[str] = SCORES) -> Rows:
    """Measures of each item, in the order of the scorecard, one row an item."""
    return [[words.measure(name, getattr(one, name), lang) for name in names] for one in study.card.items]


def score_head(lang: str, names: Sequence[str] = SCORES) -> list[str]:
    """Head of :func:`scores`."""
    return [say(f"indicators_measure_{name}", lang) for name in names]


def groups(study: Study, lang: str) -> tuple[list[str], Rows]:
    """Head and rows: measures of all items, of each tier where there are several, and by phase."""
    phases: Mapping[str, str] = {one.name: one.label(lang) for one in study.scenario.phases}
    every, *tiers = study.card.tiers
    named = [(words.tier_title(one.name, lang), one) for one in (every, *(tiers if len(tiers) > 1 else ()))]
    named = [(say("indicators_group", lang, title=title, count=one.items), one) for title, one in named]
    named += [(say("indicators_phase", lang, phase=phases[one.name]), one) for one in study.card.phases]
    return ["", *(title for title, _ in named)], [
        [say(f"indicators_measure_{name}", lang), *(words.measure(name, getattr(one, name), lang) for _, one in named)]
        for name in _GROUPS
    ]


def gaming(study: Study, lang: str) -> Rows:
    """How far reports stand above the truth at each place of the gaming map where the penalty is the usual one."""
    places = () if study.gaming is None else study.gaming.places
    usual = [one for one in places if one.setting.penalty == 1.0]
    return [[words.place_title(one.setting, lang), words.points(one.mean, lang)] for one in usual]


def sets(study: Study, lang: str) -> tuple[list[str], Rows]:
    """Head and rows: sets by size; with what a set gained where it was chosen, where sets were searched."""
    names = ["size", "order", "gain", "hours", *(["chosen_on"] if study.found is not None else [])]
    head = [say(f"indicators_head_{name}", lang) for name in names]
    rows = []
    for one in study.sets:
        hours = words.number(one.hours, lang, 100.0, 0)
        row = [str(one.size), words.set_title(one.name, lang), words.points(one.gain, lang), hours]
        if study.found is not None:
            row.append("–" if one.chosen_on is None else words.plain(100.0 * one.chosen_on, 2))
        rows.append(row)
    return head, rows
