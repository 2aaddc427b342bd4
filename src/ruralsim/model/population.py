"""Population synthesis: who lives in a village before the first month, who is away, who knows whom.

Every draw is keyed by village and slot (month 0), so a village is the same whatever stands beside it in the list.
Levels come from the parameters (``data/parameters``), the place of the scenario, or the user's roster.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ruralsim.agents.villager import (
    even,
)
from ruralsim.base.compiled import process, rule
from ruralsim.base.numbers import exp
from ruralsim.base.streams import draws
from ruralsim.base.sums import in_order
from ruralsim.model.office_loop import best_candidate, cadre_seats, take_seat
from ruralsim.model.register_loop import holding_of
from ruralsim.state.columns import (
    AWAY,
    HOME,
    OUTSIDER,
    TIES,
)

OLDEST_LEAVER = 68.0
AGE_BINS = (("18_29", 18, 30), ("30_44", 30, 45), ("45_59", 45, 60), ("60_74", 60, 75), ("75_89", 75, 90))
"""Name, first age and first age beyond."""


@rule
def _drawn_age(u: float, p: Any) -> float:
    """Age from the five-bin distribution, whole years."""
    a, b, c, d = p.age_18_29, p.age_30_44, p.age_45_59, p.age_60_74
    if u < a:
        return 18.0 + int(12.0 * u / a)
    u -= a
    if u < b:
        return 30.0 + int(15.0 * u / b)
    u -= b
    if u < c:
        return 45.0 + int(15.0 * u / c)
    u -= c
    if u < d:
        return 60.0 + int(15.0 * u / d)
    return 75.0 + int(15.0 * (u - d) / (1.0 - a - b - c - d + 1e-9))


@rule
def odds_of_being_away(level: float, age: float, notable: float, p: Any) -> float:
    """Odds of being away at the start: level·exp(−2·b_a(age − 35)/10 − tie of a notable), 0 from 68 on.

    The age profile that the hazards to leave and to return settle at: their ratio carries b_a twice (4.3), and nobody
    leaves from 68 on. b_a is fitted to the ages of migrants (MIG-005).
    """
    if age >= OLDEST_LEAVER:
        return 0.0
    return level * exp(-0.2 * p.move_age * (age - 35.0) - p.notable_tie * notable)


@rule
def _bin_weight(age: int, p: Any) -> float:
    """Share of registered adults of one whole year of age."""
    if age < 30:
        return p.age_18_29 / 12.0
    if age < 45:
        return p.age_30_44 / 15.0
    if age < 60:
        return p.age_45_59 / 15.0
    if age < 75:
        return p.age_60_74 / 15.0
    return (1.0 - p.age_18_29 - p.age_30_44 - p.age_45_59 - p.age_60_74) / 15.0


@process
def away_level(p):
    """The level of ``odds_of_being_away`` at which the share of adults away is ``start_away`` (bisection)."""
    low, high = -20.0, 20.0
    for _ in range(60):
        middle = 0.5 * (low + high)
        share = 0.0
        for age in range(18, 90):
            plain = odds_of_being_away(exp(middle), float(age), 0.0, p)
            notable = odds_of_being_away(exp(middle), float(age), 1.0, p)
            away = (1.0 - p.notable_share) * plain / (1.0 + plain) + p.notable_share * notable / (1.0 + notable)
            share += _bin_weight(age, p) * away
        if share < p.start_away:
            low = middle
        else:
            high = middle
    return exp(0.5 * (low + high))


def age_shares(p: Any) -> tuple[float, ...]:
    """Shares of registered adults in the bins of ``AGE_BINS``."""
    shares = (float(p.age_18_29), float(p.age_30_44), float(p.age_45_59), float(p.age_60_74))
    return (*shares, 1.0 - in_order(shares))


def away_share(low: int, high: int, level: float, p: Any) -> float:
    """Expected share away of the registered adults aged low … high − 1, at a level of ``odds_of_being_away``."""
    weights, away = 0.0, 0.0
    for age in range(low, high):
        weight = _bin_weight(age, p)
        weights += weight
        for notable, share in ((0.0, 1.0 - p.notable_share), (1.0, p.notable_share)):
            odds = odds_of_being_away(level, float(age), notable, p)
            away += weight * share * odds / (1.0 + odds)
    return away / weights


@process
def settle(seed, village, enterprise, people, ties, cadres, adults, level, p):
    """Fill one village with people, ties, cadres and the collective's opening books."""
    low, high = village.key_low, village.key_high
    households = max(1, int(adults / p.household_adults))
    grids = min(255, max(1, int(adults / p.grid_adults)))
    village.households = households
    outsiders = int(p.outsider_share * adults + 0.5)
    rows = adults + outsiders
    village.rows = rows
    for i in range(rows):
        me = people[i]
        u_age, u_status, _, u_share = draws(seed, low, high, i, 0, 64)
        u_habit, u_pools, _, u_dispute = draws(seed, low, high, i, 0, 65)
        u1, u2, u3, u4 = draws(seed, low, high, i, 0, 5)
        u5, u6, _, _ = draws(seed, low, high, i, 0, 6)
        age = _drawn_age(u_age, p)
        me.age = np.float32(age)
        me.household = i % households
        me.grid = (me.household * grids) // households
        skill_log = p.skill_spread * 0.7071067811865476 * (even(u1) + even(u5))
        skill = exp(skill_log - 0.5 * p.skill_spread * p.skill_spread)
        me.skill = np.float32(skill)
        me.holding = np.float32(holding_of(seed, low, high, me.household, p))
        disposition = min(0.98, max(0.02, p.disposition_mean + p.disposition_spread * even(u2)))
        me.disposition = np.float32(disposition)
        me.norm = np.float32(min(1.0, max(0.0, p.start_norm + 0.15 * even(u3) / 1.7320508075688772)))
        me.party = 1 if u4 < p.party_share else 0
        me.notable = 1 if u6 < p.notable_share else 0
        me.legal = np.float32(p.start_legal)
        me.trust = np.float32(0.5 * disposition + 0.29)
        me.satisfaction = np.float32(0.6)
        me.habit = np.float32(0.6 if u_habit < p.start_civic else 0.1)
        me.belonging = np.float32(0.3)
        if i < adults:
            odds = odds_of_being_away(level, age, me.notable, p)
            me.status = AWAY if u_status < odds / (1.0 + odds) else HOME
            if u_share < p.member_share:
                me.share = 1000
                me.pools = 1 if u_pools < p.start_pooling else 0
        else:
            me.status = OUTSIDER
            me.age = np.float32(22.0 + int(28.0 * u_age))
            me.household = int(u_status * households)
            me.holding = np.float32(holding_of(seed, low, high, me.household, p))
        if me.status != AWAY and u_dispute < p.start_dispute:
            me.dispute = 1
            village.open_cases += 1.0
    low_rows = rows
    for i in range(rows):
        own = people[i].grid
        for k in range(TIES):
            u, w, x, y = draws(seed, low, high, i, 0, 40 + k)
            choice = int(u * low_rows)
            if w < p.ties_in_grid:
                # rows of a grid repeat every `households` rows: a random household of the grid, a random member
                span = max(1, households // grids)
                house = min(households - 1, (own * households) // grids + int(x * span))
                members = max(1, (low_rows - house + households - 1) // households)
                choice = min(low_rows - 1, house + households * int(y * members))
            if choice == i:
                choice = (i + 1) % low_rows
            ties[i, k] = choice
    for s in range(cadre_seats(p)):
        rival, _ = best_candidate(village, people, seed, 0, s, 1.0, p)
        if rival >= 0:
            take_seat(cadres[s], people, rival, s, seed, low, high, 0, 0.0, p)
    total = 0
    for i in range(rows):
        total += people[i].share
    enterprise.shares_total = max(1, total)
    enterprise.active = 1
