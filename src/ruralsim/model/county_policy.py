"""What policy does in the county step by itself: the yearly admission of members.

It acts on last month's state, before the villages' month. With the lever at zero nothing is touched, bit for bit.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ruralsim.base.streams import draws
from ruralsim.state.columns import AWAY, HOME

if TYPE_CHECKING:
    from ruralsim.model.county import County

#: one share in the units of the shares' column
ONE_SHARE = 1000


def admit_members(county: County, month: int) -> None:
    """January: adults without a share are given one, each with the chance that the lever ``membership`` gives.

    The shares are those that the village itself holds, as far as they go; the rest are new, so that everybody's part
    of a dividend shrinks. Members' own shares are never taken.

    Args:
        county: state, changed in place.
        month: month of the run, from 1.
    """
    chance = county.levers["membership"]
    for v in np.flatnonzero(chance > 0.0):
        rows = slice(int(county.start[v]), int(county.start[v]) + int(county.villages["rows"][v]))
        people = county.villagers[rows]
        without = ((people["status"] == HOME) | (people["status"] == AWAY)) & (people["share"] == 0)
        low, high = int(county.villages["key_low"][v]), int(county.villages["key_high"][v])
        given = 0
        for i in np.flatnonzero(without).tolist():
            u, _, _, _ = draws(county.seed, low, high, i, month, 56)
            if u < chance[v]:
                people["share"][i] = ONE_SHARE
                given += ONE_SHARE
        held = min(given, int(county.enterprises["shares_village"][v]))
        county.enterprises["shares_village"][v] -= held
        county.enterprises["shares_total"][v] += given - held
