"""``ruralsim phases SCENARIO [PLAN …]``: plans beside each other at equal money, stress-tested, and searched."""

from __future__ import annotations

import hashlib
import math
import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ruralsim.base.errors import InputError, Message, nearest
from ruralsim.view.commands.common import language, print_json, print_lines, say
from ruralsim.view.commands.experiment import check_workers, run_plan
from ruralsim.view.commands.options import (
    LARGEST_SEED,
    STORE,
    ChangesOption,
    JsonOption,
    LangOption,
    QuietOption,
    ScenarioArgument,
    SeedOption,
    StoreOption,
    WorkersOption,
    check_bounds,
)

if TYPE_CHECKING:
    from ruralsim.analysis.plan_search import Searched
    from ruralsim.analysis.plans import Candidate
    from ruralsim.experiments.plan import Plan
    from ruralsim.view.report.phase_study import PhaseStudy

_REPLICATES, _DRAWS = 8, 24


def phases(
    scenario: ScenarioArgument,
    plans: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[PLAN]...", help="Scenario files whose phases are compared with it. 与之比较的方案文件。"
        ),
    ] = None,
    vary: Annotated[
        str | None,
        typer.Option(
            "--vary",
            metavar="orders,timings,places",
            help="Variants made from it; default: all where no PLAN is given. 自动变化的方面。",
            show_default=False,
        ),
    ] = None,
    money: Annotated[
        str | None,
        typer.Option("--money", metavar="YUAN", help="Present value; default: its own. 资金现值。", show_default=False),
    ] = None,
    discount: Annotated[float, typer.Option("--discount", metavar="R", help="A year. 年贴现率。")] = 0.03,
    after: Annotated[
        int, typer.Option("--after", metavar="N", help="Months after the last phase. 末阶段之后的月数。")
    ] = 36,
    replicates: Annotated[
        int, typer.Option("--replicates", metavar="R", help="Kinds of luck. 重复次数。")
    ] = _REPLICATES,
    draws: Annotated[
        int, typer.Option("--draws", metavar="D", help="Contexts: draws of all parameters. 情境（参数抽样）数。")
    ] = _DRAWS,
    search: Annotated[
        int,
        typer.Option("--search", metavar="RUNS", help="Also search plans with so many runs. 另以若干次运行搜索方案。"),
    ] = 0,
    require: Annotated[
        list[str] | None,
        typer.Option("--require", metavar="GOAL=GAIN", help="What a plan must add to no policy. 方案须达到的增益。"),
    ] = None,
    seed: SeedOption = 1,
    changes: ChangesOption = None,
    workers: WorkersOption = None,
    store: StoreOption = STORE,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="DIR", help="Default: results/phases-... 输出文件夹。", show_default=False),
    ] = None,
    lang: LangOption = None,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """Compare, stress-test and search plans at equal money. 在资金相等下比较、检验并搜索推进方案。"""
    spoken = language(lang)
    check_workers(workers)
    check_bounds(
        ("--seed", seed, 0, LARGEST_SEED), ("--replicates", replicates, 1, 10_000), ("--draws", draws, 0, 100_000),
        ("--after", after, 0, 600), ("--discount", discount, 0.0, 1.0), ("--search", search, 0, 1_000_000)
    )  # fmt: skip
    from ruralsim.analysis.plans import at_equal_money
    from ruralsim.view.result_folder import Folder

    if out is not None:
        Folder(out)  # refuses a folder of something else before anything is simulated
    needed = _required(require or [])
    chosen, fen = at_equal_money(
        _candidates(scenario, plans or [], vary, changes or []), money=_fen(money), discount=discount, tail=after
    )
    silent = as_json or quiet
    searched = None
    if search:
        searched = _search(chosen[0], fen, discount, search, store, seed, workers, spoken, silent=silent)
        from ruralsim.analysis.plan_search import as_candidates

        chosen = [*chosen, *as_candidates(searched)]
    study, plan = _study(
        chosen, fen, discount, after, (seed, replicates, draws), needed, store, workers, spoken, silent
    )
    study.searched = searched
    command = shlex.join(["ruralsim", *sys.argv[1:]]) if sys.argv[1:2] == ["phases"] else f"ruralsim phases {scenario}"
    from ruralsim.experiments.store import Store
    from ruralsim.view.phase_files import study_json, write_study

    folder = _folder(chosen[0], plan) if out is None else out
    files = write_study(study, plan, Store(store), folder, command, spoken)
    if as_json:
        print_json({"out": str(folder), "files": files, "seed": seed, "runs": len(plan), **study_json(study)})
    elif quiet:
        print_lines([str(folder)])
    else:
        from ruralsim.view.phase_lines import lines

        print_lines(lines(study, folder, spoken))


