"""The shipped experiments, published as bundles and verified by a sample of their runs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ruralsim.experiments.plan import model_digest
from ruralsim.publish.citation import Credit
from ruralsim.publish.experiment import publish_experiment
from ruralsim.publish.verify_experiment import verify_experiment

FOLDER = Path(__file__).parents[2] / "experiments"
SHIPPED = sorted(path.parent.name for path in FOLDER.glob("*/experiment.json"))


def test_there_are_some() -> None:
    assert {"demonstration-first", "phase-orders", "regimes"} <= set(SHIPPED)


@pytest.mark.slow
@pytest.mark.parametrize("name", SHIPPED)
def test_a_sample_of_its_runs_comes_out_again(name: str, tmp_path: Path) -> None:
    made = json.loads((FOLDER / name / "experiment.json").read_text(encoding="utf-8"))["model_digest"]
    assert made == model_digest(), "rules or data have changed since; run: make experiments"
    bundle = publish_experiment(FOLDER / name, tmp_path / "b.zip", Credit(("The ruralsim team",), "2026-01-31", "MIT"))
    verdict = verify_experiment(bundle.path)
    assert verdict.passed, [one.message.text("en") for one in verdict.findings]
    assert verdict.level == 1
