"""What a run comes to: figures of the county, gathered replicate by replicate, for files, scripts and people."""

from __future__ import annotations

import hashlib
import platform
import time
from dataclasses import asdict, dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

import ruralsim
from ruralsim.analysis.figures import (
    Figure,
    Measured,
    Replicates,
    assumed_share,
    figures_of,
    uncertainty_json,
    window_of,
)
from ruralsim.analysis.groups import GroupDraws, GroupReplicates
from ruralsim.analysis.intervals import luck_interval as luck_interval  # of a single village, for the report
from ruralsim.analysis.uncertainty import Draws
from ruralsim.base.compiled import source_digest
from ruralsim.model.books_loop import OUTCOME_INDEX, OUTCOMES
from ruralsim.model.outcomes import GOALPOSTS, GOALS
from ruralsim.model.run import Replicate
from ruralsim.spec.parameters import load_parameters
from ruralsim.spec.scenario import Scenario
from ruralsim.view.policy_report import PolicyTally

#: columns that are summed over villages
TOTALS = ("operating_income", "enterprise_active", "collective_jobs", "collective_value_added")


def run_identity(scenario: Scenario, seed: int, replicates: int, draws: int) -> str:
    """Return the name of a run: scenario, seed, and eight digits that tell apart all that affects its results."""
    parts = (scenario.digest, str(seed), str(replicates), str(draws), source_digest())
    short = hashlib.sha256("|".join(parts).encode("ascii")).hexdigest()[:8]
    return f"{_file_name(scenario.name)}-{seed}-{short}"


def _file_name(name: str) -> str:
    kept = "".join(letter if letter.isalnum() or letter in "-_." else "-" for letter in name).strip("-.")
    return kept[:80] or "scenario"


@dataclass(frozen=True)
class Level:
    """A figure of the county, mean over replicates.

    Args:
        first, last: mean over the first and over the last months compared.
    """

    first: float
    last: float


