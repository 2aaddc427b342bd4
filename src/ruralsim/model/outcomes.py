"""The three goals: components that villagers experience, on fixed printed goalposts (model specification 1).

A component's score is its place between two goalposts, ``(x − low)/(high − low)``, or ``(high − x)/(high − low)`` where
less is better. A goal is the mean of its components' scores, equal weights unless the user says otherwise. Nothing is
clipped: a village below the lower post has a score below 0, one above the upper post a score above 1, so that an
improvement counts the same wherever it happens. The six pillar stocks enter no goal. Figures of the county weigh
villages by their registered adults.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from ruralsim.base.errors import InputError, nearest
from ruralsim.base.sums import in_order
from ruralsim.model.books_loop import OUTCOME_INDEX


@dataclass(frozen=True, slots=True)
class Goalpost:
    """Where a component's score is 0 and where it is 1.

    Args:
        component: column of the outcomes.
        goal: the goal it belongs to.
        low, high: goalposts in the component's unit, low < high.
        direction: 1 where more is better, −1 where less is.
        reason: why these posts; ids are rows of the evidence table.
    """

    component: str
    goal: str
    low: float
    high: float
    direction: int
    reason: str

    def score(self, values: np.ndarray) -> np.ndarray:
        """Place between the posts, 0 at the worse one and 1 at the better one; not clipped.

        Args:
            values: in the component's unit, any shape.
        """
        width = self.high - self.low
        scored: np.ndarray = (values - self.low) / width if self.direction > 0 else (self.high - values) / width
        return scored


GOALPOSTS: tuple[Goalpost, ...] = (
    Goalpost(
        "settled_in_time",
        "governance",
        0.0,
        1.0,
        1,
        "the share itself: none, and all; reported success is near the upper post (MED-008: 97.6 %)",
    ),
    Goalpost(
        "requests_answered",
        "governance",
        0.0,
        0.8,
        1,
        "none, and what full serving effort answers within the month at the default (.8, assumed)",
    ),
    Goalpost("quorate_decisions", "governance", 0.0, 1.0, 1, "the share itself: no decision valid, and every one"),
    Goalpost(
        "money_arrived",
        "governance",
        0.75,
        1.0,
        1,
        "what arrives where nothing restrains leakage at the default (1 − .25, assumed), and all of it",
    ),
    Goalpost(
        "service_per_yuan",
        "governance",
        0.0,
        0.5,
        1,
        "no service, and full service for ten yuan a head and month, about the operating transfer (12.5, assumed)",
    ),
    Goalpost(
        "mean_trust",
        "governance",
        0.2,
        0.8,
        1,
        "few trust, and a little above what surveys find (GOV-012: 72.2 % trust most fellow villagers)",
    ),
    Goalpost(
        "value_added",
        "development",
        500.0,
        2000.0,
        1,
        "half of what adults of the stock counties produce at the start (about 1,000), and twice as much",
    ),
    Goalpost(
        "median_income",
        "development",
        1000.0,
        3000.0,
        1,
        "about the national rural mean of 2016 (12,363 yuan a year), and twice that of 2020 (INC-019: 17,131)",
    ),
    Goalpost(
        "income_spread",
        "development",
        0.2,
        0.5,
        -1,
        "a Gini coefficient of .2 is that of the most equal societies, .5 that of very unequal ones; all assumed",
    ),
    Goalpost(
        "environment",
        "development",
        0.2,
        0.65,
        1,
        "levels that services and virtue of .15, and both at their full, hold for good at the default rates",
    ),
    Goalpost(
        "mean_satisfaction",
        "life",
        0.2,
        0.8,
        1,
        "surveys find about .67 (GOV-013, GOV-014); as far below the middle of the scale as above it",
    ),
    Goalpost(
        "lowest_satisfaction",
        "life",
        0.2,
        0.8,
        1,
        "the posts of mean satisfaction: the lowest fifth is measured by the same yardstick as everybody",
    ),
    Goalpost("elders_care", "life", 0.0, 1.0, 1, "the level itself: none cared for, and all in full"),
    Goalpost(
        "time_and_privacy",
        "life",
        0.9,
        1.0,
        1,
        "policy takes a tenth of people's time (or as much by surveillance), and nothing; assumed",
    ),
)
#: goal -> its components, in order
GOALS: dict[str, tuple[str, ...]] = {
    goal: tuple(post.component for post in GOALPOSTS if post.goal == goal)
    for goal in ("governance", "development", "life")
}
_HEADS = OUTCOME_INDEX["registered"]


def goal_scores(outcomes: np.ndarray, weights: Mapping[str, float] | None = None) -> np.ndarray:
    """Scores of the three goals.

    Args:
        outcomes: float64 [..., len(OUTCOMES)], rows as the model records them.
        weights: weight of a component by name, relative to the others of its goal; 1 where not named.

    Returns:
        float64 [..., 3] in the order of :data:`GOALS`.

    Raises:
        InputError: an unknown component, a negative weight, or a goal whose weights are all 0.
    """
    of = _weights(weights or {})
    scores = np.zeros((*outcomes.shape[:-1], len(GOALS)))
    for k, (goal, names) in enumerate(GOALS.items()):
        total = in_order(of[name] for name in names)
        if total <= 0.0:
            raise InputError("run_weights_zero", name=goal)
        for post in GOALPOSTS:
            if post.goal == goal:
                scores[..., k] += of[post.component] / total * post.score(outcomes[..., OUTCOME_INDEX[post.component]])
    return scores


def _weights(changed: Mapping[str, float]) -> dict[str, float]:
    of = {post.component: 1.0 for post in GOALPOSTS}
    for name, weight in changed.items():
        if name not in of:
            raise InputError("unknown_key", name=name, nearest=nearest(name, of), accepted=list(of))
        if not weight >= 0.0:
            raise InputError("negative", key=name, read=weight)
        of[name] = float(weight)
    return of


def county_mean(values: np.ndarray, outcomes: np.ndarray) -> np.ndarray:
    """Mean over villages, each weighing as many registered adults as it has in that month.

    Args:
        values: float64 [T + 1, V] or [T + 1, V, n].
        outcomes: float64 [T + 1, V, len(OUTCOMES)] of the same months.

    Returns:
        float64 [T + 1] or [T + 1, n].
    """
    heads = outcomes[..., _HEADS]
    weights = heads / heads.sum(axis=1, keepdims=True)
    if values.ndim == 3:
        weights = weights[:, :, None]
    mean: np.ndarray = (values * weights).sum(axis=1)
    return mean


def county_scores(outcomes: np.ndarray, weights: Mapping[str, float] | None = None) -> np.ndarray:
    """Scores of the county in the three goals, float64 [T + 1, 3]; see :func:`goal_scores` for ``weights``."""
    return county_mean(goal_scores(outcomes, weights), outcomes)
