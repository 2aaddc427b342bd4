"""A user's villages, from a CSV file as county offices export it, with English or Chinese headers."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from ruralsim.base.errors import InputError, Message
from ruralsim.spec.roster_cells import CellError, Remembered, doubts, read_cell, shown_lines
from ruralsim.spec.roster_sheet import SPREADSHEETS, Row, Sheet, read_sheet
from ruralsim.spec.roster_words import plain
from ruralsim.spec.scenario import RosterVillage

ROWS_SHOWN = 5


@dataclass(frozen=True)
class Roster:
    """The villages of a file, and everything that was changed on the way.

    Args:
        villages: in the order of the file.
        lines: line of the file each village stands on.
        conversions: plain statements with line numbers: encoding, units, filled-down townships, rows left out.
    """

    villages: tuple[RosterVillage, ...]
    lines: tuple[int, ...]
    conversions: tuple[Message, ...]


def is_roster_file(name: str) -> bool:
    """Whether a name looks like a roster: CSV, or a workbook (which is then refused with what to do)."""
    return name.lower().endswith((".csv", ".tsv", *SPREADSHEETS))


def read_roster(path: Path) -> Roster:
    """Read a roster: one village a row, the columns in any order.

    Args:
        path: CSV file. UTF-8; GB18030, Big5 and UTF-16 are converted and said. Only ``name`` and ``population`` are
            required; cells that are empty, ``-`` or ``无`` are synthesised. Amounts may carry units, in the cell
            (``12 万元``), in the header (``负债(万元)``) or in a line ``单位：万元`` above it. Titles, totals, notes
            and columns without use are left out and said; a township that stands only in the first of its rows (merged
            cells) is filled down and said.

    Raises:
        InputError: a workbook instead of CSV, wrong headers, no rows, or bad rows: all are counted, the first five
            described, each with what to do.
    """
    sheet = read_sheet(path)
    memory = Remembered()
    problems: dict[int, Message] = {}
    read: list[tuple[int, RosterVillage]] = []
    for line, row in _filled_down(sheet):
        try:
            read.append((line, _village(sheet, line, row, memory)))
        except CellError as cell:
            problems[line] = cell.message
    for line, message in _repeated(read).items():
        problems.setdefault(line, message)
    for line, message in doubts(sheet.columns, memory).items():
        problems.setdefault(line, message)
    named = sum(village.township is not None for _, village in read)
    if not problems and 0 < named < len(read):
        line = next(line for line, village in read if village.township is None)
        problems[line] = Message("row_township_missing")
    if problems:
        rows = [Message("row_problem", line=line, problem=problems[line]) for line in sorted(problems)]
        raise InputError("roster_rows", file=path, count=len(rows), total=len(sheet.rows), rows=rows[:ROWS_SHOWN])
    villages, renamed = _told_apart([village for _, village in read])
    notices = [*sheet.notices, *memory.messages(), *renamed, *_checked_totals(sheet, villages)]
    return Roster(tuple(villages), tuple(line for line, _ in read), tuple(notices))


def _filled_down(sheet: Sheet) -> list[Row]:
    """Rows with the township of merged cells filled in; the first row must have one."""
    column = sheet.columns.get("township")
    if column is None:
        return sheet.rows
    filled: list[Row] = []
    lines, last = [], ""
    for line, row in sheet.rows:
        here = row[column.index] if column.index < len(row) else ""
        if here:
            last = here
        elif last:
            row = [*row, *[""] * (column.index + 1 - len(row))]
            row[column.index] = last
            lines.append(line)
        filled.append((line, row))
    if lines:
        sheet.notices.append(Message("roster_filled_down", column=column.label, lines=shown_lines(lines)))
    return filled


def _village(sheet: Sheet, line: int, row: list[str], memory: Remembered) -> RosterVillage:
    columns = sheet.columns
    if any(row[sheet.width :]):
        raise CellError(Message("row_too_long", cells=len(row), columns=sheet.width))
    cells = {name: row[column.index] if column.index < len(row) else "" for name, column in columns.items()}
    return RosterVillage(**{name: read_cell(name, columns[name], cell, line, memory) for name, cell in cells.items()})


def _repeated(read: list[tuple[int, RosterVillage]]) -> dict[int, Message]:
    """Villages that stand twice in the same township."""
    first: dict[tuple[str, str], int] = {}
    found: dict[int, Message] = {}
    for line, village in read:
        where = (plain(village.township or ""), plain(village.name))
        if where in first:
            found[line] = Message("row_village_twice", name=village.name, first=first[where])
        first.setdefault(where, line)
    return found


def _told_apart(villages: list[RosterVillage]) -> tuple[list[RosterVillage], list[Message]]:
    """Villages of one name in several townships get the township in front: a name is a village's key everywhere."""
    count: dict[str, int] = {}
    for village in villages:
        count[village.name] = count.get(village.name, 0) + 1
    names = [name for name, many in count.items() if many > 1]
    told = [
        replace(village, name=f"{village.township}{village.name}") if count[village.name] > 1 else village
        for village in villages
    ]
    return told, [Message("roster_renamed", names=names)] if names else []


def _checked_totals(sheet: Sheet, villages: list[RosterVillage]) -> list[Message]:
    """A notice where the last row of totals states another population than the villages add up to."""
    column, total = sheet.columns["population"], sum(village.population for village in villages)
    for line, row in reversed(sheet.totals):
        cell = row[column.index] if column.index < len(row) else ""
        try:
            stated = read_cell("population", column, cell, line, Remembered())
        except CellError:
            return []
        if stated != total:
            return [Message("roster_total_differs", line=line, stated=f"{stated:,}", total=f"{total:,}")]
        return []
    return []
