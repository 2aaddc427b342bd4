"""Uncertainty: the design, the sample of villages, the statistics against known answers, and whole runs of draws."""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from small import scenario as small_scenario

from ruralsim.analysis import figures as analysed
from ruralsim.analysis.intervals import luck_interval, luck_of, spread_of
from ruralsim.analysis.uncertainty import Draws, jobs_of, run_draws, simulations
from ruralsim.analysis.village_sample import sample_villages
from ruralsim.base.errors import InputError
from ruralsim.experiments.parameter_draws import SHARES, design
from ruralsim.experiments.series import SERIES, county_series
from ruralsim.model.county import County
from ruralsim.model.outcomes import county_mean
from ruralsim.model.run import load_scenario, simulate, without_policy
from ruralsim.spec.parameters import load_parameters
from ruralsim.spec.scenario import Override, Scenario

PLANTED = "satisfaction_constant"


@pytest.fixture(scope="module")
def tiny() -> Scenario:
    return small_scenario(3, 14, adults=40)


@pytest.fixture(scope="module")
def drawn(tiny: Scenario) -> Draws:
    return run_draws(tiny, seed=3, draws=8, workers=1)


@pytest.fixture(scope="module")
def replicates(tiny: Scenario) -> analysed.Replicates:
    found = analysed.Replicates(analysed.window_of(tiny.months))
    runs = (simulate(one, seed=3, replicates=3, threads=1) for one in (tiny, without_policy(tiny)))
    for one, twin in zip(*runs, strict=True):
        found.add(one, twin)
    return found


# ---------------------------------------------------------------- the design


def test_every_slice_of_every_range_holds_one_draw(tiny: Scenario) -> None:
    found = design(tiny, 1, 10)
    free = [k for k, name in enumerate(found.names) if not any(name in group for group in SHARES)]
    slices = np.floor((found.values[1:] - found.low) / (found.high - found.low) * 10)[:, free]
    assert len(free) > 200
    assert (np.sort(slices, axis=0) == np.arange(10)[:, None]).all()
    assert not (slices[:, 0] == slices[:, 1]).all()


def test_a_column_follows_from_seed_number_and_name_alone(tiny: Scenario) -> None:
    one, again, other, more = (design(tiny, *size) for size in ((1, 6), (1, 6), (2, 6), (1, 7)))
    assert np.array_equal(one.values, again.values)
    for changed in (other.values, more.values[:7]):
        assert (one.values[1:] != changed[1:]).mean() > 0.99
    stated = replace(tiny, parameters=(Override("trust_noise", 0.2, "test"),))
    without = design(stated, 1, 6)
    assert without.held == ("trust_noise", "persons_per_adult")
    assert set(one.names) - set(without.names) == {"trust_noise"}
    kept = [one.names.index(name) for name in without.names]
    assert np.array_equal(one.values[1:, kept], without.values[1:])


def test_shares_of_one_whole_keep_their_sum_and_their_ranges() -> None:
    found = design(load_scenario("demo-township"), 1, 40, anew=20)
    drawn = np.vstack([found.values[1:], found.anew])
    for group in SHARES:
        columns = [found.names.index(name) for name in group]
        assert np.allclose(drawn[:, columns].sum(axis=1), found.values[0, columns].sum(), atol=1e-12)
        assert (drawn[:, columns].std(axis=0) > 0.01).all()
    assert (drawn >= found.low).all()
    assert (drawn <= found.high).all()


def test_a_twin_keeps_what_is_assumed_and_nothing_else() -> None:
    found = design(load_scenario("demo-township"), 1, 12, anew=6)
    same = found.anew == found.values[1:7]
    assert same[:, found.assumed].all()
    assert not same[:, ~found.assumed].any()
    grades = {name: load_parameters()[name].grade for name in found.names}
    assert [grades[name] == "assumed" for name in found.names] == found.assumed.tolist()


