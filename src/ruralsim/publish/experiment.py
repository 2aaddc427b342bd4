"""Bundles of experiments: the design with its scenarios, what came of it, and runs simulated again one by one."""

from __future__ import annotations

import hashlib
import json
import math
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ruralsim.base.errors import InputError, RuralsimError
from ruralsim.experiments.design import FILE, read_design
from ruralsim.experiments.plan import Plan, model_digest, open_plan
from ruralsim.experiments.results import rows_of
from ruralsim.publish.archive import Archive, opened
from ruralsim.publish.bundle import Description, Published, seal
from ruralsim.publish.citation import Credit
from ruralsim.publish.manifest import read_manifest
from ruralsim.publish.verify import Verdict, check_hashes, plain_number

EXPERIMENT = "experiment"
LIST = "experiment.json"
FORMAT = "ruralsim experiment"
_OUTCOMES, _RUNS = "outcomes.parquet", "runs.parquet"
#: runs simulated again for a sample: the first at the defaults of each arm, and drawn ones evenly spread
_SAMPLE = 6


def is_experiment(folder: Path) -> bool:
    """Say whether a folder holds what 'ruralsim experiment export' writes."""
    return (folder / LIST).is_file()


def publish_experiment(folder: Path, target: Path, credit: Credit) -> Published:
    """Write the bundle of an experiment.

    Args:
        folder: with ``design.toml``, the files it names, and what was exported beside them.
        target: of the archive.
        credit: authors, date, licence.

    Raises:
        InputError: no export or no design is there, or a file is not the one that was exported.
    """
    listed = _listed(folder)
    if not (folder / FILE).is_file():
        raise InputError("publish_no_design", file=folder)
    files: dict[str, Path | bytes] = {}
    for name, digest in listed["files"].items():
        path = folder / name
        if not path.is_file():
            raise InputError("publish_table_missing", file=folder, name=name)
        if hashlib.sha256(path.read_bytes()).hexdigest() != digest:
            raise InputError("publish_file_changed", file=path)
        files[f"{EXPERIMENT}/{name}"] = path
    for path in sorted(folder.rglob("*")):
        if path.suffix in (".toml", ".csv") and path.is_file():
            files[f"{EXPERIMENT}/{path.relative_to(folder).as_posix()}"] = path
    files[f"{EXPERIMENT}/{LIST}"] = folder / LIST
    design = read_design(folder)
    title = design.title.get("en") or design.name
    abstract = f"{title} {design.question.get('en', '')} {len(design.arms)} scenarios, {design.runs} runs of ruralsim."
    description = Description(title, " ".join(abstract.split()), f"ruralsim verify {target.name} --rerun all")
    versions = {str(k): str(v) for k, v in listed.get("versions", {}).items()}
    return seal(target, "experiment", files, description, credit, versions, {"model_digest": model_digest()})


def _listed(folder: Path) -> dict[str, Any]:
    try:
        content: dict[str, Any] = json.loads((folder / LIST).read_text(encoding="utf-8"))
        names = [str(name) for name in content["files"]]
        right = content["format"] == FORMAT and all(".." not in Path(name).parts for name in names)
    except (OSError, ValueError, KeyError, TypeError):
        right = False
    if not right:
        raise InputError("publish_no_run", file=folder)
    return content


def verify_experiment(path: Path, *, how: str = "sample") -> Verdict:
    """Check the bundle of an experiment.

    Args:
        path: of the archive.
        how: ``all`` runs are simulated again, a ``sample`` of them, or ``none``.

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
        plan = _plan(folder, verdict)
        if plan is None:
            return verdict
        if how == "none":
            verdict.add("numbers", None, "verify_not_rerun")
        else:
            _numbers(plan, folder, how, manifest, verdict)
    return verdict


def _plan(folder: Path, verdict: Verdict) -> Plan | None:
    """The plan of the design, where its scenarios are those that were run."""
    try:
        design = read_design(folder)
    except RuralsimError as error:
        verdict.add("inside", False, "verify_design", detail=error.message)
        return None
    stated = _listed(folder).get("scenarios", {})
    for arm in design.arms:
        for context, scenario in zip(design.contexts, arm.scenarios, strict=True):
            place = _first_unlike(
                stated.get(arm.name, {}).get(context), json.loads(json.dumps(scenario.resolved())), ""
            )
            if place is not None:
                where, old, new = place
                verdict.add("inside", False, "verify_arm", arm=arm.name, where=where.strip("."), stated=old, found=new)
                return None
    verdict.add("inside", True, "verify_design_right", arms=len(design.arms), runs=design.runs)
    return open_plan(design)


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


def _numbers(plan: Plan, folder: Path, how: str, manifest: Mapping[str, Any], verdict: Verdict) -> None:
    import pyarrow.parquet as pq

    table = pq.read_table(folder / _OUTCOMES)
    series = [name for name in table.column_names if table.schema.field(name).type == "double"]
    known: dict[tuple[Any, ...], dict[str, Any]] = {}
    for row in table.to_pylist():
        known[_where(row)] = row
    wanted = range(len(plan)) if how == "all" else sample_of(plan)
    count = wrong = rows_seen = 0
    for index in wanted:
        run = plan.run(index)
        for row in rows_of(run, plan.observe(index)):
            stated = known.get(_where(row))
            if stated is None:
                continue
            rows_seen += 1
            unlike = [name for name in series if name in row and not _same(stated[name], row[name])]
            count += len(series)
            if unlike and wrong < 5:
                place = ", ".join(f"{key} {value}" for key, value in zip(_KEYS, _where(row), strict=True))
                verdict.add("numbers", False, "verify_differs", table="outcomes", column=unlike[0], where=place,
                            count=len(unlike), bundle=plain_number(stated[unlike[0]]),
                            again=plain_number(row[unlike[0]]))  # fmt: skip
            wrong += bool(unlike)
    verdict.numbers = count
    if not rows_seen:
        verdict.add("numbers", False, "verify_rows", table="outcomes", bundle=len(known), again=0)
    if wrong or not rows_seen:
        verdict.level = 0
        if manifest.get("model_digest") != model_digest():
            why = RuralsimError("verify_other_model", stated=manifest.get("model_digest"), own=model_digest()).message
            verdict.add("numbers", None, "verify_other_build", why=why)
        return
    verdict.level = 1
    runs = len(plan) if how == "all" else len(sample_of(plan))
    verdict.add("numbers", True, "verify_runs_identical", runs=runs, total=len(plan), count=count)


_KEYS: Sequence[str] = ("scenario", "context", "draw", "replicate", "grouping", "group", "year")


def _where(row: Mapping[str, Any]) -> tuple[Any, ...]:
    return tuple(row[key] for key in _KEYS)


def _same(one: float | None, other: float | None) -> bool:
    if one is None or other is None:
        return (one is None or math.isnan(one)) and (other is None or math.isnan(other))
    return one == other or (math.isnan(one) and math.isnan(other))


def kind_of(path: Path) -> str:
    """Return what a bundle holds: ``run`` or ``experiment``; raises InputError where it is refused or none."""
    with opened(path) as archive:
        return str(_manifest_kind(archive))


def _manifest_kind(archive: Archive) -> Any:
    return read_manifest(archive)["kind"]
