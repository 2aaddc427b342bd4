"""Policy instruments as data: what one does, to whom it may be given, and what it costs.

One TOML file in ``data/instruments`` is one instrument with one mechanism. It acts only through levers and is paid
only by the costs listed; what has no evidence says ``assumed`` and has a range that includes zero or harm.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType

from ruralsim.base.errors import RuralsimError
from ruralsim.base.sums import in_order
from ruralsim.policy.levers import LEVER_INDEX
from ruralsim.policy.tables import DATA, array_of_tables, both_languages, names, number, quotation, read_tables
from ruralsim.spec.reader import Table
from ruralsim.spec.scenario import ENDOWMENTS, FORMS, ROLLOUTS
from ruralsim.spec.units import quantity

#: governance: its yield depends on practice, and it counts in mean intensity; economy, finance: neither.
KINDS = ("governance", "economy", "finance")

#: Kind of a cost -> who is paid: outside suppliers, the village account, the enterprise, sellers of capital goods.
COST_KINDS = ("running", "operating_transfer", "cash_grant", "grant_in_kind")
PER = ("village", "head")
EVERY = ("month", "once")

INSTRUMENT_KEYS = (
    *("name", "title", "kind", "source", "source_text", "note", "delay", "saturation"),
    *("effects", "saves", "eligibility", "cost"),
)
_EFFECT = ("amount", "low", "high", "source")
_COST = ("kind", "per", "every", "amount", "source")
_LONGEST_DELAY = 240
_WIDEST = 1e6


@dataclass(frozen=True, slots=True)
class Effect:
    """What an instrument at full intensity adds to one lever.

    Args:
        lever: a name in ``levers.LEVERS``.
        amount, low, high: value and plausible range, in the lever's unit.
        source: row of a source, evidence ids, or ``assumed``.
    """

    lever: str
    amount: float
    low: float
    high: float
    source: str


@dataclass(frozen=True, slots=True)
class Cost:
    """What an instrument at full intensity costs the government.

    Args:
        kind: one of :data:`COST_KINDS`, which decides the payee.
        per: ``village`` or ``head`` (registered adult).
        every: ``month``, or ``once``: a debt to be delivered, not repeated.
        amount: yuan.
        source: as in :class:`Effect`.
    """

    kind: str
    per: str
    every: str
    amount: float
    source: str


@dataclass(frozen=True, slots=True)
class Instrument:
    """A policy instrument.

    Args:
        name: name of the file.
        title: by language.
        kind: one of :data:`KINDS`.
        source: documents and rows, such as ``000 P3``.
        source_text: quotation from the first of them.
        effects: on levers, each lever once.
        costs: in the order of the file.
        delay: months until the effect is full; it grows in equal steps.
        saturation: half-point s of ``(1 + s)·u/(u + s)``, or None for proportional effects.
        endowments, forms, rollout: classes of villages that may have it.
        note: anything more.
        saves: share of what the other instruments in force cost to run that this one saves, as an effect on
            ``running_cost``, or None.
    """

    name: str
    title: Mapping[str, str]
    kind: str
    source: str
    source_text: str
    effects: tuple[Effect, ...]
    costs: tuple[Cost, ...]
    delay: int
    saturation: float | None
    endowments: tuple[str, ...]
    forms: tuple[str, ...]
    rollout: tuple[str, ...]
    note: str
    saves: Effect | None = None

    def monthly_cost(self, heads: float) -> float:
        """Return yuan a month at full intensity for a village of ``heads`` registered adults."""
        return in_order(_for_village(cost, heads) for cost in self.costs if cost.every == "month")

    def once_cost(self, heads: float) -> float:
        """Return yuan to be paid once at full intensity for a village of ``heads`` registered adults."""
        return in_order(_for_village(cost, heads) for cost in self.costs if cost.every == "once")


def _for_village(cost: Cost, heads: float) -> float:
    return cost.amount * (heads if cost.per == "head" else 1.0)


@cache
def load_instruments(folder: Path | None = None) -> Mapping[str, Instrument]:
    """Read every instrument, by name. The result is cached and read-only.

    Args:
        folder: where the TOML files are; None means the packaged ones.

    Raises:
        InputError: an unknown or missing key, lever or class, an amount outside its range, a negative cost, or an
            instrument that neither does nor pays anything.
    """
    found = {name: instrument_of(table) for name, table in read_tables(folder or DATA / "instruments", INSTRUMENT_KEYS)}
    return MappingProxyType(found)


def instrument_of(table: Table) -> Instrument:
    """Read one instrument from the top table of its file.

    Raises:
        InputError: as for :func:`load_instruments`.
    """
    chosen = table.table("effects", tuple(LEVER_INDEX))
    effects = tuple(_effect(chosen.table(lever, _EFFECT), lever) for lever in chosen.values)
    costs = tuple(_cost(entry) for entry in array_of_tables(table, "cost", _COST))
    if not effects and not costs and not table.has("saves"):
        raise table.error(None, "policy_does_nothing", name=table.text("name"))
    who = table.table("eligibility", ("endowments", "forms", "rollout"))
    return Instrument(
        name=table.text("name"),
        title=both_languages(table, "title"),
        kind=table.choice("kind", KINDS, "policy_what_instrument_kind"),
        source=table.text("source"),
        source_text=quotation(table, "source_text"),
        effects=effects,
        costs=costs,
        delay=table.whole("delay", "month", 0, _LONGEST_DELAY) if table.has("delay") else 0,
        saturation=number(table, "saturation", 1e-3, 1e3) if table.has("saturation") else None,
        endowments=names(who, "endowments", ENDOWMENTS, "policy_what_endowment"),
        forms=names(who, "forms", FORMS, "policy_what_form"),
        rollout=names(who, "rollout", ROLLOUTS, "what_rollout"),
        note=table.text("note") if table.has("note") else "",
        saves=_effect(table.table("saves", _EFFECT), "running_cost") if table.has("saves") else None,
    )


def _effect(table: Table, lever: str) -> Effect:
    low = number(table, "low", -_WIDEST, _WIDEST)
    high = number(table, "high", low, _WIDEST)
    return Effect(lever, number(table, "amount", low, high), low, high, table.text("source"))


def _cost(table: Table) -> Cost:
    kind = table.choice("kind", COST_KINDS, "policy_what_cost_kind")
    per = table.choice("per", PER, "policy_what_cost_per")
    every = table.choice("every", EVERY, "policy_what_cost_every")
    value = table.required("amount")
    try:
        amount = quantity(value, "yuan")
    except RuralsimError as error:
        raise table.located("amount", error) from None
    if amount < 0:
        raise table.error("amount", "negative", read=value)
    return Cost(kind, per, every, amount, table.text("source"))
