"""``ruralsim sensitivity SCENARIO``: screen all parameters, then say how much of the variance the largest carry."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ruralsim.base.errors import InputError, nearest
from ruralsim.view.commands.common import aligned, amount, language, print_json, print_lines, repeated, say
from ruralsim.view.commands.experiment import check_workers, run_plan
from ruralsim.view.commands.options import (
    LARGEST_SEED,
    STORE,
    ChangesOption,
    JsonOption,
    LangOption,
    MonthsOption,
    QuietOption,
    ScenarioArgument,
    SeedOption,
    StoreOption,
    WorkersOption,
    check_bounds,
)

if TYPE_CHECKING:
    from ruralsim.analysis.sensitivity_run import Study
    from ruralsim.experiments.factors import Factor
    from ruralsim.experiments.plan import Plan
    from ruralsim.experiments.run import Status
    from ruralsim.spec.scenario import Scenario
    from ruralsim.view.report.sections_sensitivity import Found

_VILLAGES = 8


def sensitivity(
    scenario: ScenarioArgument,
    parameters: Annotated[
        str | None,
        typer.Option(
            "--parameters", metavar="A,B,...", help="Default: all with a range. 参数，默认全部。", show_default=False
        ),
    ] = None,
    trajectories: Annotated[
        int,
        typer.Option("--trajectories", metavar="T", help="Of the screening; 0 leaves it out. 筛选轨迹数，0 为不筛选。"),
    ] = 4,
    samples: Annotated[
        int, typer.Option("--samples", metavar="N", help="Blocks for Sobol' indices; 0 leaves them out. Sobol 组数。")
    ] = 64,
    keep: Annotated[
        int, typer.Option("--keep", metavar="K", help="Parameters that get Sobol' indices. 求 Sobol 指数的参数个数。")
    ] = 8,
    replicates: Annotated[
        int, typer.Option("--replicates", metavar="R", help="Kinds of luck at every point. 每点的运气种数。")
    ] = 2,
    villages: Annotated[
        int, typer.Option("--villages", metavar="V", help="Run on so many villages at most. 最多运行的村数。")
    ] = _VILLAGES,
    months: MonthsOption = None,
    seed: SeedOption = 1,
    changes: ChangesOption = None,
    workers: WorkersOption = None,
    store: StoreOption = STORE,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="DIR", help="Default: results/sensitivity-... 输出文件夹。", show_default=False),
    ] = None,
    lang: LangOption = None,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """Which parameters matter: Morris, then Sobol' indices. 哪些参数要紧。"""
    begun = time.perf_counter()
    spoken = language(lang)
    check_workers(workers)
    check_bounds(
        ("--trajectories", trajectories, 0, 10_000), ("--samples", samples, 0, 1_000_000), ("--keep", keep, 1, 500),
        ("--replicates", replicates, 1, 1000), ("--villages", villages, 1, 100_000), ("--seed", seed, 0, LARGEST_SEED)
    )  # fmt: skip
    if not trajectories and not samples:
        raise InputError("sensitivity_nothing")
    study, of = _study(scenario, parameters, (trajectories, keep, samples, replicates, villages, seed), months,
                       changes or [])  # fmt: skip
    found, digest = _found(study, of, store, workers, spoken, silent=as_json or quiet)
    folder = Path("results") / f"sensitivity-{study.scenario.name}-{digest}" if out is None else out
    files = _write(found, folder, spoken)
    seconds = time.perf_counter() - begun
    if as_json:
        print_json({"out": str(folder), "store": str(store), "files": files, "seconds": round(seconds, 3),
                    **sensitivity_json(found)})  # fmt: skip
    elif quiet:
        print_lines([str(folder)])
    else:
        usual = {"--trajectories": (trajectories, 4), "--keep": (keep, 8), "--replicates": (replicates, 2),
                 "--villages": (villages, _VILLAGES), "--seed": (seed, 1), "--store": (store, STORE)}  # fmt: skip
        given = {name: value for name, (value, default) in usual.items() if value != default}
        given |= {"--parameters": parameters, "--months": months, "--set": changes, "--samples": 2 * samples}
        print_lines(_lines(found, folder, repeated("sensitivity", [scenario], given), spoken))


def _study(
    name: str, parameters: str | None, numbers: tuple[int, ...], months: int | None, changes: list[str]
) -> tuple[Study, int]:
    from ruralsim.analysis.sensitivity_run import Study, smaller
    from ruralsim.model.run import load_scenario

    horizon = [] if months is None else [f"scenario.months={months}"]
    whole = load_scenario(name, overrides=[*changes, *horizon])
    walks, keep, blocks, replicates, villages, seed = numbers
    scenario = smaller(whole, villages)
    factors = _factors(scenario, parameters)
    return Study(scenario, factors, seed, replicates, walks, keep, blocks), whole.place.villages


