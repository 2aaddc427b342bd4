"""Processes of the village as a place and institution: public money, pillars, services, environment."""

from __future__ import annotations

from typing import Any

from ..agents.enterprise import project_grant, project_paid
from ..agents.villager import damping
from ..base.compiled import process, rule
from ..base.numbers import fen
from ..base.streams import draws
from ..institutions.village import complement, institutions_bought, service_rate, voice
from ..state.flows import DRIVER, FLOW, W_PILLAR, W_SUPPORT
from .booking import book, government_pays, outside_receives


@process
def public_money(seed, month, village, enterprise, payments, ledger, vouchers, setting, p):
    """What the government pays this month: the transfer a head, policy's payments, a project in kind where one comes.

    ``payments``: running cost, operating transfer, cash grant, grant in kind, in fen.
    """
    organisation = 0.5 * (village.party_organisation + village.self_governance)
    expected = project_grant(organisation, village.mean_trust, p)
    devolved = fen(expected * setting.devolved)  # decided in the village, for its services, instead of as a project
    transfer = fen(setting.transfer * village.registered) + payments[1] + devolved
    government_pays(village, vouchers, FLOW.operating_transfer, transfer)
    village.account_fiscal += transfer
    book(ledger, FLOW.operating_transfer, transfer)
    running = payments[0]
    village.government_cash -= running
    outside_receives(village, vouchers, FLOW.instrument_running, running)
    book(ledger, FLOW.instrument_running, running)
    cash = payments[2]
    government_pays(village, vouchers, FLOW.cash_grant, cash)
    enterprise.cash += cash
    book(ledger, FLOW.cash_grant, cash)
    _, u_comes, u_size, _ = draws(seed, village.key_low, village.key_high, 0, month, 17)
    project = fen(project_paid(expected * (1.0 - setting.devolved), u_comes, u_size, p))
    # most of what projects build (roads, pipes, halls) earns nothing and stands in the books beside what is let
    useful = fen(p.project_operating * project * 0.01)
    kind = payments[3] + project
    village.government_cash -= kind
    outside_receives(village, vouchers, FLOW.grant_in_kind, kind)
    book(ledger, FLOW.grant_in_kind, kind)
    enterprise.capital += (payments[3] + useful) * 0.01
    enterprise.granted += (payments[3] + useful) * 0.01
    enterprise.idle += (project - useful) * 0.01


@rule
def service_level(village: Any) -> float:
    """Mean of the four service levels, both payers."""
    return 0.25 * (
        village.public_collective
        + village.public_fiscal
        + village.convenience_collective
        + village.convenience_fiscal
        + village.living_collective
        + village.living_fiscal
        + village.elder_collective
        + village.elder_fiscal
    )


@rule
def grow(
    x: float, effort_rate: float, policy_rate: float, institution_rate: float, partner: float, p: Any
) -> tuple[float, float, float, float, float]:
    """A pillar after a month, and what effort, instruments, the collective's institutions and decay did to it."""
    e = effort_rate * partner
    i = policy_rate * partner
    c = institution_rate * partner
    phi = damping(e + i + c + p.pillar_decay)
    by_effort = phi * e * (1.0 - x)
    by_policy = phi * i * (1.0 - x)
    by_collective = phi * c * (1.0 - x)
    by_decay = -phi * p.pillar_decay * x
    return x + (by_effort + by_policy + by_collective + by_decay), by_effort, by_policy, by_collective, by_decay


@rule
def institution_budget(village: Any, share: float) -> int:
    """Fen that the collective's village-affairs earmark spends on institutions this month: a twelfth of its share."""
    if village.account_affairs <= 0:
        return 0
    return fen(village.account_affairs * 0.01 * min(1.0, max(0.0, share)) / 12.0)


