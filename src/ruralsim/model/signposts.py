"""Signposts watched: at a quarter's end triggers whose reported or true reading has crossed a level fire."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from ruralsim.policy.triggers import phases_now, place_of_signpost, still_watched
from ruralsim.spec.scenario import ALL, Trigger
from ruralsim.state.columns import ROLLOUT

if TYPE_CHECKING:
    from ruralsim.model.county import County


def watch_signposts(county: County, month: int) -> bool:
    """Fire the triggers whose signpost has crossed by the end of ``month``, and record them.

    Args:
        county: its ``strategy_state["fired"]`` (month of each trigger, 0 while none) and record are changed in place.
        month: of the run.

    Returns:
        Whether any fired.
    """
    fired = county.strategy_state["fired"]
    if month == 0 or county.calendar(month).month % 3:
        return False
    before = fired.copy()
    phases = phases_now(county.scenario, tuple(fired.tolist()))
    for k, trigger in enumerate(county.scenario.triggers):
        if fired[k] or not still_watched(trigger, phases, county.calendar(month)):
            continue
        reported, true = reading_of(county, trigger)
        value = true if trigger.reading == "true" else reported
        if value is not None and trigger.crossed(value):
            fired[k] = month
            county.record.fired.append((month, trigger.name, reported, true))
    return bool((fired != before).any())


def reading_of(county: County, trigger: Trigger) -> tuple[float | None, float | None]:
    """What villages report of a signpost, and what is true: means over registered adults, None of none."""
    covered = np.array([trigger.rollout == (ALL,) or label in trigger.rollout for label in ROLLOUT])
    chosen = covered[county.villages["rollout"]]
    heads = county.villages["registered"][chosen].astype(np.float64)
    if not heads.sum() > 0.0:
        return None, None
    item, observable = place_of_signpost(trigger, county.scenario)
    true = math.fsum(county.observed[chosen, observable] * heads) / math.fsum(heads)
    if item is None:
        return None, true
    return math.fsum(county.reports["reported"][chosen, item] * heads) / math.fsum(heads), true