def test_wrong_ranges(tiny: Scenario) -> None:
    with pytest.raises(InputError, match="Did you mean 'trust_noise'"):
        design(tiny, 1, 4, ranges={"trust_nois": (0.0, 1.0)})
    with pytest.raises(InputError, match="'trust_noise' runs from 2 to 1"):
        design(tiny, 1, 4, ranges={"trust_noise": (2.0, 1.0)})
    with pytest.raises(InputError, match="draws: 3 is out of bounds; accepted is 4 to 10000"):
        run_draws(tiny, draws=3)


# ---------------------------------------------------------------- the sample of villages


def test_a_sample_stands_for_its_county() -> None:
    county = load_scenario("pengzhou")
    sample = sample_villages(county, 1, 20_000)
    smaller = sample.scenario()
    place = smaller.place
    assert not sample.whole
    assert 18 <= len(sample.names) <= 23
    assert 14_000 < sample.adults < 28_000
    assert set(sample.names) < set(county.place.village_names())
    assert place.village_names() == sample.names
    assert {row.rollout for row in place.roster or ()} == {"demonstration", "pilot", "conditioned", "rest"}
    assert len({row.endowment for row in place.roster or ()}) == 4
    adults = np.array([round(row.population / 1.3) for row in place.roster or ()])
    assert abs(int(adults.sum()) - sample.adults) <= 1
    assert float((adults * sample.factors).sum()) == pytest.approx(sample.county_adults, rel=1e-3)
    near, _, long = smaller.phases
    assert long.budget == pytest.approx(county.phases[2].budget * sample.adults / sample.county_adults, rel=1e-9)
    covered = [row.rollout in ("demonstration", "pilot") for row in place.roster or ()]
    part = adults[covered].sum() / (adults * sample.factors)[covered].sum()
    assert near.budget == pytest.approx(county.phases[0].budget * part, rel=1e-3)
    other = sample_villages(county, 2, 20_000)
    assert other.names != sample.names  # the classes of synthesised villages are luck


@pytest.mark.parametrize("values", [{}, {"capital_median": 2e6, "persons_per_adult": 1.22, "income_hill": 0.7}])
def test_sampled_villages_open_as_in_their_county(values: dict[str, float]) -> None:
    """Whatever the draw: what parameters do to the opening of a county they do to its sampled villages."""
    county = load_scenario("demo-township", overrides=("place.population=8000", "scenario.months=2"))
    sample = sample_villages(county, 5, 3000)
    whole, part = County.build(county, 5, values), County.build(sample.scenario(values), 5, values)
    assert 8 <= len(part.names) < len(whole.names)
    for v, name in enumerate(part.names):
        w = whole.names.index(name)
        for column in ("endowment", "rollout", "registered", "party_organisation", "mediators"):
            assert part.villages[column][v] == whole.villages[column][w]
        for column in ("form", "capital", "idle", "debt", "output"):
            assert part.enterprises[column][v] == whole.enterprises[column][w]
        count = part.villages["rows"][v]
        mine, theirs = part.start[v], whole.start[w]
        assert np.array_equal(
            part.villagers["trust"][mine : mine + count], whole.villagers["trust"][theirs : theirs + count]
        )


def test_a_small_place_is_its_own_sample(tiny: Scenario) -> None:
    sample = sample_villages(tiny, 1, 50)
    assert sample.whole
    assert sample.scenario() is tiny
    county = County.build(tiny, 1).advance()
    outcomes = county.record.outcomes
    series = county_series(outcomes, sample.factors)
    assert series.shape == (15, len(SERIES))
    assert np.allclose(series[:, 3:], county_mean(outcomes, outcomes), rtol=1e-12)


# ---------------------------------------------------------------- statistics with known answers


def uniform(*shape: int) -> np.ndarray:
    return np.random.Generator(np.random.Philox(7)).random(shape)


def normal(*shape: int) -> np.ndarray:
    return np.random.Generator(np.random.Philox(8)).normal(size=shape)


