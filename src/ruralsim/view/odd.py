"""The documentation's generated parts, filled from what the code declares, so that they cannot drift.

A document keeps each part between two markers,

    <!-- generated: columns -->
    <!-- end: columns -->

and ``python -m ruralsim.view.odd --write docs/odd.md docs/tables.md`` fills them. Without ``--write`` the documents are
compared only; a test does that. A new column, parameter or process therefore needs that command once.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Sequence
from pathlib import Path

from ruralsim.view.declared import BLOCKS

_MARKED = re.compile(r"<!-- generated: (?P<name>[\w-]+) -->\n(?P<body>.*?)<!-- end: (?P=name) -->", re.DOTALL)
_MARKER = re.compile(r"<!-- (?:generated|end): [\w-]+ -->")


def filled(text: str) -> str:
    """Return a document with every generated part as the code has it now.

    Args:
        text: Markdown with markers.

    Raises:
        ValueError: a marker without its partner, or the name of a part that nobody generates.
    """

    def fill(match: re.Match[str]) -> str:
        name = match["name"]
        if name not in BLOCKS:
            raise ValueError(f"unknown generated part '{name}'; there are {', '.join(BLOCKS)}")
        return f"<!-- generated: {name} -->\n\n{BLOCKS[name]()}\n\n<!-- end: {name} -->"

    left = _MARKER.search(_MARKED.sub("", text))
    if left is not None:
        raise ValueError(f"marker without its partner: {left[0]}")
    return _MARKED.sub(fill, text)


def main(arguments: Sequence[str] | None = None) -> int:
    """Compare documents with the code, or write them.

    Returns:
        0 where all are as generated (or were written), 1 where one is not.
    """
    parser = argparse.ArgumentParser(
        prog="python -m ruralsim.view.odd",
        description="Compare documents with the code, or fill their generated parts.",
    )
    parser.add_argument("documents", nargs="+", type=Path, metavar="FILE.md")
    parser.add_argument("--write", action="store_true", help="fill the generated parts instead of comparing them")
    chosen = parser.parse_args(arguments)
    stale = 0
    for path in chosen.documents:
        try:
            text = path.read_text(encoding="utf-8")
            new = filled(text)
        except (OSError, ValueError) as error:
            parser.exit(2, f"{path}: {error}\n")
        if chosen.write:
            path.write_text(new, encoding="utf-8")
        elif new != text:
            stale = 1
            sys.stdout.write(f"{path} is not what the code says; run python -m ruralsim.view.odd --write {path}\n")
    return stale


if __name__ == "__main__":
    sys.exit(main())
