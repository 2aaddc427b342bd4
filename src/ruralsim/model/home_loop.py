"""Processes of daily life: households earn and spend, disputes and requests, minds."""

from __future__ import annotations

import numpy as np

from ..agents.cadre import root
from ..agents.trust import leakage_seen, positive, trust_after
from ..agents.villager import (
    chance_of_dispute,
    chance_of_local_job,
    dispute_factor,
    farm_share,
    legal_after,
    norm_after,
    offfarm_factor,
    pension,
    permanent_income_after,
    satisfaction_place,
    satisfaction_target,
    wanted_consumption,
)
from ..base.compiled import TILE, process
from ..base.numbers import chance, exp, fen, log_mean
from ..base.streams import draws, unit
from ..institutions.village import TALLY, answer_chance, calm, mediation_capacity, settlement_chance
from ..state.columns import AWAY, CADRE_SEATS, HOME, OUTSIDER
from ..state.flows import DRIVER, FLOW, W_CALM, W_TRUST
from ..state.inputs import CHANGE, LUCK_DISPUTE, LUCK_JOB, LUCK_NOISE, LUCK_REQUEST
from .booking import book, government_pays, outside_pays, outside_receives
from .enterprise_loop import land_rent
from .village_loop import service_level


@process
def households(seed, month, village, enterprise, people, present, cadres, luck, ledger, vouchers, lever, setting, p):
    """Income, remittances inside the household, consumption (4.5); welfare payments to elders; cadre pay."""
    # who is at home, by household; two lists: rows of those away, places (in ``present``) of the residents
    at_home = np.zeros(village.households, np.int64)
    young = np.zeros(village.households, np.int64)
    purse = np.zeros(village.households, np.int64)
    remainder = np.zeros(village.households, np.int64)
    away = np.empty(present.shape[0], np.uint32)
    resident = np.empty(present.shape[0], np.uint32)
    migrants, residents, elders = 0, 0, 0
    for j in range(present.shape[0]):
        me = people[present[j]]
        is_home = int(me.status == HOME)  # numbers rather than branches: who is where has no pattern
        is_away = int(me.status == AWAY)
        is_old = int(me.age >= 60.0)
        at_home[me.household] += is_home
        young[me.household] += is_home * (1 - is_old)
        elders += (1 - is_away) * is_old
        away[migrants] = present[j]
        migrants += is_away
        resident[residents] = j
        residents += 1 - is_away
    base = fen(p.cadre_pay * (1.0 - p.performance_share))
    salaries, salaries_booked = 0, 0
    for s in range(CADRE_SEATS):
        if cadres[s].active == 1:
            people[cadres[s].person].wealth += base
            salaries += base
            salaries_booked += base
    government_pays(village, vouchers, FLOW.cadre_pay, salaries)
    book(ledger, FLOW.cadre_pay, salaries_booked)
    # those away earn, live there, and send money home
    away_pay, away_booked, spent, spent_booked = 0, 0, 0, 0
    for k in range(migrants):
        me = people[away[k]]
        home = me.household
        wage = setting.outside_wage * np.float64(me.skill)
        earned = fen(wage)
        me.wealth += earned
        away_pay += earned
        away_booked += earned
        family = 1 if at_home[home] > 0 else 0
        sent = family * min(fen(p.remitted_share * wage), me.wealth)
        me.wealth -= sent
        purse[home] += sent
        living = min(fen(p.migrant_living * wage), me.wealth)
        me.wealth -= living
        spent += living
        spent_booked += living
        me.local_job = 0
        me.income = np.float32(wage)
        me.consumption = np.float32(living * 0.01)
        me.permanent_income = np.float32(permanent_income_after(np.float64(me.permanent_income), wage, p))
    outside_pays(village, vouchers, FLOW.migrant_wages, away_pay)
    book(ledger, FLOW.migrant_wages, away_booked)
    for h in range(village.households):  # each at home gets as much; the first of them also the remainder of the split
        if purse[h] > 0:
            total_sent = purse[h]
            purse[h] = total_sent // at_home[h]
            remainder[h] = total_sent - purse[h] * at_home[h]
    # those at home
    organisation = 0.5 * (village.party_organisation + village.self_governance)
    access = setting.job_growth + lever.market_access
    jobs = offfarm_factor(organisation, enterprise.output, setting.tightness, access, p)
    _, _, _, u_harvest = draws(seed, village.key_low, village.key_high, 0, month, 16)
    u_shock, _, _, _ = draws(seed, village.key_low, village.key_high, 0, month, 17)
    harvest = setting.farm_price * setting.yield_index * (0.9 + 0.2 * u_harvest)
    if u_shock < setting.natural_shock:
        harvest = harvest * (1.0 - p.natural_loss)
    farm = (
        p.farm_income
        * setting.farm_index
        * harvest
        * exp(p.farm_services * (service_level(village) - 0.5) + lever.farm_productivity)
    )
    rent = land_rent(enterprise.form, p) if enterprise.active == 1 else 0.0
    welfare = 0
    if elders > 0 and village.account_welfare > 0:
        welfare = fen(village.account_welfare * 0.01 / 12.0) // elders
    welfare_yuan, base_yuan, local_wage = welfare * 0.01, base * 0.01, setting.local_wage
    property_yuan, pension_index = p.other_property * setting.property_index, setting.pension_index
    property_fen = fen(property_yuan)
    thrift = 1.0 - lever.customs_cut
    local, local_booked, farmed, farmed_booked = 0, 0, 0, 0
    other, other_booked, pensions, pensions_booked = 0, 0, 0, 0
    cared, cared_booked = 0, 0
    workers = 0
    total, squares = 0.0, 0.0
    care, care_level = 0.0, village.elder_collective * setting.channel_affairs + village.elder_fiscal
    levels, codes = np.empty((8, TILE), np.float32), np.empty((5, TILE), np.uint8)
    age, skill, dividend, pay, permanent = levels[0], levels[1], levels[2], levels[3], levels[4]
    shown_income, shown_consumption, holding = levels[5], levels[6], levels[7]
    pools, cadre, status, near, works = codes[0], codes[1], codes[2], codes[3], codes[4]
    desk, word = np.empty((2, TILE)), np.empty(TILE, np.uint32)
    income, comfort = desk[0], desk[1]
    coins = np.empty((7, TILE), np.int64)
    wealth, gift, wage_fen, crop_fen = coins[0], coins[1], coins[2], coins[3]
    pension_fen, care_fen, spend = coins[4], coins[5], coins[6]
    for first in range(0, residents, TILE):
        size = min(TILE, residents - first)
        for j in range(size):
            seat = resident[first + j]
            me = people[present[seat]]
            home = me.household
            age[j] = me.age
            skill[j] = me.skill
            holding[j] = me.holding
            pools[j] = me.pools
            dividend[j] = me.dividend
            pay[j] = me.collective_pay
            permanent[j] = me.permanent_income
            cadre[j] = me.cadre
            status[j] = me.status
            near[j] = 1 if young[home] > 0 else 0
            word[j] = luck[LUCK_JOB, seat]
            wealth[j] = me.wealth
            gift[j] = 0
            if me.status == HOME:
                gift[j] = purse[home] + remainder[home]
                remainder[home] = 0
        for j in range(size):
            years, given = np.float64(age[j]), float(pools[j])
            own_pay = np.float64(pay[j])
            free = years < 75.0 and own_pay == 0.0
            job = 1 if free and unit(word[j]) < chance_of_local_job(jobs, years, p) else 0
            works[j] = job
            wage = local_wage * np.float64(skill[j])
            crop = farm * np.float64(holding[j]) * farm_share(years, given, p)
            paid = pension(years, p) * pension_index
            old = years >= 60.0
            at_farm = status[j] == HOME
            wage_fen[j] = fen(wage) if job == 1 else 0
            crop_fen[j] = fen(crop) if at_farm else 0
            pension_fen[j] = fen(paid) if at_farm else 0
            care_fen[j] = welfare if old else 0
            earned = job * wage
            earned += crop + rent * given + np.float64(dividend[j]) / 12.0 if at_farm else 0.0
            earned += property_yuan + paid if at_farm else 0.0
            earned += gift[j] * 0.01
            earned += cadre[j] * base_yuan
            earned += welfare_yuan if old else 0.0
            earned += own_pay
            income[j] = earned
            lasting = permanent_income_after(np.float64(permanent[j]), earned, p)
            has = wealth[j] + wage_fen[j] + crop_fen[j] + pension_fen[j] + gift[j] + care_fen[j]
            has += property_fen if at_farm else 0
            wanted = fen(wanted_consumption(lasting, has * 0.01, p) * thrift)
            spend[j] = wanted if wanted < has else has
            permanent[j] = np.float32(lasting)
            shown_income[j] = np.float32(earned)
            # what customs no longer cost is not missed
            shown_consumption[j] = np.float32(spend[j] * 0.01 / thrift)
            comfort[j] = care_level + (1.0 - care_level) * 0.5 * near[j] if old else 0.0
        for j in range(size):
            me = people[present[resident[first + j]]]
            me.local_job = works[j]
            me.wealth += wage_fen[j]
            local += wage_fen[j]
            me.wealth += crop_fen[j]
            farmed += crop_fen[j]
            if status[j] == HOME:
                me.wealth += property_fen
                other += property_fen
                other_booked += property_fen
            me.wealth += pension_fen[j]
            pensions += pension_fen[j]
            me.wealth += gift[j]
            me.wealth += care_fen[j]
            cared += care_fen[j]
            me.wealth -= spend[j]
            spent += spend[j]
            me.income = shown_income[j]
            me.permanent_income = permanent[j]
            me.consumption = shown_consumption[j]
            total += income[j]
            squares += income[j] * income[j]
            care += comfort[j]
        for j in range(size):
            local_booked += wage_fen[j]
            farmed_booked += crop_fen[j]
            pensions_booked += pension_fen[j]
            cared_booked += care_fen[j]
            spent_booked += spend[j]
            workers += int(works[j] == 1)
    outside_pays(village, vouchers, FLOW.local_wages, local)
    book(ledger, FLOW.local_wages, local_booked)
    outside_pays(village, vouchers, FLOW.farm_income, farmed)
    book(ledger, FLOW.farm_income, farmed_booked)
    outside_pays(village, vouchers, FLOW.other_property, other)
    book(ledger, FLOW.other_property, other_booked)
    government_pays(village, vouchers, FLOW.pensions, pensions)
    book(ledger, FLOW.pensions, pensions_booked)
    village.account_welfare -= cared
    vouchers[FLOW.welfare_payments] += cared
    book(ledger, FLOW.welfare_payments, cared_booked)
    outside_receives(village, vouchers, FLOW.consumption, spent)
    book(ledger, FLOW.consumption, spent_booked)
    count = max(1, residents)
    mean = total / count
    spread = positive(squares / count - mean * mean)
    village.mean_income = mean
    village.income_variation = root(spread) / (mean + 1.0)
    village.offfarm_share = workers / count
    village.household_value = (local + farmed) * 0.01
    village.local_wage_bill = local * 0.01
    village.elders_cared = care / max(1, elders)


