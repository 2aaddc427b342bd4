"""The report: one file that needs nothing else, the same in both languages, with the numbers of the run."""

from __future__ import annotations

import base64
import io
import json
import re
import shutil
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from report_cases import Document, copy_of, numbers, read

from ruralsim.base.errors import catalogue, placeholders
from ruralsim.model.outcomes import GOALS
from ruralsim.view import fonts
from ruralsim.view.cli import run
from ruralsim.view.report import REPORT, write_report
from ruralsim.view.report.data import read_run

ORDER = (
    *("changes", "collective", "who", "villages", "indicators", "money", "momentum", "policy", "nothing", "sources"),
    *("drift", "scorecard", "assumptions", "limits", "reproduce"),
)
MONTHS = 37


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small run with draws and a baseline, and its report."""
    out = tmp_path_factory.mktemp("report") / "out"
    changes = [part for change in ("place.villages=6", "place.population=1500") for part in ("--set", change)]
    size = ["--months", str(MONTHS), "--replicates", "2", "--draws", "4"]
    assert run(["run", "demo-township", *changes, *size, "--out", str(out), "--quiet", "--no-report"]) == 0
    write_report(out, "en")
    return out


@pytest.fixture(scope="module")
def document(folder: Path) -> Document:
    return read(folder / REPORT)


@pytest.fixture(scope="module")
def facts(folder: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    return content


def test_it_needs_nothing_else(folder: Path, document: Document) -> None:
    text = (folder / REPORT).read_text(encoding="utf-8")
    addresses = {found for found in re.findall(r"https?://[^\s\"'<]+", text)} - {"http://www.w3.org/2000/svg"}
    assert not addresses
    for one in document.elements:
        for name in ("src", "srcset", "data", "poster", "action", "xlink:href"):
            assert not one.get(name)
        if "href" in one:
            assert one["href"].startswith("#") or one["href"] == "data:,"
    assert not re.search(r"@import|url\((?!data:)", text)
    (policy,) = document.all("meta", **{"http-equiv": "Content-Security-Policy"})
    assert policy["content"].startswith("default-src 'none'")


def test_tags_are_closed_in_order_and_names_unique(document: Document) -> None:
    assert document.crossed == []
    names = [one["id"] for one in document.elements if "id" in one]
    assert len(names) == len(set(names)) > 100
    links = [one["href"][1:] for one in document.all("a")]
    assert len(links) >= 2 * 12
    assert set(links) <= set(names)


def test_both_languages_have_the_same_parts(document: Document) -> None:
    english, chinese = document.sections("en"), document.sections("zh")
    assert list(english) == list(chinese) == list(ORDER)
    for name, one in english.items():
        other = chinese[name]
        for tag in ("svg", "table", "tr", "td", "th", "p", "li", "path", "circle"):
            assert len(document.within(one, tag)) == len(document.within(other, tag)), (name, tag)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_sentence_then_a_picture_then_a_table(document: Document, lang: str) -> None:
    seen = 0
    for name, section in document.sections(lang).items():
        tags = [one["tag"] for one in document.elements if section in one["parents"]]
        assert tags[:2] == ["h2", "p"], name
        if "svg" in tags and "table" in tags:
            assert tags.index("p") < tags.index("svg") < tags.index("table"), name
            seen += 1
    assert seen >= 8


def test_every_figure_has_a_name_and_a_description(document: Document) -> None:
    by_id = {one["id"]: one for one in document.elements if "id" in one}
    figures = document.all("svg")
    assert len(figures) >= 40
    for one in figures:
        assert one["role"] == "img"
        title, description = (by_id[name] for name in one["aria-labelledby"].split())
        assert title["tag"] == "title"
        assert len(title["text"]) >= 4
        assert description["tag"] == "desc"
        assert len(description["text"]) >= 8
    for one in document.all("table"):
        assert any(one in other["parents"] for other in document.all("caption"))


def test_every_glyph_is_on_the_page(folder: Path, document: Document) -> None:
    from fontTools.ttLib import TTFont

    text = (folder / REPORT).read_text(encoding="utf-8")
    (found,) = re.findall(r"url\(data:font/woff;base64,([^)]+)\)", text)
    font = TTFont(io.BytesIO(base64.b64decode(found)))
    known = font.getBestCmap()
    shown = "".join(one["text"] for one in document.elements if one["tag"] in ("main", "label", "title"))
    lacking = {letter for letter in shown if letter.isprintable() and ord(letter) not in known}
    assert not lacking
    assert ord("经") in known
    assert len(known) < 2500
    outline = font.getGlyphSet()[known[ord("经")]]
    assert outline.width > 0


def test_no_text_is_missing(document: Document) -> None:
    for lang in ("en", "zh"):
        text = document.main(lang)["text"]
        assert not re.findall(r"\b(?:report|run)_[a-z_]+", text.replace("run_json", ""))
        assert not re.findall(r"\{[a-z_]*\}|\bnan\b|\binf\b|\bNone\b", text)
    chinese = document.main("zh")
    for one in document.within(chinese, "h2"):
        assert re.search(r"[一-鿿]", one["text"])
    for one in document.within(chinese, "svg"):
        drawn = [other["text"] for other in document.within(one, "text")]
        # phases carry the names that the scenario gives them; all other words are Chinese
        assert not [
            word for word in drawn if re.search(r"[A-Za-z]{3,}", word) and word not in ("demonstrate", "spread")
        ]


def test_the_catalogue_is_the_same_in_both_languages() -> None:
    english, chinese = ({k: v for k, v in catalogue(lang).items() if k.startswith("report_")} for lang in ("en", "zh"))
    assert list(english) == list(chinese)
    for name, text in english.items():
        assert placeholders(text) == placeholders(chinese[name]), name
        assert not re.search(r"[‘’“”]", text), name  # wide in a Chinese font


def test_figures_are_those_of_the_run(document: Document, facts: dict[str, Any]) -> None:
    section = document.sections("en")["changes"]
    (table,) = document.within(section, "table")
    rows = [document.within(one, "td") for one in document.within(table, "tr")[1:]]
    goals = [row for row, one in zip(rows, document.within(table, "tr")[1:], strict=True) if one.get("class") == "goal"]
    for row, goal in zip(goals, GOALS, strict=True):
        expected, cells = facts["outcomes"][goal], [numbers(one["text"]) for one in row]
        assert cells[0] == [pytest.approx(expected["first"], abs=6e-4)]
        assert cells[1] == [pytest.approx(expected["mean"], abs=6e-4)]
        assert cells[2] == [pytest.approx(expected["change"], abs=6e-4)]
        assert cells[3] == [pytest.approx(expected[key], abs=6e-4) for key in ("low_luck", "high_luck")]
        assert cells[4] == [pytest.approx(expected[key], abs=6e-4) for key in ("low", "high")]
        effect = expected["effect"]
        assert cells[5] == [pytest.approx(effect["baseline"], abs=6e-4)]
        assert cells[6] == [pytest.approx(effect["mean"], abs=6e-4)]
        assert cells[7] == [pytest.approx(effect[key], abs=6e-4) for key in ("low", "high")]


def test_how_much_is_assumed_is_said_twice(document: Document, facts: dict[str, Any]) -> None:
    counts, share = facts["parameters"], facts["uncertainty"]["assumed_share"]
    for lang, words in (("en", "{assumed} of {all} parameters"), ("zh", "{all} 个参数中有 {assumed} 个")):
        said = [
            one["text"] for one in document.within(document.main(lang), "p") if words.format(**counts) in one["text"]
        ]
        assert len(said) == 2
    if share is not None:
        assert f"{100 * share['mean']:.0f}" in document.sections("en")["assumptions"]["text"]
    section = document.sections("en")["assumptions"]
    listed = sum(len(document.within(one, "tr")) - 1 for one in document.within(section, "details"))
    assert listed == counts["all"]


def test_the_money_table_adds_up_to_the_ledger(folder: Path, document: Document) -> None:
    (table,) = document.within(document.sections("en")["money"], "table")
    shown = sum(numbers(document.within(one, "td")[2]["text"])[0] for one in document.within(table, "tr")[1:])
    paid = pd.read_parquet(folder / "money.parquet")["amount"].sum() / 2 / (MONTHS / 12)
    assert shown == pytest.approx(paid, abs=len(document.within(table, "tr")))


def test_what_policy_asked_for_is_what_it_would_have_cost(folder: Path) -> None:
    """Where everything was delivered, the running costs asked for are those paid, to the fen."""
    data = read_run(folder)
    frame = data.policy.reset_index()
    full = frame[(frame["intensity"] - frame["delivered"]).abs() < 1e-12]
    full = full[full["open"] == 0.0]
    assert len(full) > 100
    assert (full["running"] - full["cost"]).abs().max() < 0.01 * 6  # a fen of rounding a village
    assert full["cost"].sum() > 1000
    raw = pd.read_parquet(folder / "policy.parquet")
    assert frame["cost"].sum() == pytest.approx(raw["cost"].sum() / 2)


def test_gains_of_groups_are_those_of_the_tables(folder: Path, document: Document) -> None:
    """People by age, membership and residence: from the groups table alone."""
    frame = pd.read_parquet(folder / "groups.parquet").astype({"policy": str, "grouping": str, "group": str})
    frame = frame[frame["month"] == frame["month"].max()]
    sums = {}
    for name, over in (("mean_income", "residents"), ("mean_satisfaction", "persons"), ("mean_trust", "persons")):
        frame["part"] = frame[name].fillna(0.0) * frame[over]
        keys = ["policy", "replicate", "grouping", "group"]
        by = frame.groupby(keys)[["part", over]].sum()
        sums[name] = (by["part"] / by[over]).groupby(["policy", "grouping", "group"]).mean()
    (table,) = document.within(document.sections("en")["who"], "table")
    rows = {}
    for row in document.within(table, "tr")[1:]:
        cells = [one["text"] for one in document.within(row, "td")]
        rows.setdefault(document.within(row, "th")[0]["text"], cells)
    for words, grouping, group in (
        ("75 and over", "age", "75_up"),
        ("members", "membership", "member"),
        ("working away", "residence", "away"),
    ):
        for k, (name, means) in enumerate(sums.items()):
            here, without = means["scenario", grouping, group], means["baseline", grouping, group]
            digits = 0 if name == "mean_income" else 3
            shown = numbers(rows[words][1 + 3 * k])[0], numbers(rows[words][2 + 3 * k])[0]
            assert shown == pytest.approx((without, here - without), abs=0.51 * 10.0**-digits), (words, name)


def test_drift_is_that_of_the_table_without_policy(folder: Path, document: Document) -> None:
    frame = pd.read_parquet(folder / "baseline.parquet")
    weighted = (frame["mean_trust"] * frame["registered"]).groupby([frame["replicate"], frame["month"]]).sum()
    monthly = weighted / frame.groupby(["replicate", "month"])["registered"].sum()
    level = monthly.groupby("month").mean()
    first, last = level.loc[1:12].mean(), level.loc[MONTHS - 11 : MONTHS].mean()
    (table,) = document.within(document.sections("en")["drift"], "table")
    row = next(one for one in document.within(table, "tr") if one["text"].startswith("Trust"))
    shown = [numbers(one["text"])[0] for one in document.within(row, "td")]
    assert shown[:3] == pytest.approx([first, last, last - first], abs=0.0006)


def test_the_scorecard_names_every_miss(document: Document, facts: dict[str, Any]) -> None:
    card = facts["scorecard"]
    assert card["current"]
    out = [one["id"] for one in card["criteria"] if one["verdict"] == "out"]
    for lang in ("en", "zh"):
        section = document.sections(lang)["scorecard"]
        assert [point["text"].split()[0] for point in document.within(section, "li")] == out
        assert f"{card['targets']['in_band']}" in document.within(section, "p")[0]["text"]


def test_the_command_is_the_one_that_was_given(document: Document, facts: dict[str, Any]) -> None:
    assert facts["command"].startswith("ruralsim run demo-township --months 37 --replicates 2 --draws 4 --seed 1 --set")
    (code,) = document.within(document.sections("zh")["reproduce"], "code")
    assert code["text"] == facts["command"]


def test_momentum_is_the_change_of_the_series(folder: Path) -> None:
    data = read_run(folder)
    sums = data.momentum["amount"].groupby(level="direction").sum()
    total = data.outcomes.total["collective_value_added"].groupby("month").mean()
    assert sums["governance_to_development"] == pytest.approx(total.iloc[-1] - total.iloc[0], abs=1e-6)
    raw = pd.read_parquet(folder / "outcomes.parquet").astype({"village": str})
    ends = raw[raw["month"].isin([0, MONTHS])].pivot(
        index=["replicate", "village"], columns="month", values=["potential", "registered"]
    )
    weight = ends["registered"][0] / ends["registered"][0].groupby("replicate").transform("sum")
    change = ((ends["potential"][MONTHS] - ends["potential"][0]) * weight).groupby("replicate").sum().mean()
    assert sums["development_to_governance"] == pytest.approx(change, abs=1e-9)


def test_synthetic_villages_are_not_named(document: Document) -> None:
    for lang in ("en", "zh"):
        for name, section in document.sections(lang).items():
            assert not re.search(r"\bV0\d\d\b", section["text"]), name


def test_the_limits_are_a_box_and_named_at_the_top(document: Document) -> None:
    for lang in ("en", "zh"):
        limits = document.sections(lang)["limits"]
        assert limits["class"] == "box"
        assert len(document.within(limits, "li")) == 10
    assert "cannot tell stands in a box" in document.main("en")["text"]


def test_how_to_run_it_again(document: Document, facts: dict[str, Any]) -> None:
    for lang in ("en", "zh"):
        text = document.sections(lang)["reproduce"]["text"]
        for part in (facts["run_id"], facts["scenario_digest"], facts["source_digest"], facts["versions"]["numba"]):
            assert part in text
        assert f"ruralsim run demo-township --months {MONTHS} --replicates 2" in text


def test_one_language_is_shown_and_the_other_waits(folder: Path, tmp_path: Path) -> None:
    other = copy_of(folder, tmp_path / "zh")
    document = read(write_report(other, "zh"))
    (page,) = document.all("html")
    assert page["lang"] == "zh-CN"
    assert [one["id"] for one in document.all("input") if "checked" in one] == ["lang-zh"]
    assert document.all("label", **{"for": "lang-en"})[0]["text"] == "English"


def test_the_same_run_gives_the_same_bytes(folder: Path, tmp_path: Path) -> None:
    other = copy_of(folder, tmp_path / "again")
    shutil.copy(folder / "run.json", other / "run.json")
    assert write_report(other, "en").read_bytes() == (folder / REPORT).read_bytes()
    assert sorted(path.name for path in other.iterdir()) == sorted(path.name for path in folder.iterdir())


def test_texts_of_the_user_are_text(folder: Path, tmp_path: Path) -> None:
    def change(content: dict[str, Any]) -> None:
        content["scenario"]["scenario"]["title"] = {"en": "<script>alert(1)</script> & Co", "zh": "<b>村</b>“一”"}
        content["scenario"]["phase"][0]["name"] = '"><img src=x>'
        content["scenario"]["phase"][1]["title"] = {"en": "<img src=y>", "zh": "<img src=y>"}

    document = read(write_report(copy_of(folder, tmp_path / "wild", change), "en"))
    assert document.crossed == []
    assert len(document.all("script")) == 1
    assert not document.all("img")
    assert document.all("h1")[0]["text"].startswith("<script>alert(1)</script> & Co")


def test_the_font_has_what_reports_say() -> None:
    for lang in ("en", "zh"):
        assert not fonts.lacking("".join(catalogue(lang).values()))
    assert fonts.text_width("集体经济", 10.0) == pytest.approx(40.0)
    assert "SIL OPEN FONT LICENSE" in fonts.LICENCE_FILE.read_text(encoding="utf-8")
    assert fonts.lacking("集\U00020bb7") == {"\U00020bb7"}


def test_a_figure_beside_its_own_interval_is_explained(folder: Path, document: Document, facts: dict[str, Any]) -> None:
    figures = facts["uncertainty"]["figures"].values()
    entries = [entry for one in figures for entry in (one["last"], one["effect"])]
    beside = any(not one["low"] <= one["mean"] <= one["high"] for one in entries)
    page = (folder / REPORT).read_text(encoding="utf-8")
    changes = page[page.index('id="zh-changes"') : page.index('id="zh-collective"')]
    assert ("并非错误" in changes) is beside
