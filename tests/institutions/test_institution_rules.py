"""Rules of the village, the townships and the assessment: bounds, directions, and the cases their texts name."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from small import ranges

from ruralsim.institutions import assessment, county, village
from ruralsim.spec.parameters import load_parameters

unit = st.floats(0.0, 1.0)
DEFAULT = {name: one.value for name, one in load_parameters().items()}


class Record:
    """Parameters as attributes: defaults, with some changed."""

    def __init__(self, **changed: float) -> None:
        self.__dict__.update(DEFAULT | changed)


@st.composite
def records(draw, *names: str) -> Record:
    """The named parameters from their ranges."""
    return Record(**{name: draw(st.floats(*ranges()[name])) for name in names})


# ---------------------------------------------------------------- village


@given(records("practice_doing", "practice_exchange"), unit, st.floats(0.5, 1.5), st.floats(-1.0, 1.0), unit, unit)
def test_practice_grows_with_the_square_of_intensity_and_by_a_lead_only(p, u, ability, gap, training, exchange) -> None:
    rate = village.practice_up(u, ability, gap, training, exchange, p)
    assert rate >= 0.0
    if gap <= 0.0:
        alone = village.practice_up(u, ability, 0.0, training, exchange, p)
        assert rate == alone
        assert village.practice_up(0.5 * u, ability, gap, 0.0, 0.0, p) == pytest.approx(0.25 * rate)
    assert village.practice_up(u, ability, gap, 1.0, exchange, p) >= rate


def test_thin_and_everywhere_teaches_less_than_thick_in_half() -> None:
    p = Record()
    half = 0.5 * village.practice_up(1.0, 1.0, 0.0, 0.0, 0.0, p)
    assert village.practice_up(0.5, 1.0, 0.0, 0.0, 0.0, p) == pytest.approx(0.5 * half)


@given(records("practice_weight"), unit, unit)
def test_practice_raises_what_an_instrument_yields(p, low, high) -> None:
    low, high = sorted((low, high))
    assert 0.0 <= village.practice_yield(low, p) <= village.practice_yield(high, p)


@given(records("mediators", "cases_per_mediator"), st.floats(30, 3000), unit, unit, unit, st.floats(0.0, 500.0))
def test_mediation_settles_more_with_more_mediators_and_less_with_more_cases(
    p, people, law, virtue, joint, cases
) -> None:
    capacity = village.mediation_capacity(p.mediators, people, law, virtue, joint, p)
    more = village.mediation_capacity(p.mediators + 1.0, people, law, virtue, joint, p)
    assert 0.0 <= capacity <= more
    chance = village.settlement_chance(capacity, cases, p)
    assert 0.0 <= chance <= p.settlement
    assert village.settlement_chance(more, cases, p) >= chance
    assert village.settlement_chance(capacity, cases + 1.0, p) <= chance
    if cases > capacity:  # never more settled in a month than there is capacity for
        assert chance * cases <= p.settlement * capacity * (1 + 1e-12)


@given(records("request_answered", "request_cogovernance"), st.floats(0.0, 2.0), unit, unit, unit, st.floats(-1.0, 1.0))
def test_requests_are_answered_by_serving_time_and_joint_work(p, work, hours, smart, joint, policy) -> None:
    chance = village.answer_chance(work, hours, smart, joint, policy, p)
    assert 0.0 <= chance <= 0.98
    assert village.answer_chance(work, 1.0, smart, joint, policy, p) >= chance
    assert village.answer_chance(work, hours, smart, 1.0, policy, p) >= chance
    assert village.answer_chance(work + 0.1, hours, smart, joint, policy, p) >= chance


@given(records("disorder_scale"), unit, unit)
def test_calm_falls_with_disorder(p, low, high) -> None:
    low, high = sorted((low, high))
    assert 1.0 >= village.calm(low, p) >= village.calm(high, p) >= 0.0
    assert village.calm(0.0, p) == 1.0


@given(records("institution_gain", "institution_half"), st.floats(0.0, 1e4))
def test_institutions_bought_saturate(p, yuan) -> None:
    assert 0.0 <= village.institutions_bought(yuan, p) <= p.institution_gain
    assert village.institutions_bought(p.institution_half, p) == pytest.approx(0.5 * p.institution_gain)


@given(records("voice_base", "voice_slope", "complement_base", "complement_slope"), unit)
def test_pillars_grow_better_with_partners_and_voices(p, level) -> None:
    assert village.complement(1.0, p) >= village.complement(level, p) >= village.complement(0.0, p) > 0.0
    assert village.voice(1.0, p) >= village.voice(level, p) > 0.0


# ---------------------------------------------------------------- assessment


@given(st.floats(0.0, 0.9), st.integers(1, 200), st.floats(0.0, 3.0), unit)
def test_more_indicators_thin_the_checks(checks, items, weight, share) -> None:
    p = Record()
    q = assessment.check_probability(checks, float(items), weight)
    assert 0.0 <= q <= 0.9
    assert assessment.check_probability(checks, float(items + 1), weight) <= q
    assert assessment.found_out(q, share, p) <= q
    assert assessment.found_out(q, 0.0, p) == q


@given(unit, unit, st.floats(0.0, 0.5), st.floats(0.0, 1.0))
def test_a_report_is_a_rate(true, u, noise, dressed) -> None:
    value = assessment.reported(true, u, noise, dressed)
    assert 0.0 <= value <= 1.0
    assert assessment.reported(true, u, noise, dressed + 0.1) >= value
    assert assessment.reported(true, 0.5, noise, 0.0) == pytest.approx(true)


@given(unit, unit, unit, st.floats(0.0, 10.0), st.floats(0.0, 0.2))
def test_targets_follow_their_rule(target, reported, true, years, margin) -> None:
    p = Record()
    ratchet = assessment.next_target(assessment.TARGET_RATCHET, target, reported, true, years, margin, p)
    aim = reported + p.target_stretch
    if aim >= target:
        assert ratchet == pytest.approx(min(1.0, aim + margin))
    else:
        assert ratchet == pytest.approx(min(1.0, target + 0.2 * (aim - target) + margin))
    negotiated = assessment.next_target(assessment.TARGET_NEGOTIATED, target, reported, true, years, margin, p)
    assert negotiated == pytest.approx(min(1.0, 0.5 * (true + 0.03) + 0.5 * (0.55 + 0.02 * years) + margin))
    fixed = assessment.next_target(assessment.TARGET_FIXED, target, reported, true, years, margin, p)
    assert fixed == pytest.approx(min(1.0, p.fixed_target + margin))


def test_only_targets_that_follow_reports_ratchet() -> None:
    p = Record()
    left = [
        assessment.left_by_targets(rule, 0.6, 0.6, False, p)
        for rule in (
            assessment.TARGET_NONE, assessment.TARGET_FIXED, assessment.TARGET_NEGOTIATED, assessment.TARGET_RATCHET,
        )
    ]  # fmt: skip
    assert left[0] == left[1] == 1.0 > left[2] > left[3] > 0.0
    # far below the target a ratchet takes back less: targets come down slowly
    assert assessment.left_by_targets(assessment.TARGET_RATCHET, 0.4, 0.6, False, p) > left[3]


@given(unit, unit)
def test_scores_rise_with_reports(report, target) -> None:
    p = Record()
    assert assessment.item_score(target, target, True, p) == pytest.approx(0.5)
    assert assessment.item_score(min(1.0, report + 0.1), target, True, p) >= assessment.item_score(
        report, target, True, p
    )
    assert assessment.item_score(report, target, False, p) == report


# ---------------------------------------------------------------- county and townships


@pytest.mark.parametrize(
    ("calendar", "term", "left"),
    [(2021 * 12, 60, 0), (2021 * 12 + 1, 60, 59), (2025 * 12 + 11, 60, 1), (2026 * 12, 60, 0), (2024 * 12, 36, 0)],
)
def test_votes_are_counted_from_january_2021(calendar: int, term: int, left: int) -> None:
    assert county.months_to_election(calendar, term) == left


def test_a_vote_disciplines_in_its_last_year_only() -> None:
    p = Record()
    weights = [county.nearness_of_vote(float(months), p) for months in range(61)]
    assert weights[0] == p.election_discipline
    assert all(a > b for a, b in pairwise(weights[:13]))
    assert not any(weights[12:])


@given(st.floats(0.01, 1.0), st.floats(0.0, 1.0), st.floats(0.0, 1.0))
def test_more_workers_loosen_the_labour_market(base, share, more) -> None:
    tight = county.labour_tightness(base, share)
    assert 0.5 <= tight <= 2.0
    assert county.labour_tightness(base, share + more) <= tight
    assert county.labour_tightness(base, base) == 1.0


@given(unit, unit)
def test_low_townships_add_more_to_targets(low, high) -> None:
    p = Record()
    low, high = sorted((low, high))
    assert 0.0 <= county.margin(high, p) <= county.margin(low, p) <= p.margin_per_tier


def test_set_targets_compiled_is_its_python_text() -> None:
    from small import scenario

    from ruralsim.model.county import County

    one = County.build(scenario(3, 14), 2).advance(13)
    two = County.build(scenario(3, 14), 2).advance(13)
    rules = np.where(np.arange(one.reports.shape[1]) % 3 == 0, 0, 2)  # every third item has no target
    before = one.reports["target"].copy()
    added = np.array([0.2, 0.9, 0.0])
    county.set_targets(one.reports, rules, added, 1.0, one.parameters)
    reports = two.reports.view(np.recarray)
    county.set_targets.py_func(reports, rules, added, 1.0, two.parameters.view(np.recarray))
    assert (one.reports["target"][:, rules == 0] == before[:, rules == 0]).all()
    assert (one.reports["target"][:, rules == 2] != before[:, rules == 2]).any()
    assert one.reports["target"].tobytes() == two.reports["target"].tobytes()
