"""What the pivot is compared with: equal money by another way, and the well-mixed limit of theory.

In a run of the model as it is, no payment is due here and nobody mixes. The amounts come from the reference run
(``model/rival.py``), so that they are the same fen in every arm.
"""

from __future__ import annotations

import numpy as np

from ..agents.lifetime import LABOUR_AGE
from ..base.compiled import TILE, process
from ..base.numbers import fen
from ..base.streams import throw
from ..state.columns import HOME, OUTSIDER
from ..state.flows import FLOW
from .booking import book, government_pays, outside_pays
from .payments_loop import sink


@process
def household_transfer(village, present, desks, payments, ledger, vouchers):
    """The government pays every registered adult as much; the first of them a fen more while the remainder lasts.

    It counts as income as a dividend would (a twelfth a month), and is felt as little as the channel of dividends says.
    """
    if payments[4] <= 0:
        return
    heads = max(1, village.registered)
    each = payments[4] // heads
    spare = payments[4] - each * heads
    paid, paid_booked = 0, 0
    for j in range(present.shape[0]):
        desk, seat = desks[j // TILE], j % TILE
        if desk.status[seat] != OUTSIDER:
            mine = each + (1 if spare > 0 else 0)
            spare -= 1
            desk.wealth[seat] += mine
            paid += mine
            paid_booked += mine
            desk.dividend[seat] = np.float32(mine * 0.01)
    government_pays(village, vouchers, FLOW.household_transfer, paid)
    book(ledger, FLOW.household_transfer, paid_booked)


@process
def private_wages(seed, month, month_of_year, village, present, desks, payments, ledger, vouchers, p):
    """A private employer pays wages: to anybody of working age at home, member or not, by the year's keyed priority.

    Others come after them, and the last takes the rest, so that the sum is paid to the fen.
    """
    left = payments[5]
    if left <= 0:
        return
    words = np.empty((4, village.rows), np.uint32)
    throw(words, seed, village.key_low, village.key_high, month - month_of_year + 1000, 2, 0)
    queue = np.empty(present.shape[0], np.int64)
    n = 0
    for j in range(present.shape[0]):
        desk, seat = desks[j // TILE], j % TILE
        if desk.status[seat] != OUTSIDER:
            later = 0 if desk.status[seat] == HOME and desk.age[seat] < LABOUR_AGE else 1
            queue[n] = np.int64(later) << 60 | np.int64(words[1, present[j]]) << 20 | j
            n += 1
    for k in range(n // 2 - 1, -1, -1):
        sink(queue, k, n)
    wages, wages_booked = 0, 0
    while n > 0 and left > 0:
        j = queue[0] & 0xFFFFF
        desk, seat = desks[j // TILE], j % TILE
        n -= 1
        queue[0] = queue[n]
        sink(queue, 0, n)
        wage = left if n == 0 else min(left, fen(np.float64(desk.skill[seat]) * p.collective_wage))
        left -= wage
        desk.wealth[seat] += wage
        desk.collective_pay[seat] = np.float32(wage * 0.01)
        wages += wage
        wages_booked += wage
    outside_pays(village, vouchers, FLOW.private_wages, wages)
    book(ledger, FLOW.private_wages, wages_booked)


@process
def see_everybody(village, present, desks, peers, setting):
    """Blend what each villager sees of neighbours with the means of the whole village (weight ``mixing``)."""
    trust, civic, pools, example = 0.0, 0, 0, 0
    for j in range(present.shape[0]):
        desk, seat = desks[j // TILE], j % TILE
        trust += np.float64(desk.trust[seat])
        civic += np.int64(desk.contributes[seat])
        pools += np.int64(desk.pools[seat])
        example += np.int64(desk.party[seat] | desk.notable[seat])
    each = setting.mixing / max(1, present.shape[0])
    own = 1.0 - setting.mixing
    for j in range(present.shape[0]):
        peers[0, j] = own * peers[0, j] + each * trust
        peers[1, j] = own * peers[1, j] + each * civic
        peers[2, j] = own * peers[2, j] + each * pools
        peers[3, j] = own * peers[3, j] + each * example
