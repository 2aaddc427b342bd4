"""Comparisons: closed forms, partners that are missing, and what common random numbers save."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from ruralsim.analysis.compare import Comparison, compare, replicates_needed
from ruralsim.experiments import Plan, Store, run_experiment
from ruralsim.experiments.record import encode
from ruralsim.experiments.series import SERIES
from ruralsim.model.groups import GROUP_MEASURES
from tests.experiments import tiny

K = SERIES.index("life")


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> tuple[Plan, Store]:
    plan = tiny.plan(replicates=4, draws=6, draw_replicates=2)
    store = Store(tmp_path_factory.mktemp("store"))
    run_experiment(plan, store, workers=0)
    return plan, store


@pytest.fixture(scope="module")
def found(done: tuple[Plan, Store]) -> Comparison:
    return compare(*done)


def _levels(plan: Plan, store: Store, arm: str) -> np.ndarray:
    runs = [run for run in plan.runs() if run.arm == arm and run.draw == 0]
    return np.array([store.read(plan.key(run.index)).groups[0, -1, K] for run in runs])  # type: ignore[union-attr]


def test_differences_are_paired_means_with_student_intervals(done: tuple[Plan, Store], found: Comparison) -> None:
    strict, loose = (_levels(*done, arm) for arm in ("strict", "loose"))
    (one,) = found.last("life")
    gaps = loose - strict
    assert (one.scenario, one.against, one.replicates) == ("loose", "strict", 4)
    assert one.mean == pytest.approx(gaps.mean(), rel=1e-12)
    known = stats.t.interval(0.9, 3, gaps.mean(), gaps.std(ddof=1) / 2.0)
    assert (one.low_mean, one.high_mean) == pytest.approx(known)
    assert one.high_luck - one.mean == pytest.approx((one.high_mean - one.mean) * 5**0.5)  # type: ignore[operator]
    assert one.sd_unpaired == pytest.approx((strict.var(ddof=1) + loose.var(ddof=1)) ** 0.5)
    assert one.low <= one.low_luck + 1e-12 or one.high >= one.high_luck - 1e-12  # type: ignore[operator]


def test_the_same_scenario_differs_by_exactly_nothing(tmp_path: Path) -> None:
    arm = tiny.design().arms[0]
    plan = tiny.plan(arms=(arm, arm.__class__("copy", {}, (tiny.scenario(),))))
    run_experiment(plan, tmp_path, workers=0)
    result = compare(plan, Store(tmp_path))
    assert len(result.differences) > 100
    assert {one.mean for one in result.differences} == {0.0}
    assert {one.sd for one in result.differences} == {0.0}
    assert all(one.better == one.worse == 0.0 for one in result.villages)
    assert all(one.sure == 0 for one in result.differences)


def test_what_is_missing_takes_its_partner_along(done: tuple[Plan, Store], tmp_path: Path) -> None:
    plan, whole = done
    store = Store(tmp_path)
    for run in plan.runs():
        if run.index != 1:  # the loose arm under the first luck
            store.put(plan.key(run.index), whole.content(plan.key(run.index)))  # type: ignore[arg-type]
    result = compare(plan, store)
    (one,) = result.last("life")
    gaps = (_levels(plan, whole, "loose") - _levels(plan, whole, "strict"))[1:]
    assert (one.replicates, result.incomplete) == (3, 1)
    assert one.mean == pytest.approx(gaps.mean())
    assert one.low is not None  # the draws still have partners under the second luck
    assert one.high is not None


def test_replicates_needed_is_the_least_that_will_do() -> None:
    for sd, half in ((1.0, 0.5), (2.0, 0.11), (0.3, 4.0)):
        n = replicates_needed(sd, half)
        assert n is not None
        assert stats.t.ppf(0.95, n - 1) * sd / n**0.5 <= half
        assert n == 2 or stats.t.ppf(0.95, n - 2) * sd / (n - 1) ** 0.5 > half
    assert replicates_needed(0.0, 0.1) == 2
    assert replicates_needed(1.0, 0.0) is None


def test_planted_gains_are_found_for_classes_people_and_villages(done: tuple[Plan, Store], tmp_path: Path) -> None:
    """A tenth more life for villages of one class, in every run of one arm, comes out as a tenth for it alone."""
    plan, whole = done
    store = Store(tmp_path)
    for run in plan.runs():
        own = whole.read(plan.key(run.index if run.arm == "strict" else run.index - 1))  # copies of the strict arm
        assert own is not None
        groups, people, villages = own.groups.copy(), own.people.copy(), own.villages.copy()  # type: ignore[union-attr]
        if run.arm == "loose":
            groups[2, :, K] += 0.1
            people[3, 1] -= 0.2
            villages[0, K] += 0.1
        record = type(own)(
            groups, people, villages, own.names, own.classes, own.months, own.villagers, own.spent, own.audit
        )
        store.put(plan.key(run.index), encode(record, plan.key(run.index)))
    result = compare(plan, store)
    by_group = {(one.grouping, one.group): one.mean for one in result.differences
                if (one.outcome, one.year) == ("life", 1) and one.grouping in ("rollout", "class", "form")}  # fmt: skip
    moved = {key for key, mean in by_group.items() if abs(mean) > 1e-9}
    from ruralsim.experiments.series import GROUPS, PEOPLE

    assert moved <= {GROUPS[2]}
    assert all(by_group[key] == pytest.approx(0.1) for key in moved)
    measure = GROUP_MEASURES[1][0]
    changed = [one for one in result.differences if one.outcome == measure and one.mean]
    assert [(one.grouping, one.group) for one in changed] == [PEOPLE[3]]
    assert changed[0].mean == pytest.approx(-0.2)
    (share,) = [one for one in result.villages if one.outcome == "life"]
    assert (share.better, share.worse) == (0.5, 0.0)
    assert share.names[0] == (tiny.scenario().place.village_names()[0],)  # the user's own roster may be named


def test_common_luck_narrows_what_independent_luck_would_not(found: Comparison) -> None:
    gains = [one.gain for one in found.last() if one.outcome in ("life", "mean_satisfaction") and one.gain]
    assert min(gains) > 2.0
