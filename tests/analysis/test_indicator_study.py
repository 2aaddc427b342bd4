"""The laboratory on small counties: planted answers, determinism, interruption."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from functools import cache
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from ruralsim.analysis.indicators import Effort, Plan, study
from ruralsim.analysis.indicators import contexts as worlds_of
from ruralsim.analysis.indicators.advice import MATTERS, dressed
from ruralsim.analysis.indicators.design import (
    REWARDED,
    UNREWARDED,
    lever_settings,
    phase_years,
    scorecard_jobs,
    study_sample,
)
from ruralsim.analysis.indicators.gaming import gaming_map
from ruralsim.analysis.indicators.memory import Memory
from ruralsim.analysis.indicators.panel import run_jobs, runner
from ruralsim.analysis.indicators.scorecard import scorecard
from ruralsim.analysis.indicators.search import search
from ruralsim.analysis.indicators.sets import Judge, nested, sizes_of
from ruralsim.analysis.indicators.trials import DROP, trials
from ruralsim.analysis.village_sample import sample_villages
from ruralsim.base.errors import InputError
from ruralsim.policy.frameworks import framework_in_force
from ruralsim.spec.scenario import RegimeChoice
from ruralsim.view.laboratory.files import content
from tests import small

SMALL = Plan(Effort(2, 4, 1, 2, 2), worlds=2, runs=30)


@cache
def county(months: int = 24):
    base = small.stock("demo-township", months, villages=10, adults=50)
    left_out = tuple(
        item.id for item in framework_in_force(base.framework).items[9:] if item.id not in ("virtue", "order")
    )
    return replace(base, framework=replace(base.framework, without=left_out))


@cache
def lab(workers: int):
    return study(county(), plan=SMALL, workers=workers)


def test_a_study_is_the_same_for_any_number_of_workers():
    assert content(lab(1)) == content(lab(2))


def test_a_study_is_whole():
    found = lab(2)
    names = [item.id for item in framework_in_force(county().framework).items]
    assert [one.id for one in found.card.items] == names
    assert [one.item for one in found.advice] == names
    assert {one.item for one in found.tried if one.kind == DROP} == set(names)
    assert found.card.tiers[0].items == len(names)
    assert [one.name for one in found.card.phases] == [name for name in phase_years(county()) if name != "all"]
    assert {one.size for one in found.nested} == set(sizes_of(len(names)))
    assert [one.size for one in found.frontier] == sorted(one.size for one in found.frontier)
    assert all(one.chosen_on is not None for one in found.frontier)
    whole = next(one for one in found.nested if one.size == len(names))
    assert whole.gain.mean == pytest.approx(0.0, abs=1e-12)  # all items, evenly weighted, is the set as it is
    for one in found.card.items:
        assert one.breadth.mean >= 0.0
        assert -1.0 <= one.connection.low <= one.connection.high <= 1.0
        assert one.burden.mean > 0.0


def test_another_seed_is_another_study():
    assert content(
        study(county(), seed=2, plan=Plan(Effort(2, 0, 0, 0, 0), gaming=False, tried=False, sets=False))
    ) != (content(study(county(), seed=1, plan=Plan(Effort(2, 0, 0, 0, 0), gaming=False, tried=False, sets=False))))


@cache
def _self_reported() -> dict[str, str]:
    return {one.id: "self_report" for one in framework_in_force(small.stock("demo-township", 12).framework).items}


def _runs(regime: RegimeChoice, channels=None, lucks: int = 5):
    """Items, jobs and panels of a county with and without reward, under some kinds of luck."""
    base = small.stock("demo-township", 60, villages=24, adults=150)
    choice = replace(base.framework, channels=channels or {})
    scenario = replace(base, regime=regime, framework=choice)
    effort = Effort(lucks, 0, 0, 0, 0)
    jobs = scorecard_jobs(scenario, study_sample(scenario, 1, effort.simulations), 1, effort)
    return framework_in_force(choice).items, jobs, run_jobs(jobs, 2)


def _whole_set(regime: RegimeChoice, channels=None):
    items, jobs, panels = _runs(regime, channels)
    return scorecard(items, jobs, panels, 1).tiers[0]


def test_the_goodhart_gap_is_nothing_without_reward_and_something_with_high_powered_self_reports():
    none = _whole_set(RegimeChoice("inspected", {"pressure": 0.0}))
    assert none.goodhart_gap.low <= 0.0 <= none.goodhart_gap.high
    assert none.inflation.mean == 0.0
    hard = _whole_set(RegimeChoice("inspected", {"pressure": 1.5, "checks": 0.0}), _self_reported())
    assert hard.goodhart_gap.low > 0.0
    assert hard.inflation.low > 0.02


@pytest.mark.parametrize("channels", [None, "self_report"])
def test_low_powered_guidance_costs_reports_little_whoever_gives_them(channels):
    found = _whole_set(RegimeChoice("directional"), None if channels is None else _self_reported())
    assert -MATTERS < found.goodhart_gap.low <= found.goodhart_gap.high < MATTERS
    assert 0.0 < found.inflation.mean < 0.025


def test_without_reward_the_gap_is_luck_and_noise_alone():
    """The same world twice has no gap by construction; here the two sides met other luck and other noise."""
    items, jobs, panels = _runs(RegimeChoice("inspected", {"pressure": 0.0}), lucks=8)
    kept = [panel for job, panel in zip(jobs, panels, strict=True) if job.variant == UNREWARDED]
    renamed = [replace(jobs[0], variant=variant, luck=luck) for variant in (REWARDED, UNREWARDED) for luck in range(4)]
    card = scorecard(items, renamed, kept, 1)
    whole = card.tiers[0].goodhart_gap
    assert whole.low <= 0.0 <= whole.high
    assert 0.0 < whole.high - whole.low < 0.05  # and it would have shown what high-powered self-reports cost
    beyond = [one.id for one in card.items if one.goodhart_gap.low > 0.0 or one.goodhart_gap.high < 0.0]
    assert len(beyond) <= 0.3 * len(items)  # nine in ten cover zero


def test_the_laboratory_finds_what_is_planted_on_the_demonstration_township():
    """Row L15 of the sources: one item that villages report themselves, unchecked, among inspected ones."""
    base = small.stock("demo-township", 48, villages=20, adults=80)
    items = framework_in_force(base.framework).items
    channels = {item.id: "inspection" for item in items} | {"virtue": "self_report"}
    choice = replace(base.framework, channels=channels, checks={"virtue": 0.0})
    scenario = replace(base, regime=RegimeChoice("inspected", {"pressure": 1.0}), framework=choice)
    found = study(scenario, plan=Plan(Effort(4, 0, 0, 0, 0), worlds=3, gaming=False, sets=False), workers=2)
    by_inflation = sorted(found.card.items, key=lambda one: -one.inflation.mean)
    assert by_inflation[0].id == "virtue"
    assert dressed(found.card.item("virtue"))
    assert by_inflation[0].inflation.low > 2.0 * by_inflation[1].inflation.high
    assert found.advice_on("virtue").verdict in ("check_more", "ask_residents", "drop")
    asked = next(one for one in found.tried if (one.item, one.kind) == ("virtue", "ask"))
    assert asked.inflation is not None
    assert asked.inflation.mean < -0.25 * by_inflation[0].inflation.mean


def test_checks_and_penalties_act_on_the_gaming_map_as_they_should():
    base = replace(county(), regime=RegimeChoice("satisfaction"))
    sample = study_sample(base, 1, 10)
    found = gaming_map(worlds_of.contexts(base, sample, 1, 2), runner(2))
    by = {
        (one.setting.kind, one.setting.regime, one.setting.checks, one.setting.penalty): one.mean.mean
        for one in found.places
    }
    unchecked, checked = by["checks", "satisfaction", 0.0, 1.0], by["checks", "satisfaction", 0.70, 1.0]
    assert unchecked > checked >= -1e-3
    assert by["checks", "satisfaction", 0.30, 0.5] >= by["checks", "satisfaction", 0.30, 2.0]
    assert by["regime", "satisfaction", None, 1.0] > by["regime", "directional", None, 1.0] - 1e-4
    soft = [one.mean.mean for one in found.places if one.setting.kind == "hardening"]
    assert len(found.places[0].inflation) == len(found.items)
    assert len(soft) == 3


def test_an_item_left_out_is_neither_reported_nor_rewarded_nor_a_burden():
    base = county()
    names = [item.id for item in framework_in_force(base.framework).items]
    sample = study_sample(base, 1, 10)
    world = worlds_of.contexts(base, sample, 1, 2)[0]
    changed = worlds_of.with_framework(without=("virtue",))
    with_it, without = run_jobs([world.job("now", worlds_of.unchanged), world.job("out", changed)], 1)
    assert "virtue" in with_it.items
    assert without.items == tuple(name for name in names if name != "virtue")
    even = worlds_of.with_set(dict.fromkeys(names, 1.0), names)
    same = run_jobs([world.job("all", even)], 1)[0]
    assert (same.reported == with_it.reported).all()


def test_lever_settings_move_intensities_and_nothing_else():
    base = county()
    found = lever_settings(base, 1, 4)
    assert lever_settings(base, 1, 4) == found
    for phases in found:
        assert [(p.name, p.start, p.end, p.budget) for p in phases] == [
            (p.name, p.start, p.end, p.budget) for p in base.phases
        ]
    levels = np.array([list(phases[0].instruments.values()) for phases in found])
    assert (np.floor(np.sort(levels, axis=0) * 4) == np.arange(4)[:, None]).all()  # a Latin hypercube


def _judge(folder: Path | None, fresh: bool = False) -> Judge:
    base = county()
    names = [item.id for item in framework_in_force(base.framework).items]
    sample = study_sample(base, 1, 10)
    return Judge(worlds_of.contexts(base, sample, 1, 2, fresh=fresh), names, runner(2), Memory(folder))


def _kept(folder: Path) -> list[Path]:
    """Records that are whole; one that was being written when the process was killed has another name."""
    return sorted(path for path in folder.rglob("*.run") if not path.name.startswith("."))


def test_a_search_resumes_after_kill_9_and_finds_the_same(tmp_path: Path):
    whole = search(_judge(None), _judge(None, fresh=True), 60, seed=1)
    script = (
        "import sys; from pathlib import Path; sys.path.insert(0, sys.argv[2]);"
        "from tests.analysis.test_indicator_study import _judge, search;"
        "folder = Path(sys.argv[1]); search(_judge(folder), _judge(folder, fresh=True), 60, seed=1)"
    )
    root = Path(__file__).parents[2]
    running = subprocess.Popen(
        [sys.executable, "-c", script, str(tmp_path), str(root)], env=os.environ | {"PYTHONPATH": f"{root}/src:{root}"}
    )
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and running.poll() is None and len(_kept(tmp_path)) < 8:
        time.sleep(0.02)
    running.send_signal(signal.SIGKILL)
    running.wait()
    kept = len(_kept(tmp_path))
    assert 8 <= kept < whole.simulations
    broken = _kept(tmp_path)[0]
    broken.write_text(broken.read_text()[:20])  # a file cut short counts as not there
    again = search(_judge(tmp_path), _judge(tmp_path, fresh=True), 60, seed=1)
    assert again.chosen == whole.chosen
    assert again.curse == whole.curse
    assert again.simulations == whole.simulations - kept + 1


def test_the_search_finds_a_planted_best_set(monkeypatch):
    """With a made-up judge: three items matter, one harms, the rest only take time."""
    judge, fresh = _judge(None), _judge(None, fresh=True)
    worth = dict.fromkeys(judge.items, 0.0) | {
        judge.items[2]: 0.05,
        judge.items[5]: 0.03,
        judge.items[9]: 0.02,
        judge.items[0]: -0.04,
    }

    def numbers(self, sets):
        found = []
        for one in sets:
            kept = judge.items if one is None else one
            goal, time_left = sum(worth[name] for name in kept), 1.0 - 0.004 * len(kept)
            found.append(np.array([[goal] * 3 + [time_left]] * 2))
        return found

    monkeypatch.setattr(Judge, "numbers", numbers)
    found = search(judge, fresh, 1600, seed=1)
    best = max(found.chosen, key=lambda one: one.gain.mean)
    assert set(best.weights) == {judge.items[2], judge.items[5], judge.items[9]}
    aims = [(one.gain.mean, -one.size, one.hours.mean) for one in found.chosen]
    assert min(one.size for one in found.chosen) == 1
    assert not any(a != b and all(x >= y for x, y in zip(a, b, strict=True)) for a in aims for b in aims)
    assert found.curse == pytest.approx(0.0, abs=1e-12)


def test_nested_sets_are_nested():
    judge = _judge(None)
    found = nested({"given": judge.items}, judge)
    for one, other in pairwise(found):
        assert set(one.weights) < set(other.weights)


def test_bounds_are_said_in_words():
    with pytest.raises(InputError, match="--worlds"):
        study(county(), plan=Plan(worlds=1))


def test_trials_are_paired_with_the_framework_as_it_is():
    base = county()
    items = framework_in_force(base.framework).items
    sample = study_sample(base, 1, 10)
    found = trials(items, [("virtue", DROP)], worlds_of.contexts(base, sample, 1, 3), runner(2))
    assert len(found) == 1
    assert found[0].inflation is None
    assert found[0].mean.low <= found[0].mean.mean <= found[0].mean.high


def test_figures_of_a_sampled_county_are_the_countys():
    """Villages weigh as many adults of the county as they stand for, not as many as they have."""
    base = small.stock("pengzhou", 12, villages=40, adults=40)
    sample = sample_villages(base, 1, 400)
    assert not sample.whole
    assert sample.factors.max() > 1.2 * sample.factors.min()
    world = worlds_of.contexts(base, sample, 1, 2)[0]
    panel = run_jobs([world.job("now", worlds_of.unchanged)], 1)[0]
    assert panel.heads.sum() == pytest.approx(40 * 40, rel=0.05)
    assert (panel.heads / sample.factors).sum() == pytest.approx(sample.adults, rel=0.05)
    share = panel.heads / panel.heads.sum()
    assert panel.county_goals() == pytest.approx((share[:, None] * panel.goals.mean(axis=0)).sum(axis=0))
