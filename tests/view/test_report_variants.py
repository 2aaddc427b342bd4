"""Reports of other runs: without draws, baseline, policy, indicators; with a roster, a scorecard, groups."""

from __future__ import annotations

import json
import re
import sys
import zlib
from pathlib import Path
from typing import Any

import pytest
from report_cases import Document, copy_of, numbers, read

from ruralsim.view.cli import run
from ruralsim.view.report import REPORT, write_report

QUIET = ("--quiet", "--no-report")
BASE = ("demo-township", "--set", "place.villages=4", "--set", "place.population=900")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run with two replicates, a baseline and no draws."""
    out = tmp_path_factory.mktemp("variants") / "out"
    assert (
        run(
            [
                "run",
                *BASE,
                "--months",
                "14",
                "--replicates",
                "2",
                "--draws",
                "0",
                "--out",
                str(out),
                "--quiet",
                "--no-report",
            ]
        )
        == 0
    )
    return out


def report_of(folder: Path) -> Document:
    document = read(write_report(folder, "en"))
    assert document.crossed == []
    assert list(document.sections("en")) == list(document.sections("zh"))
    return document


def test_without_draws_only_luck_is_in_the_intervals(folder: Path, tmp_path: Path) -> None:
    document = report_of(copy_of(folder, tmp_path / "a"))
    text = document.sections("en")["changes"]["text"]
    assert "Only luck is in the intervals" in text
    assert "Compared with the same place without policy" in text
    assert "luck and parameters," not in text
    assert "was not measured in this run" in document.sections("en")["assumptions"]["text"]


def test_without_a_baseline_it_says_so(folder: Path, tmp_path: Path) -> None:
    def change(content: dict[str, Any]) -> None:
        del content["uncertainty"]

    document = report_of(copy_of(folder, tmp_path / "a", change, without=("baseline.parquet",)))
    text = document.sections("en")["changes"]["text"]
    assert "holds no baseline beside it" in text
    assert "effect of policy" not in text
    assert "not with a run without policy" in document.sections("en")["who"]["text"]
    assert "并列的无政策基线" in document.sections("zh")["changes"]["text"]


def test_a_short_run_without_policy(tmp_path: Path) -> None:
    out = tmp_path / "short"
    given = ["--set", "phase=[]", "--months", "2", "--replicates", "1", "--draws", "0"]
    assert run(["run", *BASE, *given, "--out", str(out), *QUIET]) == 0
    document = report_of(out)
    sections = document.sections("en")
    assert "this run is a baseline" in sections["changes"]["text"]
    assert "how sure these figures are is not known" in sections["changes"]["text"]
    assert "No indicator was reported" in sections["indicators"]["text"]
    assert "No phase, no instrument" in sections["policy"]["text"]
    assert not document.within(sections["policy"], "svg")
    assert document.within(sections["money"], "svg")


def test_villages_of_a_roster_are_ranked_with_intervals(folder: Path, tmp_path: Path) -> None:
    def change(content: dict[str, Any]) -> None:
        content["scenario"]["place"]["roster"] = [{"name": f"V00{k}"} for k in range(1, 5)]

    section_of = report_of(copy_of(folder, tmp_path / "a", change))
    section = section_of.sections("en")["villages"]
    tables = section_of.within(section, "table")
    assert len(tables) == 3
    for table in tables:
        rows = [[one["text"] for one in section_of.within(row, "td")] for row in section_of.within(table, "tr")[1:]]
        assert sorted(row[0] for row in rows) == ["V001", "V002", "V003", "V004"]
        scores = [numbers(row[1])[0] for row in rows]
        assert scores == sorted(scores)
        for row, score in zip(rows, scores, strict=True):
            low, high = numbers(row[2])
            assert low <= score <= high
    assert "your own roster" in section["text"]
    assert "are not ranked" not in section["text"]


def test_what_changed_nothing_is_listed_with_its_dates(folder: Path, tmp_path: Path) -> None:
    def change(content: dict[str, Any]) -> None:
        idle = content["instruments"][0]
        idle |= {"why_nothing": "nobody", "dates": ["2021-05", "2022-03"], "changed": []}

    document = report_of(copy_of(folder, tmp_path / "a", change))
    for lang, words in (("en", "is eligible"), ("zh", "不符合条件")):
        section = document.sections(lang)["nothing"]
        (table,) = document.within(section, "table")
        rows = document.within(table, "tr")[1:]
        listed = next(row for row in rows if words in row["text"])
        assert "2021-05" in listed["text"]
        assert "2022-03" in listed["text"]


def test_many_losers_are_counted_and_few_are_named(folder: Path, tmp_path: Path) -> None:
    def change(content: dict[str, Any]) -> None:
        for k, row in enumerate(content["groups"]["groups"]):
            row["mean_trust"]["effect"] |= {"mean": -0.1, "low_luck": -0.2, "high_luck": -0.05}
            sure = -0.05 if k < 2 else 0.2
            row["mean_satisfaction"]["effect"] |= {"mean": -0.1, "low_luck": -0.3, "high_luck": sure}

    document = report_of(copy_of(folder, tmp_path / "a", change))
    count = len(json.loads((folder / "run.json").read_text(encoding="utf-8"))["groups"]["groups"])
    text = document.sections("en")["who"]["text"]
    assert f"Trust: {count} of {count} groups are clearly worse off with the policy, 0 clearly better off." in text
    assert "Satisfaction: clearly worse off with the policy: people aged 18 to 29 and people aged 30 to 44;" in text
    assert "满意度：明显变差的：18–29 岁者、30–44 岁者；" in document.sections("zh")["who"]["text"]


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        ({"current": False}, {"en": "made with other rules or data", "zh": "用与此不同的规则或数据"}),
        ({"changed": ["dividend_half"]}, {"en": "this scenario changes 1", "zh": "改动了 1 个参数"}),
    ],
)
def test_a_scorecard_that_is_not_this_runs_own_says_so(
    entry: dict[str, Any], words: dict[str, str], folder: Path, tmp_path: Path
) -> None:
    document = report_of(copy_of(folder, tmp_path / "a", lambda content: content["scorecard"].update(entry)))
    for lang, text in words.items():
        assert text in document.sections(lang)["scorecard"]["text"]


def test_the_command(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    target = copy_of(folder, tmp_path / "mine")
    assert run(["report", str(target), "--lang", "zh"]) == 0
    out, err = capsys.readouterr()
    assert (out, err) == (f"报告：{target / REPORT}\n", "")
    assert 'lang="zh-CN"><head>' in (target / REPORT).read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("lang", "words"), [("en", "is not the results directory of a run"), ("zh", "不是一次运行的结果文件夹")]
)
@pytest.mark.parametrize("kind", ["absent", "empty", "foreign"])
def test_a_wrong_directory(
    kind: str, lang: str, words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    target = tmp_path / "there"
    if kind != "absent":
        target.mkdir()
    if kind == "foreign":
        (target / "run.json").write_text('{"format": "something else"}', encoding="utf-8")
    assert run(["report", str(target), "--lang", lang]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert words in err
    assert not (target / REPORT).exists()


def test_a_damaged_run(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    target = copy_of(folder, tmp_path / "a", without=("money.parquet", "policy.parquet"))
    assert run(["report", str(target), "--lang", "en"]) == 2
    assert "policy.parquet, money.parquet" in capsys.readouterr().err
    target = copy_of(folder, tmp_path / "b")
    (target / "run.json").write_text("{", encoding="utf-8")
    assert run(["report", str(target), "--lang", "en"]) == 2
    assert "damaged" in capsys.readouterr().err
    target = copy_of(folder, tmp_path / "c", lambda content: content.pop("replicate_seeds"))
    assert run(["report", str(target), "--lang", "en"]) == 2
    assert "needs (replicate_seeds)" in capsys.readouterr().err
    assert sorted(path.name for path in target.iterdir() if path.suffix != ".parquet") == ["run.json"]


@pytest.mark.parametrize(
    ("lang", "words"), [("en", "pip install 'ruralsim[report]'"), ("zh", "pip install 'ruralsim[report]'")]
)
def test_a_pdf_without_its_package_names_the_extra(
    lang: str,
    words: str,
    folder: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setitem(sys.modules, "weasyprint", None)
    target = copy_of(folder, tmp_path / "a")
    assert run(["report", str(target), "--pdf", "--lang", lang]) == 1
    assert words in capsys.readouterr().err
    assert not list(target.glob("*.pdf"))
    assert (target / REPORT).is_file()


def test_a_pdf(folder: Path, tmp_path: Path) -> None:
    pytest.importorskip("weasyprint", reason="the extra 'report' is not installed")
    target = copy_of(folder, tmp_path / "a")
    assert run(["report", str(target), "--pdf", "--lang", "zh"]) == 0
    content = (target / "report-zh.pdf").read_bytes()
    assert content.startswith(b"%PDF")
    streams = re.findall(rb"stream\r?\n(.*?)\r?\nendstream", content, re.DOTALL)
    inside = b"".join(_unpacked(one) for one in streams)
    assert b"Ruralsim-Sans" in inside  # the font is in the file


def _unpacked(stream: bytes) -> bytes:
    try:
        return zlib.decompress(stream)
    except zlib.error:
        return b""


def test_run_json_is_not_touched(folder: Path, tmp_path: Path) -> None:
    target = copy_of(folder, tmp_path / "a")
    before = (target / "run.json").read_bytes()
    write_report(target, "en")
    assert (target / "run.json").read_bytes() == before
    assert json.loads(before)["format"] == "ruralsim run"
