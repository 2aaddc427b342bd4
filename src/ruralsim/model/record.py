"""What a run leaves behind: plain arrays by month and village, to be written as tables by the view."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from ruralsim.model.books_loop import OUTCOMES
from ruralsim.state.flows import DRIVERS, FLOWS, SECTORS


@dataclass
class Record:
    """Recorded arrays of one run of T months, V villages.

    Args:
        outcomes: float64 [T + 1, V, len(OUTCOMES)]; month 0 is the start.
        money: int64 fen [T, V, F].
        balances: int64 fen [T + 1, V, 5]; government and outside: the village's own part of flows since the start.
        momentum: float64 [T, V, D].
        county: int64 fen [T], county revenue.
        indicators: (month, float64 [V, n, 3]) true, reported, target, each quarter.
        policy: (month, asked, intensity, cost fen [V, M]) where anything was asked.
        binding: (month, phase, running share, once share).
        fired: (month, trigger, reported reading, true reading) of its signpost; reported is None where nobody reports.
    """

    outcomes: np.ndarray
    money: np.ndarray
    balances: np.ndarray
    momentum: np.ndarray
    county: np.ndarray
    indicators: list[tuple[int, np.ndarray]] = field(default_factory=list)
    policy: list[tuple[int, np.ndarray, np.ndarray, np.ndarray]] = field(default_factory=list)
    binding: list[tuple[int, str, float, float]] = field(default_factory=list)
    fired: list[tuple[int, str, float | None, float | None]] = field(default_factory=list)
    money_residual: int = 0
    momentum_residual: float = 0.0

    @classmethod
    def blank(cls, months: int, villages: int) -> Record:
        """An empty record for a horizon."""
        return cls(
            outcomes=np.full((months + 1, villages, len(OUTCOMES)), np.nan),
            money=np.zeros((months, villages, len(FLOWS)), np.int64),
            balances=np.zeros((months + 1, villages, len(SECTORS)), np.int64),
            momentum=np.zeros((months, villages, len(DRIVERS))),
            county=np.zeros(months, np.int64),
        )
