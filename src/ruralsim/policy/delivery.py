"""What policy delivered in a month: intensities, payments, levers, and the budgets that bound."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np

from ruralsim.policy.flatten import NO_EFFECTS, CostTable, EffectsNow, levers_of
from ruralsim.policy.instruments import COST_KINDS


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
class Paid:
    """What was paid in a month, V villages, M instruments. Months in which the same is paid share one.

    Args:
        shape: (V, M).
        tables: (table, int64 fen [V, E]), what was paid on each of a table's costs.
    """

    shape: tuple[int, int]
    tables: tuple[tuple[CostTable, np.ndarray], ...]

    @cached_property
    def by_kind(self) -> dict[str, np.ndarray]:
        """Kind of cost -> int64 fen [V, M]; all four kinds are there."""
        tables = {kind: np.zeros(self.shape, dtype=np.int64) for kind in COST_KINDS}
        for table, paid in self.tables:
            table.book(paid, tables)
        return tables

    @cached_property
    def by_instrument(self) -> np.ndarray:
        """int64 fen [V, M], what each instrument was paid; not to be written to."""
        cost = np.zeros(self.shape, dtype=np.int64)
        for table, paid in self.tables:
            table.add_by_instrument(paid, cost)
        cost.flags.writeable = False
        return cost

    @cached_property
    def by_village(self) -> np.ndarray:
        """int64 fen [V, 4], what each village was paid by kind of cost; not to be written to."""
        totals = np.zeros((self.shape[0], len(COST_KINDS)), dtype=np.int64)
        for table, paid in self.tables:
            table.add_by_kind(paid, totals)
        totals.flags.writeable = False
        return totals


@dataclass(frozen=True, eq=False)
class Delivery:
    """What policy delivered in a month, V villages, M instruments.

    Args:
        asked: float64 [V, M], intensity asked; 0 where not eligible.
        intensity: float64 [V, M], intensity delivered, at most what was asked.
        rollout: int64 [V], roll-out class of each village.
        effects: what the levers are made of.
        mean_governance_intensity: float64 [V], mean delivered intensity of the governance instruments, each counting
            by what was asked of it (so that one asked for at a hair's breadth counts by a hair's breadth); 0 where
            none is asked.
        binding: budgets that bound.
        paid: what it cost.
    """

    asked: np.ndarray
    intensity: np.ndarray
    rollout: np.ndarray
    effects: EffectsNow
    mean_governance_intensity: np.ndarray
    binding: tuple[Binding, ...]
    paid: Paid

    def levers(self, practice_yield: np.ndarray) -> np.ndarray:
        """Return the levers of every village, structured [V] of ``levers.LEVER_DTYPE``; a county adds what works by
        the place.

        Args:
            practice_yield: E_κ, the yield of governance instruments, [V].
        """
        return levers_of(self.effects, self.rollout, practice_yield)


def nothing_delivered(rollout: np.ndarray, instruments: int) -> Delivery:
    """Return a month without policy for villages and M instruments; shared, hence not to be written to."""
    zero = np.zeros((len(rollout), instruments))
    mean = np.zeros(len(rollout))
    for array in (zero, mean):
        array.flags.writeable = False
    return Delivery(zero, zero, rollout, NO_EFFECTS, mean, (), Paid(zero.shape, ()))
