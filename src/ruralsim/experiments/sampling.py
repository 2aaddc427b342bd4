"""Points in the unit cube that are the same on every machine: Latin hypercube and Sobol' sequence.

The dice are the model's own (``base/streams.py``), keyed by the seed and the *name* of each column, so that nothing
depends on a generator that is passed around. Those of NumPy and SciPy may change from version to version.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ruralsim.base.streams import uniforms, village_key

METHODS = ("latin_hypercube", "sobol")
#: blocks of the keyed numbers: columns of a hypercube (and those drawn anew), shifts of a Sobol' sequence
FIRST, AGAIN, SHIFT = 250, 251, 252
_WORDS = 2.0**32
_BITS = 30  # of SciPy's direction numbers by default


def points(method: str, names: Sequence[str], seed: int, count: int) -> np.ndarray:
    """Points in (0, 1), float64 [count, len(names)], by one of :data:`METHODS`."""
    return latin_hypercube(names, seed, count) if method == METHODS[0] else sobol(names, seed, count)


def latin_hypercube(names: Sequence[str], seed: int, count: int, block: int = FIRST) -> np.ndarray:
    """Latin hypercube (McKay, Beckman & Conover 1979).

    Each column follows from (seed, count, its own name) alone, so that one more column never moves another. Every one
    of ``count`` equal slices holds exactly one point: the slice by the rank of one keyed number, the place in it by
    another.

    Args:
        names: of the columns.
        seed: 0 … 2³² − 1.
        count: number of points.
        block: of the keyed numbers.
    """
    cube = np.zeros((count, len(names)))
    for column, name in enumerate(names):
        by, place, _, _ = uniforms(seed, village_key(f"parameter {name}"), np.arange(count), count, block)
        slices = np.empty(count)
        slices[np.argsort(by, kind="stable")] = np.arange(count)
        cube[:, column] = (slices + place) / max(1, count)
    return cube


def sobol(names: Sequence[str], seed: int, count: int) -> np.ndarray:
    """Sobol' sequence (directions of Joe & Kuo 2008) with a keyed digital shift for each column.

    The first n points are the same for every ``count`` ≥ n, so a design can be made longer. The column's direction
    numbers follow from its place in ``names``, its shift from its name.

    Args:
        names: of the columns.
        seed: 0 … 2³² − 1.
        count: number of points; powers of two are balanced best.
    """
    from scipy.stats import qmc

    if not names or not count:
        return np.zeros((count, len(names)))
    engine = qmc.Sobol(len(names), scramble=False, bits=_BITS)
    plain = engine.random_base2((count - 1).bit_length())[:count]
    words = np.rint(plain * 2.0**_BITS).astype(np.uint64) << np.uint64(32 - _BITS)
    for column, name in enumerate(names):
        unit = uniforms(seed, village_key(f"parameter {name}"), np.zeros(1), 0, SHIFT)[0, 0]
        words[:, column] ^= np.uint64(int(unit * _WORDS))
    shifted: np.ndarray = (words.astype(np.float64) + 0.5) / _WORDS
    return shifted
