"""Reading small text files that a user hands in, without trust."""

from __future__ import annotations

import stat
from pathlib import Path

from ruralsim.base.errors import InputError, SystemTrouble, nearest

MAX_BYTES = 5_000_000

_UTF8_MARK = b"\xef\xbb\xbf"


def read_text(path: Path, *, max_bytes: int = MAX_BYTES) -> str:
    """Return the text of a UTF-8 file, a leading byte-order mark removed.

    Args:
        path: the file.
        max_bytes: larger files are refused unread.

    Raises:
        InputError: missing, not an ordinary file, too large, unreadable, not UTF-8, or holding NUL bytes.
        SystemTrouble: the disk failed.
    """
    try:
        content = _read_bytes(path, max_bytes)
    except FileNotFoundError:
        raise InputError("file_missing", file=path, nearest=_similar_sibling(path)) from None
    except NotADirectoryError:
        raise InputError("file_missing", file=path) from None
    except PermissionError:
        raise InputError("file_unreadable", file=path) from None
    except OSError as error:
        raise SystemTrouble("read_failed", file=path, detail=error.strerror or str(error)) from error
    content = content.removeprefix(_UTF8_MARK)
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise InputError("not_utf8", file=path, line=line) from None
    if "\0" in text:
        raise InputError("nul_bytes", file=path, line=text.count("\n", 0, text.index("\0")) + 1)
    return text


def _read_bytes(path: Path, max_bytes: int) -> bytes:
    status = path.stat()
    if stat.S_ISDIR(status.st_mode):
        raise InputError("file_is_directory", file=path)
    if not stat.S_ISREG(status.st_mode):
        raise InputError("file_not_regular", file=path)
    if status.st_size > max_bytes:
        raise InputError("file_too_large", file=path, size=_megabytes(status.st_size), limit=_megabytes(max_bytes))
    with path.open("rb") as stream:
        return stream.read(max_bytes + 1)


def _megabytes(size: int) -> str:
    return f"{size / 1e6:.1f} MB"


def _similar_sibling(path: Path) -> str | None:
    try:
        return nearest(path.name, [entry.name for entry in path.parent.iterdir()])
    except OSError:
        return None


def path_inside(folder: Path, name: str) -> Path:
    """Return the file that a scenario names, which must lie in the scenario's own folder, links followed.

    Args:
        folder: folder of the scenario.
        name: relative path as written in the scenario.

    Raises:
        InputError: absolute, outside of the folder, missing, or not a path.
    """
    if not name or any(ord(letter) < 32 for letter in name):
        raise InputError("not_a_path", read=name)
    home = folder.resolve()
    target = (home / name).resolve()
    if Path(name).is_absolute() or not target.is_relative_to(home):
        raise InputError("path_escapes", read=name)
    if not target.exists():
        raise InputError("file_named_missing", read=name, nearest=_similar_sibling(target))
    return target
