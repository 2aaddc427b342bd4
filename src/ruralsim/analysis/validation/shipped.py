"""The scorecard that ships with the model, and what a run may say of it.

A scorecard belongs to the model and its default parameters, not to somebody's scenario, and takes about half a minute.
It is therefore data, renewed on purpose like the golden numbers and held current by a test
(``docs/decisions/0011-shipped-scorecard.md``). Where the rules on a machine are not those that it was made with, or a
scenario states parameters of its own, that is said beside it, with the command that scores what is there.
"""

from __future__ import annotations

import hashlib
import json
import shlex
from functools import cache
from pathlib import Path
from typing import Any

from ruralsim.analysis.validation.criteria import FOLDER, load_criteria
from ruralsim.analysis.validation.runs import planned_runs, simulate_runs, wanted_runs
from ruralsim.analysis.validation.scorecard import score
from ruralsim.base.compiled import kernel_digest
from ruralsim.model.run import default_threads
from ruralsim.spec.load import shipped_scenarios
from ruralsim.spec.parameters import load_parameters
from ruralsim.spec.scenario import Scenario

PATH = FOLDER / "scorecard.json"


@cache
def rules_digest() -> str:
    """Digest (16 hex digits) of all that a scorecard follows from: rules, data files, the places that are scored."""
    plans, _ = planned_runs()
    files = sorted(FOLDER.parent.rglob("*.toml"))
    presets = shipped_scenarios()
    files += [presets[name] for name in sorted({plan.preset for plan in plans.values()})]
    found = hashlib.sha256(kernel_digest().encode())
    for path in files:
        found.update(path.name.encode() + path.read_bytes())
    return found.hexdigest()[:16]


def measure(threads: int | None = None) -> dict[str, Any]:
    """Score the rules that are there, at the default parameters and seed 1: the content of :data:`PATH`."""
    criteria = load_criteria()
    runs = simulate_runs(wanted_runs(criteria), seed=1, threads=threads or default_threads())
    return {"rules": rules_digest(), **score(runs, criteria).plain()}


def text_of(content: dict[str, Any]) -> str:
    """The file's text."""
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"


def shipped_scorecard(path: Path = PATH) -> dict[str, Any]:
    """Read the scorecard that ships with the model."""
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


def scorecard_for(scenario: Scenario, path: Path = PATH) -> dict[str, Any]:
    """The entry ``scorecard`` of ``run.json``: the shipped scorecard, and how far it holds for this run.

    Args:
        scenario: of the run.
        path: of the scorecard.

    Returns:
        The scorecard with ``current`` (made with these very rules), ``parameters`` (``defaults``, or ``changed`` where
        the scenario states other values), ``changed`` (their names), and ``command``, which scores what is there.
    """
    known = load_parameters()
    changed = {one.name: one.value for one in scenario.parameters if one.value != known[one.name].value}
    words = [word for name, value in changed.items() for word in ("--set", f"{name}={value:.12g}")]
    card = shipped_scorecard(path)
    return card | {
        "current": card["rules"] == rules_digest(),
        "parameters": "changed" if changed else "defaults",
        "changed": list(changed),
        "command": shlex.join(["ruralsim", "validate", *words]),
    }
