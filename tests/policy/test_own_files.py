"""A user's own frameworks, instruments and packages: read strictly, carried by the run, named in its messages."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from ruralsim.base.errors import InputError
from ruralsim.model.county import County
from ruralsim.model.run import load_scenario
from ruralsim.policy.indicator_sheet import COLUMNS, is_indicator_sheet
from ruralsim.policy.library import library_of, read_one, shipped
from ruralsim.policy.observables import OBSERVABLE_INDEX

DOCS = Path(__file__).resolve().parents[2] / "docs" / "own-data.md"
SCENARIO = """
[scenario]
name = "county"
based_on = "demo-township"
library = "mine"
months = 6
[place]
population = 400
villages = 4
demonstration_villages = 1
[framework]
name = "our-84"
[[phase]]
name = "one"
from = "2021-01"
to = "2021-06"
[phase.packages]
our-measures = 0.5
[phase.instruments]
sunshine_affairs = 0.4
"""


def _blocks(kind: str) -> list[str]:
    return re.findall(rf"```{kind}\n(.*?)```", DOCS.read_text(encoding="utf-8"), re.DOTALL)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder as the documentation describes it, made from its own examples."""
    instrument, package = _blocks("toml")
    for name, text in (
        ("instruments/reading_room.toml", instrument),
        ("frameworks/our-84.csv", _blocks("csv")[0]),
        ("packages/our-measures.toml", package),
    ):
        path = tmp_path / "mine" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    (tmp_path / "county.toml").write_text(SCENARIO, encoding="utf-8")
    return tmp_path


def test_the_documented_examples_run(folder):
    scenario = load_scenario(folder / "county.toml")
    assert scenario.phases[0].instruments == {
        "reading_room": 0.5, "six_deliberations": pytest.approx(0.3), "sunshine_affairs": 0.4,
    }  # fmt: skip
    county = County.build(scenario, 1)
    assert county.framework.ids == ("open_accounts", "answered")
    assert set(county.programme.names) == {"reading_room", "six_deliberations", "sunshine_affairs"}
    county.advance()
    assert county.levers["norms"][0] > 0.0
    assert list(county.items["veto"]) == [0, 0]


def test_a_run_carries_what_was_read_and_a_later_edit_changes_nothing(folder):
    scenario = load_scenario(folder / "county.toml")
    before = library_of(scenario).instruments["reading_room"]
    path = folder / "mine/instruments/reading_room.toml"
    path.write_text(path.read_text(encoding="utf-8").replace("0.001", "0.002"), encoding="utf-8")
    assert library_of(scenario).instruments["reading_room"] == before
    assert scenario.resolved()["own"]["instruments"]["reading_room"]["effects"]["norms"]["amount"] == 0.001
    again = load_scenario(folder / "county.toml")
    assert library_of(again).instruments["reading_room"].effects[0].amount == 0.002
    assert again.digest != scenario.digest


def test_without_a_library_nothing_of_it_is_in_the_scenario():
    scenario = load_scenario("demo-township")
    assert scenario.own == {}
    assert "own" not in scenario.resolved()
    assert library_of(scenario) is shipped()


def test_an_own_name_that_a_shipped_file_has_is_refused(folder):
    text = _blocks("toml")[0].replace("reading_room", "six_deliberations")
    (folder / "mine/instruments/six_deliberations.toml").write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match="is that of a shipped file"):
        load_scenario(folder / "county.toml")


def test_a_folder_without_own_files_is_refused(folder):
    (folder / "empty").mkdir()
    (folder / "county.toml").write_text(SCENARIO.replace('"mine"', '"empty"'), encoding="utf-8")
    with pytest.raises(InputError, match="instruments, frameworks, packages"):
        load_scenario(folder / "county.toml")
    (folder / "county.toml").write_text(SCENARIO.replace('"mine"', '"/etc"'), encoding="utf-8")
    with pytest.raises(InputError, match="leads out of"):
        load_scenario(folder / "county.toml")


def test_each_file_is_read_by_itself(folder):
    for name, kind in (
        ("frameworks/our-84.csv", "framework"),
        ("instruments/reading_room.toml", "instrument"),
        ("packages/our-measures.toml", "package"),
    ):
        found = read_one(folder / "mine" / name)
        assert found is not None
        assert found[0] == kind
    assert read_one(folder / "county.toml") is None


def test_the_sheet_is_told_from_a_roster(folder):
    roster = folder / "roster.csv"
    roster.write_text("name,population\nA,1000\n", encoding="utf-8")
    assert is_indicator_sheet(folder / "mine/frameworks/our-84.csv")
    assert not is_indicator_sheet(roster)


def test_a_sheet_holds_what_its_cells_say(folder):
    framework = read_one(folder / "mine/frameworks/our-84.csv")[1]
    accounts, answered = framework.items
    assert (accounts.channel, answered.channel) == ("inspection", "registry")
    assert (accounts.observable, answered.observable) == ("money_arrived", "requests_answered")
    assert accounts.tasks == {"organise": 1.0}
    assert answered.tasks == {"serve": 1.0}
    assert (accounts.origin, accounts.rank, accounts.tier, accounts.weight) == ("quoted", 3, "village", 1.0)
    assert [board.id for board in framework.boards] == ["良序善治"]


def test_both_headers_are_documented():
    text = DOCS.read_text(encoding="utf-8")
    assert all(f"`{name}`" in text and chinese in text for name, chinese in COLUMNS.items())


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("观测量", "观察量", "unknown column '观察量'. Did you mean"),
        ("money_arrived", "money_arived", "Did you mean 'money_arrived'?"),
        ("answered,", ",", "line 3: 'id' (编号) is empty"),
        (",1,,inspection", ",many,,inspection", "line 2: organise: 'many' is not a number"),
        (",1,,inspection", ",,,inspection", "line 2: this indicator says of no task"),
        ("inspection", "inspector", "Did you mean 'inspection'?"),
        ("村务账目每季度公开一次", "太短", "too short"),
        ("registry,否", "registry,也许", "neither yes nor no"),
        ("编号", "题目", "Accepted: id"),
        ("answered,", "open_accounts,", "defined twice"),
    ],
)
def test_a_wrong_sheet_says_where_and_what_is_accepted(folder, old, new, told):
    path = folder / "mine/frameworks/our-84.csv"
    path.write_text(path.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")
    with pytest.raises(InputError) as error:
        read_one(path)
    assert told in str(error.value)
    assert "our-84" in str(error.value)


def test_packages_in_a_phase_take_the_highest_and_give_way_to_what_is_named(folder):
    text = SCENARIO.replace("our-measures = 0.5", "our-measures = 0.5\nhenan-county = 1.0")
    (folder / "county.toml").write_text(text.replace("sunshine_affairs = 0.4", "law_publicity = 0.1"), encoding="utf-8")
    asked = load_scenario(folder / "county.toml").phases[0].instruments
    assert asked["six_deliberations"] == 0.8  # the county's package asks for more than ours
    assert asked["law_publicity"] == 0.1
    (folder / "county.toml").write_text(text.replace("henan-county", "henan-couny"), encoding="utf-8")
    with pytest.raises(InputError, match="Did you mean 'henan-county'"):
        load_scenario(folder / "county.toml")


def test_observables_named_in_the_documented_sheet_exist():
    assert {"money_arrived", "requests_answered"} <= set(OBSERVABLE_INDEX)
