"""Notebooks as tests see them: found, opened, run from top to bottom."""

from __future__ import annotations

import os
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

FOLDER = Path(__file__).parents[1] / "notebooks"


def executed(name: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[str, int]:
    """Run a notebook in a folder of its own and return what it printed or showed as text, and how many pictures."""
    monkeypatch.setenv("MPLBACKEND", "module://matplotlib_inline.backend_inline")
    monkeypatch.setenv("IPYTHONDIR", os.fspath(folder))
    notebook = nbformat.read(FOLDER / name, as_version=4)
    NotebookClient(notebook, timeout=400, kernel_name="python3", resources={"metadata": {"path": folder}}).execute()
    shown = [output for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs]
    text = "".join(str(one.get("text", "")) + str(one.get("data", {}).get("text/plain", "")) for one in shown)
    return text, sum("image/png" in one.get("data", {}) for one in shown)
