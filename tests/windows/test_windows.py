"""Windows on rows: what they show, what they refuse, how models end."""

from __future__ import annotations

import ctypes
import gc
import weakref
from pathlib import Path

import mesa
import numpy as np
import pytest
from township import ROUGH, township

from ruralsim.base.errors import InputError
from ruralsim.spec.scenario import Scenario
from ruralsim.state.columns import GONE, REGISTRY, VILLAGER_DTYPE
from ruralsim.state.flows import FLOW_INDEX
from ruralsim.windows import Cadre, CollectiveEnterprise, CountyModel, Villager
from ruralsim.windows.rows import row_at, row_type
from ruralsim.windows.village import Village


class Bold(Villager):
    def chance_to_leave(self, factor: float) -> float:
        return 1.0


class Generous(CollectiveEnterprise):
    def allocation(self) -> tuple[float, float, float, float, float]:
        return 0.0, 0.0, 1.0, 0.0, 0.0


class Frank(Cadre):
    def value_of_dressing(self, weight: float, gameability: float, nearness: float, check: float) -> float:
        return 0.0


class Named(Villager):
    """Adds a method, replaces nothing."""

    def greeting(self) -> str:
        return f"villager {self.slot}"


@pytest.fixture(scope="module")
def lived(year: Scenario) -> CountyModel:
    model = CountyModel(year, 3)
    for _ in range(14):
        model.step()
    return model


def test_a_row_reads_and_writes_its_columns() -> None:
    table = np.zeros(3, VILLAGER_DTYPE)
    row = row_at(table, 1)
    row.trust, row.wealth, row.household = 0.1, 10**15 + 7, 65535
    assert table[1]["trust"] == np.float32(0.1)
    assert row.trust == float(np.float32(0.1)), "read widened, rounded once on store"
    assert (table[1]["wealth"], table[1]["household"]) == (10**15 + 7, 65535)
    assert table[0].tobytes() == table[2].tobytes() == bytes(VILLAGER_DTYPE.itemsize)


def test_a_layout_that_is_not_the_machines_is_refused() -> None:
    with pytest.raises(TypeError, match="layout"):
        row_type(np.dtype([("a", "u1"), ("b", "f8")], align=False))
    assert issubclass(row_type(np.dtype([("a", "u1"), ("b", "f8")], align=True)), ctypes.Structure)


def test_every_column_is_an_attribute_of_its_window(lived: CountyModel) -> None:
    place = lived.village("V001")
    windows = {"villagers": place.present()[0], "cadres": place.cadres[0], "enterprises": place.enterprise}
    for table, window in windows.items():
        array = getattr(lived.county, table)
        index = {"villagers": place.first + window.slot, "cadres": (0, window.slot), "enterprises": 0}[table]
        for column in REGISTRY[table]:
            assert getattr(window, column.name) == array[index][column.name], column.name


def test_writing_an_attribute_writes_the_column_inside_its_bounds(year: Scenario) -> None:
    model = CountyModel(year, 3)
    person = model.villager("V002", 4)
    person.trust = 0.25
    assert model.county.villagers["trust"][person.village.first + 4] == 0.25
    with pytest.raises(InputError) as refused:
        person.trust = 1.5
    assert refused.value.code == "window_value"
    assert "villagers.trust" in str(refused.value)
    assert "1.5" in refused.value.text("zh")
    with pytest.raises(InputError):
        person.age = float("nan")
    assert person.trust == 0.25


def test_people_who_left_have_no_agent_and_newcomers_do(lived: CountyModel) -> None:
    departed = 0
    for place in lived.villages:
        rows = lived.county.villagers[place.first : place.first + place.row.rows]
        there = {int(k) for k in np.flatnonzero(rows["status"] != GONE)}
        assert {person.slot for person in place.present()} == there
        assert len(there) == place.row.people
        for slot in sorted(set(range(len(rows))) - there):
            departed += 1
            with pytest.raises(InputError) as missing:
                lived.villager(place, slot)
            assert missing.value.code == "window_no_villager"
    assert departed, "somebody left in fourteen months"
    agents = lived.agents_by_type[Villager]
    assert len(agents) == int(lived.county.villages["people"].sum())


def test_mesa_works_on_windows(lived: CountyModel) -> None:
    people = lived.agents_by_type[Villager]
    assert all(isinstance(agent, mesa.Agent) for agent in people)
    old = people.select(lambda agent: agent.age >= 60.0)
    assert 0 < len(old) < len(people)
    by_place = people.groupby("place").count()
    assert by_place["home"] == int((lived.county.villagers["status"] == 1).sum())
    assert people.agg("trust", max) <= 1.0
    frame = lived.datacollector.get_model_vars_dataframe()
    assert frame["mean_trust"].iloc[-1] == lived.mean("mean_trust")
    assert len(frame) == 15
    assert not lived.running


