"""What every command shares: language, output as JSON or as aligned text."""

from __future__ import annotations

import json
import os
import shlex
import sys
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ruralsim.base.errors import LANGUAGES, InputError, Message, nearest


def language(chosen: str | None = None) -> str:
    """Return the language to speak: the one chosen, else RURALSIM_LANG, else the system's.

    Args:
        chosen: value of ``--lang``.

    Raises:
        InputError: a language that is not spoken here.
    """
    for key, value in (("--lang", chosen), ("RURALSIM_LANG", os.environ.get("RURALSIM_LANG"))):
        if value:
            if value not in LANGUAGES:
                what = Message("what_language")
                near = nearest(value, LANGUAGES)
                raise InputError("unknown_name", key=key, what=what, read=value, nearest=near, accepted=LANGUAGES)
            return value
    return system_language()


def system_language() -> str:
    """Return Chinese where the system's locale is Chinese, else English."""
    for variable in ("LC_ALL", "LC_MESSAGES", "LANG"):
        value = os.environ.get(variable)
        if value:
            return "zh" if value.lower().startswith("zh") else "en"
    return "en"


def repeated(command: str, names: Iterable[str], options: Mapping[str, Any]) -> str:
    """A command to give again, as a shell reads it.

    Args:
        command: its name.
        names: its arguments.
        options: by name; those that are None are left out, lists are given one by one.
    """
    words = ["ruralsim", *command.split(), *names]
    for name, value in options.items():
        for one in value if isinstance(value, list) else [] if value is None else [value]:
            words += [name, str(one)]
    return shlex.join(words)


def say(code: str, lang: str, /, **fields: Any) -> str:
    """Return a text of the catalogue."""
    return Message(code, **fields).text(lang)


def print_json(content: Any) -> None:
    """Print one JSON object."""
    sys.stdout.write(json.dumps(content, ensure_ascii=False, allow_nan=False, indent=2) + "\n")


def print_lines(lines: Iterable[str]) -> None:
    """Print lines of text."""
    sys.stdout.write("".join(f"{line}\n" for line in lines))


def aligned(rows: Sequence[Sequence[str]], indent: str = "  ") -> list[str]:
    """Return rows as lines with aligned columns; Chinese characters count as two places."""
    widths = [max(map(_width, column)) for column in zip(*rows, strict=True)]
    lines = []
    for row in rows:
        cells = [cell + " " * (width - _width(cell)) for cell, width in zip(row, widths, strict=True)]
        lines.append((indent + "  ".join(cells)).rstrip())
    return lines


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)


def amount(number: float) -> str:
    """Return a number for people: thousands separated, no needless digits."""
    return f"{number:,.0f}" if abs(number) >= 1000 else f"{number:.6g}"
