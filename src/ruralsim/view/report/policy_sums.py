"""The policy table added up: what was asked for, what it would have cost, and what was delivered."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pandas as pd

    from ruralsim.view.report.data import Outcomes

_SUMS = ("intensity", "delivered", "running", "open", "paid_once", "cost")


def policy_sums(parts: Iterable[tuple[int, pd.DataFrame]], outcomes: Outcomes) -> pd.DataFrame:
    """Add the policy table up over villages, and take the mean over replicates.

    Args:
        parts: replicate, and its rows.
        outcomes: of the same run.

    Returns:
        By (month, instrument): ``intensity`` and ``delivered``, sums over villages; ``running``, yuan that full
        delivery of the intensity asked would have cost this month; ``open``, yuan still to be paid once when the month
        began; ``paid_once``, how much of it was paid; ``cost``, yuan paid in all.
    """
    import pandas as pd

    added = [_replicate(frame, outcomes.heads[number], outcomes.names[number]) for number, frame in parts]
    if not added:
        index = pd.MultiIndex.from_arrays([[], []], names=["month", "instrument"])
        return pd.DataFrame(index=index, columns=list(_SUMS), dtype=float)
    both = pd.concat(added).groupby(level=["month", "instrument"]).sum() / len(outcomes.heads)
    return both.sort_index()


def _replicate(frame: pd.DataFrame, heads: np.ndarray, names: tuple[str, ...]) -> pd.DataFrame:
    import pandas as pd

    from ruralsim.policy.instruments import load_instruments

    known = load_instruments()
    place = pd.Series(range(len(names)), index=names)
    frame = frame.astype({"village": str, "instrument": str}).sort_values(["instrument", "village", "month"])
    # costs a head are reckoned with those registered at the end of the month before
    people = heads[frame["month"].to_numpy() - 1, place.reindex(frame["village"]).to_numpy()]
    once, running = np.zeros(len(frame)), np.zeros(len(frame))
    for name, rows in frame.groupby("instrument").indices.items():
        one = known.get(str(name))
        if one is None:
            continue
        asked = frame["intensity"].to_numpy()[rows]
        running[rows] = asked * (one.monthly_cost(0.0) + people[rows] * _a_head(one.monthly_cost))
        once[rows] = asked * (one.once_cost(0.0) + people[rows] * _a_head(one.once_cost))
    frame = frame.assign(running=running, once=once, paid_once=(frame["cost"] - running).clip(lower=0.0))
    places = frame.groupby(["instrument", "village"])
    # a sum paid once is a debt: its largest size so far, less what was paid before this month
    before = places["paid_once"].cumsum() - frame["paid_once"]
    frame = frame.assign(open=(places["once"].cummax() - before).clip(lower=0.0))
    return frame.groupby(["month", "instrument"])[list(_SUMS)].sum()


def _a_head(cost: Callable[[float], float]) -> float:
    return cost(1.0) - cost(0.0)
