"""Cadres and the collective enterprise of the plain Mesa twin (``mesa_twin.py``)."""

from __future__ import annotations

from typing import Any

import mesa

from ruralsim.agents import cadre as cadre_rules
from ruralsim.agents import enterprise as rules
from ruralsim.agents.villager import even, expected_dividend_after, saturating
from ruralsim.base.numbers import exp, fen, log
from ruralsim.institutions.village import MEETINGS, calm
from ruralsim.model.enterprise_loop import land_rent
from ruralsim.model.office_loop import setting_transfer
from ruralsim.model.village_loop import service_level
from ruralsim.state.columns import AWAY, HOME, OUTSIDER
from ruralsim.state.flows import FLOW

TASKS = ("organise", "enterprise", "govern", "serve")


class Cadre(mesa.Agent):
    """A cadre; ``person``: the villager who holds the seat; ``seat``: 0 is the secretary's."""

    def __init__(self, model: Any, village: Any, seat: int, person: Any, **state: Any) -> None:
        super().__init__(model)
        self.p = model.p
        self.village = village
        self.seat = seat
        self.person = person
        for name, value in state.items():
            setattr(self, name, value)

    def divide_time(self) -> None:
        """Divide the hours left among four tasks and the dressing of every item, by what each is worth."""
        p, village, regime = self.p, self.village, self.model.regime
        motivation = self.motivation + (village.lever.secretary_motivation if self.seat == 0 else 0.0)
        abilities = [getattr(self, task) for task in TASKS]
        worth = [
            ability
            * cadre_rules.value_of_work(
                motivation, village.mean_check, village.setting.election, need, rewarded, regime.pressure, p
            )
            for ability, need, rewarded in zip(abilities, village.needs, village.rewards, strict=True)
        ]
        dressing = [
            cadre_rules.value_of_dressing(*item, self.integrity, regime.pressure, p) for item in village.dressable
        ]
        squares = sum(value * value for value in worth) + sum(value * value for value in dressing)
        scale = cadre_rules.time_scale(squares, village.hours, p)
        sigma = cadre_rules.root(scale)
        for k, value in enumerate(dressing):
            village.root_efforts[k] += value * sigma
        for k, task in enumerate(TASKS):
            setattr(self, f"effort_{task}", worth[k] * worth[k] * scale)
            village.work[k] += abilities[k] * worth[k] * sigma
        self.effort_report = sum(value * value for value in dressing) * scale

    def mean_ability(self) -> float:
        """Mean of the four abilities."""
        return 0.25 * (self.organise + self.enterprise + self.govern + self.serve)

    def learn(self) -> None:
        """Learn by training and by doing, and forget; a month more in office."""
        self.tenure += 1
        for task in TASKS:
            setattr(self, task, cadre_rules.ability_after(getattr(self, task), self.village.lever.training, self.p))

    def draw_salary(self) -> None:
        """The basic pay of the month."""
        self.person.wealth += self.village.salary
        self.village.money[FLOW.cadre_pay] += self.village.salary


def best_candidate(village: Any, share: float) -> tuple[Any, float]:
    """Who stands best of those at home, 25 to 59 and without office, and how well; (None, −1) where nobody stands."""
    best, support = None, -1.0
    for person in village.members:
        if person.status == HOME and not person.cadre and 25.0 <= person.age < 60.0:
            if village.random.random() >= share:
                continue
            mine = cadre_rules.standing_of_candidate(
                village.random.random(), person.skill, person.notable, person.party, person.trust, village.p
            )
            if mine > support:
                best, support = person, mine
    return best, support


def vacate(village: Any, cadre: Cadre) -> None:
    """A cadre leaves her seat."""
    cadre.person.cadre = 0
    village.cadres.remove(cadre)
    cadre.remove()


def take_seat(village: Any, seat: int, person: Any) -> None:
    """A villager takes a seat, with abilities, integrity and motivation around the county's means; None: nobody."""
    if person is None:
        return
    p, u = village.p, village.random.random
    lift = 0.3 * village.lever.talent_return
    state: dict[str, Any] = {task: max(0.3, p.ability_mean + p.ability_spread * even(u())) + lift for task in TASKS}
    state["integrity"] = min(1.0, max(0.0, p.integrity_mean + p.integrity_spread * even(u())))
    state["motivation"] = max(0.0, p.motivation_mean + p.motivation_spread * even(u()))
    person.cadre = 1
    village.cadres.append(Cadre(village.model, village, seat, person, exposed=0, tenure=0, **state))


