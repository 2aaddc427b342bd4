"""What a report is made from: ``run.json`` and the Parquet tables of a results directory, added up and nothing more."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ruralsim.base.calendar import Month
from ruralsim.base.errors import InputError
from ruralsim.model.outcomes import GOALS
from ruralsim.policy.library import Library, library_carried
from ruralsim.view.run_directory import FORMAT

if TYPE_CHECKING:
    import pandas as pd

#: outcomes that are summed over villages
SUMMED = ("operating_income", "enterprise_active", "collective_jobs", "collective_value_added")
_KEYS = ("draw", "replicate", "month", "village")
#: what a report cannot do without in run.json
REQUIRED = (
    *("run_id", "seed", "villagers", "villages", "months", "replicates", "audit", "outcomes", "components", "compared"),
    *("parameters", "groups", "instruments", "budgets_that_bound", "scenario", "scenario_digest", "source_digest"),
    *("replicate_seeds", "versions", "scorecard", "command"),
)
NEEDED = ("outcomes", "indicators", "policy", "money", "momentum", "villages")


@dataclass(frozen=True)
class Phase:
    """A phase as a band of months, counted from 1; the end is included and may lie after the run."""

    name: str
    first: int
    last: int
    budget: float | None
    dates: tuple[str, str]
    titles: Mapping[str, str]

    def label(self, lang: str) -> str:
        """What it is called in a language."""
        return self.titles.get(lang) or self.name


@dataclass(frozen=True, eq=False)
class Outcomes:
    """The outcomes table, added up replicate by replicate.

    Args:
        county: by (replicate, month): every outcome and goal, villages weighing as many registered adults as they have.
        total: by (replicate, month): :data:`SUMMED` over villages.
        first, last: by (replicate, village): means over the first and the last months compared.
        heads: replicate -> registered adults [month, village], months from 0.
        names: replicate -> villages, the columns of ``heads``.
    """

    county: pd.DataFrame
    total: pd.DataFrame
    first: pd.DataFrame
    last: pd.DataFrame
    heads: Mapping[int, np.ndarray]
    names: Mapping[int, tuple[str, ...]]


@dataclass(frozen=True, eq=False)
class RunData:
    """A results directory, read when asked. Only draw 0, the default parameters, is read from the tables.

    Args:
        folder: the directory.
        facts: content of ``run.json``.
    """

    folder: Path
    facts: Mapping[str, Any]

    @property
    def months(self) -> int:
        """Simulated months."""
        return int(self.facts["months"])

    @property
    def replicates(self) -> int:
        """Number of replicates."""
        return int(self.facts["replicates"])

    @property
    def window(self) -> int:
        """How many months at each end are compared."""
        return int(self.facts["compared"]["last_months"])

    @property
    def start(self) -> Month:
        """First simulated month."""
        return Month.parse(self.facts["scenario"]["scenario"]["start"])

    @property
    def end(self) -> Month:
        """Last simulated month."""
        return self.start + (self.months - 1)

    @property
    def has_roster(self) -> bool:
        """Whether the villages are a user's own and not synthetic."""
        return self.facts["scenario"]["place"].get("roster") is not None

    @property
    def library(self) -> Library:
        """Instruments and frameworks that the run could use, the user's own among them."""
        return library_carried(self.facts["scenario"].get("own"))

    @cached_property
    def phases(self) -> tuple[Phase, ...]:
        """The phases of the scenario, in its order."""
        found = []
        for entry in self.facts["scenario"].get("phase", ()):
            first, last = (Month.parse(entry[key]) - self.start + 1 for key in ("from", "to"))
            dates = (entry["from"], entry["to"])
            found.append(Phase(entry["name"], first, last, entry["budget"], dates, entry["title"]))
        return tuple(found)

    @cached_property
    def villages(self) -> pd.DataFrame:
        """The villages table, texts as texts."""
        frame = self._table("villages").to_pandas()
        return frame.astype({name: str for name in ("village", "class", "rollout", "form")})

    @property
    def level(self) -> float:
        """Share of outcomes that an interval of this run holds."""
        return float(self.uncertainty.get("level", 0.95))

    @property
    def uncertainty(self) -> Mapping[str, Any]:
        """What ``run.json`` says of intervals, parameter draws and the baseline; empty where it says nothing."""
        found: Mapping[str, Any] = self.facts.get("uncertainty") or {}
        return found

    @cached_property
    def outcomes(self) -> Outcomes:
        """The outcomes table, added up."""
        return self._outcomes("outcomes")

    @cached_property
    def baseline(self) -> Outcomes | None:
        """The same villages under the same luck without policy; None where the run has no baseline."""
        return self._outcomes("baseline") if (self.folder / "baseline.parquet").is_file() else None

    @cached_property
    def draws(self) -> pd.DataFrame | None:
        """Goals of every parameter draw by year; None where the run has no draws."""
        path = self.folder / "draws.parquet"
        if not path.is_file():
            return None
        import pandas as pd

        columns = ["draw", "replicate", "kind", "policy", "year", "months", *GOALS]
        return pd.read_parquet(path, columns=columns).astype({"kind": str, "policy": str})

    def _outcomes(self, table: str) -> Outcomes:
        import pandas as pd

        county, total, first, last = [], [], [], []
        heads: dict[int, np.ndarray] = {}
        names: dict[int, tuple[str, ...]] = {}
        for number, frame in self._by_replicate(table):
            frame = frame.astype({"village": str}).drop(columns=["draw", "replicate"])
            values = [name for name in frame.columns if name not in ("month", "village")]
            matrix = frame.pivot(index="month", columns="village", values="registered").sort_index()
            heads[number], names[number] = matrix.to_numpy(), tuple(matrix.columns)
            # what has people as its measure is weighed by them, the people themselves are not
            weighted = frame[values].mul(frame["registered"], axis=0).groupby(frame["month"]).sum()
            weighted = weighted.div(frame.groupby("month")["registered"].sum(), axis=0)
            county.append(_labelled(weighted, number))
            total.append(_labelled(frame.groupby("month")[list(SUMMED)].sum(), number))
            opening = frame[(frame["month"] >= 1) & (frame["month"] <= self.window)]
            ending = frame[frame["month"] > self.months - self.window]
            first.append(_labelled(opening.groupby("village")[values].mean(), number))
            last.append(_labelled(ending.groupby("village")[values].mean(), number))
        return Outcomes(pd.concat(county), pd.concat(total), pd.concat(first), pd.concat(last), heads, names)

    @cached_property
    def indicators(self) -> pd.DataFrame:
        """Means over villages and replicates by (month, indicator): true, reported, target, and the tier."""
        frame = self._table("indicators").to_pandas().astype({"indicator": str, "tier": str})
        grouped = frame.groupby(["month", "indicator"], sort=False)
        return grouped[["true", "reported", "target"]].mean().join(grouped["tier"].first())

    @cached_property
    def policy(self) -> pd.DataFrame:
        """Sums over villages, means over replicates, by (month, instrument); see ``policy_sums``."""
        from ruralsim.view.report.policy_sums import policy_sums

        return policy_sums(self._by_replicate("policy"), self.outcomes, self.library.instruments)

    @cached_property
    def money(self) -> pd.DataFrame:
        """Yuan in all months by flow, payer and payee, means over replicates."""
        return self._added("money", ("flow", "payer", "payee")) / self.replicates

    @cached_property
    def momentum(self) -> pd.DataFrame:
        """What each driver moved in all months, means over replicates, by direction and driver.

        Potential is that of the county, villages weighing as many registered adults as they had at the start; the
        collectives' value added is summed over villages (yuan a month).
        """
        import pandas as pd

        parts = []
        for table in self._batches("momentum", ("replicate", "village", "direction", "driver", "amount")):
            frame = table.to_pandas()
            weight = np.ones(len(frame))
            governance = (frame["direction"].astype(str) == "development_to_governance").to_numpy()
            for number in frame["replicate"].unique():
                share = self._opening_shares[number]
                mine = governance & (frame["replicate"] == number).to_numpy()
                codes = frame["village"].cat
                weight[mine] = share.reindex(codes.categories).to_numpy()[codes.codes[mine]]
            frame["amount"] *= weight
            parts.append(frame.groupby(["direction", "driver"], observed=True)["amount"].sum())
        both = pd.concat(parts).reset_index()
        both = both.astype({"direction": str, "driver": str})
        return both.groupby(["direction", "driver"], sort=False)[["amount"]].sum() / self.replicates

    @cached_property
    def _opening_shares(self) -> dict[int, pd.Series]:
        import pandas as pd

        outcomes = self.outcomes
        return {
            number: pd.Series(heads[0] / heads[0].sum(), index=outcomes.names[number])
            for number, heads in outcomes.heads.items()
        }

    def optional(self, table: str) -> pd.DataFrame | None:
        """Return a table that not every run has, or None."""
        if not (self.folder / f"{table}.parquet").is_file():
            return None
        frame: pd.DataFrame = self._table(table).to_pandas()
        texts = [name for name in frame.columns if not _is_number(frame[name])]
        return frame.astype(dict.fromkeys(texts, str))

    def _added(self, table: str, by: Sequence[str]) -> pd.DataFrame:
        import pandas as pd

        parts = [
            batch.group_by(list(by)).aggregate([("amount", "sum")]).to_pandas()
            for batch in self._batches(table, (*by, "amount"))
        ]
        frame = pd.concat(parts).astype({name: str for name in by})
        return frame.groupby(list(by), sort=False)[["amount_sum"]].sum().rename(columns={"amount_sum": "amount"})

    def _table(self, table: str) -> Any:
        import pyarrow as pa
        import pyarrow.parquet as pq

        empty = pq.read_schema(self.folder / f"{table}.parquet").empty_table()
        return pa.concat_tables([empty, *self._batches(table)], promote_options="default").unify_dictionaries()

    def _by_replicate(self, table: str) -> Iterator[tuple[int, pd.DataFrame]]:
        import pandas as pd

        parts: list[pd.DataFrame] = []
        for batch in self._batches(table):
            frame = batch.to_pandas()
            for number, rows in frame.groupby("replicate", sort=False):
                if parts and int(parts[0]["replicate"].iloc[0]) != number:
                    yield int(parts[0]["replicate"].iloc[0]), pd.concat(parts)
                    parts = []
                parts.append(rows)
        if parts:
            yield int(parts[0]["replicate"].iloc[0]), pd.concat(parts)

    def _batches(self, table: str, columns: Sequence[str] | None = None) -> Iterator[Any]:
        """Yield a table in parts that fit into memory, rows of the default parameters only."""
        import pyarrow.compute as pc
        import pyarrow.parquet as pq

        file = pq.ParquetFile(self.folder / f"{table}.parquet")
        wanted = None if columns is None else ["draw", *columns]
        for group in range(file.num_row_groups):
            rows = file.read_row_group(group, columns=wanted)
            rows = rows.filter(pc.equal(rows["draw"], 0))
            if rows.num_rows:
                yield rows


def _is_number(series: pd.Series) -> bool:
    return bool(series.dtype.kind in "iufb") if isinstance(series.dtype, np.dtype) else False


def _labelled(frame: pd.DataFrame, number: int) -> pd.DataFrame:
    import pandas as pd

    return pd.concat({number: frame}, names=["replicate"])


def read_run(folder: Path) -> RunData:
    """Open a results directory.

    Args:
        folder: written by ``ruralsim run``.

    Raises:
        InputError: it is not one, or a file of it is missing or damaged.
    """
    path = folder / "run.json"
    if not path.is_file():
        raise InputError("report_no_run", read=str(folder))
    try:
        facts = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InputError("report_damaged", file=path, detail=str(error)) from None
    if not isinstance(facts, dict) or facts.get("format") != FORMAT:
        raise InputError("report_no_run", read=str(folder))
    absent = [name for name in REQUIRED if name not in facts]
    if absent:
        raise InputError("report_keys_missing", file=path, found=absent)
    lost = [f"{table}.parquet" for table in NEEDED if not (folder / f"{table}.parquet").is_file()]
    if lost:
        raise InputError("report_files_missing", read=str(folder), found=lost)
    return RunData(folder, facts)
