"""The five assessment regimes: how hard superiors press, how often they check, which targets they set.

A regime is data (``data/regimes/*.toml``); the month sees only :class:`RegimeNumbers`. Values of the table of
regimes in the model specification (cadre effort).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from functools import cache
from pathlib import Path
from types import MappingProxyType

from ruralsim.base.errors import InputError, Message, nearest
from ruralsim.policy.tables import DATA, both_languages, number, quotation, read_tables
from ruralsim.spec.reader import Table
from ruralsim.spec.scenario import RegimeChoice

#: Code of a target rule = its place here.
TARGET_RULES = ("none", "negotiated", "ratchet", "fixed")

_TOP = ("name", "title", "target_rule", "source", "source_text", "settings")
_SETTING = ("value", "low", "high", "unit", "source", "en", "zh")
_WIDEST = 1e6


@dataclass(frozen=True, slots=True)
class Setting:
    """One number of a regime that a scenario may change.

    Args:
        name: as in :class:`RegimeNumbers`.
        value, low, high: default and accepted range, in ``unit``.
        unit: of the three.
        source: row of a source, evidence ids, or ``assumed``.
        en, zh: meaning.
    """

    name: str
    value: float
    low: float
    high: float
    unit: str
    source: str
    en: str
    zh: str


@dataclass(frozen=True, slots=True)
class Regime:
    """An assessment regime as its data file states it.

    Args:
        name: name of the file.
        title: by language.
        target_rule: one of :data:`TARGET_RULES`.
        source, source_text: document and quotation.
        settings: by name.
    """

    name: str
    title: Mapping[str, str]
    target_rule: str
    source: str
    source_text: str
    settings: Mapping[str, Setting]


@dataclass(frozen=True, slots=True)
class RegimeNumbers:
    """A regime as the month reads it: numbers only. A setting that a regime does not have is 0.

    Args:
        pressure: π, how high-powered rewards are.
        checks: q̄, probability that an item is checked when 20 are in force.
        burden_factor: factor on the time that one quantified item or record costs.
        need_noise: σ_n, spread of the error with which cadres see needs.
        target_rule: place in :data:`TARGET_RULES`: 0 none, 1 negotiated, 2 ratchet, 3 fixed.
        survey_gameability: γ of the survey channel.
        survey_noise: factor on the noise of the survey channel.
        publishes: 1 where results are published.
        self_check_share: share of checks that the township makes on itself.
        points, points_for_all: strength of points for party members, for all villagers.
        hardening: share of the way to ``inspected`` that pressure, checks and burden go in a year.
        inspected: the values of (pressure, checks, burden_factor) that hardening leads to.
    """

    pressure: float = 0.0
    checks: float = 0.0
    burden_factor: float = 0.0
    need_noise: float = 0.0
    target_rule: int = 0
    survey_gameability: float = 0.0
    survey_noise: float = 0.0
    publishes: float = 0.0
    self_check_share: float = 0.0
    points: float = 0.0
    points_for_all: float = 0.0
    hardening: float = 0.0
    inspected: tuple[float, float, float] = (0.0, 0.0, 0.0)

    def at(self, years: float) -> RegimeNumbers:
        """Return the regime ``years`` after the start: guidance may have turned into appraisal by then.

        ``x(t) = x0 + min(1, hardening·t)·(x_inspected − x0)`` for pressure, checks and burden.

        Args:
            years: since the start of the run, ≥ 0.
        """
        way = min(1.0, self.hardening * years)
        if way <= 0.0:
            return self
        pressure, checks, burden_factor = self.inspected
        return replace(
            self,
            pressure=_towards(self.pressure, pressure, way),
            checks=_towards(self.checks, checks, way),
            burden_factor=_towards(self.burden_factor, burden_factor, way),
        )


def _towards(now: float, goal: float, way: float) -> float:
    """Go a share of the way; all of it lands exactly on the goal."""
    return goal if way == 1.0 else now + way * (goal - now)


SETTING_NAMES = tuple(f.name for f in fields(RegimeNumbers) if f.name not in ("target_rule", "inspected"))


@cache
def load_regimes(folder: Path | None = None) -> Mapping[str, Regime]:
    """Read every regime, by name. The result is cached and read-only.

    Args:
        folder: where the TOML files are; None means the packaged ones.

    Raises:
        InputError: an unknown or missing key, an unknown setting, a value outside its range.
    """
    found = {name: _regime(table) for name, table in read_tables(folder or DATA / "regimes", _TOP)}
    return MappingProxyType(found)


def _regime(table: Table) -> Regime:
    chosen = table.table("settings", SETTING_NAMES)
    settings = {name: _setting(chosen.table(name, _SETTING), name) for name in chosen.values}
    return Regime(
        name=table.text("name"),
        title=both_languages(table, "title"),
        target_rule=table.choice("target_rule", TARGET_RULES, "policy_what_target_rule"),
        source=table.text("source"),
        source_text=quotation(table, "source_text"),
        settings=settings,
    )


def _setting(table: Table, name: str) -> Setting:
    low = number(table, "low", -_WIDEST, _WIDEST)
    high = number(table, "high", low, _WIDEST)
    value = number(table, "value", low, high)
    texts = {key: table.text(key) for key in ("unit", "source", "en", "zh")}
    return Setting(name, value, low, high, **texts)


def resolve_regime(choice: RegimeChoice, regimes: Mapping[str, Regime] | None = None) -> RegimeNumbers:
    """Turn a scenario's choice into the numbers that the month reads.

    Args:
        choice: name of a regime and changed settings.
        regimes: the known regimes; None means the packaged ones.

    Raises:
        InputError: an unknown regime or setting, or a value outside its range.
    """
    known = load_regimes() if regimes is None else regimes
    if choice.name not in known:
        near = nearest(choice.name, known)
        what = Message("what_regime")
        raise InputError("unknown_name", key="regime.name", what=what, read=choice.name, nearest=near, accepted=known)
    regime = known[choice.name]
    values = {name: setting.value for name, setting in regime.settings.items()}
    for name, value in choice.settings.items():
        if name not in values:
            near = nearest(name, values)
            raise InputError("unknown_key", key=f"regime.{name}", name=name, nearest=near, accepted=list(values))
        setting = regime.settings[name]
        if not setting.low <= value <= setting.high:
            raise InputError(
                "outside_range",
                key=f"regime.{name}",
                name=name,
                read=value,
                low=setting.low,
                high=setting.high,
                unit=setting.unit,
            )
        values[name] = float(value)
    if "inspected" in known:
        goal = known["inspected"].settings
        inspected = (goal["pressure"].value, goal["checks"].value, goal["burden_factor"].value)
    else:
        inspected = (values["pressure"], values["checks"], values["burden_factor"])
    return RegimeNumbers(target_rule=TARGET_RULES.index(regime.target_rule), inspected=inspected, **values)
