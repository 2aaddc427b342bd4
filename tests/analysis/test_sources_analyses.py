"""Analyses of the sources recover planted answers; intervals and verdicts follow the numbers; the table is current."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from ruralsim.analysis.sources import trial
from ruralsim.analysis.sources.comparison import ratcheting, relation, source_frameworks
from ruralsim.analysis.sources.diagnosis import WORKED_ON, diagnose, remedies
from ruralsim.analysis.sources.effects import (
    MEASURED,
    Effort,
    Interval,
    counts,
    measure,
    moved,
    quantities_of,
    verdict,
)
from ruralsim.analysis.sources.formalism import formalism, organisation_items
from ruralsim.analysis.sources.quantities import quantity_of, unit_of
from ruralsim.analysis.sources.table import data_digest, effort_of, load_table, observable_spreads, works
from ruralsim.analysis.sources.trial import Arm, Size
from ruralsim.base.errors import InputError
from ruralsim.model.books_loop import OUTCOME_INDEX
from ruralsim.model.county import County
from ruralsim.model.outcomes import GOALPOSTS, GOALS
from ruralsim.model.run import load_scenario
from ruralsim.policy.frameworks import load_frameworks
from ruralsim.policy.sources import load_rows

SMALL = Effort(Size(4, 50), replicates=3, draws=4)


@cache
def _demo(regime: str) -> County:
    """The demonstration township with smaller villages, two years."""
    arm = Arm(regime=(regime, ()), months=24)
    return County.build(trial.scenario_of(arm, Size(20, 60)), 1).advance()


def _planted(dressed: str) -> County:
    """The same, with reports on one kind of item dressed by a known amount: the answer to be found."""
    county = _demo("points")
    ours = organisation_items(county) == (dressed == "organisation")
    planted = []
    for month, values in county.record.indicators:
        values = values.copy()
        values[:, ours, 1] = np.minimum(1.0, values[:, ours, 0] + 0.08)
        values[:, ~ours, 1] = values[:, ~ours, 0]
        planted.append((month, values))
    other = County.__new__(County)
    other.__dict__.update(county.__dict__)
    other.record = replace(county.record, indicators=planted)
    return other


def test_formalism_finds_hollow_organisation_where_it_was_planted_and_only_there():
    hollow, sound = formalism(_planted("organisation")), formalism(_planted("others"))
    assert hollow.hollow
    assert hollow.organisation == pytest.approx(0.08, abs=0.02)
    assert hollow.other == 0.0
    assert not sound.hollow
    assert sound.other > sound.organisation == 0.0
    ids = _demo("points").framework.ids
    first = next(iter(hollow.items))
    assert organisation_items(_demo("points"))[ids.index(first)]


def test_diagnosis_finds_the_village_and_the_stage_where_a_problem_was_planted():
    outcomes = _demo("points").record.outcomes.copy()
    spans = [(1, 12), (13, 24)]
    column = OUTCOME_INDEX["settled_in_time"]
    outcomes[1:13, 3, column] = -5.0
    outcomes[13:25, 7, OUTCOME_INDEX["environment"]] = -5.0
    found = {(one.village, one.span): one for one in diagnose(outcomes, spans)}
    assert len(found) == 2 * outcomes.shape[1]
    assert found[3, 0].component == "settled_in_time"
    assert found[7, 1].component == "environment"
    assert found[3, 0].behind > 3.0
    assert found[3, 1].component != "settled_in_time" or found[3, 1].behind < found[3, 0].behind


def test_remedies_work_on_the_component_and_help_its_goal():
    measured = {
        "A": {"environment": {"mean": 0.1}, "development": {"mean": 0.02}},
        "B": {"environment": {"mean": 0.3}, "development": {"mean": 0.05}},
        "C": {"environment": {"mean": 0.3}, "development": {"mean": -0.01}},
        "D": {"leakage": {"mean": -0.1}, "development": {"mean": 0.9}},
    }
    assert remedies("environment", measured) == ["B", "A"]
    assert remedies("time_and_privacy", measured) == []
    assert set(WORKED_ON) == {post.component for post in GOALPOSTS}


def test_an_interval_holds_what_it_says():
    luck, draws = np.array([1.0, 2.0, 3.0]), np.arange(101.0)
    found = Interval.of(luck, draws)
    half = 2.919986 * 1.0 * np.sqrt(1 + 1 / 3)  # Student's t for nine tenths, two degrees of freedom
    assert found.mean == 2.0
    assert (found.low_luck, found.high_luck) == (pytest.approx(2 - half), pytest.approx(2 + half))
    assert (found.low, found.high) == (pytest.approx(5.0), pytest.approx(95.0))
    cases = ({"low": 0.1, "high": 1.0}, {"low": -1.0, "high": -0.1}, {"low": -0.1, "high": 0.1})
    assert [verdict(one) for one in cases] == ["helpful", "harmful", "null"]
    assert moved({"low_luck": 0.1, "high_luck": 0.2})
    assert not moved({"low_luck": -0.1, "high_luck": 0.2})


def test_counts_add_up_over_rows():
    up, down, none = ({"mean": m, "low": m - w, "high": m + w} for m, w in ((1.0, 0.5), (-1.0, 0.5), (0.0, 1.0)))
    table = {"A": dict.fromkeys(GOALS, up), "B": dict.fromkeys(GOALS, down), "C": dict.fromkeys(GOALS, none)}
    assert counts(table, ["A", "B", "C"])["life"] == {"helpful": 1, "null": 1, "harmful": 1}


def test_ratchets_and_substitutes_are_read_from_the_numbers():
    rising, flat = {"ratchet": {"low": 0.01, "high": 0.1}}, {"ratchet": {"low": -0.01, "high": 0.1}}
    assert ratcheting({"a": rising, "b": flat}) == ["a"]
    for low, high, said in ((-2, -1, "substitutes"), (1, 2, "complements"), (-1, 1, "undecided")):
        assert relation({"second_difference": {"work": {"low": low, "high": high}}}) == said
    assert len(source_frameworks()) == 5


def test_targets_follow_reports_under_a_ratchet_and_a_bargain_and_stand_still_otherwise():
    found = {name: quantity_of(_demo(name), "ratchet") for name in ("directional", "inspected", "negotiated", "points")}
    assert found["directional"] == 0.0
    assert abs(found["points"]) < 1e-9
    assert 0.2 < found["inspected"] < 1.2
    assert 0.1 < found["negotiated"] < 0.7


def test_draws_stay_in_their_ranges_and_are_the_same_again():
    drawn, again = trial.draws(1, 5), trial.draws(1, 5)
    for one, two in zip(drawn, again, strict=True):
        assert one.values == two.values
        assert one.instruments == two.instruments
        for name, instrument in one.instruments.items():
            for effect in instrument.effects:
                assert effect.low <= effect.amount <= effect.high, name
    amounts = {one.instruments["dividend_commitment"].effects[0].amount for one in drawn}
    assert len(amounts) == 5


def test_measuring_is_the_same_with_any_number_of_workers_and_sees_the_row():
    rows = [load_rows()["D6"], load_rows()["F11"]]
    one, two = measure(rows, SMALL), measure(rows, SMALL, workers=2)
    assert one == two
    assert set(one["D6"]) == {"leakage", *GOALS}
    assert one["D6"]["leakage"]["high_luck"] < 0.0
    assert one["D6"]["leakage"]["low"] <= one["D6"]["leakage"]["high"]


def test_unknown_quantities_are_refused():
    with pytest.raises(InputError, match="leakage"):
        quantity_of(_demo("points"), "leakag")


def test_every_quantity_of_a_row_is_known():
    for row in load_rows().values():
        for name in quantities_of(row):
            assert np.isfinite(quantity_of(_demo("points"), name)), name
            assert unit_of(name)


# ---------------------------------------------------------------- the table that is kept


def test_the_table_has_every_row_that_is_measured():
    table = load_table()
    wanted = {row.id for row in load_rows().values() if row.kind in MEASURED}
    assert set(table["rows"]) == wanted
    for row in wanted:
        for name in (*quantities_of(load_rows()[row]), *GOALS):
            found = table["rows"][row][name]
            assert found["low"] <= found["high"]
            assert found["low_luck"] <= found["mean"] <= found["high_luck"]


def test_the_table_was_measured_with_the_data_that_are_shipped():
    assert load_table()["digest"] == data_digest(), "run: ruralsim sources --measure"


@pytest.mark.parametrize("row", ["D6", "H13"])
def test_a_sample_of_the_table_is_what_is_measured_now(row):
    table = load_table()
    effort = replace(effort_of(table), draws=2)
    found = measure([load_rows()[row]], effort)[row]
    for name, figures in found.items():
        for part in ("mean", "low_luck", "high_luck"):
            assert figures[part] == pytest.approx(table["rows"][row][name][part], rel=1e-4, abs=1e-12), (row, name)


def test_every_row_works_or_says_why_not():
    table = load_table()
    without, with_commands = {}, {}
    for row in load_rows().values():
        without[row.id], reason = works(row, table, ())
        with_commands[row.id], _ = works(row, table, ("pivot", "indicators"))
        assert without[row.id] == (reason is None)
    assert [row for row, at_work in without.items() if not at_work] == ["P12", "L15"]
    assert all(with_commands.values())


def test_what_the_sources_quote_is_observed_and_varies():
    spreads = observable_spreads(SMALL)
    for framework in load_frameworks().values():
        for item in framework.items:
            assert spreads[item.observable] > 0.0, (framework.name, item.id)


def test_stock_scenarios_of_every_source_are_shipped_with_their_framework_and_regime():
    expected = {
        "pengzhou": ("pengzhou", "directional"),
        "longquanyi": ("longquanyi", "negotiated"),
        "dingyuan": ("dingyuan", "inspected"),
        "four-systems": ("four-systems", "satisfaction"),
        "henan-county": ("henan-county", "points"),
    }
    for name, (framework, regime) in expected.items():
        scenario = load_scenario(name)
        assert (scenario.framework.name, scenario.regime.name) == (framework, regime)
    assert "urban fringe" in load_scenario("longquanyi").title["en"]


@pytest.mark.parametrize("framework", source_frameworks())
@pytest.mark.parametrize("regime", ["directional", "negotiated", "inspected", "satisfaction", "points"])
def test_every_regime_runs_with_every_framework(framework, regime):
    arm = Arm(regime=(regime, ()), framework=framework, months=13)
    county = County.build(trial.scenario_of(arm, Size(3, 40)), 1).advance()
    targets = county.reports["target"]
    has_target = county.items["target_rule"] != 0
    assert (targets[:, has_target] >= 0.0).all()
    assert (targets[:, ~has_target] < 0.0).all()
    assert has_target.any() == (regime != "directional")
