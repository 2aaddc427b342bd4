"""``ruralsim indicators SCENARIO``: the indicator laboratory."""

from __future__ import annotations

import json
import os
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ruralsim.base.errors import InputError
from ruralsim.view.commands.common import language, print_json, print_lines, say
from ruralsim.view.commands.options import (
    LARGEST_SEED,
    MOST_THREADS,
    ChangesOption,
    JsonOption,
    LangOption,
    MonthsOption,
    PageOption,
    ScenarioArgument,
    SeedOption,
    ThreadsOption,
    WhereOption,
    check_bounds,
)

if TYPE_CHECKING:
    from ruralsim.analysis.indicators import Plan, Study
    from ruralsim.spec.scenario import Scenario

_REPORT = "report.html"


def indicators(
    scenario: ScenarioArgument,
    framework: Annotated[
        str | None,
        typer.Option("--framework", metavar="NAME", help="Another framework. 另选指标体系。", show_default=False),
    ] = None,
    regime: Annotated[
        str | None, typer.Option("--regime", metavar="NAME", help="Another regime. 另选考核方式。", show_default=False)
    ] = None,
    search: Annotated[
        int,
        typer.Option("--search", metavar="RUNS", help="Search sets of items, so many runs. 搜索指标组合的模拟次数。"),
    ] = 0,
    quick: Annotated[
        bool, typer.Option("--quick", help="The scorecard alone, without trials of items and sets. 只做评分表。")
    ] = False,
    stages: Annotated[
        str | None,
        typer.Option(
            "--stages",
            metavar="LIST",
            help="Beside the scorecard: gaming,trials,sets (default: all). 评分表之外的步骤。",
            show_default=False,
        ),
    ] = None,
    draws: Annotated[
        int | None,
        typer.Option("--draws", metavar="D", help="Parameter draws; default 12. 参数抽样次数。", show_default=False),
    ] = None,
    months: MonthsOption = None,
    seed: SeedOption = 1,
    threads: ThreadsOption = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="DIR", help="Default: results/indicators-<id>. 结果文件夹。", show_default=False),
    ] = None,
    changes: ChangesOption = None,
    page: PageOption = None,
    lang: LangOption = None,
    as_json: JsonOption = False,
    quiet: WhereOption = False,
) -> None:
    """Which indicators to choose, given that cadres respond to them. 选用哪些指标。"""
    begun = time.perf_counter()
    spoken = language(lang)
    check_bounds(
        ("--seed", seed, 0, LARGEST_SEED), ("--threads", threads, 1, MOST_THREADS), ("--search", search, 0, 1_000_000),
        ("--draws", draws, 0, 1000), ("--months", months, 12, 1200),
    )  # fmt: skip
    resolved = _load(scenario, framework, regime, months, changes or [])
    plan = _plan(search, [] if quick else _stages(stages), draws)
    if page is not None:
        from ruralsim.view.laboratory.page import check_page

        check_page(page, resolved.name)
    place = out or Path("results") / f"indicators-{resolved.name}-{resolved.digest[:8]}-{seed}"
    _check(place)
    study = _study(resolved, plan, seed, threads, place, spoken, silent=as_json or quiet)
    count = _write(place, study, spoken)
    if page is not None:
        from ruralsim.view.laboratory.page import write_page

        write_page(page, study)
    seconds = time.perf_counter() - begun
    if as_json:
        from ruralsim.view.laboratory.files import content

        print_json({"out": str(place), "seconds": round(seconds, 1)} | content(study))
    elif quiet:
        print(place)
    else:
        from ruralsim.view.laboratory.terminal import lines

        print_lines(lines(study, str(place), count, seconds, spoken))


def _load(name: str, framework: str | None, regime: str | None, months: int | None, changes: list[str]) -> Scenario:
    """The scenario with the options laid over it; a framework of another name drops what was changed in the old one."""
    from dataclasses import replace

    from ruralsim.model.run import load_scenario
    from ruralsim.policy.frameworks import chosen_framework
    from ruralsim.policy.library import library_of
    from ruralsim.policy.regimes import resolve_regime
    from ruralsim.spec.scenario import FrameworkChoice, RegimeChoice

    horizon = [] if months is None else [f"scenario.months={months}"]
    found = load_scenario(name, overrides=[*changes, *horizon])
    if framework is not None and framework != found.framework.name:
        try:
            chosen_framework(framework, library_of(found).frameworks)
        except InputError as error:
            raise InputError(error.code, key="--framework", **error.fields) from None
        found = replace(found, framework=FrameworkChoice(framework))
    if regime is not None and regime != found.regime.name:
        try:
            resolve_regime(RegimeChoice(regime))
        except InputError as error:
            raise InputError(error.code, key="--regime", **error.fields) from None
        found = replace(found, regime=RegimeChoice(regime))
    return found


