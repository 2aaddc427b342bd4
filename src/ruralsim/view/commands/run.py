"""``ruralsim run SCENARIO``: simulate a scenario, write its tables, and say what happened."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ruralsim.base.errors import InputError
from ruralsim.view.commands.common import JsonOption, LangOption, language, print_json

if TYPE_CHECKING:
    from ruralsim.spec.scenario import Scenario
    from ruralsim.view.run_facts import RunFacts

_LARGEST_SEED = 2**32 - 1
_MOST_MONTHS = 1200


def run(
    scenario: Annotated[str, typer.Argument(metavar="SCENARIO", help="A shipped name or a file. 情景名称或文件。")],
    months: Annotated[
        int | None, typer.Option("--months", metavar="N", help="Another horizon. 另定月数。", show_default=False)
    ] = None,
    replicates: Annotated[
        int | None,
        typer.Option(
            "--replicates",
            metavar="R",
            help="Runs with different luck; default: 1 to 10, what about a minute allows. 重复次数。",
            show_default=False,
        ),
    ] = None,
    seed: Annotated[int, typer.Option("--seed", metavar="S", help="Number that fixes all luck. 随机种子。")] = 1,
    threads: Annotated[
        int | None,
        typer.Option(
            "--threads", metavar="T", help="Default: all processors; changes no number. 线程数。", show_default=False
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="DIR", help="Default: results/<run>. 结果文件夹。", show_default=False),
    ] = None,
    changes: Annotated[
        list[str] | None, typer.Option("--set", metavar="PATH=VALUE", help="Change one value. 修改一个值。")
    ] = None,
    lang: LangOption = None,
    as_json: JsonOption = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="Print only where the results are. 只显示结果位置。")] = False,
) -> None:
    """Simulate a scenario and say what changed. 运行情景并说明变化。"""
    begun = time.perf_counter()
    spoken = language(lang)
    for name, value, low, high in (
        ("--months", months, 1, _MOST_MONTHS),
        ("--seed", seed, 0, _LARGEST_SEED),
        ("--replicates", replicates, 1, 100_000),
        ("--threads", threads, 1, 1024),
    ):
        if value is not None and not low <= value <= high:
            raise InputError("outside_limits", key=name, read=value, low=low, high=high, unit="")
    resolved = _load(scenario, months, changes or [])
    from ruralsim.model.run import default_replicates
    from ruralsim.view.run_facts import run_identity

    count = default_replicates(resolved) if replicates is None else replicates
    run_id = run_identity(resolved, seed, count)
    place = Path("results") / run_id if out is None else out
    facts = _simulate(resolved, seed, count, threads, place, run_id, spoken, begun, silent=as_json or quiet)
    seconds = time.perf_counter() - begun
    if as_json:
        print_json(facts.summary_json(run_id, str(place), seconds))
    elif quiet:
        print(place)
    else:
        from ruralsim.view.summary import show, summary

        show(summary(facts, str(place), seconds, _given(scenario, months, replicates, seed, changes), spoken))


def _load(name: str, months: int | None, changes: list[str]) -> Scenario:
    from ruralsim.model.run import load_scenario

    horizon = [] if months is None else [f"scenario.months={months}"]
    return load_scenario(name, overrides=[*changes, *horizon])


def _simulate(
    scenario: Scenario,
    seed: int,
    replicates: int,
    threads: int | None,
    place: Path,
    run_id: str,
    lang: str,
    begun: float,
    *,
    silent: bool,
) -> RunFacts:
    """Run every replicate, each written before the next begins, and move the results to their place."""
    from ruralsim.model.run import simulate
    from ruralsim.view.progress import Progress, kernels_ready
    from ruralsim.view.run_directory import RunDirectory
    from ruralsim.view.run_facts import RunFacts
    from ruralsim.view.tables import TableWriter

    facts = RunFacts(scenario, seed)
    rows = scenario.place.villages * (scenario.months + 1) * replicates
    with RunDirectory(place, rows) as directory, Progress(lang, silent=silent, months=scenario.months) as progress:
        if not kernels_ready():
            progress.note("run_compiling")
        writing = 0.0
        with TableWriter(directory.folder) as writer:
            for one in simulate(scenario, seed=seed, replicates=replicates, threads=threads, progress=progress):
                started = time.perf_counter()
                writer.write(one)
                facts.add(one)
                writing += time.perf_counter() - started
        facts.seconds["write"] = writing
        directory.finish(facts.run_json(run_id, time.perf_counter() - begun))
    return facts


def _given(
    scenario: str, months: int | None, replicates: int | None, seed: int, changes: list[str] | None
) -> list[str]:
    """The arguments that shape the result, to be repeated in the command to try next."""
    given = [scenario]
    for name, value in (("--months", months), ("--replicates", replicates), ("--seed", seed if seed != 1 else None)):
        if value is not None:
            given += [name, str(value)]
    for change in changes or []:
        given += ["--set", change]
    return given
