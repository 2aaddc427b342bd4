"""``ruralsim pivot`` as a user meets it: numbers beside every sentence, both languages, a page, wrong input."""

from __future__ import annotations

import json
import math
import re
import string
from pathlib import Path
from typing import Any

import pytest

from ruralsim.analysis.pivot import content_of, measure_pivot
from ruralsim.analysis.pivot.beside import beside
from ruralsim.analysis.pivot.traps import traps
from ruralsim.base.errors import InputError, catalogue
from ruralsim.model.outcomes import GOALS
from ruralsim.model.rival import CHANNELS_OF_PIVOT, RIVALS
from ruralsim.model.run import load_scenario
from ruralsim.view import cli
from ruralsim.view.commands.pivot import _is_experiment, blocks
from ruralsim.view.pivot import circle, statements
from ruralsim.view.pivot.design import read_design
from ruralsim.view.pivot.experiment import write_results
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
    theory["traps"] = traps(load_scenario("demo-township"), 1, 12, years=40, push_years=4)
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
def test_every_line_of_the_terminal_has_a_number_but_the_question(content: dict, lang: str) -> None:
    theory = content["theory"] | {"traps": content["theory"]["traps"] | {"draws": 12}}
    lines = [line for block in blocks(content | {"theory": theory}, Path("out1"), 1.0, lang) for line in block.lines]
    assert len(lines) > 40
    for line in lines:
        assert re.search(r"\d", line) or line[-1] in "?？" or "equations.tex" in line, line


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


def test_what_the_county_does_not_allow_to_say_is_said_so(content: dict) -> None:
    """No enterprise at work, no loop gain, no equilibrium, no draws: still sentences with their numbers."""
    bare = json.loads(json.dumps(content)) | {
        "draws": 0,
        "beyond_post": None,
        "loop_gain": {},
        "loop_gain_villages": [],
    }
    bare["closing"] |= {"earns_times": None, "stopped": 1.0}
    bare["theory"] |= {"equilibrium": None, "portrait": {"arrows": []}}
    del bare["theory"]["statics"], bare["theory"]["dividend_share"]
    for lang in ("en", "zh"):
        said = [*circle.theory(bare, lang), *circle.closing(bare, lang), *statements.helps(bare, lang)]
        assert all(re.search(r"\d", sentence) for sentence in said)
        assert "100" in next(circle.closing(bare, lang))
        assert page(bare, lang).count("<svg") == 2 * 5


def test_without_a_strategy_one_sentence_says_so(content: dict) -> None:
    assert [*statements.shares(content | {"effect": dict.fromkeys(GOALS)}, "en")] == [
        "No pivot share is quoted: the scenario has no strategy whose effect could be split (0 phases)."
    ]


def test_refusals_are_said_with_their_reason(content: dict) -> None:
    refused = json.loads(json.dumps(content))
    for goal in GOALS:
        refused["pivot_share"][goal] |= {"mean": None, "low": None, "high": None, "reason": "denominator_covers_zero"}
    said = list(statements.shares(refused, "en"))
    assert all("no pivot share is quoted" in one and "covers 0" in one for one in said)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["demo-township", "--draws", "2"], "--draws: 0, or 4 to 10000, is accepted"),
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


DESIGN_TEXT = """
title = { en = "A", zh = "甲" }
question = { en = "Q?", zh = "问？" }
seed = 1
replicates = 1
draws = 4
adults = 1

[[case]]
name = "one"
title = { en = "One", zh = "一" }
scenario = "demo-township"
"""


@pytest.mark.parametrize(
    ("written", "instead", "key"),
    [
        ("seed = 1", 'seed = "a"', "seed"),
        ("draws = 4", "draws = 3", "draws"),
        ("draws = 4", "draws = 4\nmonths = 3", "months"),
        ('question = { en = "Q?", zh = "问？" }', 'question = { en = "Q?" }', "question"),
        ('name = "one"', 'name = "../one"', "case.1.name"),
        ('name = "one"', 'name = "one"\nset = "x=1"', "case.1.set"),
        ('scenario = "demo-township"', "scenario = 5", "case.1.scenario"),
        ("[[case]]", '[[case]]\nname = "one"\ntitle = { en = "1", zh = "1" }\nscenario = "a"\n[[case]]', "case.2.name"),
        ("seed = 1", "seed = ", "pivot.toml"),
    ],
)
def test_a_wrong_value_of_a_design_is_named_in_both_languages(
    written: str, instead: str, key: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "pivot.toml").write_text(DESIGN_TEXT, encoding="utf-8")
    assert [case.name for case in read_design(tmp_path).cases] == ["one"]
    (tmp_path / "pivot.toml").write_text(DESIGN_TEXT.replace(written, instead), encoding="utf-8")
    said = []
    for lang in ("en", "zh"):
        assert cli.run(["pivot", str(tmp_path), "--lang", lang]) == 2
        said.append(capsys.readouterr().err)
    assert key in said[0]
    assert key in said[1]
    assert re.search("[\u4e00-\u9fff]", said[1])


@pytest.mark.parametrize("option", [["--draws", "8"], ["--set", "a=1"], ["--no-theory"], ["--out", "x"]])
def test_what_a_design_says_is_not_said_again_on_the_command_line(
    option: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "pivot.toml").write_text(DESIGN_TEXT, encoding="utf-8")
    assert cli.run(["pivot", str(tmp_path), *option, "--lang", "en"]) == 2
    assert f"{option[0]}: it is said in pivot.toml" in capsys.readouterr().err


def test_a_folder_that_is_called_like_a_stock_scenario_does_not_hide_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "pengzhou").mkdir()
    (tmp_path / "mine").mkdir()
    assert not _is_experiment("pengzhou")
    assert _is_experiment("mine")
    (tmp_path / "pengzhou" / "pivot.toml").write_text(DESIGN_TEXT, encoding="utf-8")
    assert _is_experiment("pengzhou")


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


@pytest.mark.slow
def test_what_is_shipped_comes_out_again_at_the_defaults() -> None:
    folder = Path(__file__).parents[2] / "experiments" / "pivot-and-rivals"
    design = read_design(folder)
    case = next(one for one in design.cases if one.name == "township")
    kept = json.loads((folder / "township.json").read_text(encoding="utf-8"))
    again = content_of(
        measure_pivot(
            load_scenario(case.scenario, overrides=case.changes), seed=design.seed, replicates=design.replicates,
            draws=0, nudged_draws=-1, adults=design.adults,
        )
    )  # fmt: skip
    for part in ("sample", "channels", "losses", "losses_by_year", "efficiency", "closing"):
        assert _alike(json.loads(json.dumps(again[part])), kept[part]), (
            f"{part}: rules have changed; run: make experiments"
        )


def _alike(one: Any, other: Any) -> bool:
    """Equal but for last digits of derived figures, which another version of NumPy may add up in another order."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(_alike(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_alike, one, other))
    if isinstance(one, float) and isinstance(other, float):
        return math.isclose(one, other, rel_tol=1e-12, abs_tol=1e-12)
    return bool(one == other)
