"""Zip archives from strangers: looked at from the outside first, refused before anything is unpacked.

Only the central directory is read to decide. An archive is refused where a name leaves the folder, is a link, is hidden
twice under one name or of a kind that a bundle has no use for; where entries overlap, are encrypted or packed in an
unusual way; where what they declare is too large, or too large for what is stored.
"""

from __future__ import annotations

import hashlib
import stat
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

from ruralsim.base.errors import InputError

MAX_FILES = 5_000
MAX_BYTES = 4_000_000_000
#: no honest table or page shrinks to less than a part in so many, beyond a little size
MAX_RATIO, _SMALL = 250, 1_000_000
_MAX_ARCHIVE = 4_000_000_000
_MAX_NAME, _MAX_DEPTH = 200, 8
TYPES = (".json", ".parquet", ".md", ".svg", ".html", ".cff", ".toml", ".csv", ".ipynb", ".txt", ".pdf", ".png")
_PACKED = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
#: encrypted, patched, strongly encrypted, or with its directory entry hidden: zipfile reads none of these
_UNREADABLE = 0x1 | 0x20 | 0x40 | 0x2000
_EPOCH = (1980, 1, 1, 0, 0, 0)
_CHUNK = 1 << 20


def write_archive(target: Path, files: Mapping[str, Path | bytes]) -> None:
    """Write files into a zip archive: sorted, without dates, so that equal content gives equal bytes.

    Args:
        target: of the archive; written as it stands, so give a temporary name.
        files: by name inside the archive: a path, or the content.
    """
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = (stat.S_IFREG | 0o644) << 16
            content = files[name]
            if isinstance(content, bytes):
                archive.writestr(entry, content)
                continue
            entry.file_size = content.stat().st_size
            with content.open("rb") as source, archive.open(entry, "w") as sink:
                while block := source.read(_CHUNK):
                    sink.write(block)


