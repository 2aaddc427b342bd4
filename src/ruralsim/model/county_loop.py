"""What a village is given for a month: what policy does there, and the outside as it sees it."""

from __future__ import annotations

import numpy as np

from ..base.compiled import entry
from ..institutions.village import practice_yield
from ..state.columns import ENDOWMENTS, FORMS

#: which form of enterprise suits which place (1) and which does not (0); assumed, no estimate was found
SUITS = {
    "leasing": ("plain", "suburban"),
    "cooperative": ("plain", "hill", "mountain"),
    "company": ("plain", "suburban"),
    "tourism": ("hill", "mountain", "suburban"),
}
#: [form, endowment]: 1 where the form does not suit the place
MISFIT = np.array([[0.0 if place in SUITS[form] else 1.0 for place in ENDOWMENTS] for form in FORMS])
#: places in ``ENDOWMENTS``
HILL, MOUNTAIN = ENDOWMENTS.index("hill"), ENDOWMENTS.index("mountain")
#: the most that leakage can be cut by
MOST_LEAKAGE_CUT = 0.95


@entry
def prepare(
    villages,
    enterprises,
    strength,
    ramp,
    practised,
    amounts,
    columns,
    low,
    high,
    points,
    points_for_all,
    lever_table,
    levers,
    outlook,
    demo_practice,
    tightness,
    revenue_index,
    setting_table,
    settings,
    parameters,
):
    """Write the levers and settings of all villages for a month, from last month's state.

    A lever is the sum of its terms, ``strength · ramp · E_κ · amount`` (E_κ, what practice makes of a governance
    instrument, only where ``practised``), between its bounds; ``policy/flatten.py`` says the same for a programme
    without a county. Then levers that work by the place become others:

    * ``local_fit``: form fit rises by the share made good of ``misfit_loss`` where the form does not suit the place.
    * ``ecological_value``: form fit moves with the environment, from its middle: the enterprise earns by a good one.
    * ``service_reach``: public and convenience service gain by remoteness (mountain 1, hill ``remoteness_hill``).

    Args:
        villages, enterprises: the tables [V].
        strength: float64 [V, K·U], by village and term.
        ramp: float64 [4, K·U], share of the full effect, by roll-out class and term.
        practised, amounts: [K·U], terms in K rounds of U levers.
        columns: int64 [U], the levers that are moved.
        low, high: float64 [U], their bounds.
        points, points_for_all: what the regime adds to the levers of these names.
        lever_table, levers: levers as float64 [V, L] and as records [V], the same memory; written.
        outlook: float64 [S], the outside of this month, before what differs by village.
        demo_practice: mean practice of demonstration villages.
        tightness: of the county's labour market.
        revenue_index: public revenue over that of the start.
        setting_table, settings: settings as float64 [V, S] and as records [V], the same memory; written.
        parameters: the run's.
    """
    p = parameters[0]
    width = columns.shape[0]
    for v in range(villages.shape[0]):
        village, lever, setting = villages[v], levers[v], settings[v]
        yields = practice_yield(village.practice, p)
        lever_table[v, :] = 0.0
        for u in range(width):
            total = 0.0
            for k in range(u, amounts.shape[0], width):
                term = strength[v, k] * ramp[village.rollout, k]
                if practised[k]:
                    term = term * yields
                total += term * amounts[k]
            lever_table[v, columns[u]] = min(max(total, low[u]), high[u])
        lever.form_fit += lever.local_fit * p.misfit_loss * MISFIT[enterprises[v].form, village.endowment]
        lever.form_fit += lever.ecological_value * (village.environment - 0.5)
        far = 1.0 if village.endowment == MOUNTAIN else 0.0
        if village.endowment == HILL:
            far = p.remoteness_hill
        lever.public_service += lever.service_reach * far
        lever.convenience_service += lever.service_reach * far
        lever.points += points
        lever.points_for_all += points_for_all
        lever.leakage_cut = min(lever.leakage_cut, MOST_LEAKAGE_CUT)
        setting_table[v, :] = outlook
        # poor and rich villages differ in what their people and land earn (INC-043, INC-044)
        setting.outside_wage *= village.earning
        setting.local_wage *= village.earning
        setting.farm_index *= village.earning
        setting.demo_practice = demo_practice
        setting.tightness = tightness
        passed_on = min(p.service_indexation + lever.indexation, 1.0)
        setting.transfer = p.operating_transfer * (1.0 + passed_on * (revenue_index - 1.0))
        setting.devolved = lever.devolution
        setting.election *= 1.0 + lever.election_discipline
