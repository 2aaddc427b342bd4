"""ruralsim why: every kind of name is explained in both languages; what is misspelt or foreign finds its name."""

from __future__ import annotations

import json

import pytest

from ruralsim.base.errors import catalogue
from ruralsim.view.cli import run
from ruralsim.view.commands.why import KINDS

CASES = {
    "dingyuan": ("package", {"en": "sunshine_affairs 0.8", "zh": "深化农村社区治理"}),
    "trust_dividend": ("parameter", {"en": "assumed", "zh": "假定"}),
    "migrant_wage": ("parameter", {"en": "MIG-006", "zh": "有证据"}),
    "dormant_assets": ("instrument", {"en": "activation 0.6", "zh": "盘活闲置资产速度的提高"}),
    "seed_grant": ("instrument", {"en": "cash grants", "zh": "现金扶持"}),
    "dividends": ("indicator", {"en": "Dividends are really paid", "zh": "落实分红"}),
    "pengzhou": ("framework", {"en": "Guidance indicators", "zh": "指导指标体系"}),
    "inspected": ("regime", {"en": "Inspection", "zh": "检查考核"}),
    "trust": ("column", {"en": "trust in the village", "zh": "villagers"}),
    "outside_wage": ("context", {"en": "yuan", "zh": "外"}),
}


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("name", CASES)
def test_every_kind_is_explained(name: str, lang: str, capsys: pytest.CaptureFixture[str]) -> None:
    kind, words = CASES[name]
    assert run(["why", name, "--lang", lang]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    assert catalogue(lang)[f"kind_{kind}"] in out
    assert words[lang] in out
    assert "why_" not in out


def test_the_cases_hold_every_kind() -> None:
    kinds = {entry["kind"] for read in KINDS for entry in read("en")}
    assert {kind for kind, _ in CASES.values()} == kinds - {"setting"}


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_name_can_be_asked_for(lang: str) -> None:
    for read in KINDS:
        for entry in read(lang):
            assert entry["name"]
            assert entry["meaning"], entry["name"]


@pytest.mark.parametrize(
    ("read", "lang", "words"),
    [
        ("trust_dividen", "en", "Did you mean 'trust_dividend'?"),
        ("seed_grnat", "zh", "seed_grant"),
        ("分红", "zh", "dividend_commitment"),
        ("zzzzzz", "en", "Nothing here is named 'zzzzzz'. See 'ruralsim list'."),
    ],
)
def test_other_names_are_told_apart(read: str, lang: str, words: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["why", read, "--lang", lang]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert words in err


def test_programs_read_plain_values(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["why", "trust_dividend", "--json", "--lang", "zh"]) == 0
    (entry,) = json.loads(capsys.readouterr().out)["found"]
    assert (entry["grade"], entry["source"]) == ("assumed", "assumed")
