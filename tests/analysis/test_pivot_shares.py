"""Ratios with intervals, or a refusal: Fieller's interval against its definition and its coverage."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import stdtrit

from ruralsim.analysis.pivot.shares import mean_of, quantiles_of, ratio_of, ratio_over_draws, share_above

RNG = np.random.default_rng(7)


@pytest.mark.parametrize("n", [5, 20, 80])
def test_the_ends_of_the_interval_meet_fiellers_definition(n: int) -> None:
    y = RNG.normal(2.0, 0.5, n)
    x = 0.3 * y + RNG.normal(0.0, 0.4, n)
    found = ratio_of(x, y)
    t = stdtrit(n - 1.0, 0.95)
    assert found.mean == pytest.approx(x.mean() / y.mean(), rel=1e-12)
    for end in (found.low, found.high):
        gap = x - end * y
        assert abs(gap.mean()) == pytest.approx(t * gap.std(ddof=1) / n**0.5, rel=1e-9)
    assert found.low < found.mean < found.high


def test_nine_intervals_in_ten_hold_the_true_quotient() -> None:
    inside = 0
    for _ in range(600):
        y = RNG.normal(1.0, 1.0, 25)
        found = ratio_of(0.4 * y + RNG.normal(0.0, 0.8, 25), y)
        inside += found.mean is not None and found.low <= 0.4 <= found.high
    assert 0.86 < inside / 600 < 0.94


def test_a_denominator_that_covers_zero_is_refused_and_no_effect_too() -> None:
    y = np.array([1.0, -1.2, 0.9, -0.8, 0.3])
    assert ratio_of(np.ones(5), y).reason == "denominator_covers_zero"
    assert ratio_of(np.ones(5), np.zeros(5)).reason == "no_effect"
    assert ratio_of(np.ones(2), np.ones(2)).reason == "too_few"
    assert ratio_over_draws(np.ones(40), np.linspace(-1.0, 3.0, 40)).reason == "denominator_covers_zero"
    assert ratio_over_draws(np.ones(40), np.linspace(1.0, 3.0, 40), blur=1.0).reason == "denominator_covers_zero"


def test_quotients_over_draws_are_those_of_the_draws() -> None:
    y = np.linspace(1.0, 2.0, 101)
    found = ratio_over_draws(0.25 * y * np.linspace(0.0, 2.0, 101), y)
    assert found.mean == pytest.approx(0.25)
    assert (found.low, found.high) == (pytest.approx(0.025), pytest.approx(0.475))
    assert ratio_over_draws(np.full(9, np.nan), y[:9]).reason == "too_few", "failed draws do not count"


def test_shares_of_draws_have_wilsons_interval() -> None:
    found = share_above(np.array([1.0] * 8 + [-1.0] * 2))
    assert found.mean == 0.8
    assert (found.low, found.high) == (pytest.approx(0.5408, abs=1e-3), pytest.approx(0.9321, abs=1e-3))
    assert share_above(np.zeros(10)).mean == 0.0, "no difference at all is not a gain"
    assert share_above(np.array([np.nan])).mean is None


def test_contributions_add_up_and_spread() -> None:
    values = RNG.normal(0.1, 1.0, 400)
    found = mean_of(values)
    assert found.mean == pytest.approx(values.sum())
    assert (found.high - found.low) / 2 == pytest.approx(1.6487 * values.std(ddof=1) * 20.0, rel=1e-3)
    assert quantiles_of(np.arange(101.0)).low == pytest.approx(5.0)
