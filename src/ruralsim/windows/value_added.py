"""What moved the collective's value added: the second half of the momentum ledger, in plain Python (4.4 and 5)."""

from __future__ import annotations

from dataclasses import dataclass

from ruralsim.base.numbers import log, log_mean
from ruralsim.model.enterprise_loop import split_by_ratio
from ruralsim.state.flows import DRIVER
from ruralsim.state.inputs import CHANGE
from ruralsim.windows.village import Village

#: terms of the logarithm of value added, in the order in which they are summed
_TERMS = ("productivity", "fit", "shock", "capital", "labour", "land", "disorder", "weak_law", "kept")


@dataclass(slots=True)
class Production:
    """A month of an enterprise before it is known whether it can pay for it.

    Args:
        supply, demand, hired: full-time workers on offer, wanted, found.
        pooled: share of members' land pooled.
        used, worn, granted, invested: yuan of capital brought into use, worn out, granted and bought.
        by_effort, by_policy: growth of productivity by cause.
        share: leakage; gross, value, output: yuan this month.
        productivity … kept: terms of the logarithm of value added.
        rent_each … repaid: the month's bills, fen.
    """

    supply: float
    demand: float
    hired: float
    pooled: float
    used: float
    worn: float
    granted: float
    invested: float
    by_effort: float
    by_policy: float
    share: float
    gross: float
    value: float
    output: float
    productivity: float
    fit: float
    shock: float
    capital: float
    labour: float
    land: float
    disorder: float
    weak_law: float
    kept: float
    rent_each: int = 0
    inputs: int = 0
    sales: int = 0
    leak: int = 0
    interest: int = 0
    fixed: int = 0
    repaid: int = 0


def book_value_added(place: Village, plan: Production, works: bool) -> None:
    """Book what moved value added since last month, and write the month into the enterprise's columns.

    Args:
        place: the village.
        plan: the month's production; an enterprise that stops produces nothing.
        works: whether it can pay for it.
    """
    firm, momentum = place.firm, place.momentum
    worked = firm.active == 1
    if not works:
        plan.hired = plan.value = plan.output = 0.0
    kept_by = _leakage_kept(place)
    if worked and works:
        _split(place, plan, kept_by)
    else:
        for k in range(DRIVER.land_trust, DRIVER.land_exit + 1):
            momentum[k] = 0.0
        if works:
            momentum[DRIVER.start] += plan.value
        elif worked:
            momentum[DRIVER.stop] -= firm.value_added
    for term in _TERMS:
        setattr(firm, "log_leakage" if term == "kept" else f"log_{term}", getattr(plan, term))
    for name, value in kept_by.items():
        setattr(firm, f"leak_{name}", value)
    firm.leakage, firm.pooled = plan.share, plan.pooled
    firm.labour_demand, firm.labour_supply, firm.labour = plan.demand, plan.supply, plan.hired
    firm.active = 1 if works else 0
    firm.output, firm.value_added, firm.wage_bill = plan.output, plan.value, 0.0


def _leakage_kept(place: Village) -> dict[str, float]:
    """What each safeguard leaves of leakage, logarithms."""
    v, p = place.row, place.p
    return {
        "self_governance": log(1.0 - p.leakage_self_governance * v.self_governance),
        "smart": log(1.0 - p.leakage_smart * v.smart_governance),
        "party": log(1.0 - p.leakage_party * v.party_organisation),
        "integrity": log(1.0 - p.leakage_integrity * v.integrity),
        "policy": log(1.0 - place.lever.leakage_cut),
    }


def _labour_split(place: Village, plan: Production) -> tuple[float, float]:
    """Change of labour hired by demand and by supply: the mean of both orders of moving them."""
    d0, s0, d1, s1 = place.firm.labour_demand, place.firm.labour_supply, plan.demand, plan.supply
    by_supply = 0.5 * ((min(d0, s1) - min(d0, s0)) + (min(d1, s1) - min(d1, s0)))
    by_demand = 0.5 * ((min(d1, s0) - min(d0, s0)) + (min(d1, s1) - min(d0, s1)))
    return by_demand, by_supply


