"""Making a bundle: a result with all that it rests on, in one archive."""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ruralsim.base.errors import InputError, SystemTrouble
from ruralsim.publish.archive import write_archive
from ruralsim.publish.citation import Credit, citation
from ruralsim.publish.crate import METADATA, crate
from ruralsim.publish.manifest import MANIFEST, Listed, listed, manifest_text, package_digest
from ruralsim.spec.resolved import scenario_from

RUN = "run"
RUN_FORMAT = "ruralsim run"
#: what other commands leave, which holds no single run that could be simulated again and compared
_STUDIES = {"pivot.json": "pivot", "pivot.toml": "pivot", "indicators.json": "indicators"}
#: what is made from the tables: name in the bundle -> content
Derive = Callable[[Path], Mapping[str, bytes]]


@dataclass(frozen=True)
class Published:
    """A bundle: where it is, its files, and the SHA-256 of its manifest, which stands for all of them."""

    path: Path
    files: int
    size: int
    seal: str


def read_run(folder: Path) -> dict[str, Any]:
    """Return ``run.json`` of a results directory.

    Raises:
        InputError: there is none, it is none of ours, or a table that it names is missing.
    """
    path = folder / "run.json"
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        if content["format"] != RUN_FORMAT:
            raise ValueError(content["format"])
        files = [str(name) for name in content["files"]]
    except (OSError, ValueError, KeyError, TypeError):
        study = next((command for name, command in _STUDIES.items() if (folder / name).is_file()), None)
        if study is not None:
            raise InputError("publish_study", file=folder, command=study) from None
        raise InputError("publish_no_run", file=folder) from None
    for name in files:
        if Path(name).name != name:
            raise InputError("publish_no_run", file=folder)
        if not (folder / name).is_file():
            raise InputError("publish_table_missing", file=folder, name=name)
    found: dict[str, Any] = content
    return found


def tables_of(facts: Mapping[str, Any]) -> tuple[str, ...]:
    """Names of the tables of a run."""
    return tuple(sorted(str(name) for name in facts["files"] if str(name).endswith(".parquet")))


def publish_run(folder: Path, target: Path, derive: Derive, credit: Credit) -> Published:
    """Write the bundle of a run.

    Args:
        folder: results directory.
        target: of the archive; an older one is replaced by a whole new one.
        derive: makes README, figures, report and the table of assumptions from a results directory.
        credit: authors, date, licence.

    Raises:
        InputError: this is not a results directory, or its ``run.json`` was changed by hand.
        SystemTrouble: the archive cannot be written.
    """
    facts = read_run(folder)
    scenario = scenario_from(facts["scenario"])
    if scenario.digest != facts["scenario_digest"]:
        raise InputError("publish_digest", file=folder / "run.json")
    files: dict[str, Path | bytes] = {f"{RUN}/{name}": folder / name for name in ("run.json", *tables_of(facts))}
    files |= derive(folder)
    title = scenario.title.get("en") or next(iter(scenario.title.values()))
    said = scenario.note.get("en", "")
    size = f"{facts['villages']} villages, {scenario.months} months, seed {facts['seed']}"
    abstract = f"{title}. {said} Simulated with ruralsim: {size}."
    command = f"ruralsim verify {target.name} --rerun all"
    description = Description(title, " ".join(abstract.split()), command)
    about = {"source_digest": facts["source_digest"]}
    return seal(target, "run", files, description, credit, facts["versions"], about)


@dataclass(frozen=True)
class Description:
    """A bundle in words: title, what it holds, and the command that gives it again."""

    title: str
    abstract: str
    command: str


def seal(
    target: Path,
    kind: str,
    files: Mapping[str, Path | bytes],
    description: Description,
    credit: Credit,
    versions: Mapping[str, str],
    about: Mapping[str, Any],
) -> Published:
    """Add citation, metadata and manifest to the files of a bundle and write it.

    Args:
        target: of the archive.
        kind: ``run`` or ``experiment``.
        files: by name in the bundle.
        description: in words.
        credit: authors, date, licence.
        versions: of ruralsim and of what it ran on.
        about: more for the manifest.
    """
    whole: dict[str, Path | bytes] = dict(files)
    words = ("agent-based model", "rural governance", "collective economy", kind)
    version = versions.get("ruralsim", "unknown")
    whole["CITATION.cff"] = citation(description.title, description.abstract, credit, version, words).encode()
    measured: dict[str, Listed] = {name: listed(content) for name, content in whole.items()}
    text = crate(description.title, description.abstract, measured, {n: role_of(n) for n in measured}, credit, versions,
                 description.command).encode()  # fmt: skip
    whole[METADATA], measured[METADATA] = text, listed(text)
    about = {"versions": dict(versions), "package_digest": package_digest(), "title": description.title, **about}
    whole[MANIFEST] = manifest_text(kind, measured, about).encode()
    part = target.with_name(f".{target.name}.partial-{os.getpid()}")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        write_archive(part, whole)
        size = part.stat().st_size
        part.replace(target)
    except OSError as error:
        raise SystemTrouble("write_failed", file=target, detail=error.strerror or str(error)) from error
    finally:
        with contextlib.suppress(OSError):
            part.unlink()
    return Published(target, len(whole), size, listed(whole[MANIFEST]).sha256)


def role_of(name: str) -> str:
    """Say in words what a file of a bundle is."""
    for start, role in _ROLES.items():
        if name.startswith(start):
            return role
    return "table of results (Parquet; every column with unit and meaning)" if name.endswith(".parquet") else name


_ROLES = {
    "README": "what was found, in words, made from the tables",
    "run/run.json": "resolved scenario, parameters, seeds, versions, audit and figures of the run",
    "run/report.html": "report in English and Chinese, made from the tables",
    "figures/": "figure, drawn from the tables",
    "assumptions.csv": "every parameter with its value, range, unit, grade and source",
    "instruments.csv": "every policy instrument in use with its effects, ranges and sources",
    "CITATION.cff": "how to cite this result",
    "experiment/design.toml": "design of the experiment",
    "experiment/README": "what was found, in words, made from the tables",
    "experiment/report.html": "page in English and Chinese, made from the tables",
    "experiment/figures/": "figure, drawn from the tables",
    "experiment/experiment.json": "resolved scenarios, design, versions, and hashes of what was exported",
}
