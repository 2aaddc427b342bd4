"""The village of the plain Mesa twin (``mesa_twin.py``): where agents meet, and what it does as an institution."""

from __future__ import annotations

from functools import partial
from typing import Any

import mesa
from twin_office import best_candidate, observe, take_seat, vacate
from twin_villager import Home, Villager

from ruralsim.agents import villager as rules
from ruralsim.agents.cadre import hours_left, perceived_need, reward_nearness, root, vote_for_incumbent
from ruralsim.agents.enterprise import project_grant, project_paid
from ruralsim.agents.trust import leakage_seen, positive
from ruralsim.agents.villager import even
from ruralsim.base.numbers import chance, exp, fen, log
from ruralsim.institutions import assessment as reports
from ruralsim.institutions.village import (
    TALLY,
    answer_chance,
    calm,
    mediation_capacity,
    practice_up,
    settlement_chance,
)
from ruralsim.model import village_loop
from ruralsim.model.books_loop import potential
from ruralsim.model.county_policy import ONE_SHARE
from ruralsim.model.enterprise_loop import land_rent
from ruralsim.model.office_loop import cadre_seats
from ruralsim.model.register_loop import holding_of
from ruralsim.state.columns import AWAY, GONE, HOME, OUTSIDER, TIES, VILLAGERS
from ruralsim.state.flows import DRIVERS, FLOW, FLOWS
from ruralsim.state.inputs import PAYMENTS

TASKS = ("organise", "enterprise", "govern", "serve")


