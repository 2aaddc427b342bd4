"""Planted items: the laboratory has to find what was hidden in the values."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from ruralsim.analysis.indicators.advice import ASK, CHECK, DROP, advise, dressed, trials_wanted
from ruralsim.analysis.indicators.design import REWARDED, UNREWARDED
from ruralsim.analysis.indicators.estimate import Estimate
from ruralsim.analysis.indicators.panel import COMPONENTS, Job, Panel
from ruralsim.analysis.indicators.scorecard import scorecard
from ruralsim.analysis.indicators.trials import Trial
from ruralsim.model.outcomes import GOALS
from ruralsim.policy.frameworks import chosen_framework
from tests import small
from tests.analysis.test_indicator_measures import noise

NAMES = ("good", "twin", "faked", "weak", "flat", "other")
VILLAGES, YEARS = 40, 3
NULL = Estimate(0.0, -0.01, 0.01)


def items():
    pattern = chosen_framework("pengzhou").items[0]
    watched = ("virtue", "norm", "practice", "legal_awareness", "belonging", "self_governance")
    channels = ("registry", "registry", "self_report", "registry", "registry", "inspection")
    return [
        replace(pattern, id=name, observable=seen, channel=channel)
        for name, seen, channel in zip(NAMES, watched, channels, strict=True)
    ]


def panel(cell: str, rewarded: bool) -> Panel:
    """Outcomes follow one hidden thing and a second one: 'good' shows the first, 'other' the second, 'faked' little."""
    hidden, second = noise(f"{cell} h", YEARS, VILLAGES), noise(f"{cell} s", YEARS, VILLAGES)
    components = np.stack(
        [0.7 * hidden + 0.4 * second + 0.5 * noise(f"{cell} c{k}", YEARS, VILLAGES) for k in range(len(COMPONENTS))],
        axis=-1,
    )
    good = hidden + 0.1 * noise(f"{cell} g", YEARS, VILLAGES)
    claim = 0.35 * hidden + 0.9 * noise(f"{cell} k", YEARS, VILLAGES)
    true = np.stack(
        [good, hidden, claim, noise(f"{cell} w", YEARS, VILLAGES), np.full_like(good, 0.5), second], axis=-1
    )
    reported = true + 0.05 * noise(f"{cell} n", YEARS, VILLAGES, len(NAMES))
    if rewarded:  # those who have little to show dress it up
        reported[..., 2] += 1.2 * np.maximum(0.0, 0.8 - claim) + 0.5 * np.abs(noise(f"{cell} d", YEARS, VILLAGES))
    return Panel(NAMES, 0.1 * true, 0.1 * reported, components, np.ones(VILLAGES), 0.9, np.full(len(NAMES), 0.004))


@pytest.fixture(scope="module")
def card():
    scenario = small.scenario(3, months=36)
    jobs, panels = [], []
    for luck in range(6):
        for variant in (REWARDED, UNREWARDED):
            jobs.append(Job(variant, 0, luck, scenario, luck))
            panels.append(panel(f"luck {luck}", variant == REWARDED))
    return scorecard(items(), jobs, panels, seed=1)


def tried(item: str, kind: str, mean: Estimate = NULL, inflation: Estimate | None = None) -> Trial:
    return Trial(item, kind, dict.fromkeys(GOALS, mean), mean, NULL, inflation, None)


def test_the_scorecard_finds_what_was_planted(card):
    score = {one.id: one for one in card.items}
    assert score["good"].connection.low > 0.4
    assert score["other"].connection.low > 0.1
    assert score["weak"].connection.low < 0 < score["weak"].connection.high
    assert not score["flat"].varies
    assert score["flat"].breadth.low <= 0.0
    assert score["good"].twin[0] == "twin"
    assert score["good"].twin[1] > 0.95
    assert score["other"].twin is None
    assert score["good"].breadth.mean + score["twin"].breadth.mean > 5 * score["weak"].breadth.mean


def test_goodhart_gap_is_nothing_for_honest_items_and_something_for_the_faked_one(card):
    gaps = {one.id: one.goodhart_gap for one in card.items}
    for name in ("good", "other", "weak"):
        assert gaps[name].low <= 0.0 <= gaps[name].high
    assert gaps["faked"].low > 0.0
    assert card.item("faked").inflation.low > 0.02
    assert card.item("good").inflation.mean == pytest.approx(0.0, abs=1e-12)


def test_advice_on_planted_items(card):
    wanted = trials_wanted(card)
    assert ("faked", CHECK) in wanted
    assert ("faked", ASK) in wanted
    assert ("good", CHECK) not in wanted
    useless = [tried(name, DROP) for name in NAMES]
    verdicts = {one.item: one for one in advise(card, useless)}
    assert {verdicts["good"].verdict, verdicts["twin"].verdict} == {"keep", "replace"}
    assert verdicts["weak"].verdict == "drop"
    assert verdicts["flat"].verdict == "drop"
    assert verdicts["flat"].reason == "flat"
    assert verdicts["other"].verdict == "keep"


def test_an_item_whose_going_frees_no_time_is_not_dropped_for_its_burden(card):
    """Where the same checks then fall on the others, cadres have less time without it, and nothing is gained."""
    costly = replace(tried("weak", DROP), hours=Estimate(-0.01, -0.02, -0.005))
    found = {one.item: one for one in advise(card, [costly])}
    assert (found["weak"].verdict, found["weak"].reason) == ("keep", "no_gain")
    assert found["weak"].number == costly.hours


def test_a_gap_without_anything_added_is_no_dressing(card):
    faked = card.item("faked")
    assert dressed(faked)
    assert not dressed(replace(faked, inflation=Estimate(0.0, -0.01, 0.01)))
    barely = replace(faked, inflation=Estimate(0.01, 0.005, 0.015))  # little is added, but it costs connection
    assert dressed(barely)


def test_a_dressed_item_is_checked_asked_about_or_dropped_by_what_helps(card):
    def verdict(*trials):
        return next(one for one in advise(card, trials) if one.item == "faked")

    inflation = card.item("faked").inflation.mean
    helps, more = (Estimate(-x * inflation, -x * inflation - 0.001, -x * inflation + 0.001) for x in (0.5, 0.9))
    assert verdict(tried("faked", CHECK, inflation=helps), tried("faked", ASK, inflation=NULL)).verdict == "check_more"
    assert (
        verdict(tried("faked", CHECK, inflation=helps), tried("faked", ASK, inflation=more)).verdict == "ask_residents"
    )
    nothing = verdict(tried("faked", CHECK, inflation=NULL), tried("faked", ASK, inflation=NULL), tried("faked", DROP))
    assert nothing.verdict == "drop"
    assert nothing.reason == "dressed"


def test_what_people_would_miss_is_kept_and_what_harms_is_dropped(card):
    harm, good = Estimate(0.02, 0.01, 0.03), Estimate(-0.02, -0.03, -0.01)
    found = {one.item: one for one in advise(card, [tried("other", DROP, harm), tried("weak", DROP, good)])}
    assert (found["other"].verdict, found["other"].reason) == ("drop", "better_without")
    assert (found["weak"].verdict, found["weak"].reason) == ("keep", "missed")
    assert found["weak"].number == good
