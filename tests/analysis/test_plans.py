"""Plans at equal money: the same present value to the fen, variants that do what they say, no decoration."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ruralsim.analysis.compare import compare
from ruralsim.analysis.plan_trace import trace
from ruralsim.analysis.plans import (
    HorizonStore,
    at_equal_money,
    candidate,
    design_of,
    reordered,
    shifted,
    variants,
    with_plan,
)
from ruralsim.base.errors import InputError
from ruralsim.experiments.plan import open_plan
from ruralsim.experiments.run import run_experiment
from ruralsim.experiments.store import Store
from ruralsim.model.county import County
from ruralsim.model.run import replicate_seed
from ruralsim.policy.envelope import factor, granted, present_value, with_money
from ruralsim.spec.scenario import Phase, Scenario, Trigger
from tests.small import START, differing, fingerprint, scenario

MIXES = ({"six_deliberations": 0.6, "cadre_training": 0.6}, {"living_environment": 0.7}, {"sunshine_affairs": 0.5})


def phased(months: int = 36, budgets: tuple[float, ...] = (40_000.0, 30_000.0, 20_000.0)) -> Scenario:
    """Three phases of equal length."""
    width = months // 3
    phases = [
        Phase(f"p{k}", START + k * width, START + (k * width + width - 1), ("all",), budgets[k], MIXES[k])
        for k in range(3)
    ]
    return scenario(4, months, phases=phases)


@settings(max_examples=60)
@given(
    st.lists(st.integers(10, 10**7), min_size=3, max_size=3),
    st.integers(100, 10**11),
    st.sampled_from([0.0, 0.03, 0.08]),
)
def test_money_is_equal_to_the_fen(budgets: list[int], target: int, discount: float) -> None:
    one = with_money(phased(budgets=tuple(b / 7 for b in budgets)), target, discount)
    assert present_value(one, discount) == target
    by_hand = math.fsum(fen / (1 + discount) ** (k / 12) for k, fen in enumerate(granted(one)))
    assert abs(by_hand - target) <= 0.5 + 1e-6 * target / 1e6


def test_what_is_granted_is_what_budgets_say() -> None:
    money = granted(phased())
    assert sum(money[:12]) == 40_000_00
    assert sum(money) == (40_000 + 30_000 + 20_000) * 100
    assert factor(13, 0.05) == pytest.approx(1 / 1.05)


def test_a_plan_without_a_limit_has_no_present_value() -> None:
    one = phased()
    free = replace(one, phases=(replace(one.phases[0], budget=None), *one.phases[1:]))
    with pytest.raises(InputError, match="has no budget"):
        present_value(free)


def test_orders_exchange_mixes_and_nothing_else() -> None:
    one = phased()
    other = reordered(one, (2, 0, 1))
    assert [dict(p.instruments) for p in other.phases] == [MIXES[2], MIXES[0], MIXES[1]]
    for a, b in zip(one.phases, other.phases, strict=True):
        assert (a.start, a.end, a.budget, a.rollout) == (b.start, b.end, b.budget, b.rollout)
    assert reordered(one, (0, 1, 2)).digest == one.digest


def test_other_dates_leave_no_gap_and_end_where_the_plan_did() -> None:
    later = shifted(phased(), 6)
    assert later is not None
    spans = [(p.start - START, p.end - START) for p in later.phases]
    assert spans == [(0, 17), (18, 29), (30, 35)]
    assert shifted(phased(), -12) is None, "a phase would vanish"


def test_variants_are_all_different_and_come_at_one_money_and_horizon() -> None:
    plans, money = at_equal_money(variants(phased()), tail=12)
    assert len({one.scenario.digest for one in plans}) == len(plans) >= 7
    assert {one.scenario.months for one in plans} == {48}
    assert {present_value(one.scenario) for one in plans} == {money}


def test_plans_that_differ_only_in_labels_give_identical_bytes() -> None:
    one = phased()
    renamed = tuple(replace(p, name=f"stage {k}", title={"zh": "阶段"}) for k, p in enumerate(one.phases))
    other = with_plan(one, replace(one, phases=tuple(reversed(renamed))))
    a, b = (County.build(s, 3).advance() for s in (one, other))
    assert differing(fingerprint(a), fingerprint(b)) == []


def test_another_order_moves_results() -> None:
    one = phased()
    a, b = (County.build(s, 3).advance() for s in (one, reordered(one, (2, 1, 0))))
    assert differing(fingerprint(a), fingerprint(b))


def test_horizon_means_weigh_every_month_alike_and_the_comparison_uses_them(tmp_path: Path) -> None:
    one = phased(30)
    plans, _ = at_equal_money([candidate("a", one, "phases_plan_written"),
                               candidate("b", reordered(one, (2, 1, 0)), "phases_plan_written")], tail=0)  # fmt: skip
    plan = open_plan(design_of(plans, replicates=3, draws=0))
    run_experiment(plan, tmp_path, workers=1)
    key = plan.key(0)
    record, whole = Store(tmp_path).read(key), HorizonStore(tmp_path).read(key)
    assert record is not None
    assert whole is not None
    by_hand = (12 * record.groups[:, 1] + 12 * record.groups[:, 2] + 6 * record.groups[:, 3]) / 30
    np.testing.assert_allclose(whole.groups[:, -1], by_hand, rtol=1e-12)
    found = compare(plan, HorizonStore(tmp_path))
    goal = next(d for d in found.last("governance") if d.scenario == "b")
    assert goal.low_luck is not None
    assert goal.low_luck <= goal.mean <= (goal.high_luck or 0.0)


def test_a_trace_says_what_was_spent_and_where_budgets_bound() -> None:
    poor = phased(budgets=(400.0, 300.0, 200.0))
    found = trace(poor)
    assert found.granted == present_value(poor) / 100
    assert set(found.bound) == {"p0", "p1", "p2"}
    assert all(one.months == 12 for one in found.bound.values())
    assert all(0.0 < one.running < 1.0 for one in found.bound.values())
    assert 0.0 <= found.unspent < 0.2
    rich = trace(phased(budgets=(4e6, 4e6, 4e6)))
    assert rich.bound == {}
    assert rich.unspent > 0.5


def test_what_is_paid_once_comes_into_place_as_it_is_paid() -> None:
    """The share in place when the budget bound is what the months' deliveries say, not what was paid in a month."""
    one = phased(budgets=(40_000.0, 6_000.0, 20_000.0))
    found = trace(one)
    county = County.build(one, replicate_seed(1, 0)).advance()
    bound = [month for month, phase, *_ in county.record.binding if phase == "p1"]
    column = county.programme.names.index("living_environment")
    delivered = [(asked[:, column].sum(), given[:, column].sum()) for month, asked, given, _ in county.record.policy
                 if month in bound]  # fmt: skip
    share = sum(given for _, given in delivered) / sum(asked for asked, _ in delivered)
    assert found.bound["p1"].once == pytest.approx(share)
    assert 0.0 < share < 1.0


def test_money_is_counted_on_the_dates_that_held_as_triggers_fired() -> None:
    one = phased(budgets=(12_000.0, 60_000.0, 60_000.0))
    sooner = Trigger("t", "trust", "true", True, 0.0, START, start="p1")
    found = trace(replace(one, triggers=(sooner,)))
    (fired,) = found.signals
    assert fired.month == 3
    assert found.granted > present_value(one) / 100
