"""Closed forms of multitask agency against the model's own rules."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize

from ruralsim.analysis.indicators import multitask
from ruralsim.analysis.indicators.multitask import Task

P = multitask.rules(effort_cost=0.05)  # so cheap that all time is used
PRESSURE = 0.6


def _numerically_best(tasks):
    def lost(logs):
        w = np.exp(logs - logs.max())
        return -multitask.served(tasks, w / w.sum(), PRESSURE, P)

    start = np.zeros(len(tasks))
    found = minimize(lost, start, method="Nelder-Mead", options={"xatol": 1e-9, "fatol": 1e-14, "maxiter": 4000})
    w = np.exp(found.x - found.x.max())
    return w / w.sum(), -found.fun


@pytest.mark.parametrize(
    "tasks",
    [
        (Task(1.0), Task(1.0)),
        (Task(1.0), Task(1.0, gameability=1.8)),
        (Task(1.0), Task(2.0, gameability=1.0, check=0.2)),
        (Task(0.3, response=1.4), Task(1.0, response=0.7, gameability=0.6)),
    ],
)
def test_best_weights_of_two_tasks(tasks):
    weights, most = _numerically_best(tasks)
    assert multitask.best_weights(tasks, PRESSURE, P) == pytest.approx(weights, abs=1e-4)
    assert multitask.most_served(tasks, PRESSURE, P) == pytest.approx(most, rel=1e-9)
    reached = multitask.served(tasks, multitask.best_weights(tasks, PRESSURE, P), PRESSURE, P)
    assert reached == pytest.approx(multitask.most_served(tasks, PRESSURE, P), rel=1e-12)


def test_what_is_easily_faked_weighs_less_and_a_check_gives_weight_back():
    def weight(gameability, check=0.0):
        return multitask.best_weights((Task(1.0), Task(1.0, gameability=gameability, check=check)), PRESSURE, P)[1]

    assert weight(0.0) == pytest.approx(0.5)
    assert weight(0.0) > weight(0.6) > weight(1.8)
    assert weight(1.8, 0.1) > weight(1.8)
    assert weight(1.8, 0.9) == pytest.approx(0.5)  # checked so often that dressing does not pay


def test_a_check_is_less_gameability_to_the_cadre():
    checked = Task(1.0, gameability=1.8, check=0.25)
    same = multitask.as_less_gameable(checked, PRESSURE, P)
    assert same.check == 0.0
    assert same.gameability < checked.gameability
    other, weights = Task(0.7), np.array([0.4, 0.6])
    one, _ = multitask.effort((other, checked), weights, PRESSURE, P)
    two, _ = multitask.effort((other, same), weights, PRESSURE, P)
    assert one == pytest.approx(two, rel=1e-12)


def test_an_item_that_nothing_hangs_on_gets_no_weight():
    weights = multitask.best_weights((Task(1.0), Task(0.0, gameability=1.8)), PRESSURE, P)
    assert weights.tolist() == [1.0, 0.0]


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.floats(0, 2), st.floats(0.1, 2), st.floats(0, 2), st.floats(0, 0.9)), min_size=1, max_size=5),
    st.floats(0, 2),
    st.floats(0.1, 2),
)
def test_an_item_that_costs_nothing_and_cannot_be_faked_never_hurts(known, worth, response):
    tasks = [Task(*one) for one in known]
    more = [*tasks, Task(worth, response)]
    before = multitask.served(tasks, multitask.best_weights(tasks, PRESSURE, P), PRESSURE, P)
    after = multitask.served(more, multitask.best_weights(more, PRESSURE, P), PRESSURE, P)
    assert after >= before - 1e-12


@pytest.mark.parametrize("falloff", [0.7, 0.9])
def test_the_best_number_of_items_is_interior_where_they_take_time(falloff):
    found = multitask.frontier(falloff, 60, P, burden=10.0)
    best = multitask.best_number(falloff, 10.0 * P.burden)
    assert 1 < best < 60
    assert abs(int(found.argmax()) + 1 - best) <= 1.0
    free = multitask.frontier(falloff, 60, P, burden=0.0)
    assert (np.diff(free) > 0).all()
    assert multitask.best_number(falloff, 0.0) == float("inf")
