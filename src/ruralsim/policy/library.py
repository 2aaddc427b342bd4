"""The instruments, frameworks and packages that a scenario may use: the shipped ones and the user's own.

A user's own lie in a folder that the scenario names (``[scenario] library = "mine"``), in ``instruments/*.toml``,
``frameworks/*.toml`` or ``*.csv``, and ``packages/*.toml``, in the form of the shipped files. What was read becomes
part of the scenario, so that a run carries it and a later edit of the files changes no result.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from ruralsim.base.errors import InputError
from ruralsim.policy.frameworks import FRAMEWORK_KEYS, Framework, framework_of, load_frameworks
from ruralsim.policy.indicator_sheet import framework_from_sheet
from ruralsim.policy.instruments import INSTRUMENT_KEYS, Instrument, instrument_of, load_instruments
from ruralsim.policy.packages import PACKAGE_KEYS, Package, load_packages, package_of
from ruralsim.policy.tables import checked_name
from ruralsim.spec.layers import Layer, Layers, read_layer
from ruralsim.spec.reader import Table
from ruralsim.spec.scenario import Scenario

FOLDERS = ("instruments", "frameworks", "packages")


@dataclass(frozen=True, eq=False)
class Library:
    """What there is to choose from.

    Args:
        instruments, frameworks, packages: by name, the shipped ones and the user's.
        own: the user's files as plain tables, by folder and name.
    """

    instruments: Mapping[str, Instrument]
    frameworks: Mapping[str, Framework]
    packages: Mapping[str, Package]
    own: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


@cache
def shipped() -> Library:
    """Return what comes with the package."""
    return Library(load_instruments(), load_frameworks(), load_packages())


def read_library(folder: Path) -> Library:
    """Read a user's own files, beside what is shipped.

    Args:
        folder: with any of the folders ``instruments``, ``frameworks`` and ``packages``.

    Raises:
        InputError: no such folder, none of the three in it, anything wrong in a file, or a name that is taken.
    """
    if not any((folder / name).is_dir() for name in FOLDERS):
        raise InputError("policy_library_empty", file=folder, accepted=FOLDERS)
    layers = {name: [read_own(path) for path in _files(folder / name)] for name in FOLDERS}
    return _with(layers)


def library_of(scenario: Scenario) -> Library:
    """Return what a scenario may use, from what it carries; no file is read again."""
    return library_carried(scenario.own)


def library_carried(own: Mapping[str, Any] | None) -> Library:
    """Return the library that belongs to the user's own files as a scenario or the ``run.json`` of a run carries them.

    Args:
        own: plain tables by folder and name; None or empty means the shipped ones alone.
    """
    return _from_text(json.dumps(own, sort_keys=True)) if own else shipped()


@cache
def _from_text(text: str) -> Library:
    own = json.loads(text)
    return _with({name: [Layer(Path(f"{k}.toml"), "", v) for k, v in own.get(name, {}).items()] for name in FOLDERS})


def read_own(path: Path) -> Layer:
    """Read one file of the user's: TOML, or a sheet of indicators (CSV) turned into what its TOML would hold."""
    return framework_from_sheet(path) if path.suffix.lower() == ".csv" else read_layer(path)


def _files(folder: Path) -> list[Path]:
    endings = (".toml", ".csv") if folder.name == "frameworks" else (".toml",)
    return sorted(path for path in folder.glob("*") if path.suffix.lower() in endings)


def _with(layers: Mapping[str, list[Layer]]) -> Library:
    base = shipped()
    instruments = _added(layers["instruments"], base.instruments, INSTRUMENT_KEYS, instrument_of)
    frameworks = _added(layers["frameworks"], base.frameworks, FRAMEWORK_KEYS, framework_of)
    packages = _added(
        layers["packages"], base.packages, PACKAGE_KEYS, lambda table: package_of(table, tuple(instruments))
    )
    own = {name: {layer.path.stem: dict(layer.tables) for layer in found} for name, found in layers.items() if found}
    return Library(instruments, frameworks, packages, own)


def _added(
    layers: list[Layer], known: Mapping[str, Any], keys: Collection[str], read: Callable[[Table], Any]
) -> Mapping[str, Any]:
    found = dict(known)
    for layer in layers:
        table = table_of(layer, keys)
        name = table.text("name")
        if name in found:
            raise table.error("name", "policy_name_taken", name=name)
        found[name] = read(table)
    return MappingProxyType(found)


def table_of(layer: Layer, keys: Collection[str]) -> Table:
    """Return the top table of a file that has been read, whose ``name`` must be that of the file."""
    one = Layers([layer])
    return checked_name(Table(one, (), one.tables, keys), layer.path)


#: what a file of the user's may be -> the keys that tell it, the keys it may have
_TELLING = {
    "framework": ("item", "board"),
    "instrument": ("effects", "cost", "saves"),
    "package": ("instruments",),
}


def kind_of_file(layer: Layer) -> str:
    """Say what a file holds by its keys: ``framework``, ``instrument``, ``package``, or else ``scenario``."""
    if "scenario" in layer.tables or "place" in layer.tables:
        return "scenario"
    for kind, keys in _TELLING.items():
        if any(key in layer.tables for key in keys):
            return kind
    return "scenario"


def read_one(path: Path) -> tuple[str, Instrument | Framework | Package] | None:
    """Read one framework, instrument or package by itself.

    Args:
        path: of a TOML file or of a sheet of indicators.

    Returns:
        Its kind and what it holds; None where the file is something else.

    Raises:
        InputError: anything wrong in it.
    """
    layer = read_own(path)
    kind = kind_of_file(layer)
    if kind == "framework":
        return kind, framework_of(table_of(layer, FRAMEWORK_KEYS))
    if kind == "instrument":
        return kind, instrument_of(table_of(layer, INSTRUMENT_KEYS))
    if kind == "package":
        return kind, package_of(table_of(layer, PACKAGE_KEYS), _instruments_beside(path))
    return None


def _instruments_beside(path: Path) -> tuple[str, ...]:
    """Names that a package may ask for: the shipped instruments, and those in the folder beside its own."""
    beside = path.parent.parent / "instruments"
    own = [one.stem for one in _files(beside)] if path.parent.name == "packages" and beside.is_dir() else []
    return (*shipped().instruments, *own)
