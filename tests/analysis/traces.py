"""Made-up traces for the tests of validation: a plain place, and plants that give a measure any value wanted."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from ruralsim.analysis.validation.trace import Trace
from ruralsim.model.books_loop import OUTCOME_INDEX, OUTCOMES
from ruralsim.policy.observables import OBSERVABLE_INDEX
from ruralsim.spec.parameters import load_parameters
from ruralsim.state.columns import CADRE_DTYPE, CADRE_SEATS, ENTERPRISE_DTYPE, HOME, VILLAGE_DTYPE
from ruralsim.state.flows import FLOW_INDEX, FLOWS
from ruralsim.state.inputs import CHANGE, CHANGES

V, ADULTS = 400, 100
Plant = Callable[..., Trace | tuple[Trace, Trace]]
PLANTS: dict[str, Plant] = {}


def plain(years: int = 5) -> Trace:
    """A place where nothing moves: 400 equal villages, half pilot and half rest, sales of 100,000 yuan a year."""
    months = 12 * years
    villages = np.zeros((months + 1, V), VILLAGE_DTYPE)
    for name, value in (
        ("home", 70),
        ("registered", ADULTS),
        ("people", ADULTS),
        ("mean_income", 1800.0),
        ("mediators", 2.25),
        ("cases_due", 10.0),
        ("cases_in_time", 8.0),
        ("disorder", 0.01),
        ("environment", 0.5),
    ):
        villages[name] = value
    enterprises = np.zeros((months + 1, V), ENTERPRISE_DTYPE)
    for name, value in (("capital", 4e6), ("idle", 4e6), ("debt", 130_000_000), ("shares_total", ADULTS * 1000)):
        enterprises[name] = value
    cadres = np.zeros((months + 1, V, CADRE_SEATS), CADRE_DTYPE)
    cadres["active"][:, :, :5] = 1
    outcomes = np.zeros((months + 1, V, len(OUTCOMES)))
    for name, value in (("value_added", 1000.0), ("home_share", 0.7), ("mean_satisfaction", 0.6), ("practice", 0.1)):
        outcomes[:, :, OUTCOME_INDEX[name]] = value
    trace = Trace(
        start_year=2021, start_month=1, published_income=18931.0,
        rollout=np.where(np.arange(V) % 2 == 0, 1, 3), persons_per_adult=1.3,
        parameters={name: one.value for name, one in load_parameters().items()},
        outcomes=outcomes, money=np.zeros((months, V, len(FLOWS))), villages=villages, enterprises=enterprises,
        cadres=cadres, secretary_age=np.full((months + 1, V), 48.0), changes=np.zeros((months, V, len(CHANGES))),
        indicators=[], outside_wage=np.full(months, 5000.0), policy_cost=np.zeros(V),
        observables=np.array([OBSERVABLE_INDEX["turnout"], OBSERVABLE_INDEX["settled_in_time"]]),
        people={month: crowd(np.full(V * 10, 1800.0)) for month in range(0, months + 1, 12)}, eased=np.zeros(V),
    )  # fmt: skip
    flow(trace, "sales")[:] = 100_000 / 12
    return trace


def flow(trace: Trace, name: str) -> np.ndarray:
    """A flow as a view, yuan [T, V]."""
    return trace.money[:, :, FLOW_INDEX[name]]


def outcome(trace: Trace, name: str) -> np.ndarray:
    """An outcome as a view, [T + 1, V]."""
    return trace.outcomes[:, :, OUTCOME_INDEX[name]]


def crowd(incomes: np.ndarray) -> dict[str, np.ndarray]:
    """People at home, each a household of her own, spread evenly over the villages, with these incomes."""
    n = len(incomes)
    blank = np.zeros(n, np.float32)
    return {
        "village": np.arange(n) % V, "household": (np.arange(n) // V).astype(np.uint16),
        "status": np.full(n, HOME, np.uint8), "age": blank + 45, "permanent_income": incomes.astype(np.float32),
        "consumption": blank + 1400, "trust": blank + 0.5, "norm": blank + 0.5, "belonging": blank + 0.3,
        "contributes": np.zeros(n, np.uint8), "party": np.zeros(n, np.uint8), "satisfaction": blank + 0.6,
    }  # fmt: skip


def first(share: float, n: int = V) -> np.ndarray:
    """Mask of the first ``share`` of n villages."""
    return np.arange(n) < round(share * n)


def plant(function: Plant) -> Plant:
    """Enter a plant under the name of its measure: called with the value wanted and the settings of the check."""
    PLANTS[function.__name__.removeprefix("plant_")] = function
    return function


# ------------------------------------------------------------------ the collective's books


@plant
def plant_surplus_below(x: float, limit: float) -> Trace:
    trace = plain()
    flow(trace, "sales")[:] = np.where(first(x), 0.5 * limit, 2.0 * limit) / 12
    return trace


@plant
def plant_surplus_below_change(x: float, limit: float) -> Trace:
    trace = plain(4)
    for year in range(4):
        flow(trace, "sales")[12 * year : 12 * year + 12] = np.where(first(0.5 + x * year), 0.5, 2.0) * limit / 12
    return trace


@plant
def plant_operating_income_between(x: float, low: float, high: float) -> Trace:
    trace = plain()
    inside, outside = (1.5 * low, 0.5 * low) if high > 1e9 else (0.5 * (low + high), 2.0 * high)
    flow(trace, "sales")[:] = np.where(first(x), inside, outside) / 12
    return trace


@plant
def plant_mean_operating_income(x: float) -> Trace:
    trace = plain()
    flow(trace, "sales")[:] = x / 12
    return trace


@plant
def plant_operating_income_mean_over_median(x: float) -> Trace:
    trace = plain()
    flow(trace, "sales")[:] = np.where(first(0.3), (x - 0.7) / 0.3, 1.0)
    return trace


def _owned(capital: object, idle: object) -> Trace:
    trace = plain()
    trace.enterprises["capital"], trace.enterprises["idle"] = capital, idle
    return trace


@plant
def plant_mean_assets(x: float) -> Trace:
    return _owned(0.4 * x, 0.6 * x)


@plant
def plant_assets_mean_over_median(x: float) -> Trace:
    return _owned(np.where(first(0.3), (x - 0.7) / 0.3, 1.0), 0.0)


@plant
def plant_operating_share_of_assets(x: float, year: int) -> Trace:
    return _owned(x, 1.0 - x)


@plant
def plant_operating_share_change(x: float, years: int) -> Trace:
    trace = _owned(0.5, 0.5)
    trace.enterprises["capital"][60], trace.enterprises["idle"][60] = 0.5 + x, 0.5 - x
    return trace


@plant
def plant_asset_growth(x: float, years: int) -> Trace:
    trace = plain()
    for name in ("capital", "idle"):
        trace.enterprises[name][60] = trace.enterprises[name][12] * (1.0 + x) ** 4
    return trace


@plant
def plant_operating_share_of_income(x: float) -> Trace:
    trace = plain()
    flow(trace, "sales")[:], flow(trace, "operating_transfer")[:] = x, 1.0 - x
    return trace


@plant
def plant_operating_income_over_assets(x: float) -> Trace:
    trace = plain()
    flow(trace, "sales")[:] = x * 8e6 / 12
    return trace


@plant
def plant_total_income_over_assets(x: float) -> Trace:
    trace = plain()
    flow(trace, "sales")[:] = 0.5 * x * 8e6 / 12
    flow(trace, "grant_in_kind")[:] = 0.5 * x * 8e6 / 12
    return trace


@plant
def plant_mean_debt(x: float) -> Trace:
    trace = plain()
    trace.enterprises["debt"] = round(100 * x)
    return trace


@plant
def plant_debt_over_assets(x: float) -> Trace:
    trace = plain()
    trace.enterprises["debt"] = round(100 * x * 8e6)
    return trace


@plant
def plant_negative_net_assets(x: float) -> Trace:
    trace = plain()
    trace.enterprises["debt"] = np.where(first(x), 900_000_000, 100_000_000)
    return trace


@plant
def plant_grant_per_supported_village(x: float) -> Trace:
    trace = plain(4)
    trace.policy_cost[first(0.1)] = x
    return trace


@plant
def plant_supported_share(x: float) -> Trace:
    trace = plain(4)
    flow(trace, "cash_grant")[7, first(x)] = 1.0
    return trace


def _shared(kept: float, paid: float) -> Trace:
    trace = plain()
    for december in range(11, 60, 12):
        flow(trace, "dividends")[december], flow(trace, "welfare_fund")[december] = 600 * paid, 400 * paid
        flow(trace, "affairs_fund")[december] = 1000 * (1.0 - kept - paid)
        flow(trace, "investment")[december], flow(trace, "loan_drawn")[december] = 700 * kept + 50, 50
        trace.enterprises["reserve"][december + 1 :] += round(300 * kept * 100)
    return trace


@plant
def plant_retained_share(x: float) -> Trace:
    return _shared(x, 0.2)


@plant
def plant_paid_out_share(x: float) -> Trace:
    return _shared(0.2, x)


@plant
def plant_public_spending_variation(x: float) -> Trace:
    trace = plain()
    flow(trace, "service_fiscal")[:] = 1.0
    flow(trace, "grant_in_kind")[:, 0] = (0.5 * V * x / (math.sqrt(V - 1) - x)) * 2.0
    return trace


@plant
def plant_shrinking_share(x: float, years: int) -> Trace:
    trace = plain()
    flow(trace, "sales")[48:, first(x)] *= 0.9
    return trace


# ------------------------------------------------------------------ households


@plant
def plant_income_against_published(x: float) -> Trace:
    trace = plain()
    trace.villages["mean_income"] = x * 18931.0 * 1.3 / 12
    return trace


@plant
def plant_income_growth(x: float, years: int) -> Trace:
    trace = plain(years)
    trace.villages["mean_income"][-12:] *= (1.0 + x) ** (trace.years - 1)
    return trace


def _mixed(trace: Trace, year: int, **shares: float) -> None:
    months = slice(12 * (year - 1), 12 * year)
    total = 1800.0 * 70
    for name, kind in (("local_wages", "wage"), ("farm_income", "business"), ("other_property", "property")):
        flow(trace, name)[months] = total * shares[kind]


def _shares(source: str, x: float) -> dict[str, float]:
    shares = dict.fromkeys(("wage", "business", "property"), (1.0 - x) / 4)
    if source == "transfer":
        return dict.fromkeys(shares, (1.0 - x) / 3)
    return shares | {source: x}


@plant
def plant_income_source(x: float, source: str, year: int = 1) -> Trace:
    trace = plain(max(5, year) if year == 1 else year)
    _mixed(trace, year, **_shares(source, x))
    return trace


@plant
def plant_income_source_change(x: float, source: str, years: int) -> Trace:
    trace = plain()
    _mixed(trace, 1, **_shares(source, 0.3))
    _mixed(trace, 5, **_shares(source, 0.3 + x))
    return trace


def _unequal(ratio: float, n: int = 2000) -> dict[str, np.ndarray]:
    """Median over mean as wanted: seven tenths have 1,000 yuan."""
    return crowd(np.where(first(0.7, n), 1000.0, 1000.0 * (1.0 / ratio - 0.7) / 0.3))


@plant
def plant_median_over_mean(x: float, year: int) -> Trace:
    trace = plain()
    trace.people[12 * year] = _unequal(x)
    return trace


@plant
def plant_median_over_mean_change(x: float, years: int) -> Trace:
    trace = plain()
    trace.people[12], trace.people[60] = _unequal(0.88), _unequal(0.88 + 4 * x)
    return trace


@plant
def plant_quintile_ratio(x: float, year: int) -> Trace:
    trace = plain()
    fifth = np.arange(2000) // 400
    trace.people[12 * year] = crowd(np.choose(fifth, [1.0, x**0.5, x**0.5, x**0.5, x]) * 500.0)
    return trace


@plant
def plant_bottom_fifth_lag(x: float, years: int) -> Trace:
    trace = plain()
    for month, low in ((12, 900.0), (60, 900.0 * (1.0 + x) ** 4)):
        trace.people[month] = crowd(np.where(first(0.2, 2000), low, (1800.0 - 0.2 * low) / 0.8))
    return trace


@plant
def plant_catching_up(x: float, years: int) -> Trace:
    trace = plant_income_growth(0.05, years)
    trace.outside_wage[-12:] *= (1.05 - x) ** 4
    return trace


@plant
def plant_assets_against_income(x: float, years: int) -> Trace:
    trace = plant_income_growth(0.06, 4)
    trace.enterprises["capital"][48] *= (1.06 + x) ** 3
    trace.enterprises["idle"][48] *= (1.06 + x) ** 3
    return trace


@plant
def plant_village_income_ratio(x: float, share: float) -> Trace:
    trace = plain()
    count = round(share * V)
    trace.villages["mean_income"][:, :count] = 500.0
    trace.villages["mean_income"][:, -count:] = 500.0 * x
    trace.villages["mean_income"][:, count:-count] = 500.0 * x**0.5
    return trace


@plant
def plant_income_elasticity(x: float) -> Trace:
    trace = plain()
    sold = np.exp(np.linspace(9.0, 13.0, V))
    flow(trace, "sales")[:] = sold / 12
    trace.villages["mean_income"] = 100.0 * sold**x
    return trace


@plant
def plant_development_gap(x: float) -> Trace:
    trace = plain()
    flow(trace, "sales")[:] = np.arange(1, V + 1)
    outcome(trace, "value_added")[:, V // 2 :] *= math.exp(x)
    return trace


@plant
def plant_away_share(x: float, year: int) -> Trace:
    trace = plain()
    trace.villages["registered"], trace.villages["home"] = 1000, round(1000 * (1.0 - x))
    return trace


@plant
def plant_away_change(x: float, years: int) -> Trace:
    trace = plain()
    trace.villages["registered"], trace.villages["home"] = 1000, 700
    trace.villages["home"][49:] = round(1000 * (0.7 - x))
    return trace


# ------------------------------------------------------------------ governance


@plant
def plant_cadres_per_village(x: float) -> Trace:
    trace = plain()
    trace.cadres["active"][-1] = 0
    trace.cadres["active"][-1].reshape(-1)[: round(x * V)] = 1
    return trace


@plant
def plant_secretary_age(x: float) -> Trace:
    trace = plain()
    trace.secretary_age[-1] = x
    trace.secretary_age[-1, 0] = math.nan
    return trace


@plant
def plant_cadre_pay(x: float) -> Trace:
    trace = plain()
    flow(trace, "cadre_pay")[:], flow(trace, "cadre_bonus")[:] = 4 * x, x
    return trace


@plant
def plant_performance_share(x: float) -> Trace:
    trace = plain()
    flow(trace, "cadre_pay")[:], flow(trace, "cadre_bonus")[:] = 1.0 - x, x
    return trace


@plant
def plant_disputes_settled(x: float) -> Trace:
    trace = plain()
    trace.changes[:, :, CHANGE.settled] = x * ADULTS * 1.3 / 1000 / 12
    return trace


@plant
def plant_disputes_a_mediator(x: float) -> Trace:
    return plant_disputes_settled(2.25 * x)


@plant
def plant_settled_in_time(x: float) -> Trace:
    trace = plain()
    trace.villages["cases_in_time"][-1] = 10.0 * x
    return trace


@plant
def plant_mediators_per_1000(x: float) -> Trace:
    trace = plain()
    trace.villages["mediators"] = x
    return trace


@plant
def plant_taking_part(x: float) -> Trace:
    trace = plain()
    people = trace.people[12 * trace.years]
    people["contributes"][:] = first(x, len(people["contributes"]))
    return trace


def quarters(trace: Trace, turnout: tuple[float, float, float], other: tuple[float, float, float]) -> Trace:
    """Reports of every quarter: (true, reported, target) of both items."""
    values = np.tile(np.array([turnout, other]), (V, 1, 1))
    return replace(trace, indicators=[(month, values.copy()) for month in range(3, trace.months + 1, 3)])


@plant
def plant_reported_turnout(x: float) -> Trace:
    return quarters(plain(4), (0.5, x, 0.9), (0.8, 0.8, 0.9))


@plant
def plant_turnout_over_substance(x: float) -> Trace:
    trace = plant_taking_part(0.3)
    return quarters(trace, (0.5, 0.3 + x, 0.9), (0.8, 0.8, 0.9))


@plant
def plant_reporting_jump(x: float, observable: str) -> tuple[Trace, Trace]:
    return (
        quarters(plain(4), (0.9, 0.9, 0.9), (0.6, 0.61 + x, 0.9)),
        quarters(plain(), (0.9, 0.9, -1.0), (0.6, 0.61, -1.0)),
    )


@plant
def plant_trust_slope(x: float) -> Trace:
    trace = plain()
    n = V * 400
    people = crowd(np.full(n, 1800.0))
    place = np.arange(n) // V
    people["trust"][:] = place % 2
    trusting = place % 2 == 1
    people["contributes"][:] = (place // 2) % 200 < np.where(trusting, round(200 * (0.3 + 4 * x)), 60)
    trace.people[60] = people
    return trace


def _ratchet(up: float, down: float, margin: float | None, stretch: float) -> Trace:
    """Half of the villages report .2 above, half .2 below a target of .5 each December."""
    trace = plain(4)
    found = []
    for month in range(3, 49, 3):
        january_passed = (month - 1) % 12 < 3 and month > 12
        above = np.arange(V) % 2 == 0
        report = np.where(above, 0.7, 0.3)
        moved = np.where(above, 0.5 + up * 0.2, 0.5 - down * 0.2) if january_passed else np.full(V, 0.5)
        if margin is not None and january_passed:
            moved = np.where(above, 0.7 + stretch + margin, moved)
        item = np.stack([report, report, moved], axis=1)
        found.append((month, np.stack([item, item], axis=1)))
    return replace(trace, indicators=found)


@plant
def plant_ratchet_asymmetry(x: float) -> Trace:
    return _ratchet(up=0.1 * x, down=0.1, margin=None, stretch=0.0)


@plant
def plant_margin_added(x: float) -> Trace:
    return _ratchet(up=0.0, down=0.1, margin=x, stretch=load_parameters()["target_stretch"].value)


@plant
def plant_ease_when_met(x: float) -> Trace:
    return replace(plain(4), eased=np.full(V, x))


# ------------------------------------------------------------------ effects of policy


@plant
def plant_adopted_share(x: float, year: int) -> Trace:
    trace = plain(8)
    outcome(trace, "practice")[12 * year :, first(x)] = 0.5
    return trace


@plant
def plant_steepest_year(x: float) -> Trace:
    trace = plain(8)
    year = min(7, max(0, math.floor(8 * x)))
    outcome(trace, "practice")[12 * year + 6 :] = 0.5
    return trace


@plant
def plant_learning_from_neighbours(x: float) -> tuple[Trace, Trace]:
    trace = plain(8)
    outcome(trace, "practice")[36] += x
    return trace, plain()


@plant
def plant_matthew_effect(x: float) -> tuple[Trace, Trace]:
    trace, other = plain(4), plain()
    sold = np.arange(1, V + 1) * 1000.0
    flow(other, "sales")[:] = sold / 12
    third = np.arange(V) * 3 // V
    flow(trace, "sales")[:] = np.where(third > 0, (sold + 1000.0) * math.exp(x) - 1000.0, sold) / 12
    return trace, other


@plant
def plant_supervision_for_the_weak(x: float) -> tuple[Trace, Trace]:
    trace, other = plain(4), plain()
    flow(other, "sales")[:] = np.arange(1, V + 1)
    outcome(trace, "mean_satisfaction")[:, : V // 3 + 1] += x
    return trace, other


@plant
def plant_satisfaction_gap_from(x: float, part: str) -> tuple[Trace, Trace]:
    trace, other = plain(4), plain()
    pilot = trace.rollout == 1
    p, opened = trace.parameters, 0.05
    late, people = trace.villages[48], trace.people[48]
    late["environment"][pilot] += (1.0 - x) * opened / p["satisfaction_environment"]
    if part == "trust":
        people["trust"][pilot[people["village"]]] += x * opened / p["satisfaction_trust"]
    else:
        late["disorder"][pilot] -= x * opened / (p["satisfaction_disorder"] * p["disorder_scale"])
    return trace, other
