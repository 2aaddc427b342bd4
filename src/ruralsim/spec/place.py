"""Reading ``[place]``: how many people, in how many villages of which kinds."""

from __future__ import annotations

from typing import Any

from ruralsim.base.errors import Message
from ruralsim.spec.context import file_beside
from ruralsim.spec.layers import Layers
from ruralsim.spec.reader import Table
from ruralsim.spec.roster import Roster, is_roster_file, read_roster
from ruralsim.spec.scenario import ENDOWMENTS, FORMS, IDENTITIES, ROLLOUTS, Place, RosterVillage
from ruralsim.spec.units import shown_value
from ruralsim.spec.vocabulary import Vocabulary

MAX_PERSONS = 200_000_000
MAX_VILLAGES = 200_000
MIN_ADULTS_PER_VILLAGE = 10
MAX_ADULTS_PER_VILLAGE = 60_000
"""Neighbours are stored as 16-bit numbers inside a village."""

ASSUMED_SHARES: dict[str, dict[str, float]] = {
    "endowments": {"plain": 0.40, "hill": 0.35, "mountain": 0.20, "suburban": 0.05},
    "forms": {"leasing": 0.50, "cooperative": 0.30, "company": 0.15, "tourism": 0.05},
    "rollout": {"demonstration": 0.05, "pilot": 0.15, "conditioned": 0.30, "rest": 0.50},
}
"""Used, with a notice, where a scenario gives no shares."""

_CLASSES = {"endowments": ENDOWMENTS, "forms": FORMS, "rollout": ROLLOUTS}
_PERSONS_PER_ADULT = 1.3
_KEYS = (
    "population",
    "resident_population",
    "persons_per_adult",
    "villages",
    "townships",
    "endowments",
    "forms",
    "rollout",
    "demonstration_villages",
    "mediators_per_1000",
    "identity",
    "identity_note",
)


def read_place(layers: Layers, vocabulary: Vocabulary) -> tuple[Place, list[Message]]:
    """Read ``[place]``, with the roster where one is named.

    Args:
        layers: the merged scenario.
        vocabulary: for the default number of persons per adult.

    Returns:
        The place, and notices about what was assumed.

    Raises:
        InputError: see the messages ``population_*``, ``villages_*``, ``shares_*`` and those of the roster.
    """
    table = Table(layers, ("place",), layers.tables.get("place", {}), _KEYS)
    read = _roster(table)
    roster = None if read is None else read.villages
    if roster is None:
        counts = _stated_counts(table)
    else:
        counts = _roster_counts(table, roster)
    population, villages, townships = counts
    if townships > villages:
        raise table.error("townships", "townships_too_many", read=townships, villages=villages)
    ratio = table.optional_amount("persons_per_adult", "1", 1, 5)
    _check_village_size(table, counts, roster, ratio, vocabulary)
    shares, notices = _shares(table)
    demonstration = (
        table.whole("demonstration_villages", "1", 0, villages) if table.has("demonstration_villages") else None
    )
    identity = table.choice("identity", IDENTITIES, "what_identity") if table.has("identity") else "synthetic"
    place = Place(
        registered_population=population,
        resident_population=_optional_people(table, "resident_population"),
        persons_per_adult=ratio,
        villages=villages,
        townships=townships,
        roster=roster,
        demonstration_villages=demonstration,
        mediators_per_1000=table.optional_amount("mediators_per_1000", "1", 0, 1000),
        identity=identity,
        identity_note=table.texts("identity_note"),
        **shares,
    )
    return place, notices if read is None else [*read.conversions, *notices]


def _roster(table: Table) -> Roster | None:
    value: Any = table.required("villages")
    if isinstance(value, str) and is_roster_file(value.strip()):
        return read_roster(file_beside(table, "villages", value.strip()))
    if isinstance(value, str) and not value.strip()[:1].isdigit() and not value.strip().startswith("-"):
        raise table.error("villages", "villages_text", read=shown_value(value))
    return None


def _stated_counts(table: Table) -> tuple[int, int, int]:
    population = table.whole("population", "person", 1, MAX_PERSONS)
    villages = table.whole("villages", "village", 1, MAX_VILLAGES)
    townships = table.whole("townships", "1", 1, MAX_VILLAGES) if table.has("townships") else 1
    return population, villages, townships


def _roster_counts(table: Table, roster: tuple[RosterVillage, ...]) -> tuple[int, int, int]:
    """Count from the roster; numbers stated beside it must agree."""
    population = sum(village.population for village in roster)
    named = {village.township for village in roster if village.township is not None}
    if table.has("population"):
        stated = table.whole("population", "person", 1, MAX_PERSONS)
        if stated != population:
            raise table.error("population", "population_not_roster", read=stated, total=population)
    townships = len(named) or 1
    if table.has("townships"):
        stated = table.whole("townships", "1", 1, MAX_VILLAGES)
        if named and stated != townships:
            raise table.error("townships", "townships_not_roster", read=stated, total=townships)
        townships = stated
    return population, len(roster), townships


def _check_village_size(
    table: Table,
    counts: tuple[int, int, int],
    roster: tuple[RosterVillage, ...] | None,
    ratio: float | None,
    vocabulary: Vocabulary,
) -> None:
    population, villages, _ = counts
    default = vocabulary.parameters.get("persons_per_adult")
    per_adult = ratio or (default.value if default else _PERSONS_PER_ADULT)
    limits = {"low": MIN_ADULTS_PER_VILLAGE, "high": MAX_ADULTS_PER_VILLAGE}
    adults = population / per_adult
    if villages > adults:
        raise table.error("villages", "villages_above_adults", villages=villages, adults=round(adults))
    sizes = [village.population for village in roster] if roster else [population / villages]
    for index, persons in enumerate(sizes):
        size = persons / per_adult
        if not MIN_ADULTS_PER_VILLAGE <= size <= MAX_ADULTS_PER_VILLAGE:
            if roster:
                name = roster[index].name
                raise table.error("villages", "village_size_one", name=name, size=round(size), **limits)
            raise table.error("villages", "village_size_mean", size=round(size), **limits)


def _shares(table: Table) -> tuple[dict[str, dict[str, float]], list[Message]]:
    shares: dict[str, dict[str, float]] = {}
    notices: list[Message] = []
    for name, classes in _CLASSES.items():
        if table.has(name):
            shares[name] = table.shares(name, classes)
            continue
        shares[name] = dict(ASSUMED_SHARES[name])
        listed = [f"{label} {share:g}" for label, share in ASSUMED_SHARES[name].items()]
        notices.append(Message("notice_shares_assumed", key=f"place.{name}", shares=listed))
    return shares, notices


def _optional_people(table: Table, name: str) -> int | None:
    return table.whole(name, "person", 1, MAX_PERSONS) if table.has(name) else None
