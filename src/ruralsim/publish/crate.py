"""``ro-crate-metadata.json``: what a bundle holds and how it came about (RO-Crate 1.1, JSON-LD)."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import PurePosixPath
from typing import Any

from ruralsim.publish.citation import Credit
from ruralsim.publish.manifest import Listed

METADATA = "ro-crate-metadata.json"
_CONTEXT = "https://w3id.org/ro/crate/1.1/context"
#: RO-Crate 1.1 has no term for a hash; this one is from the vocabulary of workflow runs
_TERMS = {"sha256": "https://w3id.org/ro/terms/workflow-run#sha256"}
_FORMATS = {
    ".json": "application/json",
    ".parquet": "application/vnd.apache.parquet",
    ".md": "text/markdown",
    ".svg": "image/svg+xml",
    ".html": "text/html",
    ".cff": "application/yaml",
    ".toml": "application/toml",
    ".csv": "text/csv",
    ".ipynb": "application/x-ipynb+json",
    ".txt": "text/plain",
    ".pdf": "application/pdf",
    ".png": "image/png",
}


def crate(
    title: str,
    description: str,
    files: Mapping[str, Listed],
    roles: Mapping[str, str],
    credit: Credit,
    versions: Mapping[str, str],
    command: str,
) -> str:
    """Return the metadata of a bundle.

    Args:
        title, description: of the result.
        files: of the bundle, the metadata itself left out.
        roles: what each of them is, in words.
        credit: authors, date, licence.
        versions: of ruralsim and of what it ran on.
        command: that gives the result again.
    """
    people = [{"@id": f"#author-{k}", "@type": "Person", "name": name} for k, name in enumerate(credit.authors, 1)]
    licence = f"https://spdx.org/licenses/{credit.license}"
    parts = [_part(name, one, roles.get(name, "")) for name, one in sorted(files.items())]
    root = {
        "@id": "./",
        "@type": "Dataset",
        "name": title,
        "description": description,
        "datePublished": credit.date,
        "license": {"@id": licence},
        "author": _all(people),
        "creator": _all(people),
        "hasPart": _all(parts),
        "mentions": {"@id": "#simulation"},
    }
    named = {"@id": licence, "@type": "CreativeWork", "name": credit.license, "description": f"SPDX {credit.license}"}
    action = _simulation(command, people, parts, credit.date)
    graph = [_DESCRIPTOR, root, named, *people, _software(versions), action, *parts]
    content = {"@context": [_CONTEXT, _TERMS], "@graph": graph}
    return json.dumps(content, ensure_ascii=False, indent=2) + "\n"


_DESCRIPTOR = {
    "@id": METADATA,
    "@type": "CreativeWork",
    "conformsTo": {"@id": "https://w3id.org/ro/crate/1.1"},
    "about": {"@id": "./"},
}


def _software(versions: Mapping[str, str]) -> dict[str, Any]:
    return {
        "@id": "#ruralsim",
        "@type": "SoftwareApplication",
        "name": "ruralsim",
        "version": versions.get("ruralsim", "unknown"),
        "softwareVersion": versions.get("ruralsim", "unknown"),
        "softwareRequirements": ", ".join(f"{name} {version}" for name, version in sorted(versions.items())),
    }


def _simulation(
    command: str, people: Sequence[Mapping[str, Any]], parts: Sequence[Mapping[str, Any]], date: str
) -> dict[str, Any]:
    """What was done: the software gave the tables."""
    tables = [part for part in parts if part["encodingFormat"] == _FORMATS[".parquet"]]
    return {
        "@id": "#simulation",
        "@type": "CreateAction",
        "name": "Simulation",
        "description": command,
        "instrument": {"@id": "#ruralsim"},
        "agent": _all(people),
        "result": _all(tables),
        "endTime": date,
    }


def _all(entities: Sequence[Mapping[str, Any]]) -> Any:
    """References to entities; to a single one without a list, as the recommendation has it."""
    found = [{"@id": one["@id"]} for one in entities]
    return found[0] if len(found) == 1 else found


def _part(name: str, one: Listed, role: str) -> dict[str, Any]:
    return {
        "@id": name,
        "@type": "File",
        "name": PurePosixPath(name).name,
        "description": role or name,
        "encodingFormat": _FORMATS[PurePosixPath(name).suffix.lower()],
        "contentSize": str(one.size),
        "sha256": one.sha256,
    }
