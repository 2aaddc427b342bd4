"""Effort: the closed form solves the problem as written, items, targets and unused time included (section 4.1)."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize
from small import scenario
from test_agent_rules import Draw

from ruralsim.agents.cadre import hours_left, reward_nearness, time_scale, value_of_dressing, value_of_work
from ruralsim.institutions.assessment import (
    TARGET_FIXED,
    TARGET_NEGOTIATED,
    TARGET_NONE,
    TARGET_RATCHET,
    check_probability,
    dressing,
    found_out,
    left_by_targets,
)
from ruralsim.model.county import County
from ruralsim.state.inputs import Fields

TASKS = ("organise", "enterprise", "govern", "serve")


def numerical_optimum(gains: np.ndarray, cost: float, hours: float) -> np.ndarray:
    """Effort e ≥ 0 that maximises Σ gain·√e − c·Σe subject to Σe ≤ H, by a general solver (in x = √e, where it is
    smooth and concave)."""
    found = minimize(
        lambda x: -(gains @ x - cost * (x @ x)),
        np.full(len(gains), math.sqrt(hours / len(gains) / 4)),
        jac=lambda x: -(gains - 2.0 * cost * x),
        bounds=[(0.0, None)] * len(gains),
        constraints={"type": "ineq", "fun": lambda x: hours - x @ x, "jac": lambda x: -2.0 * x},
        method="SLSQP",
        options={"ftol": 1e-15, "maxiter": 500},
    )
    return found.x**2


@given(
    st.lists(st.floats(0.01, 3.0), min_size=1, max_size=24),
    st.lists(st.floats(0.0, 0.5), max_size=12),
    st.floats(0.3, 1.2),
    st.floats(0.2, 1.0),
)
@settings(max_examples=40)
def test_the_closed_form_is_the_optimum(work: list[float], dressing: list[float], cost: float, hours: float) -> None:
    gains = np.array(work + dressing)
    closed = gains**2 * time_scale(float(gains @ gains), hours, Draw(effort_cost=cost))
    assert closed.sum() <= hours * (1 + 1e-12)
    assert closed == pytest.approx(numerical_optimum(gains, cost, hours), abs=2e-4)


def test_time_is_left_unused_when_effort_is_dear() -> None:
    gains = np.array([0.5, 0.3, 0.2, 0.1])
    dear, cheap = Draw(effort_cost=1.2), Draw(effort_cost=0.1)
    assert (gains**2).sum() * time_scale(float(gains @ gains), 0.9, dear) < 0.9
    assert (gains**2).sum() * time_scale(float(gains @ gains), 0.9, cheap) == pytest.approx(0.9)
    assert time_scale(0.0, 0.9, dear) == 0.0


@pytest.mark.parametrize("regime", ["directional", "negotiated", "inspected", "satisfaction", "points"])
def test_every_cadre_of_a_running_county_does_the_best_there_is(regime: str) -> None:
    """The problem is written out again from the state of a county in its second year, and solved numerically."""
    county = County.build(scenario(2, 15, regime=regime), 5, {"gaming_self_report": 3.6, "gaming_penalty": 0.25})
    county.advance(14)
    before = county.reports.copy()
    villages = county.villages.copy()
    cadres = county.cadres.copy()
    firms = county.enterprises.copy()
    county.advance(1)
    p = Fields(county.parameters[0])
    compared = 0
    for v in range(2):
        gains_of = _written_problem(county, v, before[v], villages[v], firms[v], p)
        for s in np.flatnonzero(cadres[v]["active"]):
            seat = county.cadres[v, s]
            gains, hours = gains_of(cadres[v, s], float(county.levers[v]["secretary_motivation"]) if s == 0 else 0.0)
            best = numerical_optimum(gains, p.effort_cost, hours)
            found = np.array([seat[f"effort_{task}"] for task in TASKS])
            assert found == pytest.approx(best[:4], abs=3e-4)
            assert seat["effort_report"] == pytest.approx(best[4:].sum(), abs=3e-4)
            compared += 1
    assert compared >= 6


def _written_problem(county, v, reports, village, firm, p):
    """What one cadre of village v maximised in the county's last month, from model specification 4.1."""
    from ruralsim.agents.cadre import perceived_need
    from ruralsim.base.streams import draws

    regime, lever, items, n = county.regime[0], county.levers[v], county.items, len(county.items)
    checks = float(regime["checks"] + lever["checks"])
    check = [check_probability(checks, n, float(item["check_weight"])) for item in items]
    rule = int(regime["target_rule"])
    near, near_dressed = (
        [
            reward_nearness(float(r["reported"]), float(r["target"]), rule != TARGET_NONE, p)
            * left_by_targets(rule, float(r["reported"]), float(r["target"]), dressed, p)
            for r in reports
        ]
        for dressed in (False, True)
    )
    noise = float(regime["need_noise"]) * (1 - min(1.0, float(lever["guidance"]))) / math.sqrt(1 + n / 12)
    low, high = int(village["key_low"]), int(village["key_high"])
    luck = draws(county.seed, low, high, 0, county.month, 18)
    income = 12 * float(firm["output"])
    # the village as it stood when cadres looked at it: pillars, services and order of the month before
    served = sum(float(village[f"{s}_{b}"]) for s in ("public", "convenience", "living", "elder")
                 for b in ("collective", "fiscal")) / 4  # fmt: skip
    calm = math.exp(-p.disorder_scale * float(village["disorder"]))
    levels = (
        (village["party_organisation"] + village["self_governance"]) / 2,
        income / (income + 100_000),
        (village["rule_of_law"] + village["virtue"]) / 2 * calm,
        served,
    )
    need = [perceived_need(float(level), u, noise) for level, u in zip(levels, luck, strict=True)]
    rewarded = [sum(float(i["weight"] * i[task]) * b for i, b in zip(items, near, strict=True)) for task in TASKS]
    hours = hours_left(
        float(items["quantified"].sum() + lever["extra_reports"]),
        float(lever["burden_relief"]),
        float(regime["burden_factor"]),
        float(np.mean(check)),
        p,
    )

    def gains_of(cadre, moved):
        work = [
            float(cadre[task])
            * value_of_work(
                float(cadre["motivation"]) + moved,
                float(np.mean(check)),
                float(county.settings[v]["election"]),
                need[k],
                rewarded[k],
                float(regime["pressure"]),
                p,
            )
            for k, task in enumerate(TASKS)
        ]
        dressing = [
            value_of_dressing(
                math.sqrt(n) * float(item["weight"]),
                float(item["gameability"]),
                b,
                found_out(q, float(regime["self_check_share"]), p),
                float(cadre["integrity"]),
                float(regime["pressure"]),
                p,
            )
            for item, b, q in zip(items, near_dressed, check, strict=True)
        ]
        return np.array(work + dressing), hours

    return gains_of


