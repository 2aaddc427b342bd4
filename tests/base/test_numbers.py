"""exp, log, logistic, fen: as exact as their text says, and the same bits compiled and in plain Python."""

from __future__ import annotations

import math
from decimal import ROUND_HALF_EVEN, Decimal

import mpmath
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ruralsim.base.compiled import entry
from ruralsim.base.numbers import chance, exp, fen, log, log_mean, logistic

mpmath.mp.dps = 40


@entry
def _each(x, out):
    for i in range(x.shape[0]):
        out[i, 0] = exp(x[i])
        out[i, 1] = log(abs(x[i]))
        out[i, 2] = logistic(x[i])
        out[i, 3] = fen(x[i])


def _grid() -> np.ndarray:
    """Deterministic points: near 0, near the ends, around powers of two and multiples of ln 2, and spread evenly."""
    even = np.linspace(-700.0, 700.0, 9001)
    tiny = np.concatenate([s * 10.0 ** np.linspace(-300, 2, 1000) for s in (1.0, -1.0)])
    steps = np.log(2.0) * (np.arange(-1000, 1001) + 0.5)
    return np.concatenate([even, tiny, steps, np.nextafter(steps, 1e9)])


def _ulps(found: float, true: mpmath.mpf) -> float:
    return float(abs(mpmath.mpf(found) - true) / mpmath.mpf(math.ulp(float(true))))


def test_exp_is_right_to_one_unit_in_the_last_place() -> None:
    worst = max(_ulps(exp(float(x)), mpmath.exp(mpmath.mpf(float(x)))) for x in _grid() if -700.0 <= x <= 700.0)
    assert worst < 1.0


def test_log_is_right_to_one_unit_in_the_last_place() -> None:
    near_one = 1.0 + np.concatenate([s * 10.0 ** np.linspace(-15, -0.5, 500) for s in (1.0, -1.0)])
    points = np.concatenate([10.0 ** np.linspace(-300, 300, 4001), near_one, 2.0 ** np.arange(-1000, 1001)])
    worst = max(_ulps(log(float(x)), mpmath.log(mpmath.mpf(float(x)))) for x in points if x != 1.0)
    assert worst < 1.0
    assert log(1.0) == 0.0


def test_logistic_is_close_and_stays_in_0_1() -> None:
    for x in _grid():
        value = logistic(float(x))
        assert 0.0 <= value <= 1.0
        if abs(x) < 600.0:
            true = 1 / (1 + mpmath.exp(-mpmath.mpf(float(x))))
            assert _ulps(value, true) < 3.0


def test_the_ends() -> None:
    assert exp(0.0) == 1.0
    assert exp(-1e9) == 0.0
    assert exp(1e9) == exp(709.0) < math.inf
    assert log(0.0) == log(-3.0) == -745.0


def test_compiled_and_plain_give_the_same_bits() -> None:
    x = _grid()
    x = x[x != 0.0]
    out = np.zeros((len(x), 4))
    _each(x, out)
    plain = np.array([[exp(v), log(abs(v)), logistic(v), fen(v)] for v in x.tolist()])
    assert out.tobytes() == plain.tobytes()


@given(st.floats(-700.0, 700.0), st.floats(0.0, 1e-3))
def test_exp_rises(x: float, by: float) -> None:
    assert exp(x + by) >= exp(x)


@given(st.integers(-(10**12), 10**12), st.integers(0, 999))
def test_fen_rounds_half_to_even(whole: int, thousandths: int) -> None:
    """Against decimal arithmetic: the double yuan·100, rounded half to even, exactly."""
    yuan = whole / 100 + thousandths / 100_000
    exact = Decimal(yuan * 100.0).quantize(Decimal(1), rounding=ROUND_HALF_EVEN)
    assert fen(yuan) == int(exact)


@pytest.mark.parametrize(("yuan", "expected"), [(0.005, 0), (0.015, 2), (0.025, 2), (-0.025, -2), (1.23, 123), (0, 0)])
def test_fen_by_example(yuan: float, expected: int) -> None:
    assert fen(yuan) == expected


@given(st.integers(-(2**50), 2**50))
def test_whole_fen_pass_unchanged(amount: int) -> None:
    assert fen(float(Decimal(amount) / 100)) == pytest.approx(amount, abs=1)
    if abs(amount) < 10**13:
        assert fen(amount * 0.01) == amount


@given(st.floats(0.0, 1e6), st.floats(0.0, 1e6))
def test_a_chance_rises_with_its_hazard_and_stays_below_1(one: float, more: float) -> None:
    assert 0.0 <= chance(one) <= chance(one + more) < 1.0


@given(st.floats(1e-6, 1e6), st.floats(1e-6, 1e6))
def test_the_logarithmic_mean_lies_between_and_splits_exactly(a: float, b: float) -> None:
    mean = log_mean(a, b)
    assert min(a, b) * (1 - 1e-6) <= mean <= max(a, b) * (1 + 1e-6)
    assert mean * (log(b) - log(a)) == pytest.approx(b - a, rel=1e-9, abs=1e-12 * max(a, b))
