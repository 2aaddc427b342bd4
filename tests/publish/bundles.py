"""Bundles with changed files, whoever changed them having made the manifest agree or not."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from pathlib import Path

from ruralsim.publish.manifest import MANIFEST, listed


def altered(bundle: Path, target: Path, change: Callable[[dict[str, bytes]], None], *, cover: bool = False) -> Path:
    """Write a bundle with changed files.

    Args:
        bundle: the honest one.
        target: to be written.
        change: changes the files, by name.
        cover: whoever did it also wrote the new hashes into the manifest.
    """
    with zipfile.ZipFile(bundle) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    change(files)
    if cover:
        manifest = json.loads(files[MANIFEST])
        kept = {name: listed(content) for name, content in files.items() if name != MANIFEST}
        manifest["files"] = {name: {"sha256": one.sha256, "bytes": one.size} for name, one in kept.items()}
        files[MANIFEST] = json.dumps(manifest).encode()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return target
