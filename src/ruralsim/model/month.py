"""The month, written once: the order of everything that happens in a village (model specification 3).

``village_month`` is the order; each process is a compiled loop of its own. Inside a month villages do not touch, so any
number of threads may work on them. The county step (``model/county.py``) has run before, from last month's state.
"""

from __future__ import annotations

import numpy as np

from ..base.compiled import entry, spliced
from ..base.streams import throw_for
from ..state.inputs import CHANGE, LUCK_ROWS, PROCESS_BIT
from .books_loop import census, close_books
from .cadres_loop import ability, effort, practice
from .desks import cash_at_desks, cash_in_rows, desks_for, sit_down, stand_up
from .enterprise_loop import enterprise_month
from .households_loop import households
from .minds_loop import minds
from .moving_loop import moving
from .neighbours_loop import look_around
from .office_loop import assessment, election, office_changes
from .participation_loop import bond, pooling_round, taking_part
from .register_loop import new_year, outsiders
from .rival_loop import household_transfer, private_wages, see_everybody
from .troubles_loop import troubles
from .village_loop import environment, pillars, public_money, services

F_NEW_YEAR = PROCESS_BIT["new_year"]
F_OUTSIDERS = PROCESS_BIT["outsiders"]
F_PUBLIC_MONEY = PROCESS_BIT["public_money"]
F_EFFORT = PROCESS_BIT["effort"]
F_PRACTICE = PROCESS_BIT["practice"]
F_PILLARS = PROCESS_BIT["pillars"]
F_SERVICES = PROCESS_BIT["services"]
F_ENVIRONMENT = PROCESS_BIT["environment"]
F_ABILITY = PROCESS_BIT["ability"]
F_LOOK_AROUND = PROCESS_BIT["look_around"]
F_MOVING = PROCESS_BIT["moving"]
F_TAKING_PART = PROCESS_BIT["taking_part"]
F_POOLING = PROCESS_BIT["pooling"]
F_BELONGING = PROCESS_BIT["belonging"]
F_ENTERPRISE = PROCESS_BIT["enterprise"]
F_HOUSEHOLDS = PROCESS_BIT["households"]
F_TROUBLES = PROCESS_BIT["troubles"]
F_MINDS = PROCESS_BIT["minds"]
F_ELECTION = PROCESS_BIT["election"]
F_ASSESSMENT = PROCESS_BIT["assessment"]


