"""The tables of a run: which columns, in which unit, with which meaning; and their writer.

Every column's unit and meaning is in the file itself: in the metadata of its field, and once more as JSON under
``columns`` in the metadata of the file, for tools that read only those.
"""

from __future__ import annotations

import contextlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ruralsim.model.books_loop import OUTCOMES
from ruralsim.model.outcomes import GOALS
from ruralsim.model.run import Replicate
from ruralsim.view.rows import rows_of

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(frozen=True, slots=True)
class Field:
    """A column of a table: its name, kind (``int``, ``float`` or ``text``), unit and meaning."""

    name: str
    kind: str
    unit: str
    meaning: str


_RUN = (
    Field("draw", "int", "1", "parameter draw; 0 = the defaults"),
    Field("replicate", "int", "1", "replicate, from 0; each has its own seed"),
)
_WHERE = (
    *_RUN,
    Field("month", "int", "months", "months since the start: 0 is the opening state, 1 the first simulated month"),
    Field("village", "text", "name", "village; county-level flows are under 'county'"),
)
TABLES: dict[str, tuple[Field, ...]] = {
    "outcomes": (
        *_WHERE,
        *(
            Field(goal, "float", "score", f"mean score of {', '.join(names)} on their goalposts; not clipped")
            for goal, names in GOALS.items()
        ),
        *(Field(name, "float", unit, meaning) for name, unit, meaning in OUTCOMES),
    ),
    "indicators": (
        *_WHERE,
        Field("tier", "text", "name", "tier that reports: county, township or village"),
        Field("indicator", "text", "name", "item of the framework in force"),
        Field("true", "float", "0..1", "true level at the end of the quarter"),
        Field("reported", "float", "0..1", "level as reported"),
        Field("target", "float", "0..1", "target in force; empty where the regime sets none"),
    ),
    "policy": (
        *_WHERE,
        Field("instrument", "text", "name", "policy instrument"),
        Field("intensity", "float", "0..1", "intensity asked by the phases in force"),
        Field("reached", "int", "persons", "registered adults of the village where anything was delivered, else 0"),
        Field("cost", "float", "yuan", "what the instrument cost the government this month"),
        Field("delivered", "float", "0..1", "intensity delivered after budgets bound"),
    ),
    "money": (
        *_WHERE,
        Field("flow", "text", "name", "kind of payment"),
        Field("payer", "text", "sector", "who paid"),
        Field("payee", "text", "sector", "who was paid"),
        Field("amount", "float", "yuan", "paid this month, whole fen; flows of 0 have no row"),
    ),
    "balances": (
        *_WHERE,
        Field("sector", "text", "sector", "households, collective, village, government, outside"),
        Field(
            "cash", "float", "yuan",
            "cash at the end of the month; government and outside: the village's share of flows since the start",
        ),
    ),
    "momentum": (
        *_WHERE,
        Field("direction", "text", "name", "development_to_governance: drivers sum to the change of potential; "
              "governance_to_development: to the change of collective_value_added"),
        Field("driver", "text", "name", "cause of the change; drivers of exactly 0 have no row"),
        Field("amount", "float", "see unit", "part of this month's change"),
        Field("unit", "text", "name", "unit of the amount: potential, or yuan/month"),
    ),
    "villages": (
        *_RUN,
        Field("village", "text", "name", "village; V001 … where synthesised"),
        Field("class", "text", "name", "endowment class: plain, hill, mountain, suburban"),
        Field("rollout", "text", "name", "roll-out class: demonstration, pilot, conditioned, rest"),
        Field("form", "text", "name", "form of the collective enterprise"),
        Field("township", "int", "index", "township, from 0"),
        Field("population", "int", "persons", "registered persons of all ages"),
        Field("villagers", "int", "persons", "villagers simulated one by one: registered adults and outsiders"),
        Field("registered_adults", "int", "persons", "registered adults at the start"),
        Field("outsiders", "int", "persons", "resident outsiders at the start"),
        Field("households", "int", "households", "households"),
        Field("cadres", "int", "persons", "village cadres at the start"),
        Field("capital", "float", "yuan", "operating capital of the collective at the start"),
        Field("idle_assets", "float", "yuan", "dormant assets of the collective at the start"),
        Field("debt", "float", "yuan", "loans of the collective at the start"),
        Field("operating_income", "float", "yuan/year", "twelve times the collective's sales at the start"),
        Field("mediators", "float", "per 1,000 persons", "mediators before policy"),
    ),
}


def schema_of(table: str) -> pa.Schema:
    """Arrow schema of a table, with units and meanings."""
    import pyarrow as pa

    kinds = {"int": pa.int32(), "float": pa.float64(), "text": pa.dictionary(pa.int32(), pa.string())}
    fields = [
        pa.field(f.name, kinds[f.kind], metadata={"unit": f.unit, "meaning": f.meaning}) for f in TABLES[table]
    ]
    columns = {f.name: {"unit": f.unit, "meaning": f.meaning} for f in TABLES[table]}
    return pa.schema(fields, metadata={"table": table, "columns": json.dumps(columns, ensure_ascii=False)})


class TableWriter:
    """Writes the tables of a run into a directory, replicate by replicate.

    Use as a context manager; the files are complete when it is left.
    """

    def __init__(self, folder: Path) -> None:
        """Args: folder, an existing directory."""
        self.folder = folder
        self._writers: dict[str, Any] = {}

    def __enter__(self) -> TableWriter:
        import pyarrow.parquet as pq

        for table in TABLES:
            schema = schema_of(table)
            self._writers[table] = pq.ParquetWriter(
                self.folder / f"{table}.parquet",
                schema,
                compression="zstd",
                compression_level=1,
                use_dictionary=[f.name for f in TABLES[table] if f.kind != "float"],
                write_statistics=[f.name for f in TABLES[table] if f.kind == "int"],
            )
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        for writer in self._writers.values():
            # After a failure the files are thrown away; closing them must not hide what went wrong.
            with contextlib.suppress(OSError) if kind is not None else contextlib.nullcontext():
                writer.close()

    def write(self, replicate: Replicate, draw: int = 0) -> None:
        """Append all rows of a replicate."""
        import pyarrow as pa

        for table, columns in rows_of(replicate):
            schema = schema_of(table)
            length = len(columns["village"][0])
            constant = {"draw": draw, "replicate": replicate.number}
            arrays = []
            for field, kind in zip(TABLES[table], schema.types, strict=True):
                if field.name in constant:
                    arrays.append(pa.array(np.full(length, constant[field.name], np.int32)))
                    continue
                values, names = columns[field.name]
                if names is not None:
                    codes = pa.array(values.astype(np.int32, copy=False))
                    arrays.append(pa.DictionaryArray.from_arrays(codes, pa.array(names, pa.string())))
                else:
                    arrays.append(pa.array(values.astype(kind.to_pandas_dtype(), copy=False), from_pandas=True))
            self._writers[table].write_table(pa.table(arrays, schema=schema), row_group_size=1 << 20)
