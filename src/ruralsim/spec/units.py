"""Amounts with units, Chinese ones too: ``12 万元``, ``3 亩``, ``2.5 %/year``, ``25 yuan/head/year``.

A plain number is taken in the expected unit; neither it nor a mere change of scale (万元 to yuan) loads the unit
library. A year is twelve months and rates
convert in proportion, as in the model. ``head`` is a registered adult, ``person`` a registered person: they do not
convert into each other.
"""

from __future__ import annotations

import math
import re
import unicodedata
from functools import cache
from typing import TYPE_CHECKING, Any

from ruralsim.base.errors import InputError, Message, nearest

if TYPE_CHECKING:
    import pint

# Definition for the unit library, then every way to write the unit; the first one is shown in messages.
_UNITS: dict[str, tuple[str, ...]] = {
    "yuan = [money]": ("yuan", "cny", "rmb", "元"),
    "fen = 0.01 * yuan": ("fen",),
    "thousand_yuan = 1e3 * yuan": ("千元",),
    "wan_yuan = 1e4 * yuan": ("万元",),
    "million_yuan = 1e6 * yuan": ("百万元",),
    "yi_yuan = 1e8 * yuan": ("亿元",),
    "month = [time]": ("month", "months", "月", "个月"),
    "quarter = 3 * month": ("quarter", "quarters", "季度", "季"),
    "year = 12 * month": ("year", "years", "yr", "年"),
    "mu = [area]": ("mu", "亩"),
    "wan_mu = 1e4 * mu": ("万亩",),
    "hectare = 15 * mu": ("hectare", "hectares", "ha", "公顷"),
    "square_kilometre = 1500 * mu": ("km2", "平方公里"),
    "person = [person]": ("person", "persons", "people", "人", "口"),
    "wan_person = 1e4 * person": ("万人",),
    "head = [head]": ("head", "heads", "adult", "adults", "成年人"),
    "household = [household]": ("household", "households", "户"),
    "wan_household = 1e4 * household": ("万户",),
    "village = [village]": ("village", "villages", "村", "个村"),
    "case = [case]": ("case", "cases", "件", "起"),
    "percent = 0.01": ("%", "percent", "pct", "个百分点", "百分点"),
    "permille = 0.001": ("‰",),
}
_MULTIPLES = {
    (name, base): float(factor)
    for name, factor, base in re.findall(r"^(\w+) = (1e\d) \* (\w+)$", "\n".join(_UNITS), re.MULTILINE)
}
_SCALES = {"千": 1e3, "万": 1e4, "百万": 1e6, "亿": 1e8}
_BY_NAME = {name: definition.split()[0] for definition, names in _UNITS.items() for name in names}

_EXAMPLES = {
    "yuan": "'12 万元'",
    "yuan/year": "'12 万元/年'",
    "yuan/month": "'3,700 元/月'",
    "yuan/head": "'150 yuan/head'",
    "yuan/head/year": "'25 yuan/head/year'",
    "1/year": "'2.5 %/year'",
    "1/month": "'0.4 %/month'",
    "1": "'0.4 %'",
    "person": "'52.58 万人'",
    "month": "'5 years'",
    "year": "'5 years'",
    "mu": "'3 亩'",
}

_NUMBER = re.compile(r"[+-]?(?:\d{1,3}(?:,\d{3})+|\d+|(?=\.\d))(?:\.\d+)?(?:[eE][+-]?\d{1,3})?")
_DIMENSIONLESS = ("", "1", "-", "—", "–")


def quantity(value: object, unit: str) -> float:
    """Read an amount in an expected unit.

    Args:
        value: a number (taken in ``unit``) or a text with a unit that converts to it.
        unit: the expected unit, such as ``yuan/year``, ``person``, ``1/month`` or ``1``.

    Returns:
        The amount in ``unit``; always finite.

    Raises:
        InputError: not a number, an unknown unit, or a unit of another kind.
    """
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise InputError("not_a_number", read=shown_value(value))
    if not isinstance(value, str):
        return _finite(value, value)
    text = unicodedata.normalize("NFKC", value).strip()
    found = _NUMBER.match(text)
    if found is None:
        raise InputError("not_an_amount", read=value, unit=_unit_name(unit), example=_example(unit))
    number = _finite(found[0].replace(",", ""), value)
    rest = text[found.end() :].strip()
    if not rest or _normal(rest) == _normal(unit):
        return number
    return _finite(_converted(number, rest, unit, value), value)


