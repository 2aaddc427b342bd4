"""The cadres as an office: what their time is worth, reports and appraisal, elections (sections 4.1, 4.9, 8)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ruralsim.agents.cadre import (
    hours_left,
    perceived_need,
    reward_nearness,
    root,
    standing_of_candidate,
    vote_for_incumbent,
)
from ruralsim.agents.villager import even, saturating
from ruralsim.base.numbers import fen
from ruralsim.institutions.assessment import (
    GROSS,
    TARGET_NONE,
    bonus_share,
    check_probability,
    dressing,
    found_out,
    item_score,
    left_by_targets,
    next_target,
    reported,
)
from ruralsim.institutions.village import MEETINGS, calm
from ruralsim.model.office_loop import cadre_seats, setting_transfer
from ruralsim.model.village_loop import service_level
from ruralsim.state.columns import CADRE_SEATS, HOME
from ruralsim.state.flows import FLOW
from ruralsim.windows.cadre import TASKS, Cadre
from ruralsim.windows.rows import rows_of
from ruralsim.windows.village import Village


def open_work(place: Village) -> None:
    """Before cadres divide their time: rewards, checks to expect, reports to write, needs as they see them."""
    v, p, regime, lever = place.row, place.p, place.regime, place.lever
    n = len(place.items)
    root_items = root(1.0 * n)
    checks = regime.checks + lever.checks
    quantified, mean_check = 0.0, 0.0
    rewards = [0.0, 0.0, 0.0, 0.0]
    place.dressable = []
    for item, report in zip(place.items, place.reports, strict=True):
        near = reward_nearness(report.reported, report.target, item.target_rule != TARGET_NONE, p)
        check = check_probability(checks, n, item.check_weight)
        left = left_by_targets(item.target_rule, report.reported, report.target, True, p)
        report.nearness = near * left
        near = near * left_by_targets(item.target_rule, report.reported, report.target, False, p)
        report.check = found_out(check, regime.self_check_share, p)
        quantified += item.quantified
        mean_check += check / n
        for k, task in enumerate(TASKS):
            rewards[k] += item.weight * getattr(item, task) * near
        place.dressable.append((root_items * item.weight, item.gameability, report.nearness, report.check))
    place.rewards, place.mean_check = rewards, mean_check
    place.hours = hours_left(quantified + lever.extra_reports, lever.burden_relief, regime.burden_factor, mean_check, p)
    noise = regime.need_noise * (1.0 - min(1.0, lever.guidance)) / root(1.0 + n / 12.0)
    income = 12.0 * place.firm.output
    levels = (
        0.5 * (v.party_organisation + v.self_governance),
        income / (income + 100000.0),
        0.5 * (v.rule_of_law + v.virtue) * calm(v.disorder, p),
        service_level(v),
    )
    place.needs = [perceived_need(level, u, noise) for level, u in zip(levels, place.draw(0, 18), strict=True)]
    place.root_efforts = [0.0] * n
    place.work = [0.0, 0.0, 0.0, 0.0]
    place.integrity_sum = 0.0


def close_work(place: Village) -> None:
    """The village's work is the mean over its cadres."""
    v = place.row
    share = 1.0 / max(1, len(place.cadres))
    for report, effort in zip(place.reports, place.root_efforts, strict=True):
        report.root_effort = effort * (share * root(1.0 * len(place.items)))
    for task, work in zip(TASKS, place.work, strict=True):
        setattr(v, f"work_{task}", work * share)
    v.integrity = place.integrity_sum * share
    v.hours = place.hours


# ---------------------------------------------------------------- assessment


