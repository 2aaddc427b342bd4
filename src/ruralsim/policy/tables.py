"""Reading the policy data files: one TOML file per instrument, framework or regime, strictly."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

from ruralsim.spec.layers import Layers, read_layer
from ruralsim.spec.reader import Table
from ruralsim.spec.units import shown_value

DATA = Path(__file__).parents[1] / "data"

_NAME = r"[a-z][a-z0-9_-]*"
_SHORTEST_QUOTATION = 8


def read_tables(folder: Path, known: Collection[str], name_pattern: str = _NAME) -> Iterator[tuple[str, Table]]:
    """Yield the name and the top table of every TOML file of a folder, ordered by name.

    Args:
        folder: where the files are.
        known: keys accepted at the top of a file.
        name_pattern: how names are written (regular expression).

    Raises:
        InputError: a file that cannot be read, an unknown key, or a ``name`` that is not the file's own.
    """
    for path in sorted(folder.glob("*.toml")):
        yield path.stem, open_table(path, known, name_pattern)


def open_table(path: Path, known: Collection[str], name_pattern: str = _NAME) -> Table:
    """Return the top table of one data file, whose ``name`` must be that of the file.

    Raises:
        InputError: as for :func:`read_tables`.
    """
    layers = Layers([read_layer(path)])
    return checked_name(Table(layers, (), layers.tables, known), path, name_pattern)


def checked_name(table: Table, path: Path, name_pattern: str = _NAME) -> Table:
    """Return the table, whose ``name`` must be that of its file.

    Raises:
        InputError: another name, or one that is not written in small letters, digits, - and _.
    """
    name = table.text("name")
    if name != path.stem or not re.fullmatch(name_pattern, name):
        raise table.error("name", "policy_name_of_file", read=name, expected=path.stem)
    return table


def both_languages(table: Table, name: str) -> dict[str, str]:
    """Return a text that must be there in English and in Chinese."""
    inner = Table(table.layers, (*table.key, name), table.required(name), ("en", "zh"))
    return {lang: inner.text(lang) for lang in ("en", "zh")}


def quotation(table: Table, name: str) -> str:
    """Return a quotation of a source, at least eight characters long."""
    text = table.text(name)
    if len(text.strip()) < _SHORTEST_QUOTATION:
        raise table.error(name, "policy_quotation_short", read=text, least=_SHORTEST_QUOTATION)
    return text


def number(table: Table, name: str, low: float, high: float, default: float | None = None) -> float:
    """Return a plain number from ``low`` to ``high``; ``default`` where the key is absent and a default is given."""
    if default is not None and not table.has(name):
        return default
    return table.amount(name, "1", low, high)


def flag(table: Table, name: str) -> bool:
    """Return a true-or-false value; false where absent."""
    value = table.values.get(name, False)
    if not isinstance(value, bool):
        raise table.error(name, "policy_not_a_flag", read=shown_value(value))
    return value


def array_of_tables(table: Table, name: str, known: Collection[str]) -> list[Table]:
    """Return the tables of ``[[name]]``, or of a list of inline tables, in the order of the file."""
    entries: Any = table.values.get(name, [])
    if not isinstance(entries, list):
        raise table.error(name, "policy_not_a_list", read=shown_value(entries))
    return [Table(table.layers, (*table.key, name, index), entry, known) for index, entry in enumerate(entries)]


def names(table: Table, name: str, options: Collection[str], what: str) -> tuple[str, ...]:
    """Return a list of distinct names out of ``options``, in the order of ``options``; all of them where absent.

    Args:
        table, name: where to read.
        options: accepted names.
        what: code of the message that names the kind of thing.
    """
    if not table.has(name):
        return tuple(options)
    entries = table.values[name]
    if not isinstance(entries, list) or not entries:
        raise table.error(name, "policy_not_a_list", read=shown_value(entries), accepted=options)
    for entry in entries:
        # A one-key table lets the reader of texts find the nearest name and say so.
        single = Table(table.layers, table.key, {name: entry}, (name,))
        single.choice(name, options, what)
    return tuple(option for option in options if option in entries)
