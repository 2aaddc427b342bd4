"""A strategy: which instruments are asked for, how strongly, when, in which class of villages, on which budget.

The same phases in another order give the same bytes: they are put into an order of their own content, and
intensities that overlap are added exactly rounded. An instrument at intensity 0 is an absent one.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ruralsim.base.calendar import Month
from ruralsim.base.errors import InputError, nearest
from ruralsim.policy.instruments import Instrument
from ruralsim.policy.triggers import phases_now
from ruralsim.spec.scenario import ROLLOUTS, Phase, Scenario


@dataclass(frozen=True, eq=False)
class PlannedPhase:
    """A phase on the calendar of the run.

    Args:
        name: label, for messages and tables.
        first, last: months of the run, from 1; ``last`` is cut at the horizon.
        intensity: float64 [4, M], asked by roll-out class and instrument.
        budget: whole fen a year for all villages together, or None where not limited.
        start_budget: whole fen on top in the first calendar year.
        joined: months of the run from which each roll-out class takes part, by class.
        elapsed: int64 [T + 1], months of this phase so far in the calendar year, this one included; 0 outside of it.
    """

    name: str
    first: int
    last: int
    intensity: np.ndarray
    budget: int | None
    start_budget: int
    joined: tuple[int, ...]
    elapsed: np.ndarray

    def allowance(self, month: int, spent: int) -> int | None:
        """Return the fen that may be spent this month: a twelfth a month, and what the year has left over.

        Args:
            month: month of the run, from 1.
            spent: fen that this phase has spent in this calendar year.
        """
        if self.budget is None:
            return None
        first_year = int(self.elapsed[month]) == month - self.first + 1
        return self.budget * int(self.elapsed[month]) // 12 + self.start_budget * first_year - spent


@dataclass(frozen=True, eq=False)
class Span:
    """Months in a row with the same phases in force.

    Args:
        phases: places in ``Strategy.phases``, ascending.
        parts: float64 [P, 4, M], what each of them asks for, scaled so that together they ask for at most 1.
        total: float64 [4, M], what they ask for together.
        upto: float64 [P, 4, M], share of what is asked for by the phases up to each; 1 at the last.
    """

    phases: tuple[int, ...]
    parts: np.ndarray
    total: np.ndarray
    upto: np.ndarray


@dataclass(frozen=True, eq=False)
class Strategy:
    """Phases resolved to months and instruments.

    Args:
        start: first simulated month.
        months: horizon T.
        source: the phases, with the dates that hold now.
        may_ask: bool [4, M], what is asked at some time or could be if a trigger fired, by roll-out class.
        instruments: M instruments that some phase asks for, by name.
        phases: those that ask for something, in the order of their content.
        spans: the different sets of phases in force.
        span_of: int64 [T + 1], place in ``spans`` by month; index 0 is the opening state.
        desired: float64 [T + 1, 4, M], intensity asked by month, roll-out class and instrument.
        active_months: int64 [T + 1, 4, M], months in force so far, this one included.
    """

    start: Month
    months: int
    source: tuple[Phase, ...]
    may_ask: np.ndarray
    instruments: tuple[Instrument, ...]
    phases: tuple[PlannedPhase, ...]
    spans: tuple[Span, ...]
    span_of: np.ndarray
    desired: np.ndarray
    active_months: np.ndarray

    @classmethod
    def from_scenario(
        cls, scenario: Scenario, instruments: Mapping[str, Instrument], fired: Sequence[int] = ()
    ) -> Strategy:
        """Resolve a scenario's phases.

        Args:
            scenario: start, horizon, phases and triggers are read.
            instruments: the known ones, by name.
            fired: for each trigger the month of the run in which it fired, 0 where it has not; empty: none has.

        Raises:
            InputError: a phase asks for an unknown instrument.
        """
        declared = (*scenario.phases, *scenario.reserves)
        for phase in declared:
            for name in phase.instruments:
                if name not in instruments:
                    raise InputError(
                        "policy_instrument_unknown",
                        key=f"phase.{phase.name}.instruments.{name}",
                        phase=phase.name,
                        name=name,
                        nearest=nearest(name, instruments),
                        accepted=list(instruments),
                    )
        asked = {name for phase in declared for name, u in phase.instruments.items() if u > 0.0}
        chosen = [instruments[name] for name in sorted(asked)]
        may_ask = None
        if scenario.triggers:  # any phase may come at any time, so the columns must not depend on what has fired
            may_ask = np.any([_covered(phase)[:, None] & (_row(phase, sorted(asked)) > 0.0) for phase in declared], 0)
        return cls._planned(scenario.start, scenario.months, phases_now(scenario, fired), chosen, may_ask)

    def only(self, names: Iterable[str]) -> Strategy:
        """Return the strategy as if it had never asked for any other instrument.

        Args:
            names: instruments to keep.
        """
        kept = set(names)
        chosen = [instrument for instrument in self.instruments if instrument.name in kept]
        columns = [instrument.name in kept for instrument in self.instruments]
        return self._planned(self.start, self.months, self.source, chosen, self.may_ask[:, columns])

    @classmethod
    def _planned(
        cls,
        start: Month,
        months: int,
        source: tuple[Phase, ...],
        instruments: Sequence[Instrument],
        may_ask: np.ndarray | None,
    ) -> Strategy:
        names = [instrument.name for instrument in instruments]
        planned = [_planned_phase(phase, start, months, names) for phase in source]
        phases = tuple(sorted((phase for phase in planned if phase is not None), key=_content))
        in_force = [_in_force(phases, month) for month in range(months + 1)]
        kinds = tuple(dict.fromkeys(in_force))
        spans = tuple(_span(phases, kind, len(names)) for kind in kinds)
        span_of = np.array([kinds.index(kind) for kind in in_force], dtype=np.int64)
        desired = np.stack([span.total for span in spans])[span_of]
        active = np.cumsum(desired > 0.0, axis=0, dtype=np.int64)
        may_ask = np.any(desired > 0.0, axis=0) if may_ask is None else may_ask
        return cls(start, months, source, may_ask, tuple(instruments), phases, spans, span_of, desired, active)

    def wanted(self, month: int) -> dict[str, dict[str, float]]:
        """Return the intensities asked in a month: roll-out class -> instrument -> intensity above 0.

        Args:
            month: month of the run, from 1.
        """
        table = self.desired[month]
        return {
            label: {i.name: float(table[row, col]) for col, i in enumerate(self.instruments) if table[row, col] > 0}
            for row, label in enumerate(ROLLOUTS)
        }


def _planned_phase(phase: Phase, start: Month, months: int, names: Sequence[str]) -> PlannedPhase | None:
    """Put a phase on the run's calendar; None where it never asks for anything."""
    first, last = max(phase.start - start + 1, 1), min(phase.end - start + 1, months)
    row = _row(phase, names)
    if first > last or not (row > 0.0).any():
        return None
    elapsed = np.zeros(months + 1, dtype=np.int64)
    for month in range(first, last + 1):
        january = (start + (month - 1)).month == 1
        elapsed[month] = 1 if january or month == first else elapsed[month - 1] + 1
    budget = None if phase.budget is None else round(phase.budget * 100)
    start_budget = 0 if phase.start_budget is None else round(phase.start_budget * 100)
    joined = tuple(max(phase.joins(label) - start + 1, first) for label in ROLLOUTS)
    intensity = np.where(_covered(phase)[:, None], row, 0.0)
    return PlannedPhase(phase.name, first, last, intensity, budget, start_budget, joined, elapsed)


