"""A three-village township where everything happens within four years: targets, appraisal, learning, a vote, policy."""

from __future__ import annotations

from pathlib import Path

from ruralsim.policy.catalogue import vocabulary
from ruralsim.spec.load import load_scenario
from ruralsim.spec.scenario import Scenario

TOWNSHIP = """[scenario]
name = "three-villages"
title.en = "Three villages, for docking"
start = "2021-06"
months = {months}

[place]
population = {population}
villages = 3
townships = 2
endowments = {{ plain = 0.34, hill = 0.33, suburban = 0.33 }}
forms = {{ leasing = 0.34, cooperative = 0.33, company = 0.33 }}
rollout = {{ demonstration = 0.34, pilot = 0.33, rest = 0.33 }}
demonstration_villages = 1

[framework]
name = "pengzhou"

[regime]
name = "{regime}"

[[phase]]
name = "demonstrate"
from = "2021-06"
to = "2022-12"
rollout = ["demonstration"]
budget = "20 万元/年"
instruments = {{ party_leads_collective = 0.8, seed_grant = 0.6, cadre_training = 0.6, dormant_assets = 0.6 }}

[[phase]]
name = "spread"
from = "2023-01"
to = "2025-12"
rollout = "all"
budget = "8 万元/年"

[phase.instruments]
joint_creation = 0.5
dividend_commitment = 0.7
village_affairs_fund = 0.6
six_deliberations = 0.6
sunshine_affairs = 0.6
mediation_network = 0.5
living_environment = 0.5
smart_platform = 0.4
talent_return = 0.6
{extra}
"""


def township(
    folder: Path,
    months: int = 40,
    population: int = 330,
    regime: str = "inspected",
    parameters: str = "",
    extra: str = "",
) -> Scenario:
    """The township as a scenario; ``parameters``: lines below ``[parameters]``; ``extra``: more instruments."""
    text = TOWNSHIP.format(months=months, population=population, regime=regime, extra=extra)
    if parameters:
        text += "\n[parameters]\n" + parameters
    path = folder / "three-villages.toml"
    path.write_text(text, encoding="utf-8")
    return load_scenario(path, vocabulary=vocabulary())


#: parameters at the ends of their ranges: enterprises that stop and hire, reports that are dressed, cadres dismissed
ROUGH = "\n".join(
    f'{name} = {{ value = {value}, reason = "at the end of its range" }}'
    for name, value in {
        "gaming_self_report": 3.6,
        "gaming_penalty": 0.25,
        "gaming_integrity": 0.2,
        "gaming_gain": 0.24,
        "veto_chance": 0.05,
        "dismissal_chance": 0.8,
        "fixed_cost": 5000.0,
        "opening_cash_months": 1.0,
        "operating_income_median": 300_000.0,
        "elasticity_labour": 0.35,
        "labour_floor": 1.0,
        "collective_wage": 2000.0,
        "output_shock": 0.2,
        "tax_share": 0.1,
        "outsider_share": 0.3,
        "outsider_turnover": 0.04,
        "start_dispute": 0.01,
    }.items()
)
