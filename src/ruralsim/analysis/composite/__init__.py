"""Composite indices as the field builds them (OECD/JRC handbook 2008), with how sure they are."""

from __future__ import annotations

from ruralsim.analysis.composite.aggregate import AGGREGATIONS, additive, geometric, limited
from ruralsim.analysis.composite.coherence import Coherence, coherence, cronbach
from ruralsim.analysis.composite.coupling import Coordination, coordination, coupling_corrected, coupling_standard
from ruralsim.analysis.composite.normalise import goalposts, minmax, rank_share, to_reference, zscore
from ruralsim.analysis.composite.uncertainty import IndexTable, Recipe, index_table, ranking, ranks
from ruralsim.analysis.composite.weights import Judgement, ahp, budget, critic, entropy, equal, pca, random_weights

__all__ = [
    "AGGREGATIONS",
    "Coherence",
    "Coordination",
    "IndexTable",
    "Judgement",
    "Recipe",
    "additive",
    "ahp",
    "budget",
    "coherence",
    "coordination",
    "coupling_corrected",
    "coupling_standard",
    "critic",
    "cronbach",
    "entropy",
    "equal",
    "geometric",
    "goalposts",
    "index_table",
    "limited",
    "minmax",
    "pca",
    "random_weights",
    "rank_share",
    "ranking",
    "ranks",
    "to_reference",
    "zscore",
]
