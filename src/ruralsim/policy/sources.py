"""The rows of the five source documents as data: what each says, through which mechanism it acts, how it is tested.

One TOML file in ``data/sources`` is one document. A row quotes its document; its kind says what has to be shown of it:
``i`` an instrument, ``r`` a regime, ``f`` a framework, ``p`` a phase or roll-out, ``a`` an analysis, ``o`` an outcome
that the document claims. What was found is no part of these files: it is measured (``analysis/sources``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from ruralsim.policy.frameworks import load_frameworks
from ruralsim.policy.instruments import load_instruments
from ruralsim.policy.packages import load_packages
from ruralsim.policy.regimes import load_regimes
from ruralsim.policy.tables import DATA, array_of_tables, both_languages, flag, names, quotation, read_tables
from ruralsim.spec.parameters import load_parameters
from ruralsim.spec.reader import Table
from ruralsim.spec.scenario import ALL, ROLLOUTS
from ruralsim.state.inputs import PROCESSES

KINDS = ("i", "r", "f", "p", "a", "o")
#: what the sources promise of a quantity; ``free``: more or less, both are findings
SIGNS = ("up", "down", "free")
#: how an analysis is known: those of this package, and those that another command brings
ANALYSES = ("diagnosis", "formalism", "indicators", "pivot")
_KILLS = ("parameters", "freeze", "settings", "alone")
_DOCUMENT = ("name", "title", "date", "place", "traditional", "simplified", "garbled", "left_out", "row")
_ROW = (
    *("id", "kind", "measure", "mechanism", "quotation", "shared_with", "pillar_only"),
    *("instruments", "beside", "quantity", "sign", "kill", "regime", "against", "framework", "package"),
    *("analysis", "command", "on", "off", "claim"),
)
_PHASE = ("months", "rollout", "instruments")
_LONGEST = 240


@dataclass(frozen=True, slots=True)
class Kill:
    """How the mechanism of a row is put out of work, without touching the row.

    Args:
        parameters: values that switch it off.
        freeze: processes of the month that stand still.
        settings: settings of the regime that switch it off.
        alone: the mechanism needs other instruments; without them it has nothing to work on.
    """

    parameters: Mapping[str, float]
    freeze: tuple[str, ...]
    settings: Mapping[str, float]
    alone: bool


@dataclass(frozen=True, slots=True)
class Span:
    """Instruments in force in some months of a trial: first and last month, classes of villages, intensities."""

    first: int
    last: int
    rollout: tuple[str, ...]
    instruments: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class RegimeArm:
    """One side of a comparison of regimes: its name and changed settings."""

    name: str
    settings: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Claim:
    """An outcome that a document claims: its words, the quantity that would show it, the sign."""

    text: Mapping[str, str]
    quotation: str
    quantity: str
    sign: str


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a document.

    Args:
        id: such as ``P3``.
        source: the document, ``000`` … ``004``.
        kind: one of :data:`KINDS`.
        measure, mechanism: by language.
        quotation: a clause of the document.
        shared_with: rows that the same clause carries.
        pillar_only: it acts only by raising a pillar.
        instruments: those that carry it, the first of them in front.
        beside: what else is in force in both arms.
        quantity, sign: what it works on directly, and which way.
        kill: how its mechanism is put out of work; None for other kinds than ``i``.
        regime, against: the two sides of a row of kind ``r``.
        framework, package, analysis, command: what carries rows of other kinds; ``command`` is the one of the command
            line that shows it, where it has one of its own.
        on, off: the dated order of a row of kind ``p``, and another order.
        claims: of a row of kind ``o``.
    """

    id: str
    source: str
    kind: str
    measure: Mapping[str, str]
    mechanism: Mapping[str, str]
    quotation: str
    shared_with: tuple[str, ...]
    pillar_only: bool
    instruments: tuple[str, ...]
    beside: Mapping[str, float]
    quantity: str | None
    sign: str | None
    kill: Kill | None
    regime: RegimeArm | None
    against: RegimeArm | None
    framework: str | None
    package: str | None
    analysis: str | None
    command: str | None
    on: tuple[Span, ...]
    off: tuple[Span, ...]
    claims: tuple[Claim, ...]

    @property
    def basis(self) -> str:
        """What the size of its effect rests on: evidence ids where every effect has some, else ``assumed``."""
        known = load_instruments()
        found = [effect.source for name in self.instruments for effect in known[name].effects]
        return "assumed" if not found or any("assumed" in one for one in found) else "; ".join(sorted(set(found)))


@dataclass(frozen=True, slots=True)
class Document:
    """A source document.

    Args:
        name: ``000`` … ``004``.
        title, date, place: what it is.
        garbled: words that the text got wrong -> what they mean; quotations keep them as they stand.
        characters: traditional character -> simplified one, for readers whose fonts lack the first.
        left_out: what it says and the model does not have, and the reason; both by language.
        rows: in order.
    """

    name: str
    title: Mapping[str, str]
    date: str
    place: str
    garbled: Mapping[str, str]
    characters: Mapping[str, str]
    left_out: tuple[tuple[Mapping[str, str], Mapping[str, str]], ...]
    rows: tuple[Row, ...]

    def normalised(self, text: str) -> str:
        """Return a quotation as it should read: wrong words put right, characters simplified."""
        for read, means in self.garbled.items():
            text = text.replace(read, means)
        return "".join(self.characters.get(letter, letter) for letter in text)


