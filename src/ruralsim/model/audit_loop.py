"""The audit's quick look, compiled: what the ledgers must explain, and whether they do.

It reads the state once a month and adds up; what is wrong where something is, ``model/audit.py`` finds out and names.
"""

from __future__ import annotations

from collections import namedtuple
from typing import Any

import numpy as np

from ..base.compiled import entry, process
from ..institutions.village import calm
from ..state.flows import DRIVERS, FLOW, FLOWS, W_CALM, W_PILLAR, W_SUPPORT, W_TRUST, C, G, H, P, X
from ..state.inputs import CHANGE

TOLERANCE = 1e-11
PAYER = np.array([flow.payer for flow in FLOWS])
PAYEE = np.array([flow.payee for flow in FLOWS])

#: what drivers add up to, in the order of the drivers, and the place of each one's first driver (and one past the last)
COMPONENTS = tuple(dict.fromkeys(driver.component for driver in DRIVERS))
PART: Any = namedtuple("PartCodes", COMPONENTS)(*range(len(COMPONENTS)))
_OF_DRIVER = [driver.component for driver in DRIVERS]
FIRST = np.array([*(_OF_DRIVER.index(name) for name in COMPONENTS), len(DRIVERS)])

#: stocks behind the drivers, and the flows and drivers that move each
STOCKS = {
    "debt": "loan_drawn, loan_repaid",
    "capital": "capital.investment, capital.grants, capital.activation, capital.depreciation",
    "granted": "capital.grants",
    "invested": "capital.investment",
    "labour_supply": "labour.supply_joining, labour.supply_moving, labour.supply_entry_exit",
    "open_cases": "calm.disputes_arising, calm.disputes_settled, calm.disputes_withdrawn",
}
STOCK: Any = namedtuple("StockCodes", STOCKS)(*range(len(STOCKS)))


@entry
def read_state(villages, enterprises, households, parameters, cash, parts, stocks, wearing):
    """What the ledgers must explain, village by village, from the state alone.

    Args:
        villages, enterprises: the tables.
        households: int64 fen [V], the villagers' wealth, counted.
        parameters: the run's.
        cash: int64 fen [V, 5], written: cash by sector.
        parts: float64 [V, components], written: weighted trust, pillars and calm; value added.
        stocks: float64 [V, 6], written: the stocks of :data:`STOCKS`; idle assets count with capital: activation only
            moves them.
        wearing: float64 yuan [V], written: capital in use, less what was bought last month (it does not wear yet).
    """
    for v in range(villages.shape[0]):
        village, enterprise = villages[v], enterprises[v]
        cash[v, H] = households[v]
        cash[v, C] = enterprise.cash + enterprise.reserve
        cash[v, P] = village.account_fiscal + village.account_affairs + village.account_welfare
        cash[v, G] = village.government_cash
        cash[v, X] = village.outside_cash
        parts[v, PART.trust] = W_TRUST * village.mean_trust
        parts[v, PART.party_organisation] = W_PILLAR * village.party_organisation
        parts[v, PART.self_governance] = W_PILLAR * village.self_governance
        parts[v, PART.rule_of_law] = W_PILLAR * village.rule_of_law
        parts[v, PART.virtue] = W_PILLAR * village.virtue
        parts[v, PART.smart_governance] = W_SUPPORT * village.smart_governance
        parts[v, PART.co_governance] = W_SUPPORT * village.co_governance
        parts[v, PART.calm] = W_CALM * calm(village.disorder, parameters[0])
        parts[v, PART.value_added] = enterprise.value_added
        stocks[v, STOCK.debt] = enterprise.debt
        stocks[v, STOCK.capital] = enterprise.capital + enterprise.idle
        stocks[v, STOCK.granted] = enterprise.granted
        stocks[v, STOCK.invested] = enterprise.invested
        stocks[v, STOCK.labour_supply] = enterprise.labour_supply
        stocks[v, STOCK.open_cases] = village.open_cases
        wearing[v] = enterprise.capital - enterprise.invested


@process
def money_explained(before, after, ledger, vouchers):
    """Whether every sector's cash moved by what ledger and vouchers both say, in every village."""
    open_amount = np.empty(after.shape[1], np.int64)
    for v in range(ledger.shape[0]):
        for s in range(after.shape[1]):
            open_amount[s] = after[v, s] - before[v, s]
        for f in range(ledger.shape[1]):
            fen = ledger[v, f]
            if fen != vouchers[v, f] or fen < 0:
                return False
            open_amount[PAYEE[f]] -= fen
            open_amount[PAYER[f]] += fen
        for s in range(after.shape[1]):
            if open_amount[s] != 0:
                return False
    return True


@process
def worst_residual(before, after, momentum):
    """Largest gap between a component's move and its drivers' (value added: relative to it); infinite for no number."""
    worst = 0.0
    for v in range(momentum.shape[0]):
        for k in range(before.shape[1]):
            total = 0.0
            for d in range(FIRST[k], FIRST[k + 1]):
                total += momentum[v, d]
            gap = abs((after[v, k] - before[v, k]) - total)
            if k == PART.value_added:
                gap = gap / max(1.0, max(before[v, k], after[v, k]))
            if gap > worst:
                worst = gap
            if gap != gap:
                worst = np.inf
    return worst


@process
def stocks_explained(before, after, wearing, ledger, changes, depreciation):
    """Whether every stock of :data:`STOCKS` moved by what was counted, in every village."""
    expected = np.empty(before.shape[1])
    for v in range(before.shape[0]):
        bought = 0.01 * ledger[v, FLOW.investment]
        worn = wearing[v] * depreciation / 12.0
        supply = changes[v, CHANGE.supply_joining] + changes[v, CHANGE.supply_moving]
        supply += changes[v, CHANGE.supply_entry_exit]
        cases = changes[v, CHANGE.arisen] - changes[v, CHANGE.settled] - changes[v, CHANGE.withdrawn]
        expected[STOCK.debt] = before[v, STOCK.debt] + ledger[v, FLOW.loan_drawn] - ledger[v, FLOW.loan_repaid]
        expected[STOCK.capital] = before[v, STOCK.capital] + 0.01 * ledger[v, FLOW.grant_in_kind] + bought - worn
        expected[STOCK.granted] = 0.0  # used in the month it was granted
        expected[STOCK.invested] = bought
        expected[STOCK.labour_supply] = before[v, STOCK.labour_supply] + 0.5 * supply
        expected[STOCK.open_cases] = before[v, STOCK.open_cases] + cases
        for k in range(before.shape[1]):
            if not abs(after[v, k] - expected[k]) <= TOLERANCE * max(1.0, abs(expected[k])):
                return False
    return True


@entry
def look(
    cash, cash_now, parts, parts_now, stocks, stocks_now, wearing, ledger, vouchers, momentum, changes, parameters
):
    """Look once at a month that is over.

    Args:
        cash, parts, stocks: of :func:`read_state` before the month; ``_now``: after it.
        wearing: capital that wore, before the month.
        ledger, vouchers: int64 fen [V, F].
        momentum: float64 [V, D].
        changes: float64 [V, n], the month's running counts.
        parameters: the run's.

    Returns:
        Whether the money is explained, whether the stocks are, and the largest residual of the momentum ledger.
    """
    money = money_explained(cash, cash_now, ledger, vouchers)
    counted = stocks_explained(stocks, stocks_now, wearing, ledger, changes, parameters[0].depreciation)
    return money, counted, worst_residual(parts, parts_now, momentum)
