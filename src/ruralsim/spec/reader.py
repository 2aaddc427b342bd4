"""A strict view of one table of a scenario: typed values, and errors that know their place."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Mapping
from typing import Any

from ruralsim.base.calendar import Month
from ruralsim.base.errors import InputError, Message, RuralsimError, nearest
from ruralsim.spec.layers import Layers
from ruralsim.spec.lines import Key
from ruralsim.spec.units import quantity, shown_value

SHARE_TOLERANCE = 1e-6
_MOST = 1e15


class Table:
    """One table of the merged scenario.

    Args:
        layers: where the values came from.
        key: path of this table.
        values: its content; anything but a table is an error.
        known: the accepted keys.
        kind: code of the message that says what the keys are ("instrument"); None for plain keys.

    Raises:
        InputError: not a table, or a key that is not accepted.
    """

    def __init__(self, layers: Layers, key: Key, values: Any, known: Collection[str], kind: str | None = None) -> None:
        self.layers = layers
        self.key = key
        if not isinstance(values, Mapping):
            raise InputError("not_a_table", **layers.place(key), read=shown_value(values))
        self.values = values
        for name in values:
            if name not in known:
                raise self._unknown(name, known, kind)

    def _unknown(self, name: str, known: Collection[str], kind: str | None) -> InputError:
        hints = {"nearest": nearest(name, known), "accepted": known}
        if kind is None:
            return self.error(name, "unknown_key", name=name, **hints)
        return self.error(name, "unknown_name", what=Message(kind), read=name, **hints)

    def error(self, name: str | None, code: str, /, **fields: Any) -> InputError:
        """Return an error at a key of this table (None: at the table)."""
        key = self.key if name is None else (*self.key, name)
        return InputError(code, **self.layers.place(key), **fields)

    def located(self, name: str, error: RuralsimError) -> RuralsimError:
        """Return an error raised further down with its place filled in."""
        return error.at(**self.layers.place((*self.key, name)))

    def has(self, name: str) -> bool:
        """Say whether the key is given."""
        return name in self.values

    def table(self, name: str, known: Collection[str], kind: str | None = None) -> Table:
        """Return an inner table, empty where absent."""
        return Table(self.layers, (*self.key, name), self.values.get(name, {}), known, kind)

    def required(self, name: str) -> Any:
        """Return the raw value of a key that must be there."""
        if name not in self.values:
            raise self.error(None, "missing_key", name=name)
        return self.values[name]

    def text(self, name: str) -> str:
        """Return a text that is not empty."""
        value = self.required(name)
        if not isinstance(value, str):
            raise self.error(name, "not_a_text", read=shown_value(value))
        if not value.strip():
            raise self.error(name, "text_empty")
        return value

    def choice(self, name: str, options: Collection[str], what: str) -> str:
        """Return one of ``options``; ``what`` is the code of the message that names the kind of thing."""
        value = self.text(name)
        if value not in options:
            near = nearest(value, options)
            raise self.error(name, "unknown_name", what=Message(what), read=value, nearest=near, accepted=options)
        return value

    def amount(self, name: str, unit: str, low: float = 0.0, high: float = _MOST) -> float:
        """Return an amount in ``unit`` from ``low`` to ``high``, both included."""
        value = self.required(name)
        try:
            number = quantity(value, unit)
        except RuralsimError as error:
            raise self.located(name, error) from None
        if number < 0 <= low:
            raise self.error(name, "negative", read=shown_value(value))
        if not low <= number <= high:
            shown = " " + unit if "yuan" in unit else ""
            raise self.error(name, "outside_limits", read=shown_value(value), low=low, high=high, unit=shown)
        return number

    def optional_amount(self, name: str, unit: str, low: float = 0.0, high: float = _MOST) -> float | None:
        """Return an amount, or None where the key is absent."""
        return self.amount(name, unit, low, high) if self.has(name) else None

    def whole(self, name: str, unit: str, low: int, high: int) -> int:
        """Return a whole number of ``unit`` from ``low`` to ``high``."""
        number = self.amount(name, unit, low, high)
        if abs(number - round(number)) > SHARE_TOLERANCE:
            raise self.error(name, "not_whole", read=shown_value(self.values[name]))
        return round(number)

    def month(self, name: str) -> Month:
        """Return a month written ``"2021-01"``."""
        value = self.required(name)
        try:
            if isinstance(value, str):
                return Month.parse(value)
        except ValueError:
            pass
        read = value.isoformat() if isinstance(value, datetime.date | datetime.time) else shown_value(value)
        raise self.error(name, "not_a_month", read=read)

    def texts(self, name: str) -> dict[str, str]:
        """Return a text by language, written ``name.en = "…"``, ``name.zh = "…"``; empty where absent."""
        table = self.table(name, ("en", "zh"))
        return {lang: table.text(lang) for lang in ("en", "zh") if table.has(lang)}

    def shares(self, name: str, classes: tuple[str, ...]) -> dict[str, float]:
        """Return shares by class that sum to 1; a class that is left out has share 0.

        Raises:
            InputError: an unknown class, a share outside 0 to 1, or another sum (tolerance 1e-6).
        """
        table = self.table(name, classes, "what_class")
        shares = {label: table.amount(label, "1", 0, 1) if table.has(label) else 0.0 for label in classes}
        total = sum(shares.values())
        if abs(total - 1) > SHARE_TOLERANCE:
            code = "shares_above" if total > 1 else "shares_below"
            raise self.error(name, code, total=f"{total:.6g}", difference=f"{abs(1 - total):.6g}")
        return shares
