"""The mean village's month in the engine's order (well-mixed, habit off, no noise).

Everybody is at home, a member with one share, and alike; what differs between people within a month (who takes part,
quarrels, asks) enters as exact expectations, so that the map is what a village of many people follows. Held fixed, and
said so: demography, migration, incomes (their variation), cadres' abilities, practice, productivity, credit.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import product
from typing import Any

import numpy as np

from ruralsim.theory import definitions as d
from ruralsim.theory.parts import Earned, earn, effort, pillar_rates, shares_of_profit
from ruralsim.theory.state import Place, State


def month(x: State, place: Place, p: Any, month_of_year: int) -> State:
    """One month of the mean village, in the engine's order (``model/month.py``).

    Args:
        x: the end of last month. place: what is given. p: parameters.
        month_of_year: 1 to 12; land is pooled in January, profit shared out in December.
    """
    granted = d.project_grant((x.party_organisation + x.self_governance) / 2, x.trust, p)
    now = _governed(x, place, p)
    joined = _taking_part(x, now, place, p, month_of_year)
    made, firm = _business(x, now, joined.pooled, granted, place, p)
    if month_of_year == 12:
        firm = _shared_out(firm, made, place, p)
    employed = firm.active * made.hired / place.heads
    bonds = [
        _belonging(bond, pools, (chance, firm.self_governance), firm.dividend, firm.expected, employed, place, p)
        for bond, pools, chance in zip(joined.bonds, (1.0, 0.0), joined.civic_of, strict=True)
    ]
    open_cases, disorder, settled = _disputes(x, firm, joined.pooled, place, p)
    short, long, answered = _requests(x, firm, now.work[3], firm.services_collective + firm.services_fiscal, place, p)
    trust = _trust(
        x, firm, place, p, dividend=firm.dividend, expected=firm.expected, services=(now.felt, firm.services_fiscal),
        belonging=joined.pooled * bonds[0] + (1 - joined.pooled) * bonds[1], civic=joined.civic, mediated=settled,
        disputing=open_cases, answered=answered, stale=long, employed=employed, wage=p.collective_wage / p.job_half,
        leakage=firm.active * d.leakage_seen(made.leakage, firm.self_governance, firm.smart_governance),
        turmoil=1 - d.calm(disorder, p),
    )  # fmt: skip
    return replace(
        firm, trust=trust, norm=d.step(x.norm, *d.norm_rates(x.civic, firm.virtue, p)),
        legal=d.step(x.legal, *d.legal_rates(firm.rule_of_law, p)), belonging_pooling=bonds[0],
        belonging_others=bonds[1], civic=joined.civic, pooled=joined.pooled, open_cases=open_cases, disorder=disorder,
        waiting_new=short, waiting_long=long, output=firm.active * made.output,
    )  # fmt: skip


@dataclass(frozen=True)
class _Governed:
    """Pillars, services and the account for affairs after the institutions' month; θ√e; services that are felt."""

    state: State
    work: tuple[Any, Any, Any, Any]
    felt: Any


def _governed(x: State, place: Place, p: Any) -> _Governed:
    work = effort(x, x.services_collective + x.services_fiscal, place, p)
    spend = p.institution_share * x.affairs / 12.0
    bought = d.institutions_bought(12.0 * spend, p) * place.affairs_felt
    pillars = {
        name: d.step(getattr(x, name), up, p.pillar_decay)
        for name, up in pillar_rates(x, work, bought, p).items()
    }  # fmt: skip
    buying = (x.affairs - spend) * (1 - p.institution_share) / 12.0
    up_c = d.service_rate(buying, work[3], pillars["co_governance"], p) * place.affairs_felt
    up_f = d.service_rate(place.transfer, work[3], pillars["co_governance"], p)
    phi = d.damping(up_c + up_f + p.service_decay)
    room = 1 - (x.services_collective + x.services_fiscal)
    collective = x.services_collective + phi * (up_c * room - p.service_decay * x.services_collective)
    fiscal = x.services_fiscal + phi * (up_f * room - p.service_decay * x.services_fiscal)
    after = replace(
        x, **pillars, services_collective=collective, services_fiscal=fiscal, affairs=x.affairs - spend - buying
    )
    return _Governed(after, work, collective * place.affairs_felt)


