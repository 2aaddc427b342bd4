"""The scorecard that ships is that of these rules, and a run says where it does not hold."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

from ruralsim.analysis.validation import load_criteria
from ruralsim.analysis.validation.shipped import rules_digest, scorecard_for, shipped_scorecard, text_of
from ruralsim.model.run import load_scenario
from ruralsim.spec.scenario import Override


def test_it_was_made_with_these_rules() -> None:
    assert shipped_scorecard()["rules"] == rules_digest(), "rules or data have changed: run 'make golden'"


def test_it_scores_every_target_and_pattern_in_force() -> None:
    card = shipped_scorecard()
    criteria = load_criteria()
    assert [one["id"] for one in card["criteria"]] == [one.id for one in criteria]
    for entry, one in zip(card["criteria"], criteria, strict=True):
        bands = [(check["low"], check["high"]) for check in entry["checks"]]
        assert bands == [(check.low, check.high) for check in one.checks]
    assert card["targets"]["total"] == 15
    assert card["patterns"]["total"] == 8


def test_a_run_says_whose_scorecard_it_is(tmp_path: Path) -> None:
    plain = load_scenario("pengzhou")
    card = scorecard_for(plain)
    assert (card["current"], card["parameters"], card["changed"]) == (True, "defaults", [])
    assert card["command"] == "ruralsim validate"
    changed = replace(plain, parameters=(Override("dividend_half", 300.0, "test"),))
    card = scorecard_for(changed)
    assert (card["parameters"], card["changed"]) == ("changed", ["dividend_half"])
    assert card["command"] == "ruralsim validate --set dividend_half=300"
    old = tmp_path / "scorecard.json"
    old.write_text(text_of(json.loads(text_of(shipped_scorecard())) | {"rules": "0" * 16}), encoding="utf-8")
    assert scorecard_for(plain, old)["current"] is False
