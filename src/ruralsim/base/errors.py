"""Errors that a person reads: one message, in two languages, with the place, the reading and the remedy.

Every text lives in ``base/messages``: ``en.toml`` and ``zh.toml`` hold ``code = "template"``; a layer with
messages of its own may add ``<area>.en.toml`` and ``<area>.zh.toml`` beside them. Nothing is read from disk until
a message is rendered.
"""

from __future__ import annotations

import difflib
import os
import string
import tomllib
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

LANGUAGES = ("en", "zh")

_MESSAGES = Path(__file__).with_name("messages")
_LONGEST_LIST = 30


@cache
def catalogue(lang: str) -> Mapping[str, str]:
    """Return every message template of a language, by code.

    Args:
        lang: ``"en"`` or ``"zh"``; anything else is read as English.

    Raises:
        ValueError: the same code stands in two files (a slip of ours, found by the tests).
    """
    suffix = lang if lang in LANGUAGES else "en"
    templates: dict[str, str] = {}
    for path in sorted(_MESSAGES.glob("*.toml")):
        if path.name != f"{suffix}.toml" and not path.name.endswith(f".{suffix}.toml"):
            continue
        for code, template in tomllib.loads(path.read_text(encoding="utf-8")).items():
            if code in templates:
                raise ValueError(f"message code '{code}' is defined twice, the second time in {path.name}")
            templates[code] = template
    return templates


def placeholders(template: str) -> set[str]:
    """Return the names of the fields that a template asks for."""
    return {name for _, name, _, _ in string.Formatter().parse(template) if name}


def nearest(name: str, names: Iterable[str]) -> str | None:
    """Return the accepted name closest to ``name``, or None where nothing is close.

    Args:
        name: what was read.
        names: what is accepted.
    """
    by_folded = {_folded(candidate): candidate for candidate in names}
    folded = _folded(name)
    found = difflib.get_close_matches(folded, list(by_folded), n=1, cutoff=0.55)
    if not found and len(folded) > 2:
        found = [candidate for candidate in by_folded if candidate.startswith(folded)][:1]
    return by_folded[found[0]] if found else None


def _folded(name: str) -> str:
    return name.casefold().replace("-", "_").replace(" ", "_")


class Message:
    """A text to be rendered later, in the reader's language.

    Args:
        code: name of the template.
        fields: values for its placeholders; a field may itself be a message or a list of messages and names.

    Two fields are understood by every message and appended where given: ``nearest`` (a name the user may have
    meant) and ``accepted`` (the list of what is accepted).
    """

    __slots__ = ("code", "fields")

    def __init__(self, code: str, /, **fields: Any) -> None:
        self.code = code
        self.fields = fields

    def text(self, lang: str = "en") -> str:
        """Return the message in ``lang`` (``"en"`` or ``"zh"``)."""
        templates = catalogue(lang)
        parts = [_fill(templates, self.code, self.fields, lang)]
        if self.fields.get("nearest"):
            parts.append(_fill(templates, "part_nearest", self.fields, lang))
        if self.fields.get("accepted"):
            parts.append(_fill(templates, "part_accepted", self.fields, lang))
        return ("" if lang == "zh" else " ").join(parts)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Message) and (self.code, self.fields) == (other.code, other.fields)

    def __hash__(self) -> int:
        return hash(self.code)

    def __str__(self) -> str:
        return self.text("en")

    def __repr__(self) -> str:
        return f"Message({self.code!r}, {self.fields!r})"


def _fill(templates: Mapping[str, str], code: str, fields: Mapping[str, Any], lang: str) -> str:
    template = templates.get(code)
    if template is None:
        # A missing text must not hide the trouble that it was to report.
        return f"{code} {_plain(fields, lang)}" if fields else code
    values = {name: _shown(fields.get(name), lang) for name in placeholders(template)}
    return template.format_map(values)


def _plain(fields: Mapping[str, Any], lang: str) -> str:
    return "(" + ", ".join(f"{name}: {_shown(value, lang)}" for name, value in fields.items()) + ")"