def observe(village: Any) -> list[float]:
    """The village's true observables, in the order of ``policy/observables.py``."""
    v, firm, p = village, village.enterprise, village.p
    income = 12.0 * firm.output
    seats = max(1, len(v.cadres))
    ability = sum(cadre.mean_ability() for cadre in v.cadres) / seats
    account = (v.account_fiscal + v.account_affairs + v.account_welfare) * 0.01
    return [
        v.party_organisation, v.self_governance, v.rule_of_law, v.virtue, v.smart_governance, v.co_governance,
        service_level(v), v.public_collective + v.public_fiscal, v.convenience_collective + v.convenience_fiscal,
        v.living_collective + v.living_fiscal, v.elder_collective + v.elder_fiscal, v.environment,
        saturating(income, 100000.0), saturating(firm.capital, p.capital_reference),
        saturating(firm.dividend_per_share, p.dividend_half), firm.pooled, v.civic_share, v.turnout, v.mean_trust,
        v.mean_satisfaction, v.requests_answered / (v.requests_due + 0.1),
        (v.cases_in_time + 0.5) / (v.cases_due + 0.5), v.meetings_quorate / MEETINGS, 1.0 - firm.leakage,
        calm(v.disorder, p), v.offfarm_share, v.home / max(1, v.registered), saturating(v.mean_income, 2000.0),
        v.practice, min(1.0, ability / 1.6), saturating(firm.labour, 0.02 * max(1, v.home)), firm.active,
        v.mean_legal, v.mean_norm, v.mean_belonging, saturating(account, 6.0 * setting_transfer(v, p)),
        v.elders_cared, 1.0 - saturating(v.income_variation, 1.0), firm.capital / max(1.0, firm.capital + firm.idle),
        1.0 - saturating(0.01 * firm.debt, max(1.0, firm.capital)), v.hours,
        1.0 - saturating(v.waiting, 0.02 * max(1, v.people)), max(0.0, 1.0 - v.exposure),
        (v.public_collective + v.convenience_collective + v.living_collective + v.elder_collective) * 0.25,
        saturating(v.household_value, 1000.0 * max(1, v.home)),
        saturating(0.01 * max(0, firm.reserve), 12.0 * p.fixed_cost),
        saturating(sum(cadre.tenure for cadre in v.cadres) / seats, 24.0),
        saturating(firm.value_added, 20.0 * max(1, v.registered)),
    ]  # fmt: skip


