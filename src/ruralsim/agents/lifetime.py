"""A lifetime: death by age, and the years of labour."""

from __future__ import annotations

from typing import Any

from ..base.compiled import rule
from ..base.numbers import exp
from ..state.columns import HOME

#: from this age on nobody offers labour to the collective, years
LABOUR_AGE = 70.0


@rule
def yearly_death_chance(age: float, p: Any) -> float:
    """Gompertz: scale·level·exp(slope·(age − 30)), at most .6 a year."""
    risk = p.death_scale * p.death_level * exp(p.death_slope * (age - 30.0))
    if risk > 0.6:
        return 0.6
    return risk


@rule
def works_for_collective(status: int, pools: int, age: float) -> bool:
    """Whether a villager's labour is on offer to the collective: pools land, at home, below 70."""
    return (status == HOME) & (pools == 1) & (age < LABOUR_AGE)
