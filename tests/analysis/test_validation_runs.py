"""Traces of real runs: what they keep is what happened, and measures of a tiny county add up."""

from __future__ import annotations

import math
from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from small import differing, everything, fingerprint, scenario

from ruralsim.analysis.validation import load_criteria, score, simulate_runs
from ruralsim.analysis.validation import runs as runs_module
from ruralsim.analysis.validation.books import surplus, total_income
from ruralsim.analysis.validation.criteria import read_criteria
from ruralsim.analysis.validation.incomes import household_incomes, sources
from ruralsim.analysis.validation.registry import MEASURES
from ruralsim.analysis.validation.runs import Runs, planned_runs, wanted_runs
from ruralsim.analysis.validation.trace import Trace, ease_when_met, watch
from ruralsim.base.errors import InputError
from ruralsim.model.county import County
from ruralsim.state.columns import OUTSIDER

MONTHS = 36


def county(months: int = MONTHS, regime: str = "inspected") -> County:
    return County.build(scenario(3, months, regime=regime, adults=90), 5)


@cache
def trace() -> Trace:
    return watch(county(), MONTHS, probe_targets=True, published_income=18931.0)


def test_watching_changes_nothing() -> None:
    """Asking how work would answer to easy targets leaves the county as it was."""
    watched, alone = county(), county()
    watch(watched, MONTHS, probe_targets=True)
    alone.advance(MONTHS)
    assert differing(fingerprint(watched), fingerprint(alone)) == []


def test_easy_targets_are_felt_and_taken_back() -> None:
    one = county()
    one.advance(30)
    before = fingerprint(one)
    eased = ease_when_met(one)
    assert differing(before, fingerprint(one)) == []
    assert eased.shape == (3,)
    assert (eased != 0.0).any()


def test_without_targets_nothing_eases() -> None:
    one = county(regime="directional")
    one.advance(30)
    assert np.array_equal(ease_when_met(one), np.zeros(3))


def test_the_trace_is_the_record() -> None:
    found = trace()
    assert found.months == MONTHS
    assert found.years == 3
    assert set(found.people) == {0, 12, 24, 36}
    assert np.allclose(found.flow("sales")[-1], found.enterprises[-1]["output"], atol=0.01)
    assert len(found.people[36]["village"]) == found.villages[-1]["people"].sum()
    for village in range(3):
        here = found.people[36]["village"] == village
        assert here.sum() == found.villages[-1]["people"][village]
        assert (found.people[36]["status"][here] == OUTSIDER).sum() == found.villages[-1]["outsiders"][village]


def test_surplus_is_the_profit_of_the_books() -> None:
    """Sales less costs over a year equal what the enterprise counts as profit up to December's sharing out."""
    one = county()
    one.advance(11)
    until_november = one.enterprises["profit_year"] / 100.0
    one.advance(1)
    found = watch(county(), 12, probe_targets=False)
    last = found.money[11:12]
    december = surplus(replace(found, money=np.concatenate([last, np.zeros((11, *last.shape[1:]))])), 1)
    assert np.allclose(surplus(found, 1), until_november + december, atol=0.5)


def test_income_sources_add_up_and_none_is_negative() -> None:
    for year in (1, 2, 3):
        parts = sources(trace(), year)
        assert all(value > 0.0 for value in parts.values()), parts
        people = trace().year((trace().villages["home"] + trace().villages["outsiders"])[1:], year)
        assert (
            sum(parts.values()) >= float((people * trace().year(trace().villages["mean_income"][1:], year)).sum()) - 1
        )


def test_household_incomes_count_those_at_home() -> None:
    found = household_incomes(trace().people[24])
    assert len(found) == trace().villages[24]["home"].sum()
    assert (np.diff(found) >= 0).all()
    assert (found > 0).all()


def test_policy_cost_agrees_with_the_ledger() -> None:
    """What policy paid once or monthly is in the ledger as running cost, transfer and grants (projects come on top)."""
    phase = everything(24, level=0.0, instruments={"seed_grant": 1.0}, budget=None)
    one = County.build(scenario(3, 24, adults=60, phases=[phase], parameters={"project_grant": 0.0}), 2)
    found = watch(one, 24, probe_targets=False)
    paid = found.flow("cash_grant", "grant_in_kind", "instrument_running").sum(axis=0)
    assert found.policy_cost == pytest.approx(paid, abs=0.01)
    assert paid == pytest.approx(np.full(3, 500_000.0))
    assert (total_income(found, 1) > surplus(found, 1)).all()


