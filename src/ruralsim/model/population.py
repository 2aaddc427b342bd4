"""Population synthesis: villages, their people, cadres and enterprises before the first month.

Every draw is keyed by village and slot (month 0), so a village is the same whatever stands beside it in the list.
Levels come from the parameters (``data/parameters``), the place of the scenario, or the user's roster.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ruralsim.agents.cadre import root
from ruralsim.agents.enterprise import labour_wanted, leakage_share, log_capital_term, log_labour_term, log_land_term
from ruralsim.agents.lifetime import works_for_collective
from ruralsim.agents.villager import (
    chance_of_local_job,
    chance_to_return,
    even,
    farm_share,
    offfarm_factor,
    pension,
    permanent_income_after,
    return_factor,
    satisfaction_place,
    satisfaction_target,
    wanted_consumption,
)
from ruralsim.base.compiled import entry, process, rule
from ruralsim.base.numbers import exp, fen, log
from ruralsim.base.streams import draws, throw, unit, village_key
from ruralsim.model.books_loop import census, close_books
from ruralsim.model.desks import empty_desks, sit_down, stand_up
from ruralsim.model.enterprise_loop import land_rent
from ruralsim.model.neighbours_loop import look_around
from ruralsim.model.office_loop import best_candidate, cadre_seats, observe, take_seat
from ruralsim.model.participation_loop import pooling_round
from ruralsim.model.register_loop import holding_of
from ruralsim.model.village_loop import service_level
from ruralsim.model.village_plans import VillagePlan
from ruralsim.model.village_plans import plan_villages as plan_villages  # the county asks for it here
from ruralsim.state.columns import (
    AWAY,
    CADRE_DTYPE,
    CADRE_SEATS,
    EMPTY,
    ENTERPRISE_DTYPE,
    HOME,
    OUTSIDER,
    TIES,
    VILLAGE_DTYPE,
    VILLAGER_DTYPE,
)

PAST = 60
"""Months of past drawn for everybody, a multiple of four; older income weighs (1 − permanent_rate)^60, about 2 %."""
OLDEST_LEAVER = 68.0
AGE_BINS = (("18_29", 18, 30), ("30_44", 30, 45), ("45_59", 45, 60), ("60_74", 60, 75), ("75_89", 75, 90))
"""Name, first age and first age beyond."""


def capacity_for(adults: int, months: int, p: Any) -> int:
    """Rows to set aside for a village: today's adults and outsiders and, with room to spare, all who may come."""
    years = months / 12.0 + 1.0
    yearly = adults * (float(p.coming_of_age_rate) + float(p.registration_in_rate))
    outsiders = adults * float(p.outsider_share) * (1.0 + float(p.outsider_turnover) * 12.0 * years)
    return int(adults + 1.25 * (yearly * years + outsiders) + 2.0 * years + 64)


@rule
def _drawn_age(u: float, p: Any) -> float:
    """Age from the five-bin distribution, whole years."""
    a, b, c, d = p.age_18_29, p.age_30_44, p.age_45_59, p.age_60_74
    if u < a:
        return 18.0 + int(12.0 * u / a)
    u -= a
    if u < b:
        return 30.0 + int(15.0 * u / b)
    u -= b
    if u < c:
        return 45.0 + int(15.0 * u / c)
    u -= c
    if u < d:
        return 60.0 + int(15.0 * u / d)
    return 75.0 + int(15.0 * (u - d) / (1.0 - a - b - c - d + 1e-9))


@rule
def odds_of_being_away(level: float, age: float, notable: float, p: Any) -> float:
    """Odds of being away at the start: level·exp(−2·b_a(age − 35)/10 − tie of a notable), 0 from 68 on.

    The age profile that the hazards to leave and to return settle at: their ratio carries b_a twice (4.3), and nobody
    leaves from 68 on. b_a is fitted to the ages of migrants (MIG-005).
    """
    if age >= OLDEST_LEAVER:
        return 0.0
    return level * exp(-0.2 * p.move_age * (age - 35.0) - p.notable_tie * notable)


