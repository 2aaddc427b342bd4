"""The rules once more, for SymPy symbols and for arrays; tests hold each to the engine's function at random points.

Every function has the name and the order of arguments of its twin in ``agents`` or ``institutions``, levers of policy
left out (theory has none). ``p`` is anything with parameters as attributes: symbols, numbers or arrays of draws.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np


def _symbolic(*values: Any) -> bool:
    return any(hasattr(value, "free_symbols") for value in values)


def exp(x: Any) -> Any:
    """Exponential of a symbol, a number or an array."""
    if _symbolic(x):
        import sympy

        return sympy.exp(x)
    return math.exp(x) if isinstance(x, float) else np.exp(x)


def log(x: Any) -> Any:
    """Natural logarithm of a symbol, a number or an array."""
    if _symbolic(x):
        import sympy

        return sympy.log(x)
    return math.log(x) if isinstance(x, float) else np.log(x)


def root(x: Any) -> Any:
    """Square root."""
    if _symbolic(x):
        import sympy

        return sympy.sqrt(x)
    return math.sqrt(x) if isinstance(x, float) else np.sqrt(x)


def smaller(a: Any, b: Any) -> Any:
    """The smaller of two."""
    if _symbolic(a, b):
        import sympy

        return sympy.Min(a, b, evaluate=False)
    return min(a, b) if isinstance(a, int | float) and isinstance(b, int | float) else np.minimum(a, b)


def larger(a: Any, b: Any) -> Any:
    """The larger of two."""
    if _symbolic(a, b):
        import sympy

        return sympy.Max(a, b, evaluate=False)
    return max(a, b) if isinstance(a, int | float) and isinstance(b, int | float) else np.maximum(a, b)


# ---------------------------------------------------------------- agents


def damping(rates: Any) -> Any:
    """Φ(r) = 1/(1 + r/2 + r²/12)."""
    return 1 / (1 + rates / 2 + rates * rates / 12)


def step(x: Any, up: Any, down: Any) -> Any:
    """x + Φ(up + down)·[up·(1 − x) − down·x]."""
    return x + damping(up + down) * (up * (1 - x) - down * x)


def chance(hazard: Any) -> Any:
    """h/(1 + h)."""
    return hazard / (1 + hazard)


def logistic(x: Any) -> Any:
    """1/(1 + e^−x)."""
    return 1 / (1 + exp(-x))


def saturating(amount: Any, half: Any) -> Any:
    """amount/(amount + half point)."""
    return amount / (amount + half)


def hours_left(reports: Any, burden_factor: Any, checks: Any, p: Any) -> Any:
    """exp(−ε·n_q − ε_q·q̄²)."""
    return exp(-p.burden * burden_factor * reports - p.inspection_time * checks * checks)


def value_of_work(motivation: Any, checks: Any, election: Any, need: Any, rewarded: Any, pressure: Any, p: Any) -> Any:
    """M_j = (ι + χ_q·q̄)·need_j·(1 + election) + π·Σ_i ω_i R_ij b_i."""
    return (motivation + p.accountability * checks) * need * (1 + election) + pressure * rewarded


def time_scale(squares: Any, hours: Any, p: Any) -> Any:
    """min(H, S/4c²)/S."""
    return smaller(hours, squares / (4 * p.effort_cost * p.effort_cost)) / squares


def civic_place(effect: Any, self_governance: Any, services_collective: Any, p: Any) -> Any:
    """The village's part of the civic logit."""
    return (
        p.civic_constant + effect + p.civic_self_governance * self_governance
        - p.civic_crowding_out * services_collective
    )  # fmt: skip


def civic_logit(place: Any, trust: Any, norm: Any, peers: Any, belonging: Any, example: Any, p: Any) -> Any:
    """Logit of taking part in public affairs of somebody at home, habit and points off."""
    return (
        place + p.civic_trust * trust + p.civic_norm * norm + p.civic_peers * peers + p.civic_belonging * belonging
        + p.civic_example * example
    )  # fmt: skip


