"""What a village does around its people's behaviours: set out what is the same for all, and close each round's sums.

Functions of a :class:`~ruralsim.windows.village.Village`. Each ``open_…`` comes before a round of the villagers'
behaviour, each ``close_…`` after it (model specification 4.3 to 4.8).
"""

from __future__ import annotations

from collections.abc import Sequence

from ruralsim.agents.cadre import root
from ruralsim.agents.trust import leakage_seen, positive
from ruralsim.agents.villager import (
    civic_place,
    dispute_factor,
    leave_factor,
    offfarm_factor,
    return_factor,
    satisfaction_place,
)
from ruralsim.base.numbers import FINE_STEP, chance, exp, fen, log, log_mean
from ruralsim.institutions.village import TALLY, answer_chance, calm, mediation_capacity, settlement_chance
from ruralsim.model.enterprise_loop import land_rent
from ruralsim.model.village_loop import service_level
from ruralsim.state.columns import AWAY, HOME
from ruralsim.state.flows import DRIVER, FLOW, W_CALM, W_TRUST
from ruralsim.state.inputs import CHANGE
from ruralsim.windows.village import Village


def collective_services(place: Village) -> float:
    """Sum of the four levels of service that the collective pays for."""
    v = place.row
    level: float = v.public_collective + v.convenience_collective + v.living_collective + v.elder_collective
    return level


def moving_factors(place: Village, month_of_year: int, mean_income: float) -> tuple[float, float]:
    """The village's part of the hazards to leave and to come home; ``mean_income``: last month's, yuan."""
    p, setting = place.p, place.setting
    services = service_level(place.row)
    gap = log(setting.outside_wage / (mean_income + 1.0)) - p.gap_reference
    out_season = p.march_leave if month_of_year == 3 else 1.0
    in_season = p.february_return if month_of_year == 2 else 1.0
    return (
        leave_factor(gap, services, out_season, p),
        return_factor(gap, services, in_season, place.lever.talent_return, p),
    )


def open_meeting(place: Village) -> None:
    """Before people take part: what the village gives to everybody's civic logit."""
    v, p, lever = place.row, place.p, place.lever
    place.civic = civic_place(
        v.effect_civic, v.self_governance, 0.25 * place.setting.channel_affairs * collective_services(place),
        lever.civic_participation, lever.volunteer_time, p,
    )  # fmt: skip
    place.attend = exp(-p.attend_bonus)
    place.far = 1.0 - v.smart_governance
    place.gift = fen(p.contribution)
    place.took_part = place.attended = place.at_meeting = place.given = place.redeemed = 0


def close_meeting(place: Village) -> None:
    """Money given and points redeemed reach the account; turnout and quorum are noted."""
    v = place.row
    v.account_fiscal += place.given
    place.pay(FLOW.contributions, place.given)
    v.account_fiscal -= place.redeemed
    place.pay(FLOW.points_redeemed, place.redeemed)
    v.home = place.at_meeting
    v.civic_share = place.took_part / max(1, v.registered)
    v.turnout = place.attended / max(1, place.at_meeting)
    quorate = place.attended >= place.p.quorum * v.registered
    v.meetings_quorate = v.meetings_quorate * TALLY + (1.0 if quorate else 0.0)


def open_pooling(place: Village) -> None:
    """January, before land is pooled: the rent and the chance of a job that the collective offers."""
    firm = place.firm
    place.job_chance = 0.0
    if firm.labour_supply > 0.0:
        place.job_chance = min(1.0, firm.labour / firm.labour_supply) * place.setting.channel_jobs
    place.rent_offered = land_rent(firm.form, place.p)


