"""Two sets of tables, number by number: which differ, where first, and by how much at most."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from ruralsim.base.errors import InputError

#: a relative difference that another processor's arithmetic may explain, and a changed number may not
TOLERANCE = 1e-9
_KEYS = ("draw", "replicate", "month", "year", "village", "policy", "tier", "indicator", "instrument", "flow", "sector",
         "driver", "grouping", "group")  # fmt: skip


@dataclass(frozen=True)
class Difference:
    """What differs in one column of a table.

    Args:
        table, column: names; column is empty where the tables have not the same rows or columns.
        numbers: how many differ.
        first: where the first of them stands: names and values of the key columns.
        bundle, again: what the bundle says there, and what running again gave.
        worst: largest relative difference; infinite where it is no number.
    """

    table: str
    column: str
    numbers: int
    first: Mapping[str, Any] = field(default_factory=dict)
    bundle: Any = None
    again: Any = None
    worst: float = np.inf


@dataclass(frozen=True)
class Compared:
    """How much was compared, and what differs."""

    tables: int
    numbers: int
    differences: tuple[Difference, ...]

    @property
    def worst(self) -> float:
        """The largest relative difference; 0 where all bits agree."""
        return max((one.worst for one in self.differences), default=0.0)


@contextmanager
def readable(path: Path) -> Iterator[None]:
    """Reading of a table from a stranger: whatever is wrong with it is said as one message.

    Raises:
        InputError: the file is no table, or has not the columns that are read inside.
    """
    import pyarrow as pa

    try:
        yield
    except (pa.ArrowException, KeyError, OSError, TypeError, ValueError) as error:
        detail = " ".join(str(error).split())[:120]
        raise InputError("verify_no_table", file=path.name, detail=detail) from None


def compare_tables(bundle: Path, again: Path, names: tuple[str, ...], only: Mapping[str, int]) -> Compared:
    """Compare Parquet tables of two directories.

    Args:
        bundle, again: directories; rows are in the same order in both.
        names: file names.
        only: keep rows of the first directory whose column has this value, where the table has that column.
    """
    found: list[Difference] = []
    numbers = 0
    for name in names:
        count, differences = _compare(bundle / name, again / name, name.removesuffix(".parquet"), only)
        numbers += count
        found += differences
    return Compared(len(names), numbers, tuple(found))


def _compare(bundle: Path, again: Path, table: str, only: Mapping[str, int]) -> tuple[int, list[Difference]]:
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    with readable(bundle):
        one = pq.read_table(bundle)
        for column, value in only.items():
            if column in one.column_names:
                one = one.filter(pc.equal(one[column], value))
    if not again.exists():
        return 0, [Difference(table, "", one.num_rows)]
    other = pq.read_table(again)
    if one.column_names != other.column_names or one.num_rows != other.num_rows:
        return 0, [Difference(table, "", abs(one.num_rows - other.num_rows), bundle=one.num_rows, again=other.num_rows)]
    keys = [name for name in _KEYS if name in one.column_names]
    differences = []
    for name in one.column_names:
        unlike, worst = _unlike(one[name], other[name])
        places = np.flatnonzero(unlike)
        if places.size:
            row = int(places[0])
            where = {key: one[key][row].as_py() for key in keys if key != name}
            values = (one[name][row].as_py(), other[name][row].as_py())
            differences.append(Difference(table, name, int(places.size), where, *values, worst))
    return one.num_rows * one.num_columns, differences


def _unlike(one: Any, other: Any) -> tuple[np.ndarray, float]:
    """Which values differ in any bit, and by how much at most, relative to the larger of the two."""
    import pyarrow as pa

    if pa.types.is_floating(one.type) and pa.types.is_floating(other.type):
        a, b = (np.asarray(x.to_numpy(zero_copy_only=False), np.float64) for x in (one, other))
        unlike = (a.view(np.int64) != b.view(np.int64)) & ~(np.isnan(a) & np.isnan(b))
        if not unlike.any():
            return unlike, 0.0
        a, b = a[unlike], b[unlike]
        with np.errstate(invalid="ignore", divide="ignore"):
            relative = np.abs(a - b) / np.maximum(np.abs(a), np.abs(b))
        # two zeros of unlike sign are the same number
        relative = np.where(a == b, 0.0, np.where(np.isfinite(relative), relative, np.inf))
        return unlike, float(relative.max())
    a, b = (np.array(x.to_pylist(), dtype=object) for x in (one, other))
    unlike = np.asarray(a != b, dtype=bool)
    return unlike, np.inf if unlike.any() else 0.0
