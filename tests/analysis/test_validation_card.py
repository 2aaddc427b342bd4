"""The scorecard as people see it: words in two languages, the table, the page, the changes that --set accepts."""

from __future__ import annotations

import json
import string
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from small import scenario
from traces import PLANTS

from ruralsim.analysis import validation
from ruralsim.analysis.validation import Row, Scorecard, load_criteria
from ruralsim.analysis.validation.registry import MEASURES
from ruralsim.analysis.validation.runs import PlannedRun, Runs
from ruralsim.analysis.validation.scorecard import score_check
from ruralsim.base.errors import InputError, catalogue
from ruralsim.view.commands.validate import _lines, parameter_values, validate
from ruralsim.view.scorecard import band, label, misses, page_block, shown, totals, write_page


@cache
def card(beyond: frozenset[str] = frozenset()) -> Scorecard:
    """A scorecard of planted places: every check in band, but those of some targets or patterns."""
    rows: list[Row] = []
    for one in load_criteria():
        for check in one.checks:
            if not check.scored:
                rows.append(score_check(one.id, check, Runs({}, 1)))
                continue
            ends = [end for end in (check.low, check.high) if end is not None]
            inside = (
                sum(ends) / 2
                if len(ends) == 2
                else ends[0] * (1.2 if (check.low is not None) == (ends[0] > 0) else 0.8)
            )
            outside = ends[0] * (0.7 if (check.low is not None) == (ends[0] > 0) else 1.4)
            made = PLANTS[check.measure](outside if one.id in beyond else inside, **check.settings)
            trace, other = made if isinstance(made, tuple) else (made, None)
            traces = {check.run: trace} if other is None else {check.run: trace, check.against: other}
            rows.append(score_check(one.id, check, Runs(traces, 1)))
    return Scorecard(load_criteria(), tuple(rows), 1)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_label_and_unit_has_words(lang: str) -> None:
    words = catalogue(lang)
    for measure in MEASURES.values():
        assert f"measure_{measure.name}" in words
        assert "measure_unit_" + measure.unit.replace(" ", "_").replace(",", "") in words
    for row in card().rows:
        if row.value is not None:
            text = label(row.check, lang)
            assert "None" not in text
            assert not [name for _, name, _, _ in string.Formatter().parse(text) if name]
            assert "measure_" not in text + shown(row.value, row.unit, lang) + band(row.check, row.unit, lang)


def test_all_in_band_is_said_in_words() -> None:
    assert totals(card(), "en")[:2] == ["Calibration targets: 15 of 15 in band.", "Patterns: 8 of 8 in band."]
    assert misses(card(), "en") == []
    assert any("Everything that can be tested is in band" in line for line in _lines(card(), 1.0, "en"))


def test_each_miss_is_a_sentence_with_its_reason() -> None:
    poor = card(frozenset({"T05", "P3"}))
    assert poor.verdict("T05") == "out"
    assert totals(poor, "zh")[0] == "校准目标：15 项中 14 项在区间内。"
    said = misses(poor, "en")
    assert any(line.startswith("T05 debt over assets: 0.084") and "a quarter each way" in line for line in said)
    table = "\n".join(_lines(poor, 1.0, "zh"))
    assert "T05  超出" in table
    assert "无法在此检验" in table


def test_numbers_read_well() -> None:
    assert shown(0.577, "share of villages", "en") == "57.7 % of villages"
    assert shown(8_855_000.0, "yuan a village", "en") == "8,855,000 yuan"
    assert shown(float("nan"), "share", "zh") == "无法计算"
    checks = {check.measure: check for one in load_criteria() for check in one.checks if check.scored}
    brackets = [label(check, lang) for lang in ("en", "zh") for check in load_criteria()[1].checks[-1:]]
    assert brackets == ["villages with operating income of 500,000 yuan and more", "经营收入500,000元及以上的村"]
    assert band(checks["income_elasticity"], "elasticity", "en") == "at most 0.308"
    assert band(checks["mean_debt"], "yuan a village", "zh").endswith("元")


def test_the_plain_form_is_json() -> None:
    plain = json.loads(json.dumps(card().plain(), allow_nan=False))
    assert plain["targets"]["in_band"] == 15
    assert plain["criteria"][0]["checks"][0]["verdict"] == "in"
    assert len(plain["criteria"]) == 23


