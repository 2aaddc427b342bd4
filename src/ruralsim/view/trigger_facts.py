"""Triggers of a run: when they fired, on which reading, and whether window-dressing set them off."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ruralsim.model.books_loop import OUTCOME_INDEX
from ruralsim.model.run import Replicate
from ruralsim.policy.triggers import place_of_signpost
from ruralsim.spec.scenario import ALL, Scenario, Trigger
from ruralsim.state.columns import ROLLOUT

_HEADS = OUTCOME_INDEX["registered"]


@dataclass
class TriggerTally:
    """Gathers what triggers did in each replicate.

    Args:
        scenario: of the run.
    """

    scenario: Scenario
    _fired: dict[str, list[dict[str, Any] | None]] = field(default_factory=dict)

    def add(self, one: Replicate) -> None:
        """Add a replicate."""
        fired = {name: (month, reported, true) for month, name, reported, true in one.record.fired}
        for trigger in self.scenario.triggers:
            found = None
            if trigger.name in fired:
                month, reported, true = fired[trigger.name]
                truth = self._on_truth(trigger, one) if trigger.reading == "reported" else month
                found = {
                    "replicate": one.number,
                    "month": month,
                    "date": str(self.scenario.start + (month - 1)),
                    "reported": reported,
                    "true": true,
                    "true_crosses": truth,
                    "fooled": truth is None or truth > month,
                }
            self._fired.setdefault(trigger.name, []).append(found)

    def _on_truth(self, trigger: Trigger, one: Replicate) -> int | None:
        """Month in which the true level of the signpost crosses on the path that was lived."""
        item, _ = place_of_signpost(trigger, self.scenario)
        covered = np.array([trigger.rollout == (ALL,) or label in trigger.rollout for label in ROLLOUT])
        chosen = covered[one.opening.villages["rollout"]]
        for month, values in one.record.indicators:
            if self.scenario.start + (month - 1) < trigger.first:
                continue
            heads = one.record.outcomes[month][chosen, _HEADS]
            level = float((values[chosen, item, 0] * heads).sum() / max(1.0, float(heads.sum())))
            if trigger.crossed(level):
                return int(month)
        return None

    def as_json(self) -> list[dict[str, Any]]:
        """Each trigger with what it watches and does, and its firing in every replicate (None: it never fired)."""
        return [
            {
                "name": one.name,
                "signpost": one.signpost,
                "reading": one.reading,
                "level": one.level,
                "above": one.above,
                "starts": one.start,
                "replaces": one.replace,
                "by": one.by,
                "fired": self._fired.get(one.name, []),
            }
            for one in self.scenario.triggers
        ]
