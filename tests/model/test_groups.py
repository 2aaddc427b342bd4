"""People by group: everybody once in every grouping, sums as a plain loop finds them, means over the right people."""

from __future__ import annotations

from collections import defaultdict
from functools import cache

import numpy as np
import pytest
from small import scenario

from ruralsim.model.county import County
from ruralsim.model.groups import (
    GROUPS,
    PEOPLE_GROUPS,
    PLACE,
    GroupRecord,
    group_means,
    people_sums,
    sums_by_group,
)
from ruralsim.state.columns import AWAY, ENDOWMENTS, HOME, OUTSIDER, ROLLOUT

NAMES = [(name, group) for name, ones in PEOPLE_GROUPS.items() for group in ones]


@cache
def county() -> County:
    return County.build(scenario(4, 26, adults=80), 3).advance(20)


def by_hand(one: County) -> dict[tuple[int, str, str], list[float]]:
    """Persons, residents and sums, villager by villager."""
    found: dict[tuple[int, str, str], list[float]] = defaultdict(lambda: [0.0] * 5)
    for village, (first, stop) in enumerate(zip(one.start, one.stop, strict=True)):
        for me in one.villagers[first:stop]:
            if me["status"] not in (HOME, AWAY, OUTSIDER):
                continue
            age = float(me["age"])
            ages = PEOPLE_GROUPS["age"][sum(age >= limit for limit in (30, 45, 60, 75))]
            member = "outsider" if me["status"] == OUTSIDER else "member" if me["share"] > 0 else "other_registered"
            where = {HOME: "home", AWAY: "away", OUTSIDER: "outsider"}[int(me["status"])]
            for grouping, group in (("age", ages), ("membership", member), ("residence", where)):
                lives_here = grouping == "residence" or me["status"] != AWAY
                row = found[village, grouping, group]
                values = [1.0, lives_here, lives_here * me["income"], me["satisfaction"], me["trust"]]
                for k, value in enumerate(values):
                    row[k] += float(value)
    return found


def test_sums_are_those_of_a_plain_loop() -> None:
    one = county()
    expected, sums = by_hand(one), people_sums(one)
    assert {status for status in (HOME, AWAY, OUTSIDER) if (one.villagers["status"] == status).any()} == {1, 2, 3}
    for village in range(len(one.villages)):
        for g, (grouping, group) in enumerate(NAMES):
            assert sums[village, g] == pytest.approx(expected[village, grouping, group], rel=1e-9), (grouping, group)


def test_everybody_is_once_in_every_grouping() -> None:
    one = county()
    sums = people_sums(one)
    people = (one.villages["registered"] + one.villages["outsiders"]).astype(float)
    for name in PEOPLE_GROUPS:
        assert np.array_equal(sums[:, PLACE[name], 0].sum(axis=1), people)


def test_groups_of_villages_hold_all_their_people() -> None:
    one = county()
    sums = sums_by_group(people_sums(one), one.villages)
    for grouping, names, column in (("class", ENDOWMENTS, "endowment"), ("rollout", ROLLOUT, "rollout")):
        for code, name in enumerate(names):
            found = sums[:, GROUPS.index((grouping, name)), 0].sum()
            here = one.villages[column] == code
            assert found == (one.villages["registered"] + one.villages["outsiders"])[here].sum()


def test_means_leave_out_the_wages_of_those_away_but_where_they_are_a_group() -> None:
    one = county()
    people = one.villagers
    means = group_means(sums_by_group(people_sums(one), one.villages))
    lives = np.isin(people["status"], (HOME, OUTSIDER))
    away = people["status"] == AWAY
    members = (people["share"] > 0) & np.isin(people["status"], (HOME, AWAY))
    assert means[GROUPS.index(("residence", "away")), 0] == pytest.approx(people["income"][away].mean(dtype=float))
    at = GROUPS.index(("membership", "member"))
    assert means[at, 0] == pytest.approx(people["income"][members & lives].mean(dtype=float))
    assert means[at, 2] == pytest.approx(people["trust"][members].mean(dtype=float))


def test_a_village_weighs_by_what_it_stands_for_and_nobody_is_no_number() -> None:
    sums = np.zeros((2, len(GROUPS), 5))
    sums[0, 0] = [1.0, 1.0, 10.0, 1.0, 0.5]
    sums[1, 0] = [1.0, 1.0, 40.0, 0.0, 0.5]
    assert group_means(sums)[0] == pytest.approx([25.0, 0.5, 0.5])
    assert group_means(sums, np.array([2.0, 1.0]))[0] == pytest.approx([20.0, 2 / 3, 0.5])
    assert np.isnan(group_means(sums)[1]).all()


def test_people_are_counted_at_the_opening_each_year_and_at_the_end() -> None:
    one, record = County.build(scenario(2, 26, adults=40), 3), GroupRecord()
    record.watch(one)
    one.advance(progress=lambda done, months: record.watch(one))
    assert record.months == [0, 12, 24, 26]
    assert np.array_equal(record.sums[-1], people_sums(one))
