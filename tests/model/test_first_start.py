"""The first start: the month that another process compiles is the month that a county calls."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from ledger_county import build

from ruralsim.model import first_start
from ruralsim.model.month import advance


def test_the_month_compiled_beside_is_the_month_of_a_county() -> None:
    """One signature for both; another would be compiled in vain, and the county's own compiled after it."""
    build().advance(1)
    before = len(advance.signatures)
    first_start.compile_month()
    assert len(advance.signatures) == before


class _Other:
    """A process that notes what it was started with and is done at once."""

    started: list[list[str]]

    def __init__(self, command: list[str], **_: Any) -> None:
        self.started.append(command)

    def wait(self) -> int:
        return 0


@pytest.fixture
def started(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    monkeypatch.setattr(first_start, "cache_folder", lambda: tmp_path)
    monkeypatch.setattr(first_start, "_cores", lambda: 2)
    monkeypatch.setattr(first_start.subprocess, "Popen", _Other)
    monkeypatch.setattr(_Other, "started", [], raising=False)
    return _Other.started


def test_one_process_compiles_and_its_claim_ends_with_it(started: list[list[str]], tmp_path: Path) -> None:
    first_start.compile_beside()
    first_start.compile_beside()
    assert len(started) == 1
    assert list(tmp_path.iterdir())
    first_start.wait_for_month()
    assert not list(tmp_path.iterdir())


def test_another_process_that_is_at_it_is_left_alone(started: list[list[str]], tmp_path: Path) -> None:
    (tmp_path / "month-is-being-compiled").touch()
    first_start.compile_beside()
    assert not started


def test_nothing_starts_where_the_month_is_in_the_cache(started: list[list[str]], tmp_path: Path) -> None:
    (tmp_path / "model").mkdir()
    (tmp_path / "model" / "month.advance-9.py311.nbi").touch()
    first_start.compile_beside()
    assert not started


def test_one_core_compiles_by_itself(started: list[list[str]], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(first_start, "_cores", lambda: 1)
    first_start.compile_beside()
    assert not started