def _stages(given: str | None) -> list[str]:
    """Stages that are wanted beside the scorecard."""
    from ruralsim.base.errors import Message, nearest

    known = ("gaming", "trials", "sets")
    chosen = list(known) if given is None else [one.strip() for one in given.split(",") if one.strip()]
    for one in chosen:
        if one not in known:
            near, what = nearest(one, known), Message("indicators_what_stage")
            raise InputError("unknown_name", key="--stages", what=what, read=one, nearest=near, accepted=known)
    return chosen


def _plan(search: int, stages: list[str], draws: int | None) -> Plan:
    from dataclasses import replace

    from ruralsim.analysis.indicators import Effort, Plan

    effort = Effort() if draws is None else replace(Effort(), draws=draws)
    return Plan(effort, runs=search, gaming="gaming" in stages, tried="trials" in stages, sets="sets" in stages)


def _study(
    scenario: Scenario, plan: Plan, seed: int, threads: int | None, place: Path, lang: str, *, silent: bool
) -> Study:
    from ruralsim.analysis.indicators import study
    from ruralsim.analysis.indicators.laboratory import STAGES
    from ruralsim.model.run import default_threads
    from ruralsim.view.progress import Progress, kernels_ready

    wanted = [
        stage for stage, on in zip(STAGES, (True, plan.gaming, plan.tried, plan.sets, plan.runs > 0), strict=True) if on
    ]
    with Progress(lang, silent=silent, total=float(len(wanted))) as progress:
        if not kernels_ready():
            progress.note("run_compiling")

        def where(stage: str) -> Callable[[int, int], str]:
            name, number = say(f"indicators_stage_{stage}", lang), wanted.index(stage) + 1
            return lambda done, total: say("indicators_progress", lang, stage=name, number=number, count=len(wanted))

        report = {stage: progress.part(1.0, where(stage)) for stage in wanted}
        furthest: dict[str, float] = {}

        def tell(stage: str, done: int, total: int) -> None:
            if stage in report and done / max(1, total) >= furthest.get(stage, 0.0):  # sets run in several rounds
                furthest[stage] = done / max(1, total)
                report[stage](done, max(1, total))

        memory = place.with_name(f".{place.name}.memory") if plan.runs or plan.sets else None
        return study(scenario, seed=seed, plan=plan, workers=threads or default_threads(), memory=memory, progress=tell)


def _check(place: Path) -> None:
    """Refuse a place that holds anything but an earlier study, before any work is done."""
    from ruralsim.view.laboratory.files import FORMAT, INDEX

    if not place.exists():
        return
    if not place.is_dir():
        raise InputError("run_out_file", key="--out", read=str(place))
    found = sorted(path.name for path in place.iterdir())
    own: list[str] = []
    try:
        known = json.loads((place / INDEX).read_text(encoding="utf-8"))
        if known.get("format") == FORMAT:
            own = [INDEX, *known.get("files", [])]
    except (OSError, ValueError, AttributeError):
        own = []
    foreign = [name for name in found if name not in own]
    if foreign:
        raise InputError("indicators_out_foreign", key="--out", read=str(place), found=foreign[:5])


def _write(place: Path, study: Study, lang: str) -> int:
    """Write everything beside the place and move it there when complete; returns how many tables there are."""
    from ruralsim.view.laboratory.files import FORMAT, INDEX, content, write_tables
    from ruralsim.view.laboratory.report import html

    beside = place.with_name(f".{place.name}.partial-{os.getpid()}")
    try:
        shutil.rmtree(beside, ignore_errors=True)
        beside.mkdir(parents=True)
        count = write_tables(beside, study)
        (beside / _REPORT).write_text(html(study, lang), encoding="utf-8")
        files = sorted(path.name for path in beside.iterdir())
        text = json.dumps({"format": FORMAT, **content(study), "files": files}, ensure_ascii=False, indent=2)
        (beside / INDEX).write_text(text + "\n", encoding="utf-8")
        _check(place)
        shutil.rmtree(place, ignore_errors=True)
        beside.rename(place)
    except BaseException:
        shutil.rmtree(beside, ignore_errors=True)
        raise
    shutil.rmtree(place.with_name(f".{place.name}.memory"), ignore_errors=True)
    return count
