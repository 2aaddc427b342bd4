"""Processes over people: the year's turn, outsiders, looking around, moving, taking part, pooling land."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..agents.villager import (
    belonging_after,
    chance_to_join,
    chance_to_leave,
    chance_to_return,
    civic_logit,
    civic_place,
    even,
    habit_after,
    leave_factor,
    odds_against,
    points_after,
    pooling_cost,
    return_factor,
    saturating,
)
from ..base.compiled import process, rule
from ..base.numbers import exp, fen, log
from ..base.streams import draws, unit
from ..state.columns import (
    AWAY,
    EMPTY,
    GONE,
    HOME,
    OUTSIDER,
    SEEN_CONTRIBUTES,
    SEEN_EXAMPLE,
    SEEN_POOLS,
    SEEN_THERE,
    TIES,
)
from ..state.flows import DRIVER, FLOW
from ..state.inputs import CHANGE, LUCK_ATTEND, LUCK_CONTRIBUTE, LUCK_MOVE
from .booking import book, outside_pays, outside_receives

LABOUR_AGE = 70.0


@rule
def yearly_death_chance(age: float, p: Any) -> float:
    """Gompertz: scale·level·exp(slope·(age − 30)), at most .6 a year."""
    risk = p.death_scale * p.death_level * exp(p.death_slope * (age - 30.0))
    if risk > 0.6:
        return 0.6
    return risk


@rule
def works_for_collective(status: int, pools: int, age: float) -> bool:
    """Whether a villager's labour is on offer to the collective: pools land, at home, below 70."""
    return status == HOME and pools == 1 and age < LABOUR_AGE


