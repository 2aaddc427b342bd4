"""Daily life: households earn, send money home and spend (4.5)."""

from __future__ import annotations

import numpy as np

from ..agents.cadre import root
from ..agents.trust import positive
from ..agents.villager import (
    chance_of_local_job,
    farm_share,
    offfarm_factor,
    pension,
    permanent_income_after,
    wanted_consumption,
)
from ..base.compiled import TILE, process
from ..base.numbers import exp, fen
from ..base.streams import draws, unit
from ..state.columns import AWAY, CADRE_SEATS, HOME
from ..state.flows import FLOW
from ..state.inputs import LUCK_JOB
from .booking import book, government_pays, outside_pays, outside_receives
from .desks import place_of
from .enterprise_loop import land_rent
from .village_loop import service_level

#: unit in which the younger ones of a household are counted beside the elders, so that one number counts both
YOUNG_BITS = 32
YOUNG = 1 << YOUNG_BITS


@process
def households(seed, month, village, enterprise, present, desks, cadres, luck, ledger, vouchers, lever, setting, p):
    """Income, remittances inside the household, consumption (4.5); welfare payments to elders; cadre pay."""
    # who is at home, by household, and the places of those away
    at_home = np.zeros(village.households, np.int64)  # of 60 and more in units of one, younger in units of ``YOUNG``
    purse = np.zeros(village.households, np.int64)
    remainder = np.zeros(village.households, np.int64)
    away = np.empty(present.shape[0], np.uint32)
    abroad = np.empty((3, present.shape[0]), np.float32)  # income, consumption, permanent income of those away
    migrants, elders = 0, 0
    for first in range(0, present.shape[0], TILE):
        desk = desks[first // TILE]
        for j in range(min(TILE, present.shape[0] - first)):
            is_home = int(desk.status[j] == HOME)  # numbers rather than branches: who is where has no pattern
            is_away = int(desk.status[j] == AWAY)
            is_old = int(desk.age[j] >= 60.0)
            at_home[desk.household[j]] += is_home * (is_old + YOUNG * (1 - is_old))
            elders += (1 - is_away) * is_old
            away[migrants] = first + j
            migrants += is_away
    residents = present.shape[0] - migrants
    base = fen(p.cadre_pay * (1.0 - p.performance_share))
    salaries, salaries_booked = 0, 0
    for s in range(CADRE_SEATS):
        if cadres[s].active == 1:
            place = place_of(present, present.shape[0], cadres[s].person)
            desks[place // TILE].wealth[place % TILE] += base
            salaries += base
            salaries_booked += base
    government_pays(village, vouchers, FLOW.cadre_pay, salaries)
    book(ledger, FLOW.cadre_pay, salaries_booked)
    # those away earn, live there, and send money home
    away_pay, away_booked, spent, spent_booked = 0, 0, 0, 0
    for k in range(migrants):
        desk, seat = desks[away[k] // TILE], away[k] % TILE
        home = desk.household[seat]
        wage = setting.outside_wage * np.float64(desk.skill[seat])
        earned = fen(wage)
        desk.wealth[seat] += earned
        away_pay += earned
        away_booked += earned
        family = 1 if at_home[home] > 0 else 0
        sent = family * min(fen(p.remitted_share * wage), desk.wealth[seat])
        desk.wealth[seat] -= sent
        purse[home] += sent
        living = min(fen(p.migrant_living * wage), desk.wealth[seat])
        desk.wealth[seat] -= living
        spent += living
        spent_booked += living
        lasting = permanent_income_after(np.float64(desk.permanent_income[seat]), wage, p)
        abroad[0, k], abroad[1, k], abroad[2, k] = np.float32(wage), np.float32(living * 0.01), np.float32(lasting)
    outside_pays(village, vouchers, FLOW.migrant_wages, away_pay)
    book(ledger, FLOW.migrant_wages, away_booked)
    for h in range(village.households):  # each at home gets as much; the first of them also the remainder of the split
        total_sent, heads = purse[h], max(1, (at_home[h] & (YOUNG - 1)) + (at_home[h] >> YOUNG_BITS))
        purse[h] = int(np.float64(total_sent) / heads)  # whole below 2**52 fen: no rounding can reach the next number
        remainder[h] = total_sent - purse[h] * heads
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
    # a loop that reads many columns of a desk writes on paper: where both are one block of memory, it stays scalar
    flags, paper, figures = np.empty((2, TILE), np.uint8), np.empty((3, TILE)), np.empty((3, TILE), np.float32)
    near, hired = flags[0], flags[1]
    income, comfort, earnings = paper[0], paper[1], paper[2]
    new_permanent, new_income, new_consumption = figures[0], figures[1], figures[2]
    coins = np.empty((8, TILE), np.int64)
    gift, wage_fen, crop_fen, rent_fen = coins[0], coins[1], coins[2], coins[3]
    pension_fen, care_fen, spend, cash = coins[4], coins[5], coins[6], coins[7]
    for first in range(0, present.shape[0], TILE):
        size = min(TILE, present.shape[0] - first)
        desk = desks[first // TILE]
        age, skill, holding, dividend, pay = desk.age, desk.skill, desk.holding, desk.dividend, desk.collective_pay
        permanent, shown_income, shown_consumption = desk.permanent_income, desk.income, desk.consumption
        pools, cadre, status, works, wealth = desk.pools, desk.cadre, desk.status, desk.local_job, desk.wealth
        word = luck[LUCK_JOB, first : first + size]
        for j in range(size):
            home = desk.household[j]
            near[j] = 1 if at_home[home] >= YOUNG else 0
            is_home = int(status[j] == HOME)
            gift[j] = is_home * (purse[home] + remainder[home])
            remainder[home] *= 1 - is_home
        for j in range(size):
            years = np.float64(age[j])
            free = (status[j] != AWAY) & (years < 75.0) & (pay[j] == 0.0)
            job = 1 if free & (unit(word[j]) < chance_of_local_job(jobs, years, p)) else 0
            hired[j] = job
        for j in range(size):
            resident, at_farm, job = status[j] != AWAY, status[j] == HOME, hired[j]
            years, given, own_pay = np.float64(age[j]), float(pools[j]), np.float64(pay[j])
            wage = local_wage * np.float64(skill[j])
            crop = farm * np.float64(holding[j]) * farm_share(years, given, p)
            paid = pension(years, p) * pension_index
            old = resident & (years >= 60.0)
            has = wealth[j] + gift[j]
            coin = fen(wage) if job == 1 else 0
            wage_fen[j] = coin
            has += coin
            coin = fen(crop) if at_farm else 0
            crop_fen[j] = coin
            has += coin
            coin = property_fen if at_farm else 0
            rent_fen[j] = coin
            has += coin
            coin = fen(paid) if at_farm else 0
            pension_fen[j] = coin
            has += coin
            coin = welfare if old else 0
            care_fen[j] = coin
            has += coin
            cash[j] = has
            earned = job * wage
            earned += crop + rent * given + np.float64(dividend[j]) / 12.0 if at_farm else 0.0
            earned += property_yuan + paid if at_farm else 0.0
            earned += gift[j] * 0.01
            earned += cadre[j] * base_yuan
            earned += welfare_yuan if old else 0.0
            earned += own_pay
            earnings[j] = earned
            income[j] = earned if resident else 0.0
            comfort[j] = care_level + (1.0 - care_level) * 0.5 * near[j] if old else 0.0
        for j in range(size):
            earned, has = earnings[j], cash[j]
            lasting = permanent_income_after(np.float64(permanent[j]), earned, p)
            wanted = fen(wanted_consumption(lasting, has * 0.01, p) * thrift)
            wanted = wanted if wanted < has else has
            spend[j] = wanted if status[j] != AWAY else 0
            new_permanent[j] = np.float32(lasting)
            new_income[j] = np.float32(earned)
            # what customs no longer cost is not missed
            new_consumption[j] = np.float32(wanted * 0.01 / thrift)
        for j in range(size):
            works[j] = hired[j]
            permanent[j] = new_permanent[j]
            shown_income[j] = new_income[j]
            shown_consumption[j] = new_consumption[j]
        for j in range(size):
            wealth[j] += wage_fen[j]
            local += wage_fen[j]
            wealth[j] += crop_fen[j]
            farmed += crop_fen[j]
            wealth[j] += rent_fen[j]
            other += rent_fen[j]
            wealth[j] += pension_fen[j]
            pensions += pension_fen[j]
            wealth[j] += gift[j]
            wealth[j] += care_fen[j]
            cared += care_fen[j]
            wealth[j] -= spend[j]
            spent += spend[j]
        for j in range(size):
            total += income[j]
            squares += income[j] * income[j]
            care += comfort[j]
        for j in range(size):
            local_booked += wage_fen[j]
            farmed_booked += crop_fen[j]
            other_booked += rent_fen[j]
            pensions_booked += pension_fen[j]
            cared_booked += care_fen[j]
            spent_booked += spend[j]
            workers += int(hired[j] == 1)
    for k in range(migrants):
        desk, seat = desks[away[k] // TILE], away[k] % TILE
        desk.income[seat], desk.consumption[seat], desk.permanent_income[seat] = (
            abroad[0, k],
            abroad[1, k],
            abroad[2, k],
        )
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
