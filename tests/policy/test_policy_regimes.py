"""Assessment regimes: values of the specification, changes by a scenario, hardening."""

from __future__ import annotations

import pytest

from ruralsim.base.errors import InputError
from ruralsim.policy.regimes import TARGET_RULES, load_regimes, resolve_regime
from ruralsim.spec.scenario import RegimeChoice

SPECIFIED = {  # pressure, checks, burden factor, need noise, target rule
    "directional": (0.03, 0.0, 0.25, 0.45, "none"),
    "negotiated": (0.35, 0.15, 1.0, 0.45, "negotiated"),
    "inspected": (0.60, 0.45, 1.0, 0.45, "ratchet"),
    "satisfaction": (0.45, 0.10, 0.5, 0.45, "fixed"),
    "points": (0.25, 0.10, 0.75, 0.45, "fixed"),
}


@pytest.mark.parametrize("name", SPECIFIED)
def test_values_are_those_of_the_specification(name):
    r = resolve_regime(RegimeChoice(name))
    assert (r.pressure, r.checks, r.burden_factor, r.need_noise, TARGET_RULES[r.target_rule]) == SPECIFIED[name]


def test_what_belongs_to_one_regime_only_is_absent_in_the_others():
    regimes = {name: resolve_regime(RegimeChoice(name)) for name in SPECIFIED}
    assert {name for name, r in regimes.items() if r.publishes} == {"satisfaction"}
    assert {name for name, r in regimes.items() if r.points} == {"points"}
    assert all(r.points_for_all == 0.0 for r in regimes.values())
    assert regimes["satisfaction"].survey_gameability == 0.6
    assert regimes["inspected"].survey_gameability == 0.0  # the parameter gaming_survey holds
    assert regimes["satisfaction"].survey_noise > regimes["points"].survey_noise


def test_guidance_hardens_linearly_into_inspection_and_stops_there():
    soft = resolve_regime(RegimeChoice("directional", {"hardening": 0.1}))
    hard = resolve_regime(RegimeChoice("inspected"))
    assert soft.at(0.0) == soft
    half = soft.at(5.0)
    assert half.pressure == pytest.approx((soft.pressure + hard.pressure) / 2)
    assert half.checks == pytest.approx((soft.checks + hard.checks) / 2)
    assert half.burden_factor == pytest.approx((soft.burden_factor + hard.burden_factor) / 2)
    for years in (10.0, 30.0):
        end = soft.at(years)
        goal = (hard.pressure, hard.checks, hard.burden_factor)
        assert (end.pressure, end.checks, end.burden_factor) == goal
        assert end.target_rule == soft.target_rule


@pytest.mark.parametrize("name", SPECIFIED)
def test_without_hardening_nothing_drifts(name):
    regime = resolve_regime(RegimeChoice(name))
    assert regime.at(50.0) is regime


def test_a_scenario_changes_one_setting_and_only_that():
    plain = resolve_regime(RegimeChoice("points"))
    changed = resolve_regime(RegimeChoice("points", {"points_for_all": 0.5}))
    assert changed.points_for_all == 0.5
    assert (changed.pressure, changed.points) == (plain.pressure, plain.points)


def test_wrong_choices_are_refused_with_the_nearest_name():
    with pytest.raises(InputError) as error:
        resolve_regime(RegimeChoice("inspection"))
    assert str(error.value) == (
        "regime.name: unknown assessment regime 'inspection'. Did you mean 'inspected'? "
        "Accepted: directional, inspected, negotiated, points, satisfaction."
    )
    with pytest.raises(InputError) as error:
        resolve_regime(RegimeChoice("inspected", {"hardening": 0.1}))
    assert str(error.value).startswith("regime.hardening: unknown key 'hardening'.")
    with pytest.raises(InputError) as error:
        resolve_regime(RegimeChoice("inspected", {"checks": 0.95}))
    assert "checks = 0.95 is outside its range; accepted is 0 to 0.9" in str(error.value)


def test_every_setting_is_explained_in_both_languages():
    for regime in load_regimes().values():
        for setting in regime.settings.values():
            assert setting.low <= setting.value <= setting.high
            assert all((setting.en, setting.zh, setting.unit, setting.source))