@rule
def choose_ties(ties: Any, row: int, rows: int, people: Any, seed: int, low: int, high: int, month: int, p: Any) -> None:
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
    people: Any, ties: Any, row: int, status: int, household: int, grid: int, age: float, trust: float, rows: int,
    seed: int, low: int, high: int, month: int, p: Any,
) -> None:
    """A new row: skill, disposition, norm and party membership from keyed draws, trust between own inclination and the place."""
    me = people[row]
    u_skill, u_disposition, u_norm, u_party = draws(seed, low, high, row, month, 5)
    u_skill2, u_notable, _, _ = draws(seed, low, high, row, month, 6)
    me.status = status
    me.household = household
    me.grid = grid
    me.age = np.float32(age)
    log_skill = p.skill_spread * 0.7071067811865476 * (even(u_skill) + even(u_skill2))
    me.skill = np.float32(exp(log_skill - 0.5 * p.skill_spread * p.skill_spread))
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
def new_year(seed, month, village, enterprise, people, ties, ledger, vouchers, momentum, changes, p):
    """January: age, deaths, leaving the register, inheritance, coming of age, arrivals on the register, ties mended."""
    low, high = village.key_low, village.key_high
    rows = village.rows
    old_trust = village.mean_trust
    old_pooled = enterprise.pooled
    registered = village.registered
    leaving = np.zeros(rows, np.uint8)
    heir = np.full(village.households, -1, np.int32)
    grown = np.zeros(rows, np.uint8)
    for i in range(rows):
        me = people[i]
        status = me.status
        if status == HOME or status == AWAY or status == OUTSIDER:
            age = np.float64(me.age)
            offered = works_for_collective(status, me.pools, age)
            me.age = np.float32(age + 1.0)
            if offered and age + 1.0 >= LABOUR_AGE:
                changes[CHANGE.supply_entry_exit] -= np.float64(me.skill)
            u_death, u_child, u_register, _ = draws(seed, low, high, i, month, 3)
            if u_death < yearly_death_chance(age, p):
                leaving[i] = 1
            elif status == AWAY and u_register < p.registration_out_rate:
                leaving[i] = 2
            else:
                if status != OUTSIDER and u_child < p.coming_of_age_rate:
                    grown[i] = 1
                if status != OUTSIDER and heir[me.household] < 0:
                    heir[me.household] = i
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
        me.pools = 0
        me.contributes = 0
        me.dispute = 0
        me.request = 0
    village.account_fiscal += estates
    vouchers[FLOW.estates] += estates
    book(ledger, FLOW.estates, estates_booked)
    outside_receives(village, vouchers, FLOW.moved_out, moved)
    book(ledger, FLOW.moved_out, moved_booked)
    row = rows
    for i in range(rows):
        if grown[i] == 1:
            parent = people[i]
            add_person(people, ties, row, HOME, parent.household, parent.grid, 18.0, old_trust, row, seed, low, high, month, p)
            half = parent.share // 2
            parent.share -= half
            people[row].share += half
            row += 1
    u_in, _, _, _ = draws(seed, low, high, 0, month, 16)
    arrivals = int(p.registration_in_rate * registered + u_in)
    brought, brought_booked = 0, 0
    for k in range(arrivals):
        u_home, u_age, _, _ = draws(seed, low, high, row, month, 7)
        host = people[int(u_home * rows)]
        add_person(people, ties, row, HOME, host.household, host.grid, 20.0 + 15.0 * u_age, old_trust, row, seed, low, high, month, p)
        fortune = fen(p.newcomer_wealth)
        people[row].wealth += fortune
        brought += fortune
        brought_booked += fortune
        row += 1
    outside_pays(village, vouchers, FLOW.moved_in, brought)
    book(ledger, FLOW.moved_in, brought_booked)
    for i in range(row):
        me = people[i]
        if me.status == EMPTY or me.status == GONE:
            continue
        for k in range(TIES):
            if people[ties[i, k]].status == GONE:
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
def outsiders(seed, month, village, people, ties, ledger, vouchers, changes, p):
    """Resident outsiders (非户籍居民) come and go every month, with what they own."""
    low, high = village.key_low, village.key_high
    rows = village.rows
    left, left_booked, brought, brought_booked = 0, 0, 0, 0
    for i in range(rows):
        me = people[i]
        if me.status == OUTSIDER:
            u, _, _, _ = draws(seed, low, high, i, month, 4)
            if u < p.outsider_turnover:
                fortune = me.wealth
                me.wealth -= fortune
                left += fortune
                left_booked += fortune
                changes[CHANGE.departed_trust] += np.float64(me.trust) - village.mean_trust
                if me.dispute > 0:
                    changes[CHANGE.withdrawn] += 1.0
                if me.request > 0:
                    village.waiting -= 1.0
                me.status = GONE
                me.contributes = 0
                me.dispute = 0
                me.request = 0
    _, u_in, _, _ = draws(seed, low, high, 0, month, 16)
    arrivals = int(p.outsider_turnover * p.outsider_share * village.registered + u_in)
    for k in range(arrivals):
        row = rows + k
        u_home, u_age, _, _ = draws(seed, low, high, row, month, 7)
        household = int(u_home * village.households)
        grid = people[int(u_home * rows)].grid
        add_person(people, ties, row, OUTSIDER, household, grid, 22.0 + 28.0 * u_age, village.mean_trust, row, seed, low, high, month, p)
        fortune = fen(p.newcomer_wealth)
        people[row].wealth += fortune
        brought += fortune
        brought_booked += fortune
    village.rows = rows + arrivals
    outside_receives(village, vouchers, FLOW.moved_out, left)
    book(ledger, FLOW.moved_out, left_booked)
    outside_pays(village, vouchers, FLOW.moved_in, brought)
    book(ledger, FLOW.moved_in, brought_booked)


@process
def look_around(village, people, ties, peers):
    """What each villager sees of neighbours as they were at the start of the month.

    ``peers`` rows: mean trust, share who contributed, share who pool, share of party or notable neighbours.
    """
    rows = village.rows
    seen = np.zeros(rows, np.uint8)
    seen_trust = np.zeros(rows, np.float32)
    for i in range(rows):
        me = people[i]
        status = me.status
        flags = 0
        if status == HOME or status == AWAY or status == OUTSIDER:
            flags = SEEN_THERE + SEEN_CONTRIBUTES * me.contributes + SEEN_POOLS * me.pools
            if me.party == 1 or me.notable == 1:
                flags += SEEN_EXAMPLE
        seen[i] = flags
        seen_trust[i] = me.trust
    for i in range(rows):
        if seen[i] == 0:
            continue
        there, civic, pool, example, trust = 0, 0, 0, 0, 0.0
        for k in range(TIES):
            j = ties[i, k]
            flags = np.int64(seen[j])
            is_there = flags & 1
            there += is_there
            civic += (flags >> 1) & 1
            pool += (flags >> 2) & 1
            example += (flags >> 3) & 1
            trust += np.float64(seen_trust[j]) * is_there
        if there > 0:
            share = 1.0 / there
            peers[i, 0] = trust * share
            peers[i, 1] = civic * share
            peers[i, 2] = pool * share
            peers[i, 3] = example * share
        else:
            peers[i, 0] = village.mean_trust
            peers[i, 1] = village.civic_share
            peers[i, 2] = 0.0
            peers[i, 3] = 0.0