def _candidates(name: str, plans: list[str], vary: str | None, changes: list[str]) -> list[Candidate]:
    """The plan as written, the plans of other files, and variants."""
    from ruralsim.analysis.plans import FAMILIES, Candidate, candidate, variants, with_plan
    from ruralsim.model.run import load_scenario

    scenario = load_scenario(name, overrides=changes)
    wanted = tuple(one for one in (vary or ("" if plans else ",".join(FAMILIES))).split(",") if one)
    for one in wanted:
        if one not in FAMILIES:
            what = Message("what_family")
            raise InputError("unknown_name", key="--vary", what=what, read=one, nearest=nearest(one, FAMILIES),
                             accepted=FAMILIES)  # fmt: skip
    found = (
        variants(scenario, wanted)
        if wanted or not plans
        else [candidate("as-written", scenario, "phases_plan_written")]
    )
    for path in plans:
        other = load_scenario(path, overrides=changes)
        if not other.phases:
            raise InputError("phases_none", file=path, name=other.name)
        label = other.name
        if any(one.name == label for one in found):
            label = f"{label}-{len(found)}"
        try:
            plan = with_plan(scenario, other)
        except InputError as error:
            raise error.at(file=path) from None
        found.append(Candidate(label, dict(other.title), plan))
    if len(plans) and not wanted:  # the scenario is known by its own title beside other people's plans
        found[0] = Candidate(scenario.name, dict(scenario.title), scenario)
    return found


def _fen(money: str | None) -> int | None:
    from ruralsim.base.errors import RuralsimError
    from ruralsim.spec.units import quantity

    if money is None:
        return None
    try:
        value = quantity(money if not money.replace("_", "").replace(".", "").isdigit() else float(money), "yuan")
    except RuralsimError as error:
        raise error.at(key="--money") from None
    if not 1.0 <= value <= 1e14:
        raise InputError("outside_limits", key="--money", read=money, low=1, high=1e14, unit=" yuan")
    return round(100 * value)


def _required(texts: list[str]) -> dict[str, float]:
    from ruralsim.model.outcomes import GOALS

    found = {}
    for text in texts:
        goal, _, value = text.partition("=")
        if goal not in GOALS:
            what = Message("what_goal")
            raise InputError("unknown_name", key="--require", what=what, read=goal, nearest=nearest(goal, GOALS),
                             accepted=list(GOALS))  # fmt: skip
        try:
            found[goal] = float(value)
        except ValueError:
            found[goal] = math.nan
        if not math.isfinite(found[goal]):
            raise InputError("phases_require", key="--require", read=text)
    return found


def _search(
    first: Candidate, fen: int, discount: float, runs: int, store: Path, seed: int, workers: int | None, lang: str, *,
    silent: bool,
) -> Searched:  # fmt: skip
    from ruralsim.analysis.plan_search import search
    from ruralsim.view.progress import Progress

    with Progress(lang, silent=silent, total=1.0) as shown:
        report = shown.part(1.0, lambda done, total: say("phases_searching", lang, done=done, total=total))
        return search(first.scenario, fen, runs=runs, store=store, seed=seed, workers=workers, discount=discount,
                      progress=report)  # fmt: skip


def _study(
    chosen: list[Candidate], fen: int, discount: float, after: int, sizes: tuple[int, int, int],
    needed: dict[str, float], store: Path, workers: int | None, lang: str, silent: bool,
) -> tuple[PhaseStudy, Plan]:  # fmt: skip
    """Run what is missing and gather what is known."""
    import numpy as np

    from ruralsim.analysis.compare import compare
    from ruralsim.analysis.plan_trace import trace, without_teaching
    from ruralsim.analysis.plans import HorizonStore, candidate, design_of
    from ruralsim.analysis.robustness import ENOUGH, can_discover, discover, robustness, satisfied, tested
    from ruralsim.experiments.plan import open_plan
    from ruralsim.view.report.phase_study import NO_TEACHING, PhaseStudy

    seed, replicates, draws = sizes
    arms = list(chosen)
    place = chosen[0].scenario.place
    if place.rollout.get("demonstration", 0.0) > 0.0 or place.demonstration_villages or place.roster:
        arms.append(candidate(NO_TEACHING, without_teaching(chosen[0].scenario), "phases_plan_no_teaching"))
    plan = open_plan(design_of(arms, seed=seed, replicates=replicates, draws=draws))
    run_plan(plan, store, lang, silent=silent, workers=workers)
    whole = HorizonStore(store)
    traces = {one.name: trace(one.scenario, seed=seed, discount=discount) for one in chosen}
    study = PhaseStudy(chosen, compare(plan, whole), fen, discount, chosen[0].scenario.months, after, traces)
    if draws:
        scores = tested(plan, whole).of([one.name for one in chosen])
        study.robust, study.contexts = robustness(scores, needed), len(scores.draws)
        study.undiscovered = study.contexts >= ENOUGH and not can_discover()
        if study.contexts >= ENOUGH and can_discover():
            failed = np.asarray((~satisfied(scores, needed)).any(axis=2))
            study.regions = {
                name: discover(scores.values, scores.factors, failed[k]) for k, name in enumerate(scores.names)
            }
    return study, plan


def _folder(first: Candidate, plan: Plan) -> Path:
    digest = hashlib.sha256("".join(plan.key(index) for index in range(len(plan))).encode()).hexdigest()[:8]
    return Path("results") / f"phases-{first.scenario.name}-{digest}"
