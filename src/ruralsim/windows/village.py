"""A village as plain Python sees it: its rows, its agents, this month's luck, and the running sums of the month.

The village is no agent but the place where agents meet. What it does as an institution is in ``institutions.py``,
``office.py``, ``register.py`` and ``living.py``, functions of a :class:`Village` in the words of the model specification.
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
        self.payments = memoryview(county.payments[index])
        self.intensity = memoryview(county.intensity)
        self.ledger = memoryview(county.ledger[index])
        self.vouchers = memoryview(county.vouchers[index])
        self.momentum = memoryview(county.momentum[index])
        self.changes = memoryview(county.changes[index])
        self.observed = memoryview(county.observed[index])
        self.outcome = memoryview(county.outcomes[index])
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

    def draw(self, slot: int, block: int) -> Luck:
        """The four uniforms of one row, seat or item in this month."""
        return draws(self.model.county.seed, self.row.key_low, self.row.key_high, slot, self.model.month, block)

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
