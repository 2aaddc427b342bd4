"""What a bundle's reader sees, made from the tables alone: README, figures, report, assumptions."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ruralsim.base.errors import LANGUAGES, Message

if TYPE_CHECKING:
    from ruralsim.view.report.html import Section, Table

_README = {"en": "README.md", "zh": "README.zh.md"}
_LONGEST = 30


def derived(folder: Path) -> dict[str, bytes]:
    """Make everything that follows from a results directory.

    Args:
        folder: results directory; nothing is written into it.

    Returns:
        Content by name in the bundle. Equal directories give equal bytes.
    """
    from ruralsim.view.report.data import read_run
    from ruralsim.view.report.figure_files import figure_files
    from ruralsim.view.report.page import page, sections, title_of

    data = read_run(folder)
    files = {"run/report.html": page(data, "en").encode()}
    for lang in LANGUAGES:
        found = sections(data, lang)
        drawn = figure_files([figure for section in found for figure in section.figures])
        files |= {f"figures/{lang}/{name}.svg": content for name, content in drawn.items()}
        lead = Message("publish_readme_head").text(lang)
        files[_README[lang]] = markdown(title_of(data, lang), lead, found, lang).encode()
    files["assumptions.csv"] = _assumptions(data.facts["scenario"]).encode()
    files["instruments.csv"] = _instruments(data.facts["scenario"]).encode()
    return files


def markdown(title: str, lead: str, sections: Iterable[Section], lang: str) -> str:
    """Sections of a report as Markdown, figures as files beside it."""
    lines = [f"# {title}", "", lead, ""]
    for section in sections:
        lines += [f"## {section.title}", ""]
        for sentence in section.sentences:
            lines += [sentence, ""]
        lines += [*(f"- {point}" for point in section.points), *([""] if section.points else [])]
        for text in section.code:
            lines += ["```", text, "```", ""]
        for figure in section.figures:
            lines += [f"![{figure.title}](figures/{lang}/{figure.name}.svg)", ""]
        for table in section.tables:
            if not table.folded:
                lines += _table(table)
        for note in section.notes:
            lines += [f"*{note}*", ""]
    return "\n".join(lines).rstrip() + "\n"


def _table(table: Table) -> list[str]:
    def row(cells: Sequence[str]) -> str:
        return "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"

    marks = ["---" if k == 0 or k in table.texts else "---:" for k in range(len(table.head))]
    shown = [row(one) for one in table.rows[:_LONGEST]]
    return [f"**{table.caption}**", "", row(table.head), row(marks), *shown, ""]


def _assumptions(scenario: Mapping[str, Any]) -> str:
    """Every parameter: its value in this run, default, range, grade and source."""
    from ruralsim.spec.parameters import load_parameters

    rows = []
    for name, one in load_parameters().items():
        reason = scenario["overrides"].get(name, {}).get("reason", "")
        value = scenario["parameters"].get(name, "")
        rows.append(
            (name, value, one.value, one.low, one.high, one.unit, one.grade, one.source, reason, one.en, one.zh)
        )
    head = ("parameter", "value", "default", "low", "high", "unit", "grade", "source", "reason", "en", "zh")
    return _csv(head, rows)


def _instruments(scenario: Mapping[str, Any]) -> str:
    """Every instrument that a phase asks for: what it does to which lever, with range and source."""
    from ruralsim.policy.library import library_of
    from ruralsim.spec.resolved import scenario_from

    known = library_of(scenario_from(scenario)).instruments
    phases = [*scenario["phase"], *scenario.get("reserve", ())]
    used = sorted({name for phase in phases for name in phase["instruments"]} & known.keys())
    rows = [
        (name, effect.lever, effect.amount, effect.low, effect.high, effect.source, known[name].source,
         known[name].source_text, known[name].title["en"], known[name].title["zh"])
        for name in used for effect in known[name].effects
    ]  # fmt: skip
    head = ("instrument", "lever", "amount", "low", "high", "basis", "source", "quotation", "en", "zh")
    return _csv(head, rows)


def _csv(head: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(head)
    writer.writerows(rows)
    return text.getvalue()
