"""The report of a run with a user's own instruments and framework, and with instruments that make others cheaper."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from report_cases import Document, read

from ruralsim.view.cli import run
from ruralsim.view.report import write_report
from ruralsim.view.report.data import RunData, read_run

SCENARIO = """
[scenario]
name = "own"
based_on = "demo-township"
library = "mine"
months = 9
[place]
population = 400
villages = 4
demonstration_villages = 1
[framework]
name = "ours"
[[phase]]
name = "one"
from = "2021-01"
to = "2021-06"
[phase.instruments]
reading_room = 0.5
shared_van = 0.8
linked_departments = 0.6
[[phase]]
name = "later"
from = "2022-01"
to = "2022-06"
[phase.instruments]
after_all = 0.3
"""
INSTRUMENT = """
name = "{name}"
title.en = "{en}"
title.zh = "{zh}"
kind = "governance"
source = "own"
source_text = "a sentence of our own document"
{more}
[effects]
norms = {{ amount = 0.001, low = 0.0, high = 0.003, source = "assumed" }}
[[cost]]
kind = "running"
per = "{per}"
every = "month"
amount = "{amount} yuan"
source = "assumed"
"""
SAVES = 'saves = { amount = 0.3, low = 0.0, high = 0.4, source = "assumed" }'
SHEET = """编号,名称,板块,引文,观测量,组织,上报渠道
open_accounts,账目公开,治理,村务账目每季度公开一次,money_arrived,1,self_report
"""
#: titles, whom a cost is for, yuan a month, anything more
OWN = {
    "reading_room": ("A reading room", "农家书屋", "head", 0.7, ""),
    "shared_van": ("A shared van", "共用货车", "village", 90, SAVES),
    "after_all": ("After all the rest", "最后一项", "village", 20, ""),
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("own")
    (home / "mine/instruments").mkdir(parents=True)
    for name, (en, zh, per, amount, more) in OWN.items():
        text = INSTRUMENT.format(name=name, en=en, zh=zh, per=per, amount=amount, more=more)
        (home / f"mine/instruments/{name}.toml").write_text(text, encoding="utf-8")
    (home / "mine/frameworks").mkdir()
    (home / "mine/frameworks/ours.csv").write_text(SHEET, encoding="utf-8")
    (home / "own.toml").write_text(SCENARIO, encoding="utf-8")
    arguments = [f"{home}/own.toml", "--replicates", "2", "--draws", "0", "--out", f"{home}/out", "--no-report"]
    assert run(["run", *arguments, "--quiet"]) == 0
    return home / "out"


@pytest.fixture(scope="module")
def data(folder: Path) -> RunData:
    return read_run(folder)


def test_what_running_costs_are_reckoned_at_is_what_was_paid(data: RunData) -> None:
    """No budget binds and nothing is paid once: full delivery would have cost what was paid, savings included."""
    sums = data.policy
    assert {"reading_room", "shared_van", "linked_departments"} <= set(sums.index.get_level_values("instrument"))
    costs = sums[sums["cost"] > 0.0]
    assert len(costs) >= 3 * 6
    assert costs["running"].to_numpy() == pytest.approx(costs["cost"].to_numpy(), abs=0.01 * 4)  # a fen a village
    assert sums["open"].to_numpy() == pytest.approx(0.0, abs=1e-9)
    # both savers take from the reading room, neither from itself
    heads = data.outcomes.heads
    expected = sum(one[0].sum() for one in heads.values()) / len(heads) * 0.7 * 0.5 * (1.0 - 0.3 * 0.8 - 0.12 * 0.6)
    assert sums["running"][1, "reading_room"] == pytest.approx(expected, rel=1e-9)
    assert sums["running"][1, "shared_van"] == pytest.approx(4 * 90 * 0.8 * (1.0 - 0.12 * 0.6), rel=1e-9)


def test_a_saving_is_no_money_left_unspent(data: RunData) -> None:
    frame = pd.read_parquet(data.folder / "policy.parquet")
    paid = frame.groupby("replicate")["cost"].sum().mean()
    assert data.policy["running"].sum() == pytest.approx(paid, abs=0.01 * 4 * 3 * 9)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_titles_of_ones_own_instruments_and_items_are_in_the_report(folder: Path, lang: str) -> None:
    document: Document = read(write_report(folder, "en"))
    sections = document.sections(lang)
    for name, titles in OWN.items():
        assert titles[lang == "zh"] in sections["nothing" if name == "after_all" else "policy"]["text"]
    assert "账目公开" in sections["indicators"]["text"]
    assert "open_accounts" not in sections["indicators"]["text"]


def test_the_summary_names_ones_own_instrument_by_its_title(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    quick = ["--months", "2", "--replicates", "1", "--draws", "0", "--no-report", "--out", str(tmp_path / "out")]
    for lang, words in (("en", "after_all (After all the rest)"), ("zh", "after_all（最后一项）")):
        assert run(["run", str(folder.parent / "own.toml"), *quick, "--lang", lang]) == 0
        assert words in capsys.readouterr().out
