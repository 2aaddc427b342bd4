"""Notebooks 05, 07 and 08 run from top to bottom, ship without outputs, and say what they promise."""

from __future__ import annotations

import os
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

FOLDER = Path(__file__).parents[2] / "notebooks"
SAID = {
    "05-phase-strategies.ipynb": ("regret", "luck and parameters", "as-written"),
    "07-your-own-rule-instrument-framework.ipynb": ("with the rule of one's own", "columns:", "reading_room"),
    "08-publishing-a-result.ipynb": ("Verified, bit for bit.", "outcomes.mean_trust differs in 1 rows", "Not verified"),
}


@pytest.mark.parametrize("name", SAID)
def test_it_ships_without_outputs(name: str) -> None:
    notebook = nbformat.read(FOLDER / name, as_version=4)
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert cells
    assert all(not cell.outputs and cell.execution_count is None for cell in cells)
    opening = notebook.cells[0].source
    assert all(word in opening for word in ("**Question.**", "**Scenario.**", "**Run time.**"))


@pytest.mark.slow
@pytest.mark.parametrize("name", SAID)
def test_it_runs_and_shows_what_it_says(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MPLBACKEND", "module://matplotlib_inline.backend_inline")
    monkeypatch.setenv("IPYTHONDIR", os.fspath(tmp_path))
    notebook = nbformat.read(FOLDER / name, as_version=4)
    NotebookClient(notebook, timeout=300, kernel_name="python3", resources={"metadata": {"path": tmp_path}}).execute()
    shown = [output for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs]
    text = "".join(str(output.get("text", "")) for output in shown)
    assert all(one in text for one in SAID[name]), text
