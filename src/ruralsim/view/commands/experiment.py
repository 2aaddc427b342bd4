"""``ruralsim experiment run | status | export``: an ensemble from a design, and what came of it."""

from __future__ import annotations

import shlex
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ruralsim.base.errors import InputError
from ruralsim.view.commands.common import aligned, amount, language, print_json, print_lines, say
from ruralsim.view.commands.options import STORE, JsonOption, LangOption, QuietOption, StoreOption, WorkersOption

if TYPE_CHECKING:
    from ruralsim.experiments.plan import Plan
    from ruralsim.experiments.run import Progress as Told
    from ruralsim.experiments.run import Status
    from ruralsim.experiments.store import Store

_MOST_WORKERS = 1024

app = typer.Typer(
    help="Run an ensemble, see how it stands, write its tables. 批量实验：运行、查看、导出。",
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)
FileArgument = Annotated[
    str,
    typer.Argument(metavar="FILE", help="A design.toml, its folder, or a shipped name. 设计文件、文件夹或自带名称。"),
]


@app.command("run")
def run(
    file: FileArgument,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on where it stopped; the default. 接着上次继续（默认）。")
    ] = True,
    again: Annotated[bool, typer.Option("--again", help="Try failed runs again, too. 重试失败的运行。")] = False,
    workers: WorkersOption = None,
    shard: Annotated[
        str | None,
        typer.Option("--shard", metavar="i/n", help="One n-th of the runs. 只运行一个分片。", show_default=False),
    ] = None,
    dask: Annotated[
        str | None,
        typer.Option(
            "--dask", metavar="ADDRESS|local", help="Run on a Dask cluster. 在 Dask 集群上运行。", show_default=False
        ),
    ] = None,
    store: StoreOption = STORE,
    lang: LangOption = None,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """Simulate what is missing of an experiment. 运行实验中尚缺的部分。"""
    spoken = language(lang)
    check_workers(workers)
    part = shard_option(shard)
    if dask is not None and part is not None:
        raise InputError("experiment_dask_shard", key="--dask")
    plan, _ = _plan(file), _store(store)
    if not (as_json or quiet):
        print_lines(_head(plan, part, spoken))
    how = {"workers": workers, "shard": part, "dask": dask, "again": again}
    try:
        status = run_plan(plan, store, spoken, silent=as_json or quiet, **how)
    except KeyboardInterrupt:
        print(say("experiment_interrupted", spoken, command=_command("experiment run", file, store)), file=sys.stderr)
        raise
    if as_json:
        print_json(_status_json(plan, status, store))
    else:
        print_lines(_told(plan, status, file, store, spoken, ran=True, quiet=quiet))
    if status.lost:
        raise typer.Exit(1)


@app.command("status")
def status(
    file: FileArgument,
    store: StoreOption = STORE,
    lang: LangOption = None,
    as_json: JsonOption = False,
) -> None:
    """Say what is done, what failed and what is to do. 查看完成、失败和待运行的数目。"""
    from ruralsim.experiments.run import status_of

    spoken = language(lang)
    plan = _plan(file)
    found = status_of(plan, _store(store))
    if as_json:
        print_json(_status_json(plan, found, store))
        return
    print_lines(_head(plan, None, spoken))
    print_lines(_told(plan, found, file, store, spoken, ran=False))


@app.command("export")
def export(
    file: FileArgument,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="DIR", help="Default: results/<experiment>. 输出文件夹。", show_default=False),
    ] = None,
    brief: Annotated[
        bool, typer.Option("--brief", help="Only the wanted outcomes, of the county. 只导出全县的所选指标。")
    ] = False,
    store: StoreOption = STORE,
    lang: LangOption = None,
    as_json: JsonOption = False,
) -> None:
    """Write tables, figures, a page and a README. 导出表、图、网页和说明。"""
    from ruralsim.analysis.compare import compare
    from ruralsim.experiments.run import status_of
    from ruralsim.experiments.store import Store
    from ruralsim.view.experiment_files import export as write
    from ruralsim.view.result_folder import PAGE

    spoken = language(lang)
    plan, place = _plan(file), Store(store)
    found = status_of(plan, place, check=False)
    if not found.counts["done"]:
        command = _command("experiment run", file, store)
        raise InputError("experiment_nothing_done", key="--store", read=str(store), command=command)
    folder = Path("results") / plan.design.name if out is None else out
    comparison = compare(plan, place) if len(plan.design.arms) > 1 else None
    again = f"ruralsim experiment run {shlex.quote(file)} && ruralsim experiment export {shlex.quote(file)}"
    if out is not None:
        again += f" --out {shlex.quote(str(out))}"
    files = write(plan, place, folder, comparison, again + (" --brief" if brief else ""), spoken, brief=brief)
    if as_json:
        print_json({"out": str(folder), "files": files, **_counts(found)})
        return
    lines = [
        say("experiment_exported", spoken, out=folder, files=len(files), runs=found.counts["done"], total=len(plan))
    ]
    lines.append(say("experiment_next_read", spoken, file=folder / "outcomes.parquet"))
    if comparison is not None:
        lines.append(say("experiment_next_page", spoken, page=folder / PAGE))
    print_lines(lines)


