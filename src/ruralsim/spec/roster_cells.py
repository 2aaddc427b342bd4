"""Cells of a roster: amounts with and without units, classes, names; what was converted is remembered by line."""

from __future__ import annotations

import re
import statistics
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from ruralsim.base.errors import InputError, Message, RuralsimError, nearest
from ruralsim.spec.roster_sheet import Column
from ruralsim.spec.roster_words import CLASSES, MONEY, chinese, class_names, class_of, is_missing, plain
from ruralsim.spec.units import is_plain_number, quantity, shown_value

MAX_PERSONS = 1_000_000
LARGEST_AMOUNT = 1e12
DOUBTFUL = 2000.0
"""A plain number that many times above or below the column's median was probably written in another unit."""
SMALL_YUAN = 1000.0
"""A column of plain numbers with a median below that many yuan was probably written in 万元."""
_PLAIN_UNITS = ("元", "yuan", "人")
_HAN = r"\u3400-\u9fff"
_MONEY_IN_CELL = re.compile(r"(百万元|千元|万元|亿元|万|亿|元|yuan)")


class CellError(Exception):
    """A cell that cannot be read, with the message that says why."""

    def __init__(self, message: Message) -> None:
        """Keep the message."""
        self.message = message


@dataclass
class Remembered:
    """What was converted, by kind, with the lines; and the amounts by field, for a look at the whole column."""

    lines: dict[tuple[str, str, str], list[int]] = field(default_factory=dict)
    amounts: dict[str, list[tuple[int, float, bool]]] = field(default_factory=dict)

    def note(self, code: str, column: str, read: str, line: int) -> None:
        """Remember that a conversion happened in a line."""
        self.lines.setdefault((code, column, read), []).append(line)

    def messages(self) -> list[Message]:
        """Plain statements of everything that was converted."""
        return [
            Message(code, column=column, read=read, count=len(lines), lines=shown_lines(lines))
            for (code, column, read), lines in self.lines.items()
        ]


def shown_lines(lines: Iterable[int]) -> str:
    """Line numbers as people write them: ``4, 6–9``; the first twelve runs."""
    runs: list[list[int]] = []
    for line in lines:
        if runs and line == runs[-1][1] + 1:
            runs[-1][1] = line
        else:
            runs.append([line, line])
    shown = [str(a) if a == b else f"{a}–{b}" for a, b in runs[:12]]
    return ", ".join(shown) + (", …" if len(runs) > 12 else "")


def read_cell(name: str, column: Column, cell: str, line: int, memory: Remembered) -> Any:
    """The value of a cell, or None where it is blank or says that nothing is known.

    Raises:
        CellError: the cell is required and empty, or cannot be read.
    """
    if not cell or is_missing(cell):
        if name in ("name", "population"):
            raise CellError(Message("row_cell_empty", name=name, chinese=chinese(name)))
        if cell:
            memory.note("roster_missing_mark", column.label, plain(cell), line)
        return None
    if name in CLASSES:
        return _class(name, cell)
    if name == "population":
        return _population(name, column, cell, line, memory)
    if name in MONEY:
        return _amount(name, column, cell, line, memory)
    return _text(name, column, cell, line, memory)


def _text(name: str, column: Column, cell: str, line: int, memory: Remembered) -> str:
    joined = re.sub(rf"(?<=[{_HAN}])\s+(?=[{_HAN}])", "", cell)
    if joined != cell:
        memory.note("roster_spaces", column.label, cell, line)
    if len(joined) > 80 or not joined.isprintable():
        raise CellError(Message("row_text", name=name, read=shown_value(cell.strip())))
    return joined


def _population(name: str, column: Column, cell: str, line: int, memory: Remembered) -> int:
    number, _ = _number(name, column, cell, "person", line, memory)
    if abs(number - round(number)) > 1e-6 or not 1 <= round(number) <= MAX_PERSONS:
        raise CellError(Message("row_population", read=cell, limit=MAX_PERSONS))
    return round(number)


def _amount(name: str, column: Column, cell: str, line: int, memory: Remembered) -> float:
    unit = "yuan/year" if name == "operating_income" else "yuan"
    number, bare = _number(name, column, cell, unit, line, memory)
    if number < 0:
        raise CellError(Message("row_negative", name=name, read=cell))
    if number > LARGEST_AMOUNT:
        raise CellError(Message("row_too_large", name=name, read=cell))
    memory.amounts.setdefault(name, []).append((line, number, bare))
    return number


def _number(name: str, column: Column, cell: str, unit: str, line: int, memory: Remembered) -> tuple[float, bool]:
    """The amount in ``unit``, and whether the cell was a number alone. A year need not be said of yearly income."""
    written = plain(cell).lstrip("¥￥").strip()
    spaced = re.sub(r"(?<=\d)[\s'](?=\d{3}(\D|$))", ",", written)
    bare = is_plain_number(spaced)
    if any(ord(letter) > 0xFF00 for letter in cell):
        memory.note("roster_full_width", column.label, "", line)
    if bare and column.unit:
        if column.unit not in _PLAIN_UNITS:
            memory.note("roster_header_unit", column.label, column.unit, line)
        spaced = f"{spaced} {column.unit}"
    elif bare and unit != "person":
        memory.note("roster_plain_yuan", column.label, "", line)
    elif not bare and unit != "person":
        found = _MONEY_IN_CELL.search(spaced)
        if found is not None and found[0] not in _PLAIN_UNITS:
            memory.note("roster_cell_unit", column.label, found[0], line)
    try:
        try:
            return quantity(spaced, unit), bare
        except InputError as error:
            if error.code != "wrong_unit" or not unit.endswith("/year"):
                raise
            return quantity(spaced, unit.removesuffix("/year")), bare
    except RuralsimError as error:
        raise CellError(Message("row_amount", name=name, problem=error.message)) from None


def _class(name: str, cell: str) -> str:
    found = class_of(name, cell)
    if found is None:
        names = class_names(name)
        raise CellError(Message("row_class", name=name, read=cell, nearest=nearest(cell, names), accepted=list(names)))
    return found


def doubts(columns: dict[str, Column], memory: Remembered) -> dict[int, Message]:
    """Amounts that were probably written in another unit than the column's, by line.

    Nothing is guessed: the user is told how to say which unit is meant.
    """
    found: dict[int, Message] = {}
    for name, amounts in memory.amounts.items():
        positive = [amount for _, amount, _ in amounts if amount > 0.0]
        if len(positive) < 3:
            continue
        middle = statistics.median(positive)
        unit = columns[name].unit or "元"
        bare = [(line, amount) for line, amount, alone in amounts if alone and amount > 0.0]
        if middle < SMALL_YUAN and len(bare) * 2 > len(positive):
            line, amount = bare[0]
            label = plain(columns[name].label)
            found.setdefault(line, Message("row_column_small", column=label, middle=f"{middle:,.0f}"))
            continue
        for line, amount in bare:
            if amount > DOUBTFUL * middle or amount * DOUBTFUL < middle:
                shown = {"amount": f"{amount:,.0f}", "middle": f"{middle:,.0f}"}
                found.setdefault(line, Message("row_unit_doubtful", name=name, unit=unit, **shown))
    return found
