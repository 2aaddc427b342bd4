"""L18: find problems, and tell cadres what to do at which stage: the weakest component of every village, by phase.

Source 001 promises indicators that find problems and let cadres know what to do. A village's problem in a span of
months is the component of the three goals in which it is furthest behind the county's middle village, in units of the
county's own spread; what helps is looked up among the measured effects of the sources' instruments.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from ruralsim.model.books_loop import OUTCOME_INDEX
from ruralsim.model.outcomes import GOALPOSTS

#: a component -> quantities of rows that work on it directly
WORKED_ON = {
    "settled_in_time": ("settled_in_time", "driver.calm.disputes_arising"),
    "requests_answered": ("requests_answered",),
    "quorate_decisions": ("turnout", "contribution"),
    "money_arrived": ("leakage",),
    "service_per_yuan": ("service_level",),
    "mean_trust": ("driver.trust.party_example", "belonging"),
    "value_added": ("driver.fit_and_prices", "driver.productivity.instruments", "idle_assets", "flow.investment"),
    "median_income": ("offfarm_share", "flow.farm_income", "home_share"),
    "income_spread": ("members", "flow.dividends"),
    "environment": ("environment",),
    "mean_satisfaction": ("service_level", "environment"),
    "lowest_satisfaction": ("service_level", "elders_care"),
    "elders_care": ("elders_care",),
    "time_and_privacy": (),
}
#: least spread of a component between villages, in points of its score: villages that are about equal have no problem
_LEAST = 0.02


@dataclass(frozen=True, slots=True)
class Problem:
    """What is furthest behind in a village and a span.

    Args:
        village: place in the list of villages.
        span: place in the list of spans.
        component: of the goals.
        behind: standard deviations behind the county's middle village.
    """

    village: int
    span: int
    component: str
    behind: float


def diagnose(outcomes: np.ndarray, spans: list[tuple[int, int]]) -> list[Problem]:
    """Find the weakest component of every village in every span of months.

    Args:
        outcomes: float64 [T + 1, V, len(OUTCOMES)].
        spans: first and last month of each, from 1.
    """
    found = []
    for number, (first, last) in enumerate(spans):
        scores = np.stack(
            [
                post.score(outcomes[first : last + 1, :, OUTCOME_INDEX[post.component]]).mean(axis=0)
                for post in GOALPOSTS
            ]
        )
        behind = np.median(scores, axis=1, keepdims=True) - scores
        behind = behind / np.maximum(scores.std(axis=1, keepdims=True), _LEAST)
        worst = behind.argmax(axis=0)
        found += [
            Problem(village, number, GOALPOSTS[k].component, float(behind[k, village]))
            for village, k in enumerate(worst)
        ]
    return found


def remedies(component: str, measured: Mapping[str, Mapping[str, Mapping[str, float]]], most: int = 3) -> list[str]:
    """Rows that work on a component directly and help its goal, those with the larger effect first.

    Args:
        component: of the goals.
        measured: effects by row, as in the table of effects.
        most: how many at most.
    """
    goal = next(post.goal for post in GOALPOSTS if post.component == component)
    works = set(WORKED_ON[component])
    helping = {
        row: figures[goal]["mean"]
        for row, figures in measured.items()
        if works & set(figures) and goal in figures and figures[goal]["mean"] > 0.0
    }
    return sorted(helping, key=lambda row: -helping[row])[:most]
