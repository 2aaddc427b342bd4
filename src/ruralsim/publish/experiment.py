"""Bundles of experiments: the design with its scenarios, the tables, pages and figures that came of it.

The design is the file that was written, or, where plans were compared and nobody wrote one, what ``experiment.json``
lists.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from ruralsim.base.errors import InputError
from ruralsim.experiments.design import FILE, Design, read_design
from ruralsim.experiments.listed import FORMAT, LIST, design_from
from ruralsim.publish.bundle import Description, Published, seal
from ruralsim.publish.citation import Credit

EXPERIMENT = "experiment"
OUTCOMES, RUNS = "outcomes.parquet", "runs.parquet"


def is_experiment(folder: Path) -> bool:
    """Say whether a folder holds what ``experiment export``, ``compare --out`` or ``phases`` writes."""
    return (folder / LIST).is_file()


def publish_experiment(folder: Path, target: Path, credit: Credit) -> Published:
    """Write the bundle of an experiment.

    Args:
        folder: what was exported, beside ``design.toml`` and the files it names where there is one.
        target: of the archive.
        credit: authors, date, licence.

    Raises:
        InputError: no export of runs is there, or a file is not the one that was exported.
    """
    listed = listed_export(folder)
    if RUNS not in listed["files"] or OUTCOMES not in listed["files"]:
        raise InputError("publish_no_runs", file=folder)
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
    design = design_of_export(folder)
    title = design.title.get("en") or next(iter(design.title.values()), design.name)
    ending = "" if title.endswith(tuple(".?!。？！")) else "."
    abstract = (
        f"{title}{ending} {design.question.get('en', '')} {len(design.arms)} scenarios, {design.runs} runs of ruralsim."
    )
    description = Description(title, " ".join(abstract.split()), f"ruralsim verify {target.name} --rerun all")
    versions = {str(k): str(v) for k, v in listed.get("versions", {}).items()}
    about = {"model_digest": listed.get("model_digest")}  # of what ran, which may be older than what publishes
    return seal(target, "experiment", files, description, credit, versions, about)


def listed_export(folder: Path) -> dict[str, Any]:
    """The content of ``experiment.json``; raises InputError where there is none, or none of ours."""
    try:
        content: dict[str, Any] = json.loads((folder / LIST).read_text(encoding="utf-8"))
        names = [str(name) for name in content["files"]]
        right = content["format"] == FORMAT and all(".." not in Path(name).parts for name in names)
    except (OSError, ValueError, KeyError, TypeError):
        right = False
    if not right:
        raise InputError("publish_no_run", file=folder)
    return content


def design_of_export(folder: Path) -> Design:
    """The design as written, or as listed where none was written; raises InputError where it cannot be read."""
    return read_design(folder) if (folder / FILE).is_file() else design_from(listed_export(folder))