def check_workers(workers: int | None) -> None:
    """Refuse a number of processes that is out of bounds."""
    if workers is not None and not 0 <= workers <= _MOST_WORKERS:
        raise InputError("experiment_workers", key="--workers", read=workers, low=0, high=_MOST_WORKERS)


def shard_option(text: str | None) -> tuple[int, int] | None:
    """Read ``i/n``."""
    if text is None:
        return None
    part, slash, parts = text.partition("/")
    if not (slash and part.strip().isdigit() and parts.strip().isdigit() and 1 <= int(part) <= int(parts)):
        raise InputError("experiment_shard", key="--shard", read=text)
    return int(part), int(parts)


def run_plan(plan: Plan, store: Path, lang: str, *, silent: bool, **how: Any) -> Status:
    """Run a plan with a bar, or lines, of progress.

    Args:
        plan: of the experiment.
        store: folder of the store.
        lang: of the words.
        silent: report nothing.
        how: passed on to ``experiments.run.run_experiment``.
    """
    from ruralsim.experiments.run import run_experiment
    from ruralsim.view.progress import Progress, kernels_ready

    with Progress(lang, silent=silent, total=1.0) as shown:
        if not kernels_ready():
            shown.note("run_compiling")
        rate = [0.0, time.monotonic()]

        def where(done: int, total: int) -> str:
            return say("experiment_progress", lang, done=amount(done), total=amount(total), rate=amount(round(rate[0])))

        report = shown.part(1.0, where)

        def tell(told: Told) -> None:
            # the first run also starts the workers and is no measure of those to come
            if told.done <= 1:
                rate[1] = time.monotonic()
            elif told.done:
                rate[0] = 60.0 * (told.done - 1) / max(1e-9, time.monotonic() - rate[1])
            if told.total:
                report(told.done, told.total)

        return run_experiment(plan, store, progress=tell, **how)


def _plan(file: str) -> Plan:
    from ruralsim.experiments.design import read_design
    from ruralsim.experiments.plan import open_plan

    return open_plan(read_design(file))


def _store(folder: Path) -> Store:
    """The store, refused where it is a file."""
    from ruralsim.experiments.store import Store

    return Store(folder)


def _head(plan: Plan, shard: tuple[int, int] | None, lang: str) -> list[str]:
    design = plan.design
    lines = [design.title.get(lang) or design.name]
    fields = {"arms": len(design.arms), "contexts": len(design.contexts), "replicates": design.replicates,
              "draws": design.draws, "factors": len(design.factors), "seed": design.seed}  # fmt: skip
    lines.append("  " + say("experiment_plan", lang, runs=amount(len(plan)), **fields))
    if shard is not None:
        from ruralsim.experiments.run import shard_of

        runs = amount(len(shard_of(plan, shard)))
        lines.append("  " + say("experiment_shard_of", lang, shard=f"{shard[0]}/{shard[1]}", runs=runs))
    return lines


def _told(
    plan: Plan, status: Status, file: str, store: Path, lang: str, *, ran: bool, quiet: bool = False
) -> list[str]:
    """How the experiment stands, and what to do next."""
    from ruralsim.experiments.run import STATES

    lines = []
    if ran and not quiet:
        code = "experiment_made" if status.made else "experiment_made_none"
        rate = amount(round(60.0 * status.made / max(1e-9, status.seconds)))
        lines.append("  " + say(code, lang, made=amount(status.made), rate=rate, seconds=f"{status.seconds:.0f}"))
    if not quiet:
        rows = [[say(f"experiment_state_{name}", lang), amount(status.counts[name])] for name in STATES]
        lines += aligned([row for row in rows if row[1] != "0"])
        lines.append("  " + say("experiment_store", lang, store=store))
    if status.counts["failed"]:
        index, message = status.failures[0]
        lines.append(say("experiment_failures", lang, failed=status.counts["failed"], index=index, message=message))
        lines.append(say("experiment_failures_again", lang, command=_command("experiment run", file, store, "--again")))
    if status.lost:
        index, message = status.lost[0]
        lines.append(say("experiment_lost", lang, lost=len(status.lost), index=index, message=message))
    if status.complete and status.total == len(plan):
        lines.append(say("experiment_next_export", lang, command=_command("experiment export", file, store)))
        if len(plan.design.arms) > 1:
            lines.append(say("experiment_next_compare", lang, command=_command("compare", file, store)))
    else:
        lines.append(say("experiment_next_run", lang, command=_command("experiment run", file, store)))
    return lines


def _command(name: str, file: str, store: Path, *more: str) -> str:
    where = [] if store == STORE else ["--store", str(store)]
    return shlex.join(["ruralsim", *name.split(), file, *where, *more])


def _counts(status: Status) -> dict[str, Any]:
    return {
        "total": status.total, "done": status.counts["done"], "failed": status.counts["failed"],
        "missing": status.counts["missing"], "broken": status.counts["broken"],
    }  # fmt: skip


def _status_json(plan: Plan, status: Status, store: Path) -> dict[str, Any]:
    """``running`` is always 0: the store knows what is done, and a run under way leaves no trace until it is."""
    return {
        "experiment": plan.design.name, "store": str(store), **_counts(status), "running": 0, "made": status.made,
        "seconds": round(status.seconds, 3),
        "failures": [{"run": index, "message": message} for index, message in status.failures],
        "lost": [{"run": index, "message": message} for index, message in status.lost],
    }  # fmt: skip
