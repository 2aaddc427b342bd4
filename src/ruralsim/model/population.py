"""Population synthesis: villages, their people, cadres and enterprises before the first month.

Every draw is keyed by village and slot (month 0), so a village is the same whatever stands beside it in the list.
Levels come from the parameters (``data/parameters``), the place of the scenario, or the user's roster.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from ruralsim.agents.cadre import root
from ruralsim.agents.enterprise import labour_wanted, leakage_share, log_capital_term, log_labour_term, log_land_term
from ruralsim.agents.villager import even
from ruralsim.base.compiled import process, rule
from ruralsim.base.numbers import exp, fen, log
from ruralsim.base.streams import draws, village_key
from ruralsim.model.books_loop import census, close_books
from ruralsim.model.enterprise_loop import land_rent
from ruralsim.model.office_loop import best_candidate, observe, take_seat
from ruralsim.model.people_loop import look_around, pooling_round, works_for_collective
from ruralsim.spec.scenario import Scenario
from ruralsim.state.columns import (
    AWAY,
    CADRE_DTYPE,
    CADRE_SEATS,
    EMPTY,
    ENDOWMENTS,
    ENTERPRISE_DTYPE,
    FORMS,
    HOME,
    OUTSIDER,
    ROLLOUT,
    TIES,
    VILLAGE_DTYPE,
    VILLAGER_DTYPE,
)

SMALLEST_VILLAGE = 30


@dataclass(frozen=True)
class VillagePlan:
    """What is known of one village before its people are drawn; amounts in yuan (income a year)."""

    name: str
    adults: int
    township: int
    endowment: int
    rollout: int
    form: int
    capital: float
    idle: float
    debt: float
    income: float


def _village_draws(seed: int, name: str) -> list[float]:
    low, high = village_key(name)
    found: list[float] = []
    for block in range(72, 76):
        found.extend(draws(seed, low, high, 0, 0, block))
    return found


def _normal(u: list[float], at: int) -> float:
    """About normal, mean 0 and variance 1, bounded by ±3.46: the sum of four uniforms."""
    return (u[at] + u[at + 1] + u[at + 2] + u[at + 3] - 2.0) * math.sqrt(3.0)


def _by_quota(names: list[str], keys: list[float], shares: dict[str, float], order: tuple[str, ...]) -> list[int]:
    """Give each village a class so that the counts match the shares (largest remainders), in keyed order."""
    total = len(names)
    exact = [shares.get(name, 0.0) * total for name in order]
    counts = [math.floor(x) for x in exact]
    rest = sorted(range(len(order)), key=lambda k: (-(exact[k] - counts[k]), k))
    for k in rest[: total - sum(counts)]:
        counts[k] += 1
    queue = [k for k, count in enumerate(counts) for _ in range(count)]
    ranked = sorted(range(total), key=lambda v: (keys[v], names[v]))
    chosen = [0] * total
    for place, v in enumerate(ranked):
        chosen[v] = queue[place]
    return chosen


def plan_villages(scenario: Scenario, seed: int, p: Any) -> list[VillagePlan]:
    """Divide the registered population over villages and give each its class, form and books.

    Args:
        scenario: the place is read from it; a roster's own values win over synthesis.
        seed: of the run.
        p: record of parameters.
    """
    place = scenario.place
    names = list(place.village_names())
    u = [_village_draws(seed, name) for name in names]
    per_adult = float(p.persons_per_adult)
    if place.roster is not None:
        adults = [max(SMALLEST_VILLAGE, round(row.population / per_adult)) for row in place.roster]
    else:
        weights = [exp(float(p.village_size_spread) * _normal(x, 0)) for x in u]
        total = round(place.registered_population / per_adult)
        exact = [total * w / math.fsum(weights) for w in weights]
        adults = [max(SMALLEST_VILLAGE, math.floor(x)) for x in exact]
        rest = sorted(range(len(names)), key=lambda v: (-(exact[v] - math.floor(exact[v])), names[v]))
        for v in rest[: max(0, total - sum(adults))]:
            adults[v] += 1
    rollout_shares = dict(place.rollout)
    endowments = _by_quota(names, [x[4] for x in u], dict(place.endowments), ENDOWMENTS)
    forms = _by_quota(names, [x[5] for x in u], dict(place.forms), FORMS)
    rollouts = _rollout(names, [x[6] for x in u], rollout_shares, place.demonstration_villages)
    by_endowment = (1.0, float(p.income_hill), float(p.income_mountain), float(p.income_suburban))
    towns = sorted({row.township or "" for row in place.roster}) if place.roster is not None else []
    plans = []
    for v, name in enumerate(names):
        row = place.roster[v] if place.roster is not None else None
        endowment = ENDOWMENTS.index(row.endowment) if row is not None and row.endowment else endowments[v]
        income = float(p.operating_income_median) * by_endowment[endowment]
        income *= exp(float(p.operating_income_spread) * _normal(u[v], 8))
        shared = 0.6 * _normal(u[v], 8) + 0.8 * _normal(u[v], 12)
        capital = float(p.capital_median) * exp(float(p.capital_spread) * shared)
        township = v % max(1, place.townships)
        form, rollout = forms[v], rollouts[v]
        if row is not None:
            income = income if row.operating_income is None else row.operating_income
            capital = capital if row.capital is None else row.capital
            form = FORMS.index(row.form) if row.form else form
            rollout = ROLLOUT.index(row.rollout) if row.rollout else rollout
            township = towns.index(row.township or "")
        idle, debt = float(p.idle_share) * capital, float(p.debt_share) * capital
        if row is not None:
            idle = idle if row.idle_assets is None else row.idle_assets
            debt = debt if row.debt is None else row.debt
        plans.append(VillagePlan(name, adults[v], township, endowment, rollout, form, max(capital, 1000.0), idle, debt, income))
    return plans


def _rollout(names: list[str], keys: list[float], shares: dict[str, float], demonstrations: int | None) -> list[int]:
    if demonstrations is None:
        return _by_quota(names, keys, shares, ROLLOUT)
    ranked = sorted(range(len(names)), key=lambda v: (keys[v], names[v]))
    first, others = set(ranked[:demonstrations]), ranked[demonstrations:]
    left = 1.0 - shares.get("demonstration", 0.0)
    scaled = {name: (share / left if left > 0 else 0.0) for name, share in shares.items() if name != "demonstration"}
    if not others:
        return [0] * len(names)
    if left <= 0:
        scaled = {"rest": 1.0}
    chosen = dict(zip(others, _by_quota([names[v] for v in others], [keys[v] for v in others], scaled, ROLLOUT), strict=True))
    return [0 if v in first else chosen[v] for v in range(len(names))]


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
def _away_chance(age: float, p: Any) -> float:
    """Chance of being away at the start: highest between 18 and 45, rare from 60 on."""
    if age < 45.0:
        return min(0.95, 1.6 * p.start_away)
    if age < 60.0:
        return 1.05 * p.start_away
    return 0.15 * p.start_away


@process
def settle(seed, village, enterprise, people, ties, cadres, adults, p):
    """Fill one village with people, ties, cadres and the collective's opening books."""
    low, high = village.key_low, village.key_high
    households = max(1, int(adults / p.household_adults))
    grids = min(255, max(1, int(adults / p.grid_adults)))
    village.households = households
    outsiders = int(p.outsider_share * adults + 0.5)
    rows = adults + outsiders
    village.rows = rows
    total_income, squares, residents, value = 0.0, 0.0, 0, 0.0
    for i in range(rows):
        me = people[i]
        u_age, u_status, u_wealth, u_share = draws(seed, low, high, i, 0, 64)
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
            away = u_status < _away_chance(age, p)
            me.status = AWAY if away else HOME
            if u_share < p.member_share:
                me.share = 1000
                me.pools = 1 if u_pools < p.start_pooling else 0
        else:
            me.status = OUTSIDER
            me.age = np.float32(22.0 + int(28.0 * u_age))
            me.household = int(u_status * households)
        income = p.migrant_wage * skill
        if me.status != AWAY:
            income = p.offfarm_chance * p.local_wage * skill
            if me.status == HOME:
                income += p.farm_income + p.other_property + p.pension_base * (p.pension_young if age < 60.0 else p.pension_old)
                value += p.farm_income
            value += p.offfarm_chance * p.local_wage * skill
            income += 0.15 * p.migrant_wage * p.remitted_share
            residents += 1
            total_income += income
            squares += income * income
        me.permanent_income = np.float32(income)
        me.income = np.float32(income)
        me.consumption = np.float32(p.consume_income * income)
        me.wealth = fen(p.wealth_months * income * (0.5 + u_wealth))
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
    mean = total_income / max(1, residents)
    village.mean_income = mean
    village.income_variation = root(max(0.0, squares / max(1, residents) - mean * mean)) / (mean + 1.0)
    village.household_value = value
    seats = min(CADRE_SEATS, max(1, int(p.cadres_per_village + 0.5)))
    for s in range(seats):
        rival, _ = best_candidate(village, people, seed, 0, s, p)
        if rival >= 0:
            take_seat(cadres[s], people, rival, s, seed, low, high, 0, p)
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
    gross = exp(
        enterprise.log_productivity + capital + enterprise.log_labour + land + disorder + weak_law
    )
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
def open_village(village, people, p):
    """What month 0 shows of things that only a month brings about: spending, turnout, elders' care."""
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


