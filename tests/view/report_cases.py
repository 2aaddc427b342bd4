"""Results directories for the tests of the report: one small run, and copies of it that lack or have something more."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

VOID = {"meta", "link", "input", "br", "line", "rect", "path", "circle"}


class Document(HTMLParser):
    """A page taken apart: its elements with their attributes and text, and whether tags are closed in order."""

    def __init__(self, text: str) -> None:
        """Args: text of the page."""
        super().__init__(convert_charrefs=True)
        self.elements: list[dict[str, Any]] = []
        self.crossed: list[str] = []
        self._open: list[dict[str, Any]] = []
        self.feed(text)
        self.crossed += [one["tag"] for one in self._open]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep an element with the tags that it lies in."""
        one = {
            "tag": tag,
            "text": "",
            "within": [other["tag"] for other in self._open],
            **{k: v or "" for k, v in attrs},
        }
        one["parents"] = list(self._open)
        self.elements.append(one)
        if tag not in VOID:
            self._open.append(one)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """An element without content."""
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self._open.pop()

    def handle_endtag(self, tag: str) -> None:
        """Close an element, the innermost one if all is well."""
        if not self._open or self._open[-1]["tag"] != tag:
            self.crossed.append(tag)
        else:
            self._open.pop()

    def handle_data(self, data: str) -> None:
        """Text belongs to every element around it."""
        for one in self._open:
            one["text"] += data

    def all(self, tag: str, **wanted: str) -> list[dict[str, Any]]:
        """Elements of a tag with the attributes wanted."""
        return [one for one in self.elements if one["tag"] == tag and all(one.get(k) == v for k, v in wanted.items())]

    def main(self, lang: str) -> dict[str, Any]:
        """The part of the page in a language."""
        (found,) = self.all("main", lang={"en": "en", "zh": "zh-CN"}[lang])
        return found

    def sections(self, lang: str) -> dict[str, dict[str, Any]]:
        """Sections of a language by name, in order."""
        main = self.main(lang)
        return {one["data-section"]: one for one in self.all("section") if main in one["parents"]}

    def within(self, part: dict[str, Any], tag: str) -> list[dict[str, Any]]:
        """Elements of a tag that lie in a part of the page."""
        return [one for one in self.all(tag) if part in one["parents"]]


def read(path: Path) -> Document:
    """Take a report apart."""
    return Document(path.read_text(encoding="utf-8"))


def copy_of(
    folder: Path, target: Path, change: Callable[[dict[str, Any]], None] | None = None, without: tuple[str, ...] = ()
) -> Path:
    """Copy a results directory, change its ``run.json``, and leave out some files."""
    shutil.copytree(folder, target, ignore=shutil.ignore_patterns("report*", *without))
    path = target / "run.json"
    content = json.loads(path.read_text(encoding="utf-8"))
    if change is not None:
        change(content)
    path.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
    return target


def numbers(text: str) -> list[float]:
    """The numbers of a text, typographic minus included."""
    found = re.findall(r"[−-]?\d[\d,]*(?:\.\d+)?", text)
    return [float(one.replace("−", "-").replace(",", "")) for one in found]
