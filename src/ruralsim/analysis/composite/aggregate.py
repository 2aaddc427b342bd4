"""Aggregation: how far a weak indicator can be made up for by a strong one (OECD/JRC 2008, step 6).

Scores are float64 [..., indicators], normalised with more meaning better; weights sum to 1.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ruralsim.base.errors import InputError

#: least score that a product is taken of: a single 0 would otherwise wipe out everything else
LEAST = 0.01


def additive(scores: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """``Σ w x``: full compensation; a weight is the rate at which one indicator is traded against another."""
    total: np.ndarray = scores @ weights
    return total


def geometric(scores: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """``Π x^w``: partial compensation; weak places gain most by mending what is weakest.

    Raises:
        InputError: a score that is not above 0.
    """
    if not (scores > 0.0).all():
        raise InputError("composite_not_positive")
    product: np.ndarray = np.exp(np.log(scores) @ weights)
    return product


def limited(scores: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Mean less a penalty for imbalance: ``M − S²/M``, ``S`` the weighted spread of a unit's own indicators.

    The Mazziotta–Pareto index (Mazziotta & Pareto 2013) with weights: two units of one mean are told apart by how even
    they are.

    Raises:
        InputError: a unit whose mean is not above 0.
    """
    mean = scores @ weights
    if not (mean > 0.0).all():
        raise InputError("composite_not_positive")
    variance = ((scores - mean[..., None]) ** 2) @ weights
    index: np.ndarray = mean - variance / mean
    return index


def above_least(scores: np.ndarray) -> np.ndarray:
    """Scores between 0 and 1 moved to [:data:`LEAST`, 1], so that products and means are defined; order is kept."""
    moved: np.ndarray = LEAST + (1.0 - LEAST) * scores
    return moved


AGGREGATIONS: dict[str, Callable[[np.ndarray, np.ndarray], np.ndarray]] = {
    "additive": additive,
    "geometric": geometric,
    "limited": limited,
}
