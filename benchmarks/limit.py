"""What a month cannot do without: a frozen count of work per villager and month, and what each unit costs here.

``COUNTS`` is written down from the description of the month (its rules as they stand in ``agents/`` and
``institutions/``), not from the loops that happen to run it: whatever is the same for a whole village, or takes only a
few values in it, is not counted; what only few villagers need is counted for those few. ``Units`` measures each unit in
the same run by a straight loop over the same data: villages of a thousand rows, villagers as records of 96 bytes. Count
times cost is the limit that the month's time is compared with.

Not counted: additions, multiplications, comparisons, the order in which sums must run, newcomers and departures, the
village's own month (cadres, enterprise, books), the county step and the audit. So nothing can reach the limit, and the
ratio to it is stated with that in mind.

Shares used below, frozen: of those who are there 67 % are at home, 31 % away, 2 % outsiders (69 % residents, 98 %
registered); 46 % are at home, below 68 and without office; 2 % have a case or a request open; 13 % have local work.
They are those of ``demo-township`` over its third and fourth year, to the percent.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from ruralsim.base.compiled import entry, rule
from ruralsim.base.numbers import exp, fen, log
from ruralsim.base.streams import throw
from ruralsim.model.sorting_loop import sort_floats
from ruralsim.state.columns import TIES, VILLAGER_DTYPE

ROWS = 1000
HOME, AWAY, OUTSIDERS, RESIDENTS, REGISTERED = 0.67, 0.31, 0.02, 0.69, 0.98
MAY_LEAVE, OPEN_CASES, LOCAL_WORK = 0.46, 0.02, 0.13
MONTHLY = 1.0 / 12.0


@dataclass(frozen=True)
class Count:
    """How often a villager needs something in a month, and why: (number, reason) pairs that add up."""

    unit: str
    parts: tuple[tuple[float, str], ...]

    @property
    def number(self) -> float:
        """Sum of the parts."""
        return sum(number for number, _ in self.parts)


#: bytes of a villager's record, and of her ties
RECORD, TIES_BYTES = VILLAGER_DTYPE.itemsize, 2 * TIES

COUNTS = (
    Count("random word", (
        (8.0, "moving, taking part, attending, local work; trust's noise, dispute, request: seven words, in fours"),
        (4.0 * OPEN_CASES, "a block for settling and answering, for those with something open"),
        (4.0 * OUTSIDERS, "a block for leaving again, for outsiders"),
        (8.0 * MONTHLY, "in January a block for death, register and coming of age, and one for pooling and priority"),
    )),
    Count("exponential", (
        (MAY_LEAVE + AWAY, "hazard to leave or to come home, for those who may"),
        (1.0, "odds of taking part (attending multiplies the same odds)"),
        (RESIDENTS, "hazard of a dispute, for residents"),
        (1.0, "logistic of satisfaction"),
        (REGISTERED * MONTHLY, "January: logistic of pooling land"),
        (MONTHLY, "January: mortality by age"),
    )),
    Count("logarithm", ((1.0, "logarithm of consumption over its reference, in satisfaction"),)),
    Count("division", (
        (MAY_LEAVE + AWAY, "hazard to chance of moving"),
        (1.0, "means over neighbours: one reciprocal"),
        (1.0 + RESIDENTS, "chance to take part, chance to attend"),
        (3.0 * REGISTERED, "belonging: what is paid, what was promised, and the step's Φ"),
        (RESIDENTS, "hazard to chance of a dispute"),
        (3.0, "trust: dividend, broken promise, the step's Φ (few have a collective wage, one in a hundred at most)"),
        (2.0, "norm and legal awareness: the step's Φ"),
        (2.0, "satisfaction: consumption over its reference, logistic"),
        (2.0 * REGISTERED * MONTHLY, "January: expected dividend and logistic of pooling"),
    )),
    Count("neighbour", ((float(TIES), "flags and trust of eight neighbours, anywhere in the village"),)),
    Count("rounding to fen", (
        (3.0 * AWAY, "those away: wage, remittance, living"),
        (HOME, "those registered at home: the crop"),
        (RESIDENTS, "residents: consumption"),
        (LOCAL_WORK, "local wage (pension, other property, gifts and prizes take one or two values in a village)"),
    )),
    Count("sorted value", (
        (RESIDENTS, "permanent incomes of residents, for the median and the Gini coefficient of the month"),
        (1.0, "satisfaction of all, for the lowest fifth"),
    )),
    Count("record byte", (
        (RECORD + TIES_BYTES, "reading 1: what neighbours show, before anybody moves; who they are"),
        (2.0 * RECORD, "pass 2: moving, taking part, pooling; counts labour on offer, who is home, what is sent there"),
        (2.0 * RECORD, "pass 3: wages, rent (all labour was counted), belonging, income and spending (all was sent)"),
        (2.0 * RECORD, "pass 4: disputes and requests (the spread of all incomes is known)"),
        (2.0 * RECORD, "pass 5: minds (all cases are counted), and the month's means"),
    )),
)  # fmt: skip


# ---------------------------------------------------------------- one straight loop for each unit


@entry
def _words(people, ties, shown, trust, values, cells, words, out):
    for v in range(people.shape[0] // ROWS):
        throw(words, 1, v, 7, 3, 0, 0)


@rule
def _same(x: float) -> float:
    return x


@rule
def _reciprocal(x: float) -> float:
    return 1.0 / x


def _of_each(function: Callable[[float], float]) -> Callable[..., None]:
    """The loop that applies a rule to a column of the records, read on a line of memory of its own."""

    @entry
    def loop(people, ties, shown, trust, values, cells, words, out):
        column = np.empty(ROWS, np.float64)
        for v in range(people.shape[0] // ROWS):
            village = people[v * ROWS : (v + 1) * ROWS]
            for i in range(ROWS):
                column[i] = village[i].trust
            for i in range(ROWS):
                out[i] = function(column[i])

    return loop


#: the next four, and the same loop without their unit
_exponentials, _logarithms, _divisions, _roundings = (_of_each(one) for one in (exp, log, _reciprocal, fen))
_columns = _of_each(_same)


@entry
def _neighbours(people, ties, shown, trust, values, cells, words, out):
    """``shown``: there, contributes, pools, example as the four bytes of a word, so that one addition counts all."""
    for v in range(people.shape[0] // ROWS):
        friends, flags, levels = ties[v * ROWS : (v + 1) * ROWS], shown[v * ROWS :], trust[v * ROWS :]
        for i in range(ROWS):
            total, counts = 0.0, np.uint32(0)
            for k in range(TIES):
                j = friends[i, k]
                counts += flags[j]
                total += np.float64(levels[j])
            out[i] = total + counts


@entry
def _copies(people, ties, shown, trust, values, cells, words, out):
    spare = np.empty(ROWS, np.float32)
    for v in range(people.shape[0] // ROWS):
        for i in range(ROWS):
            spare[i] = values[v * ROWS + i]
        out[0] += spare[v % ROWS]


@entry
def _sorts(people, ties, shown, trust, values, cells, words, out):
    spare = np.empty(ROWS, np.float32)
    for v in range(people.shape[0] // ROWS):
        for i in range(ROWS):
            spare[i] = values[v * ROWS + i]
        sort_floats(spare, ROWS)
        out[0] += spare[v % ROWS]


@entry
def _passes(people, ties, shown, trust, values, cells, words, out):
    for v in range(people.shape[0] // ROWS):
        village = cells[v * ROWS : (v + 1) * ROWS]
        total = np.uint64(0)
        for i in range(ROWS):
            for k in range(village.shape[1]):
                total ^= village[i, k]
        out[0] += total & np.uint64(1)
        for number in range(4):
            for i in range(ROWS):
                for k in range(village.shape[1]):
                    village[i, k] += np.uint64(number)


#: unit -> (loop, the same loop without the unit or None, units per villager in one round of the loop)
LOOPS: dict[str, tuple[Callable[..., None], Callable[..., None] | None, float]] = {
    "random word": (_words, None, 4.0),
    "exponential": (_exponentials, _columns, 1.0),
    "logarithm": (_logarithms, _columns, 1.0),
    "division": (_divisions, _columns, 1.0),
    "neighbour": (_neighbours, None, float(TIES)),
    "rounding to fen": (_roundings, _columns, 1.0),
    "sorted value": (_sorts, _copies, 1.0),
    "record byte": (_passes, None, 9.0 * RECORD),
}


class Units:
    """Data of the shape of a county, to time the loops on.

    Args:
        villagers: how many; rounded down to whole villages of a thousand.
    """

    def __init__(self, villagers: int = 10_000) -> None:
        rows = max(1, villagers // ROWS) * ROWS
        mixed = (np.arange(rows, dtype=np.uint64) * np.uint64(2654435761)) % np.uint64(2**32)
        spread = (0.05 + 0.9 * (mixed / 2.0**32)).astype(np.float32)
        people = np.zeros(rows, VILLAGER_DTYPE)
        people["trust"] = spread
        self.rows = rows
        steps = np.arange(TIES, dtype=np.uint64) * np.uint64(389)
        friends = (mixed[:, None] // np.uint64(97) + steps) % np.uint64(ROWS)
        self.arguments: tuple[Any, ...] = (
            people,
            friends.astype(np.uint16),
            (mixed % np.uint64(2) * np.uint64(0x01010001)).astype(np.uint32),
            spread,
            (spread * np.float32(3000.0)).astype(np.float32),
            np.zeros((rows, RECORD // 8), np.uint64),
            np.empty((4, ROWS), np.uint32),
            np.zeros(ROWS, np.float64),
        )
        for loop, base, _ in LOOPS.values():
            loop(*self.arguments)
            if base is not None:
                base(*self.arguments)

    def _time(self, loop: Callable[..., None], repeats: int) -> float:
        """Seconds a villager: the fastest of some, because a difference of two short times forgives no interruption."""
        best = float("inf")
        for _ in range(repeats):
            start = time.perf_counter()
            loop(*self.arguments)
            best = min(best, time.perf_counter() - start)
        return best / self.rows

    def costs(self, repeats: int = 20) -> dict[str, float]:
        """Nanoseconds of one unit of each kind, once round; the caller takes the median of several."""
        found = {}
        for unit, (loop, base, number) in LOOPS.items():
            spent = self._time(loop, repeats) - (0.0 if base is None else self._time(base, repeats))
            found[unit] = max(0.0, spent) * 1e9 / number
        return found


def limit(costs: dict[str, float]) -> float:
    """Nanoseconds per villager and month that the counted work takes at these unit costs."""
    return sum(count.number * costs[count.unit] for count in COUNTS)
