"""From files and ``--set`` to a scenario: values, layers, digests, notices."""

from __future__ import annotations

import contextlib
import json
import pickle
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from small_scenario import BASE, Load

from ruralsim.base.calendar import Month
from ruralsim.base.errors import InputError
from ruralsim.spec import load as load_module
from ruralsim.spec.load import shipped_scenarios
from ruralsim.spec.scenario import Phase, Series

ON_BASE = '[scenario]\nname = "x"\nbased_on = "base.toml"\n'


def test_values_arrive(load: Load) -> None:
    scenario = load("base.toml")
    assert (scenario.start, scenario.months, scenario.end) == (Month(2021, 1), 24, Month(2022, 12))
    assert scenario.place.registered_population == 2600
    assert scenario.place.endowments == {"plain": 0.5, "hill": 0.5, "mountain": 0.0, "suburban": 0.0}
    assert scenario.place.village_names() == ("V001", "V002")
    assert scenario.framework.weights == {"a": 2.0, "b": 0.5}
    assert scenario.regime.settings == {"pressure": 0.5}
    expected = Phase("near", Month(2021, 1), Month(2021, 12), ("all",), 120_000.0, {"training": 0.5})
    assert scenario.phases == (expected,)
    assert scenario.notices == ()


def test_it_travels_between_processes_and_to_json(load: Load) -> None:
    scenario = load("base.toml")
    back = pickle.loads(pickle.dumps(scenario))
    assert back == scenario
    assert back.digest == scenario.digest
    assert json.loads(json.dumps(scenario.resolved(), allow_nan=False)) == scenario.resolved()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('name = "base"', 'name = "other"'),
        ('title.en = "A base"', 'title.zh = "基础"\nnote.en = "words"'),
        ('name = "near"', 'name = "first"'),
        ("population = 2600", 'population = "0.26 万人"\nresident_population = 9000\nidentity = "stated"'),
        ("0.5, hill = 0.5", '"50 %", hill = 0.5'),
        ('"12 万元/年"', "120_000"),
    ],
)
def test_labels_and_ways_of_writing_leave_the_digest(load: Load, old: str, new: str) -> None:
    assert old in BASE
    assert load("x.toml", x=BASE.replace(old, new, 1)).digest == load("base.toml").digest


@pytest.mark.parametrize(
    "change",
    [
        "scenario.start=2021-02",
        "scenario.months=25",
        "place.population=2601",
        "place.villages=3",
        "place.townships=2",
        "place.persons_per_adult=1.4",
        "place.demonstration_villages=1",
        "place.mediators_per_1000=2",
        "place.endowments={plain=1}",
        "context.outside_wage=5000",
        "framework.weights.a=3",
        "framework.name=two",
        "regime.pressure=0.6",
        "regime.name=points",
        "phase.1.budget=1",
        "phase.near.to=2022-01",
        "phase.near.rollout=pilot",
        "phase.1.instruments.training=0.6",
    ],
)
def test_whatever_affects_results_enters_the_digest(load: Load, change: str) -> None:
    changes = [change]
    if change.startswith("framework.name"):
        changes.append("framework.weights={}")
    if change.startswith("regime.name"):
        changes = ["regime={name='points'}"]
    if change.startswith("scenario.start"):
        changes.append("phase.1.from=2021-02")
        reference = load("base.toml", ["phase.1.from=2021-02"]).digest
    else:
        reference = load("base.toml").digest
    assert load("base.toml", changes).digest != reference


def test_parameters_enter_the_digest_by_value_not_by_reason(load: Load) -> None:
    text = BASE + '\n[parameters]\ntrust_dividend = { value = "24 %/年", reason = "a guess" }\n'
    with_reason = load("x.toml", x=text)
    from_command_line = load("base.toml", ["parameters.trust_dividend=0.02"])
    assert with_reason.parameters[0].value == pytest.approx(0.02)
    assert from_command_line.parameters[0].reason == "set on the command line"
    assert with_reason.parameter_values()["trust_dividend"] == from_command_line.parameter_values()["trust_dividend"]
    assert with_reason.digest == from_command_line.digest != load("base.toml").digest


