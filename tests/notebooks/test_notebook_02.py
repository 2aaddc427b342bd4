"""The second notebook runs from top to bottom, and its books balance."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from notebook import executed


@pytest.mark.slow
def test_it_runs_and_shows_what_it_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text, pictures = executed("02-a-county-and-its-ledgers.ipynb", tmp_path, monkeypatch)
    assert "24 villages, 9600 registered adults, 48 months" in text
    assert "unexplained fen, all villages, months and sectors: 0" in text
    (potential,) = re.findall(r"'policy': (\S+), 'no policy': (\S+), 'added': ([\d.e-]+)", text)
    with_policy, without, added = map(float, potential)
    assert with_policy - without == pytest.approx(added, abs=2e-4)
    assert "membership member" in text
    assert pictures
