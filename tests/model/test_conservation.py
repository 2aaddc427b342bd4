"""Whatever the parameters, policy, regime and weather: nothing appears, nothing vanishes, nothing leaves [0, 1].

Every month the county's own audit is on, so each example also says that both ledgers balance.
"""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small import NAMES, START, everything, ranges, scenario, village

from ruralsim.model.audit import NET
from ruralsim.model.county import County
from ruralsim.policy.instruments import load_instruments
from ruralsim.policy.regimes import load_regimes
from ruralsim.spec.scenario import ALL, ROLLOUTS, Phase, Scenario
from ruralsim.state.columns import AWAY, EMPTY, GONE, HOME, OUTSIDER, REGISTRY
from ruralsim.state.flows import DRIVERS, TO_GOVERNANCE

INSTRUMENTS = sorted(load_instruments())
REGIMES = sorted(load_regimes())
#: shares of one whole: any draw within their ranges is used, but they are drawn together as the model needs them
_APART = ("persons_per_adult",)


@st.composite
def counties(draw) -> tuple[Scenario, int, dict[str, float]]:
    """Two or three villages of 30 to 90 adults, anything else from its stated range."""
    months = draw(st.integers(14, 26))
    villages = [
        village(
            name,
            draw(st.integers(30, 90)),
            operating_income=draw(st.sampled_from([0.0, 20_000.0, 200_000.0, 3_000_000.0])),
            capital=draw(st.sampled_from([0.0, 300_000.0, 5_000_000.0])),
            debt=draw(st.sampled_from([0.0, 100_000.0, 2_000_000.0])),
        )
        for name in NAMES[: draw(st.integers(2, 3))]
    ]
    phases = []
    for number in range(draw(st.integers(0, 2))):
        first = draw(st.integers(1, months))
        phases.append(
            Phase(
                name=f"phase {number}",
                start=START + (first - 1),
                end=START + (draw(st.integers(first, months)) - 1),
                rollout=draw(st.sampled_from([(ALL,), *((one,) for one in ROLLOUTS)])),
                budget=draw(st.sampled_from([None, 0.0, 50_000.0, 1e6])),
                instruments=draw(
                    st.dictionaries(st.sampled_from(INSTRUMENTS), st.floats(0.0, 1.0), min_size=1, max_size=8)
                ),
            )
        )
    shocks = {
        "farm_price": ("yearly", (draw(st.floats(0.2, 3.0)), 1.0)),
        "product_price": ("monthly", tuple(draw(st.lists(st.floats(0.05, 3.0), min_size=1, max_size=6)))),
        "natural_shock": ("constant", (draw(st.floats(0.0, 1.0)),)),
        "county_revenue_growth": ("constant", (draw(st.floats(-0.3, 0.3)),)),
    }
    known = [name for name in ranges() if name not in _APART]
    chosen = draw(st.lists(st.sampled_from(known), unique=True, max_size=60))
    places = draw(st.lists(st.floats(0.0, 1.0), min_size=len(chosen), max_size=len(chosen)))
    values = {
        name: ranges()[name][0] + place * (ranges()[name][1] - ranges()[name][0])
        for name, place in zip(chosen, places, strict=True)
    }
    for name in ("term_months",):  # whole months
        if name in values:
            values[name] = float(round(values[name]))
    one = scenario(villages, months, phases=phases, regime=draw(st.sampled_from(REGIMES)), context=shocks)
    return one, draw(st.integers(0, 2**32 - 1)), values


