"""Normalisation: indicators of different units on one scale, more always meaning better (OECD/JRC 2008, step 5).

Matrices are float64 [units, indicators]; ``direction`` is 1 where more is better and −1 where less is.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ruralsim.base.errors import InputError


def minmax(values: np.ndarray, direction: np.ndarray) -> np.ndarray:
    """``(x − min)/(max − min)``: 0 the worst unit, 1 the best. Relative: another sample, another score.

    Raises:
        InputError: an indicator on which all units are equal.
    """
    low, high = values.min(axis=0), values.max(axis=0)
    _varies(high - low)
    return goalposts(values, low, high, direction)


def goalposts(values: np.ndarray, low: np.ndarray, high: np.ndarray, direction: np.ndarray) -> np.ndarray:
    """Place between two fixed posts; not clipped. Comparable over samples, years and runs.

    Args:
        values: [units, indicators].
        low, high: posts by indicator, low < high, in the indicator's unit.
        direction: 1 or −1 by indicator.
    """
    _varies(np.asarray(high, np.float64) - low)
    place: np.ndarray = (values - low) / (np.asarray(high, np.float64) - low)
    return np.where(np.asarray(direction) > 0, place, 1.0 - place)


def zscore(values: np.ndarray, direction: np.ndarray) -> np.ndarray:
    """``(x − mean)/sd`` with the sample's standard deviation (divisor n − 1)."""
    spread = values.std(axis=0, ddof=1)
    _varies(spread)
    scored: np.ndarray = np.asarray(direction) * (values - values.mean(axis=0)) / spread
    return scored


def rank_share(values: np.ndarray, direction: np.ndarray) -> np.ndarray:
    """Share of the other units that are worse, ties counting half: 0 the worst, 1 the best; blind to distances."""
    signed = values * np.asarray(direction)
    worse = (signed[:, None, :] > signed[None, :, :]).sum(axis=1) + 0.5 * (
        (signed[:, None, :] == signed[None, :, :]).sum(axis=1) - 1.0
    )
    shares: np.ndarray = worse / max(1, len(values) - 1)
    return shares


def to_reference(values: np.ndarray, reference: np.ndarray, direction: np.ndarray) -> np.ndarray:
    """Distance to a reference (a target): ``x/reference``, or ``reference/x`` where less is better. 1 reaches it.

    Raises:
        InputError: a reference or value that is not above 0.
    """
    reference = np.asarray(reference, np.float64)
    if not (reference > 0.0).all() or not (values > 0.0).all():
        raise InputError("composite_not_positive")
    return np.where(np.asarray(direction) > 0, values / reference, reference / values)


def _varies(width: np.ndarray) -> None:
    flat = np.flatnonzero(~(np.asarray(width) > 0.0))
    if len(flat):
        raise InputError("composite_constant", columns=[int(k) + 1 for k in flat])


#: those that need nothing but the values themselves
NORMALISATIONS: dict[str, Callable[[np.ndarray, np.ndarray], np.ndarray]] = {
    "minmax": minmax,
    "zscore": zscore,
    "rank": rank_share,
}
