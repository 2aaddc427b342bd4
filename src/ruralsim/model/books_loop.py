"""Closing a village's month: who is there, means over people, and the row of outcomes."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..base.compiled import TILE, process, rule
from ..institutions.village import MEETINGS, calm
from ..state.columns import AWAY, HOME, OUTSIDER
from ..state.flows import W_CALM, W_PILLAR, W_SUPPORT, W_TRUST
from .village_loop import service_level

#: columns of an outcome row, in order: name, unit, meaning
OUTCOMES = (
    ("potential", "1", "governance potential g (势能)"),
    ("mean_trust", "1", "mean trust of people in the village"),
    ("settled_in_time", "share", "disputes settled within three months, yearly tally"),
    ("requests_answered", "share", "livelihood requests answered in the month, yearly tally"),
    ("quorate_decisions", "share", "meetings with a quorum, yearly tally"),
    ("money_arrived", "share", "collective money that did not leak"),
    ("service_per_yuan", "1", "service level a public yuan a head and month, over ten yuan"),
    ("value_added", "yuan/month/head", "value added by residents and the collective a registered adult"),
    ("median_income", "yuan/month", "median permanent income of residents"),
    ("income_spread", "1", "Gini coefficient of residents' permanent income"),
    ("environment", "1", "quality of the environment"),
    ("mean_satisfaction", "1", "mean satisfaction of people in the village"),
    ("lowest_satisfaction", "1", "mean satisfaction of the lowest fifth"),
    ("elders_care", "1", "care of residents of 60 and over"),
    ("time_and_privacy", "1", "1 less the time and privacy that policy costs"),
    ("collective_value_added", "yuan/month", "value added by the collective enterprise"),
    ("mean_income", "yuan/month", "mean income of residents this month"),
    ("turnout", "share", "adults at home who attended this month's meeting"),
    ("contribution", "share", "registered adults who took part in public affairs this month"),
    ("pooled_share", "share", "registered adults who pool land"),
    ("operating_income", "yuan/month", "sales of the collective enterprise"),
    ("capital", "yuan", "operating capital of the collective"),
    ("idle_assets", "yuan", "dormant assets of the collective"),
    ("debt", "yuan", "loans of the collective"),
    ("leakage", "share", "share of the collective's value added that leaks"),
    ("collective_jobs", "FTE", "labour hired by the collective"),
    ("dividend_per_share", "yuan", "last dividend"),
    ("service_level", "1", "mean of the four services"),
    ("party_organisation", "1", "pillar O"),
    ("self_governance", "1", "pillar U"),
    ("rule_of_law", "1", "pillar W"),
    ("virtue", "1", "pillar V"),
    ("smart_governance", "1", "pillar D"),
    ("co_governance", "1", "pillar J"),
    ("disorder", "cases/head", "open disputes a head, smoothed"),
    ("practice", "1", "practice (know-how)"),
    ("belonging", "1", "mean belonging of registered adults"),
    ("registered", "persons", "registered adults"),
    ("home_share", "share", "registered adults at home"),
    ("outsiders", "persons", "resident outsiders"),
    ("offfarm_share", "share", "residents with local off-farm work"),
    ("cadre_hours", "month", "cadre time left after reports and receptions"),
    ("appraisal", "1", "last appraisal score"),
    ("enterprise_active", "flag", "the enterprise works this month"),
    ("open_disputes", "cases", "open disputes"),
    ("elders", "share", "people of 60 and over"),
)
OUTCOME_INDEX = {name: k for k, (name, _, _) in enumerate(OUTCOMES)}


@process
def census(village, people, present):
    """Count who is there (registered adults and resident outsiders) and list their rows in ``present``, in order."""
    registered, outsiders, n = 0, 0, 0
    for i in range(village.rows):
        status = people[i].status
        present[n] = i
        here = int((status == HOME) | (status == AWAY))
        passing = int(status == OUTSIDER)
        registered += here
        outsiders += passing
        n += here + passing
    village.registered = registered
    village.outsiders = outsiders
    village.people = registered + outsiders


@rule
def household_cash(rows: int, people: Any) -> int:
    """What the villagers of a village own together, fen: for the audit, from their own columns."""
    total = 0
    for i in range(rows):
        total += people[i].wealth
    return total


@rule
def potential(trust: float, O: float, U: float, W: float, V: float, D: float, J: float, stillness: float) -> float:
    """g = .30 τ̄ + .12 (O + U + W + V) + .08 (D + J) + .06 exp(−χX)."""
    return W_TRUST * trust + W_PILLAR * (O + U + W + V) + W_SUPPORT * (D + J) + W_CALM * stillness


#: bits that one sorting pass looks at, and the counts it needs
DIGIT = 9
DIGITS = 1 << DIGIT


@rule
def key_range(keys: Any, n: int) -> tuple[int, int]:
    """Lowest of the first n keys (n > 0), and how many low bits the differences from it fill."""
    lowest, highest = np.int64(keys[0]), np.int64(keys[0])
    for i in range(n):
        lowest = min(lowest, np.int64(keys[i]))
        highest = max(highest, np.int64(keys[i]))
    span, bits = highest - lowest, 0
    while span > 0:
        span = span >> 1
        bits += 1
    return lowest, bits


@process
def sort_floats(values, n):
    """Sort n non-negative float32 ascending in place: their order is that of their bits, so whole numbers are sorted,
    digit by digit from the lowest, over the range that they fill."""
    if n < 2:
        return
    keys = values.view(np.int32)
    lowest, bits = key_range(keys, n)
    source, target = keys, np.empty(n, np.int32)
    place = np.empty(DIGITS, np.int64)
    for shift in range(0, bits, DIGIT):
        place[:] = 0
        for i in range(n):
            place[((source[i] - lowest) >> shift) & (DIGITS - 1)] += 1
        total = 0
        for b in range(DIGITS):
            here = place[b]
            place[b] = total
            total += here
        for i in range(n):
            b = ((source[i] - lowest) >> shift) & (DIGITS - 1)
            target[place[b]] = source[i]
            place[b] += 1
        source, target = target, source
    if (bits + DIGIT - 1) // DIGIT % 2 == 1:  # the last pass ended in the spare array
        for i in range(n):
            keys[i] = source[i]


@process
def keep_lowest(values, n, wanted):
    """Bring the lowest of n > 0 non-negative float32 to the front; returns how many: ``wanted`` or a few more, so that
    after sorting these the first ``wanted`` are the lowest of all in ascending order."""
    keys = values.view(np.int32)
    lowest, bits = key_range(keys, n)
    shift = max(0, bits - DIGIT)
    place = np.zeros(DIGITS, np.int64)
    for i in range(n):
        place[((keys[i] - lowest) >> shift) & (DIGITS - 1)] += 1
    last, total = 0, place[0]
    while total < wanted:
        last += 1
        total += place[last]
    kept = 0
    for i in range(n):
        key = keys[i]
        keys[kept] = key
        kept += 1 if (key - lowest) >> shift <= last else 0
    return kept


@process
def close_books(village, enterprise, present, desks, lever, outcome, p):
    """Means over people in row order, and the month's outcomes."""
    trust, norm, legal, bonds, happy = 0.0, 0.0, 0.0, 0.0, 0.0
    home, residents, elders = 0, 0, 0
    there = present.shape[0]
    incomes = np.empty(there, np.float32)
    smiles = np.empty(there, np.float32)
    for first in range(0, there, TILE):
        desk = desks[first // TILE]
        for j in range(min(TILE, there - first)):
            trust += np.float64(desk.trust[j])
            norm += np.float64(desk.norm[j])
            legal += np.float64(desk.legal[j])
            bonds += np.float64(desk.belonging[j])
            happy += np.float64(desk.satisfaction[j])
            smiles[first + j] = desk.satisfaction[j]
            elders += int(desk.age[j] >= 60.0)
            home += int(desk.status[j] == HOME)
            incomes[residents] = desk.permanent_income[j]
            residents += int(desk.status[j] != AWAY)
    n = max(1, there)
    village.home = home
    village.mean_trust = trust / n
    village.mean_norm = norm / n
    village.mean_legal = legal / n
    village.mean_belonging = bonds / n
    village.mean_satisfaction = happy / n
    median, gini = 0.0, 0.0
    if residents > 0:
        sort_floats(incomes, residents)
        median = 0.5 * (np.float64(incomes[(residents - 1) // 2]) + np.float64(incomes[residents // 2]))
        total, weighted = 0.0, 0.0
        for i in range(residents):
            y = np.float64(incomes[i])
            total += y
            weighted += (2.0 * (i + 1) - residents - 1.0) * y
        if total > 0.0:
            gini = weighted / (residents * total)
    fifth = max(1, there // 5)
    sad = 0.0
    if there > 0:
        sort_floats(smiles, keep_lowest(smiles, there, fifth))
        for i in range(fifth):
            sad += np.float64(smiles[i])
    heads = max(1, village.registered)
    stillness = calm(village.disorder, p)
    level = service_level(village)
    spending = village.service_spending / max(1, village.people)
    outcome[0] = potential(
        village.mean_trust,
        village.party_organisation,
        village.self_governance,
        village.rule_of_law,
        village.virtue,
        village.smart_governance,
        village.co_governance,
        stillness,
    )
    outcome[1] = village.mean_trust
    outcome[2] = (village.cases_in_time + 0.5) / (village.cases_due + 0.5)
    outcome[3] = village.requests_answered / (village.requests_due + 0.1)
    outcome[4] = village.meetings_quorate / MEETINGS
    outcome[5] = 1.0 - enterprise.leakage
    outcome[6] = level / (1.0 + spending / 10.0)
    outcome[7] = (village.household_value + enterprise.value_added) / heads
    outcome[8] = median
    outcome[9] = gini
    outcome[10] = village.environment
    outcome[11] = village.mean_satisfaction
    outcome[12] = sad / fifth
    outcome[13] = village.elders_cared
    outcome[14] = 1.0 - min(1.0, lever.volunteer_time + p.privacy_cost * lever.privacy)
    outcome[15] = enterprise.value_added
    outcome[16] = village.mean_income
    outcome[17] = village.turnout
    outcome[18] = village.civic_share
    outcome[19] = enterprise.pooled
    outcome[20] = enterprise.output
    outcome[21] = enterprise.capital
    outcome[22] = enterprise.idle
    outcome[23] = enterprise.debt * 0.01
    outcome[24] = enterprise.leakage
    outcome[25] = enterprise.labour
    outcome[26] = enterprise.dividend_per_share
    outcome[27] = level
    outcome[28] = village.party_organisation
    outcome[29] = village.self_governance
    outcome[30] = village.rule_of_law
    outcome[31] = village.virtue
    outcome[32] = village.smart_governance
    outcome[33] = village.co_governance
    outcome[34] = village.disorder
    outcome[35] = village.practice
    outcome[36] = village.mean_belonging
    outcome[37] = village.registered
    outcome[38] = home / heads
    outcome[39] = village.outsiders
    outcome[40] = village.offfarm_share
    outcome[41] = village.hours
    outcome[42] = village.standing
    outcome[43] = enterprise.active
    outcome[44] = village.open_cases
    outcome[45] = elders / n
