"""What set triggers off: their signposts as reported and as they truly were, quarter by quarter, on the path lived.

A trigger on what is reported can be deceived both ways, by window-dressing and by noise: it fires although the truth
has not crossed its level, or it keeps still although the truth has. Both are found by reading the truth beside it.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from ruralsim.model.books_loop import OUTCOME_INDEX
from ruralsim.model.record import Record
from ruralsim.policy.triggers import phases_now, place_of_signpost, still_watched
from ruralsim.spec.scenario import ALL, Scenario, Trigger
from ruralsim.state.columns import ROLLOUT

_HEADS = OUTCOME_INDEX["registered"]


@dataclass(frozen=True)
class Signal:
    """What a trigger did in one run, beside the truth.

    Args:
        name, reading: of the trigger.
        month: of the run, in which it fired; None where it never did.
        reported, true: what its signpost read then; ``reported`` is None where nobody reports it.
        on_truth: month in which the true signpost crosses while that still mattered, None where it never does; for a
            trigger on the truth, the month in which it fired.
    """

    name: str
    reading: str
    month: int | None
    reported: float | None
    true: float | None
    on_truth: int | None

    @property
    def fooled(self) -> bool:
        """Whether it fired before the truth crossed, or where the truth never does."""
        return self.month is not None and (self.on_truth is None or self.on_truth > self.month)

    @property
    def held_back(self) -> bool:
        """Whether the truth crossed and the trigger fired only later, or never."""
        return self.on_truth is not None and (self.month is None or self.month > self.on_truth)


def signals(scenario: Scenario, rollout: np.ndarray, record: Record) -> list[Signal]:
    """Return what each trigger of a plan did in a run, in the order of the plan.

    Args:
        scenario: of the run.
        rollout: int [V], the class of each village.
        record: of the run, with its indicators.
    """
    fired = {name: (month, reported, true) for month, name, reported, true in record.fired}
    months = {name: entry[0] for name, entry in fired.items()}
    found = []
    for one in scenario.triggers:
        month, reported, true = fired.get(one.name, (None, None, None))
        truth = month
        if one.reading == "reported":
            truth = _truth_crosses(one, scenario, months, _true_levels(one, scenario, rollout, record))
        found.append(Signal(one.name, one.reading, month, reported, true, truth))
    return found


def _true_levels(one: Trigger, scenario: Scenario, rollout: np.ndarray, record: Record) -> Iterator[tuple[int, float]]:
    """The true level of a reported signpost at each quarter's end, as the county itself averages it."""
    item, _ = place_of_signpost(one, scenario)
    chosen = np.array([one.rollout == (ALL,) or label in one.rollout for label in ROLLOUT])[rollout]
    for month, values in record.indicators:
        heads = record.outcomes[month][chosen, _HEADS]
        if heads.sum() > 0.0:
            yield month, math.fsum(values[chosen, item, 0] * heads) / math.fsum(heads)


def _truth_crosses(
    one: Trigger, scenario: Scenario, fired: Mapping[str, int], levels: Iterator[tuple[int, float]]
) -> int | None:
    """First month whose true level would have set the trigger off; after it has fired, the first that would have."""
    own = fired.get(one.name)
    for month, level in levels:
        if month < 1 or scenario.start + (month - 1) < one.first or not one.crossed(level):
            continue
        if own is not None and month >= own:
            return month
        before = [k if (k := fired.get(other.name, 0)) < month else 0 for other in scenario.triggers]
        if still_watched(one, phases_now(scenario, before), scenario.start + (month - 1)):
            return month
    return None
