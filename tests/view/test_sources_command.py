"""``ruralsim sources``, and ``check`` of own files: what they print, in which language, as JSON, as a page."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from ruralsim.policy.sources import load_rows
from ruralsim.view.cli import run

DOCS = Path(__file__).resolve().parents[2] / "docs"


@pytest.fixture(autouse=True)
def _english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RURALSIM_LANG", "en")


def _said(capsys: pytest.CaptureFixture[str], *arguments: str, code: int = 0) -> str:
    assert run(arguments) == code
    out, err = capsys.readouterr()
    return out if code == 0 else err


def test_the_rows_as_json_have_the_promised_keys(capsys):
    found = json.loads(_said(capsys, "sources", "--json"))
    assert [one["row"] for one in found] == list(load_rows())
    for one in found:
        assert {
            "row",
            "source",
            "quotation",
            "instrument",
            "quantity",
            "effect",
            "low",
            "high",
            "basis",
            "works",
        } <= set(one)
        if one["kind"] == "i":
            assert one["low"] <= one["high"]
            assert one["effect"] is not None
            assert set(one["goals"]) == {"governance", "development", "life"}
            for goal in one["goals"].values():
                assert {"mean", "low", "high", "low_luck", "high_luck"} <= set(goal)
    assert {one["row"]: one["reason"] for one in found if not one["works"]} == {}
    assert {one["row"]: one["instrument"] for one in found if one["kind"] == "a" and one["row"] in ("P12", "L15")} == {
        "P12": "pivot",
        "L15": "indicators",
    }


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_one_row_in_full_in_both_languages(lang, capsys):
    out = _said(capsys, "sources", "P3", "--lang", lang)
    row = load_rows()["P3"]
    assert row.measure[lang] in out
    assert row.mechanism[lang] in out
    assert f"「{row.quotation}」" in out
    assert "sources_" not in out
    assert {"en": "luck alone", "zh": "仅偶然波动"}[lang] in out


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_table_of_a_document_and_the_findings(lang, capsys):
    out = _said(capsys, "sources", "002", "--lang", lang)
    assert len([line for line in out.splitlines() if re.match(r"D\d+ ", line)]) == 15
    findings = _said(capsys, "sources", "--findings", "--lang", lang)
    assert all(name in findings for name in ("directional", "four-systems", "henan-county"))
    assert "sources_" not in out + findings


def test_claims_are_called_supported_or_not(capsys):
    out = _said(capsys, "sources", "H14")
    assert len(re.findall(r"supported", out)) == 5


def test_unknown_rows_are_refused_with_the_nearest(capsys):
    assert "no row and no document 'P33'" in _said(capsys, "sources", "P33", code=2)


@pytest.mark.parametrize(("page", "lang"), [("sources.md", "en"), ("sources.zh.md", "zh")])
def test_the_page_of_the_documentation_is_what_the_command_writes(page, lang, tmp_path, capsys):
    copy = tmp_path / page
    copy.write_text((DOCS / page).read_text(encoding="utf-8"), encoding="utf-8")
    _said(capsys, "sources", "--page", str(copy), "--lang", lang)
    text = copy.read_text(encoding="utf-8")
    assert text == (DOCS / page).read_text(encoding="utf-8"), f"run: ruralsim sources --page docs/{page} --lang {lang}"
    assert all(f"| {row} |" in text for row in load_rows())


def test_a_page_without_the_markers_is_refused(tmp_path, capsys):
    (tmp_path / "page.md").write_text("nothing here\n", encoding="utf-8")
    assert "<!-- sources -->" in _said(capsys, "sources", "--page", str(tmp_path / "page.md"), code=2)


SHEET = "id,title_en,quotation,observable,serve\nanswered,Requests answered,a phrase of ours,requests_answered,1\n"


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_check_of_a_sheet_of_indicators(lang, tmp_path, capsys):
    path = tmp_path / "ours.csv"
    path.write_text(SHEET, encoding="utf-8")
    out = _said(capsys, "check", str(path), "--lang", lang)
    assert "requests_answered" in out
    assert {"en": "is valid", "zh": "有效"}[lang] in out
    found = json.loads(_said(capsys, "check", str(path), "--json"))
    assert (found["ok"], found["kind"], found["items"]) == (True, "framework", 1)
    path.write_text(SHEET.replace("requests_answered", "requests_answerd"), encoding="utf-8")
    assert "Did you mean 'requests_answered'?" in _said(capsys, "check", str(path), code=2)


def test_check_of_an_instrument_and_a_package(tmp_path, capsys):
    from ruralsim.policy.tables import DATA

    for folder, name in (("instruments", "six_deliberations"), ("packages", "dingyuan"), ("frameworks", "longquanyi")):
        found = json.loads(_said(capsys, "check", str(DATA / folder / f"{name}.toml"), "--json"))
        assert found["ok"] is True
        assert found["kind"] == folder.removesuffix("s")
        assert name in _said(capsys, "check", str(DATA / folder / f"{name}.toml"))
    broken = tmp_path / "wrong.toml"
    broken.write_text('name = "wrong"\n[effects]\nleakage_cat = 1\n', encoding="utf-8")
    assert "leakage_cut" in _said(capsys, "check", str(broken), code=2)


def test_packages_are_listed_and_explained(capsys):
    assert "dingyuan" in _said(capsys, "list", "packages")
    out = _said(capsys, "why", "dingyuan")
    assert "sunshine_affairs 0.8" in out
