"""The county before its first month: keyed, near its rest, and as unequal as the rules make it."""

from __future__ import annotations

import itertools
import math
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from small import NAMES, differing, fingerprint, scenario, village

from ruralsim.base.compiled import entry
from ruralsim.model.books_loop import OUTCOME_INDEX
from ruralsim.model.county import County
from ruralsim.model.past_years import PAST, past_incomes, past_places
from ruralsim.model.population import away_level, away_share, odds_of_being_away
from ruralsim.model.village_plans import (
    INCOME,
    bracket_share,
    mean_capital,
    mean_operating_income,
    normal_quantile,
    operating_income,
    plan_villages,
    spread_evenly,
)
from ruralsim.spec.parameters import load_parameters
from ruralsim.spec.scenario import RosterVillage
from ruralsim.state.columns import AWAY, HOME, OUTSIDER
from ruralsim.state.inputs import Fields


@entry
def compiled_level(parameters):  # type: ignore[no-untyped-def]
    return away_level(parameters[0])


@entry
def compiled_places(seed, villages, people, away, level, parameters):  # type: ignore[no-untyped-def]
    past_places(seed, villages[0], people, away, level, parameters[0])


PLAIN = {"plain": 1.0}
MIXED = {"plain": 0.4, "hill": 0.3, "mountain": 0.2, "suburban": 0.1}


class Values:
    """Parameters as attributes, some of them changed."""

    def __init__(self, **changes: float) -> None:
        for name, parameter in load_parameters().items():
            setattr(self, name, changes.get(name, parameter.value))


def test_a_village_opens_the_same_whatever_stands_beside_it() -> None:
    together = fingerprint(County.build(scenario(3), seed=4, record=True))
    for name in NAMES[:3]:
        alone = fingerprint(County.build(scenario([village(name)]), seed=4))
        assert not differing(alone, {key: value for key, value in together.items() if key.startswith(name + ".")})


def test_order_of_the_list_changes_nothing_and_the_seed_changes_luck() -> None:
    forward = fingerprint(County.build(scenario([village(name) for name in NAMES[:3]]), seed=4))
    backward = fingerprint(County.build(scenario([village(name) for name in reversed(NAMES[:3])]), seed=4))
    assert not differing(forward, backward)
    other = fingerprint(County.build(scenario([village(name) for name in NAMES[:3]]), seed=5))
    assert "Alder.villagers" in differing(forward, other)


def test_past_incomes_are_the_same_bits_in_plain_python(monkeypatch: pytest.MonkeyPatch) -> None:
    county = County.build(scenario([village("Birch", 40)]), seed=2)
    p = county.parameters.view(np.recarray)[0]
    level = compiled_level(county.parameters)
    assert level == away_level.py_func(Fields(county.parameters[0]))
    place = SimpleNamespace(**{name: county.villages[name][0].item() for name in county.villages.dtype.names})
    firms, people, settings = (
        table.copy().view(np.recarray) for table in (county.enterprises, county.villagers, county.settings)
    )
    compiled, plain = np.zeros(place.rows, np.uint64), np.zeros(place.rows, np.uint64)
    compiled_places(2, county.villages, county.villagers, compiled, level, county.parameters)
    past_places.py_func(2, place, people, plain, level, p)
    assert (compiled == plain).all()
    before = people.tobytes()
    for column in ("permanent_income", "income", "wealth", "consumption", "local_job"):
        people[column] = 1
    place.mean_income = place.income_variation = place.household_value = 0.0
    monkeypatch.setattr("ruralsim.model.past_years.past_places", past_places.py_func)
    past_incomes.py_func(2, place, firms[0], people, settings[0], level, p)
    people[place.rows :] = county.villagers[place.rows :]
    assert people.tobytes() == before
    for name in county.villages.dtype.names:
        assert getattr(place, name) == county.villages[name][0], name


