"""Months of the calendar: parse, print, add, compare."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import overload

_PATTERN = re.compile(r"(\d{4})-(\d{2})")


@dataclass(frozen=True, order=True, slots=True)
class Month:
    """A calendar month, written ``2021-01``.

    Args:
        year: 1 to 9999.
        month: 1 (January) to 12 (December).

    Raises:
        ValueError: there is no such month.
    """

    year: int
    month: int

    def __post_init__(self) -> None:
        if not (1 <= self.year <= 9999 and 1 <= self.month <= 12):
            raise ValueError(f"no such month: {self.year}-{self.month}")

    @classmethod
    def parse(cls, text: str) -> Month:
        """Read ``"2021-01"``.

        Raises:
            ValueError: the text is not a month written so.
        """
        found = _PATTERN.fullmatch(text.strip())
        if found is None:
            raise ValueError(f"not a month: {text!r}")
        return cls(int(found[1]), int(found[2]))

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.month:02d}"

    def __add__(self, months: int) -> Month:
        year, month = divmod(self.year * 12 + self.month - 1 + months, 12)
        return Month(year, month + 1)

    @overload
    def __sub__(self, other: Month) -> int: ...

    @overload
    def __sub__(self, other: int) -> Month: ...

    def __sub__(self, other: Month | int) -> int | Month:
        """Months from ``other`` to this one, or the month so many months earlier."""
        if isinstance(other, Month):
            return (self.year - other.year) * 12 + self.month - other.month
        return self + -other
