"""Policy packages: which instruments a document asks for together, and how strongly.

One TOML file in ``data/packages`` is one package. A phase may ask for it like for an instrument; it is then spread over
its instruments when the scenario is read, so that nothing below knows packages.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType

from ruralsim.policy.instruments import load_instruments
from ruralsim.policy.tables import DATA, both_languages, quotation, read_tables
from ruralsim.spec.reader import Table

PACKAGE_KEYS = ("name", "title", "source", "source_text", "note", "instruments")


@dataclass(frozen=True, slots=True)
class Package:
    """Instruments that belong together.

    Args:
        name: name of the file.
        title: by language.
        source, source_text: document and quotation.
        note: anything more.
        instruments: intensity in [0, 1] of each at full intensity of the package.
    """

    name: str
    title: Mapping[str, str]
    source: str
    source_text: str
    note: str
    instruments: Mapping[str, float]


@cache
def load_packages(folder: Path | None = None) -> Mapping[str, Package]:
    """Read every package, by name. The result is cached and read-only.

    Args:
        folder: where the TOML files are; None means the packaged ones.

    Raises:
        InputError: an unknown or missing key, an unknown instrument, or an intensity outside 0 to 1.
    """
    known = tuple(load_instruments())
    tables = read_tables(folder or DATA / "packages", PACKAGE_KEYS)
    return MappingProxyType({name: package_of(table, known) for name, table in tables})


def package_of(table: Table, instruments: Collection[str]) -> Package:
    """Read one package.

    Args:
        table: top of the file.
        instruments: names that it may ask for.

    Raises:
        InputError: as for :func:`load_packages`, or no instrument at all.
    """
    table.required("instruments")
    chosen = table.table("instruments", tuple(instruments), "what_instrument")
    if not chosen.values:
        raise table.error("instruments", "policy_package_empty")
    return Package(
        name=table.text("name"),
        title=both_languages(table, "title"),
        source=table.text("source"),
        source_text=quotation(table, "source_text"),
        note=table.text("note") if table.has("note") else "",
        instruments={name: chosen.amount(name, "1", 0, 1) for name in chosen.values},
    )
