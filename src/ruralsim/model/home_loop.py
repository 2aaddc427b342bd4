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
from ..base.compiled import process
from ..base.numbers import chance, exp, fen, log_mean
from ..base.streams import draws, unit
from ..institutions.village import answer_chance, calm, mediation_capacity, settlement_chance
from ..state.columns import AWAY, CADRE_SEATS, HOME, OUTSIDER
from ..state.flows import DRIVER, FLOW, W_CALM, W_TRUST
from ..state.inputs import CHANGE, LUCK_DISPUTE, LUCK_JOB, LUCK_NOISE, LUCK_REQUEST
from .booking import book, government_pays, outside_pays, outside_receives
from .enterprise_loop import land_rent
from .people_loop import TALLY
from .village_loop import service_level


@process
def households(seed, month, village, enterprise, people, cadres, luck, ledger, vouchers, lever, setting, p):
    """Income, remittances inside the household, consumption (4.5); welfare payments to elders; cadre pay."""
    rows = village.rows
    at_home = np.zeros(village.households, np.int64)
    young = np.zeros(village.households, np.int64)
    purse = np.zeros(village.households, np.int64)
    opened = np.zeros(village.households, np.uint8)
    elders = 0
    for i in range(rows):
        me = people[i]
        if me.status == HOME:
            at_home[me.household] += 1
            if me.age < 60.0:
                young[me.household] += 1
        if (me.status == HOME or me.status == OUTSIDER) and me.age >= 60.0:
            elders += 1
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
    for i in range(rows):
        me = people[i]
        if me.status == AWAY:
            wage = setting.outside_wage * np.float64(me.skill)
            earned = fen(wage)
            me.wealth += earned
            away_pay += earned
            away_booked += earned
            if at_home[me.household] > 0:
                sent = min(fen(p.remitted_share * wage), me.wealth)
                me.wealth -= sent
                purse[me.household] += sent
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
    local, local_booked, farmed, farmed_booked = 0, 0, 0, 0
    other, other_booked, pensions, pensions_booked = 0, 0, 0, 0
    cared, cared_booked = 0, 0
    residents, workers, grown_up = 0, 0, 0
    total, squares = 0.0, 0.0
    care, care_level = 0.0, village.elder_collective * setting.channel_affairs + village.elder_fiscal
    for i in range(rows):
        me = people[i]
        status = me.status
        if status != HOME and status != OUTSIDER:
            continue
        age = np.float64(me.age)
        registered = status == HOME
        income = 0.0
        me.local_job = 0
        if age < 75.0 and me.collective_pay == 0.0 and unit(luck[LUCK_JOB, i]) < chance_of_local_job(jobs, age, p):
            me.local_job = 1
            wage = setting.local_wage * np.float64(me.skill)
            earned = fen(wage)
            me.wealth += earned
            local += earned
            local_booked += earned
            income += wage
            workers += 1
        if registered:
            crop = farm * farm_share(age, me.pools, p)
            earned = fen(crop)
            me.wealth += earned
            farmed += earned
            farmed_booked += earned
            income += crop + rent * me.pools + np.float64(me.dividend) / 12.0
            earned = fen(p.other_property)
            me.wealth += earned
            other += earned
            other_booked += earned
            paid = pension(age, p)
            earned = fen(paid)
            me.wealth += earned
            pensions += earned
            pensions_booked += earned
            income += p.other_property + paid
            home = me.household
            if purse[home] > 0:
                gift = purse[home] // at_home[home]
                if opened[home] == 0:  # the first at home takes the remainder of the split
                    gift = purse[home] - gift * (at_home[home] - 1)
                    opened[home] = 1
                me.wealth += gift
                income += gift * 0.01
        if me.cadre == 1:
            income += base * 0.01
        if age >= 60.0:
            grown_up += 1
            me.wealth += welfare
            cared += welfare
            cared_booked += welfare
            income += welfare * 0.01
            near = 1.0 if young[me.household] > 0 else 0.0
            care += care_level + (1.0 - care_level) * 0.5 * near
        income += np.float64(me.collective_pay)
        me.income = np.float32(income)
        permanent = permanent_income_after(np.float64(me.permanent_income), income, p)
        me.permanent_income = np.float32(permanent)
        wanted = fen(wanted_consumption(permanent, me.wealth * 0.01, p))
        spend = min(wanted, me.wealth)
        me.wealth -= spend
        spent += spend
        spent_booked += spend
        me.consumption = np.float32(spend * 0.01)
        residents += 1
        total += income
        squares += income * income
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
    village.elders_cared = care / max(1, grown_up)


