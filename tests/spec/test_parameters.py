"""Parameters as data: the packaged ones, and everything that stops a file."""

from __future__ import annotations

from pathlib import Path

import pytest

from ruralsim.base.errors import InputError
from ruralsim.spec.parameters import GRADES, load_parameters
from ruralsim.spec.units import quantity

GOOD = """[trust_dividend]
value = 0.010
low = 0.0
high = 0.03
unit = "1/month"
source = "assumed"
grade = "assumed"
en = "gain of trust from dividends"
zh = "分红带来的信任增益"
"""


def test_packaged_parameters_are_complete() -> None:
    parameters = load_parameters()
    assert len(parameters) > 100
    for name, parameter in parameters.items():
        assert parameter.name == name
        assert parameter.low <= parameter.value <= parameter.high
        assert parameter.grade in GRADES
        assert parameter.en
        assert parameter.zh
        assert parameter.source


def test_every_unit_can_be_converted() -> None:
    for parameter in load_parameters().values():
        assert quantity(f"2 {parameter.unit}", parameter.unit) == 2


def test_cached_and_read_only() -> None:
    parameters = load_parameters()
    assert load_parameters() is parameters
    with pytest.raises(TypeError):
        parameters["x"] = None  # type: ignore[index]


def test_order_is_by_file_then_position(tmp_path: Path) -> None:
    (tmp_path / "b.toml").write_text(GOOD.replace("trust_dividend", "third"), encoding="utf-8")
    first, second = GOOD.replace("trust_dividend", "second"), GOOD.replace("trust_dividend", "first")
    (tmp_path / "a.toml").write_text(first + second, encoding="utf-8")
    assert list(load_parameters(tmp_path)) == ["second", "first", "third"]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("unit =", "units =", "a.toml line 5, trust_dividend.units: unknown key 'units'. Did you mean 'unit'?"),
        ("high = 0.03\n", "", "a.toml line 1, trust_dividend: the key 'high' is missing. Add it."),
        ("0.010", "0.04", "a.toml line 2, trust_dividend.value: trust_dividend = 0.04 is outside its range"),
        ("0.010", "nan", "a.toml line 2, trust_dividend.value: a finite number is needed, not nan."),
        ("0.010", "true", "a.toml line 2, trust_dividend.value: a number is needed, not true."),
        ("0.010", '"1 %"', "a.toml line 2, trust_dividend.value: a number is needed, not 1 %."),
        ('grade = "assumed"', 'grade = "guess"', "a.toml line 7, trust_dividend.grade: 'guess' is not accepted."),
        ('"1/month"', "1", "a.toml line 5, trust_dividend.unit: a text in quotation marks is needed, not 1."),
        ("[trust_dividend]", "[trust_dividend", "a.toml line 1: not valid TOML"),
        ("[trust_dividend]\n", "trust = 3\n[trust_dividend]\n", "a.toml line 1, trust: a table such as"),
    ],
)
def test_bad_files(old: str, new: str, message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.toml").write_text(GOOD.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(InputError) as caught:
        load_parameters(tmp_path)
    assert str(caught.value).startswith(message)


def test_a_name_given_twice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("a.toml", "b.toml"):
        (tmp_path / name).write_text(GOOD, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        load_parameters(tmp_path)
    expected = "b.toml line 1, trust_dividend: the parameter 'trust_dividend' is defined twice, first in a.toml."
    assert str(caught.value).startswith(expected)
