"""Notebooks 05, 07 and 08 run from top to bottom and say what they promise."""

from __future__ import annotations

from pathlib import Path

import pytest
from notebook import executed

SAID = {
    "05-phase-strategies.ipynb": ("regret", "luck and parameters", "as-written"),
    "07-your-own-rule-instrument-framework.ipynb": ("with the rule of one's own", "columns:", "reading_room"),
    "08-publishing-a-result.ipynb": ("Verified, bit for bit.", "outcomes.mean_trust differs in 1 rows", "Not verified"),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", SAID)
def test_it_runs_and_shows_what_it_says(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text, _ = executed(name, tmp_path, monkeypatch)
    assert all(one in text for one in SAID[name]), text