def test_columns_make_windows_when_asked_and_keep_them_true(year: Scenario) -> None:
    model = CountyModel(year, 3, activation="columns")
    assert Villager not in model.agents_by_type
    watched = model.look_at("V003")
    for _ in range(14):
        model.step()
    place = model.village("V003")
    kept = place.present()
    assert len(kept) < len(watched), "windows of people who are gone were closed"
    for person in kept:
        row = model.county.villagers[place.first + person.slot]
        assert (person.trust, person.wealth, person.status) == (row["trust"], row["wealth"], row["status"])
    assert model.look_at("V003")[-1].slot == place.row.rows - 1 or not place.is_there(place.row.rows - 1)


@pytest.mark.parametrize(
    ("argument", "kind", "method"),
    [
        ("villager_class", Bold, "chance_to_leave"),
        ("enterprise_class", Generous, "allocation"),
        ("cadre_class", Frank, "value_of_dressing"),
    ],
)
def test_columns_refuse_a_replaced_rule(year: Scenario, argument: str, kind: type, method: str) -> None:
    with pytest.raises(InputError) as refused:
        CountyModel(year, 3, activation="columns", **{argument: kind})
    for lang in ("en", "zh"):
        text = refused.value.text(lang)
        assert kind.__name__ in text
        assert method in text
        assert 'activation="agents"' in text
    assert refused.value.exit_code == 2


def test_columns_accept_a_class_that_replaces_nothing(year: Scenario) -> None:
    model = CountyModel(year, 3, activation="columns", villager_class=Named)
    assert model.villager(0, 0).greeting() == "villager 0"


def test_agents_honour_a_replaced_rule_of_the_enterprise(year: Scenario) -> None:
    plain, generous = CountyModel(year, 3), CountyModel(year, 3, enterprise_class=Generous)
    for _ in range(7):  # June to December
        plain.step()
        generous.step()
    welfare, dividends = FLOW_INDEX["welfare_fund"], FLOW_INDEX["dividends"]
    assert plain.county.ledger[:, welfare].sum() > 0
    assert generous.county.ledger[:, welfare].sum() == 0
    assert generous.county.ledger[:, dividends].sum() > plain.county.ledger[:, dividends].sum()


def test_agents_honour_a_replaced_rule_of_the_cadre(folder: Path) -> None:
    scenario = township(folder, months=3, regime="satisfaction", parameters=ROUGH)
    plain, frank = CountyModel(scenario, 3), CountyModel(scenario, 3, cadre_class=Frank)
    for _ in range(3):
        plain.step()
        frank.step()
    assert plain.county.cadres["effort_report"].sum() > 0.0
    assert frank.county.cadres["effort_report"].sum() == 0.0
    assert (frank.county.villages["exposure"] == 0.0).all()


def test_wrong_arguments_are_named(year: Scenario) -> None:
    with pytest.raises(InputError) as wrong:
        CountyModel(year, activation="agent")
    assert wrong.value.fields["nearest"] == "agents"
    with pytest.raises(InputError) as wrong:
        CountyModel(year, villager_class=Cadre)  # type: ignore[arg-type]
    assert wrong.value.code == "window_class"
    model = CountyModel(year, activation="columns")
    for code, act in (
        ("window_no_village", lambda: model.village("V01")),
        ("window_no_villager", lambda: model.villager("V001", 9999)),
        ("window_outcome", lambda: model.mean("trust")),
        ("window_no_month", lambda: model.villager(0, 0).explain("trust")),
        ("window_topic", lambda: model.villager(0, 0).explain("joining")),
    ):
        with pytest.raises(InputError) as wrong:
            act()
        assert wrong.value.code == code
        assert wrong.value.text("en") != wrong.value.text("zh")


def test_the_end_of_the_scenario_is_an_end(lived: CountyModel) -> None:
    with pytest.raises(InputError) as over:
        lived.step()
    assert over.value.code == "window_finished"


@pytest.mark.parametrize("activation", ["agents", "columns"])
def test_a_finished_model_is_freed(year: Scenario, activation: str) -> None:
    model = CountyModel(year, 3, activation=activation)
    model.step()
    model.look_at(0)
    watched = weakref.ref(model)
    person = weakref.ref(model.villager(0, 0))
    del model
    gc.collect()
    assert watched() is None
    assert person() is None


def test_a_village_names_itself(lived: CountyModel) -> None:
    place: Village = lived.village(1)
    assert repr(place) == "<Village V002>"
    assert repr(place.present()[0]).startswith("<Villager V002:")
    assert place.enterprise.form_name in ("leasing", "cooperative", "company", "tourism")
    assert place.cadres[0].holder.cadre == 1
