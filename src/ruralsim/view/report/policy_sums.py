"""The policy table added up: what was asked for, what it would have cost, and what was delivered."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING

import numpy as np

from ruralsim.policy.programme import MOST_SAVED

if TYPE_CHECKING:
    import pandas as pd

    from ruralsim.policy.instruments import Instrument
    from ruralsim.view.report.data import Outcomes

_SUMS = ("intensity", "delivered", "running", "open", "paid_once", "cost")


def policy_sums(
    parts: Iterable[tuple[int, pd.DataFrame]], outcomes: Outcomes, known: Mapping[str, Instrument]
) -> pd.DataFrame:
    """Add the policy table up over villages, and take the mean over replicates.

    Args:
        parts: replicate, and its rows.
        outcomes: of the same run.
        known: instruments that the run could use, the user's own among them.

    Returns:
        By (month, instrument): ``intensity`` and ``delivered``, sums over villages; ``running``, yuan that full
        delivery of the intensity asked would have cost this month, less what other instruments save; ``open``, yuan
        still to be paid once when the month began; ``paid_once``, how much of it was paid; ``cost``, yuan paid in all.
    """
    import pandas as pd

    added = [_replicate(frame, outcomes.heads[number], outcomes.names[number], known) for number, frame in parts]
    if not added:
        index = pd.MultiIndex.from_arrays([[], []], names=["month", "instrument"])
        return pd.DataFrame(index=index, columns=list(_SUMS), dtype=float)
    both = pd.concat(added).groupby(level=["month", "instrument"]).sum() / len(outcomes.heads)
    return both.sort_index()


def _replicate(
    frame: pd.DataFrame, heads: np.ndarray, names: tuple[str, ...], known: Mapping[str, Instrument]
) -> pd.DataFrame:
    import pandas as pd

    place = pd.Series(range(len(names)), index=names)
    frame = frame.astype({"village": str, "instrument": str}).sort_values(["instrument", "village", "month"])
    month, village = frame["month"].to_numpy(), place.reindex(frame["village"]).to_numpy()
    people = heads[month - 1, village]  # costs a head are reckoned with those registered at the end of the month before
    asked = frame["intensity"].to_numpy()
    rows_of = {str(name): rows for name, rows in frame.groupby("instrument").indices.items()}
    unsaved = 1.0 - _saved(rows_of, asked, (month - 1) * len(names) + village, known)
    once, running = np.zeros(len(frame)), np.zeros(len(frame))
    for name, rows in rows_of.items():
        one = known.get(name)
        if one is None:  # in results of a version that had it
            continue
        a_month = one.monthly_cost(0.0) + people[rows] * _a_head(one.monthly_cost)
        running[rows] = asked[rows] * a_month * unsaved[rows]
        once[rows] = asked[rows] * (one.once_cost(0.0) + people[rows] * _a_head(one.once_cost))
    frame = frame.assign(running=running, once=once, paid_once=(frame["cost"] - running).clip(lower=0.0))
    places = frame.groupby(["instrument", "village"])
    # a sum paid once is a debt: its largest size so far, less what was paid before this month
    before = places["paid_once"].cumsum() - frame["paid_once"]
    frame = frame.assign(open=(places["once"].cummax() - before).clip(lower=0.0))
    return frame.groupby(["month", "instrument"])[list(_SUMS)].sum()


def _saved(
    rows_of: Mapping[str, np.ndarray], asked: np.ndarray, where: np.ndarray, known: Mapping[str, Instrument]
) -> np.ndarray:
    """Share of each row's running cost that the other instruments in force save, as ``policy.programme`` reckons it.

    Args:
        rows_of: rows of each instrument.
        asked: intensity by row.
        where: number of the village and month of each row.
        known: instruments by name.
    """
    own = np.zeros(len(asked))
    for name, rows in rows_of.items():
        saves = known[name].saves if name in known else None
        own[rows] = 0.0 if saves is None else saves.amount * asked[rows]
    together = np.bincount(where, weights=own, minlength=1)[where]
    clipped: np.ndarray = np.clip(together - own, -MOST_SAVED, MOST_SAVED)
    return clipped


def _a_head(cost: Callable[[float], float]) -> float:
    return cost(1.0) - cost(0.0)
