"""Minds: trust by named drivers, norms, legal awareness, satisfaction (4.7)."""

from __future__ import annotations

import numpy as np

from ..agents.trust import leakage_seen, trust_after
from ..agents.villager import legal_after, norm_after, satisfaction_place, satisfaction_target
from ..base.compiled import TILE, process
from ..base.streams import unit
from ..institutions.village import calm
from ..state.columns import OUTSIDER
from ..state.flows import DRIVER, W_TRUST
from ..state.inputs import CHANGE, LUCK_NOISE


@process
def minds(village, enterprise, present, desks, luck, peers, momentum, changes, lever, setting, p):
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
    s0 = s1 = s2 = s3 = s4 = s5 = s6 = s7 = s8 = s9 = s10 = s11 = s12 = s13 = s14 = s15 = s16 = s17 = s18 = 0.0
    arrived, rounding = 0.0, 0.0
    voice, virtue, organisation = village.self_governance, village.virtue, village.party_organisation
    exposure, law, example = village.exposure, village.rule_of_law, lever.example
    jobs, dividends, bonds = setting.channel_jobs, setting.channel_dividends, setting.channel_belonging
    norms, publicity = lever.norms, lever.legal_awareness
    # a loop that reads many columns of a desk writes on paper: where both are one block of memory, it stays scalar
    paper, felt = np.empty((20, TILE)), np.empty(TILE, np.float32)
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
            target = satisfaction_target(np.float64(consumption[j]), reference, place, np.float64(trust[j]), p)
            content = np.float64(happy[j])
            happy[j] = np.float32(content + p.satisfaction_rate * (target - content))
        for j in range(old_rows):
            s0 += e0[j]
            s1 += e1[j]
            s2 += e2[j]
            s3 += e3[j]
            s4 += e4[j]
            s5 += e5[j]
            s6 += e6[j]
            s7 += e7[j]
            s8 += e8[j]
            s9 += e9[j]
            s10 += e10[j]
            s11 += e11[j]
            s12 += e12[j]
            s13 += e13[j]
            s14 += e14[j]
            s15 += e15[j]
            s16 += e16[j]
            s17 += e17[j]
            s18 += e18[j]
            rounding += rounded[j]
        for j in range(old_rows, size):
            arrived += np.float64(trust[j]) - before
    scale = W_TRUST / n
    momentum[DRIVER.trust_dividends] += scale * s0
    momentum[DRIVER.trust_village_affairs] += scale * s1
    momentum[DRIVER.trust_jobs] += scale * s2
    momentum[DRIVER.trust_belonging] += scale * s3
    momentum[DRIVER.trust_fiscal_services] += scale * s4
    momentum[DRIVER.trust_voice] += scale * s5
    momentum[DRIVER.trust_mediation] += scale * s6
    momentum[DRIVER.trust_requests_answered] += scale * s7
    momentum[DRIVER.trust_virtue] += scale * s8
    momentum[DRIVER.trust_party_example] += scale * s9
    momentum[DRIVER.trust_leakage] += scale * s10
    momentum[DRIVER.trust_disappointment] += scale * s11
    momentum[DRIVER.trust_own_dispute] += scale * s12
    momentum[DRIVER.trust_disorder] += scale * s13
    momentum[DRIVER.trust_exposed_gaming] += scale * s14
    momentum[DRIVER.trust_stale_requests] += scale * s15
    momentum[DRIVER.trust_neighbours] += scale * s16
    momentum[DRIVER.trust_disposition] += scale * s17
    momentum[DRIVER.trust_noise] += scale * s18
    momentum[DRIVER.trust_arrivals] += scale * arrived
    momentum[DRIVER.trust_departures] -= scale * changes[CHANGE.departed_trust]
    momentum[DRIVER.trust_rounding] += scale * rounding
