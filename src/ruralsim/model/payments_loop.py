"""What the collective enterprise pays: costs, wages and rents every month, in December the sharing out (4.4)."""

from __future__ import annotations

import numpy as np

from ..agents.enterprise import loan_for
from ..agents.lifetime import works_for_collective
from ..agents.villager import expected_dividend_after
from ..base.compiled import TILE, process
from ..base.numbers import fen
from ..base.streams import throw_for
from ..state.columns import CADRE_SEATS, OUTSIDER
from ..state.flows import FLOW
from .booking import book, government_receives, outside_pays, outside_receives
from .desks import place_of


@process
def sink(queue, k, n):
    """Let the entry at place k of a heap of n sink until nothing below it comes before it."""
    entry = queue[k]
    while 2 * k + 1 < n:
        below = 2 * k + 1
        if below + 1 < n and queue[below + 1] < queue[below]:
            below += 1
        if entry <= queue[below]:
            break
        queue[k] = queue[below]
        k = below
    queue[k] = entry


@process
def pay_the_month(
    seed,
    month,
    month_of_year,
    village,
    enterprise,
    present,
    desks,
    cadres,
    ledger,
    vouchers,
    hired,
    rent_each,
    sales,
    inputs,
    leak,
    interest,
    fixed,
    repaid,
    setting,
    p,
):
    """The enterprise's monthly payments: sales in; inputs, leakage, wages, rent, fixed cost, interest, loan out."""
    start = enterprise.cash
    outside_pays(village, vouchers, FLOW.sales, sales)
    enterprise.cash += sales
    book(ledger, FLOW.sales, sales)
    enterprise.cash -= inputs
    outside_receives(village, vouchers, FLOW.inputs, inputs)
    book(ledger, FLOW.inputs, inputs)
    enterprise.cash -= fixed
    outside_receives(village, vouchers, FLOW.fixed_cost, fixed)
    book(ledger, FLOW.fixed_cost, fixed)
    enterprise.cash -= interest
    outside_receives(village, vouchers, FLOW.interest, interest)
    book(ledger, FLOW.interest, interest)
    seats = 0
    for s in range(CADRE_SEATS):
        if cadres[s].active == 1:
            seats += 1
    insiders = fen(leak * 0.01 * p.leakage_insiders)
    each = insiders // max(1, seats)
    taken, taken_booked = 0, 0
    for s in range(CADRE_SEATS):
        if cadres[s].active == 1:
            place = place_of(present, present.shape[0], cadres[s].person)
            desks[place // TILE].wealth[place % TILE] += each
            taken += each
            taken_booked += each
    enterprise.cash -= taken
    vouchers[FLOW.leakage_insiders] += taken
    book(ledger, FLOW.leakage_insiders, taken_booked)
    lost = leak - each * seats
    enterprise.cash -= lost
    outside_receives(village, vouchers, FLOW.leakage_outside, lost)
    book(ledger, FLOW.leakage_outside, lost)
    wages, wages_booked = 0, 0
    if setting.contracted == 1.0:  # a private employer has the jobs and is paid for them
        bill = fen(hired * p.collective_wage)
        enterprise.cash -= bill
        outside_receives(village, vouchers, FLOW.wages_contracted, bill)
        book(ledger, FLOW.wages_contracted, bill)
    elif hired > 0.0:
        # jobs are scarce: a yearly keyed priority among those who offer their labour. A heap of (priority, place)
        # gives the first of them without putting all in order
        year_start = month - month_of_year
        places = np.empty(present.shape[0], np.uint32)
        rows = np.empty(present.shape[0], np.uint32)
        n = 0
        for j in range(present.shape[0]):
            desk, seat = desks[j // TILE], j % TILE
            places[n] = j
            rows[n] = present[j]
            n += int(works_for_collective(desk.status[seat], desk.pools[seat], np.float64(desk.age[seat])))
        words = np.empty((4, n), np.uint32)
        throw_for(rows[:n], words, seed, village.key_low, village.key_high, year_start + 1000, 2, 0)
        queue = np.empty(n, np.int64)
        for k in range(n):
            queue[k] = np.int64(words[1, k]) << 20 | np.int64(places[k])
        for k in range(n // 2 - 1, -1, -1):
            sink(queue, k, n)
        left = hired
        while n > 0 and left > 0.0:
            j = queue[0] & 0xFFFFF
            desk, seat = desks[j // TILE], j % TILE
            n -= 1
            queue[0] = queue[n]
            sink(queue, 0, n)
            given = min(left, np.float64(desk.skill[seat]))
            left -= given
            wage = fen(given * p.collective_wage)
            desk.wealth[seat] += wage
            desk.collective_pay[seat] = np.float32(wage * 0.01)
            wages += wage
            wages_booked += wage
    enterprise.cash -= wages
    enterprise.wage_bill = wages * 0.01
    vouchers[FLOW.collective_wages] += wages
    book(ledger, FLOW.collective_wages, wages_booked)
    rents, rents_booked = 0, 0
    if rent_each > 0:
        for first in range(0, present.shape[0], TILE):
            desk = desks[first // TILE]
            wealth, pools, status = desk.wealth, desk.pools, desk.status
            for j in range(min(TILE, present.shape[0] - first)):
                due = rent_each * int((pools[j] == 1) & (status[j] != OUTSIDER))
                wealth[j] += due
                rents += due
                rents_booked += due
    enterprise.cash -= rents
    vouchers[FLOW.land_rent] += rents
    book(ledger, FLOW.land_rent, rents_booked)
    enterprise.profit_year += enterprise.cash - start
    enterprise.cash -= repaid
    enterprise.debt -= repaid
    if enterprise.debt == 0:
        enterprise.loan_payment = 0
    outside_receives(village, vouchers, FLOW.loan_repaid, repaid)
    book(ledger, FLOW.loan_repaid, repaid)
    if enterprise.cash < 0:  # losses draw on cash, then on the reserve
        taken_back = min(enterprise.reserve, -enterprise.cash)
        enterprise.reserve -= taken_back
        enterprise.cash += taken_back


@process
def share_out(village, enterprise, present, desks, ledger, vouchers, lever, setting, p):
    """December: of min(profit of the year, cash), if positive: reserve and welfare first (COL-045), dividends, village
    affairs, reinvestment; remainders of fen stay in the reserve. Where a rival of the pivot gets the money, dividends
    and village affairs are handed over to the government."""
    available = min(enterprise.profit_year, enterprise.cash)
    profit = enterprise.profit_year * 0.01
    enterprise.profit_year = 0
    per_share = 0.0
    if available > 0:
        tax = fen(available * 0.01 * p.tax_share)
        enterprise.cash -= tax
        government_receives(village, vouchers, FLOW.tax, tax)
        book(ledger, FLOW.tax, tax)
        rest = available - tax
        a = max(0.0, p.allocation_reserve + lever.reserve_share)
        b = max(0.0, p.allocation_welfare + lever.welfare_share)
        c = max(0.0, p.allocation_dividend + lever.dividend_share)
        d = max(0.0, p.allocation_affairs + lever.affairs_share)
        e = max(0.0, p.allocation_reinvestment + lever.reinvestment_share)
        whole = a + b + c + d + e
        welfare = fen(rest * 0.01 * b / whole)
        pot = fen(rest * 0.01 * c / whole)
        affairs = fen(rest * 0.01 * d / whole)
        invest = fen(rest * 0.01 * e / whole)
        reserve = max(0, rest - welfare - pot - affairs - invest)
        enterprise.cash -= reserve
        enterprise.reserve += reserve
        enterprise.cash -= welfare
        village.account_welfare += welfare
        vouchers[FLOW.welfare_fund] += welfare
        book(ledger, FLOW.welfare_fund, welfare)
        if setting.redirected == 1.0:
            handed = pot + affairs
            enterprise.cash -= handed
            government_receives(village, vouchers, FLOW.handed_over, handed)
            book(ledger, FLOW.handed_over, handed)
            pot, affairs = 0, 0
        per_share = pot * 0.01 / (enterprise.shares_total * 0.001)
        paid, paid_booked, each, of_share = 0, 0, 0, 0
        for first in range(0, present.shape[0], TILE):
            desk = desks[first // TILE]
            for j in range(min(TILE, present.shape[0] - first)):
                if desk.share[j] != of_share:  # most hold as many
                    of_share = desk.share[j]
                    each = pot * np.int64(of_share) // enterprise.shares_total
                desk.wealth[j] += each
                paid += each
                paid_booked += each
        enterprise.cash -= paid
        vouchers[FLOW.dividends] += paid
        book(ledger, FLOW.dividends, paid_booked)
        # shares that the village itself holds buy village affairs
        affairs += pot * enterprise.shares_village // enterprise.shares_total
        enterprise.cash -= affairs
        village.account_affairs += affairs
        vouchers[FLOW.affairs_fund] += affairs
        book(ledger, FLOW.affairs_fund, affairs)
        loan = fen(loan_for(invest * 0.01, profit, enterprise.debt * 0.01, p))
        outside_pays(village, vouchers, FLOW.loan_drawn, loan)
        enterprise.cash += loan
        book(ledger, FLOW.loan_drawn, loan)
        if loan > 0:
            enterprise.debt += loan
            # the instalments of a new loan come on top of those of older debt, which keeps its own time
            enterprise.loan_payment += int(loan // (12.0 * p.loan_years)) + 1
        bought = invest + loan
        enterprise.cash -= bought
        outside_receives(village, vouchers, FLOW.investment, bought)
        book(ledger, FLOW.investment, bought)
        enterprise.capital += bought * 0.01
        enterprise.invested += bought * 0.01
    if enterprise.active == 1:
        # a cash grant is there to be invested: what is more than the business needs in hand buys capital
        spare = max(0, enterprise.cash - fen(p.opening_cash_months * enterprise.output))
        enterprise.cash -= spare
        outside_receives(village, vouchers, FLOW.investment, spare)
        book(ledger, FLOW.investment, spare)
        enterprise.capital += spare * 0.01
        enterprise.invested += spare * 0.01
    enterprise.dividend_per_share = per_share
    for first in range(0, present.shape[0], TILE):
        desk = desks[first // TILE]
        for j in range(min(TILE, present.shape[0] - first)):
            if desk.status[j] != OUTSIDER:
                dividend = per_share * desk.share[j] * 0.001
                expected = expected_dividend_after(np.float64(desk.expected_dividend[j]), dividend, p)
                desk.expected_dividend[j] = np.float32(expected)
                desk.dividend[j] = np.float32(dividend)
