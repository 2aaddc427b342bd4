"""How a payment is made inside a process: cash moves, a voucher says so, and the ledger line is written beside it.

Cash and the voucher belong to the state; the ledger is the second book. The audit compares the two, so a line that
was not written, or a payment that was written and not made, is found and named (``model/audit.py``).
"""

from __future__ import annotations

from typing import Any

from ..base.compiled import rule


@rule
def book(ledger: Any, flow: int, fen: int) -> None:
    """Write one ledger line: the flow fixes payer and payee."""
    ledger[flow] += fen


@rule
def outside_receives(village: Any, vouchers: Any, flow: int, fen: int) -> None:
    """The outside (X) is paid."""
    village.outside_cash += fen
    vouchers[flow] += fen


@rule
def outside_pays(village: Any, vouchers: Any, flow: int, fen: int) -> None:
    """The outside (X) pays."""
    village.outside_cash -= fen
    vouchers[flow] += fen


@rule
def government_pays(village: Any, vouchers: Any, flow: int, fen: int) -> None:
    """The government above (G) pays."""
    village.government_cash -= fen
    vouchers[flow] += fen


@rule
def government_receives(village: Any, vouchers: Any, flow: int, fen: int) -> None:
    """The government above (G) is paid."""
    village.government_cash += fen
    vouchers[flow] += fen