@process
def troubles(seed, month, village, people, luck, momentum, changes, lever, p):
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
    answer = answer_chance(village.work_serve, village.hours, village.smart_governance, village.co_governance, lever.request_capacity, p)
    pending = max(1.0, village.waiting)
    capacity_requests = p.request_room * heads
    if pending > capacity_requests:
        answer = answer * capacity_requests / pending
    conflict = (1.0 - village.rule_of_law) * (1.0 - min(1.0, lever.land_conflict))
    arisen, settled, due, in_time, arrived, prompt, waiting, open_cases = 0, 0, 0, 0, 0, 0, 0, 0
    for i in range(village.rows):
        me = people[i]
        status = me.status
        if status != HOME and status != AWAY and status != OUTSIDER:
            continue
        u_dispute = unit(luck[LUCK_DISPUTE, i])
        u_request = unit(luck[LUCK_REQUEST, i])
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
        elif status != AWAY and u_dispute < chance_of_dispute(
            factor, conflict * me.pools, np.float64(me.legal), np.float64(me.norm), p
        ):
            me.dispute = 1
            arisen += 1
            open_cases += 1
        if me.request == 0 and status != AWAY and u_request < ask:
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
def minds(village, enterprise, people, luck, peers, momentum, changes, lever, setting, p):
    """Trust (a sum of named drivers), norms, legal awareness, satisfaction (4.7)."""
    n = max(1, village.people)
    before = village.mean_trust
    collective = 0.25 * setting.channel_affairs * (
        village.public_collective + village.convenience_collective + village.living_collective + village.elder_collective
    )
    fiscal = 0.25 * (
        village.public_fiscal + village.convenience_fiscal + village.living_fiscal + village.elder_fiscal
    )
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
    for i in range(village.rows):
        me = people[i]
        status = me.status
        if status != HOME and status != AWAY and status != OUTSIDER:
            continue
        trust = np.float64(me.trust)
        member = 0.0 if status == OUTSIDER else 1.0
        job = np.float64(me.collective_pay) / p.job_half * setting.channel_jobs
        new, d0, d1, d2, d3, d4, d5, d6, d7, d8, d9, d10, d11, d12, d13, d14, d15, d16, d17, d18 = trust_after(
            trust,
            np.float64(me.dividend) * setting.channel_dividends,
            np.float64(me.expected_dividend) * setting.channel_dividends,
            collective,
            fiscal,
            job,
            np.float64(me.belonging) * setting.channel_belonging,
            me.contributes * village.self_governance,
            me.mediated,
            me.answered,
            village.virtue,
            village.party_organisation * (0.5 + peers[i, 3] + lever.example),
            leak * member,
            1.0 if me.dispute > 0 else 0.0,
            turmoil,
            village.exposure,
            1.0 if me.request > 2 else 0.0,
            peers[i, 0],
            np.float64(me.disposition),
            unit(luck[LUCK_NOISE, i]),
            p,
        )
        stored = np.float32(new)
        me.trust = stored
        if i < rows_before:
            s0 += d0
            s1 += d1
            s2 += d2
            s3 += d3
            s4 += d4
            s5 += d5
            s6 += d6
            s7 += d7
            s8 += d8
            s9 += d9
            s10 += d10
            s11 += d11
            s12 += d12
            s13 += d13
            s14 += d14
            s15 += d15
            s16 += d16
            s17 += d17
            s18 += d18
            rounding += np.float64(stored) - new
        else:
            arrived += np.float64(stored) - before
        me.norm = np.float32(norm_after(np.float64(me.norm), peers[i, 1], village.virtue, lever.norms, p))
        me.legal = np.float32(legal_after(np.float64(me.legal), village.rule_of_law, lever.legal_awareness, p))
        target = satisfaction_target(np.float64(me.consumption), reference, place, np.float64(stored), p)
        happy = np.float64(me.satisfaction)
        me.satisfaction = np.float32(happy + p.satisfaction_rate * (target - happy))
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

