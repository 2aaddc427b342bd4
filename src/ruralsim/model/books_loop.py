"""Closing a village's month: who is there, means over people, and the row of outcomes."""

from __future__ import annotations

import numpy as np

from ..base.compiled import TILE, process, rule
from ..base.numbers import STEP, steps
from ..institutions.village import MEETINGS, calm
from ..state.columns import AWAY, HOME, OUTSIDER
from ..state.flows import W_CALM, W_PILLAR, W_SUPPORT, W_TRUST
from .sorting_loop import sort_floats, sum_of_lowest
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
def potential(trust: float, O: float, U: float, W: float, V: float, D: float, J: float, stillness: float) -> float:
    """g = .30 τ̄ + .12 (O + U + W + V) + .08 (D + J) + .06 exp(−χX)."""
    return W_TRUST * trust + W_PILLAR * (O + U + W + V) + W_SUPPORT * (D + J) + W_CALM * stillness


@process
def close_books(village, enterprise, present, desks, lever, outcome, p):
    """Means over people in row order, and the month's outcomes."""
    trust, norm, legal, bonds, happy = 0, 0, 0, 0, 0
    home, residents, elders = 0, 0, 0
    there = present.shape[0]
    incomes = np.empty(there, np.float32)
    smiles = np.empty(there, np.float32)
    for first in range(0, there, TILE):
        desk = desks[first // TILE]
        age, status, permanent, smile = desk.age, desk.status, desk.permanent_income, desk.satisfaction
        for j in range(min(TILE, there - first)):
            trust += steps(np.float64(desk.trust[j]))
            norm += steps(np.float64(desk.norm[j]))
            legal += steps(np.float64(desk.legal[j]))
            bonds += steps(np.float64(desk.belonging[j]))
            happy += steps(np.float64(smile[j]))
        for j in range(min(TILE, there - first)):
            smiles[first + j] = smile[j]
        for j in range(min(TILE, there - first)):
            elders += int(age[j] >= 60.0)
        for j in range(min(TILE, there - first)):
            home += int(status[j] == HOME)
            incomes[residents] = permanent[j]
            residents += int(status[j] != AWAY)
    n = max(1, there)
    village.home = home
    village.mean_trust = trust * STEP / n
    village.mean_norm = norm * STEP / n
    village.mean_legal = legal * STEP / n
    village.mean_belonging = bonds * STEP / n
    village.mean_satisfaction = happy * STEP / n
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
        sad = sum_of_lowest(smiles, there, fifth) * STEP
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