def is_plain_number(text: str) -> bool:
    """Say whether a text is a number without a unit."""
    return _NUMBER.fullmatch(unicodedata.normalize("NFKC", text).strip()) is not None


def shown_value(value: object) -> str:
    """Return a value as a user would have typed it in TOML."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return f"{value:.12g}"
    if isinstance(value, int) and value.bit_length() > 200:
        return "a number of more than 60 digits"
    text = str(value)
    return text if len(text) <= 80 else text[:77] + "..."


def _finite(number: Any, read: object) -> float:
    try:
        result = float(number)
    except OverflowError:
        result = math.inf
    if not math.isfinite(result):
        raise InputError("not_finite", read=shown_value(read))
    return result


def _converted(number: float, rest: str, unit: str, read: str) -> float:
    if rest in _SCALES:
        return number * _SCALES[rest]  # "12 万": a Chinese way to write a number, no unit
    given = _expression(rest, read)
    expected = _expression(unit, unit) if _is_known(unit) else None
    if expected is not None:
        scale = _scale(given, expected)
        if scale is not None:
            return number * scale
        import pint

        try:
            # Fifteen digits: 7 % is 0.07, not 0.07000000000000001.
            return float(f"{_registry().Quantity(number, given).to(expected).magnitude:.15g}")
        except pint.DimensionalityError:
            pass
    raise InputError("wrong_unit", read=read, unit=_unit_name(unit), example=_example(unit))


def _scale(given: str, expected: str) -> float | None:
    """Return the factor between two units that differ in the scale of their first name only, else None."""
    first, _, rest = given.partition("/")
    goal, _, goal_rest = expected.partition("/")
    if rest != goal_rest:
        return None
    return 1.0 if first == goal else _MULTIPLES.get((first, goal))


@cache
def _registry() -> pint.UnitRegistry[Any]:
    import pint

    registry: pint.UnitRegistry[Any] = pint.UnitRegistry(None)
    for definition in _UNITS:
        registry.define(definition)
    return registry


def _normal(unit: str) -> str:
    """Bring the ways of writing a unit to one: 每年, per year and /year."""
    text = unicodedata.normalize("NFKC", unit).strip().replace("每", "/").replace("·", "*")
    text = re.sub(r"\bper\b", "/", text)
    text = re.sub(r"\s*([/*])\s*", r"\1", text)
    if text in _DIMENSIONLESS:
        return "1"
    return "1" + text if text.startswith("/") else text


def _factors(unit: str) -> list[tuple[str, str]]:
    """Split ``yuan/head/year`` into signs and names."""
    pieces = re.split(r"([/*\s])", _normal(unit))
    signs = ["*", *("/" if sign == "/" else "*" for sign in pieces[1::2])]
    return list(zip(signs, pieces[0::2], strict=True))


def _is_known(unit: str) -> bool:
    return all(_known_name(name) is not None for _, name in _factors(unit))


def _known_name(name: str) -> str | None:
    return "1" if name == "1" else _BY_NAME.get(name) or _BY_NAME.get(name.lower())


def _expression(unit: str, read: str) -> str:
    """Translate a unit into the unit library's words."""
    parts = []
    for sign, name in _factors(unit):
        known = _known_name(name)
        if known is None:
            accepted = [names[0] for names in _UNITS.values()]
            raise InputError("unknown_unit", read=read, name=name, nearest=nearest(name, _BY_NAME), accepted=accepted)
        parts.append(sign + known)
    text = "".join(parts)[1:]
    return "" if text == "1" else text


def _unit_name(unit: str) -> str | Message:
    normal = _normal(unit)
    return Message("unit_none") if normal == "1" else normal


def _example(unit: str) -> str:
    normal = _normal(unit)
    return _EXAMPLES.get(normal, f"'1 {normal}'")
