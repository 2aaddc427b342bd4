"""The mean village against the engine, its fixed points against long iteration, its derivatives against differences."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from ruralsim.analysis.pivot.folds import held_apart_by
from ruralsim.spec.parameters import load_parameters
from ruralsim.theory.comparison import mean_path
from ruralsim.theory.equations import latex
from ruralsim.theory.limit import GOVERNANCE, SCALE, UNKNOWNS, Problem, derive, rates, unknowns_of
from ruralsim.theory.loop import _answer, best_dividend_share, describe, equilibrium_after, statics
from ruralsim.theory.simulation import (
    limit_county,
    limit_scenario,
    mean_field_of,
    put_mean_field,
    run_limit,
)
from ruralsim.theory.state import potential
from ruralsim.theory.village import month, year
from ruralsim.theory.yearly import fixed_point, lasting_states, place_from

MONTHS = 48
#: projects come to a village by luck, which does not fade with the number of its people
NO_PROJECTS = {"project_grant": 0.0}


@pytest.fixture(scope="module")
def mean_village():
    return mean_field_of(limit_county(limit_scenario(1000, 12)))


@pytest.fixture(scope="module")
def settled(mean_village):
    state, place, p = mean_village
    return place, p, equilibrium_after(state, place, p, 60)


def path_of(county) -> np.ndarray:
    """The mean village's path from a county's own beginning, in the columns of ``run_limit``."""
    x, place, p = mean_field_of(county)
    rows = []
    for k in range(MONTHS):
        x = month(x, place, p, k % 12 + 1)
        rows.append([x.trust, x.civic, x.pooled, potential(x, p), np.log(x.capital)])
    return np.array(rows)


def gap(adults: int, seed: int, mixing: float = 1.0, **values: float) -> np.ndarray:
    """Engine less mean village, month by month, from one beginning."""
    county = limit_county(limit_scenario(adults, MONTHS), seed, values | NO_PROJECTS, mixing=mixing)
    path = path_of(county)
    return run_limit(county, MONTHS)[1:] - path


@pytest.fixture(scope="module")
def errors():
    """Root mean square of trust, civic share, pooled share, potential, log capital by number of people."""
    sizes = {300: range(1, 7), 3000: range(1, 4), 30000: range(1, 2)}
    return {n: np.sqrt(np.mean([gap(n, seed) ** 2 for seed in seeds], axis=(0, 1))) for n, seeds in sizes.items()}


def test_the_engine_nears_the_mean_field_as_people_grow_in_number(errors) -> None:
    """Error like 1/√N: a hundred times as many people, a tenth of the error, within a factor."""
    assert (errors[3000] < 0.6 * errors[300]).all()
    assert (errors[30000] < 0.25 * errors[300]).all()
    assert errors[30000][3] < 1.5e-3
    assert errors[30000][0] < 4e-3


def test_the_mean_field_lies_inside_the_large_simulations_interval() -> None:
    """Over seeds, the mean difference of the last year is within its own interval by luck."""
    last = np.array([gap(3000, seed)[-12:].mean(axis=0) for seed in range(1, 7)])
    half = 2.57 * last.std(axis=0, ddof=1) / len(last) ** 0.5  # t, five degrees of freedom, 95 %
    assert (np.abs(last.mean(axis=0)) < half + 1e-4).all()


def test_eight_neighbours_leave_a_gap_that_people_do_not_close() -> None:
    """Negative control: with eight neighbours instead of everybody the gap is many times that of the limit."""
    peers = {"economic_peers": 4.0, "civic_peers": 3.0, "economic_constant": -3.4, "civic_constant": -3.4}
    near, mixed = (np.abs(gap(30000, 1, mixing, **peers)[-12:].mean(axis=0)) for mixing in (0.0, 1.0))
    assert near[2] > 5.0 * mixed[2], "pooled land"
    assert near[2] > 0.01


def test_the_fixed_point_of_the_yearly_map_is_where_iteration_ends(mean_village) -> None:
    """To eight digits, with capital that wears and is used faster (inside the ranges), to need few centuries."""
    state, place, p = mean_village
    fast = SimpleNamespace(**(vars(p) | {"depreciation": 0.06, "activation_rate": 0.1}))
    found = fixed_point(state, place, fast)
    assert found.stable
    assert found.residual < 1e-12
    x = replace(found.state, capital=found.state.capital * 1.05, trust=found.state.trust * 0.97)
    for _ in range(450):
        x = year(x, place, fast)
    for name in ("capital", "idle", "trust", "civic", "pooled", "self_governance", "affairs", "disorder"):
        assert getattr(x, name) == pytest.approx(getattr(found.state, name), rel=1e-8)


def test_at_the_defaults_iteration_comes_nearer_at_the_pace_of_the_slowest_multiplier(mean_village) -> None:
    state, place, p = mean_village
    found = fixed_point(state, place, p)
    x = replace(found.state, capital=found.state.capital * 1.01, idle=found.state.idle * 1.01)
    gaps = []
    for _ in range(2):
        for _ in range(150):
            x = year(x, place, p)
        gaps.append(np.log(x.idle / found.state.idle))
    slowest = np.abs(found.multipliers).max()
    assert 0.99 < slowest < 1.0
    assert gaps[1] / gaps[0] == pytest.approx(slowest**150, rel=0.05)


def test_the_slowest_multiplier_is_the_limits_slowest_rate(mean_village, settled) -> None:
    state, place, p = mean_village
    _, _, at = settled
    slowest = np.abs(fixed_point(state, place, p).multipliers).max()
    assert np.log(slowest) / 12.0 == pytest.approx(at.slow[0], rel=0.02)


def test_the_limit_is_near_the_yearly_map(mean_village, settled) -> None:
    state, place, p = mean_village
    _, _, at = settled
    found = fixed_point(state, place, p).state
    assert at.stable
    assert at.potential == pytest.approx(found.potential(p), rel=0.01)
    assert at.level("log_capital") == pytest.approx(np.log(found.capital), rel=0.01)


def test_symbols_and_numbers_give_one_right_hand_side(settled) -> None:
    place, p, at = settled
    x = at.x * (1.0 + 0.03 * np.sin(np.arange(len(at.x))))
    plain = rates(SimpleNamespace(**dict(zip(UNKNOWNS, x.tolist(), strict=True))), place, p)
    assert Problem.of(place, p).right(x) == pytest.approx([plain[name] for name in UNKNOWNS], rel=1e-11, abs=1e-15)


def test_derivatives_are_exact(settled) -> None:
    place, p, at = settled
    problem = Problem.of(place, p)
    x = at.x * 1.01
    by_x, by_argument = problem.jacobian(x), problem.by_argument(x)
    for k in range(len(x)):
        size = 1e-6 * max(abs(x[k]), 1e-4)
        ahead, behind = x.copy(), x.copy()
        ahead[k] += size
        behind[k] -= size
        change = (problem.right(ahead) - problem.right(behind)) / (2 * size)
        assert by_x[:, k] / SCALE == pytest.approx(change / SCALE, rel=2e-5, abs=1e-7)
    for name in (
        "trust_dividend",
        "depreciation",
        "allocation_affairs",
        "place_log_productivity".removeprefix("place_"),
    ):
        k = problem.names().index(name)
        size = 1e-6 * abs(problem.arguments[k])
        change = problem.with_argument(name, problem.arguments[k] + size).right(x)
        change = change - problem.with_argument(name, problem.arguments[k] - size).right(x)
        assert by_argument[:, k] == pytest.approx(change / (2 * size), rel=1e-4, abs=1e-9)


def test_the_loop_gain_is_what_a_push_adds_to_itself(settled) -> None:
    """1/(1 − Λ): a lasting push to capital's growth, with everything else free, against everything else held."""
    place, p, at = settled
    problem = Problem.of(place, p)
    push = np.zeros(len(at.x))
    push[0] = 1e-6
    capital = [list(UNKNOWNS).index(name) for name in ("log_capital", "idle")]
    free = np.linalg.solve(at.jacobian, -push)[0]
    held = np.linalg.solve(at.jacobian[np.ix_(capital, capital)], -push[capital])[0]
    assert free / held == pytest.approx(at.amplification, rel=1e-9)
    f_kk, f_kg, f_gk, f_gg = at.two_variables
    assert f_kg * f_gk / (f_kk * f_gg) == pytest.approx(at.loop_gain, rel=1e-9)
    assert at.held(problem) == pytest.approx(at.loop_gain, abs=0.02), "nudging trust and pillars measures much the same"
    assert at.held(problem, 1e5) == pytest.approx(at.held(problem), rel=1e-6), "after long enough, all time"
    gains = [at.held(problem, months) for months in (1.0, 60.0, 120.0, 240.0)]
    assert gains == sorted(gains)
    assert at.reduced(1e5) == pytest.approx(at.loop_gain, rel=1e-6)


