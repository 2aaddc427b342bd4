"""A project from ``new`` up to a verified bundle; experiments as bundles, their runs simulated again."""

from __future__ import annotations

import io
import shutil
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from ruralsim.experiments.record import Record
from ruralsim.publish.verify_experiment import verify_experiment
from ruralsim.view.cli import run
from tests.publish.bundles import altered

DESIGN = """[experiment]
name = "tiny"
title.en = "Tiny"
seed = 1
replicates = 2
months = 14
detail = "county"

[[scenario]]
name = "with"
scenario = "tiny.toml"

[[scenario]]
name = "without"
scenario = "tiny.toml"
set = ["phase=[]"]
"""
TINY = """[scenario]
name = "tiny"
based_on = "demo-township"
months = 14

[place]
population = 260
villages = 2
"""


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("RURALSIM_LANG", "en")
    return tmp_path


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The bundle of an experiment with two draws."""
    folder = tmp_path_factory.mktemp("small") / "tiny"
    folder.mkdir()
    draws = '\n[draws]\ncount = 2\nparameters = ["dividend_half"]\n'
    (folder / "design.toml").write_text(DESIGN + draws, encoding="utf-8")
    (folder / "tiny.toml").write_text(TINY, encoding="utf-8")
    store = str(folder.with_name("store"))
    assert run(["experiment", "run", str(folder), "--store", store, "--workers", "1", "--quiet"]) == 0
    assert run(["experiment", "export", str(folder), "--store", store, "--out", str(folder), "--lang", "en"]) == 0
    bundle = folder.with_name("small.zip")
    assert run(["publish", str(folder), "-o", str(bundle), "--author", "A", "--lang", "en"]) == 0
    return bundle


def rewritten(bundle: Path, target: Path, name: str, change: Callable[[bytes], bytes]) -> Path:
    """The bundle with one changed file, and with the manifest made to agree."""

    def one(files: dict[str, bytes]) -> None:
        files[name] = change(files[name])

    return altered(bundle, target, one, cover=True)


def test_every_scenario_of_a_new_project_is_valid_in_both_languages(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["new", "study"]) == 0
    assert run(["new", "study"]) == 2, "a folder with content is left alone"
    for name in ("scenario", "plan-everywhere", "plan-adaptive", "experiment/scenario", "experiment/plan-everywhere"):
        for lang in ("en", "zh"):
            assert run(["check", f"study/{name}.toml", "--lang", lang]) == 0, name
    said = capsys.readouterr().out
    assert "书" in said
    assert "阶段" in said
    from ruralsim.experiments.design import read_design

    assert len(read_design(here / "study" / "experiment").arms) == 2


def test_an_experiment_becomes_a_bundle_and_a_changed_input_is_named(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = here / "tiny"
    folder.mkdir()
    (folder / "design.toml").write_text(DESIGN, encoding="utf-8")
    (folder / "tiny.toml").write_text(TINY, encoding="utf-8")
    assert run(["experiment", "run", "tiny", "--store", "store", "--workers", "1", "--quiet"]) == 0
    assert run(["experiment", "export", "tiny", "--store", "store", "--out", "tiny"]) == 0
    assert run(["publish", "tiny", "-o", "b.zip", "--author", "A"]) == 0
    verdict = verify_experiment(here / "b.zip", how="all")
    assert verdict.passed, [one.message.text("en") for one in verdict.findings]
    assert verdict.level == 1
    assert verdict.numbers > 100
    (folder / "tiny.toml").write_text(TINY.replace("260", "280"), encoding="utf-8")
    assert run(["publish", "tiny", "-o", "c.zip", "--author", "A"]) == 0
    assert run(["verify", "c.zip", "--rerun", "none"]) == 1
    assert "place.population was 260, the bundle's files give 280" in capsys.readouterr().out
    shutil.copy(here / "b.zip", here / "d.zip")
    with zipfile.ZipFile(here / "d.zip", "a") as archive:
        archive.writestr("experiment/extra.csv", "1\n")
    assert run(["verify", "d.zip", "--rerun", "none"]) == 1


GARBAGE = {"outcomes.parquet": b"PAR1 this is no table PAR1", "runs.parquet": b"PAR1 nor is this PAR1"}


@pytest.mark.parametrize("name", GARBAGE)
def test_a_table_that_is_none_is_named_even_where_its_hash_was_forged(
    name: str, small: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = rewritten(small, tmp_path / "b.zip", f"experiment/{name}", lambda _: GARBAGE[name])
    assert run(["verify", str(path), "--lang", "en"]) == 2
    said, err = capsys.readouterr()
    assert (said, err.count("\n")) == ("", 1)
    assert f"{name}: this is no table of results" in err


def test_a_draw_changed_in_the_table_is_named(small: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def nudge(content: bytes) -> bytes:
        table = pq.read_table(io.BytesIO(content))
        values = table["parameter_dividend_half"].to_numpy().copy()
        values[-1] *= 1.5
        place = table.column_names.index("parameter_dividend_half")
        sink = io.BytesIO()
        pq.write_table(table.set_column(place, table.schema.field(place), pa.chunked_array([values])), sink)
        return sink.getvalue()

    path = rewritten(small, tmp_path / "b.zip", "experiment/runs.parquet", nudge)
    assert run(["verify", str(path), "--lang", "en", "--rerun", "none"]) == 1
    assert "In draw 2, 'dividend_half' is" in capsys.readouterr().out


def rounded_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if this were another build, whose draws differ in the last digit."""
    from ruralsim.experiments import plan

    honest = plan.drawn_values
    monkeypatch.setattr(plan, "drawn_values", lambda *arguments: honest(*arguments) * (1.0 + 2e-16))
    monkeypatch.setattr("ruralsim.view.run_facts.versions", lambda: {"python": "3.99"})


def test_another_build_simulates_the_draws_of_the_bundle_and_agrees_bit_for_bit(
    small: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    rounded_elsewhere(monkeypatch)
    assert run(["verify", str(small), "--lang", "en", "--rerun", "all"]) == 0
    said = capsys.readouterr().out
    assert "come out with another last digit on another build (python" in said
    assert "Verified, bit for bit." in said


def test_a_rounding_of_an_experiment_passes_at_the_second_level_on_another_build_only(
    small: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from ruralsim.experiments.plan import Plan

    honest = Plan.observe

    def nudged(plan: Plan, index: int) -> Record:
        record = honest(plan, index)
        return replace(record, groups=record.groups * (1.0 + 1e-15))

    monkeypatch.setattr(Plan, "observe", nudged)
    assert run(["verify", str(small), "--lang", "en"]) == 1
    assert "simulating again gives" in capsys.readouterr().out
    monkeypatch.setattr("ruralsim.view.run_facts.versions", lambda: {"python": "3.99"})
    assert run(["verify", str(small), "--lang", "zh"]) == 0
    assert "第二级核验通过" in capsys.readouterr().out