@dataclass
class RunFacts:
    """Gathers the figures of a run; holds no record of a replicate once :meth:`add` has returned.

    Args:
        scenario: as run.
        seed: of the run.
        command: that gives the same results again.
    """

    scenario: Scenario
    seed: int
    command: str
    policy: PolicyTally = field(init=False)
    replicates: Replicates = field(init=False)
    groups: GroupReplicates = field(default_factory=GroupReplicates)
    draws: Draws | None = None
    seeds: list[int] = field(default_factory=list)
    people: list[dict[str, int]] = field(default_factory=list)
    money_residual: float = 0.0
    momentum_residual: float = 0.0
    seconds: dict[str, float] = field(default_factory=dict)
    _totals: list[np.ndarray] = field(default_factory=list)
    _figures: dict[str, Figure] | None = None

    def __post_init__(self) -> None:
        self.policy = PolicyTally(self.scenario)
        self.replicates = Replicates(self.window)

    def add(self, one: Replicate, baseline: Replicate | None = None) -> None:
        """Add a replicate, and the same county under the same luck without policy."""
        outcomes = one.record.outcomes
        self.seeds.append(one.seed)
        self.replicates.add(one, baseline)
        self.groups.add(one, baseline)
        self._figures = None
        self._totals.append(outcomes[:, :, [OUTCOME_INDEX[name] for name in TOTALS]].sum(axis=1))
        registered, outsiders = one.opening.villages["registered"], one.opening.villages["outsiders"]
        self.people.append(
            {
                "villagers": int(registered.sum() + outsiders.sum()),
                "registered_adults": int(registered.sum()),
                "outsiders": int(outsiders.sum()),
                "cadres": int(one.opening.cadres.sum()),
            }
        )
        for both in (one, baseline):
            if both is None:
                continue
            self.money_residual = max(self.money_residual, both.audit["money_residual"])
            self.momentum_residual = max(self.momentum_residual, both.audit["momentum_residual"])
            for name, seconds in both.seconds.items():
                self.seconds[name] = self.seconds.get(name, 0.0) + seconds
        self.policy.add(one)

    def add_draws(self, draws: Draws) -> None:
        """Add the parameter draws."""
        self.draws = draws
        self._figures = None

    def spent(self, what: str, since: float) -> None:
        """Add the seconds of wall time that something took.

        Args:
            what: its name among the timings.
            since: ``time.perf_counter()`` when it began.
        """
        self.seconds[what] = self.seconds.get(what, 0.0) + time.perf_counter() - since

    @property
    def figures(self) -> dict[str, Figure]:
        """Goals and outcomes with their intervals, villages weighing as many registered adults as they have."""
        if self._figures is None:
            self._figures = figures_of(self.replicates, self.draws)
        return self._figures

    @property
    def window(self) -> int:
        """How many months at each end are compared: a year, or half of a run shorter than two."""
        return window_of(self.scenario.months)

    def total(self, name: str) -> Level:
        """One of :data:`TOTALS`, summed over villages."""
        series = [totals[:, TOTALS.index(name)] for totals in self._totals]
        first = [float(one[1 : 1 + self.window].mean()) for one in series]
        last = [float(one[-self.window :].mean()) for one in series]
        return Level(sum(first) / len(first), sum(last) / len(last))

    @cached_property
    def scorecard(self) -> dict[str, Any]:
        """The scorecard of the model, and how far it holds for this run."""
        from ruralsim.analysis.validation.shipped import scorecard_for

        return scorecard_for(self.scenario)

    def assumed(self) -> tuple[int, int]:
        """How many parameters are assumed, and how many there are."""
        parameters = load_parameters().values()
        return sum(parameter.grade == "assumed" for parameter in parameters), len(parameters)

    def outcomes_json(self) -> dict[str, dict[str, Any]]:
        """The three goals with the keys that scripts rely on.

        ``low`` and ``high``: luck and parameter draws together; ``low_luck`` and ``high_luck``: luck alone; None where
        not computed. ``effect`` has the same keys for what policy adds, and ``baseline``; None without any phase.
        """
        found: dict[str, dict[str, Any]] = {}
        for name in GOALS:
            figure = self.figures[name]
            added = figure.effect
            found[name] = {
                **_interval(figure.last),
                "first": figure.first,
                "change": figure.change.mean,
                "effect": None if added is None else {**_interval(added), "baseline": figure.baseline},
            }
        return found

    def uncertainty_json(self) -> dict[str, Any]:
        """The entry ``uncertainty`` of ``run.json``."""
        return uncertainty_json(self.figures, self.draws, len(self.seeds))

    def summary_json(self, run_id: str, out: str, seconds: float) -> dict[str, Any]:
        """The object that ``--json`` prints."""
        place, assumed, share = self.scenario.place, self.assumed(), assumed_share(self.figures, "last")
        return {
            "run_id": run_id,
            "out": out,
            "scenario": self.scenario.name,
            "seed": self.seed,
            "villagers": self.people[0]["villagers"],
            "villages": place.villages,
            "months": self.scenario.months,
            "replicates": len(self.seeds),
            "draws": 0 if self.draws is None else self.draws.design.draws,
            "seconds": round(seconds, 3),
            "audit": {"money_residual": self.money_residual, "momentum_residual": self.momentum_residual},
            "outcomes": self.outcomes_json(),
            "population": {
                "registered": place.registered_population,
                "residents_reported": place.resident_population,
                **self.people[0],
            },
            "compared": {"first_months": self.window, "last_months": self.window},
            "parameters": {
                "assumed": assumed[0],
                "all": assumed[1],
                "assumed_share_of_variance": None if share is None else share["mean"],
            },
            "scorecard": {
                name: self.scorecard[name] for name in ("targets", "patterns", "current", "parameters", "command")
            },
            **self.policy.as_json(),
        }

    def run_json(self, run_id: str, seconds: float) -> dict[str, Any]:
        """The content of ``run.json``; the timings end where the file is written."""
        found = self.summary_json(run_id, "", seconds)
        del found["out"], found["seconds"]
        return found | {
            "command": self.command,
            "scorecard": self.scorecard,
            "uncertainty": self.uncertainty_json(),
            "groups": self.groups.as_json(None if self.draws is None else GroupDraws.of(self.draws)),
            "scenario": self.scenario.resolved(),
            "scenario_digest": self.scenario.digest,
            "source_digest": source_digest(),
            "replicate_seeds": self.seeds,
            "versions": _versions(),
            "timings": {name: round(value, 3) for name, value in (self.seconds | {"total": seconds}).items()},
            "goalposts": [asdict(post) for post in GOALPOSTS],
            "components": {
                name: {"first": one.first, "last": one.last.mean, **_interval(one.last), "unit": unit}
                for name, unit, _ in OUTCOMES
                for one in (self.figures[name],)
            },
        }


def _interval(measured: Measured) -> dict[str, float | None]:
    return {
        "mean": measured.mean,
        "low": measured.low,
        "high": measured.high,
        "low_luck": measured.low_luck,
        "high_luck": measured.high_luck,
    }


def _versions() -> dict[str, str]:
    import numba
    import pyarrow

    return {
        "ruralsim": str(ruralsim.__version__),
        "python": platform.python_version(),
        "numpy": np.__version__,
        "numba": str(numba.__version__),
        "pyarrow": str(pyarrow.__version__),
    }
