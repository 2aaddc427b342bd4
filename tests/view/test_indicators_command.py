"""``ruralsim indicators`` as a user meets it."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pandas as pd
import pytest

from ruralsim.view import cli

ROOT = Path(__file__).parents[2]

SCENARIO = """
[scenario]
name = "lab"
based_on = "demo-township"
months = 24
[place]
population = 900
villages = 12
[framework]
name = "pengzhou"
without = ["talent", "good_cycle", "sound_structure", "reinvestment", "co_governance", "shared_benefits",
           "dormant_resources", "village_affairs", "self_governance", "rule_of_law", "collective_grows"]
[framework.channels]
virtue = "survey"
[framework.checks]
order = 3.0
"""


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("lab")
    (folder / "lab.toml").write_text(SCENARIO, encoding="utf-8")
    page = "# A page\n\n<!-- indicators: lab -->\nold\n<!-- end of indicators: lab -->\n\nThe end.\n"
    (folder / "page.md").write_text(page, encoding="utf-8")
    arguments = ["--out", f"{folder}/out", "--draws", "4", "--page", f"{folder}/page.md", "--lang", "en"]
    assert cli.run(["indicators", f"{folder}/lab.toml", *arguments]) == 0
    return folder


def test_files(place: Path):
    found = json.loads((place / "out" / "indicators.json").read_text(encoding="utf-8"))
    names = [one["id"] for one in found["indicators"]]
    assert "virtue" in names
    assert "talent" not in names
    assert next(one for one in found["indicators"] if one["id"] == "virtue")["channel"] == "survey"
    for key in ("breadth", "sensitivity", "measurability", "connection", "goodhart_gap", "burden", "advice"):
        assert all(key in one for one in found["indicators"])
    assert all({"size", "goals"} <= one.keys() for one in found["frontier"])
    assert found["scenario"]["framework"]["checks"] == {"order": 3.0}
    table = pd.read_parquet(place / "out" / "scorecard.parquet")
    assert list(table["indicator"]) == names
    assert table["connection"].tolist() == pytest.approx(
        [one["connection"]["mean"] for one in found["indicators"]], abs=1e-6
    )
    assert sorted(found["files"]) == sorted(p.name for p in (place / "out").iterdir() if p.name != "indicators.json")
    assert not (place / ".out.memory").exists()


def test_report_speaks_both_languages_and_asks_nobody(place: Path):
    text = (place / "out" / "report.html").read_text(encoding="utf-8")
    for word in ("What to do with each item", "每项指标怎么办", "How many items", "多少项指标合适", 'lang="zh-CN"'):
        assert word in text
    assert "http://" not in text.replace("http://www.w3.org", "")
    assert "https://" not in text
    assert "indicators_" not in text  # no code of a message that is missing


def test_no_two_places_of_an_axis_have_one_number(place: Path):
    text = (place / "out" / "report.html").read_text(encoding="utf-8")
    drawings = re.findall(r"<svg.*?</svg>", text, re.DOTALL)
    assert len(drawings) == 2 * 5  # two of advice, two of gaming, one of sets, in both languages
    for drawing in drawings:
        numbers = re.findall(r">(−?\d+(?:\.\d+)?)</text>", drawing)
        assert len(numbers) >= 3
        assert len(set(numbers)) == len(numbers)


def test_ones_own_villages_are_ranked_with_intervals_and_synthetic_ones_are_not(
    place: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    names = [f"柳树{k}村" for k in range(1, 7)]
    rows = "\n".join(f"{name},清江镇,{90 + 10 * k}" for k, name in enumerate(names))
    (tmp_path / "villages.csv").write_text("村名,乡镇,户籍人口\n" + rows + "\n", encoding="utf-8")
    text = SCENARIO.replace("population = 900\nvillages = 12", 'villages = "villages.csv"')
    (tmp_path / "own.toml").write_text(text, encoding="utf-8")
    arguments = ["--quick", "--draws", "2", "--out", f"{tmp_path}/out", "--lang", "en"]
    assert cli.run(["indicators", f"{tmp_path}/own.toml", *arguments]) == 0
    shown = capsys.readouterr().out
    assert "Your villages" in shown
    assert all(name in shown for name in names)
    table = pd.read_parquet(tmp_path / "out" / "ranks.parquet")
    assert sorted(table["village"]) == sorted(names)
    assert ((table["rank_low"] <= table["rank"]) & (table["rank"] <= table["rank_high"])).all()
    assert (table["rank_low"] < table["rank_high"]).any()
    assert not (place / "out" / "ranks.parquet").exists()
    assert "are not ranked" in (place / "out" / "report.html").read_text(encoding="utf-8")


def test_page_keeps_what_is_around_the_marks(place: Path):
    text = (place / "page.md").read_text(encoding="utf-8")
    assert text.startswith("# A page")
    assert text.endswith("The end.\n")
    assert "old" not in text.split("<!--")[1]
    assert "| virtue |" in text


def test_terminal_in_both_languages(place: Path, capsys: pytest.CaptureFixture[str]):
    for lang, words in (
        ("en", ("Of 9 items", "The scorecard", "rests on the scorecard alone")),
        ("zh", ("9 项指标中", "评分表", "只依据评分表")),
    ):
        arguments = ["--quick", "--draws", "0", "--out", f"{place}/quick-{lang}", "--lang", lang]
        assert cli.run(["indicators", f"{place}/lab.toml", *arguments]) == 0
        shown = capsys.readouterr().out
        assert all(word in shown for word in words)
        assert "indicators_" not in shown


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["demo-township", "--framework", "penzhou"], ("--framework", "pengzhou")),
        (["demo-township", "--regime", "inspektion"], ("--regime", "inspected")),
        (["demo-township", "--search", "-1"], ("--search",)),
        (["demo-township", "--stages", "trial"], ("--stages", "trials")),
        (["demo-township", "--set", 'framework.without=["virtu"]'], ("virtu", "virtue")),
        (["demo-township", "--set", 'framework.channels={virtue="hearsay"}'], ("hearsay", "survey")),
        (["demo-township", "--page", "nowhere.md"], ("nowhere.md",)),
        (["demo-townshp"], ("demo-township",)),
    ],
)
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_wrong_input_is_said_in_words(arguments, words, lang, capsys: pytest.CaptureFixture[str]):
    assert cli.run(["indicators", *arguments, "--lang", lang]) == 2
    shown = capsys.readouterr().err
    assert all(word in shown for word in words), shown
    assert "Traceback" not in shown


def test_a_place_with_other_files_is_left_alone(place: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    (tmp_path / "mine.txt").write_text("mine", encoding="utf-8")
    assert cli.run(["indicators", f"{place}/lab.toml", "--out", str(tmp_path), "--lang", "en"]) == 2
    assert "mine.txt" in capsys.readouterr().err
    assert (tmp_path / "mine.txt").read_text(encoding="utf-8") == "mine"


def test_leaving_out_every_item_is_refused(capsys: pytest.CaptureFixture[str]):
    from ruralsim.policy.frameworks import load_frameworks

    names = ",".join(f'"{item.id}"' for item in load_frameworks()["pengzhou"].items)
    assert cli.run(["indicators", "demo-township", "--set", f"framework.without=[{names}]", "--lang", "en"]) == 2
    assert "at least one has to stay" in capsys.readouterr().err


@pytest.mark.slow
def test_the_shipped_scorecard_comes_out_again(tmp_path: Path) -> None:
    shipped = ROOT / "experiments" / "goodhart"
    page = tmp_path / "README.md"
    page.write_text((shipped / "README.md").read_text(encoding="utf-8"), encoding="utf-8")
    command = ["indicators", str(shipped / "goodhart.toml"), "--draws", "4", "--quick", "--quiet"]
    assert cli.run([*command, "--out", str(tmp_path / "out"), "--page", str(page)]) == 0

    def rows(path: Path) -> list[list[str]]:
        """Item and scores; advice left out, for trials have a part in it."""
        lines = [line.split("|") for line in path.read_text(encoding="utf-8").splitlines()]
        return [[cells[1], *cells[3:]] for cells in lines if len(cells) == 10 and "_" in cells[1]]

    assert len(rows(page)) > 10
    assert rows(page) == rows(shipped / "README.md"), "rules have changed since; run: make experiments"
