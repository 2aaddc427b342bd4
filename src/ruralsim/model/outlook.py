"""The outlook: all that the calendar alone decides, foreseen for every month before the first one runs.

Outside prices and wages, votes, the growth of public revenue, and which channels of the pivot are open.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np

from ruralsim.base.calendar import Month
from ruralsim.base.numbers import exp, exp_each, log
from ruralsim.institutions.county import months_to_election, nearness_of_vote
from ruralsim.model.rival import CHANNELS_OF_PIVOT, Rival
from ruralsim.spec.scenario import Scenario
from ruralsim.state.inputs import SETTING_DTYPE


@dataclass(frozen=True, eq=False)
class Outlook:
    """What comes from outside, by month of the run.

    Args:
        settings: structured [T + 1] (``state/inputs.py``), before what differs by village is added.
        table: the same as float64 [T + 1, S].
        jobs: the county's off-farm jobs over those of the start, by month.
        revenue_growth: factor of the county's public revenue, a month.
        dates: calendar months, of month 0 (before the first) to month T.
    """

    settings: np.ndarray
    table: np.ndarray
    jobs: tuple[float, ...]
    revenue_growth: tuple[float, ...]
    dates: tuple[Month, ...]


def foresee(scenario: Scenario, p: Any, cut: Iterable[str], rival: Rival | None, mixing: float) -> Outlook:
    """Return the outlook of a scenario.

    Args:
        scenario: with its start, horizon and outside series.
        p: parameters as plain attributes.
        cut: channels of the pivot that reach nobody.
        rival, mixing: as ``County.build`` takes them.
    """
    past = np.maximum(np.arange(scenario.months + 1) - 1, 0)
    growth = exp_each(p.outside_growth * past)
    s = np.zeros(len(past), SETTING_DTYPE)
    s["outside_wage"] = _series(scenario, "outside_wage", p.migrant_wage * growth)
    s["local_wage"] = _series(scenario, "local_wage", p.local_wage * growth)
    s["wage_index"] = s["outside_wage"] / s["outside_wage"][0]
    for key in ("farm_price", "yield_index", "product_price"):
        s[key] = _series(scenario, key, 1.0)
    s["farm_index"] = exp_each(p.farm_growth * past)
    s["pension_index"] = exp_each(p.pension_growth * past)
    s["property_index"] = exp_each(p.property_growth * past)
    s["job_growth"] = p.offfarm_growth * past
    s["natural_shock"] = _series(scenario, "natural_shock", p.natural_shock) / 12.0
    s["years"] = past / 12.0
    s["tightness"] = 1.0
    for channel in CHANNELS_OF_PIVOT:
        s[f"channel_{channel}"] = 0.0 if channel in cut else 1.0
    s["redirected"] = float(rival is not None and rival.redirected)
    s["contracted"] = float(rival is not None and rival.contracted)
    s["mixing"] = mixing
    for month in range(1, len(past)):
        date = scenario.start + (month - 1)
        left = months_to_election(date.year * 12 + date.month - 1, int(p.term_months))
        s["election_now"][month] = 1.0 if left == 0 and month > 1 else 0.0
        s["election"][month] = nearness_of_vote(float(left), p)
    revenue = _series(scenario, "county_revenue_growth", p.county_revenue_growth).tolist()
    of_year = {yearly: exp(log(1.0 + yearly) / 12.0) for yearly in set(revenue)}
    dates = tuple(scenario.start + (month - 1) for month in range(len(past)))
    jobs = tuple(exp(growth) for growth in s["job_growth"].tolist())
    return Outlook(s, as_table(s), jobs, tuple(of_year[yearly] for yearly in revenue), dates)


def as_table(records: np.ndarray) -> np.ndarray:
    """Records of float64 fields as a matrix [records, fields] over the same memory."""
    return records.view(np.float64).reshape(len(records), -1)


def _series(scenario: Scenario, key: str, default: Any) -> np.ndarray:
    """An outside series by month, float64 [T + 1]: the scenario's, else ``default``."""
    series = scenario.context.get(key)
    given = default if series is None else series.monthly(scenario.months)
    return np.array(np.broadcast_to(given, scenario.months + 1))