def test_a_base_is_changed_key_by_key(load: Load) -> None:
    scenario = load(
        "x.toml", x=ON_BASE + "[place]\nvillages = 4\n[framework.weights]\nb = 3\n[regime]\nhardening = 1\n"
    )
    base = load("base.toml")
    assert (scenario.name, scenario.title) == ("x", {"en": "x", "zh": "x"})
    assert scenario.place.villages == 4
    assert scenario.place.registered_population == base.place.registered_population
    assert scenario.framework.weights == {"a": 2.0, "b": 3.0}
    assert scenario.regime.settings == {"pressure": 0.5, "hardening": 1.0}
    assert scenario.phases == base.phases


def test_another_framework_or_regime_leaves_the_bases_settings_behind(load: Load) -> None:
    scenario = load("x.toml", x=ON_BASE + '[framework]\nname = "two"\n[regime]\nname = "points"\n')
    assert scenario.framework.weights == {}
    assert scenario.regime.settings == {}


def test_phases_shares_and_texts_of_a_base_are_replaced_as_a_whole(load: Load) -> None:
    text = (
        ON_BASE + '[place]\nendowments = { mountain = 1 }\n[[phase]]\nname = "new"\nfrom = "2022-01"\nto = "2022-02"\n'
    )
    scenario = load("x.toml", x=text)
    assert [phase.name for phase in scenario.phases] == ["new"]
    assert scenario.place.endowments["plain"] == 0
    assert scenario.place.endowments["mountain"] == 1


def test_a_base_nobody_changes_gives_the_same_digest(load: Load) -> None:
    assert load("x.toml", x=ON_BASE).digest == load("base.toml").digest


def test_an_error_in_a_base_names_the_base(load: Load) -> None:
    with pytest.raises(InputError) as caught:
        load("x.toml", x=ON_BASE, base=BASE.replace("villages = 2", "villages = 0"))
    assert str(caught.value).startswith("base.toml line 9, place.villages: 0 is out of bounds")


def test_a_circle_of_bases(load: Load) -> None:
    second = ON_BASE.replace("base.toml", "x.toml")
    with pytest.raises(InputError) as caught:
        load("x.toml", x=ON_BASE.replace("base.toml", "y.toml"), y=second)
    assert "x.toml → y.toml → x.toml" in str(caught.value)


def test_a_base_outside_of_the_folder_is_refused(load: Load) -> None:
    with pytest.raises(InputError) as caught:
        load("x.toml", x=ON_BASE.replace("base.toml", "../base.toml"))
    assert caught.value.code == "path_escapes"


def test_phases_may_overlap_and_reach_beyond_the_end_with_a_notice(load: Load) -> None:
    later = '\n[[phase]]\nname = "mid"\nfrom = "2021-06"\nto = "2024-12"\n'
    latest = '\n[[phase]]\nname = "far"\nfrom = "2023-01"\nto = "2023-02"\n'
    scenario = load("x.toml", x=BASE + later + latest)
    assert [phase.name for phase in scenario.phases] == ["near", "mid", "far"]
    assert [notice.code for notice in scenario.notices] == ["notice_phase_cut", "notice_phase_after"]
    assert "2022-12" in scenario.notices[0].text("zh")


def test_shares_that_are_not_given_are_assumed_and_said(load: Load) -> None:
    scenario = load("x.toml", x=BASE.replace("forms = { leasing = 1 }\n", ""))
    assert sum(scenario.place.forms.values()) == pytest.approx(1)
    assert [notice.code for notice in scenario.notices] == ["notice_shares_assumed"]


def test_shipped_scenarios_are_found_in_a_wheel_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert set(shipped_scenarios()) >= {"pengzhou", "henan-county", "demo-township"}
    (tmp_path / "scenarios").mkdir()
    (tmp_path / "scenarios" / "mine.toml").write_text(BASE, encoding="utf-8")
    monkeypatch.setattr(load_module, "_PACKAGE", tmp_path)
    shipped_scenarios.cache_clear()
    try:
        assert list(shipped_scenarios()) == ["mine"]
    finally:
        monkeypatch.undo()
        shipped_scenarios.cache_clear()


