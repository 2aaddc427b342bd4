"""Month 0: villages and enterprises as they open, the collective's books, and what the first look at them shows."""

from __future__ import annotations

from typing import Any

import numpy as np

from ruralsim.agents.enterprise import labour_wanted, leakage_share, log_capital_term, log_labour_term, log_land_term
from ruralsim.agents.lifetime import works_for_collective
from ruralsim.agents.villager import (
    even,
    satisfaction_place,
    satisfaction_target,
)
from ruralsim.base.compiled import entry, process
from ruralsim.base.numbers import exp, fen, log
from ruralsim.base.streams import draws, village_key
from ruralsim.institutions.village import MEETINGS
from ruralsim.model.books_loop import census, close_books
from ruralsim.model.desks import empty_desks, sit_down, stand_up
from ruralsim.model.enterprise_loop import land_rent
from ruralsim.model.neighbours_loop import look_around
from ruralsim.model.office_loop import observe
from ruralsim.model.participation_loop import pooling_round
from ruralsim.model.past_years import past_incomes
from ruralsim.model.population import away_level, settle
from ruralsim.model.village_loop import service_level
from ruralsim.model.village_plans import VillagePlan
from ruralsim.state.columns import (
    AWAY,
    EMPTY,
    ENTERPRISE_DTYPE,
    HOME,
    OUTSIDER,
    VILLAGE_DTYPE,
)


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
    # the yearly tally as if all meetings of the past year had been like this one
    quorate = village.turnout * village.home >= p.quorum * village.registered
    village.meetings_quorate = MEETINGS if quorate else 0.0
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
        sit_down(people, present, desks, 0, village.people)
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
        stand_up(people, present, desks, 0, village.people)
        open_books(village, enterprise, people, incomes[v], p)
        past_incomes(seed, village, enterprise, people, settings[v], level, p)
        open_village(village, people, settings[v], p)
        sit_down(people, present, desks, 0, village.people)
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
        place["cases_in_time"] = float(p.start_in_time) * place["cases_due"]
        place["requests_due"] = 12.0 * float(p.request_rate) * people
        place["requests_answered"] = float(p.start_answered) * place["requests_due"]
        place["civic_share"] = float(p.start_civic)
        place["offfarm_share"] = float(p.offfarm_chance)
        place["disorder"] = float(p.start_dispute)
        firm["form"], firm["capital"], firm["idle"] = plan.form, plan.capital, plan.idle
        firm["debt"] = round(plan.debt * 100.0)
    return villages, enterprises
