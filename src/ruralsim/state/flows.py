"""The money ledger's flows and the momentum ledger's drivers: closed lists, each with its parties or its place.

Sectors: H households, C collective enterprise, P village public account, G government above, X outside. Every
payment is booked once, payer and payee, in whole fen. No flow is a balancing item.
"""

from __future__ import annotations

from collections import namedtuple
from dataclasses import dataclass
from typing import Any

H, C, P, G, X = 0, 1, 2, 3, 4
SECTORS = ("households", "collective", "village", "government", "outside")


@dataclass(frozen=True)
class Flow:
    """A kind of payment: name, payer and payee (sector codes) and when it is paid."""

    name: str
    payer: int
    payee: int
    when: str


FLOWS: tuple[Flow, ...] = (
    Flow("local_wages", X, H, "monthly"),
    Flow("farm_income", X, H, "monthly, net of inputs"),
    Flow("migrant_wages", X, H, "monthly"),
    Flow("other_property", X, H, "monthly"),
    Flow("pensions", G, H, "monthly, pensions and subsidies"),
    Flow("cadre_pay", G, H, "monthly"),
    Flow("cadre_bonus", G, H, "yearly, by appraisal"),
    Flow("consumption", H, X, "monthly, migrants' living included"),
    Flow("sales", X, C, "monthly"),
    Flow("loan_drawn", X, C, "December, with an investment"),
    Flow("loan_repaid", C, X, "monthly"),
    Flow("inputs", C, X, "monthly"),
    Flow("fixed_cost", C, X, "monthly"),
    Flow("interest", C, X, "monthly"),
    Flow("investment", C, X, "December, buys capital"),
    Flow("collective_wages", C, H, "monthly"),
    Flow("land_rent", C, H, "monthly, by form"),
    Flow("leakage_outside", C, X, "monthly"),
    Flow("leakage_insiders", C, H, "monthly, to cadre households"),
    Flow("tax", C, G, "December"),
    Flow("welfare_fund", C, P, "December"),
    Flow("affairs_fund", C, P, "December"),
    Flow("dividends", C, H, "December, by share, also to members away"),
    Flow("cash_grant", G, C, "policy"),
    Flow("grant_in_kind", G, X, "policy and projects, buys capital"),
    Flow("instrument_running", G, X, "policy, by intensity"),
    Flow("operating_transfer", G, P, "monthly a head, and policy"),
    Flow("service_fiscal", P, X, "monthly, from the budget's earmark"),
    Flow("service_collective", P, X, "monthly, from the collective's earmark"),
    Flow("institution_spending", P, X, "monthly, from the collective's earmark"),
    Flow("welfare_payments", P, H, "monthly, to elders"),
    Flow("points_redeemed", P, H, "monthly"),
    Flow("contributions", H, P, "monthly, from those at home who take part"),
    Flow("estates", H, P, "January, estates without heirs"),
    Flow("moved_in", X, H, "wealth brought by newcomers"),
    Flow("moved_out", H, X, "wealth taken along by those who leave the register or the village"),
    Flow("handed_over", C, G, "December, where a rival of the pivot gets the dividends and the village-affairs fund"),
    Flow("household_transfer", G, H, "December, a rival of the pivot: as much to every registered adult"),
    Flow("wages_contracted", C, X, "monthly, where a private employer has the collective's jobs"),
    Flow("private_wages", X, H, "monthly, a rival of the pivot: wages of a private employer"),
    Flow("county_revenue", X, G, "monthly, county level"),
)
FLOW_INDEX = {flow.name: i for i, flow in enumerate(FLOWS)}

#: potential g: weight of each component (model specification 1)
W_TRUST, W_PILLAR, W_SUPPORT, W_CALM = 0.30, 0.12, 0.08, 0.06


@dataclass(frozen=True)
class Driver:
    """A cause of change: ``component`` is what it adds up to (trust, a pillar, calm; or value_added)."""

    name: str
    component: str
    pivot: bool = False
    loss: bool = False


