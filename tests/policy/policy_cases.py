"""Small strategies and villages for the tests of the policy layer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from types import MappingProxyType

import numpy as np

from ruralsim.base.calendar import Month
from ruralsim.policy.delivery import Delivery
from ruralsim.policy.instruments import Cost, Effect, Instrument, load_instruments
from ruralsim.policy.programme import Programme
from ruralsim.policy.strategy import Strategy
from ruralsim.spec.scenario import (
    ALL,
    ENDOWMENTS,
    FORMS,
    ROLLOUTS,
    Context,
    FrameworkChoice,
    Phase,
    Place,
    RegimeChoice,
    Scenario,
)

START = Month(2021, 1)


def scenario(phases: Iterable[Phase], months: int = 36, start: Month = START) -> Scenario:
    """A scenario with these phases; nothing else of it matters here."""
    place = Place(1000, 4, 1, {"plain": 1.0}, {"leasing": 1.0}, {"rest": 1.0})
    return Scenario(
        name="case",
        title={"en": "case", "zh": "案例"},
        start=start,
        months=months,
        place=place,
        context=Context(),
        framework=FrameworkChoice("pengzhou"),
        regime=RegimeChoice("directional"),
        phases=tuple(phases),
    )


def phase(
    instruments: Mapping[str, float],
    budget: float | None = None,
    first: int = 1,
    last: int = 36,
    rollout: tuple[str, ...] = (ALL,),
    name: str = "p",
    start: Month = START,
) -> Phase:
    """A phase in months of the run, from 1."""
    return Phase(name, start + (first - 1), start + (last - 1), rollout, budget, dict(instruments))


def instrument(name: str, *, effects: tuple[Effect, ...] = (), costs: tuple[Cost, ...] = (), **changes) -> Instrument:
    """An instrument for everybody, without delay."""
    values = {
        "name": name,
        "title": {"en": name, "zh": name},
        "kind": "economy",
        "source": "assumed",
        "source_text": "a quotation long enough",
        "effects": effects,
        "costs": costs,
        "delay": 0,
        "saturation": None,
        "endowments": ENDOWMENTS,
        "forms": FORMS,
        "rollout": ROLLOUTS,
        "note": "",
    }
    return Instrument(**(values | changes))


def known(*more: Instrument) -> Mapping[str, Instrument]:
    """The shipped instruments and some more."""
    return MappingProxyType(dict(load_instruments()) | {one.name: one for one in more})


def programme(
    phases: Iterable[Phase],
    villages: int = 8,
    months: int = 36,
    instruments: Mapping[str, Instrument] | None = None,
    start: Month = START,
) -> Programme:
    """A strategy among villages of all classes in turn."""
    strategy = Strategy.from_scenario(scenario(phases, months, start), instruments or load_instruments())
    turn = np.arange(villages)
    return Programme.among(strategy, turn % 4, (turn // 2) % 4, turn % 4)


def run(one: Programme, months: int = 36, heads: np.ndarray | None = None) -> list[Delivery]:
    """Deliver every month, for villages of 600, 700, … registered adults with different practice."""
    villages = len(one.eligible)
    heads = 600.0 + 100.0 * np.arange(villages) if heads is None else heads
    state = one.new_state()
    return [one.deliver(month, heads, state) for month in range(1, months + 1)]


def levers(delivery: Delivery) -> np.ndarray:
    """The levers of villages with different practice."""
    villages = len(delivery.asked)
    return delivery.levers(0.3 + 0.7 * np.arange(villages) / villages)


def what_villages_feel(deliveries: Iterable[Delivery]) -> bytes:
    """Everything of a run that reaches the month of a village, as bytes."""
    parts = []
    for delivery in deliveries:
        parts += [levers(delivery).tobytes(), delivery.mean_governance_intensity.tobytes()]
        parts += [table.sum(axis=1).tobytes() for _, table in sorted(delivery.paid.by_kind.items())]
    return b"".join(parts)


def write(folder: Path, name: str, text: str) -> Path:
    """Write one data file and return its folder."""
    (folder / f"{name}.toml").write_text(text, encoding="utf-8")
    return folder
