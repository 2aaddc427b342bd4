"""How a rule becomes machine code: one decorator, one cache folder.

A rule is a plain Python function. ``@rule`` leaves it one (call it, read it, test it) and lets a compiled
process call the very same source. The settings make both give the same bits: no fastmath, no contraction,
IEEE division. The machine code is cached in a folder named by a digest of the sources that compiled code can reach
(``KERNEL_LAYERS``), because Numba's own cache key does not see an edit in an imported module and would go on running
the old rule.
"""

from __future__ import annotations

import hashlib
import os
import sys
import tempfile
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

Function = TypeVar("Function", bound=Callable[..., Any])

#: villagers whose columns a loop lays side by side before it applies a rule to them (all stay in first-level cache)
TILE = 64

#: the same bits in machine code as in Python: no fastmath, no contraction, IEEE division
_OPTIONS: dict[str, Any] = {"nogil": True, "error_model": "numpy", "fastmath": False, "no_cfunc_wrapper": True}

PACKAGE = Path(__file__).resolve().parent.parent

#: layers whose functions and constants may end in machine code; a test holds the compiled modules to them
KERNEL_LAYERS = ("base", "state", "agents", "institutions", "model")


def _digest(paths: Iterable[Path]) -> str:
    digest = hashlib.sha256()
    for path in sorted(paths):
        digest.update(path.relative_to(PACKAGE).as_posix().encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


@cache
def source_digest() -> str:
    """A digest (16 hex digits) of every Python source of the package: the version of the rules."""
    return _digest(PACKAGE.rglob("*.py"))


@cache
def kernel_digest() -> str:
    """A digest (16 hex digits) of the sources that compiled code can reach."""
    return _digest(path for layer in KERNEL_LAYERS for path in (PACKAGE / layer).rglob("*.py"))


@cache
def cache_folder() -> Path:
    """Where machine code is kept: under ``RURALSIM_CACHE`` or the user's cache folder, one folder per digest."""
    root = os.environ.get("RURALSIM_CACHE")
    if root is None:
        home = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
        root = str(Path(home) / "ruralsim")
    name = os.environ.get("RURALSIM_KERNELS", kernel_digest())  # a fixed name: for work on other files than the rules
    folder = Path(root) / f"kernels-{name}-py{sys.version_info[0]}{sys.version_info[1]}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:  # a read-only home: compile into a temporary folder rather than not at all
        folder = Path(tempfile.gettempdir()) / f"ruralsim-{os.getuid()}" / folder.name
        folder.mkdir(parents=True, exist_ok=True)
    return folder


def rule(function: Function) -> Function:
    """Mark a scalar function as callable from compiled processes; in Python it stays as written."""
    from numba.extending import register_jitable

    registered: Function = register_jitable(**_OPTIONS, no_cpython_wrapper=True)(function)
    return registered


def vector_rule(function: Function) -> Function:
    """A rule that is asked for every villager every month: its text is put into the loop that calls it, which the
    compiler can then turn into vector code (several villagers at a time). In Python it stays as written."""
    from numba.extending import register_jitable

    registered: Function = register_jitable(**_OPTIONS, no_cpython_wrapper=True, forceinline=True)(function)
    return registered


def process(function: Function) -> Function:
    """A process (a loop over villages or villagers), compiled where an entry calls it; ``.py_func`` is the text.

    Python that calls it runs the text: what is wanted by compiled code alone needs no way in and no place in the cache,
    since an :func:`entry` keeps the machine code of all it calls.
    """
    registered = rule(function)
    registered.py_func = function  # type: ignore[attr-defined]
    return registered


def entry(function: Function) -> Function:
    """A process that Python calls: compiled on first use and kept in the cache; ``.py_func`` is the Python text."""
    import numba

    numba.config.CACHE_DIR = str(cache_folder())  # type: ignore[attr-defined]  # set by name at its import
    return _any_number(numba.njit(**_OPTIONS, cache=True)(function))


def spliced(function: Function) -> Function:
    """A process that says in which order others follow: its text is put into its one caller, not compiled apart."""
    import numba

    placed: Function = numba.njit(**_OPTIONS, inline="always")(function)
    return placed


def _any_number(compiled: Any) -> Any:
    """Let a call with a literal number be a call with a number: compiled once, not once for each literal."""
    from numba.core.types import unliteral

    template = compiled.get_call_template

    def plain(args: Any, kwargs: Any) -> Any:
        return template(tuple(unliteral(arg) for arg in args), {name: unliteral(arg) for name, arg in kwargs.items()})

    compiled.get_call_template = plain
    return compiled
