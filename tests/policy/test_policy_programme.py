"""What is delivered: budgets, debts paid once, delays, saturation, practice, eligibility."""

from __future__ import annotations

import numpy as np
import pytest
from policy_cases import START, instrument, known, levers, phase, programme, run, scenario, what_villages_feel

from ruralsim.policy.instruments import Cost, Effect
from ruralsim.policy.strategy import Strategy

MONTHLY = Cost("running", "village", "month", 1000.0, "assumed")
ONCE = Cost("grant_in_kind", "village", "once", 12_000.0, "assumed")
VIRTUE = Effect("virtue", 1.0, 0.0, 2.0, "assumed")
PRIVACY = Effect("privacy", 0.5, 0.1, 0.9, "assumed")
RISK = Effect("risk", -0.4, -0.8, 0.2, "assumed")


def test_a_month_without_policy_is_exactly_zero():
    for one in (programme([]), programme([phase({"seed_grant": 1.0}, first=5, last=8)])):
        before = run(one, months=4)[-1]
        assert not levers(before).view(np.float64).any()
        assert not before.paid.by_instrument.any()
        assert before.binding == ()
        assert levers(before).shape == (8,)


def test_nothing_comes_before_the_start_or_after_the_end():
    deliveries = run(programme([phase({"sunshine_affairs": 1.0}, first=4, last=9)]), months=12)
    felt = [bool(levers(delivery)["visibility"].any()) for delivery in deliveries]
    assert felt == [False] * 3 + [True] * 6 + [False] * 3
    assert [bool(delivery.paid.by_instrument.any()) for delivery in deliveries] == felt


def test_a_delay_ramps_in_equal_steps_and_goes_on_where_a_next_phase_takes_over():
    slow = instrument("slow", effects=(RISK,), delay=3)
    phases = [phase({"slow": 1.0}, first=1, last=2, name="a"), phase({"slow": 1.0}, first=3, last=9, name="b")]
    deliveries = run(programme(phases, instruments=known(slow)), months=6)
    assert [levers(d)["risk"][0] for d in deliveries] == pytest.approx([-0.1, -0.2, -0.3, -0.4, -0.4, -0.4])


def test_saturation_follows_its_formula_and_is_full_at_full_intensity():
    curved = instrument("curved", effects=(RISK,), saturation=0.5)
    for u in (0.0, 0.25, 1.0):
        delivery = run(programme([phase({"curved": u})], instruments=known(curved)), months=1)[0]
        expected = -0.4 * 1.5 * u / (u + 0.5)
        assert levers(delivery)["risk"] == pytest.approx(np.full(8, expected))


def test_practice_multiplies_what_governance_yields_but_not_what_it_costs_people():
    one = instrument("g", effects=(VIRTUE, PRIVACY), kind="governance")
    other = instrument("e", effects=(RISK,), kind="economy")
    the = programme([phase({"g": 0.5, "e": 0.5})], instruments=known(one, other))
    delivery = the.deliver(1, np.full(8, 1000.0), the.new_state())
    assert delivery.levers(np.linspace(0.3, 1.35, 8))["virtue"] == pytest.approx(0.5 * np.linspace(0.3, 1.35, 8))
    assert levers(delivery)["privacy"] == pytest.approx(np.full(8, 0.25))
    assert levers(delivery)["risk"] == pytest.approx(np.full(8, -0.2))


def test_levers_add_up_and_stay_inside_their_bounds():
    many = [instrument(f"v{n}", effects=(Effect("privacy", 0.4, 0.1, 0.9, "assumed"),)) for n in range(4)]
    two = programme([phase({"v0": 1.0, "v1": 1.0})], instruments=known(*many))
    four = programme([phase({one.name: 1.0 for one in many})], instruments=known(*many))
    assert levers(run(two, 1)[0])["privacy"] == pytest.approx(np.full(8, 0.8))
    assert (levers(run(four, 1)[0])["privacy"] == 1.0).all()