def test_what_is_held_answers_as_the_limit_itself_does(settled) -> None:
    """Five years of the differential equations with log capital held up, by small steps, against the formula."""
    place, p, at = settled
    problem, small, parts = Problem.of(place, p), 1e-4, 600
    x = at.x.copy()
    x[0] += small
    for _ in range(parts):
        rates = problem.right(x) * 60.0 / parts
        rates[0] = 0.0
        middle = problem.right(x + 0.5 * rates) * 60.0 / parts
        middle[0] = 0.0
        x = x + middle
    lived = (problem.measures(x)[0][0] - at.potential) / small
    others = list(range(1, len(x)))
    w = problem.measures(at.x)[1][0]
    assert w[others] @ _answer(at.jacobian, others, [0], 60.0) == pytest.approx(lived, rel=2e-3)


def test_dormant_assets_are_a_third_slow_variable(settled) -> None:
    _, _, at = settled
    whole, two, three = at.slow
    assert three == pytest.approx(whole, rel=0.02)
    assert two < 1.5 * whole, "log capital and potential alone would forget a push much sooner than it is forgotten"


def test_assets_that_nobody_brings_into_use_build_no_capital(mean_village) -> None:
    state, _, p = mean_village
    still = SimpleNamespace(**(vars(p) | {"activation_rate": 0.0}))
    place = place_from(still)
    at = equilibrium_after(replace(state, reserve=1e12), place, still, 60)
    moving = equilibrium_after(replace(state, reserve=1e12), place_from(p), p, 60)
    assert at.stable
    assert at.level("log_capital") < moving.level("log_capital") - 0.3
    found = fixed_point(state, place, still).state
    assert at.level("log_capital") == pytest.approx(np.log(found.capital), rel=0.01)


