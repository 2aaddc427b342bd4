"""Ratios with intervals, or a refusal; shares of draws with theirs.

A share is lost effect over effect. Both are sums over villages (and replicates), so the ratio of sums has Fieller's
interval (1954): all ρ with |mean(x) − ρ·mean(y)| ≤ t·s(x − ρy)/√n, from the joint covariance of the units. It is one
interval only where the denominator is clearly not zero; where it covers zero the set is all numbers, or all but an
interval, and the share is refused. A share of draws has Wilson's interval (1927).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ruralsim.analysis.intervals import LEVEL

_TAIL = (1.0 - LEVEL) / 2.0
#: effects smaller than this (score points of one) are rounding, not effects
_NOTHING = 1e-12


@dataclass(frozen=True)
class Ratio:
    """A quotient with its interval.

    Args:
        mean, low, high: None where refused.
        reason: None, or why it is refused: ``no_effect`` (the denominator is zero), ``denominator_covers_zero``,
            ``too_few``.
    """

    mean: float | None
    low: float | None
    high: float | None
    reason: str | None = None

    def as_json(self) -> dict[str, Any]:
        """Plain numbers; ``reason`` only where refused."""
        content: dict[str, Any] = {"mean": self.mean, "low": self.low, "high": self.high}
        return content if self.reason is None else content | {"reason": self.reason}


def refused(reason: str) -> Ratio:
    """No quotient, and why."""
    return Ratio(None, None, None, reason)


def ratio_of(numerators: np.ndarray, denominators: np.ndarray) -> Ratio:
    """Quotient of two sums with Fieller's interval (nine in ten).

    Args:
        numerators, denominators: float64 [n], what each unit contributes to either sum; units are independent.
    """
    from scipy.special import stdtrit

    n = len(numerators)
    x, y = float(numerators.mean()) if n else 0.0, float(denominators.mean()) if n else 0.0
    if n < 3:
        return refused("too_few")
    if abs(y) * n < _NOTHING:
        return refused("no_effect")
    t = float(stdtrit(n - 1.0, 1.0 - _TAIL))
    cov = np.cov(np.stack([numerators, denominators]), ddof=1) / n
    vx, vy, vxy = float(cov[0, 0]), float(cov[1, 1]), float(cov[0, 1])
    a, b, c = y * y - t * t * vy, x * y - t * t * vxy, x * x - t * t * vx
    if a <= 0.0:
        return refused("denominator_covers_zero")
    root = max(0.0, b * b - a * c) ** 0.5
    return Ratio(x / y, (b - root) / a, (b + root) / a)


def ratio_over_draws(numerators: np.ndarray, denominators: np.ndarray, blur: float = 0.0) -> Ratio:
    """Quotient over parameter draws: its median, and the interval of the single draws' quotients.

    Refused where nine in ten denominators (each blurred by luck) do not lie on one side of zero, because then the
    quotients have no mean and their quantiles say nothing.

    Args:
        numerators, denominators: float64 [D], one a draw; NaN where a draw failed.
        blur: standard deviation of a denominator by luck alone.
    """
    ok = np.isfinite(numerators) & np.isfinite(denominators)
    x, y = numerators[ok], denominators[ok]
    if len(x) < 4:
        return refused("too_few")
    if np.abs(y).max() < _NOTHING:
        return refused("no_effect")
    low, high = np.quantile(y, [_TAIL, 1.0 - _TAIL])
    if low - 1.6449 * blur <= 0.0 <= high + 1.6449 * blur:
        return refused("denominator_covers_zero")
    kept = (y > 0.0) == (low > 0.0)
    quotients = x[kept] / y[kept]
    low, high = np.quantile(quotients, [_TAIL, 1.0 - _TAIL])
    return Ratio(float(np.median(quotients)), float(low), float(high))


def mean_of(values: np.ndarray) -> Ratio:
    """Sum over units with the interval of Student's t, nine in ten; the units are contributions to the sum."""
    from scipy.special import stdtrit

    n = len(values)
    total = float(values.sum())
    if n < 3:
        return Ratio(total, None, None)
    half = float(stdtrit(n - 1.0, 1.0 - _TAIL)) * float(values.std(ddof=1)) * n**0.5
    return Ratio(total, total - half, total + half)


def quantiles_of(values: np.ndarray) -> Ratio:
    """Median and nine-in-ten range of the draws that succeeded."""
    kept = values[np.isfinite(values)]
    if len(kept) < 4:
        return refused("too_few")
    low, middle, high = np.quantile(kept, [_TAIL, 0.5, 1.0 - _TAIL])
    return Ratio(float(middle), float(low), float(high))


def share_above(values: Sequence[float] | np.ndarray) -> Ratio:
    """Share of values above zero with Wilson's interval; exact zeros (no difference at all) count as not above."""
    known = np.asarray(values, np.float64)
    known = known[np.isfinite(known)]
    n = len(known)
    if n == 0:
        return refused("too_few")
    share, z = float((known > 0.0).mean()), 1.6449
    centre = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * (share * (1 - share) / n + z * z / (4 * n * n)) ** 0.5
    return Ratio(share, max(0.0, centre - half), min(1.0, centre + half))
