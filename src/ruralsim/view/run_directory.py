"""The directory of a run: written beside its place, moved there when complete, and never over anybody else's files."""

from __future__ import annotations

import contextlib
import errno
import json
import os
import shutil
from pathlib import Path
from typing import Any

from ruralsim.base.errors import InputError, SystemTrouble
from ruralsim.view.report import REPORT_FILES

FORMAT = "ruralsim run"
#: bytes that a village-month takes in all tables together, measured on the stock counties (1,150), rounded up
BYTES_PER_VILLAGE_MONTH = 1_400


class RunDirectory:
    """A directory that appears only when complete. Use as a context manager and call :meth:`finish` at the end.

    Leaving it in any other way (an error, Ctrl-C, a full disk) removes what was written.
    """

    def __init__(self, target: Path, village_months: int) -> None:
        """Check the place before any work is done.

        Args:
            target: where the run is to lie. It may be absent, empty, or an earlier run, which is replaced at the end.
            village_months: villages times months times replicates, from which the space needed is estimated.

        Raises:
            InputError: there is a file, or a directory that holds something else, or the place cannot be written.
            SystemTrouble: the disk is too full.
        """
        self.shown = target
        self.target = Path(os.path.realpath(target))
        self.folder = self.target.with_name(f".{self.target.name}.partial-{os.getpid()}")
        self._check()
        self._parents = [parent for parent in self.target.parents if not parent.exists()]
        self._finished = False
        try:
            self.target.parent.mkdir(parents=True, exist_ok=True)
            free = shutil.disk_usage(self.target.parent).free
            if free < BYTES_PER_VILLAGE_MONTH * village_months:
                needed = _size(BYTES_PER_VILLAGE_MONTH * village_months)
                raise SystemTrouble("run_out_no_space", read=str(target), needed=needed, free=_size(free))
            shutil.rmtree(self.folder, ignore_errors=True)
            self.folder.mkdir()
        except SystemTrouble:
            self.__exit__()
            raise
        except OSError as error:
            self.__exit__()
            if error.errno in (errno.ENOSPC, errno.EDQUOT):
                raise
            raise InputError("run_out_unwritable", key="--out", read=str(target), detail=error.strerror) from None

    def _check(self) -> None:
        read = str(self.shown)
        try:
            if not self.target.exists():
                return
            if not self.target.is_dir():
                raise InputError("run_out_file", key="--out", read=read)
            found = sorted(path.name for path in self.target.iterdir())
        except OSError as error:
            raise InputError("run_out_unwritable", key="--out", read=read, detail=error.strerror) from None
        foreign = [name for name in found if name not in _own_files(self.target)]
        if foreign or self.target == Path.cwd():
            raise InputError("run_out_foreign", key="--out", read=read, found=foreign[:5] or ["."])

    def __enter__(self) -> RunDirectory:
        return self

    def finish(self, content: dict[str, Any]) -> None:
        """Write ``run.json``, see everything onto the disk, and move the directory to its place.

        Args:
            content: of ``run.json``; the list of files is added.
        """
        files = sorted(path.name for path in self.folder.iterdir())
        content = {"format": FORMAT, **content, "files": files}
        text = json.dumps(content, ensure_ascii=False, allow_nan=False, indent=2)
        (self.folder / "run.json").write_text(text + "\n", encoding="utf-8")
        for name in (*files, "run.json"):
            with (self.folder / name).open("rb") as stream:
                os.fsync(stream.fileno())
        self._check()  # somebody may have put files there meanwhile
        old = self.target.with_name(f".{self.target.name}.replaced-{os.getpid()}")
        if self.target.exists():
            self.target.rename(old)
        try:
            self.folder.rename(self.target)
        except BaseException:
            if old.exists() and not self.target.exists():
                old.rename(self.target)
            raise
        self._finished = True
        shutil.rmtree(old, ignore_errors=True)

    def __exit__(self, *_: object) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)
        if not self._finished:
            for parent in self._parents:  # those that this run made, the deepest first
                with contextlib.suppress(OSError):
                    parent.rmdir()


def _own_files(folder: Path) -> set[str]:
    """Names of the files that a run wrote into a directory; nothing where it is no run."""
    try:
        content = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return set()
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        return set()
    return {"run.json", *REPORT_FILES, *(str(name) for name in content.get("files", ()))}


def _size(count: float) -> str:
    return f"{count / 1e9:.1f} GB" if count >= 1e9 else f"{count / 1e6:.0f} MB"