def test_every_measure_of_a_real_run_is_a_number() -> None:
    """On a tiny county with targets, every measure that a check asks for can be computed."""
    found, other = trace(), watch(county(regime="directional"), MONTHS, probe_targets=False)
    for one in load_criteria():
        for check in one.checks:
            if not check.scored or check.settings.get("year", 1) > 3:
                continue
            settings = {k: min(v, 2) if k == "years" else v for k, v in check.settings.items()}
            value = MEASURES[check.measure].of(found, other if check.against else None, settings)
            assert isinstance(value, float)
            allowed = (
                "ratchet_asymmetry",
                "margin_added",
                "steepest_year",
                "learning_from_neighbours",
                "satisfaction_gap_from",
            )
            assert math.isfinite(value) or check.measure in allowed, (check.measure, value)


def test_runs_stand_on_their_presets() -> None:
    plans, published = planned_runs()
    assert set(wanted_runs(load_criteria())) == set(plans)
    for plan in plans.values():
        built = plan.scenario()
        assert built.months == plan.months
        assert built.start.year in published
        assert built.place.identity == "synthetic"
        assert 80 <= built.place.villages <= 200
        assert len(built.phases) == len(plan.phases)
        assert built.phases == () or built.phases[-1].end <= built.end


def test_a_grant_budget_is_what_its_villages_need() -> None:
    plans, _ = planned_runs()
    built = plans["grants"].scenario()
    supported = round(built.phases[0].budget / 125_044)
    assert supported == pytest.approx(0.109 * built.place.villages, abs=1)


def test_unknown_runs_are_named() -> None:
    with pytest.raises(InputError, match="nowhere"):
        simulate_runs(["nowhere"])


def test_scoring_takes_its_runs_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    """A scorecard of a made-up criterion: one check in, one out, one not testable."""
    criterion = load_criteria()[0]
    scored = criterion.checks[0]
    wide, narrow = replace(scored, low=-1.0, high=2.0), replace(scored, low=1.5, high=2.0)
    untested = replace(scored, scored=False, measure="", low=None, high=None)
    card = score(Runs({"national": trace()}, 5), [replace(criterion, checks=(wide, narrow, untested))])
    assert [row.verdict for row in card.rows] == ["in", "out", "not_testable"]
    assert card.verdict("T01") == "out"
    assert card.count(targets=True) == 0
    plain = card.plain()
    assert plain["targets"] == {"total": 1, "in_band": 0, "out_of_band": 1, "not_testable": 0}
    assert plain["criteria"][0]["checks"][2]["value"] is None
    only = score(Runs({}, 5), [replace(criterion, checks=(untested,))])
    assert only.verdict("T01") == "not_testable"


def test_simulating_counts_months_over_all_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    plans, published = planned_runs()
    short = {name: replace(plans[name], months=months, phases=()) for name, months in (("national", 2), ("anhui", 3))}
    tiny = scenario(3, 5, adults=40, phases=[])
    monkeypatch.setattr(runs_module.PlannedRun, "scenario", lambda self: replace(tiny, months=self.months))
    monkeypatch.setattr(runs_module, "planned_runs", lambda: (short, published))
    seen: list[tuple[str, int, int]] = []
    found = simulate_runs(["national", "anhui"], progress=lambda *where: seen.append(where))
    assert seen == [("national", 1, 5), ("national", 2, 5), ("anhui", 3, 5), ("anhui", 4, 5), ("anhui", 5, 5)]
    assert found.traces["anhui"].months == 3


BAD = {
    "open": ('measure = "surplus_below"\nkind = "true"', "'low', 'high'"),
    "turned": ('measure = "surplus_below"\nkind = "true"\nlow = 2\nhigh = 1', "wrong way round"),
    "unknown": ('measure = "surplus_below"\nkind = "true"\nlow = 2\nhihg = 1', "Did you mean 'high'"),
    "kind": ('measure = "surplus_below"\nkind = "guess"\nlow = 2', "reported"),
}


@pytest.mark.parametrize("case", BAD)
def test_a_wrong_band_is_refused_with_its_line(tmp_path, case: str) -> None:
    text, expected = BAD[case]
    path = tmp_path / "targets.toml"
    path.write_text(
        '[[target]]\nid = "T01"\ntitle = { en = "a", zh = "b" }\nstatement = { en = "a", zh = "b" }\nevidence = ["X"]\n'
        f'[[target.check]]\n{text}\nrun = "national"\nreason = {{ en = "why so", zh = "为何" }}\n',
        encoding="utf-8",
    )
    with pytest.raises(InputError) as caught:
        read_criteria(path, "target")
    assert expected in caught.value.text("en")
    assert caught.value.line is not None
