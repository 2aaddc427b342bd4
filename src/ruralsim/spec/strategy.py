"""Reading ``[framework]``, ``[regime]``, ``[[phase]]`` and ``[parameters]``: what people decide."""

from __future__ import annotations

from typing import Any

from ruralsim.base.calendar import Month
from ruralsim.base.errors import InputError, Message, RuralsimError, nearest
from ruralsim.spec.layers import Layers
from ruralsim.spec.reader import Table
from ruralsim.spec.scenario import ALL, ROLLOUTS, FrameworkChoice, Override, Phase, RegimeChoice
from ruralsim.spec.units import quantity, shown_value
from ruralsim.spec.vocabulary import Vocabulary

MAX_PHASES = 200
_PHASE_KEYS = ("name", "title", "from", "to", "rollout", "budget", "packages", "instruments")


def read_framework(layers: Layers, vocabulary: Vocabulary) -> FrameworkChoice:
    """Read ``[framework]``: a name, and changed weights of its items.

    Raises:
        InputError: an unknown framework or item, or a weight below 0.
    """
    table = Table(layers, ("framework",), layers.tables.get("framework", {}), ("name", "weights"))
    name = table.choice("name", vocabulary.frameworks, "what_framework")
    weights = table.table("weights", tuple(vocabulary.frameworks[name]), "what_item")
    return FrameworkChoice(name, {item: weights.amount(item, "1", 0, 1000) for item in weights.values})


def read_regime(layers: Layers, vocabulary: Vocabulary) -> RegimeChoice:
    """Read ``[regime]``: a name, and changed settings beside it.

    Raises:
        InputError: an unknown regime or setting, or a value outside the setting's range.
    """
    values = layers.tables.get("regime", {})
    named = values.get("name") if isinstance(values, dict) else None
    settings = tuple(vocabulary.regimes[named]) if isinstance(named, str) and named in vocabulary.regimes else ()
    known = ("name", *settings) if settings else ("name", *(values if isinstance(values, dict) else ()))
    table = Table(layers, ("regime",), values, known, "what_setting")
    name = table.choice("name", vocabulary.regimes, "what_regime")
    found = {}
    for setting in table.values:
        if setting == "name":
            continue
        if setting not in settings:
            raise table.error(setting, "regime_without_settings", name=setting, regime=name)
        low, high = vocabulary.setting_range(name, setting) or (0.0, 1e6)
        found[setting] = table.amount(setting, "1", low, high)
    return RegimeChoice(name, found)


def read_phases(
    layers: Layers, vocabulary: Vocabulary, start: Month, months: int
) -> tuple[tuple[Phase, ...], list[Message]]:
    """Read every ``[[phase]]``, in the order of the file.

    Args:
        layers: the merged scenario.
        vocabulary: for the names of instruments.
        start: first simulated month.
        months: horizon.

    Returns:
        The phases, and notices about those that reach beyond the horizon.

    Raises:
        InputError: a name given twice, dates out of order or before the start, an unknown instrument or class, an
            intensity outside 0 to 1.
    """
    entries = layers.tables.get("phase", [])
    key = ("phase",)
    if not isinstance(entries, list):
        raise InputError("phase_single", **layers.place(key))
    if len(entries) > MAX_PHASES:
        raise InputError("phase_too_many", **layers.place(key), read=len(entries), limit=MAX_PHASES)
    phases: list[Phase] = []
    notices: list[Message] = []
    for index, entry in enumerate(entries):
        table = Table(layers, ("phase", index), entry, _PHASE_KEYS)
        phase = _phase(table, vocabulary)
        if any(other.name == phase.name for other in phases):
            raise table.error("name", "phase_twice", name=phase.name)
        if phase.start < start:
            raise table.error("from", "phase_too_early", read=str(phase.start), start=str(start))
        notices += _beyond(phase, start + (months - 1))
        phases.append(phase)
    return tuple(phases), notices


