"""The mean village's month in the engine's order (well-mixed, habit off, no noise).

Everybody is at home, a member with one share, and alike; what differs between people within a month (who takes part,
quarrels, asks) enters as exact expectations, so that the map is what a village of many people follows. Held fixed, and
said so: demography, migration, incomes (their variation), cadres' abilities, practice, productivity, credit.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import product
from typing import Any

import numpy as np

from ruralsim.theory import definitions as d
from ruralsim.theory.state import Place, State

Keep = Callable[[str, Any], Any]
TASKS = ("organise", "enterprise", "govern", "serve")


def as_it_is(name: str, value: Any) -> Any:
    """Keep no intermediate quantity apart."""
    return value


def effort(x: Any, service: Any, place: Place, p: Any, keep: Keep = as_it_is) -> tuple[Any, Any, Any, Any]:
    """θ√e of organise, enterprise, govern and serve (the cadres are alike, needs are seen as they are)."""
    income = 12.0 * x.output
    needs = (
        1 - (x.party_organisation + x.self_governance) / 2,
        1 - income / (income + 100000.0),
        1 - (x.rule_of_law + x.virtue) / 2 * d.calm(x.disorder, p),
        1 - service,
    )
    values = [
        keep(f"value_{task}", place.ability
             * d.value_of_work(place.motivation, place.checks, 0.0, need, rewarded, place.pressure, p))
        for task, need, rewarded in zip(TASKS, needs, place.rewarded, strict=True)
    ]  # fmt: skip
    squares = keep(
        "squares", values[0] ** 2 + values[1] ** 2 + values[2] ** 2 + values[3] ** 2 + place.dressing
    )  # fmt: skip
    sigma = keep("sigma", d.root(d.time_scale(squares, place.hours, p)))
    organise, enterprise, govern, serve = (
        keep(f"work_{task}", place.ability * value * sigma) for task, value in zip(TASKS, values, strict=True)
    )
    return organise, enterprise, govern, serve


@dataclass(frozen=True)
class Earned:
    """A month of the enterprise, yuan: output, leakage share, profit, workers, and the wage over the job half-point."""

    output: Any
    value_added: Any
    leakage: Any
    profit: Any
    hired: Any
    supply: Any


def earn(capital: Any, x: Any, pooled: Any, disorder: Any, place: Place, p: Any, keep: Keep = as_it_is) -> Earned:
    """What the enterprise makes of capital, land, labour and order; ``x`` holds the pillars."""
    supply = keep("supply", place.heads * pooled / 2)
    logs = keep("logs", (
        d.log(1 - p.inputs_share) + place.log_productivity + d.log_capital_term(capital, p)
        + d.log_land_term(pooled, p) - p.friction_disputes * p.disorder_scale * disorder
        - p.friction_law * (1 - x.rule_of_law)
    ))  # fmt: skip
    hired = keep("hired", d.smaller(d.labour_wanted(d.exp(logs) / (1 - p.inputs_share), p), supply))
    gross = keep("gross", d.exp(logs + d.log_labour_term(hired, p)))
    leakage = keep(
        "leakage", d.leakage_share(x.self_governance, x.smart_governance, x.party_organisation, place.integrity, p)
    )
    value = keep("value_added", gross * (1 - leakage))
    costs = p.fixed_cost + hired * p.collective_wage + place.rent * pooled * place.heads
    return Earned(gross / (1 - p.inputs_share), value, leakage, value - costs, hired, supply)


def shares_of_profit(p: Any) -> tuple[Any, Any, Any]:
    """Dividends, village affairs and reinvestment as shares of a distributed profit, after tax."""
    whole = (
        p.allocation_reserve + p.allocation_welfare + p.allocation_dividend + p.allocation_affairs
        + p.allocation_reinvestment
    )  # fmt: skip
    net = (1 - p.tax_share) / whole
    return net * p.allocation_dividend, net * p.allocation_affairs, net * p.allocation_reinvestment


def pillar_rates(x: Any, work: tuple[Any, Any, Any, Any], bought: Any, p: Any) -> dict[str, Any]:
    """Rates up of the six pillars, from their levels before and the civic share of last month."""
    organise, _, govern, serve = work
    party, voiced, law, virtue = x.party_organisation, x.self_governance, x.rule_of_law, x.virtue
    eta = p.pillar_effort
    return {
        "party_organisation": eta * p.party_organise * organise,
        "self_governance": (eta * (p.self_organise * organise + p.self_govern * govern) + bought)
        * (d.complement(party, p) * d.voice(x.civic, p)),
        "rule_of_law": (eta * p.law_govern * govern + bought) * d.complement((voiced + virtue) / 2, p),
        "virtue": (eta * p.virtue_govern * govern + bought) * d.complement((voiced + law) / 2, p),
        "smart_governance": eta * p.smart_serve * serve,
        "co_governance": eta * (p.co_organise * organise + p.co_serve * serve),
    }


def month(x: State, place: Place, p: Any, month_of_year: int) -> State:
    """One month of the mean village, in the engine's order (``model/month.py``).

    Args:
        x: the end of last month. place: what is given. p: parameters.
        month_of_year: 1 to 12; land is pooled in January, profit shared out in December.
    """
    y: dict[str, Any] = {}
    granted = d.project_grant((x.party_organisation + x.self_governance) / 2, x.trust, p)
    work = effort(x, x.services_collective + x.services_fiscal, place, p)
    spend = p.institution_share * x.affairs / 12.0
    bought = d.institutions_bought(12.0 * spend, p) * place.affairs_felt
    for name, up in pillar_rates(x, work, bought, p).items():
        y[name] = d.step(getattr(x, name), up, p.pillar_decay)
    after = replace(x, **y)
    buying = (x.affairs - spend) * (1 - p.institution_share) / 12.0
    affairs = x.affairs - spend - buying
    up_c = d.service_rate(buying, work[3], after.co_governance, p) * place.affairs_felt
    up_f = d.service_rate(place.transfer, work[3], after.co_governance, p)
    phi = d.damping(up_c + up_f + p.service_decay)
    room = 1 - (x.services_collective + x.services_fiscal)
    collective = x.services_collective + phi * (up_c * room - p.service_decay * x.services_collective)
    fiscal = x.services_fiscal + phi * (up_f * room - p.service_decay * x.services_fiscal)
    felt = collective * place.affairs_felt
    # taking part and pooling
    example = after.party_organisation * place.example
    base = d.civic_place(place.effect_civic, after.self_governance, felt, p)
    civic_of = [
        d.logistic(d.civic_logit(base, x.trust, x.norm, x.civic, one * place.belonging_felt, example, p))
        for one in (x.belonging_pooling, x.belonging_others)
    ]
    before = x.pooled
    pooled, bond_pooling, bond_others = x.pooled, x.belonging_pooling, x.belonging_others
    if month_of_year == 1:
        past = earn(x.capital, x, x.pooled, x.disorder, place, p)
        job_chance = d.smaller(1.0, past.hired / d.larger(past.supply, 1e-9)) * x.active * place.jobs_felt
        cost = d.pooling_cost(place.rent, job_chance, p.farm_income, p)
        expected = x.expected * place.dividends_felt
        pooled = d.logistic(
            d.economic_logit(place.effect_economic, x.trust, x.pooled, expected, example, after.rule_of_law, cost, p)
        )
        bond_pooling = bond_others = x.belonging
        civic_of = [before * civic_of[0] + (1 - before) * civic_of[1]] * 2
    civic = pooled * civic_of[0] + (1 - pooled) * civic_of[1]
    # the enterprise
    idle = x.idle * (1 - place.written_off) + (1 - p.project_operating) * granted
    used = d.activated(idle, work[1], pooled, x.trust, p)
    capital = x.capital + p.project_operating * granted + used - x.capital * p.depreciation / 12.0
    made = earn(capital, after, pooled, x.disorder, place, p)
    active = _works(x, made, p)
    profit, cash = x.profit + active * made.profit, x.cash + active * made.profit
    covered = d.smaller(x.reserve, d.larger(0.0, -cash))  # losses draw on cash, then on the reserve
    cash, reserve = cash + covered, x.reserve - covered
    dividend, expectation = x.dividend, x.expected
    if month_of_year == 12:
        to_dividends, to_affairs, to_capital = shares_of_profit(p)
        available = d.larger(0.0, d.smaller(profit, cash))
        dividend = to_dividends * available / place.heads
        affairs = affairs + to_affairs * available / place.heads
        capital = capital + to_capital * available
        kept = 1 - p.tax_share - to_dividends - to_affairs - to_capital
        reserve = reserve + kept * available * p.allocation_reserve / (p.allocation_welfare + p.allocation_reserve)
        cash = cash - available
        spare = active * d.larger(0.0, cash - p.opening_cash_months * made.output)  # buys capital
        cash, capital = cash - spare, capital + spare
        expectation = d.expected_dividend_after(x.expected, dividend, p)
        profit = 0.0 * profit
    # belonging, disputes, requests
    employed = active * made.hired / place.heads
    wage = p.collective_wage / p.job_half
    heard_of = [(chance, after.self_governance) for chance in civic_of]
    bonds = [
        _belonging(bond, pools, heard, dividend, expectation, employed, place, p)
        for bond, pools, heard in ((bond_pooling, 1.0, heard_of[0]), (bond_others, 0.0, heard_of[1]))
    ]
    capacity = d.mediation_capacity(
        place.mediators, place.heads, after.rule_of_law, after.virtue, after.co_governance, p
    )
    settles = d.settlement_chance(capacity, d.larger(x.open_cases * place.heads, 1e-9), p)
    factor = d.dispute_factor(place.variation, after.virtue, p)
    conflict = 1 - after.rule_of_law
    arises = pooled * d.chance_of_dispute(factor, conflict, x.legal, x.norm, p)
    arises = arises + (1 - pooled) * d.chance_of_dispute(factor, 0.0, x.legal, x.norm, p)
    settled, arisen = settles * x.open_cases, arises * (1 - x.open_cases)
    open_cases = x.open_cases - settled + arisen
    disorder = p.disorder_memory * x.disorder + (1 - p.disorder_memory) * open_cases
    short, long, answered = _requests(x, after, work[3], collective + fiscal, place, p)
    # minds
    trust = _trust(
        x, after, place, p, dividend=dividend, expected=expectation, services=(felt, fiscal),
        belonging=pooled * bonds[0] + (1 - pooled) * bonds[1], civic=civic, mediated=settled, disputing=open_cases,
        answered=answered, stale=long, employed=employed, wage=wage,
        leakage=active * d.leakage_seen(made.leakage, after.self_governance, after.smart_governance),
        turmoil=1 - d.calm(disorder, p),
    )  # fmt: skip
    return State(
        capital=capital, idle=idle - used, cash=cash, reserve=reserve, active=active, trust=trust,
        norm=d.step(x.norm, *d.norm_rates(x.civic, after.virtue, p)),
        legal=d.step(x.legal, *d.legal_rates(after.rule_of_law, p)),
        belonging_pooling=bonds[0], belonging_others=bonds[1], civic=civic, pooled=pooled, dividend=dividend,
        expected=expectation, affairs=affairs, **y, services_collective=collective, services_fiscal=fiscal,
        open_cases=open_cases, disorder=disorder, waiting_new=short, waiting_long=long, output=active * made.output,
        profit=profit,
    )  # fmt: skip


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
