"""The county's hall: everybody's seat, kept from month to month while a run goes on (``desks``).

While people sit, their rows are not up to date; whoever wants to look at rows lets them stand up first. Nothing here is
state: seats are taken anew from the rows, and no number depends on whether they were kept.
"""

from __future__ import annotations

import numpy as np

from ruralsim.base.compiled import TILE
from ruralsim.model.desks import DESK_DTYPE, desks_for

#: of a village: where its desks begin, and whether its people sit there
SEATING_DTYPE = np.dtype([("first_desk", "i8"), ("seated", "i8")])


class Hall:
    """Seats for all who may be there.

    Args:
        start, stop: int64 [V], rows of each village.

    Attributes:
        present: uint32 [rows], by village the rows of those who are there, in order.
        desks: structured (``desks.DESK_DTYPE``), the villages' one after the other.
        seating: structured [V].
    """

    def __init__(self, start: np.ndarray, stop: np.ndarray) -> None:
        self.start = start
        count = np.array([desks_for(int(rows)) for rows in stop - start], np.int64)
        self.present = np.empty(int(stop[-1]), np.uint32)
        self.desks = np.empty(int(count.sum()), DESK_DTYPE)
        self.seating = np.zeros(len(start), SEATING_DTYPE)
        self.seating["first_desk"] = np.cumsum(count) - count

    def stand_up(self, villagers: np.ndarray, people: np.ndarray) -> None:
        """Bring the rows up to date.

        Args:
            villagers: all rows, changed in place.
            people: how many are there, by village.
        """
        for v in np.flatnonzero(self.seating["seated"]):
            there, first = int(people[v]), int(self.seating["first_desk"][v])
            rows = int(self.start[v]) + self.present[self.start[v] : self.start[v] + there].astype(np.int64)
            desks = self.desks[first : first + -(-there // TILE)]
            for name in DESK_DTYPE.names or ():
                villagers[name][rows] = desks[name].reshape(-1)[:there]
            self.seating["seated"][v] = 0
