"""The money that a plan grants, month by month, and its present value.

A yuan granted in month t of the run is worth ``(1 + r)^(−(t − 1)/12)`` yuan of its first month at a discount rate of
``r`` a year. Plans are compared at equal money when these sums agree to the fen.
"""

from __future__ import annotations

import math
from dataclasses import replace

from ruralsim.base.errors import InputError
from ruralsim.policy.library import library_of
from ruralsim.policy.strategy import Strategy
from ruralsim.spec.scenario import Phase, Scenario

#: a year, where the user says nothing: about the real social discount rate used for public projects; assumed
DISCOUNT = 0.03


def factor(month: int, discount: float = DISCOUNT) -> float:
    """Return what a yuan of month ``month`` (from 1) is worth in the first."""
    return float((1.0 + discount) ** (-(month - 1) / 12.0))


def granted(scenario: Scenario) -> list[int]:
    """Return fen granted by month of the run (index 0 is month 1), on the dates as they stand if no trigger fires.

    Raises:
        InputError: a phase has no budget, so that its money has no limit.
    """
    strategy = Strategy.from_scenario(scenario, library_of(scenario).instruments)
    money = [0] * scenario.months
    for phase in strategy.phases:
        before = 0
        for month in range(phase.first, phase.last + 1):
            if phase.elapsed[month] == 1:
                before = 0
            upto = phase.allowance(month, 0)
            if upto is None:
                raise InputError("phases_no_budget", key=f"phase.{phase.name}.budget", name=phase.name)
            money[month - 1] += upto - before
            before = upto
    return money


def present_value(scenario: Scenario, discount: float = DISCOUNT) -> int:
    """Return the present value of what a plan grants, whole fen of the first month.

    Raises:
        InputError: a phase has no budget.
    """
    return round(_value(scenario, discount))


def _value(scenario: Scenario, discount: float) -> float:
    return math.fsum(fen * factor(month, discount) for month, fen in enumerate(granted(scenario), start=1))


def with_money(scenario: Scenario, target: int, discount: float = DISCOUNT) -> Scenario:
    """Return the same plan with budgets scaled so that it grants a given present value, to the fen.

    Args:
        scenario: every phase has a budget.
        target: fen of the first month.
        discount: a year.

    All budgets are scaled by one factor and cut to whole fen; what is cut off is added to the start budget of the phase
    that begins first.

    Raises:
        InputError: a phase has no budget, or the plan grants nothing at all.
    """
    value = _value(scenario, discount)
    if value <= 0.0:
        raise InputError("phases_no_money", name=scenario.name)
    share = target / value
    phases = [_scaled(phase, share) for phase in scenario.phases]
    scaled = replace(scenario, phases=tuple(phases), reserves=tuple(_scaled(one, share) for one in scenario.reserves))
    asking = {one.name: one.first for one in Strategy.from_scenario(scaled, library_of(scaled).instruments).phases}
    first = min((one for one in phases if one.name in asking), key=lambda one: (asking[one.name], one.name))
    short = round((target - _value(scaled, discount)) / factor(asking[first.name], discount))
    start = round((first.start_budget or 0.0) * 100) + short
    phases[phases.index(first)] = replace(first, start_budget=start / 100)
    return replace(scaled, phases=tuple(phases))


def _scaled(phase: Phase, share: float) -> Phase:
    if phase.budget is None:
        return phase
    start = None if phase.start_budget is None else math.floor(phase.start_budget * 100 * share) / 100
    return replace(phase, budget=math.floor(phase.budget * 100 * share) / 100, start_budget=start)