@process
def open_county(
    first, last, seed, start, stop, adults, incomes, villages, enterprises, villagers, ties, pooling, cadres, observed, levers,
    settings, parameters, momentum, changes, outcomes,
):
    """Month 0 of villages first … last − 1: people, one round of land pooling, opening books, first observation."""
    p = parameters[0]
    for v in range(first, last):
        a, b = start[v], stop[v]
        village, enterprise, people = villages[v], enterprises[v], villagers[a:b]
        settle(seed, village, enterprise, people, ties[a:b], cadres[v], adults[v], p)
        census(village, people)
        close_books(village, enterprise, people, levers[v], outcomes[v], p)
        peers = np.zeros((village.rows, 4))
        look_around(village, people, ties[a:b], peers)
        pooling_round(
            seed, 0, village, enterprise, people, peers, pooling[a:b], momentum[v], changes[v], levers[v], settings[v], p
        )
        open_books(village, enterprise, people, incomes[v], p)
        open_village(village, people, p)
        close_books(village, enterprise, people, levers[v], outcomes[v], p)
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
        pillars = (
            ("party_organisation", p.start_party_organisation), ("self_governance", p.start_self_governance),
            ("rule_of_law", p.start_rule_of_law), ("virtue", p.start_virtue),
            ("smart_governance", p.start_smart), ("co_governance", p.start_co_governance),
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
        place["meetings"], place["meetings_quorate"] = 12.0, 6.0
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
