"""Ensembles that cannot be lost: designs over scenarios, a store of runs, and the processes that fill it.

    from ruralsim.experiments import open_plan, read_design, run_experiment, results_frame

    plan = open_plan(read_design("experiments/regimes"))
    run_experiment(plan, "results/store")
    frame = results_frame(plan, "results/store")

A design (``design.py``) says which scenarios, contexts, parameter draws and replicates; a plan (``plan.py``) numbers
its runs and knows the key of each; the store (``store.py``) holds one file a run under that key; ``run.py`` fills it
through local processes, shards or Dask; ``results.py`` reads it back as tables.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ruralsim.experiments.design import Arm, Design, read_design
    from ruralsim.experiments.factors import Factor
    from ruralsim.experiments.plan import Plan, Run, open_plan
    from ruralsim.experiments.results import results_frame
    from ruralsim.experiments.run import Progress, run_experiment, status_of
    from ruralsim.experiments.store import Store

_HOME = {
    "Arm": "design", "Design": "design", "read_design": "design", "Factor": "factors", "Plan": "plan", "Run": "plan",
    "open_plan": "plan", "results_frame": "results", "Progress": "run", "run_experiment": "run", "status_of": "run",
    "Store": "store",
}  # fmt: skip
__all__ = [
    "Arm", "Design", "Factor", "Plan", "Progress", "Run", "Store", "open_plan", "read_design", "results_frame",
    "run_experiment", "status_of",
]  # fmt: skip


def __getattr__(name: str) -> Any:
    """Load a public name on first use: the compiled model is not imported by a mere ``import ruralsim.experiments``."""
    if name not in _HOME:
        raise AttributeError(name)
    return getattr(importlib.import_module(f"{__name__}.{_HOME[name]}"), name)
