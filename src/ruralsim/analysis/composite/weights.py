"""Weights of a composite index: equal, budget allocation, AHP, entropy 熵权, CRITIC, PCA (OECD/JRC 2008, step 6).

Every function returns weights ≥ 0 that sum to 1. None of them knows what matters: entropy, CRITIC and PCA weigh by how
an indicator varies in the sample at hand, which is not how important it is.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ruralsim.base.errors import InputError
from ruralsim.base.streams import uniforms, village_key

#: mean consistency index of random matrices of order 1 … 10 (Saaty 1980)
RANDOM_INDEX = (0.0, 0.0, 0.58, 0.90, 1.12, 1.24, 1.32, 1.41, 1.45, 1.49)
#: a matrix of judgements above this contradicts itself too much (Saaty 1980)
CONSISTENT = 0.10
_BLOCK = 252


def equal(count: int) -> np.ndarray:
    """The same weight for all of ``count`` indicators."""
    return np.full(count, 1.0 / count)


def budget(points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Budget allocation: experts deal out points; each expert counts the same, however many points they deal.

    Args:
        points: float64 [experts, indicators], ≥ 0, no expert without any.

    Returns:
        Mean shares, and the standard deviation between experts (0 with one).

    Raises:
        InputError: a negative number, or an expert without points.
    """
    points = np.atleast_2d(np.asarray(points, np.float64))
    total = points.sum(axis=1, keepdims=True)
    if (points < 0.0).any() or not (total > 0.0).all():
        raise InputError("composite_points")
    shares = points / total
    spread = shares.std(axis=0, ddof=1) if len(shares) > 1 else np.zeros(shares.shape[1])
    return shares.mean(axis=0), spread


@dataclass(frozen=True)
class Judgement:
    """Weights from pairwise judgements.

    Args:
        weights: by indicator, sum 1.
        eigenvalue: the largest of the matrix, n where judgements agree with each other.
        ratio: consistency ratio, ((λ − n)/(n − 1))/random index; 0 for two or fewer.
    """

    weights: np.ndarray
    eigenvalue: float
    ratio: float

    @property
    def consistent(self) -> bool:
        """Whether the ratio is at most :data:`CONSISTENT`."""
        return self.ratio <= CONSISTENT


def ahp(matrix: np.ndarray) -> Judgement:
    """Analytic hierarchy process: principal eigenvector of a reciprocal matrix (Saaty 1980).

    Args:
        matrix: float64 [n, n], ``matrix[i, j]`` how many times as important i is as j; n at most 10.

    Raises:
        InputError: not square, not positive, not reciprocal, or too large.
    """
    matrix = np.asarray(matrix, np.float64)
    n = len(matrix)
    if matrix.shape != (n, n) or n > len(RANDOM_INDEX) or not (matrix > 0.0).all():
        raise InputError("composite_judgements", limit=len(RANDOM_INDEX))
    if not np.allclose(matrix * matrix.T, 1.0, rtol=1e-6):
        raise InputError("composite_judgements", limit=len(RANDOM_INDEX))
    vector = np.ones(n) / n
    for _ in range(1000):  # power iteration: converges for a positive matrix (Perron)
        after = matrix @ vector
        after /= after.sum()
        if np.abs(after - vector).max() < 1e-15:
            break
        vector = after
    eigenvalue = float((matrix @ vector / vector).mean())
    expected = RANDOM_INDEX[n - 1]
    ratio = 0.0 if expected == 0.0 else max(0.0, (eigenvalue - n) / (n - 1)) / expected
    return Judgement(vector, eigenvalue, ratio)


def entropy(values: np.ndarray) -> np.ndarray:
    """Entropy weights 熵权: ``w ∝ 1 − e``, ``e = −Σ p ln p/ln m``, ``p`` each unit's share of the indicator.

    Args:
        values: float64 [m units, indicators], ≥ 0 (normalise first), more is better.

    Raises:
        InputError: a negative value, an indicator that is 0 everywhere, fewer than two units, or no variation at all.
    """
    total = values.sum(axis=0)
    if len(values) < 2 or (values < 0.0).any() or not (total > 0.0).all():
        raise InputError("composite_entropy")
    share = values / total
    logs = np.log(np.where(share > 0.0, share, 1.0))
    return _shares(np.maximum(0.0, 1.0 + (share * logs).sum(axis=0) / np.log(len(values))))


def critic(values: np.ndarray) -> np.ndarray:
    """CRITIC (Diakoulaki, Mavrotas & Papayannakis 1995): spread times conflict, ``w ∝ σ_j·Σ_k (1 − r_jk)``.

    Args:
        values: float64 [units, indicators], normalised, more is better.
    """
    spread = values.std(axis=0, ddof=1)
    return _shares(spread * (1.0 - np.corrcoef(values, rowvar=False)).sum(axis=0))


def pca(values: np.ndarray) -> np.ndarray:
    """Weights from principal components (Nicoletti, Scarpetta & Boylaud 2000; OECD/JRC 2008, 6.1).

    Components with an eigenvalue above 1 (one at least) are rotated by varimax. An indicator belongs to the factor that
    it loads on most, and weighs its squared loading's share of that factor's variance times the factor's share of all.

    Args:
        values: float64 [units, indicators], every indicator varying.
    """
    correlation = np.corrcoef(values, rowvar=False)
    levels, vectors = np.linalg.eigh(correlation)
    order = np.argsort(-levels, kind="stable")
    kept = order[: max(1, int((levels > 1.0 + 1e-12).sum()))]
    squared = _varimax(vectors[:, kept] * np.sqrt(np.maximum(levels[kept], 0.0))) ** 2
    explained = squared.sum(axis=0)
    parts = squared / explained * (explained / explained.sum())
    return _shares(parts.max(axis=1))


def _varimax(loadings: np.ndarray) -> np.ndarray:
    """Rotate factors so that each indicator loads on few of them (Kaiser 1958)."""
    n, factors = loadings.shape
    turn, before = np.eye(factors), 0.0
    for _ in range(500):
        now = loadings @ turn
        left, size, right = np.linalg.svd(loadings.T @ (now**3 - now * (now**2).sum(axis=0) / n))
        turn = left @ right
        if size.sum() <= before * (1.0 + 1e-12):
            break
        before = size.sum()
    turned: np.ndarray = loadings @ turn
    return turned


def random_weights(seed: int, count: int, indicators: int) -> np.ndarray:
    """Weights drawn evenly from all that are ≥ 0 and sum to 1 (a flat Dirichlet distribution), keyed.

    Args:
        seed: of the run.
        count: how many sets of weights.
        indicators: in each.

    Returns:
        float64 [count, indicators]; row k does not depend on ``count``.
    """
    rows = [
        uniforms(seed, village_key(f"weights {row}"), np.arange(indicators), indicators, _BLOCK)[0]
        for row in range(count)
    ]
    drawn = -np.log(np.array(rows).reshape(count, indicators))
    shares: np.ndarray = drawn / drawn.sum(axis=1, keepdims=True)
    return shares


def _shares(raw: np.ndarray) -> np.ndarray:
    total = float(raw.sum())
    if not total > 0.0:
        raise InputError("composite_no_variation")
    shares: np.ndarray = raw / total
    return shares
