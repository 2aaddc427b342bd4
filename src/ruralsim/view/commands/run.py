"""``ruralsim run SCENARIO``: simulate a scenario, write its tables, and say what happened."""

from __future__ import annotations

import shlex
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import repeat
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ruralsim.base.errors import InputError
from ruralsim.view.commands.common import language, print_json, say
from ruralsim.view.commands.options import (
    LARGEST_SEED,
    MOST_THREADS,
    ChangesOption,
    JsonOption,
    LangOption,
    MonthsOption,
    ScenarioArgument,
    SeedOption,
    ThreadsOption,
    WhereOption,
    check_bounds,
)

if TYPE_CHECKING:
    from ruralsim.model.run import Replicate
    from ruralsim.spec.scenario import Scenario
    from ruralsim.view.run_facts import RunFacts

_MOST_MONTHS = 1200
_FEWEST_DRAWS, _MOST_DRAWS = 4, 10_000


def run(
    scenario: ScenarioArgument,
    months: MonthsOption = None,
    replicates: Annotated[
        int | None,
        typer.Option(
            "--replicates",
            metavar="R",
            help="Runs with different luck; default: 2 to 10, what about a minute allows. 重复次数。",
            show_default=False,
        ),
    ] = None,
    draws: Annotated[
        int | None,
        typer.Option(
            "--draws",
            metavar="D",
            help="Draws of the parameters from their ranges; default 48, 0 for none. 参数抽样次数。",
            show_default=False,
        ),
    ] = None,
    seed: SeedOption = 1,
    threads: ThreadsOption = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="DIR", help="Default: results/<run>. 结果文件夹。", show_default=False),
    ] = None,
    changes: ChangesOption = None,
    lang: LangOption = None,
    as_json: JsonOption = False,
    no_report: Annotated[bool, typer.Option("--no-report", help="Leave report.html out. 不生成报告。")] = False,
    quiet: WhereOption = False,
) -> None:
    """Simulate a scenario and say what changed. 运行情景并说明变化。"""
    begun = time.perf_counter()
    spoken = language(lang)
    check_bounds(
        ("--months", months, 1, _MOST_MONTHS),
        ("--seed", seed, 0, LARGEST_SEED),
        ("--replicates", replicates, 1, 100_000),
        ("--threads", threads, 1, MOST_THREADS),
    )
    if draws and not _FEWEST_DRAWS <= draws <= _MOST_DRAWS:
        raise InputError("run_draws", key="--draws", read=draws, low=_FEWEST_DRAWS, high=_MOST_DRAWS)
    resolved = _load(scenario, months, changes or [])
    from ruralsim.analysis.uncertainty import DEFAULT_DRAWS
    from ruralsim.model.run import default_replicates
    from ruralsim.view.run_facts import RunFacts, run_identity

    count = default_replicates(resolved) if replicates is None else replicates
    drawn = DEFAULT_DRAWS if draws is None else draws
    run_id = run_identity(resolved, seed, count, drawn)
    place = Path("results") / run_id if out is None else out
    size = _Size(seed, count, drawn, threads)
    facts = RunFacts(resolved, seed, _command(scenario, count, drawn, seed, months, changes or []))
    _simulate(facts, size, place, run_id, spoken, begun, silent=as_json or quiet)
    page = None if no_report else _report(place, spoken, silent=as_json or quiet)
    seconds = time.perf_counter() - begun
    if as_json:
        print_json(facts.summary_json(run_id, str(place), seconds) | {"report": None if page is None else str(page)})
    elif quiet:
        print(place)
    else:
        from ruralsim.view.summary import show, summary

        given = _given(scenario, changes, ("--months", months), ("--replicates", replicates), ("--draws", draws),
                       ("--seed", seed if seed != 1 else None))  # fmt: skip
        show(summary(facts, str(place), page, seconds, given, spoken))


def _load(name: str, months: int | None, changes: list[str]) -> Scenario:
    from ruralsim.model.run import load_scenario

    horizon = [] if months is None else [f"scenario.months={months}"]
    return load_scenario(name, overrides=[*changes, *horizon])


@dataclass(frozen=True)
class _Size:
    """How much is simulated: the seed, replicates, draws and workers."""

    seed: int
    replicates: int
    draws: int
    threads: int | None


def _report(place: Path, lang: str, *, silent: bool) -> Path:
    """Write the report of a run that is in its place."""
    from ruralsim.view.progress import Progress
    from ruralsim.view.report import write_report

    with Progress(lang, silent=silent, total=1.0) as progress:
        progress.note("run_reporting")
        return write_report(place, lang)


