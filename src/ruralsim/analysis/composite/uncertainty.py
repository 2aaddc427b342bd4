"""Weights, methods and the simulation itself: how sure an index and a rank are, in one table (OECD/JRC 2008, step 7).

Every recipe (normalisation × weights × aggregation) scores every simulated outcome. The variance of a unit's place is
split into what the recipe, what the simulation and what both together carry (two-way, each pair once).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np

from ruralsim.analysis.composite import weights as weighing
from ruralsim.analysis.composite.aggregate import AGGREGATIONS, above_least
from ruralsim.analysis.composite.coherence import Coherence, coherence
from ruralsim.analysis.composite.normalise import goalposts
from ruralsim.base.errors import InputError

WEIGHTINGS = ("equal", "entropy", "critic", "pca")
#: nine in ten, as everywhere in this package
_LOW, _HIGH = 5.0, 95.0


@dataclass(frozen=True)
class Recipe:
    """One way to make an index: scale, weights, aggregation."""

    normalisation: str
    weighting: str
    aggregation: str


@dataclass(frozen=True)
class IndexTable:
    """An index under every recipe and simulation.

    Args:
        coherence: of the indicators, over units and simulations; read it first.
        recipes: M ways.
        scores: float64 [S simulations, M, units], each recipe stretched to 0 … 1 over units and simulations.
        columns: places of the indicators used (those that vary).
    """

    coherence: Coherence
    recipes: tuple[Recipe, ...]
    scores: np.ndarray
    columns: tuple[int, ...]

    @property
    def ranks(self) -> np.ndarray:
        """Rank of each unit, 1 the best, ties sharing the mean: float64 [S, M, units]."""
        return ranks(self.scores)

    def shares(self) -> np.ndarray:
        """Share of each unit's rank variance carried by recipe, simulation and both together: float64 [units, 3].

        NaN where a unit's rank never moves.
        """
        place = self.ranks
        grand = place.mean(axis=(0, 1))
        by_recipe = ((place.mean(axis=0) - grand) ** 2).mean(axis=0)
        by_simulation = ((place.mean(axis=1) - grand) ** 2).mean(axis=0)
        whole = ((place - grand) ** 2).mean(axis=(0, 1))
        parts = np.stack([by_recipe, by_simulation, whole - by_recipe - by_simulation], axis=1)
        return np.where(whole[:, None] > 0.0, parts / np.where(whole > 0.0, whole, 1.0)[:, None], np.nan)

    def rank_intervals(self) -> np.ndarray:
        """Median, low and high rank (nine in ten of all recipes and simulations): float64 [units, 3]."""
        flat = self.ranks.reshape(-1, self.scores.shape[2])
        return np.stack([np.median(flat, axis=0), *np.percentile(flat, [_LOW, _HIGH], axis=0)], axis=1)


def ranks(scores: np.ndarray) -> np.ndarray:
    """Ranks along the last axis, 1 the highest, ties sharing the mean."""
    from scipy.stats import rankdata

    found: np.ndarray = rankdata(-scores, axis=-1)
    return found


def index_table(
    values: np.ndarray, seed: int, *, draws: int = 8, normalisations: Sequence[str] = ("goalposts", "rank")
) -> IndexTable:
    """Score units under every recipe.

    Args:
        values: float64 [S simulations, units, indicators], more meaning better.
        seed: for the drawn weights.
        draws: sets of weights drawn evenly, beside equal, entropy, CRITIC and PCA weights.
        normalisations: ``goalposts`` (from the lowest to the highest value of all simulations), ``rank`` (within each).

    Raises:
        InputError: fewer than two indicators that vary, or fewer than three units.
    """
    _, units, count = values.shape
    flat = values.reshape(-1, count)
    checked = coherence(flat)
    kept = [k for k in range(count) if k not in checked.constant]
    if len(kept) < 2 or units < 3:
        raise InputError("composite_too_little", units=units, indicators=len(kept))
    used = values[:, :, kept]
    ones = np.ones(len(kept))
    posts = goalposts(flat[:, kept], flat[:, kept].min(axis=0), flat[:, kept].max(axis=0), ones)
    scaled = {"goalposts": posts.reshape(used.shape), "rank": _ranked(used)}
    weights = {
        "equal": weighing.equal(len(kept)), "entropy": weighing.entropy(above_least(posts)),
        "critic": weighing.critic(posts), "pca": weighing.pca(posts),
    }  # fmt: skip
    weights |= {f"drawn {k + 1}": row for k, row in enumerate(weighing.random_weights(seed, draws, len(kept)))}
    recipes, scores = [], []
    for how, weighting, aggregation in product(normalisations, weights, AGGREGATIONS):
        recipes.append(Recipe(how, weighting, aggregation))
        scores.append(AGGREGATIONS[aggregation](above_least(scaled[how]), weights[weighting]))
    stacked = np.stack(scores, axis=1)
    low, high = (end(stacked, axis=(0, 2), keepdims=True) for end in (np.min, np.max))
    return IndexTable(checked, tuple(recipes), (stacked - low) / np.maximum(high - low, 1e-12), tuple(kept))


def _ranked(values: np.ndarray) -> np.ndarray:
    """Place among the units of the same simulation, 0 … 1, by indicator."""
    from scipy.stats import rankdata

    placed: np.ndarray = (rankdata(values, axis=1) - 1.0) / (values.shape[1] - 1)
    return placed


def ranking(table: IndexTable, names: Sequence[str], *, own: bool) -> list[tuple[str, float, float, float]]:
    """Villages by median rank, each with its interval.

    Args:
        table: scores of the villages.
        names: of the units.
        own: whether these are the user's own villages, from a roster. Synthesised ones are never ranked: a number made
            up for V017 says nothing about any real village.

    Raises:
        InputError: the villages are synthesised.
    """
    if not own:
        raise InputError("composite_not_ranked")
    found = table.rank_intervals().tolist()
    rows = [(name, mid, low, high) for name, (mid, low, high) in zip(names, found, strict=True)]
    return sorted(rows, key=lambda row: (row[1], row[0]))