#: the same money for projects on average, in small parts, so that luck does not hide the answer
SMALL_PROJECTS = {"project_smallest": 30_000.0, "project_ratio": 1.01}


def test_a_large_village_put_at_the_fixed_point_stays_there() -> None:
    """Ten years of the engine from the map's fixed point: the mean over luck is within its own interval of it."""
    gaps = []
    for seed in range(1, 7):
        county = limit_county(limit_scenario(3000, 120), seed, SMALL_PROJECTS)
        start, place, p = mean_field_of(county)
        found = fixed_point(start, place, p)
        put_mean_field(county, found.state)
        year_of_the_map = mean_path(county, 12)
        assert year_of_the_map[-1] == pytest.approx(rest_of(found.state, p), abs=2e-3), "it is where it was put"
        lived = run_limit(county, 120)[1:].reshape(10, 12, 5)
        gaps.append((lived - year_of_the_map)[5:].mean(axis=(0, 1)))
    gaps = np.array(gaps)
    half = 2.57 * gaps.std(axis=0, ddof=1) / len(gaps) ** 0.5  # t, five degrees of freedom, 95 %
    assert (np.abs(gaps.mean(axis=0)) < half + 1e-4).all()
    assert (half < [0.01, 0.01, 0.02, 0.005, 0.02]).all(), "the interval says something"


def rest_of(state, p) -> list[float]:
    """A state in the columns of ``run_limit``."""
    return [state.trust, state.civic, state.pooled, float(state.potential(p)), float(np.log(state.capital))]


def test_a_cut_pivot_has_next_to_no_loop_by_way_of_households(settled) -> None:
    place, p, at = settled
    cut = place.cut(dividends_felt=0.0, affairs_felt=0.0, jobs_felt=0.0, belonging_felt=0.0)
    problem = Problem.of(cut, p)
    from ruralsim.theory.loop import equilibrium

    other = equilibrium(problem, at.x)
    assert abs(other.loop_gain) < 0.5 * abs(at.loop_gain)
    assert other.potential < at.potential