@dataclass(frozen=True)
class _TakingPart:
    """Chances to take part of those who pool and of the others, shares who take part and pool, belonging of both."""

    civic_of: tuple[Any, Any]
    civic: Any
    pooled: Any
    bonds: tuple[Any, Any]


def _taking_part(x: State, now: _Governed, place: Place, p: Any, month_of_year: int) -> _TakingPart:
    after = now.state
    example = after.party_organisation * place.example
    base = d.civic_place(place.effect_civic, after.self_governance, now.felt, p)
    one, other = (
        d.logistic(d.civic_logit(base, x.trust, x.norm, x.civic, bond * place.belonging_felt, example, p))
        for bond in (x.belonging_pooling, x.belonging_others)
    )
    pooled, bonds = x.pooled, (x.belonging_pooling, x.belonging_others)
    if month_of_year == 1:
        past = earn(x.capital, x, x.pooled, x.disorder, place, p)
        job_chance = d.smaller(1.0, past.hired / d.larger(past.supply, 1e-9)) * x.active * place.jobs_felt
        cost = d.pooling_cost(place.rent, job_chance, p.farm_income, p)
        expected = x.expected * place.dividends_felt
        pooled = d.logistic(
            d.economic_logit(place.effect_economic, x.trust, x.pooled, expected, example, after.rule_of_law, cost, p)
        )
        bonds = (x.belonging, x.belonging)
        one = other = x.pooled * one + (1 - x.pooled) * other
    return _TakingPart((one, other), pooled * one + (1 - pooled) * other, pooled, bonds)


def _business(x: State, now: _Governed, pooled: Any, granted: Any, place: Place, p: Any) -> tuple[Earned, State]:
    """The enterprise's month: what it made, and the state with its capital, cash and profit."""
    idle = x.idle * (1 - place.written_off) + (1 - p.project_operating) * granted
    used = d.activated(idle, now.work[1], pooled, x.trust, p)
    capital = x.capital + p.project_operating * granted + used - x.capital * p.depreciation / 12.0
    made = earn(capital, now.state, pooled, x.disorder, place, p)
    active = _works(x, made, p)
    profit, cash = x.profit + active * made.profit, x.cash + active * made.profit
    covered = d.smaller(x.reserve, d.larger(0.0, -cash))  # losses draw on cash, then on the reserve
    firm = replace(
        now.state, capital=capital, idle=idle - used, active=active, profit=profit, cash=cash + covered,
        reserve=x.reserve - covered,
    )  # fmt: skip
    return made, firm


def _shared_out(firm: State, made: Earned, place: Place, p: Any) -> State:
    """December: the year's profit by the allocation; cash beyond what the business needs in hand buys capital."""
    to_dividends, to_affairs, to_capital = shares_of_profit(p)
    available = d.larger(0.0, d.smaller(firm.profit, firm.cash))
    dividend = to_dividends * available / place.heads
    kept = 1 - p.tax_share - to_dividends - to_affairs - to_capital
    reserve = firm.reserve + kept * available * p.allocation_reserve / (p.allocation_welfare + p.allocation_reserve)
    cash = firm.cash - available
    spare = firm.active * d.larger(0.0, cash - p.opening_cash_months * made.output)
    return replace(
        firm, dividend=dividend, affairs=firm.affairs + to_affairs * available / place.heads,
        capital=firm.capital + to_capital * available + spare, reserve=reserve, cash=cash - spare,
        expected=d.expected_dividend_after(firm.expected, dividend, p), profit=0.0 * firm.profit,
    )  # fmt: skip


def _disputes(x: State, after: State, pooled: Any, place: Place, p: Any) -> tuple[Any, Any, Any]:
    """Open disputes a head, the same smoothed, and what was settled."""
    capacity = d.mediation_capacity(
        place.mediators, place.heads, after.rule_of_law, after.virtue, after.co_governance, p
    )  # fmt: skip
    settles = d.settlement_chance(capacity, d.larger(x.open_cases * place.heads, 1e-9), p)
    factor = d.dispute_factor(place.variation, after.virtue, p)
    arises = pooled * d.chance_of_dispute(factor, 1 - after.rule_of_law, x.legal, x.norm, p)
    arises = arises + (1 - pooled) * d.chance_of_dispute(factor, 0.0, x.legal, x.norm, p)
    settled, arisen = settles * x.open_cases, arises * (1 - x.open_cases)
    open_cases = x.open_cases - settled + arisen
    return open_cases, p.disorder_memory * x.disorder + (1 - p.disorder_memory) * open_cases, settled


