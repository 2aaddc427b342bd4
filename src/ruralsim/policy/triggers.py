"""Plans that answer to signposts: which phases are in force, given which triggers have fired and when.

Three rules. A phase that a trigger starts begins in the month after it fires; where it does not fire, when its watch
is over, at the earliest on its own date. All phases planned at or after it move by as many months; what ran up to it
gives way to it, or goes on until it begins. The plan's last month stays where it is. Nothing that has happened is
ever changed by what fires later.
"""

from __future__ import annotations

from collections.abc import Sequence

from ruralsim.base.calendar import Month
from ruralsim.policy.frameworks import chosen_framework
from ruralsim.policy.library import library_of
from ruralsim.policy.observables import OBSERVABLE_INDEX
from ruralsim.spec.scenario import Phase, Scenario, Trigger


def phases_now(scenario: Scenario, fired: Sequence[int] = ()) -> tuple[Phase, ...]:
    """Return the phases with the dates that hold, if no other trigger fires.

    Args:
        scenario: with its plan and triggers.
        fired: for each trigger the month of the run in which it fired, 0 where it has not; empty: none has.
    """
    if not scenario.triggers:
        return scenario.phases
    months = tuple(fired) or (0,) * len(scenario.triggers)
    order = sorted(range(len(months)), key=lambda k: (months[k] == 0, months[k], k))
    plan = _Plan(scenario)
    for k in order:
        plan.apply(scenario.triggers[k], months[k])
    return tuple(plan.phases)


class _Plan:
    """Phases in the making, in the order of the file."""

    def __init__(self, scenario: Scenario) -> None:
        self.start = scenario.start
        self.phases = list(scenario.phases)
        self.reserves = {phase.name: phase for phase in scenario.reserves}
        self.closed: set[str] = set()
        self.end = max((phase.end for phase in scenario.phases), default=scenario.start)

    def apply(self, trigger: Trigger, fired: int) -> None:
        """Take in one trigger: fired in a month of the run, or not (0)."""
        after = self.start + fired  # month k of the run is start + (k - 1)
        target = next((one for one in self.phases if one.name == (trigger.start or trigger.replace)), None)
        if target is None:
            return
        if trigger.replace is not None:
            if fired:
                self._replace(target, after, self.reserves[trigger.by] if trigger.by is not None else None)
        elif fired:
            self._begin(target, after)
        elif trigger.last is not None and trigger.last + 1 > target.start:
            self._begin(target, trigger.last + 1)

    def _begin(self, target: Phase, at: Month) -> None:
        shift, planned = at - target.start, target.start
        moved = []
        for one in self.phases:
            if one.start >= planned:
                end = one.end if one.end == self.end else one.end + shift
                one = one.moved(one.start + shift, end)
                if one.start > one.end:
                    continue
            elif one.end < planned and one.end >= at:
                one = one.moved(one.start, at - 1)  # the step before gives way
                if one.end < one.start:
                    continue
            elif one.end == planned - 1 and shift > 0 and one.name not in self.closed:
                one = one.moved(one.start, at - 1)  # the step before goes on
            moved.append(one)
        self.phases = moved

    def _replace(self, target: Phase, at: Month, by: Phase | None) -> None:
        place = self.phases.index(target)
        self.closed.add(target.name)
        now = [target.moved(target.start, at - 1)] if target.start < at else []
        if by is not None and target.end >= at:
            now.append(by.moved(max(target.start, at), target.end))
        self.phases[place : place + 1] = now


def still_watched(trigger: Trigger, phases: Sequence[Phase], month: Month) -> bool:
    """Say whether a reading taken at the end of a month counts.

    Args:
        trigger: one that has not fired.
        phases: those that hold now (:func:`phases_now`).
        month: of the reading.
    """
    if month < trigger.first or (trigger.last is not None and month > trigger.last):
        return False
    target = next((one for one in phases if one.name == (trigger.start or trigger.replace)), None)
    if target is None:
        return False
    return target.start > month if trigger.start is not None else target.end > month


def place_of_signpost(trigger: Trigger, scenario: Scenario) -> tuple[int | None, int]:
    """Return the place of a signpost among the items in force (None: an observable only) and its observable."""
    items = chosen_framework(scenario.framework.name, library_of(scenario).frameworks).items
    for place, item in enumerate(items):
        if item.id == trigger.signpost:
            return place, OBSERVABLE_INDEX[item.observable]
    return None, OBSERVABLE_INDEX[trigger.signpost]
