"""Sensitivity of the model: designs of points become experiments, whose runs the store keeps like any other."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from ruralsim.analysis.sensitivity import Indices, Screening, indices, saltelli, screen, trajectories
from ruralsim.experiments.design import Arm, Design
from ruralsim.experiments.factors import Factor
from ruralsim.experiments.plan import Plan
from ruralsim.experiments.run import Status
from ruralsim.experiments.series import SERIES
from ruralsim.experiments.store import Store
from ruralsim.model.outcomes import GOALS
from ruralsim.spec.scenario import Scenario

#: fills a store with the runs of a plan
Runner = Callable[[Plan], Status]


@dataclass(frozen=True)
class Study:
    """What is asked.

    Args:
        scenario: of a place that is not too large (:func:`smaller`).
        factors: every parameter that may matter.
        seed: fixes points and luck.
        replicates: R, kinds of luck at every point.
        walks: r, trajectories of the screening; 0 leaves it out.
        keep: how many parameters get Sobol' indices.
        blocks: N of the Sobol' stage; 0 leaves it out.
    """

    scenario: Scenario
    factors: tuple[Factor, ...]
    seed: int
    replicates: int
    walks: int
    keep: int
    blocks: int


def smaller(scenario: Scenario, villages: int) -> Scenario:
    """A place with fewer villages of the same size, its budgets in proportion; the user's own roster stays as it is."""
    place = scenario.place
    if place.roster is not None or place.villages <= villages:
        return scenario
    share = villages / place.villages
    cut = replace(
        place, villages=villages, registered_population=round(place.registered_population * share),
        townships=max(1, min(place.townships, villages // 4)), resident_population=None,
        demonstration_villages=None if place.demonstration_villages is None
        else max(1, round(place.demonstration_villages * share)),
    )  # fmt: skip
    phases = tuple(p if p.budget is None else replace(p, budget=p.budget * share) for p in scenario.phases)
    return replace(scenario, place=cut, phases=phases)


class PointsPlan(Plan):
    """A plan whose draws are given points of the unit cube."""

    def __init__(self, study: Study, factors: Sequence[Factor], cube: np.ndarray) -> None:
        """Args: study, factors in the order of the columns of cube, float64 [n, P]."""
        scenario = study.scenario
        arm = Arm(scenario.name, scenario.title, (scenario,))
        super().__init__(
            Design(
                "sensitivity", (arm,), seed=study.seed, replicates=study.replicates, draws=len(cube),
                draw_replicates=study.replicates, factors=tuple(factors), detail="county",
            )
        )  # fmt: skip
        self._cube = cube

    def __getstate__(self) -> dict[str, object]:
        return {**super().__getstate__(), "_cube": self._cube}

    def _points(self) -> np.ndarray:
        return self._cube

    def results(self, store: Store) -> np.ndarray:
        """Last year's figures of the county, float64 [n, R, S]; NaN where a run is missing."""
        design = self.design
        found = np.full((design.draws, design.replicates, len(SERIES)), np.nan)
        for run in self.runs():
            if run.draw:
                record = store.read(self.key(run.index))
                if record is not None:
                    found[run.draw - 1, run.replicate] = record.groups[0, -1]
        return found


def screening(study: Study, store: Store, run: Runner) -> Screening:
    """Stage one: elementary effects of all factors on all outcomes."""
    names = [factor.name for factor in study.factors]
    walks = trajectories(names, study.seed, study.walks)
    plan = PointsPlan(study, study.factors, walks.reshape(-1, len(names)))
    run(plan)
    return screen(names, walks, plan.results(store))


def sobol_indices(study: Study, factors: Sequence[Factor], store: Store, run: Runner) -> Indices:
    """Stage two: Sobol' indices of some factors on all outcomes, the others at the scenario's values."""
    names = [factor.name for factor in factors]
    plan = PointsPlan(study, factors, saltelli(names, study.seed, study.blocks))
    run(plan)
    return indices(names, plan.results(store))


def most_important(found: Screening, count: int, outcomes: Sequence[str] = tuple(GOALS)) -> list[str]:
    """Names of the parameters with the largest effects: the largest μ* over outcomes, each relative to its largest."""
    columns = [SERIES.index(name) for name in outcomes]
    star = found.mean_absolute[:, columns]
    largest = np.nanmax(star, axis=0)
    relative = np.divide(star, largest, out=np.zeros_like(star), where=largest > 0.0).max(axis=1)
    order = np.argsort(-relative, kind="stable")
    return [found.names[k] for k in order[:count] if relative[k] > 0.0]
