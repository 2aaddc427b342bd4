"""From the file that a spreadsheet program wrote to headers and rows: encoding, separators, titles, merged cells."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ruralsim.base.errors import InputError, Message, nearest
from ruralsim.spec.files import read_text
from ruralsim.spec.roster_words import (
    MONEY,
    accepted_headers,
    chinese,
    header_field,
    header_names,
    is_footnote,
    is_total,
    is_unused,
    plain,
)

SPREADSHEETS = (".xlsx", ".xls", ".xlsm", ".et", ".ods", ".numbers")
"""Kinds of workbook, which have to be saved as CSV."""

_WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
_SEPARATORS = (",", "\t", ";", "，", "；")
_LOOKED_AT = 12
_UNIT_NOTE = re.compile(r"单位\s*:\s*([^:]+)$")
_MONEY_UNITS = ("元", "千元", "万元", "百万元", "亿元")
_PEOPLE_UNITS = ("人", "万人")

Row = tuple[int, list[str]]


@dataclass(frozen=True)
class Column:
    """Where a field stands: column index, unit of its plain numbers (``""``: none stated), header as written."""

    index: int
    unit: str
    label: str


@dataclass
class Sheet:
    """What a file holds.

    Attributes:
        columns: by field.
        width: number of columns that have a header.
        rows: (line, cells) of the villages.
        totals: (line, cells) of rows of totals.
        notices: what was changed or left out on the way.
    """

    columns: dict[str, Column]
    width: int
    rows: list[Row]
    totals: list[Row]
    notices: list[Message] = field(default_factory=list)


def read_sheet(path: Path) -> Sheet:
    """Read a CSV file as offices export it.

    Args:
        path: of the file.

    Raises:
        InputError: a workbook instead of CSV, an unknown encoding, no headers, unknown, repeated or missing columns, no
            rows.
    """
    text, notices = _text(path)
    rows, top = _table(path, text, notices)
    labels, units, first = _headers(rows, top, notices)
    body = rows[first:]
    columns = _columns(path, rows[top][0], labels, units, body, notices)
    width = 1 + max(k for k, label in enumerate(labels) if label)
    sheet = Sheet(columns, width, [], [], notices)
    _sort_rows(sheet, body, rows[top][1])
    if not sheet.rows:
        raise InputError("roster_empty", file=path)
    return sheet


def _text(path: Path) -> tuple[str, list[Message]]:
    """The text of the file; any encoding but UTF-8 is said."""
    if path.suffix.lower() in SPREADSHEETS and path.exists():
        raise InputError("roster_workbook", file=path)
    try:
        return read_text(path), []
    except InputError as error:
        if error.code not in ("not_utf8", "nul_bytes"):
            raise
        content = path.read_bytes()  # its size and kind have been checked
        if content.startswith(_WORKBOOKS):
            raise InputError("roster_workbook", file=path) from None
        if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
            encodings = ["UTF-16"]
        elif error.code == "nul_bytes":
            raise
        else:
            encodings = ["GB18030", "Big5"]
        for encoding in encodings:
            try:
                text = content.decode(encoding)
            except UnicodeDecodeError:
                continue
            if "\0" not in text and any(header_field(cell) for cell in re.split(r"[,\t;，；\r\n\"]", text[:4000])):
                return text, [Message("roster_encoding", encoding=encoding)]
        raise


def _table(path: Path, text: str, notices: list[Message]) -> tuple[list[Row], int]:
    """Rows that are not blank, and the index of the header row: the first that names most columns."""
    best: tuple[int, str, list[Row], int] | None = None
    trouble: csv.Error | None = None
    for separator in _SEPARATORS:
        if separator not in text and separator != ",":
            continue
        try:
            rows = _numbered_rows(text, separator)
        except csv.Error as error:
            trouble = trouble or error
            continue
        named = [sum(_names_a_column(cell) for cell in row) for _, row in rows[:_LOOKED_AT]]
        most = max(named, default=0)
        if best is None or most > best[0]:
            best = (most, separator, rows, named.index(most) if named else 0)
    if best is None:
        raise InputError("csv_invalid", file=path, detail=str(trouble))
    most, separator, rows, top = best
    if not rows:
        raise InputError("roster_empty", file=path)
    if most == 0:
        top = 0
    if separator != ",":
        shown = {"\t": "Tab"}.get(separator, separator)
        notices.append(Message("roster_separator", separator=shown))
    return rows, top


def _numbered_rows(text: str, separator: str) -> list[Row]:
    """Rows that are not blank, each with the line on which it ends."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True, delimiter=separator)
    found = ((reader.line_num, [cell.strip() for cell in row]) for row in reader)
    return [(line, row) for line, row in found if any(row)]


def _names_a_column(cell: str) -> bool:
    return bool(cell) and (header_field(cell) is not None or is_unused(cell))