def test_mean_governance_intensity_weighs_by_what_is_asked_and_ignores_other_kinds():
    g1, g2 = (instrument(name, effects=(VIRTUE,), kind="governance") for name in ("g1", "g2"))
    e = instrument("e", effects=(RISK,))
    mean = run(programme([phase({"g1": 0.8, "g2": 0.2, "e": 0.1})], instruments=known(g1, g2, e)), 1)[0]
    assert mean.mean_governance_intensity == pytest.approx(np.full(8, (0.64 + 0.04) / 1.0))
    only = run(programme([phase({"e": 1.0})], instruments=known(e)), 1)[0]
    assert not only.mean_governance_intensity.any()


def test_each_kind_of_cost_is_booked_under_its_own_name():
    costs = (
        Cost("running", "village", "month", 100.0, "assumed"),
        Cost("running", "head", "month", 2.0, "assumed"),
        Cost("operating_transfer", "head", "month", 1.0, "assumed"),
        Cost("cash_grant", "village", "month", 7.0, "assumed"),
        Cost("running", "village", "once", 50.0, "assumed"),
        ONCE,
    )
    paid = instrument("paid", costs=costs)
    first, second = run(programme([phase({"paid": 0.5})], villages=2, instruments=known(paid)), 2)
    heads = np.array([600, 700])
    assert (first.paid.by_kind["running"][:, 0] == 5000 + 100 * heads + 2500).all()
    assert (second.paid.by_kind["running"][:, 0] == 5000 + 100 * heads).all()
    assert (first.paid.by_kind["operating_transfer"][:, 0] == 50 * heads).all()
    assert (first.paid.by_kind["cash_grant"][:, 0] == 350).all()
    assert (first.paid.by_kind["grant_in_kind"][:, 0] == 600_000).all()
    assert not second.paid.by_kind["grant_in_kind"].any()
    assert (first.paid.by_instrument == sum(first.paid.by_kind.values())).all()


def test_a_budget_that_binds_says_so_and_scales_costs_and_intensities_alike():
    cheap = instrument("cheap", effects=(RISK,), costs=(MONTHLY,))
    one = programme([phase({"cheap": 1.0}, budget=48_000.0, name="near")], instruments=known(cheap))
    delivery = run(one, 1)[0]
    assert delivery.binding == (("near", 0.5, 1.0),)
    assert delivery.intensity == pytest.approx(np.full((8, 1), 0.5))
    assert (delivery.asked == 1.0).all()
    assert (delivery.paid.by_kind["running"] == 50_000).all()
    assert levers(delivery)["risk"] == pytest.approx(np.full(8, -0.2))


def test_a_budget_that_suffices_to_the_fen_does_not_bind():
    cheap = instrument("cheap", effects=(RISK,), costs=(MONTHLY,))
    one = programme([phase({"cheap": 1.0}, budget=96_000.0)], instruments=known(cheap))
    assert all(delivery.binding == () for delivery in run(one, 36))


def test_what_costs_nothing_is_not_bound_by_a_budget():
    cheap, free = instrument("cheap", effects=(RISK,), costs=(MONTHLY,)), instrument("free", effects=(PRIVACY,))
    one = programme([phase({"cheap": 1.0, "free": 1.0}, budget=0.0)], instruments=known(cheap, free))
    delivery = run(one, 1)[0]
    assert not levers(delivery)["risk"].any()
    assert (levers(delivery)["privacy"] == 0.5).all()
    assert not delivery.paid.by_instrument.any()


def test_unspent_money_waits_for_the_rest_of_the_year_and_is_lost_at_new_year():
    late = instrument("late", costs=(MONTHLY,))
    first = phase({"late": 0.05}, budget=48_000.0, first=1, last=24, name="a")
    one = programme([first], instruments=known(late))
    state = one.new_state()
    heads = np.full(8, 1000.0)
    for month in range(1, 12):
        one.deliver(month, heads, state)
    assert one.strategy.phases[0].allowance(12, int(state["spent"][0])) == 4_800_000 - 11 * 8 * 5000
    one.deliver(12, heads, state)
    one.deliver(13, heads, state)
    assert state["spent"][0] == 8 * 5000
    assert one.strategy.phases[0].allowance(13, 0) == 400_000


