"""What villagers see of their neighbours before anybody acts."""

from __future__ import annotations

import numpy as np

from ..base.compiled import TILE, process
from ..state.columns import TIES

#: what a neighbour sees of a person, a byte each in one word: is there, takes part, pools, is an example
CIVIC_BYTE, POOLS_BYTE, EXAMPLE_BYTE = 8, 16, 24


@process
def look_around(village, ties, present, desks, peers):
    """What each villager sees of neighbours as they were at the start of the month.

    ``peers[:, j]`` is what the person of row ``present[j]`` sees: mean trust, share who contributed, share who pool,
    share of party or notable neighbours.
    """
    # what there is to see of everybody, in few bytes: four flags in the four bytes of one word (eight neighbours
    # never overflow a byte), and trust, both zero for a row where nobody is
    seen = np.zeros(village.rows, np.int32)
    seen_trust = np.zeros(village.rows)
    flags = np.empty(TILE, np.int32)
    for first in range(0, present.shape[0], TILE):
        size = min(TILE, present.shape[0] - first)
        desk, rows = desks[first // TILE], present[first : first + size]
        contributes, pools, party, notable, trusts = desk.contributes, desk.pools, desk.party, desk.notable, desk.trust
        for j in range(size):
            own = 1 + (1 << CIVIC_BYTE) * np.int32(contributes[j]) + (1 << POOLS_BYTE) * np.int32(pools[j])
            flags[j] = own + (1 << EXAMPLE_BYTE) * np.int32(party[j] | notable[j])
        for j in range(size):
            seen[rows[j]] = flags[j]
            seen_trust[rows[j]] = trusts[j]
    for j in range(present.shape[0]):
        i = present[j]
        counts, trust = 0, 0.0
        for k in range(TIES):
            other = ties[i, k]
            counts += seen[other]
            trust += seen_trust[other]
        there = counts & 255
        if there > 0:
            share = 1.0 / there
            peers[0, j] = trust * share
            peers[1, j] = ((counts >> CIVIC_BYTE) & 255) * share
            peers[2, j] = ((counts >> POOLS_BYTE) & 255) * share
            peers[3, j] = ((counts >> EXAMPLE_BYTE) & 255) * share
        else:
            peers[0, j] = village.mean_trust
            peers[1, j] = village.civic_share
            peers[2, j] = 0.0
            peers[3, j] = 0.0
