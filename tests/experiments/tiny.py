"""Tiny experiments: runs of some milliseconds with every process of the model at work."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ruralsim.experiments import Arm, Design, Factor, Plan, open_plan
from ruralsim.spec.scenario import Scenario
from tests import small

DESIGN = """
[experiment]
title.en = "Tiny"
title.zh = "小实验"
replicates = {replicates}
months = {months}

[[scenario]]
name = "strict"
scenario = "demo-township"
set = ["place.population=300", "place.villages=2", "place.demonstration_villages=1"]

[[scenario]]
name = "loose"
scenario = "demo-township"
set = ["place.population=300", "place.villages=2", "place.demonstration_villages=1", "regime.name=directional"]
"""


def scenario(**changes: Any) -> Scenario:
    """Two villages of 30 adults for half a year."""
    return small.scenario(2, 6, **{"adults": 30, **changes})


def design(**changes: Any) -> Design:
    """Two regimes, three kinds of luck, two draws of one parameter."""
    arms = (
        Arm("strict", {"en": "strict", "zh": "严"}, (scenario(),)),
        Arm("loose", {"en": "loose", "zh": "松"}, (scenario(regime="directional"),)),
    )
    given: dict[str, Any] = {
        "name": "tiny", "arms": arms, "replicates": 3, "draws": 2,
        "factors": (Factor("disposition_mean", 0.3, 0.6, "1", "test"),),
    }  # fmt: skip
    return Design(**{**given, **changes})


def plan(**changes: Any) -> Plan:
    """The plan of :func:`design`."""
    return open_plan(design(**changes))


def write(folder: Path, replicates: int = 3, months: int = 6, more: str = "") -> Path:
    """A design file for the command line."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "design.toml"
    path.write_text(DESIGN.format(replicates=replicates, months=months) + more, encoding="utf-8")
    return path


def files(folder: Path) -> dict[str, bytes]:
    """All files below a folder, by relative path."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}