def _pillar(name: str, institution: bool) -> tuple[Driver, ...]:
    drivers = [Driver(f"{name}.effort", name), Driver(f"{name}.instruments", name)]
    if institution:
        drivers.append(Driver(f"{name}.collective_institutions", name, pivot=True))
    return (*drivers, Driver(f"{name}.decay", name, loss=True))


#: what moves the governance potential, in units of potential
TO_GOVERNANCE: tuple[Driver, ...] = (
    Driver("trust.dividends", "trust", pivot=True),
    Driver("trust.village_affairs", "trust", pivot=True),
    Driver("trust.jobs", "trust", pivot=True),
    Driver("trust.belonging", "trust", pivot=True),
    Driver("trust.fiscal_services", "trust"),
    Driver("trust.voice", "trust"),
    Driver("trust.mediation", "trust"),
    Driver("trust.requests_answered", "trust"),
    Driver("trust.virtue", "trust"),
    Driver("trust.party_example", "trust"),
    Driver("trust.leakage", "trust", loss=True),
    Driver("trust.disappointment", "trust", loss=True),
    Driver("trust.own_dispute", "trust", loss=True),
    Driver("trust.disorder", "trust", loss=True),
    Driver("trust.exposed_gaming", "trust", loss=True),
    Driver("trust.stale_requests", "trust", loss=True),
    Driver("trust.neighbours", "trust"),
    Driver("trust.disposition", "trust"),
    Driver("trust.noise", "trust"),
    Driver("trust.arrivals", "trust"),
    Driver("trust.departures", "trust"),
    Driver("trust.rounding", "trust"),
    *_pillar("party_organisation", False),
    *_pillar("self_governance", True),
    *_pillar("rule_of_law", True),
    *_pillar("virtue", True),
    *_pillar("smart_governance", False),
    *_pillar("co_governance", False),
    Driver("calm.disputes_arising", "calm", loss=True),
    Driver("calm.disputes_settled", "calm"),
    Driver("calm.disputes_withdrawn", "calm"),
    Driver("calm.old_cases", "calm"),
)

#: what moves the collective's value added, in yuan a month
TO_DEVELOPMENT: tuple[Driver, ...] = (
    Driver("productivity.effort", "value_added"),
    Driver("productivity.instruments", "value_added"),
    Driver("productivity.decay", "value_added", loss=True),
    Driver("fit_and_prices", "value_added"),
    Driver("shock", "value_added"),
    Driver("capital.investment", "value_added"),
    Driver("capital.grants", "value_added"),
    Driver("capital.activation", "value_added"),
    Driver("capital.depreciation", "value_added", loss=True),
    Driver("labour.demand", "value_added"),
    Driver("labour.supply_joining", "value_added"),
    Driver("labour.supply_moving", "value_added"),
    Driver("labour.supply_entry_exit", "value_added"),
    *(
        Driver(f"land.{term}", "value_added")
        for term in (
            "trust",
            "peers",
            "dividend",
            "party_example",
            "law",
            "habit",
            "away",
            "cost",
            "policy",
        )
    ),
    Driver("land.luck", "value_added"),
    Driver("land.entry", "value_added"),
    Driver("land.exit", "value_added"),
    Driver("friction.disputes", "value_added", loss=True),
    Driver("friction.weak_law", "value_added", loss=True),
    Driver("leakage.self_governance", "value_added"),
    Driver("leakage.smart_governance", "value_added"),
    Driver("leakage.party_organisation", "value_added"),
    Driver("leakage.integrity", "value_added"),
    Driver("leakage.instruments", "value_added"),
    Driver("start", "value_added"),
    Driver("stop", "value_added", loss=True),
)
DRIVERS: tuple[Driver, ...] = TO_GOVERNANCE + TO_DEVELOPMENT
DRIVER_INDEX = {driver.name: i for i, driver in enumerate(DRIVERS)}


def _codes(kind: str, names: list[str]) -> Any:
    """Names to numbers as a constant that a compiled process can read: ``FLOW.sales``."""
    fields = [name.replace(".", "_") for name in names]
    return namedtuple(kind, fields)(*range(len(fields)))


FLOW = _codes("FlowCodes", [flow.name for flow in FLOWS])
DRIVER = _codes("DriverCodes", [driver.name for driver in DRIVERS])