def _shown(value: Any, lang: str) -> str:
    if isinstance(value, Message):
        return value.text(lang)
    if isinstance(value, os.PathLike):
        return os.fspath(value)
    if isinstance(value, float):
        return f"{value:.12g}"
    if isinstance(value, str) or not isinstance(value, Iterable):
        return str(value)
    values = list(value)
    items = [_shown(item, lang) for item in values]
    if any(isinstance(item, Message) for item in values):
        return "\n  ".join(items)
    shown = items if len(items) <= _LONGEST_LIST else [*items[:_LONGEST_LIST], "…"]
    return ("、" if lang == "zh" else ", ").join(shown)


class RuralsimError(Exception):
    """A failure with a message for people and an exit code for shells.

    Args:
        code: name of the template.
        file: the file that was read, where there is one.
        line: line in that file, from 1.
        key: key path in that file (``phase.1.budget``), column or command-line option.
        fields: values for the template; see :class:`Message`.
    """

    exit_code = 1

    def __init__(
        self,
        code: str,
        /,
        *,
        file: str | os.PathLike[str] | None = None,
        line: int | None = None,
        key: str | None = None,
        **fields: Any,
    ) -> None:
        self.message = Message(code, **fields)
        self.file = None if file is None else os.fspath(file)
        self.line = line
        self.key = key
        super().__init__(code)

    @property
    def code(self) -> str:
        """Name of the message."""
        return self.message.code

    @property
    def fields(self) -> dict[str, Any]:
        """Values of the message's placeholders."""
        return self.message.fields

    def at(
        self,
        *,
        file: str | os.PathLike[str] | None = None,
        line: int | None = None,
        key: str | None = None,
    ) -> RuralsimError:
        """Return the same error with its place filled in where it had none."""
        return _rebuild(
            type(self),
            self.code,
            self.file if self.file is not None or file is None else os.fspath(file),
            self.line if self.line is not None else line,
            self.key if self.key is not None else key,
            self.fields,
        )

    def text(self, lang: str = "en") -> str:
        """Return place and message in ``lang`` (``"en"`` or ``"zh"``)."""
        place = self._place(lang)
        body = self.message.text(lang)
        if not place:
            return body[:1].upper() + body[1:]
        return place + ("：" if lang == "zh" else ": ") + body

    def _place(self, lang: str) -> str:
        templates = catalogue(lang)
        parts = []
        if self.file is not None:
            code = "place_file" if self.line is None else "place_file_line"
            parts.append(_fill(templates, code, {"file": _near_path(self.file), "line": self.line}, lang))
        if self.key is not None:
            parts.append(self.key)
        return ("，" if lang == "zh" else ", ").join(parts)

    def __str__(self) -> str:
        return self.text("en")

    def __reduce__(self) -> tuple[Callable[..., RuralsimError], tuple[Any, ...]]:
        # Keyword arguments do not survive the default pickling; worker processes send these errors home.
        return _rebuild, (type(self), self.code, self.file, self.line, self.key, self.fields)


def _rebuild(
    kind: type[RuralsimError],
    code: str,
    file: str | None,
    line: int | None,
    key: str | None,
    fields: dict[str, Any],
) -> RuralsimError:
    error = kind.__new__(kind)
    RuralsimError.__init__(error, code, file=file, line=line, key=key, **fields)
    return error


def _near_path(file: str) -> str:
    """Shorten a path below the working directory: people know where they stand."""
    try:
        return os.fspath(Path(file).absolute().relative_to(Path.cwd()))
    except (ValueError, OSError):
        return file


class InputError(RuralsimError):
    """The user's input is wrong. Exit code 2."""

    exit_code = 2


class SystemTrouble(RuralsimError):  # noqa: N818 (a name that users read)
    """The machine cannot do it (full disk, unreadable directory); not the user's fault. Exit code 1."""

    exit_code = 1


class BooksBroken(RuralsimError):  # noqa: N818 (a name that users read)
    """The audit found a flow that the books do not explain. Exit code 1.

    Args:
        village: name of the village, or ``"county"``.
        month: month of the run, from 1.
        flow: name of the flow, balance or driver that is wrong.
        detail: what was expected and what was found.
    """

    def __init__(self, village: object, month: object, flow: str, detail: str) -> None:
        super().__init__("books_broken", village=village, month=month, flow=flow, detail=detail)
