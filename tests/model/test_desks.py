"""Seats kept from month to month: who looks at rows in between sees the state as it is, and nothing depends on it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from small import differing, everything, fingerprint, scenario

from ruralsim.base.numbers import FINE_STEP, STEP, fine_steps, steps
from ruralsim.institutions.village import practice_yield
from ruralsim.model.county import County
from ruralsim.model.desks import place_of
from ruralsim.model.neighbours_loop import TRUST_STEP
from ruralsim.model.sorting_loop import sort_floats, sum_of_lowest
from ruralsim.policy.levers import LEVERS

MONTHS = 30
LEVELS = st.floats(2.0**-17, 1.0, width=32)
#: levers that a county turns into others, or adds to, after what a programme says
_BY_PLACE = ("form_fit", "public_service", "convenience_service", "points", "points_for_all", "leakage_cut")


def _county(months: int = MONTHS) -> County:
    return County.build(scenario(3, months, phases=[everything(months, budget=300_000.0)]), 5)


def test_who_looks_in_the_middle_of_a_run_sees_the_state_as_it_is() -> None:
    alone, watched = _county(), _county()
    pictures: list[bytes] = []
    for _ in range(MONTHS):
        alone.advance(1)
        pictures.append(alone.villagers.tobytes())
    seen: list[bytes] = []
    watched.advance(progress=lambda *_: seen.append(watched.villagers.tobytes()))
    assert seen == pictures
    assert differing(fingerprint(alone), fingerprint(watched)) == []


def test_a_run_keeps_seats_and_ends_with_rows_up_to_date() -> None:
    county = _county()
    seated: list[int] = []
    county.advance(MONTHS, progress=lambda *_: seated.append(int(county._seats().seating["seated"].sum())))
    assert max(seated) == len(county.villages)
    assert seated[-1] == 0
    assert seated[11] == 0  # after December everybody is in the rows, where January finds them


def test_rows_given_anew_are_the_ones_that_count() -> None:
    county, same = _county(), _county()
    county.advance(5)
    same.advance(5)
    county.villagers = county.villagers.copy()
    county.advance(5)
    same.advance(5)
    assert differing(fingerprint(county), fingerprint(same)) == []


def test_an_error_in_the_middle_leaves_rows_that_can_be_read(monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(done: int, _: int) -> None:
        if done == 5:
            raise KeyboardInterrupt

    county, same = _county(), _county()
    with pytest.raises(KeyboardInterrupt):
        county.advance(progress=stop)
    same.advance(5)
    assert county.villagers.tobytes() == same.villagers.tobytes()
    county.advance(5)
    same.advance(5)
    assert differing(fingerprint(county), fingerprint(same)) == []


def test_place_of_finds_who_is_there_and_nobody_else() -> None:
    present = np.array([0, 2, 3, 7, 9, 99], np.uint32)
    assert [place_of(present, 5, row) for row in (0, 2, 3, 7, 9)] == [0, 1, 2, 3, 4]
    assert [place_of(present, 5, row) for row in (1, 8, 10, 99)] == [-1] * 4


@given(st.lists(LEVELS, min_size=1, max_size=300), st.randoms(use_true_random=False))
def test_levels_add_up_exactly_in_any_order(levels: list[float], shuffle) -> None:
    """As long as double precision holds the plain sum exactly, too, it is the same."""
    total = sum(steps(one) for one in levels) * STEP
    mixed = list(levels)
    shuffle.shuffle(mixed)
    assert total == sum(mixed) == float(np.sum(np.array(levels, np.float64)))


@given(st.floats(-1.0, 1.0))
def test_a_change_in_fine_steps_is_off_by_less_than_one(change: float) -> None:
    assert abs(fine_steps(change) * FINE_STEP - change) < FINE_STEP
    assert fine_steps(-change) == -fine_steps(change)


@given(st.lists(st.floats(0.0, 20_000.0, width=32), min_size=2, max_size=700), st.integers(1, 9))
def test_sorting_and_the_lowest_are_those_of_numpy(values: list[float], part: int) -> None:
    given_, wanted = np.array(values, np.float32), max(1, len(values) // part)
    ordered = given_.copy()
    sort_floats.py_func(ordered, len(ordered))
    assert ordered.tobytes() == np.sort(given_).tobytes()
    lowest = sum(steps(float(one)) for one in np.sort(given_)[:wanted])
    assert sum_of_lowest.py_func(given_.copy(), len(given_), wanted) == lowest


def test_very_many_values_are_sorted_whatever_they_are() -> None:
    rng = np.random.Generator(np.random.Philox(3))
    for values in (rng.random(6_000), 0.5 + 1e-6 * rng.random(6_000), np.full(6_000, 0.5), np.arange(6_000.0)[::-1]):
        ordered = values.astype(np.float32)
        sort_floats.py_func(ordered, len(ordered))
        assert (ordered == np.sort(values.astype(np.float32))).all()


@given(st.lists(st.floats(2.0**-20, 1.0, width=32), min_size=1, max_size=8))
def test_trust_of_neighbours_loses_nothing_in_one_word(trusts: list[float]) -> None:
    assert sum(int(one / TRUST_STEP) for one in trusts) * TRUST_STEP == sum(trusts)


def test_a_county_prepares_the_levers_that_its_programme_says() -> None:
    county = _county(14)
    county.advance(3)
    for month in (4, 9, 14):
        county.advance(month - 1 - county.month)
        yields = practice_yield(county.villages["practice"].copy(), county.fields)
        state = {name: array.copy() for name, array in county.strategy_state.items()}
        heads = county.villages["registered"].astype(np.float64)
        delivery = county.programme.deliver(month, heads, state)
        county.begin_month()
        said = delivery.levers(yields)
        assert delivery.asked.any()
        for lever in LEVERS:
            if lever.name not in _BY_PLACE:
                assert (county.levers[lever.name] == said[lever.name]).all(), lever.name
        county._village_months(0, len(county.villages), 0)
        county.end_month()