def test_the_past_ends_where_people_are_and_keeps_the_share_away() -> None:
    county = County.build(scenario([village("Alder", 3000)]), seed=1)
    rows = int(county.villages["rows"][0])
    away = np.zeros(rows, np.uint64)
    level = compiled_level(county.parameters)
    compiled_places(1, county.villages, county.villagers, away, level, county.parameters)
    status = county.villagers["status"][:rows]
    assert ((away & np.uint64(1) == 1) == (status == AWAY)).all()
    assert not away[status == OUTSIDER].any()
    long_ago = (away >> np.uint64(PAST - 1)) & np.uint64(1)
    members = status != OUTSIDER
    assert abs(long_ago[members].mean() - (status[members] == AWAY).mean()) < 0.04
    assert (long_ago[members] != (status[members] == AWAY)).mean() > 0.1  # people did move


def test_the_opening_is_as_unequal_as_two_years_later() -> None:
    quiet = scenario(
        [village(name, 500) for name in NAMES[:5]],
        months=24,
        regime="directional",
        phases=[],
        parameters={"outside_growth": 0.002},
    )
    county = County.build(quiet, seed=3)
    variation, away = county.villages["income_variation"].mean(), 1.0 - _share(county, HOME)
    county.advance()
    gini = county.record.outcomes[:, :, OUTCOME_INDEX["income_spread"]].mean(axis=1)
    income = county.record.outcomes[:, :, OUTCOME_INDEX["mean_income"]].mean(axis=1)
    assert 0.22 < gini[0] < 0.36
    assert abs(gini[24] - gini[0]) < 0.03
    assert abs(county.villages["income_variation"].mean() / variation - 1.0) < 0.12
    assert abs(income[18:].mean() / income[0] - 1.0) < 0.12
    assert abs((1.0 - _share(county, HOME)) - away) < 0.05


def _share(county: County, status: int) -> float:
    here = county.villagers["status"]
    return float((here == status).sum() / ((here == HOME) | (here == AWAY)).sum())


def test_absence_by_age_follows_the_hazards_and_meets_its_total() -> None:
    p = Values()
    level = away_level.py_func(p)
    shares = [away_share(low, low + 5, level, p) for low in range(20, 65, 5)]
    assert shares == sorted(shares, reverse=True)
    assert away_share(68, 90, level, p) == 0.0
    assert away_share(18, 90, level, p) == pytest.approx(p.start_away, abs=1e-9)
    assert odds_of_being_away(level, 45.0, 0.0, p) / odds_of_being_away(level, 35.0, 0.0, p) == pytest.approx(
        math.exp(-2.0 * p.move_age)
    )
    for wanted in (load_parameters()["start_away"].low, load_parameters()["start_away"].high):
        q = Values(start_away=wanted)
        assert away_share(18, 90, away_level.py_func(q), q) == pytest.approx(wanted, abs=1e-9)


def test_normal_quantile_against_scipy() -> None:
    from scipy.stats import norm

    points = np.concatenate([np.linspace(1e-9, 1.0 - 1e-9, 4001), 2.0 ** -np.arange(3, 33)])
    found = np.array([normal_quantile(float(u)) for u in points])
    assert np.abs(found - norm.ppf(points)).max() < 2e-8


def test_operating_income_has_the_published_brackets_and_mean() -> None:
    """Anqing 2018, 1,446 villages: COL-030 … COL-034 and COL-036."""
    p = Values()
    incomes = np.array([operating_income((i + 0.5) / 20_000, 0, PLAIN, p) for i in range(20_000)])
    edges = [0.0, 5e4, 1e5, 3e5, 5e5, np.inf]
    shares = np.histogram(incomes, edges)[0] / len(incomes)
    assert np.abs(shares - [0.2635, 0.2669, 0.3527, 0.0759, 0.041]).max() < 0.012
    assert incomes.mean() == pytest.approx(190_600, rel=0.05)
    assert mean_operating_income(PLAIN, p) == pytest.approx(incomes.mean(), rel=0.01)
    exact = [bracket_share(low, high, PLAIN, p) for low, high in itertools.pairwise(edges)]
    assert exact == pytest.approx(list(shares), abs=1e-3)


