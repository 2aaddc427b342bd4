"""Amounts with units."""

from __future__ import annotations

import math
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ruralsim.base.errors import InputError
from ruralsim.spec.units import quantity

GOOD = [
    ("12 万元", "yuan", 120_000),
    ("12万元", "yuan", 120_000),
    ("１２ 万元", "yuan", 120_000),
    ("12 万", "yuan", 120_000),
    ("1.2 亿元", "yuan", 120_000_000),
    ("3,700 元/月", "yuan/month", 3_700),
    ("3700元每月", "yuan/year", 44_400),
    ("500 CNY per year", "yuan/year", 500),
    ("30 yuan", "yuan", 30),
    ("250 fen", "yuan", 2.5),
    ("3 亩", "mu", 3),
    ("2 公顷", "mu", 30),
    ("2.5 %/year", "1/year", 0.025),
    ("2.4 %/年", "1/month", 0.002),
    ("2.4%/年", "1/month", 0.002),
    ("0.01/month", "1/month", 0.01),
    ("7 %", "1", 0.07),
    ("5 ‰", "1", 0.005),
    ("5 years", "month", 60),
    ("2 季度", "month", 6),
    ("25 yuan/head/year", "yuan/head/year", 25),
    ("300 yuan/head/year", "yuan/head/month", 25),
    ("52.58 万人", "person", 525_800),
    ("1e3", "yuan", 1_000),
    ("-4", "yuan", -4),
    (".5", "1", 0.5),
    (7, "yuan", 7),
]


@pytest.mark.parametrize(("text", "unit", "expected"), GOOD, ids=str)
def test_reading(text: str | float, unit: str, expected: float) -> None:
    assert quantity(text, unit) == pytest.approx(expected, rel=1e-14)


@pytest.mark.parametrize(
    ("value", "unit", "code"),
    [
        ("12 亩", "yuan", "wrong_unit"),
        ("12 yuan/head", "yuan/person", "wrong_unit"),
        ("500 万元", "yuan/year", "wrong_unit"),
        ("3 yuan", "1", "wrong_unit"),
        ("3 kg", "1", "unknown_unit"),
        ("12 yaun", "yuan", "unknown_unit"),
        ("twelve", "yuan", "not_an_amount"),
        ("", "yuan", "not_an_amount"),
        ("nan", "yuan", "not_an_amount"),
        (math.nan, "yuan", "not_finite"),
        (-math.inf, "yuan", "not_finite"),
        (10**400, "yuan", "not_finite"),
        ("1e999", "yuan", "not_finite"),
        (True, "yuan", "not_a_number"),
        (None, "yuan", "not_a_number"),
        ([1], "yuan", "not_a_number"),
        ("1 __import__('os')", "yuan", "unknown_unit"),
        ("1 yuan**yuan", "yuan", "unknown_unit"),
    ],
)
def test_refusing(value: object, unit: str, code: str) -> None:
    with pytest.raises(InputError) as caught:
        quantity(value, unit)
    assert caught.value.code == code


def test_the_message_names_unit_and_example() -> None:
    with pytest.raises(InputError) as caught:
        quantity("12 亩", "yuan/year")
    for lang in ("en", "zh"):
        assert "yuan/year" in caught.value.text(lang)
        assert "12 万元/年" in caught.value.text(lang)


@given(st.floats(-1e12, 1e12))
def test_a_plain_number_is_itself(number: float) -> None:
    assert quantity(number, "yuan") == number
    assert quantity(repr(number), "yuan") == number


@given(st.integers(-(10**9), 10**9))
def test_wan_yuan_is_exact_for_whole_numbers(number: int) -> None:
    assert quantity(f"{number} 万元", "yuan") == number * 10_000


def test_plain_numbers_and_scales_do_not_load_the_unit_library() -> None:
    program = (
        "import sys; from ruralsim.spec.units import quantity; "
        "quantity(3, 'yuan'); quantity('12 万元/年', 'yuan/year'); quantity('52.58 万人', 'person'); "
        "assert 'pint' not in sys.modules; quantity('2.5 %/year', '1/month'); assert 'pint' in sys.modules"
    )
    subprocess.run([sys.executable, "-c", program], check=True)
