"""The county: all state of a run, built from a scenario, advanced month by month.

A month is the county step (``county_step``), then the villages' month. The latter is compiled
(``model/month.py``) or agent by agent (``windows``); both work on the same arrays. Nothing here is shared between two
counties.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache

import numpy as np

from ruralsim.base.calendar import Month
from ruralsim.base.numbers import fen
from ruralsim.institutions.assessment import TARGET_NONE
from ruralsim.institutions.county import set_targets
from ruralsim.model import audit, first_start
from ruralsim.model.appraisal import items_in_force, set_by_townships
from ruralsim.model.books_loop import OUTCOMES
from ruralsim.model.county_step import offfarm_share, prepare_villages, step_county
from ruralsim.model.hall import Hall
from ruralsim.model.office_loop import OBSERVABLE_COUNT
from ruralsim.model.opening import open_county, village_tables
from ruralsim.model.outlook import foresee
from ruralsim.model.record import Record
from ruralsim.model.rival import Rival
from ruralsim.model.rows import capacity_for, empty_cadres, empty_people, make_room
from ruralsim.model.village_plans import VillagePlan, plan_villages
from ruralsim.policy.instruments import Instrument
from ruralsim.policy.levers import no_policy
from ruralsim.policy.library import library_of
from ruralsim.policy.programme import Programme
from ruralsim.policy.regimes import resolve_regime
from ruralsim.policy.strategy import Strategy
from ruralsim.spec.parameters import load_parameters
from ruralsim.spec.scenario import Scenario
from ruralsim.state.columns import ROLLOUT
from ruralsim.state.flows import DRIVERS, FLOWS
from ruralsim.state.inputs import (
    CHANGE,
    CHANGES,
    PAYMENTS,
    PROCESS_BIT,
    REGIME_DTYPE,
    REPORT_DTYPE,
    RIVAL_PAYMENTS,
    SETTING_DTYPE,
    Fields,
)

#: rows that take long enough to be a task of their own
ROWS_WORTH_A_TASK = 20_000


@cache
def record_type(names: tuple[str, ...]) -> np.dtype:
    """One type for all runs: compiled code is found by the type of its arguments, the same object at once, an equal one
    only after it was compared name by name."""
    return np.dtype([(name, "f8") for name in names])


def parameter_record(scenario: Scenario, values: Mapping[str, float] | None = None) -> np.ndarray:
    """The parameters as one numeric record: defaults, the scenario's overrides, then ``values`` (a draw)."""
    known = load_parameters()
    record = np.zeros(1, record_type(tuple(known)))
    for name, parameter in known.items():
        record[0][name] = parameter.value
    for override in scenario.parameters:
        record[0][override.name] = override.value
    if scenario.place.persons_per_adult is not None:
        record[0]["persons_per_adult"] = scenario.place.persons_per_adult
    for name, value in (values or {}).items():
        record[0][name] = value
    return record


