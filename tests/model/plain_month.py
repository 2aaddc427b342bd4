"""The month as plain Python: the sources of the processes, read as text, with nothing compiled.

Two uses: the compiled month must give the same bits, and a statement can be taken out of the text (a ledger line, or
the change of state beside it) to see whether the audit notices. The modules made here live apart from the package.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path
from types import CodeType
from typing import Any

import numpy as np

import ruralsim.model as package

#: in the order of their imports
MODULES = (
    "booking",
    "desks",
    "village_loop",
    "register_loop",
    "neighbours_loop",
    "moving_loop",
    "participation_loop",
    "cadres_loop",
    "payments_loop",
    "enterprise_loop",
    "households_loop",
    "troubles_loop",
    "minds_loop",
    "sorting_loop",
    "books_loop",
    "office_loop",
    "rival_loop",
    "month",
)
_FOLDER = Path(package.__file__).parent


@cache
def source_tree(module: str) -> ast.Module:
    """The syntax tree of a module of ``ruralsim.model``, without its decorators. Shared: copy before changing it."""
    tree = ast.parse((_FOLDER / f"{module}.py").read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            node.decorator_list = [
                d
                for d in node.decorator_list
                if not (isinstance(d, ast.Name) and d.id in ("entry", "process", "rule", "spliced", "vector_rule"))
            ]
    return tree


@cache
def _code(module: str) -> CodeType:
    return _compiled(module, source_tree(module))


def _compiled(module: str, tree: ast.Module) -> CodeType:
    """Byte code in which names from sister modules are given rather than imported."""
    kept = []
    for node in tree.body:
        if isinstance(node, ast.ImportFrom) and _sister(node) is not None:
            continue
        kept.append(node)
    return compile(ast.Module(kept, []), f"plain {module}", "exec")


def _sister(node: ast.ImportFrom) -> str | None:
    name = node.module or ""
    if node.level == 0 and name.startswith("ruralsim.model."):
        name = name.removeprefix("ruralsim.model.")
    elif node.level != 1:
        return None
    return name if name in MODULES else None


def load(changed: str | None = None, tree: ast.Module | None = None) -> dict[str, dict[str, Any]]:
    """Run all modules of the month from their text; one of them may be replaced by a changed tree.

    Returns:
        The namespaces by module; ``["month"]["advance"]`` is the month as the county calls it, on :class:`Rows`.
    """
    spaces: dict[str, dict[str, Any]] = {}
    for module in MODULES:
        space: dict[str, Any] = {"__name__": f"ruralsim.model.{module}", "__package__": "ruralsim.model"}
        for node in source_tree(module).body:
            if isinstance(node, ast.ImportFrom) and (sister := _sister(node)) is not None:
                for alias in node.names:
                    space[alias.asname or alias.name] = spaces[sister][alias.name]
        exec(_compiled(module, tree) if module == changed and tree is not None else _code(module), space)
        for name, value in space.items():
            if hasattr(value, "py_func"):  # a compiled helper from a lower layer: its Python text
                space[name] = value.py_func
        if module == "desks":  # a table made on the way is rows, too
            space["empty_desks"] = _as_rows(space["empty_desks"])
        spaces[module] = space
    return spaces


def _as_rows(make: Callable[[int], np.ndarray]) -> Callable[[int], Rows]:
    return lambda count: Rows(make(count))


class Rows:
    """A structured array as rows with attributes that are plain Python numbers; of two dimensions, as rows of rows.

    Reading widens (a float32 becomes the same Python float), storing rounds, as in compiled code. A column of several
    places (a desk's) is read as NumPy array.
    """

    def __init__(self, table: np.ndarray) -> None:
        self.shape = table.shape
        self._table = table
        self._slices: dict[tuple[int, int], Rows] = {}
        self._rows: list[Any]
        if table.ndim == 2:
            self._rows = [Rows(line) for line in table]
        else:
            columns = [
                table[name] if table.dtype[name].subdtype else memoryview(table[name]) for name in table.dtype.names
            ]
            self._rows = [_row_type(table.dtype)(columns, i) for i in range(table.shape[0])]

    def __getitem__(self, i: Any) -> Any:
        if isinstance(i, slice):
            place = int(i.start or 0), self.shape[0] if i.stop is None else int(i.stop)
            if place not in self._slices:
                self._slices[place] = Rows(self._table[i])
            return self._slices[place]
        return self._rows[i]


@cache
def _row_type(dtype: np.dtype) -> type:
    def row_init(self: Any, columns: list[memoryview], i: int) -> None:
        self.columns = columns
        self.i = i

    def column(k: int, whole: bool) -> property:
        def read(self: Any) -> Any:
            return self.columns[k][self.i]

        def store(self: Any, value: Any) -> None:
            self.columns[k][self.i] = int(value) if whole else float(value)

        return property(read, store)

    fields = {name: column(k, np.issubdtype(dtype[name], np.integer)) for k, name in enumerate(dtype.names or ())}
    return type("Row", (), {"__slots__": ("columns", "i"), "__init__": row_init, **fields})


def plain_advance(spaces: dict[str, dict[str, Any]]) -> Callable[..., None]:
    """``advance`` for a county, on its own arrays, in plain Python."""
    text = spaces["month"]["advance"]

    def advance(*arguments: Any) -> None:
        with np.errstate(over="ignore"):  # the dice multiply 32-bit words and wrap around, as compiled integers do
            text(*(Rows(one) if _is_table(one) else one for one in arguments))

    return advance


def _is_table(one: Any) -> bool:
    return isinstance(one, np.ndarray) and one.dtype.names is not None


def statements(module: str) -> Iterable[tuple[ast.FunctionDef, list[ast.stmt], ast.stmt]]:
    """Every statement of a module's functions with its function and the block it stands in."""
    for function in source_tree(module).body:
        if isinstance(function, ast.FunctionDef):
            for node in ast.walk(function):
                for field in ("body", "orelse", "finalbody"):
                    block = getattr(node, field, None)
                    if isinstance(block, list):
                        for one in block:
                            yield function, block, one
