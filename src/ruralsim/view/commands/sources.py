"""``ruralsim sources``: every row of the source documents, what carries it, and what it was found to do."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ruralsim.base.errors import InputError, nearest
from ruralsim.view.commands.common import language, print_json, print_lines, say
from ruralsim.view.commands.options import JsonOption, LangOption, ThreadsOption

if TYPE_CHECKING:
    from ruralsim.policy.sources import Row


def sources(
    context: typer.Context,
    names: Annotated[
        list[str] | None, typer.Argument(metavar="[ROW]...", help="Rows (P3) or documents (000). 条目或文献。")
    ] = None,
    found: Annotated[
        bool, typer.Option("--findings", help="Counts, regimes and frameworks side by side. 总体发现与对比。")
    ] = False,
    measure: Annotated[
        bool, typer.Option("--measure", help="Measure again and keep the table (minutes). 重新测量并保存。")
    ] = False,
    threads: ThreadsOption = None,
    page: Annotated[
        Path | None,
        typer.Option("--page", metavar="FILE", help="Write the rows into a document. 写入文档。", show_default=False),
    ] = None,
    lang: LangOption = None,
    as_json: JsonOption = False,
) -> None:
    """Rows of the five sources: quotation, instrument, mechanism, effect. 五份来源逐条：引文、工具、机制、效果。"""
    spoken = language(lang)
    from ruralsim.analysis.sources.table import load_table
    from ruralsim.policy.sources import load_rows
    from ruralsim.view import source_rows

    rows = chosen_rows(names or [])
    if measure:
        _measure(rows, threads, spoken, whole=not names, silent=as_json)
    table = load_table()
    commands = _commands(context)
    facts = [source_rows.row_facts(row, table, commands, spoken) for row in rows]
    if page is not None:
        every = list(load_rows().values())
        text = source_rows.page(
            [source_rows.row_facts(one, table, commands, spoken) for one in every], table, every, spoken
        )
        source_rows.write_page(page, text)
        print_lines([say("sources_page_written", spoken, file=page)])
        return
    if as_json:
        print_json({"comparison": table["comparison"]} if found else facts)
    elif found:
        print_lines(source_rows.findings(table, rows, spoken))
    elif names and all(name in load_rows() for name in names):
        for one in facts:
            print_lines([*source_rows.details(one, spoken), ""])
    else:
        print_lines([*source_rows.overview(facts, spoken), "", say("sources_about", spoken, **_about(table))])


def chosen_rows(names: list[str]) -> list[Row]:
    """Return the rows of some ids and documents, or all; in the order of the documents.

    Raises:
        InputError: neither a row nor a document.
    """
    from ruralsim.policy.sources import load_documents, load_rows

    rows, documents = load_rows(), load_documents()
    for name in names:
        if name not in rows and name not in documents:
            raise InputError("sources_unknown", read=name, nearest=nearest(name, (*rows, *documents)))
    return [row for row in rows.values() if not names or row.id in names or row.source in names]


def _commands(context: typer.Context) -> tuple[str, ...]:
    group: Any = context.parent.command if context.parent is not None else None
    return tuple(getattr(group, "commands", {}))


def _about(table: Any) -> dict[str, Any]:
    effort = table.get("effort", {})
    return {name: effort.get(name, 0) for name in ("villages", "adults", "replicates", "draws")}


def _measure(rows: list[Row], threads: int | None, lang: str, *, whole: bool, silent: bool) -> None:
    """Measure rows and keep the table; a part of the rows leaves the others as they were."""
    from ruralsim.analysis.sources.comparison import compare
    from ruralsim.analysis.sources.effects import MEASURED, Effort, measure
    from ruralsim.analysis.sources.table import data_digest, load_table, observable_spreads, plain_effort, write_table
    from ruralsim.model.run import default_threads
    from ruralsim.view.progress import Progress

    effort = Effort()
    table = dict(load_table())
    wanted = [row for row in rows if row.kind in MEASURED]
    with Progress(lang, silent=silent, total=1.0) as progress:
        tell, also = (
            progress.part(share, lambda done, count: say("sources_measuring", lang, done=done, count=count))
            for share in ((0.85, 0.15) if whole else (1.0, 0.0))
        )
        found = measure(wanted, effort, workers=threads or default_threads(), progress=tell)
        compared = compare(effort, also) if whole else table["comparison"]
    kept = {} if whole else dict(table["rows"])
    write_table(
        {
            "effort": plain_effort(effort),
            "digest": data_digest(),
            "rows": kept | found,
            "observables": observable_spreads(effort) if whole or not table["observables"] else table["observables"],
            "comparison": compared,
        }
    )
