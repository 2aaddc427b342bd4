"""The register: who ages, dies, leaves, inherits, comes of age and moves in at New Year; outsiders every month."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..agents.lifetime import LABOUR_AGE, works_for_collective, yearly_death_chance
from ..agents.villager import even
from ..base.compiled import TILE, process, rule
from ..base.numbers import exp, fen
from ..base.streams import draws, throw, unit
from ..state.columns import AWAY, CADRE_SEATS, GONE, HOME, OUTSIDER, TIES
from ..state.flows import DRIVER, FLOW
from ..state.inputs import CHANGE
from .booking import book, outside_pays, outside_receives
from .desks import move_up


@rule
def holding_of(seed: int, low: int, high: int, household: int, p: Any) -> float:
    """What a household's land and business earn against the mean: exp(s·ξ − s²/2), ξ of two keyed draws."""
    u1, u2, _, _ = draws(seed, low, high, household, 0, 68)
    spread = p.holding_spread
    return exp(spread * 0.7071067811865476 * (even(u1) + even(u2)) - 0.5 * spread * spread)


@rule
def choose_ties(
    ties: Any, row: int, rows: int, people: Any, seed: int, low: int, high: int, month: int, p: Any
) -> None:
    """Eight ties for a new row: most inside the grid, the rest anywhere; keyed draws, two tries each."""
    own = people[row].grid
    for k in range(TIES):
        u, w, x, y = draws(seed, low, high, row, month, 40 + k)
        choice = int(u * rows)
        if w < p.ties_in_grid and people[choice].grid != own:
            choice = int(x * rows)
            if people[choice].grid != own:
                choice = int(y * rows)
        if choice == row:
            choice = (row + 1) % rows
        ties[row, k] = choice


@rule
def add_person(
    people: Any,
    ties: Any,
    row: int,
    status: int,
    household: int,
    grid: int,
    age: float,
    trust: float,
    rows: int,
    seed: int,
    low: int,
    high: int,
    month: int,
    p: Any,
) -> None:
    """A new row: skill, disposition, norm, party membership from keyed draws; trust between inclination and place."""
    me = people[row]
    u_skill, u_disposition, u_norm, u_party = draws(seed, low, high, row, month, 5)
    u_skill2, u_notable, _, _ = draws(seed, low, high, row, month, 6)
    me.status = status
    me.household = household
    me.grid = grid
    me.age = np.float32(age)
    log_skill = p.skill_spread * 0.7071067811865476 * (even(u_skill) + even(u_skill2))
    me.skill = np.float32(exp(log_skill - 0.5 * p.skill_spread * p.skill_spread))
    me.holding = np.float32(holding_of(seed, low, high, household, p))
    disposition = p.disposition_mean + p.disposition_spread * even(u_disposition)
    disposition = min(0.98, max(0.02, disposition))
    me.disposition = np.float32(disposition)
    me.trust = np.float32(0.5 * trust + 0.5 * disposition)
    me.norm = np.float32(0.35 + 0.3 * u_norm)
    me.legal = np.float32(0.4)
    me.party = 1 if u_party < p.party_share else 0
    me.notable = 1 if u_notable < p.notable_share else 0
    me.satisfaction = np.float32(0.5)
    me.permanent_income = np.float32(0.5 * p.local_wage * me.skill)
    choose_ties(ties, row, rows, people, seed, low, high, month, p)


