"""A study as a part of a Markdown document, between two marks; the rest of the document stays as it is."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from ruralsim.base.errors import InputError
from ruralsim.spec.files import read_text
from ruralsim.view.commands.common import say
from ruralsim.view.laboratory import tables, words

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
        parts += [" ".join(words.sets_sentences(study, lang)), _table(*tables.sets(study, lang))]
    if study.gaming is not None:
        head = ["reports stand above the truth", "points of 100"]
        parts += [_table(head, tables.gaming(study, lang)), *words.marginals(study, lang)]
    advice = [say(f"indicators_verdict_{one.verdict}", lang) for one in study.advice]
    scores = zip(study.card.items, advice, tables.scores(study, lang, _COLUMNS), strict=True)
    head = ["item", "advice", *tables.score_head(lang, _COLUMNS)]
    return "\n\n".join(
        [*parts, _table(head, [[one.id, what, *row] for one, what, row in scores]), f"Seed {study.seed}."]
    )


def _table(head: list[str], rows: list[list[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(row) + " |" for row in lines)
