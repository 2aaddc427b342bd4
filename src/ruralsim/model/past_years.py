"""The years before the start: where everybody was, and the incomes that jobs, crops and wages would have made."""

from __future__ import annotations

import numpy as np

from ruralsim.agents.cadre import root
from ruralsim.agents.villager import (
    chance_of_local_job,
    chance_to_return,
    farm_share,
    offfarm_factor,
    pension,
    permanent_income_after,
    return_factor,
    wanted_consumption,
)
from ruralsim.base.compiled import process
from ruralsim.base.numbers import exp, fen
from ruralsim.base.streams import draws, throw, unit
from ruralsim.model.enterprise_loop import land_rent
from ruralsim.model.population import odds_of_being_away
from ruralsim.model.village_loop import service_level
from ruralsim.state.columns import (
    AWAY,
    HOME,
    OUTSIDER,
)

PAST = 60
"""Months of past drawn for everybody, a multiple of four; older income weighs (1 − permanent_rate)^60, about 2 %."""


@process
def past_places(seed, village, people, away, level, p):
    """Where everybody was in each of the last ``PAST`` months: ``away[i]``, bit k set for away k months ago.

    Going back from where they are now, with the chance to return of the rules and the chance to leave that keeps the
    share away as it is (a chain of two states is the same backwards).
    """
    low, high = village.key_low, village.key_high
    rows = village.rows
    back = return_factor(0.0, 0.5, 1.0 + (p.february_return - 1.0) / 12.0, 0.0, p)
    comes = np.zeros(rows)
    leaves = np.zeros(rows)
    here = np.zeros(rows, np.uint8)
    for i in range(rows):
        me = people[i]
        if me.status == HOME or me.status == AWAY:
            age = np.float64(me.age)
            comes[i] = chance_to_return(back, age, p)
            leaves[i] = min(1.0, comes[i] * odds_of_being_away(level, age, me.notable, p))
        here[i] = 1 if me.status == AWAY else 0
        away[i] = here[i]
    words = np.empty((4, rows), np.uint32)
    for k in range(1, PAST):
        if k == 1 or k % 4 == 0:
            throw(words, seed, low, high, k // 4, 66, 0)
        for i in range(rows):
            flip = comes[i] if here[i] == 1 else leaves[i]
            if unit(words[k % 4, i]) < flip:
                here[i] = 1 - here[i]
            away[i] |= np.uint64(here[i]) << np.uint64(k)


@process
def past_incomes(seed, village, enterprise, people, setting, level, p):
    """Opening incomes as the process itself would have made them: ``PAST`` months of jobs, crops, wages, remittances.

    Permanent income is then as unequal as in a county that has run for years, and the month just past gives each one's
    income and the village's means (4.5). Wages, farm income, pensions and property were lower by their growth; places,
    jobs and the collective's payments are as they are now. Draws: streams ``past.place`` and ``past.job``.
    """
    low, high = village.key_low, village.key_high
    rows = village.rows
    away = np.zeros(rows, np.uint64)
    past_places(seed, village, people, away, level, p)
    jobs = offfarm_factor(
        0.5 * (village.party_organisation + village.self_governance), enterprise.output, setting.tightness, 0.0, p
    )
    crop = p.farm_income * setting.farm_index * setting.farm_price * setting.yield_index
    crop = crop * exp(p.farm_services * (service_level(village) - 0.5))
    rent = land_rent(enterprise.form, p)
    cadre_pay = p.cadre_pay * (1.0 - p.performance_share)
    sure = np.zeros(rows)
    grown = np.zeros((2, rows))  # what farms and what the budget pays, at today's level
    likely = np.zeros(rows)
    permanent = np.zeros(rows)
    for i in range(rows):
        me = people[i]
        age = np.float64(me.age)
        likely[i] = chance_of_local_job(jobs, age, p) if age < 75.0 else 0.0
        if me.status == HOME or me.status == AWAY:
            grown[0, i] = crop * np.float64(me.holding) * farm_share(age, me.pools, p)
            grown[1, i] = pension(age, p)
            sure[i] = rent * me.pools + np.float64(me.dividend) / 12.0 + p.other_property + cadre_pay * me.cadre
    purse = np.zeros(village.households)
    at_home = np.zeros(village.households, np.int64)
    words = np.empty((4, rows), np.uint32)
    fade, growth = exp(-p.outside_growth * (PAST - 1)), exp(p.outside_growth)
    fade_farm, growth_farm = exp(-p.farm_growth * (PAST - 1)), exp(p.farm_growth)
    fade_pension, growth_pension = exp(-p.pension_growth * (PAST - 1)), exp(p.pension_growth)
    residents, workers, total, squares, value, bill = 0, 0, 0.0, 0.0, 0.0, 0.0
    for k in range(PAST - 1, -1, -1):
        if k % 4 == 3:
            throw(words, seed, low, high, k // 4, 67, 0)
        purse[:] = 0.0
        at_home[:] = 0
        outside = setting.outside_wage * fade
        local = setting.local_wage * fade
        if k == 0:
            outside, local = setting.outside_wage, setting.local_wage
            fade_farm, fade_pension = 1.0, 1.0
        for i in range(rows):
            if (away[i] >> np.uint64(k)) & np.uint64(1):
                purse[people[i].household] += p.remitted_share * outside * np.float64(people[i].skill)
            elif people[i].status != OUTSIDER:
                at_home[people[i].household] += 1
        for i in range(rows):
            me = people[i]
            skill = np.float64(me.skill)
            if (away[i] >> np.uint64(k)) & np.uint64(1):
                income = outside * skill
                chancy = income
                me.local_job = 0
            else:
                job = 1 if unit(words[k % 4, i]) < likely[i] else 0
                income = sure[i] + grown[0, i] * fade_farm + grown[1, i] * fade_pension
                if me.status != OUTSIDER and at_home[me.household] > 0:
                    income += purse[me.household] / at_home[me.household]
                chancy = income + likely[i] * local * skill
                income += job * local * skill
                if k == 0:
                    me.local_job = job
                    residents += 1
                    workers += job
                    total += income
                    squares += income * income
                    bill += job * local * skill
                    value += grown[0, i] if me.status == HOME else 0.0
            if k == PAST - 1:
                permanent[i] = chancy
            permanent[i] = permanent_income_after(permanent[i], income, p)
            if k == 0:
                me.income = np.float32(income)
        fade, fade_farm, fade_pension = fade * growth, fade_farm * growth_farm, fade_pension * growth_pension
    for i in range(rows):
        me = people[i]
        _, _, u_wealth, _ = draws(seed, low, high, i, 0, 64)
        me.permanent_income = np.float32(permanent[i])
        me.wealth = fen(p.wealth_months * permanent[i] * (0.5 + u_wealth))
        spent = wanted_consumption(permanent[i], me.wealth * 0.01, p)
        if me.status == AWAY:
            spent = p.migrant_living * np.float64(me.income)
        me.consumption = np.float32(min(spent, me.wealth * 0.01))
    count = max(1, residents)
    mean = total / count
    village.mean_income = mean
    village.income_variation = root(max(0.0, squares / count - mean * mean)) / (mean + 1.0)
    village.offfarm_share = workers / count
    village.local_wage_bill = bill
    village.household_value = value + bill
