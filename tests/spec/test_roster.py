"""Rosters as county offices write them."""

from __future__ import annotations

from pathlib import Path

import pytest

from ruralsim.base.errors import InputError
from ruralsim.spec.roster import read_roster
from ruralsim.spec.scenario import RosterVillage


def write(folder: Path, content: str | bytes) -> Path:
    path = folder / "roster.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
    return path


def test_chinese_headers_mixed_units_and_blanks(tmp_path: Path) -> None:
    text = (
        "村名,乡镇,户籍人口,类型,推进批次,经营形式,经营性资产,闲置资产,负债(万元),经营收入\r\n"
        "红光村,葛仙山镇,1200,丘陵,示范,合作社,120 万元,,12,9.3 万元\r\n"
        ",,,,,,,,,\r\n"
        '宝山村,龙门山镇,"1,300",mountain,pilot,公司,"1,200,000",3万元,,5 万元/年\r\n'
    )
    first, second = read_roster(write(tmp_path, b"\xef\xbb\xbf" + text.encode()))
    assert first == RosterVillage(
        "红光村", 1200, "葛仙山镇", "hill", "demonstration", "cooperative", 1.2e6, None, 120_000.0, 93_000.0
    )
    assert second == RosterVillage(
        "宝山村", 1300, "龙门山镇", "mountain", "pilot", "company", 1.2e6, 30_000.0, None, 50_000.0
    )


def test_english_headers_in_any_order(tmp_path: Path) -> None:
    (village,) = read_roster(write(tmp_path, "Population,Class,NAME\n900,plain,Alpha\n"))
    assert village == RosterVillage("Alpha", 900, endowment="plain")


def test_one_village_name_in_two_townships_is_fine(tmp_path: Path) -> None:
    assert len(read_roster(write(tmp_path, "name,township,population\nA,T,900\nA,U,900\n"))) == 2


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("name,population\n", "the roster has no villages"),
        ("", "the roster has no villages"),
        ("name,people\nA,900\n", "line 1: unknown column 'people'"),
        ("name,name,population\nA,B,900\n", "line 1: the column 'name' (name) is there twice"),
        ("name,capital\nA,900\n", "line 1: the column 'population' (户籍人口) is missing"),
        ("name\tpopulation\nA\t900\n", "line 1: the columns are not separated by commas"),
        ("name,population\nA,0\n", "line 2: the population '0' is not a whole number"),
        ("name,population\nA,900.5\n", "line 2: the population '900.5' is not a whole number"),
        ("name,population\n,900\n", "line 2: 'name' (村名) is empty"),
        ("name,population\nA,\n", "line 2: 'population' (户籍人口) is empty"),
        ("name,population\nA,900\nA,800\n", "line 3: the village 'A' is already in line 2"),
        ("name,population,debt\nA,900,-1\n", "line 2: debt is negative: -1"),
        ("name,population,debt\nA,900,3 亩\n", "line 2: debt: '3 亩' is in a unit that does not convert"),
        ("name,population,debt\nA,900,1e14\n", "line 2: debt is beyond all measure"),
        ("name,population,form\nA,900,coop\n", "Did you mean 'cooperative'?"),
        ("name,population\nA,900,7\n", "line 2: 3 cells, but 2 columns"),
        ("name,township,population\nA,T,900\nB,,900\n", "line 3: the township is empty here"),
        ('name,population\n"A,900\n', "not a valid CSV file"),
    ],
)
def test_refused(text: str, words: str, tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        read_roster(write(tmp_path, text))
    assert words in str(caught.value)
    assert caught.value.exit_code == 2


def test_all_bad_rows_are_counted_and_five_described(tmp_path: Path) -> None:
    rows = "".join(f"V{number},0\n" for number in range(9))
    with pytest.raises(InputError) as caught:
        read_roster(write(tmp_path, "name,population\nGood,900\n" + rows))
    text = str(caught.value)
    assert "9 of 10 rows are wrong" in text
    assert [f"line {line}:" in text for line in range(2, 10)] == [False, True, True, True, True, True, False, False]


def test_not_utf8(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        read_roster(write(tmp_path, "村名,户籍人口\n红光,900\n".encode("gb18030")))
    assert caught.value.code == "not_utf8"
