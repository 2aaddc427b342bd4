"""Fixed points and how they move: Newton's method, pseudo-arclength continuation, stability, folds.

Nothing here knows villages: ``f(x, mu)`` is any right-hand side, ``jacobian`` and ``slope`` its derivatives. Tested on
systems whose folds are known.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

Function = Callable[[np.ndarray, float], np.ndarray]
TOLERANCE = 1e-12


@dataclass(frozen=True)
class Branch:
    """A curve of fixed points.

    Args:
        x: float64 [n, S]. mu: float64 [n].
        stable: bool [n], all eigenvalues have a negative real part.
        folds: places (index of the point after which the curve turns, estimated mu) where mu turns back.
    """

    x: np.ndarray
    mu: np.ndarray
    stable: np.ndarray
    folds: tuple[tuple[int, float], ...]


def newton(f: Callable[[np.ndarray], np.ndarray], jacobian: Callable[[np.ndarray], np.ndarray], x: np.ndarray,
           scale: np.ndarray | None = None, most: int = 200) -> np.ndarray | None:  # fmt: skip
    """A root of f near x, or None where it is not found.

    Args:
        f, jacobian: of the system.
        x: where to begin.
        scale: sizes of the unknowns, for the stopping rule; None means 1.
        most: steps.
    """
    unit = np.ones_like(x) if scale is None else scale
    x = x.copy()
    worst = np.inf
    for _ in range(most):
        try:
            move = np.linalg.solve(jacobian(x), -f(x))
        except np.linalg.LinAlgError:
            return None
        if not np.isfinite(move).all():
            return None
        size = float(np.abs(move / unit).max())
        x = x + move * min(1.0, 0.5 / max(size, 1e-300))
        if size < TOLERANCE or (size < 1e-9 and size >= worst):  # as near as rounding allows
            return x
        worst = size
    return None


def relaxed(
    both: Callable[[np.ndarray], tuple[np.ndarray, np.ndarray]], x: np.ndarray, scale: np.ndarray, most: int = 200
) -> np.ndarray | None:
    """Where dx/dt = f(x) comes to rest from x, or None: implicit steps that grow as it calms (Kelley & Keyes 1998).

    It goes where the system itself goes, also around corners of f at which :func:`newton` turns in circles.

    Args:
        both: f and its derivatives. x: where to begin. scale: sizes of the unknowns. most: steps.
    """
    step, x = 1.0, x.copy()
    f, j = both(x)
    speed = float(np.abs(f / scale).max())
    for _ in range(most):
        if speed < 1e-10:
            return x
        move = np.linalg.solve(np.eye(len(x)) / step - j, f)
        f_new, j_new = both(x + move)
        new = float(np.abs(f_new / scale).max())
        if not np.isfinite(new) or new > 2.0 * speed:
            step /= 4.0
            if step < 1e-6:
                return None
            continue
        step *= min(10.0, max(0.5, speed / max(new, 1e-300)))
        x, f, j, speed = x + move, f_new, j_new, new
    return None


def stable(jacobian: np.ndarray) -> bool:
    """Whether all eigenvalues have a negative real part."""
    return bool(np.linalg.eigvals(jacobian).real.max() < 0.0)


def follow(
    f: Function, jacobian: Function, slope: Function, x: np.ndarray, mu: float, ends: tuple[float, float],
    *, step: float = 0.05, most: int = 400, forward: bool = True, scale: np.ndarray | None = None,
) -> Branch:  # fmt: skip
    """Follow a fixed point while mu changes, around folds (pseudo-arclength continuation; Keller 1977).

    Args:
        f, jacobian, slope: right-hand side, its derivative by x, and by mu.
        x, mu: a fixed point to begin at.
        ends: the curve ends where mu leaves these.
        step: length of a step where unknowns are measured in ``scale`` and mu in the width of ``ends``.
        most: steps at most.
        forward: begin towards larger mu.
        scale: sizes of the unknowns; None means 1.
    """
    unit = np.ones_like(x) if scale is None else scale
    wide = ends[1] - ends[0]
    n = len(x)

    def system(z: np.ndarray) -> np.ndarray:
        return f(z[:n] * unit, z[n] * wide)

    def extended(z: np.ndarray) -> np.ndarray:
        here = z[:n] * unit
        return np.hstack([jacobian(here, z[n] * wide) * unit, slope(here, z[n] * wide)[:, None] * wide])

    def tangent(z: np.ndarray, old: np.ndarray) -> np.ndarray:
        _, _, rows = np.linalg.svd(extended(z))
        direction = rows[-1]
        return direction if direction @ old >= 0.0 else -direction

    z = np.append(x / unit, mu / wide)
    along = np.zeros(n + 1)
    along[n] = 1.0 if forward else -1.0
    along = tangent(z, along)
    points, turns, length = [z], [along[n]], step
    while len(points) < most:
        guess = z + length * along
        found = _corrected(system, extended, guess, along)
        if found is None:
            length /= 2.0
            if length < 1e-7:
                break
            continue
        new = tangent(found, along)
        z, along = found, new
        points.append(z)
        turns.append(along[n])
        length = min(step, 1.4 * length)
        if not ends[0] <= z[n] * wide <= ends[1]:
            break
    at = np.array(points)
    xs, mus = at[:, :n] * unit, at[:, n] * wide
    steady = np.array([stable(jacobian(a, b)) for a, b in zip(xs, mus, strict=True)])
    return Branch(xs, mus, steady, _folds(np.array(turns), mus))


def _corrected(
    system: Callable[[np.ndarray], np.ndarray], extended: Callable[[np.ndarray], np.ndarray], guess: np.ndarray,
    along: np.ndarray,
) -> np.ndarray | None:  # fmt: skip
    """Back onto the curve, in the plane across the tangent."""
    z = guess.copy()
    for _ in range(12):
        try:
            move = np.linalg.solve(np.vstack([extended(z), along]), -np.append(system(z), along @ (z - guess)))
        except np.linalg.LinAlgError:
            return None
        z = z + move
        if not np.isfinite(z).all():
            return None
        if np.abs(move).max() < 1e-10:
            return z
    return None


def _folds(turns: np.ndarray, mus: np.ndarray) -> tuple[tuple[int, float], ...]:
    """Where the tangent's mu changes its sign, with mu from the parabola through the turn."""
    found = []
    for k in range(len(turns) - 1):
        if turns[k] * turns[k + 1] < 0.0:
            part = turns[k] / (turns[k] - turns[k + 1])
            # the slope falls through zero between the two points; mu there lies beyond both by a quarter of the bend
            rise = mus[k + 1] - mus[k]
            peak = mus[k] + rise * part + (0.25 * (turns[k] - turns[k + 1])) * abs(rise) * part
            ahead = max(mus[k], mus[k + 1]) if turns[k] > 0.0 else min(mus[k], mus[k + 1])
            found.append((k, float(peak if (peak > ahead) == (turns[k] > 0.0) else ahead)))
    return tuple(found)
