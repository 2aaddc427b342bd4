"""What a run comes to: figures of the county, gathered replicate by replicate, for files, scripts and people."""

from __future__ import annotations

import hashlib
import math
import platform
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np

import ruralsim
from ruralsim.base.compiled import source_digest
from ruralsim.model.books_loop import OUTCOME_INDEX, OUTCOMES
from ruralsim.model.outcomes import GOALPOSTS, GOALS, county_mean, county_scores
from ruralsim.model.run import Replicate
from ruralsim.spec.parameters import load_parameters
from ruralsim.spec.scenario import Scenario
from ruralsim.view.policy_report import PolicyTally

_SURE = 0.975
#: columns that are summed over villages
TOTALS = ("operating_income", "enterprise_active", "collective_jobs", "collective_value_added")


def run_identity(scenario: Scenario, seed: int, replicates: int) -> str:
    """Return the name of a run: scenario, seed, and eight digits that tell apart all that affects its results."""
    parts = (scenario.digest, str(seed), str(replicates), source_digest())
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
        low, high: interval of luck alone for the last: where 95 % of further replicates would fall (Student's t);
            None with a single replicate.
    """

    first: float
    last: float
    low: float | None
    high: float | None

    @property
    def change(self) -> float:
        """Last minus first."""
        return self.last - self.first


@dataclass
class RunFacts:
    """Gathers the figures of a run; holds no record of a replicate once :meth:`add` has returned."""

    scenario: Scenario
    seed: int
    policy: PolicyTally = field(init=False)
    seeds: list[int] = field(default_factory=list)
    people: list[dict[str, int]] = field(default_factory=list)
    money_residual: float = 0.0
    momentum_residual: float = 0.0
    seconds: dict[str, float] = field(default_factory=dict)
    _means: list[np.ndarray] = field(default_factory=list)
    _scores: list[np.ndarray] = field(default_factory=list)
    _totals: list[np.ndarray] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.policy = PolicyTally(self.scenario)

    def add(self, one: Replicate) -> None:
        """Add a replicate."""
        outcomes = one.record.outcomes
        self.seeds.append(one.seed)
        self._means.append(county_mean(outcomes, outcomes))
        self._scores.append(county_scores(outcomes))
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
        self.money_residual = max(self.money_residual, one.audit["money_residual"])
        self.momentum_residual = max(self.momentum_residual, one.audit["momentum_residual"])
        for name, seconds in one.seconds.items():
            self.seconds[name] = self.seconds.get(name, 0.0) + seconds
        self.policy.add(one)

    @property
    def window(self) -> int:
        """How many months at each end are compared: a year, or half of a run shorter than two."""
        return min(12, max(1, self.scenario.months // 2))

    def _level(self, series: list[np.ndarray]) -> Level:
        first = [float(one[1 : 1 + self.window].mean()) for one in series]
        last = [float(one[-self.window :].mean()) for one in series]
        low, high = luck_interval(last)
        return Level(sum(first) / len(first), sum(last) / len(last), low, high)

    def goal(self, name: str) -> Level:
        """Score of a goal."""
        column = list(GOALS).index(name)
        return self._level([scores[:, column] for scores in self._scores])

    def outcome(self, name: str) -> Level:
        """An outcome in its own unit, villages weighing as many registered adults as they have."""
        return self._level([means[:, OUTCOME_INDEX[name]] for means in self._means])

    def total(self, name: str) -> Level:
        """One of :data:`TOTALS`, summed over villages."""
        return self._level([totals[:, TOTALS.index(name)] for totals in self._totals])

    def assumed(self) -> tuple[int, int]:
        """How many parameters are assumed, and how many there are."""
        parameters = load_parameters().values()
        return sum(parameter.grade == "assumed" for parameter in parameters), len(parameters)

    def outcomes_json(self) -> dict[str, dict[str, float | None]]:
        """The three goals with the keys that scripts rely on.

        ``low`` and ``high`` include parameter draws, which a single run does not have.
        """
        found: dict[str, dict[str, float | None]] = {}
        for name in GOALS:
            level = self.goal(name)
            found[name] = {
                "mean": level.last,
                "low": None,
                "high": None,
                "low_luck": level.low,
                "high_luck": level.high,
                "first": level.first,
                "change": level.change,
            }
        return found

    def summary_json(self, run_id: str, out: str, seconds: float) -> dict[str, Any]:
        """The object that ``--json`` prints."""
        place, assumed = self.scenario.place, self.assumed()
        return {
            "run_id": run_id,
            "out": out,
            "scenario": self.scenario.name,
            "seed": self.seed,
            "villagers": self.people[0]["villagers"],
            "villages": place.villages,
            "months": self.scenario.months,
            "replicates": len(self.seeds),
            "seconds": round(seconds, 3),
            "audit": {"money_residual": self.money_residual, "momentum_residual": self.momentum_residual},
            "outcomes": self.outcomes_json(),
            "population": {
                "registered": place.registered_population,
                "residents_reported": place.resident_population,
                **self.people[0],
            },
            "compared": {"first_months": self.window, "last_months": self.window},
            "parameters": {"assumed": assumed[0], "all": assumed[1]},
            **self.policy.as_json(),
        }

    def run_json(self, run_id: str, seconds: float) -> dict[str, Any]:
        """The content of ``run.json``; the timings end where the file is written."""
        found = self.summary_json(run_id, "", seconds)
        del found["out"], found["seconds"]
        return found | {
            "scenario": self.scenario.resolved(),
            "scenario_digest": self.scenario.digest,
            "source_digest": source_digest(),
            "replicate_seeds": self.seeds,
            "versions": _versions(),
            "timings": {name: round(value, 3) for name, value in (self.seconds | {"total": seconds}).items()},
            "goalposts": [asdict(post) for post in GOALPOSTS],
            "components": {
                name: asdict(self.outcome(name)) | {"unit": unit} for name, unit, _ in OUTCOMES
            },
        }


def luck_interval(values: list[float]) -> tuple[float | None, float | None]:
    """Where 95 % of further replicates would fall, by Student's t: mean ± t·s·√(1 + 1/R).

    Args:
        values: one a replicate.

    Returns:
        Low and high; None twice with fewer than two replicates.
    """
    count = len(values)
    if count < 2:
        return None, None
    from scipy.special import stdtrit

    mean = sum(values) / count
    spread = math.sqrt(sum((x - mean) ** 2 for x in values) / (count - 1))
    half = float(stdtrit(count - 1, _SURE)) * spread * math.sqrt(1.0 + 1.0 / count)
    return mean - half, mean + half


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