@pytest.mark.parametrize(
    ("series", "expected"),
    [
        (Series("constant", (3.0,)), (3.0,) * 6),
        (Series("monthly", (1.0, 2.0, 3.0)), (1.0, 1.0, 2.0, 3.0, 3.0, 3.0)),
        (Series("yearly", (1.0, 2.0)), (1.0,) * 6),
    ],
)
def test_series_by_month(series: Series, expected: tuple[float, ...]) -> None:
    assert series.monthly(5) == expected


def test_a_year_of_a_series_is_twelve_months() -> None:
    values = Series("yearly", (1.0, 2.0, 3.0)).monthly(25)
    assert [values[month] for month in (0, 1, 12, 13, 24, 25)] == [1, 1, 1, 2, 2, 3]


def test_series_from_files(load: Load) -> None:
    text = BASE + '\n[context]\noutside_wage = { file = "w.csv" }\nfarm_price = { file = "w.csv", column = "price" }\n'
    months = (
        "".join(f"2020-{month:02d},5000,1\n" for month in range(1, 13)) + "2021-01,5 千元/月,1.1\n2021-02,5200,1.2\n"
    )
    scenario = load("x.toml", x=text, w_csv="month,outside_wage,price\n" + months)
    wage, price = scenario.context.get("outside_wage"), scenario.context.get("farm_price")
    assert wage == Series("monthly", (5000.0, 5200.0))
    assert price == Series("monthly", (1.1, 1.2))
    assert [notice.code for notice in scenario.notices] == ["notice_series_held"] * 2
    assert scenario.context.get("local_wage") is None


def test_years_in_a_file_are_calendar_years(load: Load) -> None:
    text = BASE.replace('"2021-01"\nmonths', '"2021-11"\nmonths').replace(
        '"2021-01"\nto = "2021-12"', '"2021-11"\nto = "2021-12"'
    )
    scenario = load(
        "x.toml", x=text + '\n[context]\nlocal_wage = { file = "w.csv" }\n', w_csv="year,local_wage\n2021,1\n2022,2\n"
    )
    wage = scenario.context.get("local_wage")
    assert wage is not None
    assert wage.monthly(4) == (1, 1, 1, 2, 2)


def test_a_roster_says_how_many_people_villages_and_townships(load: Load) -> None:
    roster = "村名,乡镇,户籍人口\n红光,甲镇,1300\n红光,乙镇,1200\n"
    scenario = load("x.toml", x=ON_BASE + '[place]\nvillages = "r.csv"\n', r_csv=roster)
    place = scenario.place
    assert (place.registered_population, place.villages, place.townships) == (2500, 2, 2)
    assert place.village_names() == ("甲镇红光", "乙镇红光")
    assert place.roster is not None
    assert load("base.toml", ["place.villages=r.csv", "place.population=2500"]).place.roster == place.roster


def test_the_command_line_may_name_a_file_anywhere(load: Load, tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "r.csv").write_text("name,population\nA,1300\n", encoding="utf-8")
    path = tmp_path / "sub" / "r.csv"
    scenario = load("base.toml", [f"place.villages={path}", "place.population=1300"])
    assert scenario.place.villages == 1


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_damaged_files_are_refused_or_read_never_a_crash(load: Load, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(BASE) - 1))
    length = data.draw(st.integers(0, 12))
    put = data.draw(
        st.one_of(
            st.text(max_size=6),
            st.sampled_from(["-1", "nan", "1e400", "true", "{}", "[]", "[[", '"', "2021-01-01", "万元", "\\u0000"]),
        )
    )
    text = (BASE[:start] + put + BASE[start + length :]).encode("utf-8", "replace").decode("utf-8")
    with contextlib.suppress(InputError):
        load("x.toml", x=text)