def _works(x: State, made: Earned, p: Any) -> Any:
    """1 where the enterprise can pay the month, or has means enough to start again; else 0."""
    means = x.cash + x.reserve
    goes_on = (x.active > 0.5) & (means + made.profit >= p.cash_floor)
    starts = (x.active <= 0.5) & (
        means >= p.cash_floor + p.restart_months * (p.fixed_cost + d.larger(0.0, -made.profit))
    )
    return (goes_on | starts) * 1.0


def _belonging(
    bond: Any, pools: float, heard: tuple[Any, Any], dividend: Any, expected: Any, employed: Any, place: Place, p: Any
) -> Any:
    """Belonging after a month, expected over who took part and who has a job."""
    broken = d.saturating(d.larger(0.0, expected - dividend), p.dividend_half)
    after = 0.0
    for took, works in product((1.0, 0.0), (1.0, 0.0)):
        weight = (heard[0] if took else 1 - heard[0]) * (employed if works else 1 - employed)
        paid = d.saturating(dividend + works * p.collective_wage * place.jobs_felt, p.dividend_half)
        rates = d.belonging_rates(pools, paid * place.dividends_felt, took * heard[1], broken, p)
        after = after + weight * d.step(bond, *rates)
    return after


def _requests(x: State, after: State, serve: Any, service: Any, place: Place, p: Any) -> tuple[Any, Any, Any]:
    """Requests that failed once, that failed more often, and that were answered, a head."""
    asks = d.chance(p.request_rate * (1.5 - service))
    waiting = x.waiting_new + x.waiting_long
    answers = d.answer_chance(serve, place.hours, after.smart_governance, after.co_governance, p)
    answers = answers * d.smaller(1.0, p.request_room / d.larger(waiting, 1e-12))
    new = asks * (1 - waiting)
    return new * (1 - answers), waiting * (1 - answers), answers * (new + waiting)


def _trust(
    x: State, after: State, place: Place, p: Any, *, dividend: Any, expected: Any, services: tuple[Any, Any],
    belonging: Any, civic: Any, mediated: Any, disputing: Any, answered: Any, stale: Any, employed: Any, wage: Any,
    leakage: Any, turmoil: Any,
) -> Any:  # fmt: skip
    """Mean trust after a month: the expectation over who takes part, quarrels, is mediated, is answered, has a job."""
    party = after.party_organisation * (0.5 + place.example)
    if isinstance(x.trust, np.ndarray):  # many draws at once: rates are averaged instead of outcomes
        up, down = d.trust_rates(
            dividend * place.dividends_felt, expected * place.dividends_felt, services[0], services[1], 0.0,
            belonging * place.belonging_felt, civic * after.self_governance, mediated, answered, after.virtue, party,
            leakage, disputing, turmoil, stale, x.trust, place.disposition, p,
        )  # fmt: skip
        return d.step(x.trust, up + p.trust_job * employed * wage * place.jobs_felt / (1 + wage), down)
    calm_share, idle_share = 1 - mediated - disputing, 1 - answered - stale
    mean = 0.0
    for heard, quarrel, request, job in product(
        (1.0, 0.0), ("none", "settled", "open"), ("none", "done", "stale"), (1, 0)
    ):
        weight = civic if heard else 1 - civic
        weight = weight * {"none": calm_share, "settled": mediated, "open": disputing}[quarrel]
        weight = weight * {"none": idle_share, "done": answered, "stale": stale}[request]
        weight = weight * (employed if job else 1 - employed)
        up, down = d.trust_rates(
            dividend * place.dividends_felt, expected * place.dividends_felt, services[0], services[1],
            job * wage * place.jobs_felt, belonging * place.belonging_felt, heard * after.self_governance,
            float(quarrel == "settled"), float(request == "done"), after.virtue, party, leakage,
            float(quarrel == "open"), turmoil, float(request == "stale"), x.trust, place.disposition, p,
        )  # fmt: skip
        mean = mean + weight * d.step(x.trust, up, down)
    return mean


def year(x: State, place: Place, p: Any) -> State:
    """The yearly map: January to December."""
    for month_of_year in range(1, 13):
        x = month(x, place, p, month_of_year)
    return x
