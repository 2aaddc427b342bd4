"""The villager of the plain Mesa twin (``mesa_twin.py``): an ordinary agent with ordinary attributes."""

from __future__ import annotations

from operator import add
from typing import Any

import mesa

from ruralsim.agents import villager as rules
from ruralsim.agents.lifetime import works_for_collective, yearly_death_chance
from ruralsim.agents.trust import trust_after
from ruralsim.base.numbers import fen
from ruralsim.state.columns import AWAY, GONE, HOME, OUTSIDER
from ruralsim.state.flows import FLOW


class Home:
    """A household: what its land and business earn against the mean, who is at home, what those away have sent."""

    def __init__(self, holding: float) -> None:
        self.holding = holding
        self.at_home = self.young = self.purse = 0
        self.opened = False


class Villager(mesa.Agent):
    """A villager; ``state``: her attributes by name, as the registry of columns has them."""

    def __init__(self, model: Any, village: Any, home: Home, **state: Any) -> None:
        super().__init__(model)
        self.p = model.p
        self.village = village
        self.home = home
        self.neighbours: list[Villager] = []
        for name, value in state.items():
            setattr(self, name, value)
        self.seen = (0, 0, 0, 0.0)
        self.peers = (0.0, 0.0, 0.0, 0.0)
        self.priority = self.random.random()

    # ------------------------------------------------------------------ the year

    def grow_older(self) -> str:
        """A year older; returns ``dies``, ``leaves``, ``child`` (one comes of age) or ``stays``."""
        chance = yearly_death_chance(self.age, self.p)
        self.age += 1.0
        self.priority = self.random.random()
        if self.random.random() < chance:
            return "dies"
        if self.status == AWAY and self.random.random() < self.p.registration_out_rate:
            return "leaves"
        if self.status != OUTSIDER and self.random.random() < self.p.coming_of_age_rate:
            return "child"
        return "stays"

    # ------------------------------------------------------------------ public life

    def be_seen(self) -> None:
        """Show neighbours who one is at the start of the month."""
        self.seen = (self.contributes, self.pools, 1 if self.party or self.notable else 0, self.trust)

    def look_around(self) -> None:
        """See neighbours as they were at the start of the month."""
        there, civic, pool, example, trust = 0, 0, 0, 0, 0.0
        for other in self.neighbours:
            if other.status != GONE:
                there += 1
                seen = other.seen
                civic += seen[0]
                pool += seen[1]
                example += seen[2]
                trust += seen[3]
        if there:
            self.peers = (trust / there, civic / there, pool / there, example / there)
        else:
            self.peers = (self.village.mean_trust, self.village.civic_share, 0.0, 0.0)

    def move(self) -> None:
        """Leave for work, or come home."""
        p, village = self.p, self.village
        if self.status == HOME:
            if not self.cadre and self.random.random() < rules.chance_to_leave(
                village.leaving, self.age, self.trust, self.notable, self.pools, p
            ):
                self.status = AWAY
        elif self.status == AWAY and self.random.random() < rules.chance_to_return(village.returning, self.age, p):
            self.status = HOME

    def take_part(self) -> None:
        """Take part in public affairs, attend the meeting, give, earn points."""
        p, village, lever = self.p, self.village, self.village.lever
        eligible = lever.points_for_all
        if self.party:
            eligible = min(1.0, eligible + lever.points)
        logit = rules.civic_logit(
            village.civic, self.trust, self.norm, self.peers[1], self.belonging * village.setting.channel_belonging,
            self.points * eligible, village.party_organisation * (self.peers[3] + lever.example), self.habit,
            village.far if self.status == AWAY else 0.0, p,
        )  # fmt: skip
        odds = rules.odds_against(logit)
        admitted = lever.outsider_voice if self.status == OUTSIDER else 1.0
        self.contributes = 1 if self.random.random() < admitted / (1.0 + odds) else 0
        self.attends = 0
        if self.status != AWAY:
            self.attends = 1 if self.random.random() < admitted / (1.0 + odds * village.attend) else 0
            if self.status == HOME:
                village.at_meeting += 1
                village.attended += self.attends
        self.habit = rules.habit_after(self.habit, self.contributes, p)
        self.points = rules.points_after(self.points, self.contributes, eligible, p)
        if self.status != OUTSIDER:
            village.took_part += self.contributes
        if self.contributes:
            self._give_and_redeem(eligible)

    def _give_and_redeem(self, eligible: float) -> None:
        village = self.village
        if self.status != AWAY and self.wealth >= village.gift:
            self.wealth -= village.gift
            village.given += village.gift
        if eligible > 0.0:
            prize = fen(self.p.point_value * self.p.points_earned * eligible)
            if village.account_fiscal + village.given >= prize + village.redeemed:
                self.wealth += prize
                village.redeemed += prize

    def renew_pooling(self) -> None:
        """January: pool land with the collective for a year, or end it."""
        if self.status == OUTSIDER:
            return
        p, village = self.p, self.village
        away = 1.0 if self.status == AWAY else 0.0
        logit = (
            p.economic_constant
            + village.effect_economic
            + p.economic_trust * self.trust
            + p.economic_peers * self.peers[2]
            + p.economic_dividend
            * rules.saturating(self.expected_dividend, p.dividend_half)
            * village.setting.channel_dividends
            + p.economic_example * village.party_organisation * (self.peers[3] + village.lever.example)
            + p.economic_law * village.rule_of_law
            + p.economic_habit * self.pools
            - p.economic_away * away * village.far
            - p.economic_cost * rules.pooling_cost(village.rent_offered, village.job_chance, p.farm_income, away, p)
            + village.lever.economic_participation
        )
        self.pools = 1 if (self.random.random() < rules.chance_to_join(logit) and self.share > 0) else 0

    # ------------------------------------------------------------------ working and spending

    def offers_labour(self) -> bool:
        """Whether the collective can hire her."""
        return works_for_collective(self.status, self.pools, self.age)

    def belong(self) -> None:
        """Belong more, or less, to the collective community."""
        if self.status == OUTSIDER:
            return
        p, village = self.p, self.village
        paid = rules.saturating(self.dividend + self.collective_pay * village.setting.channel_jobs, p.dividend_half)
        broken = rules.saturating(max(0.0, self.expected_dividend - self.dividend), p.dividend_half)
        self.belonging = rules.belonging_after(
            self.belonging, self.pools, paid * village.setting.channel_dividends,
            self.contributes * village.self_governance,
            (1.0 if self.share == 0 else 0.0) + village.lever.estrangement, broken, village.lever.belonging, p,
        )  # fmt: skip

    def work_away(self) -> None:
        """Those who are away earn, live there and send money home."""
        if self.status != AWAY:
            return
        p, village = self.p, self.village
        wage = village.setting.outside_wage * self.skill
        earned = fen(wage)
        self.wealth += earned
        village.money[FLOW.migrant_wages] += earned
        if self.home.at_home > 0:
            sent = min(fen(p.remitted_share * wage), self.wealth)
            self.wealth -= sent
            self.home.purse += sent
        living = min(fen(p.migrant_living * wage), self.wealth)
        self.wealth -= living
        village.money[FLOW.consumption] += living
        self.local_job = 0
        self.income = wage
        self.consumption = living * 0.01
        self.permanent_income = rules.permanent_income_after(self.permanent_income, wage, p)

    def earn_and_spend(self) -> None:
        """Those at home earn off the farm and on it, receive, and consume."""
        if self.status == AWAY:
            return
        p, village = self.p, self.village
        income = 0.0
        self.local_job = 0
        may_work = self.age < 75.0 and self.collective_pay == 0.0
        if may_work and self.random.random() < rules.chance_of_local_job(village.job_odds, self.age, p):
            income = village.setting.local_wage * self.skill
            self._receive(FLOW.local_wages, fen(income))
            self.local_job = 1
            village.workers += 1
        if self.status == HOME:
            income += self._farm_and_receive()
        if self.cadre:
            income += village.salary * 0.01
        if self.age >= 60.0:
            village.elders_met += 1
            self._receive(FLOW.welfare_payments, village.welfare_each)
            income += village.welfare_each * 0.01
            near = 1.0 if self.home.young > 0 else 0.0
            village.care += village.care_level + (1.0 - village.care_level) * 0.5 * near
        income += self.collective_pay
        self.income = income
        self.permanent_income = rules.permanent_income_after(self.permanent_income, income, p)
        thrift = 1.0 - village.lever.customs_cut
        wanted = fen(rules.wanted_consumption(self.permanent_income, self.wealth * 0.01, p) * thrift)
        spend = min(wanted, self.wealth)
        self.wealth -= spend
        village.money[FLOW.consumption] += spend
        self.consumption = spend * 0.01 / thrift
        village.residents += 1
        village.income_sum += income
        village.income_squares += income * income

    def _receive(self, flow: int, amount: int) -> None:
        self.wealth += amount
        self.village.money[flow] += amount

    def _farm_and_receive(self) -> float:
        """Farm, rent, dividend, other property, pension and the household's purse: yuan of this month."""
        p, village, home = self.p, self.village, self.home
        crop = village.farm * self.holding * rules.farm_share(self.age, self.pools, p)
        self._receive(FLOW.farm_income, fen(crop))
        owned = p.other_property * village.setting.property_index
        self._receive(FLOW.other_property, fen(owned))
        paid = rules.pension(self.age, p) * village.setting.pension_index
        self._receive(FLOW.pensions, fen(paid))
        income: float = crop + village.rent * self.pools + self.dividend / 12.0 + owned + paid
        if home.purse > 0:
            gift = home.purse // home.at_home
            if not home.opened:  # the first at home takes the remainder of the split
                gift = home.purse - gift * (home.at_home - 1)
                home.opened = True
            self.wealth += gift
            income += gift * 0.01
        return income

    # ------------------------------------------------------------------ quarrelling and asking

    def quarrel(self) -> None:
        """Get into a dispute, have it settled, or let it fester."""
        village = self.village
        self.mediated = 0
        if self.dispute > 0:
            if self.random.random() < village.settling:
                village.settled += 1
                if self.dispute <= 3:
                    village.due += 1
                    village.in_time += 1
                self.dispute = 0
                self.mediated = 1
                return
            if self.dispute == 3:
                village.due += 1
            self.dispute = min(250, self.dispute + 1)
            village.still_open += 1
        elif self.status != AWAY and self.random.random() < rules.chance_of_dispute(
            village.dispute_hazard, village.conflict * self.pools, self.legal, self.norm, self.p
        ):
            self.dispute = 1
            village.arisen += 1
            village.still_open += 1

    def ask_for_help(self) -> None:
        """Make a livelihood request, have it answered, or wait."""
        village = self.village
        self.answered = 0
        if self.request == 0 and self.status != AWAY and self.random.random() < village.asking:
            self.request = 1
            village.requests_made += 1
        if self.request > 0:
            if self.random.random() < village.answering:
                if self.request == 1:
                    village.prompt += 1
                self.request = 0
                self.answered = 1
            else:
                self.request = min(250, self.request + 1)
                village.still_waiting += 1

    # ------------------------------------------------------------------ making up her mind

    def make_up_mind(self) -> None:
        """Trust by named drivers, civic norm, legal awareness, satisfaction."""
        p, village = self.p, self.village
        setting, lever = village.setting, village.lever
        change = trust_after(
            self.trust, self.dividend * setting.channel_dividends, self.expected_dividend * setting.channel_dividends,
            village.services_collective, village.services_fiscal,
            self.collective_pay / p.job_half * setting.channel_jobs, self.belonging * setting.channel_belonging,
            self.contributes * village.self_governance, self.mediated, self.answered, village.virtue,
            village.party_organisation * (0.5 + self.peers[3] + lever.example),
            village.leak * (0.0 if self.status == OUTSIDER else 1.0), 1.0 if self.dispute > 0 else 0.0,
            village.turmoil, village.exposure, 1.0 if self.request > 2 else 0.0, self.peers[0], self.disposition,
            self.random.random(), p,
        )  # fmt: skip
        self.trust = change[0]
        village.trust_drivers = list(map(add, village.trust_drivers, change[1:]))
        self.norm = rules.norm_after(self.norm, self.peers[1], village.virtue, lever.norms, p)
        self.legal = rules.legal_after(self.legal, village.rule_of_law, lever.legal_awareness, p)
        target = rules.satisfaction_target(
            self.consumption, village.consumption_reference, village.contentment, self.trust, p
        )
        self.satisfaction += p.satisfaction_rate * (target - self.satisfaction)
