"""Triggers of a run: when they fired, on which reading, and whether window-dressing set them off."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from ruralsim.analysis.signposts import signals
from ruralsim.model.run import Replicate
from ruralsim.spec.scenario import Scenario


@dataclass
class TriggerTally:
    """Gathers what triggers did in each replicate.

    Args:
        scenario: of the run.
    """

    scenario: Scenario
    _fired: dict[str, list[dict[str, Any] | None]] = field(default_factory=dict)
    _held_back: dict[str, list[dict[str, Any]]] = field(default_factory=dict)

    def add(self, one: Replicate) -> None:
        """Add a replicate."""
        for signal in signals(self.scenario, one.opening.villages["rollout"], one.record):
            if signal.month is None:
                found = None
            else:
                found = {
                    "replicate": one.number,
                    "month": signal.month,
                    "date": self._date(signal.month),
                    "reported": signal.reported,
                    "true": signal.true,
                    "true_crosses": signal.on_truth,
                    "fooled": signal.fooled,
                }
            self._fired.setdefault(signal.name, []).append(found)
            if signal.held_back and signal.on_truth is not None:
                held = {"replicate": one.number, "true_crosses": signal.on_truth, "date": self._date(signal.on_truth),
                        "fired": signal.month}  # fmt: skip
                self._held_back.setdefault(signal.name, []).append(held)

    def _date(self, month: int) -> str:
        return str(self.scenario.start + (month - 1))

    def as_json(self) -> list[dict[str, Any]]:
        """Each trigger with what it watches and does, and its firing in every replicate (None: it never fired).

        ``held_back``: replicates in which the truth crossed before it fired, or without its firing.
        """
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
                "held_back": self._held_back.get(one.name, []),
            }
            for one in self.scenario.triggers
        ]
