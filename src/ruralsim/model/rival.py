"""Rivals of the pivot: what else the same money could do, as data that a run is given.

A rival run is yoked to a reference run under the same luck: what the collective distributed there, village by village
and December by December (dividends and the village-affairs fund; for the private employer the monthly wages), is
delivered here by another way, to the fen. The rival run's own collective hands over what it would have distributed
itself; whatever that is more or less than the reference's sum the government (or the private employer) takes or adds,
and the ledger shows it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from ruralsim.state.flows import FLOW_INDEX

CHANNELS_OF_PIVOT = ("dividends", "affairs", "jobs", "belonging")
RIVALS = ("transfer", "service", "reinvestment", "private_employer")
#: what the collective distributes and a rival gets
CONTESTED: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        **dict.fromkeys(RIVALS[:3], ("dividends", "affairs_fund")),
        "private_employer": ("collective_wages",),
    }
)
#: the flow by which each rival delivers it
DELIVERED_BY: Mapping[str, str] = MappingProxyType(
    {
        "transfer": "household_transfer",
        "service": "operating_transfer",
        "reinvestment": "grant_in_kind",
        "private_employer": "private_wages",
    }
)


@dataclass(frozen=True, eq=False)
class Rival:
    """What a rival run is given.

    Args:
        name: one of :data:`RIVALS`.
        cut: pivot channels that reach nobody.
        payments: int64 fen [T, V], delivered month by month; villages in the order of the reference run.
    """

    name: str
    cut: tuple[str, ...]
    payments: np.ndarray

    @property
    def kind(self) -> str:
        """Payment by which the money is delivered."""
        return DELIVERED_BY[self.name]

    @property
    def redirected(self) -> bool:
        """Whether December's dividends and village-affairs fund are handed over."""
        return self.name != "private_employer"

    @property
    def contracted(self) -> bool:
        """Whether a private employer has the collective's jobs."""
        return self.name == "private_employer"


def rival_of(name: str, money: np.ndarray, first_month: int) -> Rival:
    """The rival run that delivers what a reference run distributed.

    The transfer and the investment come in December, as the collective's own distribution does. Public services get
    the same year's sum in equal monthly parts (a budget is spent through its year; the first months take the fen that
    are left over). Wages are paid in the month in which the reference paid them.

    Args:
        name: one of :data:`RIVALS`.
        money: int64 fen [T, V, F], the ledger of the reference run.
        first_month: calendar month (1 to 12) of the first simulated month.
    """
    contested = sum(money[:, :, FLOW_INDEX[flow]] for flow in CONTESTED[name])
    payments = np.asarray(contested, np.int64)
    if name == "service":
        payments = _through_the_year(payments, first_month)
    return rival_paying(name, payments)


def rival_paying(name: str, payments: np.ndarray) -> Rival:
    """The rival of a name that delivers given payments, int64 fen [T, V]."""
    return Rival(name, CHANNELS_OF_PIVOT if name != "private_employer" else ("jobs",), payments)


def _through_the_year(yearly: np.ndarray, first_month: int) -> np.ndarray:
    """Spread what falls due in each December over the simulated months of the same calendar year."""
    spread = np.zeros_like(yearly)
    begin = 0
    for month in range(len(yearly)):
        if (first_month - 1 + month) % 12 != 11:
            continue
        months = month + 1 - begin
        each, left = np.divmod(yearly[begin : month + 1].sum(axis=0), months)
        spread[begin : month + 1] = each + (np.arange(months)[:, None] < left)
        begin = month + 1
    return spread
