"""Processes over people: the year's turn, outsiders, looking around, moving, taking part, pooling land."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..agents.villager import (
    belonging_after,
    chance_to_join,
    chance_to_move,
    civic_logit,
    civic_place,
    even,
    habit_after,
    leave_exponent,
    leave_factor,
    odds_against,
    points_after,
    pooling_cost,
    return_exponent,
    return_factor,
    saturating,
)
from ..base.compiled import TILE, process, rule
from ..base.numbers import exp, fen, log
from ..base.streams import draws, unit
from ..institutions.village import TALLY
from ..state.columns import (
    AWAY,
    CADRE_SEATS,
    EMPTY,
    GONE,
    HOME,
    OUTSIDER,
    TIES,
)
from ..state.flows import DRIVER, FLOW
from ..state.inputs import CHANGE, LUCK_ATTEND, LUCK_CONTRIBUTE, LUCK_MOVE
from .booking import book, outside_pays, outside_receives

LABOUR_AGE = 70.0
#: what a neighbour sees of a person, a byte each in one word: is there, takes part, pools, is an example
CIVIC_BYTE, POOLS_BYTE, EXAMPLE_BYTE = 8, 16, 24


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
    return (status == HOME) & (pools == 1) & (age < LABOUR_AGE)


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
    for k in range(arrivals):
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
    outside_receives(village, vouchers, FLOW.moved_out, left)
    book(ledger, FLOW.moved_out, left_booked)
    outside_pays(village, vouchers, FLOW.moved_in, brought)
    book(ledger, FLOW.moved_in, brought_booked)


@process
def look_around(village, people, ties, present, peers):
    """What each villager sees of neighbours as they were at the start of the month.

    ``peers[:, j]`` is what the person of row ``present[j]`` sees: mean trust, share who contributed, share who pool, share
    of party or notable neighbours.
    """
    # what there is to see of everybody, in few bytes: four flags in the four bytes of one word (eight neighbours
    # never overflow a byte), and trust, both zero for a row where nobody is
    seen = np.zeros(village.rows, np.int32)
    seen_trust = np.zeros(village.rows)
    for j in range(present.shape[0]):
        i = present[j]
        me = people[i]
        flags = 1 + (1 << CIVIC_BYTE) * me.contributes + (1 << POOLS_BYTE) * me.pools
        seen[i] = flags + (1 << EXAMPLE_BYTE) * (me.party | me.notable)
        seen_trust[i] = me.trust
    for j in range(present.shape[0]):
        i = present[j]
        counts, trust = 0, 0.0
        for k in range(TIES):
            other = ties[i, k]
            counts += seen[other]
            trust += seen_trust[other]
        there = counts & 255
        if there > 0:
            share = 1.0 / there
            peers[0, j] = trust * share
            peers[1, j] = ((counts >> CIVIC_BYTE) & 255) * share
            peers[2, j] = ((counts >> POOLS_BYTE) & 255) * share
            peers[3, j] = ((counts >> EXAMPLE_BYTE) & 255) * share
        else:
            peers[0, j] = village.mean_trust
            peers[1, j] = village.civic_share
            peers[2, j] = 0.0
            peers[3, j] = 0.0


@process
def moving(month_of_year, village, people, present, luck, changes, lever, setting, p):
    """Villagers leave for work or come home (Spring Festival: home in February, away in March)."""
    services = 0.25 * (
        village.public_collective
        + village.public_fiscal
        + village.convenience_collective
        + village.convenience_fiscal
        + village.living_collective
        + village.living_fiscal
        + village.elder_collective
        + village.elder_fiscal
    )
    gap = log(setting.outside_wage / (village.mean_income + 1.0)) - p.gap_reference
    out_season = p.march_leave if month_of_year == 3 else 1.0
    in_season = p.february_return if month_of_year == 2 else 1.0
    out = leave_factor(gap, services, out_season, p)
    back = return_factor(gap, services, in_season, lever.talent_return, p)
    levels, codes = np.empty((2, TILE), np.float32), np.empty((5, TILE), np.uint8)
    age, trust = levels[0], levels[1]
    status, cadre, notable, pools, moves = codes[0], codes[1], codes[2], codes[3], codes[4]
    for first in range(0, present.shape[0], TILE):
        size = min(TILE, present.shape[0] - first)
        for j in range(size):
            i = present[first + j]
            me = people[i]
            age[j] = me.age
            trust[j] = me.trust
            notable[j] = me.notable
            pools[j] = me.pools
            status[j] = me.status
            cadre[j] = me.cadre
        word = luck[LUCK_MOVE, first : first + size]
        for j in range(size):
            years = np.float64(age[j])
            may_leave, may_return = (status[j] == HOME) & (cadre[j] == 0), status[j] == AWAY
            leaving = leave_exponent(years, np.float64(trust[j]), float(notable[j]), float(pools[j]), p)
            own = return_exponent(years, p) if may_return else leaving
            moves[j] = 1 if unit(word[j]) < chance_to_move(may_leave, may_return, out, back, own, years) else 0
        for j in range(size):
            if moves[j] == 0:
                continue
            me = people[present[first + j]]
            supplies = me.pools == 1 and me.age < LABOUR_AGE
            if me.status == HOME:
                me.status = AWAY
                if supplies:
                    changes[CHANGE.supply_moving] -= np.float64(me.skill)
            else:
                me.status = HOME
                if supplies:
                    changes[CHANGE.supply_moving] += np.float64(me.skill)


@process
def taking_part(village, enterprise, people, present, luck, peers, ledger, vouchers, lever, setting, p):
    """Civic participation: who takes part in public affairs, who attends the meeting, who gives, who earns points."""
    services_collective = (
        0.25
        * setting.channel_affairs
        * (
            village.public_collective
            + village.convenience_collective
            + village.living_collective
            + village.elder_collective
        )
    )
    place = civic_place(
        village.effect_civic,
        village.self_governance,
        services_collective,
        lever.civic_participation,
        lever.volunteer_time,
        p,
    )
    attend = exp(-p.attend_bonus)
    far = 1.0 - village.smart_governance
    gift = fen(p.contribution)
    covered = lever.points_for_all
    covered_party = min(1.0, covered + lever.points)
    organisation, example, bonds = village.party_organisation, lever.example, setting.channel_belonging
    voice = lever.outsider_voice
    took_part, attended, there, given, given_booked, redeemed, redeemed_booked = 0, 0, 0, 0, 0, 0, 0
    levels, codes, eligible = np.empty((5, TILE), np.float32), np.empty((4, TILE), np.uint8), np.empty(TILE)
    trust, norm, belonging, habit, points = levels[0], levels[1], levels[2], levels[3], levels[4]
    party, status, acts, comes = codes[0], codes[1], codes[2], codes[3]
    for first in range(0, present.shape[0], TILE):
        size = min(TILE, present.shape[0] - first)
        for j in range(size):
            i = present[first + j]
            me = people[i]
            trust[j] = me.trust
            norm[j] = me.norm
            belonging[j] = me.belonging
            habit[j] = me.habit
            points[j] = me.points
            party[j] = me.party
            status[j] = me.status
        near_civic, near_example = peers[1, first : first + size], peers[3, first : first + size]
        word_act = luck[LUCK_CONTRIBUTE, first : first + size]
        word_come = luck[LUCK_ATTEND, first : first + size]
        for j in range(size):
            covers = covered_party if party[j] == 1 else covered
            admitted = voice if status[j] == OUTSIDER else 1.0
            logit = civic_logit(
                place,
                np.float64(trust[j]),
                np.float64(norm[j]),
                near_civic[j],
                np.float64(belonging[j]) * bonds,
                np.float64(points[j]) * covers,
                organisation * (near_example[j] + example),
                np.float64(habit[j]),
                far if status[j] == AWAY else 0.0,
                p,
            )
            odds = odds_against(logit)
            acting = 1.0 if unit(word_act[j]) < admitted / (1.0 + odds) else 0.0
            coming = 1.0 if unit(word_come[j]) < admitted / (1.0 + odds * attend) else 0.0
            habit[j] = np.float32(habit_after(np.float64(habit[j]), acting, p))
            points[j] = np.float32(points_after(np.float64(points[j]), acting, covers, p))
            eligible[j] = covers
            acts[j] = int(acting)
            comes[j] = 0 if status[j] == AWAY else int(coming)
        for j in range(size):
            me = people[present[first + j]]
            took, came = np.int64(acts[j]), np.int64(comes[j])
            me.contributes = took
            me.attends = came
            me.habit = habit[j]
            me.points = points[j]
            at_home = int(status[j] == HOME)
            there += at_home
            attended += at_home * came
            took_part += took * int(status[j] != OUTSIDER)
            gives = took * gift if (status[j] != AWAY) & (me.wealth >= gift) else 0
            me.wealth -= gives
            given += gives
            given_booked += gives
            if eligible[j] > 0.0 and took == 1:
                prize = fen(p.point_value * p.points_earned * eligible[j])
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
    village.home = there
    village.civic_share = took_part / max(1, village.registered)
    village.turnout = attended / max(1, there)
    quorate = attended >= p.quorum * village.registered  # those away count in the quorum, as the law has it
    village.meetings_quorate = village.meetings_quorate * TALLY + (1.0 if quorate else 0.0)


@process
def pooling_round(
    seed, month, village, enterprise, people, present, peers, pooling, momentum, changes, lever, setting, p
):
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
    for j in range(present.shape[0]):
        i = present[j]
        me = people[i]
        status = me.status
        if status != HOME and status != AWAY:
            continue
        away = 1.0 if status == AWAY else 0.0
        terms[0] = p.economic_constant + village.effect_economic
        terms[1] = p.economic_trust * np.float64(me.trust)
        terms[2] = p.economic_peers * peers[2, j]
        terms[3] = (
            p.economic_dividend
            * saturating(np.float64(me.expected_dividend), p.dividend_half)
            * setting.channel_dividends
        )
        terms[4] = p.economic_example * village.party_organisation * (peers[3, j] + lever.example)
        terms[5] = p.economic_law * village.rule_of_law
        terms[6] = p.economic_habit * me.pools
        terms[7] = -p.economic_away * away * far
        terms[8] = -p.economic_cost * pooling_cost(rent, job_chance, p.farm_income, away, p)
        terms[9] = lever.economic_participation
        logit = 0.0
        for k in range(10):
            logit += terms[k]
        join = chance_to_join(logit)
        _, _, u, _ = draws(seed, low, high, np.int64(i), month, 2)
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
            for k in range(1, 10):  # the constant term never changes
                momentum[DRIVER.land_trust + k - 1] += slope * (terms[k] - pooling[i, k]) * per_head
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
def bond(village, enterprise, people, present, setting, lever, p):
    """Belonging (利益共同体、情感共同体、命运共同体): members who pool, are paid and are heard belong more."""
    voice, policy, strangers = village.self_governance, lever.belonging, lever.estrangement
    jobs, dividends = setting.channel_jobs, setting.channel_dividends
    levels, codes, shares = np.empty((4, TILE), np.float32), np.empty((3, TILE), np.uint8), np.empty(TILE, np.int32)
    dividend, expected, pay, belonging = levels[0], levels[1], levels[2], levels[3]
    pools, heard, status = codes[0], codes[1], codes[2]
    for first in range(0, present.shape[0], TILE):
        size = min(TILE, present.shape[0] - first)
        for j in range(size):
            me = people[present[first + j]]
            dividend[j] = me.dividend
            expected[j] = me.expected_dividend
            pay[j] = me.collective_pay
            belonging[j] = me.belonging
            pools[j] = me.pools
            heard[j] = me.contributes
            shares[j] = me.share
            status[j] = me.status
        for j in range(size):
            got = np.float64(dividend[j])
            paid = saturating(got + np.float64(pay[j]) * jobs, p.dividend_half)
            broken = saturating(max(0.0, np.float64(expected[j]) - got), p.dividend_half)
            excluded = (1.0 if shares[j] == 0 else 0.0) + strangers
            before = np.float64(belonging[j])
            after = belonging_after(
                before, float(pools[j]), paid * dividends, heard[j] * voice, excluded, broken, policy, p
            )
            belonging[j] = np.float32(before if status[j] == OUTSIDER else after)
        for j in range(size):
            people[present[first + j]].belonging = belonging[j]
