"""Nothing is decoration: every process, every column and every parameter shows in some table of some run."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from small import NAMES, differing, fingerprint, ranges, scenario, stock, village

from ruralsim.base.calendar import Month
from ruralsim.model.county import County
from ruralsim.spec.parameters import load_parameters
from ruralsim.spec.scenario import Scenario
from ruralsim.state.columns import EMPTY, REGISTRY
from ruralsim.state.inputs import PROCESSES

SEED = 1
#: through the fifth January, so that an election (January 2026) falls in
MONTHS = 62
STOCK = ("demo-township", "demo-negotiated", "henan-county", "pengzhou")
CHUNKS = (1, 2, 13, 25, 61, MONTHS, 96)


# ---------------------------------------------------------------- processes


@cache
def _year() -> Scenario:
    """October 2025 to December 2026: a distribution, an election, the turn of a year, two appraisals."""
    return scenario(4, 15, adults=70, start=Month(2025, 10), parameters={"outsider_share": 0.1, "candidate_share": 1.0})


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
        rows = np.concatenate([np.arange(a, a + n) for a, n in zip(county.start, county.villages["rows"], strict=True)])
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


def _strained() -> Scenario:
    """Villages of 30 to 260 adults, most of them away, under high pressure: seats stay vacant, dressing is exposed,
    vetoes hit, meetings miss their quorum."""
    villages = [village(name, adults) for name, adults in zip(NAMES, (30, 32, 34, 60, 120, 260), strict=False)]
    strict = {
        "start_away": 0.55, "gaming_self_report": 3.6, "gaming_registry": 2.0, "gaming_penalty": 0.25,
        "gaming_integrity": 0.2, "gaming_gain": 0.24, "veto_chance": 0.9, "dismissal_chance": 0.8, "quorum": 0.95,
        "effort_cost": 0.3, "collective_wage": 2000.0, "death_scale": 12.0, "retirement_age": 60.0,
    }  # fmt: skip
    high = {"pressure": 1.5, "checks": 0.6, "self_check_share": 0.0}
    return scenario(villages, 30, start=Month(2024, 10), regime="satisfaction", settings=high, parameters=strict)


@cache
def _columns() -> Seen:
    """The shipped scenarios in small, four years through an election, and a county under strain."""
    seen = Seen()
    for one in (*(stock(name, 48, adults=100, start=Month(2023, 1)) for name in STOCK), _strained()):
        county = County.build(one, SEED)
        before = seen.look(county, None)
        for _ in range(one.months):
            county.advance(1)
            before = seen.look(county, before)
    return seen


COLUMNS = [column for columns in REGISTRY.values() for column in columns]
#: one value for the whole county by its meaning: the place of a scenario says how many mediators there are
SAME_EVERYWHERE = {"villages.mediators"}
#: never seen between two months: the enterprise takes this month's grants into account in the month they come
ONLY_WITHIN_A_MONTH = {"enterprises.granted"}

#: changes over months only where nobody can stand, which the test after the next one brings about
SHOWN_BELOW = {"cadres.active"}


@pytest.mark.parametrize("column", COLUMNS, ids=lambda column: f"{column.table}.{column.name}")
def test_a_column_varies_over_villages_and_unless_fixed_over_months(column) -> None:
    key, seen = f"{column.table}.{column.name}", _columns()
    never = ONLY_WITHIN_A_MONTH
    assert (key in seen.between) != (key in SAME_EVERYWHERE | never)
    if key not in SHOWN_BELOW:
        assert (key in seen.over_time) != (column.fixed or key in never)


def test_a_seat_falls_vacant_where_nobody_can_stand() -> None:
    county = County.build(scenario(1, 3), SEED)
    holders = county.cadres[0]["person"][county.cadres[0]["active"] == 1]
    assert len(holders) == 5
    others = np.setdiff1d(np.arange(county.villages["rows"][0]), holders)
    young = others[county.villagers["age"][others] < 60.0]
    county.villagers["age"][young] = 62.0  # too old to stand, still of working age
    county.villagers["age"][holders[:2]] = 66.0  # too old to stay
    county.advance(1)
    assert county.cadres["active"][0].sum() == 3
    assert not county.villagers["cadre"][holders[:2]].any()


# ---------------------------------------------------------------- parameters


_SCENARIOS: dict[str, Scenario] = {}


@cache
def _small(name: str) -> Scenario:
    one = stock(name, MONTHS)
    _SCENARIOS[one.digest] = one
    return one


@cache
def _large(name: str) -> Scenario:
    one = stock(name, 96, adults=260)
    _SCENARIOS[one.digest] = one
    return one


@cache
def _base(digest: str) -> tuple[bytes, ...]:
    return tuple(_tables(_SCENARIOS[digest], {}))


def _tables(one: Scenario, values: dict[str, float]):
    """What is recorded up to each month of ``CHUNKS``, as bytes."""
    _SCENARIOS.setdefault(one.digest, one)
    county = County.build(one, SEED, values)
    record = county.record
    yield record.outcomes[0].tobytes() + record.balances[0].tobytes()
    for months in CHUNKS:
        if months > one.months:
            return
        county.advance(months - county.month)
        tables = (record.outcomes, record.money, record.balances, record.momentum, record.county)
        parts = [table.tobytes() for table in tables]
        parts += [values.tobytes() for _, values in record.indicators]
        parts += [array.tobytes() for _, *arrays in record.policy for array in arrays]
        yield b"".join(parts)


def _moves_something(parameter: str, one: Scenario) -> bool:
    _SCENARIOS.setdefault(one.digest, one)
    default, ends = load_parameters()[parameter].value, ranges()[parameter]
    for value in sorted(set(ends) - {default}, key=lambda end: -abs(end - default)):
        found = _tables(one, {parameter: value})
        if any(mine != other for mine, other in zip(_base(one.digest), found, strict=False)):
            return True
    return False


@pytest.mark.parametrize("parameter", load_parameters())
def test_a_parameter_moves_an_output_of_a_shipped_scenario(parameter: str) -> None:
    moved = any(_moves_something(parameter, _small(name)) for name in STOCK)
    if not moved:  # later phases, villages of several grids, hundreds of people
        moved = any(_moves_something(parameter, _large(name)) for name in reversed(STOCK))
    if not moved:  # tiers of indicators, instruments fitted to the place
        moved = any(_moves_something(parameter, _small(name)) for name in ("longquanyi", "four-systems", "dingyuan"))
    assert moved
