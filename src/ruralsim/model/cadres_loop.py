"""What cadres do: divide their time among work and window-dressing, practise, learn (4.1, 4.2)."""

from __future__ import annotations

import numpy as np

from ..agents.cadre import (
    ability_after,
    hours_left,
    perceived_need,
    reward_nearness,
    root,
    time_scale,
    value_of_dressing,
    value_of_work,
)
from ..agents.villager import damping
from ..base.compiled import process
from ..base.streams import draws
from ..institutions.assessment import TARGET_NONE, check_probability, found_out, left_by_targets
from ..institutions.village import calm, practice_up
from ..state.columns import CADRE_SEATS
from .village_loop import service_level


@process
def effort(seed, month, village, enterprise, cadres, items, reports, regime, lever, setting, p):
    """Cadres divide the time that reports and receptions leave among work and window-dressing (4.1)."""
    low, high = village.key_low, village.key_high
    n = items.shape[0]
    root_items = root(1.0 * n)
    checks = regime.checks + lever.checks
    quantified, mean_check = 0.0, 0.0
    organise, enterprise_, govern, serve = 0.0, 0.0, 0.0, 0.0
    for k in range(n):
        item = items[k]
        report = reports[k]
        rule_ = item.target_rule
        near = reward_nearness(report.reported, report.target, rule_ != TARGET_NONE, p)
        check = check_probability(checks, n, item.check_weight)
        report.nearness = near * left_by_targets(rule_, report.reported, report.target, True, p)
        near = near * left_by_targets(rule_, report.reported, report.target, False, p)
        report.check = found_out(check, regime.self_check_share, p)
        quantified += item.quantified
        mean_check += check / n
        organise += item.weight * item.organise * near
        enterprise_ += item.weight * item.enterprise * near
        govern += item.weight * item.govern * near
        serve += item.weight * item.serve * near
        report.root_effort = 0.0
    hours = hours_left(quantified + lever.extra_reports, lever.burden_relief, regime.burden_factor, mean_check, p)
    noise = regime.need_noise * (1.0 - min(1.0, lever.guidance)) / root(1.0 + n / 12.0)
    u1, u2, u3, u4 = draws(seed, low, high, 0, month, 18)
    income = 12.0 * enterprise.output
    need_organise = perceived_need(0.5 * (village.party_organisation + village.self_governance), u1, noise)
    need_enterprise = perceived_need(income / (income + 100000.0), u2, noise)
    need_govern = perceived_need(0.5 * (village.rule_of_law + village.virtue) * calm(village.disorder, p), u3, noise)
    need_serve = perceived_need(service_level(village), u4, noise)
    seats = 0
    work = np.zeros(4)
    integrity = 0.0
    for s in range(CADRE_SEATS):
        cadre = cadres[s]
        if cadre.active == 0:
            continue
        seats += 1
        motivation = np.float64(cadre.motivation)
        if s == 0:
            motivation += lever.secretary_motivation
        phi = np.float64(cadre.integrity)
        integrity += phi
        t0 = np.float64(cadre.organise)
        t1 = np.float64(cadre.enterprise)
        t2 = np.float64(cadre.govern)
        t3 = np.float64(cadre.serve)
        m0 = t0 * value_of_work(motivation, mean_check, setting.election, need_organise, organise, regime.pressure, p)
        m1 = t1 * value_of_work(
            motivation, mean_check, setting.election, need_enterprise, enterprise_, regime.pressure, p
        )
        m2 = t2 * value_of_work(motivation, mean_check, setting.election, need_govern, govern, regime.pressure, p)
        m3 = t3 * value_of_work(motivation, mean_check, setting.election, need_serve, serve, regime.pressure, p)
        squares = m0 * m0 + m1 * m1 + m2 * m2 + m3 * m3
        dressed = 0.0
        for k in range(n):
            stake = root_items * items[k].weight
            value = value_of_dressing(
                stake, items[k].gameability, reports[k].nearness, reports[k].check, phi, regime.pressure, p
            )
            dressed += value * value
        squares += dressed
        scale = time_scale(squares, hours, p)
        sigma = root(scale)
        for k in range(n):
            stake = root_items * items[k].weight
            value = value_of_dressing(
                stake, items[k].gameability, reports[k].nearness, reports[k].check, phi, regime.pressure, p
            )
            reports[k].root_effort += value * sigma
        cadre.effort_organise = np.float32(m0 * m0 * scale)
        cadre.effort_enterprise = np.float32(m1 * m1 * scale)
        cadre.effort_govern = np.float32(m2 * m2 * scale)
        cadre.effort_serve = np.float32(m3 * m3 * scale)
        cadre.effort_report = np.float32(dressed * scale)
        work[0] += t0 * m0 * sigma
        work[1] += t1 * m1 * sigma
        work[2] += t2 * m2 * sigma
        work[3] += t3 * m3 * sigma
    share = 1.0 / max(1, seats)
    for k in range(n):
        reports[k].root_effort *= share * root_items
    village.work_organise = work[0] * share
    village.work_enterprise = work[1] * share
    village.work_govern = work[2] * share
    village.work_serve = work[3] * share
    village.integrity = integrity * share
    village.hours = hours


@process
def practice(village, cadres, lever, intensity, setting, p):
    """Know-how grows by doing (with the square of intensity) and by exchange with demonstration villages (4.2)."""
    ability, seats = 0.0, 0
    for s in range(CADRE_SEATS):
        cadre = cadres[s]
        if cadre.active == 1:
            ability += 0.25 * (
                np.float64(cadre.organise)
                + np.float64(cadre.enterprise)
                + np.float64(cadre.govern)
                + np.float64(cadre.serve)
            )
            seats += 1
    ability = ability / max(1, seats)
    up = practice_up(intensity, ability, setting.demo_practice - village.practice, lever.training, lever.exchange, p)
    up = up + lever.preparation
    x = village.practice
    phi = damping(up + p.practice_decay)
    village.practice = x + phi * (up * (1.0 - x) - p.practice_decay * x)


@process
def ability(cadres, lever, p):
    """Cadres learn by training and by doing, and forget (4.2)."""
    for s in range(CADRE_SEATS):
        cadre = cadres[s]
        if cadre.active == 1:
            cadre.tenure += 1
            cadre.organise = np.float32(ability_after(np.float64(cadre.organise), lever.training, p))
            cadre.enterprise = np.float32(ability_after(np.float64(cadre.enterprise), lever.training, p))
            cadre.govern = np.float32(ability_after(np.float64(cadre.govern), lever.training, p))
            cadre.serve = np.float32(ability_after(np.float64(cadre.serve), lever.training, p))
