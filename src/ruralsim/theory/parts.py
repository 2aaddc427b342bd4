"""Parts of the month that the yearly map and its autonomous limit share: effort, production, profit, pillars."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ruralsim.theory import definitions as d
from ruralsim.theory.state import Place

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
