"""Leaving for work elsewhere and coming home (4.3)."""

from __future__ import annotations

import numpy as np

from ..agents.lifetime import LABOUR_AGE
from ..agents.villager import chance_to_move, leave_exponent, leave_factor, return_exponent, return_factor
from ..base.compiled import TILE, process
from ..base.numbers import log
from ..base.streams import unit
from ..state.columns import AWAY, HOME
from ..state.inputs import CHANGE, LUCK_MOVE
from .village_loop import service_level


@process
def moving(month_of_year, village, present, desks, luck, changes, lever, setting, p):
    """Villagers leave for work or come home (Spring Festival: home in February, away in March)."""
    services = service_level(village)
    gap = log(setting.outside_wage / (village.mean_income + 1.0)) - p.gap_reference
    out_season = p.march_leave if month_of_year == 3 else 1.0
    in_season = p.february_return if month_of_year == 2 else 1.0
    out = leave_factor(gap, services, out_season, p)
    back = return_factor(gap, services, in_season, lever.talent_return, p)
    moves, movers, own = np.empty(TILE, np.uint8), np.empty(TILE, np.int64), np.empty(TILE)
    for first in range(0, present.shape[0], TILE):
        size = min(TILE, present.shape[0] - first)
        desk = desks[first // TILE]
        age, trust, status, cadre = desk.age, desk.trust, desk.status, desk.cadre
        notable, pools, skill = desk.notable, desk.pools, desk.skill
        word = luck[LUCK_MOVE, first : first + size]
        for j in range(size):
            years = np.float64(age[j])
            leaving = leave_exponent(years, np.float64(trust[j]), float(notable[j]), float(pools[j]), p)
            own[j] = return_exponent(years, p) if status[j] == AWAY else leaving
        for j in range(size):
            may_leave, may_return = (status[j] == HOME) & (cadre[j] == 0), status[j] == AWAY
            going = chance_to_move(may_leave, may_return, out, back, own[j], np.float64(age[j]))
            moves[j] = 1 if unit(word[j]) < going else 0
        n = 0
        for j in range(size):
            movers[n] = j
            n += int(moves[j])
        for k in range(n):
            j = movers[k]
            supplies = pools[j] == 1 and age[j] < LABOUR_AGE
            if status[j] == HOME:
                status[j] = AWAY
                if supplies:
                    changes[CHANGE.supply_moving] -= np.float64(skill[j])
            else:
                status[j] = HOME
                if supplies:
                    changes[CHANGE.supply_moving] += np.float64(skill[j])
