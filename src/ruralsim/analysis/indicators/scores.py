"""What a scorecard holds: the rows of items, of tiers and of phases. ``scorecard`` computes them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ruralsim.analysis.indicators.estimate import Estimate


@dataclass(frozen=True)
class ItemScore:
    """An item's row of the scorecard.

    Args:
        id: of the item.
        tier, channel, kind, observable: as in the framework.
        breadth: its Shapley share of the outcome variation that the set spans.
        sensitivity: share of its variation that policy levers carry, against luck.
        measurability: squared correlation of true and reported values across villages.
        connection: correlation with the three goals across villages once rewarded, mean of the three; by goal; within
            villages over years; of county means over parameter draws.
        connection_before, connection_over_years_before: across villages and over years without reward.
        goodhart_gap: what reward takes from the report's connection over years, beyond what it does to the truth's
            (``scorecard.gap``); goodhart_gap_villages: the same across villages.
        inflation: reported less true value, less the same in the same world without reward.
        burden: working days a year that it takes of each cadre.
        twin: the item that says most the same across villages, and their correlation.
        varies: whether its true value differs between villages at all.
    """

    id: str
    tier: str
    channel: str
    kind: str
    observable: str
    breadth: Estimate
    sensitivity: Estimate
    measurability: Estimate
    connection: Estimate
    connection_by_goal: Mapping[str, Estimate]
    connection_over_years: Estimate
    connection_over_draws: Estimate
    connection_before: Estimate
    connection_over_years_before: Estimate
    goodhart_gap: Estimate
    goodhart_gap_villages: Estimate
    inflation: Estimate
    burden: Estimate
    twin: tuple[str, float] | None
    varies: bool

    def plain(self) -> dict[str, Any]:
        """For JSON."""
        found: dict[str, Any] = {"id": self.id, "tier": self.tier, "channel": self.channel, "kind": self.kind}
        found |= {"observable": self.observable}
        for name in MEASURES:
            found[name] = getattr(self, name).plain()
        found["connection_by_goal"] = {goal: one.plain() for goal, one in self.connection_by_goal.items()}
        found["twin"] = None if self.twin is None else {"id": self.twin[0], "correlation": self.twin[1]}
        return found | {"varies": self.varies}


MEASURES = (
    *("breadth", "sensitivity", "measurability", "connection", "connection_over_years", "connection_over_draws"),
    *("connection_before", "connection_over_years_before", "goodhart_gap", "goodhart_gap_villages"),
    *("inflation", "burden"),
)


@dataclass(frozen=True)
class GroupScore:
    """A set of items, all of them or those of a tier, over the whole run or in a phase."""

    name: str
    items: int
    breadth: Estimate
    measurability: Estimate
    connection: Estimate
    goodhart_gap: Estimate
    inflation: Estimate
    burden: Estimate

    def plain(self) -> dict[str, Any]:
        """For JSON."""
        return {name: one.plain() if isinstance(one, Estimate) else one for name, one in vars(self).items()}


@dataclass(frozen=True)
class Scorecard:
    """All of it.

    Args:
        items: in the order of the framework.
        tiers: by tier, after the whole set (named ``all``), over the whole run.
        phases: the whole set by phase.
        villages, simulations: what the numbers rest on.
    """

    items: tuple[ItemScore, ...]
    tiers: tuple[GroupScore, ...]
    phases: tuple[GroupScore, ...]
    villages: int
    simulations: int

    def item(self, name: str) -> ItemScore:
        """The row of an item."""
        return next(one for one in self.items if one.id == name)
