"""Disputes and livelihood requests (4.6, 4.8)."""

from __future__ import annotations

import numpy as np

from ..agents.villager import dispute_chance, dispute_exponent, dispute_factor
from ..base.compiled import TILE, process
from ..base.numbers import chance, log_mean
from ..base.streams import draws, unit
from ..institutions.village import TALLY, answer_chance, calm, mediation_capacity, settlement_chance
from ..state.columns import AWAY
from ..state.flows import DRIVER, W_CALM
from ..state.inputs import CHANGE, LUCK_DISPUTE, LUCK_REQUEST
from .village_loop import service_level


@process
def troubles(seed, month, village, present, desks, luck, momentum, changes, lever, p):
    """Disputes arise, are mediated or fester; livelihood requests arrive, are answered or grow stale (4.6, 4.8)."""
    low, high = village.key_low, village.key_high
    heads = max(1, village.people)
    open_before = village.open_cases
    withdrawn = changes[CHANGE.withdrawn]
    factor = dispute_factor(village.income_variation, village.virtue, lever.early_warning, p)
    capacity = mediation_capacity(
        village.mediators + lever.mediators, heads, village.rule_of_law, village.virtue, village.co_governance, p
    )
    settled_chance = settlement_chance(capacity, open_before - withdrawn, p)
    ask = chance(p.request_rate * (1.5 - service_level(village)))
    answer = answer_chance(
        village.work_serve, village.hours, village.smart_governance, village.co_governance, lever.request_capacity, p
    )
    pending = max(1.0, village.waiting)
    capacity_requests = p.request_room * heads
    if pending > capacity_requests:
        answer = answer * capacity_requests / pending
    conflict = (1.0 - village.rule_of_law) * (1.0 - min(1.0, lever.land_conflict))
    arisen, settled, due, in_time, arrived, prompt, waiting, open_cases = 0, 0, 0, 0, 0, 0, 0, 0
    codes, busy = np.empty((2, TILE), np.uint8), np.empty(TILE, np.int64)
    arises, asks, own = codes[0], codes[1], np.empty(TILE)
    for first in range(0, present.shape[0], TILE):
        size = min(TILE, present.shape[0] - first)
        desk = desks[first // TILE]
        legal, norm, pools, status, dispute = desk.legal, desk.norm, desk.pools, desk.status, desk.dispute
        request, mediated, answered = desk.request, desk.mediated, desk.answered
        word_dispute = luck[LUCK_DISPUTE, first : first + size]
        word_request = luck[LUCK_REQUEST, first : first + size]
        for j in range(size):
            own[j] = dispute_exponent(conflict * pools[j], np.float64(legal[j]), np.float64(norm[j]), p)
        for j in range(size):
            quarrels = dispute_chance(factor, own[j])
            here = status[j] != AWAY
            arises[j] = 1 if here & (dispute[j] == 0) & (unit(word_dispute[j]) < quarrels) else 0
            asks[j] = 1 if here & (unit(word_request[j]) < ask) else 0
            mediated[j] = 0
            answered[j] = 0
        n = 0
        for j in range(size):
            busy[n] = j
            n += int((dispute[j] | request[j] | arises[j] | asks[j]) != 0)
        for k in range(n):
            j = busy[k]
            i = present[first + j]
            if dispute[j] > 0:
                u_settle, _, _, _ = draws(seed, low, high, np.int64(i), month, 8)
                if u_settle < settled_chance:
                    settled += 1
                    if dispute[j] <= 3:
                        due += 1
                        in_time += 1
                    dispute[j] = 0
                    mediated[j] = 1
                else:
                    if dispute[j] == 3:
                        due += 1
                    if dispute[j] < 250:
                        dispute[j] += 1
                    open_cases += 1
            elif arises[j] == 1:
                dispute[j] = 1
                arisen += 1
                open_cases += 1
            if request[j] == 0 and asks[j] == 1:
                request[j] = 1
                arrived += 1
            if request[j] > 0:
                _, u_answer, _, _ = draws(seed, low, high, np.int64(i), month, 8)
                if u_answer < answer:
                    if request[j] == 1:
                        prompt += 1
                    request[j] = 0
                    answered[j] = 1
                else:
                    if request[j] < 250:
                        request[j] += 1
                    waiting += 1
    village.open_cases = open_cases
    village.waiting = waiting
    village.cases_due = village.cases_due * TALLY + due
    village.cases_in_time = village.cases_in_time * TALLY + in_time
    village.requests_due = village.requests_due * TALLY + arrived
    village.requests_answered = village.requests_answered * TALLY + prompt
    changes[CHANGE.arisen] += arisen
    changes[CHANGE.settled] += settled
    # disorder and its part of the potential, split by what moved it
    old = village.disorder
    move = (1.0 - p.disorder_memory) / heads
    by_arising = move * arisen
    by_settling = -move * settled
    by_withdrawing = -move * withdrawn
    by_old = (1.0 - p.disorder_memory) * (open_before / heads - old)
    new = old + (by_arising + by_settling + by_withdrawing + by_old)
    village.disorder = new
    weight = -W_CALM * p.disorder_scale * log_mean(calm(old, p), calm(new, p))
    momentum[DRIVER.calm_disputes_arising] += weight * by_arising
    momentum[DRIVER.calm_disputes_settled] += weight * by_settling
    momentum[DRIVER.calm_disputes_withdrawn] += weight * by_withdrawing
    momentum[DRIVER.calm_old_cases] += weight * by_old
