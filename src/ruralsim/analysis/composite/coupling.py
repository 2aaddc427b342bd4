"""Coupling coordination 耦合协调度: how evenly and how far two or more systems have come, and how not to use it.

Standard form, n systems with levels U in (0, 1]: coupling ``C = n (Π U)^(1/n)/Σ U``, comprehensive level ``T = Σ α U``,
coordination ``D = √(C T)``. Wang, Kong, Ren, Zhi & Dai (2021, Journal of Natural Resources 36(3): 793–810) found four
kinds of misuse in the Chinese literature: formulas written wrongly; the coefficient n lost, so that C stays below 1/n
whatever the data; weights put into C, which is then 1 nowhere; and forms that do not do what they claim. They also
show that the standard C lies near 1 for most data and hardly tells places apart, and correct it to

    C = √{ [1 − Σ_{i>j} |U_i − U_j| / (n(n−1)/2)] · (Π U_i / max U)^{1/(n−1)} }.

What no formula mends: C is high where all systems are equally bad; D is the level T in other clothes wherever C hardly
varies; levels normalised within a sample move when a place joins or leaves; the usual classes ("barely coordinated" at
.5 …) are a habit, not a finding; and coordination is an arithmetic of levels and says nothing about causes.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ruralsim.base.errors import InputError


@dataclass(frozen=True)
class Coordination:
    """Coupling C, comprehensive level T and coordination D = √(C·T) of each unit, float64 [units]."""

    coupling: np.ndarray
    level: np.ndarray
    degree: np.ndarray

    @property
    def degree_is_level(self) -> float:
        """Share of the variation of D that the level alone tells (R² of D on √T): near 1, D says no more than T."""
        if len(self.degree) < 3 or self.degree.std() == 0.0 or self.level.std() == 0.0:
            return float("nan")
        return float(np.corrcoef(self.degree, np.sqrt(self.level))[0, 1] ** 2)


def coupling_standard(levels: np.ndarray) -> np.ndarray:
    """``n (Π U)^(1/n)/Σ U``, in [0, 1], 1 where all levels are equal.

    Args:
        levels: float64 [units, n ≥ 2 systems], in [0, 1], not all 0 in a unit.
    """
    _check(levels)
    n = levels.shape[1]
    degree: np.ndarray = n * np.prod(levels, axis=1) ** (1.0 / n) / levels.sum(axis=1)
    return degree


def coupling_corrected(levels: np.ndarray) -> np.ndarray:
    """The corrected form of the module's text; arguments as for :func:`coupling_standard`."""
    _check(levels)
    n = levels.shape[1]
    apart = sum(np.abs(levels[:, i] - levels[:, j]) for i in range(n) for j in range(i))
    ordered = np.sort(levels, axis=1)
    ratio = np.prod(ordered[:, :-1] / ordered[:, -1:], axis=1) ** (1.0 / (n - 1))
    degree: np.ndarray = np.sqrt((1.0 - apart / (n * (n - 1) / 2.0)) * ratio)
    return degree


def coordination(levels: np.ndarray, weights: np.ndarray | None = None, *, corrected: bool = True) -> Coordination:
    """Coupling, level and coordination.

    Args:
        levels: float64 [units, n ≥ 2 systems], in [0, 1], on fixed posts so that they can be compared.
        weights: α of each system in T, sum 1; None means equal. Weights never enter C.
        corrected: the corrected coupling; False for the standard one.

    Raises:
        InputError: a level outside [0, 1], a unit with nothing but 0, fewer than two systems.
    """
    share = np.full(levels.shape[1], 1.0 / levels.shape[1]) if weights is None else np.asarray(weights, np.float64)
    coupling = coupling_corrected(levels) if corrected else coupling_standard(levels)
    level = levels @ share
    return Coordination(coupling, level, np.sqrt(coupling * level))


def _check(levels: np.ndarray) -> None:
    good = levels.ndim == 2 and levels.shape[1] >= 2 and (levels >= 0.0).all() and (levels <= 1.0).all()
    if not good or not (levels.max(axis=1) > 0.0).all():
        raise InputError("composite_levels")