def economic_logit(
    effect: Any, trust: Any, peers: Any, expected: Any, example: Any, rule_of_law: Any, cost: Any, p: Any
) -> Any:
    """Logit of pooling land of somebody at home, habit off: the terms of ``participation_loop.pooling_round``."""
    return (
        p.economic_constant + effect + p.economic_trust * trust + p.economic_peers * peers
        + p.economic_dividend * saturating(expected, p.dividend_half) + p.economic_example * example
        + p.economic_law * rule_of_law - p.economic_cost * cost
    )  # fmt: skip


def pooling_cost(rent: Any, job_chance: Any, farm_income: Any, p: Any) -> Any:
    """1 − (rent + expected collective wage)/farm income."""
    return 1 - (rent + job_chance * p.collective_wage) / farm_income


def belonging_rates(pools: Any, paid: Any, heard: Any, broken: Any, p: Any) -> tuple[Any, Any]:
    """Rates up and down of a member's belonging."""
    return p.belonging_gain * (pools + paid + heard) / 3, p.belonging_decay * (0.5 + broken)


def log_capital_term(capital: Any, p: Any) -> Any:
    """α·ln(K/K0)."""
    return p.elasticity_capital * log(capital / p.capital_reference)


def log_labour_term(labour: Any, p: Any) -> Any:
    """β·ln(L0 + L)."""
    return p.elasticity_labour * log(p.labour_floor + labour)


def log_land_term(pooled: Any, p: Any) -> Any:
    """λ·ln(B0 + (1 − B0)·B)."""
    return p.elasticity_land * log(p.land_floor + (1 - p.land_floor) * pooled)


def labour_wanted(output_without_labour: Any, p: Any) -> Any:
    """max(0, [β(1 − μ)Ŷ/w_c]^{1/(1−β)} − L0)."""
    marginal = p.elasticity_labour * (1 - p.inputs_share) * output_without_labour / p.collective_wage
    return larger(0, exp(log(marginal) / (1 - p.elasticity_labour)) - p.labour_floor)


def leakage_share(self_governance: Any, smart: Any, party: Any, integrity: Any, p: Any) -> Any:
    """l = ℓ0(1 − o_U U)(1 − o_D D)(1 − o_O O)(1 − o_φ φ)."""
    return (
        p.leakage_base * (1 - p.leakage_self_governance * self_governance) * (1 - p.leakage_smart * smart)
        * (1 - p.leakage_party * party) * (1 - p.leakage_integrity * integrity)
    )  # fmt: skip


def activated(idle: Any, work: Any, pooled: Any, trust: Any, p: Any) -> Any:
    """I·h/(1 + h), h = ψ·2θ√e·B·τ̄."""
    return idle * chance(p.activation_rate * 2 * work * pooled * trust)


def project_grant(organisation: Any, trust: Any, p: Any) -> Any:
    """base·exp(k(½(O+U) + ½τ̄ − ¾)), yuan a month to expect."""
    return p.project_grant * exp(p.project_slope * (organisation + trust / 2 - 0.75))


def leakage_seen(leakage: Any, self_governance: Any, smart: Any) -> Any:
    """l·(.3 + .7(1 − (1−U)(1−D)))."""
    return leakage * (0.3 + 0.7 * (1 - (1 - self_governance) * (1 - smart)))


def trust_rates(
    dividend: Any, expected: Any, services_collective: Any, services_fiscal: Any, job: Any, belonging: Any, heard: Any,
    mediated: Any, answered: Any, virtue: Any, party: Any, leakage: Any, disputing: Any, trouble: Any, stale: Any,
    neighbours: Any, disposition: Any, p: Any,
) -> tuple[Any, Any]:  # fmt: skip
    """Rates up and down of trust, no noise and no exposure; ``job`` is a wage over the job half-point."""
    bond = p.trust_belonging * belonging
    up = (
        p.trust_dividend * saturating(dividend, p.dividend_half) + p.trust_services * (services_collective
        + services_fiscal) + p.trust_job * job / (1 + job) + larger(bond, 0) + p.trust_voice * heard
        + p.trust_mediation * mediated + p.trust_requests * answered + p.trust_virtue * virtue + p.trust_party * party
        + p.trust_neighbours * neighbours + p.trust_disposition * disposition
    )  # fmt: skip
    down = (
        larger(-bond, 0) + p.trust_leakage * leakage
        + p.trust_disappointment * larger(expected - dividend, 0) / (expected + p.dividend_half)
        + p.trust_dispute * disputing + p.trust_disorder * trouble + p.trust_stale * stale
        + p.trust_neighbours * (1 - neighbours) + p.trust_disposition * (1 - disposition)
    )  # fmt: skip
    return up, down


