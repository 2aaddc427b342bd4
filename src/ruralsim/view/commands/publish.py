"""``ruralsim publish RESULT -o bundle.zip`` and ``ruralsim verify bundle.zip``."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ruralsim.base.errors import InputError, Message, nearest
from ruralsim.view.commands.common import language, print_json, print_lines, say
from ruralsim.view.commands.options import MOST_THREADS, JsonOption, LangOption, ThreadsOption, check_bounds

if TYPE_CHECKING:
    from ruralsim.publish.verify import Again, Verdict

_LICENSE = "CC-BY-4.0"
#: what the citation file of a new project says until somebody writes a name
_NOBODY = "Write your name here"


def publish(
    result: Annotated[Path, typer.Argument(metavar="RESULT", help="Directory of a run or experiment. 结果文件夹。")],
    out: Annotated[Path, typer.Option("--out", "-o", metavar="FILE", help="The bundle. 发布包。")] = Path("bundle.zip"),
    author: Annotated[
        list[str] | None, typer.Option("--author", metavar="NAME", help="Once for each author. 作者，可重复。")
    ] = None,
    date: Annotated[
        str | None, typer.Option("--date", metavar="YYYY-MM-DD", help="Default: today. 发布日期。", show_default=False)
    ] = None,
    license_name: Annotated[
        str, typer.Option("--license", metavar="SPDX", help="Of data and texts. 数据与文字的许可。")
    ] = _LICENSE,
    lang: LangOption = None,
    as_json: JsonOption = False,
) -> None:
    """Put a result and all that it rests on into one checkable archive. 把结果打成可核验的发布包。"""
    spoken = language(lang)
    from ruralsim.publish.bundle import publish_run
    from ruralsim.publish.citation import Credit
    from ruralsim.publish.experiment import is_experiment, publish_experiment
    from ruralsim.view.published import derived

    if out.suffix.lower() != ".zip":
        raise InputError("publish_not_zip", key="--out", read=str(out))
    names = tuple(author or _authors_here() or ())
    credit = Credit(names or ("Anonymous",), date or time.strftime("%Y-%m-%d", time.gmtime()), license_name)
    if is_experiment(result):
        done = publish_experiment(result, out, credit)
    else:
        done = publish_run(result, out, derived, credit)
    if as_json:
        print_json({"bundle": str(done.path), "files": done.files, "bytes": done.size, "seal": done.seal})
        return
    size = f"{done.size / 1e6:.1f}"
    lines = [say("publish_done", spoken, file=str(done.path), files=done.files, size=size)]
    lines.append(say("publish_seal", spoken, seal=done.seal))
    if not names:
        lines.append(say("publish_no_author", spoken))
    print_lines([*lines, say("publish_next", spoken, file=str(done.path))])


def _authors_here() -> list[str]:
    """Authors named in the ``CITATION.cff`` of this folder, as ``ruralsim new`` puts one there."""
    import re

    path = Path("CITATION.cff")
    if not path.is_file():
        return []
    text = path.read_text(encoding="utf-8", errors="replace").partition("authors:")[2]
    found = []
    for line in text.splitlines()[1:]:
        match = re.fullmatch(r'\s+-?\s*name:\s*"?(.*?)"?\s*', line)
        if match is None:
            break
        found.append(match[1])
    return [name for name in found if name and name != _NOBODY]


def verify(
    bundle: Annotated[Path, typer.Argument(metavar="FILE", help="A bundle. 发布包。")],
    rerun: Annotated[
        str, typer.Option("--rerun", metavar="all|sample|none", help="How much to simulate again. 重算范围。")
    ] = "sample",
    threads: ThreadsOption = None,
    lang: LangOption = None,
    as_json: JsonOption = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="Print only what is wrong. 只显示问题。")] = False,
) -> None:
    """Check a bundle: hashes, pages, and the numbers by running again. 核验发布包：哈希、页面与逐数重算。"""
    spoken = language(lang)
    from ruralsim.publish.manifest import kind_of
    from ruralsim.publish.verify import RERUNS
    from ruralsim.publish.verify import verify as check_bundle
    from ruralsim.publish.verify_experiment import verify_experiment
    from ruralsim.view.published import derived
    from ruralsim.view.run_facts import versions

    if rerun not in RERUNS:
        what = Message("what_rerun")
        raise InputError("unknown_name", key="--rerun", what=what, read=rerun, nearest=nearest(rerun, RERUNS),
                         accepted=RERUNS)  # fmt: skip

    check_bounds(("--threads", threads, 1, MOST_THREADS))

    def again(job: Again) -> None:
        from ruralsim.view.commands.run import simulate_into

        simulate_into(job.scenario, job.seed, job.replicates, job.draws, job.folder, threads=threads, lang=spoken,
                      silent=as_json or quiet)  # fmt: skip

    if kind_of(bundle) == "experiment":
        verdict = verify_experiment(bundle, how=rerun, versions=versions())
    else:
        verdict = check_bundle(bundle, derived, again, how=rerun, versions=versions())
    if as_json:
        print_json(_json(verdict, spoken))
    else:
        print_lines(_lines(verdict, spoken, quiet=quiet))
    if not verdict.passed:
        raise typer.Exit(1)


def _json(verdict: Verdict, lang: str) -> dict[str, object]:
    return {
        "passed": verdict.passed,
        "level": verdict.level,
        "numbers": verdict.numbers,
        "findings": [{"step": one.step, "ok": one.ok, "text": one.message.text(lang)} for one in verdict.findings],
    }


_MARKS = {True: "✓", False: "✗", None: "–"}


def _lines(verdict: Verdict, lang: str, *, quiet: bool) -> list[str]:
    shown = [one for one in verdict.findings if not quiet or one.ok is False]
    lines = [f"{_MARKS[one.ok]} {one.message.text(lang)}" for one in shown]
    if quiet and verdict.passed:
        return lines
    if not verdict.passed:
        return [*lines, say("verify_failed", lang, count=sum(one.ok is False for one in verdict.findings))]
    return [*lines, say(f"verify_passed_{verdict.level or 0}", lang)]