@process
def troubles(seed, month, village, people, present, luck, momentum, changes, lever, p):
    """Disputes arise, are mediated or fester; livelihood requests arrive, are answered or grow stale (4.6, 4.8)."""
    low, high = village.key_low, village.key_high
    heads = max(1, village.people)
    open_before = village.open_cases
    withdrawn = changes[CHANGE.withdrawn]
    factor = dispute_factor(village.income_variation, village.virtue, lever.early_warning, p)
    capacity = mediation_capacity(
        village.mediators + lever.mediators, heads, village.rule_of_law, village.virtue, village.co_governance, p
    )
    settled_chance = settlement_chance(capacity, open_before - withdrawn, p)
    ask = chance(p.request_rate * (1.5 - service_level(village)))
    answer = answer_chance(
        village.work_serve, village.hours, village.smart_governance, village.co_governance, lever.request_capacity, p
    )
    pending = max(1.0, village.waiting)
    capacity_requests = p.request_room * heads
    if pending > capacity_requests:
        answer = answer * capacity_requests / pending
    conflict = (1.0 - village.rule_of_law) * (1.0 - min(1.0, lever.land_conflict))
    arisen, settled, due, in_time, arrived, prompt, waiting, open_cases = 0, 0, 0, 0, 0, 0, 0, 0
    levels, codes = np.empty((2, TILE), np.float32), np.empty((5, TILE), np.uint8)
    legal, norm = levels[0], levels[1]
    pools, status, dispute, arises, asks = codes[0], codes[1], codes[2], codes[3], codes[4]
    for first in range(0, present.shape[0], TILE):
        size = min(TILE, present.shape[0] - first)
        for j in range(size):
            me = people[present[first + j]]
            legal[j] = me.legal
            norm[j] = me.norm
            pools[j] = me.pools
            status[j] = me.status
            dispute[j] = me.dispute
        word_dispute = luck[LUCK_DISPUTE, first : first + size]
        word_request = luck[LUCK_REQUEST, first : first + size]
        for j in range(size):
            quarrels = chance_of_dispute(factor, conflict * pools[j], np.float64(legal[j]), np.float64(norm[j]), p)
            here = status[j] != AWAY
            arises[j] = 1 if here & (dispute[j] == 0) & (unit(word_dispute[j]) < quarrels) else 0
            asks[j] = 1 if here & (unit(word_request[j]) < ask) else 0
        for j in range(size):
            i = present[first + j]
            me = people[i]
            me.mediated = 0
            me.answered = 0
            if me.dispute > 0:
                u_settle, _, _, _ = draws(seed, low, high, np.int64(i), month, 8)
                if u_settle < settled_chance:
                    settled += 1
                    if me.dispute <= 3:
                        due += 1
                        in_time += 1
                    me.dispute = 0
                    me.mediated = 1
                else:
                    if me.dispute == 3:
                        due += 1
                    if me.dispute < 250:
                        me.dispute += 1
                    open_cases += 1
            elif arises[j] == 1:
                me.dispute = 1
                arisen += 1
                open_cases += 1
            if me.request == 0 and asks[j] == 1:
                me.request = 1
                arrived += 1
            if me.request > 0:
                _, u_answer, _, _ = draws(seed, low, high, np.int64(i), month, 8)
                if u_answer < answer:
                    if me.request == 1:
                        prompt += 1
                    me.request = 0
                    me.answered = 1
                else:
                    if me.request < 250:
                        me.request += 1
                    waiting += 1
    village.open_cases = open_cases
    village.waiting = waiting
    village.cases_due = village.cases_due * TALLY + due
    village.cases_in_time = village.cases_in_time * TALLY + in_time
    village.requests_due = village.requests_due * TALLY + arrived
    village.requests_answered = village.requests_answered * TALLY + prompt
    changes[CHANGE.arisen] += arisen
    changes[CHANGE.settled] += settled
    # disorder and its part of the potential, split by what moved it
    old = village.disorder
    move = (1.0 - p.disorder_memory) / heads
    by_arising = move * arisen
    by_settling = -move * settled
    by_withdrawing = -move * withdrawn
    by_old = (1.0 - p.disorder_memory) * (open_before / heads - old)
    new = old + (by_arising + by_settling + by_withdrawing + by_old)
    village.disorder = new
    weight = -W_CALM * p.disorder_scale * log_mean(calm(old, p), calm(new, p))
    momentum[DRIVER.calm_disputes_arising] += weight * by_arising
    momentum[DRIVER.calm_disputes_settled] += weight * by_settling
    momentum[DRIVER.calm_disputes_withdrawn] += weight * by_withdrawing
    momentum[DRIVER.calm_old_cases] += weight * by_old


