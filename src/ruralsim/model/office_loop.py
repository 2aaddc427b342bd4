"""Processes of office: the election and turnover of cadres, and the assessment of the village (4.1, 4.9, 8)."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..agents.cadre import standing_of_candidate, vote_for_incumbent
from ..agents.villager import even, saturating
from ..base.compiled import process, rule
from ..base.numbers import fen
from ..base.streams import draws
from ..institutions.assessment import GROSS, TARGET_NONE, bonus_share, dressing, item_score, reported
from ..institutions.village import MEETINGS, calm
from ..state.columns import CADRE_SEATS, HOME
from ..state.flows import FLOW
from .booking import book, government_pays
from .village_loop import service_level

OBSERVABLE_COUNT = 48


@rule
def take_seat(
    cadre: Any, people: Any, row: int, seat: int, seed: int, low: int, high: int, month: int, talent: float, p: Any
) -> None:
    """A villager takes a seat: abilities, integrity and motivation from keyed draws around the county's means."""
    u1, u2, u3, u4 = draws(seed, low, high, row, month, 21)
    v1, v2, _, _ = draws(seed, low, high, row, month, 22)
    cadre.active = 1
    cadre.person = row
    cadre.tenure = 0
    cadre.exposed = 0
    cadre.bonus = np.float32(0.0)
    cadre.organise = np.float32(max(0.3, p.ability_mean + p.ability_spread * even(u1)))
    cadre.enterprise = np.float32(max(0.3, p.ability_mean + p.ability_spread * even(u2)))
    cadre.govern = np.float32(max(0.3, p.ability_mean + p.ability_spread * even(u3)))
    cadre.serve = np.float32(max(0.3, p.ability_mean + p.ability_spread * even(u4)))
    cadre.integrity = np.float32(min(1.0, max(0.0, p.integrity_mean + p.integrity_spread * even(v1))))
    cadre.motivation = np.float32(max(0.0, p.motivation_mean + p.motivation_spread * even(v2)))
    people[row].cadre = 1
    if talent > 0.0:
        # able migrants brought home (source 003): the seat's abilities rise with the policy
        lift = 0.3 * talent
        cadre.organise = np.float32(np.float64(cadre.organise) + lift)
        cadre.enterprise = np.float32(np.float64(cadre.enterprise) + lift)
        cadre.govern = np.float32(np.float64(cadre.govern) + lift)
        cadre.serve = np.float32(np.float64(cadre.serve) + lift)


@rule
def cadre_seats(p: Any) -> int:
    """Seats of a village: the parameter rounded, 1 to 7."""
    return min(CADRE_SEATS, max(1, int(p.cadres_per_village + 0.5)))


@rule
def best_candidate(
    village: Any, people: Any, seed: int, month: int, seat: int, share: float, p: Any
) -> tuple[int, float]:
    """The villager at home, 25 to 59 and without office, who stands best; (-1, -1) where nobody does.

    ``share``: how many of those who could stand do (1: a vacancy that the township fills from among all).
    """
    best, support = -1, -1.0
    for i in range(village.rows):
        me = people[i]
        if me.status != HOME or me.cadre == 1 or me.age < 25.0 or me.age >= 60.0:
            continue
        u, u_stands, _, _ = draws(seed, village.key_low, village.key_high, i, month, 26 + seat)
        if u_stands >= share:
            continue
        mine = standing_of_candidate(u, np.float64(me.skill), me.notable, me.party, np.float64(me.trust), p)
        if mine > support:
            best, support = i, mine
    return best, support


@rule
def office_changes(month_of_year: int, people: Any, cadres: Any, setting: Any, p: Any) -> bool:
    """Whether seats may fall vacant or be filled this month; where not, :func:`election` would change nothing."""
    if month_of_year == 12 or setting.election_now == 1.0:
        return True
    for s in range(CADRE_SEATS):
        if cadres[s].active == 1:
            person = people[cadres[s].person]  # who holds office stays in the village: her row is up to date
            if person.status != HOME or person.age >= p.retirement_age:
                return True
        elif s < cadre_seats(p):
            return True
    return False