def _row(phase: Phase, names: Sequence[str]) -> np.ndarray:
    return np.array([phase.instruments.get(name, 0.0) for name in names], dtype=np.float64)


def _covered(phase: Phase) -> np.ndarray:
    return np.array([phase.covers(label) for label in ROLLOUTS])


def _content(phase: PlannedPhase) -> tuple[object, ...]:
    """Order phases by what they do; the name counts only between two that do the same."""
    budget = math.inf if phase.budget is None else phase.budget
    more = (phase.start_budget, phase.joined)
    return (phase.first, phase.last, budget, phase.intensity.ravel().tolist(), more, phase.name)


def _in_force(phases: Sequence[PlannedPhase], month: int) -> tuple[tuple[int, tuple[bool, ...]], ...]:
    """Places of the phases in force, each with the classes that have joined."""
    return tuple(
        (place, tuple(joined <= month for joined in phase.joined))
        for place, phase in enumerate(phases)
        if phase.first <= month <= phase.last
    )


def _span(phases: Sequence[PlannedPhase], in_force: tuple[tuple[int, tuple[bool, ...]], ...], width: int) -> Span:
    """Add up what the phases in force ask for, never more than 1, and divide it among them."""
    shape = (len(ROLLOUTS), width)
    asked = np.zeros((len(in_force), *shape))
    for order, (place, joined) in enumerate(in_force):
        asked[order] = np.where(np.array(joined)[:, None], phases[place].intensity, 0.0)
    # fsum rounds once, so the sum does not depend on the order of the phases.
    total = np.array([[math.fsum(asked[:, row, col]) for col in range(width)] for row in range(shape[0])])
    total = total.reshape(shape)
    parts = asked / np.maximum(total, 1.0)
    running = np.add.accumulate(asked, axis=0)
    last = running[-1:] if in_force else np.ones((1, *shape))
    upto = np.where(last > 0.0, running / np.where(last > 0.0, last, 1.0), 1.0)
    return Span(tuple(place for place, _ in in_force), parts, np.minimum(total, 1.0), upto)
