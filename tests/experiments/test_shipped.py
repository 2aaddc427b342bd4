"""What the shipped experiments hold is whole, belongs to their designs, and says where it comes from."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path

import pandas as pd
import pytest

from ruralsim.experiments import read_design

ROOT = Path(__file__).parents[2] / "experiments"
NAMES = sorted(path.parent.name for path in ROOT.glob("*/design.toml"))


@pytest.mark.parametrize("name", NAMES)
def test_results_are_whole_and_of_this_design(name: str) -> None:
    folder, design = ROOT / name, read_design(ROOT / name)
    listed = json.loads((folder / "experiment.json").read_text(encoding="utf-8"))
    for file, digest in listed["files"].items():
        assert hashlib.sha256((folder / file).read_bytes()).hexdigest() == digest, file
    inputs = {path.name for path in folder.glob("*.toml")}
    on_disk = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()} - inputs
    assert on_disk == {*listed["files"], "experiment.json"}
    made = listed["design"]
    assert (made["seed"], made["replicates"], made["draws"]) == (design.seed, design.replicates, design.draws)
    assert list(listed["scenarios"]) == [arm.name for arm in design.arms]
    assert listed["runs"]["done"] == listed["runs"]["total"] == design.runs


@pytest.mark.parametrize("name", NAMES)
def test_the_readme_is_made_from_the_tables(name: str) -> None:
    folder = ROOT / name
    table = pd.read_parquet(folder / "differences.parquet")
    end = table[(table["grouping"] == "county") & (table["year"] == table["year"].max()) & (table["outcome"] == "life")]
    for readme in ("README.md", "README.zh.md"):
        text = (folder / readme).read_text(encoding="utf-8")
        rows = re.findall(r"^\| \*\*(?:High quality of life|高品质生活)\*\* \| (\S+) \| (\S+) \| (\S+) \|", text, re.M)
        shown = [(float(a), float(b), float(c.replace("−", "-"))) for a, b, c in rows]
        known = list(zip(end["level"].round(3), end["level_against"].round(3), end["mean"].round(3), strict=True))
        assert shown == [pytest.approx(one, abs=1e-9) for one in known]
        for link in re.findall(r"\]\(([^)]+)\)", text):
            assert (folder / link).is_file(), link
