"""The village's rules: practice, six pillars, services, environment, mediation, requests (sections 4.2, 4.6, 4.8)."""

from __future__ import annotations

from typing import Any

from ..base.compiled import rule
from ..base.numbers import exp

#: yearly tallies forget a twelfth a month, so that they hold about a year; one meeting a month then counts twelve
TALLY = 11.0 / 12.0
MEETINGS = 12.0


@rule
def practice_up(intensity: float, ability: float, gap: float, training: float, exchange: float, p: Any) -> float:
    """Rate at which practice grows: k_do·ū²·θ̄ by doing, k_ex(¼ + training + exchange)·max(0, κ_demo − κ) by learning.

    By doing it grows with the square of intensity: thin, everywhere-at-once programmes teach little.
    """
    lead = gap
    if lead < 0.0:
        lead = 0.0
    return (
        p.practice_doing * intensity * intensity * ability + p.practice_exchange * (0.25 + training + exchange) * lead
    )


@rule
def practice_yield(practice: Any, p: Any) -> Any:
    """E_κ = 1 − λ_κ + 1.5·λ_κ·κ: what a governance instrument yields at this level of practice, or at each of many."""
    return 1.0 - p.practice_weight + 1.5 * p.practice_weight * practice


@rule
def complement(support: float, p: Any) -> float:
    """c_P = ½ + support: a pillar grows better beside its partners (三治融合); support is O for U, the mean of the two
    others for W and V."""
    return p.complement_base + p.complement_slope * support


@rule
def voice(civic_share: float, p: Any) -> float:
    """½ + 1.25·(civic participation): self-governance needs voices."""
    return p.voice_base + p.voice_slope * civic_share


@rule
def institutions_bought(yuan_a_head_year: float, p: Any) -> float:
    """k_inst·v/(v + v½): what the collective's spending on institutions adds to U, W and V."""
    return p.institution_gain * yuan_a_head_year / (yuan_a_head_year + p.institution_half)


@rule
def service_rate(spend_a_head: float, work: float, co_governance: float, efficiency: float, p: Any) -> float:
    """u_p = k_S·(spend a head)/c_S·(½ + θ√e_serve + a·J)·(1 + efficiency): organisations and residents serve too."""
    hands = p.service_effort_base + work + p.service_cogovernance * co_governance
    return p.service_gain * spend_a_head / p.service_cost * hands * (1.0 + efficiency)


@rule
def mediation_capacity(
    mediators: float, people: float, rule_of_law: float, virtue: float, co_governance: float, p: Any
) -> float:
    """Cases the village's mediators can take on in a month.

    mediators per 1,000 persons × persons/1,000 × cases a month × (½ + W + ½V) × (1 + ½J): social organisations and
    stationed units lend a hand that no cadre supplies.
    """
    persons = people * p.persons_per_adult * 0.001
    return mediators * persons * p.cases_per_mediator * (0.5 + rule_of_law + 0.5 * virtue) * (1.0 + 0.5 * co_governance)


@rule
def settlement_chance(capacity: float, open_cases: float, p: Any) -> float:
    """Chance that an open case is settled this month: ρ_m·min(1, capacity/open cases)."""
    if open_cases <= capacity:
        return p.settlement
    return p.settlement * capacity / open_cases


@rule
def answer_chance(work_serve: float, hours: float, smart: float, co_governance: float, policy: float, p: Any) -> float:
    """Chance that a waiting request is answered this month.

    Answered share at full effort × [(1 − a_J)·min(1, 2θ√e_serve·(¾ + ¼D)) + a_J·J], plus policy; cadres whose month is
    eaten by reports answer less (``hours``).
    """
    serving = 2.0 * work_serve * (0.75 + 0.25 * smart) * hours
    if serving > 1.0:
        serving = 1.0
    share = p.request_answered * ((1.0 - p.request_cogovernance) * serving + p.request_cogovernance * co_governance)
    share = share + policy
    if share > 0.98:
        share = 0.98
    if share < 0.0:
        share = 0.0
    return share


@rule
def calm(disorder: float, p: Any) -> float:
    """exp(−χX): 1 without open disputes."""
    return exp(-p.disorder_scale * disorder)
