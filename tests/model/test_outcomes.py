"""The three goals: goalposts, direction, weights, and figures of the county."""

from __future__ import annotations

import numpy as np
import pytest

from ruralsim.base.errors import InputError
from ruralsim.model.books_loop import OUTCOME_INDEX, OUTCOMES
from ruralsim.model.outcomes import GOALPOSTS, GOALS, county_mean, county_scores, goal_scores

PILLARS = {"party_organisation", "self_governance", "rule_of_law", "virtue", "smart_governance", "co_governance"}


def row(**values: float) -> np.ndarray:
    """An outcome row with every component at the middle of its posts, but for ``values``."""
    found = np.zeros(len(OUTCOMES))
    for post in GOALPOSTS:
        found[OUTCOME_INDEX[post.component]] = (post.low + post.high) / 2
    found[OUTCOME_INDEX["registered"]] = 100
    for name, value in values.items():
        found[OUTCOME_INDEX[name]] = value
    return found


def test_goals_are_what_people_experience() -> None:
    assert {goal: len(names) for goal, names in GOALS.items()} == {"governance": 6, "development": 4, "life": 4}
    components = [post.component for post in GOALPOSTS]
    assert len(set(components)) == 14
    assert set(components) <= set(OUTCOME_INDEX)
    assert not PILLARS & set(components)
    assert "potential" not in components


@pytest.mark.parametrize("post", GOALPOSTS, ids=lambda post: post.component)
def test_a_component_scores_0_and_1_at_its_posts(post) -> None:  # type: ignore[no-untyped-def]
    assert post.low < post.high
    assert post.direction in (-1, 1)
    assert len(post.reason) > 20
    worse, better = (post.low, post.high) if post.direction > 0 else (post.high, post.low)
    assert post.score(np.array([worse, better])) == pytest.approx([0.0, 1.0])


@pytest.mark.parametrize("post", GOALPOSTS, ids=lambda post: post.component)
def test_a_better_component_raises_its_goal_and_no_other(post) -> None:  # type: ignore[no-untyped-def]
    step = 0.1 * (post.high - post.low) * post.direction
    before, after = row(), row(**{post.component: (post.low + post.high) / 2 + step})
    gain = goal_scores(after) - goal_scores(before)
    expected = [0.1 / len(names) if goal == post.goal else 0.0 for goal, names in GOALS.items()]
    assert gain == pytest.approx(expected)


def test_nothing_is_clipped() -> None:
    assert goal_scores(row(mean_satisfaction=5.0))[2] > 1.0
    assert goal_scores(row(mean_satisfaction=-5.0))[2] < 0.0


def test_spread_of_incomes_counts_against_development() -> None:
    assert goal_scores(row(income_spread=0.4))[1] < goal_scores(row(income_spread=0.3))[1]


def test_weights_of_the_user() -> None:
    outcomes = row(mean_trust=0.8)  # its upper post; every other component is at .5
    assert goal_scores(outcomes)[0] == pytest.approx(0.5 + 0.5 / 6)
    assert goal_scores(outcomes, {"mean_trust": 3})[0] == pytest.approx(0.5 + 0.5 * 3 / 8)
    only_trust = {name: 0.0 for name in GOALS["governance"]} | {"mean_trust": 2}
    assert goal_scores(outcomes, only_trust) == pytest.approx([1.0, 0.5, 0.5])


def test_wrong_weights() -> None:
    with pytest.raises(InputError, match="Did you mean 'mean_trust'"):
        goal_scores(row(), {"mean_trus": 1})
    with pytest.raises(InputError, match="negative"):
        goal_scores(row(), {"mean_trust": -1})
    with pytest.raises(InputError, match="'life' have weight 0"):
        goal_scores(row(), dict.fromkeys(GOALS["life"], 0.0))


def test_the_county_weighs_villages_by_registered_adults() -> None:
    outcomes = np.stack([row(registered=100, mean_trust=0.2), row(registered=300, mean_trust=0.8)])[None]
    trust = outcomes[:, :, OUTCOME_INDEX["mean_trust"]]
    assert county_mean(trust, outcomes) == pytest.approx([0.65])
    assert county_mean(outcomes, outcomes)[0, OUTCOME_INDEX["mean_trust"]] == pytest.approx(0.65)
    village = goal_scores(outcomes)[0]
    assert county_scores(outcomes)[0] == pytest.approx(0.25 * village[0] + 0.75 * village[1])
