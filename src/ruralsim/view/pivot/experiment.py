"""An experiment with the pivot: several cases measured alike; tables, figures and README made from the results.

``pivot.toml`` in the experiment's folder is its design; everything else there is written by the run.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from ruralsim.base.errors import LANGUAGES
from ruralsim.model.outcomes import GOALS
from ruralsim.model.rival import RIVALS
from ruralsim.view.pivot import circle, drawings, statements, tables
from ruralsim.view.pivot.design import DESIGN, Design, read_design
from ruralsim.view.report import replace_file
from ruralsim.view.report.html import Figure
from ruralsim.view.report.words import say


def run_experiment(folder: Path, threads: int | None, lang: str, *, silent: bool) -> list[str]:
    """Measure every case and write the folder's tables, figures and READMEs; return the names of the cases."""
    from ruralsim.view.pivot.measured import measured

    design = read_design(folder)
    found = {}
    for case in design.cases:
        content = measured(
            case.scenario, design.months, list(case.changes), design.seed, design.replicates, design.draws,
            design.adults, threads, True, lang, silent,
        )  # fmt: skip
        found[case.name] = content | {"title": dict(case.title)}
        text = json.dumps(found[case.name], ensure_ascii=False, allow_nan=False, indent=1) + "\n"
        replace_file(folder / f"{case.name}.json", text.encode("utf-8"))
    write_results(folder, design, found)
    return list(found)


def write_results(folder: Path, design: Design, found: Mapping[str, Mapping[str, Any]]) -> None:
    """Write table, figures and READMEs from the measured cases."""
    replace_file(folder / "table.csv", _csv(found).encode("utf-8"))
    for case in design.cases:
        for one in LANGUAGES:
            for figure in _figures(found[case.name], one):
                text = figure.drawing.svg(f"{case.name}-{figure.name}", figure.title, figure.description)
                replace_file(folder / f"{case.name}-{figure.name}-{one}.svg", text.encode("utf-8"))
    for one, name in zip(LANGUAGES, ("README.md", "README.zh.md"), strict=True):
        replace_file(folder / name, ("\n".join(_readme(design, found, one)) + "\n").encode("utf-8"))


def _figures(content: Mapping[str, Any], lang: str) -> Iterator[Figure]:
    yield drawings.rivals(content, lang)
    yield drawings.governance_flow(content, lang)
    yield drawings.development_flow(content, lang)
    if content["loop_gain"]:
        yield drawings.loop_gain(content, lang)
    if content["theory"]:
        for figure in (drawings.portrait(content, lang), drawings.dividend_share(content, lang)):
            if figure is not None:
                yield figure


def _csv(found: Mapping[str, Mapping[str, Any]]) -> str:
    """One row a statement: what the pivot adds, its share, rivals, loop gain."""
    stream = io.StringIO()
    out = csv.writer(stream, lineterminator="\n")
    out.writerow(["case", "measure", "goal", "mean", "low", "high", "low_luck", "high_luck", "probability", "reason"])
    for name, content in found.items():
        for goal in GOALS:
            adds, share = content["pivot_adds"][goal], content["pivot_share"][goal]
            out.writerow([name, "pivot_adds", goal, *_numbers(adds), adds["probability"]["mean"], ""])
            luck = share["defaults"]
            row = [share["mean"], share["low"], share["high"], luck["low"], luck["high"]]
            out.writerow([name, "pivot_share", goal, *row, "", share.get("reason", "")])
            for rival in RIVALS:
                less = content["rivals"][rival]["pivot_less_rival"][goal]
                out.writerow([name, f"less_{rival}", goal, *_numbers(less), less["probability"]["mean"], ""])
        for year, one in content["loop_gain"].items():
            out.writerow([name, f"loop_gain_{year}", "", *_numbers(one), "", ""])
    return stream.getvalue()


def _numbers(one: Mapping[str, Any]) -> list[Any]:
    return [one[key] for key in ("mean", "low", "high", "low_luck", "high_luck")]


def _readme(design: Design, found: Mapping[str, Mapping[str, Any]], lang: str) -> Iterator[str]:
    yield f"# {design.title[lang]}"
    yield ""
    yield design.question[lang]
    yield ""
    yield say("pivot_readme_made", lang, command="ruralsim pivot experiments/pivot-and-rivals", design=DESIGN)
    for case in design.cases:
        yield from _case(case.name, case.title[lang], found[case.name], lang)
    yield ""
    yield f"## {say('pivot_h_limits', lang)}"
    yield ""
    yield from (f"- {sentence}" for sentence in statements.limits(next(iter(found.values())), lang))


def _case(name: str, title: str, content: Mapping[str, Any], lang: str) -> Iterator[str]:
    """A case: for every heading its sentences, its table and its figures."""
    figures = {one.name: f"![{one.title}]({name}-{one.name}-{lang}.svg)" for one in _figures(content, lang)}
    yield ""
    yield f"## {title}"
    yield ""
    yield statements.basis(content, lang)
    for heading, sentences, rows, pictures in _parts(content, lang):
        yield ""
        yield f"### {say(f'pivot_h_{heading}', lang)}"
        yield ""
        yield from (f"- {sentence}" for sentence in sentences)
        yield ""
        yield from _markdown(rows)
        for picture in pictures:
            if f"pivot-{picture}" in figures:
                yield ""
                yield figures[f"pivot-{picture}"]


def _parts(content: Mapping[str, Any], lang: str) -> Iterator[tuple[str, Iterator[str], tables.Rows, tuple[str, ...]]]:
    """Heading, sentences, table and figures of every part of a case."""
    yield "test", statements.helps(content, lang), tables.helps_rows(content, lang), ()
    yield "share", statements.shares(content, lang), tables.bracket_rows(content, lang), ()
    yield "channels", statements.channels(content, lang), tables.channel_rows(content, lang), ()
    yield "rivals", statements.money(content, lang), tables.rival_rows(content, lang), ("rivals",)
    rows = tables.to_governance_rows(content, lang)
    yield "to_governance", statements.to_governance(content, lang), rows, ("governance",)
    rows = tables.to_development_rows(content, lang)
    yield "to_development", statements.to_development(content, lang), rows, ("development",)
    if content["loop_gain"]:
        yield "loop", circle.loop(content, lang), tables.class_rows(content, lang), ("loop",)
    if content["theory"]:
        yield "theory", circle.theory(content, lang), tables.income_rows(content, lang), ("portrait", "dividend")


def _markdown(rows: list[list[str]]) -> Iterator[str]:
    yield "| " + " | ".join(rows[0]) + " |"
    yield "|" + " --- |" * len(rows[0])
    yield from ("| " + " | ".join(row) + " |" for row in rows[1:])
