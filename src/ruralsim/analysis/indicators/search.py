"""Closed-loop search: which items, with which weights, leave people best off for their number and burden.

NSGA-II (Deb et al. 2002; the library pymoo) proposes sets; the model judges each by what happens when it is in
force, in the same few contexts. Three aims: the mean of the goals (up), the number of items (down), the time that
they cost (down). The sets on the frontier are then judged again in fresh contexts: a set that was picked because it
did best did partly so by chance (the winner's curse), and both numbers are shown.

Proposals depend on nothing but the seed and what was judged before, never on how many workers ran. An interrupted
search starts over with the same proposals and finds what it judged already in its memory.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ruralsim.analysis.indicators.measures import entry_orders
from ruralsim.analysis.indicators.sets import Judge, SetScore, sizes_of
from ruralsim.analysis.plan_search import frontier as unbeaten
from ruralsim.base.errors import SystemTrouble

#: levels that a weight may have; 0 leaves the item out
LEVELS = (0.0, 1.0, 2.0, 4.0)
POPULATION = 24
#: sets on the frontier that are judged again
MOST_CHOSEN = 12


@dataclass(frozen=True)
class Found:
    """What a search found.

    Args:
        chosen: sets on the frontier, smallest first, judged in fresh contexts.
        judged: number of different sets judged.
        simulations: runs that this call took, those remembered apart.
        curse: mean over the chosen of the gain where they were chosen less the gain in fresh contexts.
    """

    chosen: tuple[SetScore, ...]
    judged: int
    simulations: int
    curse: float


def needed() -> None:
    """See that the library is there that proposes sets.

    Raises:
        SystemTrouble: pymoo, which the extra ``search`` installs, is not there.
    """
    try:
        import pymoo.algorithms.moo.nsga2  # noqa: F401
    except ImportError:
        raise SystemTrouble("indicators_no_pymoo") from None


def search(
    judge: Judge,
    fresh: Judge,
    runs: int,
    seed: int,
    *,
    first: Sequence[str] = (),
    progress: Callable[[int, int], None] | None = None,
) -> Found:
    """Search sets and weights.

    Args:
        judge: in the contexts that sets are chosen in.
        fresh: in the contexts that chosen sets are judged in again.
        runs: budget of simulations for choosing, those remembered included.
        seed: of the study.
        first: an order of the items, best first, to begin with; nested sets of it are among the first proposals.
        progress: called with (sets judged, sets in all).

    Raises:
        SystemTrouble: the library is not there.
    """
    items = judge.items
    most = max(POPULATION, runs // len(judge.worlds))
    now = judge.numbers([None])[0]
    known: dict[tuple[int, ...], tuple[float, float]] = {}

    def weigh(rows: np.ndarray) -> np.ndarray:
        """Aims of each proposal, to be made small: [−mean goal, number, time taken]."""
        fair = [tuple(int(gene) for gene in row) for row in rows]
        wanted = list(dict.fromkeys(one for one in fair if one not in known))
        for one, numbers in zip(wanted, judge.numbers([_weights(items, one) for one in wanted]), strict=True):
            known[one] = (float(numbers[:, :-1].mean()), float(numbers[:, -1].mean()))
        if progress is not None:
            progress(min(len(known), most), most)
        return np.array([[-known[one][0], np.count_nonzero(one), -known[one][1]] for one in fair])

    _evolve(_beginning(items, seed, first), weigh, lambda: len(known) >= most, seed)
    chosen = _judged_again(fresh, known, float(now[:, :-1].mean()))
    curse = float(np.mean([(one.chosen_on or 0.0) - one.gain.mean for one in chosen]))
    return Found(chosen, len(known), judge.simulated + fresh.simulated, curse)


def _judged_again(
    fresh: Judge, known: Mapping[tuple[int, ...], tuple[float, float]], now: float
) -> tuple[SetScore, ...]:
    """The frontier of what is known, judged in fresh contexts; ``now``: mean of the goals under the set as it is."""
    winners = _frontier(known)
    again = fresh.scores([("search", _weights(fresh.items, one)) for one in winners])
    return tuple(replace(score, chosen_on=known[one][0] - now) for one, score in zip(winners, again, strict=True))


def _weights(items: Sequence[str], genes: Sequence[int]) -> Mapping[str, float]:
    return {name: LEVELS[gene] for name, gene in zip(items, genes, strict=True) if gene > 0}


def _beginning(items: Sequence[str], seed: int, first: Sequence[str]) -> np.ndarray:
    """The first proposals: the whole set, nested sets of the given order, and nested sets of keyed orders."""
    place = {name: k for k, name in enumerate(items)}
    orders = [np.array([place[name] for name in first])] if first else []
    orders += list(entry_orders(seed, len(items), POPULATION))
    rows: list[tuple[int, ...]] = [tuple([1] * len(items))]
    for order in orders:
        for size in sizes_of(len(items))[:-1]:
            genes = np.zeros(len(items), np.int64)
            genes[order[:size]] = 1
            rows.append(tuple(genes.tolist()))
        if len(dict.fromkeys(rows)) >= POPULATION:
            break
    return np.array(list(dict.fromkeys(rows))[:POPULATION])


def _evolve(
    start: np.ndarray, weigh: Callable[[np.ndarray], np.ndarray], enough: Callable[[], bool], seed: int
) -> None:
    """Let NSGA-II propose generation after generation until enough is known or it proposes nothing new."""
    needed()
    from pymoo.algorithms.moo.nsga2 import NSGA2
    from pymoo.core.mutation import Mutation
    from pymoo.core.problem import Problem
    from pymoo.core.termination import NoTermination
    from pymoo.operators.crossover.ux import UniformCrossover

    class Another(Mutation):  # type: ignore[misc]
        """A few genes drawn anew; never an empty set."""

        def _do(self, problem: Any, X: np.ndarray, *args: Any, random_state: Any = None, **kwargs: Any) -> np.ndarray:
            changed = random_state.random(X.shape) < 1.5 / X.shape[1]
            anew = random_state.integers(0, len(LEVELS), X.shape)
            gone = random_state.random(X.shape) < 0.4
            moved = np.where(changed, np.where(gone, 0, anew), X)
            moved[np.arange(len(X)), random_state.integers(0, X.shape[1], len(X))] |= (moved.sum(axis=1) == 0).astype(
                int
            )
            return moved

    problem = Problem(n_var=start.shape[1], n_obj=3, xl=0, xu=len(LEVELS) - 1, vtype=int)
    algorithm = NSGA2(
        pop_size=max(POPULATION, len(start)), n_offsprings=POPULATION, sampling=start,
        crossover=UniformCrossover(), mutation=Another(prob=1.0), eliminate_duplicates=True,
    )  # fmt: skip
    algorithm.setup(problem, termination=NoTermination(), seed=seed, verbose=False)
    while not enough():
        proposed = algorithm.ask()
        if proposed is None or len(proposed) == 0:
            return
        proposed.set("F", weigh(np.asarray(proposed.get("X"), np.int64)))
        algorithm.tell(infills=proposed)


def _frontier(known: Mapping[tuple[int, ...], tuple[float, float]]) -> list[tuple[int, ...]]:
    """Sets that no other one beats in all three aims, smallest first.

    Where there are more than :data:`MOST_CHOSEN`: the one that leaves people best off, then again and again the one
    farthest in its aims from those taken.
    """
    rows = sorted(known, key=lambda one: (np.count_nonzero(one), -known[one][0], -known[one][1], one))
    aims = np.array([[-known[one][0], np.count_nonzero(one), -known[one][1]] for one in rows])
    left = unbeaten(aims)
    scaled = aims[left] / np.maximum(np.ptp(aims[left], axis=0), 1e-12)
    taken = [int(scaled[:, 0].argmin())]
    while len(taken) < MOST_CHOSEN:
        apart = np.abs(scaled[:, None] - scaled[taken]).sum(axis=2).min(axis=1)
        if not apart.max() > 0.0:  # only twins of those taken are left
            break
        taken.append(int(apart.argmax()))
    return [rows[left[k]] for k in sorted(taken)]
