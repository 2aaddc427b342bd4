"""A scenario: a named context, strategy, framework, regime and horizon. Frozen; read by ``spec.load``."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
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
    """The indicator framework in force, with changed weights (relative to the framework's own) by item."""

    name: str
    weights: Mapping[str, float] = field(default_factory=dict)


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
        title: what people call it, by language; empty where the name says it.
    """

    name: str
    start: Month
    end: Month
    rollout: tuple[str, ...] = (ALL,)
    budget: float | None = None
    instruments: Mapping[str, float] = field(default_factory=dict)
    title: Mapping[str, str] = field(default_factory=dict)

    def label(self, lang: str) -> str:
        """What it is called in a language."""
        return self.title.get(lang) or self.name

    def covers(self, rollout_class: str) -> bool:
        """Say whether villages of a roll-out class take part."""
        return self.rollout == (ALL,) or rollout_class in self.rollout


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
        "framework": {"name": scenario.framework.name, "weights": dict(scenario.framework.weights)},
        "regime": {"name": scenario.regime.name, "settings": dict(scenario.regime.settings)},
        "phase": [
            {
                "from": str(phase.start),
                "to": str(phase.end),
                "rollout": list(phase.rollout),
                "budget": phase.budget,
                "instruments": dict(phase.instruments),
            }
            for phase in scenario.phases
        ],
        "parameters": scenario.parameter_values(),
        **({"own": {kind: dict(found) for kind, found in scenario.own.items()}} if scenario.own else {}),
    }
