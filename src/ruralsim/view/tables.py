"""The tables of a run: which columns, in which unit, with which meaning; and their writer.

Every column's unit and meaning is in the file itself: in the metadata of its field, and once more as JSON under
``columns`` in the metadata of the file, for tools that read only those.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ruralsim.model.books_loop import OUTCOMES
from ruralsim.model.groups import GROUP_MEASURES
from ruralsim.model.outcomes import GOALS
from ruralsim.model.run import Replicate
from ruralsim.spec.parameters import load_parameters
from ruralsim.view.rows import BASELINE, Column, draw_rows, group_rows, outcome_rows, rows_of

if TYPE_CHECKING:
    import pyarrow as pa

    from ruralsim.analysis.uncertainty import Draws


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
            "cash",
            "float",
            "yuan",
            "cash at the end of the month; government and outside: the village's share of flows since the start",
        ),
    ),
    "momentum": (
        *_WHERE,
        Field(
            "direction",
            "text",
            "name",
            "development_to_governance: drivers sum to the change of potential; "
            "governance_to_development: to the change of collective_value_added",
        ),
        Field("driver", "text", "name", "cause of the change; drivers of exactly 0 have no row"),
        Field("amount", "float", "see unit", "part of this month's change"),
        Field("unit", "text", "name", "unit of the amount: potential, or yuan/month"),
    ),
    "groups": (
        *_RUN,
        Field("policy", "text", "name", "scenario, or baseline: the same villages and luck without any phase"),
        *_WHERE[len(_RUN) :],
        Field("grouping", "text", "name", "what people are grouped by: age, membership, residence"),
        Field("group", "text", "name", "group that fits at that moment; classes of villages: table villages"),
        Field("persons", "int", "persons", "registered adults and outsiders in it; groups of nobody have no row"),
        Field(
            "residents",
            "int",
            "persons",
            "those of them whose income counts: at home, or all by residence",
        ),
        *(Field(name, "float", unit, meaning) for name, unit, _, meaning in GROUP_MEASURES),
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

#: tables that not every run has: the same county without policy (runs with a phase), parameter draws (unless --draws 0)
OPTIONAL = ("baseline", "draws")


@cache
def fields_of(table: str) -> tuple[Field, ...]:
    """Columns of a table: one of :data:`TABLES` or of :data:`OPTIONAL`."""
    if table == "baseline":
        return TABLES["outcomes"]
    return _fields_of_draws() if table == "draws" else TABLES[table]


def _fields_of_draws() -> tuple[Field, ...]:
    figures = TABLES["outcomes"][len(_WHERE) :]
    return (
        *_RUN,
        Field("kind", "text", "name", "defaults; drawn: all parameters drawn; twin: as its draw, but those with an "
              "estimate drawn anew"),
        Field("twin_of", "int", "1", "draw whose assumed parameters a twin shares; empty for others"),
        Field("policy", "text", "name", "scenario, or baseline: the same villages and luck without any phase"),
        Field("year", "int", "years", "year of the run; 0 is the opening state"),
        Field("months", "int", "months", "months averaged: 12, fewer in a last year that is cut short, 0 for year 0"),
        *(replace(field, meaning=f"{field.meaning}; mean of the year over the sampled villages, each weighing the "
                  "registered adults it stands for") for field in figures),
        *(
            Field(f"parameter_{name}", "float", one.unit, f"value of the parameter ({one.grade}): {one.en}")
            for name, one in load_parameters().items()
        ),
    )  # fmt: skip


def schema_of(table: str) -> pa.Schema:
    """Arrow schema of a table, with units and meanings."""
    import pyarrow as pa

    kinds = {"int": pa.int32(), "float": pa.float64(), "text": pa.dictionary(pa.int32(), pa.string())}
    fields = [
        pa.field(f.name, kinds[f.kind], metadata={"unit": f.unit, "meaning": f.meaning}) for f in fields_of(table)
    ]
    columns = {f.name: {"unit": f.unit, "meaning": f.meaning} for f in fields_of(table)}
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
        for table in TABLES:
            self._open(table)
        return self

    def _open(self, table: str) -> None:
        import pyarrow.parquet as pq

        fields = fields_of(table)
        self._writers[table] = pq.ParquetWriter(
            self.folder / f"{table}.parquet",
            schema_of(table),
            compression="zstd",
            compression_level=1,
            use_dictionary=[f.name for f in fields if f.kind != "float"],
            write_statistics=[f.name for f in fields if f.kind == "int"],
        )

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        for writer in self._writers.values():
            # After a failure the files are thrown away; closing them must not hide what went wrong.
            with contextlib.suppress(OSError) if kind is not None else contextlib.nullcontext():
                writer.close()

    def write(self, replicate: Replicate, draw: int = 0) -> None:
        """Append all rows of a replicate."""
        for table, columns in rows_of(replicate):
            self._append(table, columns, {"draw": draw, "replicate": replicate.number})

    def write_baseline(self, replicate: Replicate, draw: int = 0) -> None:
        """Append the outcomes and groups of a replicate without policy."""
        constant = {"draw": draw, "replicate": replicate.number}
        self._append("baseline", outcome_rows(replicate), constant)
        self._append("groups", group_rows(replicate, BASELINE), constant)

    def write_draws(self, draws: Draws) -> None:
        """Append the figures of all parameter draws by year, beside their parameters."""
        self._append("draws", draw_rows(draws), {})

    def _append(self, table: str, columns: Mapping[str, Column], constant: Mapping[str, int]) -> None:
        import pyarrow as pa

        if table not in self._writers:
            self._open(table)
        schema = schema_of(table)
        length = len(next(iter(columns.values()))[0])
        arrays = []
        for field, kind in zip(fields_of(table), schema.types, strict=True):
            if field.name in constant:
                arrays.append(pa.array(np.full(length, constant[field.name], np.int32)))
                continue
            values, names = columns[field.name]
            if names is not None:
                codes = pa.array(values.astype(np.int32, copy=False))
                arrays.append(pa.DictionaryArray.from_arrays(codes, pa.array(names, pa.string())))
            elif isinstance(values, np.ma.MaskedArray):
                arrays.append(pa.array(values.data.astype(np.int32), mask=np.ma.getmaskarray(values)))
            else:
                arrays.append(pa.array(values.astype(kind.to_pandas_dtype(), copy=False), from_pandas=True))
        self._writers[table].write_table(pa.table(arrays, schema=schema), row_group_size=1 << 20)
