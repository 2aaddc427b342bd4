"""What happened inside a plan: where budgets bound, what was spent and when, which triggers fired and on what."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

from ruralsim.analysis.signposts import Signal, signals
from ruralsim.model.county import County
from ruralsim.model.run import replicate_seed
from ruralsim.policy.envelope import DISCOUNT, factor
from ruralsim.spec.scenario import Override, Scenario


@dataclass(frozen=True)
class Trace:
    """One run of a plan at the defaults.

    Args:
        spent: present value of what policy cost, yuan; unspent: share of the granted present value.
        bound: by phase, months in which its budget bound, and the mean share of the running costs then paid.
        signals: what each trigger did, and what was true then.
    """

    spent: float
    unspent: float
    bound: Mapping[str, tuple[int, float]]
    signals: tuple[Signal, ...]


def trace(scenario: Scenario, money: int, *, seed: int = 1, discount: float = DISCOUNT) -> Trace:
    """Run a plan once, at the defaults and under the first luck of a comparison.

    Args:
        scenario: the plan.
        money: present value that it grants, fen.
        seed: of the comparison.
        discount: a year.
    """
    county = County.build(scenario, replicate_seed(seed, 0))
    rollout = county.villages["rollout"].copy()
    record = county.advance().record
    spent = math.fsum(float(cost.sum()) * factor(month, discount) for month, _, _, cost in record.policy)
    bound: dict[str, list[float]] = {}
    for _, phase, share, once in record.binding:
        bound.setdefault(phase, []).append(min(share, once))
    return Trace(
        spent / 100,
        1.0 - spent / money if money else 0.0,
        {phase: (len(shares), sum(shares) / len(shares)) for phase, shares in bound.items()},
        tuple(signals(scenario, rollout, record)),
    )


def without_teaching(scenario: Scenario) -> Scenario:
    """The plan where nobody learns from demonstration villages: what they teach is the difference."""
    kept = tuple(one for one in scenario.parameters if one.name != "practice_exchange")
    return replace(scenario, parameters=(*kept, Override("practice_exchange", 0.0, "no exchange, for comparison")))
