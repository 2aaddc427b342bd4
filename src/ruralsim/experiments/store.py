"""The store: one file a run, named by the run's key, written beside its place and moved there when complete.

There is no index and no other file that a kill could break: what is done is what lies there whole. Any number of
processes and machines may write at once; two that write the same run write the same bytes.
"""

from __future__ import annotations

import contextlib
import os
import socket
from collections.abc import Iterator
from pathlib import Path

from ruralsim.base.errors import InputError
from ruralsim.experiments.record import Record, RecordBrokenError, decode, encode_failure, failure_of, intact

DONE, FAILED = ".run", ".failed"
_TEMPORARY = ".partial"


class Store:
    """A folder of runs.

    Args:
        folder: made when something is first written.
    """

    def __init__(self, folder: str | Path) -> None:
        self.folder = Path(folder)
        if self.folder.exists() and not self.folder.is_dir():
            raise InputError("experiment_store_file", key="--store", read=str(folder))

    def path(self, key: str, kind: str = DONE) -> Path:
        """Where the record (or the failure) of a run lies."""
        return self.folder / key[:2] / f"{key}{kind}"

    def has(self, key: str) -> bool:
        """Whether there is a record; it may be broken (:meth:`verified`)."""
        return self.path(key).exists()

    def state(self, key: str) -> str:
        """``done``, ``failed`` or ``missing``, by the files that are there."""
        if self.path(key).exists():
            return "done"
        return "failed" if self.path(key, FAILED).exists() else "missing"

    def verified(self, key: str) -> str:
        """``done``, ``failed``, ``missing``, or ``broken``: a file that is cut short or changed."""
        broken = False
        for kind, state in ((DONE, "done"), (FAILED, "failed")):
            content = self._read(key, kind)
            if content is None:
                continue
            if intact(content, key):
                return state
            broken = True
        return "broken" if broken else "missing"

    def content(self, key: str) -> bytes | None:
        """The bytes of a record; None where there is none."""
        return self._read(key, DONE)

    def _read(self, key: str, kind: str) -> bytes | None:
        try:
            return self.path(key, kind).read_bytes()
        except FileNotFoundError:
            return None

    def read(self, key: str) -> Record | None:
        """The record of a run; None where there is none, or none that is whole."""
        content = self.content(key)
        if content is None:
            return None
        try:
            return decode(content, key)
        except RecordBrokenError:
            return None

    def failure(self, key: str) -> str | None:
        """The message of a failed run; None where it has not failed."""
        content = self._read(key, FAILED)
        try:
            return None if content is None else failure_of(content)
        except RecordBrokenError:
            return None

    def put(self, key: str, content: bytes) -> None:
        """Store a record; it is whole under its name or not there at all.

        Raises:
            OSError: the disk is full or cannot be written; nothing is left behind.
        """
        self._write(key, DONE, content)
        with contextlib.suppress(FileNotFoundError):
            self.path(key, FAILED).unlink()

    def put_failure(self, key: str, message: str) -> None:
        """Store why a run failed."""
        self._write(key, FAILED, encode_failure(key, message))

    def forget(self, key: str) -> None:
        """Remove a run, whole or broken."""
        for kind in (DONE, FAILED):
            with contextlib.suppress(FileNotFoundError):
                self.path(key, kind).unlink()

    def _write(self, key: str, kind: str, content: bytes) -> None:
        target = self.path(key, kind)
        beside = target.with_name(f"{_TEMPORARY}-{socket.gethostname()}-{os.getpid()}-{key[:16]}{kind}")
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            with beside.open("wb") as stream:
                stream.write(content)
                stream.flush()
                os.fsync(stream.fileno())
            beside.replace(target)
        except BaseException:
            with contextlib.suppress(OSError):
                beside.unlink()
            raise

    def sweep(self) -> int:
        """Remove what killed processes of this machine left half-written; returns how many files."""
        swept, here = 0, f"{_TEMPORARY}-{socket.gethostname()}-"
        for path in self.folder.glob(f"??/{here}*"):
            number = path.name.removeprefix(here).split("-")[0]
            if number.isdigit() and not _alive(int(number)):
                with contextlib.suppress(OSError):
                    path.unlink()
                    swept += 1
        return swept

    def keys(self) -> Iterator[str]:
        """Keys of all records in the store, of whatever experiment."""
        return (path.stem for path in sorted(self.folder.glob(f"??/*{DONE}")))


def _alive(process: int) -> bool:
    if os.name == "nt":  # signal 0 is no question there
        return True
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True
