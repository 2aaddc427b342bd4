"""The county step: policy, budgets, labour market, votes and targets of a month, from last month's state.

Always plain NumPy. Its parts have rooms of their own: ``signposts``, ``county_policy``, ``appraisal``, ``outlook``.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from ruralsim.base.numbers import exp
from ruralsim.base.sums import exact_mean
from ruralsim.institutions.assessment import TARGET_NONE
from ruralsim.institutions.county import labour_tightness
from ruralsim.institutions.village import practice_yield
from ruralsim.model.appraisal import set_by_townships
from ruralsim.model.county_policy import admit_members, compose
from ruralsim.model.signposts import watch_signposts
from ruralsim.policy.levers import LEVER_INDEX
from ruralsim.state.columns import ROLLOUT
from ruralsim.state.inputs import PAYMENTS, REGIME_DTYPE, RIVAL_PAYMENTS

if TYPE_CHECKING:
    from ruralsim.model.county import County


def step_county(county: County, month: int) -> None:
    """Policy, budgets, labour market, votes and targets of a month, from last month's state."""
    years = (month - 1) / 12.0
    now = county.regime_numbers.at(years)
    county.regime[0] = tuple(getattr(now, name) for name in REGIME_DTYPE.names or ())
    if county.scenario.triggers and watch_signposts(county, month - 1):
        _go_on_with_other_dates(county)
    practice = practice_yield(county.villages["practice"], county.fields)
    heads = county.villages["registered"].astype(np.float64)
    delivery = county.programme.deliver(month, heads, practice, county.strategy_state)
    levers = _matrix(county.levers)
    levers[:] = _matrix(delivery.levers)
    if delivery.asked.any():
        compose(county.levers, county.villages, county.enterprises, county.parameters[0])
    levers[:, LEVER_INDEX["points"]] += now.points
    levers[:, LEVER_INDEX["points_for_all"]] += now.points_for_all
    leakage_cut = levers[:, LEVER_INDEX["leakage_cut"]]
    np.minimum(leakage_cut, 0.95, out=leakage_cut)
    county.payments[:, : len(PAYMENTS)] = delivery.village_payments()
    county.payments[:, len(PAYMENTS) :] = 0
    if county.rival is not None:
        kind = (*PAYMENTS, *RIVAL_PAYMENTS).index(county.rival.kind)
        county.payments[:, kind] += county.rival.payments[month - 1]
    county.intensity[:] = delivery.mean_governance_intensity
    fill_settings(county, month)
    if county.calendar(month).month == 1:
        admit_members(county, month)
        if month > 1 and now.target_rule != TARGET_NONE:
            set_by_townships(county, county.targets_step, years)
    if county.recording:
        if delivery.asked.any():
            county.record.policy.append((month, delivery.asked, delivery.intensity, delivery.cost_fen))
        for bound in delivery.binding:
            county.record.binding.append((month, bound.phase, bound.share, bound.once_share))


def _go_on_with_other_dates(county: County) -> None:
    """The plan after a trigger has fired; what phases have spent stays spent."""
    spent = {one.name: county.strategy_state["spent"][k] for k, one in enumerate(county.programme.strategy.phases)}
    county.follow_triggers()
    planned = county.programme.strategy.phases
    county.strategy_state["spent"] = np.array([spent.get(one.name, 0) for one in planned], np.int64)


def offfarm_share(county: County) -> float:
    """Share of residents with off-farm work, all villages together."""
    residents = county.villages["home"] + county.villages["outsiders"]
    return math.fsum((county.villages["offfarm_share"] * residents).tolist()) / max(1, int(residents.sum()))


def fill_settings(county: County, month: int) -> None:
    """The outside and the county as every village sees them this month."""
    s = county.settings
    _matrix(s)[:] = _matrix(county.outlook.settings)[month]
    # poor and rich villages differ in what their people and land earn (INC-043, INC-044)
    for key in ("outside_wage", "local_wage", "farm_index"):
        s[key] *= county.villages["earning"]
    demo = county.villages["rollout"] == ROLLOUT.index("demonstration")
    levers = _matrix(county.levers)
    s["demo_practice"] = exact_mean(county.villages["practice"][demo])
    passed_on = np.minimum(county.fields.service_indexation + levers[:, LEVER_INDEX["indexation"]], 1.0)
    s["transfer"] = county.fields.operating_transfer * (1.0 + passed_on * (county.revenue_index - 1.0))
    s["devolved"] = levers[:, LEVER_INDEX["devolution"]]
    s["election"] *= 1.0 + levers[:, LEVER_INDEX["election_discipline"]]
    if month > 0:
        jobs = exp(float(county.outlook.settings["job_growth"][month]))
        s["tightness"] = labour_tightness(county.base_share * jobs, offfarm_share(county))


def _matrix(records: np.ndarray) -> np.ndarray:
    """Records of float64 fields as a matrix [records, fields] over the same memory: copied at once, not by field."""
    return records.view(np.float64).reshape(len(records), -1)
