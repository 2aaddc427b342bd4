"""Messages: both languages complete, every code known, errors that survive a trip between processes."""

from __future__ import annotations

import pickle
import re
from pathlib import Path

import pytest

import ruralsim
from ruralsim.base.errors import (
    BooksBroken,
    InputError,
    Message,
    RuralsimError,
    SystemTrouble,
    catalogue,
    nearest,
    placeholders,
)

SOURCES = sorted(Path(ruralsim.__file__).parent.rglob("*.py"))


def test_both_catalogues_have_the_same_codes() -> None:
    assert set(catalogue("en")) == set(catalogue("zh"))


@pytest.mark.parametrize("code", sorted(catalogue("en")))
def test_both_languages_ask_for_the_same_fields(code: str) -> None:
    assert placeholders(catalogue("en")[code]) == placeholders(catalogue("zh")[code])


@pytest.mark.parametrize("code", sorted(catalogue("zh")))
def test_chinese_text_is_chinese(code: str) -> None:
    text = catalogue("zh")[code]
    words = re.sub(r"\{\w+\}", "", text)
    assert not re.search(r"\w", words) or re.search(r"[\u4e00-\u9fff]", words)


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.name)
def test_codes_that_are_raised_have_a_text(path: Path) -> None:
    raised = set(re.findall(r"""(?:InputError|SystemTrouble|Message)\("(\w+)\"""", path.read_text(encoding="utf-8")))
    assert raised <= set(catalogue("en"))


def test_place_reading_and_remedy_in_both_languages() -> None:
    error = InputError(
        "unknown_key",
        file="a.toml",
        line=3,
        key="place.vilages",
        name="vilages",
        nearest="villages",
        accepted=["x", "y"],
    )
    assert str(error) == (
        "a.toml line 3, place.vilages: unknown key 'vilages'. Did you mean 'villages'? Accepted: x, y."
    )
    assert error.text("zh") == "a.toml 第 3 行，place.vilages：未知的键“vilages”。是否想写“villages”？可用：x、y。"


def test_a_message_without_place_starts_with_a_capital() -> None:
    assert str(SystemTrouble("out_of_memory")).startswith("The memory")


def test_a_field_may_be_a_message() -> None:
    error = InputError("unknown_name", what=Message("what_regime"), read="x")
    assert str(error) == "Unknown assessment regime 'x'."
    assert error.text("zh") == "未知的考核方式“x”。"


def test_a_long_list_is_cut() -> None:
    text = Message("unknown_key", name="x", accepted=[f"n{number}" for number in range(100)]).text()
    assert "n29" in text
    assert "n30" not in text
    assert "…" in text


@pytest.mark.parametrize(
    "error",
    [
        InputError("unknown_key", file="a.toml", line=3, key="k", name="x", accepted=["a"]),
        SystemTrouble("disk_full", file="out", detail="No space left on device"),
        BooksBroken("V007", 14, "dividends", "expected 5, found 6"),
    ],
)
def test_errors_travel_between_processes(error: RuralsimError) -> None:
    back = pickle.loads(pickle.dumps(error))
    assert type(back) is type(error)
    for lang in ("en", "zh"):
        assert back.text(lang) == error.text(lang)


def test_exit_codes() -> None:
    assert InputError("unknown_key").exit_code == 2
    assert SystemTrouble("disk_full").exit_code == 1
    assert BooksBroken("V001", 1, "tax", "").exit_code == 1


def test_broken_books_name_village_month_and_flow() -> None:
    for lang in ("en", "zh"):
        text = BooksBroken("V007", 14, "dividends", "5 against 6").text(lang)
        assert all(part in text for part in ("V007", "14", "dividends", "5 against 6"))


def test_at_fills_only_what_is_open() -> None:
    error = InputError("not_finite", key="a", read="nan").at(file="f.toml", line=2, key="b")
    assert (error.file, error.line, error.key) == ("f.toml", 2, "a")


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("vilages", "villages"),
        ("Villages", "villages"),
        ("persons-per-adult", "persons_per_adult"),
        ("zzz", None),
        ("town", "townships"),
    ],
)
def test_nearest(name: str, expected: str | None) -> None:
    assert nearest(name, ["villages", "persons_per_adult", "townships"]) == expected


def test_an_unknown_code_still_says_what_happened() -> None:
    assert "17" in str(InputError("no_such_code", read=17))
