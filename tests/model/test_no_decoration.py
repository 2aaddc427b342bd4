"""Nothing is decoration: every process, every column and every parameter shows in some table of some run."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from small import differing, fingerprint, ranges, scenario, stock

from ruralsim.base.calendar import Month
from ruralsim.model.county import County
from ruralsim.spec.parameters import load_parameters
from ruralsim.spec.scenario import Scenario
from ruralsim.state.columns import EMPTY, REGISTRY
from ruralsim.state.inputs import PROCESSES

SEED = 1
#: through the fifth January, so that an election (January 2026) falls in
MONTHS = 62
STOCK = ("demo-township", "henan-county", "pengzhou")
CHUNKS = (1, 2, 13, 25, 61, MONTHS)


# ---------------------------------------------------------------- processes


@cache
def _year() -> Scenario:
    """October 2025 to December 2026: a distribution, an election, the turn of a year, two appraisals."""
    return scenario(4, 15, adults=70, start=Month(2025, 10), parameters={"outsider_share": 0.1})


@cache
def _whole_year() -> County:
    return County.build(_year(), SEED).advance()


@pytest.mark.parametrize("process", PROCESSES)
def test_freezing_a_process_changes_a_table(process: str) -> None:
    frozen = County.build(_year(), SEED).advance(frozen=[process])
    changed = differing(fingerprint(_whole_year()), fingerprint(frozen))
    assert any(key.endswith(".record") for key in changed), f"without {process} the recorded tables are the same"


def test_freezing_nothing_changes_nothing() -> None:
    again = County.build(_year(), SEED).advance(frozen=[])
    assert differing(fingerprint(_whole_year()), fingerprint(again)) == []


# ---------------------------------------------------------------- columns


class Seen:
    """What a column showed over months: did it differ between villages, did it change from month to month?"""

    def __init__(self) -> None:
        self.between: set[str] = set()
        self.over_time: set[str] = set()

    def look(self, county: County, before: dict[str, np.ndarray] | None) -> dict[str, np.ndarray]:
        """Compare with the month before; return the tables as they are now."""
        rows = np.concatenate(
            [np.arange(a, a + n) for a, n in zip(county.start, county.villages["rows"], strict=True)]
        )
        now = {
            "villages": county.villages.copy(),
            "enterprises": county.enterprises.copy(),
            "cadres": county.cadres.copy(),
            "villagers": county.villagers.copy(),
        }
        village_of = np.repeat(np.arange(len(county.start)), county.stop - county.start)[rows]
        for table, columns in REGISTRY.items():
            for column in columns:
                key, values = f"{table}.{column.name}", now[table][column.name]
                if table == "villagers":
                    means = [values[rows[village_of == v]].astype(float).mean() for v in range(len(county.start))]
                else:
                    means = values.reshape(len(county.start), -1).astype(float).mean(axis=1).tolist()
                if len(set(means)) > 1:
                    self.between.add(key)
                if before is not None and len(before[table]) == len(now[table]):
                    was = before[table]
                    same = was["status"] != EMPTY if table == "villagers" else np.ones(was.shape, bool)
                    if (was[column.name][same] != values[same]).any():
                        self.over_time.add(key)
        return now


@cache
def _columns() -> Seen:
    """The three shipped scenarios in small, four years through an election, with what differs between their villages."""
    seen = Seen()
    for name in STOCK:
        county = County.build(stock(name, 48, start=Month(2023, 1)), SEED)
        before = seen.look(county, None)
        for _ in range(48):
            county.advance(1)
            before = seen.look(county, before)
    return seen


COLUMNS = [column for columns in REGISTRY.values() for column in columns]
#: one value for the whole county by its meaning: the place of a scenario says how many mediators there are
SAME_EVERYWHERE = {"villages.mediators"}


@pytest.mark.parametrize("column", COLUMNS, ids=lambda column: f"{column.table}.{column.name}")
def test_a_column_varies_over_villages_and_unless_fixed_over_months(column) -> None:
    key, seen = f"{column.table}.{column.name}", _columns()
    assert (key in seen.between) != (key in SAME_EVERYWHERE)
    assert (key in seen.over_time) != column.fixed


# ---------------------------------------------------------------- parameters


@cache
def _base(name: str) -> tuple[bytes, ...]:
    return tuple(_tables(name, {}))


def _tables(name: str, values: dict[str, float]):
    """What is recorded up to each month of ``CHUNKS``, as bytes."""
    county = County.build(stock(name, MONTHS), SEED, values)
    record = county.record
    yield record.outcomes[0].tobytes() + record.balances[0].tobytes()
    for months in CHUNKS:
        county.advance(months - county.month)
        tables = (record.outcomes, record.money, record.balances, record.momentum, record.county)
        parts = [table.tobytes() for table in tables]
        parts += [values.tobytes() for _, values in record.indicators]
        parts += [array.tobytes() for _, *arrays in record.policy for array in arrays]
        yield b"".join(parts)


def _moves_something(parameter: str) -> bool:
    default, ends = load_parameters()[parameter].value, ranges()[parameter]
    for name in STOCK:
        for value in sorted(set(ends) - {default}, key=lambda end: -abs(end - default)):
            found = _tables(name, {parameter: value})
            if any(one != other for one, other in zip(_base(name), found, strict=False)):
                return True
    return False


#: parameters that no shipped scenario shows, each with the reason
SHOWN_ELSEWHERE = {}


@pytest.mark.parametrize("parameter", load_parameters())
def test_a_parameter_moves_an_output_of_a_shipped_scenario(parameter: str) -> None:
    assert _moves_something(parameter)