def book_pooling(
    place: Village, old: Sequence[float], terms: Sequence[float], logit: float, join: float, member: float, change: int
) -> None:
    """Split one villager's change of pooled land by the terms of the logit, luck and entry (log-mean of the chance).

    Args:
        place: the village.
        old: last January's ten terms and chance (−1: never decided before).
        terms, logit, join, member: this January's; ``member`` 0 where the villager holds no share.
        change: −1, 0 or 1.
    """
    momentum = place.momentum
    per_head = 1.0 / max(1, place.row.registered)
    if old[10] < 0.0:
        momentum[DRIVER.land_entry] += change * per_head
        return
    old_logit = 0.0
    for k in range(10):
        old_logit += old[k]
    gap = logit - old_logit
    expected = join * member - old[10]
    slope = join * (1.0 - join) * member if gap == 0.0 else expected / gap
    for k in range(1, 10):
        momentum[DRIVER.land_trust + k - 1] += slope * (terms[k] - old[k]) * per_head
    luck = change - expected
    if gap == 0.0:
        luck = luck + expected
    momentum[DRIVER.land_luck] += luck * per_head


def open_homes(place: Village) -> None:
    """Who is at home, what the month pays and yields, and the welfare due to elders."""
    v, p, setting, lever = place.row, place.p, place.setting, place.lever
    homes = v.households
    place.at_home, place.young, place.purse = [0] * homes, [0] * homes, [0] * homes
    place.opened = [False] * homes
    elders = 0
    for person in place.present():
        me = person.row
        if me.status == HOME:
            place.at_home[me.household] += 1
            if me.age < 60.0:
                place.young[me.household] += 1
        if me.status != AWAY and me.age >= 60.0:
            elders += 1
    place.salary = fen(p.cadre_pay * (1.0 - p.performance_share))
    organisation = 0.5 * (v.party_organisation + v.self_governance)
    access = setting.job_growth + lever.market_access
    place.job_odds = offfarm_factor(organisation, place.firm.output, setting.tightness, access, p)
    harvest = setting.farm_price * setting.yield_index * (0.9 + 0.2 * place.draw(0, 16)[3])
    if place.draw(0, 17)[0] < setting.natural_shock:
        harvest = harvest * (1.0 - p.natural_loss)
    prospect = exp(p.farm_services * (service_level(v) - 0.5) + lever.farm_productivity)
    place.farm = p.farm_income * setting.farm_index * harvest * prospect
    place.rent = land_rent(place.firm.form, p) if place.firm.active == 1 else 0.0
    place.welfare_each = 0
    if elders > 0 and v.account_welfare > 0:
        place.welfare_each = fen(v.account_welfare * 0.01 / 12.0) // elders
    place.care_level = v.elder_collective * setting.channel_affairs + v.elder_fiscal
    place.salaries = place.earned_away = place.earned_locally = place.farmed = place.other_property = 0
    place.pensions = place.welfare_paid = place.spent = place.residents = place.workers = place.elders_met = 0
    place.care = place.income_sum = place.income_squares = 0.0


def close_homes(place: Village) -> None:
    """Book what households were paid and spent; mean and spread of residents' income."""
    v = place.row
    place.pay(FLOW.cadre_pay, place.salaries)
    place.pay(FLOW.migrant_wages, place.earned_away)
    place.pay(FLOW.local_wages, place.earned_locally)
    place.pay(FLOW.farm_income, place.farmed)
    place.pay(FLOW.other_property, place.other_property)
    place.pay(FLOW.pensions, place.pensions)
    v.account_welfare -= place.welfare_paid
    place.pay(FLOW.welfare_payments, place.welfare_paid)
    place.pay(FLOW.consumption, place.spent)
    count = max(1, place.residents)
    mean = place.income_sum / count
    v.mean_income = mean
    v.income_variation = root(positive(place.income_squares / count - mean * mean)) / (mean + 1.0)
    v.offfarm_share = place.workers / count
    v.household_value = (place.earned_locally + place.farmed) * 0.01
    v.local_wage_bill = place.earned_locally * 0.01
    v.elders_cared = place.care / max(1, place.elders_met)


def disputes_here(place: Village) -> tuple[float, float]:
    """The village's part of the hazard of a dispute, and how far land can be a cause of one."""
    v, lever = place.row, place.lever
    factor = dispute_factor(v.income_variation, v.virtue, lever.early_warning, place.p)
    return factor, (1.0 - v.rule_of_law) * (1.0 - min(1.0, lever.land_conflict))