# ---------------------------------------------------------------- pressure and supervision


def _real_work(pressure: float, checks: float, *, forced: bool, p: Draw) -> float:
    """Time on the four real tasks of a cadre of ability 1, need .5 and rewards .7 for each; nothing to dress up."""
    hours = hours_left(0.0, 0.0, 1.0, checks, p)
    gain = value_of_work(0.6, checks, 0.0, 0.5, 0.7, pressure, p)
    squares = 4 * gain * gain
    scale = hours / squares if forced else time_scale(squares, hours, p)
    return squares * scale


def test_pressure_and_supervision_are_substitutes_and_together_overshoot() -> None:
    """EFF-050: where time can be left unused, supervision helps at low pressure and harms at high pressure."""
    p = Draw(inspection_time=0.4, accountability=0.5, effort_cost=0.8)
    assert _real_work(0.0, 0.6, forced=False, p=p) > _real_work(0.0, 0.1, forced=False, p=p)
    assert _real_work(1.5, 0.6, forced=False, p=p) < _real_work(1.5, 0.1, forced=False, p=p)
    # each alone raises work, both together give less than the better one alone
    alone = max(_real_work(1.5, 0.1, forced=False, p=p), _real_work(0.0, 0.8, forced=False, p=p))
    assert _real_work(1.5, 0.8, forced=False, p=p) < alone


