"""Coherence: do the indicators belong together at all? Checked before any uncertainty analysis (OECD/JRC 2008, step 4).

Weights and ranges say nothing about an index whose parts pull against each other: it averages them away.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

#: below this the parts hardly measure one thing (Nunnally 1978 asks for .7)
ENOUGH = 0.7
#: correlations beyond these pull against each other, or say the same thing twice
AGAINST, TWICE = -0.3, 0.92


@dataclass(frozen=True)
class Coherence:
    """What the correlations of indicators say.

    Args:
        correlation: float64 [n, n]; NaN for an indicator that does not vary.
        alpha: Cronbach's, of the indicators that vary; NaN with fewer than two.
        first: share of their variance that the first principal component carries.
        constant: places of indicators that do not vary.
        against: pairs that pull against each other; twice: pairs that say the same.
    """

    correlation: np.ndarray
    alpha: float
    first: float
    constant: tuple[int, ...]
    against: tuple[tuple[int, int], ...]
    twice: tuple[tuple[int, int], ...]

    @property
    def coherent(self) -> bool:
        """Whether one number for all of them can be defended: α ≥ .7 and no pair that pulls apart."""
        return self.alpha >= ENOUGH and not self.against


def cronbach(values: np.ndarray) -> float:
    """Standardised α: ``n r̄/(1 + (n − 1) r̄)``, r̄ the mean correlation; NaN with fewer than two indicators."""
    n = values.shape[1]
    if n < 2:
        return float("nan")
    correlation = np.corrcoef(values, rowvar=False)
    mean = float((correlation.sum() - n) / (n * (n - 1)))
    return n * mean / (1.0 + (n - 1) * mean)


def coherence(values: np.ndarray) -> Coherence:
    """Check a set of indicators.

    Args:
        values: float64 [units, n], more meaning better.
    """
    n = values.shape[1]
    varies = values.std(axis=0) > 1e-12
    kept = np.flatnonzero(varies)
    matrix = np.full((n, n), np.nan)
    alpha = first = float("nan")
    if len(kept) >= 2:
        some = np.corrcoef(values[:, kept], rowvar=False)
        matrix[np.ix_(kept, kept)] = some
        alpha = cronbach(values[:, kept])
        first = float(np.linalg.eigvalsh(some)[-1] / len(kept))
    pairs = [(i, j) for i in range(n) for j in range(i)]
    return Coherence(
        matrix, alpha, first,
        tuple(int(k) for k in np.flatnonzero(~varies)),
        tuple(pair for pair in pairs if matrix[pair] < AGAINST),
        tuple(pair for pair in pairs if matrix[pair] > TWICE),
    )  # fmt: skip