@process
def new_year(seed, month, village, enterprise, people, ties, cadres, ledger, vouchers, momentum, changes, p):
    """January: age, deaths, leaving the register, inheritance, coming of age, arrivals on the register, ties mended."""
    low, high = village.key_low, village.key_high
    rows = village.rows
    old_trust = village.mean_trust
    old_pooled = enterprise.pooled
    registered = village.registered
    leaving = np.zeros(rows, np.uint8)
    heir = np.full(village.households, -1, np.int32)
    grown = np.zeros(rows, np.uint8)
    words = np.empty((4, rows), np.uint32)
    throw(words, seed, low, high, month, 3, 0)
    for i in range(rows):
        me = people[i]
        status = me.status
        if status == HOME or status == AWAY or status == OUTSIDER:
            age = np.float64(me.age)
            offered = works_for_collective(status, me.pools, age)
            me.age = np.float32(age + 1.0)
            if offered and age + 1.0 >= LABOUR_AGE:
                changes[CHANGE.supply_entry_exit] -= np.float64(me.skill)
            u_death, u_child, u_register = unit(words[0, i]), unit(words[1, i]), unit(words[2, i])
            # numbers rather than branches: who is away, and who is the first of a household, has no pattern
            moves_out = int((status == AWAY) & (u_register < p.registration_out_rate))
            leaving[i] = 1 if u_death < yearly_death_chance(age, p) else 2 * moves_out
            stays = int((leaving[i] == 0) & (status != OUTSIDER))
            grown[i] = stays * int(u_child < p.coming_of_age_rate)
            first = heir[me.household]
            heir[me.household] = i if stays * int(first < 0) == 1 else first
    estates, estates_booked, moved, moved_booked = 0, 0, 0, 0
    departed_trust, departed_pool, members_left, people_left = 0.0, 0.0, 0, 0
    for i in range(rows):
        if leaving[i] == 0:
            continue
        me = people[i]
        h = -1 if me.status == OUTSIDER else heir[me.household]
        if leaving[i] == 2:
            fortune = me.wealth
            me.wealth -= fortune
            moved += fortune
            moved_booked += fortune
        elif h >= 0:
            fortune = me.wealth
            me.wealth -= fortune
            people[h].wealth += fortune
        else:
            fortune = me.wealth
            me.wealth -= fortune
            estates += fortune
            estates_booked += fortune
        if h >= 0:
            people[h].share += me.share
        else:
            enterprise.shares_village += me.share
        me.share = 0
        if works_for_collective(me.status, me.pools, np.float64(me.age)):
            changes[CHANGE.supply_entry_exit] -= np.float64(me.skill)
        departed_trust += np.float64(me.trust) - old_trust
        people_left += 1
        if me.status != OUTSIDER:
            departed_pool += me.pools - old_pooled
            members_left += 1
        if me.dispute > 0:
            changes[CHANGE.withdrawn] += 1.0
        if me.request > 0:
            village.waiting -= 1.0
        me.status = GONE
        me.collective_pay = np.float32(0.0)
        me.pools = 0
        me.contributes = 0
        me.dispute = 0
        me.request = 0
    for s in range(CADRE_SEATS):  # a seat whose holder died stands empty until the month's election
        if cadres[s].active == 1 and people[cadres[s].person].status == GONE:
            cadres[s].active = 0
            people[cadres[s].person].cadre = 0
    village.account_fiscal += estates
    vouchers[FLOW.estates] += estates
    book(ledger, FLOW.estates, estates_booked)
    outside_receives(village, vouchers, FLOW.moved_out, moved)
    book(ledger, FLOW.moved_out, moved_booked)
    row = rows
    for i in range(rows):
        if grown[i] == 1:
            parent = people[i]
            add_person(
                people, ties, row, HOME, parent.household, parent.grid, 18.0, old_trust, row, seed, low, high, month, p
            )
            half = parent.share // 2
            parent.share -= half
            people[row].share += half
            row += 1
    u_in, _, _, _ = draws(seed, low, high, 0, month, 16)
    arrivals = int(p.registration_in_rate * registered + u_in)
    brought, brought_booked = 0, 0
    for _ in range(arrivals):
        u_home, u_age, _, _ = draws(seed, low, high, row, month, 7)
        host = people[int(u_home * rows)]
        add_person(
            people,
            ties,
            row,
            HOME,
            host.household,
            host.grid,
            20.0 + 15.0 * u_age,
            old_trust,
            row,
            seed,
            low,
            high,
            month,
            p,
        )
        fortune = fen(p.newcomer_wealth)
        people[row].wealth += fortune
        brought += fortune
        brought_booked += fortune
        row += 1
    outside_pays(village, vouchers, FLOW.moved_in, brought)
    book(ledger, FLOW.moved_in, brought_booked)
    gone = np.empty(row, np.uint8)
    for i in range(row):
        gone[i] = int(people[i].status == GONE)
    for i in range(row):
        mine = ties[i]
        lost = 0
        for k in range(TIES):
            lost += gone[mine[k]]
        if lost == 0 or gone[i] == 1:
            continue
        for k in range(TIES):
            if gone[mine[k]] == 1:
                u, _, _, _ = draws(seed, low, high, i, month, 48 + k)
                choice = int(u * row)
                ties[i, k] = choice if choice != i else (i + 1) % row
    came = row - rows
    village.rows = row
    village.registered = registered - members_left + came
    changes[CHANGE.departed_trust] += departed_trust
    # land: what entry and exit alone do to the share of members who pool
    if village.registered > 0:
        momentum[DRIVER.land_entry] += (0.0 - old_pooled) * came / village.registered
        momentum[DRIVER.land_exit] -= departed_pool / village.registered


