"""The benchmarks of ensembles run what they say they run. Nothing here is timed."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

from ruralsim.experiments.record import observe
from ruralsim.experiments.series import COUNTY, GROUPS, county_series

BENCHMARKS = Path(__file__).resolve().parents[2] / "benchmarks"
sys.path.insert(0, str(BENCHMARKS))

import country  # noqa: E402
import ensemble  # noqa: E402


def test_the_country_is_as_large_as_it_says() -> None:
    whole, part = country.country(1.0), country.country(0.01)
    scenario = whole.design.arms[0].scenarios[0]
    assert len(whole) * scenario.place.villages == 490_000
    ratio = scenario.place.persons_per_adult or scenario.parameter_values()["persons_per_adult"]
    adults = len(whole) * scenario.place.registered_population / ratio
    assert adults == pytest.approx(490e6, rel=0.01)  # with the residents registered elsewhere, 500 million
    assert scenario.months == 120
    assert len(part) == 24
    assert {part.key(index) for index in range(len(part))} <= {whole.key(index) for index in range(60)}


def test_a_fraction_is_measured_resumed_and_called_extrapolated(tmp_path: Path) -> None:
    plan = country.country(0.5, months=2, villages=12, size=4)
    found = country.measure(plan, tmp_path, 0, False)
    assert (found["counties"], found["made_now"], found["villages"]) == (2, 2, 8)
    assert found["villagers"] > 8 * country.ADULTS
    assert found["disk_mb"] < 0.1
    assert "extrapolated from 50 %" in country.whole(found, 0.5)
    assert country.measure(plan, tmp_path, 0, False)["made_now"] == 0
    assert "measured" in country.whole(found, 1.0)


def test_mesa_runs_the_same_rules_to_the_same_numbers() -> None:
    model = ensemble.Batch((2, 20, 3), 1)
    while model.running:
        model.step()
    assert model.month == 3
    plan = ensemble.ensemble(2, villages=2, adults=20, months=3)
    record = observe(plan.scenario(1), plan.run(1).seed, {}, "county")
    series = county_series(model.county.record.outcomes, np.ones(2))
    assert record.groups[GROUPS.index(COUNTY), 0].tobytes() == series[0].tobytes()
    assert record.groups[GROUPS.index(COUNTY), 1].tobytes() == series[1:4].mean(axis=0).tobytes()
