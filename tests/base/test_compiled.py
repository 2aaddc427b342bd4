"""Machine code: reachable sources are in the cache's name, and a process in Python is its own text."""

from __future__ import annotations

import ast
from pathlib import Path

from ruralsim.base.compiled import KERNEL_LAYERS, PACKAGE, process

DECORATORS = {"rule", "vector_rule", "process", "entry", "spliced"}

#: from other layers only types come in, and a type is part of a kernel's signature
TYPES_ONLY = {"ruralsim.policy.levers": {"LEVER_DTYPE"}}


def _compiled_modules() -> list[Path]:
    """Modules that import one of the decorators."""
    found = []
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            of_compiled = isinstance(node, ast.ImportFrom) and (node.module or "").endswith("compiled")
            if of_compiled and DECORATORS & {one.name for one in node.names}:  # type: ignore[attr-defined]
                found.append(path)
    return found


def test_compiled_modules_reach_only_the_layers_in_the_cache_name() -> None:
    """A constant from another layer would be frozen into machine code that an edit there does not renew."""
    modules = _compiled_modules()
    assert len(modules) > 15
    for path in modules:
        assert path.relative_to(PACKAGE).parts[0] in KERNEL_LAYERS, path
        package = ("ruralsim", *path.relative_to(PACKAGE).parent.parts)
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.ImportFrom) or node.module == "__future__":
                continue
            above = package[: len(package) - node.level + 1] if node.level else ()
            module = ".".join((*above, node.module or "")).strip(".")
            if not module.startswith("ruralsim"):
                continue
            allowed = module.split(".")[1] in KERNEL_LAYERS
            names = {one.name for one in node.names}
            assert allowed or names <= TYPES_ONLY.get(module, set()) or _as_argument(path, names), (path, module, names)


def _as_argument(path: Path, names: set[str]) -> bool:
    """Whether imported names are used in no compiled function of a module."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    compiled = [
        node
        for node in tree.body
        if isinstance(node, ast.FunctionDef)
        and any(isinstance(d, ast.Name) and d.id in DECORATORS for d in node.decorator_list)
    ]
    used = {one.id for node in compiled for one in ast.walk(node) if isinstance(one, ast.Name)}
    return not used & names


def test_a_process_called_from_python_is_its_text() -> None:
    @process
    def next_one(x: int) -> int:
        return x + 1

    assert next_one(2) == 3
    assert next_one.py_func is next_one
