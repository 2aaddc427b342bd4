"""What has been simulated already, kept in a folder so that an interrupted search goes on where it was."""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Sequence
from pathlib import Path


class Memory:
    """Numbers by key; one small file each, whole or not there.

    Args:
        folder: where they lie; None keeps them for this process only.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder
        self._known: dict[str, tuple[float, ...]] = {}

    def get(self, key: str) -> tuple[float, ...] | None:
        """The numbers of a key, or None; a file that is cut short or changed counts as not there."""
        if key not in self._known and self._folder is not None:
            found = self._read(self._path(key), key)
            if found is not None:
                self._known[key] = found
        return self._known.get(key)

    def put(self, key: str, numbers: Sequence[float]) -> None:
        """Keep numbers, written beside their place and moved there when complete."""
        self._known[key] = tuple(float(one) for one in numbers)
        if self._folder is None:
            return
        target = self._path(key)
        target.parent.mkdir(parents=True, exist_ok=True)
        beside = target.with_name(f".{target.name}.partial-{os.getpid()}")
        try:
            with beside.open("w", encoding="ascii") as stream:
                json.dump({"key": key, "numbers": list(self._known[key])}, stream)
                stream.flush()
                os.fsync(stream.fileno())
            beside.replace(target)
        except BaseException:
            with contextlib.suppress(OSError):
                beside.unlink()
            raise

    def _path(self, key: str) -> Path:
        assert self._folder is not None
        return self._folder / key[:2] / f"{key}.json"

    @staticmethod
    def _read(path: Path, key: str) -> tuple[float, ...] | None:
        try:
            found = json.loads(path.read_text(encoding="ascii"))
            return tuple(float(one) for one in found["numbers"]) if found["key"] == key else None
        except (OSError, ValueError, KeyError, TypeError):
            return None