def test_with_all_time_forced_into_work_they_cannot() -> None:
    """Σe = H: pressure moves nothing, so supervision costs the same time at any pressure: no interaction at all."""
    p = Draw(inspection_time=0.4, accountability=0.5, effort_cost=0.8)
    for checks in (0.1, 0.4, 0.8):
        assert _real_work(0.0, checks, forced=True, p=p) == pytest.approx(_real_work(1.5, checks, forced=True, p=p))
    lost = [_real_work(x, 0.1, forced=True, p=p) - _real_work(x, 0.8, forced=True, p=p) for x in (0.0, 1.5)]
    assert lost[0] == pytest.approx(lost[1])
    # and where receiving checks costs no time, nothing overshoots even with unused time
    free = Draw(inspection_time=0.0, accountability=0.5, effort_cost=0.8)
    assert _real_work(1.5, 0.8, forced=False, p=free) >= _real_work(1.5, 0.1, forced=False, p=free)


@given(st.integers(0, 2**32 - 1), st.floats(0.0, 0.1), st.floats(0.1, 3.6), st.floats(0.0, 1.0), st.floats(0.0, 0.8))
def test_checking_works_like_lowering_gameability(number: int, weight: float, game: float, b: float, q: float) -> None:
    p = Draw(number)
    value = value_of_dressing(weight, game, b, q, 0.5, 0.6, p)
    assert value >= 0.0
    assert value_of_dressing(weight, game, b, q + 0.1, 0.5, 0.6, p) <= value
    assert value_of_dressing(weight, game * 0.8, b, q, 0.5, 0.6, p) <= value
    assert value_of_dressing(weight, game, b, q, 0.9, 0.6, p) <= value
    # the same value as an unchecked item of gameability γ(1 − q) − f·q/b: a check lowers gameability
    if b > 0.01:
        same = game * (1 - q) - p.gaming_penalty * q / b
        assert value_of_dressing(weight, same, b, 0.0, 0.5, 0.6, p) == pytest.approx(value, abs=1e-12)


def test_dressing_pays_at_the_defaults_and_answers_to_checks_penalty_and_gameability() -> None:
    """What the indicator laboratory stands on: a report near its ratcheting target is worth dressing up (EFF-041)."""
    p = Draw()
    left = left_by_targets(TARGET_RATCHET, 0.6, 0.65, True, p)
    near = reward_nearness(0.6, 0.65, True, p) * left

    def value(*, game: float = p.gaming_self_report, check: float = 0.25, penalty: float = p.gaming_penalty) -> float:
        return value_of_dressing(0.2, game, near, check, p.integrity_mean, 0.6, Draw(gaming_penalty=penalty))

    assert value() > 0.0
    assert value(check=0.5) < value(check=0.25) < value(check=0.0)
    assert value(penalty=1.0) < value()
    assert value(game=p.gaming_inspection) == 0.0


def test_splitting_every_item_in_two_changes_no_dressing() -> None:
    """n items of weight 1/n: the time given to dressing and what it adds to each report do not depend on n."""
    p = Draw()
    found = []
    for n in (10, 20, 40):
        gains = np.array([0.8, 0.7] + [value_of_dressing(math.sqrt(n) / n, 2.0, 0.7, 0.1, 0.5, 0.6, p)] * n)
        effort = gains**2 * time_scale(float(gains @ gains), 0.9, p)
        found.append((effort[2:].sum(), dressing(2.0, math.sqrt(n * effort[2]), p)))
    assert found[1] == pytest.approx(found[0])
    assert found[2] == pytest.approx(found[0])
    assert found[0][1] > 0.01


def test_what_targets_leave_is_a_gain_less_its_discounted_bill() -> None:
    """Ten thousand years of targets, added up one by one, against the closed form (decision 0009)."""
    p = Draw(discount=0.02, term_months=60.0, ratchet_down=0.2, target_stretch=0.02)
    yearly = 1.0 / (1.0 + 12.0 * (0.02 + 1.0 / 60.0))
    for share, report in ((1.0, 0.7), (0.2, 0.4)):
        bill, passed = 0.0, share
        for year in range(1, 10_000):
            bill += passed * yearly**year
            passed *= 1.0 - share
        assert left_by_targets(TARGET_RATCHET, report, 0.6, True, p) == pytest.approx(1.0 - bill)
    assert left_by_targets(TARGET_NEGOTIATED, 0.5, 0.6, False, p) == pytest.approx(1.0 - 0.5 * yearly)
    assert left_by_targets(TARGET_NEGOTIATED, 0.5, 0.6, True, p) == 1.0
    for rule in (TARGET_NONE, TARGET_FIXED):
        assert left_by_targets(rule, 0.5, 0.6, False, p) == left_by_targets(rule, 0.5, 0.6, True, p) == 1.0