def observe(place: Village) -> None:
    """The village's true observables, in the order of ``policy/observables.py``."""
    v, firm, p = place.row, place.firm, place.p
    income = 12.0 * firm.output
    ability = 0.0
    for cadre in place.cadres:
        ability += cadre.mean_ability()
    account = (v.account_fiscal + v.account_affairs + v.account_welfare) * 0.01
    truths = (
        v.party_organisation, v.self_governance, v.rule_of_law, v.virtue, v.smart_governance, v.co_governance,
        service_level(v),
        v.public_collective + v.public_fiscal,
        v.convenience_collective + v.convenience_fiscal,
        v.living_collective + v.living_fiscal,
        v.elder_collective + v.elder_fiscal,
        v.environment,
        saturating(income, 100000.0),
        saturating(firm.capital, p.capital_reference),
        saturating(firm.dividend_per_share, p.dividend_half),
        firm.pooled, v.civic_share, v.turnout, v.mean_trust, v.mean_satisfaction,
        v.requests_answered / (v.requests_due + 0.1),
        (v.cases_in_time + 0.5) / (v.cases_due + 0.5),
        v.meetings_quorate / MEETINGS,
        1.0 - firm.leakage,
        calm(v.disorder, p),
        v.offfarm_share,
        v.home / max(1, v.registered),
        saturating(v.mean_income, 2000.0),
        v.practice,
        min(1.0, ability / max(1, len(place.cadres)) / 1.6),
        saturating(firm.labour, 0.02 * max(1, v.home)),
        firm.active, v.mean_legal, v.mean_norm, v.mean_belonging,
        saturating(account, 6.0 * setting_transfer(v, p)),
        v.elders_cared,
        1.0 - saturating(v.income_variation, 1.0),
        firm.capital / max(1.0, firm.capital + firm.idle),
        1.0 - saturating(0.01 * firm.debt, max(1.0, firm.capital)),
        v.hours,
        1.0 - saturating(v.waiting, 0.02 * max(1, v.people)),
        max(0.0, 1.0 - v.exposure),
        (v.public_collective + v.convenience_collective + v.living_collective + v.elder_collective) * 0.25,
        saturating(v.household_value, 1000.0 * max(1, v.home)),
        saturating(0.01 * max(0, firm.reserve), 12.0 * p.fixed_cost),
        saturating(sum(cadre.row.tenure for cadre in place.cadres) / max(1, len(place.cadres)), 24.0),
        saturating(firm.value_added, 20.0 * max(1, v.registered)),
    )  # fmt: skip
    for k, truth in enumerate(truths):
        place.observed[k] = truth


def assess(place: Village, month_of_year: int) -> None:
    """Each quarter: measure, dress, report, check. Each December: appraise and pay the bonus."""
    if month_of_year % 3 != 0:
        return
    v, p, regime = place.row, place.p, place.regime
    observe(place)
    exposed, score, veto_in_force = 0.0, 0.0, False
    for k, (item, report) in enumerate(zip(place.items, place.reports, strict=True)):
        u_noise, u_check, _, _ = place.draw(k, 24)
        added = dressing(item.gameability, report.root_effort, p)
        if u_check < report.check and added > 0.0:
            exposed += added / (added + p.gaming_gain)
            if added > GROSS * p.gaming_gain:
                for cadre in place.cadres:
                    cadre.row.exposed = 1
            added = 0.0
        report.true = place.observed[item.observable]
        report.reported = reported(report.true, u_noise, item.noise, added)
        score += item.weight * item_score(report.reported, report.target, item.target_rule != TARGET_NONE, p)
        veto_in_force = veto_in_force or item.veto == 1
    v.exposure = exposed / len(place.items) * (1.0 + regime.publishes)
    if month_of_year == 12:
        _appraise(place, score, veto_in_force)


def _appraise(place: Village, score: float, veto_in_force: bool) -> None:
    v, p = place.row, place.p
    struck = place.draw(0, 20)[1] < p.veto_chance * (0.5 + 1.0 - calm(v.disorder, p))
    v.vetoed = 1 if veto_in_force and struck else 0
    v.standing = score
    bonus = p.cadre_pay * 12.0 * p.performance_share * bonus_share(score) * (1 - v.vetoed)
    prize, paid = fen(bonus), 0
    for cadre in place.cadres:
        cadre.row.bonus = bonus
        place.rows[cadre.row.person].wealth += prize
        paid += prize
    place.pay(FLOW.cadre_bonus, paid)


# ---------------------------------------------------------------- elections and turnover


