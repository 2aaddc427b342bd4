"""ruralsim experiment, compare and sensitivity, as a new user meets them."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow.parquet as pq
import pytest

from ruralsim.view.cli import run
from tests.experiments import tiny

SMALL = ("--set", "place.population=400", "--set", "place.villages=2", "--months", "6", "--workers", "0")


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("RURALSIM_LANG", "en")
    monkeypatch.delenv("RURALSIM_STORE", raising=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def told(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert run(list(arguments)) == 0, capsys.readouterr().err
    return capsys.readouterr().out


def found(capsys: pytest.CaptureFixture[str], *arguments: str) -> Any:
    return json.loads(told(capsys, *arguments, "--json"))


def refused(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert run(list(arguments)) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert "Traceback" not in err
    return err.strip().splitlines()[-1]


DRAWS = '\n[draws]\ncount = 3\nparameters = ["member_share"]\n'


def test_the_whole_path(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    tiny.write(here / "e", more=DRAWS)
    assert found(capsys, "experiment", "status", "e")["missing"] == 12
    first = told(capsys, "experiment", "run", "e", "--workers", "0", "--shard", "1/2")
    assert "shard 1/2: 6 of the runs" in first
    assert "Next: ruralsim experiment run e" in first
    done = told(capsys, "experiment", "run", "e", "--workers", "0", "--resume")
    assert "6 runs simulated now" in done
    assert "ruralsim experiment export e" in done
    status = found(capsys, "experiment", "status", "e")
    assert (status["total"], status["done"], status["failed"], status["running"]) == (12, 12, 0, 0)
    assert "Nothing to simulate" in told(capsys, "experiment", "run", "e", "--workers", "0")
    exported = told(capsys, "experiment", "export", "e", "--out", "x")
    assert 'pd.read_parquet("x/outcomes.parquet")' in exported
    frame = pd.read_parquet("x/outcomes.parquet")
    assert set(frame["scenario"]) == {"strict", "loose"}
    assert len(frame[(frame["grouping"] == "county") & (frame["year"] == 1)]) == 12
    about = json.loads(pq.read_schema("x/outcomes.parquet").metadata[b"columns"])
    assert about["median_income"]["unit"] == "yuan/month"
    runs = pd.read_parquet("x/runs.parquet")
    assert set(runs["state"]) == {"done"}
    assert runs["parameter_member_share"].nunique() == 4
    listed = json.loads((here / "x" / "experiment.json").read_text(encoding="utf-8"))
    for name, digest in listed["files"].items():
        assert hashlib.sha256((here / "x" / name).read_bytes()).hexdigest() == digest
    on_disk = {str(path.relative_to(here / "x")) for path in (here / "x").rglob("*") if path.is_file()}
    assert on_disk == {*listed["files"], "experiment.json"}
    told(capsys, "experiment", "export", "e", "--out", "b", "--brief")
    brief = pd.read_parquet("b/outcomes.parquet")
    assert {"governance", "development", "life"} < set(brief.columns)
    assert "mean_trust" not in brief.columns
    assert set(brief["grouping"]) == {"county"}
    before = tiny.files(here / "x")
    told(capsys, "experiment", "export", "e", "--out", "x")
    assert tiny.files(here / "x") == before


def test_the_readme_says_what_the_tables_say(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    tiny.write(here / "e")
    told(capsys, "experiment", "run", "e", "--workers", "0")
    told(capsys, "experiment", "export", "e", "--out", "x")
    table = pd.read_parquet("x/differences.parquet")
    (row,) = table[(table["outcome"] == "mean_satisfaction") & (table["grouping"] == "county")].to_dict("records")
    for name, word in (("README.md", "Satisfaction |"), ("README.zh.md", "满意度 |")):
        text = (here / "x" / name).read_text(encoding="utf-8")
        line = next(line for line in text.splitlines() if line.startswith("| " + word))
        assert f"{row['level']:.3f}" in line
        assert f"{abs(row['mean']):.3f}" in line
        for link in text.split("](")[1:]:
            assert (here / "x" / link.split(")")[0]).is_file()


def test_compare_keys_and_pairs(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    both = ("compare", "demo-township", "demo-township+regime.name=directional", *SMALL)
    result = found(capsys, *both, "--replicates", "3", "--draws", "2", "--out", "c")
    assert (result["runs"], result["made"], result["incomplete"]) == (10, 10, 0)
    keys = {"outcome", "against", "mean", "low", "high", "replicates_needed"}
    assert all(keys <= one.keys() for one in result["differences"])
    assert {one["against"] for one in result["differences"]} == {"demo-township"}
    life = next(one for one in result["differences"] if one["outcome"] == "life")
    assert life["mean"] == pytest.approx(life["level"] - life["level_against"])
    assert {one["grouping"] for one in result["groups"]} >= {"class", "rollout", "form", "age", "membership"}
    page = (here / "c" / "report.html").read_text(encoding="utf-8")
    assert "http://www.w3.org" in page
    assert page.count("https://") == 0
    again = found(capsys, *both, "--replicates", "4", "--draws", "2", "--out", "c")
    assert again["made"] == 2  # only the new luck
    text = told(capsys, *both, "--replicates", "3", "--draws", "2", "--out", "c", "--lang", "zh")
    assert "共同随机数" in text


def test_sensitivity_keys(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    chosen = "disposition_mean,operating_transfer,member_share"
    result = found(
        capsys, "sensitivity", "demo-township", "--parameters", chosen, "--trajectories", "2", "--samples", "4",
        "--keep", "2", "--villages", "2", *SMALL, "--out", "s",
    )  # fmt: skip
    assert set(result["screening"]["parameters"]) == set(chosen.split(","))
    assert len(result["sobol"]["parameters"]) == 2
    assert result["sobol"]["blocks"] == 4
    some = result["sobol"]["parameters"][next(iter(result["sobol"]["parameters"]))]
    assert {"life", "median_income", "gini" if "gini" in some else "income_spread"} <= set(some)
    assert {path.name for path in (here / "s").iterdir()} == {
        "screening.parquet", "sobol.parquet", "sensitivity.json", "report.html", "experiment.json"}  # fmt: skip
    assert len(pd.read_parquet("s/screening.parquet")) == 3 * len(some)


WRONG = {
    ("experiment", "rn", "e"): "Did you mean 'run'",
    ("experiment", "run", "nothing"): "no experiment 'nothing'",
    ("experiment", "run", "e", "--shard", "3/2"): "'3/2' is no shard",
    ("experiment", "run", "e", "--shard", "x"): "'x' is no shard",
    ("experiment", "run", "e", "--shard", "1/2", "--dask", "local"): "do not go together",
    ("experiment", "run", "e", "--workers", "-1"): "out of bounds",
    ("experiment", "run", "e", "--store", "e/design.toml"): "a folder is needed",
    ("experiment", "export", "e"): "Run it first: ruralsim experiment run e",
    ("compare", "demo-township"): "wo scenarios at least",
    ("compare", "demo-township", "demo-township"): "given twice",
    ("compare", "demo-township", "demo-township+scenario.months=3"): "different horizons",
    ("compare", "demo-township", "pengzhu"): "Did you mean 'pengzhou'",
    ("compare", "demo-township", "pengzhou", "--width", "0"): "wanted half width",
    ("sensitivity", "demo-township", "--trajectories", "0", "--samples", "0"): "either stage",
    ("sensitivity", "demo-township", "--parameters", "member_shar"): "Did you mean 'member_share'",
}


@pytest.mark.parametrize("arguments", WRONG)
def test_wrong_input(here: Path, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...]) -> None:
    tiny.write(here / "e")
    assert WRONG[arguments] in refused(capsys, *arguments)
    assert not (here / "results").exists()
    refused(capsys, *arguments, "--lang", "zh")


def test_a_folder_of_others_is_left_alone(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    tiny.write(here / "e")
    told(capsys, "experiment", "run", "e", "--workers", "0")
    (here / "mine").mkdir()
    (here / "mine" / "thesis.txt").write_text("x", encoding="utf-8")
    assert "thesis.txt" in refused(capsys, "experiment", "export", "e", "--out", "mine")
    assert [path.name for path in (here / "mine").iterdir()] == ["thesis.txt"]
    told(capsys, "experiment", "export", "e", "--out", "e")  # beside its own design
    assert (here / "e" / "README.md").is_file()


def test_ctrl_c_stops_at_once_and_nothing_is_lost(here: Path) -> None:
    tiny.write(here / "e", replicates=500, months=36)
    command = [sys.executable, "-m", "ruralsim.view.cli", "experiment", "run", "e", "--workers", "1", "--quiet"]
    driver = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, start_new_session=True)
    deadline = time.monotonic() + 60
    while len(list(here.glob("results/store/??/*.run"))) < 2:
        assert time.monotonic() < deadline
        time.sleep(0.02)
    os.killpg(driver.pid, signal.SIGINT)
    _, err = driver.communicate(timeout=10)
    assert driver.returncode == 130
    assert "Traceback" not in err
    assert "to go on: ruralsim experiment run e" in err
    assert list(here.glob("results/store/??/.partial*")) == []