@process
def outsiders(seed, month, village, people, ties, present, desks, ledger, vouchers, changes, p):
    """Resident outsiders (非户籍居民) come and go every month, with what they own."""
    low, high = village.key_low, village.key_high
    rows, count = village.rows, village.people
    left, left_booked, brought, brought_booked = 0, 0, 0, 0
    they = np.empty(count + 1, np.uint32)  # places of those who are outsiders
    strangers = 0
    for first in range(0, count, TILE):
        status = desks[first // TILE].status
        here = 0
        for j in range(min(TILE, count - first)):
            here += int(status[j] == OUTSIDER)
        if here == 0:  # most desks: outsiders sit together, behind those who were there at the start
            continue
        for j in range(min(TILE, count - first)):
            they[strangers] = first + j
            strangers += int(status[j] == OUTSIDER)
    gone, first_gone = 0, count
    for k in range(strangers):
        place = they[k]
        u, _, _, _ = draws(seed, low, high, int(present[place]), month, 4)
        if u < p.outsider_turnover:
            desk, seat = desks[place // TILE], place % TILE
            fortune = desk.wealth[seat]
            desk.wealth[seat] -= fortune
            left += fortune
            left_booked += fortune
            changes[CHANGE.departed_trust] += np.float64(desk.trust[seat]) - village.mean_trust
            if desk.dispute[seat] > 0:
                changes[CHANGE.withdrawn] += 1.0
            if desk.request[seat] > 0:
                village.waiting -= 1.0
            desk.status[seat] = GONE
            desk.collective_pay[seat] = np.float32(0.0)
            desk.contributes[seat] = 0
            desk.dispute[seat] = 0
            desk.request[seat] = 0
            first_gone = min(first_gone, int(place))
            gone += 1
    _, u_in, _, _ = draws(seed, low, high, 0, month, 16)
    arrivals = int(p.outsider_turnover * p.outsider_share * village.registered + u_in)
    for k in range(arrivals):
        row = rows + k
        u_home, u_age, _, _ = draws(seed, low, high, row, month, 7)
        household = int(u_home * village.households)
        grid = people[int(u_home * rows)].grid
        add_person(
            people,
            ties,
            row,
            OUTSIDER,
            household,
            grid,
            22.0 + 28.0 * u_age,
            village.mean_trust,
            row,
            seed,
            low,
            high,
            month,
            p,
        )
        fortune = fen(p.newcomer_wealth)
        people[row].wealth += fortune
        brought += fortune
        brought_booked += fortune
    village.rows = rows + arrivals
    village.outsiders += arrivals - gone
    village.people = move_up(people, present, desks, first_gone, count, rows, rows + arrivals)
    outside_receives(village, vouchers, FLOW.moved_out, left)
    book(ledger, FLOW.moved_out, left_booked)
    outside_pays(village, vouchers, FLOW.moved_in, brought)
    book(ledger, FLOW.moved_in, brought_booked)
