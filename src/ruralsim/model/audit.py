"""The audit: do the two ledgers explain every fen and every point, village by village and month by month?

Money: each sector's cash (recomputed from the state, household cash as the sum of the villagers' own wealth) must have
moved by exactly what the ledger's lines say. Where it has not, the vouchers that the paying processes left name the
flow.
Momentum: the drivers of the potential and of the collective's value added must add up to their change.
Stocks: what drivers are made of (debt, capital, labour on offer, open disputes) must have moved by what was counted.

:func:`check` looks at everything, compiled (``model/audit_loop.py``); where something is wrong, the checks say what.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from ruralsim.base.calendar import Month
from ruralsim.base.errors import BooksBroken
from ruralsim.model.audit_loop import COMPONENTS, STOCK, STOCKS, TOLERANCE, look, read_state
from ruralsim.state.flows import DRIVERS, FLOW, FLOWS, SECTORS
from ruralsim.state.inputs import CHANGE

_PAYER = np.array([flow.payer for flow in FLOWS])
_PAYEE = np.array([flow.payee for flow in FLOWS])
#: net receipts of each sector for one fen of each flow
NET = np.zeros((len(FLOWS), len(SECTORS)), np.int64)
NET[np.arange(len(FLOWS)), _PAYEE] += 1
NET[np.arange(len(FLOWS)), _PAYER] -= 1

_OF_COMPONENT = {name: np.array([d.component == name for d in DRIVERS]) for name in COMPONENTS}
#: the two compiled entries as plain Python, for agents
_READ_STATE, _LOOK = read_state.py_func, look.py_func  # type: ignore[attr-defined]


class Picture(NamedTuple):
    """What the ledgers must explain, of V villages: see ``model/audit_loop.read_state``.

    Args:
        cash: int64 fen [V, 5].
        parts: float64 [V, components].
        stocks: float64 [V, 6].
        wearing: float64 [V], yuan.
    """

    cash: np.ndarray
    parts: np.ndarray
    stocks: np.ndarray
    wearing: np.ndarray


def picture(
    villages: np.ndarray, enterprises: np.ndarray, households: np.ndarray, parameters: np.ndarray, compiled: bool = True
) -> Picture:
    """Read from the state what the ledgers must explain.

    Args:
        villages, enterprises: the tables.
        households: int64 fen [V], the villagers' cash, counted.
        parameters: the run's.
        compiled: or the same text in plain Python.
    """
    count = len(villages)
    found = Picture(
        np.empty((count, len(SECTORS)), np.int64),
        np.empty((count, len(COMPONENTS))),
        np.empty((count, len(STOCKS))),
        np.empty(count),
    )
    if compiled:
        read_state(villages, enterprises, households, parameters, *found)
    else:
        tables = (table.view(np.recarray) for table in (villages, enterprises))
        _READ_STATE(*tables, households, parameters.view(np.recarray), *found)
    return found


def check(
    names: Sequence[str],
    month: Month,
    before: Picture,
    after: Picture,
    ledger: np.ndarray,
    vouchers: np.ndarray,
    momentum: np.ndarray,
    changes: np.ndarray,
    parameters: np.ndarray,
    only_money: bool,
    compiled: bool = True,
) -> float:
    """Stop the run where a ledger does not explain what happened.

    Args:
        names: of the villages, V.
        month: that was closed.
        before, after: the pictures.
        ledger, vouchers: int64 fen [V, F].
        momentum: float64 [V, D].
        changes: float64 [V, n], the month's running counts.
        parameters: the run's.
        only_money: a frozen process explains no momentum.
        compiled: or the same text in plain Python.

    Returns:
        The largest residual of the momentum ledger (0 where only money was asked for).

    Raises:
        BooksBroken: names village, month and flow.
    """
    money, counted, worst = (look if compiled else _LOOK)(
        before.cash, after.cash, before.parts, after.parts, before.stocks, after.stocks, before.wearing,
        ledger, vouchers, momentum, changes, parameters if compiled else parameters.view(np.recarray),
    )  # fmt: skip
    if not money:
        check_money(names, month, before.cash, after.cash, ledger, vouchers)
    if only_money:
        return 0.0
    if not worst <= TOLERANCE:
        check_momentum(names, month, before.parts, after.parts, momentum)
    if not counted:
        depreciation = float(parameters[0]["depreciation"])
        check_stocks(names, month, before.stocks, after.stocks, before.wearing, depreciation, ledger, changes)
    return float(worst)


def cash_by_sector(
    villagers: np.ndarray, start: np.ndarray, villages: np.ndarray, enterprises: np.ndarray
) -> np.ndarray:
    """Cash of the five sectors in every village, int64 fen [V, 5], recomputed from the state.

    Args:
        villagers: all rows, villages one after the other.
        start: first row of each village.
        villages, enterprises: the tables.
    """
    cash = np.empty((len(villages), len(SECTORS)), np.int64)
    cash[:, 0] = np.add.reduceat(villagers["wealth"], start)
    cash[:, 1] = enterprises["cash"] + enterprises["reserve"]
    cash[:, 2] = villages["account_fiscal"] + villages["account_affairs"] + villages["account_welfare"]
    cash[:, 3] = villages["government_cash"]
    cash[:, 4] = villages["outside_cash"]
    return cash


def check_money(
    names: Sequence[str], month: Month, before: np.ndarray, after: np.ndarray, ledger: np.ndarray, vouchers: np.ndarray
) -> None:
    """Stop the run where cash and ledger part, naming village, month and flow.

    Args:
        names: of the villages, V.
        month: that was closed.
        before, after: int64 fen [V, 5], cash by sector.
        ledger: int64 fen [V, F], what was booked.
        vouchers: int64 fen [V, F], what the payments left as vouchers.

    Raises:
        BooksBroken: with every suspicious flow of the first village that does not balance.
    """
    residual = (after - before) - ledger @ NET
    wrong = np.flatnonzero((residual != 0).any(axis=1) | (ledger != vouchers).any(axis=1) | (ledger < 0).any(axis=1))
    if not wrong.size:
        return
    v = int(wrong[0])
    flows = _suspects(residual[v], ledger[v], vouchers[v])
    parts = ", ".join(f"{SECTORS[s]} {residual[v, s] / 100:+.2f} yuan" for s in np.flatnonzero(residual[v]))
    booked = ", ".join(
        f"{FLOWS[f].name} booked {ledger[v, f] / 100:.2f}, paid {vouchers[v, f] / 100:.2f}"
        for f in np.flatnonzero(ledger[v] != vouchers[v])
    )
    detail = "; ".join(part for part in (f"cash not explained: {parts}" if parts else "", booked) if part)
    raise BooksBroken(names[v], str(month), ", ".join(flows) or "unknown", detail)


def _suspects(residual: np.ndarray, ledger: np.ndarray, vouchers: np.ndarray) -> list[str]:
    """Flows that can explain a residual, the surest kind of sign first.

    Booked and paid differ; or the unexplained amount is exactly a flow's; or a flow is large enough and its payer kept,
    or its payee lacks, the amount. A sector alone may also have lost or gained money within itself (between
    villagers, or between cash and reserve): ``inside_households`` (``village``, ``collective``).
    """
    differ = [FLOWS[f].name for f in np.flatnonzero((ledger != vouchers) | (ledger < 0))]
    if differ:
        return differ
    wrong = {s: int(residual[s]) for s in np.flatnonzero(residual).tolist()}
    amounts = {abs(amount) for amount in wrong.values()}
    booked = {flow.name: int(amount) for flow, amount in zip(FLOWS, ledger, strict=True) if amount > 0}
    exact = [f.name for f in FLOWS if booked.get(f.name) in amounts and {f.payer, f.payee} & wrong.keys()]
    if exact:
        return exact
    signed = [f.name for f in FLOWS if f.name in booked and (wrong.get(f.payer, 0) > 0 or wrong.get(f.payee, 0) < 0)]
    enough = [name for name in signed if booked[name] >= min(amounts, default=1)]
    inside = [f"inside_{SECTORS[s]}" for s in wrong if len(wrong) == 1 and SECTORS[s] not in ("government", "outside")]
    return inside + (enough or signed)


def check_momentum(
    names: Sequence[str], month: Month, before: np.ndarray, after: np.ndarray, momentum: np.ndarray
) -> None:
    """Stop the run where drivers do not add up (to the potential, or to value added relative to it).

    Args:
        names: of the villages, V.
        month: that was closed.
        before, after: float64 [V, components].
        momentum: float64 [V, D], the drivers.

    Raises:
        BooksBroken: names the village, the component, and its drivers that are zero or the largest.
    """
    for k, name in enumerate(COMPONENTS):
        mine = _OF_COMPONENT[name]
        residual = np.abs((after[:, k] - before[:, k]) - momentum[:, mine].sum(axis=1))
        if name == "value_added":
            residual = residual / np.maximum(1.0, np.maximum(before[:, k], after[:, k]))
        v = int(np.argmax(residual))
        if not residual[v] <= TOLERANCE:
            silent = [DRIVERS[d].name for d in np.flatnonzero(mine & (momentum[v] == 0.0))]
            loud = sorted(np.flatnonzero(mine), key=lambda d: -abs(momentum[v, d]))[:3]
            detail = (
                f"{name} moved by {after[v, k] - before[v, k]:.3e}, its drivers by {momentum[v, mine].sum():.3e}; "
                f"silent drivers: {', '.join(silent) or 'none'}; loudest: {', '.join(DRIVERS[d].name for d in loud)}"
            )
            raise BooksBroken(names[v], str(month), ", ".join(silent) or DRIVERS[loud[0]].name, detail)


def check_stocks(
    names: Sequence[str],
    month: Month,
    before: np.ndarray,
    after: np.ndarray,
    capital: np.ndarray,
    depreciation: float,
    ledger: np.ndarray,
    changes: np.ndarray,
) -> None:
    """Stop the run where a stock moved by more or less than was counted.

    Args:
        names: of the villages, V.
        month: that was closed.
        before, after: float64 [V, 6].
        capital: yuan [V], capital in use before, less what was bought last month (new capital does not wear yet).
        depreciation: share a year.
        ledger: int64 fen [V, F].
        changes: float64 [V, n], the month's running counts.

    Raises:
        BooksBroken: names the village, the stock and the flows or drivers that move it.
    """
    bought = 0.01 * ledger[:, FLOW.investment]
    worn = capital * depreciation / 12.0
    supply = changes[:, CHANGE.supply_joining] + changes[:, CHANGE.supply_moving] + changes[:, CHANGE.supply_entry_exit]
    cases = changes[:, CHANGE.arisen] - changes[:, CHANGE.settled] - changes[:, CHANGE.withdrawn]
    expected = before.copy()
    expected[:, STOCK.debt] += ledger[:, FLOW.loan_drawn] - ledger[:, FLOW.loan_repaid]
    expected[:, STOCK.capital] += 0.01 * ledger[:, FLOW.grant_in_kind] + bought - worn
    expected[:, STOCK.granted] = 0.0
    expected[:, STOCK.invested] = bought
    expected[:, STOCK.labour_supply] += 0.5 * supply
    expected[:, STOCK.open_cases] += cases
    residual = np.abs(after - expected) / np.maximum(1.0, np.abs(expected))
    if (residual <= TOLERANCE).all():
        return
    v, k = (int(x) for x in np.argwhere(~(residual <= TOLERANCE))[0])
    name = tuple(STOCKS)[k]
    detail = f"{name} is {after[v, k]:.6f}; what moves it ({STOCKS[name]}) explains {expected[v, k]:.6f}"
    raise BooksBroken(names[v], str(month), f"{name}: {STOCKS[name]}", detail)