@process
def moving(month_of_year, village, people, luck, changes, lever, setting, p):
    """Villagers leave for work or come home (Spring Festival: home in February, away in March)."""
    services = 0.25 * (
        village.public_collective + village.public_fiscal + village.convenience_collective + village.convenience_fiscal
        + village.living_collective + village.living_fiscal + village.elder_collective + village.elder_fiscal
    )
    gap = log(setting.outside_wage / (village.mean_income + 1.0)) - p.gap_reference
    out_season = p.march_leave if month_of_year == 3 else 1.0
    in_season = p.february_return if month_of_year == 2 else 1.0
    out = leave_factor(gap, services, out_season, p)
    back = return_factor(gap, services, in_season, lever.talent_return, p)
    for i in range(village.rows):
        me = people[i]
        status = me.status
        if status != HOME and status != AWAY:
            continue
        u_move = unit(luck[LUCK_MOVE, i])
        if status == HOME:
            if me.cadre == 0 and u_move < chance_to_leave(
                out, np.float64(me.age), np.float64(me.trust), me.notable, me.pools, p
            ):
                me.status = AWAY
                if me.pools == 1 and me.age < LABOUR_AGE:
                    changes[CHANGE.supply_moving] -= np.float64(me.skill)
        elif status == AWAY and u_move < chance_to_return(back, np.float64(me.age), p):
            me.status = HOME
            if me.pools == 1 and me.age < LABOUR_AGE:
                changes[CHANGE.supply_moving] += np.float64(me.skill)


@process
def taking_part(village, enterprise, people, luck, peers, ledger, vouchers, lever, setting, p):
    """Civic participation: who takes part in public affairs, who attends the meeting, who gives, who earns points."""
    services_collective = 0.25 * setting.channel_affairs * (
        village.public_collective + village.convenience_collective + village.living_collective + village.elder_collective
    )
    place = civic_place(
        village.effect_civic, village.self_governance, services_collective, lever.civic_participation,
        lever.volunteer_time, p,
    )
    attend = exp(-p.attend_bonus)
    far = 1.0 - village.smart_governance
    gift = fen(p.contribution)
    took_part, attended, present, given, given_booked, redeemed, redeemed_booked = 0, 0, 0, 0, 0, 0, 0
    for i in range(village.rows):
        me = people[i]
        status = me.status
        if status != HOME and status != AWAY and status != OUTSIDER:
            continue
        eligible = lever.points_for_all
        if me.party == 1:
            eligible = min(1.0, eligible + lever.points)
        logit = civic_logit(
            place, np.float64(me.trust), np.float64(me.norm), peers[i, 1],
            np.float64(me.belonging) * setting.channel_belonging, np.float64(me.points) * eligible,
            village.party_organisation * (peers[i, 3] + lever.example), np.float64(me.habit),
            far if status == AWAY else 0.0, p,
        )
        odds = odds_against(logit)
        admitted = lever.outsider_voice if status == OUTSIDER else 1.0
        acts = 1 if unit(luck[LUCK_CONTRIBUTE, i]) < admitted / (1.0 + odds) else 0
        comes = 0
        if status != AWAY:
            comes = 1 if unit(luck[LUCK_ATTEND, i]) < admitted / (1.0 + odds * attend) else 0
            if status == HOME:
                present += 1
                attended += comes
        me.contributes = acts
        me.attends = comes
        me.habit = np.float32(habit_after(np.float64(me.habit), acts, p))
        me.points = np.float32(points_after(np.float64(me.points), acts, eligible, p))
        if status != OUTSIDER:
            took_part += acts
        if acts == 1 and status != AWAY and me.wealth >= gift:
            me.wealth -= gift
            given += gift
            given_booked += gift
        if acts == 1 and eligible > 0.0:
            prize = fen(p.point_value * p.points_earned * eligible)
            if village.account_fiscal + given >= prize + redeemed:
                me.wealth += prize
                redeemed += prize
                redeemed_booked += prize
    village.account_fiscal += given
    vouchers[FLOW.contributions] += given
    book(ledger, FLOW.contributions, given_booked)
    village.account_fiscal -= redeemed
    vouchers[FLOW.points_redeemed] += redeemed
    book(ledger, FLOW.points_redeemed, redeemed_booked)
    village.home = present
    village.civic_share = took_part / max(1, village.registered)
    village.turnout = attended / max(1, present)
    village.meetings = village.meetings * TALLY + 1.0
    village.meetings_quorate = village.meetings_quorate * TALLY + (1.0 if village.turnout >= p.quorum else 0.0)


