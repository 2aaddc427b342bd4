"""What a phase asks for, before any run: its levers and what it would cost a village."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from ruralsim.policy.instruments import Instrument
from ruralsim.policy.levers import LEVER_INDEX, LEVERS
from ruralsim.spec.scenario import Phase


class PhaseCost(NamedTuple):
    """What one village would be given by a phase without a budget.

    Args:
        yearly: yuan a year.
        once: yuan paid once.
    """

    yearly: float
    once: float


def phase_levers(phase: Phase, instruments: Mapping[str, Instrument]) -> dict[str, float]:
    """Return the levers that a phase moves in an eligible village, in the order of the list of levers.

    The effects are full (no delay) and the yield of practice is 1; what a run delivers is in its tables.

    Args:
        phase: intensities.
        instruments: the known ones, by name.
    """
    moved: dict[str, float] = {}
    for name in sorted(phase.instruments):
        u = saturated(instruments[name], phase.instruments[name])
        for effect in instruments[name].effects:
            moved[effect.lever] = moved.get(effect.lever, 0.0) + effect.amount * u
    ordered = sorted(moved, key=LEVER_INDEX.__getitem__)
    bounds = {lever.name: (lever.low, lever.high) for lever in LEVERS}
    return {name: min(max(moved[name], bounds[name][0]), bounds[name][1]) for name in ordered if moved[name] != 0.0}


def saturated(instrument: Instrument, intensity: float) -> float:
    """Return the share of its full effect that an instrument has at an intensity: ``(1 + s)·u/(u + s)``, or u.

    Args:
        instrument: with or without a half-point s.
        intensity: u, 0..1.
    """
    half = instrument.saturation
    return intensity if half is None else (1.0 + half) * intensity / (intensity + half)


def phase_cost(phase: Phase, instruments: Mapping[str, Instrument], heads: float) -> PhaseCost:
    """Return what a phase would cost in a village that is eligible for all of its instruments.

    Args:
        phase: intensities.
        instruments: the known ones, by name.
        heads: registered adults of the village.
    """
    chosen = [(instruments[name], phase.instruments[name]) for name in sorted(phase.instruments)]
    yearly = sum(12.0 * u * instrument.monthly_cost(heads) for instrument, u in chosen)
    return PhaseCost(yearly, sum(u * instrument.once_cost(heads) for instrument, u in chosen))