@rule
def _bin_weight(age: int, p: Any) -> float:
    """Share of registered adults of one whole year of age."""
    if age < 30:
        return p.age_18_29 / 12.0
    if age < 45:
        return p.age_30_44 / 15.0
    if age < 60:
        return p.age_45_59 / 15.0
    if age < 75:
        return p.age_60_74 / 15.0
    return (1.0 - p.age_18_29 - p.age_30_44 - p.age_45_59 - p.age_60_74) / 15.0


@process
def away_level(p):
    """The level of ``odds_of_being_away`` at which the share of adults away is ``start_away`` (bisection)."""
    low, high = -20.0, 20.0
    for _ in range(60):
        middle = 0.5 * (low + high)
        share = 0.0
        for age in range(18, 90):
            plain = odds_of_being_away(exp(middle), float(age), 0.0, p)
            notable = odds_of_being_away(exp(middle), float(age), 1.0, p)
            away = (1.0 - p.notable_share) * plain / (1.0 + plain) + p.notable_share * notable / (1.0 + notable)
            share += _bin_weight(age, p) * away
        if share < p.start_away:
            low = middle
        else:
            high = middle
    return exp(0.5 * (low + high))


def age_shares(p: Any) -> tuple[float, ...]:
    """Shares of registered adults in the bins of ``AGE_BINS``."""
    shares = (float(p.age_18_29), float(p.age_30_44), float(p.age_45_59), float(p.age_60_74))
    return (*shares, 1.0 - sum(shares))


def away_share(low: int, high: int, level: float, p: Any) -> float:
    """Expected share away of the registered adults aged low … high − 1, at a level of ``odds_of_being_away``."""
    weights, away = 0.0, 0.0
    for age in range(low, high):
        weight = _bin_weight(age, p)
        weights += weight
        for notable, share in ((0.0, 1.0 - p.notable_share), (1.0, p.notable_share)):
            odds = odds_of_being_away(level, float(age), notable, p)
            away += weight * share * odds / (1.0 + odds)
    return away / weights


