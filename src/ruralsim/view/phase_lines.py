"""A study of plans for the terminal: the same sentences and tables as on its page."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from ruralsim.model.outcomes import GOALS
from ruralsim.view.commands.common import aligned
from ruralsim.view.phase_files import study_title
from ruralsim.view.report.html import Section
from ruralsim.view.report.phase_study import PhaseStudy
from ruralsim.view.report.sections_phases import better_sentences, goal_cell, money_head, money_row, phase_sections
from ruralsim.view.report.sections_plan_triggers import trigger_sentences
from ruralsim.view.report.sections_robust import failing_sentences, robust_head, robust_row
from ruralsim.view.report.words import outcome, say
from ruralsim.view.result_folder import PAGE


def lines(study: PhaseStudy, folder: Path, lang: str) -> Iterator[str]:
    """Yield the lines.

    Args:
        study: of plans.
        folder: where its files are.
        lang: of the reader.
    """
    sections = {one.name: one for one in phase_sections(study, lang)}
    yield say("phases_title", lang, name=study_title(study, lang))
    yield "  " + sections["plans"].sentences[-1]
    yield ""
    yield from _indented(better_sentences(study, lang))
    yield ""
    yield from _goals(study, lang)
    yield ""
    yield from aligned([money_head(lang), *(money_row(study, one.name, lang) for one in study.plans)])
    yield from _indented([*sections["money"].sentences[1:], *trigger_sentences(study, lang)])
    yield from _part(sections.get("teaching"))
    if study.robust:
        yield from _part(sections["robust"])
        yield from aligned([robust_head(lang), *(robust_row(study, one, lang) for one in study.robust)])
        yield from _indented(failing_sentences(study, lang))
    yield from _part(sections.get("search"))
    yield ""
    yield "  " + say("experiment_next_page", lang, page=folder / PAGE)
    yield "  " + say("phases_next_publish", lang, folder=folder)


def _goals(study: PhaseStudy, lang: str) -> list[str]:
    head = ("", *(outcome(goal, lang) for goal in GOALS))
    rows = [
        (study.title(name, lang), *(goal_cell(study.goals(name)[goal], lang) for goal in GOALS))
        for name in study.others
    ]
    return aligned([head, *rows])


def _part(section: Section | None) -> Iterator[str]:
    if section is not None:
        yield ""
        yield from _indented([*section.sentences, *section.points])


def _indented(texts: list[str]) -> Iterator[str]:
    return (f"  {text}" for text in texts)