def open_troubles(place: Village) -> None:
    """How easily people fall out, how fast mediators settle, how soon requests are answered."""
    v, p, lever = place.row, place.p, place.lever
    heads = max(1, v.people)
    place.open_before = v.open_cases
    place.dispute_factor, place.conflict = disputes_here(place)
    capacity = mediation_capacity(v.mediators + lever.mediators, heads, v.rule_of_law, v.virtue, v.co_governance, p)
    place.settling = settlement_chance(capacity, place.open_before - place.changes[CHANGE.withdrawn], p)
    place.asking = chance(p.request_rate * (1.5 - service_level(v)))
    answer = answer_chance(v.work_serve, v.hours, v.smart_governance, v.co_governance, lever.request_capacity, p)
    pending = max(1.0, v.waiting)
    room = p.request_room * heads
    place.answering = answer * room / pending if pending > room else answer
    place.arisen = place.settled = place.due = place.in_time = place.still_open = 0
    place.requests_made = place.prompt = place.still_waiting = 0


def close_troubles(place: Village) -> None:
    """Count cases and requests; move disorder and split its part of the potential by what moved it."""
    v, p = place.row, place.p
    v.open_cases = place.still_open
    v.waiting = place.still_waiting
    v.cases_due = v.cases_due * TALLY + place.due
    v.cases_in_time = v.cases_in_time * TALLY + place.in_time
    v.requests_due = v.requests_due * TALLY + place.requests_made
    v.requests_answered = v.requests_answered * TALLY + place.prompt
    place.changes[CHANGE.arisen] += place.arisen
    place.changes[CHANGE.settled] += place.settled
    heads, old = max(1, v.people), v.disorder
    move = (1.0 - p.disorder_memory) / heads
    by_arising = move * place.arisen
    by_settling = -move * place.settled
    by_withdrawing = -move * place.changes[CHANGE.withdrawn]
    by_old = (1.0 - p.disorder_memory) * (place.open_before / heads - old)
    new = old + (by_arising + by_settling + by_withdrawing + by_old)
    v.disorder = new
    weight = -W_CALM * p.disorder_scale * log_mean(calm(old, p), calm(new, p))
    place.momentum[DRIVER.calm_disputes_arising] += weight * by_arising
    place.momentum[DRIVER.calm_disputes_settled] += weight * by_settling
    place.momentum[DRIVER.calm_disputes_withdrawn] += weight * by_withdrawing
    place.momentum[DRIVER.calm_old_cases] += weight * by_old


def open_minds(place: Village) -> None:
    """What everybody in the village lives with this month: services, leakage that shows, disorder."""
    v, p, lever = place.row, place.p, place.lever
    place.trust_before = v.mean_trust
    place.services_collective = 0.25 * place.setting.channel_affairs * collective_services(place)
    place.services_fiscal = 0.25 * (v.public_fiscal + v.convenience_fiscal + v.living_fiscal + v.elder_fiscal)
    place.leak = 0.0
    if place.firm.active == 1:
        place.leak = leakage_seen(place.firm.leakage, v.self_governance, v.smart_governance, lever.visibility)
    place.turmoil = 1.0 - calm(v.disorder, p)
    place.contentment = satisfaction_place(
        place.services_collective + place.services_fiscal, v.environment, v.disorder, lever.volunteer_time,
        lever.privacy, p,
    )  # fmt: skip
    place.consumption_reference = p.consumption_reference * place.setting.wage_index
    place.trust_sums = [0] * 19
    place.trust_arrived, place.trust_rounding = 0.0, 0


def close_minds(place: Village) -> None:
    """Write the village's change of trust, by driver, into the momentum ledger."""
    scale = W_TRUST / max(1, place.row.people)
    step = scale * FINE_STEP
    for k in range(19):
        place.momentum[DRIVER.trust_dividends + k] += step * place.trust_sums[k]
    place.momentum[DRIVER.trust_arrivals] += scale * place.trust_arrived
    place.momentum[DRIVER.trust_departures] -= scale * place.changes[CHANGE.departed_trust]
    place.momentum[DRIVER.trust_rounding] += step * place.trust_rounding
