"""ruralsim run: what it prints, where it writes, what it refuses, and that nothing half-written stays."""

from __future__ import annotations

import errno
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import ruralsim
from ruralsim.model.county import County
from ruralsim.view import progress, run_directory
from ruralsim.view.cli import run
from ruralsim.view.tables import TableWriter

PLACE = ("demo-township", "--set", "place.villages=3", "--set", "place.population=900", "--months", "3", "--no-report")
SMALL = (*PLACE, "--draws", "0")
FILES = {
    *("outcomes", "indicators", "policy", "money", "balances", "momentum", "groups", "villages", "baseline"),
}


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("RURALSIM_LANG", "en")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def failure(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    code = run(["run", *arguments])
    out, err = capsys.readouterr()
    assert out == ""
    assert "Traceback" not in err
    return code, err.splitlines()[-1]


def everything(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*")}


def test_json(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["run", *SMALL, "--replicates", "2", "--seed", "9", "--json"]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    found: dict[str, Any] = json.loads(out)
    assert (found["scenario"], found["seed"], found["villages"]) == ("demo-township", 9, 3)
    assert (found["months"], found["replicates"]) == (3, 2)
    assert found["villagers"] == found["population"]["registered_adults"] + found["population"]["outsiders"]
    assert found["seconds"] > 0
    assert found["audit"]["money_residual"] == 0
    assert found["audit"]["momentum_residual"] <= 1e-9
    assert list(found["outcomes"]) == ["governance", "development", "life"]
    for goal in found["outcomes"].values():
        assert goal["low"] is None
        assert goal["high"] is None
        assert goal["low_luck"] < goal["mean"] < goal["high_luck"]
        assert goal["effect"]["mean"] == pytest.approx(goal["mean"] - goal["effect"]["baseline"])
        assert goal["effect"]["low_luck"] < goal["effect"]["mean"] < goal["effect"]["high_luck"]
    assert found["draws"] == 0
    assert found["parameters"]["assumed_share_of_variance"] is None
    assert found["out"] == f"results/{found['run_id']}"
    assert {path.name for path in (here / found["out"]).iterdir()} == {f"{name}.parquet" for name in FILES} | {
        "run.json"
    }
    assert everything(here / "results") >= {found["run_id"]}
    assert [path.name for path in (here / "results").iterdir()] == [found["run_id"]]


def test_a_run_ends_with_its_report(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    given = [word for word in SMALL if word != "--no-report"]
    assert run(["run", *given, "--replicates", "1", "--out", "x", "--lang", "zh"]) == 0
    out, err = capsys.readouterr()
    assert "报告（用浏览器打开）：x/report.html" in out
    assert "正在生成报告" in err
    page = (here / "x" / "report.html").read_text(encoding="utf-8")
    assert '<html lang="zh-CN">' in page
    assert 'main lang="en"' in page
    content = json.loads((here / "x" / "run.json").read_text(encoding="utf-8"))
    assert content["command"].startswith("ruralsim run demo-township --months 3 --replicates 1 --draws 0 --seed 1 ")
    assert content["scorecard"]["targets"]["total"] == 15
    assert f"{content['scorecard']['targets']['in_band']} 项" in out
    assert run(["run", *given, "--replicates", "1", "--out", "x", "--json"]) == 0  # its own files may be replaced
    assert json.loads(capsys.readouterr().out)["report"] == "x/report.html"


def test_without_a_report(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["run", *SMALL, "--replicates", "1", "--out", "x", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["report"] is None
    assert not (here / "x" / "report.html").exists()


def test_one_replicate_has_no_interval(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["run", *SMALL, "--replicates", "1", "--json"]) == 0
    goals = json.loads(capsys.readouterr().out)["outcomes"]
    assert [goal["low_luck"] for goal in goals.values()] == [None, None, None]


def test_draws(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Both intervals, the effect of policy and the share of assumed parameters, in JSON, in the file and as a table."""
    assert run(["run", *PLACE, "--replicates", "2", "--draws", "4", "--json", "--out", "x"]) == 0
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    assert found["draws"] == 4
    assert 0 <= found["parameters"]["assumed_share_of_variance"] <= 1
    for goal in found["outcomes"].values():
        for one in (goal, goal["effect"]):
            assert one["low"] < one["high"]
            assert one["low_luck"] < one["mean"] < one["high_luck"]
        assert goal["high"] - goal["low"] > goal["high_luck"] - goal["low_luck"]
    content = json.loads((here / "x" / "run.json").read_text(encoding="utf-8"))
    assert content["uncertainty"]["figures"]["life"]["last"]["low"] == found["outcomes"]["life"]["low"]
    assert content["uncertainty"]["failed"] == []
    assert content["files"] == sorted(f"{name}.parquet" for name in {*FILES, "draws"})
    table = pd.read_parquet(here / "x" / "draws.parquet")
    assert len(table) == 2 * 2 * (2 + 4 + 4 + 4)  # policies; years 0 and 1; defaults, draws, second luck, twins
    assert set(table["kind"]) == {"defaults", "drawn", "twin"}
    assert table.loc[table["kind"] == "twin", "twin_of"].tolist() == [k for k in range(1, 5) for _ in range(4)]
    assert table["parameter_trust_noise"].nunique() == 1 + 4 + 4  # fitted: drawn anew for a twin
    assert table["parameter_trust_dividend"].nunique() == 1 + 4  # assumed: kept
    assert set(table.loc[table["draw"] == 0, "parameter_trust_noise"]) == {0.12}


def test_words_of_draws(capsys: pytest.CaptureFixture[str]) -> None:
    for lang, words in {
        "en": ["luck and parameters", "luck alone", "parameters assumed; they carry", "What the policy adds"],
        "zh": ["偶然与参数", "仅偶然", "个为假定值，占方差的", "政策带来的变化"],
    }.items():
        assert run(["run", *PLACE, "--replicates", "2", "--draws", "4", "--lang", lang]) == 0
        out, err = capsys.readouterr()
        for word in words:
            assert word in out
        assert "--draws 4" in out
        assert "run_" not in out + err
    assert "28/28" in err


@pytest.mark.parametrize("draws", ["3", "-1", "10001"])
def test_wrong_number_of_draws(draws: str, capsys: pytest.CaptureFixture[str]) -> None:
    code, message = failure(capsys, *PLACE, "--draws", draws)
    assert code == 2
    assert f"--draws: {draws} is out of bounds; accepted is 0 (no parameter draws), or 4 to 10000" in message


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("en", ["Effective governance", "trust", "every fen", "parameters are assumed", "Next, the same without"]),
        ("zh", ["高效能治理", "信任", "每一分钱", "个为假定值", "下一步，看看没有这些政策会怎样"]),
    ],
)
def test_summary(lang: str, words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["run", *SMALL, "--replicates", "2", "--lang", lang]) == 0
    out, err = capsys.readouterr()
    for word in words:
        assert word in out
    assert "100 %" in err
    assert "ruralsim run demo-township --months 3 --replicates 2 --draws 0 --set place.villages=3" in out
    assert "run_" not in out + err  # every code of the catalogue was found


def test_an_inferred_identity_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    small = ("--set", "place.villages=10", "--set", "place.population=900", "--months", "1", "--replicates", "1")
    assert run(["run", "henan-county", *small]) == 0
    out = capsys.readouterr().out
    assert "The identity of this place is inferred." in out
    assert "The published number of residents, 530,000, is only reported" in out


def test_policy_that_changes_nothing_is_a_warning(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["run", *SMALL, "--replicates", "1", "--set", "phase.1.instruments={ seed_grant = 0 }"]) == 0
    out = capsys.readouterr().out
    assert "Warning: changed nothing, 2021-01 to 2022-12: seed_grant" in out
    assert "Its phases start after the run has ended." in out  # those of the second phase
    assert run(["run", *SMALL, "--replicates", "1", "--set", "phase=[]"]) == 0
    assert "No phase, no instrument" in capsys.readouterr().out


def test_a_budget_that_binds_is_said_and_kept(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    tight = ("--set", "phase.1.budget=1000", "--out", "tight")
    assert run(["run", *SMALL, "--replicates", "1", *tight]) == 0
    assert "Phase 'demonstrate': the budget bound in 3 months, 2021-01 to 2021-03" in capsys.readouterr().out
    bound = json.loads((here / "tight" / "run.json").read_text(encoding="utf-8"))["budgets_that_bound"]
    assert [one["phase"] for one in bound] == ["demonstrate"]
    assert 0 < bound[0]["running_share"] < 1


def test_quiet_prints_where_the_results_are(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["run", *SMALL, "--replicates", "1", "--quiet", "--out", "somewhere/deep"]) == 0
    assert capsys.readouterr() == ("somewhere/deep\n", "")
    assert (here / "somewhere" / "deep" / "run.json").is_file()


def test_an_earlier_run_is_replaced(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for seed in ("1", "2"):
        assert run(["run", *SMALL, "--replicates", "1", "--quiet", "--out", "mine", "--seed", seed]) == 0
    capsys.readouterr()
    assert json.loads((here / "mine" / "run.json").read_text(encoding="utf-8"))["seed"] == 2
    assert [path.name for path in here.iterdir()] == ["mine"]


def test_an_empty_directory_is_taken(here: Path) -> None:
    (here / "empty").mkdir()
    assert run(["run", *SMALL, "--replicates", "1", "--quiet", "--out", "empty"]) == 0
    assert (here / "empty" / "run.json").is_file()


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("kind", ["file", "foreign", "notes", "here", "below a file", "seed", "months", "replicates"])
def test_wrong_input(kind: str, lang: str, here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "file").write_text("x", encoding="utf-8")
    (here / "foreign").mkdir()
    (here / "foreign" / "thesis.txt").write_text("mine", encoding="utf-8")
    (here / "foreign" / "run.json").write_text("{}", encoding="utf-8")
    (here / "notes").mkdir()
    own = '{"format": "ruralsim run", "files": ["money.parquet"]}'
    (here / "notes" / "run.json").write_text(own, encoding="utf-8")
    (here / "notes" / "notes.txt").write_text("mine", encoding="utf-8")
    before = everything(here)
    arguments, words = {
        "file": (("--out", "file"), ("--out: 'file' is a file", "--out：“file”是文件")),
        "foreign": (("--out", "foreign"), ("(run.json, thesis.txt); nothing was touched", "（run.json、thesis.txt）")),
        "notes": (("--out", "notes"), ("(notes.txt); nothing was touched", "（notes.txt），未作任何改动")),
        "here": (("--out", "."), ("the directory '.' holds files", "文件夹“.”中有")),
        "below a file": (("--out", "file/x"), ("cannot be written to 'file/x'", "无法把结果写入“file/x”")),
        "seed": (("--seed", "-1"), ("--seed: -1 is out of bounds", "--seed：-1 超出界限")),
        "months": (("--months", "0"), ("--months: 0 is out of bounds", "--months：0 超出界限")),
        "replicates": (("--replicates", "0"), ("--replicates: 0 is out of bounds", "--replicates：0 超出界限")),
    }[kind]
    code, message = failure(capsys, *SMALL, *arguments, "--lang", lang)
    assert code == 2
    assert words[lang == "zh"] in message
    assert everything(here) == before


def test_an_unknown_scenario(capsys: pytest.CaptureFixture[str]) -> None:
    code, message = failure(capsys, "pengzou")
    assert code == 2
    assert "Did you mean 'pengzhou'?" in message


@pytest.mark.parametrize("number", [errno.EACCES, errno.EROFS])
def test_a_place_that_cannot_be_written(
    number: int, here: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse(self: Path, *_: object, **__: object) -> None:
        raise OSError(number, os.strerror(number), str(self))

    monkeypatch.setattr(run_directory.Path, "mkdir", refuse)
    code, message = failure(capsys, *SMALL, "--out", "x")
    assert (code, everything(here)) == (2, set())
    assert f"the results cannot be written to 'x': {os.strerror(number)}. Choose another --out." in message


def test_a_disk_that_is_too_small(
    here: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    usage = shutil.disk_usage(here)
    monkeypatch.setattr(run_directory.shutil, "disk_usage", lambda _: usage._replace(free=1000))
    code, message = failure(capsys, *SMALL, "--out", "x")
    assert (code, everything(here)) == (1, set())
    assert "only 0 MB are free where 'x' is to lie" in message


def test_a_disk_that_fills_up(here: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    write = TableWriter.write

    def full(self: TableWriter, *arguments: Any) -> None:
        write(self, *arguments)
        assert any(here.iterdir())
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(TableWriter, "write", full)
    code, message = failure(capsys, *SMALL, "--out", "x")
    assert (code, everything(here)) == (1, set())
    assert message.startswith("ruralsim: The disk is full")


@pytest.fixture
def _stopped_in_the_second_month(monkeypatch: pytest.MonkeyPatch) -> None:
    begin = County.begin_month

    def stop(self: County, **how: bool) -> None:
        if self.month == 1:
            raise KeyboardInterrupt
        begin(self, **how)

    monkeypatch.setattr(County, "begin_month", stop)


@pytest.mark.usefixtures("_stopped_in_the_second_month")
def test_stopped_by_the_user(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "mine").mkdir()
    (here / "mine" / "run.json").write_text('{"format": "ruralsim run"}', encoding="utf-8")
    before = everything(here)
    code, _ = failure(capsys, *SMALL, "--out", "mine")
    assert (code, everything(here)) == (130, before)
    assert failure(capsys, *SMALL, "--out", "new/deeper/x")[0] == 130
    assert everything(here) == before


def test_compiling_is_announced_once(
    monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory, capsys: pytest.CaptureFixture[str]
) -> None:
    cache = tmp_path_factory.mktemp("cache")
    monkeypatch.setattr("ruralsim.base.compiled.cache_folder", lambda: cache)
    assert not progress.kernels_ready()
    assert run(["run", *SMALL, "--replicates", "1"]) == 0
    assert "Compiling the model once" in capsys.readouterr().err
    (cache / "month.nbi").touch()
    assert progress.kernels_ready()
    assert run(["run", *SMALL, "--replicates", "1"]) == 0
    assert "Compiling" not in capsys.readouterr().err


def test_plain_progress_about_every_tenth(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    clock = iter(range(10_000))
    monkeypatch.setattr(progress.time, "monotonic", lambda: float(next(clock)))
    with progress.Progress("en", silent=False, total=120.0) as bar:
        first, second = (bar.part(60.0, lambda done, total, k=k: f"part {k}, {done} of {total}") for k in (1, 2))
        for done in range(31):
            first(done, 30)
        for done in range(61):
            second(done, 60)
    lines = capsys.readouterr().err.splitlines()
    assert [line.split()[0] for line in lines] == [str(share) for share in range(10, 101, 10)]
    assert lines[0].startswith("10 %  part 1, 6 of 30, about")
    assert lines[5] == "60 %  part 2, 12 of 60, about " + lines[5].split("about ")[1]
    assert lines[-1] == "100 %  part 2, 60 of 60"


def test_the_package_is_quick_to_import() -> None:
    heavy = ("numpy", "numba", "pandas", "pyarrow", "mesa", "pint", "rich", "scipy")
    text = f"import sys, ruralsim; print([name for name in {heavy!r} if name in sys.modules])"
    environment = os.environ | {"PYTHONPATH": str(Path(ruralsim.__file__).parents[1])}
    done = subprocess.run([sys.executable, "-c", text], capture_output=True, text=True, env=environment, check=True)
    assert done.stdout == "[]\n"


def test_public_names() -> None:
    assert ruralsim.County is County
    assert ruralsim.load_scenario("demo-township").name == "demo-township"
    assert callable(ruralsim.run)
    assert ruralsim.__version__
    assert set(ruralsim.__all__) <= set(dir(ruralsim))
    with pytest.raises(AttributeError, match="no attribute 'Countyy'"):
        _ = ruralsim.Countyy
