"""What a run leaves behind for validation: the record, the tables month by month, people at the end of each year."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ruralsim.model.books_loop import OUTCOME_INDEX
from ruralsim.model.county import County
from ruralsim.model.snapshot import put_state, state_of
from ruralsim.state.columns import AWAY, HOME, OUTSIDER
from ruralsim.state.flows import FLOW_INDEX
from ruralsim.state.inputs import CHANGE

PEOPLE = (
    "household",
    "status",
    "age",
    "permanent_income",
    "consumption",
    "trust",
    "norm",
    "belonging",
    "contributes",
    "party",
    "satisfaction",
)


@dataclass(frozen=True, eq=False)
class Trace:
    """A run of T months and V villages, as measures read it.

    Args:
        start_year, start_month: calendar of the first month.
        published_income: rural income a head published for the first year, yuan; nan where none is known.
        rollout: class of each village, int [V].
        persons_per_adult: registered persons per registered adult.
        parameters: values by name.
        outcomes: float64 [T + 1, V, outcomes]; month 0 is the start.
        money: yuan [T, V, flows].
        villages, enterprises: structured [T + 1, V].
        cadres: structured [T + 1, V, seats].
        secretary_age: float64 [T + 1, V], age of the holder of the first seat; nan where it is vacant.
        changes: float64 [T, V, counts], see ``state/inputs.py``.
        indicators: (month, float64 [V, n, 3]) true, reported, target, each quarter.
        outside_wage: yuan a month, float64 [T].
        policy_cost: yuan that policy cost in all, float64 [V].
        observables: which observable each of the n items looks at.
        people: month -> columns of everybody present, with ``village``; months 0, 12, 24, …
        eased: share by which work changes where all targets are met by far, float64 [V]; empty without targets.
    """

    start_year: int
    start_month: int
    published_income: float
    rollout: np.ndarray
    persons_per_adult: float
    parameters: dict[str, float]
    outcomes: np.ndarray
    money: np.ndarray
    villages: np.ndarray
    enterprises: np.ndarray
    cadres: np.ndarray
    secretary_age: np.ndarray
    changes: np.ndarray
    indicators: list[tuple[int, np.ndarray]]
    outside_wage: np.ndarray
    policy_cost: np.ndarray
    observables: np.ndarray
    people: dict[int, dict[str, np.ndarray]]
    eased: np.ndarray

    @property
    def months(self) -> int:
        """Months of the run."""
        return len(self.money)

    @property
    def years(self) -> int:
        """Whole years of the run."""
        return self.months // 12

    def span(self, years: int) -> tuple[int, int]:
        """First and last year of a comparison over about so many years, from 1; never before the first year's end."""
        return max(1, self.years - years), self.years

    def year(self, monthly: np.ndarray, number: int) -> np.ndarray:
        """The twelve months of a year, from 1.

        Args:
            monthly: [T, …].
            number: of the year.
        """
        found: np.ndarray = monthly[12 * (number - 1) : 12 * number]
        return found

    def outcome(self, name: str) -> np.ndarray:
        """One outcome, float64 [T + 1, V]."""
        found: np.ndarray = self.outcomes[:, :, OUTCOME_INDEX[name]]
        return found

    def flow(self, *names: str) -> np.ndarray:
        """Sum of some flows in yuan, float64 [T, V]."""
        found: np.ndarray = self.money[:, :, [FLOW_INDEX[name] for name in names]].sum(axis=2)
        return found

    def counted(self, name: str) -> np.ndarray:
        """A monthly count such as ``settled``, float64 [T, V]."""
        found: np.ndarray = self.changes[:, :, getattr(CHANGE, name)]
        return found


def watch(
    county: County,
    months: int,
    *,
    probe_targets: bool,
    published_income: float = math.nan,
    threads: int = 1,
    progress: Callable[[int], None] | None = None,
) -> Trace:
    """Advance a new county and keep what validation needs.

    Args:
        county: before its first month.
        months: how many.
        probe_targets: measure after two and a half years how work answers to targets that are met by far.
        published_income: see :class:`Trace`.
        threads: workers over villages; changes no number.
        progress: called after each month with the months done.
    """
    villages, enterprises = [county.villages.copy()], [county.enterprises.copy()]
    cadres, ages = [county.cadres.copy()], [_secretary_age(county)]
    changes, wages = [], []
    people = {0: _present(county)}
    eased = np.zeros(0)
    for month in range(1, months + 1):
        if probe_targets and not len(eased) and month > 24 and county.calendar(month).month == 7:
            eased = ease_when_met(county)
        county.advance(1, threads=threads)
        villages.append(county.villages.copy())
        enterprises.append(county.enterprises.copy())
        cadres.append(county.cadres.copy())
        ages.append(_secretary_age(county))
        changes.append(county.changes.copy())
        wages.append(float(county.settings["outside_wage"][0]))
        if month % 12 == 0:
            people[month] = _present(county)
        if progress is not None:
            progress(month)
    record = county.record
    return Trace(
        start_year=county.scenario.start.year,
        start_month=county.scenario.start.month,
        published_income=published_income,
        rollout=county.villages["rollout"].astype(np.int64),
        persons_per_adult=float(county.parameters[0]["persons_per_adult"]),
        parameters={name: float(county.parameters[0][name]) for name in county.parameters.dtype.names or ()},
        outcomes=record.outcomes[: months + 1],
        money=record.money[:months] / 100.0,
        villages=np.stack(villages),
        enterprises=np.stack(enterprises),
        cadres=np.stack(cadres),
        secretary_age=np.stack(ages),
        changes=np.stack(changes) if changes else np.zeros((0, *county.changes.shape)),
        indicators=list(record.indicators),
        outside_wage=np.array(wages),
        policy_cost=sum((cost.sum(axis=1) / 100.0 for _, _, _, cost in record.policy), np.zeros(len(county.villages))),
        observables=np.asarray(county.items["observable"], np.int64),
        people=people,
        eased=eased,
    )


def ease_when_met(county: County) -> np.ndarray:
    """By what share the next month's work would change if every target lay far below the last report, [V].

    The same month is lived twice from the same state with the same luck, once with the targets in force, once with
    targets that are met by far; then the county is put back to where it was. Work is the time given to the four real
    tasks, all seats together.
    """
    state = state_of(county)
    worked = []
    for easy in (False, True):
        if easy:
            county.reports["target"] = county.reports["reported"] - 1.0
        county.advance(1)
        tasks = ("organise", "enterprise", "govern", "serve")
        worked.append(sum(county.cadres[f"effort_{task}"].astype(np.float64).sum(axis=1) for task in tasks))
        put_state(county, state)
    near, met = worked
    found: np.ndarray = met / np.maximum(near, 1e-12) - 1.0
    return found


def _present(county: County) -> dict[str, np.ndarray]:
    status = county.villagers["status"]
    rows = np.flatnonzero((status == HOME) | (status == AWAY) | (status == OUTSIDER))
    found = {name: county.villagers[name][rows] for name in PEOPLE}
    found["village"] = np.searchsorted(county.stop, rows, side="right").astype(np.int64)
    return found


def _secretary_age(county: County) -> np.ndarray:
    first = county.cadres[:, 0]
    row = county.start + first["person"].astype(np.int64)
    return np.where(first["active"] == 1, county.villagers["age"][row].astype(np.float64), np.nan)
