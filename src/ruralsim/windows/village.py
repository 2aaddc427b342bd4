"""A village as plain Python sees it: its rows, its agents, this month's luck, and the running sums of the month.

The village is no agent but the place where agents meet. What it does as an institution is in ``institutions.py``,
``office.py``, ``register.py`` and ``living.py``: functions of a :class:`Village`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ruralsim.base.streams import draws, uniforms
from ruralsim.state.columns import EMPTY, GONE
from ruralsim.state.flows import FLOWS, G, X
from ruralsim.windows.rows import row_at, rows_of

if TYPE_CHECKING:
    from ruralsim.windows.cadre import Cadre
    from ruralsim.windows.enterprise import CollectiveEnterprise
    from ruralsim.windows.villager import Villager

Luck = tuple[float, float, float, float]

_PARTIES = tuple((flow.payer, flow.payee) for flow in FLOWS)


class Village:
    """One village of a :class:`~ruralsim.windows.CountyModel`.

    Attributes:
        name, index: of the village in the county.
        row: its columns (``state/columns.py``, table ``villages``); ``firm``: its enterprise's row.
        lever, setting, regime: what policy and the county give it this month.
        rows: every row of people in use, the departed included; ``people``: the agent of each row, or None.
        cadres, enterprise: its other agents.
        luck: this month's draws, block → one tuple of four for each row.
    """

    # what a round of behaviours is given, and its running sums (set by the ``open_…`` function before the round)
    leaving: float
    returning: float
    civic: float
    attend: float
    far: float
    gift: int
    took_part: int
    attended: int
    at_meeting: int
    given: int
    redeemed: int
    job_chance: float
    rent_offered: float
    rewards: list[float]
    needs: list[float]
    dressable: list[tuple[float, float, float, float]]
    mean_check: float
    hours: float
    root_efforts: list[float]
    work: list[float]
    integrity_sum: float
    at_home: list[int]
    young: list[int]
    purse: list[int]
    opened: list[bool]
    salary: int
    salaries: int
    job_odds: float
    farm: float
    rent: float
    welfare_each: int
    welfare_paid: int
    care_level: float
    care: float
    earned_away: int
    earned_locally: int
    farmed: int
    other_property: int
    pensions: int
    spent: int
    residents: int
    workers: int
    elders_met: int
    income_sum: float
    income_squares: float
    open_before: float
    dispute_factor: float
    conflict: float
    settling: float
    asking: float
    answering: float
    arisen: int
    settled: int
    due: int
    in_time: int
    still_open: int
    requests_made: int
    prompt: int
    still_waiting: int
    rows_before: int
    trust_before: float
    services_collective: float
    services_fiscal: float
    leak: float
    turmoil: float
    contentment: float
    consumption_reference: float
    trust_sums: list[int]  # in whole steps, as the rounding
    trust_arrived: float
    trust_rounding: int

    def __init__(self, model: Any, index: int) -> None:
        county = model.county
        self.model = model
        self.index = index
        self.name: str = county.names[index]
        self.p = model.p
        self.row = row_at(county.villages, index)
        self.firm = row_at(county.enterprises, index)
        self.lever = row_at(county.levers, index)
        self.setting = row_at(county.settings, index)
        self.regime = row_at(county.regime, 0)
        self.items = rows_of(county.items, 0, len(county.items))
        n = len(self.items)
        self.reports = rows_of(county.reports.reshape(-1), index * n, (index + 1) * n)
        self.payments: Any = memoryview(county.payments[index])
        self.intensity: Any = memoryview(county.intensity)
        self.ledger: Any = memoryview(county.ledger[index])
        self.vouchers: Any = memoryview(county.vouchers[index])
        self.momentum: Any = memoryview(county.momentum[index])
        self.changes: Any = memoryview(county.changes[index])
        self.observed: Any = memoryview(county.observed[index])
        self.outcome: Any = memoryview(county.outcomes[index])
        self.people: list[Villager | None] = []
        self.cadres: list[Cadre] = []
        self.enterprise: CollectiveEnterprise
        self.luck: dict[int, list[Luck]] = {}
        self.seen: list[tuple[int, int, int, float] | None] = []
        self.bind()

    def bind(self) -> None:
        """Lay the rows of people over the county's table (again, where it has moved to make room)."""
        county = self.model.county
        self.first = int(county.start[self.index])
        self.rows = rows_of(county.villagers, self.first, self.first + self.row.rows)
        self.people.extend([None] * (len(self.rows) - len(self.people)))

    # ------------------------------------------------------------------ people

    def present(self) -> list[Villager]:
        """The villagers who live or are registered here and have a window, in row order."""
        return [person for person in self.people if person is not None]

    def is_there(self, slot: int) -> bool:
        """Whether somebody lives in a row: neither empty nor gone."""
        return 0 <= slot < len(self.rows) and self.rows[slot].status not in (EMPTY, GONE)

    def ties_of(self, slot: int) -> list[int]:
        """Rows of a villager's neighbours."""
        found: list[int] = self.model.county.ties[self.first + slot].tolist()
        return found

    def new_row(self) -> tuple[int, Any]:
        """The next unused row."""
        slot = len(self.rows)
        row = row_at(self.model.county.villagers, self.first + slot)
        self.rows.append(row)
        self.people.append(None)
        return slot, row

    # ------------------------------------------------------------------ luck

    def draw(self, slot: int, block: int, month: int | None = None) -> Luck:
        """The four uniforms of one row, seat or item, in this month or another."""
        when = self.model.month if month is None else month
        return draws(self.model.county.seed, self.row.key_low, self.row.key_high, slot, when, block)

    def draw_for_all(self, block: int, month: int) -> np.ndarray:
        """The uniforms of a block for every row: float64 [4, rows]."""
        key = (self.row.key_low, self.row.key_high)
        found: np.ndarray = uniforms(self.model.county.seed, key, np.arange(len(self.rows)), month, block)
        return found

    # ------------------------------------------------------------------ money

    def pay(self, flow: int, fen: int) -> None:
        """A payment of this village's month: the government's and the outside's cash, the voucher and the ledger line.

        The other party's cash (people, enterprise, village account) is moved by whoever pays or is paid.
        """
        payer, payee = _PARTIES[flow]
        if payer == X:
            self.row.outside_cash -= fen
        elif payer == G:
            self.row.government_cash -= fen
        if payee == X:
            self.row.outside_cash += fen
        elif payee == G:
            self.row.government_cash += fen
        self.vouchers[flow] += fen
        self.ledger[flow] += fen

    def __repr__(self) -> str:
        return f"<Village {self.name}>"
