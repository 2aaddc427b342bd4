"""Three rosters written by hand as a county office would, and what becomes of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from ruralsim.base.errors import InputError
from ruralsim.spec.roster import Roster, read_roster

ROSTERS = Path(__file__).with_name("rosters")


def statements(roster: Roster, lang: str = "en") -> list[str]:
    return [notice.text(lang) for notice in roster.conversions]


def test_a_gb18030_export_with_merged_headers_titles_and_subtotals() -> None:
    """Title, 单位：万元, two lines of headers, township only in the first row of each group, 小计, 合计, a footer."""
    roster = read_roster(ROSTERS / "township_gb18030.csv")
    assert [village.name for village in roster.villages] == ["红光村", "群柏村", "花园村", "塔子村", "天鹅村", "黄鹤村"]
    assert [village.township for village in roster.villages] == ["葛仙山镇"] * 3 + ["丽春镇"] * 3
    assert roster.lines == (5, 6, 7, 9, 10, 11)
    assert sum(village.population for village in roster.villages) == 12_298
    assert [village.operating_income for village in roster.villages] == pytest.approx(
        [216_000, 68_000, 883_000, 42_000, 93_500, 131_000]
    )
    assert roster.villages[2].capital == pytest.approx(12_307_500)
    assert [village.debt for village in roster.villages] == pytest.approx([350_000, 124_000, None, 80_000, 0, 260_000])
    assert roster.villages[1].idle_assets is None  # a dash
    assert roster.villages[4].idle_assets is None  # blank
    said = statements(roster)
    for words in (
        "read as GB18030",
        "Line 1 stands above the headers",
        "Line 2 states the unit",
        "万元, 人",
        "Lines 3 and 4 are read together",
        "序号, 户数, 备注",
        "totals are left out: lines 8, 12, 13",
        "left out: lines 14",
        "(merged cells): lines 6–7, 10–11",
        "full-width digits or signs",
        "in 万元 (6)",
        "'—' is read as not known",
        "'无' is read as not known",
        "spaces inside '黄鹤 村' are removed: lines 11",
    ):
        assert any(words in text for text in said), words
    assert not any("add up to" in text for text in said)  # the total agrees


def test_a_county_sheet_with_yuan_and_wan_yuan_mixed() -> None:
    """UTF-8 with a mark; units in headers and cells, one name in two townships, headers repeated, a wrong total."""
    roster = read_roster(ROSTERS / "county_mixed_units.csv")
    assert [village.name for village in roster.villages] == [
        "桂花镇双河村",
        "三圣村",
        "丰乐村",
        "龙门山镇双河村",
        "回龙村",
        "宝山村",
        "九峰村",
    ]
    assert [village.population for village in roster.villages] == [1856, 1540, 1322, 980, 1105, 2083, 874]
    assert [village.capital for village in roster.villages] == pytest.approx(
        [1.86e6, 6.2e5, 4.5e5, 2.4e6, None, 8.8e7, 3e5]
    )
    assert [village.debt for village in roster.villages] == pytest.approx([250e3, 80e3, None, 12e3, None, 350e3, None])
    assert [village.operating_income for village in roster.villages] == pytest.approx(
        [93e3, 50e3, 31.5e3, 186e3, 72.5e3, 4.2e6, 21e3]
    )
    assert {village.endowment for village in roster.villages} == {"hill", "mountain"}
    assert [village.form for village in roster.villages] == [
        "cooperative",
        "leasing",
        "leasing",
        "tourism",
        "tourism",
        "company",
        "leasing",
    ]
    said = statements(roster)
    for words in (
        "Headers repeated inside the table are left out: lines 7",
        "负债: cells that state their own unit, 万元",
        "in 万元 (5): lines 2, 5–6, 8–9",
        "'暂无' is read as not known",
        "Notes below the table are left out: lines 11",
        "Line 10 states a total of 9,761 persons, but the villages add up to 9,760",
        "in front of their name: 双河村",
        "负债: no unit is stated",
    ):
        assert any(words in text for text in said), words
    assert all(text.endswith(("。", "）")) or "：" in text for text in statements(roster, "zh"))


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_sheet_with_duplicates_and_doubtful_units_is_refused_row_by_row(lang: str) -> None:
    with pytest.raises(InputError) as caught:
        read_roster(ROSTERS / "duplicates_and_doubts.csv")
    assert caught.value.exit_code == 2
    text = caught.value.text(lang)
    wanted = {
        "en": (
            "5 of 8 rows are wrong",
            "line 4: the village '昌衡村' is already in line 3",
            "line 6: operating_income: 650,000,000 yuan",
            "Write the unit into the cell",
            "line 7: 'population' (户籍人口) is empty. Fill it in.",
            "line 8: operating_income: '约6万' is not an amount",
            "line 9: endowment: '水乡' is not accepted. Accepted: plain",
        ),
        "zh": (
            "共 8 行，其中 5 行有误",
            "第 4 行",
            "请改名或删去一行",
            "请在单元格中写明单位",
            "为空，请填写",
            "约6万",
            "水乡",
        ),
    }
    for words in wanted[lang]:
        assert words in text, words


def test_mended_as_the_messages_say_it_loads(tmp_path: Path) -> None:
    text = (ROSTERS / "duplicates_and_doubts.csv").read_text(encoding="utf-8")
    mended = (
        text.replace("升平镇,昌衡 村,1605", "升平镇,昌衡二村,1605")
        .replace(",76,65000,", ",76,65000元,")
        .replace("菱花村,,", "菱花村,1300,")
        .replace("约6万", "6 万元")
        .replace("水乡", "平坝")
    )
    path = tmp_path / "mended.csv"
    path.write_text(mended, encoding="utf-8")
    roster = read_roster(path)
    assert len(roster.villages) == 8
    assert roster.villages[3].operating_income == 65_000.0
    assert any("add up to 11,480" in text for text in statements(roster))
