"""What was asked of a synthetic county against what was drawn."""

from __future__ import annotations

import math
from functools import cache

import numpy as np
import pytest
from small import scenario, village

from ruralsim.base.errors import catalogue
from ruralsim.model.county import County
from ruralsim.model.synthesis import SynthesisRow, gini, synthesis_table
from ruralsim.policy.catalogue import vocabulary
from ruralsim.spec.load import load_scenario

#: how far a preset may stray, as a share of what was asked; from counts of villages (shares of 150 to 200 villages)
#: and, for means of skewed quantities, from what even spreading leaves
WIDE = {"operating_300000": 0.35, "operating_500000": 0.35, "operating_mean": 0.20, "assets_mean": 0.10}
WIDE |= {"capital_mean": 0.10, "debt_mean": 0.10, "operating_50000": 0.15, "operating_0": 0.12, "notable_share": 0.05}
WIDE |= {"operating_100000": 0.12, "operating_median": 0.10, "surplus_below_50000": 0.20, "away_60_74": 0.08}
WIDE |= {"away_age": 0.08, "income_mean": 0.04, "income_median": 0.14, "income_median_share": 0.15}
WIDE |= {"income_wage": 0.06, "income_business": 0.06, "income_transfer": 0.10, "income_property": 0.20, "cadres": 0.05}
WIDE |= {"adults_spread": 0.05, "adults_median": 0.03}


@cache
def table(name: str) -> dict[str, SynthesisRow]:
    county = County.build(load_scenario(name, vocabulary=vocabulary()), seed=1)
    return {row.quantity: row for row in synthesis_table(county)}


@pytest.mark.parametrize("name", ["national", "anhui"])
def test_presets_come_out_as_asked(name: str) -> None:
    for quantity, row in table(name).items():
        if quantity in ("income_gini", "income_village_ratio", "away_75_89"):
            continue
        assert row.difference / row.asked == pytest.approx(0.0, abs=WIDE.get(quantity, 0.03)), quantity


def test_presets_ask_for_what_the_evidence_says() -> None:
    national, anhui = table("national"), table("anhui")
    asked = {
        ("national", "assets_mean"): 8_164_000,
        ("national", "debt_mean"): 1_300_000,
        ("national", "away"): 0.25,
        ("anhui", "assets_mean"): 8_855_000,
        ("anhui", "debt_mean"): 2_461_000,
        ("anhui", "away"): 0.308,
        ("anhui", "operating_mean"): 190_600,
        ("anhui", "operating_0"): 0.2635,
        ("anhui", "operating_50000"): 0.2669,
        ("anhui", "operating_100000"): 0.3527,
    }
    for (place, quantity), value in asked.items():
        row = (national if place == "national" else anhui)[quantity]
        assert row.asked == pytest.approx(value, rel=0.02), (place, quantity)
    assert national["cadres"].asked == 5.0
    assert national["assets_mean"].source.startswith("scenario, parameter capital_median (COL-013, COL-015")
    assert national["cadres"].source == "parameter cadres_per_village (CAD-002 CAD-005)"
    assert national["idle"].asked == pytest.approx(1.0 - 0.474, abs=0.005)


def test_income_is_spread_and_its_gaps_are_reported_as_they_are() -> None:
    for name in ("national", "anhui"):
        row = table(name)["income_gini"]
        assert 0.22 < row.synthesised < 0.42
        assert row.difference == pytest.approx(row.synthesised - 0.35)


def test_every_row_has_a_title_in_both_languages_and_a_source() -> None:
    rows = table("national")
    assert len(rows) >= 40
    for lang in ("en", "zh"):
        titles = [row.title(lang) for row in rows.values()]
        assert len(set(titles)) == len(titles)
        assert not [title for title in titles if title.startswith("synthesis_")]
    assert {f"synthesis_{quantity}" for quantity in rows} == {
        code for code in catalogue("en") if code.startswith("synthesis_")
    }
    assert all(row.source.startswith(("scenario", "parameter ", "evidence (")) for row in rows.values())


def test_a_roster_is_asked_before_the_parameters() -> None:
    county = County.build(scenario([village("Alder", 200), village("Birch", 400, debt=None)], phases=[]), seed=1)
    rows = {row.quantity: row for row in synthesis_table(county)}
    assert (rows["persons"].source, rows["persons"].asked) == ("roster", 780)
    assert (rows["adults_mean"].source, rows["adults_mean"].synthesised) == ("roster", 300.0)
    stated = [one.operating_income for one in county.scenario.place.roster]
    assert (rows["operating_mean"].source, rows["operating_mean"].asked) == ("roster", np.mean(stated))
    assert rows["operating_mean"].difference == pytest.approx(0.0, abs=1.0)
    assert rows["debt_mean"].source == "roster"  # Birch's debt follows from its assets
    assert rows["debt_mean"].difference == pytest.approx(0.0, abs=1.0)
    part = scenario([village("Alder", 200), village("Birch", 400, operating_income=None)], phases=[])
    found = {row.quantity: row for row in synthesis_table(County.build(part, seed=1))}
    assert found["operating_mean"].source.startswith("roster (1 of 2), parameter income_tail_ratio")


def test_a_county_that_is_not_as_asked_shows_it() -> None:
    county = County.build(scenario(3, phases=[]), seed=1)
    before = {row.quantity: row.difference for row in synthesis_table(county)}
    county.enterprises["capital"] *= 2.0
    county.villagers["age"] = 80.0
    county.villages["mediators"] += 1.0
    after = {row.quantity: row.difference for row in synthesis_table(county)}
    assert abs(before["capital_mean"]) < 1.0 < after["capital_mean"]
    assert after["age_75_89"] > 0.9
    assert after["mediators"] == pytest.approx(before["mediators"] + 1.0)


def test_an_advanced_county_is_refused() -> None:
    county = County.build(scenario(1, phases=[]), seed=1)
    county.advance(1)
    with pytest.raises(ValueError, match="month 0"):
        synthesis_table(county)


def test_gini_of_known_distributions() -> None:
    assert gini(np.ones(7)) == pytest.approx(0.0)
    assert gini(np.array([0.0, 0.0, 0.0, 4.0])) == pytest.approx(0.75)
    ordered = np.arange(1, 100_001, dtype=np.float64)
    assert gini(ordered) == pytest.approx(1.0 / 3.0, abs=1e-4)
    sample = np.exp(np.random.default_rng(1).normal(0.0, 0.5, 200_000))
    assert gini(sample) == pytest.approx(math.erf(0.25), abs=0.004)
