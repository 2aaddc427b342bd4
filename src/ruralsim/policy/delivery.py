"""What policy delivered in a month: intensities, payments, levers, and the budgets that bound."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np

from ruralsim.policy.flatten import CostTable
from ruralsim.policy.instruments import COST_KINDS
from ruralsim.policy.levers import no_policy


class Binding(NamedTuple):
    """A budget that bound in a month.

    Args:
        phase: its name.
        share: share of the running costs, and of the intensities they pay for, that was delivered.
        once_share: share of the open debts for costs paid once that was paid.
    """

    phase: str
    share: float
    once_share: float


@dataclass(frozen=True, eq=False)
class Delivery:
    """What policy delivered in a month, V villages, M instruments.

    Args:
        asked: float64 [V, M], intensity asked; 0 where not eligible.
        intensity: float64 [V, M], intensity delivered, at most what was asked.
        levers: structured [V] of ``levers.LEVER_DTYPE``.
        mean_governance_intensity: float64 [V], mean delivered intensity of the governance instruments, each counting
            by what was asked of it (so that one asked for at a hair's breadth counts by a hair's breadth); 0 where
            none is asked.
        binding: budgets that bound.
        paid: (table, int64 fen [V, E]), what was paid on each of a table's costs.
    """

    asked: np.ndarray
    intensity: np.ndarray
    levers: np.ndarray
    mean_governance_intensity: np.ndarray
    binding: tuple[Binding, ...]
    paid: tuple[tuple[CostTable, np.ndarray], ...]

    @cached_property
    def payments(self) -> dict[str, np.ndarray]:
        """Kind of cost -> int64 fen [V, M]; all four kinds are there."""
        tables = {kind: np.zeros(self.asked.shape, dtype=np.int64) for kind in COST_KINDS}
        for table, paid in self.paid:
            table.book(paid, tables)
        return tables

    @cached_property
    def cost_fen(self) -> np.ndarray:
        """int64 fen [V, M], what each instrument was paid."""
        cost = np.zeros(self.asked.shape, dtype=np.int64)
        for table, paid in self.paid:
            table.add_by_instrument(paid, cost)
        return cost

    def village_payments(self) -> np.ndarray:
        """Return what each village was paid by kind of cost, int64 fen [V, 4]."""
        totals = np.zeros((len(self.asked), len(COST_KINDS)), dtype=np.int64)
        for table, paid in self.paid:
            table.add_by_kind(paid, totals)
        return totals


def nothing_delivered(villages: int, instruments: int) -> Delivery:
    """Return a month without policy for V villages and M instruments; shared, hence not to be written to."""
    zero = np.zeros((villages, instruments))
    levers = no_policy(villages)
    mean = np.zeros(villages)
    for array in (zero, levers, mean):
        array.flags.writeable = False
    return Delivery(zero, zero, levers, mean, (), ())
