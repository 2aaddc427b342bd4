"""The township on which every row is tried: the demonstration township, smaller, with one thing changed at a time.

Both arms of a trial share villages, people and luck (common random numbers), so that their difference is what the row
does. A draw changes the model's parameters and the row's own effects, within their stated ranges.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache

import numpy as np

from ruralsim.base.streams import uniforms, village_key
from ruralsim.experiments.parameter_draws import Design, design
from ruralsim.model.county import County
from ruralsim.model.run import load_scenario, replicate_seed
from ruralsim.policy.instruments import Effect, Instrument, load_instruments
from ruralsim.policy.packages import load_packages
from ruralsim.policy.sources import Kill, Row, Span
from ruralsim.spec.scenario import ALL, FrameworkChoice, Phase, RegimeChoice, Scenario

#: horizon of most rows, and of those that compare orders of phases, which go on after the last of them
MONTHS, MONTHS_OF_ORDERS = 60, 84
_EFFECT_BLOCK = 252  # of the draws of what instruments do
_PER_ADULT = 1.3


@dataclass(frozen=True, slots=True)
class Size:
    """How large the township is: villages, and adults in each on average."""

    villages: int = 20
    adults: int = 150


@dataclass(frozen=True)
class Arm:
    """One side of a trial.

    Args:
        spans: instruments in force.
        regime: name and changed settings; None means those of the demonstration township.
        framework: name; None likewise.
        months: horizon.
        kill: mechanism that is put out of work, in both arms alike.
    """

    spans: tuple[Span, ...] = ()
    regime: tuple[str, tuple[tuple[str, float], ...]] | None = None
    framework: str | None = None
    months: int = MONTHS
    kill: Kill | None = field(default=None, hash=False, compare=True)


def arms_of(row: Row, killed: bool = False) -> tuple[Arm, Arm]:
    """Return the two sides of a row's trial: with it, and without.

    Args:
        row: of kind i, r, p, f or o.
        killed: with its mechanism put out of work in both.
    """
    if row.kind == "p":
        return Arm(row.on, months=MONTHS_OF_ORDERS), Arm(row.off, months=MONTHS_OF_ORDERS)
    if row.regime is not None and row.against is not None:
        sides = (row.regime, row.against)
        one, other = (Arm(regime=(side.name, tuple(sorted(side.settings.items())))) for side in sides)
        return one, other
    kill = row.kill if killed else None
    alone = kill is not None and kill.alone
    beside = {} if alone else dict(row.beside)
    asked = dict.fromkeys(row.instruments, 1.0)
    if row.package is not None:
        asked = dict(load_packages()[row.package].instruments)
    return Arm(_always(beside | asked), kill=kill), Arm(_always(beside), kill=kill)


def _always(instruments: Mapping[str, float]) -> tuple[Span, ...]:
    return (Span(1, MONTHS, (ALL,), instruments),) if instruments else ()


@cache
def _place() -> Scenario:
    return load_scenario("demo-township")


def scenario_of(arm: Arm, size: Size) -> Scenario:
    """Return the township under one arm."""
    base = _place()
    place = replace(
        base.place,
        registered_population=round(size.villages * size.adults * _PER_ADULT),
        villages=size.villages,
        townships=1,
        demonstration_villages=max(1, size.villages // 10),
        persons_per_adult=_PER_ADULT,
    )
    phases = tuple(
        Phase(
            f"span {k}",
            base.start + (span.first - 1),
            base.start + (span.last - 1),
            span.rollout,
            None,
            span.instruments,
        )
        for k, span in enumerate(arm.spans, 1)
    )
    regime = base.regime if arm.regime is None else RegimeChoice(arm.regime[0], dict(arm.regime[1]))
    if arm.kill is not None and arm.kill.settings:
        regime = RegimeChoice(regime.name, {**regime.settings, **arm.kill.settings})
    framework = base.framework if arm.framework is None else FrameworkChoice(arm.framework)
    return replace(base, place=place, phases=phases, regime=regime, framework=framework, months=arm.months)


def run_arm(arm: Arm, size: Size, seed: int, draw: Draw | None = None) -> County:
    """Simulate one arm to its end.

    Args:
        arm: what is in force.
        size: of the township.
        seed: of the luck.
        draw: parameters and effects; None means the defaults.
    """
    values = {} if draw is None else dict(draw.values)
    frozen: Iterable[str] = ()
    if arm.kill is not None:
        values |= arm.kill.parameters
        frozen = arm.kill.freeze
    county = County.build(scenario_of(arm, size), seed, values, instruments=None if draw is None else draw.instruments)
    return county.advance(frozen=frozen)


@dataclass(frozen=True, eq=False)
class Draw:
    """One draw: parameters by name, and every instrument with effects drawn from their ranges."""

    values: Mapping[str, float]
    instruments: Mapping[str, Instrument]


def draws(seed: int, count: int) -> list[Draw]:
    """Draw parameters (a Latin hypercube) and effects of instruments (uniform in their ranges), the same for all rows.

    Args:
        seed: of the draws.
        count: how many.
    """
    drawn: Design = design(_place(), seed, count)
    effects = {
        (name, k): uniforms(seed, village_key(f"effect {name} {effect.lever}"), np.arange(count), count, _EFFECT_BLOCK)[
            0
        ]
        for name, one in load_instruments().items()
        for k, effect in enumerate((*one.effects, *((one.saves,) if one.saves else ())))
    }
    return [Draw(drawn.draw(d + 1), _drawn_instruments(effects, d)) for d in range(count)]


def _drawn_instruments(effects: Mapping[tuple[str, int], np.ndarray], d: int) -> Mapping[str, Instrument]:
    found = {}
    for name, one in load_instruments().items():
        moved = tuple(_moved(effect, float(effects[name, k][d])) for k, effect in enumerate(one.effects))
        saves = None if one.saves is None else _moved(one.saves, float(effects[name, len(one.effects)][d]))
        found[name] = replace(one, effects=moved, saves=saves)
    return found


def _moved(effect: Effect, share: float) -> Effect:
    return replace(effect, amount=effect.low + share * (effect.high - effect.low))


def luck(seed: int, replicates: int) -> list[int]:
    """Return the seeds of so many replicates."""
    return [replicate_seed(seed, number) for number in range(replicates)]
