"""How a result is to be cited: ``CITATION.cff`` (Citation File Format 1.2.0)."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from ruralsim.base.errors import InputError

SPDX = re.compile(r"[A-Za-z0-9][A-Za-z0-9.+-]{0,60}")
_DATE = re.compile(r"\d{4}-\d\d-\d\d")


@dataclass(frozen=True)
class Credit:
    """Who publishes a result, when, and what others may do with it.

    Args:
        authors: names, as they are to be printed.
        date: of publication, ``2026-01-31``.
        license: SPDX identifier for the bundle's data and texts.
    """

    authors: tuple[str, ...]
    date: str
    license: str

    def __post_init__(self) -> None:
        if not _is_date(self.date):
            raise InputError("publish_date", key="--date", read=self.date)
        if not SPDX.fullmatch(self.license):
            raise InputError("publish_license", key="--license", read=self.license)
        if not self.authors or not all(name.strip() for name in self.authors):
            raise InputError("text_empty", key="--author")


def _is_date(text: str) -> bool:
    try:
        return bool(_DATE.fullmatch(text)) and bool(date.fromisoformat(text))
    except ValueError:
        return False


def citation(title: str, abstract: str, credit: Credit, version: str, keywords: Sequence[str]) -> str:
    """Return the text of ``CITATION.cff``.

    Args:
        title: of the result.
        abstract: a sentence or two.
        credit: authors, date, licence.
        version: of ruralsim, which is cited as the software used.
        keywords: of the result.
    """
    lines = [
        "cff-version: 1.2.0",
        f"message: {_quoted('If you use this result, please cite it as below.')}",
        "type: dataset",
        f"title: {_quoted(title)}",
        f"abstract: {_quoted(abstract)}",
        "authors:",
        *(f"  - name: {_quoted(name)}" for name in credit.authors),
        f"date-released: {credit.date}",
        f"license: {credit.license}",
        "keywords:",
        *(f"  - {_quoted(word)}" for word in dict.fromkeys(keywords)),
        "references:",
        "  - type: software",
        f"    title: {_quoted('ruralsim: agent-based simulation of rural development and governance')}",
        "    authors:",
        f"      - name: {_quoted('The ruralsim team')}",
        f"    version: {_quoted(version)}",
        "    license: MIT",
    ]
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    """A double-quoted YAML scalar; JSON's quoting is a part of YAML's."""
    return json.dumps(" ".join(text.split()), ensure_ascii=False)