@cache
def load_documents(folder: Path | None = None) -> Mapping[str, Document]:
    """Read the documents, by name. The result is cached and read-only.

    Args:
        folder: where the TOML files are; None means the packaged ones.

    Raises:
        InputError: an unknown or missing key, or a name of an instrument, regime, framework, package, process or
            parameter that does not exist.
    """
    tables = read_tables(folder or DATA / "sources", _DOCUMENT, name_pattern=r"\d{3}")
    return MappingProxyType({name: _document(table) for name, table in tables})


@cache
def load_rows() -> Mapping[str, Row]:
    """Return the rows of all documents, by id."""
    return MappingProxyType({row.id: row for document in load_documents().values() for row in document.rows})


def _document(table: Table) -> Document:
    name = table.text("name")
    garbled = array_of_tables(table, "garbled", ("read", "means"))
    left_out = array_of_tables(table, "left_out", ("what", "reason"))
    old, new = ((table.text(name) if table.has(name) else "") for name in ("traditional", "simplified"))
    if len(old) != len(new):
        raise table.error("simplified", "sources_characters", traditional=len(old), simplified=len(new))
    return Document(
        name=name,
        title=both_languages(table, "title"),
        date=table.text("date"),
        place=table.text("place"),
        garbled={entry.text("read"): entry.text("means") for entry in garbled},
        characters=dict(zip(old, new, strict=True)),
        left_out=tuple((both_languages(entry, "what"), both_languages(entry, "reason")) for entry in left_out),
        rows=tuple(_row(entry, name) for entry in array_of_tables(table, "row", _ROW)),
    )


def _row(table: Table, source: str) -> Row:
    kind = table.choice("kind", KINDS, "sources_what_kind")
    instruments = tuple(load_instruments())
    return Row(
        id=table.text("id"),
        source=source,
        kind=kind,
        measure=both_languages(table, "measure"),
        mechanism=both_languages(table, "mechanism"),
        quotation=quotation(table, "quotation"),
        shared_with=tuple(table.values.get("shared_with", ())),
        pillar_only=flag(table, "pillar_only"),
        instruments=_listed(table, "instruments", instruments, "what_instrument"),
        beside=_amounts(table.table("beside", instruments, "what_instrument"), 1.0),
        quantity=table.text("quantity") if table.has("quantity") else None,
        sign=table.choice("sign", SIGNS, "sources_what_sign") if table.has("sign") else None,
        kill=_kill(table) if kind == "i" else None,
        regime=_arm(table, "regime") if kind == "r" else None,
        against=_arm(table, "against") if kind == "r" else None,
        framework=_named(table, "framework", load_frameworks(), "what_framework"),
        package=_named(table, "package", load_packages(), "what_package"),
        analysis=_named(table, "analysis", dict.fromkeys(ANALYSES), "sources_what_analysis"),
        command=table.text("command") if table.has("command") else None,
        on=_spans(table, "on"),
        off=_spans(table, "off"),
        claims=tuple(
            _claim(entry) for entry in array_of_tables(table, "claim", ("text", "quotation", "quantity", "sign"))
        ),
    )


def _listed(table: Table, name: str, options: tuple[str, ...], what: str) -> tuple[str, ...]:
    """A list of names in the order of the file; empty where absent."""
    if not table.has(name):
        return ()
    names(table, name, options, what)  # each is known
    return tuple(table.values[name])


def _named(table: Table, name: str, options: Mapping[str, Any], what: str) -> str | None:
    return table.choice(name, tuple(options), what) if table.has(name) else None


def _amounts(table: Table, high: float) -> Mapping[str, float]:
    return {name: table.amount(name, "1", 0.0, high) for name in table.values}


def _kill(table: Table) -> Kill:
    table.required("kill")
    kill = table.table("kill", _KILLS)
    settings = {name for regime in load_regimes().values() for name in regime.settings}
    return Kill(
        parameters=_amounts(kill.table("parameters", tuple(load_parameters()), "what_parameter"), 1e9),
        freeze=_listed(kill, "freeze", PROCESSES, "sources_what_process"),
        settings=_amounts(kill.table("settings", tuple(settings), "what_setting"), 1e9),
        alone=flag(kill, "alone"),
    )


def _arm(table: Table, name: str) -> RegimeArm:
    table.required(name)
    arm = table.table(name, ("name", "settings"))
    regime = arm.choice("name", tuple(load_regimes()), "what_regime")
    settings = arm.table("settings", tuple(load_regimes()[regime].settings), "what_setting")
    return RegimeArm(regime, _amounts(settings, 1e9))


def _spans(table: Table, name: str) -> tuple[Span, ...]:
    found = []
    for entry in array_of_tables(table, name, _PHASE):
        months = entry.required("months")
        if not (isinstance(months, list) and len(months) == 2 and all(isinstance(one, int) for one in months)):
            raise entry.error("months", "policy_not_a_list", read=str(months))
        first, last = months
        if not 1 <= first <= last <= _LONGEST:
            raise entry.error("months", "outside_limits", read=str(months), low=1, high=_LONGEST, unit="")
        rollout = _listed(entry, "rollout", (ALL, *ROLLOUTS), "what_rollout")
        chosen = _amounts(entry.table("instruments", tuple(load_instruments()), "what_instrument"), 1.0)
        found.append(Span(first, last, rollout or (ALL,), chosen))
    return tuple(found)


def _claim(table: Table) -> Claim:
    return Claim(
        text=both_languages(table, "text"),
        quotation=quotation(table, "quotation"),
        quantity=table.text("quantity"),
        sign=table.choice("sign", SIGNS, "sources_what_sign"),
    )
