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
def moving(month_of_year, village, people, present, luck, changes, lever, setting, p):
    """Villagers leave for work or come home (Spring Festival: home in February, away in March)."""
    services = service_level(village)
    gap = log(setting.outside_wage / (village.mean_income + 1.0)) - p.gap_reference
    out_season = p.march_leave if month_of_year == 3 else 1.0
    in_season = p.february_return if month_of_year == 2 else 1.0
    out = leave_factor(gap, services, out_season, p)
    back = return_factor(gap, services, in_season, lever.talent_return, p)
    levels, codes = np.empty((2, TILE), np.float32), np.empty((5, TILE), np.uint8)
    age, trust = levels[0], levels[1]
    status, cadre, notable, pools, moves = codes[0], codes[1], codes[2], codes[3], codes[4]
    for first in range(0, present.shape[0], TILE):
        size = min(TILE, present.shape[0] - first)
        for j in range(size):
            i = present[first + j]
            me = people[i]
            age[j] = me.age
            trust[j] = me.trust
            notable[j] = me.notable
            pools[j] = me.pools
            status[j] = me.status
            cadre[j] = me.cadre
        word = luck[LUCK_MOVE, first : first + size]
        for j in range(size):
            years = np.float64(age[j])
            may_leave, may_return = (status[j] == HOME) & (cadre[j] == 0), status[j] == AWAY
            leaving = leave_exponent(years, np.float64(trust[j]), float(notable[j]), float(pools[j]), p)
            own = return_exponent(years, p) if may_return else leaving
            moves[j] = 1 if unit(word[j]) < chance_to_move(may_leave, may_return, out, back, own, years) else 0
        for j in range(size):
            if moves[j] == 0:
                continue
            me = people[present[first + j]]
            supplies = me.pools == 1 and me.age < LABOUR_AGE
            if me.status == HOME:
                me.status = AWAY
                if supplies:
                    changes[CHANGE.supply_moving] -= np.float64(me.skill)
            else:
                me.status = HOME
                if supplies:
                    changes[CHANGE.supply_moving] += np.float64(me.skill)
