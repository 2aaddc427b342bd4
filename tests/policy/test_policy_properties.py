"""Properties that hold for any strategy: nothing overspent, nothing above what was asked, zero is absent."""

from __future__ import annotations

import pickle

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from policy_cases import START, levers, phase, programme, run, what_villages_feel

from ruralsim.policy.frameworks import load_frameworks
from ruralsim.policy.instruments import load_instruments
from ruralsim.policy.programme import Programme
from ruralsim.policy.regimes import load_regimes
from ruralsim.spec.scenario import ALL, ROLLOUTS, Phase

NAMES = sorted(load_instruments())
MONTHS = 30


@st.composite
def phases(draw, most: int = 4) -> list[Phase]:
    """Phases that overlap as they like, with and without budgets."""
    found = []
    for number in range(draw(st.integers(1, most))):
        first = draw(st.integers(1, 24))
        found.append(
            phase(
                draw(st.dictionaries(st.sampled_from(NAMES), st.floats(0.0, 1.0), min_size=1, max_size=6)),
                budget=draw(st.none() | st.floats(0.0, 2e6)),
                first=first,
                last=draw(st.integers(first, MONTHS)),
                rollout=draw(st.just((ALL,)) | st.lists(st.sampled_from(ROLLOUTS), min_size=1, unique=True).map(tuple)),
                name=f"phase {number}",
            )
        )
    return found


def spending(one: Programme) -> list[tuple[int, np.ndarray]]:
    """Fen that each phase has spent in the calendar year, month by month."""
    state = one.new_state()
    villages = len(one.eligible)
    result = []
    for month in range(1, MONTHS + 1):
        one.deliver(month, np.full(villages, 900.0), state)
        result.append((month, state["spent"].copy()))
    return result


@settings(max_examples=60, deadline=None)
@given(phases())
def test_no_phase_ever_spends_more_than_its_budget(chosen):
    one = programme(chosen, months=MONTHS)
    for month, spent in spending(one):
        for place, planned in enumerate(one.strategy.phases):
            if planned.budget is not None and planned.elapsed[month]:
                assert 0 <= spent[place] <= planned.budget * planned.elapsed[month] // 12


@settings(max_examples=60, deadline=None)
@given(phases())
def test_delivery_is_at_most_what_was_asked_and_payments_add_up(chosen):
    one = programme(chosen, months=MONTHS)
    for delivery in run(one, MONTHS):
        assert (delivery.intensity >= 0).all()
        assert (delivery.intensity <= delivery.asked).all()
        assert (delivery.asked <= 1).all()
        assert not delivery.asked[~one.eligible].any()
        assert not delivery.paid.by_instrument[delivery.asked == 0].any()
        assert (delivery.paid.by_instrument == sum(delivery.paid.by_kind.values())).all()
        assert all((table >= 0).all() for table in delivery.paid.by_kind.values())
        assert ((delivery.mean_governance_intensity >= 0) & (delivery.mean_governance_intensity <= 1)).all()
        assert np.isfinite(levers(delivery).view(np.float64)).all()
        if not delivery.binding:
            assert np.array_equal(delivery.intensity, delivery.asked)


@settings(max_examples=40, deadline=None)
@given(phases(), st.sampled_from(NAMES), st.data())
def test_an_instrument_at_intensity_zero_is_an_absent_one(chosen, name, data):
    without = [_with(one, name, None) for one in chosen]
    zero = [_with(one, name, 0.0) for one in chosen]
    dead = data.draw(st.sampled_from(NAMES))
    idle = [*without, phase({dead: 0.0}, budget=1.0, name="idle")]
    first = programme(without, months=MONTHS)
    expected = what_villages_feel(run(first, MONTHS))
    for other in (programme(zero, months=MONTHS), programme(idle, months=MONTHS)):
        assert other.names == first.names
        assert what_villages_feel(run(other, MONTHS)) == expected


def _with(one: Phase, name: str, intensity: float | None) -> Phase:
    instruments = {key: value for key, value in one.instruments.items() if key != name}
    if intensity is not None:
        instruments[name] = intensity
    return Phase(one.name, one.start, one.end, one.rollout, one.budget, instruments)


