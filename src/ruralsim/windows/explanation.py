"""Why a villager decided so: terms by name, chance, draw and decision, read from the state that the decision saw.

An explanation goes through the villager's own rule methods, so a rule replaced in a subclass is explained as replaced.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ruralsim.agents.villager import odds_against
from ruralsim.base.errors import InputError, Message, nearest
from ruralsim.base.numbers import log
from ruralsim.model.village_loop import service_level
from ruralsim.state.columns import AWAY, EMPTY, GONE, HOME, OUTSIDER, POOLING_TERMS
from ruralsim.state.flows import DRIVERS
from ruralsim.windows import living
from ruralsim.windows.rows import row_at, row_type

if TYPE_CHECKING:
    from ruralsim.windows.villager import Villager

TOPICS = ("join", "contribute", "leave", "trust", "dispute")


@dataclass(frozen=True)
class Explanation:
    """One decision of one villager.

    Args:
        topic: ``join``, ``contribute``, ``leave``, ``return``, ``trust`` or ``dispute``.
        who: village and row; ``month``: of the decision, as ``2021-06``.
        terms: what counted, by name: terms of the logit (join, contribute), of the logarithm of the hazard (leave,
            return, dispute), or the nineteen changes that make up the change of trust.
        chance: that it happens, or None for trust.
        draw: the month's uniform number; it happens where the draw is below the chance.
        happened: the decision, or None for trust.
        before, after: trust, where trust is explained.
    """

    topic: str
    who: str
    month: str
    terms: Mapping[str, float]
    chance: float | None
    draw: float
    happened: bool | None
    before: float | None = None
    after: float | None = None

    def text(self, lang: str = "en") -> str:
        """The explanation in words, largest terms first, in ``en`` or ``zh``."""
        lines = [Message(f"explain_{self.topic}", who=self.who, month=self.month).text(lang)]
        width = max(len(name) for name in self.terms)
        for name, value in sorted(self.terms.items(), key=lambda term: -abs(term[1])):
            if value != 0.0:
                lines.append(f"  {value:+.4f}  {_label(name, lang, width)}")
        if self.chance is None:
            moved = {"before": f"{self.before:.4f}", "after": f"{self.after:.4f}", "draw": f"{self.draw:.4f}"}
            lines.append(Message("explain_moved", **moved).text(lang))
        else:
            code = "explain_yes" if self.happened else "explain_no"
            lines.append(Message(code, chance=f"{self.chance:.4f}", draw=f"{self.draw:.4f}").text(lang))
        return "\n".join(lines)

    def __str__(self) -> str:
        return self.text("en")


def _label(name: str, lang: str, width: int) -> str:
    return f"{name:<{width}}  {Message(f'term_{name}').text(lang)}"


def explain(villager: Villager, topic: str) -> Explanation:
    """Explain one decision of a villager; see :meth:`~ruralsim.windows.villager.Villager.explain`."""
    if topic not in TOPICS:
        raise InputError("window_topic", read=topic, nearest=nearest(str(topic), TOPICS), accepted=TOPICS)
    then = _as_then(villager)
    found: Explanation = _EXPLAINERS[topic](villager, then)
    return found


# ---------------------------------------------------------------- the state that the decision saw


@dataclass(frozen=True)
class _Then:
    """The villager's and the village's rows before last month, and neighbours as she saw them."""

    me: Any
    village: Any
    peers: tuple[float, float, float, float]


def _as_then(villager: Villager) -> _Then:
    model, place = villager.model, villager.village
    if model.page is None:
        raise InputError("window_no_month", villager=f"{place.name}:{villager.slot}")
    people, start, villages = model.page
    first = int(start[place.index])
    village = row_at(villages, place.index)
    if villager.slot >= village.rows or people["status"][first + villager.slot] in (EMPTY, GONE):
        raise InputError("window_no_month", villager=f"{place.name}:{villager.slot}")
    me = row_at(people, first + villager.slot)
    if model.activation == "agents":
        return _Then(me, village, villager.peers)
    return _Then(me, village, _peers(villager, village, people, first))


def _peers(villager: Villager, village: Any, people: np.ndarray, first: int) -> tuple[float, float, float, float]:
    """What she saw of her neighbours at the start of last month, where the compiled month looked for her."""
    place = villager.village
    there, civic, pool, example, trust = 0, 0, 0, 0, 0.0
    for slot in villager.ties:
        now = place.rows[slot]
        if now.status == GONE:
            continue
        there += 1
        example += 1 if now.party == 1 or now.notable == 1 else 0
        if slot < village.rows:
            civic += int(people["contributes"][first + slot])
            pool += int(people["pools"][first + slot])
            trust += float(people["trust"][first + slot])
        else:  # arrived last month: trust was half the village's, half her own inclination
            trust += float(np.float32(0.5 * village.mean_trust + 0.5 * now.disposition))
    if there == 0:
        return village.mean_trust, village.civic_share, 0.0, 0.0
    share = 1.0 / there
    return trust * share, civic * share, pool * share, example * share


@contextmanager
def _put_back(villager: Villager, then: _Then, *columns: str) -> Iterator[Any]:
    """Let her rules see ``columns`` as they were before last month, on a copy of her row."""
    now = villager.row
    row = row_type(villager.model.county.villagers.dtype).from_buffer_copy(now)
    for column in columns:
        setattr(row, column, getattr(then.me, column))
    villager.row = row
    try:
        yield row
    finally:
        villager.row = now


def _who(villager: Villager) -> str:
    return f"{villager.village.name}:{villager.slot}"


def _when(villager: Villager, month: int) -> str:
    return str(villager.model.county.calendar(month))


# ---------------------------------------------------------------- the five topics


def _join(villager: Villager, then: _Then) -> Explanation:
    """Land pooling, decided in January: the terms are kept until the next one."""
    model, place = villager.model, villager.village
    kept = model.county.pooling[place.first + villager.slot].tolist()
    month = model.month - (model.month_of_year - 1)
    if kept[10] < 0.0 or month < 1:
        raise InputError("window_no_january", villager=_who(villager))
    logit = 0.0
    for term in kept[:10]:
        logit += term
    # she could not join in January without a share; what she holds now may have come or gone since
    chance = villager.chance_to_join(logit) if kept[10] > 0.0 else 0.0
    draw = place.draw(villager.slot, 2, month)[2]
    terms = {f"join_{name}": value for name, value in zip(POOLING_TERMS, kept[:10], strict=True)}
    return Explanation("join", _who(villager), _when(villager, month), terms, chance, draw, villager.row.pools == 1)


def _contribute(villager: Villager, then: _Then) -> Explanation:
    place, p = villager.village, villager.p
    v, lever, setting = place.row, place.lever, place.setting
    living.open_meeting(place)
    with _put_back(villager, then, "trust", "norm", "belonging", "points", "habit") as me:
        eligible = villager.eligible_for_points()
        belonging, points = me.belonging * setting.channel_belonging, me.points * eligible
        example, away = v.party_organisation * (then.peers[3] + lever.example), place.far if me.status == AWAY else 0.0
        odds = odds_against(villager.civic_logit(place.civic, then.peers[1], belonging, points, example, away))
        admitted = lever.outsider_voice if me.status == OUTSIDER else 1.0
        chance = villager.chance_to_contribute(odds, admitted)
        terms = {
            "contribute_constant": p.civic_constant,
            "contribute_village": v.effect_civic,
            "contribute_self_governance": p.civic_self_governance * v.self_governance,
            "contribute_crowding_out": -p.civic_crowding_out
            * 0.25
            * setting.channel_affairs
            * living.collective_services(place),
            "contribute_policy": lever.civic_participation,
            "contribute_time_asked": -p.volunteer_crowding * lever.volunteer_time,
            "contribute_trust": p.civic_trust * me.trust,
            "contribute_norm": p.civic_norm * me.norm,
            "contribute_peers": p.civic_peers * then.peers[1],
            "contribute_belonging": p.civic_belonging * belonging,
            "contribute_points": p.civic_points * points,
            "contribute_example": p.civic_example * example,
            "contribute_habit": p.civic_habit * me.habit,
            "contribute_away": -p.civic_away * away,
        }
        happened = me.contributes == 1
    draw = place.draw(villager.slot, 0)[1]
    month = _when(villager, villager.model.month)
    return Explanation("contribute", _who(villager), month, terms, chance, draw, happened)


def _leave(villager: Villager, then: _Then) -> Explanation:
    """Leaving for work, or coming home for one who was away."""
    place, p, month_of_year = villager.village, villager.p, villager.model.month_of_year
    setting, status = place.setting, then.me.status
    leaving, returning = living.moving_factors(place, month_of_year, then.village.mean_income)
    gap = log(setting.outside_wage / (then.village.mean_income + 1.0)) - p.gap_reference
    services = p.move_services * (service_level(place.row) - 0.5)
    with _put_back(villager, then, "trust", "pools", "cadre", "status") as me:
        age = p.move_age * (me.age - 35.0) * 0.1
        if status == AWAY:
            season = p.february_return if month_of_year == 2 else 1.0
            terms = {
                "return_base": log(p.return_base), "return_season": log(season), "return_wage_gap": -p.move_gap * gap,
                "return_services": services, "return_talent_policy": p.move_talent * place.lever.talent_return,
                "return_age": age,
            }  # fmt: skip
            chance = villager.chance_to_return(returning)
        else:
            season = p.march_leave if month_of_year == 3 else 1.0
            terms = {
                "leave_base": log(p.leave_base), "leave_season": log(season), "leave_wage_gap": p.move_gap * gap,
                "leave_services": -services, "leave_age": -age, "leave_trust": -p.move_trust * (me.trust - 0.6),
                "leave_notable": -p.notable_tie * me.notable, "leave_land": -p.land_tie * me.pools,
            }  # fmt: skip
            # those in office and those registered elsewhere do not leave for work
            chance = villager.chance_to_leave(leaving) if status == HOME and me.cadre == 0 else 0.0
    topic = "return" if status == AWAY else "leave"
    happened = villager.row.status != status
    draw = place.draw(villager.slot, 0)[0]
    return Explanation(topic, _who(villager), _when(villager, villager.model.month), terms, chance, draw, happened)


def _trust(villager: Villager, then: _Then) -> Explanation:
    place = villager.village
    living.open_minds(place)
    before = then.me.trust
    draw = place.draw(villager.slot, 1)[0]
    with _put_back(villager, then, "trust", "norm", "legal", "satisfaction"):
        change = villager.trust_after(villager.experience(before, then.village.exposure, then.peers), draw)
    terms = {f"trust_{driver.name.split('.')[1]}": value for driver, value in zip(DRIVERS, change[1:], strict=False)}
    return Explanation(
        "trust", _who(villager), _when(villager, villager.model.month), terms, None, draw, None, before, change[0]
    )


def _dispute(villager: Villager, then: _Then) -> Explanation:
    place, p = villager.village, villager.p
    v = place.row
    factor, conflict = living.disputes_here(place)
    with _put_back(villager, then, "legal", "norm") as me:
        free = then.me.dispute == 0 and me.status != AWAY
        chance = villager.chance_of_dispute(factor, conflict * me.pools) if free else 0.0
        terms = {
            "dispute_base": log(p.dispute_base),
            "dispute_inequality": p.dispute_inequality * (v.income_variation - p.inequality_reference),
            "dispute_virtue": -p.dispute_virtue * (v.virtue - 0.4),
            "dispute_early_warning": -place.lever.early_warning,
            "dispute_land": p.dispute_land * conflict * me.pools,
            "dispute_legal": -p.dispute_legal * (me.legal - 0.4),
            "dispute_norm": -p.dispute_norm * (me.norm - 0.5),
        }
    draw = place.draw(villager.slot, 1)[1]
    happened = then.me.dispute == 0 and villager.row.dispute == 1
    return Explanation("dispute", _who(villager), _when(villager, villager.model.month), terms, chance, draw, happened)


_EXPLAINERS = {"join": _join, "contribute": _contribute, "leave": _leave, "trust": _trust, "dispute": _dispute}
