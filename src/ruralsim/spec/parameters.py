"""Parameters as data: value, unit, range, source and grade, read from ``data/parameters/*.toml``."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from ruralsim.base.errors import InputError, nearest
from ruralsim.spec.layers import read_layer
from ruralsim.spec.lines import key_lines
from ruralsim.spec.units import shown_value

GRADES = ("evidence", "seed", "fitted", "assumed")

_DATA = Path(__file__).parents[1] / "data" / "parameters"
_TEXTS = ("unit", "source", "grade", "en", "zh", "note")
_NUMBERS = ("value", "low", "high")
_OPTIONAL = {"note": ""}


@dataclass(frozen=True, slots=True)
class Parameter:
    """A number of the model.

    Args:
        name: standard term of the field.
        value: the default.
        unit: of ``value``, ``low`` and ``high``.
        low, high: plausible range, ends included.
        source: evidence identifiers, a source document, or ``assumed``.
        grade: one of :data:`GRADES`.
        en, zh: meaning in English and Chinese.
        note: anything more.
    """

    name: str
    value: float
    unit: str
    low: float
    high: float
    source: str
    grade: str
    en: str
    zh: str
    note: str = ""


@cache
def load_parameters(folder: Path | None = None) -> Mapping[str, Parameter]:
    """Read every parameter, ordered by file name and then by position. The result is cached and read-only.

    Args:
        folder: where the TOML files are; None means the packaged ones.

    Raises:
        InputError: an unknown or missing key, a name given twice, a value outside its range, or not a number.
    """
    found: dict[str, Parameter] = {}
    origin: dict[str, str] = {}
    for path in sorted((folder or _DATA).glob("*.toml")):
        layer = read_layer(path)
        text = layer.text
        for name, table in layer.tables.items():
            if name in origin:
                raise _error(path, text, (name,), "parameter_twice", name=name, first=origin[name])
            found[name] = _parameter(path, text, name, table)
            origin[name] = path.name
    return MappingProxyType(found)


def _parameter(path: Path, text: str, name: str, table: Any) -> Parameter:
    if not isinstance(table, dict):
        raise _error(path, text, (name,), "not_a_table", read=shown_value(table))
    known = (*_NUMBERS, *_TEXTS)
    for key in table:
        if key not in known:
            raise _error(path, text, (name, key), "unknown_key", name=key, nearest=nearest(key, known), accepted=known)
    values: dict[str, Any] = dict(_OPTIONAL)
    for key in known:
        if key not in table:
            if key in _OPTIONAL:
                continue
            raise _error(path, text, (name,), "missing_key", name=key)
        values[key] = table[key]
    for key in _NUMBERS:
        number = values[key]
        if isinstance(number, bool) or not isinstance(number, int | float):
            raise _error(path, text, (name, key), "not_a_number", read=shown_value(number))
        if not math.isfinite(number):
            raise _error(path, text, (name, key), "not_finite", read=shown_value(number))
        values[key] = float(number)
    for key in _TEXTS:
        if not isinstance(values[key], str):
            raise _error(path, text, (name, key), "not_a_text", read=shown_value(values[key]))
    if values["grade"] not in GRADES:
        raise _error(
            path,
            text,
            (name, "grade"),
            "unknown_choice",
            read=values["grade"],
            nearest=nearest(values["grade"], GRADES),
            accepted=GRADES,
        )
    if not values["low"] <= values["value"] <= values["high"]:
        fields = {key: values[key] for key in (*_NUMBERS, "unit")}
        raise _error(path, text, (name, "value"), "outside_range", name=name, read=fields.pop("value"), **fields)
    return Parameter(name=name, **values)


def _error(path: Path, text: str, key: tuple[str, ...], code: str, **fields: Any) -> InputError:
    return InputError(code, file=path, line=key_lines(text).get(key), key=".".join(key), **fields)
