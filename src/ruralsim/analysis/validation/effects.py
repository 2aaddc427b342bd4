"""Measures of what policy did: adoption, learning, who gains, and what a gap in satisfaction is made of."""

from __future__ import annotations

import math

import numpy as np

from ruralsim.analysis.validation.books import operating_income
from ruralsim.analysis.validation.registry import measure
from ruralsim.analysis.validation.trace import Trace
from ruralsim.state.columns import ROLLOUT

#: a village has adopted a reform once its practice is above half of a demonstration village's at the start
ADOPTED = 0.30
_DEMONSTRATION, _PILOT, _REST = (ROLLOUT.index(name) for name in ("demonstration", "pilot", "rest"))
#: added to a year's operating income before its logarithm is taken, yuan: a collective that stands still has one too
_SMALL = 1000.0


@measure("share of villages")
def adopted_share(trace: Trace, year: int) -> float:
    """Villages that have adopted the reform at the end of a year: practice of at least .30."""
    return float((trace.outcome("practice")[12 * year] >= ADOPTED).mean())


@measure("share of the run")
def steepest_year(trace: Trace) -> float:
    """Middle of the year in which most villages adopted, as a share of the run; the first of equals."""
    levels = np.array([adopted_share(trace, year) for year in range(trace.years + 1)])
    gains = np.diff(levels)
    if gains.max(initial=0.0) <= 0.0:
        return math.nan
    return float((int(np.argmax(gains)) + 0.5) / trace.years)


@measure("1", paired=True)
def learning_from_neighbours(trace: Trace, against: Trace) -> float:
    """Practice after three years in villages whose turn is last, less that of the same villages in another run."""
    waiting = trace.rollout == _REST
    if not waiting.any():
        return math.nan
    practice = [one.outcome("practice")[36][waiting].mean() for one in (trace, against)]
    return float(practice[0] - practice[1])


def _thirds(trace: Trace) -> np.ndarray:
    """0, 1, 2: third of a village by operating income of the first year, int [V]."""
    income = operating_income(trace, 1)
    place = np.argsort(np.argsort(income, kind="stable"), kind="stable")
    found: np.ndarray = place * 3 // len(income)
    return found


@measure("log points", paired=True)
def matthew_effect(trace: Trace, against: Trace) -> float:
    """Gain in log operating income of the upper two thirds less that of the lowest third, last common year."""
    third = _thirds(against)
    year = min(trace.years, against.years)
    logs = [np.log(operating_income(one, year) + _SMALL) for one in (trace, against)]
    gain = logs[0] - logs[1]
    return float(gain[third > 0].mean() - gain[third == 0].mean())


@measure("1", paired=True)
def supervision_for_the_weak(trace: Trace, against: Trace) -> float:
    """Gain in mean satisfaction of the third with least operating income less that with most, last common year."""
    third = _thirds(against)
    last = 12 * min(trace.years, against.years)
    levels = [one.outcome("mean_satisfaction")[last - 11 : last + 1].mean(axis=0) for one in (trace, against)]
    gain = levels[0] - levels[1]
    return float(gain[third == 0].mean() - gain[third == 2].mean())


def satisfaction_terms(trace: Trace, month: int, villages: np.ndarray) -> dict[str, float]:
    """What makes satisfaction in some villages, term by term of its logit, means over people.

    Args:
        trace: a run.
        month: 0, 12, 24, ….
        villages: bool [V].
    """
    p = trace.parameters
    people = trace.people[month]
    chosen = villages[people["village"]]
    state = trace.villages[month][villages]
    weight = state["people"] / state["people"].sum()
    services = sum(
        state[f"{kind}_{payer}"]
        for kind in ("public", "convenience", "living", "elder")
        for payer in ("collective", "fiscal")
    )
    return {
        "trust": p["satisfaction_trust"] * float(people["trust"][chosen].mean(dtype=np.float64)),
        "safety": -p["satisfaction_disorder"] * p["disorder_scale"] * float((state["disorder"] * weight).sum()),
        "consumption": p["satisfaction_consumption"]
        * float(np.log(people["consumption"][chosen].astype(np.float64) + 1.0).mean()),
        "services": p["satisfaction_services"] * 0.25 * float((services * weight).sum()),
        "environment": p["satisfaction_environment"] * float((state["environment"] * weight).sum()),
    }


@measure("share", paired=True)
def satisfaction_gap_from(trace: Trace, against: Trace, part: str) -> float:
    """Share of a part in the satisfaction that reform brought to pilot villages, last common year.

    The same villages with and without the reform, so that nothing but the reform makes the gap; villages that are
    demonstration villages in the other run start from another level there and are left out.
    """
    reformed = (trace.rollout == _PILOT) & (against.rollout != _DEMONSTRATION)
    last = 12 * min(trace.years, against.years)
    with_reform, without = (satisfaction_terms(one, last, reformed) for one in (trace, against))
    opened = {name: with_reform[name] - without[name] for name in without}
    total = sum(opened.values())
    return opened[part] / total if total > 1e-6 else math.nan