@process
def minds(village, enterprise, people, present, luck, peers, momentum, changes, lever, setting, p):
    """Trust (a sum of named drivers), norms, legal awareness, satisfaction (4.7)."""
    n = max(1, village.people)
    before = village.mean_trust
    collective = (
        0.25
        * setting.channel_affairs
        * (
            village.public_collective
            + village.convenience_collective
            + village.living_collective
            + village.elder_collective
        )
    )
    fiscal = 0.25 * (village.public_fiscal + village.convenience_fiscal + village.living_fiscal + village.elder_fiscal)
    leak = 0.0
    if enterprise.active == 1:
        leak = leakage_seen(enterprise.leakage, village.self_governance, village.smart_governance, lever.visibility)
    turmoil = 1.0 - calm(village.disorder, p)
    place = satisfaction_place(
        collective + fiscal, village.environment, village.disorder, lever.volunteer_time, lever.privacy, p
    )
    reference = p.consumption_reference * setting.wage_index
    rows_before = int(changes[CHANGE.rows_before])
    s0 = s1 = s2 = s3 = s4 = s5 = s6 = s7 = s8 = s9 = s10 = s11 = s12 = s13 = s14 = s15 = s16 = s17 = s18 = 0.0
    arrived, rounding = 0.0, 0.0
    voice, virtue, organisation = village.self_governance, village.virtue, village.party_organisation
    exposure, law, example = village.exposure, village.rule_of_law, lever.example
    jobs, dividends, bonds = setting.channel_jobs, setting.channel_dividends, setting.channel_belonging
    norms, publicity = lever.norms, lever.legal_awareness
    levels, codes = np.empty((10, TILE), np.float32), np.empty((6, TILE), np.uint8)
    trust, dividend, expected, pay, belonging = levels[0], levels[1], levels[2], levels[3], levels[4]
    disposition, norm, legal, consumption, happy = levels[5], levels[6], levels[7], levels[8], levels[9]
    heard, mediated, answered, status, dispute, request = codes[0], codes[1], codes[2], codes[3], codes[4], codes[5]
    desk = np.empty((20, TILE))
    e0, e1, e2, e3, e4, e5, e6 = desk[0], desk[1], desk[2], desk[3], desk[4], desk[5], desk[6]
    e7, e8, e9, e10, e11, e12, e13 = desk[7], desk[8], desk[9], desk[10], desk[11], desk[12], desk[13]
    e14, e15, e16, e17, e18, rounded = desk[14], desk[15], desk[16], desk[17], desk[18], desk[19]
    before_us = present.shape[0]  # those who were there before this month's arrivals, whose rows come last
    while before_us > 0 and present[before_us - 1] >= rows_before:
        before_us -= 1
    for first in range(0, present.shape[0], TILE):
        size = min(TILE, present.shape[0] - first)
        old_rows = max(0, min(size, before_us - first))
        for j in range(size):
            me = people[present[first + j]]
            trust[j] = me.trust
            dividend[j] = me.dividend
            expected[j] = me.expected_dividend
            pay[j] = me.collective_pay
            belonging[j] = me.belonging
            heard[j] = me.contributes
            mediated[j] = me.mediated
            answered[j] = me.answered
            status[j] = me.status
            dispute[j] = me.dispute
            request[j] = me.request
            disposition[j] = me.disposition
            norm[j] = me.norm
            legal[j] = me.legal
            consumption[j] = me.consumption
            happy[j] = me.satisfaction
        near_trust, near_civic = peers[0, first : first + size], peers[1, first : first + size]
        near_example, word = peers[3, first : first + size], luck[LUCK_NOISE, first : first + size]
        for j in range(size):
            new, d0, d1, d2, d3, d4, d5, d6, d7, d8, d9, d10, d11, d12, d13, d14, d15, d16, d17, d18 = trust_after(
                np.float64(trust[j]),
                np.float64(dividend[j]) * dividends,
                np.float64(expected[j]) * dividends,
                collective,
                fiscal,
                np.float64(pay[j]) / p.job_half * jobs,
                np.float64(belonging[j]) * bonds,
                heard[j] * voice,
                float(mediated[j]),
                float(answered[j]),
                virtue,
                organisation * (0.5 + near_example[j] + example),
                0.0 if status[j] == OUTSIDER else leak,
                1.0 if dispute[j] > 0 else 0.0,
                turmoil,
                exposure,
                1.0 if request[j] > 2 else 0.0,
                near_trust[j],
                np.float64(disposition[j]),
                unit(word[j]),
                p,
            )
            e0[j], e1[j], e2[j], e3[j], e4[j], e5[j], e6[j] = d0, d1, d2, d3, d4, d5, d6
            e7[j], e8[j], e9[j], e10[j], e11[j], e12[j], e13[j] = d7, d8, d9, d10, d11, d12, d13
            e14[j], e15[j], e16[j], e17[j], e18[j] = d14, d15, d16, d17, d18
            trust[j] = np.float32(new)
            rounded[j] = np.float64(trust[j]) - new
        for j in range(size):
            norm[j] = np.float32(norm_after(np.float64(norm[j]), near_civic[j], virtue, norms, p))
            legal[j] = np.float32(legal_after(np.float64(legal[j]), law, publicity, p))
            target = satisfaction_target(np.float64(consumption[j]), reference, place, np.float64(trust[j]), p)
            content = np.float64(happy[j])
            happy[j] = np.float32(content + p.satisfaction_rate * (target - content))
        for j in range(size):
            me = people[present[first + j]]
            me.trust = trust[j]
            me.norm = norm[j]
            me.legal = legal[j]
            me.satisfaction = happy[j]
        for j in range(old_rows):
            s0 += e0[j]
            s1 += e1[j]
            s2 += e2[j]
            s3 += e3[j]
            s4 += e4[j]
            s5 += e5[j]
            s6 += e6[j]
            s7 += e7[j]
            s8 += e8[j]
            s9 += e9[j]
            s10 += e10[j]
            s11 += e11[j]
            s12 += e12[j]
            s13 += e13[j]
            s14 += e14[j]
            s15 += e15[j]
            s16 += e16[j]
            s17 += e17[j]
            s18 += e18[j]
            rounding += rounded[j]
        for j in range(old_rows, size):
            arrived += np.float64(trust[j]) - before
    scale = W_TRUST / n
    momentum[DRIVER.trust_dividends] += scale * s0
    momentum[DRIVER.trust_village_affairs] += scale * s1
    momentum[DRIVER.trust_jobs] += scale * s2
    momentum[DRIVER.trust_belonging] += scale * s3
    momentum[DRIVER.trust_fiscal_services] += scale * s4
    momentum[DRIVER.trust_voice] += scale * s5
    momentum[DRIVER.trust_mediation] += scale * s6
    momentum[DRIVER.trust_requests_answered] += scale * s7
    momentum[DRIVER.trust_virtue] += scale * s8
    momentum[DRIVER.trust_party_example] += scale * s9
    momentum[DRIVER.trust_leakage] += scale * s10
    momentum[DRIVER.trust_disappointment] += scale * s11
    momentum[DRIVER.trust_own_dispute] += scale * s12
    momentum[DRIVER.trust_disorder] += scale * s13
    momentum[DRIVER.trust_exposed_gaming] += scale * s14
    momentum[DRIVER.trust_stale_requests] += scale * s15
    momentum[DRIVER.trust_neighbours] += scale * s16
    momentum[DRIVER.trust_disposition] += scale * s17
    momentum[DRIVER.trust_noise] += scale * s18
    momentum[DRIVER.trust_arrivals] += scale * arrived
    momentum[DRIVER.trust_departures] -= scale * changes[CHANGE.departed_trust]
    momentum[DRIVER.trust_rounding] += scale * rounding
