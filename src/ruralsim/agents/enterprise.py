"""The collective enterprise's rules: producing, hiring, leaking, borrowing, sharing out (section 4.4).

Value added is a sum of logarithms, so that the momentum ledger can split its change exactly:
ln VA = ln((1 − μ)·A) + fit + shock + α ln(K/K0) + β ln(L0 + L) + λ ln(B0 + (1 − B0)B) − qX·χX − qW(1 − W) + ln(1 − l).
The columns of an enterprise are declared in ``state/columns.py`` (table ``enterprises``).
"""

from __future__ import annotations

from typing import Any

from ..base.compiled import rule
from ..base.numbers import exp, log
from .villager import even


@rule
def log_shock(u: float, risk: float, p: Any) -> float:
    """σξ − σ²/2 with ξ bounded, of mean 0 and variance 1; ``risk`` is policy's relative change of σ."""
    sigma = p.output_shock * (1.0 + risk)
    return sigma * even(u) - 0.5 * sigma * sigma


@rule
def log_capital_term(capital: float, p: Any) -> float:
    """α·ln(K/K0)."""
    return p.elasticity_capital * log(capital / p.capital_reference)


@rule
def log_labour_term(labour: float, p: Any) -> float:
    """β·ln(L0 + L): a leasing collective lives without workers."""
    return p.elasticity_labour * log(p.labour_floor + labour)


@rule
def log_land_term(pooled: float, p: Any) -> float:
    """λ·ln(B0 + (1 − B0)·B), B the share of members' land pooled."""
    return p.elasticity_land * log(p.land_floor + (1.0 - p.land_floor) * pooled)


@rule
def labour_wanted(output_without_labour: float, p: Any) -> float:
    """Labour that pays for itself: L0 + L = [β(1 − μ)Ŷ/w_c]^{1/(1−β)}, Ŷ output at L0 + L = 1; never below nothing."""
    marginal = p.elasticity_labour * (1.0 - p.inputs_share) * output_without_labour / p.collective_wage
    wanted = exp(log(marginal) / (1.0 - p.elasticity_labour)) - p.labour_floor
    if wanted > 0.0:
        return wanted
    return 0.0


@rule
def leakage_share(self_governance: float, smart: float, party: float, integrity: float, policy: float, p: Any) -> float:
    """l = ℓ0(1 − o_U U)(1 − o_D D)(1 − o_O O)(1 − o_φ φ)(1 − policy).

    o_O may be negative: one person heading everything (一肩挑) weakens oversight.
    """
    return (
        p.leakage_base
        * (1.0 - p.leakage_self_governance * self_governance)
        * (1.0 - p.leakage_smart * smart)
        * (1.0 - p.leakage_party * party)
        * (1.0 - p.leakage_integrity * integrity)
        * (1.0 - policy)
    )


@rule
def productivity_gain(work: float, policy: float, p: Any) -> float:
    """Monthly growth of A from effort and policy: g_A·2·θ√e (decay is apart)."""
    return p.productivity_gain * 2.0 * work + policy


@rule
def activated(idle: float, work: float, pooled: float, trust: float, policy: float, income: float, p: Any) -> float:
    """Idle assets brought into use this month: I·h/(1 + h), h = ψ·(1 + u·m)·2θ√e·B·τ̄. Consent and pooled land are where
    governance becomes development.

    ``income``: operating income, yuan a year. What policy u adds finds takers where there is business already
    (COL-053): m = 1 − a + 2a·Y/(Y + 100,000), 1 in a middling village.
    """
    takers = 1.0 - p.activation_market + 2.0 * p.activation_market * income / (income + 100000.0)
    hazard = p.activation_rate * (1.0 + policy * takers) * 2.0 * work * pooled * trust
    return idle * hazard / (1.0 + hazard)


@rule
def project_grant(organisation: float, trust: float, p: Any) -> float:
    """Grants in kind to expect as projects, yuan a month: base·exp(k(½(O+U) + ½τ̄ − ¾)), most where they are carried."""
    return p.project_grant * exp(p.project_slope * (organisation + 0.5 * trust - 0.75))


@rule
def project_paid(expected: float, u_comes: float, u_size: float, p: Any) -> float:
    """What a month's projects come to, yuan: rare and large, on average ``expected``.

    A project comes with chance expected/mean size; sizes are spread evenly in logarithms from the smallest to ``ratio``
    times as much, mean smallest·(ratio − 1)/ln ratio. Surveys find few villages with very large sums (GOV-016).
    """
    mean = p.project_smallest * (p.project_ratio - 1.0) / log(p.project_ratio)
    if u_comes >= expected / mean:
        return 0.0
    return p.project_smallest * exp(log(p.project_ratio) * u_size)


@rule
def loan_for(investment: float, profit: float, debt: float, p: Any) -> float:
    """Loan beside an own investment, yuan: as much again, as far as profit covers three times all interest."""
    room = profit / (p.loan_coverage * p.interest) - debt
    if room <= 0.0 or investment <= 0.0:
        return 0.0
    if room < investment:
        return room
    return investment
