"""Newton, continuation and folds on systems whose answers are known."""

from __future__ import annotations

import numpy as np
import pytest

from ruralsim.theory.solve import follow, newton, relaxed, stable


def one(f, fx, fmu):
    """A system of one unknown from three functions of numbers."""
    return (
        lambda x, mu: np.array([f(x[0], mu)]),
        lambda x, mu: np.array([[fx(x[0], mu)]]),
        lambda x, mu: np.array([fmu(x[0], mu)]),
    )


def test_newton_finds_the_root_of_two_equations() -> None:
    found = newton(
        lambda z: np.array([z[0] ** 2 + z[1] ** 2 - 4.0, z[0] - z[1]]),
        lambda z: np.array([[2 * z[0], 2 * z[1]], [1.0, -1.0]]),
        np.array([1.0, 0.3]),
    )
    assert found == pytest.approx([2**0.5, 2**0.5], abs=1e-12)
    assert newton(lambda z: z * 0.0 + 1.0, lambda z: np.zeros((1, 1)), np.array([0.0])) is None


def test_relaxing_goes_where_the_system_goes_also_around_a_corner() -> None:
    """dx/dt = min(1, 2 − x) − max(0, 3(x − 1.2)): Newton's method from 0 jumps to and fro over the corners."""

    def both(x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        right = np.minimum(1.0, 2.0 - x) - np.maximum(0.0, 3.0 * (x - 1.2))
        slope = -1.0 * (x > 1.0) - 3.0 * (x > 1.2)
        return right, np.diag(slope)

    found = relaxed(both, np.array([0.0]), np.ones(1))
    assert found == pytest.approx([1.4], abs=1e-9)
    assert relaxed(lambda x: (np.ones(1), np.zeros((1, 1))), np.zeros(1), np.ones(1)) is None, "it never rests"


def test_a_saddle_node_has_one_fold_at_zero() -> None:
    """dx/dt = μ − x²: stable branch √μ, unstable −√μ, fold at μ = 0 (Kuznetsov 2004, ch. 3)."""
    branch = follow(*one(lambda x, mu: mu - x * x, lambda x, mu: -2 * x, lambda x, mu: 1.0),
                    np.array([1.0]), 1.0, (-0.5, 1.5), forward=False)  # fmt: skip
    assert len(branch.folds) == 1
    assert branch.folds[0][1] == pytest.approx(0.0, abs=2e-3)
    assert branch.stable[0]
    assert not branch.stable[-1]
    assert np.abs(branch.mu - branch.x[:, 0] ** 2).max() < 1e-9


def test_a_cubic_has_its_two_folds() -> None:
    """dx/dt = μ + x − x³: folds at μ = ±2/(3√3)."""
    branch = follow(*one(lambda x, mu: mu + x - x**3, lambda x, mu: 1 - 3 * x * x, lambda x, mu: 1.0),
                    np.array([-1.3247179572447460]), -1.0, (-1.0, 1.0), step=0.02)  # fmt: skip
    assert [mu for _, mu in branch.folds] == pytest.approx([0.3849, -0.3849], abs=2e-3)


def test_a_line_has_none() -> None:
    branch = follow(*one(lambda x, mu: mu - 2 * x, lambda x, mu: -2.0, lambda x, mu: 1.0),
                    np.array([0.0]), 0.0, (-1.0, 1.0))  # fmt: skip
    assert branch.folds == ()
    assert branch.stable.all()
    assert branch.mu[-1] > 1.0


def test_stability_is_read_from_eigenvalues() -> None:
    assert stable(np.array([[-1.0, 5.0], [0.0, -0.1]]))
    assert not stable(np.array([[0.01, -1.0], [1.0, 0.01]])), "a growing spiral"
