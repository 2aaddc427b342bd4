"""``pivot.toml``: the design of an experiment with the pivot, read and checked."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ruralsim.base.errors import LANGUAGES, InputError, nearest
from ruralsim.spec.units import shown_value

DESIGN = "pivot.toml"
_KEYS = ("title", "question", "seed", "replicates", "draws", "adults", "months", "case")
_CASE_KEYS = ("name", "title", "scenario", "set")
_OPTIONAL = ("months", "set")
_BOUNDS = {
    "seed": (0, 2**32 - 1), "replicates": (1, 1000), "draws": (4, 10_000), "adults": (1, 10**9), "months": (12, 1200),
}  # fmt: skip


@dataclass(frozen=True)
class Case:
    """A scenario with changes."""

    name: str
    title: Mapping[str, str]
    scenario: str
    changes: tuple[str, ...]


@dataclass(frozen=True)
class Design:
    """What is measured, on how much."""

    title: Mapping[str, str]
    question: Mapping[str, str]
    seed: int
    replicates: int
    draws: int
    adults: int
    months: int | None
    cases: tuple[Case, ...]


def read_design(folder: Path) -> Design:
    """Read ``pivot.toml``.

    Raises:
        InputError: it is not there, is no TOML, has an unknown or a missing key, or a value of another kind.
    """
    path = folder / DESIGN
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise InputError("pivot_no_design", file=path) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputError("pivot_design_toml", file=path, detail=str(error)) from None
    _known(table, _KEYS, path, "")
    numbers = {name: _number(table[name], name, path) for name in ("seed", "replicates", "draws", "adults")}
    months = _number(table["months"], "months", path) if "months" in table else None
    found = table["case"]
    if not isinstance(found, list) or not found or not all(isinstance(one, dict) for one in found):
        raise InputError("pivot_design_cases", file=path, key="case")
    cases = tuple(_case(one, f"case.{number}.", path) for number, one in enumerate(found, 1))
    names = [one.name for one in cases]
    for number, name in enumerate(names, 1):
        if name in names[: number - 1]:
            raise InputError("pivot_design_twice", file=path, key=f"case.{number}.name", read=shown_value(name))
    title, question = (_both(table[name], name, path) for name in ("title", "question"))
    return Design(title, question, **numbers, months=months, cases=cases)


def _case(table: Mapping[str, Any], place: str, path: Path) -> Case:
    _known(table, _CASE_KEYS, path, place)
    name, changes = table["name"], table.get("set", [])
    if not isinstance(name, str) or not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name):
        raise InputError("pivot_design_name", file=path, key=place + "name", read=shown_value(name))
    if not isinstance(table["scenario"], str):
        raise InputError("pivot_design_text", file=path, key=place + "scenario", read=shown_value(table["scenario"]))
    if not isinstance(changes, list) or not all(isinstance(one, str) for one in changes):
        raise InputError("pivot_design_changes", file=path, key=place + "set", read=shown_value(changes))
    return Case(name, _both(table["title"], place + "title", path), table["scenario"], tuple(changes))


def _known(table: Mapping[str, Any], keys: tuple[str, ...], path: Path, place: str) -> None:
    for name in table:
        if name not in keys:
            near = nearest(name, keys)
            raise InputError("unknown_key", file=path, key=place + name, name=name, nearest=near, accepted=keys)
    for name in keys:
        if name not in table and name not in _OPTIONAL:
            raise InputError("pivot_design_missing", file=path, key=place + name)


def _number(value: Any, key: str, path: Path) -> int:
    low, high = _BOUNDS[key]
    if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
        raise InputError("pivot_design_number", file=path, key=key, read=shown_value(value), low=low, high=high)
    return value


def _both(value: Any, key: str, path: Path) -> Mapping[str, str]:
    """A text in every language."""
    known = isinstance(value, dict) and set(value) == set(LANGUAGES)
    if not known or not all(isinstance(text, str) for text in value.values()):
        raise InputError("pivot_design_both", file=path, key=key)
    return dict(value)