def _simulate(facts: RunFacts, size: _Size, place: Path, run_id: str, lang: str, begun: float, *, silent: bool) -> None:
    """Run every replicate, each written before the next begins, then the draws; move the results to their place."""
    from ruralsim.analysis.uncertainty import draw_samples, run_draws, simulations
    from ruralsim.model.run import adults_of, simulate, without_policy
    from ruralsim.view.progress import Progress, kernels_ready
    from ruralsim.view.run_directory import RunDirectory
    from ruralsim.view.tables import TableWriter

    scenario = facts.scenario
    months = scenario.months
    policies = 2 if scenario.phases else 1
    samples = draw_samples(scenario, size.seed, size.draws) if size.draws else ()
    county = adults_of(scenario) * months * size.replicates
    drawing = float(samples[0].adults * months * simulations(scenario, size.draws)) if samples else 0.0
    rows = scenario.place.villages * (months + 1) * size.replicates

    def replicate(code: str) -> Callable[[int, int], None]:
        return progress.part(county, lambda done, _: _where(code, lang, done, months, size.replicates))

    def all_simulations(**changes: Any) -> Iterator[Replicate]:
        return simulate(seed=size.seed, replicates=size.replicates, threads=size.threads, **changes)

    with (
        RunDirectory(place, rows) as directory,
        Progress(lang, silent=silent, total=policies * county + drawing) as progress,
    ):
        if not kernels_ready():
            progress.note("run_compiling")
        with TableWriter(directory.folder) as writer:
            runs = all_simulations(scenario=scenario, progress=replicate("run_progress"))
            twins: Iterator[Replicate | None] = repeat(None)
            if scenario.phases:
                twins = all_simulations(scenario=without_policy(scenario), progress=replicate("run_progress_baseline"))
            for one, twin in zip(runs, twins, strict=False):
                started = time.perf_counter()
                writer.write(one)
                if twin is not None:
                    writer.write_baseline(twin)
                facts.add(one, twin)
                facts.spent("write", started)
            if samples:
                started = time.perf_counter()
                draws = run_draws(
                    scenario, seed=size.seed, draws=size.draws, workers=size.threads, samples=samples,
                    progress=progress.part(
                        drawing,
                        lambda done, total: say(
                            "run_progress_draws", lang, done=done // months, total=total // months
                        ),
                    ),
                )  # fmt: skip
                facts.add_draws(draws)
                writer.write_draws(draws)
                facts.spent("draws", started)
        directory.finish(facts.run_json(run_id, time.perf_counter() - begun))


def simulate_into(
    scenario: Scenario,
    seed: int,
    replicates: int,
    draws: int,
    place: Path,
    *,
    threads: int | None,
    lang: str,
    silent: bool,
    command: str = "",
) -> None:
    """Simulate a resolved scenario into a results directory, as the command does.

    Args:
        scenario, seed, replicates, draws: what to simulate.
        place: of the results directory.
        threads: None means all processors.
        lang: of the progress.
        silent: no progress.
        command: to be stated in ``run.json``.
    """
    from ruralsim.view.run_facts import RunFacts, run_identity

    size = _Size(seed, replicates, draws, threads)
    run_id = run_identity(scenario, seed, replicates, draws)
    facts = RunFacts(scenario, seed, command)
    _simulate(facts, size, place, run_id, lang, time.perf_counter(), silent=silent)


def _where(code: str, lang: str, done: int, months: int, replicates: int) -> str:
    """Which replicate and how far it is."""
    number = min(replicates, max(0, done - 1) // months + 1)
    month = done - (number - 1) * months
    return say(code, lang, replicate=number, replicates=replicates, month=month, months=months)


def _command(scenario: str, replicates: int, draws: int, seed: int, months: int | None, changes: list[str]) -> str:
    """The command that gives these very results again, whatever the defaults of another version are."""
    options = [("--months", months), ("--replicates", replicates), ("--draws", draws), ("--seed", seed)]
    return shlex.join(["ruralsim", "run", *_given(scenario, changes, *options)])


def _given(scenario: str, changes: list[str] | None, *options: tuple[str, int | None]) -> list[str]:
    """The arguments that shape the result, to be repeated in the command to try next."""
    given = [scenario]
    for name, value in options:
        if value is not None:
            given += [name, str(value)]
    for change in changes or []:
        given += ["--set", change]
    return given
