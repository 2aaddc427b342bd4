"""``ruralsim validate``: the scorecard of targets and patterns, in words and as a table."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from ruralsim.base.errors import InputError, nearest
from ruralsim.view.commands.common import aligned, language, print_json, print_lines, say
from ruralsim.view.commands.options import (
    LARGEST_SEED,
    MOST_THREADS,
    JsonOption,
    LangOption,
    PageOption,
    SeedOption,
    ThreadsOption,
    check_bounds,
)
from ruralsim.view.progress import Progress, kernels_ready

if TYPE_CHECKING:
    from ruralsim.analysis.validation import Criterion, Scorecard


def validate(
    seed: SeedOption = 1,
    threads: ThreadsOption = None,
    changes: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="NAME=VALUE", help="Try a parameter's value. 试用一个参数值。"),
    ] = None,
    page: PageOption = None,
    lang: LangOption = None,
    as_json: JsonOption = False,
) -> None:
    """Hold synthetic places against what is known: 15 targets, 8 patterns. 与已知事实对照评分。"""
    begun = time.perf_counter()
    spoken = language(lang)
    check_bounds(("--seed", seed, 0, LARGEST_SEED), ("--threads", threads, 1, MOST_THREADS))
    values = parameter_values(changes or [])
    card = _scored(seed, threads, values, spoken, silent=as_json)
    seconds = time.perf_counter() - begun
    if page is not None:
        from ruralsim.view.scorecard import write_page

        write_page(page, card)
    if as_json:
        print_json(card.plain() | {"seconds": round(seconds, 1), "values": values})
        return
    print_lines(_lines(card, seconds, spoken))
    if page is not None:
        print_lines([say("validate_page_written", spoken, file=page)])


def parameter_values(changes: Sequence[str]) -> dict[str, float]:
    """Read ``NAME=VALUE`` changes of parameters.

    Raises:
        InputError: not of this form, an unknown parameter, or a value outside its range.
    """
    from ruralsim.spec.parameters import load_parameters

    known = load_parameters()
    values = {}
    for change in changes:
        name, equals, text = (part.strip() for part in change.partition("="))
        name = name.removeprefix("parameters.")
        try:
            value = float(text)
        except ValueError:
            raise InputError("validation_change", key="--set", read=change) from None
        if not equals or value != value:
            raise InputError("validation_change", key="--set", read=change)
        if name not in known:
            raise InputError("unknown_key", key="--set", name=name, nearest=nearest(name, known), accepted=list(known))
        one = known[name]
        if not one.low <= value <= one.high:
            raise InputError("outside_limits", key="--set", read=change, low=one.low, high=one.high, unit="")
        values[name] = value
    return values


def _scored(seed: int, threads: int | None, values: dict[str, float], lang: str, *, silent: bool) -> Scorecard:
    """Simulate what the checks need and score it."""
    from ruralsim.analysis.validation import load_criteria, score, simulate_runs
    from ruralsim.analysis.validation.runs import planned_runs, wanted_runs
    from ruralsim.model.run import default_threads

    criteria = load_criteria()
    plans, _ = planned_runs()
    names = wanted_runs(criteria)
    total = sum(plans[name].months for name in names)
    place = [""]
    with Progress(lang, silent=silent, total=total) as progress:
        if not kernels_ready():
            progress.note("run_compiling")
        report = progress.part(total, lambda done, months: place[0])

        def tell(name: str, done: int, months: int) -> None:
            place[0] = plans[name].title[lang]
            report(done, months)

        runs = simulate_runs(names, seed=seed, values=values, threads=threads or default_threads(), progress=tell)
    return score(runs, criteria)


def _lines(card: Scorecard, seconds: float, lang: str) -> Iterator[str]:
    from ruralsim.analysis.validation.runs import planned_runs, wanted_runs
    from ruralsim.view.scorecard import misses, totals

    yield say("validate_title", lang)
    yield ""
    yield from (f"  {line}" for line in totals(card, lang))
    yield f"  {say('validate_about', lang)}"
    for targets in (True, False):
        yield ""
        yield say("validate_heading_targets" if targets else "validate_heading_patterns", lang)
        yield from _table(card, [one for one in card.criteria if one.is_target == targets], lang)
    yield ""
    yield say("validate_heading_out", lang)
    yield from (f"  {line}" for line in misses(card, lang) or [say("validate_all_in", lang)])
    yield ""
    yield say("validate_heading_runs", lang)
    plans, _ = planned_runs()
    for name in wanted_runs(card.criteria):
        plan = plans[name]
        fields = {"name": name, "months": plan.months, "preset": plan.preset, "regime": plan.regime}
        yield "  " + say("validate_run", lang, title=plan.title[lang], **fields)
    yield ""
    yield "  " + say("validate_seconds", lang, seed=card.seed, seconds=f"{seconds:.0f}")


def _table(card: Scorecard, criteria: Sequence[Criterion], lang: str) -> Iterator[str]:
    """One table: a row for each target or pattern, and under it one for each check."""
    from ruralsim.view.scorecard import band, label, shown

    head = ["", "", *(say(f"validate_head_{name}", lang) for name in ("check", "value", "band", "evidence", "run"))]
    rows: list[list[str]] = [head]
    notes: dict[int, str] = {}
    for one in criteria:
        notes[len(rows)] = f"{one.id}  {say('validate_' + card.verdict(one.id), lang)}  {one.title[lang]}"
        rows.append([""] * 7)
        for row in card.rows_of(one.id):
            check = row.check
            if row.value is None:
                notes[len(rows)] = f"     {say('validate_untested', lang, reason=check.reason[lang])}"
                rows.append([""] * 7)
                continue
            mark = say(f"validate_{row.verdict}", lang)
            known = say("validate_no_number", lang) if check.value is None else shown(check.value, row.unit, lang)
            place = check.run if check.against is None else f"{check.run} − {check.against}"
            rows.append(["   ", mark, label(check, lang), shown(row.value, row.unit, lang),
                         band(check, row.unit, lang), known, place])  # fmt: skip
    for position, line in enumerate(aligned(rows)):
        yield "  " + notes[position] if position in notes else line
