"""What happened inside a plan: where budgets bound, what was spent and when, which triggers fired and on what."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from ruralsim.model.county import County
from ruralsim.model.run import replicate_seed
from ruralsim.policy.envelope import DISCOUNT, factor
from ruralsim.policy.triggers import place_of_signpost
from ruralsim.spec.scenario import ALL, Scenario, Trigger
from ruralsim.state.columns import ROLLOUT


@dataclass(frozen=True)
class Fired:
    """A trigger that fired under the first luck.

    Args:
        name, reading: of the trigger.
        month: of the run.
        reported, true: what its signpost read then; ``reported`` is None where nobody reports it.
        on_truth: month in which the true signpost crosses on the same path, None where it never does.
    """

    name: str
    reading: str
    month: int
    reported: float | None
    true: float | None
    on_truth: int | None

    @property
    def fooled(self) -> bool:
        """Whether what was reported crossed before the truth did, or where it never did."""
        return self.reading == "reported" and (self.on_truth is None or self.on_truth > self.month)


@dataclass(frozen=True)
class Trace:
    """One run of a plan at the defaults.

    Args:
        spent: present value of what policy cost, yuan; unspent: share of the granted present value.
        bound: by phase, months in which its budget bound, and the mean share of the running costs then paid.
        fired: triggers.
    """

    spent: float
    unspent: float
    bound: Mapping[str, tuple[int, float]]
    fired: tuple[Fired, ...]


def trace(scenario: Scenario, money: int, *, seed: int = 1, discount: float = DISCOUNT) -> Trace:
    """Run a plan once, at the defaults and under the first luck of a comparison.

    Args:
        scenario: the plan.
        money: present value that it grants, fen.
        seed: of the comparison.
        discount: a year.
    """
    county = County.build(scenario, replicate_seed(seed, 0))
    watched = {one.name: [] for one in scenario.triggers}  # type: dict[str, list[tuple[int, float]]]
    places = {one.name: place_of_signpost(one, scenario)[1] for one in scenario.triggers}
    while county.month < scenario.months:
        county.advance(1 if watched else None)
        if county.calendar(county.month).month % 3 == 0:
            for one in scenario.triggers:
                watched[one.name].append((county.month, _mean(county, one, places[one.name])))
    spent = math.fsum(float(cost.sum()) * factor(month, discount) for month, _, _, cost in county.record.policy)
    bound: dict[str, list[float]] = {}
    for _, phase, share, once in county.record.binding:
        bound.setdefault(phase, []).append(min(share, once))
    fired = []
    by_name = {one.name: one for one in scenario.triggers}
    for month, name, reported, true in county.record.fired:
        one = by_name[name]
        crossing = (k for k, value in watched[name] if county.calendar(k) >= one.first and one.crossed(value))
        fired.append(Fired(name, one.reading, month, reported, true, next(crossing, None)))
    return Trace(
        spent / 100,
        1.0 - spent / money if money else 0.0,
        {phase: (len(shares), sum(shares) / len(shares)) for phase, shares in bound.items()},
        tuple(fired),
    )


def _mean(county: County, one: Trigger, observable: int) -> float:
    covered = np.array([one.rollout == (ALL,) or label in one.rollout for label in ROLLOUT])
    chosen = covered[county.villages["rollout"]]
    heads = county.villages["registered"][chosen].astype(np.float64)
    return math.fsum(county.observed[chosen, observable] * heads) / max(1.0, math.fsum(heads))


def without_teaching(scenario: Scenario) -> Scenario:
    """The plan where nobody learns from demonstration villages: what they teach is the difference."""
    from ruralsim.spec.scenario import Override

    kept = tuple(one for one in scenario.parameters if one.name != "practice_exchange")
    return replace(scenario, parameters=(*kept, Override("practice_exchange", 0.0, "no exchange, for comparison")))
