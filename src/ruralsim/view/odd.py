"""The documentation's generated parts, filled from what the code declares and from what commands print.

A document keeps each part between two markers,

    <!-- generated: columns -->                          <!-- output: ruralsim list scenarios -->
    <!-- end: columns -->                                <!-- end: output -->

and ``python -m ruralsim.view.odd --write FILE.md …`` (``make docs``) fills them. Without ``--write`` the documents are
compared only; tests do that. A new column, parameter or process therefore needs that command once.
"""

from __future__ import annotations

import argparse
import os
import re
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from ruralsim.view.declared import BLOCKS

_MARKED = re.compile(
    r"<!-- (?:generated: (?P<name>[\w-]+)|output: (?P<command>[^\n]+)) -->\n"
    r"(?:.*?)<!-- end: (?:(?P=name)|output) -->",
    re.DOTALL,
)
_MARKER = re.compile(r"<!-- (?:generated|output|end): [^\n]+ -->")
#: what differs between two runs that say the same: how long it took, the digest of the sources in a run's name, and
#: the last bit of a sum of rounding errors
_PASSING = (
    (re.compile(r"\b[\d.,]+ (s\.|秒)"), r"… \1"),
    (re.compile(r"(results/[\w-]+)-[0-9a-f]{8}\b"), r"\1-…"),
    (re.compile(r"\b\d\.\de-1\d\b"), "< 1e-9"),
)


def filled(text: str) -> str:
    """Return a document with every generated part as the code has it now.

    Args:
        text: Markdown with markers.

    Raises:
        ValueError: a marker without its partner, the name of a part that nobody generates, a command that fails.
    """

    def fill(match: re.Match[str]) -> str:
        name, command = match["name"], match["command"]
        if name is None:
            return f"<!-- output: {command} -->\n\n{printed_by(command)}\n\n<!-- end: output -->"
        if name not in BLOCKS:
            raise ValueError(f"unknown generated part '{name}'; there are {', '.join(BLOCKS)}")
        return f"<!-- generated: {name} -->\n\n{BLOCKS[name]()}\n\n<!-- end: {name} -->"

    for marker in _MARKER.findall(_MARKED.sub("", text)):
        raise ValueError(f"marker without its partner: {marker}")
    return _MARKED.sub(fill, text)


def printed_by(command: str) -> str:
    """Return what a command prints, run in an empty directory, as a block of Markdown; times and digests are left out.

    Args:
        command: beginning with ``ruralsim``.

    Raises:
        ValueError: another program, or an exit code that is not 0.
    """
    program, *arguments = shlex.split(command)
    if program != "ruralsim":
        raise ValueError(f"only ruralsim is run here, not '{program}'")
    environment = {**os.environ, "PYTHONUTF8": "1"}
    environment.setdefault("RURALSIM_LANG", "en")
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(
            [sys.executable, "-m", "ruralsim.view.cli", *arguments],
            cwd=folder, env=environment, capture_output=True, encoding="utf-8", check=False,
        )  # fmt: skip
    if done.returncode:
        raise ValueError(f"'{command}' ended with {done.returncode}: {done.stderr.strip()}")
    said = done.stdout.rstrip()
    for pattern, instead in _PASSING:
        said = pattern.sub(instead, said)
    return f"```\n$ {command}\n{said}\n```"


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
