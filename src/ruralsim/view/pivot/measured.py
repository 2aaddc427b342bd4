"""A scenario's pivot measured with progress shown: what the command and experiments write."""

from __future__ import annotations

from typing import Any

from ruralsim.view.commands.common import say
from ruralsim.view.progress import Progress, kernels_ready


def measured(
    name: str, months: int | None, changes: list[str], seed: int, replicates: int, draws: int, adults: int | None,
    threads: int | None, theory: bool, lang: str, silent: bool,
) -> dict[str, Any]:  # fmt: skip
    """Measure the pivot of a scenario and return the content of ``pivot.json``."""
    from ruralsim.analysis.pivot import beside, content_of, measure_pivot
    from ruralsim.model.run import load_scenario

    horizon = [] if months is None else [f"scenario.months={months}"]
    resolved = load_scenario(name, overrides=[*changes, *horizon])
    with Progress(lang, silent=silent, total=1.0) as progress:
        if not kernels_ready():
            progress.note("run_compiling")
        arms = progress.part(0.7, lambda done, total: say("pivot_progress_arms", lang))
        nudges = progress.part(0.3, lambda done, total: say("pivot_progress_nudges", lang))
        found = measure_pivot(
            resolved, seed=seed, replicates=replicates, draws=draws, workers=threads, adults=adults, progress=arms,
            nudging=nudges,
        )  # fmt: skip
    start = f"{resolved.start.year:04d}-{resolved.start.month:02d}"
    beside_it = beside(resolved, seed) if theory else None
    return {"title": dict(resolved.title), "start": start} | content_of(found) | {"theory": beside_it}
