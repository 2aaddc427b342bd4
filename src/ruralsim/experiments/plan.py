"""A plan: the runs of a design, numbered, each with the key under which its result is stored.

The key is a SHA-256 of everything that a result follows from: the resolved scenario, the parameters, the seed, what is
recorded, and a digest of the model. The same run in two experiments has one key and is simulated once.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import numpy as np

from ruralsim.experiments.design import Design
from ruralsim.experiments.factors import CONTEXT, drawn_values, with_context
from ruralsim.experiments.record import FORMAT, Record, encode, observe
from ruralsim.experiments.sampling import points
from ruralsim.model.run import replicate_seed
from ruralsim.policy.library import library_of
from ruralsim.policy.regimes import load_regimes
from ruralsim.spec.scenario import Scenario

#: layers whose sources decide what a run gives; of the data, a key holds what its scenario uses
_LAYERS = ("base", "state", "agents", "institutions", "model", "policy", "spec")
_RECORDED = ("experiments/record.py", "experiments/series.py")
_PACKAGE = Path(__file__).resolve().parents[1]
#: values that the scenario's place may state too; a draw of them counts beside it
_OF_PLACE = {"persons_per_adult": "persons_per_adult", "mediators": "mediators_per_1000"}


@cache
def model_digest() -> str:
    """A digest (16 hex digits) of the sources that turn a scenario into a record; after an edit, old records are
    strangers."""
    paths = [path for layer in _LAYERS for path in (_PACKAGE / layer).rglob("*.py")]
    paths += [_PACKAGE / name for name in _RECORDED]
    digest = hashlib.sha256()
    for path in sorted(paths):
        digest.update(path.relative_to(_PACKAGE).as_posix().encode() + b"\0")
        digest.update(path.read_bytes() + b"\0")
    return digest.hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Run:
    """One run of a plan.

    Args:
        index: its number in the plan.
        arm, context: names.
        draw: 0 the defaults, 1 … D.
        replicate: from 0; the luck, the same for all arms, contexts and draws.
        seed: of that luck.
        values: what the draw sets, by name; empty for draw 0.
    """

    index: int
    arm: str
    context: str
    draw: int
    replicate: int
    seed: int
    values: Mapping[str, float]


class Plan:
    """The runs of a design in a fixed order: all arms and contexts of one draw and one luck stand together, the
    defaults first, so that a plan cut short still holds whole comparisons.
    """

    def __init__(self, design: Design) -> None:
        """Args: design, checked."""
        self.design = design
        self._keys: dict[tuple[int, int], _Key] = {}

    @classmethod
    def with_values(cls, design: Design, values: np.ndarray) -> Plan:
        """A plan whose draws are given (float64 [D + 1, P], row 0 the defaults) and not made anew from the seed."""
        plan = cls(design)
        plan.__dict__["values"] = values  # in place of the cached property
        return plan

    def __len__(self) -> int:
        return self.design.runs

    def __getstate__(self) -> dict[str, Any]:
        return {"design": self.design, "_keys": {}}

    @cached_property
    def values(self) -> np.ndarray:
        """Values of the factors, float64 [D + 1, P]; row 0 those of the first arm's scenario (NaN: a stated series)."""
        design = self.design
        names = [factor.name for factor in design.factors]
        first = design.arms[0].scenarios[0]
        defaults = {**dict.fromkeys(names, float("nan")), **first.parameter_values()}
        values = drawn_values(design.factors, self._points(), defaults)
        return np.vstack([[defaults[name] for name in names], values]) if names else np.zeros((design.draws + 1, 0))

    def _points(self) -> np.ndarray:
        """Points of the unit cube, [D, P]."""
        design = self.design
        return points(design.method, [factor.name for factor in design.factors], design.seed, design.draws)

    @cached_property
    def _seeds(self) -> list[int]:
        return [replicate_seed(self.design.seed, number) for number in range(self.design.replicates)]

    def place(self, index: int) -> tuple[int, int, int, int]:
        """(arm, context, draw, replicate) of a run, as numbers."""
        design = self.design
        pairs, both = divmod(index, len(design.arms) * len(design.contexts))
        context, arm = divmod(both, len(design.arms))
        if pairs < design.replicates:
            return arm, context, 0, pairs
        draw, replicate = divmod(pairs - design.replicates, design.draw_replicates)
        return arm, context, draw + 1, replicate

    def run(self, index: int) -> Run:
        """The run of a number, 0 … len − 1."""
        arm, context, draw, replicate = self.place(index)
        names = (factor.name for factor in self.design.factors)
        values = dict(zip(names, self.values[draw].tolist(), strict=True)) if draw else {}
        one = self.design.arms[arm]
        return Run(index, one.name, self.design.contexts[context], draw, replicate, self._seeds[replicate], values)

    def runs(self) -> Iterator[Run]:
        """All runs in order."""
        return (self.run(index) for index in range(len(self)))

    def scenario(self, index: int) -> Scenario:
        """The scenario of a run, with the context keys of its draw; the parameters of the draw are in :meth:`run`."""
        arm, context, _, _ = self.place(index)
        return with_context(self.design.arms[arm].scenarios[context], self.run(index).values)

    def key(self, index: int) -> str:
        """The key of a run, 64 hex digits."""
        arm, context, _, _ = self.place(index)
        known = self._keys.get((arm, context))
        if known is None:
            known = self._keys[arm, context] = _Key(self.design.arms[arm].scenarios[context])
        run = self.run(index)
        return known.of(run.seed, run.values, self.design.detail)

    def observe(self, index: int) -> Record:
        """Simulate a run; errors as for ``record.observe``."""
        run = self.run(index)
        values = {name: value for name, value in run.values.items() if not name.startswith(CONTEXT)}
        return observe(self.scenario(index), run.seed, values, self.design.detail)

    def produce(self, index: int) -> bytes:
        """Simulate a run and return the bytes to be stored."""
        return encode(self.observe(index), self.key(index))


