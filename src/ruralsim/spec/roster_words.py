"""The words of rosters: how offices write headers, classes, totals and cells that say nothing (``data/rosters``)."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

_DATA = Path(__file__).parents[1] / "data" / "rosters" / "words.toml"

MONEY = ("capital", "idle_assets", "debt", "operating_income")
CLASSES = ("endowment", "rollout", "form")
_COUNTED = (*MONEY, "population")
_TOTAL_END = re.compile(r"(合计|总计|小计|共计)$")
_YEAR = re.compile(r"^(截至|截止)?(20\d\d年?)?(年度|年末|年底|度|末|底)?")
_IN_BRACKETS = re.compile(r"(.+?)[(\[](.+?)[)\]]")
_AT_THE_END = re.compile(r"(.+?)[/:,\-]?((?:百万元|千元|万元|亿元|元|万人|人)(?:/年)?)")
_CLASS_END = re.compile(r"(村|型|类|区|社区|式)+$")


@cache
def words() -> Mapping[str, Any]:
    """The tables of ``data/rosters/words.toml``."""
    return tomllib.loads(_DATA.read_text(encoding="utf-8"))


@cache
def _fields() -> Mapping[str, str]:
    return {alias: field for field, aliases in words()["headers"].items() for alias in aliases}


@cache
def _listed(table: str, name: str) -> frozenset[str]:
    return frozenset(words()[table][name])


def plain(text: str) -> str:
    """A cell or header in ordinary characters: full-width ones narrowed, odd spaces trimmed."""
    return unicodedata.normalize("NFKC", text).replace("\u200b", "").replace("\ufeff", "").strip()


def tight(text: str) -> str:
    """The same without any space, star or closing colon, in small letters."""
    return re.sub(r"[\s*]+", "", plain(text)).rstrip(":").lower()


def header_field(text: str) -> tuple[str, str] | None:
    """Field and unit (``""``: none) that a header stands for, or None.

    Years in front (``2023年经营收入``) and units behind (``负债(万元)``, ``负债/万元``) are understood.
    """
    known = _fields()
    written = plain(text).lower()
    if written in known:
        return known[written], ""
    found = tight(text)
    for candidate in (found, _YEAR.sub("", found, count=1)):
        if candidate in known:
            return known[candidate], ""
        for pattern in (_IN_BRACKETS, _AT_THE_END):
            parts = pattern.fullmatch(candidate)
            field = known.get(parts[1]) if parts is not None else None
            if parts is not None and field in _COUNTED:
                return field, parts[2]
    return None


def is_unused(text: str) -> bool:
    """Whether a header is one of those that the model has no use for."""
    found, unused = tight(text), _listed("unused", "columns")
    parts = _IN_BRACKETS.fullmatch(found)
    stem = found if parts is None else parts[1]
    return bool({found, stem, _YEAR.sub("", found, count=1), _YEAR.sub("", stem, count=1)} & unused)


def header_names() -> list[str]:
    """Every way to write a header."""
    return list(_fields())


def chinese(field: str) -> str:
    """The Chinese name of a field, for messages."""
    return next(alias for alias in words()["headers"][field] if not alias.isascii())


def accepted_headers() -> list[str]:
    """Each field with its Chinese name."""
    return [f"{field} ({chinese(field)})" for field in words()["headers"]]


def is_missing(cell: str) -> bool:
    """Whether a cell says in some way that the value is not known."""
    return tight(cell) in _listed("cells", "missing")


def is_total(cell: str) -> bool:
    """Whether a cell marks a row of totals."""
    found = tight(cell)
    return found in _listed("cells", "totals") or _TOTAL_END.search(found) is not None


def is_footnote(cell: str) -> bool:
    """Whether a cell begins a note below the table: one of the words, a number perhaps, and a colon."""
    start = re.match(r"(.+?)\s*\d*\s*:", plain(cell).lower())
    return start is not None and tight(start[1]) in _listed("cells", "footnotes")


@cache
def class_names(field: str) -> Mapping[str, str]:
    """The model's name of a class by every way to write it."""
    return {alias: name for name, aliases in words()["classes"][field].items() for alias in aliases}


def class_of(field: str, cell: str) -> str | None:
    """The model's name of a class that a cell names, or None."""
    found, names = tight(cell), class_names(field)
    return names.get(found) or names.get(_CLASS_END.sub("", found))
