"""A scenario: a named context, strategy, framework, regime and horizon. Frozen; read by ``spec.load``."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from ruralsim.base.calendar import Month
from ruralsim.base.errors import Message
from ruralsim.spec.parameters import load_parameters

ENDOWMENTS = ("plain", "hill", "mountain", "suburban")
FORMS = ("leasing", "cooperative", "company", "tourism")
ROLLOUTS = ("demonstration", "pilot", "conditioned", "rest")
IDENTITIES = ("stated", "inferred", "synthetic")
ALL = "all"


@dataclass(frozen=True)
class RosterVillage:
    """One village of a user's roster; None means: to be synthesised.

    Args:
        name: as in the roster.
        population: registered persons.
        township: name of its township.
        endowment: one of :data:`ENDOWMENTS`.
        rollout: one of :data:`ROLLOUTS`.
        form: form of the collective enterprise, one of :data:`FORMS`.
        capital: operating assets of the collective, yuan.
        idle_assets: assets not in use, yuan.
        debt: yuan.
        operating_income: yuan a year.
    """

    name: str
    population: int
    township: str | None = None
    endowment: str | None = None
    rollout: str | None = None
    form: str | None = None
    capital: float | None = None
    idle_assets: float | None = None
    debt: float | None = None
    operating_income: float | None = None


@dataclass(frozen=True)
class Place:
    """The county (or township) that is simulated.

    Args:
        registered_population: registered rural persons (户籍人口), the ones that are simulated.
        resident_population: residents as published, kept apart and only reported.
        persons_per_adult: registered persons per registered adult; None means the parameter's default.
        villages: number of villages.
        townships: number of townships.
        roster: the user's villages, in order, or None where villages are synthesised.
        endowments: share of villages by endowment class; sums to 1.
        forms: share of collective enterprises by form; sums to 1.
        rollout: share of villages by roll-out class; sums to 1.
        demonstration_villages: exact number of demonstration villages; it replaces that share, and the other
            classes divide the remaining villages in proportion.
        mediators_per_1000: mediators per 1,000 persons; None means the parameter's default.
        identity: ``stated`` by a source, ``inferred`` by us, or ``synthetic``.
        identity_note: what was inferred or assumed, by language.
    """

    registered_population: int
    villages: int
    townships: int
    endowments: Mapping[str, float]
    forms: Mapping[str, float]
    rollout: Mapping[str, float]
    resident_population: int | None = None
    persons_per_adult: float | None = None
    roster: tuple[RosterVillage, ...] | None = None
    demonstration_villages: int | None = None
    mediators_per_1000: float | None = None
    identity: str = "synthetic"
    identity_note: Mapping[str, str] = field(default_factory=dict)

    def village_names(self) -> tuple[str, ...]:
        """Return one name per village: the roster's, or V001, V002, … for synthesised ones."""
        if self.roster is not None:
            return tuple(village.name for village in self.roster)
        digits = max(3, len(str(self.villages)))
        return tuple(f"V{number:0{digits}d}" for number in range(1, self.villages + 1))


