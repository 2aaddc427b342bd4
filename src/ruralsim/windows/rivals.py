"""What the pivot is compared with, agent by agent: equal money by another way, and everybody as a neighbour.

Functions of a :class:`~ruralsim.windows.village.Village`; none does anything in the model as it is.
"""

from __future__ import annotations

from ruralsim.agents.lifetime import LABOUR_AGE
from ruralsim.base.numbers import fen
from ruralsim.state.columns import HOME, OUTSIDER
from ruralsim.state.flows import FLOW
from ruralsim.windows.village import Village


def transfer_to_households(place: Village) -> None:
    """The government pays every registered adult as much; the first of them a fen more while the remainder lasts."""
    amount = place.payments[4]
    if amount <= 0:
        return
    each, spare = divmod(amount, max(1, place.row.registered))
    paid = 0
    for person in place.present():
        if person.row.status != OUTSIDER:
            mine = each + (1 if spare > 0 else 0)
            spare -= 1
            person.row.wealth += mine
            person.row.dividend = mine * 0.01
            paid += mine
    place.pay(FLOW.household_transfer, paid)


def pay_private_wages(place: Village) -> None:
    """A private employer's wages, by the year's keyed priority among all of working age at home; then others."""
    left = place.payments[5]
    if left <= 0:
        return
    luck = place.enterprise.priorities()
    queue = [person for person in place.present() if person.row.status != OUTSIDER]
    queue.sort(key=lambda one: (one.row.status != HOME or one.row.age >= LABOUR_AGE, luck[one.slot]))
    wages = 0
    for person in queue:
        if left <= 0:
            break
        wage = left if person is queue[-1] else min(left, fen(person.row.skill * place.p.collective_wage))
        left -= wage
        person.row.wealth += wage
        person.row.collective_pay = wage * 0.01
        wages += wage
    place.pay(FLOW.private_wages, wages)


def see_everybody(place: Village) -> None:
    """Blend what each villager sees of neighbours with the means of the whole village (weight ``mixing``)."""
    mixing = place.setting.mixing
    if mixing <= 0.0:
        return
    people = place.present()
    trust, civic, pools, example = 0.0, 0, 0, 0
    for person in people:
        mine = place.seen[person.slot]
        if mine is not None:
            civic, pools, example, trust = civic + mine[0], pools + mine[1], example + mine[2], trust + mine[3]
    each, own = mixing / max(1, len(people)), 1.0 - mixing
    for person in people:
        t, c, b, e = person.peers
        person.peers = (
            own * t + each * trust,
            own * c + each * civic,
            own * b + each * pools,
            own * e + each * example,
        )
