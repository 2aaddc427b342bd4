"""Rows of people: room for those who are there and those who may come, blank rows, and room made before January."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ruralsim.state.columns import CADRE_DTYPE, CADRE_SEATS, TIES, VILLAGER_DTYPE

if TYPE_CHECKING:
    from ruralsim.model.county import County


def capacity_for(adults: int, months: int, p: Any) -> int:
    """Rows to set aside for a village: today's adults and outsiders and, with room to spare, all who may come."""
    years = months / 12.0 + 1.0
    yearly = adults * (float(p.coming_of_age_rate) + float(p.registration_in_rate))
    outsiders = adults * float(p.outsider_share) * (1.0 + float(p.outsider_turnover) * 12.0 * years)
    return int(adults + 1.25 * (yearly * years + outsiders) + 2.0 * years + 64)


def empty_people(rows: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Blank rows of villagers, their ties and their pooling terms (−1 in the last term: never decided yet)."""
    people = np.zeros(rows, VILLAGER_DTYPE)
    people["age"] = 18.0
    ties = np.zeros((rows, TIES), np.uint16)
    pooling = np.zeros((rows, 11), np.float64)
    pooling[:, 10] = -1.0
    return people, ties, pooling


def empty_cadres(villages: int) -> np.ndarray:
    """Seven seats a village, all vacant."""
    return np.zeros((villages, CADRE_SEATS), CADRE_DTYPE)


def make_room(county: County) -> None:
    """Before January: give every village room for a year's newcomers, moving rows where it lacks it."""
    p = county.fields
    used = county.villages["rows"].astype(np.int64)
    free = (county.stop - county.start) - used
    yearly = p.coming_of_age_rate + p.registration_in_rate + 12.0 * p.outsider_share * p.outsider_turnover
    need = ((0.06 + 1.25 * yearly) * used).astype(np.int64) + 64
    if (free >= need).all():
        return
    sizes = np.maximum(county.stop - county.start, used + need + used // 4)
    stop = np.cumsum(sizes)
    start = stop - sizes
    people, ties, pooling = empty_people(int(sizes.sum()))
    for v in range(len(sizes)):
        old, new = slice(county.start[v], county.start[v] + used[v]), slice(start[v], start[v] + used[v])
        people[new], ties[new], pooling[new] = county.villagers[old], county.ties[old], county.pooling[old]
    county.villagers, county.ties, county.pooling = people, ties, pooling
    county.start, county.stop = start, stop