#: yearly tallies forget at 1/12 a month, so that they hold about a year
TALLY = 11.0 / 12.0


@process
def pooling_round(seed, month, village, enterprise, people, peers, pooling, momentum, changes, lever, setting, p):
    """January: registered villagers renew or end land pooling (economic participation) for a year.

    ``pooling[i]`` keeps the terms of each one's logit and last January's chance, so that the change of the share of
    members who pool is split exactly: by term (log-mean of the chance over the change of the logit), luck, entry, exit.
    """
    low, high = village.key_low, village.key_high
    far = 1.0 - village.smart_governance
    job_chance = 0.0
    if enterprise.labour_supply > 0.0:
        job_chance = min(1.0, enterprise.labour / enterprise.labour_supply) * setting.channel_jobs
    rent = p.rent_leasing
    if enterprise.form == 1:
        rent = p.rent_cooperative
    elif enterprise.form == 2:
        rent = p.rent_company
    elif enterprise.form == 3:
        rent = p.rent_tourism
    terms = np.zeros(10)
    per_head = 1.0 / max(1, village.registered)
    for i in range(village.rows):
        me = people[i]
        status = me.status
        if status != HOME and status != AWAY:
            continue
        away = 1.0 if status == AWAY else 0.0
        terms[0] = p.economic_constant + village.effect_economic
        terms[1] = p.economic_trust * np.float64(me.trust)
        terms[2] = p.economic_peers * peers[i, 2]
        terms[3] = p.economic_dividend * saturating(np.float64(me.expected_dividend), p.dividend_half) * setting.channel_dividends
        terms[4] = p.economic_example * village.party_organisation * (peers[i, 3] + lever.example)
        terms[5] = p.economic_law * village.rule_of_law
        terms[6] = p.economic_habit * me.pools
        terms[7] = -p.economic_away * away * far
        terms[8] = -p.economic_cost * pooling_cost(rent, job_chance, p.farm_income, away, p)
        terms[9] = lever.economic_participation
        logit = 0.0
        for k in range(10):
            logit += terms[k]
        join = chance_to_join(logit)
        _, _, u, _ = draws(seed, low, high, i, month, 2)
        before = me.pools
        after = 1 if (u < join and me.share > 0) else 0
        member = 1.0 if me.share > 0 else 0.0
        if pooling[i, 10] >= 0.0:
            old_logit = 0.0
            for k in range(10):
                old_logit += pooling[i, k]
            gap = logit - old_logit
            expected = join * member - pooling[i, 10]
            slope = join * (1.0 - join) * member if gap == 0.0 else expected / gap
            for k in range(10):
                momentum[DRIVER.land_constant + k] += slope * (terms[k] - pooling[i, k]) * per_head
            luck = (after - before) - expected
            if gap == 0.0:
                luck = luck + expected
            momentum[DRIVER.land_luck] += luck * per_head
        else:
            momentum[DRIVER.land_entry] += (after - before) * per_head
        for k in range(10):
            pooling[i, k] = terms[k]
        pooling[i, 10] = join * member
        if after != before and works_for_collective(status, 1, np.float64(me.age)):
            changes[CHANGE.supply_joining] += np.float64(me.skill) * (after - before)
        me.pools = after


@process
def bond(village, enterprise, people, setting, lever, p):
    """Belonging (利益共同体、情感共同体、命运共同体): members who pool, are paid and are heard belong more."""
    for i in range(village.rows):
        me = people[i]
        if me.status != HOME and me.status != AWAY:
            continue
        dividend = np.float64(me.dividend)
        expected = np.float64(me.expected_dividend)
        paid = saturating(dividend + np.float64(me.collective_pay) * setting.channel_jobs, p.dividend_half)
        broken = saturating(max(0.0, expected - dividend), p.dividend_half)
        excluded = 1.0 if me.share == 0 else 0.0
        me.belonging = np.float32(
            belonging_after(
                np.float64(me.belonging), me.pools, paid * setting.channel_dividends, me.contributes * village.self_governance,
                excluded, broken, lever.belonging, p,
            )
        )
