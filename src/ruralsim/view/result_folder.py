"""A folder of results: tables with units and meanings, pages, figures, and a list of it all with hashes."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ruralsim.base.errors import InputError
from ruralsim.experiments.design import FILE
from ruralsim.experiments.listed import FORMAT, LIST

if TYPE_CHECKING:
    import pyarrow as pa

PAGE = "report.html"
FIGURES = "figures"
_ROWS = 4096  # kept in memory before they are written


class Folder:
    """A folder whose files are all written by one experiment, each beside its place and then moved."""

    def __init__(self, folder: Path) -> None:
        """Args: folder, absent, empty, of an earlier export, or one with nothing but a design and its scenarios.

        Raises:
            InputError: it holds other files.
        """
        self.folder = folder
        self.files: dict[str, str] = {}
        found = [path.name for path in folder.iterdir()] if folder.is_dir() else []
        inputs = {name for name in found if name.endswith((".toml", ".csv"))} if FILE in found else set()
        foreign = sorted(set(found) - {LIST, FIGURES, *inputs, *_listed(folder)})
        if foreign or folder.is_file():
            raise InputError(
                "experiment_out_foreign", key="--out", read=str(folder), found=foreign[:5] or [folder.name]
            )

    def write(self, name: str, content: bytes) -> None:
        """Write a whole file."""
        target = self.folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        beside = target.with_name(f".{target.name}.partial-{os.getpid()}")
        try:
            beside.write_bytes(content)
            beside.replace(target)
        except BaseException:
            beside.unlink(missing_ok=True)
            raise
        self.files[name] = hashlib.sha256(content).hexdigest()

    def table(self, name: str, rows: Iterable[Mapping[str, Any]], columns: Mapping[str, tuple[str, str, str]]) -> None:
        """Write a Parquet table without holding it all.

        Args:
            name: of the file.
            rows: by column.
            columns: kind (``int``, ``float``, ``text``), unit and meaning of each.
        """
        import pyarrow as pa
        import pyarrow.parquet as pq

        schema = _schema(name, columns)
        target = self.folder / name
        beside = target.with_name(f".{name}.partial-{os.getpid()}")
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            with pq.ParquetWriter(beside, schema, compression="zstd") as writer:
                for some in _bundles(rows):
                    cells = {column: [row.get(column) for row in some] for column in columns}
                    writer.write_table(pa.table(cells, schema=schema))
            beside.replace(target)
        except BaseException:
            beside.unlink(missing_ok=True)
            raise
        self.files[name] = hashlib.sha256(target.read_bytes()).hexdigest()

    def finish(self, content: Mapping[str, Any]) -> None:
        """Remove what an earlier export left and this one has not, and write the list of files."""
        for name in _listed(self.folder) - self.files.keys() - {LIST}:
            (self.folder / name).unlink(missing_ok=True)
        whole = {"format": FORMAT, **content, "files": dict(sorted(self.files.items()))}
        text = json.dumps(whole, ensure_ascii=False, allow_nan=False, indent=2) + "\n"
        self.write(LIST, text.encode("utf-8"))


def _listed(folder: Path) -> set[str]:
    """Files that an earlier export wrote."""
    try:
        content = json.loads((folder / LIST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return set()
    return set(content.get("files", ())) if content.get("format") == FORMAT else set()


def _bundles(rows: Iterable[Mapping[str, Any]]) -> Iterator[list[Mapping[str, Any]]]:
    some: list[Mapping[str, Any]] = []
    for row in rows:
        some.append(row)
        if len(some) == _ROWS:
            yield some
            some = []
    yield some


def _schema(name: str, columns: Mapping[str, tuple[str, str, str]]) -> pa.Schema:
    import pyarrow as pa

    kinds = {"int": pa.int64(), "float": pa.float64(), "text": pa.string(), "flag": pa.bool_()}
    fields = [
        pa.field(c, kinds[kind], metadata={"unit": unit, "meaning": text}) for c, (kind, unit, text) in columns.items()
    ]
    about = {c: {"unit": unit, "meaning": text} for c, (_, unit, text) in columns.items()}
    metadata = {"table": name.removesuffix(".parquet"), "columns": json.dumps(about, ensure_ascii=False)}
    return pa.schema(fields, metadata=metadata)