def test_luck_of_a_county_is_the_sum_of_its_villages_luck() -> None:
    """Classes dealt out in fixed numbers explain much of a village and nothing of the county."""
    villages = 400
    classes = np.zeros((2, villages, 2))
    for r in range(2):
        classes[r, np.argsort(uniform(2, villages)[r]), np.repeat([0, 1], villages // 2)] = 1.0
    parts = (0.01 * normal(2, villages) + classes[:, :, 0])[:, :, None]
    (luck,) = luck_of(parts.sum(axis=1), parts, classes) or []
    assert luck.sd == pytest.approx(0.01 * 400**0.5, rel=0.12)
    assert luck.half == pytest.approx(1.65 * luck.sd * 1.5**0.5, rel=0.01)  # nearly normal: many villages
    assert luck_of(parts[:1].sum(axis=1), parts[:1], classes[:1]) is None


def test_luck_of_a_figure_on_its_own() -> None:
    low, high = luck_interval([1.0, 2.0, 3.0])
    half = 2.9199855803537269 * 1.0 * (4 / 3) ** 0.5  # t, two degrees of freedom, .95
    assert (low, high) == (pytest.approx(2.0 - half), pytest.approx(2.0 + half))
    assert luck_interval([1.0]) == (None, None)


def test_luck_of_many_replicates_is_their_own_spread() -> None:
    levels = np.arange(9.0)[:, None]
    (luck,) = luck_of(levels, np.ones((9, 3, 1)), np.ones((9, 3, 1))) or []
    assert luck.sd == pytest.approx(levels.std(ddof=1))
    assert luck.half == pytest.approx(1.8595480375 * luck.sd * (10 / 9) ** 0.5)  # t, 8 degrees of freedom, .95


def test_variance_is_shared_out_as_planted() -> None:
    n = 4000
    assumed, known, again, luck, other = normal(5, n)
    own = 3.0 * assumed + 1.0 * known
    found = spread_of(10.0, own + 0.8 * luck, own + 0.8 * other, 3.0 * assumed + again + 0.8 * luck, 2.0)
    assert found is not None
    assert found.sd_parameters == pytest.approx(10.0**0.5, rel=0.05)
    assert found.sd_meeting == pytest.approx(0.8, rel=0.05)
    assert found.luck == pytest.approx(4.0 / 14.0, abs=0.02)
    # luck that meets parameters is common to a draw and its twin here, so it counts as carried by what they share
    assert found.assumed == pytest.approx((9.64 / 10.64) * 10.0 / 14.0, abs=0.02)
    assert found.assumed + found.estimated + found.luck == pytest.approx(1.0)
    assert found.assumed_low < found.assumed < found.assumed_high
    assert found.high - found.low == pytest.approx(2 * 1.6449 * 14.0**0.5, rel=0.05)
    assert 0.5 * (found.high + found.low) == pytest.approx(10.0, abs=0.3)


def test_luck_of_a_sample_counts_with_its_part_of_the_county() -> None:
    n = 4000
    own, luck, other = normal(3, n)
    found = [
        spread_of(0.0, own + 2.0 * luck, own + 2.0 * other, np.full(2, np.nan), 0.0, part=part)
        for part in (1.0, 0.25, 0.0)
    ]
    widths = [one.high - one.low for one in found if one is not None]
    assert widths == pytest.approx([2 * 1.6449 * (1.0 + 4.0 * part) ** 0.5 for part in (1.0, 0.25, 0.0)], rel=0.12)
    assert [one.luck for one in found if one is not None] == pytest.approx([4 / 5, 1 / 2, 0.0], abs=0.08)


def test_one_wild_pair_does_not_explain_away_all_the_others() -> None:
    """An enterprise that takes off under other luck in one draw: the other draws' spread stays in the interval."""
    own, luck = normal(2, 48)
    second = own[:8] + 0.05 * luck[:8]
    second[3] += 1000.0
    found = spread_of(0.0, own, second, np.full(2, np.nan), 0.01, part=0.05)
    assert found is not None
    assert found.high - found.low > 0.9 * (np.quantile(own, 0.95) - np.quantile(own, 0.05))


def test_quantiles_without_luck_and_with_draws_that_failed() -> None:
    deviations = np.array([np.nan, 0.0, 1.0, 2.0, np.nan, 3.0])
    found = spread_of(1.0, deviations, deviations[:2], np.full(3, np.nan), None)
    assert found is not None
    assert (found.low, found.middle, found.high) == pytest.approx((1.0, 2.5, 4.0))
    assert found.luck is None
    assert found.assumed is None
    assert spread_of(1.0, np.array([1.0, np.nan]), np.zeros(0), np.zeros(0), 1.0) is None


# ---------------------------------------------------------------- draws of a whole county


def bits(draws: Draws) -> list[tuple[Any, bytes]]:
    return [(one.job, b"" if one.series is None else one.series.tobytes()) for one in draws.outcomes]


def test_results_do_not_depend_on_the_number_of_workers(tiny: Scenario, drawn: Draws) -> None:
    calls: list[tuple[int, int]] = []
    again = run_draws(tiny, seed=3, draws=8, workers=3, progress=lambda done, total: calls.append((done, total)))
    assert bits(again) == bits(drawn)
    jobs = jobs_of(8, drawn.second, drawn.twins, policy=True)
    assert [one.job for one in drawn.outcomes] == jobs
    assert len(jobs) == simulations(tiny, 8)
    assert len(set(jobs)) == len(jobs)
    assert not drawn.failed
    assert calls[-1] == (14 * len(jobs), 14 * len(jobs))
    assert [done for done, _ in calls] == sorted(done for done, _ in calls)


def test_the_defaults_are_the_run_itself(tiny: Scenario, drawn: Draws) -> None:
    """Draw 0 has the luck of the first two replicates; a draw is a run with its values."""
    first = {(one.job.draw, one.job.replicate, one.job.policy): one.series for one in drawn.outcomes}
    for number, one in enumerate(simulate(tiny, seed=3, replicates=2, threads=1)):
        expected = county_series(one.record.outcomes, np.ones(3))
        assert np.array_equal(first[0, number, "scenario"], expected)
    (twin,) = simulate(without_policy(tiny), seed=3, replicates=1, threads=1, values=drawn.design.draw(5))
    assert np.array_equal(first[5, 0, "baseline"], county_series(twin.record.outcomes, np.ones(3)))
    series = [one.series for one in drawn.outcomes if one.series is not None]
    assert len({one.tobytes() for one in series}) == len(series)


def test_a_draw_that_fails_keeps_its_message_and_stops_no_other(
    tiny: Scenario, drawn: Draws, replicates: analysed.Replicates, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad = drawn.design.draw(2)
    build = County.build.__func__  # type: ignore[attr-defined]

    def refuse(cls: type[County], scenario: Scenario, seed: int, values: Any = None, **more: Any) -> County:
        if values == bad and scenario.phases:
            raise ArithmeticError("planted")
        return build(cls, scenario, seed, values, **more)

    monkeypatch.setattr(County, "build", classmethod(refuse))
    found = run_draws(tiny, seed=3, draws=8, workers=2)
    failed = [(one.job.draw, one.job.replicate, one.job.policy, one.message) for one in found.failed]
    assert failed == [(2, 0, "scenario", "ArithmeticError: planted"), (2, 1, "scenario", "ArithmeticError: planted")]
    good = [(job, series) for job, series in bits(drawn) if job.draw != 2 or job.policy != "scenario"]
    assert [(job, series) for job, series in bits(found) if series] == good
    figures = analysed.figures_of(replicates, found)
    assert figures["life"].effect is not None
    assert figures["life"].effect.spread is not None
    content = analysed.uncertainty_json(figures, found, 3)
    assert content["failed"][0]["message"] == "ArithmeticError: planted"


def test_stopped_by_the_user(tiny: Scenario, monkeypatch: pytest.MonkeyPatch) -> None:
    begin = County.begin_month

    def stop(self: County, **how: bool) -> None:
        if self.month == 5:
            raise KeyboardInterrupt
        begin(self, **how)

    monkeypatch.setattr(County, "begin_month", stop)
    before = threading.active_count()
    months: list[int] = []
    with pytest.raises(KeyboardInterrupt):
        run_draws(tiny, draws=8, workers=2, progress=lambda done, _: months.append(done))
    assert threading.active_count() == before
    assert max(months) < 8 * 14  # the others were not run


def test_without_policy_there_is_nothing_to_compare(tiny: Scenario) -> None:
    idle = without_policy(tiny)
    found = run_draws(idle, draws=4, workers=2)
    assert {one.job.policy for one in found.outcomes} == {"scenario"}
    replicates = analysed.Replicates(7)
    for one in simulate(idle, replicates=2, threads=1):
        replicates.add(one, None)
    figures = analysed.figures_of(replicates, found)
    assert figures["life"].effect is None
    content = analysed.uncertainty_json(figures, found, 2)
    assert (content["baseline"], content["assumed_share_of_effect"]) == (None, None)
    assert content["figures"]["life"]["last"]["low"] < content["figures"]["life"]["last"]["high"]


def widths(tiny: Scenario, replicates: analysed.Replicates, **ranges: tuple[float, float]) -> dict[str, float]:
    """Width of both intervals of satisfaction, and the share of variance that luck carries."""
    figure = analysed.figures_of(replicates, run_draws(tiny, seed=3, draws=8, ranges=ranges))["mean_satisfaction"]
    last = figure.last
    assert last.spread is not None
    return {
        "headline": last.high - last.low, "luck": last.high_luck - last.low_luck, "share": last.spread.luck,
    }  # fmt: skip


def test_a_range_widened_tenfold_widens_the_headline_and_not_luck(
    tiny: Scenario, replicates: analysed.Replicates
) -> None:
    """Once against all stated ranges, once alone and planted narrow, where the defaults hold everything else."""
    known = load_parameters()
    middle, half = known[PLANTED].value, 0.5 * (known[PLANTED].high - known[PLANTED].low)
    stated = widths(tiny, replicates)
    wider = widths(tiny, replicates, **{PLANTED: (middle - 10 * half, middle + 10 * half)})
    assert wider["headline"] > 1.3 * stated["headline"]
    assert wider["luck"] == stated["luck"] > 0.0
    fixed = {name: (one.value, one.value) for name, one in known.items()}
    narrow = widths(tiny, replicates, **fixed | {PLANTED: (middle - 0.1 * half, middle + 0.1 * half)})
    tenfold = widths(tiny, replicates, **fixed | {PLANTED: (middle - half, middle + half)})
    assert tenfold["headline"] > 2.0 * narrow["headline"]
    assert tenfold["luck"] == narrow["luck"] == stated["luck"]
    assert tenfold["share"] < 0.2 * narrow["share"]


def test_what_run_json_says(tiny: Scenario, drawn: Draws, replicates: analysed.Replicates) -> None:
    content = analysed.uncertainty_json(analysed.figures_of(replicates, drawn), drawn, 3)
    assert content["parameters"]["drawn"] == len(drawn.design.names)
    assert content["sample"]["names"] == [list(one.names) for one in drawn.samples]
    for name, figure in content["figures"].items():
        for measure in ("last", "change", "effect"):
            one = figure[measure]
            assert one["low"] <= one["high"], name
            assert one["low_luck"] <= one["mean"] <= one["high_luck"], name
            shares = [one["variance"][part] for part in ("luck", "assumed", "estimated")]
            assert None in shares or sum(shares) == pytest.approx(1.0), name
        assert figure["effect"]["mean"] == pytest.approx(figure["last"]["mean"] - figure["baseline"])
    share = content["assumed_share"]
    assert 0.0 <= share["low"] <= share["mean"] <= share["high"] <= 1.0
    assert share["mean"] == pytest.approx(sum(share["by_goal"].values()) / 3)