@settings(max_examples=40, deadline=None)
@given(phases(), st.randoms(use_true_random=False))
def test_the_order_and_the_names_of_phases_do_not_matter(chosen, shuffler):
    other = list(chosen)
    shuffler.shuffle(other)
    renamed = [Phase(f"x{n}", p.start, p.end, p.rollout, p.budget, p.instruments) for n, p in enumerate(other)]
    one = what_villages_feel(run(programme(chosen, months=MONTHS), MONTHS))
    assert what_villages_feel(run(programme(renamed, months=MONTHS), MONTHS)) == one


@settings(max_examples=30, deadline=None)
@given(phases())
def test_a_village_without_neighbours_gets_the_same_where_no_budget_ties_them(chosen):
    free = [Phase(p.name, p.start, p.end, p.rollout, None, p.instruments) for p in chosen]
    county = programme(free, villages=5, months=MONTHS)
    heads = np.array([700.0, 810.0, 920.0, 1030.0, 1140.0])
    yields = np.array([0.4, 0.6, 0.8, 1.0, 1.2])
    alone = Programme.among(county.strategy, np.array([2]), np.array([1]), np.array([2]))
    state, state_alone = county.new_state(), alone.new_state()
    kept = [county.names.index(name) for name in alone.names]
    for month in range(1, MONTHS + 1):
        all_of_them = county.deliver(month, heads, state)
        only = alone.deliver(month, heads[2:3], state_alone)
        assert only.levers(yields[2:3]).tobytes() == all_of_them.levers(yields)[2:3].tobytes()
        assert only.mean_governance_intensity[0] == all_of_them.mean_governance_intensity[2]
        assert np.array_equal(only.paid.by_instrument[0], all_of_them.paid.by_instrument[2, kept])
        assert only.paid.by_instrument.sum() == all_of_them.paid.by_instrument[2].sum()


@settings(max_examples=30, deadline=None)
@given(phases(), st.integers(1, MONTHS - 1))
def test_saved_and_continued_is_never_stopped(chosen, stop):
    heads = np.linspace(500.0, 1500.0, 8)
    one = programme(chosen, months=MONTHS)
    state = one.new_state()
    deliveries = [one.deliver(month, heads, state) for month in range(1, MONTHS + 1)]
    first, second = programme(chosen, months=MONTHS), programme(chosen, months=MONTHS)
    early = first.new_state()
    parts = [first.deliver(month, heads, early) for month in range(1, stop + 1)]
    saved = {
        name: np.frombuffer(array.tobytes(), array.dtype).reshape(array.shape).copy() for name, array in early.items()
    }
    parts += [second.deliver(month, heads, saved) for month in range(stop + 1, MONTHS + 1)]
    assert what_villages_feel(parts) == what_villages_feel(deliveries)
    assert all(np.array_equal(saved[name], state[name]) for name in state)


@settings(max_examples=30, deadline=None)
@given(phases(most=2), st.floats(1.05, 3.0))
def test_a_larger_budget_never_delivers_a_smaller_share(chosen, factor):
    small = [Phase(p.name, p.start, p.end, p.rollout, 50_000.0, p.instruments) for p in chosen]
    large = [Phase(p.name, p.start, p.end, p.rollout, 50_000.0 * factor, p.instruments) for p in chosen]
    for a, b in zip(run(programme(small), 12), run(programme(large), 12), strict=True):
        if a.binding and b.binding:
            shares = {x.phase: x.share for x in a.binding}
            assert all(x.share >= shares.get(x.phase, 1.0) - 1e-9 for x in b.binding)


def test_a_programme_can_travel_to_another_process():
    one = programme([phase({"seed_grant": 1.0, "smart_platform": 0.5}, budget=500_000.0)])
    other = pickle.loads(pickle.dumps(one))
    assert what_villages_feel(run(other)) == what_villages_feel(run(one))
    for thing in (load_frameworks()["pengzhou"], load_regimes()["points"], load_instruments()["seed_grant"]):
        assert pickle.loads(pickle.dumps(thing)) == thing


def test_all_changing_state_lies_in_the_arrays():
    one = programme([phase({"seed_grant": 1.0, "smart_platform": 0.5}, budget=500_000.0)], start=START)
    first, second = run(one), run(one)
    assert what_villages_feel(first) == what_villages_feel(second)
