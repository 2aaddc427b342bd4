"""Assessment: how indicators are reported, checked, scored, and how targets are set (sections 4.1 and 8)."""

from __future__ import annotations

from typing import Any

from ..agents.villager import even
from ..base.compiled import rule
from ..base.numbers import logistic

#: items that a regime's mean check probability is stated for
CHECKED_ITEMS = 20.0

#: dressing found beyond this share of what a whole month of it would add to a report may cost the cadres' seats;
#: less is put right
GROSS = 0.5

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
    """What window-dressing adds to a report: k_w·γ_i·√(n·e_report,i); ``root_effort``: √(n·e_report,i)."""
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
def bonus_share(score: float) -> float:
    """Share of the performance pay that a score earns: all from ½ on, the score of one who just meets the targets."""
    return min(1.0, 2.0 * score)


@rule
def left_by_targets(target_rule: int, last_report: float, target: float, dressed: bool, p: Any) -> float:
    """What next years' targets leave of a year's gain in an item: 1 less the discounted sum of what they take back.

    A year's discount rate is r = 12·(discount + 1/term): the bill comes to whoever then holds the seat. Ratchet: a
    share s of the report passes into the target every year, all of it above the target, ``ratchet_down`` below:
    r/(r + s) (Weitzman 1980). Negotiated: half of next year's target is a forecast from the last true value, so real
    work loses ½/(1 + r) and dressing nothing. Else 1 (decision 0009).
    """
    rate = 12.0 * (p.discount + 1.0 / p.term_months)
    if target_rule == TARGET_RATCHET:
        share = 1.0 if last_report + p.target_stretch >= target else p.ratchet_down
        return rate / (rate + share)
    if target_rule == TARGET_NEGOTIATED and not dressed:
        return 1.0 - 0.5 / (1.0 + rate)
    return 1.0


@rule
def next_target(
    target_rule: int, target: float, last_report: float, last_true: float, years: float, margin: float, p: Any
) -> float:
    """Next year's target. Ratchet: to the last report plus stretch, all the way up, a fifth of the way down (Weitzman
    1980). Negotiated: half forecast (last true value + .03), half ambition (.55 + .02 a year). Each tier may add its
    margin."""
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
