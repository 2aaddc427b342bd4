"""Desks: the columns of those who are there, side by side for a month.

A villager's row is good for looking at one person; a rule asked of a thousand people wants one column after the other.
So the month seats those who are there at desks of ``TILE`` places, in row order (person ``j`` of ``present`` at place
``j % TILE`` of desk ``j // TILE``), works on the desks, and writes back into the rows what has changed. Money alone
stays in the rows, so that each payment is one statement beside its ledger line.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..base.compiled import TILE, process, rule
from ..state.columns import VILLAGERS

#: columns that the month never asks of people at their desks
_IN_ROWS = ("wealth", "grid")

#: a desk: ``TILE`` places of each column; all of it stays in first-level cache
DESK_DTYPE = np.dtype([(c.name, c.dtype, (TILE,)) for c in VILLAGERS if c.name not in _IN_ROWS], align=True)


@rule
def empty_desks(people: int) -> Any:
    """Desks with room for so many people (at least one desk)."""
    return np.empty(people // TILE + 1, DESK_DTYPE)


@process
def sit_down(people, present, desks, complete):
    """Read the rows of those who are there into their places; what every month writes anew only where asked to."""
    for first in range(0, present.shape[0], TILE):
        desk, rows = desks[first // TILE], present[first : first + TILE]
        for j in range(rows.shape[0]):
            me = people[rows[j]]
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
        if not complete:
            continue
        for j in range(rows.shape[0]):
            me = people[rows[j]]
            desk.attends[j] = me.attends
            desk.local_job[j] = me.local_job
            desk.answered[j] = me.answered
            desk.mediated[j] = me.mediated
            desk.income[j] = me.income
            desk.consumption[j] = me.consumption
            desk.collective_pay[j] = me.collective_pay


@process
def stand_up(people, present, desks):
    """Write what a month changes back into the rows."""
    for first in range(0, present.shape[0], TILE):
        desk, rows = desks[first // TILE], present[first : first + TILE]
        for j in range(rows.shape[0]):
            me = people[rows[j]]
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
