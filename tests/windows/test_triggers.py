"""A trigger fires in the month its signpost crosses, on both paths, and window-dressing can set it off."""

from __future__ import annotations

import html
import json
from dataclasses import replace
from pathlib import Path

import pytest
from test_docking import dock
from township import township

from ruralsim.analysis.signposts import _true_levels, signals
from ruralsim.model import snapshot
from ruralsim.model.county import County
from ruralsim.policy.frameworks import load_frameworks
from ruralsim.policy.triggers import place_of_signpost
from ruralsim.spec.scenario import Override, Phase, Scenario, Trigger
from ruralsim.view.commands.run import simulate_into
from ruralsim.view.report.data import read_run
from ruralsim.view.report.page import page

RESCUE = {"mediation_network": 0.8, "sunshine_affairs": 0.8}


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Scenario:
    return township(tmp_path_factory.mktemp("triggers"), months=30)


def watching(scenario: Scenario, level: float, reading: str = "true", **changes: object) -> Scenario:
    """The township whose second phase begins when trust has reached a level."""
    fields = {"above": True, "first": scenario.start, "start": "spread", **changes}
    signpost = fields.pop("signpost", "trust")
    trigger = Trigger("t", signpost, reading, level=level, **fields)  # type: ignore[arg-type]
    reserve = Phase("rescue", scenario.start, scenario.start, budget=60_000.0, instruments=RESCUE)
    return replace(scenario, triggers=(trigger,), reserves=(reserve,))


def path_of(scenario: Scenario, seed: int = 5) -> dict[int, float]:
    """What the signpost reads at the end of each quarter where nothing can fire."""
    trigger = scenario.triggers[0]
    item, observable = place_of_signpost(trigger, scenario)
    county, found = County.build(replace(scenario, triggers=(), reserves=()), seed), {}
    while county.month < scenario.months:
        county.advance(1)
        if county.calendar(county.month).month % 3 == 0:
            heads = county.villages["registered"].astype(float)
            values = (
                county.observed[:, observable] if trigger.reading == "true" else county.reports["reported"][:, item]
            )
            found[county.month] = float((values * heads).sum() / heads.sum())
    return found


def test_it_fires_in_the_month_its_signpost_crosses_on_both_paths(place: Scenario) -> None:
    path = path_of(watching(place, 1.0))
    months = sorted(path)[1:5]
    level = max(path[m] for m in months[:2]) + 1e-9
    expected = next((m for m in months if path[m] >= level), None)
    if expected is None:  # falling: watch from above
        level = min(path[m] for m in months[:2]) - 1e-9
        expected = next(m for m in sorted(path) if path[m] <= level)
    above = path[expected] >= level
    one = watching(place, level, above=above, first=place.start + (months[0] - 1))
    agents, columns = dock(one, 5, expected + 3)
    for county in (agents.county, columns.county):
        (fired,) = county.record.fired
        assert fired[:2] == (expected, "t")
        assert fired[3] == pytest.approx(path[expected], abs=1e-12)
        spread = next(p for p in county.programme.strategy.phases if p.name == "spread")
        assert spread.first == expected + 1
        assert not any(m > expected and p == "demonstrate" for m, p, *_ in county.record.binding)


def test_a_signpost_that_never_crosses_changes_nothing(place: Scenario) -> None:
    watched, plain = (County.build(s, 5).advance() for s in (watching(place, 1.0), place))
    assert watched.record.fired == []
    assert watched.record.outcomes.tobytes() == plain.record.outcomes.tobytes()
    assert watched.record.money.tobytes() == plain.record.money.tobytes()


def test_another_step_comes_in_and_is_paid_from_its_own_budget(place: Scenario) -> None:
    one = watching(place, 1.0, above=False, start=None, replace="spread", by="rescue", first=place.start + 21)
    county = County.build(one, 5).advance()
    assert [entry[:2] for entry in county.record.fired] == [(22, "t")]
    columns = {name: k for k, name in enumerate(county.programme.names)}
    for month, _, intensity, cost in county.record.policy:
        rescued = month > 22
        assert bool(intensity[:, columns["mediation_network"]].any()) == (month > 19), month
        if rescued:
            assert not cost[:, columns["living_environment"]].any(), month
    # 60,000 yuan a year from April 2023: three twelfths by June
    spent = sum(int(cost.sum()) for month, _, _, cost in county.record.policy if month > 22 and month <= 24 + 7)
    assert 0 < spent <= 60_000_00


