"""The agents' rules: what a reader of the specification expects of each, over the stated ranges of all parameters."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from small import ranges

from ruralsim.agents import cadre, enterprise, trust, villager
from ruralsim.spec.parameters import load_parameters

unit = st.floats(0.0, 1.0)
rate = st.floats(0.0, 1e6)
LEANING = st.integers(0, 2**32 - 1)


class Draw:
    """Parameters as attributes; each somewhere in its range (a number of the draw), or at its default."""

    def __init__(self, number: int | None = None, **fixed: float) -> None:
        place = np.random.default_rng(number or 0).random(len(ranges()))
        for u, (name, (low, high)) in zip(place, ranges().items(), strict=True):
            setattr(self, name, load_parameters()[name].value if number is None else low + float(u) * (high - low))
        for name, value in fixed.items():
            setattr(self, name, value)


# ---------------------------------------------------------------- the step


@given(unit, rate, rate)
def test_a_step_stays_in_0_1_whatever_the_rates(x: float, up: float, down: float) -> None:
    assert 0.0 <= villager.step(x, up, down) <= 1.0


@given(unit, st.floats(0.0, 50.0), st.floats(0.0, 50.0), st.floats(0.0, 1.0))
def test_a_step_moves_the_right_way(x: float, up: float, down: float, more: float) -> None:
    new = villager.step(x, up, down)
    assert (new - x) * (up * (1.0 - x) - down * x) >= 0.0
    assert villager.damping(up + down) * (up + down) < 0.93
    if up + down + more < 1.0:  # for ordinary rates more gain never lowers the level
        assert villager.step(x, up + more, down) >= new - 1e-15


@pytest.mark.parametrize("r", [1e-6, 0.01, 0.1, 0.3])
def test_damping_is_close_to_the_exact_solution(r: float) -> None:
    """Within r⁴/720 of (1 − e^−r)/r, relative."""
    exact = -math.expm1(-r) / r
    assert abs(villager.damping(r) - exact) / exact <= r**4 / 720 + 1e-15


@given(unit, st.floats(0.0, 0.05), st.floats(0.01, 0.05))
def test_a_step_repeated_settles_where_gains_meet_losses(x: float, up: float, down: float) -> None:
    for _ in range(20_000):
        new = villager.step(x, up, down)
        if new == x:
            break
        x = new
    assert x == pytest.approx(up / (up + down), abs=1e-9)


def test_even_noise_has_mean_0_and_variance_1() -> None:
    u = (np.arange(100_000) + 0.5) / 100_000
    xi = np.array([villager.even(float(one)) for one in u[::10]])
    assert abs(xi.mean()) < 1e-3
    assert xi.var() == pytest.approx(1.0, abs=1e-3)
    assert np.abs(xi).max() <= math.sqrt(3.0)


# ---------------------------------------------------------------- moving


@given(LEANING, st.floats(18.0, 67.9), unit, unit, st.floats(0.0, 5.0))
def test_trust_and_ties_never_make_anybody_leave(
    number: int, age: float, low: float, more: float, factor: float
) -> None:
    p = Draw(number)
    high = low + more * (1.0 - low)
    at = villager.chance_to_leave(factor, age, low, 0, 0, p)
    assert 0.0 <= at < 1.0
    assert villager.chance_to_leave(factor, age, high, 0, 0, p) <= at
    assert villager.chance_to_leave(factor, age, low, 1, 0, p) <= at
    assert villager.chance_to_leave(factor, age, low, 0, 1, p) <= at
    assert villager.chance_to_leave(factor, 68.0, low, 0, 0, p) == 0.0


@given(LEANING, st.floats(-2.0, 2.0), st.floats(0.0, 1.0), unit, st.floats(0.0, 1.0), unit)
def test_a_wider_gap_draws_people_out_and_services_bring_them_back(
    number: int, gap: float, wider: float, services: float, better: float, talent: float
) -> None:
    p = Draw(number)
    leave, back = villager.leave_factor(gap, services, 1.0, p), villager.return_factor(gap, services, 1.0, talent, p)
    assert villager.leave_factor(gap + wider, services, 1.0, p) >= leave
    assert villager.return_factor(gap + wider, services, 1.0, talent, p) <= back
    assert villager.leave_factor(gap, services + better, 1.0, p) <= leave
    assert villager.return_factor(gap, services + better, 1.0, talent, p) >= back
    assert villager.return_factor(gap, services, 1.0, talent + better, p) >= back


@given(LEANING, st.floats(18.0, 90.0), st.floats(0.0, 20.0))
def test_the_old_leave_less_and_return_more(number: int, age: float, older: float) -> None:
    p = Draw(number)
    assert villager.chance_to_leave(0.03, age + older, 0.5, 0, 0, p) <= villager.chance_to_leave(
        0.03, age, 0.5, 0, 0, p
    )
    assert villager.chance_to_return(0.03, age + older, p) >= villager.chance_to_return(0.03, age, p)


# ---------------------------------------------------------------- taking part


@given(LEANING, st.floats(0.0, 1e5), st.floats(0.0, 1e5), st.floats(-6.0, 6.0))
def test_a_larger_dividend_never_lowers_a_chance_to_join(
    number: int, dividend: float, more: float, rest: float
) -> None:
    p = Draw(number)

    def join(expected: float) -> float:
        return villager.chance_to_join(rest + p.economic_dividend * villager.saturating(expected, p.dividend_half))

    assert join(dividend + more) >= join(dividend)


@given(LEANING, unit, unit, unit, unit, st.floats(-3.0, 3.0))
def test_civic_participation_rises_with_trust_norm_peers_and_falls_with_distance(
    number: int, a: float, b: float, c: float, d: float, place: float
) -> None:
    p = Draw(number)

    def chance(trust=a, norm=b, peers=c, away=d) -> float:
        logit = villager.civic_logit(place, trust, norm, peers, 0.3, 0.0, 0.1, 0.2, away, p)
        return 1.0 / (1.0 + villager.odds_against(logit))

    assert chance(trust=1.0) >= chance() >= chance(trust=0.0)
    assert chance(norm=1.0) >= chance() >= chance(norm=0.0)
    assert chance(peers=1.0) >= chance() >= chance(peers=0.0)
    assert chance(away=1.0) <= chance() <= chance(away=0.0)


@given(LEANING, st.floats(0.0, 500.0), unit, st.floats(400.0, 1000.0))
def test_pooling_costs_less_where_rent_or_work_is_paid_and_for_those_away(
    number: int, rent: float, job: float, farm: float
) -> None:
    p = Draw(number)
    cost = villager.pooling_cost(rent, job, farm, 0.0, p)
    assert villager.pooling_cost(rent + 50.0, job, farm, 0.0, p) < cost
    assert villager.pooling_cost(rent, min(1.0, job + 0.1), farm, 0.0, p) <= cost
    assert abs(villager.pooling_cost(rent, job, farm, 1.0, p)) <= abs(cost)


@given(LEANING, unit, unit, unit, unit)
def test_belonging_grows_by_being_in_and_stays_in_bounds(
    number: int, level: float, paid: float, heard: float, out: float
) -> None:
    p = Draw(number)
    inside = villager.belonging_after(level, 1, paid, heard, 0.0, 0.0, 0.0, p)
    assert 0.0 <= inside <= 1.0
    assert villager.belonging_after(level, 0, paid, heard, 0.0, 0.0, 0.0, p) <= inside
    assert villager.belonging_after(level, 1, paid, heard, out, 0.0, 0.0, p) <= inside
    assert villager.belonging_after(level, 1, paid, heard, 0.0, out, 0.0, p) <= inside


# ---------------------------------------------------------------- work, consumption, quarrels, satisfaction


@given(LEANING, unit, st.floats(0.0, 5e5), st.floats(0.5, 2.0))
def test_organised_villages_find_work(number: int, organisation: float, output: float, tight: float) -> None:
    p = Draw(number)
    factor = villager.offfarm_factor(organisation, output, tight, 0.0, p)
    assert villager.offfarm_factor(min(1.0, organisation + 0.1), output, tight, 0.0, p) >= factor
    assert villager.offfarm_factor(organisation, output + 1e4, tight, 0.0, p) >= factor
    assert 0.0 <= villager.chance_of_local_job(factor, 70.0, p) < villager.chance_of_local_job(factor, 40.0, p) < 1.0


@given(LEANING, unit, unit, unit, unit)
def test_law_norms_and_virtue_prevent_disputes(
    number: int, conflict: float, legal: float, norm: float, virtue: float
) -> None:
    p = Draw(number)
    factor = villager.dispute_factor(1.0, virtue, 0.0, p)
    at = villager.chance_of_dispute(factor, conflict, legal, norm, p)
    assert villager.dispute_factor(1.0, 1.0, 0.0, p) <= factor
    assert villager.dispute_factor(1.0, virtue, 0.5, p) <= factor
    assert villager.dispute_factor(1.5, virtue, 0.0, p) >= factor
    assert villager.chance_of_dispute(factor, conflict, 1.0, norm, p) <= at
    assert villager.chance_of_dispute(factor, conflict, legal, 1.0, p) <= at
    assert villager.chance_of_dispute(factor, 0.0, legal, norm, p) <= at


@given(LEANING, st.floats(0.0, 1e4), st.floats(1000.0, 5000.0), unit, st.floats(-2.0, 2.0))
def test_satisfaction_rises_with_consumption_and_trust(
    number: int, c: float, ref: float, t: float, place: float
) -> None:
    p = Draw(number)
    at = villager.satisfaction_target(c, ref, place, t, p)
    assert 0.0 < at < 1.0
    assert villager.satisfaction_target(c + 100.0, ref, place, t, p) >= at
    assert villager.satisfaction_target(c, ref, place, min(1.0, t + 0.1), p) >= at
    assert villager.satisfaction_target(c, ref + 100.0, place, t, p) <= at


@given(LEANING, unit, unit, unit)
def test_norms_and_legal_awareness_stay_in_bounds(number: int, level: float, peers: float, virtue: float) -> None:
    p = Draw(number)
    assert 0.0 <= villager.norm_after(level, peers, virtue, 0.1, p) <= 1.0
    assert 0.0 <= villager.legal_after(level, virtue, 0.1, p) <= 1.0
    assert villager.norm_after(level, 1.0, virtue, 0.0, p) >= villager.norm_after(level, 0.0, virtue, 0.0, p)


@given(LEANING, st.floats(0.0, 5e3), st.floats(0.0, 5e3))
def test_expectations_move_towards_what_was_paid(number: int, expected: float, paid: float) -> None:
    new = villager.expected_dividend_after(expected, paid, Draw(number))
    assert min(expected, paid) - 1e-9 <= new <= max(expected, paid) + 1e-9


# ---------------------------------------------------------------- trust

ORDER = (
    "dividend", "expected", "services_collective", "services_fiscal", "job", "belonging", "heard", "mediated",
    "answered", "virtue", "party", "leakage", "disputing", "trouble", "exposure", "stale", "neighbours", "disposition",
    "u",
)  # fmt: skip
GAINS = ("services_collective", "services_fiscal", "heard", "mediated", "answered", "virtue", "party", "neighbours")
LOSSES = ("leakage", "disputing", "trouble", "exposure", "stale")


@given(LEANING, unit, LEANING, st.floats(0.0, 1e4), st.floats(0.0, 1e4), st.floats(0.0, 10.0))
def test_trust_is_the_sum_of_its_drivers_and_stays_in_bounds(
    number: int, level: float, things: int, dividend: float, expected: float, job: float
) -> None:
    p = Draw(number)
    values = dict(zip(ORDER, np.random.default_rng(things).random(len(ORDER)).tolist(), strict=True))
    values |= {"dividend": dividend, "expected": expected, "job": job}
    new, *drivers = trust.trust_after(level, **values, p=p)
    assert len(drivers) == trust.TRUST_DRIVERS
    assert 0.0 <= new <= 1.0
    assert math.fsum(drivers) == pytest.approx(new - level, abs=1e-15)
    # with little else going on, more of a good thing never lowers trust, more of a bad one never raises it
    calm = dict.fromkeys(ORDER, 0.0) | {"u": 0.5, "neighbours": level, "disposition": level}
    start = trust.trust_after(level, **calm, p=p)[0]
    for name in GAINS:
        assert trust.trust_after(level, **(calm | {name: max(calm[name], values[name])}), p=p)[0] >= start - 1e-15
    assert trust.trust_after(level, **(calm | {"dividend": dividend}), p=p)[0] >= start - 1e-15
    for name in LOSSES:
        assert trust.trust_after(level, **(calm | {name: values[name]}), p=p)[0] <= start + 1e-15
    broken = trust.trust_after(level, **(calm | {"dividend": 0.0, "expected": expected}), p=p)[0]
    assert broken <= start + 1e-15


@given(unit, unit, unit, st.floats(-1.0, 1.0))
def test_transparency_shows_no_more_than_there_is(leak: float, governed: float, smart: float, policy: float) -> None:
    assert trust.leakage_seen(leak, governed, smart, policy) <= leak
    if policy >= 0.0:
        assert trust.leakage_seen(leak, governed, smart, policy) >= 0.3 * leak - 1e-15


# ---------------------------------------------------------------- the enterprise


def test_a_shock_keeps_output_right_on_average() -> None:
    p = Draw(output_shock=0.2)
    u = (np.arange(20_001) + 0.5) / 20_001
    assert np.mean([math.exp(enterprise.log_shock(float(x), 0.0, p)) for x in u]) == pytest.approx(1.0, abs=2e-3)


@given(LEANING, st.floats(1e3, 1e6))
def test_labour_is_hired_until_it_no_longer_pays(number: int, output: float) -> None:
    """The closed form against profit itself: a little more or less labour earns no more."""
    p = Draw(number)
    wanted = enterprise.labour_wanted(output, p)

    def profit(labour: float) -> float:
        made = (1.0 - p.inputs_share) * output * (p.labour_floor + labour) ** p.elasticity_labour
        return made - p.collective_wage * labour

    best = profit(wanted)
    for other in (wanted * 0.9, wanted * 1.1, wanted + 0.01, max(0.0, wanted - 0.01)):
        assert profit(other) <= best + 1e-6 * abs(best)


@given(LEANING, unit, unit, unit, unit, st.floats(-1.0, 0.95))
def test_leakage_is_a_share_and_falls_with_oversight(
    number: int, u: float, d: float, o: float, phi: float, cut: float
) -> None:
    p = Draw(number)
    share = enterprise.leakage_share(u, d, o, phi, cut, p)
    assert 0.0 <= share < 1.0
    assert enterprise.leakage_share(1.0, d, o, phi, cut, p) <= share
    assert enterprise.leakage_share(u, 1.0, o, phi, cut, p) <= share
    assert enterprise.leakage_share(u, d, o, 1.0, cut, p) <= share
    assert enterprise.leakage_share(u, d, o, phi, 0.95, p) <= share


@given(LEANING, st.floats(0.0, 1e7), st.floats(0.0, 2.0), unit, unit, st.floats(-1.0, 5.0), st.floats(0.0, 1e7))
def test_no_more_assets_are_activated_than_lie_idle(
    number: int, idle: float, work: float, land: float, t: float, policy: float, income: float
) -> None:
    p = Draw(number, activation_market=0.5)
    used = enterprise.activated(idle, work, land, t, policy, income, p)
    assert 0.0 <= used <= idle
    assert enterprise.activated(idle, work, min(1.0, land + 0.1), t, policy, income, p) >= used
    if policy > 0.0:  # what policy adds finds takers where there is business already (COL-053)
        assert enterprise.activated(idle, work, land, t, policy, 2.0 * income, p) >= used


@given(LEANING, st.floats(0.0, 1e6), st.floats(-1e6, 1e6), st.floats(0.0, 1e6))
def test_a_loan_is_covered_by_profit(number: int, investment: float, profit: float, debt: float) -> None:
    p = Draw(number)
    loan = enterprise.loan_for(investment, profit, debt, p)
    assert 0.0 <= loan <= investment
    if loan > 0.0:
        assert profit >= p.loan_coverage * p.interest * (debt + loan) * (1 - 1e-9)


@given(LEANING, unit, unit)
def test_projects_go_to_villages_that_can_carry_them(number: int, organised: float, t: float) -> None:
    p = Draw(number)
    assert enterprise.project_grant(min(1.0, organised + 0.1), t, p) >= enterprise.project_grant(organised, t, p) >= 0.0


# ---------------------------------------------------------------- the cadre's small rules (effort: test_effort.py)


@given(LEANING, st.floats(0.0, 200.0), unit, st.floats(0.0, 3.0), st.floats(0.0, 0.9))
def test_reports_and_receptions_eat_time(
    number: int, reports: float, relief: float, factor: float, checks: float
) -> None:
    p = Draw(number)
    hours = cadre.hours_left(reports, relief, factor, checks, p)
    assert 0.0 <= hours <= 1.0
    assert cadre.hours_left(reports + 10.0, relief, factor, checks, p) <= hours
    assert cadre.hours_left(reports, 1.0, factor, checks, p) >= hours
    assert cadre.hours_left(reports, relief, factor, checks + 0.05, p) <= hours


def test_84_reports_leave_less_time_than_20() -> None:
    p = Draw()
    assert cadre.hours_left(84.0, 0.0, 1.0, 0.1, p) < cadre.hours_left(20.0, 0.0, 1.0, 0.1, p)


@given(LEANING, unit, unit)
def test_a_reward_counts_near_its_target(number: int, report: float, target: float) -> None:
    p = Draw(number)
    near = cadre.reward_nearness(report, target, True, p)
    assert 0.0 <= near <= cadre.reward_nearness(target, target, True, p) == pytest.approx(1.0)
    assert cadre.reward_nearness(report, target, False, p) == 1.0


@pytest.mark.parametrize("noise", [0.0, 0.2, 0.45])
def test_perceived_need_is_right_on_average(noise: float) -> None:
    u = (np.arange(20_001) + 0.5) / 20_001
    mean = np.mean([cadre.perceived_need(0.4, float(x), noise) for x in u])
    assert mean == pytest.approx(0.6, rel=0.01)


@given(LEANING, st.floats(0.6, 1.6), unit)
def test_ability_stays_between_its_ends_and_training_raises_it(number: int, level: float, training: float) -> None:
    p = Draw(number)
    new = cadre.ability_after(level, training, p)
    assert 0.6 <= new <= 1.6
    assert cadre.ability_after(level, 1.0, p) >= new


@given(LEANING, unit, unit, unit)
def test_votes_follow_trust_record_and_the_township(number: int, t: float, record: float, view: float) -> None:
    p = Draw(number)
    support = cadre.vote_for_incumbent(t, record, view, p)
    assert 0.0 <= support <= 1.0
    assert cadre.vote_for_incumbent(1.0, record, view, p) >= support
    assert cadre.vote_for_incumbent(t, 1.0, view, p) >= support
    assert cadre.vote_for_incumbent(t, record, 1.0, p) >= support
