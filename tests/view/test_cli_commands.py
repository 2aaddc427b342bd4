"""check, list, why: what they print, in which language, with which exit code."""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import ruralsim
from ruralsim.policy import catalogue
from ruralsim.spec.load import shipped_scenarios
from ruralsim.view.cli import run

ENVIRONMENT = os.environ | {"PYTHONPATH": str(Path(ruralsim.__file__).parents[1])}


@pytest.fixture(autouse=True)
def _english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RURALSIM_LANG", "en")


def output(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    code = run(arguments)
    out, err = capsys.readouterr()
    assert (code, err) == (0, "")
    return out


def failure(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    code = run(arguments)
    out, err = capsys.readouterr()
    assert out == ""
    assert "Traceback" not in err
    return code, err


@pytest.mark.parametrize("name", sorted(shipped_scenarios()))
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_check_of_every_shipped_scenario(name: str, lang: str, capsys: pytest.CaptureFixture[str]) -> None:
    out = output(capsys, "check", name, "--lang", lang)
    assert {"en": "The scenario is valid", "zh": "情景有效"}[lang] in out
    found: dict[str, Any] = json.loads(output(capsys, "check", name, "--json"))
    assert found["ok"] is True
    assert found["scenario"]["scenario"]["title"].keys() == {"en", "zh"}
    assert str(found["years"][0]["year"]) == found["scenario"]["scenario"]["start"][:4]
    assert sum(found["years"][-1]["covered"].values()) <= found["scenario"]["place"]["villages"]
    assert found["notices"] == []


def test_check_shows_the_phases_on_the_calendar(capsys: pytest.CaptureFixture[str]) -> None:
    years = json.loads(output(capsys, "check", "demo-township", "--json"))["years"]
    assert years[0]["phases"] == ["demonstrate"]
    assert years[0]["covered"] == {"demonstration": 1, "pilot": 4, "conditioned": 0, "rest": 0}
    assert years[2]["phases"] == ["spread"]
    assert sum(years[2]["covered"].values()) == 20
    assert years[0]["asked"] > years[0]["budget"]


def test_check_counts_costs_by_month_and_once(capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ("check", "demo-township", "--json", "--set", "phase.1.instruments={ seed_grant = 0.5 }")
    first, second = json.loads(output(capsys, *arguments))["years"][:2]
    full = json.loads(output(capsys, *arguments[:3], "--set", "phase.1.instruments={ seed_grant = 1 }"))["years"]
    assert first["asked"] == pytest.approx(full[0]["asked"] / 2)
    assert first["asked"] > 0
    assert second["asked"] == 0  # a grant is paid once


def test_check_takes_changes(capsys: pytest.CaptureFixture[str]) -> None:
    found = json.loads(output(capsys, "check", "demo-township", "--json", "--set", "place.villages=12"))
    assert found["scenario"]["place"]["villages"] == 12
    assert found["digest"] != json.loads(output(capsys, "check", "demo-township", "--json"))["digest"]


def test_check_of_a_roster(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "r.csv"
    path.write_text("村名,乡镇,户籍人口,负债\n红光,甲镇,1300,2 万元\n宝山,甲镇,1200,\n", encoding="utf-8")
    found = json.loads(output(capsys, "check", str(path), "--json"))
    assert (found["villages"], found["townships"], found["population"]) == (2, 1, 2500)
    assert found["synthesised"]["debt"] == 1
    assert "20,000 yuan in 1 villages" in output(capsys, "check", str(path))
    assert "户籍人口 2,500 人" in output(capsys, "check", str(path), "--lang", "zh")


@pytest.mark.parametrize("kind", ["scenarios", "instruments", "frameworks", "indicators", "regimes", "parameters"])
def test_list(kind: str, capsys: pytest.CaptureFixture[str]) -> None:
    found = json.loads(output(capsys, "list", kind, "--json"))[kind]
    assert found
    text = output(capsys, "list", kind, "--lang", "zh")
    assert all(row["name"] in text for row in found)
    counts = json.loads(output(capsys, "list", "--json"))
    assert counts[kind] == len(found)
    assert f"ruralsim list {kind}" in output(capsys, "list")


@pytest.mark.parametrize(
    ("name", "kind", "words"),
    [
        ("cadre_pay", "parameter", "yuan/month"),
        ("seed_grant", "instrument", "推动部门项目"),
        ("pengzhou", "framework", "84"),
        ("party_leadership", "indicator", "self_report"),
        ("inspected", "regime", "002"),
        ("pressure", "setting", "inspected"),
        ("trust", "column", "villagers"),
        ("outside_wage", "context", "yuan/month"),
    ],
)
def test_why(name: str, kind: str, words: str, capsys: pytest.CaptureFixture[str]) -> None:
    found = json.loads(output(capsys, "why", name, "--json"))["found"]
    assert kind in {entry["kind"] for entry in found}
    for lang in ("en", "zh"):
        assert words in output(capsys, "why", name, "--lang", lang)


def test_why_of_a_parameter_says_where_it_comes_from(capsys: pytest.CaptureFixture[str]) -> None:
    (entry,) = json.loads(output(capsys, "why", "cadre_pay", "--json"))["found"]
    assert {"value", "unit", "low", "high", "source", "grade", "meaning"} <= entry.keys()


@pytest.mark.parametrize(
    ("arguments", "en", "zh"),
    [
        (
            ("chek", "x"),
            "There is no command 'chek'. Did you mean 'check'?",
            "没有命令“chek”。是否想写“check”？",
        ),
        (
            ("check", "x", "--jsn"),
            "'ruralsim check' has no option '--jsn'. See 'ruralsim check --help'. Did you mean '--json'?",
            "“ruralsim check”没有选项“--jsn”。请看“ruralsim check --help”。是否想写“--json”？",
        ),
        (
            ("why",),
            "'ruralsim why' needs NAME. See 'ruralsim why --help'.",
            "“ruralsim why”缺少 NAME。请看“ruralsim why --help”。",
        ),
        (
            ("why", "cadre_pays"),
            "Nothing here is named 'cadre_pays'. See 'ruralsim list'. Did you mean 'cadre_pay'?",
            "这里没有名为“cadre_pays”的内容。请看“ruralsim list”。是否想写“cadre_pay”？",
        ),
        (
            ("list", "scenario"),
            "Unknown kind of thing 'scenario'. Did you mean 'scenarios'?",
            "未知的类别“scenario”。是否想写“scenarios”？",
        ),
        (("list", "scenarios", "x"), "", "用法有误"),
    ],
)
def test_wrong_usage(
    arguments: tuple[str, ...],
    en: str,
    zh: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for lang, words in (("en", en), ("zh", zh)):
        monkeypatch.setenv("RURALSIM_LANG", lang)
        code, err = failure(capsys, *arguments)
        assert code == 2
        assert err.startswith(f"ruralsim: {words}")


def test_wrong_language(capsys: pytest.CaptureFixture[str]) -> None:
    code, err = failure(capsys, "list", "--lang", "fr")
    assert code == 2
    assert err == "ruralsim: --lang: unknown language 'fr'. Accepted: en, zh.\n"


@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        ({"LANG": "zh_CN.UTF-8"}, "没有命令"),
        ({"LANG": "en_GB.UTF-8"}, "There is no command"),
        ({"LANG": "zh_CN.UTF-8", "RURALSIM_LANG": "en"}, "There is no command"),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": "C"}, "There is no command"),
        ({}, "There is no command"),
    ],
)
def test_language_of_the_environment(
    variables: dict[str, str], expected: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("RURALSIM_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert expected in failure(capsys, "chek")[1]


@pytest.mark.parametrize(
    ("error", "code", "words"),
    [
        (OSError(errno.ENOSPC, "No space left on device", "out/run.json"), 1, "The disk is full"),
        (OSError(errno.EROFS, "Read-only file system", "out/run.json"), 1, "the system could not write this file"),
        (MemoryError(), 1, "The memory of this machine is not enough"),
        (RuntimeError("odd"), 1, "RuntimeError: odd"),
        (KeyboardInterrupt(), 130, "Stopped by the user."),
    ],
)
def test_failures_that_are_not_the_users(
    error: BaseException,
    code: int,
    words: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fail() -> None:
        raise error

    monkeypatch.setattr(catalogue, "vocabulary", fail)
    monkeypatch.delenv("RURALSIM_DEBUG", raising=False)
    found, err = failure(capsys, "check", "demo-township")
    assert found == code
    assert words.lower() in err.lower()
    assert err.count("\n") == 1


def test_help_shows_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    out = output(capsys)
    assert all(f"  {name} " in out for name in ("check", "list", "why"))


def process(*arguments: str, **options: Any) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, *arguments]
    return subprocess.run(command, env=ENVIRONMENT, text=True, encoding="utf-8", check=False, **options)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_disk_under_standard_output() -> None:
    with open("/dev/full", "w") as full:
        done = process("-m", "ruralsim.view.cli", "list", "parameters", stdout=full, stderr=subprocess.PIPE)
    assert done.returncode == 1
    assert done.stderr.startswith("ruralsim: ")
    assert done.stderr.count("\n") == 1


def test_a_reader_that_leaves_early_is_no_failure() -> None:
    program = "import os, sys; os.close(0); from ruralsim.view.cli import main; main(['list', 'parameters'])"
    with subprocess.Popen(
        [sys.executable, "-c", program], env=ENVIRONMENT, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as child:
        assert child.stdout is not None
        assert child.stderr is not None
        child.stdout.close()
        assert child.stderr.read() == b""
        assert child.wait() in (0, 1)


def test_help_loads_nothing_heavy() -> None:
    program = (
        "import sys; from ruralsim.view.cli import run; code = run(['--help']); "
        "heavy = {'numpy', 'pandas', 'numba', 'mesa', 'pint', 'pyarrow', 'pydantic', 'rich'} & set(sys.modules); "
        "sys.exit(f'{code} {heavy}' if code or heavy else 0)"
    )
    assert process("-c", program, capture_output=True).stderr == ""
