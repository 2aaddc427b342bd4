"""The table of effects: what was measured of the rows, kept beside the data so that printing it is quick.

``ruralsim sources --measure`` renews it; a test measures a sample again and compares.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from ruralsim.analysis.sources import trial
from ruralsim.analysis.sources.effects import MEASURED, Effort, moved, quantities_of
from ruralsim.analysis.sources.trial import Arm
from ruralsim.model.county import County
from ruralsim.policy.frameworks import load_frameworks
from ruralsim.policy.observables import OBSERVABLES
from ruralsim.policy.sources import Row, load_rows
from ruralsim.policy.tables import DATA

PATH = DATA / "sources" / "effects.json"


@cache
def load_table(path: Path = PATH) -> Mapping[str, Any]:
    """Return the table: ``effort``, ``digest``, ``rows``, ``observables``, ``comparison``; empty where none is kept."""
    if not path.is_file():
        return {"rows": {}, "observables": {}, "comparison": {}}
    found: Mapping[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


def write_table(content: Mapping[str, Any], path: Path = PATH) -> None:
    """Write the table, in one order, as a whole."""
    text = json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True, allow_nan=False) + "\n"
    beside = path.with_suffix(".partial")
    beside.write_text(text, encoding="utf-8")
    beside.replace(path)
    load_table.cache_clear()


def data_digest() -> str:
    """Twelve hex digits of all that the trials are made of: rows, instruments, frameworks, packages, regimes."""
    digest = hashlib.sha256()
    for folder in ("sources", "instruments", "frameworks", "packages", "regimes"):
        for path in sorted((DATA / folder).glob("*.toml")):
            digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()[:12]


def plain_effort(effort: Effort) -> dict[str, int]:
    """The effort as numbers."""
    return {
        "villages": effort.size.villages, "adults": effort.size.adults, "replicates": effort.replicates,
        "draws": effort.draws, "seed": effort.seed,
    }  # fmt: skip


def effort_of(table: Mapping[str, Any]) -> Effort:
    """The effort that a table was measured with."""
    found = table["effort"]
    size = trial.Size(found["villages"], found["adults"])
    return Effort(size, found["replicates"], found["draws"], found["seed"])


def observable_spreads(effort: Effort) -> dict[str, float]:
    """How far each observable varies, over villages and quarters: standard deviation, on a run with every package.

    An indicator that looks at what never varies says nothing.
    """
    every = trial.arms_of(load_rows()["H14"])[0]
    seen = []
    for arm in (Arm(), every):
        county = County.build(trial.scenario_of(arm, effort.size), effort.seed)
        for _ in range(arm.months // 3):
            county.advance(3)
            seen.append(county.observed.copy())
    spread = np.concatenate(seen).std(axis=0)
    return {one.name: float(f"{value:.4g}") for one, value in zip(OBSERVABLES, spread, strict=True)}


def works(row: Row, table: Mapping[str, Any], commands: tuple[str, ...]) -> tuple[bool, str | None]:
    """Say whether a row does what its kind promises, and if not, why (code of a message).

    Args:
        row: of a source.
        table: of effects.
        commands: of the command line, as far as they exist.
    """
    if row.kind == "a":
        if row.command is not None and row.command not in commands:
            return False, "sources_no_command"
        return True, None
    if row.kind == "f" and row.framework is not None:
        spreads = table["observables"]
        items = load_frameworks()[row.framework].items
        silent = [item for item in items if item.origin == "quoted" and not spreads.get(item.observable, 0.0) > 0.0]
        return (False, "sources_silent_items") if silent or not spreads else (True, None)
    figures = table["rows"].get(row.id)
    if row.kind not in MEASURED or figures is None:
        return False, "sources_not_measured"
    if row.kind == "o":
        return True, None
    if any(moved(figures[name]) for name in quantities_of(row)):
        return True, None
    return False, "sources_not_moved"
