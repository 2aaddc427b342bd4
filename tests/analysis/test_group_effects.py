"""Who gains and who loses: paired differences by group, and intervals against planted differences."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from small import scenario

from ruralsim.analysis.groups import MEASURES, GroupDraws, GroupReplicates
from ruralsim.analysis.uncertainty import run_draws
from ruralsim.model.groups import GROUPS, group_means, sums_by_group
from ruralsim.model.run import Replicate, simulate, without_policy

TINY = scenario(4, 14, adults=50)


@pytest.fixture(scope="module")
def pairs() -> list[tuple[Replicate, Replicate]]:
    runs = (simulate(one, seed=3, replicates=3, threads=1) for one in (TINY, without_policy(TINY)))
    return list(zip(*runs, strict=True))


def gathered(pairs: list[tuple[Replicate, Replicate]], draws: GroupDraws | None = None) -> dict[str, Any]:
    found = GroupReplicates()
    for one, twin in pairs:
        found.add(one, twin)
    rows = found.as_json(draws)["groups"]
    return {f"{row['grouping']} {row['group']}": row for row in rows}


def test_the_effect_is_the_difference_of_means(pairs: list[tuple[Replicate, Replicate]]) -> None:
    found = gathered(pairs)
    for g, (grouping, group) in enumerate(GROUPS):
        ends = np.array(
            [
                [group_means(sums_by_group(each.groups.sums[-1], each.opening.villages))[g] for each in pair]
                for pair in pairs
            ]
        ).mean(axis=0)
        if not np.isfinite(ends).all():
            assert f"{grouping} {group}" not in found
            continue
        for k, name in enumerate(MEASURES):
            entry = found[f"{grouping} {group}"][name]
            assert entry["last"] == pytest.approx(ends[0, k])
            assert entry["baseline"] == pytest.approx(ends[1, k])
            assert entry["effect"]["mean"] == pytest.approx(ends[0, k] - ends[1, k], abs=1e-9)
            assert entry["effect"]["low_luck"] <= entry["effect"]["mean"] <= entry["effect"]["high_luck"]
            assert entry["effect"]["low"] is None


def test_a_world_beside_itself_gains_nothing(pairs: list[tuple[Replicate, Replicate]]) -> None:
    for row in gathered([(one, one) for one, _ in pairs]).values():
        for name in MEASURES:
            effect = row[name]["effect"]
            assert (effect["mean"], effect["low_luck"], effect["high_luck"]) == (0.0, 0.0, 0.0)


def test_a_planted_gain_of_one_group_is_found_there(pairs: list[tuple[Replicate, Replicate]]) -> None:
    """Satisfaction of those under thirty is raised by a tenth: a difference without luck, of them alone."""
    planted = []
    for _, twin in pairs:
        sums = [part.copy() for part in twin.groups.sums]
        sums[-1][:, 0, 3] += 0.1 * sums[-1][:, 0, 0]
        planted.append((replace(twin, groups=replace(twin.groups, sums=sums)), twin))
    found = gathered(planted)
    effect = found["age 18_29"]["mean_satisfaction"]["effect"]
    assert (effect["low_luck"], effect["mean"], effect["high_luck"]) == pytest.approx((0.1, 0.1, 0.1), abs=1e-9)
    assert found["age 30_44"]["mean_satisfaction"]["effect"]["mean"] == 0.0
    assert found["age 18_29"]["mean_trust"]["effect"]["mean"] == 0.0


def test_draws_give_groups_their_headline(pairs: list[tuple[Replicate, Replicate]]) -> None:
    drawn = GroupDraws.of(run_draws(TINY, seed=3, draws=8, workers=1))
    assert drawn is not None
    assert drawn.first.shape == (8, len(GROUPS), len(MEASURES))
    assert drawn.part == 1.0
    effect = gathered(pairs, drawn)["membership member"]["mean_trust"]["effect"]
    assert effect["high"] - effect["low"] > 0.0
    nothing = run_draws(without_policy(TINY), seed=3, draws=4, workers=1)
    assert GroupDraws.of(nothing) is None
