"""The summary of a run in the terminal: what place, what changed, what policy met, the books, what next."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ruralsim.analysis.figures import Measured, assumed_share
from ruralsim.model.books_loop import OUTCOMES
from ruralsim.model.outcomes import GOALS
from ruralsim.policy.instruments import Instrument
from ruralsim.policy.library import library_of
from ruralsim.view.commands.common import aligned, amount, print_lines, say
from ruralsim.view.policy_report import BudgetReport, InstrumentReport
from ruralsim.view.run_facts import RunFacts
from ruralsim.view.tables import TABLES

_UNIT = {name: unit for name, unit, _ in OUTCOMES}


@dataclass(frozen=True)
class Block:
    """A part of the summary: a heading (may be empty), sentences, and a table whose first row is its head.

    Args:
        bold: rows of the table that carry a goal.
        warning: whether the sentences are a warning.
    """

    heading: str = ""
    lines: Sequence[str] = ()
    rows: Sequence[Sequence[str]] = ()
    bold: frozenset[int] = field(default=frozenset())
    warning: bool = False


def summary(
    facts: RunFacts, out: str, page: Path | None, seconds: float, arguments: Sequence[str], lang: str
) -> list[Block]:
    """The summary as blocks.

    Args:
        facts: of the run.
        out: where the results are.
        page: the report, if one was written.
        seconds: wall time in all.
        arguments: of the command as given, for the command to try next.
        lang: ``en`` or ``zh``.
    """
    return [
        *_place(facts, lang),
        _changes(facts, lang),
        *_added(facts, lang),
        _collective(facts, lang),
        *_policy(facts, lang),
        _books(facts, lang),
        _where(facts, out, page, seconds, arguments, lang),
    ]


def _place(facts: RunFacts, lang: str) -> Iterator[Block]:
    scenario, place, people = facts.scenario, facts.scenario.place, facts.people[0]
    title = scenario.title.get(lang) or next(iter(scenario.title.values()))
    lines = [
        _size(facts, lang),
        say(
            "run_people",
            lang,
            population=amount(place.registered_population),
            adults=amount(people["registered_adults"]),
            outsiders=amount(people["outsiders"]),
            villagers=amount(people["villagers"]),
            cadres=amount(people["cadres"]),
        ),
    ]
    if place.resident_population is not None:
        lines.append(say("run_residents", lang, residents=amount(place.resident_population)))
    note = place.identity_note.get(lang, "")
    if place.identity == "inferred":
        lines.append(say("run_inferred", lang, note=note))
    elif note:
        lines.append(note)
    yield Block(title, lines)
    if scenario.notices:
        yield Block("", [say("check_notice", lang, text=notice) for notice in scenario.notices], warning=True)


def _size(facts: RunFacts, lang: str) -> str:
    scenario, place = facts.scenario, facts.scenario.place
    fields = {"start": scenario.start, "end": scenario.end, "months": scenario.months}
    if place.townships == 1:
        return say("run_place_one", lang, villages=amount(place.villages), **fields)
    return say("run_place", lang, villages=amount(place.villages), townships=amount(place.townships), **fields)


def _changes(facts: RunFacts, lang: str) -> Block:
    """The three goals and their components, first against last year, with the intervals of the last."""
    window = facts.window
    span = (say("run_first_year", lang), say("run_last_year", lang))
    if window < 12:
        span = (say("run_first_months", lang, months=window), say("run_last_months", lang, months=window))
    rows = [["", *span, say("run_change", lang), *_heads(facts, lang)]]
    bold = {0}
    for name, label in _names(lang):
        figure, unit = facts.figures[name], _UNIT.get(name, "score")
        bold |= {len(rows)} if name in GOALS else set()
        row = [label, _figure(figure.first, unit), _figure(figure.last.mean, unit)]
        rows.append([*row, _difference(figure.change.mean, unit, lang), *_ranges(facts, figure.last, unit, lang)])
    lines = [say("run_scores", lang), *_how_sure(facts, lang)]
    return Block(say("run_head_changes", lang), lines, rows, frozenset(bold))


def _added(facts: RunFacts, lang: str) -> Iterator[Block]:
    """What policy adds: last year with it against last year without it, under the same luck."""
    if facts.figures["life"].effect is None:
        return
    span = (say("run_without", lang), say("run_with", lang), say("run_difference", lang))
    rows = [["", *span, *_heads(facts, lang)]]
    bold = {0}
    for name, label in _names(lang):
        figure, unit = facts.figures[name], _UNIT.get(name, "score")
        if figure.effect is None or figure.baseline is None:
            continue
        bold |= {len(rows)} if name in GOALS else set()
        row = [label, _figure(figure.baseline, unit), _figure(figure.last.mean, unit)]
        ranges = _ranges(facts, figure.effect, unit, lang, signed=True)
        rows.append([*row, _difference(figure.effect.mean, unit, lang), *ranges])
    yield Block(say("run_head_added", lang), [say("run_added", lang), *_verdict(facts, lang)], rows, frozenset(bold))


def _names(lang: str) -> Iterator[tuple[str, str]]:
    """Goals, each before its components, with their labels."""
    for goal, names in GOALS.items():
        yield goal, say(f"run_goal_{goal}", lang)
        for name in names:
            yield name, "  " + say(f"run_{name}", lang)


def _heads(facts: RunFacts, lang: str) -> list[str]:
    """Heads of the columns of intervals that this run has."""
    heads = [say("run_headline", lang)] if facts.draws is not None else []
    return [*heads, say("run_luck", lang)] if len(facts.seeds) > 1 else heads


def _ranges(facts: RunFacts, measured: Measured, unit: str, lang: str, *, signed: bool = False) -> list[str]:
    found = [(measured.low, measured.high)] if facts.draws is not None else []
    if len(facts.seeds) > 1:
        found.append((measured.low_luck, measured.high_luck))
    return [_range(low, high, unit, lang, signed) for low, high in found]


def _range(low: float | None, high: float | None, unit: str, lang: str, signed: bool) -> str:
    if low is None or high is None:
        return "–"
    if not signed:
        return say("run_range", lang, low=_figure(low, unit).removesuffix(" %"), high=_figure(high, unit))
    ends = [_difference(x, unit, lang) for x in (low, high)]
    if unit == "share":
        ends[0] = _signed(_figure(low, unit).removesuffix(" %"))
    return say("run_range", lang, low=ends[0], high=ends[1])


def _how_sure(facts: RunFacts, lang: str) -> Iterator[str]:
    """What the intervals mean, and what they do not hold."""
    draws, replicates = facts.draws, len(facts.seeds)
    if draws is not None:
        yield say("run_headline_means", lang, draws=draws.design.draws)
    if replicates > 1:
        yield say("run_luck_means", lang, replicates=replicates)
    else:
        yield say("run_one_replicate", lang)
    if draws is None:
        yield say("run_no_draws", lang)
    elif not draws.samples[0].whole:
        sample = draws.samples[0]
        yield say(
            "run_sample", lang, villages=len(sample.names), of=amount(sample.county_villages),
            adults=amount(sample.adults), of_adults=amount(sample.county_adults),
        )  # fmt: skip
    if draws is not None and draws.failed:
        first = draws.failed[0]
        yield say("run_failed", lang, failed=len(draws.failed), count=len(draws.outcomes), message=first.message or "")


def _verdict(facts: RunFacts, lang: str) -> Iterator[str]:
    """Goals whose interval of what policy adds lies on one side of nothing, and the others."""
    kinds: dict[str, list[str]] = {"run_added_up": [], "run_added_down": [], "run_added_open": []}
    for goal in GOALS:
        effect = facts.figures[goal].effect
        low, high = (None, None) if effect is None else (effect.low, effect.high)
        if effect is not None and low is None:
            low, high = effect.low_luck, effect.high_luck
        if low is None or high is None:
            continue
        kind = "run_added_up" if low > 0.0 else "run_added_down" if high < 0.0 else "run_added_open"
        kinds[kind].append(say(f"run_goal_{goal}", lang))
    beside = "run_beside_both" if facts.draws is not None else "run_beside_luck"
    for kind, goals in kinds.items():
        if goals:
            yield say(kind, lang, goals=("、" if lang == "zh" else ", ").join(goals), beside=say(beside, lang))


def _difference(value: float, unit: str, lang: str) -> str:
    signed = _signed(_figure(value, unit))
    return say("run_points", lang, number=signed.removesuffix(" %")) if unit == "share" else signed


def _signed(shown: str) -> str:
    return shown if shown[0] == "-" else "+" + shown


def _figure(value: float, unit: str) -> str:
    if unit == "share":
        shown = f"{100 * value:.1f} %"
    elif unit.startswith("yuan"):
        shown = f"{value:,.0f}"
    else:
        shown = f"{value:.3f}"
    return shown if any(digit in "123456789" for digit in shown) else shown.removeprefix("-")


def _collective(facts: RunFacts, lang: str) -> Block:
    income, active, jobs = (facts.total(name) for name in ("operating_income", "enterprise_active", "collective_jobs"))
    villages, potential = facts.scenario.place.villages, facts.figures["potential"]
    return Block(
        say("run_head_collective", lang),
        [
            say(
                "run_income",
                lang,
                first=amount(round(12 * income.first / villages)),
                last=amount(round(12 * income.last / villages)),
            ),
            say("run_active", lang, first=f"{active.first:.0f}", last=f"{active.last:.0f}", villages=amount(villages)),
            say("run_jobs", lang, first=f"{jobs.first:.0f}", last=f"{jobs.last:.0f}"),
            say("run_potential", lang, first=f"{potential.first:.3f}", last=f"{potential.last.mean:.3f}"),
        ],
    )


def _policy(facts: RunFacts, lang: str) -> Iterator[Block]:
    reports, budgets = facts.policy.instruments(), facts.policy.budgets()
    heading = say("run_head_policy", lang)
    if not reports:
        yield Block(heading, [say("run_no_policy", lang)])
        return
    spent = sum(one.cost for one in reports)
    worked = sum(one.why_nothing is None for one in reports)
    lines = [say("run_spent", lang, yuan=amount(round(spent)), worked=worked, count=len(reports))]
    called = {phase.name: phase.label(lang) for phase in facts.scenario.phases}
    lines += [_budget(one, called[one.phase], lang) for one in budgets] or [say("run_no_binding", lang)]
    yield Block(heading, lines)
    idle = [one for one in reports if one.why_nothing is not None]
    if idle:
        yield Block("", list(_idle(idle, library_of(facts.scenario).instruments, lang)), warning=True)


def _budget(one: BudgetReport, phase: str, lang: str) -> str:
    text = say("run_bound", lang, phase=phase, months=f"{one.months:.0f}", first=one.first, last=one.last)
    parts = []
    if one.running_share < 1.0:
        parts.append(say("run_bound_running", lang, percent=f"{100 * one.running_share:.0f}"))
    if one.once_share is not None and one.once_share < 1.0:
        parts.append(say("run_bound_once", lang, percent=f"{100 * one.once_share:.0f}"))
    return text + ("；" if lang == "zh" else "; ").join(parts) + ("。" if lang == "zh" else ".")


def _idle(idle: list[InstrumentReport], known: Mapping[str, Instrument], lang: str) -> Iterator[str]:
    """Instruments that changed nothing, those with one reason and the same dates together."""
    together: dict[tuple[str | None, tuple[str, str]], list[str]] = {}
    for one in idle:
        named = one.instrument
        label = known[named].title[lang]
        named = f"{named}（{label}）" if lang == "zh" else f"{named} ({label})"
        together.setdefault((one.why_nothing, one.dates), []).append(named)
    for (why, (first, last)), names in together.items():
        reason = say(f"run_idle_{why}", lang)
        yield say("run_idle", lang, names=names, first=first, last=last, reason=reason)


def _books(facts: RunFacts, lang: str) -> Block:
    assumed, count = facts.assumed()
    share = assumed_share(facts.figures, "last")
    assumptions = say("run_assumed", lang, assumed=assumed, count=count)
    if share is not None:
        percent = {end: f"{100 * share[end]:.0f}" for end in ("mean", "low", "high")}
        assumptions = say("run_assumed_share", lang, assumed=assumed, count=count, **percent)
    money = "run_money_exact" if facts.money_residual == 0.0 else "run_money_off"
    return Block(
        say("run_head_books", lang),
        [
            say(money, lang, yuan=f"{facts.money_residual:.2f}"),
            say("run_momentum", lang, residual=f"{facts.momentum_residual:.1e}"),
            assumptions,
            say("run_assumed_see", lang),
            *_scorecard(facts, lang),
        ],
    )


def _scorecard(facts: RunFacts, lang: str) -> Iterator[str]:
    """How much of what is known the model shows, and what it misses."""
    card = facts.scorecard
    targets, patterns = card["targets"], card["patterns"]
    yield say(
        "run_scorecard", lang, met=targets["in_band"], total=targets["total"],
        patterns_met=patterns["in_band"], patterns=patterns["total"],
        out=("、" if lang == "zh" else ", ").join(one["id"] for one in card["criteria"] if one["verdict"] == "out"),
    )  # fmt: skip
    if not card["current"]:
        yield say("run_scorecard_old", lang, command=card["command"])
    elif card["changed"]:
        yield say("run_scorecard_changed", lang, count=len(card["changed"]), command=card["command"])


def _where(facts: RunFacts, out: str, page: Path | None, seconds: float, arguments: Sequence[str], lang: str) -> Block:
    tables = len(TABLES) + (facts.figures["life"].effect is not None) + (facts.draws is not None)
    shown = f"{seconds:.0f}" if seconds >= 10 else f"{seconds:.1f}"
    lines = [say("run_results", lang, out=out, tables=tables, seconds=shown)]
    if page is not None:
        lines.append(say("run_report", lang, file=page))
    given = " ".join(shlex.quote(argument) for argument in arguments)
    if facts.scenario.phases:
        lines.append(say("run_next_without", lang, command=f"ruralsim run {given} --set 'phase=[]'"))
    else:
        lines.append(say("run_next_check", lang, command="ruralsim list instruments"))
    return Block(say("run_head_results", lang), lines)


def show(blocks: Sequence[Block]) -> None:
    """Print the summary: with colours on a terminal, else as plain lines."""
    if sys.stdout.isatty():
        _show_rich(blocks)
    else:
        print_lines(_plain(blocks))


def _plain(blocks: Sequence[Block]) -> Iterator[str]:
    for position, block in enumerate(blocks):
        if position and block.heading:
            yield ""
        if block.heading:
            yield block.heading
        yield from (f"  {line}" for line in block.lines)
        yield from aligned(block.rows) if block.rows else ()


def _show_rich(blocks: Sequence[Block]) -> None:
    from rich.console import Console
    from rich.padding import Padding
    from rich.table import Table
    from rich.text import Text

    console = Console(highlight=False)
    for position, block in enumerate(blocks):
        if position and block.heading:
            console.print()
        if block.heading:
            console.print(Text(block.heading, style="bold cyan"))
        for line in block.lines:
            console.print(Padding(Text(line, style="yellow" if block.warning else ""), (0, 0, 0, 2)))
        if block.rows:
            table: Any = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 0))
            for column in range(len(block.rows[0])):
                table.add_column(justify="left" if column == 0 else "right")
            for number, row in enumerate(block.rows):
                table.add_row(*map(Text, row), style="bold" if number in block.bold else "")
            console.print(Padding(table, (0, 0, 0, 2)))