@process
def election(seed, month, month_of_year, village, people, cadres, lever, setting, p):
    """Seats fall vacant by death, age, leaving and dismissal, are filled at once where anybody can, and are voted on
    at the end of a term."""
    low, high = village.key_low, village.key_high
    seats = cadre_seats(p)
    for s in range(CADRE_SEATS):
        cadre = cadres[s]
        gone, rival = False, -1
        if cadre.active == 1:
            person = people[cadre.person]
            gone = person.status != HOME or person.age >= p.retirement_age
            if month_of_year == 12 and (village.vetoed == 1 or cadre.exposed == 1):
                u, _, _, _ = draws(seed, low, high, s, month, 20)
                if u < p.dismissal_chance:
                    gone = True
            if month_of_year == 12:
                cadre.exposed = 0
            if not gone and setting.election_now == 1.0:
                support = vote_for_incumbent(village.mean_trust, village.mean_satisfaction, village.standing, p)
                rival, standing = best_candidate(village, people, seed, month, s, p.candidate_share, p)
                gone = rival >= 0 and standing > support
                if not gone:
                    cadre.tenure = 0
            if gone:
                person.cadre = 0
                cadre.active = 0
        if cadre.active == 0 and s < seats:
            if rival < 0:
                rival, standing = best_candidate(village, people, seed, month, s, 1.0, p)
            if rival >= 0:
                take_seat(cadre, people, rival, s, seed, low, high, month, lever.talent_return, p)


@process
def observe(village, enterprise, cadres, seen, p):
    """The village's true observables, each on [0, 1], in the order of ``policy/observables.py``."""
    ability, seats, served = 0.0, 0, 0.0
    for s in range(CADRE_SEATS):
        cadre = cadres[s]
        if cadre.active == 1:
            seats += 1
            served += cadre.tenure
            ability += 0.25 * (
                np.float64(cadre.organise)
                + np.float64(cadre.enterprise)
                + np.float64(cadre.govern)
                + np.float64(cadre.serve)
            )
    income = 12.0 * enterprise.output
    seen[0] = village.party_organisation
    seen[1] = village.self_governance
    seen[2] = village.rule_of_law
    seen[3] = village.virtue
    seen[4] = village.smart_governance
    seen[5] = village.co_governance
    seen[6] = service_level(village)
    seen[7] = village.public_collective + village.public_fiscal
    seen[8] = village.convenience_collective + village.convenience_fiscal
    seen[9] = village.living_collective + village.living_fiscal
    seen[10] = village.elder_collective + village.elder_fiscal
    seen[11] = village.environment
    seen[12] = saturating(income, 100000.0)
    seen[13] = saturating(enterprise.capital, p.capital_reference)
    seen[14] = saturating(enterprise.dividend_per_share, p.dividend_half)
    seen[15] = enterprise.pooled
    seen[16] = village.civic_share
    seen[17] = village.turnout
    seen[18] = village.mean_trust
    seen[19] = village.mean_satisfaction
    seen[20] = village.requests_answered / (village.requests_due + 0.1)
    seen[21] = (village.cases_in_time + 0.5) / (village.cases_due + 0.5)
    seen[22] = village.meetings_quorate / MEETINGS
    seen[23] = 1.0 - enterprise.leakage
    seen[24] = calm(village.disorder, p)
    seen[25] = village.offfarm_share
    seen[26] = village.home / max(1, village.registered)
    seen[27] = saturating(village.mean_income, 2000.0)
    seen[28] = village.practice
    seen[29] = min(1.0, ability / max(1, seats) / 1.6)
    seen[30] = saturating(enterprise.labour, 0.02 * max(1, village.home))
    seen[31] = enterprise.active
    seen[32] = village.mean_legal
    seen[33] = village.mean_norm
    seen[34] = village.mean_belonging
    account = (village.account_fiscal + village.account_affairs + village.account_welfare) * 0.01
    seen[35] = saturating(account, 6.0 * setting_transfer(village, p))
    seen[36] = village.elders_cared
    seen[37] = 1.0 - saturating(village.income_variation, 1.0)
    seen[38] = enterprise.capital / max(1.0, enterprise.capital + enterprise.idle)
    seen[39] = 1.0 - saturating(0.01 * enterprise.debt, max(1.0, enterprise.capital))
    seen[40] = village.hours
    seen[41] = 1.0 - saturating(village.waiting, 0.02 * max(1, village.people))
    seen[42] = max(0.0, 1.0 - village.exposure)
    seen[43] = (
        village.public_collective
        + village.convenience_collective
        + village.living_collective
        + village.elder_collective
    ) * 0.25
    seen[44] = saturating(village.household_value, 1000.0 * max(1, village.home))
    seen[45] = saturating(0.01 * max(0, enterprise.reserve), 12.0 * p.fixed_cost)
    seen[46] = saturating(served / max(1, seats), 24.0)
    seen[47] = saturating(enterprise.value_added, 20.0 * max(1, village.registered))


