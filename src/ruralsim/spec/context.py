"""Reading ``[context]``: numbers and series that come from outside the county."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

from ruralsim.base.calendar import Month
from ruralsim.base.errors import InputError, Message, RuralsimError, nearest
from ruralsim.spec.files import path_inside, read_text
from ruralsim.spec.layers import Layers
from ruralsim.spec.reader import Table
from ruralsim.spec.scenario import Context, Series
from ruralsim.spec.units import quantity, shown_value

CONTEXT_UNITS: dict[str, str] = {
    "outside_wage": "yuan/month",
    "local_wage": "yuan/month",
    "farm_price": "1",
    "yield_index": "1",
    "product_price": "1",
    "county_revenue_growth": "1/year",
    "natural_shock": "1/year",
}
"""Keys of ``[context]`` and their units; an index is 1 at the base level."""

_LIMITS: dict[str, tuple[float, float]] = {
    "outside_wage": (1, 1e6),
    "local_wage": (1, 1e6),
    "farm_price": (0.01, 100),
    "yield_index": (0.01, 100),
    "product_price": (0.01, 100),
    "county_revenue_growth": (-0.5, 1),
    "natural_shock": (0, 1),
}
_YEAR = re.compile(r"\d{4}")
_SERIES_KEYS = ("yearly", "monthly", "file", "column")


def read_context(layers: Layers, start: Month, months: int) -> tuple[Context, list[Message]]:
    """Read ``[context]``.

    Args:
        layers: the merged scenario.
        start: first simulated month.
        months: horizon.

    Returns:
        The context, and notices where a series ends before the run does.

    Raises:
        InputError: an unknown key, a value that is no number, or a file that does not cover the start.
    """
    table = Table(layers, ("context",), layers.tables.get("context", {}), CONTEXT_UNITS)
    found: dict[str, Series] = {}
    notices = []
    for key in CONTEXT_UNITS:
        if not table.has(key):
            continue
        series = _series(table, key, start)
        covered = series.covered_months()
        if covered is not None and covered < months:
            notices.append(Message("notice_series_held", key=f"context.{key}", month=str(start + covered)))
        found[key] = series
    return Context(found), notices


def _series(table: Table, key: str, start: Month) -> Series:
    value = table.values[key]
    if isinstance(value, list):
        raise table.error(key, "series_list", series=key)
    if not isinstance(value, dict):
        return Series("constant", (table.amount(key, CONTEXT_UNITS[key], *_LIMITS[key]),))
    inner = table.table(key, _SERIES_KEYS)
    given = [kind for kind in ("yearly", "monthly", "file") if inner.has(kind)]
    if len(given) != 1 or (inner.has("column") and given != ["file"]):
        raise table.error(key, "series_kind", read=", ".join(inner.values) or "{}")
    if given == ["file"]:
        return _from_file(inner, key, start)
    return Series(given[0], _listed(inner, given[0], key))


def _listed(inner: Table, kind: str, key: str) -> tuple[float, ...]:
    values = inner.values[kind]
    if not isinstance(values, list) or not values:
        raise inner.error(kind, "series_not_list", read=shown_value(values))
    place = inner.layers.place
    found = []
    for index, value in enumerate(values):
        try:
            found.append(_within_limits(value, key))
        except RuralsimError as error:
            raise error.at(**place((*inner.key, kind, index))) from None
    return tuple(found)


def _within_limits(value: object, key: str) -> float:
    unit = CONTEXT_UNITS[key]
    low, high = _LIMITS[key]
    number = quantity(value, unit)
    if not low <= number <= high:
        shown = "" if unit == "1" else " " + unit
        raise InputError("outside_limits", read=shown_value(value), low=low, high=high, unit=shown)
    return number


def file_beside(table: Table, name: str, value: str) -> Path:
    """Return the file that a key names: beside its scenario, or, from the command line, where the user stands."""
    key = (*table.key, name)
    if table.layers.changed(key):
        return Path(value)
    try:
        return path_inside(table.layers.layer_of(key).path.parent, value)
    except RuralsimError as error:
        raise table.located(name, error) from None


def _from_file(inner: Table, key: str, start: Month) -> Series:
    """Read a column of a CSV file that has a column ``month`` (2021-01) or ``year`` (2021)."""
    path = file_beside(inner, "file", inner.text("file"))
    column = inner.text("column") if inner.has("column") else key
    try:
        rows = [row for row in csv.reader(io.StringIO(read_text(path), newline=""), strict=True) if any(row)]
    except csv.Error as error:
        raise InputError("csv_invalid", file=path, detail=str(error)) from None
    header = [cell.strip() for cell in rows[0]] if rows else []
    time = next((name for name in ("month", "year") if name in header), None)
    if time is None or column not in header:
        missing = column if time else "month"
        near = nearest(missing, header)
        raise InputError("series_column", file=path, line=1, name=missing, nearest=near, accepted=header)
    if len(rows) == 1:
        raise InputError("series_file_empty", file=path)
    values = _by_month(path, rows[1:], header.index(time), header.index(column), key)
    if start not in values:
        raise InputError("series_start", file=path, start=str(start), first=str(min(values)), last=str(max(values)))
    month, found = start, []
    while month in values:
        found.append(values[month])
        month = month + 1
    return Series("monthly", tuple(found))


def _by_month(path: Path, rows: list[list[str]], time: int, column: int, key: str) -> dict[Month, float]:
    values: dict[Month, float] = {}
    last: Month | None = None
    for line, row in enumerate(rows, start=2):
        try:
            written, cell = row[time].strip(), row[column].strip()
            span = 12 if _YEAR.fullmatch(written) else 1
            month = Month(int(written), 1) if span == 12 else Month.parse(written)
            number = _within_limits(cell, key)
        except (IndexError, ValueError):
            raise InputError("series_row", file=path, line=line, read=",".join(row)[:80]) from None
        except RuralsimError as error:
            raise error.at(file=path, line=line, key=key) from None
        if last is not None and month != last:
            raise InputError("series_order", file=path, line=line, read=written, expected=str(last))
        values.update((month + ahead, number) for ahead in range(span))
        last = month + span
    return values
