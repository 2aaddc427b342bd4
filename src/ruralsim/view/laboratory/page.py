"""A study as a part of a Markdown document, between two marks; the rest of the document stays as it is."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from ruralsim.base.errors import InputError
from ruralsim.spec.files import read_text
from ruralsim.view.commands.common import say
from ruralsim.view.laboratory import words
from ruralsim.view.laboratory.terminal import place_title, set_title

if TYPE_CHECKING:
    from ruralsim.analysis.indicators import Study

_COLUMNS = ("breadth", "measurability", "connection", "goodhart_gap", "inflation", "burden")


def _marks(name: str) -> tuple[str, str]:
    return f"<!-- indicators: {name} -->", f"<!-- end of indicators: {name} -->"


def check_page(path: Path, name: str) -> None:
    """See that a document has the marks, before any work is done.

    Raises:
        InputError: the file is not there or lacks the marks.
    """
    text = read_text(path)
    if not all(mark in text for mark in _marks(name)):
        raise InputError("indicators_page_marks", file=path, first=_marks(name)[0], last=_marks(name)[1])


def write_page(path: Path, study: Study) -> None:
    """Put a study into a document, in English.

    Args:
        path: a Markdown file with the lines ``<!-- indicators: NAME -->`` and ``<!-- end of indicators: NAME -->``,
            NAME being the scenario's.
        study: to be shown.
    """
    check_page(path, study.scenario.name)
    first, last = _marks(study.scenario.name)
    pattern = re.compile(re.escape(first) + r"\n.*?" + re.escape(last), re.DOTALL)
    whole = pattern.sub(lambda _: f"{first}\n\n{block(study)}\n\n{last}", path.read_text(encoding="utf-8"))
    path.write_text(whole, encoding="utf-8")


def block(study: Study) -> str:
    """The study as Markdown: sentences, advice, sets, gaming."""
    lang = "en"
    parts = [" ".join([words.lead(study, lang), *words.followed(study, lang), words.about(study, lang)])]
    if study.frontier:
        parts += [" ".join(words.sets_sentences(study, lang)), _sets(study)]
    if study.gaming is not None:
        regimes = [one for one in study.gaming.places if one.setting.penalty == 1.0]
        rows = [[place_title(one.setting, lang), words.points(one.mean, lang)] for one in regimes]
        parts += [_table(["reports stand above the truth", "points of 100"], rows), *words.marginals(study, lang)]
    by = {one.item: one for one in study.advice}
    head = ["item", "advice", *(say(f"indicators_measure_{name}", lang) for name in _COLUMNS)]
    rows = [
        [
            one.id, say(f"indicators_verdict_{by[one.id].verdict}", lang),
            *(words.measure(name, getattr(one, name), lang) for name in _COLUMNS),
        ]
        for one in study.card.items
    ]  # fmt: skip
    return "\n\n".join([*parts, _table(head, rows), f"Seed {study.seed}."])


def _sets(study: Study) -> str:
    head = ["items", "which", "mean of the three goals against the set as it is, points of 100", "cadres' time left, %"]
    found = () if study.found is None else study.found.chosen
    rows = [
        [str(one.size), set_title(one.name, "en"), words.points(one.gain, "en"), words.number(one.hours, "en", 100, 0)]
        for one in (*found, *study.nested)
    ]
    return _table(head, rows)


def _table(head: list[str], rows: list[list[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(row) + " |" for row in lines)
