"""Numbers with their intervals, nine in ten as everywhere in this package."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from ruralsim.analysis.intervals import LEVEL, spread_of

_TAIL = (1.0 - LEVEL) / 2.0
#: half the width of a normal interval of nine in ten, in standard deviations
_NORMAL = 1.6448536269514722


@dataclass(frozen=True)
class Estimate:
    """A number and its interval; NaN where nothing is known."""

    mean: float
    low: float
    high: float

    def plain(self) -> dict[str, float | None]:
        """For JSON: None where nothing is known."""
        values = {"mean": self.mean, "low": self.low, "high": self.high}
        return {name: None if value != value else value for name, value in values.items()}

    def within(self, least: float, most: float) -> Estimate:
        """The same where the number cannot be lower or higher than some ends."""
        return Estimate(
            *(min(most, max(least, one)) if one == one else one for one in (self.mean, self.low, self.high))
        )

    @property
    def above(self) -> bool:
        """Whether the whole interval lies above 0."""
        return self.low > 0.0

    @property
    def below(self) -> bool:
        """Whether the whole interval lies below 0."""
        return self.high < 0.0


NOTHING = Estimate(float("nan"), float("nan"), float("nan"))


def student(freedom: float) -> float:
    """Half the width of an interval of nine in ten, in standard errors, with so many degrees of freedom."""
    from scipy.special import stdtrit

    return float(stdtrit(max(1.0, freedom), 1.0 - _TAIL))


def of_sample(values: np.ndarray) -> list[Estimate]:
    """Mean of independent values with Student's interval.

    Args:
        values: float64 [R] or [R, ...]; one estimate for each place of the flattened rest.
    """
    flat = values.reshape(len(values), -1)
    mean = flat.mean(axis=0)
    if len(flat) < 2:
        return [Estimate(float(m), float("nan"), float("nan")) for m in mean]
    half = student(len(flat) - 1.0) * flat.std(axis=0, ddof=1) / len(flat) ** 0.5
    return [Estimate(float(m), float(m - h), float(m + h)) for m, h in zip(mean, half, strict=True)]


def over_draws(cells: Mapping[tuple[int, int], np.ndarray]) -> list[Estimate]:
    """Mean over parameter draws and luck, with the interval of both.

    ``intervals.spread_of`` does the parameters' part, shrunk by what luck alone would have moved; the standard error of
    the mean at the defaults is the blur. The mean is that of the draws: nobody knows the defaults to be right.

    Args:
        cells: values [n] by (draw, luck); draw 0 the defaults, the draws under luck 0, some again under luck 1.

    Returns:
        n estimates; Student's interval at the defaults alone where there are no draws.
    """
    defaults = np.stack([value for (draw, _), value in sorted(cells.items()) if draw == 0])
    alone = of_sample(defaults)
    numbers = sorted({draw for draw, _ in cells if draw > 0})
    if len(numbers) < 2:
        return alone
    first = np.stack([cells[draw, 0] - cells[0, 0] for draw in numbers])
    again = [cells[draw, 1] - cells[0, 1] if (draw, 1) in cells else None for draw in numbers]
    missing = np.full(first.shape[1], np.nan)
    second = np.stack([missing if one is None else one for one in again])
    return [_with_draws(alone[k], first[:, k], second[:, k]) for k in range(first.shape[1])]


def _with_draws(alone: Estimate, first: np.ndarray, second: np.ndarray) -> Estimate:
    if not np.isfinite(alone.mean):
        return NOTHING
    blur = 0.0 if not np.isfinite(alone.high) else (alone.high - alone.mean) / _NORMAL
    spread = spread_of(alone.mean, first, second, np.zeros(0), blur)
    return alone if spread is None else Estimate(spread.middle, spread.low, spread.high)


def jackknife(whole: np.ndarray, without: np.ndarray) -> list[Estimate]:
    """Interval from leaving out one group of simulations at a time (Tukey 1958).

    Args:
        whole: values [n] with all groups.
        without: values [G, n], each with one group left out.
    """
    groups = len(without)
    if groups < 2:
        return [Estimate(float(one), float("nan"), float("nan")) for one in whole]
    error = np.sqrt((groups - 1.0) / groups * ((without - without.mean(axis=0)) ** 2).sum(axis=0))
    half = student(groups - 1.0) * error
    return [Estimate(float(m), float(m - h), float(m + h)) for m, h in zip(whole, half, strict=True)]


def of_correlation(r: float, count: int) -> Estimate:
    """A correlation of ``count`` pairs with Fisher's interval."""
    if count < 4 or not np.isfinite(r):
        return Estimate(r, float("nan"), float("nan"))
    z, half = np.arctanh(np.clip(r, -0.999999, 0.999999)), _NORMAL / (count - 3) ** 0.5
    return Estimate(r, float(np.tanh(z - half)), float(np.tanh(z + half)))


def rounded(value: Any, digits: int = 6) -> Any:
    """Numbers of a nested structure rounded, for files that people read."""
    if isinstance(value, float):
        return round(value, digits)
    if isinstance(value, dict):
        return {key: rounded(one, digits) for key, one in value.items()}
    return [rounded(one, digits) for one in value] if isinstance(value, list | tuple) else value
