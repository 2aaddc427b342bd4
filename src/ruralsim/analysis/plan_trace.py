"""What happened inside a plan: where budgets bound, what was spent and when, which triggers fired and on what."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

from ruralsim.analysis.signposts import Signal, signals
from ruralsim.model.county import County
from ruralsim.model.run import replicate_seed
from ruralsim.policy.envelope import DISCOUNT, factor, present_value
from ruralsim.policy.library import library_of
from ruralsim.policy.triggers import phases_now
from ruralsim.spec.scenario import Override, Scenario


@dataclass(frozen=True)
class Bound:
    """A phase whose budget bound.

    Args:
        months: how many.
        running: mean share of the running costs paid in those months.
        once: mean share then in place of what is paid once; None where nothing of the kind was asked.
    """

    months: int
    running: float
    once: float | None


@dataclass(frozen=True)
class Trace:
    """One run of a plan at the defaults.

    Args:
        granted: present value granted on the dates that held as triggers fired, yuan.
        spent: present value of what policy cost, yuan; unspent: share of what was granted.
        bound: by phase, where its budget bound.
        signals: what each trigger did, and what was true then.
    """

    granted: float
    spent: float
    unspent: float
    bound: Mapping[str, Bound]
    signals: tuple[Signal, ...]


def trace(scenario: Scenario, *, seed: int = 1, discount: float = DISCOUNT) -> Trace:
    """Run a plan once, at the defaults and under the first luck of a comparison.

    Args:
        scenario: the plan; every phase has a budget.
        seed: of the comparison.
        discount: a year.

    Raises:
        InputError: a phase has no budget.
    """
    county = County.build(scenario, replicate_seed(seed, 0))
    rollout = county.villages["rollout"].copy()
    record = county.advance().record
    found = tuple(signals(scenario, rollout, record))
    lived = replace(scenario, phases=phases_now(scenario, [one.month or 0 for one in found]), triggers=(), reserves=())
    granted = present_value(lived, discount) / 100
    spent = math.fsum(float(cost.sum()) * factor(month, discount) for month, _, _, cost in record.policy) / 100
    return Trace(granted, spent, 1.0 - spent / granted, _bound(county), found)


def _bound(county: County) -> dict[str, Bound]:
    """Where budgets bound, and what of the costs was paid there."""
    known = library_of(county.scenario).instruments
    once = [k for k, name in enumerate(county.programme.names) if any(c.every == "once" for c in known[name].costs)]
    sums = {month: (asked[:, once].sum(), given[:, once].sum()) for month, asked, given, _ in county.record.policy}
    months: dict[str, list[tuple[float, float, float]]] = {}
    for month, phase, share, _ in county.record.binding:
        months.setdefault(phase, []).append((share, *sums[month]))
    found = {}
    for phase, rows in months.items():
        running, asked, given = (math.fsum(column) for column in zip(*rows, strict=True))
        found[phase] = Bound(len(rows), running / len(rows), given / asked if asked > 0.0 else None)
    return found


def without_teaching(scenario: Scenario) -> Scenario:
    """The plan where nobody learns from demonstration villages: what they teach is the difference."""
    kept = tuple(one for one in scenario.parameters if one.name != "practice_exchange")
    return replace(scenario, parameters=(*kept, Override("practice_exchange", 0.0, "no exchange, for comparison")))
