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
from ..base.streams import throw_for, unit
from ..institutions.village import TALLY
from ..state.columns import AWAY, HOME, OUTSIDER
from ..state.flows import DRIVER, FLOW
from ..state.inputs import CHANGE, LUCK_ATTEND, LUCK_CONTRIBUTE
from .booking import book


@process
def taking_part(village, present, desks, luck, peers, ledger, vouchers, lever, setting, p):
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
    eligible, logits, odds, gives = np.empty(TILE), np.empty(TILE), np.empty(TILE), np.empty(TILE, np.int64)
    for first in range(0, present.shape[0], TILE):
        size = min(TILE, present.shape[0] - first)
        desk = desks[first // TILE]
        trust, norm, belonging, habit, points = desk.trust, desk.norm, desk.belonging, desk.habit, desk.points
        party, status, acts, comes, wealth = desk.party, desk.status, desk.contributes, desk.attends, desk.wealth
        near_civic, near_example = peers[1, first : first + size], peers[3, first : first + size]
        word_act = luck[LUCK_CONTRIBUTE, first : first + size]
        word_come = luck[LUCK_ATTEND, first : first + size]
        for j in range(size):
            covers = covered_party if party[j] == 1 else covered
            eligible[j] = covers
            logits[j] = civic_logit(
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
        for j in range(size):
            odds[j] = odds_against(logits[j])
        for j in range(size):
            admitted = voice if status[j] == OUTSIDER else 1.0
            acting = 1.0 if unit(word_act[j]) < admitted / (1.0 + odds[j]) else 0.0
            coming = 1.0 if unit(word_come[j]) < admitted / (1.0 + odds[j] * attend) else 0.0
            habit[j] = np.float32(habit_after(np.float64(habit[j]), acting, p))
            points[j] = np.float32(points_after(np.float64(points[j]), acting, eligible[j], p))
            acts[j] = int(acting)
            comes[j] = 0 if status[j] == AWAY else int(coming)
        given_before = given
        for j in range(size):
            took, came = np.int64(acts[j]), np.int64(comes[j])
            at_home = int(status[j] == HOME)
            there += at_home
            attended += at_home * came
            took_part += took * int(status[j] != OUTSIDER)
            gives[j] = took * gift * int((status[j] != AWAY) & (wealth[j] >= gift))
            wealth[j] -= gives[j]
            given += gives[j]
            given_booked += gives[j]
        if covered_party > 0.0:
            for j in range(size):  # prizes are paid as far as the account goes, which the gifts so far have filled
                given_before += gives[j]
                if eligible[j] > 0.0 and acts[j] == 1:
                    prize = fen(p.point_value * p.points_earned * eligible[j])
                    if village.account_fiscal + given_before >= prize + redeemed:
                        wealth[j] += prize
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
    trust_weight, peers_weight, habit_weight = p.economic_trust, p.economic_peers, p.economic_habit
    dividend_weight, dividends = p.economic_dividend, setting.channel_dividends
    example_weight, example = p.economic_example * village.party_organisation, lever.example
    constant, law = p.economic_constant + village.effect_economic, p.economic_law * village.rule_of_law
    policy, farm_income = lever.economic_participation, p.farm_income
    per_head = 1.0 / max(1, village.registered)
    words = np.empty((4, present.shape[0]), np.uint32)
    throw_for(present, words, seed, village.key_low, village.key_high, month, 2, 0)
    # a loop that reads many columns of a desk writes on paper: where both are one block of memory, it stays scalar
    terms, logits, joins = np.empty((10, TILE)), np.empty(TILE), np.empty(TILE)
    m1 = momentum[DRIVER.land_trust]
    m2 = momentum[DRIVER.land_peers]
    m3 = momentum[DRIVER.land_dividend]
    m4 = momentum[DRIVER.land_party_example]
    m5 = momentum[DRIVER.land_law]
    m6 = momentum[DRIVER.land_habit]
    m7 = momentum[DRIVER.land_away]
    m8 = momentum[DRIVER.land_cost]
    m9 = momentum[DRIVER.land_policy]
    by_luck, by_entry = momentum[DRIVER.land_luck], momentum[DRIVER.land_entry]
    t1, t2, t3, t4, t6, t7, t8 = terms[1], terms[2], terms[3], terms[4], terms[6], terms[7], terms[8]
    terms[0], terms[5], terms[9] = constant, law, policy
    for first in range(0, present.shape[0], TILE):
        size = min(TILE, present.shape[0] - first)
        desk = desks[first // TILE]
        trust, expected_dividend, pools, shares = desk.trust, desk.expected_dividend, desk.pools, desk.share
        status, age, skill = desk.status, desk.age, desk.skill
        near_pools, near_example = peers[2, first : first + size], peers[3, first : first + size]
        for j in range(size):
            away = 1.0 if status[j] == AWAY else 0.0
            t1[j] = trust_weight * np.float64(trust[j])
            t2[j] = peers_weight * near_pools[j]
            t3[j] = dividend_weight * saturating(np.float64(expected_dividend[j]), p.dividend_half) * dividends
            t4[j] = example_weight * (near_example[j] + example)
            t6[j] = habit_weight * pools[j]
            t7[j] = -p.economic_away * away * far
            t8[j] = -p.economic_cost * pooling_cost(rent, job_chance, farm_income, away, p)
            logits[j] = constant + t1[j] + t2[j] + t3[j] + t4[j] + law + t6[j] + t7[j] + t8[j] + policy
            joins[j] = chance_to_join(logits[j])
        for j in range(size):
            if status[j] == OUTSIDER:
                continue
            kept = pooling[present[first + j]]
            logit, join = logits[j], joins[j]
            before = np.int64(pools[j])
            has_share = shares[j] > 0
            after = 1 if (unit(words[2, first + j]) < join and has_share) else 0
            member = 1.0 if has_share else 0.0
            if kept[10] >= 0.0:
                old_logit = 0.0
                for k in range(10):
                    old_logit += kept[k]
                gap = logit - old_logit
                expected = join * member - kept[10]
                slope = join * (1.0 - join) * member if gap == 0.0 else expected / gap
                m1 += slope * (t1[j] - kept[1]) * per_head  # the constant term never changes
                m2 += slope * (t2[j] - kept[2]) * per_head
                m3 += slope * (t3[j] - kept[3]) * per_head
                m4 += slope * (t4[j] - kept[4]) * per_head
                m5 += slope * (law - kept[5]) * per_head
                m6 += slope * (t6[j] - kept[6]) * per_head
                m7 += slope * (t7[j] - kept[7]) * per_head
                m8 += slope * (t8[j] - kept[8]) * per_head
                m9 += slope * (policy - kept[9]) * per_head
                luck = (after - before) - expected
                if gap == 0.0:
                    luck = luck + expected
                by_luck += luck * per_head
            else:
                by_entry += (after - before) * per_head
            for k in range(10):
                kept[k] = terms[k, j]
            kept[10] = join * member
            if after != before and works_for_collective(status[j], 1, np.float64(age[j])):
                changes[CHANGE.supply_joining] += np.float64(skill[j]) * (after - before)
            pools[j] = after
    momentum[DRIVER.land_trust] = m1
    momentum[DRIVER.land_peers] = m2
    momentum[DRIVER.land_dividend] = m3
    momentum[DRIVER.land_party_example] = m4
    momentum[DRIVER.land_law] = m5
    momentum[DRIVER.land_habit] = m6
    momentum[DRIVER.land_away] = m7
    momentum[DRIVER.land_cost] = m8
    momentum[DRIVER.land_policy] = m9
    momentum[DRIVER.land_luck] = by_luck
    momentum[DRIVER.land_entry] = by_entry


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
