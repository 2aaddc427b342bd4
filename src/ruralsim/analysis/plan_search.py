"""Search over orders, dates, places, money and mixes of a plan, for the three goals at once.

NSGA-II (Deb et al. 2002; the library pymoo) proposes plans; the model judges each in the same few contexts, at one
present value of money, beside no policy under the same luck. Proposals follow from the seed and from what was judged
before, never from how many workers ran; every run lies in the store, so that a search which was killed proposes the
same plans again and finds them judged. Plans on the frontier are judged anew in fresh contexts: chosen because they did
best, they did so partly by chance (the winner's curse), and both numbers are given.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from ruralsim.analysis.plan_genes import as_written, built, genes_of
from ruralsim.analysis.plans import Candidate, HorizonStore, candidate, design_of
from ruralsim.base.errors import InputError, SystemTrouble
from ruralsim.base.streams import MASK, uniforms
from ruralsim.experiments.plan import open_plan
from ruralsim.experiments.run import run_experiment
from ruralsim.experiments.series import SERIES
from ruralsim.model.outcomes import GOALS
from ruralsim.policy.envelope import DISCOUNT
from ruralsim.spec.scenario import Scenario

POPULATION = 16
#: contexts that a plan is judged in while searching, and afresh
CONTEXTS, FRESH = 4, 12
MOST_CHOSEN = 5
_MOST_STILL = 5

#: aims of proposals [n, genes] -> float64 [n, aims], each to be made small
Weigh = Callable[[np.ndarray], np.ndarray]


def evolve(weigh: Weigh, start: np.ndarray, aims: int, seed: int, enough: Callable[[], bool]) -> None:
    """Let NSGA-II propose generation after generation.

    Args:
        weigh: judges proposals.
        start: float64 [n, genes], the first ones, in 0..1.
        aims: how many.
        seed: of the proposals.
        enough: asked after each generation.

    Raises:
        SystemTrouble: pymoo, which the extra ``search`` installs, is not there.
    """
    try:
        from pymoo.algorithms.moo.nsga2 import NSGA2
        from pymoo.core.problem import Problem
        from pymoo.core.termination import NoTermination
    except ImportError:
        raise SystemTrouble("phases_no_pymoo") from None
    problem = Problem(n_var=start.shape[1], n_obj=aims, xl=0.0, xu=1.0)
    algorithm = NSGA2(pop_size=len(start), sampling=start, eliminate_duplicates=True)
    algorithm.setup(problem, termination=NoTermination(), seed=seed, verbose=False)
    while not enough():
        proposed = algorithm.ask()
        if proposed is None or len(proposed) == 0:
            return
        proposed.set("F", weigh(np.asarray(proposed.get("X"), np.float64)))
        algorithm.tell(infills=proposed)


def frontier(aims: np.ndarray) -> np.ndarray:
    """Return places of the rows that no other row beats in one aim and equals in all others, ascending."""
    worse = np.array([
        bool(((aims <= row).all(axis=1) & (aims < row).any(axis=1)).any()) for row in aims
    ])  # fmt: skip
    return np.flatnonzero(~worse)


@dataclass
class Judge:
    """Judges plans by running them: gain of each goal over no policy, mean over the horizon.

    Args:
        seed: of luck and contexts.
        contexts: draws of all parameters.
        store: folder of the runs.
        workers: processes; no number depends on it.
        runs: counted while judging, those in the store included.
    """

    seed: int
    contexts: int
    store: Path
    workers: int | None = None
    runs: int = 0

    def gains(self, plans: Sequence[Scenario]) -> np.ndarray:
        """Return float64 [plans, contexts, 3]; NaN where a run failed."""
        arms = [candidate(f"plan-{k}", one, "phases_plan_written") for k, one in enumerate(plans)]
        design = replace(design_of(arms, seed=self.seed, replicates=1, draws=self.contexts), detail="county")
        plan, store = open_plan(design), HorizonStore(self.store)
        run_experiment(plan, store, workers=self.workers)
        self.runs += len(plan)
        columns = [SERIES.index(goal) for goal in GOALS]
        scores = np.full((len(design.arms), self.contexts, len(GOALS)), np.nan)
        place = {arm.name: k for k, arm in enumerate(design.arms)}
        for run in plan.runs():
            record = store.read(plan.key(run.index)) if run.draw else None
            if record is not None:
                scores[place[run.arm], run.draw - 1] = record.groups[0, -1, columns]
        found: np.ndarray = scores[:-1] - scores[-1:]
        return found


@dataclass(frozen=True)
class Winner:
    """A plan on the frontier.

    Args:
        scenario: the plan.
        chosen_on: gains of the three goals where it was chosen.
        fresh: mean gains in fresh contexts; low, high: lowest and highest tenth of them.
        why: ``governance``, ``development``, ``life`` (best in it) or ``balanced``.
    """

    scenario: Scenario
    chosen_on: tuple[float, ...]
    fresh: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]
    why: str


@dataclass(frozen=True)
class Searched:
    """What a search found.

    Args:
        winners: a handful of the frontier.
        judged: gains of all plans judged, float64 [n, 3]; front: places of the frontier among them.
        written, written_fresh: gains of the plan as written, in the contexts of the search and in the fresh ones.
        curse: by how much less the winners lead the plan as written in fresh contexts than where they were chosen, mean
            over winners and goals; leads are compared because fresh contexts may be kinder or harsher to every plan.
        runs: simulations asked for, those in the store included.
    """

    winners: tuple[Winner, ...]
    judged: np.ndarray
    front: np.ndarray
    written: tuple[float, ...]
    written_fresh: tuple[float, ...]
    curse: float
    runs: int


def search(
    scenario: Scenario,
    money: int,
    *,
    runs: int,
    store: Path,
    seed: int = 1,
    workers: int | None = None,
    discount: float = DISCOUNT,
    contexts: int = CONTEXTS,
    fresh: int = FRESH,
    progress: Callable[[int, int], None] | None = None,
) -> Searched:
    """Search plans.

    Args:
        scenario: the plan as written, over the horizon of the comparison, without triggers.
        money: present value, fen.
        runs: budget of simulations for choosing.
        store: folder of the runs.
        seed: of proposals, luck and contexts.
        workers: processes.
        discount: a year.
        contexts, fresh: how many contexts plans are chosen in, and judged anew in.
        progress: called with (plans judged, plans in all).

    Raises:
        InputError: there are triggers, or too few runs for one generation.
        SystemTrouble: pymoo is not there.
    """
    if scenario.triggers:
        raise InputError("phases_search_triggers", name=scenario.name)
    most = runs // (contexts + 1)
    if most < POPULATION:
        raise InputError("phases_search_few", key="--search", read=runs, least=POPULATION * (contexts + 1))
    judge = Judge(seed, contexts, store, workers)
    memory = _Memory(judge, lambda genes: built(scenario, genes, money, discount), most, progress)
    genes = genes_of(len(scenario.phases))
    slots = np.arange(POPULATION * genes)
    start = uniforms(_key(seed) & MASK, (_key(seed) >> 32, 0), slots, 0, 0)[0].reshape(POPULATION, genes)
    start[0] = as_written(len(scenario.phases))
    evolve(memory.weigh, start, len(GOALS), seed, memory.enough)
    plans, gains = memory.judged()
    front = frontier(-gains)
    again = Judge(_fresh_seed(seed), fresh, store, workers)
    winners, written = _judged_anew(plans, gains, _handful(gains, front), again)
    curse = float(np.mean([(one.chosen_on - gains[0]) - np.subtract(one.fresh, written) for one in winners]))
    fresh_gains = tuple(written.tolist())
    return Searched(winners, gains, front, tuple(gains[0].tolist()), fresh_gains, curse, judge.runs + again.runs)


@dataclass
class _Memory:
    """Plans that were judged, so that none is judged twice, and whether the search has gone on for long enough.

    Args:
        judge: of the contexts of the search.
        build: makes a plan from its genes.
        most: how many plans may be judged.
        progress: called with (plans judged, plans in all).
    """

    judge: Judge
    build: Callable[[np.ndarray], Scenario]
    most: int
    progress: Callable[[int, int], None] | None
    _known: dict[str, tuple[Scenario, np.ndarray]] = field(default_factory=dict)
    _still: int = 0

    def weigh(self, rows: np.ndarray) -> np.ndarray:
        """Judge proposals; gains with their sign turned, float64 [n, 3]."""
        proposed = [self.build(row) for row in rows]
        new = {one.digest: one for one in proposed if one.digest not in self._known}
        self._still = 0 if new else self._still + 1
        if new:
            gains = self.judge.gains(list(new.values()))
            self._known |= {key: (new[key], _mean(one)) for key, one in zip(new, gains, strict=True)}
        if self.progress is not None:
            self.progress(min(len(self._known), self.most), self.most)
        return np.array([-self._known[one.digest][1] for one in proposed])

    def enough(self) -> bool:
        """Whether the budget is used up, or nothing new has been proposed for some generations."""
        return len(self._known) >= self.most or self._still >= _MOST_STILL

    def judged(self) -> tuple[list[Scenario], np.ndarray]:
        """All plans in the order in which they were judged, and their mean gains, float64 [n, 3]."""
        return [plan for plan, _ in self._known.values()], np.array([gains for _, gains in self._known.values()])


def _judged_anew(
    plans: Sequence[Scenario], gains: np.ndarray, chosen: Sequence[tuple[int, str]], judge: Judge
) -> tuple[tuple[Winner, ...], np.ndarray]:
    """The chosen plans in fresh contexts, and the mean gains there of the plan as written, which was judged first."""
    *anew, written = judge.gains([*(plans[k] for k, _ in chosen), plans[0]])
    winners = tuple(
        Winner(plans[k], tuple(gains[k].tolist()), tuple(_mean(new).tolist()),
               tuple(np.nanquantile(new, 0.1, axis=0).tolist()), tuple(np.nanquantile(new, 0.9, axis=0).tolist()), why)
        for (k, why), new in zip(chosen, anew, strict=True)
    )  # fmt: skip
    return winners, _mean(written)


def _mean(gains: np.ndarray) -> np.ndarray:
    """Mean over contexts; a plan that failed anywhere is as bad as can be, so that nobody chooses it."""
    mean: np.ndarray = gains.mean(axis=0)
    return np.where(np.isfinite(mean), mean, -1e3)


def _key(seed: int) -> int:
    return int.from_bytes(hashlib.sha256(f"ruralsim plan search {seed}".encode()).digest()[:8], "big")


def _fresh_seed(seed: int) -> int:
    return int.from_bytes(hashlib.sha256(f"ruralsim fresh contexts {seed}".encode()).digest()[:4], "big")


def _handful(gains: np.ndarray, front: np.ndarray) -> list[tuple[int, str]]:
    """The best plan in each goal, the best on the whole, and the one nearest to the ideal; each once."""
    found: dict[int, str] = {}
    for g, goal in enumerate(GOALS):
        found.setdefault(int(front[np.argmax(gains[front, g])]), goal)
    found.setdefault(int(front[np.argmax(gains[front].mean(axis=1))]), "balanced")
    ideal, width = gains[front].max(axis=0), np.ptp(gains[front], axis=0)
    far = (((ideal - gains[front]) / np.where(width > 0.0, width, 1.0)) ** 2).sum(axis=1)
    found.setdefault(int(front[np.argmin(far)]), "balanced")
    return list(found.items())[:MOST_CHOSEN]


def as_candidates(found: Searched) -> list[Candidate]:
    """The winners as plans to be compared."""
    return [
        candidate(f"found-{k}", one.scenario, f"phases_plan_found_{one.why}", number=k)
        for k, one in enumerate(found.winners, start=1)
    ]