def elect(place: Village, month_of_year: int) -> None:
    """Seats fall vacant by death, age, leaving and dismissal and are filled at once; a term ends with a vote."""
    v, p = place.row, place.p
    in_office = {cadre.slot: cadre for cadre in place.cadres}
    for slot in range(CADRE_SEATS):
        cadre, rival = in_office.get(slot), -1
        if cadre is not None:
            seat = cadre.row
            person = place.rows[seat.person]
            gone = person.status != HOME or person.age >= p.retirement_age
            if month_of_year == 12:
                if (v.vetoed == 1 or seat.exposed == 1) and place.draw(slot, 20)[0] < p.dismissal_chance:
                    gone = True
                seat.exposed = 0
            if not gone and place.setting.election_now == 1.0:
                support = vote_for_incumbent(v.mean_trust, v.mean_satisfaction, v.standing, p)
                rival, standing = best_candidate(place, slot, p.candidate_share)
                gone = rival >= 0 and standing > support
                if not gone:
                    seat.tenure = 0
            if not gone:
                continue
            person.cadre = 0
            seat.active = 0
        if slot >= cadre_seats(p):
            _leave_office(place, cadre)
            continue
        if rival < 0:
            rival, _ = best_candidate(place, slot, 1.0)
        if rival < 0:
            _leave_office(place, cadre)
            continue
        if cadre is None:
            cadre = place.model.cadre_class(place.model, place, slot)
            place.cadres.append(cadre)
            place.cadres.sort(key=lambda one: one.slot)
        take_seat(place, cadre, rival)


def _leave_office(place: Village, cadre: Cadre | None) -> None:
    """A seat that stays empty has no cadre."""
    if cadre is not None:
        place.cadres.remove(cadre)
        cadre.remove()


def best_candidate(place: Village, seat: int, share: float) -> tuple[int, float]:
    """Row and support of the best of those at home, 25 to 59 and without office, who stand; (−1, −1) for none."""
    best, support = -1, -1.0
    luck, stands = place.draw_for_all(26 + seat, place.model.month)[:2].tolist()
    for person in place.present():
        me = person.row
        if me.status != HOME or me.cadre == 1 or me.age < 25.0 or me.age >= 60.0 or stands[person.slot] >= share:
            continue
        mine = standing_of_candidate(luck[person.slot], me.skill, me.notable, me.party, me.trust, place.p)
        if mine > support:
            best, support = person.slot, mine
    return best, support


def take_seat(place: Village, cadre: Cadre, slot: int) -> None:
    """A villager takes a seat, with abilities, integrity and motivation drawn around the county's means."""
    p, seat = place.p, cadre.row
    seat.active, seat.person, seat.tenure, seat.exposed, seat.bonus = 1, slot, 0, 0, 0.0
    for task, u in zip(TASKS, place.draw(slot, 21), strict=True):
        setattr(seat, task, max(0.3, p.ability_mean + p.ability_spread * even(u)))
    u_integrity, u_motivation, _, _ = place.draw(slot, 22)
    seat.integrity = min(1.0, max(0.0, p.integrity_mean + p.integrity_spread * even(u_integrity)))
    seat.motivation = max(0.0, p.motivation_mean + p.motivation_spread * even(u_motivation))
    place.rows[slot].cadre = 1
    if place.lever.talent_return > 0.0:
        for task in TASKS:
            setattr(seat, task, getattr(seat, task) + 0.3 * place.lever.talent_return)


# ---------------------------------------------------------------- targets


def plain_targets(p: Any) -> Callable[..., None]:
    """How the county sets next year's targets where agents run the month: village by village, in plain Python.

    Args:
        p: parameters of the run.

    Returns:
        A function with the arguments of ``institutions/county.py:set_targets``.
    """

    def set_targets(reports: np.ndarray, rules: np.ndarray, added: np.ndarray, years: float, _: Any) -> None:
        for of_village, extra in zip(reports, added.tolist(), strict=True):
            for rule, report in zip(rules.tolist(), rows_of(of_village, 0, len(of_village)), strict=True):
                if rule != TARGET_NONE:
                    report.target = next_target(rule, report.target, report.reported, report.true, years, extra, p)

    return set_targets
