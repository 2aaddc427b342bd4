"""The register: the year's turn, comings and goings, and the closing of the month (sections 3 and 4.7).

Functions of a :class:`~ruralsim.windows.village.Village`. Those who leave keep their row and lose their agent;
newcomers get both.
"""

from __future__ import annotations

from ruralsim.agents.lifetime import LABOUR_AGE, works_for_collective
from ruralsim.agents.villager import even
from ruralsim.base.numbers import STEP, exp, fen, steps
from ruralsim.institutions.village import MEETINGS, calm
from ruralsim.model.books_loop import potential
from ruralsim.model.register_loop import holding_of
from ruralsim.model.village_loop import service_level
from ruralsim.state.columns import AWAY, GONE, HOME, OUTSIDER, TIES
from ruralsim.state.flows import DRIVER, FLOW
from ruralsim.state.inputs import CHANGE
from ruralsim.windows.village import Village
from ruralsim.windows.villager import Villager

_DIES, _LEAVES = 1, 2


def turn_the_year(place: Village) -> None:
    """January: age, deaths, leaving the register, inheritance, coming of age, arrivals, ties mended."""
    v = place.row
    old_trust, old_pooled, registered, rows = v.mean_trust, place.firm.pooled, v.registered, v.rows
    leaving, grown, heirs = _grow_older(place)
    departed_pool, members_left = _bury_and_inherit(place, leaving, heirs, old_trust, old_pooled)
    for parent in grown:
        child = admit(place, HOME, parent.row.household, parent.row.grid, 18.0, old_trust)
        half = parent.row.share // 2
        parent.row.share -= half
        child.row.share += half
    brought = 0
    for _ in range(int(place.p.registration_in_rate * registered + place.draw(0, 16)[0])):
        u_home, u_age, _, _ = place.draw(len(place.rows), 7)
        host = place.rows[int(u_home * rows)]
        newcomer = admit(place, HOME, host.household, host.grid, 20.0 + 15.0 * u_age, old_trust)
        newcomer.row.wealth += fen(place.p.newcomer_wealth)
        brought += fen(place.p.newcomer_wealth)
    place.pay(FLOW.moved_in, brought)
    _mend_ties(place)
    came = len(place.rows) - rows
    v.rows = len(place.rows)
    v.registered = registered - members_left + came
    if v.registered > 0:
        place.momentum[DRIVER.land_entry] += (0.0 - old_pooled) * came / v.registered
        place.momentum[DRIVER.land_exit] -= departed_pool / v.registered


def _grow_older(place: Village) -> tuple[list[tuple[Villager, int]], list[Villager], dict[int, Villager]]:
    """A year older: who dies or leaves the register, whose child comes of age, who inherits by household."""
    p = place.p
    luck = list(zip(*place.draw_for_all(3, place.model.month).tolist(), strict=True))
    leaving: list[tuple[Villager, int]] = []
    grown: list[Villager] = []
    heirs: dict[int, Villager] = {}
    for person in place.present():
        me = person.row
        status, age = me.status, me.age
        offered = works_for_collective(status, me.pools, age)
        me.age = age + 1.0
        if offered and age + 1.0 >= LABOUR_AGE:
            place.changes[CHANGE.supply_entry_exit] -= me.skill
        u_death, u_child, u_register, _ = luck[person.slot]
        if u_death < person.chance_to_die(age):
            leaving.append((person, _DIES))
        elif status == AWAY and u_register < p.registration_out_rate:
            leaving.append((person, _LEAVES))
        elif status != OUTSIDER:
            if u_child < p.coming_of_age_rate:
                grown.append(person)
            heirs.setdefault(me.household, person)
    return leaving, grown, heirs


def _bury_and_inherit(
    place: Village, leaving: list[tuple[Villager, int]], heirs: dict[int, Villager], old_trust: float, old_pooled: float
) -> tuple[float, int]:
    """Wealth and share go to the household, else to the village; returns land lost by exit, and members lost."""
    estates, moved, departed_trust, departed_pool, members_left = 0, 0, 0.0, 0.0, 0
    for person, how in leaving:
        me = person.row
        heir = None if me.status == OUTSIDER else heirs.get(me.household)
        fortune = me.wealth
        me.wealth -= fortune
        if how == _LEAVES:
            moved += fortune
        elif heir is not None:
            heir.row.wealth += fortune
        else:
            estates += fortune
        if heir is not None:
            heir.row.share += me.share
        else:
            place.firm.shares_village += me.share
        me.share = 0
        if works_for_collective(me.status, me.pools, me.age):
            place.changes[CHANGE.supply_entry_exit] -= me.skill
        departed_trust += me.trust - old_trust
        if me.status != OUTSIDER:
            departed_pool += me.pools - old_pooled
            members_left += 1
        depart(person)
    _vacate_seats(place)
    place.row.account_fiscal += estates
    place.pay(FLOW.estates, estates)
    place.pay(FLOW.moved_out, moved)
    place.changes[CHANGE.departed_trust] += departed_trust
    return departed_pool, members_left