@dataclass(frozen=True)
class Series:
    """A number that may change over time.

    Args:
        step: ``constant`` (one value), ``yearly`` (one value per twelve months from the start) or ``monthly``.
        values: in the unit of its key; the last one holds to the end of the run.
    """

    step: str
    values: tuple[float, ...]

    def monthly(self, months: int) -> tuple[float, ...]:
        """Return ``months + 1`` values: index 0 is the opening state, index t the t-th simulated month.

        Args:
            months: horizon of the run.
        """
        width = {"constant": months + 1, "yearly": 12, "monthly": 1}[self.step]
        last = len(self.values) - 1
        return tuple(self.values[min(max(month - 1, 0) // width, last)] for month in range(months + 1))

    def covered_months(self) -> int | None:
        """Return how many months have a value of their own; None for a constant."""
        return None if self.step == "constant" else len(self.values) * (12 if self.step == "yearly" else 1)


@dataclass(frozen=True)
class Context:
    """What comes from outside. A key that is absent means the parameter's default.

    Args:
        series: by key; the keys and their units are ``spec.context.CONTEXT_UNITS``.
    """

    series: Mapping[str, Series] = field(default_factory=dict)

    def get(self, key: str) -> Series | None:
        """Return the series of a key, or None where the parameter's default is meant."""
        return self.series.get(key)


@dataclass(frozen=True)
class FrameworkChoice:
    """The indicator framework in force, and what this place changes in it.

    Args:
        name: of the framework.
        weights: changed weights by item, relative to the framework's own.
        without: items that are not in force: nobody reports, checks or rewards them.
        channels: changed reporting channels by item.
        checks: changed weights of checking by item.
    """

    name: str
    weights: Mapping[str, float] = field(default_factory=dict)
    without: tuple[str, ...] = ()
    channels: Mapping[str, str] = field(default_factory=dict)
    checks: Mapping[str, float] = field(default_factory=dict)

    def plain(self) -> dict[str, Any]:
        """Return it as plain values; a change that is not made is left out."""
        found: dict[str, Any] = {"name": self.name, "weights": dict(self.weights)}
        found |= {"without": sorted(self.without)} if self.without else {}
        found |= {"channels": dict(self.channels)} if self.channels else {}
        return found | ({"checks": dict(self.checks)} if self.checks else {})


@dataclass(frozen=True)
class RegimeChoice:
    """The assessment regime in force, with changed settings by name."""

    name: str
    settings: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Phase:
    """Instruments in force in a span of months.

    Args:
        name: a label.
        start: first month.
        end: last month, included.
        rollout: classes of villages that take part, or ``("all",)``.
        budget: yuan a year for all villages together; None means not limited.
        instruments: intensity in [0, 1] by instrument.
        waves: first month of the classes that join later than the phase begins.
        start_budget: yuan on top in the phase's first calendar year; None where there is none.
        title: what people call it, by language; empty where the name says it.
    """

    name: str
    start: Month
    end: Month
    rollout: tuple[str, ...] = (ALL,)
    budget: float | None = None
    instruments: Mapping[str, float] = field(default_factory=dict)
    waves: Mapping[str, Month] = field(default_factory=dict)
    start_budget: float | None = None
    title: Mapping[str, str] = field(default_factory=dict)

    def label(self, lang: str) -> str:
        """What it is called in a language."""
        return self.title.get(lang) or self.name

    def covers(self, rollout_class: str) -> bool:
        """Say whether villages of a roll-out class take part."""
        return self.rollout == (ALL,) or rollout_class in self.rollout

    def joins(self, rollout_class: str) -> Month:
        """Return the month from which villages of a class that it covers take part."""
        return max(self.start, self.waves.get(rollout_class, self.start))

    def moved(self, start: Month, end: Month) -> Phase:
        """Return the phase in other months; its waves move with its start."""
        shift = start - self.start
        waves = {label: month + shift for label, month in self.waves.items()}
        return replace(self, start=start, end=end, waves=waves)


@dataclass(frozen=True)
class Trigger:
    """A step of the plan that waits for a signpost, read at the end of each quarter.

    It fires in the first quarter from ``first`` to ``last`` whose reading is at or beyond the level, and takes effect
    in the month after.

    Args:
        name: a label.
        signpost: an observable, or an item of the framework in force.
        reading: ``reported`` (what villages report) or ``true`` (what is so; nobody in the county knows it).
        rollout: classes of villages that are averaged, weighted by registered adults, or ``("all",)``.
        above: True where the reading must reach ``level`` from below, False from above.
        level: 0 to 1.
        first, last: months whose readings count; ``last`` None means until the phase has begun (or has ended).
        start: phase that begins when it fires. It waits for it until ``last``, else until its own date.
        replace: phase that ends when it fires.
        by: reserve phase that takes the remaining months of ``replace``; None means none.
    """

    name: str
    signpost: str
    reading: str
    above: bool
    level: float
    first: Month
    last: Month | None = None
    rollout: tuple[str, ...] = (ALL,)
    start: str | None = None
    replace: str | None = None
    by: str | None = None

    def crossed(self, value: float) -> bool:
        """Say whether a reading is at or beyond the level."""
        return value >= self.level if self.above else value <= self.level


@dataclass(frozen=True)
class Override:
    """A parameter's value in this scenario, in the parameter's unit, with the reason for it."""

    name: str
    value: float
    reason: str


@dataclass(frozen=True)
class Scenario:
    """Everything that a run needs to know, apart from its seed.

    Args:
        name: short name, as in the file.
        title: by language.
        note: by language; may be empty.
        based_on: name or path of the scenario this one changes, or None.
        start: first simulated month.
        months: number of simulated months.
        place, context, framework, regime, phases: see their classes.
        reserves: phases for triggers to bring in (their dates mean nothing).
        triggers: steps of the plan that wait for a signpost.
        parameters: overrides in the order of the file.
        source_file: path of the file, for messages only.
        notices: things worth telling the user that stop nothing.
        own: the user's own instruments, frameworks and packages as plain tables, by folder and name.
    """

    name: str
    title: Mapping[str, str]
    start: Month
    months: int
    place: Place
    context: Context
    framework: FrameworkChoice
    regime: RegimeChoice
    phases: tuple[Phase, ...] = ()
    reserves: tuple[Phase, ...] = ()
    triggers: tuple[Trigger, ...] = ()
    parameters: tuple[Override, ...] = ()
    note: Mapping[str, str] = field(default_factory=dict)
    based_on: str | None = None
    source_file: str | None = None
    notices: tuple[Message, ...] = field(default=(), compare=False)
    own: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    @property
    def end(self) -> Month:
        """Last simulated month."""
        return self.start + (self.months - 1)

    def parameter_values(self) -> dict[str, float]:
        """Return every parameter's value in this run: the defaults with the overrides laid over them."""
        values = {name: parameter.value for name, parameter in load_parameters().items()}
        values.update((override.name, override.value) for override in self.parameters)
        return values

    def resolved(self, *, labels: bool = True) -> dict[str, Any]:
        """Return the whole scenario as plain dictionaries, lists, numbers and texts, for ``run.json``.

        Args:
            labels: with names, titles, notes and reasons, which change no result.
        """
        plain = _plain_run(self)
        if labels:
            plain["scenario"] |= {
                "name": self.name,
                "title": dict(self.title),
                "note": dict(self.note),
                "based_on": self.based_on,
            }
            plain["place"] |= {
                "resident_population": self.place.resident_population,
                "identity": self.place.identity,
                "identity_note": dict(self.place.identity_note),
            }
            for phase, entry in zip(self.phases, plain["phase"], strict=True):
                entry |= {"name": phase.name, "title": dict(phase.title)}
            for phase, entry in zip(self.reserves, plain.get("reserve", ()), strict=True):
                entry |= {"name": phase.name, "title": dict(phase.title)}
            for trigger, entry in zip(self.triggers, plain.get("trigger", ()), strict=True):
                names = {"name": trigger.name, "start": trigger.start, "replace": trigger.replace, "with": trigger.by}
                entry |= {key: name for key, name in names.items() if name is not None}
            plain["overrides"] = {
                override.name: {"value": override.value, "reason": override.reason} for override in self.parameters
            }
        return plain

    @property
    def digest(self) -> str:
        """SHA-256 (hex) of all that affects results; labels do not enter."""
        text = json.dumps(self.resolved(labels=False), sort_keys=True, ensure_ascii=True, allow_nan=False)
        return hashlib.sha256(text.encode("ascii")).hexdigest()


def _plain_run(scenario: Scenario) -> dict[str, Any]:
    """All that affects results, and nothing else. Village names appear in the tables and so belong to it."""
    place = scenario.place
    return {
        "scenario": {"start": str(scenario.start), "months": scenario.months},
        "place": {
            "population": place.registered_population,
            "persons_per_adult": place.persons_per_adult,
            "villages": place.villages,
            "townships": place.townships,
            "roster": None if place.roster is None else [dict(vars(village)) for village in place.roster],
            "endowments": dict(place.endowments),
            "forms": dict(place.forms),
            "rollout": dict(place.rollout),
            "demonstration_villages": place.demonstration_villages,
            "mediators_per_1000": place.mediators_per_1000,
        },
        "context": {
            key: {"step": series.step, "values": list(series.values)}
            for key, series in sorted(scenario.context.series.items())
        },
        "framework": scenario.framework.plain(),
        "regime": {"name": scenario.regime.name, "settings": dict(scenario.regime.settings)},
        "phase": [{"from": str(phase.start), "to": str(phase.end)} | _plain_phase(phase) for phase in scenario.phases],
        "parameters": scenario.parameter_values(),
        **({"own": {kind: dict(found) for kind, found in scenario.own.items()}} if scenario.own else {}),
    } | _plain_triggers(scenario)


def _plain_phase(phase: Phase) -> dict[str, Any]:
    """What a phase is without its dates; what it does not use leaves no key."""
    plain: dict[str, Any] = {
        "rollout": list(phase.rollout),
        "budget": phase.budget,
        "instruments": dict(phase.instruments),
    }
    if phase.waves:
        plain["waves"] = {label: str(month) for label, month in phase.waves.items()}
    if phase.start_budget is not None:
        plain["start_budget"] = phase.start_budget
    return plain


def _plain_triggers(scenario: Scenario) -> dict[str, Any]:
    """Triggers and reserve phases, which name each other by place; nothing where there are none."""
    if not scenario.triggers and not scenario.reserves:
        return {}
    place = {phase.name: number for number, phase in enumerate((*scenario.phases, *scenario.reserves), start=1)}
    triggers = [
        {
            "signpost": one.signpost,
            "reading": one.reading,
            "rollout": list(one.rollout),
            "above" if one.above else "below": one.level,
            "from": str(one.first),
            "to": None if one.last is None else str(one.last),
            "starts": place.get(one.start or ""),
            "replaces": place.get(one.replace or ""),
            "by": place.get(one.by or ""),
        }
        for one in scenario.triggers
    ]
    return {"reserve": [_plain_phase(phase) for phase in scenario.reserves], "trigger": triggers}
