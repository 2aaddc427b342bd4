"""Months: arithmetic and reading."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ruralsim.base.calendar import Month

MONTHS = st.builds(Month, st.integers(1900, 2200), st.integers(1, 12))


@given(MONTHS, st.integers(-600, 600))
def test_adding_and_subtracting_agree(month: Month, number: int) -> None:
    later = month + number
    assert later - month == number
    assert later - number == month
    assert (later > month) == (number > 0)


@given(MONTHS)
def test_printing_and_reading_agree(month: Month) -> None:
    assert Month.parse(str(month)) == month


def test_december_is_followed_by_january() -> None:
    assert Month(2021, 12) + 1 == Month(2022, 1)
    assert str(Month(2021, 1) - 1) == "2020-12"


@pytest.mark.parametrize(
    "text", ["2021", "2021-13", "2021-00", "2021-1", "21-01", "2021/01", "0000-01", "", "2021-01-01"]
)
def test_what_is_no_month(text: str) -> None:
    with pytest.raises(ValueError, match="month"):
        Month.parse(text)
