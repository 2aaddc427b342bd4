"""The villager's public life: looking around, moving, taking part in public affairs, pooling land (section 4.3)."""

from __future__ import annotations

from ruralsim.agents.lifetime import LABOUR_AGE, works_for_collective
from ruralsim.agents.villager import odds_against, pooling_cost, saturating
from ruralsim.base.numbers import fen
from ruralsim.state.columns import AWAY, HOME, OUTSIDER
from ruralsim.state.inputs import CHANGE
from ruralsim.windows.living import book_pooling
from ruralsim.windows.villager_rules import VillagerRules


class PublicLife(VillagerRules):
    """What a villager does among neighbours; see :class:`~ruralsim.windows.villager.Villager`."""

    ties: list[int]
    peers: tuple[float, float, float, float] = (0.0, 0.0, 0.0, 0.0)

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
        logit = self.civic_logit(
            place.civic,
            self.peers[1],
            me.belonging * place.setting.channel_belonging,
            me.points * eligible,
            place.row.party_organisation * (self.peers[3] + place.lever.example),
            place.far if status == AWAY else 0.0,
        )
        odds = odds_against(logit)
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
            if place.row.account_fiscal + place.given >= prize + place.redeemed:
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
        """January: pool land with the collective for a year, or end it; book what moved the share who pool."""
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
        book_pooling(place, old.tolist(), terms, logit, join, member, after - before)
        old[:10] = terms
        old[10] = join * member
        if after != before and works_for_collective(me.status, 1, me.age):
            place.changes[CHANGE.supply_joining] += me.skill * (after - before)
        me.pools = after