@rule
def setting_transfer(village: Any, p: Any) -> float:
    """A month's operating transfer at the start's rate, yuan: what the village account's health is measured against."""
    return p.operating_transfer * max(1, village.registered)


@process
def assessment(
    seed,
    month,
    month_of_year,
    village,
    enterprise,
    people,
    cadres,
    items,
    reports,
    observed,
    ledger,
    vouchers,
    regime,
    p,
):
    """Each quarter indicators are measured, dressed, reported and checked; each December villages are appraised."""
    if month_of_year % 3 != 0:
        return
    low, high = village.key_low, village.key_high
    n = items.shape[0]
    observe(village, enterprise, cadres, observed, p)
    exposed = 0.0
    score = 0.0
    vetoed = 0
    for k in range(n):
        item = items[k]
        report = reports[k]
        u_noise, u_check, _, _ = draws(seed, low, high, k, month, 24)
        true = observed[item.observable]
        dressed = dressing(item.gameability, report.root_effort, p)
        if u_check < report.check and dressed > 0.0:
            # a dressing found out is exposed in proportion to what it added
            exposed += dressed / (dressed + p.gaming_gain)
            for s in range(CADRE_SEATS):
                if dressed > GROSS * p.gaming_gain:
                    cadres[s].exposed = cadres[s].active
            dressed = 0.0
        report.true = true
        report.reported = reported(true, u_noise, item.noise, dressed)
        score += item.weight * item_score(report.reported, report.target, item.target_rule != TARGET_NONE, p)
        if item.veto == 1:
            vetoed = 1
    village.exposure = exposed / n * (1.0 + regime.publishes)
    if month_of_year != 12:
        return
    _, u_veto, _, _ = draws(seed, low, high, 0, month, 20)
    # a veto item (mass incident, serious breach) hits more often where disputes fester
    village.vetoed = 1 if (vetoed == 1 and u_veto < p.veto_chance * (0.5 + 1.0 - calm(village.disorder, p))) else 0
    village.standing = score
    bonus = p.cadre_pay * 12.0 * p.performance_share * bonus_share(score) * (1 - village.vetoed)
    paid, paid_booked = 0, 0
    for s in range(CADRE_SEATS):
        cadre = cadres[s]
        cadre.bonus = np.float32(0.0)
        if cadre.active == 1:
            prize = fen(bonus)
            cadre.bonus = np.float32(bonus)
            people[cadre.person].wealth += prize
            paid += prize
            paid_booked += prize
    government_pays(village, vouchers, FLOW.cadre_bonus, paid)
    book(ledger, FLOW.cadre_bonus, paid_booked)
