"""Rosters as county offices write them."""

from __future__ import annotations

from pathlib import Path

import pytest
from small_scenario import BASE, Load

from ruralsim.base.errors import InputError
from ruralsim.spec.roster import read_roster
from ruralsim.spec.roster_words import header_field
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
    roster = read_roster(write(tmp_path, b"\xef\xbb\xbf" + text.encode()))
    first, second = roster.villages
    assert roster.lines == (2, 4)
    assert first == RosterVillage(
        "红光村", 1200, "葛仙山镇", "hill", "demonstration", "cooperative", 1.2e6, None, 120_000.0, 93_000.0
    )
    assert second == RosterVillage(
        "宝山村", 1300, "龙门山镇", "mountain", "pilot", "company", 1.2e6, 30_000.0, None, 50_000.0
    )


def test_english_headers_in_any_order(tmp_path: Path) -> None:
    roster = read_roster(write(tmp_path, "Population,Class,NAME\n900,plain,Alpha\n"))
    assert roster.conversions == ()
    (village,) = roster.villages
    assert village == RosterVillage("Alpha", 900, endowment="plain")


def test_one_village_name_in_two_townships_is_told_apart(tmp_path: Path) -> None:
    roster = read_roster(write(tmp_path, "name,township,population\nA,T,900\nA,U,900\nB,U,900\n"))
    assert [village.name for village in roster.villages] == ["TA", "UA", "B"]
    assert [notice.code for notice in roster.conversions] == ["roster_renamed"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("name,population\n", "the roster has no villages"),
        ("", "the roster has no villages"),
        ("name,people\nA,900\n", "line 1: unknown column 'people'"),
        ("name,name,population\nA,B,900\n", "line 1: the column 'name' (name) is there twice"),
        ("name,capital\nA,900\n", "line 1: the column 'population' (户籍人口) is missing"),
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
        ("name,township,population\nA,,900\nB,T,900\n", "line 2: the township is empty here"),
        ("name,population,\nA,900,7\n", "line 1: column 3 has values but no header"),
        ("name,population\nA,无\n", "line 2: 'population' (户籍人口) is empty"),
        ("name,population,debt\nA,900,#REF!\n", "line 2: debt: '#REF!' is not an amount"),
        ("name,population,debt\nA,900,约 5 万\n", "line 2: debt: '约 5 万' is not an amount"),
        ("name,population,debt\nA,900,(500)\n", "is not an amount"),
        ("村名,户籍人口(万元)\nA,9\n", "in a unit that does not convert"),
        ("全县合计,900\n", "unknown column"),
        ("name,population\n合计,900\n", "the roster has no villages"),
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


def test_an_unknown_encoding_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        read_roster(write(tmp_path, b"name,population\n\xff\xfe\xff,900\n"))
    assert caught.value.code == "not_utf8"
    assert "CSV UTF-8" in str(caught.value)


@pytest.mark.parametrize("encoding", ["gb18030", "big5", "utf-16"])
def test_other_encodings_are_read_and_said(encoding: str, tmp_path: Path) -> None:
    text = "村名,人口\n紅光村,900\n" if encoding == "big5" else "村名,户籍人口\n红光村,900\n"
    roster = read_roster(write(tmp_path, text.encode(encoding)))
    assert roster.villages[0].name in ("红光村", "紅光村") or encoding == "big5"
    assert [notice.code for notice in roster.conversions] == ["roster_encoding"]


@pytest.mark.parametrize(("separator", "shown"), [("\t", "Tab"), (";", ";"), ("，", "，")])
def test_other_separators_are_read_and_said(separator: str, shown: str, tmp_path: Path) -> None:
    lines = (("村名", "户籍人口", "负债"), ("甲", "900", "3 万元"))
    roster = read_roster(write(tmp_path, "\n".join(separator.join(line) for line in lines)))
    assert roster.villages == (RosterVillage("甲", 900, debt=30_000.0),)
    assert roster.conversions[0].fields["separator"] == shown


@pytest.mark.parametrize(
    ("header", "field"),
    [
        ("行政村名称", "name"), ("村（社区）", "name"), ("＊村 名：", "name"), ("镇（街道）", "township"),
        ("户籍总人口（人）", "population"), ("2023年户籍人口", "population"), ("负债/万元", "debt"),
        ("2022年度村集体经营性收入(元)", "operating_income"), ("经营性资产　总额", "capital"),
        ("闲置资产：万元", "idle_assets"), ("主要经营方式", "form"), ("地形地貌", "endowment"),
    ],
)  # fmt: skip
def test_headers_in_many_spellings(header: str, field: str) -> None:
    found = header_field(header)
    assert found is not None
    assert found[0] == field


@pytest.mark.parametrize("header", ["集体资产", "户籍人口密度", "负债(亩)率", "收入", ""])
def test_other_headers_are_not_guessed(header: str) -> None:
    assert header_field(header) is None


@pytest.mark.parametrize(
    ("cell", "yuan"),
    [
        ("12万元", 12e4), ("１２．５万元", 125e3), ("120000元", 12e4), ("1,200,000", 1.2e6), ("1 200 000", 1.2e6),
        ("¥350000", 35e4), ("0.3亿元", 3e7), ("12 万", 12e4), ("0", 0.0), ("1.2E+06", 1.2e6),
    ],
)  # fmt: skip
def test_amounts_as_people_write_them(cell: str, yuan: float, tmp_path: Path) -> None:
    roster = read_roster(write(tmp_path, f'村名,户籍人口,负债\n甲,900,"{cell}"\n'))
    assert roster.villages[0].debt == pytest.approx(yuan)


@pytest.mark.parametrize("cell", ["", "-", "—", "——", "无", "暂无", "N/A", "／", " 无 ", "未统计"])
def test_ways_to_say_nothing(cell: str, tmp_path: Path) -> None:
    roster = read_roster(write(tmp_path, f"村名,户籍人口,负债\n甲,900,{cell}\n乙,800,0\n"))
    assert [village.debt for village in roster.villages] == [None, 0.0]
    marks = [notice for notice in roster.conversions if notice.code == "roster_missing_mark"]
    assert len(marks) == (1 if cell else 0)  # a blank cell needs no statement


def test_a_workbook_is_refused_with_what_to_do(tmp_path: Path) -> None:
    for name, content in (("a.xlsx", b"PK\x03\x04xx"), ("b.csv", b"PK\x03\x04\xff\xfe\x00")):
        path = tmp_path / name
        path.write_bytes(content)
        with pytest.raises(InputError) as caught:
            read_roster(path)
        assert caught.value.code == "roster_workbook"
        assert "CSV UTF-8" in caught.value.text("en")
        assert "另存为" in caught.value.text("zh")


def test_a_missing_workbook_is_missing(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        read_roster(tmp_path / "none.xlsx")
    assert caught.value.code == "file_missing"


def test_amounts_in_the_wrong_unit_are_not_guessed(tmp_path: Path) -> None:
    rows = "".join(f"V{k},900,{80 + k}\n" for k in range(5))
    with pytest.raises(InputError, match=r"Write the unit into the header: '经营收入\(万元\)'"):
        read_roster(write(tmp_path, "村名,户籍人口,经营收入\n" + rows))
    read = read_roster(write(tmp_path, "村名,户籍人口,经营收入(万元)\n" + rows))
    assert read.villages[4].operating_income == 840_000.0
    with pytest.raises(InputError, match="line 7: operating_income: 7,000,000,000 yuan"):
        read_roster(write(tmp_path, "村名,户籍人口,经营收入(万元)\n" + rows + "V9,900,700000\n"))
    said = read_roster(write(tmp_path, "村名,户籍人口,经营收入(万元)\n" + rows + "V9,900,700000元\n"))
    assert said.villages[5].operating_income == 700_000.0


def test_a_scenario_carries_the_statements_of_its_roster(load: Load) -> None:
    text = BASE.replace("population = 2600\nvillages = 2", 'villages = "r.csv"')
    scenario = load("x.toml", x=text, r_csv="村名,户籍人口,备注\n甲,1300,x\n合计,1300,\n")
    codes = [notice.code for notice in scenario.notices]
    assert codes[:2] == ["roster_unused", "roster_totals"]
    for lang in ("en", "zh"):
        assert all("{" not in notice.text(lang) for notice in scenario.notices)
