"""What became of the policy of a run: each instrument's dates, reach, cost and changes, and the budgets that bound."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np

from ruralsim.model.books_loop import OUTCOME_INDEX
from ruralsim.model.run import Replicate
from ruralsim.policy.instruments import Instrument
from ruralsim.policy.levers import LEVERS
from ruralsim.policy.library import library_of
from ruralsim.spec.scenario import Scenario

#: what a cost pays for, where it is more than running the instrument
_GIFTS = ("operating_transfer", "cash_grant", "grant_in_kind")


@dataclass(frozen=True)
class InstrumentReport:
    """An instrument over a run; numbers of replicates are averaged.

    Args:
        instrument: its name.
        asked_from, asked_to: first and last month in which a phase asked for it in some eligible village; None: never.
        months: how many months something of it was delivered somewhere.
        villages, adults: reached at any time, and their registered adults at the end.
        cost: yuan in all.
        asked, delivered: mean intensity where asked.
        changed: what it moved: lever (or kind of payment), mean size where delivered, unit.
        dates: first and last month of its phases, whether or not the run reached them.
        why_nothing: for one that changed nothing: ``later`` (its phases start after the run), ``nobody`` (no village
            is eligible), ``no_money`` (nothing was delivered), ``no_effect`` (delivered, but it moves nothing).
    """

    instrument: str
    asked_from: str | None
    asked_to: str | None
    months: float
    villages: float
    adults: float
    cost: float
    asked: float
    delivered: float
    changed: tuple[Mapping[str, Any], ...]
    dates: tuple[str, str]
    why_nothing: str | None


@dataclass(frozen=True)
class BudgetReport:
    """A phase's budget that bound.

    Args:
        phase: its name.
        first, last: first and last month in which it bound.
        months: how many months it bound.
        running_share: mean share of running costs that could be paid in those months.
        once_share: mean share in those months of what is paid once that was in place; None: nothing was asked.
    """

    phase: str
    first: str
    last: str
    months: float
    running_share: float
    once_share: float | None


@dataclass
class PolicyTally:
    """Gathers the policy of replicate after replicate, keeping sums only."""

    scenario: Scenario
    replicates: int = 0
    _sums: dict[str, dict[str, float]] = field(default_factory=lambda: defaultdict(lambda: defaultdict(float)))
    _dates: dict[str, list[int]] = field(default_factory=dict)
    _bound: dict[str, dict[str, float]] = field(default_factory=lambda: defaultdict(lambda: defaultdict(float)))
    _bound_dates: dict[str, list[int]] = field(default_factory=dict)

    def add(self, one: Replicate) -> None:
        """Add a replicate."""
        self.replicates += 1
        known = library_of(self.scenario).instruments
        villages, width = len(one.names), len(one.instruments)
        reached = np.zeros((villages, width), np.bool_)
        for month, asked, delivered, cost in one.record.policy:
            on = (asked > 0.0).sum(axis=0)
            got = (delivered > 0.0).sum(axis=0)
            reached |= delivered > 0.0
            for k in np.flatnonzero(on).tolist():
                name = one.instruments[k]
                sums = self._sums[name]
                sums["cells"] += int(on[k])
                sums["asked"] += asked[:, k].sum()
                sums["delivered"] += delivered[:, k].sum()
                sums["effect"] += _saturated(known[name], delivered[:, k]).sum()
                sums["got"] += int(got[k])
                sums["months"] += int(got[k] > 0)
                sums["cost"] += cost[:, k].sum() / 100.0
                _widen(self._dates, name, month)
        heads = one.record.outcomes[-1, :, OUTCOME_INDEX["registered"]]
        for k, name in enumerate(one.instruments):
            self._sums[name]["villages"] += int(reached[:, k].sum())
            self._sums[name]["adults"] += float(heads[reached[:, k]].sum())
        self._add_budgets(one, known)

    def _add_budgets(self, one: Replicate, known: Mapping[str, Instrument]) -> None:
        delivery = {month: (asked, delivered) for month, asked, delivered, _ in one.record.policy}
        paid_once = [k for k, name in enumerate(one.instruments) if any(c.every == "once" for c in known[name].costs)]
        for month, phase, share, _ in one.record.binding:
            asked, delivered = (table[:, paid_once].sum() for table in delivery[month])
            sums = self._bound[phase]
            sums["months"] += 1
            sums["running"] += share
            sums["once_asked"] += asked
            sums["once_delivered"] += delivered
            _widen(self._bound_dates, phase, month)

    def instruments(self) -> list[InstrumentReport]:
        """Every instrument that a phase names, in the order of the phases."""
        names = list(dict.fromkeys(name for phase in self.scenario.phases for name in phase.instruments))
        return [self._report(name) for name in names]

    def _report(self, name: str) -> InstrumentReport:
        sums, n = self._sums.get(name, defaultdict(float)), max(1, self.replicates)
        cells = max(1.0, sums["cells"])
        first, last = self._dates.get(name, [0, 0])
        phases = [phase for phase in self.scenario.phases if name in phase.instruments]
        start, end = min(phase.start for phase in phases), max(phase.end for phase in phases)
        changed = _changed(library_of(self.scenario).instruments[name], sums["effect"] / max(1.0, sums["got"]), sums["cost"])
        why = None
        if not changed:
            why = "no_effect" if sums["delivered"] > 0.0 else "no_money"
            if not first:
                why = "later" if start > self.scenario.end else "nobody"
        return InstrumentReport(
            instrument=name,
            asked_from=self._date(first) if first else None,
            asked_to=self._date(last) if last else None,
            months=sums["months"] / n,
            villages=sums["villages"] / n,
            adults=sums["adults"] / n,
            cost=round(sums["cost"] / n, 2),
            asked=sums["asked"] / cells,
            delivered=sums["delivered"] / cells,
            changed=changed,
            dates=(str(start), str(end)),
            why_nothing=why,
        )

    def budgets(self) -> list[BudgetReport]:
        """Budgets that bound, in the order of the phases."""
        found = []
        for phase in dict.fromkeys(phase.name for phase in self.scenario.phases):
            if phase not in self._bound_dates:
                continue
            sums = self._bound[phase]
            first, last = self._bound_dates[phase]
            once = sums["once_delivered"] / sums["once_asked"] if sums["once_asked"] > 0.0 else None
            months = sums["months"]
            found.append(
                BudgetReport(
                    phase, self._date(first), self._date(last), months / self.replicates, sums["running"] / months, once
                )
            )
        return found

    def _date(self, month: int) -> str:
        return str(self.scenario.start + (month - 1))

    def as_json(self) -> dict[str, Any]:
        """Both lists as plain dictionaries, for ``run.json``."""
        return {
            "instruments": [asdict(one) for one in self.instruments()],
            "budgets_that_bound": [asdict(one) for one in self.budgets()],
        }


def _widen(dates: dict[str, list[int]], name: str, month: int) -> None:
    known: Sequence[int] = dates.get(name, (month, month))
    dates[name] = [min(known[0], month), max(known[1], month)]


def _saturated(instrument: Instrument, intensity: np.ndarray) -> np.ndarray:
    """Share of the full effect at an intensity: ``(1 + s)·u/(u + s)``, or u where there is no half-point s."""
    half = instrument.saturation
    found: np.ndarray = intensity if half is None else (1.0 + half) * intensity / (intensity + half)
    return found


def _changed(instrument: Instrument, effect: float, cost: float) -> tuple[Mapping[str, Any], ...]:
    """What an instrument moved, at the mean of its effect where it was delivered and before know-how tells."""
    units = {lever.name: lever.unit for lever in LEVERS}
    moved: list[Mapping[str, Any]] = [
        {"what": one.lever, "amount": one.amount * effect, "unit": units[one.lever]}
        for one in instrument.effects
        if one.amount * effect != 0.0
    ]
    if instrument.saves is not None and instrument.saves.amount * effect != 0.0:
        moved.append({"what": instrument.saves.lever, "amount": instrument.saves.amount * effect, "unit": "share"})
    if cost > 0.0:
        gifts = [one for one in instrument.costs if one.kind in _GIFTS and one.amount > 0.0]
        moved += [{"what": one.kind, "amount": one.amount, "unit": f"yuan/{one.per}/{one.every}"} for one in gifts]
    return tuple(moved)