def _factors(scenario: Scenario, wanted: str | None) -> tuple[Factor, ...]:
    from ruralsim.experiments.factors import every_parameter, stated_factor
    from ruralsim.experiments.parameter_draws import held_by
    from ruralsim.spec.parameters import load_parameters

    if wanted is None:
        return tuple(every_parameter(scenario))
    known, held = load_parameters(), held_by(scenario)
    found = []
    for name in dict.fromkeys(part.strip() for part in wanted.split(",") if part.strip()):
        if name not in known:
            near = nearest(name, known)
            raise InputError("unknown_key", key="--parameters", name=name, nearest=near, accepted=list(known))
        if name in held:
            raise InputError("sensitivity_held", key="--parameters", name=name)
        if not known[name].low < known[name].high:
            raise InputError("sensitivity_fixed", key="--parameters", name=name)
        found.append(stated_factor(name))
    return tuple(found)


def _found(study: Study, of: int, store: Path, workers: int | None, lang: str, *, silent: bool) -> tuple[Found, str]:
    """Run both stages; the digest is that of all runs."""
    import sys

    from ruralsim.analysis.sensitivity_run import most_important, screening, sobol_indices
    from ruralsim.experiments.store import Store
    from ruralsim.view.report.sections_sensitivity import Found

    place, digest = Store(store), hashlib.sha256()
    failures: list[str] = []
    failed: list[int] = []
    stage = ["sensitivity_stage_screen"]

    def run(plan: Plan) -> Status:
        if not silent:
            fields = {"runs": amount(len(plan)), "factors": len(plan.design.factors), "walks": study.walks}
            print(say(stage[0], lang, **fields), file=sys.stderr, flush=True)
        digest.update("".join(plan.key(index) for index in range(len(plan))).encode())
        status = run_plan(plan, store, lang, silent=silent, workers=workers)
        failures.extend(message for _, message in [*status.failures, *status.lost])
        failed.append(status.counts["failed"] + len(status.lost))
        return status

    screened = screening(study, place, run) if study.walks else None
    stage[0] = "sensitivity_stage_sobol"
    factors = study.factors[: study.keep] if screened is None else study.factors
    if screened is not None:
        kept = most_important(screened, study.keep)
        by_name = {factor.name: factor for factor in study.factors}
        factors = tuple(by_name[name] for name in kept)
    shares = sobol_indices(study, factors, place, run) if study.blocks and factors else None
    first = failures[0] if failures else ""
    return Found(study, screened, shares, sum(failed), first, of), digest.hexdigest()[:8]


def sensitivity_json(found: Found) -> dict[str, Any]:
    """Plain values of both stages, all outcomes at once."""
    from ruralsim.experiments.series import SERIES

    study, screened, shares = found.study, found.screening, found.indices
    content: dict[str, Any] = {
        "scenario": study.scenario.name, "seed": study.seed, "replicates": study.replicates,
        "villages": study.scenario.place.villages, "of_villages": found.of_villages, "failed": found.failed,
        "screening": None, "sobol": None,
    }  # fmt: skip
    if screened is not None:
        tables = {"mu": screened.mean, "mu_star": screened.mean_absolute, "sigma": screened.spread,
                  "mu_star_low": screened.low, "mu_star_high": screened.high, "by_luck": screened.luck}  # fmt: skip
        content["screening"] = {
            "trajectories": screened.trajectories, "left_out": screened.left_out,
            "parameters": _by_name(screened.names, tables),
        }  # fmt: skip
    if shares is not None:
        tables = {"first": shares.first, "first_half": shares.first_half, "total": shares.total,
                  "total_half": shares.total_half}  # fmt: skip
        content["sobol"] = {
            "blocks": shares.blocks, "left_out": shares.left_out,
            "luck": dict(zip(SERIES, map(_plain, shares.luck), strict=True)),
            "convergence": [
                {"blocks": blocks, "widest_half": dict(zip(SERIES, map(_plain, half), strict=True))}
                for blocks, _, _, half in shares.convergence
            ],
            "parameters": _by_name(shares.names, tables),
        }  # fmt: skip
    return content


