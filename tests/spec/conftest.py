"""A vocabulary of its own, so that reading scenarios is tested apart from the policy data."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from small_scenario import BASE, Load

from ruralsim.spec.load import load_scenario
from ruralsim.spec.parameters import Parameter
from ruralsim.spec.scenario import Scenario
from ruralsim.spec.vocabulary import Vocabulary


@pytest.fixture
def vocabulary() -> Vocabulary:
    trust = Parameter("trust_dividend", 0.01, "1/month", 0.0, 0.03, "assumed", "assumed", "gain", "增益")
    return Vocabulary(
        instruments=("training", "mediation"),
        frameworks={"one": ("a", "b"), "two": ("c",)},
        regimes={"inspected": {"pressure": (0.0, 1.0), "hardening": None}, "points": ("points",)},
        parameters={"trust_dividend": trust},
    )


@pytest.fixture
def load(tmp_path: Path, vocabulary: Vocabulary, monkeypatch: pytest.MonkeyPatch) -> Load:
    """Write files and load one: ``load("x.toml", x=..., other=...)``; the base lies there as ``base.toml``."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "base.toml").write_text(BASE, encoding="utf-8")

    def read(name: str, overrides: Sequence[str] = (), **texts: str) -> Scenario:
        for stem, text in texts.items():
            suffix = "" if stem.endswith("_csv") else ".toml"
            (tmp_path / (stem.replace("_csv", ".csv") + suffix)).write_text(text, encoding="utf-8")
        return load_scenario(tmp_path / name, vocabulary=vocabulary, overrides=overrides)

    return read
