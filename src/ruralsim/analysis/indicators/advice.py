"""Advice in words: keep, drop, replace by, check more, ask residents instead; each with its number and interval.

The order of the questions is the order of the rules below: does it tell villages apart; does another item say the same;
is it dressed up, and what would help; do people lose by its going; is it connected with anything people experience;
does it show what no other item shows. What passes none of these is dropped, unless dropping it costs cadres time. Each
item is judged alone; :func:`following` makes the changed framework whose use is judged as a whole.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from ruralsim.analysis.indicators.contexts import Change, with_framework
from ruralsim.analysis.indicators.estimate import Estimate
from ruralsim.analysis.indicators.scores import ItemScore, Scorecard
from ruralsim.analysis.indicators.trials import ASK, CHECK, DROP, Trial, change_checks
from ruralsim.policy.frameworks import Item

KEEP, DROPPED, REPLACE, CHECK_MORE, ASK_RESIDENTS = "keep", "drop", "replace", "check_more", "ask_residents"
VERDICTS = (KEEP, CHECK_MORE, ASK_RESIDENTS, REPLACE, DROPPED)
#: a connection whose whole interval lies below this is none worth speaking of
WEAK = 0.15
#: a change of the goals' mean smaller than this (a twentieth of a point of 100) is no reason for anything
LITTLE = 0.0005
#: a report this much above the truth, or a connection lost to reward this large, is dressing that matters
MATTERS = 0.02


@dataclass(frozen=True)
class Advice:
    """What to do with an item, and why.

    Args:
        item: its name.
        verdict: one of :data:`VERDICTS`.
        reason: code of the reason (``indicators_why_…`` in the message catalogue).
        number: what the reason rests on.
        by: the item that replaces it.
    """

    item: str
    verdict: str
    reason: str
    number: Estimate
    by: str | None = None

    def plain(self) -> dict[str, Any]:
        """For JSON."""
        found = {"verdict": self.verdict, "reason": self.reason, "by": self.by}
        return found | {"number": self.number.plain()}


def dressed(score: ItemScore) -> bool:
    """Whether reward makes this item's report worse, beyond doubt and by enough to matter.

    A gap without anything added to the report is no dressing: of twenty items one or two show it by chance, and neither
    checks nor residents' answers would mend it.
    """
    gap, added = score.goodhart_gap, score.inflation
    return added.low > 0.0 and (added.mean > MATTERS or (gap.low > 0.0 and gap.mean > MATTERS))


def trials_wanted(card: Scorecard) -> list[tuple[str, str]]:
    """Which trials advice needs: dropping every item; checking and asking where a report is dressed up."""
    found = [(one.id, DROP) for one in card.items] if len(card.items) > 1 else []
    for one in card.items:
        if dressed(one):
            found.append((one.id, CHECK))
            found += [(one.id, ASK)] if one.channel != "survey" else []
    return found


def advise(card: Scorecard, tried: Sequence[Trial]) -> tuple[Advice, ...]:
    """Give advice on every item, in the order of the scorecard.

    Args:
        card: of the items.
        tried: trials that :func:`trials_wanted` asked for.
    """
    by = {(one.item, one.kind): one for one in tried}
    gone: set[str] = set()
    found = []
    for score in sorted(card.items, key=lambda one: _merit(one, card)):  # the weaker of two twins is asked first
        one = _advice(score, card, by, gone)
        gone |= {score.id} if one.verdict in (DROPPED, REPLACE) else set()
        found.append(one)
    place = {one.id: k for k, one in enumerate(card.items)}
    return tuple(sorted(found, key=lambda one: place[one.item]))


def following(advice: Sequence[Advice], items: Sequence[Item]) -> Change | None:
    """The framework with all advice followed; None where it changes nothing or leaves nothing."""
    gone = tuple(one.item for one in advice if one.verdict in (DROPPED, REPLACE))
    checked = {one.item: change_checks(item) for one, item in _paired(advice, items) if one.verdict == CHECK_MORE}
    asked = {one.item: "survey" for one in advice if one.verdict == ASK_RESIDENTS}
    if len(gone) == len(items) or not (gone or checked or asked):
        return None
    return with_framework(without=gone, checks=checked, channels=asked)


def _paired(advice: Sequence[Advice], items: Sequence[Item]) -> Iterator[tuple[Advice, Item]]:
    by_name = {item.id: item for item in items}
    return ((one, by_name[one.item]) for one in advice)


def _merit(score: ItemScore, card: Scorecard) -> tuple[float, float, str]:
    """How much there is to be said for an item: what it tells and is connected with, less what is dressed up."""
    told = score.breadth.mean * len(card.items) + max(0.0, score.connection.mean) + score.measurability.mean
    return told - max(0.0, score.goodhart_gap.mean) - max(0.0, score.inflation.mean), -score.burden.mean, score.id


def _advice(score: ItemScore, card: Scorecard, by: dict[tuple[str, str], Trial], gone: set[str]) -> Advice:
    drop = by.get((score.id, DROP))
    needed = drop is not None and drop.mean.below and drop.mean.mean < -LITTLE
    if not score.varies and not needed:
        return Advice(score.id, DROPPED, "flat", score.measurability)
    if score.twin is not None and score.twin[0] not in gone and not needed:
        name, r = score.twin
        return Advice(score.id, REPLACE, "twin", Estimate(r, r, r), name)
    if dressed(score):
        return _against_dressing(score, by)
    if drop is not None and drop.mean.above and drop.mean.mean > LITTLE:
        return Advice(score.id, DROPPED, "better_without", drop.mean)
    if needed and drop is not None:
        return Advice(score.id, KEEP, "missed", drop.mean)
    even = sum(one.breadth.mean for one in card.items) / len(card.items)
    if score.connection.low > 0.0:
        return Advice(score.id, KEEP, "connected", score.connection)
    if score.breadth.low > 0.5 * even:
        return Advice(score.id, KEEP, "tells", score.breadth)
    if score.breadth.high < even and (score.connection.high < WEAK or score.burden.low > 0.0):
        if (
            drop is not None and drop.hours.below
        ):  # the same checks fall on the others: nothing is gained by dropping it
            return Advice(score.id, KEEP, "no_gain", drop.hours)
        return Advice(score.id, DROPPED, "unconnected", score.connection)
    return Advice(score.id, KEEP, "open", score.connection)


def _against_dressing(score: ItemScore, by: dict[tuple[str, str], Trial]) -> Advice:
    """What helps against dressing: the stronger of more checks and residents' answers, else to let go of the item."""
    helpful = []
    for kind, verdict in ((CHECK, CHECK_MORE), (ASK, ASK_RESIDENTS)):
        trial = by.get((score.id, kind))
        if trial is None or trial.inflation is None or (trial.mean.below and trial.mean.mean < -LITTLE):
            continue
        if trial.inflation.below and trial.inflation.mean < -0.25 * max(0.0, score.inflation.mean):
            helpful.append((trial.inflation.mean, verdict, trial.inflation))
    if helpful:
        _, verdict, number = min(helpful, key=lambda one: one[0])
        return Advice(score.id, verdict, "helps", number)
    drop = by.get((score.id, DROP))
    if drop is not None and drop.mean.below and drop.mean.mean < -LITTLE:
        return Advice(score.id, KEEP, "missed", drop.mean)
    if score.connection.high >= WEAK and not score.connection.below:
        return Advice(score.id, CHECK_MORE, "dressed", score.inflation)
    return Advice(score.id, DROPPED, "dressed", score.inflation)