def test_comparative_statics_match_moved_equilibria(settled) -> None:
    place, p, at = settled
    problem = Problem.of(place, p)
    from ruralsim.theory.loop import equilibrium

    found = {one.name: one for one in statics(problem, at, ("depreciation", "pillar_decay", "allocation_affairs"))}
    assert len(found) == 3
    for name, one in found.items():
        value = problem.arguments[problem.names().index(name)]
        moved = equilibrium(problem.with_argument(name, value * 1.001), at.x)
        assert one.potential == pytest.approx((moved.potential / at.potential - 1.0) / 0.001, rel=0.02, abs=1e-5)
        assert one.value_added == pytest.approx((moved.value_added / at.value_added - 1.0) / 0.001, rel=0.02, abs=1e-4)


def test_the_best_dividend_share_beats_its_neighbours(settled) -> None:
    place, p, at = settled
    best = best_dividend_share(Problem.of(place, p), at, 9)
    assert np.nanmax(best.potential) >= at.potential - 1e-6
    assert best.for_development == 0.0, "what is paid out is not invested"
    assert np.isfinite(best.potential).all()


def test_two_lasting_states_are_found_where_they_are_planted() -> None:
    """Strong peers make pooling land self-sustaining: two lasting shares; without peers only one."""
    base = {name: np.full(2, one.value) for name, one in load_parameters().items()}
    base["economic_peers"] = np.array([8.0, 0.0])
    base["economic_constant"] = np.array([-5.0, -2.6])
    base["dispute_land"] = np.zeros(2)
    found = lasting_states(SimpleNamespace(**base), years=150)
    assert found.apart[0] or found.closed[0]
    assert not found.apart[1]


def test_a_fold_of_the_village_is_found_where_one_is_planted() -> None:
    """Neighbours who draw each other in: the high share of those who take part ends in a fold as the constant falls."""
    base = {name: np.full(2, one.value) for name, one in load_parameters().items()}
    base |= {"depreciation": np.full(2, 0.06), "activation_rate": np.full(2, 0.1)}  # capital that settles soon
    base |= {"civic_peers": np.array([6.0, 0.0]), "civic_constant": np.array([-5.2, -2.65])}
    p = SimpleNamespace(**base)
    found = lasting_states(p, years=120)
    assert found.apart.tolist() == [True, False]
    told = held_apart_by(found, p)
    assert told["kinds"] == {"taking_part": 1, "pooling": 0, "requests": 0, "disputes": 0}
    assert told["followed"] == 1
    distance = told["folds"][0]["distance"]
    assert 0.2 < distance < 1.0
    nearby = {"civic_peers": np.full(2, 6.0), "civic_constant": -5.2 - distance * np.array([0.8, 1.2])}
    again = lasting_states(SimpleNamespace(**(base | nearby)), years=120)
    assert again.apart.tolist() == [True, False], "before the fold two states last, beyond it one"


def test_places_from_parameters_are_the_engines(mean_village) -> None:
    _, place, p = mean_village
    mine = place_from(p, quantified=0.0)
    for name in ("transfer", "disposition", "motivation", "ability", "integrity", "pressure", "rent"):
        assert getattr(mine, name) == pytest.approx(getattr(place, name), rel=1e-6), name
    assert mine.log_productivity == pytest.approx(place.log_productivity, abs=0.03)
    assert np.array(mine.rewarded) == pytest.approx(np.array(place.rewarded), rel=1e-6)


def test_every_equation_prints() -> None:
    found = latex()
    one = derive()
    assert len(found) == len(one.kept) + len(UNKNOWNS)
    assert found["d_trust"].startswith(r"\dot{\tau} = ")
    assert set(GOVERNANCE) < set(UNKNOWNS)


def test_describe_and_unknowns_round(mean_village, settled) -> None:
    state, _, _ = mean_village
    place, p, at = settled
    again = describe(Problem.of(place, p), at.x)
    assert again.loop_gain == at.loop_gain
    assert unknowns_of(state)[0] == pytest.approx(np.log(state.capital))
