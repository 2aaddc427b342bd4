"""``ruralsim phases`` as a planner meets it: three plans at equal money, a page in both languages, a bundle of it."""

from __future__ import annotations

import contextlib
import html
import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from ruralsim.view import cli
from tests.publish.bundles import altered

SCENARIO = """[scenario]
name = "few"
title.en = "Few people"
title.zh = "人少"
based_on = "demo-township"
months = 24

[place]
population = 520
villages = 4

[[phase]]
name = "near"
title.en = "near term"
title.zh = "近期"
from = "2021-01"
to = "2021-12"
rollout = ["demonstration", "pilot"]
budget = "2 万元/年"
instruments = { six_deliberations = 0.6, cadre_training = 0.6 }

[[phase]]
name = "mid"
title.en = "mid term"
title.zh = "中期"
from = "2022-01"
to = "2022-12"
budget = "3 万元/年"
instruments = { living_environment = 0.7 }
"""
PLAN = """[scenario]
name = "{name}"
based_on = "few.toml"
title.en = "{en}"
title.zh = "{zh}"

{rest}
"""
AT_ONCE = """[[phase]]
name = "all"
from = "2021-01"
to = "2022-12"
budget = "2 万元/年"
instruments = { six_deliberations = 0.5 }
"""
#: a level that is reached at the first quarter's end
ANSWERS = """[[trigger]]
name = "ready"
signpost = "satisfaction"
reading = "true"
above = 0.0
start = "mid"
"""
QUICK = ["--replicates", "2", "--draws", "4", "--after", "12", "--workers", "1", "--store", "store"]


def written(folder: Path) -> None:
    (folder / "few.toml").write_text(SCENARIO, encoding="utf-8")
    for name, en, zh, rest in (("at-once", "Everywhere at once", "同时起步", AT_ONCE),
                               ("answers", "When they are ready", "条件成熟即推进", ANSWERS)):  # fmt: skip
        (folder / f"{name}.toml").write_text(PLAN.format(name=name, en=en, zh=zh, rest=rest), encoding="utf-8")


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    """The folder of three plans compared, and what ``--json`` said."""
    place, said = tmp_path_factory.mktemp("plans"), io.StringIO()
    written(place)
    with pytest.MonkeyPatch.context() as patch, contextlib.redirect_stdout(said):
        patch.chdir(place)
        assert cli.run(["phases", "few.toml", "at-once.toml", "answers.toml", *QUICK, "--out", "out", "--json"]) == 0
    return place, json.loads(said.getvalue())


