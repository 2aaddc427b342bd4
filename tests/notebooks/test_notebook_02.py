"""The second notebook runs from top to bottom, ships without outputs, and its books balance."""

from __future__ import annotations

import os
import re
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

NOTEBOOK = Path(__file__).parents[2] / "notebooks" / "02-a-county-and-its-ledgers.ipynb"


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
    NotebookClient(notebook, timeout=300, kernel_name="python3", resources={"metadata": {"path": tmp_path}}).execute()
    shown = [output for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs]
    text = "".join(str(output.get("text", "")) + str(output.get("data", {}).get("text/plain", "")) for output in shown)
    assert "24 villages, 9600 registered adults, 48 months" in text
    assert "unexplained fen, all villages, months and sectors: 0" in text
    (potential,) = re.findall(r"'policy': (\S+), 'no policy': (\S+), 'added': ([\d.e-]+)", text)
    with_policy, without, added = map(float, potential)
    assert with_policy - without == pytest.approx(added, abs=2e-4)
    assert "membership member" in text
    assert any("image/png" in output.get("data", {}) for output in shown)
