"""``ruralsim report DIR``: the report of a run that is already there."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ruralsim.view.commands.common import language, print_lines, say
from ruralsim.view.commands.options import LangOption


def report(
    directory: Annotated[Path, typer.Argument(metavar="DIR", help="Directory that 'ruralsim run' wrote. 结果文件夹。")],
    lang: LangOption = None,
    pdf: Annotated[bool, typer.Option("--pdf", help="A PDF in the language chosen as well. 同时生成 PDF。")] = False,
) -> None:
    """Write the report of a run: one HTML file, both languages. 生成运行报告。"""
    from ruralsim.view.report import write_pdf, write_report

    spoken = language(lang)
    written = [write_report(directory, spoken)]
    if pdf:
        written.append(write_pdf(directory, spoken))
    print_lines(say("report_written", spoken, file=str(path)) for path in written)
