"""Which parameters matter: elementary effects (Morris 1991) to screen many, then Sobol' indices of the few that matter.

Both work on any function of independent numbers in the unit cube; ``sensitivity_run`` gives them the model. A function
is evaluated at all points of a design under R kinds of luck, the same at every point, so that luck is a fixed part of
the function and not a noise that passes for an effect. Values are [n, R, O]: points, replicates, outcomes; NaN where a
run failed. What a failed run belongs to (a trajectory, a block) is left out and counted.

Luck apart: the share of the variance of a single run that replicates at one point have among themselves.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ruralsim.analysis.intervals import LEVEL
from ruralsim.base.streams import uniforms, village_key
from ruralsim.experiments.sampling import sobol

LEVELS = 4
_STEP = LEVELS / (2.0 * (LEVELS - 1.0))
_BLOCK = 253  # of the keyed numbers
_GROUPS = 32  # of the jackknife, at most


@dataclass(frozen=True, eq=False)
class Screening:
    """Elementary effects, changes of an outcome when one parameter moves by its whole range.

    Args:
        names: of the P parameters.
        mean: μ, float64 [P, O]; mean_absolute: μ*; spread: σ, which interactions and curvature raise.
        low, high: interval of μ* over trajectories, [P, O]; NaN with fewer than two.
        luck: [P, O], how large μ* would come out from luck that meets the parameter alone; NaN with one replicate.
        trajectories: used; left_out: because a run of theirs failed.
    """

    names: tuple[str, ...]
    mean: np.ndarray
    mean_absolute: np.ndarray
    spread: np.ndarray
    low: np.ndarray
    high: np.ndarray
    luck: np.ndarray
    trajectories: int
    left_out: int


@dataclass(frozen=True, eq=False)
class Indices:
    """Sobol' indices with their intervals. Small negative ones are what the estimator gives for an index near 0.

    Args:
        names: of the K parameters.
        first: float64 [K, O], share of the variance that a parameter carries alone; first_half: half its interval.
        total: with all its interactions; total_half: half its interval.
        luck: float64 [O], share of luck in the variance of a single run; NaN with one replicate.
        convergence: (blocks, first, total, widest half interval of the total ones [O]) for a quarter, half and all.
        blocks: N used; left_out: because a run of theirs failed.
    """

    names: tuple[str, ...]
    first: np.ndarray
    first_half: np.ndarray
    total: np.ndarray
    total_half: np.ndarray
    luck: np.ndarray
    convergence: tuple[tuple[int, np.ndarray, np.ndarray, np.ndarray], ...]
    blocks: int
    left_out: int


def trajectories(names: Sequence[str], seed: int, count: int) -> np.ndarray:
    """Trajectories through a grid of four levels, float64 [count, P + 1, P]: one parameter moves at each step.

    Args:
        names: of the parameters; a parameter's start and direction follow from its name.
        seed: 0 … 2³² − 1.
        count: r.
    """
    width = len(names)
    keyed = np.array([uniforms(seed, village_key(f"morris {name}"), np.arange(count), 0, _BLOCK) for name in names])
    found = np.zeros((count, width + 1, width))
    for t in range(count):
        lower = np.floor(keyed[:, 0, t] * (LEVELS // 2)) / (LEVELS - 1.0)
        up = keyed[:, 1, t] < 0.5
        start, end = np.where(up, lower, lower + _STEP), np.where(up, lower + _STEP, lower)
        order = np.argsort(keyed[:, 2, t], kind="stable")
        found[t, 0] = start
        for step, parameter in enumerate(order, start=1):
            found[t, step] = found[t, step - 1]
            found[t, step, parameter] = end[parameter]
    return found


def screen(names: Sequence[str], walks: np.ndarray, values: np.ndarray) -> Screening:
    """Elementary effects from values along trajectories.

    Args:
        names: of the parameters.
        walks: of :func:`trajectories`, [r, P + 1, P].
        values: float64 [r (P + 1), R, O], in the order of ``walks``.
    """
    count, steps, width = walks.shape
    outcomes = values.reshape(count, steps, *values.shape[1:])
    whole = np.isfinite(outcomes).all(axis=(1, 2, 3))
    moved = np.diff(walks, axis=1)  # [r, P, P]
    parameter = np.abs(moved).argmax(axis=2)
    sizes = np.take_along_axis(moved, parameter[:, :, None], axis=2)
    slopes = np.diff(outcomes, axis=1) / sizes[..., None]  # [r, P, R, O]
    effects = np.empty_like(slopes)
    for t in range(count):
        effects[t, parameter[t]] = slopes[t]
    effects = effects[whole]
    used = len(effects)
    mean = effects.mean(axis=2)  # over luck: [r, P, O]
    nothing = np.full((width, values.shape[2]), np.nan)
    if not used:
        return Screening(tuple(names), *(nothing,) * 6, 0, count)
    sizes_of = np.abs(mean)
    half = nothing
    if used > 1:
        half = _student(used - 1) * sizes_of.std(axis=0, ddof=1) / used**0.5
    luck = nothing
    if effects.shape[2] > 1:
        noise = effects.var(axis=2, ddof=1).mean(axis=0) / effects.shape[2]
        luck = np.sqrt(noise * 2.0 / np.pi)  # mean absolute value of a normal number
    star = sizes_of.mean(axis=0)
    spread = mean.std(axis=0, ddof=1) if used > 1 else nothing
    low, high = np.maximum(0.0, star - half), star + half
    return Screening(tuple(names), mean.mean(axis=0), star, spread, low, high, luck, used, count - used)


def saltelli(names: Sequence[str], seed: int, blocks: int) -> np.ndarray:
    """Points for Sobol' indices (Saltelli et al. 2010), float64 [N (K + 2), K]: block by block A, B, then A with one
    column of B for each parameter.

    Args:
        names: of the parameters.
        seed: 0 … 2³² − 1.
        blocks: N; powers of two are best.
    """
    width = len(names)
    both = sobol([*names, *(f"{name} again" for name in names)], seed, blocks)
    first, second = both[:, :width], both[:, width:]
    found = np.repeat(first[:, None, :], width + 2, axis=1)
    found[:, 1] = second
    for k in range(width):
        found[:, 2 + k, k] = second[:, k]
    return found.reshape(-1, width)


def indices(names: Sequence[str], values: np.ndarray) -> Indices:
    """Sobol' indices of the mean over luck, from values at the points of :func:`saltelli`.

    Args:
        names: of the parameters.
        values: float64 [N (K + 2), R, O].
    """
    width = len(names)
    blocks = values.reshape(-1, width + 2, *values.shape[1:])
    whole = np.isfinite(blocks).all(axis=(1, 2, 3))
    left_out = int((~whole).sum())
    blocks = blocks[whole]
    table = blocks.mean(axis=2)  # [N, K + 2, O]
    luck = np.full(values.shape[2], np.nan)
    if blocks.shape[2] > 1 and len(blocks) > 1:
        within = blocks.var(axis=2, ddof=1).mean(axis=(0, 1))
        between = table[:, :2].reshape(-1, values.shape[2]).var(axis=0, ddof=1) - within / blocks.shape[2]
        everything = np.maximum(0.0, between) + within
        luck = np.divide(within, everything, out=np.zeros_like(within), where=everything > 0.0)
    stages = []
    for part in (4, 2, 1):
        count = len(table) // part
        if count >= 2:
            first, first_half, total, total_half = _with_intervals(table[:count])
            stages.append((count, first, total, total_half.max(axis=0, initial=0.0)))
    if not stages:
        nothing = np.full((width, values.shape[2]), np.nan)
        return Indices(tuple(names), *(nothing,) * 4, luck, (), len(table), left_out)
    return Indices(tuple(names), first, first_half, total, total_half, luck, tuple(stages), len(table), left_out)


def _estimates(table: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """First and total indices, [K, O] each, by the estimators of SALib."""
    from SALib.analyze.sobol import first_order, total_order

    centred = table - table[:, :2].mean(axis=(0, 1))  # the first-order estimator is exact about a mean of 0 only
    spread = np.ptp(centred, axis=(0, 1))
    varies = spread > 1e-12 * np.maximum(1.0, np.abs(table).max(axis=(0, 1)))
    found = np.zeros((2, table.shape[1] - 2, table.shape[2]))
    if varies.any():
        scaled = centred[:, :, varies] / spread[varies]
        a, b = scaled[:, 0], scaled[:, 1]
        for k in range(found.shape[1]):
            found[0, k, varies] = first_order(a, scaled[:, 2 + k], b)
            found[1, k, varies] = total_order(a, scaled[:, 2 + k], b)
    return found[0], found[1]


def _with_intervals(table: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Indices and half their intervals: Tukey's jackknife, leaving out groups of blocks."""
    first, total = _estimates(table)
    groups = min(_GROUPS, len(table))
    member = np.arange(len(table)) % groups
    without = np.stack([np.stack(_estimates(table[member != g])) for g in range(groups)])
    error = np.sqrt((groups - 1) / groups * ((without - without.mean(axis=0)) ** 2).sum(axis=0))
    half = _student(groups - 1) * error
    return first, half[0], total, half[1]


def _student(freedom: int) -> float:
    from scipy.special import stdtrit

    return float(stdtrit(freedom, 0.5 + LEVEL / 2.0))
