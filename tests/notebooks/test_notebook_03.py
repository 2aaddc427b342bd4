"""The third notebook runs from top to bottom, ships without outputs, and shows theory beside simulation."""

from __future__ import annotations

import os
import re
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

NOTEBOOK = Path(__file__).parents[2] / "notebooks" / "03-the-pivot.ipynb"


def test_it_ships_without_outputs() -> None:
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert cells
    assert all(not cell.outputs and cell.execution_count is None for cell in cells)
    opening = notebook.cells[0].source
    assert all(word in opening for word in ("**Question.**", "**Scenario.**", "**Run time.**"))


@pytest.mark.slow
def test_it_runs_and_shows_what_it_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MPLBACKEND", "module://matplotlib_inline.backend_inline")
    monkeypatch.setenv("IPYTHONDIR", os.fspath(tmp_path))
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    NotebookClient(notebook, timeout=400, kernel_name="python3", resources={"metadata": {"path": tmp_path}}).execute()
    shown = [output for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs]
    text = "".join(str(output.get("text", "")) for output in shown)
    errors = [float(one) for one in re.findall(r"error of the potential ([\d.]+)", text)]
    assert len(errors) == 3
    assert errors[2] < errors[0], "more people, less error"
    assert "pivot share" in text
    assert "stable True and True" in text
    assert "folds along the strength of peers: 0" in text
    assert sum("image/png" in output.get("data", {}) for output in shown) == 2
