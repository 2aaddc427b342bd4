"""From a name or a path to a checked scenario."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from ruralsim.base.errors import InputError, Message, RuralsimError, nearest
from ruralsim.spec.context import file_beside, read_context
from ruralsim.spec.files import path_inside
from ruralsim.spec.layers import Layer, Layers, read_layer
from ruralsim.spec.place import read_place
from ruralsim.spec.reader import Table
from ruralsim.spec.scenario import Scenario
from ruralsim.spec.strategy import read_framework, read_parameters, read_phases, read_regime
from ruralsim.spec.vocabulary import Vocabulary

MAX_MONTHS = 1200

_SECTIONS = ("scenario", "place", "context", "framework", "regime", "phase", "parameters")
_SCENARIO_KEYS = ("name", "title", "note", "based_on", "library", "start", "months")
_PACKAGE = Path(__file__).parents[1]


@cache
def shipped_scenarios() -> Mapping[str, Path]:
    """Return the scenarios that come with the package, by name.

    They lie in ``ruralsim/scenarios`` of an installed wheel, or in ``scenarios`` of a source checkout.
    """
    for folder in (_PACKAGE / "scenarios", _PACKAGE.parents[1] / "scenarios"):
        found = {path.stem: path for path in sorted(folder.glob("*.toml"))}
        if found:
            return MappingProxyType(found)
    return MappingProxyType({})


def load_scenario(name_or_path: str | Path, *, vocabulary: Vocabulary, overrides: Iterable[str] = ()) -> Scenario:
    """Read and check a scenario.

    Args:
        name_or_path: a shipped name such as ``pengzhou``, or the path of a TOML file.
        vocabulary: the names that a scenario may use.
        overrides: ``path=value`` each, as after ``--set``.

    Raises:
        InputError: anything wrong in the file, in what it is based on, in its roster or in ``overrides``, with the
            place, what was read, what is accepted and the nearest name.
    """
    path = _find(name_or_path)
    layers = Layers(_chain(path))
    for override in overrides:
        layers.change(override)
    top = Table(layers, (), layers.tables, _SECTIONS)
    head = Table(layers, ("scenario",), top.values.get("scenario", {}), _SCENARIO_KEYS)
    start = head.month("start")
    months = head.whole("months", "month", 1, MAX_MONTHS)
    vocabulary = _with_library(head, vocabulary)
    place, place_notices = read_place(layers, vocabulary)
    context, context_notices = read_context(layers, start, months)
    phases, phase_notices = read_phases(layers, vocabulary, start, months)
    name = head.text("name") if head.has("name") else path.stem
    return Scenario(
        name=name,
        title=head.texts("title") or {"en": name, "zh": name},
        note=head.texts("note"),
        based_on=_based_on(layers.top),
        start=start,
        months=months,
        place=place,
        context=context,
        framework=read_framework(layers, vocabulary),
        regime=read_regime(layers, vocabulary),
        phases=phases,
        parameters=read_parameters(layers, vocabulary),
        source_file=str(path),
        notices=_notices(place_notices, context_notices, phase_notices),
        own=vocabulary.own,
    )


def _with_library(head: Table, vocabulary: Vocabulary) -> Vocabulary:
    """Add a user's own instruments, frameworks and packages, from the folder that the scenario names."""
    if not head.has("library") or vocabulary.extended is None:
        return vocabulary
    return vocabulary.extended(file_beside(head, "library", head.text("library")))


def _notices(*groups: list[Message]) -> tuple[Message, ...]:
    return tuple(notice for group in groups for notice in group)


def _find(name_or_path: str | Path) -> Path:
    text = str(name_or_path)
    shipped = shipped_scenarios()
    if isinstance(name_or_path, str) and text in shipped:
        return shipped[text]
    path = Path(text)
    looks_like_path = isinstance(name_or_path, Path) or path.suffix == ".toml" or len(path.parts) > 1
    if not text.strip() or any(ord(letter) < 32 for letter in text):
        raise InputError("not_a_path", read=text)
    if looks_like_path or path.is_file():
        return path
    raise InputError("scenario_unknown", read=text, nearest=nearest(text, shipped), accepted=list(shipped))


def _based_on(layer: Layer) -> str | None:
    head: Any = layer.tables.get("scenario")
    return head.get("based_on") if isinstance(head, dict) else None


def _chain(path: Path) -> list[Layer]:
    """Return the files from the first base to ``path``."""
    layers: list[Layer] = []
    seen: list[Path] = []
    while True:
        seen.append(path.resolve())
        layers.insert(0, read_layer(path))
        base = _based_on(layers[0])
        if base is None:
            return layers
        alone = Table(Layers(layers[:1]), ("scenario",), layers[0].tables["scenario"], _SCENARIO_KEYS)
        name = alone.text("based_on")
        path = _base_path(alone, path, name)
        if path.resolve() in seen:
            names = [file.name for file in reversed([path.resolve(), *reversed(seen)])]
            raise alone.error("based_on", "based_on_cycle", chain=" → ".join(names))


def _base_path(table: Table, path: Path, name: str) -> Path:
    """A base is a shipped scenario, or a file in the folder of the one that names it."""
    shipped = shipped_scenarios()
    if name in shipped:
        return shipped[name]
    if not name.endswith(".toml"):
        near = nearest(name, shipped)
        raise table.error("based_on", "scenario_unknown", read=name, nearest=near, accepted=list(shipped))
    try:
        return path_inside(path.parent, name)
    except RuralsimError as error:
        raise table.located("based_on", error) from None