@pytest.fixture
def here(study: tuple[Path, dict[str, Any]], monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(study[0])
    monkeypatch.delenv("RURALSIM_LANG", raising=False)
    return study[0]


def test_three_plans_stand_beside_each_other_at_equal_money(study: tuple[Path, dict[str, Any]]) -> None:
    found = study[1]
    assert [one["name"] for one in found["plans"]] == ["few", "at-once", "answers"]
    assert {one["granted"] for one in found["plans"]} == {found["present_value"]}
    assert [one["granted_as_fired"] == one["granted"] for one in found["plans"]] == [True, True, False]
    (trigger,) = found["plans"][2]["triggers"]
    assert (trigger["month"], trigger["fooled"], trigger["held_back"]) == (3, False, False)
    goals = {(one["scenario"], one["outcome"]) for one in found["differences"] if one["grouping"] == "county"}
    for name in ("at-once", "answers", "no-policy"):
        assert {(name, goal) for goal in ("governance", "development", "life")} <= goals
    assert found["contexts"] == 4
    assert len(found["robustness"]) == 3


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("en", ("Everywhere at once", "'ready' fired in 2021-03", "budgets move with their steps", "mid term",
                "4 contexts are too few", "Regret")),
        ("zh", ("同时起步", "“ready”于 2021-03 触发", "预算随阶段移动", "中期", "4 个情境太少", "遗憾")),
    ],
)  # fmt: skip
def test_terminal_page_and_readme_say_the_same(
    lang: str, words: tuple[str, ...], here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["phases", "few.toml", "at-once.toml", "answers.toml", *QUICK, "--out", "again", "--lang", lang]
    assert cli.run(arguments) == 0
    said = capsys.readouterr().out
    page = html.unescape((here / "again" / "report.html").read_text(encoding="utf-8"))
    readme = (here / "again" / ("README.md" if lang == "en" else "README.zh.md")).read_text(encoding="utf-8")
    for word in words:
        assert word in page
        assert word in said or word in readme
    for figure in ("plans-governance", "plans-development", "plans-life", "regret"):
        drawn = (here / "again" / "figures" / lang / f"{figure}.svg").read_text(encoding="utf-8")
        assert f"figures/{lang}/{figure}.svg" in readme
        assert ("同时起步" if lang == "zh" else "Everywhere at once") in drawn
    assert (here / "again" / "phases.json").read_bytes() == (here / "out" / "phases.json").read_bytes()


def test_a_comparison_of_plans_is_published_and_verified(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["publish", "out", "-o", "plans.zip", "--author", "李四", "--lang", "en"]) == 0
    assert cli.run(["verify", "plans.zip", "--lang", "en"]) == 0
    said = capsys.readouterr().out
    assert "Verified, bit for bit." in said
    with zipfile.ZipFile(here / "plans.zip") as archive:
        assert {"experiment/phases.json", "experiment/report.html", "experiment/README.zh.md",
                "experiment/figures/zh/regret.svg"} <= set(archive.namelist())  # fmt: skip
        assert 'title: "Plans for Few people"' in archive.read("CITATION.cff").decode()


def test_a_plan_changed_in_the_list_is_named_without_simulating(
    here: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.run(["publish", "out", "-o", "plans.zip", "--author", "A", "--lang", "en"]) == 0

    def dearer(files: dict[str, bytes]) -> None:
        listed = json.loads(files["experiment/experiment.json"])
        listed["scenarios"]["at-once"]["stated"]["phase"][0]["budget"] += 1000.0
        files["experiment/experiment.json"] = json.dumps(listed).encode()

    path = altered(here / "plans.zip", tmp_path / "b.zip", dearer, cover=True)
    assert cli.run(["verify", str(path), "--rerun", "none", "--lang", "en"]) == 1
    assert "of 'at-once' (draw 0) is not the one that the tables come from" in capsys.readouterr().out


def test_without_the_library_the_page_names_the_extra_and_nothing_is_lost(
    here: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("ruralsim.analysis.robustness.ENOUGH", 4)
    monkeypatch.setattr("ruralsim.analysis.robustness.find_spec", lambda name: None)
    arguments = ["phases", "few.toml", "at-once.toml", *QUICK, "--out", "bare", "--lang"]
    assert cli.run([*arguments, "en"]) == 0
    assert "pip install 'ruralsim[explore]'" in capsys.readouterr().out
    assert cli.run([*arguments, "zh"]) == 0
    assert "情景发现需要 ema_workbench" in capsys.readouterr().out
    assert (here / "bare" / "report.html").is_file()


WRONG = {
    "no such scenario": (["few.tmol"], "few.tmol", "few.tmol"),
    "no such plan": (["few.toml", "nowhere.toml"], "nowhere.toml", "nowhere.toml"),
    "a plan without phases": (["few.toml", "empty.toml"], "empty.toml: the scenario 'empty' has no phase",
                              "empty.toml：情景“empty”没有阶段"),
    "a plan that begins too early": (["few.toml", "early.toml"], "early.toml, near: the phase starts in 2020-01",
                                     "early.toml"),
    "a phase without a limit": (["free.toml", "few.toml"], "has no budget", "没有预算"),
    "family": (["few.toml", "--vary", "order"], "unknown family of variants 'order'. Did you mean", "“order”"),
    "money": (["few.toml", "--money", "12 亩"], "--money", "--money"),
    "no money": (["few.toml", "--money", "0"], "--money: 0 is out of bounds", "--money"),
    "goal": (["few.toml", "--require", "live=0.1"], "unknown goal 'live'. Did you mean 'life'", "“live”"),
    "gain": (["few.toml", "--require", "life=much"], "'life=much' is not GOAL=NUMBER", "life=much"),
    "endless gain": (["few.toml", "--require", "life=nan"], "'life=nan' is not GOAL=NUMBER", "life=nan"),
    "draws": (["few.toml", "--draws", "-1"], "--draws: -1 is out of bounds", "--draws"),
    "discount": (["few.toml", "--discount", "3"], "--discount: 3", "--discount"),
    "endless discount": (["few.toml", "--discount", "nan"], "--discount: nan", "--discount"),
    "horizon": (["few.toml", "--after", "601"], "--after: 601 is out of bounds", "--after"),
    "few runs": (["few.toml", "--search", "10"], "--search: 10 runs are fewer", "--search"),
    "search with triggers": (["answers.toml", "--search", "200"], "has triggers", "触发"),
    "change": (["few.toml", "--set", "phase"], "--set", "--set"),
    "language": (["few.toml", "--lang", "fr"], "unknown language 'fr'", "fr"),
    "a folder of something else": (["few.toml", "--out", "."], "--out", "--out"),
}  # fmt: skip


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("case", WRONG)
def test_wrong_input_is_one_message_and_leaves_nothing(
    case: str, lang: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments, english, chinese = WRONG[case]
    written(tmp_path)
    (tmp_path / "empty.toml").write_text(
        SCENARIO.partition("[[phase]]")[0].replace('"few"', '"empty"').replace('"demo-township"', '"demo-township"')
        .replace("[scenario]", "phase = []\n[scenario]"), encoding="utf-8"
    )  # fmt: skip
    (tmp_path / "early.toml").write_text(SCENARIO.replace("[scenario]", '[scenario]\nstart = "2020-01"').replace(
        "2021-0", "2020-0"), encoding="utf-8")  # fmt: skip
    (tmp_path / "free.toml").write_text(SCENARIO.replace('budget = "2 万元/年"\n', ""), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("RURALSIM_LANG", raising=False)
    before = sorted(path.name for path in tmp_path.rglob("*"))
    chosen = [] if "--lang" in arguments else ["--lang", lang]
    monkeypatch.setenv("LANG", "zh_CN.UTF-8" if lang == "zh" else "C.UTF-8")
    monkeypatch.delenv("LC_ALL", raising=False)
    assert cli.run(["phases", *arguments, *chosen]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("ruralsim: ")
    assert (english if lang == "en" else chinese) in err
    assert sorted(path.name for path in tmp_path.rglob("*")) == before
