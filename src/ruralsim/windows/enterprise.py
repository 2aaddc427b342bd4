"""The collective enterprise as a Mesa agent: producing, hiring, paying, sharing out (section 4.4), in plain Python."""

from __future__ import annotations

from typing import Any

from ruralsim.agents import enterprise as rules
from ruralsim.agents.lifetime import works_for_collective
from ruralsim.base.numbers import STEP, exp, fen, log
from ruralsim.model.enterprise_loop import land_rent
from ruralsim.state.columns import FORMS, OUTSIDER
from ruralsim.state.flows import FLOW
from ruralsim.windows.rows import columns_as_properties
from ruralsim.windows.value_added import Production, book_value_added
from ruralsim.windows.village import Village
from ruralsim.windows.window import Window


@columns_as_properties("enterprises")
class CollectiveEnterprise(Window):
    """The village's collective enterprise: every column of the table ``enterprises`` is an attribute."""

    def __init__(self, model: Any, village: Village, slot: int = 0) -> None:
        super().__init__(model, village, slot)
        self.members = self.poolers = 0
        self.skill_on_offer = 0  # in whole steps
        self._queue: tuple[int, list[float]] = (-1, [])

    def bind(self) -> None:
        """The window lies over the enterprise's row."""
        self.row = self.village.firm

    @property
    def form_name(self) -> str:
        """``leasing``, ``cooperative``, ``company`` or ``tourism``."""
        return FORMS[self.row.form]

    # ------------------------------------------------------------------ rules, each replaceable

    def leakage_share(self) -> float:
        """Share of value added that leaks."""
        v, cut = self.village.row, self.village.lever.leakage_cut
        return rules.leakage_share(
            v.self_governance, v.smart_governance, v.party_organisation, v.integrity, cut, self.p
        )

    def labour_wanted(self, output_without_labour: float) -> float:
        """Full-time workers that pay for themselves."""
        return rules.labour_wanted(output_without_labour, self.p)

    def idle_activated(self, pooled: float) -> float:
        """Yuan of dormant assets brought into use this month; ``pooled``: share of members' land pooled."""
        v, income = self.village.row, 12.0 * self.row.output
        policy = self.village.lever.activation
        return rules.activated(self.row.idle, v.work_enterprise, pooled, v.mean_trust, policy, income, self.p)

    def loan_for(self, investment: float, profit: float) -> float:
        """Loan drawn beside an own investment, yuan."""
        return rules.loan_for(investment, profit, self.row.debt * 0.01, self.p)

    def allocation(self) -> tuple[float, float, float, float, float]:
        """Weights of reserve, welfare, dividends, village affairs and reinvestment in December's sharing out."""
        p, lever = self.p, self.village.lever
        return (
            max(0.0, p.allocation_reserve + lever.reserve_share),
            max(0.0, p.allocation_welfare + lever.welfare_share),
            max(0.0, p.allocation_dividend + lever.dividend_share),
            max(0.0, p.allocation_affairs + lever.affairs_share),
            max(0.0, p.allocation_reinvestment + lever.reinvestment_share),
        )

    # ------------------------------------------------------------------ the month

    def open_gate(self) -> None:
        """Start counting members, pooled land and labour on offer."""
        self.members = self.poolers = 0
        self.skill_on_offer = 0

    def work_a_month(self) -> None:
        """Produce, hire and pay; in December share out."""
        plan = self.produce()
        book_value_added(self.village, plan, self._keep_working(plan))
        if self.row.active == 1:
            self.pay(plan)
        if self.model.month_of_year == 12:
            self.share_out()

    def produce(self) -> Production:
        """Move capital and productivity, find labour, and work out the terms of the logarithm of value added."""
        firm, v, p, place = self.row, self.village.row, self.p, self.village
        supply = 0.5 * (self.skill_on_offer * STEP)
        pooled = self.poolers / max(1, self.members)
        before = firm.capital - firm.granted - firm.invested
        used = self.idle_activated(pooled)
        worn = before * p.depreciation / 12.0
        granted, invested = firm.granted, firm.invested
        firm.idle -= used
        firm.capital += used - worn
        firm.granted = firm.invested = 0.0
        by_effort, by_policy = rules.productivity_gain(v.work_enterprise, 0.0, p), place.lever.productivity
        firm.productivity *= 1.0 + (by_effort + by_policy - p.productivity_loss)
        productivity = log((1.0 - p.inputs_share) * firm.productivity)
        fit = place.lever.form_fit + log(place.setting.product_price)
        shock = rules.log_shock(place.draw(0, 16)[2], place.lever.risk, p)
        capital, land = rules.log_capital_term(firm.capital, p), rules.log_land_term(pooled, p)
        disorder = -p.friction_disputes * p.disorder_scale * v.disorder
        weak_law = -p.friction_law * (1.0 - v.rule_of_law)
        expected = exp(productivity + fit + capital + land + disorder + weak_law) / (1.0 - p.inputs_share)
        demand = self.labour_wanted(expected)
        hired = demand if demand < supply else supply
        labour = rules.log_labour_term(hired, p)
        share = self.leakage_share()
        gross = exp(productivity + fit + shock + capital + labour + land + disorder + weak_law)
        return Production(
            supply=supply, demand=demand, hired=hired, pooled=pooled, used=used, worn=worn, granted=granted,
            invested=invested, by_effort=by_effort, by_policy=by_policy, share=share, gross=gross,
            value=gross * (1.0 - share), output=gross / (1.0 - p.inputs_share),
            productivity=productivity, fit=fit, shock=shock, capital=capital, labour=labour, land=land,
            disorder=disorder, weak_law=weak_law, kept=log(1.0 - share),
        )  # fmt: skip

    def _keep_working(self, plan: Production) -> bool:
        """Whether it can pay the month (or, having stopped, can start again); sets the bills of the plan."""
        firm, p = self.row, self.p
        plan.rent_each = fen(land_rent(firm.form, p))
        plan.inputs = fen(p.inputs_share * plan.output)
        plan.sales = fen(plan.output)
        plan.leak = fen(plan.share * plan.gross)
        plan.interest = fen(firm.debt * 0.01 * p.interest / 12.0)
        plan.fixed = fen(p.fixed_cost)
        wages = fen(plan.hired * p.collective_wage)
        costs = plan.inputs + plan.leak + plan.interest + plan.fixed + wages + plan.rent_each * self.poolers
        floor, means = fen(p.cash_floor), firm.cash + firm.reserve
        # a loan is repaid as far as the month allows; the rest is rolled over
        plan.repaid = max(0, min(firm.debt, firm.loan_payment, means + plan.sales - costs - floor))
        if firm.active == 1:
            return bool(means + plan.sales - costs >= floor)
        loss = max(0, costs - plan.sales)
        needed = floor + fen(p.restart_months * (p.fixed_cost * 1.0)) + fen(p.restart_months * 0.01 * loss)
        return bool(means >= needed)

    def pay(self, plan: Production) -> None:
        """Sales in; inputs, fixed cost, interest, leakage, wages, rent and loan out; losses draw on the reserve."""
        firm, place = self.row, self.village
        start = firm.cash
        firm.cash += plan.sales
        place.pay(FLOW.sales, plan.sales)
        for flow, amount in ((FLOW.inputs, plan.inputs), (FLOW.fixed_cost, plan.fixed), (FLOW.interest, plan.interest)):
            firm.cash -= amount
            place.pay(flow, amount)
        self._leak(plan.leak)
        self._pay_wages(plan.hired)
        self._pay_rent(plan.rent_each)
        firm.profit_year += firm.cash - start
        firm.cash -= plan.repaid
        firm.debt -= plan.repaid
        place.pay(FLOW.loan_repaid, plan.repaid)
        if firm.debt == 0:
            firm.loan_payment = 0
        if firm.cash < 0:
            taken_back = min(firm.reserve, -firm.cash)
            firm.reserve -= taken_back
            firm.cash += taken_back

    def _leak(self, leak: int) -> None:
        """What leaks goes to the cadres' households and to the outside."""
        place = self.village
        seats = place.cadres
        each = fen(leak * 0.01 * self.p.leakage_insiders) // max(1, len(seats))
        for cadre in seats:
            place.rows[cadre.row.person].wealth += each
        self.row.cash -= leak
        place.pay(FLOW.leakage_insiders, each * len(seats))
        place.pay(FLOW.leakage_outside, leak - each * len(seats))

    def _pay_wages(self, hired: float) -> None:
        """Jobs are scarce: those who offer labour queue by a keyed priority of the year."""
        place, wages, left = self.village, 0, hired
        if place.setting.contracted == 1.0:
            bill = fen(hired * self.p.collective_wage)
            self.row.cash -= bill
            place.pay(FLOW.wages_contracted, bill)
        elif hired > 0.0:
            luck = self.priorities()
            queue = [person for person in place.present()
                     if works_for_collective(person.row.status, person.row.pools, person.row.age)]  # fmt: skip
            queue.sort(key=lambda person: luck[person.slot])
            for person in queue:
                if left <= 0.0:
                    break
                me = person.row
                given = min(left, me.skill)
                left -= given
                wage = fen(given * self.p.collective_wage)
                me.wealth += wage
                me.collective_pay = wage * 0.01
                wages += wage
        self.row.cash -= wages
        self.row.wage_bill = wages * 0.01
        place.pay(FLOW.collective_wages, wages)

    def priorities(self) -> list[float]:
        """This year's place of every row in the queue for jobs (small is early)."""
        key = self.model.month - self.model.month_of_year + 1000
        if self._queue[0] != key or len(self._queue[1]) < len(self.village.rows):
            self._queue = (key, self.village.draw_for_all(2, key)[1].tolist())
        return self._queue[1]

    def _pay_rent(self, rent_each: int) -> None:
        place, rents = self.village, 0
        if rent_each > 0:
            for person in place.present():
                if person.row.pools == 1 and person.row.status != OUTSIDER:
                    person.row.wealth += rent_each
                    rents += rent_each
        self.row.cash -= rents
        place.pay(FLOW.land_rent, rents)

    # ------------------------------------------------------------------ December

    def share_out(self) -> None:
        """Divide min(profit of the year, cash), if positive; then members learn what the year brought them."""
        firm = self.row
        available = min(firm.profit_year, firm.cash)
        profit = firm.profit_year * 0.01
        firm.profit_year = 0
        firm.dividend_per_share = self._divide(available, profit) if available > 0 else 0.0
        if firm.active == 1:
            self._invest_spare_cash()
        for person in self.village.present():
            if person.row.status != OUTSIDER:
                dividend = firm.dividend_per_share * person.row.share * 0.001
                person.row.expected_dividend = person.expected_dividend_after(dividend)
                person.row.dividend = dividend

    def _divide(self, available: int, profit: float) -> float:
        """Tax, reserve, welfare, dividends, village affairs, reinvestment; remainders of fen stay in the reserve."""
        firm, place = self.row, self.village
        tax = fen(available * 0.01 * self.p.tax_share)
        firm.cash -= tax
        place.pay(FLOW.tax, tax)
        rest = available - tax
        a, b, c, d, e = self.allocation()
        whole = a + b + c + d + e
        welfare, pot = fen(rest * 0.01 * b / whole), fen(rest * 0.01 * c / whole)
        affairs, invest = fen(rest * 0.01 * d / whole), fen(rest * 0.01 * e / whole)
        reserve = max(0, rest - welfare - pot - affairs - invest)
        if place.setting.redirected == 1.0:
            firm.cash -= pot + affairs
            place.pay(FLOW.handed_over, pot + affairs)
            pot = affairs = 0
        firm.cash -= reserve + welfare
        firm.reserve += reserve
        place.row.account_welfare += welfare
        place.pay(FLOW.welfare_fund, welfare)
        paid = 0
        for person in place.present():
            each = pot * person.row.share // firm.shares_total
            person.row.wealth += each
            paid += each
        firm.cash -= paid
        place.pay(FLOW.dividends, paid)
        affairs += pot * firm.shares_village // firm.shares_total
        firm.cash -= affairs
        place.row.account_affairs += affairs
        place.pay(FLOW.affairs_fund, affairs)
        self._invest(invest, profit)
        return float(pot * 0.01 / (firm.shares_total * 0.001))

    def _invest_spare_cash(self) -> None:
        """A cash grant is there to be invested: what is more than the business needs in hand buys capital."""
        firm = self.row
        spare = max(0, firm.cash - fen(self.p.opening_cash_months * firm.output))
        firm.cash -= spare
        self.village.pay(FLOW.investment, spare)
        firm.capital += spare * 0.01
        firm.invested += spare * 0.01

    def _invest(self, own: int, profit: float) -> None:
        """Buy capital from own means and, where profit carries it, as much again from a loan."""
        firm, place = self.row, self.village
        loan = fen(self.loan_for(own * 0.01, profit))
        firm.cash += loan
        place.pay(FLOW.loan_drawn, loan)
        if loan > 0:
            firm.debt += loan
            firm.loan_payment += int(loan // (12.0 * self.p.loan_years)) + 1
        firm.cash -= own + loan
        place.pay(FLOW.investment, own + loan)
        firm.capital += (own + loan) * 0.01
        firm.invested += (own + loan) * 0.01
