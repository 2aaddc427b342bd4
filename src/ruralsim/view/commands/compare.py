"""``ruralsim compare A B …``: scenarios beside each other under the same luck."""

from __future__ import annotations

import hashlib
import shlex
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ruralsim.base.errors import LANGUAGES, InputError, RuralsimError
from ruralsim.view.commands.common import aligned, amount, language, print_json, print_lines, repeated, say
from ruralsim.view.commands.experiment import check_workers, run_plan
from ruralsim.view.commands.options import (
    LARGEST_SEED,
    STORE,
    JsonOption,
    LangOption,
    MonthsOption,
    QuietOption,
    StoreOption,
    WorkersOption,
    check_bounds,
)

if TYPE_CHECKING:
    from ruralsim.analysis.compare import Comparison
    from ruralsim.experiments.design import Arm, Design
    from ruralsim.experiments.plan import Plan
    from ruralsim.experiments.run import Status

_REPLICATES, _DRAWS, _MOST = 8, 24, 100_000
_WIDEST = 10.0


def compare(
    scenarios: Annotated[
        list[str],
        typer.Argument(
            metavar="A B ...",
            help="Scenarios, A the one that the others are compared with; changes after '+': 'NAME+path=value'; "
            "or one experiment. 情景（A 为对照），可用 + 附加修改；或一个实验。",
        ),
    ],
    months: MonthsOption = None,
    replicates: Annotated[
        int | None,
        typer.Option("--replicates", metavar="R", help="Kinds of luck; default 8. 重复次数。", show_default=False),
    ] = None,
    draws: Annotated[
        int | None,
        typer.Option(
            "--draws", metavar="D", help="Draws of all parameters; default 24. 参数抽样次数。", show_default=False
        ),
    ] = None,
    seed: Annotated[
        int | None,
        typer.Option("--seed", metavar="S", help="Number that fixes all luck. 随机种子。", show_default=False),
    ] = None,
    width: Annotated[
        float,
        typer.Option(
            "--width", metavar="W", help="Wanted half width, share of the difference. 所要的半宽（占差值的比例）。"
        ),
    ] = 0.25,
    changes: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="PATH=VALUE", help="Change a value in all. 在所有情景中修改一个值。"),
    ] = None,
    workers: WorkersOption = None,
    store: StoreOption = STORE,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="DIR", help="Default: results/compare-... 输出文件夹。", show_default=False),
    ] = None,
    lang: LangOption = None,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """Scenarios beside each other: paired differences with intervals. 比较情景：配对差值及其区间。"""
    begun = time.perf_counter()
    spoken = language(lang)
    check_workers(workers)
    check_bounds(
        ("--replicates", replicates, 1, _MOST), ("--draws", draws, 0, _MOST), ("--seed", seed, 0, LARGEST_SEED)
    )  # fmt: skip
    if not 0.0 < width <= _WIDEST:
        raise InputError("experiment_width", key="--width", read=width)
    design = _design(scenarios, [*(changes or []), *([f"scenario.months={months}"] if months else [])])
    sizes = {"replicates": replicates, "draws": draws, "seed": seed}
    plan, status = _run(_sized(design, {k: v for k, v in sizes.items() if v is not None}), store, workers, spoken,
                        silent=as_json or quiet)  # fmt: skip
    comparison, folder, files = _written(plan, store, out, scenarios, width, spoken)
    seconds = time.perf_counter() - begun
    if as_json:
        about = {"out": str(folder), "store": str(store), "files": files, "seed": plan.design.seed,
                 "replicates": plan.design.replicates, "draws": plan.design.draws, "runs": len(plan),
                 "made": status.made, "seconds": round(seconds, 3)}  # fmt: skip
        print_json({**about, **comparison.as_json()})
    elif quiet:
        print_lines([str(folder)])
    else:
        given = {"--months": months, "--draws": draws, "--seed": seed, "--set": changes,
                 "--store": None if store == STORE else store, "--replicates": 4 * plan.design.replicates}  # fmt: skip
        more = repeated("compare", scenarios, given)
        print_lines(_lines(plan, comparison, status, folder, width, more, spoken))


def _design(names: Sequence[str], changes: list[str]) -> Design:
    """The design that the arguments stand for: an experiment, or scenarios as arms."""
    from ruralsim.experiments.design import Design, read_design

    if len(names) == 1:
        if changes:
            raise InputError("experiment_compare_one")
        try:
            design = read_design(names[0])
        except RuralsimError as error:
            if error.code == "experiment_unknown":
                raise InputError("experiment_compare_one") from None
            raise
        if len(design.arms) < 2:
            raise InputError("experiment_compare_one")
        return design
    arms: list[Arm] = []
    for name in names:
        if any(arm.name == name for arm in arms):
            raise InputError("experiment_compare_same", read=name)
        arms.append(_arm(name, changes, names))
    months = {arm.scenarios[0].months for arm in arms}
    if len(months) > 1:
        raise InputError("experiment_compare_months", months=sorted(months))
    return Design(name="compare", arms=tuple(arms), replicates=_REPLICATES, draws=_DRAWS)