@process
def pillars(village, momentum, ledger, vouchers, lever, setting, p):
    """Party organisation O, self-governance U, rule of law W, virtue V, smart governance D, co-governance J (4.2)."""
    heads = max(1, village.registered)
    spend = institution_budget(village, p.institution_share + lever.institution_share)
    village.account_affairs -= spend
    outside_receives(village, vouchers, FLOW.institution_spending, spend)
    book(ledger, FLOW.institution_spending, spend)
    bought = institutions_bought(0.12 * spend / heads, p) * setting.channel_affairs
    O, U, W = village.party_organisation, village.self_governance, village.rule_of_law
    V, D, J = village.virtue, village.smart_governance, village.co_governance
    eta, k = p.pillar_effort, p.pillar_instrument
    organise, govern, serve = village.work_organise, village.work_govern, village.work_serve
    new, a, b, _, d = grow(O, eta * p.party_organise * organise, k * lever.party_organisation, 0.0, 1.0, p)
    village.party_organisation = new
    momentum[DRIVER.party_organisation_effort] += W_PILLAR * a
    momentum[DRIVER.party_organisation_instruments] += W_PILLAR * b
    momentum[DRIVER.party_organisation_decay] += W_PILLAR * d
    fused = 1.0 + lever.fusion
    partner = complement(O * fused, p) * voice(village.civic_share, p)
    new, a, b, c, d = grow(
        U, eta * (p.self_organise * organise + p.self_govern * govern), k * lever.self_governance, bought, partner, p
    )
    village.self_governance = new
    momentum[DRIVER.self_governance_effort] += W_PILLAR * a
    momentum[DRIVER.self_governance_instruments] += W_PILLAR * b
    momentum[DRIVER.self_governance_collective_institutions] += W_PILLAR * c
    momentum[DRIVER.self_governance_decay] += W_PILLAR * d
    new, a, b, c, d = grow(
        W, eta * p.law_govern * govern, k * lever.rule_of_law, bought, complement(0.5 * (U + V) * fused, p), p
    )
    village.rule_of_law = new
    momentum[DRIVER.rule_of_law_effort] += W_PILLAR * a
    momentum[DRIVER.rule_of_law_instruments] += W_PILLAR * b
    momentum[DRIVER.rule_of_law_collective_institutions] += W_PILLAR * c
    momentum[DRIVER.rule_of_law_decay] += W_PILLAR * d
    new, a, b, c, d = grow(
        V, eta * p.virtue_govern * govern, k * lever.virtue, bought, complement(0.5 * (U + W) * fused, p), p
    )
    village.virtue = new
    momentum[DRIVER.virtue_effort] += W_PILLAR * a
    momentum[DRIVER.virtue_instruments] += W_PILLAR * b
    momentum[DRIVER.virtue_collective_institutions] += W_PILLAR * c
    momentum[DRIVER.virtue_decay] += W_PILLAR * d
    new, a, b, _, d = grow(D, eta * p.smart_serve * serve, k * lever.smart_governance, 0.0, 1.0, p)
    village.smart_governance = new
    momentum[DRIVER.smart_governance_effort] += W_SUPPORT * a
    momentum[DRIVER.smart_governance_instruments] += W_SUPPORT * b
    momentum[DRIVER.smart_governance_decay] += W_SUPPORT * d
    new, a, b, _, d = grow(
        J, eta * (p.co_organise * organise + p.co_serve * serve), k * lever.co_governance, 0.0, 1.0, p
    )
    village.co_governance = new
    momentum[DRIVER.co_governance_effort] += W_SUPPORT * a
    momentum[DRIVER.co_governance_instruments] += W_SUPPORT * b
    momentum[DRIVER.co_governance_decay] += W_SUPPORT * d


@rule
def serve_after(collective: float, fiscal: float, up_c: float, up_f: float, p: Any) -> tuple[float, float]:
    """One service after a month, split exactly by payer: one Φ for both."""
    phi = damping(up_c + up_f + p.service_decay)
    room = 1.0 - (collective + fiscal)
    return (
        collective + phi * (up_c * room - p.service_decay * collective),
        fiscal + phi * (up_f * room - p.service_decay * fiscal),
    )


@process
def services(village, ledger, vouchers, lever, setting, p):
    """Public, convenience and living services and elder care, each bought by the budget and by the collective (4.2).

    The fiscal earmark is spent as it comes; of the collective's, a twelfth a month of what institutions leave.
    """
    people = max(1, village.people)
    fiscal = max(0, village.account_fiscal)
    share = 1.0 - min(1.0, max(0.0, p.institution_share + lever.institution_share))
    collective = 0
    if village.account_affairs > 0:
        collective = fen(village.account_affairs * 0.01 * share / 12.0)
    village.account_fiscal -= fiscal
    outside_receives(village, vouchers, FLOW.service_fiscal, fiscal)
    book(ledger, FLOW.service_fiscal, fiscal)
    village.account_affairs -= collective
    outside_receives(village, vouchers, FLOW.service_collective, collective)
    book(ledger, FLOW.service_collective, collective)
    by_fiscal = service_rate(
        0.01 * fiscal / people, village.work_serve, village.co_governance, lever.service_efficiency, p
    )
    by_collective = (
        service_rate(0.01 * collective / people, village.work_serve, village.co_governance, lever.service_efficiency, p)
        * setting.channel_affairs
    )
    village.service_spending = 0.01 * (fiscal + collective)
    a = 1.0 + lever.public_service
    village.public_collective, village.public_fiscal = serve_after(
        village.public_collective, village.public_fiscal, by_collective * a, by_fiscal * a, p
    )
    a = 1.0 + lever.convenience_service
    village.convenience_collective, village.convenience_fiscal = serve_after(
        village.convenience_collective, village.convenience_fiscal, by_collective * a, by_fiscal * a, p
    )
    a = 1.0 + lever.living_service
    village.living_collective, village.living_fiscal = serve_after(
        village.living_collective, village.living_fiscal, by_collective * a, by_fiscal * a, p
    )
    a = 1.0 + lever.elder_service
    village.elder_collective, village.elder_fiscal = serve_after(
        village.elder_collective, village.elder_fiscal, by_collective * a, by_fiscal * a, p
    )


@process
def environment(village, lever, p):
    """Environment: gain from services and virtue and from policy, decay (4.2)."""
    up = p.environment_gain * (service_level(village) + 0.5 * village.virtue) + lever.environment
    x = village.environment
    village.environment = x + damping(up + p.environment_decay) * (up * (1.0 - x) - p.environment_decay * x)
