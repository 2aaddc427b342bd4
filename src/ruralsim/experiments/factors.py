"""What an experiment leaves open: parameters and context keys with a distribution, a unit and a source."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ruralsim.base.sums import in_order
from ruralsim.experiments.parameter_draws import SHARES, held_by, keep_sum
from ruralsim.spec.context import CONTEXT_UNITS
from ruralsim.spec.parameters import load_parameters
from ruralsim.spec.reader import Table
from ruralsim.spec.scenario import Context, Scenario, Series

DISTRIBUTIONS = ("uniform", "log_uniform", "triangular", "normal")
CONTEXT = "context."
_KEYS = ("name", "low", "high", "distribution", "peak", "mean", "sd", "source")
_MOST = 1e15


@dataclass(frozen=True)
class Factor:
    """A number that is drawn.

    Args:
        name: a parameter, or ``context.KEY`` for a constant level of a context key.
        low, high: ends of the range, in ``unit``.
        unit: of the number.
        source: where the range comes from.
        distribution: one of :data:`DISTRIBUTIONS`; ``normal`` is cut off at both ends.
        peak: of the triangular one.
        mean, sd: of the normal one before it is cut off.
    """

    name: str
    low: float
    high: float
    unit: str
    source: str
    distribution: str = "uniform"
    peak: float = 0.0
    mean: float = 0.0
    sd: float = 1.0

    def scaled(self, u: np.ndarray) -> np.ndarray:
        """The quantiles at ``u`` in (0, 1)."""
        low, width = self.low, self.high - self.low
        if self.distribution == "log_uniform":
            return np.asarray(np.exp(math.log(low) + u * (math.log(self.high) - math.log(low))))
        if self.distribution == "triangular":
            rise = (self.peak - low) / width
            left = low + np.sqrt(u * width * (self.peak - low))
            right = self.high - np.sqrt((1.0 - u) * width * (self.high - self.peak))
            return np.where(u < rise, left, right)
        if self.distribution == "normal":
            from scipy.special import ndtr, ndtri

            first, last = (float(ndtr((end - self.mean) / self.sd)) for end in (low, self.high))
            return np.clip(self.mean + self.sd * ndtri(first + u * (last - first)), low, self.high)
        return np.asarray(low + u * width)


def read_factor(table: Table, taken: Mapping[str, Factor]) -> Factor:
    """Read one ``[[factor]]`` table.

    Args:
        table: as written.
        taken: factors already read, by name.

    Raises:
        InputError: an unknown name or key, a name given twice, a range upside down or one that leaves what the
            distribution needs, no source.
    """
    parameters = load_parameters()
    names = (*parameters, *(CONTEXT + key for key in CONTEXT_UNITS))
    name = table.choice("name", names, "what_factor")
    if name in taken:
        raise table.error("name", "experiment_factor_twice", name=name)
    unit = parameters[name].unit if name in parameters else CONTEXT_UNITS[name.removeprefix(CONTEXT)]
    low, high = (table.amount(end, unit, -_MOST, _MOST) for end in ("low", "high"))
    if not low < high:
        raise table.error("high", "experiment_range", low=low, high=high)
    kind = table.choice("distribution", DISTRIBUTIONS, "what_distribution") if table.has("distribution") else "uniform"
    numbers: dict[str, float] = {}
    if kind == "triangular":
        numbers["peak"] = table.amount("peak", unit, low, high)
    if kind == "normal":
        numbers["mean"] = table.amount("mean", unit, low, high)
        numbers["sd"] = table.amount("sd", unit, (high - low) * 1e-6, _MOST)
    if kind == "log_uniform" and low <= 0.0:
        raise table.error("low", "experiment_log", read=low)
    for key in ("peak", "mean", "sd"):
        if table.has(key) and key not in numbers:
            raise table.error(key, "experiment_unused", name=key, distribution=kind)
    return Factor(name, low, high, unit, table.text("source"), kind, **numbers)


def factor_table(layers: Any, at: int, raw: Any) -> Table:
    """The strict view of the ``at``-th ``[[factor]]``."""
    return Table(layers, ("factor", at), raw, _KEYS)


def stated_factor(name: str) -> Factor:
    """The stated range of a parameter, uniform."""
    one = load_parameters()[name]
    return Factor(name, one.low, one.high, one.unit, one.source)


def every_parameter(scenario: Scenario) -> list[Factor]:
    """All parameters that have a range and that the scenario does not state itself."""
    held = held_by(scenario)
    known = load_parameters().items()
    return [stated_factor(name) for name, one in known if one.low < one.high and name not in held]


def drawn_values(factors: tuple[Factor, ...], cube: np.ndarray, defaults: Mapping[str, float]) -> np.ndarray:
    """Values of all factors, float64 [D, P], from points of the unit cube; shares of one whole keep their sum."""
    values = np.empty_like(cube)
    for column, factor in enumerate(factors):
        values[:, column] = factor.scaled(cube[:, column])
    ends = np.array([(one.low, one.high) for one in factors]).reshape(-1, 2)
    everything = np.ones(len(factors), np.bool_)
    for group in SHARES:
        members = np.array([one.name in group for one in factors], np.bool_)
        if members.sum() > 1:
            keep_sum(values, members, everything, ends, in_order(defaults[f.name] for f in factors if f.name in group))
    return values


def with_context(scenario: Scenario, values: Mapping[str, float]) -> Scenario:
    """The scenario with context keys held at drawn levels (names ``context.KEY``); others are left to the run."""
    drawn = {name.removeprefix(CONTEXT): value for name, value in values.items() if name.startswith(CONTEXT)}
    if not drawn:
        return scenario
    series = {key: Series("constant", (value,)) for key, value in drawn.items()}
    return replace(scenario, context=Context({**scenario.context.series, **series}))
