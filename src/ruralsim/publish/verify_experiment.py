"""Checking the bundle of an experiment: is its design what was run, and do its runs come out again one by one?

Every run has a key, a digest of all that it depends on, so that a changed design is found without simulating. Draws are
made anew from the seed and compared; where another build rounds them otherwise, the bundle's own are simulated.
"""

from __future__ import annotations

import json
import math
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from ruralsim.base.errors import Message, RuralsimError
from ruralsim.experiments.plan import Plan, model_digest, open_plan
from ruralsim.experiments.results import rows_of
from ruralsim.experiments.series import SERIES
from ruralsim.publish.archive import opened
from ruralsim.publish.compare import TOLERANCE, readable
from ruralsim.publish.experiment import EXPERIMENT, OUTCOMES, RUNS, design_of_export, listed_export
from ruralsim.publish.manifest import read_manifest
from ruralsim.publish.verify import Verdict, check_hashes, other_build, plain_number

#: runs simulated again for a sample: the first at the defaults of each arm, and drawn ones evenly spread
_SAMPLE = 6
_MOST_SHOWN = 5


def verify_experiment(path: Path, *, how: str = "sample", versions: Mapping[str, str] | None = None) -> Verdict:
    """Check the bundle of an experiment.

    Args:
        path: of the archive.
        how: ``all`` runs are simulated again, a ``sample`` of them, or ``none``.
        versions: of this installation, to say what is another build.

    Raises:
        InputError: the archive is refused, damaged, or no bundle.
    """
    verdict = Verdict()
    with opened(path) as archive, tempfile.TemporaryDirectory(prefix="ruralsim-verify-") as place:
        manifest = read_manifest(archive)
        if not check_hashes(archive, manifest, verdict, EXPERIMENT):
            verdict.add("inside", None, "verify_stopped")
            return verdict
        folder = Path(place) / EXPERIMENT
        names = tuple(name for name in archive.names if name.startswith(f"{EXPERIMENT}/"))
        archive.unpack(Path(place), names)
        stated = listed_export(folder).get("versions")
        other = other_build(manifest.get("model_digest"), model_digest(), stated, versions)
        plan = _plan(folder, manifest, other, verdict)
        if plan is None:
            return verdict
        if how == "none":
            verdict.add("numbers", None, "verify_not_rerun")
        else:
            _numbers(plan, folder, how, other, verdict)
    return verdict


def _plan(folder: Path, manifest: Mapping[str, Any], other: Message | None, verdict: Verdict) -> Plan | None:
    """The plan of the design, where its scenarios are those that were run."""
    try:
        design = design_of_export(folder)
    except RuralsimError as error:
        verdict.add("inside", False, "verify_design", detail=error.message)
        return None
    stated = listed_export(folder).get("scenarios", {})
    for arm in design.arms:
        for context, scenario in zip(design.contexts, arm.scenarios, strict=True):
            place = _first_unlike(
                stated.get(arm.name, {}).get(context), json.loads(json.dumps(scenario.resolved())), ""
            )
            if place is not None:
                where, old, new = place
                verdict.add("inside", False, "verify_arm", arm=arm.name, where=where.strip("."), stated=old, found=new)
                return None
    plan = _with_stated_draws(open_plan(design), folder, other, verdict)
    if plan is None or (manifest.get("model_digest") == model_digest() and not _same_runs(plan, folder, verdict)):
        return None
    verdict.add("inside", True, "verify_design_right", arms=len(design.arms), runs=design.runs)
    return plan


def _with_stated_draws(plan: Plan, folder: Path, other: Message | None, verdict: Verdict) -> Plan | None:
    """The plan with the very draws that were run: another build may round them otherwise in the last digit."""
    import pyarrow.parquet as pq

    names = [factor.name for factor in plan.design.factors]
    with readable(folder / RUNS):
        table = pq.read_table(folder / RUNS, columns=[f"parameter_{name}" for name in names] or ["run"])
    if table.num_rows != len(plan):
        verdict.add("inside", False, "verify_rows", table="runs", bundle=table.num_rows, again=len(plan))
        return None
    if not plan.design.draws:
        return plan
    stated = plan.values.copy()
    draws = [run.draw for run in plan.runs()]
    with readable(folder / RUNS):
        for column, name in enumerate(names):
            stated[draws, column] = table[f"parameter_{name}"].to_numpy()
    apart = np.abs(stated - plan.values)[1:] / np.maximum(np.maximum(np.abs(stated), np.abs(plan.values))[1:], 1e-300)
    worst = float(apart.max())
    if worst == 0.0:
        return plan
    if worst > TOLERANCE or other is None:
        draw, column = divmod(int(apart.argmax()), apart.shape[1])
        values = (plain_number(float(one[draw + 1, column])) for one in (stated, plan.values))
        verdict.add("inside", False, "verify_draw", draw=draw + 1, name=names[column],
                    **dict(zip(("bundle", "again"), values, strict=True)))  # fmt: skip
        return None
    verdict.add("inside", True, "verify_draws_close", count=int((apart > 0.0).sum()), worst=f"{worst:.1e}", why=other)
    return Plan.with_values(plan.design, stated)


