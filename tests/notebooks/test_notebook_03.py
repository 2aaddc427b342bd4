"""The third notebook runs from top to bottom and shows theory beside simulation."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from notebook import executed


@pytest.mark.slow
def test_it_runs_and_shows_what_it_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text, pictures = executed("03-the-pivot.ipynb", tmp_path, monkeypatch)
    errors = [float(one) for one in re.findall(r"error of the potential ([\d.]+)", text)]
    assert len(errors) == 3
    assert errors[2] < errors[0], "more people, less error"
    assert "pivot share" in text
    assert "stable True and True" in text
    assert "folds along the strength of peers: 0" in text
    assert pictures == 2
