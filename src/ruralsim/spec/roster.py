"""A user's villages, from a CSV file with English or Chinese headers."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from ruralsim.base.errors import InputError, Message, RuralsimError, nearest
from ruralsim.spec.files import read_text
from ruralsim.spec.scenario import ENDOWMENTS, FORMS, ROLLOUTS, RosterVillage
from ruralsim.spec.units import is_plain_number, quantity, shown_value

MAX_PERSONS = 1_000_000
ROWS_SHOWN = 5

_HEADERS: dict[str, tuple[str, ...]] = {
    "name": ("name", "village", "村名", "村", "村庄", "村(社区)"),
    "township": ("township", "town", "乡镇", "镇", "乡"),
    "population": ("population", "户籍人口", "人口"),
    "endowment": ("endowment", "class", "类型", "村类型", "资源类型"),
    "rollout": ("rollout", "推进批次", "批次"),
    "form": ("form", "经营形式", "经营方式"),
    "capital": ("capital", "经营性资产"),
    "idle_assets": ("idle_assets", "idle assets", "闲置资产"),
    "debt": ("debt", "负债", "债务"),
    "operating_income": ("operating_income", "operating income", "经营收入", "经营性收入"),
}
_UNITS = {"capital": "yuan", "idle_assets": "yuan", "debt": "yuan", "operating_income": "yuan/year"}
_CLASSES: dict[str, dict[str, str]] = {
    "endowment": {"平原": "plain", "平坝": "plain", "丘陵": "hill", "山区": "mountain", "山地": "mountain"}
    | {"城郊": "suburban", "近郊": "suburban"},
    "rollout": {"示范": "demonstration", "试点": "pilot", "有条件": "conditioned", "其他": "rest", "全面": "rest"},
    "form": {"租赁": "leasing", "合作社": "cooperative", "公司": "company", "乡村旅游": "tourism", "旅游": "tourism"},
}
for _field, _names in (("endowment", ENDOWMENTS), ("rollout", ROLLOUTS), ("form", FORMS)):
    _CLASSES[_field] = {name: name for name in _names} | _CLASSES[_field]
_UNIT_IN_HEADER = re.compile(r"(.*?)\s*\((.+)\)")


class _CellError(Exception):
    """A cell that cannot be read, with the message that says why."""

    def __init__(self, message: Message) -> None:
        self.message = message


def read_roster(path: Path) -> tuple[RosterVillage, ...]:
    """Read a roster: one village a row, the columns in any order.

    Args:
        path: CSV file in UTF-8, first row the headers. Only ``name`` and ``population`` are required; empty cells
            are synthesised. Amounts may carry units, in the cell (``12 万元``) or in the header (``负债(万元)``).

    Raises:
        InputError: wrong headers, no rows, or bad rows: all are counted, the first five described.
    """
    text = read_text(path)
    try:
        rows = list(_numbered_rows(text))
    except csv.Error as error:
        raise InputError("csv_invalid", file=path, detail=str(error)) from None
    if not rows:
        raise InputError("roster_empty", file=path)
    columns = _columns(path, rows[0][1])
    if len(rows) == 1:
        raise InputError("roster_empty", file=path)
    return _villages(path, columns, rows[1:])


def _numbered_rows(text: str) -> list[tuple[int, list[str]]]:
    """Rows that are not blank, each with the line on which it ends."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    found = ((reader.line_num, [cell.strip() for cell in row]) for row in reader)
    return [(line, row) for line, row in found if any(row)]


def _columns(path: Path, header: list[str]) -> dict[str, tuple[int, str]]:
    """Map each field to its column and the unit of plain numbers in it."""
    if len(header) == 1 and re.search(r"[;\t\uff1b]", header[0]):
        raise InputError("csv_separator", file=path, line=1, read=header[0])
    known = {alias: field for field, aliases in _HEADERS.items() for alias in aliases}
    columns: dict[str, tuple[int, str]] = {}
    for index, cell in enumerate(header):
        written = unicodedata.normalize("NFKC", cell).strip()
        field, unit = known.get(written.lower()), ""
        in_header = _UNIT_IN_HEADER.fullmatch(written)
        if field is None and in_header:
            field, unit = known.get(in_header[1].lower()), in_header[2]
        if field is None or (unit and field not in _UNITS and field != "population"):
            accepted = [
                f"{name} ({aliases[-1] if len(aliases) < 3 else _chinese(aliases)})"
                for name, aliases in _HEADERS.items()
            ]
            raise InputError(
                "roster_header", file=path, line=1, read=cell, nearest=nearest(written, known), accepted=accepted
            )
        if field in columns:
            raise InputError("roster_column_twice", file=path, line=1, read=cell, name=field)
        columns[field] = (index, unit)
    for field in ("name", "population"):
        if field not in columns:
            raise InputError("roster_column_missing", file=path, line=1, name=field, chinese=_chinese(_HEADERS[field]))
    return columns