def _same_runs(plan: Plan, folder: Path, verdict: Verdict) -> bool:
    """Whether the runs that the tables come from are those of the plan, by their keys."""
    import pyarrow.parquet as pq

    with readable(folder / RUNS):
        keys = pq.read_table(folder / RUNS, columns=["key"])["key"].to_pylist()
    for index, key in enumerate(keys):
        if key != plan.key(index):
            run = plan.run(index)
            verdict.add("inside", False, "verify_run_key", run=index, arm=run.arm, draw=run.draw)
            return False
    return True


def _first_unlike(one: Any, other: Any, where: str) -> tuple[str, str, str] | None:
    if isinstance(one, dict) and isinstance(other, dict):
        for key in sorted(one.keys() | other.keys()):
            found = _first_unlike(one.get(key), other.get(key), f"{where}.{key}")
            if found is not None:
                return found
        return None
    if isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        pairs = enumerate(zip(one, other, strict=True), start=1)
        return next((f for k, (a, b) in pairs if (f := _first_unlike(a, b, f"{where}.{k}")) is not None), None)
    return None if one == other else (where, str(one)[:60], str(other)[:60])


def sample_of(plan: Plan) -> list[int]:
    """Numbers of the runs of a sample, ascending: the first of every arm, and others evenly spread."""
    first: dict[str, int] = {}
    for run in plan.runs():
        first.setdefault(run.arm, run.index)
    spread = {round(k * (len(plan) - 1) / (_SAMPLE - 1)) for k in range(_SAMPLE)}
    return sorted(set(first.values()) | spread)


@dataclass
class _Tally:
    """What came out of simulating again: numbers compared, rows that differ, and by how much at most."""

    numbers: int = 0
    rows: int = 0
    unlike: list[tuple[tuple[Any, ...], str, int, Any, Any]] = field(default_factory=list)
    differing: int = 0
    worst: float = 0.0

    def add(self, where: tuple[Any, ...], stated: Mapping[str, Any], row: Mapping[str, Any], names: list[str]) -> None:
        """Compare a row."""
        self.rows += 1
        self.numbers += len(names)
        apart = {name: gap for name in names if (gap := _gap(stated[name], row[name])) is not None}
        if apart:
            first = next(iter(apart))
            self.unlike.append((where, first, len(apart), stated[first], row[first]))
            self.differing += len(apart)
            self.worst = max(self.worst, *apart.values())


def _numbers(plan: Plan, folder: Path, how: str, other: Message | None, verdict: Verdict) -> None:
    """Simulate runs again and compare what the table of outcomes says of them."""
    import pyarrow.parquet as pq

    with readable(folder / OUTCOMES):
        table = pq.read_table(folder / OUTCOMES)
        known = {_where(row): row for row in table.to_pylist()}
    series = [name for name in table.column_names if table.schema.field(name).type == "double" and name in SERIES]
    wanted = range(len(plan)) if how == "all" else sample_of(plan)
    tally = _Tally()
    for index in wanted:
        run = plan.run(index)
        for row in rows_of(run, plan.observe(index)):
            if (stated := known.get(_where(row))) is not None:
                tally.add(_where(row), stated, row, series)
    verdict.numbers = tally.numbers
    if not tally.rows:
        verdict.level = 0
        verdict.add("numbers", False, "verify_rows", table="outcomes", bundle=len(known), again=0)
    elif not tally.unlike:
        verdict.level = 1
        fields = {"runs": len(wanted), "total": len(plan), "count": tally.numbers}
        verdict.add("numbers", True, "verify_runs_identical", **fields)
    elif tally.worst <= TOLERANCE and other is not None:
        verdict.level = 2
        verdict.add("numbers", True, "verify_close", count=tally.differing, worst=f"{tally.worst:.1e}", why=other)
    else:
        verdict.level = 0
        _say_unlike(tally, other, verdict)


def _say_unlike(tally: _Tally, other: Message | None, verdict: Verdict) -> None:
    for where, name, count, stated, again in tally.unlike[:_MOST_SHOWN]:
        place = ", ".join(f"{key} {value}" for key, value in zip(_KEYS, where, strict=True))
        verdict.add("numbers", False, "verify_run_differs", table="outcomes", column=name, where=place, count=count,
                    bundle=plain_number(stated), again=plain_number(again))  # fmt: skip
    if len(tally.unlike) > _MOST_SHOWN:
        verdict.add("numbers", False, "verify_more_rows", count=len(tally.unlike) - _MOST_SHOWN)
    if other is not None:
        verdict.add("numbers", None, "verify_other_build", why=other)


_KEYS: Sequence[str] = ("scenario", "context", "draw", "replicate", "grouping", "group", "year")


def _where(row: Mapping[str, Any]) -> tuple[Any, ...]:
    return tuple(row[key] for key in _KEYS)


def _gap(one: float | None, other: float | None) -> float | None:
    """None where two numbers are the same, else by how much they differ, relative to the larger."""
    a, b = (math.nan if value is None else value for value in (one, other))
    if a == b or (math.isnan(a) and math.isnan(b)):
        return None
    gap = abs(a - b) / max(abs(a), abs(b))
    return gap if math.isfinite(gap) else math.inf
