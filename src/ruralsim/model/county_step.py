"""The county step: policy, budgets, labour market, votes and targets of a month, from last month's state.

Its parts have rooms of their own: ``signposts``, ``county_policy``, ``county_loop``, ``appraisal``, ``outlook``.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from ruralsim.base.sums import exact_mean
from ruralsim.institutions.assessment import TARGET_NONE
from ruralsim.institutions.county import labour_tightness
from ruralsim.model.appraisal import set_by_townships
from ruralsim.model.county_loop import prepare
from ruralsim.model.county_policy import admit_members
from ruralsim.model.outlook import as_table
from ruralsim.model.signposts import watch_signposts
from ruralsim.policy.flatten import NO_EFFECTS, EffectsNow
from ruralsim.policy.regimes import RegimeNumbers
from ruralsim.state.inputs import PAYMENTS, REGIME_DTYPE, RIVAL_PAYMENTS

if TYPE_CHECKING:
    from ruralsim.model.county import County

#: the compiled entry as plain Python, for agents
_PREPARE = prepare.py_func  # type: ignore[attr-defined]


def step_county(county: County, month: int) -> None:
    """Policy, budgets, labour market, votes and targets of a month, from last month's state."""
    years = (month - 1) / 12.0
    now = county.regime_numbers.at(years)
    county.regime[0] = tuple(getattr(now, name) for name in REGIME_DTYPE.names or ())
    if county.scenario.triggers and watch_signposts(county, month - 1):
        _go_on_with_other_dates(county)
    heads = county.villages["registered"].astype(np.float64)
    delivery = county.programme.deliver(month, heads, county.strategy_state)
    county.payments[:, : len(PAYMENTS)] = delivery.paid.by_village
    county.payments[:, len(PAYMENTS) :] = 0
    if county.rival is not None:
        kind = (*PAYMENTS, *RIVAL_PAYMENTS).index(county.rival.kind)
        county.payments[:, kind] += county.rival.payments[month - 1]
    county.intensity[:] = delivery.mean_governance_intensity
    prepare_villages(county, month, delivery.effects, now)
    if county.calendar(month).month == 1:
        admit_members(county, month)
        if month > 1 and now.target_rule != TARGET_NONE:
            set_by_townships(county, county.targets_step, years)
    if county.recording:
        if delivery.asked.any():
            county.record.policy.append((month, delivery.asked, delivery.intensity, delivery.paid.by_instrument))
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


def prepare_villages(
    county: County, month: int, effects: EffectsNow = NO_EFFECTS, regime: RegimeNumbers | None = None
) -> None:
    """Write what policy does in every village this month, and the outside as it sees it (``county_loop``).

    Args:
        county: its ``levers`` and ``settings`` are written.
        month: of the run; in month 0 the labour market is not told apart from its start.
        effects: what is delivered.
        regime: in force; its points are levers like any other.
    """
    tightness = 1.0
    if month > 0:
        tightness = labour_tightness(county.base_share * county.outlook.jobs[month], offfarm_share(county))
    tables: tuple[np.ndarray, ...] = (
        county.villages, county.enterprises, county.levers, county.settings, county.parameters,
    )  # fmt: skip
    if not county.compiled:
        tables = tuple(table.view(np.recarray) for table in tables)
    villages, enterprises, levers, settings, parameters = tables
    (prepare if county.compiled else _PREPARE)(
        villages, enterprises, *effects,
        0.0 if regime is None else regime.points, 0.0 if regime is None else regime.points_for_all,
        as_table(county.levers), levers,
        county.outlook.table[month], exact_mean(county.villages["practice"].take(county.demonstration)), tightness,
        county.revenue_index,
        as_table(county.settings), settings, parameters,
    )  # fmt: skip
