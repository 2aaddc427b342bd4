"""Plans as numbers in 0..1, for a search to propose: order of the mixes, dates, places, money, strength."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ruralsim.analysis.plans import in_order, mirrored, with_mix
from ruralsim.policy.envelope import DISCOUNT, with_money
from ruralsim.spec.scenario import ALL, Scenario

_MOST_SHIFT, _SHORTEST = 4, 6


def genes_of(phases: int) -> int:
    """Return how many numbers describe a plan of so many phases."""
    return 4 * phases


def built(scenario: Scenario, genes: np.ndarray, money: int, discount: float = DISCOUNT) -> Scenario:
    """Return the plan that some genes stand for.

    Args:
        scenario: the plan as written, P phases, over the horizon of the comparison.
        genes: float64 [4 P] in 0..1: keys whose order is that of the mixes; place, then P − 1 shifts of steps by up
            to four quarters; money of each phase from half to double; strength of each mix from half to full.
        money: present value granted, fen.
        discount: a year.
    """
    slots = in_order(scenario.phases)
    count = len(slots)
    order, moves, funds, strength = np.asarray(genes, np.float64).reshape(4, count)
    place, chosen = min(2, int(3 * moves[0])), np.argsort(order, kind="stable")
    starts = [slots[0].start]
    for k in range(1, count):
        wish = slots[k].start + 3 * round((2.0 * float(moves[k]) - 1.0) * _MOST_SHIFT)
        starts.append(max(wish, starts[-1] + _SHORTEST))
    phases = []
    last = max(one.end for one in slots)
    for k, slot in enumerate(slots):
        mix = slots[int(chosen[k])]
        end = slot.end
        if k + 1 < count and slot.end == slots[k + 1].start - 1:
            end = starts[k + 1] - 1
        if starts[k] > min(end, last):
            continue
        part = 0.5 + 0.5 * float(strength[k])
        one = replace(
            with_mix(slot, mix).moved(starts[k], min(end, last)),
            instruments={name: part * u for name, u in mix.instruments.items()},
            budget=None if slot.budget is None else slot.budget * 2.0 ** (2.0 * float(funds[k]) - 1.0),
        )
        if place == 1:
            one = replace(one, rollout=(ALL,), waves={})
        elif place == 2:
            one = mirrored(one)
        phases.append(one)
    return with_money(replace(scenario, phases=tuple(phases)), money, discount)


def as_written(phases: int) -> np.ndarray:
    """Return the genes of the plan as it is written."""
    genes = np.full((4, phases), 0.5)
    genes[0] = np.linspace(0.0, 1.0, phases)
    genes[1, 0] = 0.0
    genes[3] = 1.0
    return genes.ravel()
