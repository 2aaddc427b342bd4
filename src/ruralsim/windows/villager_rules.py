"""The villager's rules as methods: what a researcher replaces, one at a time, in a subclass.

Each method hands the villager's own columns to the rule of the same name in ``agents/`` and returns its number. The
behaviours call these methods, so a subclass that overrides one changes that decision and nothing else.
"""

from __future__ import annotations

from typing import NamedTuple

from ruralsim.agents import trust as trust_rules
from ruralsim.agents import villager as rules
from ruralsim.agents.lifetime import yearly_death_chance
from ruralsim.windows.window import Window


class Experience(NamedTuple):
    """What a villager has lived through this month, as trust sees it (arguments of ``agents/trust.py:trust_after``)."""

    trust: float
    dividend: float
    expected: float
    services_collective: float
    services_fiscal: float
    job: float
    belonging: float
    heard: float
    mediated: float
    answered: float
    virtue: float
    party: float
    leakage: float
    disputing: float
    trouble: float
    exposure: float
    stale: float
    neighbours: float
    disposition: float


class VillagerRules(Window):
    """Every rule of a villager, each replaceable."""

    def chance_to_die(self, age: float) -> float:
        """Chance to die this year at an age."""
        return yearly_death_chance(age, self.p)

    def chance_to_leave(self, factor: float) -> float:
        """Chance to leave for work this month; ``factor``: the village's part of the hazard."""
        me = self.row
        return rules.chance_to_leave(factor, me.age, me.trust, me.notable, me.pools, self.p)

    def chance_to_return(self, factor: float) -> float:
        """Chance to come home this month; ``factor``: the village's part of the hazard."""
        return rules.chance_to_return(factor, self.row.age, self.p)

    def civic_logit(
        self, place: float, peers: float, belonging: float, points: float, example: float, away: float
    ) -> float:
        """Logit of taking part in public affairs; see ``agents/villager.py:civic_logit``."""
        me = self.row
        return rules.civic_logit(place, me.trust, me.norm, peers, belonging, points, example, me.habit, away, self.p)

    def chance_to_contribute(self, odds: float, admitted: float) -> float:
        """Chance to take part in public affairs: ``admitted``/(1 + odds against), below 1 for outsiders."""
        return admitted / (1.0 + odds)

    def chance_to_attend(self, odds: float, admitted: float) -> float:
        """Chance to attend this month's meeting, for those who are not away."""
        return admitted / (1.0 + odds)

    def habit_after(self, took_part: int) -> float:
        """Habit of taking part after this month."""
        return rules.habit_after(self.row.habit, took_part, self.p)

    def points_after(self, took_part: int, eligible: float) -> float:
        """Points on the account after this month; ``eligible``: how far the scheme covers the villager, 0 to 1."""
        return rules.points_after(self.row.points, took_part, eligible, self.p)

    def chance_to_join(self, logit: float) -> float:
        """Chance to pool land for the coming year (January); ``logit``: sum of its ten terms."""
        return rules.chance_to_join(logit)

    def belonging_after(self, paid: float, heard: float, excluded: float, broken: float, policy: float) -> float:
        """Belonging after this month; arguments as in ``agents/villager.py:belonging_after``."""
        me = self.row
        return rules.belonging_after(me.belonging, me.pools, paid, heard, excluded, broken, policy, self.p)

    def chance_of_local_job(self, factor: float) -> float:
        """Chance of local off-farm work this month; ``factor``: the village's part of the odds."""
        return rules.chance_of_local_job(factor, self.row.age, self.p)

    def wanted_consumption(self, permanent: float, wealth: float) -> float:
        """Yuan that the villager would spend this month, out of smoothed income and wealth (both yuan)."""
        return rules.wanted_consumption(permanent, wealth, self.p)

    def chance_of_dispute(self, factor: float, land_conflict: float) -> float:
        """Chance to get into a dispute this month; ``factor``: the village's part of the hazard."""
        me = self.row
        return rules.chance_of_dispute(factor, land_conflict, me.legal, me.norm, self.p)

    def chance_to_settle(self, chance: float) -> float:
        """Chance that the own open dispute is settled this month; ``chance``: what the village's mediators manage."""
        return chance

    def chance_to_ask(self, chance: float) -> float:
        """Chance of a new livelihood request this month; ``chance``: the village's, from its services."""
        return chance

    def trust_after(self, experience: Experience, u: float) -> tuple[float, ...]:
        """Trust after this month and the nineteen changes that make it up; ``u``: the month's draw.

        The momentum ledger books the nineteen changes: they must add up to the change of trust, or the audit stops.
        """
        return trust_rules.trust_after(*experience, u, self.p)

    def norm_after(self, peers: float, virtue: float, policy: float) -> float:
        """Civic norm after this month; ``peers``: share of neighbours who took part."""
        return rules.norm_after(self.row.norm, peers, virtue, policy, self.p)

    def legal_after(self, rule_of_law: float, policy: float) -> float:
        """Legal awareness after this month."""
        return rules.legal_after(self.row.legal, rule_of_law, policy, self.p)

    def expected_dividend_after(self, dividend: float) -> float:
        """Dividend expected for next year (December), yuan, from the one just paid."""
        return rules.expected_dividend_after(self.row.expected_dividend, dividend, self.p)

    def satisfaction_target(self, reference: float, place: float) -> float:
        """Where satisfaction moves to; ``reference``: usual consumption, yuan; ``place``: what the village gives."""
        me = self.row
        return rules.satisfaction_target(me.consumption, reference, place, me.trust, self.p)