def _phase(table: Table, vocabulary: Vocabulary) -> Phase:
    start, end = table.month("from"), table.month("to")
    if end < start:
        raise table.error("to", "dates_reversed", start=str(start), end=str(end))
    chosen = table.table("instruments", tuple(vocabulary.instruments), "what_instrument")
    return Phase(
        name=table.text("name"),
        start=start,
        end=end,
        rollout=_rollout(table),
        budget=table.optional_amount("budget", "yuan/year"),
        instruments=_asked(table, chosen, vocabulary),
        title=table.texts("title"),
    )


def _asked(table: Table, chosen: Table, vocabulary: Vocabulary) -> dict[str, float]:
    """Intensities by instrument: those of the packages, and those named by themselves, which replace a package's."""
    packages = table.table("packages", tuple(vocabulary.packages), "what_package")
    asked: dict[str, float] = {}
    for package in packages.values:
        strength = packages.amount(package, "1", 0, 1)
        for name, intensity in vocabulary.packages[package].items():
            asked[name] = max(asked.get(name, 0.0), strength * intensity)
    return asked | {name: chosen.amount(name, "1", 0, 1) for name in chosen.values}


def _rollout(table: Table) -> tuple[str, ...]:
    value = table.values.get("rollout", ALL)
    names = [value] if isinstance(value, str) else value
    if not isinstance(names, list) or not names or not all(isinstance(name, str) for name in names):
        raise table.error("rollout", "rollout_not_list", read=shown_value(value), accepted=(ALL, *ROLLOUTS))
    for index, name in enumerate(names):
        if name not in (ALL, *ROLLOUTS):
            accepted = (ALL, *ROLLOUTS)
            near = nearest(name, accepted)
            what = Message("what_rollout")
            raise table.error("rollout", "unknown_name", what=what, read=name, nearest=near, accepted=accepted)
        if name in names[:index]:
            raise table.error("rollout", "rollout_twice", name=name)
    if ALL in names:
        if len(names) > 1:
            raise table.error("rollout", "rollout_all_and_more")
        return (ALL,)
    return tuple(label for label in ROLLOUTS if label in names)


def _beyond(phase: Phase, last: Month) -> list[Message]:
    if phase.start > last:
        return [Message("notice_phase_after", name=phase.name, start=str(phase.start), last=str(last))]
    if phase.end > last:
        return [Message("notice_phase_cut", name=phase.name, end=str(phase.end), last=str(last))]
    return []


def read_parameters(layers: Layers, vocabulary: Vocabulary) -> tuple[Override, ...]:
    """Read ``[parameters]``: ``name = { value = …, reason = "…" }``.

    On the command line a plain number is enough.

    Raises:
        InputError: an unknown parameter, a value outside its range, or no reason.
    """
    values = layers.tables.get("parameters", {})
    table = Table(layers, ("parameters",), values, tuple(vocabulary.parameters), "what_parameter")
    return tuple(_override(table, name, vocabulary) for name in table.values)


def _override(table: Table, name: str, vocabulary: Vocabulary) -> Override:
    parameter = vocabulary.parameters[name]
    content: Any = table.values[name]
    if isinstance(content, dict):
        inner = table.table(name, ("value", "reason"))
        value, reason, holder, key = inner.required("value"), inner.text("reason"), inner, "value"
    elif table.layers.changed((*table.key, name)):
        value, reason, holder, key = content, "set on the command line", table, name
    else:
        raise table.error(name, "parameter_without_reason", name=name, read=shown_value(content))
    try:
        number = quantity(value, parameter.unit)
    except RuralsimError as error:
        raise holder.located(key, error) from None
    if not parameter.low <= number <= parameter.high:
        fields = {"low": parameter.low, "high": parameter.high, "unit": parameter.unit}
        raise holder.error(key, "outside_range", name=name, read=shown_value(value), **fields)
    return Override(name, number, reason)
