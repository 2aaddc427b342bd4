"""Minds: trust by named drivers, norms, legal awareness, satisfaction (4.7)."""

from __future__ import annotations

import numpy as np

from ..agents.trust import leakage_seen, trust_after
from ..agents.villager import legal_after, norm_after, satisfaction_logit, satisfaction_place
from ..base.compiled import TILE, process
from ..base.nearness import bring_closer
from ..base.numbers import FINE_STEP, fine_steps, logistic
from ..base.streams import unit
from ..institutions.village import calm
from ..state.columns import OUTSIDER
from ..state.flows import DRIVER, W_TRUST
from ..state.inputs import CHANGE, LUCK_NOISE


@process
def minds(village, enterprise, present, desks, ahead, luck, peers, momentum, changes, lever, setting, p):
    """Trust (a sum of named drivers), norms, legal awareness, satisfaction (4.7)."""
    n = max(1, village.people)
    before = village.mean_trust
    collective = (
        0.25
        * setting.channel_affairs
        * (
            village.public_collective
            + village.convenience_collective
            + village.living_collective
            + village.elder_collective
        )
    )
    fiscal = 0.25 * (village.public_fiscal + village.convenience_fiscal + village.living_fiscal + village.elder_fiscal)
    leak = 0.0
    if enterprise.active == 1:
        leak = leakage_seen(enterprise.leakage, village.self_governance, village.smart_governance, lever.visibility)
    turmoil = 1.0 - calm(village.disorder, p)
    place = satisfaction_place(
        collective + fiscal, village.environment, village.disorder, lever.volunteer_time, lever.privacy, p
    )
    reference = p.consumption_reference * setting.wage_index
    rows_before = int(changes[CHANGE.rows_before])
    totals, arrived = np.zeros(20, np.int64), 0.0  # by driver, and of rounding, in whole steps
    voice, virtue, organisation = village.self_governance, village.virtue, village.party_organisation
    exposure, law, example = village.exposure, village.rule_of_law, lever.example
    jobs, dividends, bonds = setting.channel_jobs, setting.channel_dividends, setting.channel_belonging
    norms, publicity = lever.norms, lever.legal_awareness
    # a loop that reads many columns of a desk writes on paper: where both are one block of memory, it stays scalar
    paper, felt, logits = np.empty((20, TILE)), np.empty(TILE, np.float32), np.empty(TILE)
    e0, e1, e2, e3, e4, e5, e6 = paper[0], paper[1], paper[2], paper[3], paper[4], paper[5], paper[6]
    e7, e8, e9, e10, e11, e12, e13 = paper[7], paper[8], paper[9], paper[10], paper[11], paper[12], paper[13]
    e14, e15, e16, e17, e18, rounded = paper[14], paper[15], paper[16], paper[17], paper[18], paper[19]
    before_us = present.shape[0]  # those who were there before this month's arrivals, whose rows come last
    while before_us > 0 and present[before_us - 1] >= rows_before:
        before_us -= 1
    for first in range(0, present.shape[0], TILE):
        size = min(TILE, present.shape[0] - first)
        old_rows = max(0, min(size, before_us - first))
        desk = desks[first // TILE]
        if first // TILE < ahead.shape[0]:  # much is reckoned here and little read: time to fetch what comes next
            bring_closer(ahead, first // TILE, first // TILE + 1)
        trust, dividend, expected, pay = desk.trust, desk.dividend, desk.expected_dividend, desk.collective_pay
        belonging, disposition, norm, legal = desk.belonging, desk.disposition, desk.norm, desk.legal
        consumption, happy, heard, mediated = desk.consumption, desk.satisfaction, desk.contributes, desk.mediated
        answered, status, dispute, request = desk.answered, desk.status, desk.dispute, desk.request
        near_trust, near_civic = peers[0, first : first + size], peers[1, first : first + size]
        near_example, word = peers[3, first : first + size], luck[LUCK_NOISE, first : first + size]
        for j in range(size):
            new, d0, d1, d2, d3, d4, d5, d6, d7, d8, d9, d10, d11, d12, d13, d14, d15, d16, d17, d18 = trust_after(
                np.float64(trust[j]),
                np.float64(dividend[j]) * dividends,
                np.float64(expected[j]) * dividends,
                collective,
                fiscal,
                np.float64(pay[j]) / p.job_half * jobs,
                np.float64(belonging[j]) * bonds,
                heard[j] * voice,
                float(mediated[j]),
                float(answered[j]),
                virtue,
                organisation * (0.5 + near_example[j] + example),
                0.0 if status[j] == OUTSIDER else leak,
                1.0 if dispute[j] > 0 else 0.0,
                turmoil,
                exposure,
                1.0 if request[j] > 2 else 0.0,
                near_trust[j],
                np.float64(disposition[j]),
                unit(word[j]),
                p,
            )
            e0[j], e1[j], e2[j], e3[j], e4[j], e5[j], e6[j] = d0, d1, d2, d3, d4, d5, d6
            e7[j], e8[j], e9[j], e10[j], e11[j], e12[j], e13[j] = d7, d8, d9, d10, d11, d12, d13
            e14[j], e15[j], e16[j], e17[j], e18[j] = d14, d15, d16, d17, d18
            felt[j] = np.float32(new)
            rounded[j] = np.float64(felt[j]) - new
        for j in range(size):
            trust[j] = felt[j]
        for j in range(size):
            norm[j] = np.float32(norm_after(np.float64(norm[j]), near_civic[j], virtue, norms, p))
            legal[j] = np.float32(legal_after(np.float64(legal[j]), law, publicity, p))
        for j in range(size):
            logits[j] = satisfaction_logit(np.float64(consumption[j]), reference, place, np.float64(trust[j]), p)
        for j in range(size):
            content = np.float64(happy[j])
            happy[j] = np.float32(content + p.satisfaction_rate * (logistic(logits[j]) - content))
        for k in range(20):
            line, total = paper[k], 0
            for j in range(old_rows):
                total += fine_steps(line[j])
            totals[k] += total
        for j in range(old_rows, size):
            arrived += np.float64(trust[j]) - before
    scale = W_TRUST / n
    step = scale * FINE_STEP
    momentum[DRIVER.trust_dividends] += step * totals[0]
    momentum[DRIVER.trust_village_affairs] += step * totals[1]
    momentum[DRIVER.trust_jobs] += step * totals[2]
    momentum[DRIVER.trust_belonging] += step * totals[3]
    momentum[DRIVER.trust_fiscal_services] += step * totals[4]
    momentum[DRIVER.trust_voice] += step * totals[5]
    momentum[DRIVER.trust_mediation] += step * totals[6]
    momentum[DRIVER.trust_requests_answered] += step * totals[7]
    momentum[DRIVER.trust_virtue] += step * totals[8]
    momentum[DRIVER.trust_party_example] += step * totals[9]
    momentum[DRIVER.trust_leakage] += step * totals[10]
    momentum[DRIVER.trust_disappointment] += step * totals[11]
    momentum[DRIVER.trust_own_dispute] += step * totals[12]
    momentum[DRIVER.trust_disorder] += step * totals[13]
    momentum[DRIVER.trust_exposed_gaming] += step * totals[14]
    momentum[DRIVER.trust_stale_requests] += step * totals[15]
    momentum[DRIVER.trust_neighbours] += step * totals[16]
    momentum[DRIVER.trust_disposition] += step * totals[17]
    momentum[DRIVER.trust_noise] += step * totals[18]
    momentum[DRIVER.trust_arrivals] += scale * arrived
    momentum[DRIVER.trust_departures] -= scale * changes[CHANGE.departed_trust]
    momentum[DRIVER.trust_rounding] += step * totals[19]