class Village(mesa.Agent):
    """A village; ``state``: its attributes by name, as the registry of columns has them."""

    def __init__(self, model: Any, **state: Any) -> None:
        super().__init__(model)
        self.p = model.p
        for name, value in state.items():
            setattr(self, name, value)
        holding = partial(holding_of, model.outside.seed, self.key_low, self.key_high)
        self.homes = [Home(holding(household, self.p)) for household in range(self.households)]
        self.members: list[Villager] = []
        self.cadres: list[Any] = []
        self.reports: list[Any] = []
        self.truths: list[float] = []
        self.pooled = self.median_income = self.income_spread = self.lowest_satisfaction = self.home_share = 0.0

    # ------------------------------------------------------------------ the register

    def open_month(self) -> None:
        """Blank books."""
        self.money, self.vouchers = [0] * len(FLOWS), [0] * len(FLOWS)
        self.drivers = [0.0] * len(DRIVERS)
        self.withdrawn = 0

    def admit_members(self) -> None:
        """January: adults without a share may be given one, of the village's own as far as they go, then new ones."""
        if self.lever.membership <= 0.0:
            return
        firm, given = self.enterprise, 0
        for person in self.members:
            if person.status != OUTSIDER and person.share == 0 and self.random.random() < self.lever.membership:
                person.share = ONE_SHARE
                given += ONE_SHARE
        held = min(given, firm.shares_village)
        firm.shares_village -= held
        firm.shares_total += given - held

    def turn_the_year(self) -> None:
        """January: age, deaths, leaving the register, inheritance, coming of age, arrivals, ties mended."""
        fate = [(person, person.grow_older()) for person in self.members]
        heirs: dict[Home, Villager] = {}
        for person, what in fate:
            if what in ("stays", "child") and person.status != OUTSIDER:
                heirs.setdefault(person.home, person)
        for person, what in fate:
            if what in ("dies", "leaves"):
                self._inherit(person, what, heirs.get(person.home) if person.status != OUTSIDER else None)
                self.depart(person)
        for cadre in list(self.cadres):  # a seat whose holder died stands empty until the month's election
            if cadre.person.status == GONE:
                vacate(self, cadre)
        self.members = [person for person in self.members if person.status != GONE]
        for parent, what in fate:
            if what == "child":
                child = self.admit(HOME, parent.home, parent.grid, 18.0)
                child.share = parent.share // 2
                parent.share -= child.share
        for _ in range(int(self.p.registration_in_rate * self.registered + self.random.random())):
            host = self.random.choice(self.members)
            newcomer = self.admit(HOME, host.home, host.grid, 20.0 + 15.0 * self.random.random())
            self._bring_money(newcomer)
        for person in self.members:
            for k, friend in enumerate(person.neighbours):
                if friend.status == GONE:
                    person.neighbours[k] = self._somebody_but(person)

    def _inherit(self, person: Villager, what: str, heir: Villager | None) -> None:
        if what == "leaves":
            self.money[FLOW.moved_out] += person.wealth
        elif heir is not None:
            heir.wealth += person.wealth
        else:
            self.account_fiscal += person.wealth
            self.money[FLOW.estates] += person.wealth
        if heir is not None:
            heir.share += person.share
        else:
            self.enterprise.shares_village += person.share
        person.wealth = person.share = 0

    def outsiders_come_and_go(self) -> None:
        """Resident outsiders leave and arrive every month; then people are counted."""
        p = self.p
        leaving = [
            person for person in self.members
            if person.status == OUTSIDER and self.random.random() < p.outsider_turnover
        ]  # fmt: skip
        for person in leaving:
            self.money[FLOW.moved_out] += person.wealth
            self.depart(person)
        if leaving:
            self.members = [person for person in self.members if person.status != GONE]
        for _ in range(int(p.outsider_turnover * p.outsider_share * self.registered + self.random.random())):
            grid = self.random.choice(self.members).grid
            newcomer = self.admit(OUTSIDER, self.random.choice(self.homes), grid, 22.0 + 28.0 * self.random.random())
            self._bring_money(newcomer)
        self.people = len(self.members)
        self.outsiders = sum(person.status == OUTSIDER for person in self.members)
        self.registered = self.people - self.outsiders

    def depart(self, person: Villager) -> None:
        """Leave for good."""
        self.withdrawn += person.dispute > 0
        self.waiting -= person.request > 0
        person.status, person.contributes, person.dispute, person.request, person.pools = GONE, 0, 0, 0, 0
        person.remove()

    def admit(self, status: int, home: Home, grid: int, age: float) -> Villager:
        """A newcomer with inclinations of her own and eight ties."""
        p, u = self.p, self.random.random
        log_skill = p.skill_spread * 0.7071067811865476 * (even(u()) + even(u()))
        skill = exp(log_skill - 0.5 * p.skill_spread * p.skill_spread)
        disposition = min(0.98, max(0.02, p.disposition_mean + p.disposition_spread * even(u())))
        state: dict[str, Any] = {column.name: 0 for column in VILLAGERS if column.name != "household"}
        state |= {
            "status": status, "grid": grid, "age": age, "skill": skill, "holding": home.holding,
            "disposition": disposition,
            "trust": 0.5 * self.mean_trust + 0.5 * disposition, "norm": 0.35 + 0.3 * u(), "legal": 0.4,
            "party": int(u() < p.party_share), "notable": int(u() < p.notable_share), "satisfaction": 0.5,
            "permanent_income": 0.5 * p.local_wage * skill,
        }  # fmt: skip
        newcomer: Villager = self.model.villager_class(self.model, self, home, **state)
        newcomer.neighbours = [self._friend(grid) for _ in range(TIES)]
        self.members.append(newcomer)
        return newcomer

    def _friend(self, grid: int) -> Villager:
        """Somebody, most often of the same grid: three tries."""
        friend = self.random.choice(self.members)
        if self.random.random() < self.p.ties_in_grid:
            for _ in range(2):
                if friend.grid != grid:
                    friend = self.random.choice(self.members)
        return friend

    def _somebody_but(self, person: Villager) -> Villager:
        friend = self.random.choice(self.members)
        while friend is person:
            friend = self.random.choice(self.members)
        return friend

    def _bring_money(self, newcomer: Villager) -> None:
        newcomer.wealth = fen(self.p.newcomer_wealth)
        self.money[FLOW.moved_in] += newcomer.wealth

    # ------------------------------------------------------------------ offices and institutions

    def open_offices(self) -> None:
        """Public money arrives; what cadres' time is worth: rewards, checks, reports, needs as they see them."""
        p, regime, lever, items = self.p, self.model.regime, self.lever, self.model.items
        self._receive_public_money()
        n = len(items)
        root_items = root(1.0 * n)
        self.rewards, self.dressable, quantified, self.mean_check = [0.0] * 4, [], 0.0, 0.0
        for item, report in zip(items, self.reports, strict=True):
            rule, last, target = item.target_rule, report.reported, report.target
            near = reward_nearness(last, target, rule != reports.TARGET_NONE, p)
            dressed = near * reports.left_by_targets(rule, last, target, True, p)
            near *= reports.left_by_targets(rule, last, target, False, p)
            check = reports.check_probability(regime.checks + lever.checks, n, item.check_weight)
            report.check = reports.found_out(check, regime.self_check_share, p)
            quantified += item.quantified
            self.mean_check += check / n
            for k, task in enumerate(TASKS):
                self.rewards[k] += item.weight * getattr(item, task) * near
            self.dressable.append((root_items * item.weight, item.gameability, dressed, report.check))
        self.hours = hours_left(
            quantified + lever.extra_reports, lever.burden_relief, regime.burden_factor, self.mean_check, p
        )
        noise = regime.need_noise * (1.0 - min(1.0, lever.guidance)) / root(1.0 + n / 12.0)
        income = 12.0 * self.enterprise.output
        levels = (
            0.5 * (self.party_organisation + self.self_governance),
            income / (income + 100000.0),
            0.5 * (self.rule_of_law + self.virtue) * calm(self.disorder, p),
            village_loop.service_level(self),
        )
        self.needs = [perceived_need(level, self.random.random(), noise) for level in levels]
        self.root_efforts, self.work = [0.0] * n, [0.0] * 4

    def _receive_public_money(self) -> None:
        """The transfer a head, policy's payments, and a project in kind where one comes."""
        p, firm, money = self.p, self.enterprise, self.money
        running, extra, cash, kind = self.payments[: len(PAYMENTS)]  # what a rival of the pivot pays is not the twin's
        organisation = 0.5 * (self.party_organisation + self.self_governance)
        expected = project_grant(organisation, self.mean_trust, p)
        transfer = fen(self.setting.transfer * self.registered) + extra + fen(expected * self.setting.devolved)
        self.account_fiscal += transfer
        money[FLOW.operating_transfer] += transfer
        money[FLOW.instrument_running] += running
        firm.cash += cash
        money[FLOW.cash_grant] += cash
        comes, size = self.random.random(), self.random.random()
        project = fen(project_paid(expected * (1.0 - self.setting.devolved), comes, size, p))
        useful = fen(p.project_operating * project * 0.01)
        money[FLOW.grant_in_kind] += kind + project
        firm.capital += (kind + useful) * 0.01
        firm.granted += (kind + useful) * 0.01
        firm.idle += (project - useful) * 0.01

    def run_institutions(self) -> None:
        """The village's work is the mean over its cadres; practice, pillars, services and environment move."""
        p, lever, setting = self.p, self.lever, self.setting
        share = 1.0 / max(1, len(self.cadres))
        for report, effort in zip(self.reports, self.root_efforts, strict=True):
            report.root_effort = effort * share * root(1.0 * len(self.reports))
        for task, work in zip(TASKS, self.work, strict=True):
            setattr(self, f"work_{task}", work * share)
        self.integrity = sum(cadre.integrity for cadre in self.cadres) * share
        ability = sum(cadre.mean_ability() for cadre in self.cadres) * share
        lead = setting.demo_practice - self.practice
        up = practice_up(self.intensity, ability, lead, lever.training, lever.exchange, p) + lever.preparation
        self.practice = rules.step(self.practice, up, p.practice_decay)
        village_loop.pillars.py_func(self, self.drivers, self.money, self.vouchers, lever, setting, p)
        village_loop.services.py_func(self, self.money, self.vouchers, lever, setting, p)
        village_loop.environment.py_func(self, lever, p)

    def be_assessed(self) -> None:
        """Each quarter: measure, dress, report, check. Each December: appraise and pay the bonus."""
        p, regime = self.p, self.model.regime
        self.truths = truths = observe(self)
        exposed, score, veto = 0.0, 0.0, False
        for item, report in zip(self.model.items, self.reports, strict=True):
            added = reports.dressing(item.gameability, report.root_effort, p)
            if self.random.random() < report.check and added > 0.0:
                exposed += added / (added + p.gaming_gain)
                if added > reports.GROSS * p.gaming_gain:
                    for cadre in self.cadres:
                        cadre.exposed = 1
                added = 0.0
            report.true = truths[item.observable]
            report.reported = reports.reported(report.true, self.random.random(), item.noise, added)
            has_target = item.target_rule != reports.TARGET_NONE
            score += item.weight * reports.item_score(report.reported, report.target, has_target, p)
            veto = veto or item.veto == 1
        self.exposure = exposed / len(self.reports) * (1.0 + regime.publishes)
        if self.model.month_of_year == 12:
            struck = self.random.random() < p.veto_chance * (0.5 + 1.0 - calm(self.disorder, p))
            self.vetoed = int(veto and struck)
            self.standing = score
            prize = fen(p.cadre_pay * 12.0 * p.performance_share * reports.bonus_share(score) * (1 - self.vetoed))
            for cadre in self.cadres:
                cadre.person.wealth += prize
                self.money[FLOW.cadre_bonus] += prize

    def elect(self) -> None:
        """Seats fall vacant by death, age, leaving and dismissal and are filled at once; a term ends with a vote."""
        p, december = self.p, self.model.month_of_year == 12
        empty = set(range(cadre_seats(p))) - {cadre.seat for cadre in self.cadres}
        for cadre in list(self.cadres):
            person, rival = cadre.person, None
            gone = person.status != HOME or person.age >= p.retirement_age
            if december and (self.vetoed or cadre.exposed) and self.random.random() < p.dismissal_chance:
                gone = True
            cadre.exposed = 0 if december else cadre.exposed
            if not gone and self.setting.election_now == 1.0:
                support = vote_for_incumbent(self.mean_trust, self.mean_satisfaction, self.standing, p)
                rival, standing = best_candidate(self, p.candidate_share)
                gone = rival is not None and standing > support
                cadre.tenure = cadre.tenure if gone else 0
            if gone:
                vacate(self, cadre)
                take_seat(self, cadre.seat, rival or best_candidate(self, 1.0)[0])
        for seat in empty:
            take_seat(self, seat, best_candidate(self, 1.0)[0])

    # ------------------------------------------------------------------ around people's behaviours

    def _collective_services(self) -> float:
        level = self.public_collective + self.convenience_collective + self.living_collective + self.elder_collective
        return 0.25 * self.setting.channel_affairs * level

    def open_moving(self) -> None:
        """The village's part of the hazards to leave and to come home."""
        p, setting, month = self.p, self.setting, self.model.month_of_year
        services = village_loop.service_level(self)
        gap = log(setting.outside_wage / (self.mean_income + 1.0)) - p.gap_reference
        season = p.march_leave if month == 3 else 1.0
        self.leaving = rules.leave_factor(gap, services, season, p)
        season = p.february_return if month == 2 else 1.0
        self.returning = rules.return_factor(gap, services, season, self.lever.talent_return, p)

    def open_meeting(self) -> None:
        """What the village gives to everybody's civic logit."""
        p, lever = self.p, self.lever
        self.civic = rules.civic_place(
            self.effect_civic, self.self_governance, self._collective_services(), lever.civic_participation,
            lever.volunteer_time, p,
        )  # fmt: skip
        self.attend = exp(-p.attend_bonus)
        self.far = 1.0 - self.smart_governance
        self.gift = fen(p.contribution)
        self.took_part = self.attended = self.at_meeting = self.given = self.redeemed = 0

    def close_meeting(self) -> None:
        """Money given and points redeemed reach the account; turnout and quorum are noted."""
        self.account_fiscal += self.given - self.redeemed
        self.money[FLOW.contributions] += self.given
        self.money[FLOW.points_redeemed] += self.redeemed
        self.home = self.at_meeting
        self.civic_share = self.took_part / max(1, self.registered)
        self.turnout = self.attended / max(1, self.at_meeting)
        quorate = self.attended >= self.p.quorum * self.registered
        self.meetings_quorate = self.meetings_quorate * TALLY + (1.0 if quorate else 0.0)

    def open_pooling(self) -> None:
        """The rent and the chance of a job that the collective offers."""
        firm = self.enterprise
        self.job_chance = 0.0
        if firm.labour_supply > 0.0:
            self.job_chance = min(1.0, firm.labour / firm.labour_supply) * self.setting.channel_jobs
        self.rent_offered = land_rent(firm.form, self.p)

    def open_homes(self) -> None:
        """Who is at home, what the month pays and yields, and the welfare due to elders."""
        p, setting, lever, firm = self.p, self.setting, self.lever, self.enterprise
        for home in self.homes:
            home.at_home = home.young = home.purse = 0
            home.opened = False
        elders = 0
        for person in self.members:
            if person.status == HOME:
                person.home.at_home += 1
                person.home.young += person.age < 60.0
            elders += person.status != AWAY and person.age >= 60.0
        self.salary = fen(p.cadre_pay * (1.0 - p.performance_share))
        organisation = 0.5 * (self.party_organisation + self.self_governance)
        access = setting.job_growth + lever.market_access
        self.job_odds = rules.offfarm_factor(organisation, firm.output, setting.tightness, access, p)
        harvest = setting.farm_price * setting.yield_index * (0.9 + 0.2 * self.random.random())
        if self.random.random() < setting.natural_shock:
            harvest = harvest * (1.0 - p.natural_loss)
        services = village_loop.service_level(self) - 0.5
        prospect = exp(p.farm_services * services + lever.farm_productivity)
        self.farm = p.farm_income * setting.farm_index * harvest * prospect
        self.rent = land_rent(firm.form, p) if firm.active else 0.0
        self.welfare_each = 0
        if elders > 0 and self.account_welfare > 0:
            self.welfare_each = fen(self.account_welfare * 0.01 / 12.0) // elders
        self.care_level = self.elder_collective * setting.channel_affairs + self.elder_fiscal
        self.workers = self.residents = self.elders_met = 0
        self.care = self.income_sum = self.income_squares = 0.0

    def close_homes(self) -> None:
        """Mean and spread of residents' income."""
        self.account_welfare -= self.money[FLOW.welfare_payments]
        count = max(1, self.residents)
        mean = self.income_sum / count
        self.mean_income = mean
        self.income_variation = root(positive(self.income_squares / count - mean * mean)) / (mean + 1.0)
        self.offfarm_share = self.workers / count
        self.household_value = (self.money[FLOW.local_wages] + self.money[FLOW.farm_income]) * 0.01
        self.elders_cared = self.care / max(1, self.elders_met)

    def open_troubles(self) -> None:
        """How easily people fall out, how fast mediators settle, how soon requests are answered."""
        p, lever, heads = self.p, self.lever, max(1, self.people)
        self.open_before = self.open_cases
        self.dispute_hazard = rules.dispute_factor(self.income_variation, self.virtue, lever.early_warning, p)
        self.conflict = (1.0 - self.rule_of_law) * (1.0 - min(1.0, lever.land_conflict))
        mediators = self.mediators + lever.mediators
        capacity = mediation_capacity(mediators, heads, self.rule_of_law, self.virtue, self.co_governance, p)
        self.settling = settlement_chance(capacity, self.open_before - self.withdrawn, p)
        self.asking = chance(p.request_rate * (1.5 - village_loop.service_level(self)))
        answer = answer_chance(
            self.work_serve, self.hours, self.smart_governance, self.co_governance, lever.request_capacity, p
        )
        pending, room = max(1.0, self.waiting), p.request_room * heads
        self.answering = answer * room / pending if pending > room else answer
        self.arisen = self.settled = self.due = self.in_time = self.still_open = 0
        self.requests_made = self.prompt = self.still_waiting = 0

    def close_troubles(self) -> None:
        """Count cases and requests; move disorder."""
        self.open_cases, self.waiting = self.still_open, self.still_waiting
        self.cases_due = self.cases_due * TALLY + self.due
        self.cases_in_time = self.cases_in_time * TALLY + self.in_time
        self.requests_due = self.requests_due * TALLY + self.requests_made
        self.requests_answered = self.requests_answered * TALLY + self.prompt
        heads = max(1, self.people)
        cases = self.open_before + self.arisen - self.settled - self.withdrawn
        self.disorder += (1.0 - self.p.disorder_memory) * (cases / heads - self.disorder)

    def open_minds(self) -> None:
        """What everybody in the village lives with this month: services, leakage that shows, disorder."""
        p, lever, firm = self.p, self.lever, self.enterprise
        self.services_collective = self._collective_services()
        self.services_fiscal = 0.25 * (
            self.public_fiscal + self.convenience_fiscal + self.living_fiscal + self.elder_fiscal
        )
        self.leak = 0.0
        if firm.active:
            self.leak = leakage_seen(firm.leakage, self.self_governance, self.smart_governance, lever.visibility)
        self.turmoil = 1.0 - calm(self.disorder, p)
        self.contentment = rules.satisfaction_place(
            self.services_collective + self.services_fiscal, self.environment, self.disorder, lever.volunteer_time,
            lever.privacy, p,
        )  # fmt: skip
        self.consumption_reference = p.consumption_reference * self.setting.wage_index
        self.trust_drivers = [0.0] * 19

    def close_month(self) -> None:
        """Means over people, the two distributions, and the governance potential."""
        people, n = self.members, max(1, len(self.members))
        self.mean_trust = sum(person.trust for person in people) / n
        self.mean_norm = sum(person.norm for person in people) / n
        self.mean_legal = sum(person.legal for person in people) / n
        self.mean_belonging = sum(person.belonging for person in people) / n
        self.mean_satisfaction = sum(person.satisfaction for person in people) / n
        self.elders = sum(person.age >= 60.0 for person in people) / n
        self.home = sum(person.status == HOME for person in people)
        self.home_share = self.home / max(1, self.registered)
        self.pooled = self.enterprise.pooled
        smiles = sorted(person.satisfaction for person in people)
        fifth = max(1, len(smiles) // 5)
        self.lowest_satisfaction = sum(smiles[:fifth]) / fifth
        incomes = sorted(person.permanent_income for person in people if person.status != AWAY)
        m = len(incomes)
        if m:
            self.median_income = 0.5 * (incomes[(m - 1) // 2] + incomes[m // 2])
            weighted = sum((2.0 * (i + 1) - m - 1.0) * income for i, income in enumerate(incomes))
            self.income_spread = weighted / max(1e-9, m * sum(incomes))
        self.potential = potential(
            self.mean_trust, self.party_organisation, self.self_governance, self.rule_of_law, self.virtue,
            self.smart_governance, self.co_governance, calm(self.disorder, self.p),
        )  # fmt: skip
