"""Every notebook ships without outputs and opens with its question, its scenario and its run time."""

from __future__ import annotations

import nbformat
import pytest
from notebook import FOLDER

NAMES = sorted(path.name for path in FOLDER.glob("*.ipynb"))


def test_they_are_there() -> None:
    assert len(NAMES) >= 7


@pytest.mark.parametrize("name", NAMES)
def test_it_ships_without_outputs(name: str) -> None:
    notebook = nbformat.read(FOLDER / name, as_version=4)
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert cells
    assert all(not cell.outputs and cell.execution_count is None for cell in cells)
    opening = notebook.cells[0].source
    assert all(word in opening for word in ("**Question.**", "**Scenario.**", "**Run time.**"))
