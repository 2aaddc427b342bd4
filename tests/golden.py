"""Golden numbers: a few exact results of the shipped scenarios in small, renewed only by a deliberate command.

python -m tests.update_golden        (or: make golden)
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np

FOLDER = Path(__file__).with_name("model") / "golden"
STOCK = ("pengzhou", "henan-county", "demo-township")
MONTHS, SEED = 26, 1
#: outcomes told one by one, so that a change can be read; the digests stand for all others
TOLD = (
    "potential", "mean_trust", "value_added", "median_income", "mean_satisfaction", "collective_value_added",
    "pooled_share", "contribution", "leakage", "disorder", "home_share", "registered",
)  # fmt: skip


def measure(name: str) -> dict[str, Any]:
    """Run a shipped scenario in small; floats as hexadecimal, money in fen, whole tables as SHA-256."""
    from small import packed, stock

    from ruralsim.model.books_loop import OUTCOME_INDEX
    from ruralsim.model.county import County
    from ruralsim.state.flows import FLOWS

    county = County.build(stock(name, MONTHS), SEED).advance()
    record = county.record
    last = record.outcomes[-1]
    return {
        "scenario": name,
        "months": MONTHS,
        "seed": SEED,
        "county_means": {one: float(np.mean(last[:, OUTCOME_INDEX[one]])).hex() for one in TOLD},
        "readable": {one: f"{np.mean(last[:, OUTCOME_INDEX[one]]):.6g}" for one in TOLD},
        "fen": {flow.name: int(record.money[:, :, f].sum()) for f, flow in enumerate(FLOWS)},
        "sha256": {
            table: hashlib.sha256(packed(getattr(record, table))).hexdigest()
            for table in ("outcomes", "money", "balances", "momentum", "county")
        }
        | {"villagers": hashlib.sha256(packed(county.villagers)).hexdigest()},
    }


def path_of(name: str) -> Path:
    """The file that holds a scenario's golden numbers."""
    return FOLDER / f"{name}.json"


def text_of(measured: dict[str, Any]) -> str:
    """How they are written down."""
    return json.dumps(measured, indent=1, ensure_ascii=False) + "\n"