def test_a_county_saved_after_a_firing_goes_on_as_if_never_stopped(place: Scenario, tmp_path: Path) -> None:
    one = watching(place, 0.0, first=place.start + 6)
    whole = County.build(one, 5).advance()
    assert whole.record.fired
    half = County.build(one, 5).advance(14)
    snapshot.save(half, tmp_path / "county.npz")
    again = snapshot.load(tmp_path / "county.npz", one).advance()
    assert again.record.fired == whole.record.fired
    assert again.record.outcomes.tobytes() == whole.record.outcomes.tobytes()
    assert again.record.money.tobytes() == whole.record.money.tobytes()


def test_window_dressing_sets_off_a_trigger_on_what_is_reported(place: Scenario, tmp_path: Path) -> None:
    """The report crosses a level that the truth has not reached; a trigger on the truth does not fire then."""
    dressing = {"gaming_self_report": 3.6, "gaming_penalty": 0.25, "gaming_integrity": 0.2, "gaming_gain": 0.24}
    one = replace(
        place,
        parameters=tuple(Override(name, value, "easily dressed") for name, value in dressing.items()),
    )
    items = load_frameworks()[one.framework.name].items
    county, gaps = County.build(one, 5).advance(), []
    for month, values in county.record.indicators:
        gap = (values[..., 1] - values[..., 0]).mean(axis=0)
        gaps += [(float(gap[k]), month, k) for k, item in enumerate(items) if item.channel == "self_report"]
    gap, month, k = max(gaps)
    assert gap > 0.02, "somebody dresses a report"
    first = one.start + (month - 1)
    watched = watching(one, 0.0, "reported", signpost=items[k].id, first=first, last=first)
    (fired,) = County.build(watched, 5).advance(month + 1).record.fired
    assert None not in fired
    assert fired[2] > fired[3]
    level = (fired[2] + fired[3]) / 2
    on_report = watching(one, level, "reported", signpost=items[k].id, first=first, last=first)
    on_truth = watching(one, level, "true", signpost=items[k].id, first=first, last=first)
    deceived = County.build(on_report, 5)
    rollout = deceived.villages["rollout"].copy()
    assert [e[0] for e in deceived.advance(month + 1).record.fired] == [month]
    assert County.build(on_truth, 5).advance(month + 1).record.fired == []
    (said,) = signals(on_report, rollout, deceived.record)
    assert said.fooled
    assert not said.held_back
    assert said.on_truth is None
    _the_report_shows_it(on_report, tmp_path, str(one.start + (month - 1)))


def _the_report_shows_it(scenario: Scenario, folder: Path, month: str) -> None:
    """The page of a run says in both languages that the report set the trigger off, when, and what was true."""
    simulate_into(scenario, 5, 1, 0, folder / "run", threads=1, lang="en", silent=True)
    (entry,) = json.loads((folder / "run" / "run.json").read_text(encoding="utf-8"))["triggers"]
    (fired,) = entry["fired"]
    assert (fired["date"], fired["fooled"]) == (month, True)
    text = html.unescape(page(read_run(folder / "run"), "en"))
    reported, true = (f"{fired[name]:.3f}" for name in ("reported", "true"))
    assert f"In 1 of 1 firings, {month}, 't' was set off by the report and not by the truth: {reported} was" in text
    assert f"reported where {true} was true, on average, and the truth never crosses the level." in text
    assert f"（{month}）是由上报数字而非真实情况引起的：平均上报 {reported}，真实为 {true}；" in text


def test_the_truth_is_averaged_as_the_county_itself_does(place: Scenario) -> None:
    """Where the trigger reads the truth, reading the record gives the very number that it fired on."""
    items = [item.id for item in load_frameworks()[place.framework.name].items if item.channel == "self_report"]
    one = watching(place, 0.0, "reported", signpost=items[0], first=place.start + 6)
    county = County.build(one, 5)
    rollout = county.villages["rollout"].copy()
    county.advance(12)
    (fired,) = county.record.fired
    levels = dict(_true_levels(one.triggers[0], one, rollout, county.record))
    assert levels[fired[0]] == pytest.approx(fired[3], abs=1e-12)
