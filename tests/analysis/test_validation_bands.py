"""Every check can be met and can fail: a planted place inside its band is in, one beyond each closed end is out."""

from __future__ import annotations

import itertools

import pytest
from traces import PLANTS

from ruralsim.analysis.validation import Check, Runs, load_criteria
from ruralsim.analysis.validation.criteria import find
from ruralsim.analysis.validation.registry import MEASURES
from ruralsim.analysis.validation.scorecard import score_check
from ruralsim.base.errors import InputError

CHECKS = [
    pytest.param(one.id, check, id=f"{one.id}-{k}-{check.measure}")
    for one in load_criteria()
    for k, check in enumerate(one.checks)
    if check.scored
]


def width(check: Check) -> float:
    """How far beyond a closed end a counter-example is planted: a fifth of the band, or of its only end."""
    if check.low is not None and check.high is not None:
        return 0.2 * (check.high - check.low)
    return 0.2 * abs(check.low if check.high is None else check.high)


def middle(check: Check) -> float:
    if check.low is not None and check.high is not None:
        return 0.5 * (check.low + check.high)
    return check.low + width(check) if check.high is None else check.high - width(check)


def possible(check: Check, value: float) -> float:
    """The value, or the nearest one that a share can take."""
    is_share = MEASURES[check.measure].unit in ("share", "share of villages")
    free = check.measure.endswith(("change", "jump", "met", "substance", "from"))
    return min(1.0, max(0.0, value)) if is_share and not free else value


def slack(check: Check) -> float:
    """How far a planted value may be off: villages and years are whole."""
    return 1 / 16 if check.measure == "steepest_year" else 0.2 * width(check)


def planted(identity: str, check: Check, value: float):
    """The row of a check on a place that was made to show ``value``."""
    made = PLANTS[check.measure](value, **check.settings)
    trace, other = made if isinstance(made, tuple) else (made, None)
    traces = {check.run: trace} if check.against is None else {check.run: trace, check.against: other}
    return score_check(identity, check, Runs(traces, 1))


@pytest.mark.parametrize(("identity", "check"), CHECKS)
def test_in_the_middle_of_its_band_a_check_is_met(identity: str, check: Check) -> None:
    value = possible(check, middle(check))
    row = planted(identity, check, value)
    assert row.value == pytest.approx(value, rel=0.02, abs=slack(check))
    assert row.verdict == "in"


@pytest.mark.parametrize(("identity", "check"), CHECKS)
def test_beyond_each_closed_end_a_check_fails(identity: str, check: Check) -> None:
    for end, sign in ((check.low, -1.0), (check.high, 1.0)):
        if end is None:
            continue
        value = possible(check, end + sign * width(check))
        row = planted(identity, check, value)
        assert row.value == pytest.approx(value, rel=0.02, abs=slack(check))
        assert row.verdict == "out", (identity, check.measure, row.value)


def test_every_pattern_has_a_check_that_a_planted_place_fails() -> None:
    for one in load_criteria():
        scored = [check for check in one.checks if check.scored]
        assert scored, f"{one.id} rests on nothing"
        check = scored[0]
        ends = [check.low - width(check)] if check.low is not None else [check.high + width(check)]
        assert planted(one.id, check, ends[0]).verdict == "out"


def test_every_measure_is_used_and_planted() -> None:
    used = {check.measure for one in load_criteria() for check in one.checks if check.scored}
    assert used == set(MEASURES) == set(PLANTS)


def test_fifteen_targets_and_eight_patterns_with_reasons_in_both_languages() -> None:
    criteria = load_criteria()
    assert [one.id for one in criteria] == [f"T{k:02d}" for k in range(1, 16)] + [f"P{k}" for k in range(1, 9)]
    for one, lang in itertools.product(criteria, ("en", "zh")):
        assert one.title[lang]
        assert one.statement[lang]
        assert one.evidence
        assert all(len(check.reason[lang]) > 5 for check in one.checks)


def test_what_the_evidence_says_lies_in_the_band_or_at_its_end() -> None:
    """A band that excludes its own evidence would be a slip, but for growth given in current prices."""
    for one in load_criteria():
        for check in one.checks:
            if check.scored and check.value is not None and check.measure != "asset_growth":
                assert check.contains(check.value), (one.id, check.measure)


def test_nothing_but_a_number_is_never_in_band() -> None:
    check = find(load_criteria(), "T08").checks[0]
    assert check.contains(0.1)
    assert not check.contains(float("nan"))


def test_an_unknown_criterion_is_named() -> None:
    with pytest.raises(InputError, match="no target or pattern 'T99'"):
        find(load_criteria(), "T99")