def _vacate_seats(place: Village) -> None:
    """A seat whose holder died stands empty until the month's election."""
    for cadre in list(place.cadres):
        if place.rows[cadre.row.person].status == GONE:
            cadre.row.active = 0
            place.rows[cadre.row.person].cadre = 0
            place.cadres.remove(cadre)
            cadre.remove()


def _mend_ties(place: Village) -> None:
    """Ties to those who are gone are replaced by ties to anybody in the village."""
    rows = len(place.rows)
    ties = place.model.county.ties
    for person in place.present():
        for k in range(TIES):
            if place.rows[person.ties[k]].status == GONE:
                choice = int(place.draw(person.slot, 48 + k)[0] * rows)
                person.ties[k] = choice if choice != person.slot else (person.slot + 1) % rows
                ties[place.first + person.slot, k] = person.ties[k]


def outsiders_come_and_go(place: Village) -> None:
    """Resident outsiders (非户籍居民) leave and arrive every month, with what they own."""
    v, p = place.row, place.p
    rows, left, brought = v.rows, 0, 0
    for person in place.present():
        me = person.row
        if me.status == OUTSIDER and place.draw(person.slot, 4)[0] < p.outsider_turnover:
            left += me.wealth
            me.wealth = 0
            place.changes[CHANGE.departed_trust] += me.trust - v.mean_trust
            depart(person)
    for _ in range(int(p.outsider_turnover * p.outsider_share * v.registered + place.draw(0, 16)[1])):
        u_home, u_age, _, _ = place.draw(len(place.rows), 7)
        grid = place.rows[int(u_home * rows)].grid
        newcomer = admit(place, OUTSIDER, int(u_home * v.households), grid, 22.0 + 28.0 * u_age, v.mean_trust)
        newcomer.row.wealth += fen(p.newcomer_wealth)
        brought += fen(p.newcomer_wealth)
    v.rows = len(place.rows)
    place.pay(FLOW.moved_out, left)
    place.pay(FLOW.moved_in, brought)


def depart(person: Villager) -> None:
    """Leave the village for good: the row is kept, the agent is removed."""
    me, place = person.row, person.village
    if me.dispute > 0:
        place.changes[CHANGE.withdrawn] += 1.0
    if me.request > 0:
        place.row.waiting -= 1.0
    me.status, me.contributes, me.dispute, me.request, me.pools, me.collective_pay = GONE, 0, 0, 0, 0, 0.0
    place.people[person.slot] = None
    person.remove()


def admit(place: Village, status: int, household: int, grid: int, age: float, trust: float) -> Villager:
    """A newcomer: inclinations from keyed draws, trust between her own inclination and the village's, eight ties."""
    p = place.p
    slot, me = place.new_row()
    u_skill, u_disposition, u_norm, u_party = place.draw(slot, 5)
    u_second, u_notable, _, _ = place.draw(slot, 6)
    me.status, me.household, me.grid, me.age = status, household, grid, age
    log_skill = p.skill_spread * 0.7071067811865476 * (even(u_skill) + even(u_second))
    me.skill = exp(log_skill - 0.5 * p.skill_spread * p.skill_spread)
    me.holding = holding_of(place.model.county.seed, place.row.key_low, place.row.key_high, household, p)
    disposition = min(0.98, max(0.02, p.disposition_mean + p.disposition_spread * even(u_disposition)))
    me.disposition = disposition
    me.trust = 0.5 * trust + 0.5 * disposition
    me.norm = 0.35 + 0.3 * u_norm
    me.legal = 0.4
    me.party = 1 if u_party < p.party_share else 0
    me.notable = 1 if u_notable < p.notable_share else 0
    me.satisfaction = 0.5
    me.permanent_income = 0.5 * p.local_wage * me.skill
    place.model.county.ties[place.first + slot] = _first_ties(place, slot)
    newcomer: Villager = place.model.villager_class(place.model, place, slot)
    return newcomer


