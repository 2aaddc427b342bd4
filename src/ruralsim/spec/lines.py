"""On which line of a TOML text does a key stand? Asked only when an error is reported."""

from __future__ import annotations

import contextlib
import re
from functools import lru_cache

Key = tuple[str | int, ...]

_SPACE = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
_SCALAR = re.compile(r"[^,\]}\n#]+")
_ESCAPES = {"b": "\b", "t": "\t", "n": "\n", "f": "\f", "r": "\r"}


@lru_cache(maxsize=16)
def key_lines(text: str) -> dict[Key, int]:
    """Map every key path of a TOML text to its line, from 1.

    Args:
        text: valid TOML. (Of an invalid text, the keys before the first error are found.)

    Elements of arrays are counted from 0: the second ``[[phase]]`` begins the path ``("phase", 1)``.
    """
    scanner = _Scanner(text)
    # Where the text ends too early, what was found so far still helps.
    with contextlib.suppress(IndexError, ValueError):
        scanner.document()
    return scanner.lines


def line_of(text: str, key: Key) -> int | None:
    """Return the line of ``key``, or of the nearest table around it, or None where nothing of it is in the text."""
    lines = key_lines(text)
    for length in range(len(key), 0, -1):
        if key[:length] in lines:
            return lines[key[:length]]
    return None


class _Scanner:
    """One pass over the text; keeps only positions. tomllib has already judged whether the text is valid."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.lines: dict[Key, int] = {}
        self.array_sizes: dict[Key, int] = {}

    def document(self) -> None:
        table: Key = ()
        while True:
            self._skip()
            if self.at >= len(self.text):
                return
            if self.text[self.at] == "[":
                table = self._header()
            else:
                self._pair(table)

    def _header(self) -> Key:
        line = self._line()
        is_array = self.text.startswith("[[", self.at)
        self.at += 2 if is_array else 1
        table = self._inside(self._key())
        self.at = self.text.index("]", self.at) + (2 if is_array else 1)
        if is_array:
            index = self.array_sizes.get(table, 0)
            self.array_sizes[table] = index + 1
            self.lines.setdefault(table, line)
            table = (*table, index)
        self.lines.setdefault(table, line)
        return table

    def _inside(self, names: Key) -> Key:
        """Follow a header's names into the last element of every array of tables on the way."""
        path: Key = ()
        for name in names[:-1]:
            path = (*path, name)
            if path in self.array_sizes:
                path = (*path, self.array_sizes[path] - 1)
        return (*path, names[-1])

    def _pair(self, table: Key) -> None:
        line = self._line()
        names = self._key()
        for length in range(1, len(names) + 1):
            self.lines.setdefault((*table, *names[:length]), line)
        self.at += 1  # the sign =
        self._value((*table, *names))

    def _key(self) -> Key:
        names: list[str] = []
        while True:
            self._skip()
            if self.text[self.at] in "\"'":
                names.append(self._string())
            else:
                found = _BARE_KEY.match(self.text, self.at)
                if found is None:
                    raise ValueError("no key here")
                names.append(found[0])
                self.at = found.end()
            self._skip()
            if self.text[self.at] != ".":
                return tuple(names)
            self.at += 1

    def _value(self, path: Key) -> None:
        self._skip()
        first = self.text[self.at]
        if first in "\"'":
            self._string()
        elif first == "[":
            self._array(path)
        elif first == "{":
            self._inline_table(path)
        else:
            found = _SCALAR.match(self.text, self.at)
            if found is None:
                raise ValueError("no value here")
            self.at = found.end()

    def _array(self, path: Key) -> None:
        self.at += 1
        index = 0
        while True:
            self._skip()
            if self.text[self.at] == "]":
                self.at += 1
                return
            if self.text[self.at] == ",":
                self.at += 1
                continue
            self.lines[(*path, index)] = self._line()
            self._value((*path, index))
            index += 1

    def _inline_table(self, path: Key) -> None:
        self.at += 1
        while True:
            self._skip()
            if self.text[self.at] == "}":
                self.at += 1
                return
            if self.text[self.at] == ",":
                self.at += 1
                continue
            self._pair(path)

    def _string(self) -> str:
        quote = self.text[self.at]
        mark = quote * 3 if self.text.startswith(quote * 3, self.at) else quote
        self.at += len(mark)
        content = []
        while not self.text.startswith(mark, self.at):
            letter = self.text[self.at]
            if letter == "\\" and quote == '"':
                self.at += 1
                letter = _ESCAPES.get(self.text[self.at], self.text[self.at])
            content.append(letter)
            self.at += 1
        self.at += len(mark)
        return "".join(content)

    def _skip(self) -> None:
        found = _SPACE.match(self.text, self.at)
        assert found is not None  # the pattern matches the empty text
        self.at = found.end()

    def _line(self) -> int:
        return self.text.count("\n", 0, self.at) + 1
