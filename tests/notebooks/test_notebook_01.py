"""The first notebook runs from top to bottom and draws its figure."""

from __future__ import annotations

from pathlib import Path

import pytest
from notebook import executed


@pytest.mark.slow
def test_it_runs_and_shows_what_it_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text, pictures = executed("01-a-first-village.ipynb", tmp_path, monkeypatch)
    assert "every villager and every fen agree after 24 months" in text
    assert "Follower replaces chance_to_join" in text
    assert "chance 0." in text
    assert pictures
