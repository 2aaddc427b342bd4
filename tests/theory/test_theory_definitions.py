"""Every rule of theory equals the engine's own function at random points, to rounding; in symbols and in arrays."""

from __future__ import annotations

import inspect
from types import SimpleNamespace

import numpy as np
import pytest
import sympy

from ruralsim.agents import cadre, enterprise, trust, villager
from ruralsim.base import numbers
from ruralsim.institutions import village as place
from ruralsim.spec.parameters import load_parameters
from ruralsim.state.columns import HOME
from ruralsim.theory import definitions as d
from ruralsim.windows.villager import Villager

RNG = np.random.default_rng(11)
KNOWN = load_parameters()


def drawn_parameters() -> SimpleNamespace:
    """All parameters somewhere in their ranges."""
    return SimpleNamespace(**{name: float(RNG.uniform(one.low, one.high)) for name, one in KNOWN.items()})


def u(low: float = 0.0, high: float = 1.0) -> float:
    return float(RNG.uniform(low, high))


def engine_trust(up_down: tuple[float, float], level: float) -> float:
    return level + d.damping(up_down[0] + up_down[1]) * (up_down[0] * (1 - level) - up_down[1] * level)


def named(function, **changes):
    """An engine's rule with its policy arguments at rest, whatever these are called."""
    parameters = [name for name in inspect.signature(function).parameters if name != "p"]

    def call(p, **arguments):
        given = {name: arguments.get(name, 0.0) for name in parameters}
        return function(**given, p=p)

    return call


def trust_pair(p):
    arguments = {
        "dividend": u(0, 500), "expected": u(0, 500), "services_collective": u(0, 0.5), "services_fiscal": u(0, 0.5),
        "job": u(0, 5), "belonging": u(), "heard": u(), "mediated": u(), "answered": u(), "virtue": u(), "party": u(),
        "leakage": u(0, 0.4), "disputing": u(), "trouble": u(), "stale": u(), "neighbours": u(), "disposition": u(),
    }  # fmt: skip
    level = u(0.05, 0.95)
    quiet = SimpleNamespace(**(vars(p) | {"trust_noise": 0.0}))
    own = d.step(level, *d.trust_rates(**arguments, p=quiet))
    return own, trust.trust_after(trust=level, exposure=0.0, u=0.5, **arguments, p=quiet)[0]


def belonging_pair(p):
    level, pools, paid, heard, broken = u(), u(), u(), u(), u()
    own = d.step(level, *d.belonging_rates(pools, paid, heard, broken, p))
    return own, villager.belonging_after(level, pools, paid, heard, 0.0, broken, 0.0, p)


def norm_pair(p):
    level, peers, virtue = u(), u(), u()
    return d.step(level, *d.norm_rates(peers, virtue, p)), villager.norm_after(level, peers, virtue, 0.0, p)


def legal_pair(p):
    level, law = u(), u()
    return d.step(level, *d.legal_rates(law, p)), villager.legal_after(level, law, 0.0, p)


def civic_pair(p):
    effect, governed, services, t, n, c, b, e = (u() for _ in range(8))
    own = d.civic_logit(d.civic_place(effect, governed, services, p), t, n, c, b, e, p)
    base = villager.civic_place(effect, governed, services, 0.0, 0.0, p)
    return own, villager.civic_logit(base, t, n, c, b, 0.0, e, 0.0, 0.0, p)


def same(mine, theirs, names: tuple[str, ...], low: float = 0.0, high: float = 1.0):
    """A pair whose arguments have one name on both sides."""

    def pair(p):
        values = {name: u(low, high) for name in names}
        return mine(**values, p=p), named(theirs)(p, **values)

    return pair


def plain(mine, theirs, count: int, low: float = 0.0, high: float = 1.0):
    """A pair without parameters."""

    def pair(p):
        values = [u(low, high) for _ in range(count)]
        return mine(*values), theirs(*values)

    return pair


def pooling_pair(p):
    """The logit of pooling: the terms as the engine's agent adds them up (the compiled month's twin, bit for bit)."""
    effect, t, peers, expected, law, party, seen = u(-1, 1), u(), u(), u(0, 400), u(), u(), u(0, 0.3)
    rent, job = u(0, 10), u()
    engine = SimpleNamespace(
        row=SimpleNamespace(status=HOME, trust=t, expected_dividend=expected),
        peers=(0.0, 0.0, peers, seen),
        p=p,
        village=SimpleNamespace(
            row=SimpleNamespace(effect_economic=effect, party_organisation=party, rule_of_law=law),
            lever=SimpleNamespace(example=0.0, economic_participation=0.0),
            setting=SimpleNamespace(channel_dividends=1.0), far=u(), rent_offered=rent, job_chance=job,
        ),
    )  # fmt: skip
    cost = d.pooling_cost(rent, job, p.farm_income, p)
    return d.economic_logit(effect, t, peers, expected, party * seen, law, cost, p), sum(
        Villager.pooling_terms(engine, habit=0)
    )