def test_a_phase_that_begins_in_july_has_half_a_year_of_budget():
    late = instrument("late", costs=(MONTHLY,))
    one = programme([phase({"late": 1.0}, budget=24_000.0, first=7, last=36)], instruments=known(late))
    deliveries = run(one, 24)
    years = [
        sum(int(d.paid.by_instrument.sum()) for d in deliveries[:12]),
        sum(int(d.paid.by_instrument.sum()) for d in deliveries[12:]),
    ]
    assert years == [1_200_000, 2_400_000]


def test_grants_paid_once_are_completed_over_the_years_and_never_exceeded():
    grant = instrument("grant", costs=(ONCE, Cost("cash_grant", "village", "once", 5_000.01, "assumed")))
    one = programme([phase({"grant": 0.7}, budget=40_000.0, last=60)], months=60, instruments=known(grant))
    deliveries = run(one, 60)
    paid = np.cumsum([d.paid.by_kind["grant_in_kind"][:, 0] for d in deliveries], axis=0)
    cash = np.cumsum([d.paid.by_kind["cash_grant"][:, 0] for d in deliveries], axis=0)
    assert (paid[-1] == 840_000).all()
    assert (cash[-1] == 350_001).all()
    assert (np.diff(paid, axis=0) >= 0).all()
    complete = [bool((d.intensity == d.asked).all()) for d in deliveries]
    assert not complete[0]
    assert complete[-1]
    assert deliveries[0].binding[0].once_share < 1.0
    assert deliveries[0].binding[0].share == 1.0


def test_running_costs_come_before_debts():
    both = instrument("both", effects=(RISK,), costs=(MONTHLY, ONCE))
    one = programme([phase({"both": 1.0}, budget=96_000.0)], instruments=known(both))
    delivery = run(one, 1)[0]
    assert delivery.paid.by_kind["running"].sum() == 800_000
    assert not delivery.paid.by_kind["grant_in_kind"].any()
    # Nothing was set up, so nothing works yet, although its running cost was paid.
    assert not delivery.intensity.any()


def test_what_must_be_set_up_works_in_proportion_to_what_was_paid_for_it():
    built = instrument("built", effects=(RISK,), costs=(ONCE,))
    one = programme([phase({"built": 1.0}, budget=96_000.0)], instruments=known(built))
    deliveries = run(one, 13)
    assert [d.intensity[0, 0] for d in deliveries] == pytest.approx([min(1.0, n / 12) for n in range(1, 14)])
    assert deliveries[-1].paid.by_instrument.sum() == 0


def test_asking_for_more_later_pays_only_the_difference():
    grant = instrument("grant", costs=(ONCE,))
    phases = [
        phase({"grant": 0.25}, first=1, last=6, name="a"),
        phase({"grant": 1.0}, first=7, last=12, name="b"),
        phase({"grant": 0.5}, first=13, last=18, name="c"),
    ]
    deliveries = run(programme(phases, instruments=known(grant)), 18)
    paid = [int(d.paid.by_kind["grant_in_kind"][0, 0]) for d in deliveries]
    assert paid == [300_000] + [0] * 5 + [900_000] + [0] * 11


def test_two_phases_that_ask_for_one_instrument_share_its_debt_to_the_fen():
    odd = instrument("odd", costs=(Cost("cash_grant", "village", "once", 100.01, "assumed"),))
    phases = [phase({"odd": 0.4}, name=name) for name in "abc"]
    deliveries = run(programme(phases, instruments=known(odd)), 3)
    assert sum(int(d.paid.by_kind["cash_grant"][3, 0]) for d in deliveries) == 10_001
    assert (deliveries[0].asked == 1.0).all()


def test_each_overlapping_phase_is_bound_by_its_own_budget_only():
    a = instrument("a", effects=(RISK,), costs=(MONTHLY,))
    phases = [phase({"a": 0.5}, budget=0.0, name="poor"), phase({"a": 0.25}, name="rich")]
    delivery = run(programme(phases, instruments=known(a)), 1)[0]
    assert delivery.asked == pytest.approx(np.full((8, 1), 0.75))
    assert delivery.intensity == pytest.approx(np.full((8, 1), 0.25))
    assert [b.phase for b in delivery.binding] == ["poor"]
    assert (delivery.paid.by_instrument == 25_000).all()


