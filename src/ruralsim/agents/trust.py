"""Trust: a sum of named drivers (section 4.7). One rule, because the momentum ledger needs every driver apart."""

from __future__ import annotations

from typing import Any

from ..base.compiled import rule, vector_rule
from .villager import damping, even

#: order of the drivers returned by ``trust_after``: the first nineteen drivers of the momentum ledger
TRUST_DRIVERS = 19


@vector_rule
def positive(x: float) -> float:
    """x where it is positive, else 0."""
    if x > 0.0:
        return x
    return 0.0


@rule
def leakage_seen(leakage: float, self_governance: float, smart: float, policy: float) -> float:
    """l·(.3 + .7(1 − (1−U)(1−D)) + policy), at most l: transparency cuts leakage and shows what is left."""
    share = 0.3 + 0.7 * (1.0 - (1.0 - self_governance) * (1.0 - smart)) + policy
    if share > 1.0:
        share = 1.0
    return leakage * share


@vector_rule
def trust_after(
    trust: float,
    dividend: float,
    expected: float,
    services_collective: float,
    services_fiscal: float,
    job: float,
    belonging: float,
    heard: float,
    mediated: float,
    answered: float,
    virtue: float,
    party: float,
    leakage: float,
    disputing: float,
    trouble: float,
    exposure: float,
    stale: float,
    neighbours: float,
    disposition: float,
    u: float,
    p: Any,
) -> tuple[float, ...]:
    """Trust after a month, and the nineteen changes that make it up (their sum is the change).

    All arguments on [0, 1] but ``dividend``, ``expected`` (yuan a year), ``job`` (own collective wage over 800 yuan).
    ``heard``: took part × U; ``party``: O(½ + share of party or notable neighbours); ``trouble``: 1 − exp(−χX);
    ``u``: the month's draw. τ' = τ + Φ·[Σ up·(1 − τ) − Σ down·τ]; a pull to n at rate ρ is up ρn, down ρ(1 − n);
    noise is up ς·max(ξ, 0)·τ, down ς·max(−ξ, 0)·(1 − τ).
    """
    xi = even(u)
    up_dividend = p.trust_dividend * dividend / (dividend + p.dividend_half)
    up_affairs = p.trust_services * services_collective
    up_job = p.trust_job * job / (1.0 + job)
    bond = p.trust_belonging * belonging
    up_belonging = positive(bond)
    down_belonging = positive(-bond)
    up_fiscal = p.trust_services * services_fiscal
    up_voice = p.trust_voice * heard
    up_mediated = p.trust_mediation * mediated
    up_answered = p.trust_requests * answered
    up_virtue = p.trust_virtue * virtue
    up_party = p.trust_party * party
    down_leakage = p.trust_leakage * leakage
    down_broken = p.trust_disappointment * positive(expected - dividend) / (expected + p.dividend_half)
    down_dispute = p.trust_dispute * disputing
    down_trouble = p.trust_disorder * trouble
    down_exposure = p.trust_exposure * exposure
    down_stale = p.trust_stale * stale
    up_noise = p.trust_noise * positive(xi) * trust
    down_noise = p.trust_noise * positive(-xi) * (1.0 - trust)
    rates = (
        up_dividend
        + up_affairs
        + up_job
        + up_belonging
        + up_fiscal
        + up_voice
        + up_mediated
        + up_answered
        + up_virtue
        + up_party
        + down_belonging
        + down_leakage
        + down_broken
        + down_dispute
        + down_trouble
        + down_exposure
        + down_stale
        + p.trust_neighbours
        + p.trust_disposition
        + up_noise
        + down_noise
    )
    phi = damping(rates)
    room = phi * (1.0 - trust)
    fall = phi * trust
    d0 = up_dividend * room
    d1 = up_affairs * room
    d2 = up_job * room
    d3 = up_belonging * room - down_belonging * fall
    d4 = up_fiscal * room
    d5 = up_voice * room
    d6 = up_mediated * room
    d7 = up_answered * room
    d8 = up_virtue * room
    d9 = up_party * room
    d10 = -down_leakage * fall
    d11 = -down_broken * fall
    d12 = -down_dispute * fall
    d13 = -down_trouble * fall
    d14 = -down_exposure * fall
    d15 = -down_stale * fall
    d16 = phi * p.trust_neighbours * (neighbours - trust)
    d17 = phi * p.trust_disposition * (disposition - trust)
    d18 = up_noise * room - down_noise * fall
    new = trust + (
        d0 + d1 + d2 + d3 + d4 + d5 + d6 + d7 + d8 + d9 + d10 + d11 + d12 + d13 + d14 + d15 + d16 + d17 + d18
    )
    return new, d0, d1, d2, d3, d4, d5, d6, d7, d8, d9, d10, d11, d12, d13, d14, d15, d16, d17, d18