def _chinese(aliases: tuple[str, ...]) -> str:
    return next(alias for alias in aliases if not alias.isascii())


def _villages(
    path: Path, columns: Mapping[str, tuple[int, str]], rows: list[tuple[int, list[str]]]
) -> tuple[RosterVillage, ...]:
    villages: list[RosterVillage] = []
    problems: list[Message] = []
    first_line: dict[tuple[str | None, str], int] = {}
    width = 1 + max(index for index, _ in columns.values())
    for line, row in rows:
        try:
            if len(row) > width and any(row[width:]):
                raise _CellError(Message("row_too_long", cells=len(row), columns=width))
            village = _village(columns, row)
            where = (village.township, village.name)
            if where in first_line:
                raise _CellError(Message("row_village_twice", name=village.name, first=first_line[where]))
            first_line[where] = line
            villages.append(village)
        except _CellError as cell:
            problems.append(Message("row_problem", line=line, problem=cell.message))
    named = sum(village.township is not None for village in villages)
    if not problems and 0 < named < len(villages):
        line = next(line for line, row in rows if _village(columns, row).township is None)
        problems.append(Message("row_problem", line=line, problem=Message("row_township_missing")))
    if problems:
        raise InputError("roster_rows", file=path, count=len(problems), total=len(rows), rows=problems[:ROWS_SHOWN])
    return tuple(villages)


def _village(columns: Mapping[str, tuple[int, str]], row: list[str]) -> RosterVillage:
    fields: dict[str, Any] = {}
    for field, (index, unit) in columns.items():
        cell = row[index] if index < len(row) else ""
        if cell:
            fields[field] = _READERS.get(field, _text)(field, cell, unit)
        elif field in ("name", "population"):
            raise _CellError(Message("row_cell_empty", name=field, chinese=_chinese(_HEADERS[field])))
    return RosterVillage(**fields)


def _text(field: str, cell: str, unit: str) -> str:
    if len(cell) > 80 or not cell.isprintable():
        raise _CellError(Message("row_text", name=field, read=shown_value(cell.strip())))
    return cell


def _population(field: str, cell: str, unit: str) -> int:
    number = _amount_in(field, cell, unit, "person")
    if not 1 <= number <= MAX_PERSONS or number != round(number):
        raise _CellError(Message("row_population", read=cell, limit=MAX_PERSONS))
    return round(number)


def _amount(field: str, cell: str, unit: str) -> float:
    number = _amount_in(field, cell, unit, _UNITS[field])
    if number < 0:
        raise _CellError(Message("row_negative", name=field, read=cell))
    if number > 1e12:
        raise _CellError(Message("row_too_large", name=field, read=cell))
    return number


def _amount_in(field: str, cell: str, header_unit: str, unit: str) -> float:
    """Read a cell; a plain number is in the header's unit, which for yearly income need not say "a year"."""
    if header_unit and is_plain_number(cell):
        cell = f"{cell} {header_unit}"
    try:
        try:
            return quantity(cell, unit)
        except InputError as error:
            if error.code != "wrong_unit" or not unit.endswith("/year"):
                raise
            return quantity(cell, unit.removesuffix("/year"))
    except RuralsimError as error:
        raise _CellError(Message("row_amount", name=field, problem=error.message)) from None


def _class(field: str, cell: str, unit: str) -> str:
    names = _CLASSES[field]
    if cell not in names:
        raise _CellError(
            Message("row_class", name=field, read=cell, nearest=nearest(cell, names), accepted=list(names))
        )
    return names[cell]


_READERS: dict[str, Callable[[str, str, str], Any]] = {
    "population": _population,
    **{field: _amount for field in _UNITS},
    **{field: _class for field in _CLASSES},
}
