"""What the READMEs promise exists: commands, options, make targets, the scenario, the tables, the lines of Python."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import typer

from ruralsim.base.calendar import Month
from ruralsim.model.run import load_scenario
from ruralsim.view.cli import app
from ruralsim.view.tables import TABLES

ROOT = Path(__file__).parents[2]
READMES = ("README.md", "README.zh.md")
COMMANDS = typer.main.get_command(app).commands  # type: ignore[attr-defined]


def text_of(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def blocks(name: str, language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", text_of(name), re.DOTALL)


def options_of(command: str) -> set[str]:
    """Options of a command, or of all commands of a group."""
    found = [COMMANDS[command], *getattr(COMMANDS[command], "commands", {}).values()]
    return {option for one in found for parameter in one.params for option in parameter.opts}


def targets() -> set[str]:
    return set(re.findall(r"^([a-z]+):", text_of("Makefile"), re.MULTILINE))


@pytest.mark.parametrize("name", READMES)
def test_the_two_commands_stand_on_top_and_exist(name: str) -> None:
    top = text_of(name).split("\n## ")[0]
    assert re.findall(r"^    make (\w+)", top, re.MULTILINE) == ["run", "test"]
    assert {"run", "test"} <= targets()


@pytest.mark.parametrize("name", [*READMES, "CHANGELOG.md", "docs/architecture.md", "docs/decisions/README.md"])
def test_make_targets_that_are_named_exist(name: str) -> None:
    named = set(re.findall(r"`make (\w+)", text_of(name))) | set(re.findall(r"^    make (\w+)", text_of(name), re.M))
    assert named <= targets()


def test_continuous_integration_runs_the_test_command() -> None:
    script = ROOT / ".ci" / "run"
    assert script.stat().st_mode & 0o111
    lines = [line for line in script.read_text().splitlines() if line and not line.startswith("#")]
    assert lines[0] == "set -euo pipefail"
    assert lines[-1] == "make test"


@pytest.mark.parametrize("name", READMES)
def test_commands_and_options_that_are_named_exist(name: str) -> None:
    text = text_of(name)
    rows = re.findall(r"^\| `ruralsim (\w+) [^`]*` \| (.*) \|$", text, re.MULTILINE)
    assert {command for command, _ in rows} == set(COMMANDS), "the table of commands lists what is registered"
    for command, told in rows:
        known = options_of(command)
        assert set(re.findall(r"`(--[\w-]+)", told)) <= known
    run_options = {option for parameter in COMMANDS["run"].params for option in parameter.opts if option[:2] == "--"}
    assert set(re.findall(r"`(--[\w-]+)", dict(rows)["run"])) == run_options
    for command, rest in re.findall(r"`ruralsim (\w+)([^`]*)`", text):
        known = options_of(command)
        assert set(re.findall(r"(--[\w-]+)", rest)) <= known


@pytest.mark.parametrize("name", READMES)
def test_the_scenario_shown_loads(name: str, tmp_path: Path) -> None:
    (shown,) = blocks(name, "toml")
    path = tmp_path / "mine.toml"
    path.write_text(shown, encoding="utf-8")
    scenario = load_scenario(path)
    assert scenario.name == tomllib.loads(shown)["scenario"]["name"]
    assert scenario.months == 60
    assert scenario.place.registered_population == 26_000
    assert scenario.regime.name == "negotiated"
    (phase,) = scenario.phases
    assert (phase.start, phase.end, phase.budget) == (Month(2021, 1), Month(2025, 12), 800_000.0)
    assert phase.instruments == {"dividend_commitment": 0.9, "six_deliberations": 0.5}
    assert scenario.parameter_values()["dividend_half"] == 300.0


def test_the_tables_listed_are_those_written() -> None:
    part = text_of("README.md").split("## Results")[1].split("```")[0]
    assert re.findall(r"^\| `(\w+)` \|", part, re.MULTILINE) == list(TABLES)
    assert set(TABLES) <= set(re.findall(r"`(\w+)`", text_of("README.zh.md")))


@pytest.mark.slow
def test_the_lines_of_python_run(tmp_path: Path) -> None:
    """As a reader would: the run first, then the lines, each in a fresh interpreter."""
    one_line, stay = blocks("README.md", "python")
    assert blocks("README.zh.md", "python") == [one_line]
    run = [
        "run",
        "demo-township",
        "--months",
        "3",
        "--replicates",
        "1",
        "--quiet",
        "--no-report",
        "--out",
        "results/demo",
    ]
    for line in ([sys.executable, "-m", "ruralsim.view.cli", *run], [sys.executable, "-c", one_line]):
        done = subprocess.run(line, cwd=tmp_path, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
    assert len(re.findall(r"^\d+ +0\.\d+$", done.stdout, re.MULTILINE)) == 4  # months 0 to 3
    done = subprocess.run([sys.executable, "-c", stay], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "'money_residual': 0.0" in done.stdout