def norm_rates(peers: Any, virtue: Any, p: Any) -> tuple[Any, Any]:
    """Rates up and down of the civic norm."""
    return p.norm_virtue * virtue + p.norm_peers * peers, p.norm_peers * (1 - peers) + p.norm_decay


def legal_rates(rule_of_law: Any, p: Any) -> tuple[Any, Any]:
    """Rates up and down of legal awareness."""
    return p.legal_gain * rule_of_law, p.legal_decay


def expected_dividend_after(expected: Any, dividend: Any, p: Any) -> Any:
    """Half-way (``expectation_rate``) to the dividend just paid."""
    return expected + p.expectation_rate * (dividend - expected)


def dispute_factor(variation: Any, virtue: Any, p: Any) -> Any:
    """x0·exp(b_I(cv − cv0) − b_V(V − .4))."""
    return p.dispute_base * exp(
        p.dispute_inequality * (variation - p.inequality_reference) - p.dispute_virtue * (virtue - 0.4)
    )


def chance_of_dispute(factor: Any, land_conflict: Any, legal: Any, norm: Any, p: Any) -> Any:
    """Chance of factor·exp(b_L·land conflict − b_ℓ(ℓ − .4) − b_ν(ν − .5))."""
    return chance(
        factor * exp(p.dispute_land * land_conflict - p.dispute_legal * (legal - 0.4) - p.dispute_norm * (norm - 0.5))
    )


# ---------------------------------------------------------------- institutions


def complement(support: Any, p: Any) -> Any:
    """c_P = ½ + support."""
    return p.complement_base + p.complement_slope * support


def voice(civic_share: Any, p: Any) -> Any:
    """½ + 1.25·(civic participation)."""
    return p.voice_base + p.voice_slope * civic_share


def institutions_bought(yuan_a_head_year: Any, p: Any) -> Any:
    """k_inst·v/(v + v½)."""
    return p.institution_gain * saturating(yuan_a_head_year, p.institution_half)


def service_rate(spend_a_head: Any, work: Any, co_governance: Any, p: Any) -> Any:
    """u_p = k_S·(spend a head)/c_S·(½ + θ√e_serve + a·J)."""
    hands = p.service_effort_base + work + p.service_cogovernance * co_governance
    return p.service_gain * spend_a_head / p.service_cost * hands


def mediation_capacity(mediators: Any, people: Any, rule_of_law: Any, virtue: Any, co_governance: Any, p: Any) -> Any:
    """Cases a month that mediators can take on."""
    persons = people * p.persons_per_adult / 1000
    return mediators * persons * p.cases_per_mediator * (0.5 + rule_of_law + virtue / 2) * (1 + co_governance / 2)


def settlement_chance(capacity: Any, open_cases: Any, p: Any) -> Any:
    """ρ_m·min(1, capacity/open cases); ``open_cases`` above 0."""
    return p.settlement * smaller(1, capacity / open_cases)


def answer_chance(work_serve: Any, hours: Any, smart: Any, co_governance: Any, p: Any) -> Any:
    """Answered share of requests: a·[(1 − a_J)·min(1, 2θ√e_serve(¾ + ¼D)·hours) + a_J·J], at most .98."""
    serving = smaller(1, 2 * work_serve * (0.75 + smart / 4) * hours)
    share = p.request_answered * ((1 - p.request_cogovernance) * serving + p.request_cogovernance * co_governance)
    return smaller(0.98, share)


def calm(disorder: Any, p: Any) -> Any:
    """exp(−χX)."""
    return exp(-p.disorder_scale * disorder)
