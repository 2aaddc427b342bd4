"""``ruralsim pivot`` as a user meets it: numbers beside every sentence, both languages, a page, wrong input."""

from __future__ import annotations

import json
import re
import string
from pathlib import Path

import pytest

from ruralsim.analysis.pivot.beside import beside
from ruralsim.analysis.pivot.traps import traps
from ruralsim.base.errors import InputError, catalogue
from ruralsim.model.outcomes import GOALS
from ruralsim.model.rival import CHANNELS_OF_PIVOT, RIVALS
from ruralsim.model.run import load_scenario
from ruralsim.view import cli
from ruralsim.view.pivot import circle, statements
from ruralsim.view.pivot.experiment import read_design, write_results
from ruralsim.view.pivot.page import page

QUICK = ["--months", "24", "--adults", "1", "--replicates", "1", "--draws", "4"]
#: the demonstration township with few people
FEW = """[scenario]
name = "few"
title.en = "Few people"
title.zh = "人少"
based_on = "demo-township"

[place]
population = 1000
"""
SENTENCES = (
    statements.helps, statements.shares, statements.channels, statements.money, statements.rivals,
    statements.to_governance, statements.to_development, circle.loop, circle.theory, statements.limits,
)  # fmt: skip


@pytest.fixture(scope="module")
def content(tmp_path_factory: pytest.TempPathFactory) -> dict:
    out = tmp_path_factory.mktemp("pivot")
    place = out / "few.toml"
    place.write_text(FEW, encoding="utf-8")
    assert cli.run(["pivot", str(place), *QUICK, "--no-theory", "--out", str(out), "--lang", "en"]) == 0
    assert (out / "pivot.html").stat().st_size > 20_000
    found: dict = json.loads((out / "pivot.json").read_text(encoding="utf-8"))
    theory = beside(load_scenario("demo-township"), 1, 0, (93_000.0,))
    theory["traps"] = traps(load_scenario("demo-township"), 1, 12, years=40, push_years=8)
    assert "pushes" in theory["traps"], "some draw is trapped, so that all sentences are there"
    return found | {"theory": theory}


def test_the_keys_that_others_rely_on_are_there(content: dict) -> None:
    for goal in GOALS:
        share = content["pivot_share"][goal]
        assert {"mean", "low", "high"} <= set(share)
        assert share["mean"] is not None or share["reason"]
        assert set(content["rivals"]) == set(RIVALS)
    assert set(content["loop_gain"]) == {"5", "10", "20"}
    assert {"mean", "low", "high"} <= set(content["loop_gain"]["20"])
    assert set(content["channels"]["development_to_governance"]) == set(CHANNELS_OF_PIVOT)
    assert content["efficiency"]["potential_change"] == pytest.approx(
        content["efficiency"]["through_pivot"] + content["efficiency"]["other"]
        + sum(value for name, value in content["losses"].items() if name != "leaked_yuan_a_head")
    )  # fmt: skip


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_sentence_has_its_number(content: dict, lang: str) -> None:
    said = [sentence for part in SENTENCES for sentence in part(content, lang)]
    assert len(said) > 20
    for sentence in said:
        assert re.search(r"\d", sentence), sentence
        assert "{" not in sentence
        assert "None" not in sentence


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_page_needs_nothing_else_and_shows_its_figures(content: dict, lang: str) -> None:
    text = page(content, lang)
    assert "http://" not in text.replace("http://www.w3.org/2000/svg", "")
    assert "https://" not in text
    assert text.count("<svg") == 2 * 8
    for sentence in statements.helps(content, lang):
        assert sentence.split("[")[0].strip()[:20] in text


def test_both_languages_have_the_same_messages_and_fields() -> None:
    ours = {lang: {k: v for k, v in catalogue(lang).items() if k.startswith("pivot_")} for lang in ("en", "zh")}
    assert set(ours["en"]) == set(ours["zh"])

    def fields(text: str) -> set[str]:
        return {name for _, name, _, _ in string.Formatter().parse(text) if name}

    for code, text in ours["en"].items():
        assert fields(text) >= fields(ours["zh"][code]), code


def test_refusals_are_said_with_their_reason(content: dict) -> None:
    refused = json.loads(json.dumps(content))
    for goal in GOALS:
        refused["pivot_share"][goal] |= {"mean": None, "low": None, "high": None, "reason": "denominator_covers_zero"}
    said = list(statements.shares(refused, "en"))
    assert all("no pivot share is quoted" in one and "covers 0" in one for one in said)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["demo-township", "--draws", "2"], "--draws takes 0, or 4 to"),
        (["demo-township", "--months", "3"], "--months"),
        (["demo-townships"], "demo-township"),
        (["demo-township", "--rival", "x"], "--rival"),
    ],
)
def test_wrong_input_is_named(arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["pivot", *arguments, "--lang", "en"]) == 2
    assert words in capsys.readouterr().err


def test_a_folder_without_or_with_a_wrong_design_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"pivot\.toml"):
        read_design(tmp_path)
    (tmp_path / "pivot.toml").write_text("sead = 1\ncase = []\n", encoding="utf-8")
    with pytest.raises(InputError) as wrong:
        read_design(tmp_path)
    assert "seed" in wrong.value.text("en")


def test_the_shipped_experiment_reads_and_its_readme_follows_from_its_results(content: dict, tmp_path: Path) -> None:
    folder = Path(__file__).parents[2] / "experiments" / "pivot-and-rivals"
    design = read_design(folder)
    write_results(tmp_path, design, {case.name: content | {"title": dict(case.title)} for case in design.cases})
    for name in ("README.md", "README.zh.md"):
        text = (tmp_path / name).read_text(encoding="utf-8")
        for picture in re.findall(r"\((\S+\.svg)\)", text):
            assert (tmp_path / picture).is_file()
    rows = (tmp_path / "table.csv").read_text(encoding="utf-8").splitlines()
    assert len(rows) == 1 + len(design.cases) * (len(GOALS) * (2 + len(RIVALS)) + 3)


def test_what_is_shipped_was_made_from_what_is_shipped(tmp_path: Path) -> None:
    folder = Path(__file__).parents[2] / "experiments" / "pivot-and-rivals"
    design = read_design(folder)
    found = {case.name: json.loads((folder / f"{case.name}.json").read_text(encoding="utf-8")) for case in design.cases}
    write_results(tmp_path, design, found)
    for name in ("README.md", "README.zh.md", "table.csv"):
        assert (tmp_path / name).read_bytes() == (folder / name).read_bytes(), name