def _first_ties(place: Village, slot: int) -> list[int]:
    """Eight ties of a new row: most inside the grid, the rest anywhere; two more tries to stay inside."""
    own = place.rows[slot].grid
    found = []
    for k in range(TIES):
        first, scope, second, third = place.draw(slot, 40 + k)
        choice = int(first * slot)
        if scope < place.p.ties_in_grid and place.rows[choice].grid != own:
            choice = int(second * slot)
            if place.rows[choice].grid != own:
                choice = int(third * slot)
        found.append(choice)
    return found


# ---------------------------------------------------------------- counting


def count_people(place: Village) -> None:
    """Registered adults and resident outsiders."""
    v = place.row
    statuses = [person.row.status for person in place.present()]
    v.outsiders = statuses.count(OUTSIDER)
    v.registered = len(statuses) - v.outsiders
    v.people = len(statuses)


def close_month(place: Village) -> None:
    """Means over people in row order, and the month's row of outcomes (``model/books_loop.py:OUTCOMES``)."""
    v = place.row
    trust, norm, legal, bonds, happy = 0, 0, 0, 0, 0  # in whole steps
    home, elders = 0, 0
    incomes: list[float] = []
    smiles: list[float] = []
    for person in place.present():
        me = person.row
        trust += steps(me.trust)
        norm += steps(me.norm)
        legal += steps(me.legal)
        bonds += steps(me.belonging)
        happy += steps(me.satisfaction)
        smiles.append(me.satisfaction)
        if me.age >= 60.0:
            elders += 1
        if me.status == HOME:
            home += 1
        if me.status != AWAY:
            incomes.append(me.permanent_income)
    n = max(1, len(smiles))
    v.home = home
    v.mean_trust, v.mean_norm, v.mean_legal = trust * STEP / n, norm * STEP / n, legal * STEP / n
    v.mean_belonging, v.mean_satisfaction = bonds * STEP / n, happy * STEP / n
    smiles.sort()
    fifth = max(1, len(smiles) // 5)
    sad = sum(steps(smile) for smile in smiles[:fifth])
    median, gini = _median_and_gini(incomes)
    row = _outcomes(place, median, gini, sad * STEP / fifth, home, elders / n)
    for k, value in enumerate(row):
        place.outcome[k] = value


def _median_and_gini(incomes: list[float]) -> tuple[float, float]:
    """Median and Gini coefficient; zeros where nobody is there."""
    incomes.sort()
    n = len(incomes)
    if n == 0:
        return 0.0, 0.0
    total, weighted = 0.0, 0.0
    for i, income in enumerate(incomes):
        total += income
        weighted += (2.0 * (i + 1) - n - 1.0) * income
    gini = weighted / (n * total) if total > 0.0 else 0.0
    return 0.5 * (incomes[(n - 1) // 2] + incomes[n // 2]), gini


def _outcomes(place: Village, median: float, gini: float, lowest: float, home: int, elders: float) -> tuple[float, ...]:
    v, firm, lever, p = place.row, place.firm, place.lever, place.p
    heads = max(1, v.registered)
    level = service_level(v)
    spending = v.service_spending / max(1, v.people)
    pillars = (
        v.party_organisation, v.self_governance, v.rule_of_law, v.virtue, v.smart_governance, v.co_governance
    )  # fmt: skip
    return (
        potential(v.mean_trust, *pillars, calm(v.disorder, p)),
        v.mean_trust,
        (v.cases_in_time + 0.5) / (v.cases_due + 0.5),
        v.requests_answered / (v.requests_due + 0.1),
        v.meetings_quorate / MEETINGS,
        1.0 - firm.leakage,
        level / (1.0 + spending / 10.0),
        (v.household_value + firm.value_added) / heads,
        median, gini, v.environment, v.mean_satisfaction, lowest, v.elders_cared,
        1.0 - min(1.0, lever.volunteer_time + p.privacy_cost * lever.privacy),
        firm.value_added, v.mean_income, v.turnout, v.civic_share, firm.pooled, firm.output, firm.capital, firm.idle,
        firm.debt * 0.01, firm.leakage, firm.labour, firm.dividend_per_share, level,
        *pillars,
        v.disorder, v.practice, v.mean_belonging, v.registered, home / heads, v.outsiders, v.offfarm_share, v.hours,
        v.standing, firm.active, v.open_cases, elders,
    )  # fmt: skip
