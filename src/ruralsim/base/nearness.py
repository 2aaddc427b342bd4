"""Memory brought closer before it is needed: no number changes, only the time that reading takes."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic, overload

#: bytes of memory that come at once
_LINE = 64


def bring_closer(table: Any, first: int, last: int) -> None:
    """Ask for rows first … last − 1 of a table, which will soon be read; in Python nothing is to be done."""


@intrinsic
def _fetch(typingctx: Any, table: Any, first: Any, last: Any) -> Any:
    from llvmlite import ir

    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        array = context.make_array(signature.args[0])(context, builder, arguments[0])
        small, whole = ir.IntType(32), ir.IntType(64)
        pointer = ir.IntType(8).as_pointer()
        start = builder.ptrtoint(array.data, whole)
        size = context.get_abi_sizeof(context.get_data_type(signature.args[0].dtype))
        begin = builder.add(start, builder.mul(arguments[1], whole(size)))
        end = builder.add(start, builder.mul(arguments[2], whole(size)))
        kind = ir.FunctionType(ir.VoidType(), [pointer, small, small, small])
        ask = cgutils.get_or_insert_function(builder.module, kind, "llvm.prefetch.p0")
        with cgutils.for_range_slice(builder, begin, end, whole(_LINE), whole) as (address, _):
            builder.call(ask, [builder.inttoptr(address, pointer), small(0), small(2), small(1)])
        return context.get_dummy_value()

    return types.void(table, types.int64, types.int64), code


@overload(bring_closer, jit_options={"error_model": "numpy"})
def _bring_closer_compiled(table, first, last):  # type: ignore[no-untyped-def]
    def asked(table, first, last):  # type: ignore[no-untyped-def]
        _fetch(table, np.int64(first), np.int64(last))  # type: ignore[call-arg]

    return asked