def _headers(rows: list[Row], top: int, notices: list[Message]) -> tuple[list[str], dict[str, str], int]:
    """Labels of the columns, units stated for the whole table, and where the rows begin.

    Titles above the headers are left out (a line ``单位：万元`` is obeyed); a second line of headers below merged ones
    replaces them where it is filled in.
    """
    units: dict[str, str] = {}
    for line, row in rows[:top]:
        noted = [unit for cell in row for unit in _units_noted(cell, units)]
        if noted:
            notices.append(Message("roster_unit_line", line=line, units=noted))
        else:
            notices.append(Message("roster_title", line=line, read=" ".join(cell for cell in row if cell)[:60]))
    line, upper = rows[top]
    for cell in upper:
        _units_noted(cell, units)
    if top + 1 >= len(rows) or not _is_second_header(upper, rows[top + 1][1]):
        return upper, units, top + 1
    below_line, lower = rows[top + 1]
    labels, group = [], ""
    for k in range(max(len(upper), len(lower))):
        above = upper[k] if k < len(upper) else ""
        below = lower[k] if k < len(lower) else ""
        group = above or group
        unit = re.search(r"[(（]\s*(百万元|千元|万元|亿元|元)\s*[)）]", group)
        found = header_field(below) if below else None
        if unit and found is not None and not found[1]:
            below = f"{below}({unit[1]})"
        labels.append(below or above)
    notices.append(Message("roster_two_headers", line=line, below=below_line))
    return labels, units, top + 2


def _units_noted(cell: str, units: dict[str, str]) -> list[str]:
    """Read a note such as ``单位：万元、人`` into ``units`` (by kind); return the units found."""
    note = _UNIT_NOTE.search(plain(cell))
    if note is None:
        return []
    found = []
    for name in re.split(r"[、,;/\s)]+", note[1]):
        if name in _MONEY_UNITS:
            units["money"] = name
            found.append(name)
        elif name in _PEOPLE_UNITS:
            units["people"] = name
            found.append(name)
    return found


def _is_second_header(upper: Sequence[str], lower: Sequence[str]) -> bool:
    """Whether the row below the headers is a second line of them: no numbers, and it names columns."""
    if any(re.search(r"\d", cell) for cell in lower):
        return False
    named = sum(_names_a_column(cell) for cell in lower)
    filled = sum(bool(cell) for cell in lower)
    return named > 0 and named * 2 >= filled and list(upper) != list(lower)


def _columns(
    path: Path, line: int, labels: list[str], units: dict[str, str], body: list[Row], notices: list[Message]
) -> dict[str, Column]:
    """Each field's column; columns without use are said, unknown ones stop the reading."""
    if len(labels) == 1 and re.search(r"[;\t\uff1b]", labels[0]):
        raise InputError("csv_separator", file=path, line=line, read=labels[0])
    columns: dict[str, Column] = {}
    unused = []
    for index, label in enumerate(labels):
        found = header_field(label)
        if found is None and not label:
            if any(len(row) > index and row[index] for _, row in body):
                raise InputError("roster_header_blank", file=path, line=line, number=index + 1)
            continue
        if found is None and is_unused(label):
            unused.append(label)
            continue
        if found is None:
            raise InputError(
                "roster_header", file=path, line=line, read=label, nearest=nearest(plain(label), header_names()),
                accepted=accepted_headers(),
            )  # fmt: skip
        name, unit = found
        if name in columns:
            raise InputError("roster_column_twice", file=path, line=line, read=label, name=name)
        if not unit and name == "population":
            unit = units.get("people", "")
        elif not unit and name in MONEY:
            unit = units.get("money", "")
        columns[name] = Column(index, unit, label)
    for name in ("name", "population"):
        if name not in columns:
            raise InputError("roster_column_missing", file=path, line=line, name=name, chinese=chinese(name))
    if unused:
        notices.append(Message("roster_unused", names=unused))
    return columns


def _sort_rows(sheet: Sheet, body: list[Row], header: list[str]) -> None:
    """Put villages apart from totals, notes below the table, and headers repeated on every page."""
    names = [sheet.columns[name].index for name in ("name", "township") if name in sheet.columns]
    notes, repeated = [], []
    for line, row in body:
        filled = [cell for cell in row if cell]
        marked = [row[k] for k in dict.fromkeys([0, *names]) if k < len(row)]
        if row == header:
            repeated.append(line)
        elif any(is_total(cell) for cell in marked):
            sheet.totals.append((line, row))
        elif is_footnote(filled[0]):
            notes.append(line)
        else:
            sheet.rows.append((line, row))
    for code, lines in (
        ("roster_totals", [line for line, _ in sheet.totals]), ("roster_notes", notes), ("roster_repeated", repeated),
    ):  # fmt: skip
        if lines:
            sheet.notices.append(Message(code, lines=lines))
