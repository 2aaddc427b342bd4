"""What has been simulated already, kept in a folder so that an interrupted search goes on where it was."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from ruralsim.experiments.store import Store


class Memory:
    """Numbers by key; on disk one small file each, whole or not there (``experiments.store``).

    Args:
        folder: where they lie; None keeps them for this process only.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self._store = None if folder is None else Store(folder)
        self._known: dict[str, tuple[float, ...]] = {}

    def get(self, key: str) -> tuple[float, ...] | None:
        """The numbers of a key, or None; a file that is cut short or changed counts as not there."""
        if key not in self._known and self._store is not None:
            found = _read(self._store.content(key), key)
            if found is not None:
                self._known[key] = found
        return self._known.get(key)

    def put(self, key: str, numbers: Sequence[float]) -> None:
        """Keep numbers."""
        self._known[key] = tuple(float(one) for one in numbers)
        if self._store is not None:
            text = json.dumps({"key": key, "numbers": list(self._known[key])}, allow_nan=False)
            self._store.put(key, text.encode("ascii"))


def _read(content: bytes | None, key: str) -> tuple[float, ...] | None:
    try:
        found = json.loads(content or b"")
        return tuple(float(one) for one in found["numbers"]) if found["key"] == key else None
    except (ValueError, KeyError, TypeError):
        return None
