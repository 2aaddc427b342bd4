"""A row of a table as an object: reading an attribute reads the column, writing it writes the column.

A row is a ``ctypes`` structure laid over the memory of the table itself, nothing is copied. A float32 column is read
widened to a Python float and rounded once on store; integers come and go as Python integers. So plain Python text on
rows computes exactly what a compiled process computes on the same columns.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from functools import cache
from operator import attrgetter
from typing import Any, TypeVar, cast

import numpy as np

from ruralsim.base.errors import InputError
from ruralsim.state.columns import REGISTRY, Column

_C_TYPES = {
    "u1": ctypes.c_uint8,
    "u2": ctypes.c_uint16,
    "u4": ctypes.c_uint32,
    "i4": ctypes.c_int32,
    "i8": ctypes.c_int64,
    "f4": ctypes.c_float,
    "f8": ctypes.c_double,
}

AnyClass = TypeVar("AnyClass", bound=type)


@cache
def row_type(dtype: np.dtype) -> type[ctypes.Structure]:
    """The structure that lies over one record of a structured type.

    Args:
        dtype: aligned structured NumPy type with plain numeric fields.

    Raises:
        TypeError: the two layouts differ (a slip of ours: the type is not aligned).
    """
    fields = [(name, _C_TYPES[dtype[name].str[1:]]) for name in dtype.names or ()]
    kind = type("Row", (ctypes.Structure,), {"_fields_": fields})
    offsets = [getattr(kind, name).offset for name in dtype.names or ()]
    declared = [dtype.fields[name][1] for name in dtype.names or ()] if dtype.fields else []
    if offsets != declared or ctypes.sizeof(kind) != dtype.itemsize:
        raise TypeError(f"layout of {dtype} is not that of the machine")
    return kind


def row_at(table: np.ndarray, index: int) -> Any:
    """Row ``index`` of a one-dimensional, contiguous table."""
    memory: Any = table
    return row_type(table.dtype).from_buffer(memory, index * table.itemsize)


def rows_of(table: np.ndarray, first: int, last: int) -> list[Any]:
    """Rows ``first`` … ``last`` − 1 of a table."""
    kind, size, memory = row_type(table.dtype), table.itemsize, cast(Any, table)
    return [kind.from_buffer(memory, index * size) for index in range(first, last)]


def _writer(column: Column) -> Callable[[Any, Any], None]:
    low = -float("inf") if column.low is None else column.low
    high = float("inf") if column.high is None else column.high

    def write(self: Any, value: Any) -> None:
        if not low <= value <= high:
            accepted = f"{'' if column.low is None else column.low} … {'' if column.high is None else column.high}"
            raise InputError(
                "window_value", key=f"{column.table}.{column.name}", read=value, unit=column.unit, bounds=accepted
            )
        setattr(self.row, column.name, value)

    return write


def columns_as_properties(table: str) -> Callable[[AnyClass], AnyClass]:
    """Class decorator: every column of ``table`` becomes a property of the window (kept in ``self.row``).

    Writing a value outside the bounds of the registry raises :class:`~ruralsim.base.errors.InputError`.
    """

    def add(window: AnyClass) -> AnyClass:
        for column in REGISTRY[table]:
            doc = f"{column.meaning} ({column.unit})"
            setattr(window, column.name, property(attrgetter(f"row.{column.name}"), _writer(column), doc=doc))
        return window

    return add
