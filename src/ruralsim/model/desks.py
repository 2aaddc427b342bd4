"""Desks: the columns of those who are there, side by side, for as long as nobody needs the rows.

A villager's row is good for looking at one person; a rule asked of a thousand people wants one column after the other.
So the month seats those who are there at desks of ``TILE`` places, in row order (person ``j`` of ``present`` at place
``j % TILE`` of desk ``j // TILE``), and works on the desks. People keep their seats from month to month; they stand up,
which writes into their rows what has changed, where the month needs rows (New Year, changes of office) and before
anybody outside looks at them.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..base.compiled import TILE, process, rule
from ..state.columns import GONE, VILLAGERS

#: columns that the month never asks of people at their desks
_IN_ROWS = ("grid",)

#: a desk: ``TILE`` places of each column; all of it stays in first-level cache
DESK_DTYPE = np.dtype([(c.name, c.dtype, (TILE,)) for c in VILLAGERS if c.name not in _IN_ROWS], align=True)


@rule
def desks_for(people: int) -> int:
    """How many desks so many people need (at least one)."""
    return people // TILE + 1


@rule
def empty_desks(people: int) -> Any:
    """Desks with room for so many people (at least one desk)."""
    return np.empty(desks_for(people), DESK_DTYPE)


@rule
def place_of(present: Any, people: int, row: int) -> int:
    """Place of the person of a row among those who are there, whose rows are in order; −1 where she is not."""
    low, high = 0, people
    while low < high:
        middle = (low + high) // 2
        if present[middle] < row:
            low = middle + 1
        else:
            high = middle
    return low if low < people and present[low] == row else -1


@process
def sit_down(people, present, desks, start, stop):
    """Read the rows of those in places start … stop − 1 (and of others at their desks) into their places."""
    for desk_number in range(start // TILE, (stop + TILE - 1) // TILE):
        desk, rows = desks[desk_number], present[desk_number * TILE : min(stop, desk_number * TILE + TILE)]
        for j in range(rows.shape[0]):
            me = people[rows[j]]
            desk.wealth[j] = me.wealth
            desk.status[j] = me.status
            desk.party[j] = me.party
            desk.notable[j] = me.notable
            desk.cadre[j] = me.cadre
            desk.pools[j] = me.pools
            desk.contributes[j] = me.contributes
            desk.dispute[j] = me.dispute
            desk.request[j] = me.request
            desk.household[j] = me.household
            desk.share[j] = me.share
            desk.age[j] = me.age
            desk.skill[j] = me.skill
            desk.holding[j] = me.holding
            desk.permanent_income[j] = me.permanent_income
            desk.trust[j] = me.trust
            desk.disposition[j] = me.disposition
            desk.norm[j] = me.norm
            desk.legal[j] = me.legal
            desk.habit[j] = me.habit
            desk.belonging[j] = me.belonging
            desk.expected_dividend[j] = me.expected_dividend
            desk.dividend[j] = me.dividend
            desk.satisfaction[j] = me.satisfaction
            desk.points[j] = me.points
            desk.attends[j] = me.attends
            desk.local_job[j] = me.local_job
            desk.answered[j] = me.answered
            desk.mediated[j] = me.mediated
            desk.income[j] = me.income
            desk.consumption[j] = me.consumption
            desk.collective_pay[j] = me.collective_pay


@process
def stand_up(people, present, desks, start, stop):
    """Write into the rows of those in places start … stop − 1 (and of others at their desks) what months change."""
    for desk_number in range(start // TILE, (stop + TILE - 1) // TILE):
        desk, rows = desks[desk_number], present[desk_number * TILE : min(stop, desk_number * TILE + TILE)]
        for j in range(rows.shape[0]):
            me = people[rows[j]]
            me.wealth = desk.wealth[j]
            me.status = desk.status[j]
            me.pools = desk.pools[j]
            me.contributes = desk.contributes[j]
            me.attends = desk.attends[j]
            me.local_job = desk.local_job[j]
            me.dispute = desk.dispute[j]
            me.request = desk.request[j]
            me.answered = desk.answered[j]
            me.mediated = desk.mediated[j]
            me.permanent_income = desk.permanent_income[j]
            me.income = desk.income[j]
            me.consumption = desk.consumption[j]
            me.collective_pay = desk.collective_pay[j]
            me.trust = desk.trust[j]
            me.norm = desk.norm[j]
            me.legal = desk.legal[j]
            me.habit = desk.habit[j]
            me.belonging = desk.belonging[j]
            me.expected_dividend = desk.expected_dividend[j]
            me.dividend = desk.dividend[j]
            me.satisfaction = desk.satisfaction[j]
            me.points = desk.points[j]


@process
def move_up(people, present, desks, first_gone, count, rows_before, rows):
    """Seats of those who have gone are filled from behind, and those of rows ``rows_before`` … ``rows`` − 1, who have
    come, follow at the end; those before the first who went keep their seats.

    Returns how many are there now, of ``count`` before.
    """
    stand_up(people, present, desks, first_gone, count)
    there = first_gone
    for place in range(first_gone, count):
        row = present[place]
        present[there] = row
        there += int(people[row].status != GONE)
    for row in range(rows_before, rows):
        present[there] = row
        there += 1
    sit_down(people, present, desks, first_gone, there)
    return there


@rule
def cash_in_rows(rows: int, people: Any) -> int:
    """What the villagers of a village own together, fen: for the audit, from their own rows."""
    total = 0
    for i in range(rows):
        total += people[i].wealth
    return total


@rule
def cash_at_desks(people: int, desks: Any) -> int:
    """The same while they are at their desks: what has left with somebody without a payment is missing here."""
    total = 0
    for first in range(0, people, TILE):
        wealth = desks[first // TILE].wealth
        for j in range(min(TILE, people - first)):
            total += wealth[j]
    return total