def _by_name(names: tuple[str, ...], tables: dict[str, Any]) -> dict[str, Any]:
    from ruralsim.experiments.series import SERIES

    return {
        name: {
            outcome: {kind: _plain(table[k, at]) for kind, table in tables.items()} for at, outcome in enumerate(SERIES)
        }
        for k, name in enumerate(names)
    }


def _plain(value: float) -> float | None:
    return float(value) if value == value else None


def _write(found: Found, folder: Path, lang: str) -> list[str]:
    """Tables, figures and a page."""
    import json

    import ruralsim
    from ruralsim.base.errors import LANGUAGES
    from ruralsim.experiments.plan import model_digest
    from ruralsim.view.report.page import document, main_html
    from ruralsim.view.report.sections_sensitivity import about, sensitivity_sections
    from ruralsim.view.result_folder import PAGE, Folder

    place, study = Folder(folder), found.study
    content = sensitivity_json(found)
    for stage in ("screening", "sobol"):
        if content[stage] is not None:
            place.table(f"{stage}.parquet", _rows(content[stage]["parameters"]), _columns(content[stage]["parameters"]))
    bodies = []
    for one in LANGUAGES:
        footer = say("compare_footer", one, version=ruralsim.__version__, model=model_digest(), seed=study.seed)
        parts = sensitivity_sections(found, one)
        bodies.append(
            main_html(_title(found, one), about(found, one), [say("compare_limits", one)], parts, footer, one)
        )
    place.write(PAGE, document("".join(bodies), _title(found, lang), lang).encode("utf-8"))
    text = json.dumps(content, ensure_ascii=False, allow_nan=False, indent=1) + "\n"
    place.write("sensitivity.json", text.encode("utf-8"))
    place.finish({"name": "sensitivity", "scenario": study.scenario.resolved(), "model_digest": model_digest()})
    return [*place.files]


def _rows(parameters: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for name, outcomes in parameters.items():
        for outcome, figures in outcomes.items():
            yield {"parameter": name, "outcome": outcome, **figures}


def _columns(parameters: dict[str, Any]) -> dict[str, tuple[str, str, str]]:
    first = next(iter(next(iter(parameters.values())).values()))
    meanings = {
        "mu": "mean elementary effect (whole range of the parameter)", "mu_star": "mean absolute elementary effect",
        "sigma": "spread of the elementary effects", "mu_star_low": "lower end of the interval of mu_star",
        "mu_star_high": "upper end", "by_luck": "how large mu_star would come out from luck alone",
        "first": "first-order index", "first_half": "half its interval", "total": "total index",
        "total_half": "half its interval",
    }  # fmt: skip
    shares = ("first", "first_half", "total", "total_half")
    return {
        "parameter": ("text", "name", "parameter"),
        "outcome": ("text", "name", "outcome of the county, mean of the last year"),
        **{name: ("float", "share" if name in shares else "unit of the outcome", meanings[name]) for name in first},
    }


def _title(found: Found, lang: str) -> str:
    title = found.study.scenario.title
    return say("sensitivity_title", lang, scenario=title.get(lang) or found.study.scenario.name)


def _lines(found: Found, folder: Path, more: str, lang: str) -> Iterator[str]:
    from ruralsim.analysis.sensitivity_run import most_important
    from ruralsim.view.report.sections_sensitivity import (
        about,
        convergence_lines,
        indices_notes,
        indices_table,
        screening_notes,
        screening_table,
    )
    from ruralsim.view.result_folder import PAGE

    yield _title(found, lang)
    yield from (f"  {line}" for line in about(found, lang))
    largest = None
    if found.screening is not None:
        head, rows = screening_table(found.screening, lang)
        yield from ("", say("sensitivity_h_screen", lang))
        yield from aligned([head, *rows])
        yield from (f"  {line}" for line in screening_notes(found.screening, lang))
        largest = next(iter(most_important(found.screening, 1)), None)
    if found.indices is not None:
        head, rows = indices_table(found.indices, lang)
        yield from ("", say("sensitivity_h_sobol", lang))
        yield from aligned([head, *rows])
        yield from (f"  {line}" for line in indices_notes(found.indices, lang))
        yield from ("", say("sensitivity_h_convergence", lang))
        yield from (f"  {line}" for line in convergence_lines(found.indices, lang))
        largest = rows[0][0] if rows else largest
    yield from ("", "  " + say("experiment_next_page", lang, page=folder / PAGE))
    if found.indices is not None:
        yield "  " + say("sensitivity_next_sobol", lang, command=more)
    if largest is not None:
        yield "  " + say("sensitivity_next_why", lang, name=largest)
