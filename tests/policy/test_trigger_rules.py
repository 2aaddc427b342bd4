"""Waves, reserve phases and triggers: the plan as data, and what it becomes when signposts cross."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from policy_cases import START, phase, scenario

from ruralsim.policy.instruments import load_instruments
from ruralsim.policy.strategy import Strategy
from ruralsim.policy.triggers import phases_now, still_watched
from ruralsim.spec.scenario import Scenario, Trigger

NEAR = phase({"six_deliberations": 0.5}, budget=1000.0, first=1, last=12, name="near")
MID = phase({"cadre_training": 0.5}, budget=2000.0, first=13, last=24, name="mid")
LONG = phase({"support_centre": 0.5}, budget=3000.0, first=25, last=36, name="long")
RESCUE = phase({"mediation_network": 0.5}, budget=500.0, first=1, last=1, name="rescue")


def month(k: int):
    """Calendar month of month k of the run."""
    return START + (k - 1)


def starts(name: str, first: int = 1, last: int | None = None) -> Trigger:
    until = None if last is None else month(last)
    return Trigger(f"start {name}", "trust", "true", True, 0.5, month(first), until, start=name)


def replaces(name: str, by: str | None = "rescue") -> Trigger:
    return Trigger(f"replace {name}", "trust", "true", False, 0.5, START, replace=name, by=by)


def plan(*triggers: Trigger, months: int = 40) -> Scenario:
    return replace(scenario([NEAR, MID, LONG], months), reserves=(RESCUE,), triggers=triggers)


def dates(one: Scenario, *fired: int) -> dict[str, tuple[int, int]]:
    return {p.name: (p.start - START + 1, p.end - START + 1) for p in phases_now(one, fired)}


def test_without_a_firing_the_dates_are_those_of_the_plan() -> None:
    assert dates(plan(starts("mid")), 0) == {"near": (1, 12), "mid": (13, 24), "long": (25, 36)}


def test_a_step_that_comes_sooner_draws_the_later_ones_along_and_the_plan_ends_where_it_did() -> None:
    assert dates(plan(starts("mid")), 6) == {"near": (1, 6), "mid": (7, 18), "long": (19, 36)}


def test_a_step_that_waits_lets_the_one_before_go_on() -> None:
    held = plan(starts("mid", last=18))
    assert dates(held, 0) == {"near": (1, 18), "mid": (19, 30), "long": (31, 36)}
    assert dates(held, 15) == {"near": (1, 15), "mid": (16, 27), "long": (28, 36)}
    assert dates(held, 3) == {"near": (1, 3), "mid": (4, 15), "long": (16, 36)}


def test_another_step_takes_the_months_that_are_left() -> None:
    assert dates(plan(replaces("mid")), 15) == {"near": (1, 12), "mid": (13, 15), "rescue": (16, 24), "long": (25, 36)}
    assert dates(plan(replaces("mid")), 6) == {"near": (1, 12), "rescue": (13, 24), "long": (25, 36)}
    assert dates(plan(replaces("mid", by=None)), 6) == {"near": (1, 12), "long": (25, 36)}


def test_a_trigger_is_watched_in_its_window_and_while_it_can_still_matter() -> None:
    trigger = starts("mid", first=4)
    phases = phases_now(plan(trigger), (0,))
    assert [k for k in range(1, 37) if still_watched(trigger, phases, month(k))] == list(range(4, 13))
    trigger = starts("mid", last=18)
    phases = phases_now(plan(trigger), (0,))
    assert [k for k in range(1, 37) if still_watched(trigger, phases, month(k))] == list(range(1, 19))


TRIGGERS = st.lists(
    st.one_of(
        st.builds(
            starts, st.sampled_from(["near", "mid", "long"]), st.just(1), st.one_of(st.none(), st.integers(1, 34))
        ),
        st.builds(replaces, st.sampled_from(["near", "mid", "long"]), st.sampled_from(["rescue", None])),
    ),
    max_size=4,
    unique_by=(lambda one: one.start or id(one), lambda one: one.by or id(one)),
)


@given(TRIGGERS, st.lists(st.integers(0, 40), min_size=4, max_size=4))
def test_nothing_that_has_happened_is_changed_by_what_fires_later(triggers: list[Trigger], wish: list[int]) -> None:
    """Live through the months as the county does, and compare the past of every plan with what was in force."""
    one = plan(*triggers)
    fired = [0] * len(triggers)
    lived: list[set[str]] = []
    for now in range(1, 41):
        phases = phases_now(one, fired)
        for k, trigger in enumerate(triggers):
            if now > 1 and not fired[k] and 0 < wish[k] <= now - 1 and still_watched(trigger, phases, month(now - 1)):
                fired[k] = now - 1
        strategy = Strategy.from_scenario(one, load_instruments(), fired)
        in_force = [{p.name for p in strategy.phases if p.first <= k <= p.last} for k in range(1, 41)]
        assert in_force[: now - 1] == lived
        lived.append(in_force[now - 1])


def test_columns_do_not_depend_on_what_has_fired() -> None:
    one = plan(starts("mid"), replaces("long"))
    names = {tuple(i.name for i in Strategy.from_scenario(one, load_instruments(), f).instruments) for f in
             [(), (5, 0), (0, 30), (5, 20)]}  # fmt: skip
    assert names == {("cadre_training", "mediation_network", "six_deliberations", "support_centre")}


def test_a_wave_joins_in_its_month_and_not_before() -> None:
    waved = replace(phase({"cadre_training": 0.5}, name="w"), waves={"rest": month(10), "pilot": month(4)})
    strategy = Strategy.from_scenario(scenario([waved]), load_instruments())
    first = {label: min(k for k in range(1, 37) if strategy.wanted(k)[label]) for label in strategy.wanted(1)}
    assert first == {"demonstration": 1, "pilot": 4, "conditioned": 1, "rest": 10}
    at_ten = strategy.active_months[10][:, 0].tolist()
    assert at_ten == [10, 7, 10, 1], "the ramp of a class begins when it joins"


def test_waves_equal_phases_of_single_classes() -> None:
    waved = replace(phase({"cadre_training": 0.5}, name="w"), waves={"rest": month(10)})
    apart = [
        phase({"cadre_training": 0.5}, name="a", rollout=("demonstration", "pilot", "conditioned")),
        phase({"cadre_training": 0.5}, name="b", rollout=("rest",), first=10),
    ]
    one, other = (Strategy.from_scenario(scenario(p), load_instruments()) for p in ([waved], apart))
    assert np.array_equal(one.desired, other.desired)
    assert np.array_equal(one.active_months, other.active_months)


@pytest.mark.parametrize(("at", "expected"), [(1, 100_000 // 12 + 5_000), (12, 105_000), (13, 100_000 // 12)])
def test_start_money_is_there_in_the_first_calendar_year_only(at: int, expected: int) -> None:
    one = replace(phase({"cadre_training": 0.5}, budget=1000.0), start_budget=50.0)
    planned = Strategy.from_scenario(scenario([one]), load_instruments()).phases[0]
    assert planned.allowance(at, 0) == expected
