"""Results of an experiment as tables: what was run, and what came out by year and class of villages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ruralsim.experiments.plan import Plan, Run
from ruralsim.experiments.record import Record
from ruralsim.experiments.series import COUNTY, GROUPS, SERIES, years_of
from ruralsim.experiments.store import Store

if TYPE_CHECKING:
    import pandas as pd


def records(plan: Plan, store: Store) -> Iterator[tuple[Run, Record]]:
    """Every run that is there, in the plan's order, with its record; one at a time."""
    for run in plan.runs():
        record = store.read(plan.key(run.index))
        if record is not None:
            yield run, record


def labels_of(run: Run) -> dict[str, Any]:
    """The columns that say which run a row belongs to."""
    return {"scenario": run.arm, "context": run.context, "draw": run.draw, "replicate": run.replicate}


def rows_of(
    run: Run, record: Record, series: Sequence[str] = SERIES, groups: Sequence[tuple[str, str]] = GROUPS
) -> list[dict[str, Any]]:
    """Rows of one run: each group of villages and year, with the wanted figures.

    Args:
        run: which.
        record: of it.
        series: names among ``series.SERIES``.
        groups: among ``series.GROUPS``; those without villages in this run have no rows.
    """
    columns = [SERIES.index(name) for name in series]
    rows = []
    for group in groups:
        at = GROUPS.index(group)
        if at >= len(record.groups) or np.isnan(record.groups[at]).all():
            continue
        for year, months in enumerate(years_of(record.months)):
            figures = record.groups[at, year, columns].tolist()
            where = {"grouping": group[0], "group": group[1], "year": year, "months": months}
            rows.append({**labels_of(run), **where, **dict(zip(series, figures, strict=True))})
    return rows


def results_frame(
    plan: Plan,
    store: str | Path | Store,
    *,
    outcomes: Sequence[str] | None = None,
    groups: Sequence[tuple[str, str]] = (COUNTY,),
    years: bool = True,
) -> pd.DataFrame:
    """Results as a pandas table, a row for each run, group and year (0: the opening state).

    Args:
        plan: of the experiment.
        store: or its folder.
        outcomes: figures wanted; None means those of the design.
        groups: of villages; ``series.GROUPS`` for all classes.
        years: every year, or only the last one.
    """
    import pandas as pd

    store = store if isinstance(store, Store) else Store(store)
    series = plan.design.outcomes if outcomes is None else tuple(outcomes)
    rows = [row for run, record in records(plan, store) for row in rows_of(run, record, series, groups)]
    frame = pd.DataFrame(rows)
    return frame if years or frame.empty else frame[frame["year"] == frame["year"].max()].reset_index(drop=True)


def run_row(plan: Plan, store: Store, run: Run) -> dict[str, Any]:
    """What is known of a run: labels, seed, key, state, message, and the values that its draw set."""
    key = plan.key(run.index)
    state = store.verified(key)
    values: Mapping[str, float] = {
        f"parameter_{factor.name}": run.values.get(factor.name, float(plan.values[0, k]))
        for k, factor in enumerate(plan.design.factors)
    }
    failed = store.failure(key) if state == "failed" else None
    return {
        "run": run.index,
        **labels_of(run),
        "seed": run.seed,
        "state": state,
        "message": failed,
        "key": key,
        **values,
    }
