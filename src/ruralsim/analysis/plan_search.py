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
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from ruralsim.analysis.plans import Candidate, HorizonStore, candidate, design_of, in_order, mirrored, with_mix
from ruralsim.base.errors import InputError, SystemTrouble
from ruralsim.base.streams import MASK, uniforms
from ruralsim.experiments.plan import open_plan
from ruralsim.experiments.run import run_experiment
from ruralsim.experiments.series import SERIES
from ruralsim.model.outcomes import GOALS
from ruralsim.policy.envelope import DISCOUNT, with_money
from ruralsim.spec.scenario import ALL, Scenario

POPULATION = 16
#: contexts that a plan is judged in while searching, and afresh
CONTEXTS, FRESH = 4, 12
MOST_CHOSEN = 5
_MOST_SHIFT, _SHORTEST = 4, 6
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


def genes_of(phases: int) -> int:
    """Return how many numbers describe a plan of so many phases."""
    return 4 * phases


def built(scenario: Scenario, genes: np.ndarray, money: int, discount: float = DISCOUNT) -> Scenario:
    """Return the plan that some genes stand for.

    Args:
        scenario: the plan as written, P phases, over the horizon of the comparison.
        genes: float64 [4 P] in 0..1: keys whose order is that of the mixes; place, then P − 1 shifts of steps by up
            to four quarters; money of each phase from half to double; strength of each mix from half to full.
        money: present value granted, fen.
        discount: a year.
    """
    slots = in_order(scenario.phases)
    count = len(slots)
    order, moves, funds, strength = np.asarray(genes, np.float64).reshape(4, count)
    place, chosen = min(2, int(3 * moves[0])), np.argsort(order, kind="stable")
    starts = [slots[0].start]
    for k in range(1, count):
        wish = slots[k].start + 3 * round((2.0 * float(moves[k]) - 1.0) * _MOST_SHIFT)
        starts.append(max(wish, starts[-1] + _SHORTEST))
    phases = []
    last = max(one.end for one in slots)
    for k, slot in enumerate(slots):
        mix = slots[int(chosen[k])]
        end = slot.end
        if k + 1 < count and slot.end == slots[k + 1].start - 1:
            end = starts[k + 1] - 1
        if starts[k] > min(end, last):
            continue
        part = 0.5 + 0.5 * float(strength[k])
        one = replace(
            with_mix(slot, mix).moved(starts[k], min(end, last)),
            instruments={name: part * u for name, u in mix.instruments.items()},
            budget=None if slot.budget is None else slot.budget * 2.0 ** (2.0 * float(funds[k]) - 1.0),
        )
        if place == 1:
            one = replace(one, rollout=(ALL,), waves={})
        elif place == 2:
            one = mirrored(one)
        phases.append(one)
    return with_money(replace(scenario, phases=tuple(phases)), money, discount)


def as_written(phases: int) -> np.ndarray:
    """Return the genes of the plan as it is written."""
    genes = np.full((4, phases), 0.5)
    genes[0] = np.linspace(0.0, 1.0, phases)
    genes[1, 0] = 0.0
    genes[3] = 1.0
    return genes.ravel()


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
        written: gains of the plan as written in the contexts of the search.
        curse: mean over the winners and goals of the gain where they were chosen less that in fresh contexts.
        runs: simulations asked for, those in the store included.
    """

    winners: tuple[Winner, ...]
    judged: np.ndarray
    front: np.ndarray
    written: tuple[float, ...]
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
    known: dict[bytes, np.ndarray] = {}
    plans: dict[bytes, Scenario] = {}
    still = [0]

    def weigh(rows: np.ndarray) -> np.ndarray:
        built_now = [built(scenario, row, money, discount) for row in rows]
        keys = [one.digest.encode() for one in built_now]
        new = {key: one for key, one in zip(keys, built_now, strict=True) if key not in known}
        still[0] = 0 if new else still[0] + 1
        if new:
            for key, gains in zip(new, judge.gains(list(new.values())), strict=True):
                known[key], plans[key] = gains, new[key]
        if progress is not None:
            progress(min(len(known), most), most)
        return np.array([-_mean(known[key]) for key in keys])

    genes = genes_of(len(scenario.phases))
    slots = np.arange(POPULATION * genes)
    start = uniforms(_key(seed) & MASK, (_key(seed) >> 32, 0), slots, 0, 0)[0].reshape(POPULATION, genes)
    start[0] = as_written(len(scenario.phases))
    evolve(weigh, start, len(GOALS), seed, lambda: len(known) >= most or still[0] >= _MOST_STILL)
    keys = list(known)
    gains = np.array([_mean(known[key]) for key in keys])
    front = frontier(-gains)
    chosen = _handful(gains, front)
    again = Judge(_fresh_seed(seed), fresh, store, workers)
    anew = again.gains([plans[keys[k]] for k, _ in chosen])
    winners = tuple(
        Winner(plans[keys[k]], tuple(gains[k].tolist()), tuple(_mean(new).tolist()),
               tuple(np.nanquantile(new, 0.1, axis=0).tolist()), tuple(np.nanquantile(new, 0.9, axis=0).tolist()), why)
        for (k, why), new in zip(chosen, anew, strict=True)
    )  # fmt: skip
    curse = float(np.mean([np.subtract(one.chosen_on, one.fresh) for one in winners]))
    return Searched(winners, gains, front, tuple(gains[0].tolist()), curse, judge.runs + again.runs)


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
