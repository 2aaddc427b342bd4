"""``ruralsim pivot``: is the collective economy the pivot? Conversions, channels cut, rivals with equal money."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

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
    SeedOption,
    ThreadsOption,
    check_bounds,
)

_FEWEST_DRAWS, _MOST_DRAWS = 4, 10_000
PAGE, DATA, EQUATIONS = "pivot.html", "pivot.json", "equations.tex"


def pivot(
    context: typer.Context,
    scenario: Annotated[
        str, typer.Argument(metavar="SCENARIO", help="Name, file, or folder with pivot.toml. 名称、文件或文件夹。")
    ],
    months: MonthsOption = None,
    replicates: Annotated[
        int, typer.Option("--replicates", metavar="R", help="Kinds of luck at the defaults. 随机情形数。")
    ] = 4,
    draws: Annotated[
        int, typer.Option("--draws", metavar="D", help="Parameter draws; 0 for none. 参数抽样次数。")
    ] = 32,
    adults: Annotated[
        int | None,
        typer.Option(
            "--adults",
            metavar="N",
            help="Adults of the villages it runs on; default: what a minute or two allows. 样本成年人数。",
            show_default=False,
        ),
    ] = None,
    seed: SeedOption = 1,
    threads: ThreadsOption = None,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", metavar="DIR", help="Default: results/<scenario>-pivot. 结果文件夹。", show_default=False
        ),
    ] = None,
    changes: ChangesOption = None,
    theory: Annotated[
        bool, typer.Option("--theory/--no-theory", help="Theory beside simulation. 理论与模拟并列。")
    ] = True,
    lang: LangOption = None,
    as_json: JsonOption = False,
) -> None:
    """Measure the collective economy as pivot between governance and development. 检验集体经济的转轴作用。"""
    begun = time.perf_counter()
    spoken = language(lang)
    if _is_experiment(scenario):
        _experiment(context, Path(scenario), threads, spoken, as_json)
        return
    check_bounds(
        ("--months", months, 12, 1200),
        ("--seed", seed, 0, LARGEST_SEED),
        ("--replicates", replicates, 1, 1000),
        ("--adults", adults, 1, 10**9),
        ("--threads", threads, 1, MOST_THREADS),
    )
    if draws and not _FEWEST_DRAWS <= draws <= _MOST_DRAWS:
        raise InputError("pivot_draws_bound", key="--draws", read=draws, low=_FEWEST_DRAWS, high=_MOST_DRAWS)
    from ruralsim.view.pivot.measured import measured

    content = measured(
        scenario, months, changes or [], seed, replicates, draws, adults, threads, theory, spoken, as_json
    )
    place = Path("results") / f"{content['scenario']}-pivot" if out is None else out
    write(place, content, spoken)
    seconds = time.perf_counter() - begun
    if as_json:
        print_json(content | {"out": str(place), "seconds": round(seconds, 1)})
        return
    from ruralsim.view.summary import show

    show(blocks(content, place, seconds, spoken))


def _is_experiment(name: str) -> bool:
    """A folder with a design; or a folder that is no stock scenario's name, so that the missing design is said."""
    from ruralsim.spec.load import shipped_scenarios

    folder = Path(name)
    return folder.is_dir() and ((folder / "pivot.toml").exists() or name not in shipped_scenarios())


def _experiment(context: typer.Context, folder: Path, threads: int | None, lang: str, as_json: bool) -> None:
    """Measure an experiment's cases; what its design says may not be said on the command line too."""
    from ruralsim.view.pivot.experiment import run_experiment
    from ruralsim.view.summary import Block, show

    begun = time.perf_counter()
    for name in ("months", "replicates", "draws", "adults", "seed", "out", "changes", "theory"):
        source = context.get_parameter_source(name)
        if source is not None and source.name != "DEFAULT":
            option = {"changes": "set", "theory": "no-theory"}.get(name, name)
            raise InputError("pivot_folder_option", key=f"--{option}")
    cases = run_experiment(folder, threads, lang, silent=as_json)
    seconds = time.perf_counter() - begun
    if as_json:
        print_json({"out": str(folder), "cases": cases, "seconds": round(seconds, 1)})
        return
    made = say("pivot_experiment_made", lang, folder=folder, cases=len(cases), seconds=f"{seconds:.0f}")
    show([Block(say("pivot_h_where", lang), [made])])


def write(place: Path, content: Mapping[str, Any], lang: str) -> None:
    """Write ``pivot.json``, ``pivot.html`` and, with theory, ``equations.tex`` into a directory, which is made; earlier
    ones are replaced whole."""
    from ruralsim.view.pivot.page import page
    from ruralsim.view.report import replace_file

    place.mkdir(parents=True, exist_ok=True)
    text = json.dumps(content, ensure_ascii=False, allow_nan=False, indent=2) + "\n"
    replace_file(place / DATA, text.encode("utf-8"))
    replace_file(place / PAGE, page(content, lang).encode("utf-8"))
    if content["theory"]:
        from ruralsim.theory.equations import article

        replace_file(place / EQUATIONS, article().encode("utf-8"))


def blocks(content: Mapping[str, Any], place: Path, seconds: float, lang: str) -> list[Any]:
    """The measured pivot for the terminal."""
    from ruralsim.spec.parameters import load_parameters
    from ruralsim.view.pivot import circle, statements, tables
    from ruralsim.view.summary import Block

    titles = content["title"]
    title = titles.get(lang) or next(iter(titles.values()))
    found = [
        Block(say("pivot_title", lang, title=title), [say("pivot_h_question", lang), statements.basis(content, lang)]),
        Block(say("pivot_h_test", lang), [*statements.helps(content, lang)]),
        Block(say("pivot_h_share", lang), [*statements.shares(content, lang)]),
        Block(
            say("pivot_h_channels", lang),
            [*statements.channels(content, lang)],
            tables.channel_rows(content, lang),
        ),
        Block(say("pivot_h_rivals", lang), [*statements.money(content, lang)], tables.rival_rows(content, lang)),
        Block(
            say("pivot_h_to_governance", lang),
            [*statements.to_governance(content, lang)],
            tables.to_governance_rows(content, lang),
        ),
        Block(
            say("pivot_h_to_development", lang),
            [*statements.to_development(content, lang)],
            tables.to_development_rows(content, lang),
        ),
    ]
    if content["loop_gain"]:
        found.append(Block(say("pivot_h_loop", lang), [*circle.loop(content, lang)]))
    if content["theory"]:
        found.append(Block(say("pivot_h_theory", lang), [*circle.theory(content, lang)]))
    found.append(Block(say("pivot_h_limits", lang), [*statements.limits(content, lang)], warning=True))
    value = load_parameters()["dividend_half"].value
    equations = [say("pivot_where_equations", lang, file=place / EQUATIONS)] if content["theory"] else []
    where = say("pivot_where", lang, page=place / PAGE, data=place / DATA, seconds=f"{seconds:.0f}")
    found.append(Block(say("pivot_h_where", lang), [where, *equations, say("pivot_next", lang, value=f"{value:g}")]))
    return found
