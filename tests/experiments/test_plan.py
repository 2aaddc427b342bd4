"""Plans: the order of runs, what they share, and what their keys depend on."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from ruralsim.base.sums import in_order
from ruralsim.experiments import Arm, Factor
from ruralsim.experiments import plan as plan_module
from ruralsim.experiments.factors import drawn_values, with_context
from ruralsim.experiments.sampling import latin_hypercube, points, sobol
from ruralsim.policy.regimes import load_regimes
from ruralsim.spec.scenario import Override
from tests.experiments import tiny

NAMES = ("disposition_mean", "trust_rate", "member_share")


def test_a_hypercube_has_one_point_in_every_slice() -> None:
    cube = latin_hypercube(NAMES, 3, 40)
    for column in cube.T:
        assert sorted((column * 40).astype(int)) == list(range(40))
    assert not np.array_equal(cube, latin_hypercube(NAMES, 4, 40))


def test_one_more_column_moves_no_other() -> None:
    assert np.array_equal(latin_hypercube(NAMES, 3, 16), latin_hypercube((*NAMES, "z"), 3, 16)[:, :3])
    assert np.array_equal(latin_hypercube(NAMES[::-1], 3, 16), latin_hypercube(NAMES, 3, 16)[:, ::-1])


def test_a_sobol_sequence_is_balanced_and_grows() -> None:
    cube = sobol(NAMES, 3, 64)
    assert np.array_equal(cube[:20], sobol(NAMES, 3, 20))
    for column in cube.T:  # a digital shift keeps every elementary interval at one point
        assert sorted((column * 64).astype(int)) == list(range(64))
    assert ((cube > 0.0) & (cube < 1.0)).all()
    assert not np.array_equal(cube, sobol(NAMES, 4, 64))
    # in two dimensions, each of the 8 × 8 boxes of side 1/8 holds one of 64 points
    boxes = {(int(8 * x), int(8 * y)) for x, y in sobol(NAMES[:2], 3, 64)}
    assert len(boxes) == 64


def test_distributions_have_their_moments_and_ends() -> None:
    u = latin_hypercube(("u",), 1, 4000)[:, 0]
    for factor, mean in (
        (Factor("a", 1.0, 3.0, "1", "s"), 2.0),
        (Factor("a", 1.0, np.e, "1", "s", "log_uniform"), np.e - 1.0),
        (Factor("a", 0.0, 6.0, "1", "s", "triangular", peak=3.0), 3.0),
        (Factor("a", 0.0, 9.0, "1", "s", "triangular", peak=0.0), 3.0),
        (Factor("a", -8.0, 12.0, "1", "s", "normal", mean=2.0, sd=1.0), 2.0),
    ):
        drawn = factor.scaled(u)
        assert drawn.mean() == pytest.approx(mean, rel=2e-3), factor
        assert drawn.min() >= factor.low
        assert drawn.max() <= factor.high


def test_shares_of_one_whole_keep_their_sum() -> None:
    names = ("age_18_29", "age_30_44", "age_45_59", "age_60_74")
    defaults = tiny.scenario().parameter_values()
    factors = tuple(Factor(name, defaults[name] * 0.8, defaults[name] * 1.2, "1", "s") for name in names)
    drawn = drawn_values(factors, points("latin_hypercube", names, 1, 20), defaults)
    assert drawn.sum(axis=1) == pytest.approx(sum(defaults[name] for name in names))


def test_every_run_has_a_place_and_pairs_share_luck_and_draw() -> None:
    plan = tiny.plan(draw_replicates=2, replicates=3, draws=4)
    assert len(plan) == 2 * (3 + 4 * 2)
    runs = list(plan.runs())
    places = {(one.arm, one.context, one.draw, one.replicate) for one in runs}
    assert len(places) == len(runs)
    assert {one.draw for one in runs[:6]} == {0}
    for one, other in zip(runs[::2], runs[1::2], strict=True):
        assert (one.draw, one.replicate, one.seed, one.values) == (
            other.draw,
            other.replicate,
            other.seed,
            other.values,
        )
    assert len({one.seed for one in runs}) == 3


def test_more_replicates_or_draws_leave_the_others_where_they_were() -> None:
    few, many = tiny.plan(method="sobol", draws=2), tiny.plan(method="sobol", draws=5, replicates=6)
    assert {few.key(i) for i in range(len(few))} < {many.key(i) for i in range(len(many))}


def test_keys_tell_apart_what_matters_and_nothing_else() -> None:
    plan = tiny.plan()
    keys = [plan.key(index) for index in range(len(plan))]
    assert len(set(keys)) == len(keys)
    again = tiny.plan(name="other", title={"en": "Other"}, outcomes=("life",), budget=99)
    assert keys == [again.key(index) for index in range(len(again))]
    relabelled = replace(tiny.scenario(), name="new", title={"en": "new"}, source_file="elsewhere.toml")
    arms = (Arm("a", {}, (relabelled,)), tiny.design().arms[1])
    assert tiny.plan(arms=arms).key(0) == keys[0]
    changed = (
        {"seed": 2}, {"detail": "classes"}, {"arms": (Arm("a", {}, (replace(relabelled, months=5),)),)},
        {"arms": (Arm("a", {}, (tiny.scenario(regime="satisfaction"),)),)},
        {"arms": (Arm("a", {}, (tiny.scenario(context={"farm_price": ("constant", (1.1,))}),)),)},
    )  # fmt: skip
    found = [tiny.plan(**one).key(0) for one in changed]
    assert len({*found, keys[0]}) == len(found) + 1


def test_what_a_name_stands_for_is_in_the_key_and_nothing_else_of_the_data(monkeypatch: pytest.MonkeyPatch) -> None:
    key = tiny.plan().key(0)
    real = load_regimes()
    regime = real["inspected"]
    other = next(name for name in real if name != "inspected")
    for changed, same in ((other, True), ("inspected", False)):
        edited = {**real, changed: replace(real[changed], title={**real[changed].title, "en": "edited"})}
        monkeypatch.setattr(plan_module, "load_regimes", lambda edited=edited: edited)
        assert (tiny.plan().key(0) == key) == same
    assert regime == real["inspected"]


def test_a_drawn_value_and_the_same_override_are_one_run() -> None:
    plan = tiny.plan()
    run = next(one for one in plan.runs() if one.draw == 1 and one.arm == "strict")
    value = run.values["disposition_mean"]
    scenario = replace(tiny.scenario(), parameters=(Override("disposition_mean", value, "why"),))
    other = tiny.plan(arms=(Arm("one", {}, (scenario,)),), draws=0, factors=())
    assert other.key(0) == plan.key(run.index)
    assert other.produce(0) == plan.produce(run.index)


def test_a_value_that_the_place_states_does_not_share_a_key_with_one_that_it_overrides() -> None:
    factor = (Factor("persons_per_adult", 1.2, 1.5, "1", "s"),)
    plan = tiny.plan(factors=factor)
    run = next(one for one in plan.runs() if one.draw == 1)
    value = run.values["persons_per_adult"]
    stated = replace(tiny.scenario(), parameters=(Override("persons_per_adult", value, "the place says 1.3"),))
    assert tiny.plan(arms=(Arm("one", {}, (stated,)),), draws=0, factors=()).key(0) != plan.key(run.index)


def test_a_context_key_is_drawn_as_a_level() -> None:
    plan = tiny.plan(factors=(Factor("context.farm_price", 0.5, 1.5, "1", "s"),))
    run = next(one for one in plan.runs() if one.draw == 2)
    series = plan.scenario(run.index).context.series["farm_price"]
    assert series.values == (run.values["context.farm_price"],)
    assert with_context(tiny.scenario(), {}) == tiny.scenario()
    assert plan.key(run.index) != plan.key(0)


def test_draws_add_up_from_the_first_to_the_last_on_every_python() -> None:
    """Python 3.12 sums floats with a correction; a last bit that moves with the interpreter would be another run."""
    parts = [0.1] * 10
    assert in_order(parts) == 0.9999999999999999
    assert in_order([]) == 0.0
