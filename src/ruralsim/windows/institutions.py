"""What a village does as an institution: public money, practice, pillars, services, environment (section 4.2).

Functions of a :class:`~ruralsim.windows.village.Village`, in plain Python, with the rules of ``institutions/``.
"""

from __future__ import annotations

from ruralsim.agents.enterprise import project_grant, project_paid
from ruralsim.agents.villager import damping
from ruralsim.base.numbers import fen
from ruralsim.institutions.village import complement, institutions_bought, practice_up, service_rate, voice
from ruralsim.model.village_loop import grow, institution_budget, serve_after, service_level
from ruralsim.state.flows import DRIVER, FLOW, W_PILLAR, W_SUPPORT
from ruralsim.windows.village import Village

_SERVICES = ("public", "convenience", "living", "elder")


def receive_public_money(place: Village) -> None:
    """The transfer a head, policy's payments, and a project in kind where one comes."""
    v, firm, p = place.row, place.firm, place.p
    running, extra, cash, kind = place.payments[:4]
    organisation = 0.5 * (v.party_organisation + v.self_governance)
    expected = project_grant(organisation, v.mean_trust, p)
    devolved = fen(expected * place.setting.devolved)
    transfer = fen(place.setting.transfer * v.registered) + extra + devolved
    place.pay(FLOW.operating_transfer, transfer)
    v.account_fiscal += transfer
    place.pay(FLOW.instrument_running, running)
    place.pay(FLOW.cash_grant, cash)
    firm.cash += cash
    _, u_comes, u_size, _ = place.draw(0, 17)
    project = fen(project_paid(expected * (1.0 - place.setting.devolved), u_comes, u_size, p))
    useful = fen(p.project_operating * project * 0.01)
    place.pay(FLOW.grant_in_kind, kind + project)
    firm.capital += (kind + useful) * 0.01
    firm.granted += (kind + useful) * 0.01
    firm.idle += (project - useful) * 0.01


def learn(place: Village) -> None:
    """Practice: by doing, and by exchange with demonstration villages."""
    v, lever, p = place.row, place.lever, place.p
    ability = 0.0
    for cadre in place.cadres:
        ability += cadre.mean_ability()
    ability = ability / max(1, len(place.cadres))
    lead = place.setting.demo_practice - v.practice
    up = practice_up(place.intensity[place.index], ability, lead, lever.training, lever.exchange, p) + lever.preparation
    x = v.practice
    v.practice = x + damping(up + p.practice_decay) * (up * (1.0 - x) - p.practice_decay * x)


def build_pillars(place: Village) -> None:
    """Party organisation, self-governance, rule of law, virtue, smart governance, co-governance."""
    v, p = place.row, place.p
    spend = institution_budget(v, p.institution_share + place.lever.institution_share)
    v.account_affairs -= spend
    place.pay(FLOW.institution_spending, spend)
    bought = institutions_bought(0.12 * spend / max(1, v.registered), p) * place.setting.channel_affairs
    party, self_rule, law, virtue = v.party_organisation, v.self_governance, v.rule_of_law, v.virtue
    eta, organise, govern, serve = p.pillar_effort, v.work_organise, v.work_govern, v.work_serve
    _build(place, "party_organisation", eta * p.party_organise * organise, 0.0, 1.0)
    fused = 1.0 + place.lever.fusion
    partner = complement(party * fused, p) * voice(v.civic_share, p)
    _build(place, "self_governance", eta * (p.self_organise * organise + p.self_govern * govern), bought, partner)
    _build(place, "rule_of_law", eta * p.law_govern * govern, bought, complement(0.5 * (self_rule + virtue) * fused, p))
    _build(place, "virtue", eta * p.virtue_govern * govern, bought, complement(0.5 * (self_rule + law) * fused, p))
    _build(place, "smart_governance", eta * p.smart_serve * serve, 0.0, 1.0)
    _build(place, "co_governance", eta * (p.co_organise * organise + p.co_serve * serve), 0.0, 1.0)


def _build(place: Village, pillar: str, effort: float, bought: float, partner: float) -> None:
    """Grow one pillar and book what moved it."""
    policy = place.p.pillar_instrument * getattr(place.lever, pillar)
    old = getattr(place.row, pillar)
    new, by_effort, by_policy, by_collective, by_decay = grow(old, effort, policy, bought, partner, place.p)
    setattr(place.row, pillar, new)
    weight = W_SUPPORT if pillar in ("smart_governance", "co_governance") else W_PILLAR
    place.momentum[getattr(DRIVER, f"{pillar}_effort")] += weight * by_effort
    place.momentum[getattr(DRIVER, f"{pillar}_instruments")] += weight * by_policy
    if pillar in ("self_governance", "rule_of_law", "virtue"):
        place.momentum[getattr(DRIVER, f"{pillar}_collective_institutions")] += weight * by_collective
    place.momentum[getattr(DRIVER, f"{pillar}_decay")] += weight * by_decay


def serve_people(place: Village) -> None:
    """Four services, each bought by the budget's earmark and by the collective's."""
    v, p, lever = place.row, place.p, place.lever
    heads = max(1, v.people)
    fiscal = max(0, v.account_fiscal)
    share = 1.0 - min(1.0, max(0.0, p.institution_share + lever.institution_share))
    collective = fen(v.account_affairs * 0.01 * share / 12.0) if v.account_affairs > 0 else 0
    v.account_fiscal -= fiscal
    place.pay(FLOW.service_fiscal, fiscal)
    v.account_affairs -= collective
    place.pay(FLOW.service_collective, collective)
    hands = (v.work_serve, v.co_governance, lever.service_efficiency)
    by_fiscal = service_rate(0.01 * fiscal / heads, *hands, p)
    by_collective = service_rate(0.01 * collective / heads, *hands, p)
    by_collective = by_collective * place.setting.channel_affairs
    v.service_spending = 0.01 * (fiscal + collective)
    for service in _SERVICES:
        more = 1.0 + getattr(lever, f"{service}_service")
        paid_by_collective, paid_by_budget = f"{service}_collective", f"{service}_fiscal"
        after = serve_after(
            getattr(v, paid_by_collective), getattr(v, paid_by_budget), by_collective * more, by_fiscal * more, p
        )
        setattr(v, paid_by_collective, after[0])
        setattr(v, paid_by_budget, after[1])


def tend_environment(place: Village) -> None:
    """Environment: gain from services, virtue and policy, decay."""
    v, p = place.row, place.p
    up = p.environment_gain * (service_level(v) + 0.5 * v.virtue) + place.lever.environment
    x = v.environment
    v.environment = x + damping(up + p.environment_decay) * (up * (1.0 - x) - p.environment_decay * x)
