"""The parts of a page (sections, figures, tables) and how they become HTML: sentence, then picture, then table."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape

from ruralsim.view.fonts import text_width
from ruralsim.view.report.svg import Drawing

#: a cell of words narrower than this many em stays on one line; a longer word than this may be broken
_SHORT, _LONG_WORD = 10.0, 28
#: where a line may break: at spaces, and between Chinese characters
_BREAKS = re.compile(r"[\s\u2e80-\u9fff\uff00-\uffef]+")


@dataclass(frozen=True)
class Figure:
    """A picture: its accessible name, what it shows in words, a caption below it (may be empty), and the drawing."""

    name: str
    title: str
    description: str
    drawing: Drawing
    caption: str = ""


@dataclass(frozen=True)
class Table:
    """A table: caption, head, rows of texts. The first column is a label, the others are numbers unless in ``texts``.

    Args:
        bold: rows (from 0) that stand out.
        texts: columns (from 1) that hold words.
        folded: shown on request only, under the caption.
    """

    caption: str
    head: Sequence[str]
    rows: Sequence[Sequence[str]]
    bold: frozenset[int] = frozenset()
    texts: frozenset[int] = frozenset()
    folded: bool = False


@dataclass(frozen=True)
class Section:
    """A part of the report with its own heading.

    Args:
        name: identifier, the same in every language.
        title: heading.
        sentences: what a reader should take away; the first of them stands out.
        figures, tables: below them, in this order.
        notes: what to bear in mind, in small print.
        points: a list of short statements after the sentences.
        box: whether the whole is set apart as a warning.
    """

    name: str
    title: str
    sentences: Sequence[str] = ()
    figures: Sequence[Figure] = ()
    tables: Sequence[Table] = ()
    notes: Sequence[str] = ()
    points: Sequence[str] = field(default=())
    box: bool = False
    code: Sequence[str] = field(default=())


def words(text: str) -> str:
    """A text as HTML; a number and its per cent sign stay on one line."""
    return escape(text, quote=False).replace(" %", "\u00a0%")


def section_html(section: Section, lang: str) -> str:
    """A section as HTML."""
    name = f"{lang}-{section.name}"
    parts = [f'<section id="{name}" data-section="{section.name}" aria-labelledby="{name}-h"']
    parts.append(' class="box">' if section.box else ">")
    parts.append(f'<h2 id="{name}-h">{words(section.title)}</h2>')
    for position, sentence in enumerate(section.sentences):
        parts.append(f"<p{' class=lead' if position == 0 else ''}>{words(sentence)}</p>")
    if section.points:
        parts.append("<ul>" + "".join(f"<li>{words(point)}</li>" for point in section.points) + "</ul>")
    for line in section.code:
        parts.append(f"<pre><code>{escape(line)}</code></pre>")
    if section.figures:
        parts.append('<div class="figures">' + "".join(_figure(one, lang) for one in section.figures) + "</div>")
    parts += [_table(table) for table in section.tables]
    parts += [f'<p class="note">{words(note)}</p>' for note in section.notes]
    return "".join(parts) + "</section>"


def _figure(figure: Figure, lang: str) -> str:
    drawn = figure.drawing.svg(f"{lang}-{figure.name}", figure.title, figure.description)
    caption = f"<span>{words(figure.caption)}</span>" if figure.caption else ""
    return f"<figure><figcaption><b>{words(figure.title)}</b>{caption}</figcaption>{drawn}</figure>"


def _table(table: Table) -> str:
    head = "".join(
        f'<th scope="col"{"" if k == 0 or k in table.texts else " class=n"}>{words(text)}</th>'
        for k, text in enumerate(table.head)
    )
    body = "".join(_table_row(table, k, row) for k, row in enumerate(table.rows))
    whole = (
        f'<div class="scroll" tabindex="0" role="region" aria-label="{escape(table.caption)}"><table><caption>'
        f"<span>{words(table.caption)}</span></caption><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )
    if table.folded:
        return f"<details><summary>{words(table.caption)}</summary>{whole}</details>"
    return whole


def _kind(text: str) -> str:
    """How a cell of words breaks: short ones not at all, very long words (digests) anywhere."""
    if text_width(text, 1.0) <= _SHORT:
        return " class=k"
    return " class=a" if max(map(len, _BREAKS.split(text))) > _LONG_WORD else " class=w"


def _table_row(table: Table, k: int, row: Sequence[str]) -> str:
    cells = [f'<th scope="row">{words(row[0])}</th>']
    for j, text in enumerate(row[1:], 1):
        cells.append(
            f"<td{_kind(text)}>{words(text)}</td>" if j in table.texts else f'<td class="n">{words(text)}</td>'
        )
    return f"<tr{' class=goal' if k in table.bold else ''}>{''.join(cells)}</tr>"