def _arm(text: str, changes: Sequence[str], names: Sequence[str]) -> Arm:
    """An arm; where another one starts from the same scenario, its title is what it changes."""
    from ruralsim.experiments.design import Arm
    from ruralsim.model.run import load_scenario

    name, *own = text.split("+")
    scenario = load_scenario(name, overrides=[*changes, *own])
    told = {lang: say("compare_changed", lang, changes=", ".join(own)) for lang in LANGUAGES}
    if own and sum(other.split("+")[0] == name for other in names) > 1:
        title = told
    else:
        title = {lang: one + (f" ({told[lang]})" if own else "") for lang, one in scenario.title.items()}
    return Arm(text, title, (scenario,))


def _sized(design: Design, sizes: dict[str, int]) -> Design:
    """The design with the sizes asked for; scenarios named on the command line draw every parameter."""
    from ruralsim.experiments.design import with_size
    from ruralsim.experiments.factors import every_parameter
    from ruralsim.experiments.parameter_draws import held_by

    design = with_size(design, **sizes) if sizes else design
    if design.draw_replicates > design.replicates:
        design = replace(design, draw_replicates=design.replicates)
    if design.draws and not design.factors:
        held = {name for arm in design.arms for scenario in arm.scenarios for name in held_by(scenario)}
        every = every_parameter(design.arms[0].scenarios[0])
        return replace(design, factors=tuple(one for one in every if one.name not in held))
    return design


def _run(design: Design, store: Path, workers: int | None, lang: str, *, silent: bool) -> tuple[Plan, Status]:
    from ruralsim.experiments.plan import open_plan

    plan = open_plan(design)
    return plan, run_plan(plan, store, lang, silent=silent, workers=workers)


def _written(
    plan: Plan, store: Path, out: Path | None, names: Sequence[str], width: float, lang: str
) -> tuple[Comparison, Path, list[str]]:
    from ruralsim.analysis.compare import compare as compared
    from ruralsim.experiments.store import Store
    from ruralsim.view.experiment_files import export

    place = Store(store)
    comparison = compared(plan, place, width=width)
    digest = hashlib.sha256("".join(plan.key(index) for index in range(len(plan))).encode()).hexdigest()[:8]
    folder = Path("results") / f"compare-{plan.design.arms[0].scenarios[0].name}-{digest}" if out is None else out
    command = shlex.join(["ruralsim", "compare", *names])
    files = export(plan, place, folder, comparison, command, lang, pages=False)
    return comparison, folder, files


def _lines(
    plan: Plan, comparison: Comparison, status: Status, folder: Path, width: float, more: str, lang: str
) -> Iterator[str]:
    from ruralsim.model.outcomes import GOALS
    from ruralsim.view.experiment_files import comparison_title
    from ruralsim.view.report.sections_compare import context_title, gain_texts, shares_text, spent_text, verdicts
    from ruralsim.view.result_folder import PAGE

    design = plan.design
    yield comparison_title(design, lang)
    fields: dict[str, Any] = {"months": design.arms[0].scenarios[0].months, "replicates": design.replicates}
    yield "  " + say("compare_about", lang, seed=design.seed, draws=design.draws, **fields)
    yield "  " + say("compare_about_one", lang, runs=amount(len(plan)), made=amount(status.made))
    if comparison.incomplete:
        yield "  " + say("compare_incomplete", lang, incomplete=comparison.incomplete)
    open_ones = False
    for arm in design.arms:
        for context in design.contexts:
            own = [one for one in comparison.last(scenario=arm.name) if one.context == context]
            if not own:
                continue
            title = design.arm_title(arm.name, lang)
            against = design.arm_title(comparison.against, lang)
            yield ""
            yield say("compare_head", lang, scenario=title, against=against)
            if len(design.contexts) > 1:
                yield "  " + say("compare_in", lang, context=context_title(design, context, lang))
            yield from (f"  {text}" for text in verdicts(own, title, lang))
            yield "  " + spent_text(comparison, arm.name, context, lang)
            yield from aligned(_table(own, lang))
            shares = [one for one in comparison.villages if (one.scenario, one.context) == (arm.name, context)]
            yield from (f"  {shares_text(one, lang)}" for one in shares if one.outcome in GOALS)
            open_ones |= any(one.sure == 0 for one in own if one.outcome in GOALS)
    yield ""
    yield "  " + say("compare_end", lang)
    if design.replicates > 1:
        yield "  " + say("compare_needed", lang, percent=f"{100 * width:.0f}", replicates=design.replicates)
    yield from (f"  {text}" for text in gain_texts(comparison.last(), lang))
    yield "  " + str(folder)
    yield "  " + say("experiment_next_page", lang, page=folder / PAGE)
    if open_ones:
        yield "  " + say("experiment_next_more", lang, command=more)


def _table(own: Sequence[Any], lang: str) -> list[list[str]]:
    from ruralsim.model.outcomes import GOALS
    from ruralsim.view.report.sections_compare import difference_head, difference_row
    from ruralsim.view.report.words import outcome

    by_name = {one.outcome: one for one in own}
    rows = [["", *difference_head(lang)[1:]]]
    for goal, parts in GOALS.items():
        rows.append(difference_row(by_name[goal], outcome(goal, lang), lang))
        rows += [difference_row(by_name[name], "  " + outcome(name, lang), lang) for name in parts]
    return rows
