"""The report of a run: one HTML file that needs nothing else, in both languages, made from a results directory."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

from ruralsim.base.errors import SystemTrouble

REPORT = "report.html"
#: every file that this package writes into a results directory
REPORT_FILES = (REPORT, "report-en.pdf", "report-zh.pdf")


def write_report(directory: Path, lang: str) -> Path:
    """Write ``report.html`` into a results directory; an earlier one is replaced at the end.

    Args:
        directory: with ``run.json`` and the tables, as ``ruralsim run`` writes them.
        lang: language shown first, ``en`` or ``zh``; both are on the page.

    Returns:
        Where the report is.

    Raises:
        InputError: this is not a results directory, or what it holds is incomplete.
    """
    from ruralsim.view.report.data import read_run
    from ruralsim.view.report.page import page

    text = page(read_run(directory), lang)
    target = directory / REPORT
    replace_file(target, text.encode("utf-8"))
    return target


def write_pdf(directory: Path, lang: str) -> Path:
    """Write ``report-en.pdf`` or ``report-zh.pdf`` into a results directory.

    Args:
        directory: as for :func:`write_report`.
        lang: language of the document.

    Raises:
        InputError: this is not a results directory.
        SystemTrouble: weasyprint, which the extra ``report`` installs, is not there or cannot start.
    """
    from ruralsim.view.report.data import read_run
    from ruralsim.view.report.page import page

    data = read_run(directory)
    try:
        from weasyprint import HTML
    except ImportError:
        raise SystemTrouble("report_no_pdf") from None
    except OSError as error:
        raise SystemTrouble("report_pdf_broken", detail=str(error).splitlines()[0]) from None
    target = directory / f"report-{lang}.pdf"
    replace_file(target, HTML(string=page(data, lang, (lang,))).write_pdf())
    return target


def replace_file(target: Path, content: bytes) -> None:
    """Write beside the place and move, so that nobody finds half a file."""
    beside = target.with_name(f".{target.name}.partial-{os.getpid()}")
    try:
        beside.write_bytes(content)
        beside.replace(target)
    except BaseException:
        with contextlib.suppress(OSError):
            beside.unlink()
        raise
