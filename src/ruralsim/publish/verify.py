"""Checking a bundle: is it whole, does it agree with itself, and do its numbers come out again?

Four steps. From the outside: names, sizes and kinds (``archive``); nothing is unpacked before. Hashes: every file is
the one the manifest lists. Inside: scenario, figures, pages and assumptions follow from the run and its tables.
Numbers: the run is simulated again and compared, bit for bit (level 1); where bits differ but no number by more than a
part in a thousand million, on another build, this is said with the reason (level 2).
"""

from __future__ import annotations

import json
import math
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ruralsim.base.compiled import source_digest
from ruralsim.base.errors import InputError, Message
from ruralsim.publish.archive import Archive, opened
from ruralsim.publish.bundle import RUN, Derive, read_run, role_of, tables_of
from ruralsim.publish.compare import TOLERANCE, Compared, compare_tables
from ruralsim.publish.manifest import MANIFEST, package_digest, read_manifest
from ruralsim.spec.resolved import scenario_from
from ruralsim.spec.scenario import Scenario

RERUNS = ("none", "sample", "all")
_MOST_SHOWN = 5


@dataclass(frozen=True)
class Again:
    """What is to be simulated again: scenario, seed, replicates from 0, parameter draws (0: none), and where to."""

    scenario: Scenario
    seed: int
    replicates: int
    draws: int
    folder: Path


#: simulates and writes a results directory
Rerun = Callable[[Again], None]


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at: whether it is in order (None: not looked at, and why), in words."""

    step: str
    ok: bool | None
    message: Message


@dataclass
class Verdict:
    """All findings of a verification.

    Args:
        level: 1 bit for bit, 2 within tolerance on another build, 0 numbers differ, None not simulated again.
        numbers: how many were compared.
    """

    findings: list[Finding] = field(default_factory=list)
    level: int | None = None
    numbers: int = 0

    def add(self, step: str, ok: bool | None, code: str, /, **fields: Any) -> None:
        """Add a finding."""
        self.findings.append(Finding(step, ok, Message(code, **fields)))

    @property
    def passed(self) -> bool:
        """Whether nothing was found wrong."""
        return all(one.ok is not False for one in self.findings)


def verify(
    path: Path, derive: Derive, rerun: Rerun, *, how: str = "sample", versions: Mapping[str, str] | None = None
) -> Verdict:
    """Check the bundle of a run.

    Args:
        path: of the archive.
        derive: makes pages and figures from a results directory, as for publishing.
        rerun: simulates.
        how: ``all`` (every replicate and draw), ``sample`` (the first replicate, with and without policy) or ``none``.
        versions: of this installation, to say what is another build.

    Raises:
        InputError: the archive is refused, damaged, or no bundle.
    """
    verdict = Verdict()
    with opened(path) as archive, tempfile.TemporaryDirectory(prefix="ruralsim-verify-") as place:
        manifest = read_manifest(archive)
        if not check_hashes(archive, manifest, verdict):
            verdict.add("inside", None, "verify_stopped")
            return verdict
        folder = Path(place) / "bundle"
        folder.mkdir()
        names = tuple(name for name in archive.names if name.startswith(f"{RUN}/"))
        archive.unpack(folder, names)
        facts = read_run(folder / RUN)
        scenario = _scenario(facts, verdict)
        if scenario is None:
            return verdict
        _derived(archive, folder / RUN, manifest, derive, verdict)
        if how != "none":
            _numbers(scenario, facts, folder / RUN, Path(place) / "again", rerun, how, versions or {}, verdict)
        else:
            verdict.add("numbers", None, "verify_not_rerun")
    return verdict


def check_hashes(archive: Archive, manifest: Mapping[str, Any], verdict: Verdict, folder: str = RUN) -> bool:
    """Compare every file with the manifest; return whether what lies in a folder is right and can be opened."""
    stated = manifest["files"]
    wrong = set()
    for name in sorted(stated.keys() | set(archive.names) - {MANIFEST}):
        if name not in archive.names:
            verdict.add("hashes", False, "verify_missing", name=name, role=role_of(name))
        elif name not in stated:
            verdict.add("hashes", False, "verify_added", name=name)
        elif archive.size(name) != stated[name]["bytes"] or archive.digest(name) != stated[name]["sha256"]:
            verdict.add("hashes", False, "verify_changed", name=name, role=role_of(name))
        else:
            continue
        wrong.add(name)
    if not wrong:
        verdict.add("hashes", True, "verify_hashes", count=len(stated))
    return not any(name.startswith(f"{folder}/") and not name.endswith((".html", ".svg", ".md")) for name in wrong)


def _scenario(facts: Mapping[str, Any], verdict: Verdict) -> Scenario | None:
    """The scenario, where it agrees with itself and with what the run says about it."""
    try:
        scenario = scenario_from(facts["scenario"])
    except InputError as error:
        verdict.add("inside", False, "verify_scenario", detail=error.message)
        return None
    if scenario.digest != facts.get("scenario_digest"):
        verdict.add("inside", False, "verify_digest")
    else:
        verdict.add("inside", True, "verify_scenario_right", digest=scenario.digest[:12])
    return scenario


def _derived(archive: Archive, folder: Path, manifest: Mapping[str, Any], derive: Derive, verdict: Verdict) -> None:
    """Draw the figures and write the pages again, and compare them."""
    if manifest.get("package_digest") != package_digest():
        verdict.add("inside", None, "verify_other_pages", stated=manifest.get("package_digest"), own=package_digest())
        return
    again = derive(folder)
    wrong = [name for name, content in again.items() if name not in archive.names or archive.read(name) != content]
    for name in wrong:
        verdict.add("inside", False, "verify_not_from_tables", name=name, role=role_of(name))
    if not wrong:
        verdict.add("inside", True, "verify_derived", count=len(again))


def _numbers(
    scenario: Scenario, facts: Mapping[str, Any], folder: Path, again: Path, rerun: Rerun, how: str,
    versions: Mapping[str, str], verdict: Verdict,
) -> None:  # fmt: skip
    """Simulate again and compare the tables."""
    whole = how == "all"
    replicates, draws = int(facts["replicates"]), int(facts["draws"])
    rerun(Again(scenario, int(facts["seed"]), replicates if whole else 1, draws if whole else 0, again))
    tables = tables_of(facts)
    if not whole:
        tables = tuple(name for name in tables if name != "draws.parquet")
    compared = compare_tables(folder, again, tables, {} if whole else {"draw": 0, "replicate": 0})
    verdict.numbers = compared.numbers
    other = other_build(facts.get("source_digest"), source_digest(), facts.get("versions"), versions)
    if not compared.differences:
        verdict.level = 1
        code = "verify_identical" if whole else "verify_identical_sample"
        verdict.add("numbers", True, code, count=compared.numbers, tables=compared.tables, replicates=replicates)
    elif compared.worst <= TOLERANCE and other is not None:
        verdict.level = 2
        verdict.add("numbers", True, "verify_close", count=_count(compared), worst=f"{compared.worst:.1e}", why=other)
    else:
        verdict.level = 0
        _differences(compared, verdict)
        if other is not None:
            verdict.add("numbers", None, "verify_other_build", why=other)
    if whole:
        _summary(facts, json.loads((again / "run.json").read_text(encoding="utf-8")), other, verdict)


def _count(compared: Compared) -> int:
    return sum(one.numbers for one in compared.differences)


def _differences(compared: Compared, verdict: Verdict) -> None:
    for one in compared.differences[:_MOST_SHOWN]:
        if not one.column:
            verdict.add("numbers", False, "verify_rows", table=one.table, bundle=one.bundle, again=one.again)
            continue
        where = ", ".join(f"{key} {value}" for key, value in one.first.items())
        fields = {"table": one.table, "column": one.column, "where": where, "count": one.numbers}
        verdict.add(
            "numbers", False, "verify_differs", bundle=plain_number(one.bundle), again=plain_number(one.again), **fields
        )
    left = len(compared.differences) - _MOST_SHOWN
    if left > 0:
        verdict.add("numbers", False, "verify_more", count=left)


def plain_number(value: Any) -> str:
    """A value with every digit it has."""
    return f"{value:.17g}" if isinstance(value, float) else str(value)


#: entries of ``run.json`` that follow from the numbers alone
_FIGURES = (
    "outcomes",
    "components",
    "uncertainty",
    "instruments",
    "budgets_that_bound",
    "audit",
    "population",
    "triggers",
)


def _summary(facts: Mapping[str, Any], again: Mapping[str, Any], other: Message | None, verdict: Verdict) -> None:
    """Compare the figures of ``run.json`` itself, which the report's sentences are made from."""
    unlike = [one for name in _FIGURES for one in _unlike(facts.get(name), again.get(name), name)]
    if not unlike:
        return
    worst = max(one.relative for one in unlike)
    if worst <= TOLERANCE and other is not None:
        verdict.level = 2 if verdict.level else verdict.level
        verdict.add("numbers", True, "verify_close_figures", count=len(unlike), worst=f"{worst:.1e}", why=other)
        return
    verdict.level = 0
    for one in unlike[:_MOST_SHOWN]:
        verdict.add("numbers", False, "verify_figure", where=one.where, bundle=one.bundle, again=one.again)


