"""The villager as a Mesa agent: her behaviours in the month's order, in plain Python, on her own row of the columns.

The second, independent implementation of the villagers' month: it calls the same rules as the compiled processes and none of
those processes. Both must give the same bits (tests/windows). Every loop over villagers runs in row order within a village.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ruralsim.agents.villager import (
    farm_share,
    odds_against,
    pension,
    permanent_income_after,
    pooling_cost,
    saturating,
)
from ruralsim.base.numbers import fen
from ruralsim.model.people_loop import LABOUR_AGE, works_for_collective
from ruralsim.state.columns import AWAY, HOME, OUTSIDER, STATUS_NAMES
from ruralsim.state.inputs import CHANGE
from ruralsim.windows.rows import columns_as_properties
from ruralsim.windows.villager_rules import Experience, VillagerRules

if TYPE_CHECKING:
    from ruralsim.windows.explanation import Explanation
    from ruralsim.windows.village import Village


@columns_as_properties("villagers")
class Villager(VillagerRules):
    """A villager: every column of the table ``villagers`` is an attribute, every behaviour a method.

    Attributes:
        village: where she is registered or lives; ``slot``: her row there.
        ties: rows of her neighbours.
        peers: what she saw of them this month: mean trust, share who contribute, share who pool, share of party members
            and notables.
    """

    def __init__(self, model: Any, village: Village, slot: int) -> None:
        self.peers = (0.0, 0.0, 0.0, 0.0)
        super().__init__(model, village, slot)
        village.people[slot] = self

    def bind(self) -> None:
        """Lay the window over its row."""
        self.row = self.village.rows[self.slot]
        self.ties: list[int] = self.village.ties_of(self.slot)

    @property
    def place(self) -> str:
        """``home``, ``away``, ``outsider`` or ``gone``."""
        return STATUS_NAMES[self.row.status]

    @property
    def neighbours(self) -> list[Villager]:
        """Her neighbours who are there."""
        return [person for slot in self.ties if (person := self.model.villager(self.village, slot, missing=True))]

    def explain(self, topic: str) -> Explanation:
        """Why she decided so last month: ``join``, ``contribute``, ``leave``, ``return``, ``trust`` or ``dispute``.

        Raises:
            InputError: an unknown topic, or nothing to explain yet.
        """
        from ruralsim.windows.explanation import explain

        return explain(self, topic)

    # ------------------------------------------------------------------ looking around, moving, taking part (4.3)

    def be_seen(self) -> None:
        """Show neighbours who one is at the start of the month."""
        me = self.row
        example = 1 if me.party == 1 or me.notable == 1 else 0
        self.village.seen[self.slot] = (me.contributes, me.pools, example, me.trust)

    def look_around(self) -> None:
        """See neighbours as they were at the start of the month."""
        seen = self.village.seen
        there, civic, pool, example, trust = 0, 0, 0, 0, 0.0
        for slot in self.ties:
            other = seen[slot]
            if other is not None:
                there += 1
                civic += other[0]
                pool += other[1]
                example += other[2]
                trust += other[3]
        if there > 0:
            share = 1.0 / there
            self.peers = (trust * share, civic * share, pool * share, example * share)
        else:
            self.peers = (self.village.row.mean_trust, self.village.row.civic_share, 0.0, 0.0)

    def move(self) -> None:
        """Leave for work, or come home."""
        me, place = self.row, self.village
        status = me.status
        if status == HOME:
            if me.cadre == 0 and place.luck[0][self.slot][0] < self.chance_to_leave(place.leaving):
                me.status = AWAY
                if me.pools == 1 and me.age < LABOUR_AGE:
                    place.changes[CHANGE.supply_moving] -= me.skill
        elif status == AWAY and place.luck[0][self.slot][0] < self.chance_to_return(place.returning):
            me.status = HOME
            if me.pools == 1 and me.age < LABOUR_AGE:
                place.changes[CHANGE.supply_moving] += me.skill

    def eligible_for_points(self) -> float:
        """How far a points scheme covers her, 0 to 1."""
        lever = self.village.lever
        if self.row.party == 1:
            return min(1.0, lever.points_for_all + lever.points)
        return float(lever.points_for_all)

    def take_part(self) -> None:
        """Civic participation: take part in public affairs, attend the meeting, give, earn points."""
        me, place = self.row, self.village
        status = me.status
        _, u_civic, u_attend, _ = place.luck[0][self.slot]
        eligible = self.eligible_for_points()
        odds = odds_against(
            self.civic_logit(
                place.civic, self.peers[1], me.belonging * place.setting.channel_belonging, me.points * eligible,
                place.row.party_organisation * (self.peers[3] + place.lever.example), place.far if status == AWAY else 0.0,
            )
        )  # fmt: skip
        admitted = place.lever.outsider_voice if status == OUTSIDER else 1.0
        acts = 1 if u_civic < self.chance_to_contribute(odds, admitted) else 0
        comes = 0
        if status != AWAY:
            comes = 1 if u_attend < self.chance_to_attend(odds * place.attend, admitted) else 0
            if status == HOME:
                place.at_meeting += 1
                place.attended += comes
        me.contributes = acts
        me.attends = comes
        me.habit = self.habit_after(acts)
        me.points = self.points_after(acts, eligible)
        if status != OUTSIDER:
            place.took_part += acts
        if acts == 1:
            self._give_and_redeem(eligible)

    def _give_and_redeem(self, eligible: float) -> None:
        me, place = self.row, self.village
        if me.status != AWAY and me.wealth >= place.gift:
            me.wealth -= place.gift
            place.given += place.gift
        if eligible > 0.0:
            prize = fen(self.p.point_value * self.p.points_earned * eligible)
            if place.row.account_fiscal >= prize + place.redeemed:
                me.wealth += prize
                place.redeemed += prize

    def pooling_terms(self, habit: int) -> list[float]:
        """The ten terms of the logit to pool land, in the order of ``state/columns.py:POOLING_TERMS``."""
        me, place, p = self.row, self.village, self.p
        v, lever = place.row, place.lever
        away = 1.0 if me.status == AWAY else 0.0
        return [
            p.economic_constant + v.effect_economic,
            p.economic_trust * me.trust,
            p.economic_peers * self.peers[2],
            p.economic_dividend * saturating(me.expected_dividend, p.dividend_half) * place.setting.channel_dividends,
            p.economic_example * v.party_organisation * (self.peers[3] + lever.example),
            p.economic_law * v.rule_of_law,
            p.economic_habit * habit,
            -p.economic_away * away * place.far,
            -p.economic_cost * pooling_cost(place.rent_offered, place.job_chance, p.farm_income, away, p),
            lever.economic_participation,
        ]

    def renew_pooling(self) -> None:
        """January: pool land with the collective for a year, or end it; book what moved the share of members who pool."""
        me, place = self.row, self.village
        if me.status == OUTSIDER:
            return
        before = me.pools
        terms = self.pooling_terms(before)
        logit = 0.0
        for term in terms:
            logit += term
        join = self.chance_to_join(logit)
        after = 1 if (place.luck[2][self.slot][2] < join and me.share > 0) else 0
        member = 1.0 if me.share > 0 else 0.0
        old = self.model.county.pooling[place.first + self.slot]
        place.book_pooling(old.tolist(), terms, logit, join, member, after - before)
        old[:10] = terms
        old[10] = join * member
        if after != before and works_for_collective(me.status, 1, me.age):
            place.changes[CHANGE.supply_joining] += me.skill * (after - before)
        me.pools = after

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
            firm.skill_on_offer += me.skill

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
            1.0 if me.share == 0 else 0.0,
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
        spend = min(fen(self.wanted_consumption(permanent, me.wealth * 0.01)), me.wealth)
        me.wealth -= spend
        place.spent += spend
        me.consumption = spend * 0.01
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
        crop = place.farm * farm_share(age, me.pools, p)
        earned = fen(crop)
        me.wealth += earned
        place.farmed += earned
        income += crop + place.rent * me.pools + me.dividend / 12.0
        other = fen(p.other_property)
        me.wealth += other
        place.other_property += other
        paid = pension(age, p)
        earned = fen(paid)
        me.wealth += earned
        place.pensions += earned
        income += p.other_property + paid
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
        """What trust is made of this month; ``exposure``: share of last quarter's checks that exposed window-dressing."""
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
            sums = place.trust_sums
            for k in range(19):
                sums[k] += change[k + 1]
            place.trust_rounding += stored - change[0]
        else:
            place.trust_arrived += stored - place.trust_before
        me.norm = self.norm_after(self.peers[1], place.row.virtue, place.lever.norms)
        me.legal = self.legal_after(place.row.rule_of_law, place.lever.legal_awareness)
        target = self.satisfaction_target(place.consumption_reference, place.contentment)
        happy = me.satisfaction
        me.satisfaction = happy + self.p.satisfaction_rate * (target - happy)

