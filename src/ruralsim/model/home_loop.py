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
    away = np.empty(present.shape[0], np.int64)
    resident = np.empty(present.shape[0], np.int64)
    migrants, residents, elders = 0, 0, 0
    for j in range(present.shape[0]):
        me = people[present[j]]
        is_home = 1 if me.status == HOME else 0
        is_away = 1 if me.status == AWAY else 0
        is_old = 1 if me.age >= 60.0 else 0
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
        if cadres[s].active == 1 and people[cadres[s].person].status == HOME:  # the dead draw no pay
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
    jobs = offfarm_factor(organisation, enterprise.output, setting.tightness, lever.market_access, p)
    _, _, _, u_harvest = draws(seed, village.key_low, village.key_high, 0, month, 16)
    u_shock, _, _, _ = draws(seed, village.key_low, village.key_high, 0, month, 17)
    harvest = setting.farm_price * setting.yield_index * (0.9 + 0.2 * u_harvest)
    if u_shock < setting.natural_shock:
        harvest = harvest * (1.0 - p.natural_loss)
    farm = p.farm_income * harvest * exp(p.farm_services * (service_level(village) - 0.5) + lever.farm_productivity)
    rent = land_rent(enterprise.form, p) if enterprise.active == 1 else 0.0
    welfare = 0
    if elders > 0 and village.account_welfare > 0:
        welfare = fen(village.account_welfare * 0.01 / 12.0) // elders
    welfare_yuan, base_yuan, property_fen, local_wage = (
        welfare * 0.01,
        base * 0.01,
        fen(p.other_property),
        setting.local_wage,
    )
    thrift = 1.0 - lever.customs_cut
    local, local_booked, farmed, farmed_booked = 0, 0, 0, 0
    other, other_booked, pensions, pensions_booked = 0, 0, 0, 0
    cared, cared_booked = 0, 0
    workers = 0
    total, squares = 0.0, 0.0
    care, care_level = 0.0, village.elder_collective * setting.channel_affairs + village.elder_fiscal
    desk = np.empty((14, TILE))
    age, skill, pools, dividend, pay = desk[0], desk[1], desk[2], desk[3], desk[4]
    permanent, registered, cadre, near, word = desk[5], desk[6], desk[7], desk[8], desk[9]
    works, income, consumption, comfort = desk[10], desk[11], desk[12], desk[13]
    coins = np.empty((7, TILE), np.int64)
    wealth, gift, wage_fen, crop_fen = coins[0], coins[1], coins[2], coins[3]
    pension_fen, care_fen, spend = coins[4], coins[5], coins[6]
    for first in range(0, residents, TILE):
        size = min(TILE, residents - first)
        for j in range(size):
            i = present[resident[first + j]]
            me = people[i]
            home = me.household
            age[j] = me.age
            skill[j] = me.skill
            pools[j] = me.pools
            dividend[j] = me.dividend
            pay[j] = me.collective_pay
            permanent[j] = me.permanent_income
            cadre[j] = me.cadre
            near[j] = 1.0 if young[home] > 0 else 0.0
            word[j] = luck[LUCK_JOB, i]
            wealth[j] = me.wealth
            registered[j] = 0.0
            gift[j] = 0
            if me.status == HOME:
                registered[j] = 1.0
                gift[j] = purse[home] + remainder[home]
                remainder[home] = 0
        for j in range(size):
            free = age[j] < 75.0 and pay[j] == 0.0
            works[j] = 1.0 if free and unit(word[j]) < chance_of_local_job(jobs, age[j], p) else 0.0
            wage = local_wage * skill[j]
            crop = farm * farm_share(age[j], pools[j], p)
            paid = pension(age[j], p)
            old = age[j] >= 60.0
            at_farm = registered[j] == 1.0
            wage_fen[j] = fen(wage) if works[j] == 1.0 else 0
            crop_fen[j] = fen(crop) if at_farm else 0
            pension_fen[j] = fen(paid) if at_farm else 0
            care_fen[j] = welfare if old else 0
            earned = works[j] * wage
            earned += crop + rent * pools[j] + dividend[j] / 12.0 if at_farm else 0.0
            earned += p.other_property + paid if at_farm else 0.0
            earned += gift[j] * 0.01
            earned += cadre[j] * base_yuan
            earned += welfare_yuan if old else 0.0
            earned += pay[j]
            income[j] = earned
            permanent[j] = permanent_income_after(permanent[j], earned, p)
            has = wealth[j] + wage_fen[j] + crop_fen[j] + pension_fen[j] + gift[j] + care_fen[j]
            has += property_fen if at_farm else 0
            wanted = fen(wanted_consumption(permanent[j], has * 0.01, p) * thrift)
            spend[j] = wanted if wanted < has else has
            consumption[j] = spend[j] * 0.01 / thrift  # what customs no longer cost is not missed
            comfort[j] = care_level + (1.0 - care_level) * 0.5 * near[j] if old else 0.0
        for j in range(size):
            me = people[present[resident[first + j]]]
            me.local_job = int(works[j])
            workers += int(works[j])
            me.wealth += wage_fen[j]
            local += wage_fen[j]
            local_booked += wage_fen[j]
            me.wealth += crop_fen[j]
            farmed += crop_fen[j]
            farmed_booked += crop_fen[j]
            if me.status == HOME:
                me.wealth += property_fen
                other += property_fen
                other_booked += property_fen
            me.wealth += pension_fen[j]
            pensions += pension_fen[j]
            pensions_booked += pension_fen[j]
            me.wealth += gift[j]
            me.wealth += care_fen[j]
            cared += care_fen[j]
            cared_booked += care_fen[j]
            me.wealth -= spend[j]
            spent += spend[j]
            spent_booked += spend[j]
            me.income = np.float32(income[j])
            me.permanent_income = np.float32(permanent[j])
            me.consumption = np.float32(consumption[j])
            total += income[j]
            squares += income[j] * income[j]
            care += comfort[j]
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
    desk = np.empty((9, TILE))
    legal, norm, pools, here, calm_now = desk[0], desk[1], desk[2], desk[3], desk[4]
    word_dispute, word_request, arises, asks = desk[5], desk[6], desk[7], desk[8]
    for first in range(0, present.shape[0], TILE):
        size = min(TILE, present.shape[0] - first)
        for j in range(size):
            i = present[first + j]
            me = people[i]
            legal[j] = me.legal
            norm[j] = me.norm
            pools[j] = me.pools
            here[j] = 0.0 if me.status == AWAY else 1.0
            calm_now[j] = 1.0 if me.dispute == 0 else 0.0
            word_dispute[j] = luck[LUCK_DISPUTE, i]
            word_request[j] = luck[LUCK_REQUEST, i]
        for j in range(size):
            hit = unit(word_dispute[j]) < chance_of_dispute(factor, conflict * pools[j], legal[j], norm[j], p)
            arises[j] = here[j] * calm_now[j] if hit else 0.0
            asks[j] = here[j] if unit(word_request[j]) < ask else 0.0
        for j in range(size):
            i = present[first + j]
            me = people[i]
            me.mediated = 0
            me.answered = 0
            if me.dispute > 0:
                u_settle, _, _, _ = draws(seed, low, high, i, month, 8)
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
            elif arises[j] == 1.0:
                me.dispute = 1
                arisen += 1
                open_cases += 1
            if me.request == 0 and asks[j] == 1.0:
                me.request = 1
                arrived += 1
            if me.request > 0:
                _, u_answer, _, _ = draws(seed, low, high, i, month, 8)
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
    desk = np.empty((40, TILE))
    trust, dividend, expected, pay, belonging = desk[0], desk[1], desk[2], desk[3], desk[4]
    heard, mediated, answered, member, disputing = desk[5], desk[6], desk[7], desk[8], desk[9]
    stale, disposition, word, norm, legal = desk[10], desk[11], desk[12], desk[13], desk[14]
    consumption, happy, rounded = desk[15], desk[16], desk[17]
    e0, e1, e2, e3, e4, e5, e6 = desk[18], desk[19], desk[20], desk[21], desk[22], desk[23], desk[24]
    e7, e8, e9, e10, e11, e12, e13 = desk[25], desk[26], desk[27], desk[28], desk[29], desk[30], desk[31]
    e14, e15, e16, e17, e18 = desk[32], desk[33], desk[34], desk[35], desk[36]
    near_trust, near_civic, near_example = desk[37], desk[38], desk[39]
    for first in range(0, present.shape[0], TILE):
        size = min(TILE, present.shape[0] - first)
        old_rows = 0  # those who were there before this month's arrivals, whose rows come last
        for j in range(size):
            i = present[first + j]
            me = people[i]
            trust[j] = me.trust
            dividend[j] = me.dividend
            expected[j] = me.expected_dividend
            pay[j] = me.collective_pay
            belonging[j] = me.belonging
            heard[j] = me.contributes
            mediated[j] = me.mediated
            answered[j] = me.answered
            member[j] = 0.0 if me.status == OUTSIDER else 1.0
            disputing[j] = 1.0 if me.dispute > 0 else 0.0
            stale[j] = 1.0 if me.request > 2 else 0.0
            disposition[j] = me.disposition
            word[j] = luck[LUCK_NOISE, i]
            norm[j] = me.norm
            legal[j] = me.legal
            consumption[j] = me.consumption
            happy[j] = me.satisfaction
            near_trust[j] = peers[0, first + j]
            near_civic[j] = peers[1, first + j]
            near_example[j] = peers[3, first + j]
            old_rows += 1 if i < rows_before else 0
        for j in range(size):
            new, d0, d1, d2, d3, d4, d5, d6, d7, d8, d9, d10, d11, d12, d13, d14, d15, d16, d17, d18 = trust_after(
                trust[j],
                dividend[j] * dividends,
                expected[j] * dividends,
                collective,
                fiscal,
                pay[j] / p.job_half * jobs,
                belonging[j] * bonds,
                heard[j] * voice,
                mediated[j],
                answered[j],
                virtue,
                organisation * (0.5 + near_example[j] + example),
                leak * member[j],
                disputing[j],
                turmoil,
                exposure,
                stale[j],
                near_trust[j],
                disposition[j],
                unit(word[j]),
                p,
            )
            e0[j], e1[j], e2[j], e3[j], e4[j], e5[j], e6[j] = d0, d1, d2, d3, d4, d5, d6
            e7[j], e8[j], e9[j], e10[j], e11[j], e12[j], e13[j] = d7, d8, d9, d10, d11, d12, d13
            e14[j], e15[j], e16[j], e17[j], e18[j] = d14, d15, d16, d17, d18
            stored = np.float64(np.float32(new))
            rounded[j] = stored - new
            trust[j] = stored
        for j in range(size):
            norm[j] = norm_after(norm[j], near_civic[j], virtue, norms, p)
            legal[j] = legal_after(legal[j], law, publicity, p)
            target = satisfaction_target(consumption[j], reference, place, trust[j], p)
            happy[j] = happy[j] + p.satisfaction_rate * (target - happy[j])
        for j in range(size):
            me = people[present[first + j]]
            me.trust = np.float32(trust[j])
            me.norm = np.float32(norm[j])
            me.legal = np.float32(legal[j])
            me.satisfaction = np.float32(happy[j])
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
            arrived += trust[j] - before
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
