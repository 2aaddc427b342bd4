"""Indicators from a spreadsheet: one row an indicator, under a header that ``docs/own-data.md`` documents.

Whoever holds a framework that is not public (the 84 items of source 000, for one) saves it as CSV and uses it without
writing code. The sheet is turned into what a framework's TOML file would hold and then read by the same strict reader.
"""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

from ruralsim.base.errors import InputError, Message, nearest
from ruralsim.spec.files import read_text
from ruralsim.spec.layers import Layer

#: column -> its Chinese header; the English header is the column's name
COLUMNS = {
    "id": "编号",
    "title_en": "英文名称",
    "title_zh": "名称",
    "board": "板块",
    "rank": "级别",
    "tier": "层级",
    "kind": "类别",
    "origin": "来源类别",
    "quotation": "引文",
    "observable": "观测量",
    "organise": "组织",
    "enterprise": "经营",
    "govern": "治理",
    "serve": "服务",
    "channel": "上报渠道",
    "gameability": "可粉饰程度",
    "weight": "权重",
    "check_weight": "检查权重",
    "target_rule": "目标规则",
    "veto": "一票否决",
}
NEEDED = ("id", "quotation", "observable")
TASKS = ("organise", "enterprise", "govern", "serve")
_NUMBERS = ("gameability", "weight", "check_weight")
_DEFAULTS: dict[str, Any] = {
    "rank": 3,
    "tier": "village",
    "kind": "quantitative",
    "origin": "quoted",
    "channel": "registry",
}
_TRUE, _FALSE = ("true", "yes", "1", "是"), ("", "false", "no", "0", "否")
_BOARD = "all"


def is_indicator_sheet(path: Path) -> bool:
    """Say whether a CSV file has a header of indicators (and is not a roster of villages).

    Raises:
        InputError: the file cannot be read.
    """
    try:
        head = next(csv.reader(io.StringIO(read_text(path))), [])
    except csv.Error:
        return False
    names = {_column(cell) for cell in head}
    return "observable" in names or {"channel", "quotation"} <= names


def framework_from_sheet(path: Path) -> Layer:
    """Turn a sheet into a framework's tables; the name of the framework is that of the file.

    Args:
        path: a CSV file in UTF-8, one row an indicator.

    Returns:
        The tables, as if a TOML file had been read.

    Raises:
        InputError: an unknown, repeated or missing column, a cell that is no number, an indicator without task.
    """
    try:
        rows = list(csv.reader(io.StringIO(read_text(path)), strict=True))
    except csv.Error as error:
        raise InputError("csv_invalid", file=path, detail=str(error)) from None
    if not rows or len(rows) < 2:
        raise InputError("sheet_empty", file=path)
    columns = _header(path, rows[0])
    items = [_item(path, line, dict(_cells(path, line, columns, row))) for line, row in _body(rows)]
    boards = {item["board"]: item for item in items}
    name = path.stem
    tables = {
        "name": name,
        "title": {"en": name, "zh": name},
        "source": "own",
        "board": [
            {"id": board, "title": {"en": board, "zh": board}, "origin": item["origin"], "quotation": item["quotation"]}
            for board, item in boards.items()
        ],
        "item": items,
    }
    return Layer(path, "", tables)


def _column(cell: str) -> str | None:
    text = cell.strip().casefold()
    for name, chinese in COLUMNS.items():
        if text in (name, chinese):
            return name
    return None


def _header(path: Path, cells: list[str]) -> list[str]:
    found: list[str] = []
    for cell in cells:
        column = _column(cell)
        if column is None:
            near = nearest(cell, (*COLUMNS, *COLUMNS.values()))
            raise InputError("roster_header", file=path, line=1, read=cell, nearest=near, accepted=list(COLUMNS))
        if column in found:
            raise InputError("roster_column_twice", file=path, line=1, read=cell, name=column)
        found.append(column)
    for name in NEEDED:
        if name not in found:
            raise InputError("roster_column_missing", file=path, line=1, name=name, chinese=COLUMNS[name])
    if not {"title_en", "title_zh"} & set(found):
        raise InputError("roster_column_missing", file=path, line=1, name="title_zh", chinese=COLUMNS["title_zh"])
    if not set(TASKS) & set(found):
        raise InputError("roster_column_missing", file=path, line=1, name="organise", chinese=COLUMNS["organise"])
    return found


def _body(rows: list[list[str]]) -> list[tuple[int, list[str]]]:
    return [(line, row) for line, row in enumerate(rows[1:], 2) if any(cell.strip() for cell in row)]


def _cells(path: Path, line: int, columns: list[str], row: list[str]) -> list[tuple[str, str]]:
    if len(row) > len(columns):
        raise InputError("row_problem", file=path, line=line, problem=_too_long(row, columns))
    return [(name, cell.strip()) for name, cell in zip(columns, row, strict=False) if cell.strip()]


def _too_long(row: list[str], columns: list[str]) -> Message:
    return Message("row_too_long", cells=len(row), columns=len(columns))


def _number(path: Path, line: int, name: str, cell: str) -> float:
    try:
        return float(cell)
    except ValueError:
        raise InputError("sheet_number", file=path, line=line, name=name, read=cell) from None


def _item(path: Path, line: int, cells: dict[str, str]) -> dict[str, Any]:
    """One indicator as its TOML table."""
    for name in NEEDED:
        if name not in cells:
            raise InputError("row_cell_empty", file=path, line=line, name=name, chinese=COLUMNS[name])
    title_zh = cells.get("title_zh") or cells.get("title_en")
    if title_zh is None:
        raise InputError("row_cell_empty", file=path, line=line, name="title_zh", chinese=COLUMNS["title_zh"])
    tasks = {task: _number(path, line, task, cells[task]) for task in TASKS if task in cells}
    if not any(tasks.values()):
        raise InputError("sheet_no_task", file=path, line=line, accepted=TASKS)
    veto = cells.get("veto", "").casefold()
    if veto not in (*_TRUE, *_FALSE):
        raise InputError("sheet_flag", file=path, line=line, name="veto", read=cells["veto"])
    item: dict[str, Any] = {
        "id": cells["id"],
        "title": {"en": cells.get("title_en", title_zh), "zh": title_zh},
        "board": cells.get("board", _BOARD),
        "quotation": cells["quotation"],
        "observable": cells["observable"],
        "tasks": tasks,
        "veto": veto in _TRUE,
    }
    for name, default in _DEFAULTS.items():
        item[name] = cells.get(name, default)
    item["rank"] = int(_number(path, line, "rank", str(item["rank"])))
    item |= {name: _number(path, line, name, cells[name]) for name in _NUMBERS if name in cells}
    if "target_rule" in cells:
        item["target_rule"] = cells["target_rule"]
    return item
