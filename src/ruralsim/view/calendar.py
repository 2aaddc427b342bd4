"""A plan on the calendar, drawn in text: which phase is in force where and when, and what triggers watch."""

from __future__ import annotations

from collections.abc import Sequence

from ruralsim.base.calendar import Month
from ruralsim.base.errors import Message
from ruralsim.policy.triggers import phases_now
from ruralsim.spec.scenario import ALL, ROLLOUTS, Scenario, Trigger
from ruralsim.view.report.words import label

_MOST_YEARS = 16


def calendar_rows(scenario: Scenario, lang: str) -> list[tuple[str, ...]]:
    """Return rows of cells: a head of years, then a row for each phase, and for each class where classes join later.

    Args:
        scenario: its phases stand on the dates that hold if no trigger fires.
        lang: of the phases' names.

    Each year is four marks, one a quarter, and one where the plan is longer than sixteen years.
    """
    years = range(scenario.start.year, scenario.end.year + 1)
    step = 3 if len(years) <= _MOST_YEARS else 12
    rows: list[tuple[str, ...]] = [("", *(str(year) if step == 3 else f"{year % 100:02d}" for year in years))]
    for phase in phases_now(scenario):
        rows.append((phase.label(lang), *_marks(phase.start, phase.end, years, step)))
        if phase.waves:
            for group in ROLLOUTS:
                if phase.covers(group):
                    rows.append(
                        (f"  {rollout_words((group,), lang)}", *_marks(phase.joins(group), phase.end, years, step))
                    )
    return rows


def _marks(first: Month, last: Month, years: Sequence[int], step: int) -> list[str]:
    cells = []
    for year in years:
        quarters = [(Month(year, month), Month(year, month) + (step - 1)) for month in range(1, 13, step)]
        cells.append("".join("█" if begin <= last and end >= first else "·" for begin, end in quarters))
    return cells


def rollout_words(classes: Sequence[str], lang: str) -> str:
    """Classes of villages as a list in words."""
    return ("、" if lang == "zh" else ", ").join(label("rollout", one, lang) for one in classes)


def trigger_lines(scenario: Scenario, lang: str) -> list[str]:
    """Return each trigger as a sentence."""
    return [_sentence(one, scenario, lang) for one in scenario.triggers]


def _sentence(one: Trigger, scenario: Scenario, lang: str) -> str:
    where = Message("trigger_everywhere").text(lang) if one.rollout == (ALL,) else rollout_words(one.rollout, lang)
    called = {phase.name: phase.label(lang) for phase in (*scenario.phases, *scenario.reserves)}
    until = Message("trigger_open").text(lang) if one.last is None else str(one.last)
    if one.start is not None:
        code = "trigger_starts" if one.last is None else "trigger_waits"
        then = Message(code, phase=called[one.start], last=until).text(lang)
    else:
        code = "trigger_replaces" if one.by is not None else "trigger_ends"
        then = Message(code, phase=called[str(one.replace)], by=called.get(str(one.by))).text(lang)
    return Message(
        "trigger_sentence", name=one.name, reading=Message(f"trigger_{one.reading}"),
        signpost=_title(one.signpost, scenario, lang),
        where=where, sign="≥" if one.above else "≤", level=one.level, first=str(one.first), last=until, then=then,
    ).text(lang)  # fmt: skip


def _title(signpost: str, scenario: Scenario, lang: str) -> str:
    """What a signpost measures, in words, after its name."""
    from ruralsim.policy.library import library_of
    from ruralsim.policy.observables import OBSERVABLES

    titles = {one.name: one.meaning_zh if lang == "zh" else one.meaning_en for one in OBSERVABLES}
    titles |= {item.id: item.title[lang] for item in library_of(scenario).frameworks[scenario.framework.name].items}
    return f"{signpost} ({titles[signpost]})" if lang == "en" else f"{signpost}（{titles[signpost]}）"
