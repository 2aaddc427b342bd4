"""Measures of governance: cadres, disputes, taking part, what is reported, targets and how effort answers them."""

from __future__ import annotations

import math

import numpy as np

from ruralsim.analysis.validation.registry import measure
from ruralsim.analysis.validation.trace import Trace
from ruralsim.policy.observables import OBSERVABLE_INDEX
from ruralsim.state.columns import HOME

#: a level of trust in a survey with five answers, on the model's scale from 0 to 1
LEVEL_OF_TRUST = 0.25
_CLEARLY = 0.05


@measure("persons")
def cadres_per_village(trace: Trace) -> float:
    """Seats filled in a village at the end of the run."""
    return float((trace.cadres[-1]["active"] == 1).sum(axis=1).mean())


@measure("years")
def secretary_age(trace: Trace) -> float:
    """Mean age of those who hold the first seat at the end of the run."""
    return float(np.nanmean(trace.secretary_age[-1]))


@measure("yuan a month")
def cadre_pay(trace: Trace) -> float:
    """Pay of a cadre in the last year, bonus included."""
    seats = trace.year((trace.cadres[1:]["active"] == 1).sum(axis=(1, 2)), trace.years).sum()
    return float(trace.year(trace.flow("cadre_pay", "cadre_bonus"), trace.years).sum() / seats)


@measure("share")
def performance_share(trace: Trace) -> float:
    """Bonus over all pay of cadres in the last year."""
    bonus = trace.year(trace.flow("cadre_bonus"), trace.years).sum()
    return float(bonus / trace.year(trace.flow("cadre_pay", "cadre_bonus"), trace.years).sum())


def _persons(trace: Trace) -> float:
    """Persons of all ages in the villages in the last year, mean over months."""
    adults = trace.year(trace.villages["people"][1:], trace.years).sum(axis=1).mean()
    return float(adults) * trace.persons_per_adult


@measure("cases per 1,000 people and year")
def disputes_settled(trace: Trace) -> float:
    """Disputes settled by mediation in the last year."""
    return float(trace.year(trace.counted("settled"), trace.years).sum() / _persons(trace) * 1000.0)


@measure("cases a mediator and year")
def disputes_a_mediator(trace: Trace) -> float:
    """Disputes settled in the last year over mediators."""
    return disputes_settled(trace) / mediators_per_1000(trace)


@measure("share")
def settled_in_time(trace: Trace) -> float:
    """Disputes settled within three months, the year's tally at the end of the run."""
    return float(trace.villages[-1]["cases_in_time"].sum() / trace.villages[-1]["cases_due"].sum())


@measure("per 1,000 people")
def mediators_per_1000(trace: Trace) -> float:
    """Mediators before policy."""
    return float(trace.villages[-1]["mediators"].mean())


@measure("share")
def taking_part(trace: Trace) -> float:
    """Registered adults at home who take part in public affairs, last month."""
    people = trace.people[12 * trace.years]
    return float(people["contributes"][people["status"] == HOME].mean())


def _reports(trace: Trace, observable: str) -> np.ndarray:
    """True, reported and target values of all items that look at an observable in the last year, float64 [n, 3]."""
    items = np.flatnonzero(trace.observables == OBSERVABLE_INDEX[observable])
    late = [values[:, items].reshape(-1, 3) for month, values in trace.indicators if month > trace.months - 12]
    return np.concatenate(late) if late and len(items) else np.full((1, 3), math.nan)


@measure("share")
def reported_turnout(trace: Trace) -> float:
    """Turnout as reported, mean over villages in the last year."""
    return float(_reports(trace, "turnout")[:, 1].mean())


@measure("share")
def turnout_over_substance(trace: Trace) -> float:
    """Reported turnout less the share of those at home who take part in public affairs."""
    return reported_turnout(trace) - taking_part(trace)


@measure("share", paired=True)
def reporting_jump(trace: Trace, against: Trace, observable: str) -> float:
    """Reported less true value in the last year, beyond the same difference in another run."""
    gaps = []
    for one in (trace, against):
        values = _reports(one, observable)
        gaps.append(float((values[:, 1] - values[:, 0]).mean()))
    return gaps[0] - gaps[1]


@measure("probability a level")
def trust_slope(trace: Trace) -> float:
    """How much likelier those at home take part with one level more trust.

    Linear regression within villages, with civic norm, belonging, party membership and age beside trust.
    """
    people = trace.people[12 * trace.years]
    here = people["status"] == HOME
    names = ("trust", "norm", "belonging", "party", "age")
    village = people["village"][here]
    count = np.bincount(village)
    columns = []
    for name in ("contributes", *names):
        column = people[name][here].astype(np.float64)
        columns.append(column - (np.bincount(village, weights=column) / np.maximum(1, count))[village])
    slopes = np.linalg.lstsq(np.column_stack(columns[1:]), columns[0], rcond=None)[0]
    return float(slopes[0] * LEVEL_OF_TRUST)


def _decembers(trace: Trace) -> list[tuple[np.ndarray, np.ndarray]]:
    """(report and target in December, target in the next March) for all items and villages, [V, n, 3] each."""
    by_month = dict(trace.indicators)
    pairs = []
    for month in by_month:
        if (trace.start_month - 1 + month - 1) % 12 == 11 and month + 3 in by_month:
            pairs.append((by_month[month], by_month[month + 3]))
    return pairs


@measure("ratio")
def ratchet_asymmetry(trace: Trace) -> float:
    """How far a target follows a report above it, over how far it follows one below it (at least a hundredth)."""
    rose, above, fell, below = 0.0, 0.0, 0.0, 0.0
    for before, after in _decembers(trace):
        gap = before[:, :, 1] - before[:, :, 2]
        move = after[:, :, 2] - before[:, :, 2]
        free = (after[:, :, 2] < 1.0) & (before[:, :, 2] >= 0.0)
        up, down = free & (gap > _CLEARLY), free & (gap < -_CLEARLY)
        rose, above = rose + float(move[up].sum()), above + float(gap[up].sum())
        fell, below = fell - float(move[down].sum()), below - float(gap[down].sum())
    if above <= 0.0 or below <= 0.0:
        return math.nan
    return (rose / above) / max(fell / below, 0.01)


@measure("1")
def margin_added(trace: Trace) -> float:
    """By how much next year's target exceeds the last report plus stretch, where the old target was met."""
    stretch = trace.parameters["target_stretch"]
    extra = []
    for before, after in _decembers(trace):
        asked = before[:, :, 1] + stretch
        met = (asked >= before[:, :, 2]) & (before[:, :, 2] >= 0.0) & (after[:, :, 2] < 1.0)
        extra.append((after[:, :, 2] - asked)[met])
    values = np.concatenate(extra) if extra else np.zeros(0)
    return float(values.mean()) if len(values) else math.nan


@measure("share")
def ease_when_met(trace: Trace) -> float:
    """Change of work where all targets are met by far, same month and luck, mean over villages."""
    return float(trace.eased.mean()) if len(trace.eased) else math.nan