class Enterprise(mesa.Agent):
    """The collective enterprise; ``state``: its attributes by name, as the registry of columns has them."""

    def __init__(self, model: Any, village: Any, **state: Any) -> None:
        super().__init__(model)
        self.p = model.p
        self.village = village
        for name, value in state.items():
            setattr(self, name, value)

    def work_a_month(self) -> None:
        """Produce, hire and pay; in December share out."""
        offers = []
        members = poolers = 0
        for person in self.village.members:
            person.collective_pay = 0.0
            if person.status != OUTSIDER:
                members += 1
                poolers += person.pools
                if person.offers_labour():
                    offers.append(person)
        self.labour_supply = 0.5 * sum(person.skill for person in offers)
        self.pooled = poolers / max(1, members)
        gross = self._produce()
        bills = self._bills(gross, poolers)
        if self.active:
            self._pay(gross, bills, offers)
        else:
            self.labour = self.value_added = self.output = 0.0
        if self.model.month_of_year == 12:
            self._share_out()

    def _produce(self) -> float:
        """Move capital and productivity, find labour; gross value added, yuan."""
        p, village, lever = self.p, self.village, self.village.lever
        before = self.capital - self.granted - self.invested
        income = 12.0 * self.output
        used = rules.activated(
            self.idle, village.work_enterprise, self.pooled, village.mean_trust, lever.activation, income, p
        )
        self.idle -= used
        self.capital += used - before * p.depreciation / 12.0
        self.granted = self.invested = 0.0
        growth = rules.productivity_gain(village.work_enterprise, 0.0, p) + lever.productivity - p.productivity_loss
        self.productivity *= 1.0 + growth
        without_labour = (
            log((1.0 - p.inputs_share) * self.productivity)
            + lever.form_fit
            + log(village.setting.product_price)
            + rules.log_capital_term(self.capital, p)
            + rules.log_land_term(self.pooled, p)
            - p.friction_disputes * p.disorder_scale * village.disorder
            - p.friction_law * (1.0 - village.rule_of_law)
        )
        self.labour_demand = rules.labour_wanted(exp(without_labour) / (1.0 - p.inputs_share), p)
        self.labour = min(self.labour_demand, self.labour_supply)
        self.leakage = rules.leakage_share(
            village.self_governance, village.smart_governance, village.party_organisation, village.integrity,
            lever.leakage_cut, p,
        )  # fmt: skip
        shock = rules.log_shock(self.random.random(), lever.risk, p)
        gross = exp(without_labour + shock + rules.log_labour_term(self.labour, p))
        self.value_added = gross * (1.0 - self.leakage)
        self.output = gross / (1.0 - p.inputs_share)
        return gross

    def _bills(self, gross: float, poolers: int) -> dict[str, int]:
        """The month's bills in fen; decides whether the enterprise works this month."""
        p = self.p
        bills = {
            "inputs": fen(p.inputs_share * self.output),
            "fixed_cost": fen(p.fixed_cost),
            "interest": fen(self.debt * 0.01 * p.interest / 12.0),
        }
        leak, sales = fen(self.leakage * gross), fen(self.output)
        rent = fen(land_rent(self.form, p)) * poolers
        costs = sum(bills.values()) + leak + fen(self.labour * p.collective_wage) + rent
        floor, means = fen(p.cash_floor), self.cash + self.reserve
        bills["loan_repaid"] = max(0, min(self.debt, self.loan_payment, means + sales - costs - floor))
        if self.active:
            self.active = int(means + sales - costs >= floor)
        else:
            loss = max(0, costs - sales)
            restart = fen(p.restart_months * p.fixed_cost) + fen(p.restart_months * 0.01 * loss)
            self.active = int(means >= floor + restart)
        return bills

    def _book(self, flow: int, amount: int) -> None:
        self.cash -= amount
        self.village.money[flow] += amount

    def _pay(self, gross: float, bills: dict[str, int], offers: list[Any]) -> None:
        """Sales in; inputs, fixed cost, interest, leakage, wages, rent and loan out; losses draw on the reserve."""
        p, village, start = self.p, self.village, self.cash
        sales = fen(self.output)
        self.cash += sales
        village.money[FLOW.sales] += sales
        for name in ("inputs", "fixed_cost", "interest"):
            self._book(getattr(FLOW, name), bills[name])
        leak = fen(self.leakage * gross)
        seats = village.cadres
        each = fen(leak * 0.01 * p.leakage_insiders) // max(1, len(seats))
        for cadre in seats:
            cadre.person.wealth += each
        self._book(FLOW.leakage_insiders, each * len(seats))
        self._book(FLOW.leakage_outside, leak - each * len(seats))
        left = self.labour
        if left > 0.0:  # jobs are scarce: a yearly priority among those who offer their labour
            for person in sorted(offers, key=lambda one: one.priority):
                if left <= 0.0:
                    break
                given = min(left, person.skill)
                left -= given
                wage = fen(given * p.collective_wage)
                person.wealth += wage
                person.collective_pay = wage * 0.01
                self._book(FLOW.collective_wages, wage)
        rent = fen(land_rent(self.form, p))
        if rent > 0:
            for person in village.members:
                if person.pools and person.status != OUTSIDER:
                    person.wealth += rent
                    self._book(FLOW.land_rent, rent)
        self.profit_year += self.cash - start
        self._book(FLOW.loan_repaid, bills["loan_repaid"])
        self.debt -= bills["loan_repaid"]
        if self.debt == 0:
            self.loan_payment = 0
        if self.cash < 0:
            taken = min(self.reserve, -self.cash)
            self.reserve -= taken
            self.cash += taken

    def _share_out(self) -> None:
        """December: divide min(profit of the year, cash), if positive; members learn what the year brought them."""
        available, profit = min(self.profit_year, self.cash), self.profit_year * 0.01
        self.profit_year = 0
        self.dividend_per_share = self._divide(available, profit) if available > 0 else 0.0
        if self.active:  # a cash grant is there to be invested: what is more than the business needs in hand
            self._buy_capital(max(0, self.cash - fen(self.p.opening_cash_months * self.output)))
        for person in self.village.members:
            if person.status in (HOME, AWAY):
                dividend = self.dividend_per_share * person.share * 0.001
                person.expected_dividend = expected_dividend_after(person.expected_dividend, dividend, self.p)
                person.dividend = dividend

    def _divide(self, available: int, profit: float) -> float:
        """Tax, reserve, welfare, dividends, village affairs, reinvestment with a loan beside it; yuan per share."""
        p, village, lever = self.p, self.village, self.village.lever
        tax = fen(available * 0.01 * p.tax_share)
        self._book(FLOW.tax, tax)
        rest = available - tax
        names = ("reserve", "welfare", "dividend", "affairs", "reinvestment")
        weights = [max(0.0, getattr(p, f"allocation_{name}") + getattr(lever, f"{name}_share")) for name in names]
        parts = [fen(rest * 0.01 * weight / sum(weights)) for weight in weights[1:]]
        welfare, pot, affairs, invest = parts
        reserve = max(0, rest - sum(parts))
        self.cash -= reserve
        self.reserve += reserve
        self._book(FLOW.welfare_fund, welfare)
        village.account_welfare += welfare
        for person in village.members:
            if person.share > 0:
                each = pot * person.share // self.shares_total
                person.wealth += each
                self._book(FLOW.dividends, each)
        affairs += pot * self.shares_village // self.shares_total
        self._book(FLOW.affairs_fund, affairs)
        village.account_affairs += affairs
        loan = fen(rules.loan_for(invest * 0.01, profit, self.debt * 0.01, p))
        village.money[FLOW.loan_drawn] += loan
        self.cash += loan
        if loan > 0:
            self.debt += loan
            self.loan_payment += int(loan // (12.0 * p.loan_years)) + 1
        self._buy_capital(invest + loan)
        return float(pot * 0.01 / (self.shares_total * 0.001))

    def _buy_capital(self, amount: int) -> None:
        """Pay for operating capital, fen."""
        self._book(FLOW.investment, amount)
        self.capital += amount * 0.01
        self.invested += amount * 0.01