def test_the_page_keeps_what_people_wrote(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("# Mine\n\n<!-- scorecard -->\nstale words\n<!-- end of scorecard -->\n\nwords\n", encoding="utf-8")
    write_page(page, card())
    text = page.read_text(encoding="utf-8")
    assert text.startswith("# Mine\n")
    assert text.endswith("\n\nwords\n")
    assert "stale words" not in text
    assert text.count("#### ") == 23
    write_page(page, card())
    assert page.read_text(encoding="utf-8") == text


def test_a_page_without_marks_is_left_alone(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("nothing here", encoding="utf-8")
    with pytest.raises(InputError, match="no place for the scorecard"):
        write_page(page, card())
    assert page.read_text(encoding="utf-8") == "nothing here"


def test_the_documents_bands_are_those_in_force() -> None:
    """Bands and reasons of docs/validation.md are the data's; values are written by the command."""
    text = (Path(__file__).parents[2] / "docs" / "validation.md").read_text(encoding="utf-8")
    for line in page_block(card()).splitlines():
        if line.startswith("| ") and "not testable" not in line and not line.startswith(("| |", "| ---")):
            _, _, name, _, limits, known, place, reason, _ = (cell.strip() for cell in line.split("|"))
            assert f"| {limits} | {known} | {place} | {reason} |" in text, name


def test_every_miss_of_the_document_is_explained() -> None:
    text = (Path(__file__).parents[2] / "docs" / "validation.md").read_text(encoding="utf-8")
    table, _, words = text.partition("## What is out of band, and why")
    assert words
    for line in table.splitlines():
        if line.startswith("#### ") and line.endswith("**out of band**"):
            assert f"**{line.split()[1]}" in words, line


def test_set_takes_parameters_within_their_range() -> None:
    assert parameter_values(["debt_share=0.2", "parameters.idle_share = 1.2"]) == {"debt_share": 0.2, "idle_share": 1.2}


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ("debt_share", "is not NAME=VALUE"),
        ("debt_share=much", "is not NAME=VALUE"),
        ("debt_shares=0.2", "debt_share"),
        ("debt_share=40", "debt_share=40"),
    ],
)
def test_set_refuses_the_rest(change: str, expected: str) -> None:
    with pytest.raises(InputError) as caught:
        parameter_values([change])
    assert expected in caught.value.text("en")
    assert caught.value.exit_code == 2


@pytest.fixture
def tiny_places(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two targets, scored on tiny villages instead of the presets."""
    some = tuple(one for one in load_criteria() if one.id in ("T01", "T05"))
    monkeypatch.setattr(validation, "load_criteria", lambda: some)
    place = scenario(3, 60, adults=40, phases=[])
    monkeypatch.setattr(PlannedRun, "scenario", lambda self: replace(place, months=self.months))


def test_the_command_prints_one_json_object(tiny_places: None, capsys: pytest.CaptureFixture[str]) -> None:
    validate(seed=3, threads=1, changes=["debt_share=0.2"], page=None, lang="en", as_json=True)
    said = capsys.readouterr()
    found = json.loads(said.out)
    assert said.err == ""
    assert [one["id"] for one in found["criteria"]] == ["T01", "T05"]
    assert found["seed"] == 3
    assert found["values"] == {"debt_share": 0.2}
    assert 0.0 <= found["criteria"][0]["checks"][0]["value"] <= 1.0


def test_the_command_speaks_and_writes_its_page(
    tiny_places: None, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    page = tmp_path / "page.md"
    page.write_text("<!-- scorecard -->\n<!-- end of scorecard -->\n", encoding="utf-8")
    validate(seed=1, threads=1, changes=None, page=page, lang="zh", as_json=False)
    said = capsys.readouterr()
    assert "T05" in said.out
    assert "100 %  一般地方，无政策" in said.err
    assert "评分表已写入" in said.out
    assert "#### T05 Debt of village collectives" in page.read_text(encoding="utf-8")


def test_a_wrong_seed_is_refused() -> None:
    with pytest.raises(InputError) as caught:
        validate(seed=-1, threads=None, changes=None, page=None, lang="en", as_json=True)
    assert caught.value.key == "--seed"
