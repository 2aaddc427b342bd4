"""What a month is given besides the state: the outside, the regime, the items of the framework, the reports.

Plain numeric records, frozen for a month, so that a compiled process reads them by name.
"""

from __future__ import annotations

from collections import namedtuple
from typing import TYPE_CHECKING, Any

import numpy as np

#: the outside and the county as a village sees them this month
SETTING_DTYPE = np.dtype(
    [
        (name, "f8")
        for name in (
            "outside_wage",  # yuan a month
            "local_wage",  # yuan a month
            "farm_price",  # index
            "yield_index",  # index
            "product_price",  # index
            "natural_shock",  # chance a month
            "wage_index",  # outside wage over its value at the start
            "farm_index",  # farm income over its value at the start, before prices and yields
            "pension_index",  # pensions and subsidies over their value at the start
            "property_index",  # other property income over its value at the start
            "job_growth",  # log of the county's off-farm jobs over those of the start
            "tightness",  # county's jobs over last month's workers
            "demo_practice",  # mean practice of demonstration villages
            "transfer",  # operating transfer, yuan a head and month
            "election",  # weight of need gained by a coming vote
            "election_now",  # 1 in the month of an election
            "years",  # years since the start
            "channel_dividends",  # 1, or 0 where the channel is cut: what is felt, never the payment
            "channel_affairs",
            "channel_jobs",
            "channel_belonging",
            "devolved",  # share of the projects' money that the village decides on
            "redirected",  # 1 where December's dividends and village-affairs fund are handed over to the government
            "contracted",  # 1 where a private employer has the collective's jobs
            "mixing",  # weight of the village's means in what a villager sees of neighbours; 0 but in limits of theory
        )
    ]
)

#: an assessment regime as numbers
REGIME_DTYPE = np.dtype(
    [
        ("pressure", "f8"),
        ("checks", "f8"),
        ("burden_factor", "f8"),
        ("need_noise", "f8"),
        ("self_check_share", "f8"),
        ("publishes", "f8"),
        ("target_rule", "i8"),
    ]
)

#: one indicator in force
ITEM_DTYPE = np.dtype(
    [
        ("weight", "f8"),
        ("organise", "f8"),
        ("enterprise", "f8"),
        ("govern", "f8"),
        ("serve", "f8"),
        ("gameability", "f8"),
        ("noise", "f8"),
        ("check_weight", "f8"),
        ("quantified", "f8"),
        ("observable", "i8"),
        ("veto", "i8"),
        ("target_rule", "i8"),  # the regime's, or none for an item without a target
    ]
)

#: an indicator of one village: last quarter's values and what is known of its checks
REPORT_DTYPE = np.dtype(
    [
        ("true", "f8"),
        ("reported", "f8"),
        ("target", "f8"),
        ("nearness", "f8"),
        ("check", "f8"),
        ("root_effort", "f8"),
    ]
)

#: payments that policy orders this month, whole fen for each village
PAYMENTS = ("running", "operating_transfer", "cash_grant", "grant_in_kind")
#: payments to households that no instrument orders: the equal money of a rival of the pivot (``model/rival.py``)
RIVAL_PAYMENTS = ("household_transfer", "private_wages")

#: processes of the month, in order; bit k of ``frozen`` stops process k
PROCESSES = (
    "new_year",
    "outsiders",
    "public_money",
    "effort",
    "practice",
    "pillars",
    "services",
    "environment",
    "ability",
    "look_around",
    "moving",
    "taking_part",
    "pooling",
    "enterprise",
    "belonging",
    "households",
    "troubles",
    "minds",
    "election",
    "assessment",
)
PROCESS_BIT = {name: 1 << k for k, name in enumerate(PROCESSES)}

#: a month's running counts of one village, zero at its start
CHANGES = (
    "arisen",
    "settled",
    "withdrawn",
    "departed_trust",
    "supply_moving",
    "supply_entry_exit",
    "supply_joining",
    "rows_before",
    "trust_before",
    "household_cash",  # fen, counted at the end of the month; below zero: not counted
)
CHANGE: Any = namedtuple("ChangeCodes", CHANGES)(*range(len(CHANGES)))

#: rows of a village's monthly words (blocks 0 and 1 of the villagers' streams, ``base/streams.py``), a column for each
#: who is there, in the order of ``present``
LUCK_MOVE, LUCK_CONTRIBUTE, LUCK_ATTEND, LUCK_JOB, LUCK_NOISE, LUCK_DISPUTE, LUCK_REQUEST = range(7)
LUCK_ROWS = 8


class Fields:
    """A numeric record as plain Python attributes, for rules called outside compiled code."""

    def __init__(self, record: Any) -> None:
        """Copy the fields of a record (``numpy.void``) once, as floats."""
        self.__dict__.update(zip(record.dtype.names, map(float, record.item()), strict=True))

    if TYPE_CHECKING:  # the names are those of the record

        def __getattr__(self, name: str) -> float: ...