PAIRS = {
    "damping": plain(d.damping, villager.damping, 1, 0.0, 3.0),
    "step": plain(d.step, villager.step, 3),
    "chance": plain(d.chance, numbers.chance, 1, 0.0, 3.0),
    "logistic": plain(d.logistic, numbers.logistic, 1, -5.0, 5.0),
    "saturating": plain(d.saturating, villager.saturating, 2, 0.1, 500.0),
    "hours_left": lambda p: (d.hours_left(40.0, 0.7, 0.3, p), cadre.hours_left(40.0, 0.0, 0.7, 0.3, p)),
    "value_of_work": same(
        d.value_of_work, cadre.value_of_work, ("motivation", "checks", "election", "need", "rewarded", "pressure")
    ),
    "time_scale": same(d.time_scale, cadre.time_scale, ("squares", "hours"), 0.1, 4.0),
    "civic": civic_pair,
    "pooling_cost": lambda p: (d.pooling_cost(2.0, 0.3, 700.0, p), villager.pooling_cost(2.0, 0.3, 700.0, 0.0, p)),
    "belonging": belonging_pair,
    "economic_logit": pooling_pair,
    "log_capital_term": same(d.log_capital_term, enterprise.log_capital_term, ("capital",), 1e4, 1e7),
    "log_labour_term": same(d.log_labour_term, enterprise.log_labour_term, ("labour",), 0.0, 40.0),
    "log_land_term": same(d.log_land_term, enterprise.log_land_term, ("pooled",)),
    "labour_wanted": same(d.labour_wanted, enterprise.labour_wanted, ("output_without_labour",), 1e3, 1e6),
    "leakage_share": same(
        d.leakage_share, enterprise.leakage_share, ("self_governance", "smart", "party", "integrity")
    ),
    "activated": same(d.activated, enterprise.activated, ("idle", "work", "pooled", "trust")),
    "project_grant": same(d.project_grant, enterprise.project_grant, ("organisation", "trust")),
    "leakage_seen": lambda p: (d.leakage_seen(0.2, 0.4, 0.3), trust.leakage_seen(0.2, 0.4, 0.3, 0.0)),
    "trust": trust_pair,
    "norm": norm_pair,
    "legal": legal_pair,
    "expected_dividend_after": same(
        d.expected_dividend_after, villager.expected_dividend_after, ("expected", "dividend"), 0.0, 400.0
    ),
    "dispute_factor": same(d.dispute_factor, villager.dispute_factor, ("variation", "virtue")),
    "chance_of_dispute": same(
        d.chance_of_dispute, villager.chance_of_dispute, ("factor", "land_conflict", "legal", "norm")
    ),
    "complement": same(d.complement, place.complement, ("support",)),
    "voice": same(d.voice, place.voice, ("civic_share",)),
    "institutions_bought": same(d.institutions_bought, place.institutions_bought, ("yuan_a_head_year",), 0.0, 200.0),
    "service_rate": same(d.service_rate, place.service_rate, ("spend_a_head", "work", "co_governance"), 0.0, 2.0),
    "mediation_capacity": same(
        d.mediation_capacity, place.mediation_capacity,
        ("mediators", "people", "rule_of_law", "virtue", "co_governance"), 0.0, 2.0,
    ),
    "settlement_chance": same(d.settlement_chance, place.settlement_chance, ("capacity", "open_cases"), 0.1, 9.0),
    "answer_chance": same(d.answer_chance, place.answer_chance, ("work_serve", "hours", "smart", "co_governance")),
    "calm": same(d.calm, place.calm, ("disorder",), 0.0, 0.2),
}  # fmt: skip


@pytest.mark.parametrize("name", PAIRS)
def test_a_twin_equals_the_engines_rule(name: str) -> None:
    for _ in range(60):
        mine, theirs = PAIRS[name](drawn_parameters())
        assert float(mine) == pytest.approx(float(theirs), rel=3e-13, abs=1e-15)


def test_every_definition_has_a_pair() -> None:
    helpers = {"exp", "log", "root", "smaller", "larger"}
    rules = {name for name, one in vars(d).items() if inspect.isfunction(one) and not name.startswith("_")} - helpers
    covered = set(PAIRS) | {"civic_place", "civic_logit", "trust_rates", "norm_rates", "legal_rates", "belonging_rates"}
    assert rules <= covered


@pytest.mark.parametrize("name", ["leakage_share", "project_grant", "service_rate", "labour_wanted", "time_scale"])
def test_symbols_arrays_and_numbers_agree(name: str) -> None:
    function = getattr(d, name)
    names = [one for one in inspect.signature(function).parameters if one != "p"]
    p = drawn_parameters()
    symbols = {one: sympy.Symbol(one, positive=True) for one in names}
    expression = function(**symbols, p=p)
    values = {one: np.array([u(0.2, 0.9), u(0.2, 0.9)]) * (1e4 if "output" in one else 1.0) for one in names}
    arrays = function(**values, p=p)
    for k in range(2):
        at = {symbols[one]: float(value[k]) for one, value in values.items()}
        assert float(expression.subs(at)) == pytest.approx(float(arrays[k]), rel=1e-12)
        assert float(function(**{one: float(value[k]) for one, value in values.items()}, p=p)) == pytest.approx(
            float(arrays[k]), rel=1e-12
        )
