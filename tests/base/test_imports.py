"""Layers hold, and asking for the package costs nothing that is not used."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
HEAVY = ("numba", "mesa", "pandas", "pint", "pyarrow", "numpy", "scipy", "rich", "matplotlib", "networkx", "sympy")


def _loaded(statement: str) -> set[str]:
    code = f"{statement}\nimport sys\nprint(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return {name.split(".")[0] for name in done.stdout.split()}


def test_importing_the_package_loads_nothing_heavy() -> None:
    assert _loaded("import ruralsim") & set(HEAVY) == set()


def test_the_command_line_loads_nothing_heavy() -> None:
    assert _loaded("import ruralsim.view.cli") & {"numba", "mesa", "pandas", "pint", "pyarrow", "matplotlib"} == set()


def test_a_run_of_compiled_columns_loads_no_mesa() -> None:
    assert _loaded("import ruralsim.model.county, ruralsim.model.month") & {"mesa", "networkx", "pandas"} == set()


def test_imports_point_down_the_layers() -> None:
    command = shutil.which("lint-imports", path=str(Path(sys.executable).parent)) or shutil.which("lint-imports")
    if command is None:
        pytest.fail("lint-imports is not installed: pip install -e '.[test]'")
    done = subprocess.run([command, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
