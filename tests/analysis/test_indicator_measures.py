"""The measures of the laboratory on values whose answers are known."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest

from ruralsim.analysis.indicators import measures
from ruralsim.analysis.indicators.estimate import Estimate, jackknife, of_correlation, of_sample, over_draws
from ruralsim.analysis.indicators.panel import COMPONENTS
from ruralsim.base.streams import uniforms, village_key
from ruralsim.model.outcomes import GOALS
from ruralsim.policy.observables import OBSERVABLE_INDEX

M = len(COMPONENTS)


def noise(name: str, *shape: int) -> np.ndarray:
    """Keyed numbers of mean 0 and variance 1."""
    size = int(np.prod(shape))
    u = uniforms(7, village_key(name), np.arange(size), 0, 299)[0]
    return ((u - 0.5) * 12**0.5).reshape(shape)


def test_shapley_shares_equal_all_orders_and_add_up():
    x = noise("x", 400, 3)
    x[:, 2] = x[:, 0] + 0.3 * x[:, 2]
    y = np.stack([x[:, 0] + x[:, 1] + noise("e", 400), noise("f", 400)], axis=1)
    both = np.corrcoef(np.concatenate([x, y], axis=1), rowvar=False)
    items, outcomes = both[:3, :3], both[:3, 3:]
    own = np.zeros((3, 2), bool)

    def r2(kept, column):
        kept = [int(k) for k in kept]
        if not kept:
            return 0.0
        return outcomes[kept, column] @ np.linalg.solve(items[np.ix_(kept, kept)], outcomes[kept, column])

    orders = np.array(list(permutations(range(3))))
    expected = np.zeros(3)
    for order in orders:
        for k, item in enumerate(order):
            for column in range(2):
                expected[item] += r2(order[: k + 1], column) - r2(order[:k], column)
    expected /= len(orders) * 2
    found = measures.breadth(items, outcomes, own, 10**9, orders)
    assert found == pytest.approx(expected, abs=1e-6)
    assert found.sum() == pytest.approx(np.mean([r2((0, 1, 2), c) for c in range(2)]), abs=1e-6)
    own[0, 0] = True  # an item that is part of an outcome adds nothing to it
    assert measures.breadth(items, outcomes, own, 10**9, orders)[0] < found[0]


def test_twins_share_evenly_and_an_unrelated_item_gets_nothing():
    a = noise("a", 2000)
    x = np.stack([a, a, noise("n", 2000)], axis=1)
    both = np.corrcoef(np.concatenate([x, (a + noise("e", 2000))[:, None]], axis=1), rowvar=False)
    orders = measures.entry_orders(1, 3, 50)
    found = measures.breadth(both[:3, :3], both[:3, 3:], np.zeros((3, 1), bool), 2000, orders)
    assert found[0] == pytest.approx(found[1], rel=0.15)
    assert found[2] < 0.01 < 0.2 < found[0]
    assert measures.twins(both[:3, :3], 0.9)[0][:2] == (1, 0)


def test_an_item_is_never_scored_against_its_own_part():
    own = measures.own_parts(["trust", "virtue"])
    components = noise("c", 1, 30, M)
    values = np.stack([components[..., COMPONENTS.index("mean_trust")]] * 2, axis=-1)
    found = measures.connection(values, components, own)
    assert abs(found[0, 0]) < found[1, 0]  # the same numbers, once as trust itself
    held = measures.goals_without(components, own)
    governance = [k for k, name in enumerate(COMPONENTS) if name in GOALS["governance"] and name != "mean_trust"]
    assert held[0, :, 0, 0] == pytest.approx(components[0][:, governance].mean(axis=1))


def test_every_known_part_is_a_component_of_a_goal():
    assert all(part in COMPONENTS for parts in measures.PART_OF.values() for part in parts)
    assert {"trust", "satisfaction", "environment", "income_level"} <= OBSERVABLE_INDEX.keys() & measures.PART_OF.keys()


@pytest.mark.parametrize(
    ("lever", "luck", "both"), [(1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (1.0, 1.0, 0.0), (1.0, 1.0, 1.0)]
)
def test_total_order_index_of_a_known_design(lever, luck, both):
    size, v = 30, 40
    values = lever * noise("p", size, 1, v) + luck * noise("l", 1, size, v) + both * noise("pl", size, size, v)
    expected = (lever + both) / (lever + luck + both)
    assert measures.sensitivity(values[..., None])[0] == pytest.approx(expected, abs=0.04)


def test_reliability_is_the_share_of_variance_that_is_true():
    true = noise("t", 1, 4000, 1)
    reported = true + 0.5 * noise("r", 1, 4000, 1)
    assert measures.reliability(true, reported)[0] == pytest.approx(1 / 1.25, abs=0.02)
    assert measures.reliability(np.ones((1, 9, 1)), noise("q", 1, 9, 1))[0] == 0.0


def test_connection_over_years_sees_through_levels_and_trends():
    years = np.linspace(0, 5, 6)[:, None]
    common = noise("w", 6, 50)
    item = common + 10 * noise("v", 1, 50) + years
    components = np.repeat((common + 5 * noise("u", 1, 50) + 2 * years)[..., None], M, axis=2)
    found = measures.connection_over_years(item[..., None], components, np.zeros((1, M), bool))
    assert found[0] == pytest.approx([1.0, 1.0, 1.0])
    assert np.isnan(measures.connection_over_years(item[:2, :, None], components[:2], np.zeros((1, M), bool))).all()


def test_intervals():
    sample = of_sample(np.array([1.0, 2.0, 3.0]))[0]
    assert sample.mean == 2.0
    assert sample.high - 2.0 == pytest.approx(2.919986 / 3**0.5)
    r = of_correlation(0.0, 12)
    assert (r.low, r.high) == (pytest.approx(-np.tanh(1.644854 / 3)), pytest.approx(np.tanh(1.644854 / 3)))
    values = noise("j", 12, 1)
    mean = values.mean(axis=0)
    without = np.array([np.delete(values, k, axis=0).mean(axis=0) for k in range(12)])
    same = of_sample(values)[0]
    found = jackknife(mean, without)[0]
    assert (found.low, found.high) == (pytest.approx(same.low), pytest.approx(same.high))
    cells = {(0, k): np.array([0.5]) for k in range(3)} | {(d, 0): np.array([0.5 + 0.1 * d]) for d in range(1, 9)}
    drawn = over_draws(cells)[0]
    assert drawn.low < 0.7 < drawn.mean < 1.1 < drawn.high
    assert Estimate(2.0, -1.0, 3.0).within(0.0, 1.0) == Estimate(1.0, 0.0, 1.0)
