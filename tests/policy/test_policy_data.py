"""The shipped instruments, frameworks and regimes say what they must and quote what is there."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

from ruralsim.model.office_loop import OBSERVABLE_COUNT
from ruralsim.policy.catalogue import vocabulary
from ruralsim.policy.frameworks import load_frameworks
from ruralsim.policy.instruments import COST_KINDS, load_instruments
from ruralsim.policy.levers import LEVER_DTYPE, LEVER_INDEX, LEVERS, no_policy
from ruralsim.policy.observables import OBSERVABLE_INDEX, OBSERVABLES
from ruralsim.policy.regimes import SETTING_NAMES, load_regimes

SOURCES = Path(__file__).resolve().parents[3] / "shared" / "sources"
PINYIN = re.compile(r"\([a-z]+\)")

NAMED = [
    "party_leads_collective",
    "joint_creation",
    "dividend_commitment",
    "village_affairs_fund",
    "reinvestment",
    "dormant_assets",
    "sound_structure",
    "six_deliberations",
    "sunshine_affairs",
    "law_publicity",
    "village_advisers",
    "mediation_network",
    "notables_council",
    "culture_festivals",
    "smart_platform",
    "support_centre",
    "cadre_training",
    "expert_advice",
    "seed_grant",
    "living_environment",
    "service_stations",
    "talent_return",
    "duty_list",
]

PILLARS = {lever.name for lever in LEVERS[:6]}


def test_every_named_instrument_is_shipped():
    assert set(NAMED) <= set(load_instruments())
    assert list(load_instruments()) == sorted(load_instruments())


def test_at_most_a_third_of_the_instruments_act_only_by_raising_a_pillar():
    instruments = load_instruments().values()
    only_pillars = [i.name for i in instruments if i.effects and {e.lever for e in i.effects} <= PILLARS]
    assert len(only_pillars) <= len(instruments) / 3


def test_what_is_merely_assumed_has_a_range_that_includes_zero_or_harm():
    benefits = [
        (instrument.name, effect.lever)
        for instrument in load_instruments().values()
        for effect in instrument.effects
        if effect.source.startswith("assumed") and effect.low > 0 and effect.lever != "privacy"
    ]
    assert benefits == []


def test_signs_that_the_sources_leave_open_stay_open():
    effects = {(i.name, e.lever): e for i in load_instruments().values() for e in i.effects}
    leakage = effects["party_leads_collective", "leakage_cut"]
    assert (leakage.low, leakage.high) == (-0.2, 0.3)
    reports = effects["smart_platform", "extra_reports"]
    assert reports.low < 0 < reports.high
    assert effects["smart_platform", "privacy"].low > 0


def test_the_seed_grant_is_500_000_yuan_once_and_moves_no_lever():
    grant = load_instruments()["seed_grant"]
    assert grant.once_cost(1234.0) == 500_000.0
    assert grant.monthly_cost(1234.0) == 0.0
    assert grant.effects == ()


def test_every_kind_of_cost_is_used_by_a_shipped_instrument():
    assert {cost.kind for i in load_instruments().values() for cost in i.costs} == set(COST_KINDS)


def test_every_effect_amount_lies_inside_its_lever_bounds():
    for instrument in load_instruments().values():
        for effect in instrument.effects:
            lever = LEVERS[LEVER_INDEX[effect.lever]]
            assert lever.low <= effect.amount <= lever.high, (instrument.name, effect.lever)


def test_no_policy_is_zero_and_within_every_bound():
    assert all(lever.low <= 0.0 <= lever.high for lever in LEVERS)
    assert LEVER_DTYPE.names == tuple(lever.name for lever in LEVERS)
    assert not no_policy(3).view(np.float64).any()
    assert all(lever.unit and lever.meaning_en and lever.meaning_zh for lever in LEVERS)


def test_observables_are_distinct_and_explained_in_both_languages():
    assert len(OBSERVABLE_INDEX) == len(OBSERVABLES) == OBSERVABLE_COUNT
    assert OBSERVABLES[0].name == "party_organisation"
    assert OBSERVABLES[-1].name == "collective_value"
    assert all(one.meaning_en and one.meaning_zh for one in OBSERVABLES)


def test_the_stock_framework_counts_84_and_invents_none_of_them():
    framework = load_frameworks()["pengzhou"]
    assert framework.total_in_source == 84
    assert [board.origin for board in framework.boards] == ["quoted"] * 5
    assert len(framework.items) == 20
    assert {item.origin for item in framework.items} == {"derived"}
    assert {item.tier for item in framework.items} == {"village"}
    assert {item.channel for item in framework.items} == {"self_report", "registry", "survey", "inspection"}
    assert {item.board for item in framework.items} == {board.id for board in framework.boards}
    assert len({item.observable for item in framework.items}) == 20
    assert any(item.veto for item in framework.items)


def test_vocabulary_names_everything_and_is_cached():
    words = vocabulary()
    assert vocabulary() is words
    assert set(words.instruments) == set(load_instruments())
    assert "dividends" in words.frameworks["pengzhou"]
    assert words.setting_range("directional", "hardening") == (0.0, 0.1)
    assert set(words.regimes) == {"directional", "negotiated", "inspected", "satisfaction", "points"}


def test_every_setting_is_used_by_a_regime():
    used = {name for regime in load_regimes().values() for name in regime.settings}
    assert used == set(SETTING_NAMES)


def _quotations():
    for instrument in load_instruments().values():
        yield instrument.name, instrument.source[:3], instrument.source_text
    for framework in load_frameworks().values():
        for part in (*framework.boards, *framework.items):
            yield f"{framework.name}.{part.id}", part.source, part.quotation
    for regime in load_regimes().values():
        yield regime.name, regime.source[:3], regime.source_text


@pytest.mark.skipif(not SOURCES.is_dir(), reason="the source texts do not lie beside this checkout")
def test_every_quotation_stands_in_its_source():
    texts = {path.name[:3]: PINYIN.sub("", path.read_text(encoding="utf-8")) for path in SOURCES.glob("*.txt")}
    missing = [(name, source, text) for name, source, text in _quotations() if text not in texts[source]]
    assert missing == []


def test_every_quotation_is_long_enough_and_names_a_source():
    found = list(_quotations())
    assert len(found) > 40
    assert all(len(text) >= 8 and source in {"000", "001", "002", "003", "004"} for _, source, text in found)
