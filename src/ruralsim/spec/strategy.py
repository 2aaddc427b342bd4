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
_PHASE_KEYS = (
    "name",
    "title",
    "from",
    "to",
    "rollout",
    "waves",
    "budget",
    "start_budget",
    "packages",
    "instruments",
    "reserve",
)
#: how an indicator is reported (``policy/frameworks.py`` has the same names)
CHANNELS = ("self_report", "registry", "survey", "inspection")
_FRAMEWORK_KEYS = ("name", "weights", "without", "channels", "checks")


def read_framework(layers: Layers, vocabulary: Vocabulary) -> FrameworkChoice:
    """Read ``[framework]``: a name, changed weights, channels and checks of its items, and items left out.

    Raises:
        InputError: an unknown framework, item or channel, a weight below 0, or every item left out.
    """
    table = Table(layers, ("framework",), layers.tables.get("framework", {}), _FRAMEWORK_KEYS)
    name = table.choice("name", vocabulary.frameworks, "what_framework")
    items = tuple(vocabulary.frameworks[name])
    weights, channels, checks = (table.table(key, items, "what_item") for key in ("weights", "channels", "checks"))
    return FrameworkChoice(
        name,
        {item: weights.amount(item, "1", 0, 1000) for item in weights.values},
        _without(table, items),
        {item: channels.choice(item, CHANNELS, "policy_what_channel") for item in channels.values},
        {item: checks.amount(item, "1", 0, 1000) for item in checks.values},
    )


def _without(table: Table, items: tuple[str, ...]) -> tuple[str, ...]:
    """Items left out of force, in the framework's order."""
    read = table.values.get("without", [])
    if not isinstance(read, list) or not all(isinstance(one, str) for one in read):
        raise table.error("without", "framework_without_list", read=shown_value(read))
    for one in read:
        if one not in items:
            near, what = nearest(one, items), Message("what_item")
            raise table.error("without", "unknown_name", what=what, read=one, nearest=near, accepted=items)
    left_out = tuple(one for one in items if one in read)
    if len(left_out) == len(items):
        raise table.error("without", "framework_without_all")
    return left_out


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
) -> tuple[tuple[Phase, ...], tuple[Phase, ...], list[Message]]:
    """Read every ``[[phase]]``, in the order of the file.

    Args:
        layers: the merged scenario.
        vocabulary: for the names of instruments.
        start: first simulated month.
        months: horizon.

    Returns:
        The phases, those held in reserve for triggers, and notices about phases that reach beyond the horizon.

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
    reserves: list[Phase] = []
    notices: list[Message] = []
    for index, entry in enumerate(entries):
        table = Table(layers, ("phase", index), entry, _PHASE_KEYS)
        reserve = table.has("reserve") and _flag(table, "reserve")
        phase = _reserve(table, vocabulary, start) if reserve else _phase(table, vocabulary)
        if any(other.name == phase.name for other in (*phases, *reserves)):
            raise table.error("name", "phase_twice", name=phase.name)
        if reserve:
            reserves.append(phase)
            continue
        if phase.start < start:
            raise table.error("from", "phase_too_early", read=str(phase.start), start=str(start))
        notices += _beyond(phase, start + (months - 1))
        phases.append(phase)
    return tuple(phases), tuple(reserves), notices


def _phase(table: Table, vocabulary: Vocabulary) -> Phase:
    start, end = table.month("from"), table.month("to")
    if end < start:
        raise table.error("to", "dates_reversed", start=str(start), end=str(end))
    rollout = read_rollout(table)
    chosen = table.table("instruments", tuple(vocabulary.instruments), "what_instrument")
    return Phase(
        name=table.text("name"),
        start=start,
        end=end,
        rollout=rollout,
        budget=table.optional_amount("budget", "yuan/year"),
        instruments=_asked(table, chosen, vocabulary),
        waves=_waves(table, rollout, start, end),
        start_budget=_start_budget(table),
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


def _reserve(table: Table, vocabulary: Vocabulary, start: Month) -> Phase:
    """A phase that only a trigger brings in: it has no dates of its own."""
    for key in ("from", "to", "waves"):
        if table.has(key):
            raise table.error(key, "reserve_with_dates", name=key)
    chosen = table.table("instruments", tuple(vocabulary.instruments), "what_instrument")
    return Phase(
        name=table.text("name"),
        start=start,
        end=start,
        rollout=read_rollout(table),
        budget=table.optional_amount("budget", "yuan/year"),
        instruments=_asked(table, chosen, vocabulary),
        start_budget=_start_budget(table),
        title=table.texts("title"),
    )


def _flag(table: Table, name: str) -> bool:
    value = table.required(name)
    if not isinstance(value, bool):
        raise table.error(name, "not_true_or_false", read=shown_value(value))
    return value


def _start_budget(table: Table) -> float | None:
    if table.has("start_budget") and not table.has("budget"):
        raise table.error("start_budget", "start_budget_alone")
    return table.optional_amount("start_budget", "yuan")


def _waves(table: Table, rollout: tuple[str, ...], start: Month, end: Month) -> dict[str, Month]:
    """Read ``waves = { pilot = "2022-01" }``: classes that join after the phase has begun."""
    covered = ROLLOUTS if rollout == (ALL,) else rollout
    inner = table.table("waves", covered, "what_rollout")
    waves = {}
    for label in covered:
        if not inner.has(label):
            continue
        month = inner.month(label)
        if not start <= month <= end:
            raise inner.error(label, "wave_outside", read=str(month), start=str(start), end=str(end))
        if month > start:
            waves[label] = month
    return waves


def read_rollout(table: Table) -> tuple[str, ...]:
    """Read ``rollout``: ``"all"`` (also where absent), or classes of villages.

    Raises:
        InputError: not a list of classes, a class unknown or named twice, ``all`` beside others.
    """
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
