"""Scenario files laid over one another: a base, what is based on it, and changes from the command line.

Sections are merged key by key; a value (also a list, a table of shares or a series) is replaced as a whole. Every
value can be traced to the file and line, or the ``--set``, that it came from.
"""

from __future__ import annotations

import copy
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ruralsim.base.errors import InputError, nearest
from ruralsim.spec.files import read_text
from ruralsim.spec.lines import Key, key_lines, line_of

_TOML_PLACE = re.compile(r"\s*\(at (?:line (\d+), column (\d+)|end of document)\)")
_BARE_MONTH = re.compile(r"=\s*\d{4}-\d{1,2}\s*(#.*)?$")
_BARE_AMOUNT = re.compile(r"=\s*\d+(?:[.,]\d+)*\s*(?:[^\W\d_]|%)")


@dataclass(frozen=True)
class Layer:
    """One scenario file: where it is, its text and its tables."""

    path: Path
    text: str
    tables: Mapping[str, Any]


def read_layer(path: Path) -> Layer:
    """Read a TOML file.

    Raises:
        InputError: unreadable or not TOML, with the line.
    """
    text = read_text(path)
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise _not_toml(path, text, str(error)) from None
    except RecursionError:
        raise InputError("toml_too_deep", file=path) from None
    except ValueError as error:  # a number with thousands of digits
        raise InputError("toml_invalid", file=path, detail=str(error)) from None
    return Layer(path, text, tables)


def _not_toml(path: Path, text: str, detail: str) -> InputError:
    found = _TOML_PLACE.search(detail)
    lines = text.splitlines() or [""]
    number = int(found[1]) if found and found[1] else len(lines)
    read = lines[min(number, len(lines)) - 1].strip()
    if _BARE_MONTH.search(read):
        return InputError("toml_bare_month", file=path, line=number, read=read)
    if _BARE_AMOUNT.search(read):
        return InputError("toml_bare_amount", file=path, line=number, read=read)
    detail = _TOML_PLACE.sub("", detail)
    return InputError("toml_invalid_line", file=path, line=number, read=read[:80], detail=detail)


def key_text(key: Key) -> str:
    """Write a key path as messages and ``--set`` do; elements of lists count from 1."""
    return ".".join(str(part + 1) if isinstance(part, int) else part for part in key)


class Layers:
    """The merged tables and where each value came from.

    Args:
        layers: from the base to the file that the user named.
    """

    def __init__(self, layers: Iterable[Layer]) -> None:
        self.layers = tuple(layers)
        self.changes: dict[Key, str] = {}
        self.tables: dict[str, Any] = {}
        for layer in self.layers:
            self._lay(layer.tables)

    @property
    def top(self) -> Layer:
        """The file that the user named."""
        return self.layers[-1]

    def _lay(self, tables: Mapping[str, Any]) -> None:
        for section, content in tables.items():
            below = self.tables.get(section)
            if not isinstance(content, dict) or not isinstance(below, dict):
                self.tables[section] = copy.deepcopy(content)
                continue
            if section == "scenario":
                for key in ("name", "title", "note", "based_on"):
                    below.pop(key, None)  # what a base is called says nothing about what is built on it
            if section in ("framework", "regime") and content.get("name", below.get("name")) != below.get("name"):
                below.clear()  # settings of another framework or regime mean nothing here
            if section == "place" and "villages" in content and not isinstance(content["villages"], int):
                for key in ("population", "townships"):
                    below.pop(key, None)  # the new roster says so itself
            weights = below.get("weights") if section == "framework" else None
            below.update(copy.deepcopy(content))
            if isinstance(weights, dict) and isinstance(below.get("weights"), dict):
                below["weights"] = weights | below["weights"]

    def change(self, text: str) -> None:
        """Apply one ``path=value`` of the command line.

        Args:
            text: such as ``place.villages=12``, ``phase.1.budget=50 万元/年`` or ``phase.near.budget=…``.

        Raises:
            InputError: no sign ``=``, or a path into something that is no table.
        """
        path, sign, value = text.partition("=")
        parts = [part.strip() for part in path.split(".")]
        if not sign or not all(parts):
            raise InputError("set_malformed", key="--set", read=text)
        key = self._resolve(parts, text)
        target: Any = self.tables
        for part in key[:-1]:
            target = target.setdefault(part, {}) if isinstance(target, dict) else target[part]
            if not isinstance(target, dict | list):
                raise InputError("set_not_a_table", key=f"--set {text}", name=key_text(key[:-1]))
        if isinstance(key[-1], int) or isinstance(target, list):
            raise InputError("set_not_a_table", key=f"--set {text}", name=key_text(key))
        target[key[-1]] = _value(value.strip())
        self.changes[key] = f"--set {text}"

    def _resolve(self, parts: list[str], text: str) -> Key:
        """Turn ``phase.1`` or ``phase.<name>`` into the index of that phase."""
        phases = self.tables.get("phase")
        if parts[0] != "phase" or len(parts) < 2 or not isinstance(phases, list):
            return tuple(parts)
        names = [str(phase.get("name", "")) if isinstance(phase, dict) else "" for phase in phases]
        if parts[1] in names:
            index = names.index(parts[1])
        elif parts[1].isdigit() and 1 <= int(parts[1]) <= len(phases):
            index = int(parts[1]) - 1
        else:
            accepted = [str(number) for number in range(1, len(phases) + 1)] + [name for name in names if name]
            near = nearest(parts[1], names)
            raise InputError("set_no_phase", key=f"--set {text}", read=parts[1], nearest=near, accepted=accepted)
        return ("phase", index, *parts[2:])

    def place(self, key: Key) -> dict[str, Any]:
        """Return ``file``, ``line`` and ``key`` of a value, for an error.

        Args:
            key: key path in the merged tables; may name a key that is missing.
        """
        in_a_file = any(key in key_lines(layer.text) for layer in self.layers)
        for changed in self.changes:
            inside = changed[: len(key)] == key and (len(key) > 1 or not in_a_file)
            if inside or key[: len(changed)] == changed:
                return {"key": self.changes[changed]}
        layer = self.layer_of(key)
        return {"file": layer.path, "line": line_of(layer.text, key), "key": key_text(key)}

    def changed(self, key: Key) -> bool:
        """Say whether a value was set on the command line."""
        return any(key[: len(changed)] == changed for changed in self.changes)

    def layer_of(self, key: Key) -> Layer:
        """Return the file that a value came from: the topmost that has the key, or the most of its path."""
        for length in range(len(key), 0, -1):
            for layer in reversed(self.layers):
                if key[:length] in key_lines(layer.text):
                    return layer
        return self.top


def _value(text: str) -> Any:
    """Read a value of the command line as TOML, or else as the text that it is."""
    try:
        return tomllib.loads(f"value = {text}")["value"] if "\n" not in text else text
    except (ValueError, RecursionError):
        return text