class County:
    """A county in a month. Build it with :meth:`build`; :meth:`advance` moves it on.

    Attributes (arrays are the state itself, not copies):
        villagers, cadres [V, 7], enterprises, villages: structured arrays (``state/columns.py``).
        ties: uint16 [rows, 8]; pooling: float64 [rows, 11].
        start, stop: int64 [V], rows of each village.
        items [n], reports [V, n]: indicators in force and what was reported last.
        month: months done; record: what has been recorded.
    """

    def __init__(self, scenario: Scenario, seed: int, parameters: np.ndarray) -> None:
        """Empty shell; use :meth:`build`."""
        self.scenario = scenario
        self.seed = seed
        self.parameters = parameters
        self.fields = Fields(parameters[0])  # the same as plain attributes; a run's parameters never change
        self.month = 0
        self.names: tuple[str, ...] = ()
        self.cut_channels: tuple[str, ...] = ()
        self.rival: Rival | None = None
        self.mixing = 0.0
        self.start: np.ndarray
        self.stop: np.ndarray
        self.villages: np.ndarray
        self.enterprises: np.ndarray
        self._villagers: np.ndarray
        self._hall: Hall | None = None
        self.ties: np.ndarray
        self.pooling: np.ndarray
        self.cadres: np.ndarray
        self.items: np.ndarray
        self.reports: np.ndarray
        self.record: Record
        self.recording = True

    # ------------------------------------------------------------------ building

    @classmethod
    def build(
        cls,
        scenario: Scenario,
        seed: int = 1,
        values: Mapping[str, float] | None = None,
        *,
        cut: Iterable[str] = (),
        rival: Rival | None = None,
        mixing: float = 0.0,
        record: bool = True,
        instruments: Mapping[str, Instrument] | None = None,
    ) -> County:
        """Build a county before its first month.

        Args:
            scenario: resolved scenario.
            seed: 0 … 2³² − 1.
            values: parameters to set for this run (a draw), by name.
            cut: pivot channels that reach nobody in this run (``CHANNELS_OF_PIVOT``); the money still moves.
            rival: equal money by another way; its channels are cut besides.
            mixing: weight, 0 to 1, of the village's means in what a villager sees of neighbours (a limit of theory).
            record: keep the monthly arrays (a benchmark may do without).
            instruments: what the scenario's instruments do and cost in this run (a draw of their effects); None means
                what their files say.
        """
        first_start.compile_beside()
        self = cls(scenario, seed, parameter_record(scenario, values))
        p = self.parameters[0]
        plans = plan_villages(scenario, seed, self.fields)
        self.names = tuple(plan.name for plan in plans)
        self.rival, self.mixing = rival, mixing
        self.cut_channels = (*cut, *(rival.cut if rival is not None else ()))
        mediators = scenario.place.mediators_per_1000
        mediators = float(p["mediators"]) if mediators is None else mediators
        self.villages, self.enterprises = village_tables(plans, seed, mediators, self.fields)
        sizes = np.array([capacity_for(plan.adults, scenario.months, self.fields) for plan in plans], np.int64)
        self.stop = np.cumsum(sizes)
        self.start = self.stop - sizes
        self.villagers, self.ties, self.pooling = empty_people(int(sizes.sum()))
        self.cadres = empty_cadres(len(plans))
        self._scratch()
        self._open(plans)
        self._bring_in_policy(instruments)
        self._first_targets()
        self.record = Record.blank(scenario.months if record else 0, len(plans))
        self.recording = record
        self._record_state(0)
        return self

    def _scratch(self) -> None:
        villages = len(self.villages)
        self.changes = np.zeros((villages, len(CHANGES)), np.float64)
        self.ledger = np.zeros((villages, len(FLOWS)), np.int64)
        self.vouchers = np.zeros((villages, len(FLOWS)), np.int64)
        self.momentum = np.zeros((villages, len(DRIVERS)), np.float64)
        self.outcomes = np.zeros((villages, len(OUTCOMES)), np.float64)
        self.observed = np.zeros((villages, OBSERVABLE_COUNT), np.float64)
        self.settings = np.zeros(villages, SETTING_DTYPE)
        self.payments = np.zeros((villages, len(PAYMENTS) + len(RIVAL_PAYMENTS)), np.int64)
        self.intensity = np.zeros(villages, np.float64)
        self.levers = no_policy(villages)
        self.demonstration = np.flatnonzero(self.villages["rollout"] == ROLLOUT.index("demonstration"))
        self.regime = np.zeros(1, REGIME_DTYPE)
        self.outlook = foresee(self.scenario, self.fields, self.cut_channels, self.rival, self.mixing)

    def _bring_in_policy(self, instruments: Mapping[str, Instrument] | None = None) -> None:
        """Strategy, regime and framework of the scenario as arrays."""
        scenario = self.scenario
        library = library_of(scenario)
        self._instruments = instruments or library.instruments
        self._fired = (0,) * len(scenario.triggers)
        self.programme = self._programme()
        self.strategy_state = self.programme.new_state()
        if scenario.triggers:
            self.strategy_state["fired"] = np.zeros(len(scenario.triggers), np.int64)
        self.regime_numbers = resolve_regime(scenario.regime)
        self.framework, self.items = items_in_force(
            scenario, library.frameworks, self.regime_numbers, self.parameters[0]
        )
        self.reports = np.zeros((len(self.villages), len(self.items)), REPORT_DTYPE)

    def _programme(self) -> Programme:
        """The plan among the villages, with the dates that hold now."""
        strategy = Strategy.from_scenario(self.scenario, self._instruments, self._fired)
        return Programme.among(strategy, self.villages["endowment"], self.enterprises["form"], self.villages["rollout"])

    def _open(self, plans: list[VillagePlan]) -> None:
        """Month 0: people move in, land is pooled once, the books open, everything is observed."""
        self.revenue_index = 1.0
        self.base_share = 0.0
        prepare_villages(self, 0)
        open_county(
            0,
            len(plans),
            self.seed,
            self.start,
            self.stop,
            np.array([plan.adults for plan in plans], np.int64),
            np.array([plan.income for plan in plans], np.float64),
            self.villages,
            self.enterprises,
            self.villagers,
            self.ties,
            self.pooling,
            self.cadres,
            self.observed,
            self.levers,
            self.settings,
            self.parameters,
            self.momentum,
            self.changes,
            self.outcomes,
        )
        self.momentum[:] = 0.0
        self.changes[:] = 0.0
        self.base_share = offfarm_share(self)

    def _first_targets(self) -> None:
        """Targets of the first year: set from the opening observation as if it had been reported truly."""
        self.reports["true"] = self.observed[:, self.items["observable"]]
        self.reports["reported"] = self.reports["true"]
        self.reports["target"] = -1.0
        if self.regime_numbers.target_rule != TARGET_NONE:
            set_by_townships(self, set_targets, 0.0, opening=True)

    # ------------------------------------------------------------------ the people

    @property
    def villagers(self) -> np.ndarray:
        """Everybody's row, up to date: who has kept a seat between two months of a run stands up first."""
        if self._hall is not None:
            self._hall.stand_up(self._villagers, self.villages["people"])
        return self._villagers

    @villagers.setter
    def villagers(self, rows: np.ndarray) -> None:
        self._villagers, self._hall = rows, None

    def _seats(self) -> Hall:
        """The hall for the rows as they lie now."""
        if self._hall is None or self._hall.start is not self.start:
            self._hall = Hall(self.start, self.stop)
        return self._hall

    # ------------------------------------------------------------------ the calendar

    @property
    def start_month(self) -> Month:
        """First simulated month."""
        return self.scenario.start

    def calendar(self, month: int) -> Month:
        """Calendar month of the run's month t (1 is the first)."""
        dates = self.outlook.dates
        return dates[month] if 0 <= month < len(dates) else self.scenario.start + (month - 1)

    # ------------------------------------------------------------------ the plan

    def follow_triggers(self) -> None:
        """Give the plan the dates that follow from the triggers which have fired."""
        if self.scenario.triggers:
            self._fired = tuple(self.strategy_state["fired"].tolist())
            self.programme = self._programme()

    #: whether the county step and the audit are compiled; their Python text where agents run the month
    compiled = True

    #: how targets are set: the compiled process, or its Python text where agents run the month
    targets_step: Callable[..., None] = staticmethod(set_targets)

    # ------------------------------------------------------------------ the month

    def advance(
        self,
        months: int | None = None,
        *,
        threads: int = 1,
        frozen: Iterable[str] = (),
        progress: Callable[[int, int], None] | None = None,
    ) -> County:
        """Move on by some months (default: to the end of the scenario), compiled.

        Args:
            months: how many; at most what the horizon leaves.
            threads: workers over villages; no number changes with it.
            frozen: names of processes to leave out (``state/inputs.py``), for tests of what each does. The momentum
                audit is then left out, because a frozen process no longer explains what others change.
            progress: called after each month with (months done, months in all).

        Raises:
            BooksBroken: a ledger does not explain what happened.
        """
        left = self.scenario.months - self.month
        months = left if months is None else min(months, left)
        bits = sum(PROCESS_BIT[name] for name in frozen)
        chunks = self._chunks(threads)
        others = min(threads, len(chunks)) - 1  # threads beside this one
        pool = None
        if others > 0:
            from concurrent.futures import ThreadPoolExecutor

            pool = ThreadPoolExecutor(others)
        try:
            for k in range(months):
                self.begin_month(carried=k > 0)
                self._seats()
                goes_on, queue = k + 1 < months, iter(chunks)
                if pool is None:
                    self._work_off(queue, bits, goes_on)
                else:
                    helpers = [pool.submit(self._work_off, queue, bits, goes_on) for _ in range(others)]
                    self._work_off(queue, bits, goes_on)
                    for helper in helpers:
                        helper.result()
                self.end_month(check_momentum=bits == 0)
                if progress is not None:
                    progress(self.month, self.scenario.months)
        finally:
            if pool is not None:
                pool.shutdown()
        return self

    def _work_off(self, queue: Iterator[tuple[int, int]], bits: int, goes_on: bool) -> None:
        """Do what is left in a queue of runs of villages, which any number of threads may share."""
        for first, last in queue:
            self._village_months(first, last, bits, goes_on)

    def _chunks(self, threads: int) -> list[tuple[int, int]]:
        """Runs of villages of about equal rows: one a thread, and up to six where each is still worth handing over."""
        rows = int(self.stop[-1])
        parts = min(len(self.villages), max(threads, min(threads * 6, rows // ROWS_WORTH_A_TASK)))
        if threads <= 1 or parts <= 1:
            return [(0, len(self.villages))]
        goals = np.linspace(0, float(self.stop[-1]), parts + 1)[1:]
        edges = np.searchsorted(self.stop, goals, side="left") + 1
        edges[-1] = len(self.villages)
        edges = np.unique(np.minimum(edges, len(self.villages)))
        return [(int(a), int(b)) for a, b in zip([0, *edges[:-1]], edges, strict=True) if b > a]

    def begin_month(self, *, carried: bool = False) -> None:
        """Turn the page: blank ledgers, room for newcomers, the county step.

        Args:
            carried: nobody has touched the state since :meth:`end_month`, whose closing picture is taken over.
        """
        month = self.month + 1
        if self.calendar(month).month == 1 or month == 1:
            make_room(self)
        if not carried:
            self._before = self._picture(np.add.reduceat(self.villagers["wealth"], self.start))
        self.ledger[:] = 0
        self.vouchers[:] = 0
        self.momentum[:] = 0.0
        self.changes[:] = 0.0
        self.changes[:, CHANGE.household_cash] = -1.0
        self.revenue_index *= self.outlook.revenue_growth[month]
        step_county(self, month)

    def _village_months(self, first: int, last: int, bits: int, goes_on: bool = False) -> None:
        from ruralsim.model.month import advance  # only the compiled path; Mesa agents live the month without it

        first_start.wait_for_month()
        month, hall = self.month + 1, self._seats()
        advance(
            first,
            last,
            self.seed,
            month,
            self.calendar(month).month,
            self.start,
            self.stop,
            self.villages,
            self.enterprises,
            self._villagers,
            self.ties,
            self.pooling,
            hall.present,
            hall.desks,
            hall.seating,
            self.cadres,
            self.items,
            self.reports,
            self.observed,
            self.payments,
            self.intensity,
            self.levers,
            self.settings,
            self.regime,
            self.parameters,
            self.changes,
            self.ledger,
            self.vouchers,
            self.momentum,
            self.outcomes,
            bits,
            goes_on,
        )

    def end_month(self, *, check_momentum: bool = True) -> None:
        """Audit both ledgers against the state, record, and turn the month."""
        self.month += 1
        counted = self.changes[:, CHANGE.household_cash]
        if counted.min() >= 0.0:
            after = self._picture(counted.astype(np.int64))
        else:
            after = self._picture(np.add.reduceat(self.villagers["wealth"], self.start))
        residual = audit.check(
            self.names, self.calendar(self.month), self._before, after, self.ledger, self.vouchers,
            self.momentum, self.changes, self.parameters, not check_momentum, self.compiled,
        )  # fmt: skip
        self.record.momentum_residual = max(self.record.momentum_residual, residual)
        self._record_state(self.month, after.cash)
        self._before = after

    def cash(self) -> np.ndarray:
        """Cash of the five sectors by village, fen [V, 5], recomputed from the state."""
        return audit.cash_by_sector(self.villagers, self.start, self.villages, self.enterprises)

    def _picture(self, households: np.ndarray) -> audit.Picture:
        return audit.picture(self.villages, self.enterprises, households, self.parameters, self.compiled)

    def _record_state(self, month: int, cash: np.ndarray | None = None) -> None:
        if not self.recording:
            return
        self.record.outcomes[month] = self.outcomes
        self.record.balances[month] = self.cash() if cash is None else cash
        if month == 0:
            return
        self.record.money[month - 1] = self.ledger
        self.record.momentum[month - 1] = self.momentum
        heads = float(self.villages["registered"].sum())
        self.record.county[month - 1] = fen(self.fields.county_revenue * heads * self.revenue_index)
        if self.calendar(month).month % 3 == 0:
            values = np.stack([self.reports["true"], self.reports["reported"], self.reports["target"]], axis=2)
            self.record.indicators.append((month, values))
