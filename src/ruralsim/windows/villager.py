"""The villager as a Mesa agent: her behaviours in plain Python, on her own row of the columns.

The second, independent implementation of the villagers' month: it calls the same rules as the compiled processes and
none of those processes. Both give the same bits (tests/windows). Here: working and spending, quarrelling and asking,
making up her mind; public life is in ``villager_public.py``, the rules to replace in ``villager_rules.py``.
"""

from __future__ import annotations

from operator import add
from typing import TYPE_CHECKING, Any

from ruralsim.agents.lifetime import works_for_collective
from ruralsim.agents.villager import farm_share, pension, permanent_income_after, saturating
from ruralsim.base.numbers import fen, fine_steps, steps
from ruralsim.state.columns import AWAY, HOME, OUTSIDER, STATUS_NAMES
from ruralsim.windows.rows import columns_as_properties
from ruralsim.windows.villager_public import PublicLife
from ruralsim.windows.villager_rules import Experience

if TYPE_CHECKING:
    from ruralsim.windows.explanation import Explanation
    from ruralsim.windows.village import Village


@columns_as_properties("villagers")
class Villager(PublicLife):
    """A villager: every column of the table ``villagers`` is an attribute, every behaviour a method.

    Attributes:
        village: where she is registered or lives; ``slot``: her row there.
        ties: rows of her neighbours.
        peers: what she saw of them this month: mean trust, share who contribute, share who pool, share of party members
            and notables.
    """

    def __init__(self, model: Any, village: Village, slot: int) -> None:
        super().__init__(model, village, slot)
        village.people[slot] = self

    def bind(self) -> None:
        """Lay the window over its row."""
        self.row = self.village.rows[self.slot]
        self.ties = self.village.ties_of(self.slot)

    @property
    def place(self) -> str:
        """``home``, ``away``, ``outsider`` or ``gone``."""
        return STATUS_NAMES[self.row.status]

    @property
    def neighbours(self) -> list[Villager]:
        """Her neighbours who are there."""
        return [person for slot in self.ties if (person := self.model.villager(self.village, slot, missing=True))]

    def explain(self, topic: str) -> Explanation:
        """Why she decided so: ``join``, ``contribute``, ``leave`` (or come home), ``trust`` or ``dispute``.

        Of last month; ``join`` of last January. Read from the state that the decision saw, through her own rules.

        Raises:
            InputError: an unknown topic, or nothing to explain yet.
        """
        from ruralsim.windows.explanation import explain

        return explain(self, topic)

    # ------------------------------------------------------------------ working and spending (4.4, 4.5)

    def offer_labour(self) -> None:
        """Be counted by the enterprise: member, land, labour on offer."""
        me, firm = self.row, self.village.enterprise
        me.collective_pay = 0.0
        if me.status == OUTSIDER:
            return
        firm.members += 1
        firm.poolers += me.pools
        if works_for_collective(me.status, me.pools, me.age):
            firm.skill_on_offer += steps(me.skill)

    def belong(self) -> None:
        """Belong more, or less, to the collective community."""
        me, place = self.row, self.village
        if me.status == OUTSIDER:
            return
        dividend, half = me.dividend, self.p.dividend_half
        paid = saturating(dividend + me.collective_pay * place.setting.channel_jobs, half)
        broken = saturating(max(0.0, me.expected_dividend - dividend), half)
        me.belonging = self.belonging_after(
            paid * place.setting.channel_dividends,
            me.contributes * place.row.self_governance,
            (1.0 if me.share == 0 else 0.0) + place.lever.estrangement,
            broken,
            place.lever.belonging,
        )

    def work_away(self) -> None:
        """Those who are away earn, live there and send money home."""
        me = self.row
        if me.status != AWAY:
            return
        place, p = self.village, self.p
        wage = place.setting.outside_wage * me.skill
        earned = fen(wage)
        me.wealth += earned
        place.earned_away += earned
        if place.at_home[me.household] > 0:
            sent = min(fen(p.remitted_share * wage), me.wealth)
            me.wealth -= sent
            place.purse[me.household] += sent
        living = min(fen(p.migrant_living * wage), me.wealth)
        me.wealth -= living
        place.spent += living
        me.local_job = 0
        me.income = wage
        me.consumption = living * 0.01
        me.permanent_income = permanent_income_after(me.permanent_income, wage, p)

    def earn_and_spend(self) -> None:
        """Those at home earn off the farm and on it, receive, and consume."""
        me, place = self.row, self.village
        status = me.status
        if status == AWAY:
            return
        age = me.age
        income = 0.0
        me.local_job = 0
        if age < 75.0 and me.collective_pay == 0.0:
            income += self._local_work()
        if status == HOME:
            income = self._farm_and_receive(income, age)
        if me.cadre == 1:
            income += place.salary * 0.01
        if age >= 60.0:
            place.elders_met += 1
            me.wealth += place.welfare_each
            place.welfare_paid += place.welfare_each
            income += place.welfare_each * 0.01
            near = 1.0 if place.young[me.household] > 0 else 0.0
            place.care += place.care_level + (1.0 - place.care_level) * 0.5 * near
        income += me.collective_pay
        me.income = income
        permanent = permanent_income_after(me.permanent_income, income, self.p)
        me.permanent_income = permanent
        thrift = 1.0 - place.lever.customs_cut
        spend = min(fen(self.wanted_consumption(permanent, me.wealth * 0.01) * thrift), me.wealth)
        me.wealth -= spend
        place.spent += spend
        me.consumption = spend * 0.01 / thrift
        place.residents += 1
        place.income_sum += income
        place.income_squares += income * income

    def _local_work(self) -> float:
        """Find local work this month, or not; yuan earned."""
        me, place = self.row, self.village
        if not place.luck[0][self.slot][3] < self.chance_of_local_job(place.job_odds):
            return 0.0
        wage: float = place.setting.local_wage * me.skill
        earned = fen(wage)
        me.local_job = 1
        me.wealth += earned
        place.earned_locally += earned
        place.workers += 1
        return wage

    def _farm_and_receive(self, income: float, age: float) -> float:
        """Farm, other property, pension and the household's purse; income in yuan with these added in turn."""
        me, place, p = self.row, self.village, self.p
        crop = place.farm * me.holding * farm_share(age, me.pools, p)
        earned = fen(crop)
        me.wealth += earned
        place.farmed += earned
        income += crop + place.rent * me.pools + me.dividend / 12.0
        owned = p.other_property * place.setting.property_index
        other = fen(owned)
        me.wealth += other
        place.other_property += other
        paid = pension(age, p) * place.setting.pension_index
        earned = fen(paid)
        me.wealth += earned
        place.pensions += earned
        income += owned + paid
        home = me.household
        if place.purse[home] > 0:
            gift = place.purse[home] // place.at_home[home]
            if not place.opened[home]:  # the first at home takes the remainder of the split
                gift = place.purse[home] - gift * (place.at_home[home] - 1)
                place.opened[home] = True
            me.wealth += gift
            income += gift * 0.01
        return income

    # ------------------------------------------------------------------ quarrelling and asking (4.6, 4.8)

    def quarrel(self) -> None:
        """Get into a dispute, have it settled, or let it fester."""
        me, place = self.row, self.village
        me.mediated = 0
        if me.dispute > 0:
            if place.luck[8][self.slot][0] < self.chance_to_settle(place.settling):
                place.settled += 1
                if me.dispute <= 3:
                    place.due += 1
                    place.in_time += 1
                me.dispute = 0
                me.mediated = 1
                return
            if me.dispute == 3:
                place.due += 1
            if me.dispute < 250:
                me.dispute += 1
            place.still_open += 1
        elif me.status != AWAY and place.luck[1][self.slot][1] < self.chance_of_dispute(
            place.dispute_factor, place.conflict * me.pools
        ):
            me.dispute = 1
            place.arisen += 1
            place.still_open += 1

    def ask_for_help(self) -> None:
        """Make a livelihood request, have it answered, or wait."""
        me, place = self.row, self.village
        me.answered = 0
        if me.request == 0 and me.status != AWAY and place.luck[1][self.slot][2] < self.chance_to_ask(place.asking):
            me.request = 1
            place.requests_made += 1
        if me.request > 0:
            if place.luck[8][self.slot][1] < place.answering:
                if me.request == 1:
                    place.prompt += 1
                me.request = 0
                me.answered = 1
            else:
                if me.request < 250:
                    me.request += 1
                place.still_waiting += 1

    # ------------------------------------------------------------------ making up her mind (4.7)

    def experience(self, trust: float, exposure: float, peers: tuple[float, float, float, float]) -> Experience:
        """What trust is made of this month; ``exposure``: share of last quarter's items exposed as dressed."""
        me, place = self.row, self.village
        v, setting = place.row, place.setting
        return Experience(
            trust,
            me.dividend * setting.channel_dividends,
            me.expected_dividend * setting.channel_dividends,
            place.services_collective,
            place.services_fiscal,
            me.collective_pay / self.p.job_half * setting.channel_jobs,
            me.belonging * setting.channel_belonging,
            me.contributes * v.self_governance,
            me.mediated,
            me.answered,
            v.virtue,
            v.party_organisation * (0.5 + peers[3] + place.lever.example),
            place.leak * (0.0 if me.status == OUTSIDER else 1.0),
            1.0 if me.dispute > 0 else 0.0,
            place.turmoil,
            exposure,
            1.0 if me.request > 2 else 0.0,
            peers[0],
            me.disposition,
        )

    def make_up_mind(self) -> None:
        """Trust by named drivers, civic norm, legal awareness, satisfaction."""
        me, place = self.row, self.village
        experience = self.experience(me.trust, place.row.exposure, self.peers)
        change = self.trust_after(experience, place.luck[1][self.slot][0])
        me.trust = change[0]
        stored = me.trust
        if self.slot < place.rows_before:
            place.trust_sums = list(map(add, place.trust_sums, map(fine_steps, change[1:])))
            place.trust_rounding += fine_steps(stored - change[0])
        else:
            place.trust_arrived += stored - place.trust_before
        me.norm = self.norm_after(self.peers[1], place.row.virtue, place.lever.norms)
        me.legal = self.legal_after(place.row.rule_of_law, place.lever.legal_awareness)
        target = self.satisfaction_target(place.consumption_reference, place.contentment)
        happy = me.satisfaction
        me.satisfaction = happy + self.p.satisfaction_rate * (target - happy)
