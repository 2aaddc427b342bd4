"""Taking part: public affairs every month, pooling land every January, and the belonging that grows from both."""

from __future__ import annotations

import numpy as np

from ..agents.lifetime import works_for_collective
from ..agents.villager import (
    belonging_after,
    chance_to_join,
    civic_logit,
    civic_place,
    habit_after,
    odds_against,
    points_after,
    pooling_cost,
    saturating,
)
from ..base.compiled import TILE, process
from ..base.numbers import exp, fen
from ..base.streams import draws, unit
from ..institutions.village import TALLY
from ..state.columns import AWAY, HOME, OUTSIDER
from ..state.flows import DRIVER, FLOW
from ..state.inputs import CHANGE, LUCK_ATTEND, LUCK_CONTRIBUTE
from .booking import book


@process
def taking_part(village, people, present, desks, luck, peers, ledger, vouchers, lever, setting, p):
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
    eligible = np.empty(TILE)
    for first in range(0, present.shape[0], TILE):
        size = min(TILE, present.shape[0] - first)
        desk = desks[first // TILE]
        trust, norm, belonging, habit, points = desk.trust, desk.norm, desk.belonging, desk.habit, desk.points
        party, status, acts, comes = desk.party, desk.status, desk.contributes, desk.attends
        rows = present[first : first + size]
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
            me = people[rows[j]]
            took, came = np.int64(acts[j]), np.int64(comes[j])
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
    seed, month, village, enterprise, present, desks, peers, pooling, momentum, changes, lever, setting, p
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
        desk, seat = desks[j // TILE], j % TILE
        status = desk.status[seat]
        if status != HOME and status != AWAY:
            continue
        away = 1.0 if status == AWAY else 0.0
        terms[0] = p.economic_constant + village.effect_economic
        terms[1] = p.economic_trust * np.float64(desk.trust[seat])
        terms[2] = p.economic_peers * peers[2, j]
        terms[3] = (
            p.economic_dividend
            * saturating(np.float64(desk.expected_dividend[seat]), p.dividend_half)
            * setting.channel_dividends
        )
        terms[4] = p.economic_example * village.party_organisation * (peers[3, j] + lever.example)
        terms[5] = p.economic_law * village.rule_of_law
        terms[6] = p.economic_habit * desk.pools[seat]
        terms[7] = -p.economic_away * away * far
        terms[8] = -p.economic_cost * pooling_cost(rent, job_chance, p.farm_income, away, p)
        terms[9] = lever.economic_participation
        logit = 0.0
        for k in range(10):
            logit += terms[k]
        join = chance_to_join(logit)
        _, _, u, _ = draws(seed, low, high, np.int64(i), month, 2)
        before = np.int64(desk.pools[seat])
        has_share = desk.share[seat] > 0
        after = 1 if (u < join and has_share) else 0
        member = 1.0 if has_share else 0.0
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
        if after != before and works_for_collective(status, 1, np.float64(desk.age[seat])):
            changes[CHANGE.supply_joining] += np.float64(desk.skill[seat]) * (after - before)
        desk.pools[seat] = after


@process
def bond(village, present, desks, setting, lever, p):
    """Belonging (利益共同体、情感共同体、命运共同体): members who pool, are paid and are heard belong more."""
    voice, policy, strangers = village.self_governance, lever.belonging, lever.estrangement
    jobs, dividends = setting.channel_jobs, setting.channel_dividends
    for first in range(0, present.shape[0], TILE):
        desk = desks[first // TILE]
        dividend, expected, pay, belonging = desk.dividend, desk.expected_dividend, desk.collective_pay, desk.belonging
        pools, heard, status, shares = desk.pools, desk.contributes, desk.status, desk.share
        for j in range(min(TILE, present.shape[0] - first)):
            got = np.float64(dividend[j])
            paid = saturating(got + np.float64(pay[j]) * jobs, p.dividend_half)
            broken = saturating(max(0.0, np.float64(expected[j]) - got), p.dividend_half)
            excluded = (1.0 if shares[j] == 0 else 0.0) + strangers
            before = np.float64(belonging[j])
            after = belonging_after(
                before, float(pools[j]), paid * dividends, heard[j] * voice, excluded, broken, policy, p
            )
            belonging[j] = np.float32(before if status[j] == OUTSIDER else after)
