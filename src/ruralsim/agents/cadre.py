"""The cadre's rules: where time goes when some of the work is measured (multitask agency, section 4.1).

A cadre of given ability values each task, weighs it against the cost of effort, and divides the time that
reports and receptions leave (Holmström & Milgrom 1991). Window-dressing of each indicator is a task of its own.
The columns of a cadre are declared in ``state/columns.py`` (table ``cadres``).
"""

from __future__ import annotations

import math
from typing import Any

from ..base.compiled import rule
from ..base.numbers import exp, logistic
from .villager import even


@rule
def hours_left(reports: float, relief: float, burden_factor: float, checks: float, p: Any) -> float:
    """Share of a month left for work: exp(−ε·n_q·(1 − ½ relief) − ε_q·q̄²).

    ``reports``: number of quantified indicators and records; ``checks``: mean check probability (receiving inspections
    costs time too).
    """
    return exp(-p.burden * burden_factor * reports * (1.0 - 0.5 * relief) - p.inspection_time * checks * checks)


@rule
def reward_nearness(last_report: float, target: float, has_target: bool, p: Any) -> float:
    """b = 4p(1 − p), p = logistic((y − target)/σ_T): a reward counts near its target; 1 where there is no target."""
    if not has_target:
        return 1.0
    near = logistic((last_report - target) / p.reward_width)
    return 4.0 * near * (1.0 - near)


@rule
def perceived_need(level: float, u: float, noise: float) -> float:
    """(1 − level served)·exp(σ_n ξ − σ_n²/2): what a cadre believes is lacking; right on average, blurred by σ_n."""
    return (1.0 - level) * exp(noise * even(u) - 0.5 * noise * noise)


@rule
def value_of_work(
    motivation: float, checks: float, election: float, need: float, rewarded: float, pressure: float, p: Any
) -> float:
    """M_j = (ι + χ_q·q̄)·need_j·(1 + election) + π·Σ_i ω_i R_ij b_i (``rewarded`` is the sum)."""
    return (motivation + p.accountability * checks) * need * (1.0 + election) + pressure * rewarded


@rule
def value_of_dressing(
    weight: float, gameability: float, nearness: float, check: float, integrity: float, pressure: float, p: Any
) -> float:
    """M_report,i = √n·max(0, π ω_i·[γ_i (1 − q_i) b_i − f q_i − m_φ φ]): what is gained where no check finds it, less
    the penalty where one does and the qualms of an honest cadre (decision 0009).

    ``weight``: √n·ω_i. One of n reports is an n-th of the paperwork: e_report,i dresses it up by
    k_w γ_i √(n e_report,i).
    ``nearness``: b_i with what later targets leave of a gain.
    """
    value = (
        pressure
        * weight
        * (gameability * (1.0 - check) * nearness - p.gaming_penalty * check - p.gaming_integrity * integrity)
    )
    if value > 0.0:
        return value
    return 0.0


@rule
def time_scale(squares: float, hours: float, p: Any) -> float:
    """What multiplies (θ_j M_j)² to give e_j: min(H, S/4c²)/S with S = Σ(θ_k M_k)²; 0 when nothing is worth doing.

    Maximises Σ M_j θ_j √e_j − c·Σe_j subject to Σe_j ≤ H: time may be left unused.
    """
    if squares <= 0.0:
        return 0.0
    wanted = squares / (4.0 * p.effort_cost * p.effort_cost)
    if wanted > hours:
        wanted = hours
    return wanted / squares


@rule
def root(x: float) -> float:
    """Square root (exact by IEEE 754)."""
    return math.sqrt(x)


@rule
def ability_after(ability: float, training: float, p: Any) -> float:
    """θ' = θ + k_θ(4·training + ½)(1.6 − θ) − δ_θ(θ − .6)."""
    return ability + p.ability_gain * (4.0 * training + 0.5) * (1.6 - ability) - p.ability_loss * (ability - 0.6)


@rule
def vote_for_incumbent(trust: float, record: float, township_view: float, p: Any) -> float:
    """Support for a sitting cadre, 0 to 1: the township's view by its nomination weight, else trust and record."""
    return p.nomination_weight * township_view + (1.0 - p.nomination_weight) * (0.5 * trust + 0.5 * record)


@rule
def standing_of_candidate(u: float, ability: float, notable: float, party: float, trust: float, p: Any) -> float:
    """Support for a villager who stands, 0 to about 1: luck, skill, lineage of notables, party membership and trust."""
    skill = ability / (1.0 + ability)
    return 0.35 * u + 0.25 * skill + 0.15 * notable + 0.10 * p.nomination_weight * party + 0.15 * trust
