"""Sums of floats that give the same bits under every version of Python, or in whatever order they come."""

from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np


def in_order(values: Iterable[float]) -> float:
    """The sum of some values from the first to the last.

    Python 3.12 adds floats up with a correction that Python 3.11 has not: ``sum`` gives other last bits there, and a
    number that differs in its last bit makes another run.
    """
    total = 0.0
    for value in values:
        total += value
    return total


def exact_mean(values: np.ndarray) -> float:
    """The mean, exactly rounded so that the order of the values never matters; 0 of none."""
    return math.fsum(values.tolist()) / len(values) if len(values) else 0.0
