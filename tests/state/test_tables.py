"""The registry, the flows and the drivers: closed lists that say what they mean."""

from __future__ import annotations

import numpy as np
import pytest
from small import scenario

from ruralsim.model.audit import NET
from ruralsim.model.county import County
from ruralsim.state.columns import REGISTRY, dtype_of
from ruralsim.state.flows import DRIVER, DRIVERS, FLOW, FLOW_INDEX, FLOWS, SECTORS, TO_DEVELOPMENT, TO_GOVERNANCE
from ruralsim.state.inputs import PROCESS_BIT, PROCESSES, SETTING_DTYPE, Fields


@pytest.mark.parametrize("table", REGISTRY)
def test_a_table_is_its_registry(table: str) -> None:
    columns = REGISTRY[table]
    names = [column.name for column in columns]
    assert len(set(names)) == len(names)
    dtype = dtype_of(columns)
    assert list(dtype.names) == names
    for column in columns:
        assert column.table == table
        assert dtype[column.name] == np.dtype(column.dtype)
        assert len(column.meaning) >= 3
        assert "[" not in column.meaning
        if column.low is not None and column.high is not None:
            assert column.low < column.high
        if np.dtype(column.dtype).kind == "u":  # what does not fit the type is not allowed by the bounds
            assert column.low == 0.0
            assert column.high is None or column.high <= np.iinfo(column.dtype).max


def test_the_county_holds_the_tables_of_the_registry() -> None:
    county = County.build(scenario(2, 2), 1)
    for table, columns in REGISTRY.items():
        assert list(getattr(county, table).dtype.names) == [column.name for column in columns]


def test_a_villager_is_two_cache_lines() -> None:
    assert dtype_of(REGISTRY["villagers"]).itemsize <= 128


def test_every_flow_has_a_payer_and_another_payee() -> None:
    assert len({flow.name for flow in FLOWS}) == len(FLOWS) == len(FLOW)
    for k, flow in enumerate(FLOWS):
        assert flow.payer != flow.payee
        assert 0 <= flow.payer < len(SECTORS)
        assert 0 <= flow.payee < len(SECTORS)
        assert getattr(FLOW, flow.name) == FLOW_INDEX[flow.name] == k
        assert NET[k, flow.payee] == 1
        assert NET[k, flow.payer] == -1
    assert not NET.sum(axis=1).any()


@pytest.mark.parametrize("word", ["other", "balanc", "residual", "misc", "unexplained"])
def test_no_flow_and_no_driver_is_a_balancing_item(word: str) -> None:
    names = [flow.name for flow in FLOWS] + [driver.name for driver in DRIVERS]
    assert [name for name in names if word in name and name != "other_property"] == []


def test_drivers_belong_to_one_side_and_losses_are_marked() -> None:
    assert set(TO_GOVERNANCE) & set(TO_DEVELOPMENT) == set()
    assert len({driver.name for driver in DRIVERS}) == len(DRIVERS) == len(DRIVER)
    for driver in DRIVERS:
        assert getattr(DRIVER, driver.name.replace(".", "_")) == DRIVERS.index(driver)
        if driver.name.endswith(".decay"):
            assert driver.loss
    pivots = {driver.name for driver in DRIVERS if driver.pivot}
    assert {"trust.dividends", "trust.village_affairs", "trust.jobs", "trust.belonging"} <= pivots


def test_processes_have_a_bit_each() -> None:
    assert sorted(PROCESS_BIT.values()) == [1 << k for k in range(len(PROCESSES))]


def test_fields_are_plain_floats() -> None:
    record = np.ones(1, SETTING_DTYPE)[0]
    fields = Fields(record)
    assert all(type(getattr(fields, name)) is float for name in SETTING_DTYPE.names)
    record["outside_wage"] = 7.0
    assert fields.outside_wage == 1.0, "a copy, not a view"