def test_phases_that_together_ask_for_more_than_everything_pay_for_everything_once():
    a = instrument("a", effects=(RISK,), costs=(MONTHLY,))
    phases = [phase({"a": 0.8}, name="x"), phase({"a": 0.6}, name="y")]
    delivery = run(programme(phases, instruments=known(a)), 1)[0]
    assert (delivery.asked == 1.0).all()
    assert (delivery.paid.by_instrument == 100_000).all()
    bound = [phases[0], phase({"a": 0.6}, budget=0.0, name="y")]
    assert run(programme(bound, instruments=known(a)), 1)[0].intensity == pytest.approx(np.full((8, 1), 0.8 / 1.4))


def test_adding_up_what_phases_deliver_never_exceeds_what_they_ask_by_a_rounding():
    costly, free = instrument("costly", costs=(MONTHLY,)), instrument("free", effects=(RISK,))
    phases = [phase({"costly": 1.0, "free": u}, budget=0.0, name=f"{u}") for u in (0.1, 0.2, 0.3)]
    delivery = run(programme(phases, instruments=known(costly, free)), 1)[0]
    assert len(delivery.binding) == 3
    assert (delivery.asked[:, 1] < 0.1 + 0.2 + 0.3).all()
    assert (delivery.intensity[:, 1] == delivery.asked[:, 1]).all()


def test_an_instrument_asked_at_zero_is_not_even_planned():
    strategy = Strategy.from_scenario(scenario([phase({"duty_list": 0.0, "law_publicity": 0.5})]), known())
    assert [one.name for one in strategy.instruments] == ["law_publicity"]
    assert programme([phase({"duty_list": 0.0, "law_publicity": 0.5})]).unreached == ()


def test_only_eligible_villages_of_the_phase_get_it():
    only = instrument("only", effects=(RISK,), costs=(MONTHLY,), forms=("company", "tourism"))
    one = programme([phase({"only": 1.0}, rollout=("pilot", "rest"))], villages=16, instruments=known(only))
    turn = np.arange(16)
    allowed = ((turn // 2) % 4 >= 2) & np.isin(turn % 4, (1, 3))
    delivery = run(one, 1)[0]
    assert np.array_equal(delivery.asked[:, 0] > 0, allowed)
    assert np.array_equal(levers(delivery)["risk"] != 0, allowed)
    assert np.array_equal(delivery.paid.by_instrument[:, 0] > 0, allowed)


def test_an_instrument_that_reaches_nobody_is_named_and_leaves_no_trace():
    nobody = instrument("nobody", effects=(RISK,), costs=(MONTHLY,), rollout=("demonstration",))
    phases = [phase({"sunshine_affairs": 0.6, "nobody": 1.0}, rollout=("pilot",), budget=9_000.0)]
    without = [phase({"sunshine_affairs": 0.6}, rollout=("pilot",), budget=9_000.0)]
    a, b = programme(phases, instruments=known(nobody)), programme(without)
    assert a.unreached == ("nobody",)
    assert a.names == b.names == ("sunshine_affairs",)
    assert what_villages_feel(run(a)) == what_villages_feel(run(b))


def test_strategy_tells_what_is_asked_by_month_and_class():
    phases = [phase({"duty_list": 0.5}, first=2, last=3, rollout=("pilot",))]
    strategy = Strategy.from_scenario(scenario(phases), known())
    assert strategy.wanted(1) == {"demonstration": {}, "pilot": {}, "conditioned": {}, "rest": {}}
    assert strategy.wanted(3)["pilot"] == {"duty_list": 0.5}
    assert strategy.wanted(3)["rest"] == {}
    assert strategy.desired.shape == (37, 4, 1)


def test_a_phase_beyond_the_horizon_asks_for_nothing():
    one = programme([phase({"duty_list": 0.5}, first=40, last=50)])
    assert one.names == ()
    assert len(run(one)) == 36


def test_the_calendar_year_counts_not_the_year_of_the_run():
    late = instrument("late", costs=(MONTHLY,))
    one = programme([phase({"late": 1.0}, budget=12_000.0, start=START + 9)], instruments=known(late), start=START + 9)
    deliveries = run(one, 4)  # October to January
    assert [int(d.paid.by_instrument.sum()) for d in deliveries] == [100_000] * 4
    assert list(one.strategy.phases[0].elapsed[:6]) == [0, 1, 2, 3, 1, 2]
