"""What policy delivered in a month: intensities, payments, levers, and the budgets that bound."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

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
        payments: kind of cost -> int64 fen [V, M]; all four kinds are there.
        cost_fen: int64 [V, M], sum of the payments.
        levers: structured [V] of ``levers.LEVER_DTYPE``.
        mean_governance_intensity: float64 [V], mean delivered intensity of the governance instruments, each counting
            by what was asked of it (so that one asked for at a hair's breadth counts by a hair's breadth); 0 where
            none is asked.
        binding: budgets that bound.
    """

    asked: np.ndarray
    intensity: np.ndarray
    payments: dict[str, np.ndarray]
    cost_fen: np.ndarray
    levers: np.ndarray
    mean_governance_intensity: np.ndarray
    binding: tuple[Binding, ...]


def nothing_delivered(villages: int, instruments: int) -> Delivery:
    """Return a month without policy for V villages and M instruments; shared, hence not to be written to."""
    zero = np.zeros((villages, instruments))
    fen = np.zeros((villages, instruments), dtype=np.int64)
    levers = no_policy(villages)
    mean = np.zeros(villages)
    for array in (zero, fen, levers, mean):
        array.flags.writeable = False
    return Delivery(zero, zero, dict.fromkeys(COST_KINDS, fen), fen, levers, mean, ())