def _split(place: Village, plan: Production, kept_by: dict[str, float]) -> None:
    """Split the change of value added exactly: log-mean weight, then each term by what moved it."""
    firm, p, momentum = place.firm, place.p, place.momentum
    d_joining = 0.5 * place.changes[CHANGE.supply_joining]
    d_moving = 0.5 * place.changes[CHANGE.supply_moving]
    d_entry = 0.5 * place.changes[CHANGE.supply_entry_exit]
    d_capital = plan.granted + plan.invested + plan.used - plan.worn
    per_yuan = split_by_ratio(plan.capital - firm.log_capital, d_capital, p.elasticity_capital / firm.capital)
    d_a = plan.by_effort + plan.by_policy - p.productivity_loss
    per_growth = split_by_ratio(plan.productivity - firm.log_productivity, d_a, 1.0)
    land_slope = p.elasticity_land * (1.0 - p.land_floor) / (p.land_floor + (1.0 - p.land_floor) * plan.pooled)
    per_pool = split_by_ratio(plan.land - firm.log_land, plan.pooled - firm.pooled, land_slope)
    labour_slope = p.elasticity_labour / (p.labour_floor + plan.hired)
    per_worker = split_by_ratio(plan.labour - firm.log_labour, plan.hired - firm.labour, labour_slope)
    by_demand, by_supply = _labour_split(place, plan)
    d_supply = d_joining + d_moving + d_entry
    per_supply = 0.0
    if d_supply != 0.0:
        per_supply = by_supply / d_supply
    else:
        by_demand += by_supply
    per_leak = split_by_ratio(plan.kept - firm.log_leakage, plan.share - firm.leakage, -1.0 / (1.0 - plan.share))
    level = log_mean(firm.leakage, plan.share)
    total = (
        (plan.productivity - firm.log_productivity) + (plan.fit - firm.log_fit) + (plan.shock - firm.log_shock)
        + (plan.capital - firm.log_capital) + (plan.labour - firm.log_labour) + (plan.land - firm.log_land)
        + (plan.disorder - firm.log_disorder) + (plan.weak_law - firm.log_weak_law) + (plan.kept - firm.log_leakage)
    )  # fmt: skip
    w = plan.value if total == 0.0 else (plan.value - firm.value_added) / total
    momentum[DRIVER.productivity_effort] += w * per_growth * plan.by_effort
    momentum[DRIVER.productivity_instruments] += w * per_growth * plan.by_policy
    momentum[DRIVER.productivity_decay] -= w * per_growth * p.productivity_loss
    momentum[DRIVER.fit_and_prices] += w * (plan.fit - firm.log_fit)
    momentum[DRIVER.shock] += w * (plan.shock - firm.log_shock)
    momentum[DRIVER.capital_investment] += w * per_yuan * plan.invested
    momentum[DRIVER.capital_grants] += w * per_yuan * plan.granted
    momentum[DRIVER.capital_activation] += w * per_yuan * plan.used
    momentum[DRIVER.capital_depreciation] -= w * per_yuan * plan.worn
    momentum[DRIVER.labour_demand] += w * per_worker * by_demand
    momentum[DRIVER.labour_supply_joining] += w * per_worker * per_supply * d_joining
    momentum[DRIVER.labour_supply_moving] += w * per_worker * per_supply * d_moving
    momentum[DRIVER.labour_supply_entry_exit] += w * per_worker * per_supply * d_entry
    for k in range(DRIVER.land_trust, DRIVER.land_exit + 1):
        momentum[k] *= w * per_pool
    momentum[DRIVER.friction_disputes] += w * (plan.disorder - firm.log_disorder)
    momentum[DRIVER.friction_weak_law] += w * (plan.weak_law - firm.log_weak_law)
    leaks = w * per_leak * level
    momentum[DRIVER.leakage_self_governance] += leaks * (kept_by["self_governance"] - firm.leak_self_governance)
    momentum[DRIVER.leakage_smart_governance] += leaks * (kept_by["smart"] - firm.leak_smart)
    momentum[DRIVER.leakage_party_organisation] += leaks * (kept_by["party"] - firm.leak_party)
    momentum[DRIVER.leakage_integrity] += leaks * (kept_by["integrity"] - firm.leak_integrity)
    momentum[DRIVER.leakage_instruments] += leaks * (kept_by["policy"] - firm.leak_policy)
