"""A project from ``new`` up to a verified bundle; experiments as bundles, their runs simulated again."""

from __future__ import annotations

import shutil
import zipfile
from pathlib import Path

import pytest

from ruralsim.publish.experiment import verify_experiment
from ruralsim.view.cli import run

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
