"""What is followed in a run: the goals and all outcomes, of the county and of its classes of villages, by year."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from ruralsim.model.books_loop import OUTCOME_INDEX, OUTCOMES
from ruralsim.model.groups import GROUP_COUNT, GROUP_MEASURES
from ruralsim.model.groups import GROUPS as _ALL_GROUPS
from ruralsim.model.outcomes import GOALPOSTS, GOALS, goal_scores
from ruralsim.state.columns import ENDOWMENTS, FORMS, ROLLOUT

#: figures followed: the goals, then every outcome in its own unit
SERIES: tuple[str, ...] = (*GOALS, *(name for name, _, _ in OUTCOMES))
#: the county, then the classes of villages: (kind, name)
COUNTY = ("county", "all")
GROUPS: tuple[tuple[str, str], ...] = (
    COUNTY,
    *(("rollout", name) for name in ROLLOUT),
    *(("class", name) for name in ENDOWMENTS),
    *(("form", name) for name in FORMS),
)
#: groups of people, (grouping, group), and what is followed of them at the end of a run
PEOPLE: tuple[tuple[str, str], ...] = _ALL_GROUPS[:GROUP_COUNT]
PEOPLE_SERIES: tuple[str, ...] = tuple(name for name, _, _, _ in GROUP_MEASURES)
#: units of all figures
UNITS: dict[str, str] = {
    **dict.fromkeys(GOALS, "score"),
    **{name: unit for name, unit, _ in OUTCOMES},
    **{name: unit for name, unit, _, _ in GROUP_MEASURES},
}
#: 1 where more is better, −1 where less is; figures that are neither are left out
BETTER: dict[str, int] = {**dict.fromkeys(GOALS, 1), **{post.component: post.direction for post in GOALPOSTS}}
_HEADS = OUTCOME_INDEX["registered"]


def county_series(outcomes: np.ndarray, factors: np.ndarray) -> np.ndarray:
    """Figures of a county by month, villages weighing as many adults as they stand for.

    Args:
        outcomes: float64 [T + 1, V, len(OUTCOMES)].
        factors: float64 [V], adults of the county that one of a village's stands for.

    Returns:
        float64 [T + 1, len(SERIES)].
    """
    return _weighted(goals_and_outcomes(outcomes), outcomes[..., _HEADS] * factors)


def goals_and_outcomes(outcomes: np.ndarray) -> np.ndarray:
    """Scores of the goals before the outcomes they come from: float64 [..., len(SERIES)]."""
    return np.concatenate([goal_scores(outcomes), outcomes], axis=-1)


def _weighted(values: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Means over villages, [T + 1, S], in a fixed order of summation."""
    mean: np.ndarray = np.einsum("tv,tvk->tk", weights / weights.sum(axis=1, keepdims=True), values)
    return mean


def members_of(endowment: np.ndarray, rollout: np.ndarray, form: np.ndarray) -> list[np.ndarray]:
    """Which villages belong to each of :data:`GROUPS`: bool [V] each, from the codes of their classes."""
    found = [np.ones(len(rollout), np.bool_)]
    for codes, names in ((rollout, ROLLOUT), (endowment, ENDOWMENTS), (form, FORMS)):
        found += [np.asarray(codes) == k for k in range(len(names))]
    return found


def group_series(outcomes: np.ndarray, members: Sequence[np.ndarray]) -> np.ndarray:
    """:func:`county_series` of each group of villages, float64 [G, T + 1, S]; NaN for a group without villages."""
    found = np.full((len(members), len(outcomes), len(SERIES)), np.nan)
    values, heads = goals_and_outcomes(outcomes), outcomes[..., _HEADS]
    for k, inside in enumerate(members):
        if inside.any():
            found[k] = _weighted(values[:, inside], heads[:, inside])
    return found


def yearly(series: np.ndarray) -> Iterator[tuple[int, int, np.ndarray]]:
    """Yield (year, months in it, means), the opening state as year 0 and a last year that may be shorter.

    Args:
        series: float64 [T + 1, ...], month 0 first.
    """
    yield 0, 0, series[0]
    for year, first in enumerate(range(1, len(series), 12), start=1):
        part = series[first : first + 12]
        yield year, len(part), part.mean(axis=0)


def years_of(months: int) -> list[int]:
    """Months averaged in each entry of :func:`yearly`: 0 for the opening state, then 12, at last what is left."""
    return [0, *(min(12, months - first) for first in range(0, months, 12))]
