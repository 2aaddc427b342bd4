"""What villagers see of their neighbours before anybody acts."""

from __future__ import annotations

import numpy as np

from ..base.compiled import TILE, process
from ..state.columns import TIES

#: what a neighbour sees of a person, in one word so that one addition counts all: trust in steps of 2**-44 (exact for
#: a float32 from 2**-21 on), then, in four bits each, whether she is there, takes part, pools, is an example
TRUST_STEP = 2.0**-44
THERE_BIT, CIVIC_BIT, POOLS_BIT, EXAMPLE_BIT = 48, 52, 56, 60
_TRUST_BITS, _FLAG = (1 << THERE_BIT) - 1, 15


@process
def look_around(village, ties, present, desks, peers):
    """What each villager sees of neighbours as they were at the start of the month.

    ``peers[:, j]`` is what the person of row ``present[j]`` sees: mean trust, share who contributed, share who pool,
    share of party or notable neighbours.
    """
    seen = np.zeros(village.rows, np.uint64)  # zero for a row where nobody is
    shown = np.empty(TILE, np.uint64)
    for first in range(0, present.shape[0], TILE):
        size = min(TILE, present.shape[0] - first)
        desk, rows = desks[first // TILE], present[first : first + size]
        contributes, pools, party, notable, trusts = desk.contributes, desk.pools, desk.party, desk.notable, desk.trust
        for j in range(size):
            flags = 1 + (np.int64(contributes[j]) << 4) + (np.int64(pools[j]) << 8)
            flags += np.int64(party[j] | notable[j]) << 12
            shown[j] = np.uint64(np.int64(np.float64(trusts[j]) / TRUST_STEP) + (flags << THERE_BIT))
        for j in range(size):
            seen[rows[j]] = shown[j]
    mean_trust, civic_share = village.mean_trust, village.civic_share
    for first in range(0, present.shape[0], TILE):
        size = min(TILE, present.shape[0] - first)
        rows = present[first : first + size]
        for j in range(size):
            mine = ties[rows[j]]
            total = np.uint64(0)
            for k in range(TIES):
                total += seen[mine[k]]
            shown[j] = total
        trust, civic = peers[0, first : first + size], peers[1, first : first + size]
        pooling, example = peers[2, first : first + size], peers[3, first : first + size]
        for j in range(size):
            total = shown[j]
            there = np.float64((total >> np.uint64(THERE_BIT)) & np.uint64(_FLAG))
            alone = there == 0.0
            share = 1.0 / (1.0 if alone else there)
            trust[j] = mean_trust if alone else np.float64(total & np.uint64(_TRUST_BITS)) * TRUST_STEP * share
            civic[j] = civic_share if alone else np.float64((total >> np.uint64(CIVIC_BIT)) & np.uint64(_FLAG)) * share
            pooling[j] = np.float64((total >> np.uint64(POOLS_BIT)) & np.uint64(_FLAG)) * share
            example[j] = np.float64((total >> np.uint64(EXAMPLE_BIT)) & np.uint64(_FLAG)) * share
