"""``manifest.json``: every file of a bundle with its size and SHA-256, and what wrote them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from ruralsim.base.errors import InputError
from ruralsim.publish.archive import Archive, opened

MANIFEST = "manifest.json"
FORMAT = "ruralsim bundle 1"
KINDS = ("run", "experiment")
_PACKAGE = Path(__file__).parents[1]
_CODE = (".py", ".toml", ".css", ".js", ".csv")


@dataclass(frozen=True, slots=True)
class Listed:
    """A file as the manifest has it: SHA-256 (hex) and bytes."""

    sha256: str
    size: int


def listed(content: Path | bytes) -> Listed:
    """Measure a file or a content."""
    if isinstance(content, bytes):
        return Listed(hashlib.sha256(content).hexdigest(), len(content))
    with content.open("rb") as stream:
        return Listed(hashlib.file_digest(stream, "sha256").hexdigest(), content.stat().st_size)


@cache
def package_digest() -> str:
    """Return a digest of everything that writes pages, tables and numbers: code, data and texts of this package."""
    found = hashlib.sha256()
    for path in sorted(_PACKAGE.rglob("*")):
        if path.suffix in _CODE and path.is_file():
            found.update(path.relative_to(_PACKAGE).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return found.hexdigest()[:16]


def manifest_text(kind: str, files: Mapping[str, Listed], about: Mapping[str, Any]) -> str:
    """Return the manifest.

    Args:
        kind: ``run`` or ``experiment``.
        files: all files but the manifest itself.
        about: versions, digests, languages: plain values.
    """
    content = {
        "format": FORMAT,
        "kind": kind,
        **about,
        "files": {name: {"sha256": one.sha256, "bytes": one.size} for name, one in sorted(files.items())},
    }
    return json.dumps(content, ensure_ascii=False, allow_nan=False, indent=2) + "\n"


def kind_of(path: Path) -> str:
    """Return what a bundle holds, one of :data:`KINDS`; raises InputError where it is refused or none."""
    with opened(path) as archive:
        return str(read_manifest(archive)["kind"])


def read_manifest(archive: Archive) -> dict[str, Any]:
    """Return the manifest of a bundle.

    Raises:
        InputError: there is none, or it is none of ours.
    """
    if MANIFEST not in archive.names:
        raise InputError("bundle_no_manifest", file=archive.path)
    try:
        content = json.loads(archive.read(MANIFEST))
        files = content["files"]
        right = content["format"] == FORMAT and content["kind"] in KINDS
        right = right and all(
            isinstance(one["sha256"], str) and isinstance(one["bytes"], int) for one in files.values()
        )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        right = False
    if not right:
        raise InputError("bundle_bad_manifest", file=archive.path, name=MANIFEST)
    found: dict[str, Any] = content
    return found
