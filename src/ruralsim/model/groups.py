"""People by group: what age, membership and residence have to do with who gains and who loses.

Read from the villagers' true state at the opening and at the end of every twelfth month (and of the last). A person
belongs to the group that fits at that moment, so groups change hands: people age, leave, come home.

Income is that of people who live in the village, as everywhere among the outcomes: those who work away send part of
their wages home, where it is income once more, and live at other prices. Only the grouping by residence shows their
wages, as a group of its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from ruralsim.state.columns import AWAY, ENDOWMENTS, HOME, OUTSIDER, ROLLOUT

if TYPE_CHECKING:
    from ruralsim.model.county import County

#: groupings of people, each with its groups; every person is in exactly one group of each
PEOPLE_GROUPS: Mapping[str, tuple[str, ...]] = {
    "age": ("18_29", "30_44", "45_59", "60_74", "75_up"),
    "membership": ("member", "other_registered", "outsider"),
    "residence": ("home", "away", "outsider"),
}
#: the columns of a grouping among those of all groupings, side by side
PLACE: Mapping[str, slice] = {
    name: slice(first, first + len(PEOPLE_GROUPS[name]))
    for name, first in zip(PEOPLE_GROUPS, np.cumsum([0, *map(len, PEOPLE_GROUPS.values())]).tolist(), strict=False)
}
GROUP_COUNT = sum(map(len, PEOPLE_GROUPS.values()))
#: groupings of villages, each with the column of the villages that says which
VILLAGE_GROUPS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "class": ("endowment", ENDOWMENTS),
    "rollout": ("rollout", ROLLOUT),
}
#: every group: (grouping, group), people first
GROUPS: tuple[tuple[str, str], ...] = (
    *((name, group) for name, ones in PEOPLE_GROUPS.items() for group in ones),
    *((name, group) for name, (_, ones) in VILLAGE_GROUPS.items() for group in ones),
)
#: what is followed by group: name, unit, column of the villagers, meaning
GROUP_MEASURES: tuple[tuple[str, str, str, str], ...] = (
    ("mean_income", "yuan/month", "income", "mean income this month of the group's residents"),
    ("mean_satisfaction", "1", "satisfaction", "mean satisfaction with life of the group's persons"),
    ("mean_trust", "1", "trust", "mean trust of the group's persons in the village's institutions"),
)
_AGES = np.array([30.0, 45.0, 60.0, 75.0])
_STEP = 12


def people_sums(county: County) -> np.ndarray:
    """Persons and sums of every measure by village and group, as the state is now.

    Args:
        county: at the end of a month.

    Returns:
        float64 [V, GROUP_COUNT, 2 + len(GROUP_MEASURES)]: persons, residents (whose income counts), then the sums.
    """
    people, villages = county.villagers, len(county.villages)
    status = people["status"]
    rows = np.flatnonzero((status == HOME) | (status == AWAY) | (status == OUTSIDER))
    status = status[rows]
    member = np.where(status == OUTSIDER, 2, np.where(people["share"][rows] > 0, 0, 1))
    groups = {
        "age": np.searchsorted(_AGES, people["age"][rows], side="right"),
        "membership": member,
        "residence": status.astype(np.int64) - HOME,
    }
    village = np.searchsorted(county.stop, rows, side="right")
    everybody, residents = np.ones(len(rows)), (status != AWAY).astype(np.float64)
    columns = [people[column][rows].astype(np.float64) for _, _, column, _ in GROUP_MEASURES]
    sums = np.zeros((villages, GROUP_COUNT, 2 + len(columns)))
    for name, codes in groups.items():
        count = len(PEOPLE_GROUPS[name])
        earners = everybody if name == "residence" else residents
        values = [everybody, earners, columns[0] * earners, *columns[1:]]
        cells = village * count + codes
        for k, weights in enumerate(values):
            added = np.bincount(cells, weights, minlength=villages * count)
            sums[:, PLACE[name], k] = added.reshape(villages, count)
    return sums


def sums_by_group(people: np.ndarray, villages: np.ndarray) -> np.ndarray:
    """Persons and sums of every measure by village and group, groups of villages included.

    Args:
        people: float64 [V, n, 2 + M] of :func:`people_sums`.
        villages: table of the villages, for their classes.

    Returns:
        float64 [V, len(GROUPS), 2 + M].
    """
    everybody = people[:, PLACE["membership"]].sum(axis=1)
    parts = [people]
    for column, names in VILLAGE_GROUPS.values():
        here = np.asarray(villages[column])[:, None] == np.arange(len(names))
        parts.append(here[:, :, None] * everybody[:, None, :])
    return np.concatenate(parts, axis=1)


def group_means(sums: np.ndarray, factors: np.ndarray | None = None) -> np.ndarray:
    """Mean of every measure by group over villages, NaN for a group without anybody.

    Args:
        sums: of :func:`sums_by_group`.
        factors: float64 [V], how many persons one of a village's stands for; None means one.

    Returns:
        float64 [len(GROUPS), M].
    """
    total = sums.sum(axis=0) if factors is None else np.einsum("v,vgk->gk", factors, sums)
    means: np.ndarray = np.full((total.shape[0], len(GROUP_MEASURES)), np.nan)
    np.divide(total[:, 2:], counted(total), out=means, where=counted(total) > 0.0)
    return means


def counted(sums: np.ndarray) -> np.ndarray:
    """Over how many persons each measure is taken.

    Args:
        sums: float64 [..., 2 + M].

    Returns:
        float64 [..., M]: residents for income, the first measure; all persons for the others.
    """
    return np.concatenate([sums[..., 1:2], *[sums[..., :1]] * (len(GROUP_MEASURES) - 1)], axis=-1)


@dataclass
class GroupRecord:
    """People by group through a run.

    Args:
        months: at whose end they were counted; 0 is the opening.
        sums: of each of these months, as :func:`people_sums` gives them.
    """

    months: list[int] = field(default_factory=list)
    sums: list[np.ndarray] = field(default_factory=list)

    def watch(self, county: County) -> None:
        """Count where the month is due: the opening, every twelfth month, the last."""
        if county.month % _STEP == 0 or county.month == county.scenario.months:
            self.months.append(county.month)
            self.sums.append(people_sums(county))