@spliced
def village_month(
    seed,
    month,
    month_of_year,
    village,
    enterprise,
    people,
    ties,
    pooling,
    present,
    desks,
    ahead,
    hall,
    cadres,
    items,
    reports,
    observed,
    payments,
    intensity,
    lever,
    setting,
    regime,
    p,
    changes,
    ledger,
    vouchers,
    momentum,
    outcome,
    frozen,
    goes_on,
):
    """One month of one village. Read this to know the order of everything.

    ``present``, ``desks``, ``hall``: who is there, seated since last month or anew; where the next month follows at
    once (``goes_on``), they keep their seats unless the rows are needed. ``ahead``: the next village's desks, only to
    have them brought closer in time.
    """
    january = month_of_year == 1
    changes[CHANGE.rows_before] = village.rows
    if january and not frozen & F_NEW_YEAR:
        new_year(seed, month, village, enterprise, people, ties, cadres, ledger, vouchers, momentum, changes, p)
    if hall.seated == 0:
        census(village, people, present)
        sit_down(people, present, desks, 0, village.people)
    if not frozen & F_OUTSIDERS:
        outsiders(seed, month, village, people, ties, present, desks, ledger, vouchers, changes, p)
    present = present[: village.people]
    luck = np.empty((LUCK_ROWS, village.people), np.uint32)
    throw_for(present, luck, seed, village.key_low, village.key_high, month, 0, 0)
    throw_for(present, luck, seed, village.key_low, village.key_high, month, 1, 4)
    peers = np.empty((4, village.people))
    if not frozen & F_PUBLIC_MONEY:
        public_money(seed, month, village, enterprise, payments, ledger, vouchers, setting, p)
    if not frozen & F_EFFORT:
        effort(seed, month, village, enterprise, cadres, items, reports, regime, lever, setting, p)
    if not frozen & F_PRACTICE:
        practice(village, cadres, lever, intensity, setting, p)
    if not frozen & F_PILLARS:
        pillars(village, momentum, ledger, vouchers, lever, setting, p)
    if not frozen & F_SERVICES:
        services(village, ledger, vouchers, lever, setting, p)
    if not frozen & F_ENVIRONMENT:
        environment(village, lever, p)
    if not frozen & F_ABILITY:
        ability(cadres, lever, p)
    if not frozen & F_LOOK_AROUND:
        look_around(village, ties, present, desks, peers)
        if setting.mixing > 0.0:
            see_everybody(village, present, desks, peers, setting)
    else:
        peers[:] = 0.0
    if not frozen & F_MOVING:
        moving(month_of_year, village, present, desks, luck, changes, lever, setting, p)
    if not frozen & F_TAKING_PART:
        taking_part(village, present, desks, luck, peers, ledger, vouchers, lever, setting, p)
    if january and not frozen & F_POOLING:
        pooling_round(
            seed, month, village, enterprise, present, desks, peers, pooling, momentum, changes, lever, setting, p
        )
    if not frozen & F_ENTERPRISE:
        enterprise_month(
            seed,
            month,
            month_of_year,
            village,
            enterprise,
            present,
            desks,
            cadres,
            ledger,
            vouchers,
            momentum,
            changes,
            lever,
            setting,
            p,
        )
        household_transfer(village, present, desks, payments, ledger, vouchers)
        private_wages(seed, month, month_of_year, village, present, desks, payments, ledger, vouchers, p)
    if not frozen & F_BELONGING:
        bond(village, present, desks, setting, lever, p)
    if not frozen & F_HOUSEHOLDS:
        households(seed, month, village, enterprise, present, desks, cadres, luck, ledger, vouchers, lever, setting, p)
    if not frozen & F_TROUBLES:
        troubles(seed, month, village, present, desks, luck, momentum, changes, lever, p)
    if not frozen & F_MINDS:
        minds(village, enterprise, present, desks, ahead, luck, peers, momentum, changes, lever, setting, p)
    close_books(village, enterprise, present, desks, lever, outcome, p)
    offices = office_changes(month_of_year, people, cadres, setting, p)
    hall.seated = 1 if goes_on and month_of_year != 12 and not offices else 0
    if hall.seated == 0:
        stand_up(people, present, desks, 0, village.people)
    if not frozen & F_ASSESSMENT:
        assessment(
            seed,
            month,
            month_of_year,
            village,
            enterprise,
            people,
            cadres,
            items,
            reports,
            observed,
            ledger,
            vouchers,
            regime,
            p,
        )
    if offices and not frozen & F_ELECTION:
        election(seed, month, month_of_year, village, people, cadres, lever, setting, p)


@entry
def advance(
    first,
    last,
    seed,
    month,
    month_of_year,
    start,
    stop,
    villages,
    enterprises,
    villagers,
    ties,
    pooling,
    present,
    desks,
    halls,
    cadres,
    items,
    reports,
    observed,
    payments,
    intensity,
    levers,
    settings,
    regimes,
    parameters,
    changes,
    ledger,
    vouchers,
    momentum,
    outcomes,
    frozen,
    goes_on,
):
    """One month of villages first … last − 1 (each is independent of the others)."""
    p = parameters[0]
    regime = regimes[0]
    for v in range(first, last):
        a, b, hall = start[v], stop[v], halls[v]
        own = desks[hall.first_desk : hall.first_desk + desks_for(b - a)]
        ahead = own[:0]
        if v + 1 < last:
            ahead = desks[halls[v + 1].first_desk : halls[v + 1].first_desk + desks_for(villages[v + 1].people)]
        village_month(
            seed,
            month,
            month_of_year,
            villages[v],
            enterprises[v],
            villagers[a:b],
            ties[a:b],
            pooling[a:b],
            present[a:b],
            own,
            ahead,
            hall,
            cadres[v],
            items,
            reports[v],
            observed[v],
            payments[v],
            intensity[v],
            levers[v],
            settings[v],
            regime,
            p,
            changes[v],
            ledger[v],
            vouchers[v],
            momentum[v],
            outcomes[v],
            frozen,
            goes_on,
        )
        if hall.seated == 1:
            changes[v, CHANGE.household_cash] = cash_at_desks(villages[v].people, own)
        else:
            changes[v, CHANGE.household_cash] = cash_in_rows(villages[v].rows, villagers[a:b])