class _Key:
    """Keys of the runs of one scenario; what they share is digested once."""

    def __init__(self, scenario: Scenario) -> None:
        plain = scenario.resolved(labels=False)
        self._parameters: dict[str, float] = plain.pop("parameters")
        self._context: dict[str, Any] = plain.pop("context")
        self._stated = {
            name for name, key in _OF_PLACE.items() if plain["place"][key] is not None
        }  # the place's own number otherwise wins over the parameter's
        self._base = hashlib.sha256(_text(plain) + _data_of(scenario).encode()).hexdigest()

    def of(self, seed: int, values: Mapping[str, float], detail: str) -> str:
        parameters, context, forced = dict(self._parameters), dict(self._context), {}
        for name, value in values.items():
            if name.startswith(CONTEXT):
                context[name.removeprefix(CONTEXT)] = {"step": "constant", "values": [value]}
            else:
                parameters[name] = value
                if name in self._stated:
                    forced[name] = value
        everything = {
            "format": FORMAT, "model": model_digest(), "scenario": self._base, "parameters": parameters,
            "context": context, "forced": forced, "seed": seed, "detail": detail,
        }  # fmt: skip
        return hashlib.sha256(_text(everything)).hexdigest()


def _data_of(scenario: Scenario) -> str:
    """What the names in a scenario stand for: its framework, regime and instruments, with all their numbers."""
    library = library_of(scenario)
    names = sorted({name for phase in scenario.phases for name in phase.instruments})
    used = [library.instruments[name] for name in names]
    return repr([library.frameworks[scenario.framework.name], load_regimes()[scenario.regime.name], used])


def _text(plain: Any) -> bytes:
    return json.dumps(plain, sort_keys=True, ensure_ascii=True, allow_nan=False).encode("ascii")


def open_plan(design: Design) -> Plan:
    """The plan of a design."""
    return Plan(design)