@process
def settle(seed, village, enterprise, people, ties, cadres, adults, level, p):
    """Fill one village with people, ties, cadres and the collective's opening books."""
    low, high = village.key_low, village.key_high
    households = max(1, int(adults / p.household_adults))
    grids = min(255, max(1, int(adults / p.grid_adults)))
    village.households = households
    outsiders = int(p.outsider_share * adults + 0.5)
    rows = adults + outsiders
    village.rows = rows
    for i in range(rows):
        me = people[i]
        u_age, u_status, _, u_share = draws(seed, low, high, i, 0, 64)
        u_habit, u_pools, _, u_dispute = draws(seed, low, high, i, 0, 65)
        u1, u2, u3, u4 = draws(seed, low, high, i, 0, 5)
        u5, u6, _, _ = draws(seed, low, high, i, 0, 6)
        age = _drawn_age(u_age, p)
        me.age = np.float32(age)
        me.household = i % households
        me.grid = (me.household * grids) // households
        skill_log = p.skill_spread * 0.7071067811865476 * (even(u1) + even(u5))
        skill = exp(skill_log - 0.5 * p.skill_spread * p.skill_spread)
        me.skill = np.float32(skill)
        me.holding = np.float32(holding_of(seed, low, high, me.household, p))
        disposition = min(0.98, max(0.02, p.disposition_mean + p.disposition_spread * even(u2)))
        me.disposition = np.float32(disposition)
        me.norm = np.float32(min(1.0, max(0.0, p.start_norm + 0.15 * even(u3) / 1.7320508075688772)))
        me.party = 1 if u4 < p.party_share else 0
        me.notable = 1 if u6 < p.notable_share else 0
        me.legal = np.float32(p.start_legal)
        me.trust = np.float32(0.5 * disposition + 0.29)
        me.satisfaction = np.float32(0.6)
        me.habit = np.float32(0.6 if u_habit < p.start_civic else 0.1)
        me.belonging = np.float32(0.3)
        if i < adults:
            odds = odds_of_being_away(level, age, me.notable, p)
            me.status = AWAY if u_status < odds / (1.0 + odds) else HOME
            if u_share < p.member_share:
                me.share = 1000
                me.pools = 1 if u_pools < p.start_pooling else 0
        else:
            me.status = OUTSIDER
            me.age = np.float32(22.0 + int(28.0 * u_age))
            me.household = int(u_status * households)
            me.holding = np.float32(holding_of(seed, low, high, me.household, p))
        if me.status != AWAY and u_dispute < p.start_dispute:
            me.dispute = 1
            village.open_cases += 1.0
    low_rows = rows
    for i in range(rows):
        own = people[i].grid
        for k in range(TIES):
            u, w, x, y = draws(seed, low, high, i, 0, 40 + k)
            choice = int(u * low_rows)
            if w < p.ties_in_grid:
                # rows of a grid repeat every `households` rows: a random household of the grid, a random member
                span = max(1, households // grids)
                house = min(households - 1, (own * households) // grids + int(x * span))
                members = max(1, (low_rows - house + households - 1) // households)
                choice = min(low_rows - 1, house + households * int(y * members))
            if choice == i:
                choice = (i + 1) % low_rows
            ties[i, k] = choice
    for s in range(cadre_seats(p)):
        rival, _ = best_candidate(village, people, seed, 0, s, 1.0, p)
        if rival >= 0:
            take_seat(cadres[s], people, rival, s, seed, low, high, 0, 0.0, p)
    total = 0
    for i in range(rows):
        total += people[i].share
    enterprise.shares_total = max(1, total)
    enterprise.active = 1


@process
def open_books(village, enterprise, people, income_year, p):
    """The collective's terms of ln value added at the start: productivity is what makes output the opening income."""
    supply, poolers, members = 0.0, 0, 0
    for i in range(village.rows):
        me = people[i]
        if me.status == HOME or me.status == AWAY:
            members += 1
            poolers += me.pools
            if works_for_collective(me.status, me.pools, np.float64(me.age)):
                supply += np.float64(me.skill)
    supply = 0.5 * supply
    pooled = poolers / max(1, members)
    output = max(1.0, income_year / 12.0)
    capital = log_capital_term(enterprise.capital, p)
    land = log_land_term(pooled, p)
    disorder = -p.friction_disputes * p.disorder_scale * village.disorder
    weak_law = -p.friction_law * (1.0 - village.rule_of_law)
    # labour and productivity depend on each other: a few rounds settle both
    hired = 0.0
    productivity = 0.0
    for _ in range(20):
        labour = log_labour_term(hired, p)
        productivity = log((1.0 - p.inputs_share) * output) - capital - labour - land - disorder - weak_law
        expected = exp(productivity + capital + land + disorder + weak_law) / (1.0 - p.inputs_share)
        hired = min(labour_wanted(expected, p), supply)
    enterprise.productivity = exp(productivity) / (1.0 - p.inputs_share)
    share = leakage_share(
        village.self_governance, village.smart_governance, village.party_organisation, village.integrity, 0.0, p
    )
    enterprise.log_productivity = log((1.0 - p.inputs_share) * enterprise.productivity)
    enterprise.log_capital = capital
    enterprise.log_labour = log_labour_term(hired, p)
    enterprise.log_land = land
    enterprise.log_disorder = disorder
    enterprise.log_weak_law = weak_law
    enterprise.log_leakage = log(1.0 - share)
    enterprise.leak_self_governance = log(1.0 - p.leakage_self_governance * village.self_governance)
    enterprise.leak_smart = log(1.0 - p.leakage_smart * village.smart_governance)
    enterprise.leak_party = log(1.0 - p.leakage_party * village.party_organisation)
    enterprise.leak_integrity = log(1.0 - p.leakage_integrity * village.integrity)
    enterprise.leakage = share
    enterprise.pooled = pooled
    enterprise.labour_supply = supply
    enterprise.labour_demand = max(0.0, hired) if hired < supply else labour_wanted(output, p)
    enterprise.labour = hired
    gross = exp(enterprise.log_productivity + capital + enterprise.log_labour + land + disorder + weak_law)
    enterprise.value_added = gross * (1.0 - share)
    enterprise.output = gross / (1.0 - p.inputs_share)
    opening = fen(p.opening_cash_months * output)
    enterprise.reserve = opening // 2
    enterprise.cash = opening - opening // 2
    enterprise.loan_payment = int(enterprise.debt // (12.0 * p.legacy_debt_years)) + 1
    # a year's dividend at the opening profit, so that expectations start where payments are
    profit = 12.0 * (enterprise.value_added - p.fixed_cost - land_rent(enterprise.form, p) * poolers)
    profit -= 0.01 * enterprise.debt * p.interest
    each = max(0.0, profit) * p.allocation_dividend / (enterprise.shares_total * 0.001)
    enterprise.dividend_per_share = each
    for i in range(village.rows):
        me = people[i]
        if me.status != OUTSIDER:
            me.dividend = np.float32(each * me.share * 0.001)
            me.expected_dividend = me.dividend


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


@process
def open_village(village, people, setting, p):
    """What month 0 shows of things that only a month brings about: spending, turnout, elders' care, satisfaction."""
    place = satisfaction_place(service_level(village), village.environment, village.disorder, 0.0, 0.0, p)
    for i in range(village.rows):
        me = people[i]
        happy = satisfaction_target(
            np.float64(me.consumption), p.consumption_reference * setting.wage_index, place, np.float64(me.trust), p
        )
        me.satisfaction = np.float32(happy)
    village.service_spending = p.operating_transfer * village.registered
    odds = (1.0 - p.start_civic) / p.start_civic
    village.turnout = 1.0 / (1.0 + odds * exp(-p.attend_bonus))
    young = np.zeros(village.households, np.uint8)
    for i in range(village.rows):
        if people[i].status == HOME and people[i].age < 60.0:
            young[people[i].household] = 1
    level = village.elder_collective + village.elder_fiscal
    elders, care = 0, 0.0
    for i in range(village.rows):
        me = people[i]
        if me.status != AWAY and me.status != EMPTY and me.age >= 60.0:
            elders += 1
            care += level + (1.0 - level) * 0.5 * young[me.household]
    village.elders_cared = care / max(1, elders)


@entry
def open_county(
    first,
    last,
    seed,
    start,
    stop,
    adults,
    incomes,
    villages,
    enterprises,
    villagers,
    ties,
    pooling,
    cadres,
    observed,
    levers,
    settings,
    parameters,
    momentum,
    changes,
    outcomes,
):
    """Month 0 of villages first … last − 1: people, one round of land pooling, opening books, past incomes, first
    observation."""
    p = parameters[0]
    level = away_level(p)
    for v in range(first, last):
        a, b = start[v], stop[v]
        village, enterprise, people = villages[v], enterprises[v], villagers[a:b]
        settle(seed, village, enterprise, people, ties[a:b], cadres[v], adults[v], level, p)
        present = np.empty(village.rows, np.uint32)
        census(village, people, present)
        present = present[: village.people]
        desks = empty_desks(village.people)
        sit_down(people, present, desks, True)
        close_books(village, enterprise, present, desks, levers[v], outcomes[v], p)
        peers = np.empty((4, village.rows))
        look_around(village, ties[a:b], present, desks, peers)
        pooling_round(
            seed,
            0,
            village,
            enterprise,
            present,
            desks,
            peers,
            pooling[a:b],
            momentum[v],
            changes[v],
            levers[v],
            settings[v],
            p,
        )
        stand_up(people, present, desks)
        open_books(village, enterprise, people, incomes[v], p)
        past_incomes(seed, village, enterprise, people, settings[v], level, p)
        open_village(village, people, settings[v], p)
        sit_down(people, present, desks, True)
        close_books(village, enterprise, present, desks, levers[v], outcomes[v], p)
        observe(village, enterprise, cadres[v], observed[v], p)


def village_tables(plans: list[VillagePlan], seed: int, mediators: float, p: Any) -> tuple[np.ndarray, np.ndarray]:
    """Opening columns of villages and enterprises (before people): pillars, services, lasting effects, capital."""
    villages = np.zeros(len(plans), VILLAGE_DTYPE)
    enterprises = np.zeros(len(plans), ENTERPRISE_DTYPE)
    spread = float(p.start_spread)
    for v, plan in enumerate(plans):
        low, high = village_key(plan.name)
        u = [x for block in range(76, 80) for x in draws(seed, low, high, 0, 0, block)]
        xi = [even(x) for x in u]
        place, firm = villages[v], enterprises[v]
        demo = plan.rollout == 0
        lift = float(p.start_demo_lift) if demo else 0.0
        place["key_low"], place["key_high"] = low, high
        place["township"], place["endowment"], place["rollout"] = plan.township, plan.endowment, plan.rollout
        place["earning"] = plan.earning
        pillars = (
            ("party_organisation", p.start_party_organisation),
            ("self_governance", p.start_self_governance),
            ("rule_of_law", p.start_rule_of_law),
            ("virtue", p.start_virtue),
            ("smart_governance", p.start_smart),
            ("co_governance", p.start_co_governance),
        )
        for k, (name, level) in enumerate(pillars):
            place[name] = min(0.95, max(0.02, float(level) + lift + spread * xi[k]))
        for k, name in enumerate(("public", "convenience", "living", "elder")):
            level = min(0.9, max(0.02, float(p.start_services) + 0.5 * lift + 0.75 * spread * xi[6 + k]))
            place[f"{name}_collective"], place[f"{name}_fiscal"] = 0.15 * level, 0.85 * level
        place["environment"] = min(0.95, max(0.05, float(p.start_environment) + 0.5 * spread * xi[10]))
        place["practice"] = float(p.start_demo_practice) if demo else float(p.start_practice)
        place["effect_economic"] = float(p.village_effect_spread) * xi[11]
        place["effect_civic"] = float(p.village_effect_spread) * xi[12]
        place["mediators"] = mediators
        place["integrity"] = float(p.integrity_mean)
        place["hours"] = 1.0
        place["standing"] = 0.5
        people = plan.adults
        place["cases_due"] = 12.0 * float(p.dispute_base) * people
        place["cases_in_time"] = 0.8 * place["cases_due"]
        place["requests_due"] = 12.0 * float(p.request_rate) * people
        place["requests_answered"] = 0.4 * place["requests_due"]
        place["meetings_quorate"] = 6.0
        place["civic_share"] = float(p.start_civic)
        place["offfarm_share"] = float(p.offfarm_chance)
        place["disorder"] = float(p.start_dispute)
        firm["form"], firm["capital"], firm["idle"] = plan.form, plan.capital, plan.idle
        firm["debt"] = round(plan.debt * 100.0)
    return villages, enterprises


def empty_people(rows: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Blank rows of villagers, their ties and their pooling terms (−1 in the last term: never decided yet)."""
    people = np.zeros(rows, VILLAGER_DTYPE)
    people["age"] = 18.0
    ties = np.zeros((rows, TIES), np.uint16)
    pooling = np.zeros((rows, 11), np.float64)
    pooling[:, 10] = -1.0
    return people, ties, pooling


def empty_cadres(villages: int) -> np.ndarray:
    """Seven seats a village, all vacant."""
    return np.zeros((villages, CADRE_SEATS), CADRE_DTYPE)
