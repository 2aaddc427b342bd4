"""The summary of a run in the terminal: what place, what changed, what policy met, the books, what next."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from ruralsim.model.books_loop import OUTCOMES
from ruralsim.model.outcomes import GOALS
from ruralsim.policy.instruments import load_instruments
from ruralsim.view.commands.common import aligned, amount, print_lines, say
from ruralsim.view.policy_report import BudgetReport, InstrumentReport
from ruralsim.view.run_facts import Level, RunFacts

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


def summary(facts: RunFacts, out: str, seconds: float, arguments: Sequence[str], lang: str) -> list[Block]:
    """The summary as blocks.

    Args:
        facts: of the run.
        out: where the results are.
        seconds: wall time in all.
        arguments: of the command as given, for the command to try next.
        lang: ``en`` or ``zh``.
    """
    return [
        *_place(facts, lang),
        _changes(facts, lang),
        _collective(facts, lang),
        *_policy(facts, lang),
        _books(facts, lang),
        _where(facts, out, seconds, arguments, lang),
    ]


def _place(facts: RunFacts, lang: str) -> Iterator[Block]:
    scenario, place, people = facts.scenario, facts.scenario.place, facts.people[0]
    title = scenario.title.get(lang) or next(iter(scenario.title.values()))
    lines = [
        _size(facts, lang),
        say(
            "run_people", lang, population=amount(place.registered_population),
            adults=amount(people["registered_adults"]), outsiders=amount(people["outsiders"]),
            villagers=amount(people["villagers"]), cadres=amount(people["cadres"]),
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
    """The three goals and their components, first against last year."""
    luck = len(facts.seeds) > 1
    window = facts.window
    span = (say("run_first_year", lang), say("run_last_year", lang))
    if window < 12:
        span = (say("run_first_months", lang, months=window), say("run_last_months", lang, months=window))
    head = ["", *span, say("run_change", lang)]
    rows = [[*head, say("run_luck", lang)] if luck else head]
    bold = {0}
    for goal, names in GOALS.items():
        bold.add(len(rows))
        rows.append(_row(say(f"run_goal_{goal}", lang), facts.goal(goal), "score", luck, lang))
        rows += [_row("  " + say(f"run_{name}", lang), facts.outcome(name), _UNIT[name], luck, lang) for name in names]
    lines = [say("run_scores", lang)]
    lines.append(say("run_luck_means", lang, replicates=len(facts.seeds)) if luck else say("run_one_replicate", lang))
    return Block(say("run_head_changes", lang), lines, rows, frozenset(bold))


def _row(label: str, level: Level, unit: str, luck: bool, lang: str) -> list[str]:
    change = _figure(level.change, unit)
    signed = change if change[0] == "-" else "+" + change
    if unit == "share":
        signed = say("run_points", lang, number=signed.removesuffix(" %"))
    row = [label, _figure(level.first, unit), _figure(level.last, unit), signed]
    if luck:
        low, high = (0.0 if x is None else x for x in (level.low, level.high))
        row.append(f"{_figure(low, unit)} – {_figure(high, unit)}")
    return row


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
    villages, potential = facts.scenario.place.villages, facts.outcome("potential")
    return Block(
        say("run_head_collective", lang),
        [
            say(
                "run_income", lang, first=amount(round(12 * income.first / villages)),
                last=amount(round(12 * income.last / villages)),
            ),
            say(
                "run_active", lang, first=f"{active.first:.0f}", last=f"{active.last:.0f}", villages=amount(villages)
            ),
            say("run_jobs", lang, first=f"{jobs.first:.0f}", last=f"{jobs.last:.0f}"),
            say("run_potential", lang, first=f"{potential.first:.3f}", last=f"{potential.last:.3f}"),
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
    lines += [_budget(one, lang) for one in budgets] or [say("run_no_binding", lang)]
    yield Block(heading, lines)
    idle = [one for one in reports if one.why_nothing is not None]
    if idle:
        yield Block("", list(_idle(idle, lang)), warning=True)


def _budget(one: BudgetReport, lang: str) -> str:
    text = say("run_bound", lang, phase=one.phase, months=f"{one.months:.0f}", first=one.first, last=one.last)
    parts = []
    if one.running_share < 1.0:
        parts.append(say("run_bound_running", lang, percent=f"{100 * one.running_share:.0f}"))
    if one.once_share is not None and one.once_share < 1.0:
        parts.append(say("run_bound_once", lang, percent=f"{100 * one.once_share:.0f}"))
    return text + ("；" if lang == "zh" else "; ").join(parts) + ("。" if lang == "zh" else ".")


def _idle(idle: list[InstrumentReport], lang: str) -> Iterator[str]:
    """Instruments that changed nothing, those with one reason and the same dates together."""
    known = load_instruments()
    together: dict[tuple[str | None, tuple[str, str]], list[str]] = {}
    for one in idle:
        label = known[one.instrument].title[lang]
        named = f"{one.instrument}（{label}）" if lang == "zh" else f"{one.instrument} ({label})"
        together.setdefault((one.why_nothing, one.dates), []).append(named)
    for (why, (first, last)), names in together.items():
        reason = say(f"run_idle_{why}", lang)
        yield say("run_idle", lang, names=names, first=first, last=last, reason=reason)


def _books(facts: RunFacts, lang: str) -> Block:
    assumed, count = facts.assumed()
    money = "run_money_exact" if facts.money_residual == 0.0 else "run_money_off"
    return Block(
        say("run_head_books", lang),
        [
            say(money, lang, yuan=f"{facts.money_residual:.2f}"),
            say("run_momentum", lang, residual=f"{facts.momentum_residual:.1e}"),
            say("run_assumed", lang, assumed=assumed, count=count),
        ],
    )


def _where(facts: RunFacts, out: str, seconds: float, arguments: Sequence[str], lang: str) -> Block:
    lines = [say("run_results", lang, out=out, seconds=f"{seconds:.0f}" if seconds >= 10 else f"{seconds:.1f}")]
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