class Watcher:
    """Runs a county month by month and counts people from the state alone."""

    def __init__(self, county: County) -> None:
        self.county = county
        self.flows = [Counter() for _ in county.names]

    def month(self) -> None:
        """One month, and everything that must hold after it."""
        before = [self._status(v) for v in range(len(self.county.names))]
        self.county.advance(1)
        for v in range(len(self.county.names)):
            self._people(v, before[v], self._status(v))
        self._bounds()
        self._shares()

    def _rows(self, v: int) -> np.ndarray:
        county = self.county
        return county.villagers[county.start[v] : county.start[v] + county.villages["rows"][v]]

    def _status(self, v: int) -> np.ndarray:
        return self._rows(v)["status"].copy()

    def _people(self, v: int, before: np.ndarray, after: np.ndarray) -> None:
        old = np.concatenate([before, np.full(len(after) - len(before), EMPTY, before.dtype)])
        moves = Counter(zip(old.tolist(), after.tolist(), strict=True))
        allowed = {
            (HOME, HOME), (AWAY, AWAY), (OUTSIDER, OUTSIDER), (GONE, GONE), (HOME, AWAY), (AWAY, HOME),
            (HOME, GONE), (AWAY, GONE), (OUTSIDER, GONE), (EMPTY, HOME), (EMPTY, OUTSIDER), (EMPTY, AWAY),
        }  # fmt: skip
        assert set(moves) <= allowed, "somebody came back from the dead, or a row was given twice"
        self.flows[v].update(moves)
        place = self.county.villages[v]
        registered = int(np.isin(after, (HOME, AWAY)).sum())
        came = moves[(EMPTY, HOME)] + moves[(EMPTY, AWAY)]  # of age, or registered
        gone = moves[(HOME, GONE)] + moves[(AWAY, GONE)]  # died, or left the register
        assert registered == int(np.isin(before, (HOME, AWAY)).sum()) + came - gone
        home = int((after == HOME).sum())
        left = moves[(HOME, AWAY)] + moves[(EMPTY, AWAY)]
        assert home == int((before == HOME).sum()) + came - moves[(HOME, GONE)] - left + moves[(AWAY, HOME)]
        assert place["registered"] == registered
        assert place["home"] == home
        assert place["outsiders"] == int((after == OUTSIDER).sum())
        assert place["people"] == registered + place["outsiders"]
        if self.county.calendar(self.county.month).month != 1:
            assert came == gone == 0, "births, deaths and the register turn in January"

    def _bounds(self) -> None:
        county = self.county
        tables = {
            "villages": county.villages,
            "enterprises": county.enterprises,
            "cadres": county.cadres[county.cadres["active"] == 1],
            "villagers": np.concatenate([self._rows(v) for v in range(len(county.names))]),
        }
        for table, columns in REGISTRY.items():
            for column in columns:
                values = tables[table][column.name]
                assert np.isfinite(values).all(), f"{table}.{column.name}"
                if column.low is not None:
                    assert values.min(initial=column.low) >= column.low, f"{table}.{column.name} {values.min()}"
                if column.high is not None:
                    assert values.max(initial=column.high) <= column.high, f"{table}.{column.name} {values.max()}"
        assert np.isfinite(county.outcomes).all()

    def _shares(self) -> None:
        for v in range(len(self.county.names)):
            rows, firm = self._rows(v), self.county.enterprises[v]
            there = np.isin(rows["status"], (HOME, AWAY, OUTSIDER))
            assert not rows["share"][~there].any(), "the dead hold shares"
            assert not rows["wealth"][~there].any(), "the dead hold money"
            if firm["shares_total"] > 1:
                assert int(rows["share"].sum()) + int(firm["shares_village"]) == int(firm["shares_total"])


@given(counties())
@settings(max_examples=25)
def test_nothing_appears_and_nothing_vanishes(case: tuple[Scenario, int, dict[str, float]]) -> None:
    one, seed, values = case
    county = County.build(one, seed, values)
    watcher = Watcher(county)
    watcher._bounds()
    watcher._shares()
    for _ in range(one.months):
        watcher.month()
    _ledgers_again(county)


def _ledgers_again(county: County) -> None:
    """Anybody can recompute both ledgers from what was recorded."""
    record = county.record
    assert record.momentum_residual <= 1e-9
    assert np.array_equal(np.diff(record.balances, axis=0), record.money @ NET)
    assert not np.diff(record.balances, axis=0).sum(axis=2).any(), "rows of the money ledger sum to zero"
    rising = np.array([driver in TO_GOVERNANCE for driver in DRIVERS])
    potential = record.outcomes[:, :, 0]
    assert np.abs(np.diff(potential, axis=0) - record.momentum[:, :, rising].sum(axis=2)).max() <= 1e-9
    value = record.outcomes[:, :, 15]
    gap = np.abs(np.diff(value, axis=0) - record.momentum[:, :, ~rising].sum(axis=2))
    assert (gap / np.maximum(1.0, np.maximum(value[1:], value[:-1]))).max() <= 1e-9


@pytest.mark.parametrize("end", ["low", "high"])
@pytest.mark.parametrize("regime", REGIMES)
def test_all_parameters_at_one_end_of_their_ranges(end: str, regime: str) -> None:
    """The corner that random draws rarely reach, under each regime, with all instruments and a budget that binds."""
    values = {name: bounds[end == "high"] for name, bounds in ranges().items() if name not in _APART}
    one = scenario(3, 26, regime=regime, phases=[everything(26, level=1.0, budget=300_000.0)])
    county = County.build(one, 11, values)
    watcher = Watcher(county)
    for _ in range(26):
        watcher.month()
    _ledgers_again(county)


def test_everything_that_the_count_of_people_knows_happens() -> None:
    """Negative control: deaths, births, moves both ways and outsiders of both kinds occur in what is counted above."""
    one = scenario(3, 26, adults=90, parameters={"outsider_share": 0.2})
    watcher = Watcher(County.build(one, 1))
    for _ in range(26):
        watcher.month()
    seen = sum(watcher.flows, Counter())
    assert all(
        seen[move] > 0
        for move in (
            (HOME, AWAY), (AWAY, HOME), (HOME, GONE), (AWAY, GONE), (OUTSIDER, GONE), (EMPTY, HOME), (EMPTY, OUTSIDER),
        )
    )  # fmt: skip