class Archive:
    """An archive that has passed every look from the outside. Use :func:`opened`."""

    def __init__(self, path: Path, archive: zipfile.ZipFile) -> None:
        self.path = path
        self._archive = archive
        self._entries = {entry.filename: entry for entry in _checked(path, archive)}

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the files, in order."""
        return tuple(sorted(self._entries))

    def size(self, name: str) -> int:
        """Bytes that a file declares, and that it never exceeds."""
        return self._entries[name].file_size

    def _blocks(self, name: str) -> Iterator[bytes]:
        entry = self._entries[name]
        left = entry.file_size
        try:
            with self._archive.open(entry) as stream:
                while block := stream.read(_CHUNK):
                    left -= len(block)
                    if left < 0:
                        raise InputError("bundle_damaged", file=self.path, name=name)
                    yield block
        except (zipfile.BadZipFile, EOFError, OSError, ValueError, zlib.error):
            raise InputError("bundle_damaged", file=self.path, name=name) from None
        if left:
            raise InputError("bundle_damaged", file=self.path, name=name)

    def read(self, name: str, limit: int = 50_000_000) -> bytes:
        """Return the content of a file.

        Raises:
            InputError: it is larger than ``limit`` bytes, or damaged.
        """
        if self.size(name) > limit:
            raise InputError("bundle_too_large", file=self.path, name=name, size=_megabytes(self.size(name)))
        return b"".join(self._blocks(name))

    def digest(self, name: str) -> str:
        """Return the SHA-256 of a file, hex; raises InputError where it is damaged."""
        found = hashlib.sha256()
        for block in self._blocks(name):
            found.update(block)
        return found.hexdigest()

    def unpack(self, folder: Path, names: tuple[str, ...]) -> None:
        """Write files into a new folder; raises InputError where one is damaged."""
        for name in names:
            target = folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            with target.open("xb") as sink:
                for block in self._blocks(name):
                    sink.write(block)


@contextmanager
def opened(path: Path) -> Iterator[Archive]:
    """Open an archive for reading.

    Raises:
        InputError: missing, no zip archive, or refused; the message says which entry and why.
    """
    if not path.exists():
        raise InputError("file_missing", file=path)
    if not path.is_file():
        raise InputError("file_not_regular", file=path)
    if path.stat().st_size > _MAX_ARCHIVE:
        raise InputError("bundle_too_large", file=path, name=path.name, size=_megabytes(path.stat().st_size))
    try:
        archive = zipfile.ZipFile(path)
    # zipfile raises NotImplementedError where an entry states a version of the format that it cannot read
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, EOFError):
        raise InputError("bundle_no_archive", file=path) from None
    with archive:
        yield Archive(path, archive)


def _checked(path: Path, archive: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    entries = [entry for entry in archive.infolist() if not _is_folder(entry)]
    if len(archive.infolist()) > MAX_FILES:
        raise InputError("bundle_too_many", file=path, count=len(archive.infolist()), limit=MAX_FILES)
    seen: set[str] = set()
    for entry in archive.infolist():
        reason = _refusal(entry)
        folded = unicodedata.normalize("NFC", entry.filename).casefold()
        if reason is None and folded in seen:
            reason = "bundle_refused_twice"
        seen.add(folded)
        if reason is not None:
            raise InputError("bundle_refused", file=path, name=_shown(entry.filename), reason=_message(reason))
    total = sum(entry.file_size for entry in entries)
    if total > MAX_BYTES:
        raise InputError("bundle_too_large", file=path, name=path.name, size=_megabytes(total))
    _no_overlap(path, archive)
    return entries


def _message(code: str) -> object:
    from ruralsim.base.errors import Message

    return Message(code)


def _is_folder(entry: zipfile.ZipInfo) -> bool:
    return entry.filename.endswith("/") and entry.file_size == 0


def _refusal(entry: zipfile.ZipInfo) -> str | None:
    """Return the code of the reason why an entry is refused, or None."""
    name = entry.filename
    parts = name.removesuffix("/").split("/")
    if entry.orig_filename != name or len(name) > _MAX_NAME or len(parts) > _MAX_DEPTH:
        return "bundle_refused_name"
    if any(ord(letter) < 32 or letter in '\\:*?"<>|' for letter in name):
        return "bundle_refused_name"
    if any(part in ("", ".", "..") or part != part.strip() or part.endswith(".") for part in parts):
        return "bundle_refused_path"
    kind = stat.S_IFMT(entry.external_attr >> 16)
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR) or ((kind == stat.S_IFDIR) != _is_folder(entry) and kind):
        return "bundle_refused_link"
    if entry.flag_bits & _UNREADABLE or entry.compress_type not in _PACKED:
        return "bundle_refused_packing"
    if _is_folder(entry):
        return None
    if PurePosixPath(name).suffix.lower() not in TYPES:
        return "bundle_refused_type"
    if entry.file_size > _SMALL and entry.file_size > MAX_RATIO * max(1, entry.compress_size):
        return "bundle_refused_bomb"
    return None


def _no_overlap(path: Path, archive: zipfile.ZipFile) -> None:
    """Entries that share stored bytes blow a small archive up without any single one looking suspicious."""
    end = 0
    for entry in sorted(archive.infolist(), key=lambda one: one.header_offset):
        if entry.header_offset < end:
            reason = _message("bundle_refused_bomb")
            raise InputError("bundle_refused", file=path, name=_shown(entry.filename), reason=reason)
        end = entry.header_offset + 30 + entry.compress_size
    if end > path.stat().st_size:
        raise InputError("bundle_no_archive", file=path)


def _shown(name: str) -> str:
    return "".join(letter if letter.isprintable() else "�" for letter in name)[:80]


def _megabytes(size: int) -> str:
    return f"{size / 1e9:.1f} GB" if size >= 1e9 else f"{size / 1e6:.1f} MB"
