"""What keeps two lasting levels of governance apart, and how far the fold is at which one of them ends.

Where a parameter draw has two lasting states, the quantity in which they differ most says what holds them: taking part
(neighbours draw each other in), pooling land, requests (a queue that grows beyond what cadres answer), disputes (more
than mediators settle). The equilibrium of the better state is then followed while a parameter of that kind gets worse.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

import numpy as np

from ruralsim.theory.limit import Problem, unknowns_of
from ruralsim.theory.loop import along, equilibrium
from ruralsim.theory.state import State
from ruralsim.theory.yearly import LastingStates, place_from

#: what differs -> (part of the state, parameter that is followed, whether it makes things worse as it rises)
KINDS: Mapping[str, tuple[str, str, bool]] = {
    "taking_part": ("civic", "civic_constant", False),
    "pooling": ("pooled", "economic_constant", False),
    "requests": ("waiting_long", "request_rate", True),
    "disputes": ("open_cases", "dispute_base", True),
}
#: draws whose curve of equilibria is followed
_FOLLOWED = 4


def held_apart_by(found: LastingStates, p: SimpleNamespace) -> dict[str, Any]:
    """By kind, how many draws; and of the first few the folds that continuation finds.

    Args:
        found: lasting states of parameter draws. p: the draws.

    Returns:
        ``kinds``: draws by kind. ``followed``: draws whose better state was followed. ``folds``: of these that end in a
        fold. ``distance``: how far the parameter may go until then, in its own unit for a constant of a logit, as a
        share of its value for a rate; by draw, in the order of the draws.
    """
    draws: list[int] = np.flatnonzero(found.apart).tolist()
    kinds = dict.fromkeys(KINDS, 0)
    followed, folds = 0, []
    for k in draws:
        low, high = (_one(state, k) for state in (found.low_state, found.high_state))
        gaps = {kind: abs(getattr(low, part) - getattr(high, part)) for kind, (part, _, _) in KINDS.items()}
        kind = max(gaps, key=lambda name: gaps[name])
        kinds[kind] += 1
        if followed < _FOLLOWED:
            followed += 1
            better = high if found.high[k] >= found.low[k] else low
            own = SimpleNamespace(**{name: float(value[k]) for name, value in vars(p).items()})
            distance = _fold(kind, better, own)
            if distance is not None:
                folds.append({"kind": kind, "distance": distance})
    return {"kinds": kinds, "followed": followed, "folds": folds}


def _one(state: State, draw: int) -> State:
    return State.of(state.vector()[:, draw])


def _fold(kind: str, better: State, p: SimpleNamespace) -> float | None:
    """How far the kind's parameter may get worse before the better state ends in a fold; None where it does not."""
    _, name, rises = KINDS[kind]
    problem = Problem.of(place_from(p), p)
    at = equilibrium(problem, unknowns_of(better))
    if at is None:
        return None
    value = float(getattr(p, name))
    ends = (value / 10.0, 10.0 * value) if rises else (value - 4.0, value + 4.0)
    branch = along(problem, at, name, ends, forward=rises, step=0.03, most=160)
    worse = [mu - value for _, mu in branch.folds if (mu > value) == rises]
    if not worse:
        return None
    return abs(worse[0]) / (value if rises else 1.0)
