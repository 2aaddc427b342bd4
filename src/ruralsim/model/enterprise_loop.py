"""The collective enterprise produces: capital, labour, output, and what moved its value added (4.4)."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..agents.enterprise import (
    activated,
    labour_wanted,
    leakage_share,
    log_capital_term,
    log_labour_term,
    log_land_term,
    log_shock,
    productivity_gain,
)
from ..agents.lifetime import works_for_collective
from ..base.compiled import TILE, process, rule
from ..base.numbers import STEP, exp, fen, log, log_mean, steps
from ..base.streams import draws
from ..state.columns import AWAY, HOME
from ..state.flows import DRIVER
from ..state.inputs import CHANGE
from .payments_loop import pay_the_month, share_out


@rule
def land_rent(form: int, p: Any) -> float:
    """Rent for pooled land, yuan a month and head, by form of enterprise."""
    if form == 1:
        return p.rent_cooperative
    if form == 2:
        return p.rent_company
    if form == 3:
        return p.rent_tourism
    return p.rent_leasing


@rule
def split_by_ratio(change: float, base: float, slope: float) -> float:
    """Change of a term for a unit change of what it depends on: Δterm/Δx, or the slope where x did not change."""
    if base == 0.0:
        return slope
    return change / base


@process
def enterprise_month(
    seed,
    month,
    month_of_year,
    village,
    enterprise,
    present,
    desks,
    cadres,
    ledger,
    vouchers,
    momentum,
    changes,
    lever,
    setting,
    p,
):
    """Produce, hire, pay; write the momentum of value added, split by what moved it."""
    low, high = village.key_low, village.key_high
    was_active = enterprise.active
    old_value = enterprise.value_added
    # --- what there is to work with
    on_offer, poolers, members = 0, 0, 0
    for first in range(0, present.shape[0], TILE):
        desk = desks[first // TILE]
        pay, status, pools, age, skill = desk.collective_pay, desk.status, desk.pools, desk.age, desk.skill
        for j in range(min(TILE, present.shape[0] - first)):
            pay[j] = np.float32(0.0)
            member = int((status[j] == HOME) | (status[j] == AWAY))
            members += member
            poolers += member * np.int64(pools[j])
            offered = int(works_for_collective(status[j], pools[j], np.float64(age[j])))
            on_offer += steps(np.float64(skill[j])) * offered
    supply = 0.5 * (on_offer * STEP)
    pooled = poolers / max(1, members)
    before = enterprise.capital - enterprise.granted - enterprise.invested
    income = 12.0 * enterprise.output
    used = activated(enterprise.idle, village.work_enterprise, pooled, village.mean_trust, lever.activation, income, p)
    worn = before * p.depreciation / 12.0
    granted, invested = enterprise.granted, enterprise.invested
    enterprise.idle -= used
    enterprise.capital += used - worn
    enterprise.granted = 0.0
    enterprise.invested = 0.0
    grow_effort = productivity_gain(village.work_enterprise, 0.0, p)
    grow_policy = lever.productivity
    enterprise.productivity *= 1.0 + (grow_effort + grow_policy - p.productivity_loss)
    # --- the terms of ln value added
    _, _, u_shock, _ = draws(seed, low, high, 0, month, 16)
    productivity = log((1.0 - p.inputs_share) * enterprise.productivity)
    fit = lever.form_fit + log(setting.product_price)
    shock = log_shock(u_shock, lever.risk, p)
    capital = log_capital_term(enterprise.capital, p)
    land = log_land_term(pooled, p)
    disorder = -p.friction_disputes * p.disorder_scale * village.disorder
    weak_law = -p.friction_law * (1.0 - village.rule_of_law)
    expected = exp(productivity + fit + capital + land + disorder + weak_law) / (1.0 - p.inputs_share)
    demand = labour_wanted(expected, p)
    hired = demand if demand < supply else supply
    labour = log_labour_term(hired, p)
    share = leakage_share(
        village.self_governance,
        village.smart_governance,
        village.party_organisation,
        village.integrity,
        lever.leakage_cut,
        p,
    )
    leak_u = log(1.0 - p.leakage_self_governance * village.self_governance)
    leak_d = log(1.0 - p.leakage_smart * village.smart_governance)
    leak_o = log(1.0 - p.leakage_party * village.party_organisation)
    leak_phi = log(1.0 - p.leakage_integrity * village.integrity)
    leak_policy = log(1.0 - lever.leakage_cut)
    kept = log(1.0 - share)
    gross = exp(productivity + fit + shock + capital + labour + land + disorder + weak_law)
    value = gross * (1.0 - share)
    output = gross / (1.0 - p.inputs_share)
    # --- can it pay what the month will cost?
    rent_each = fen(land_rent(enterprise.form, p))
    rent = rent_each * poolers
    inputs = fen(p.inputs_share * output)
    sales = fen(output)
    leak = fen(share * gross)
    interest = fen(enterprise.debt * 0.01 * p.interest / 12.0)
    fixed = fen(p.fixed_cost)
    wages = fen(hired * p.collective_wage)
    costs = inputs + leak + interest + fixed + wages + rent
    floor = fen(p.cash_floor)
    means = enterprise.cash + enterprise.reserve
    # a loan is repaid as far as the month allows; the rest is rolled over
    repaid = max(0, min(min(enterprise.debt, enterprise.loan_payment), means + sales - costs - floor))
    active = 1
    if was_active == 1:
        if means + sales - costs < floor:
            active = 0
    else:
        loss = max(0, costs - sales)
        if means < floor + fen(p.restart_months * (p.fixed_cost * 1.0)) + fen(p.restart_months * 0.01 * loss):
            active = 0
    if active == 0:
        hired, value, output = 0.0, 0.0, 0.0
    # --- the momentum ledger of value added
    d_joining = 0.5 * changes[CHANGE.supply_joining]
    d_moving = 0.5 * changes[CHANGE.supply_moving]
    d_entry = 0.5 * changes[CHANGE.supply_entry_exit]
    if was_active == 1 and active == 1:
        d_capital = granted + invested + used - worn
        per_yuan = split_by_ratio(
            capital - enterprise.log_capital, d_capital, p.elasticity_capital / enterprise.capital
        )
        d_a = grow_effort + grow_policy - p.productivity_loss
        per_growth = split_by_ratio(productivity - enterprise.log_productivity, d_a, 1.0)
        d_pool = pooled - enterprise.pooled
        per_pool = split_by_ratio(
            land - enterprise.log_land,
            d_pool,
            p.elasticity_land * (1.0 - p.land_floor) / (p.land_floor + (1.0 - p.land_floor) * pooled),
        )
        d_hired = hired - enterprise.labour
        per_worker = split_by_ratio(
            labour - enterprise.log_labour, d_hired, p.elasticity_labour / (p.labour_floor + hired)
        )
        d0, s0, d1, s1 = enterprise.labour_demand, enterprise.labour_supply, demand, supply
        by_supply = 0.5 * ((min(d0, s1) - min(d0, s0)) + (min(d1, s1) - min(d1, s0)))
        by_demand = 0.5 * ((min(d1, s0) - min(d0, s0)) + (min(d1, s1) - min(d0, s1)))
        d_supply = d_joining + d_moving + d_entry
        per_supply = 0.0
        if d_supply != 0.0:
            per_supply = by_supply / d_supply
        else:
            by_demand += by_supply
        d_share = share - enterprise.leakage
        per_leak = split_by_ratio(kept - enterprise.log_leakage, d_share, -1.0 / (1.0 - share))
        level = log_mean(enterprise.leakage, share)
        total = (
            (productivity - enterprise.log_productivity)
            + (fit - enterprise.log_fit)
            + (shock - enterprise.log_shock)
            + (capital - enterprise.log_capital)
            + (labour - enterprise.log_labour)
            + (land - enterprise.log_land)
            + (disorder - enterprise.log_disorder)
            + (weak_law - enterprise.log_weak_law)
            + (kept - enterprise.log_leakage)
        )
        w = value if total == 0.0 else (value - old_value) / total
        momentum[DRIVER.productivity_effort] += w * per_growth * grow_effort
        momentum[DRIVER.productivity_instruments] += w * per_growth * grow_policy
        momentum[DRIVER.productivity_decay] -= w * per_growth * p.productivity_loss
        momentum[DRIVER.fit_and_prices] += w * (fit - enterprise.log_fit)
        momentum[DRIVER.shock] += w * (shock - enterprise.log_shock)
        momentum[DRIVER.capital_investment] += w * per_yuan * invested
        momentum[DRIVER.capital_grants] += w * per_yuan * granted
        momentum[DRIVER.capital_activation] += w * per_yuan * used
        momentum[DRIVER.capital_depreciation] -= w * per_yuan * worn
        momentum[DRIVER.labour_demand] += w * per_worker * by_demand
        momentum[DRIVER.labour_supply_joining] += w * per_worker * per_supply * d_joining
        momentum[DRIVER.labour_supply_moving] += w * per_worker * per_supply * d_moving
        momentum[DRIVER.labour_supply_entry_exit] += w * per_worker * per_supply * d_entry
        for k in range(DRIVER.land_trust, DRIVER.land_exit + 1):
            momentum[k] *= w * per_pool
        momentum[DRIVER.friction_disputes] += w * (disorder - enterprise.log_disorder)
        momentum[DRIVER.friction_weak_law] += w * (weak_law - enterprise.log_weak_law)
        momentum[DRIVER.leakage_self_governance] += w * per_leak * level * (leak_u - enterprise.leak_self_governance)
        momentum[DRIVER.leakage_smart_governance] += w * per_leak * level * (leak_d - enterprise.leak_smart)
        momentum[DRIVER.leakage_party_organisation] += w * per_leak * level * (leak_o - enterprise.leak_party)
        momentum[DRIVER.leakage_integrity] += w * per_leak * level * (leak_phi - enterprise.leak_integrity)
        momentum[DRIVER.leakage_instruments] += w * per_leak * level * (leak_policy - enterprise.leak_policy)
    else:
        for k in range(DRIVER.land_trust, DRIVER.land_exit + 1):
            momentum[k] = 0.0
        if active == 1:
            momentum[DRIVER.start] += value
        elif was_active == 1:
            momentum[DRIVER.stop] -= old_value
    enterprise.log_productivity = productivity
    enterprise.log_fit = fit
    enterprise.log_shock = shock
    enterprise.log_capital = capital
    enterprise.log_labour = labour
    enterprise.log_land = land
    enterprise.log_disorder = disorder
    enterprise.log_weak_law = weak_law
    enterprise.log_leakage = kept
    enterprise.leak_self_governance = leak_u
    enterprise.leak_smart = leak_d
    enterprise.leak_party = leak_o
    enterprise.leak_integrity = leak_phi
    enterprise.leak_policy = leak_policy
    enterprise.leakage = share
    enterprise.pooled = pooled
    enterprise.labour_demand = demand
    enterprise.labour_supply = supply
    enterprise.labour = hired
    enterprise.active = active
    enterprise.output = output
    enterprise.value_added = value
    enterprise.wage_bill = 0.0
    if active == 1:
        pay_the_month(
            seed,
            month,
            month_of_year,
            village,
            enterprise,
            present,
            desks,
            cadres,
            ledger,
            vouchers,
            hired,
            rent_each,
            sales,
            inputs,
            leak,
            interest,
            fixed,
            repaid,
            setting,
            p,
        )
    if month_of_year == 12:
        share_out(village, enterprise, present, desks, ledger, vouchers, lever, setting, p)
