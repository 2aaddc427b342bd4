"""The fourth notebook runs from top to bottom and shows what it says."""

from __future__ import annotations

from pathlib import Path

import pytest
from notebook import executed


@pytest.mark.slow
def test_it_runs_and_shows_what_it_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text, pictures = executed("04-choosing-indicators.ipynb", tmp_path, monkeypatch)
    assert "best number where they are free: 60 of 60" in text
    assert "points of 100 above the truth" in text
    assert "synthesised" in text
    assert pictures == 2