def test_class_differences_are_part_of_the_spread() -> None:
    p = Values()
    weights = np.array(list(MIXED.values()))
    grid = (np.arange(4000) + 0.5) / 4000
    logs = np.array([[math.log(operating_income(float(u), k, MIXED, p)) for u in grid] for k in range(4)])
    body = logs[:, : int(4000 * (1.0 - p.income_tail_share))]
    plain = np.array([math.log(operating_income(float(u), 0, PLAIN, p)) for u in grid])[: body.shape[1]]
    mean = (weights @ body).mean()
    assert math.sqrt((weights @ (body - mean) ** 2).mean()) == pytest.approx(plain.std(), rel=0.02)
    assert mean == pytest.approx(plain.mean(), abs=0.02)
    assert operating_income(0.5, 3, MIXED, p) > operating_income(0.5, 0, MIXED, p) > operating_income(0.5, 2, MIXED, p)


@given(st.floats(1e-9, 1.0 - 1e-9), st.floats(1e-9, 1.0 - 1e-9), st.integers(0, 3))
def test_operating_income_rises_with_luck(one: float, other: float, endowment: int) -> None:
    p = Values()
    low, high = sorted((one, other))
    assert operating_income(low, endowment, MIXED, p) <= operating_income(high, endowment, MIXED, p)


def test_evenly_spread_villages_show_the_law_and_do_not_depend_on_their_number() -> None:
    p = Values()

    def mean_of(seed: int, even: bool) -> float:
        rng = np.random.default_rng(seed)
        u = [list(row) for row in rng.random((200, 16))]
        if even:
            spread_evenly(u, seed)
        return float(np.mean([operating_income(row[INCOME], 0, PLAIN, p) for row in u]))

    whole = mean_operating_income(PLAIN, p)
    even = np.array([mean_of(seed, True) / whole - 1.0 for seed in range(1, 25)])
    alone = np.array([mean_of(seed, False) / whole - 1.0 for seed in range(1, 25)])
    assert abs(even.mean()) < 0.04
    assert np.abs(even).max() < 0.12
    assert alone.std() > 2.0 * even.std()  # independent draws stray further
    few, many = [[0.5] * 16 for _ in range(3)], [[0.5] * 16 for _ in range(30)]
    spread_evenly(few, 9)
    spread_evenly(many, 9)
    assert many[:3] == few
    assert all(0.0 < x < 1.0 for row in many for x in row)


def test_a_roster_wins_over_synthesis_and_what_it_leaves_out_follows_from_it() -> None:
    known = RosterVillage(
        "Known",
        1300,
        endowment="hill",
        form="company",
        rollout="pilot",
        capital=2e6,
        idle_assets=1e6,
        debt=5e5,
        operating_income=2e5,
    )
    part = RosterVillage("Part", 1300, endowment="plain", form="leasing", rollout="rest", capital=4e6)
    plans = plan_villages(scenario([known, part]), 1, Values())
    first = plans[0]
    assert (first.adults, first.capital, first.idle, first.debt, first.income) == (1000, 2e6, 1e6, 5e5, 2e5)
    p = Values()
    assert plans[1].idle == pytest.approx(p.idle_share * 4e6)
    assert plans[1].debt == pytest.approx(p.debt_share * (4e6 + plans[1].idle))
    assert plans[1].income > 0.0
    county = County.build(scenario([known, part]), seed=1)
    assert 12.0 * county.enterprises["output"][0] == pytest.approx(2e5, rel=1e-6)
    assert mean_capital(p) == pytest.approx(p.capital_median * math.exp(0.5 * p.capital_spread**2))
