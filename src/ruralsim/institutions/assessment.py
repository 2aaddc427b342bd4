"""Assessment: how indicators are reported, checked, scored, and how next year's targets are set (sections 4.1 and 8)."""

from __future__ import annotations

from typing import Any

from ..agents.villager import even
from ..base.compiled import rule
from ..base.numbers import logistic

#: items that a regime's mean check probability is stated for
CHECKED_ITEMS = 20.0

TARGET_NONE, TARGET_NEGOTIATED, TARGET_RATCHET, TARGET_FIXED = 0, 1, 2, 3


@rule
def check_probability(checks: float, items: float, check_weight: float) -> float:
    """q_i = min(.9, 20·q̄/n × check weight): the regime's capacity is 20·q̄ checks, thinned by the number of items."""
    q = CHECKED_ITEMS * checks / items * check_weight
    if q > 0.9:
        return 0.9
    if q < 0.0:
        return 0.0
    return q


@rule
def found_out(check: float, self_share: float, p: Any) -> float:
    """Chance that a check which happens is a real one: a township's self-check is discounted for collusion."""
    return check * (1.0 - self_share * p.collusion)


@rule
def dressing(gameability: float, root_effort: float, p: Any) -> float:
    """What window-dressing adds to a report: k_w·γ_i·√e_report,i."""
    return p.gaming_gain * gameability * root_effort


@rule
def reported(true: float, u: float, noise: float, dressed: float) -> float:
    """A report: the true observable, measurement noise and dressing, cut to [0, 1] because a report is a rate."""
    value = true + noise * even(u) + dressed
    if value < 0.0:
        return 0.0
    if value > 1.0:
        return 1.0
    return value


@rule
def item_score(last_report: float, target: float, has_target: bool, p: Any) -> float:
    """An item's score in the appraisal: logistic((y − target)/σ_T), or the reported value where there is no target."""
    if has_target:
        return logistic((last_report - target) / p.reward_width)
    return last_report


@rule
def ratchet_rate(target_rule: int, p: Any) -> float:
    """Share of the last report that passes into the target, per month (1/12 a year's share)."""
    if target_rule == TARGET_RATCHET:
        return 1.0 / 12.0
    if target_rule == TARGET_NEGOTIATED:
        return 0.5 / 12.0
    return 0.0


@rule
def next_target(
    target_rule: int, target: float, last_report: float, last_true: float, years: float, margin: float, p: Any
) -> float:
    """Next year's target. Ratchet: to the last report plus stretch, all the way up, a fifth of the way down (Weitzman
    1980). Negotiated: half forecast (last true value + .03), half ambition (.55 + .02 a year). Each tier may add its margin."""
    if target_rule == TARGET_RATCHET:
        aim = last_report + p.target_stretch
        if aim >= target:
            new = aim
        else:
            new = target + p.ratchet_down * (aim - target)
    elif target_rule == TARGET_NEGOTIATED:
        new = 0.5 * (last_true + p.forecast_step) + 0.5 * (p.ambition_start + p.ambition_growth * years)
    else:
        new = p.fixed_target
    new = new + margin
    if new > 1.0:
        return 1.0
    return new
