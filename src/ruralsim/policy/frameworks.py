"""Indicator frameworks: what is reported, by whom, through which channel, and what moves it.

A framework is one TOML file in ``data/frameworks``. A source usually counts more items than it names, so a file says
which items it ``quoted`` and which are ``derived`` by us from a quoted phrase; nobody invents the missing ones.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType

import numpy as np

from ruralsim.base.errors import InputError, Message, nearest
from ruralsim.policy.observables import OBSERVABLE_INDEX
from ruralsim.policy.tables import DATA, array_of_tables, both_languages, flag, number, quotation, read_tables
from ruralsim.spec.reader import Table

#: The tasks of a cadre that move a true level, in the order of the columns of a response matrix.
TASKS = ("organise", "enterprise", "govern", "serve")
CHANNELS = ("self_report", "registry", "survey", "inspection")
TIERS = ("county", "township", "village")
KINDS = ("qualitative", "semi", "quantitative")
ORIGINS = ("quoted", "derived")

#: How much of a quantified item's reporting time a kind costs.
QUANTIFIED = {"qualitative": 0.0, "semi": 0.5, "quantitative": 1.0}

RESPONSE_SCALE = 0.7

#: an item follows the regime's rule of targets, or never has a target
ITEM_TARGETS = ("regime", "none")

FRAMEWORK_KEYS = ("name", "title", "source", "note", "pool", "total_in_source", "totals_by_tier", "board", "item")
_BOARD = ("id", "title", "origin", "quotation", "source")
_ITEM = (
    *("id", "title", "board", "rank", "tier", "kind", "origin", "quotation", "observable"),
    *("tasks", "channel", "gameability", "weight", "check_weight", "target_rule", "veto", "source"),
)
_MOST = 1000.0


@dataclass(frozen=True, slots=True)
class Board:
    """A first-level heading. Its value is the weighted mean of its items.

    Args:
        id: name used by the items.
        title: by language.
        origin: one of :data:`ORIGINS`.
        quotation: words of the source.
        source: the document its quotation is from.
    """

    id: str
    title: Mapping[str, str]
    origin: str
    quotation: str
    source: str


@dataclass(frozen=True, slots=True)
class Item:
    """One indicator.

    Args:
        id: unique in its framework.
        title: by language.
        board: id of its board.
        rank: level in the framework's own tree, from 1.
        tier: who reports it, one of :data:`TIERS`.
        kind: one of :data:`KINDS`; what is quantified costs reporting time.
        origin: one of :data:`ORIGINS`.
        quotation: words of the source that name it or that it was derived from.
        observable: true level that it looks at.
        tasks: how far each task of a cadre moves it, by name, ≥ 0; scaled by :func:`framework_arrays`.
        channel: how it is reported, one of :data:`CHANNELS`.
        gameability: how easily it is dressed, or None for what is usual of its channel.
        weight: before normalisation, ≥ 0.
        check_weight: factor on the probability that it is checked.
        target_rule: one of :data:`ITEM_TARGETS`.
        veto: whether failing it zeroes the year's bonus.
        source: the document its quotation is from.
    """

    id: str
    title: Mapping[str, str]
    board: str
    rank: int
    tier: str
    kind: str
    origin: str
    quotation: str
    observable: str
    tasks: Mapping[str, float]
    channel: str
    gameability: float | None
    weight: float
    check_weight: float
    target_rule: str
    veto: bool
    source: str


@dataclass(frozen=True, slots=True)
class Framework:
    """A set of indicators in force.

    Args:
        name: name of the file.
        title: by language.
        source: the document its quotations are from.
        total_in_source: number of items that the source counts, or None where it states none.
        totals_by_tier: numbers that the source counts tier by tier; a tier it gives no number for is absent.
        pool: whether this is a labelled pool to draw sets from, and no source's own framework.
        note: anything more.
        boards, items: in the order of the file.
    """

    name: str
    title: Mapping[str, str]
    source: str
    total_in_source: int | None
    totals_by_tier: Mapping[str, int]
    pool: bool
    note: str
    boards: tuple[Board, ...]
    items: tuple[Item, ...]


@dataclass(frozen=True, eq=False, slots=True)
class FrameworkArrays:
    """A framework as the month reads it, n items.

    Args:
        ids: names of the items.
        weight: float64 [n], sums to 1.
        response: float64 [n, 4], how far each of :data:`TASKS` moves an item.
        channel: int64 [n], place in :data:`CHANNELS`.
        check_weight: float64 [n].
        observable: int64 [n], place in ``observables.OBSERVABLES``.
        tier: int64 [n], place in :data:`TIERS`.
        gameability: float64 [n], NaN where the channel decides.
        has_target: bool [n], whether the regime's rule of targets applies.
        quantified: float64 [n], 1 quantitative, 0.5 semi-quantitative, 0 qualitative.
        veto: bool [n].
    """

    ids: tuple[str, ...]
    weight: np.ndarray
    response: np.ndarray
    channel: np.ndarray
    check_weight: np.ndarray
    observable: np.ndarray
    tier: np.ndarray
    gameability: np.ndarray
    has_target: np.ndarray
    quantified: np.ndarray
    veto: np.ndarray


@cache
def load_frameworks(folder: Path | None = None) -> Mapping[str, Framework]:
    """Read every framework, by name. The result is cached and read-only.

    Args:
        folder: where the TOML files are; None means the packaged ones.

    Raises:
        InputError: an unknown or missing key or name, an item given twice, or no item at all.
    """
    found = {name: framework_of(table) for name, table in read_tables(folder or DATA / "frameworks", FRAMEWORK_KEYS)}
    return MappingProxyType(found)


def framework_arrays(
    framework: Framework, weights: Mapping[str, float] | None = None, response_scale: float = RESPONSE_SCALE
) -> FrameworkArrays:
    """Turn a framework into arrays.

    Responses are scaled per task so that an even set of weights gives every task the same:
    ``Σ_i R_ij / n = response_scale`` (Holmström & Milgrom 1991 leave the scale free; one task is not to be worth
    more than another merely because more items happen to mention it). Weights then decide how much each task is
    worth. A task that no item responds to stays at 0.

    Args:
        framework: the items.
        weights: changed weights by item; the others keep the file's.
        response_scale: mean response of every task.

    Raises:
        InputError: an unknown item, a weight below 0, or only zero weights.
    """
    changed = {} if weights is None else dict(weights)
    items = framework.items
    ids = tuple(item.id for item in items)
    for name, value in changed.items():
        if name not in ids:
            near, key = nearest(name, ids), f"framework.weights.{name}"
            raise InputError("unknown_key", key=key, name=name, nearest=near, accepted=ids)
        if not 0.0 <= value <= _MOST:
            key = f"framework.weights.{name}"
            raise InputError("outside_limits", key=key, read=value, low=0.0, high=_MOST, unit="")
    weight = np.array([changed.get(item.id, item.weight) for item in items], dtype=np.float64)
    total = float(np.add.accumulate(weight)[-1])
    if total <= 0.0:
        raise InputError("policy_weights_zero", key="framework.weights", name=framework.name)
    response = np.array([[item.tasks.get(task, 0.0) for task in TASKS] for item in items], dtype=np.float64)
    mean = np.add.accumulate(response, axis=0)[-1] / len(items)
    response *= np.where(mean > 0.0, response_scale / np.where(mean > 0.0, mean, 1.0), 0.0)
    return FrameworkArrays(
        ids=ids,
        weight=weight / total,
        response=response,
        channel=np.array([CHANNELS.index(item.channel) for item in items], dtype=np.int64),
        check_weight=np.array([item.check_weight for item in items], dtype=np.float64),
        observable=np.array([OBSERVABLE_INDEX[item.observable] for item in items], dtype=np.int64),
        tier=np.array([TIERS.index(item.tier) for item in items], dtype=np.int64),
        gameability=np.array([np.nan if i.gameability is None else i.gameability for i in items], dtype=np.float64),
        has_target=np.array([item.target_rule == "regime" for item in items], dtype=np.bool_),
        quantified=np.array([QUANTIFIED[item.kind] for item in items], dtype=np.float64),
        veto=np.array([item.veto for item in items], dtype=np.bool_),
    )


def framework_of(table: Table) -> Framework:
    """Read one framework from the top table of its file.

    Raises:
        InputError: as for :func:`load_frameworks`.
    """
    source = table.text("source")
    boards = tuple(_board(entry, source) for entry in array_of_tables(table, "board", _BOARD))
    entries = array_of_tables(table, "item", _ITEM)
    items: list[Item] = []
    for entry in entries:
        item = _item(entry, tuple(board.id for board in boards), source)
        if any(other.id == item.id for other in items):
            raise entry.error("id", "policy_item_twice", name=item.id)
        items.append(item)
    if not items:
        raise table.error(None, "policy_no_items")
    total = table.whole("total_in_source", "1", 1, 10_000) if table.has("total_in_source") else None
    by_tier = table.table("totals_by_tier", TIERS)
    return Framework(
        name=table.text("name"),
        title=both_languages(table, "title"),
        source=source,
        total_in_source=total,
        totals_by_tier={tier: by_tier.whole(tier, "1", 1, 10_000) for tier in by_tier.values},
        pool=flag(table, "pool"),
        note=table.text("note") if table.has("note") else "",
        boards=boards,
        items=tuple(items),
    )


def _board(table: Table, source: str) -> Board:
    return Board(
        id=table.text("id"),
        title=both_languages(table, "title"),
        origin=table.choice("origin", ORIGINS, "policy_what_origin"),
        quotation=quotation(table, "quotation"),
        source=table.text("source") if table.has("source") else source,
    )


def _item(table: Table, boards: tuple[str, ...], source: str) -> Item:
    tasks = table.table("tasks", TASKS)
    rule = (
        table.choice("target_rule", ITEM_TARGETS, "policy_what_target_rule") if table.has("target_rule") else "regime"
    )
    return Item(
        id=table.text("id"),
        title=both_languages(table, "title"),
        board=table.choice("board", boards, "policy_what_board"),
        rank=table.whole("rank", "1", 1, 9),
        tier=table.choice("tier", TIERS, "policy_what_tier"),
        kind=table.choice("kind", KINDS, "policy_what_kind"),
        origin=table.choice("origin", ORIGINS, "policy_what_origin"),
        quotation=quotation(table, "quotation"),
        observable=table.choice("observable", tuple(OBSERVABLE_INDEX), "policy_what_observable"),
        tasks={task: number(tasks, task, 0.0, _MOST) for task in tasks.values},
        channel=table.choice("channel", CHANNELS, "policy_what_channel"),
        gameability=number(table, "gameability", 0.0, 10.0) if table.has("gameability") else None,
        weight=number(table, "weight", 0.0, _MOST, default=1.0),
        check_weight=number(table, "check_weight", 0.0, _MOST, default=1.0),
        target_rule=rule,
        veto=flag(table, "veto"),
        source=table.text("source") if table.has("source") else source,
    )


def chosen_framework(name: str, frameworks: Mapping[str, Framework] | None = None) -> Framework:
    """Return a framework by name.

    Args:
        name: as in a scenario.
        frameworks: the known ones; None means the packaged ones.

    Raises:
        InputError: an unknown name.
    """
    known = load_frameworks() if frameworks is None else frameworks
    if name not in known:
        near, what = nearest(name, known), Message("what_framework")
        raise InputError("unknown_name", key="framework.name", what=what, read=name, nearest=near, accepted=known)
    return known[name]