@dataclass(frozen=True)
class _Unlike:
    """A figure that differs: where it stands, both values, and by how much (infinite where it is no number)."""

    where: str
    bundle: str
    again: str
    relative: float


def _unlike(one: Any, other: Any, where: str) -> list[_Unlike]:
    if isinstance(one, dict) and isinstance(other, dict) and one.keys() == other.keys():
        return [found for key in one for found in _unlike(one[key], other[key], f"{where}.{key}")]
    if isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        pairs = enumerate(zip(one, other, strict=True), start=1)
        return [found for k, (a, b) in pairs for found in _unlike(a, b, f"{where}.{k}")]
    if one == other:
        return []
    relative = math.inf
    if isinstance(one, float) and isinstance(other, float):
        relative = abs(one - other) / max(abs(one), abs(other))
    return [_Unlike(where, str(one)[:60], str(other)[:60], relative)]


def other_build(
    stated_digest: Any, own_digest: str, stated: Mapping[str, str] | None, own: Mapping[str, str] | None
) -> Message | None:
    """Say what is different from the build that made a bundle; None where it is the same.

    Args:
        stated_digest, own_digest: of the model's rules.
        stated, own: versions by name; those that the bundle does not state are not compared.
    """
    if stated_digest != own_digest:
        return Message("verify_other_model", stated=stated_digest, own=own_digest)
    stated, own = stated or {}, own or {}
    unlike = [f"{name} {stated[name]} → {own[name]}" for name in own if name in stated and stated[name] != own[name]]
    return Message("verify_other_versions", versions=unlike) if unlike else None
