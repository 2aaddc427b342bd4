"""Parameter draws: a Latin hypercube over the stated ranges, the same on every machine.

The columns are those of ``sampling.latin_hypercube``: one more parameter, or one held fixed, never moves another's.
Ranges are taken as uniform and independent: nobody has estimated
how the parameters go together. Shares of one whole keep their sum.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from ruralsim.base.errors import InputError, nearest
from ruralsim.base.sums import in_order
from ruralsim.experiments.sampling import AGAIN, FIRST, latin_hypercube
from ruralsim.spec.parameters import load_parameters
from ruralsim.spec.scenario import Scenario

#: shares of one whole: a draw keeps the sum that their defaults have
SHARES = (
    (
        "allocation_reserve", "allocation_welfare", "allocation_dividend", "allocation_affairs",
        "allocation_reinvestment",
    ),
    ("age_18_29", "age_30_44", "age_45_59", "age_60_74"),
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class Design:
    """Which parameters are drawn, and their values.

    Args:
        names: of the P parameters drawn.
        assumed: bool [P], those without an estimate (grade ``assumed``).
        low, high: float64 [P], ranges drawn from.
        values: float64 [D + 1, P]; row 0 the scenario's own values.
        anew: float64 [K, P]; row k is draw k + 1 with its assumed parameters kept and all others drawn anew.
        held: parameters that are not drawn because the scenario states them.
    """

    names: tuple[str, ...]
    assumed: np.ndarray
    low: np.ndarray
    high: np.ndarray
    values: np.ndarray
    anew: np.ndarray
    held: tuple[str, ...]

    @property
    def draws(self) -> int:
        """D, the number of draws."""
        return len(self.values) - 1

    def draw(self, number: int) -> dict[str, float]:
        """Values of a draw by name: 0 the scenario's own (nothing to set), 1 … D, then those drawn anew."""
        return {} if number == 0 else dict(zip(self.names, self.row(number).tolist(), strict=True))

    def row(self, number: int) -> np.ndarray:
        """Values of a draw, [P], in the order of ``names``."""
        found: np.ndarray = self.values[number] if number <= self.draws else self.anew[number - self.draws - 1]
        return found


def design(
    scenario: Scenario,
    seed: int,
    draws: int,
    *,
    anew: int = 0,
    ranges: Mapping[str, tuple[float, float]] | None = None,
) -> Design:
    """Draw the parameters of a scenario.

    Args:
        scenario: what it overrides, or states of the place, is held.
        seed: of the run.
        draws: D, at least 1.
        anew: K, how many of the first draws get a twin with all but the assumed parameters drawn anew.
        ranges: other ranges than the stated ones, by name: (low, high).

    Raises:
        InputError: a range for an unknown parameter, or one whose ends are not low ≤ high.
    """
    known = load_parameters()
    stated = {name: (one.low, one.high) for name, one in known.items()}
    for name, (low, high) in (ranges or {}).items():
        if name not in known:
            raise InputError("unknown_key", name=name, nearest=nearest(name, known), accepted=list(known))
        if not low <= high:
            raise InputError("draws_range", name=name, low=low, high=high)
        stated[name] = (low, high)
    held = held_by(scenario)
    names = tuple(name for name, (low, high) in stated.items() if low < high and name not in held)
    ends = np.array([stated[name] for name in names]).reshape(-1, 2)
    assumed = np.array([known[name].grade == "assumed" for name in names], np.bool_)
    of_scenario = scenario.parameter_values()
    default = np.array([of_scenario[name] for name in names])
    first = _scaled(latin_hypercube(names, seed, draws, FIRST), ends)
    again = _scaled(latin_hypercube(names, seed, anew, AGAIN), ends)
    everything = np.ones(len(names), np.bool_)
    groups = [np.array([name in group for name in names], np.bool_) for group in SHARES]
    for members in groups:
        keep_sum(first, members, everything, ends, in_order(default[members].tolist()))
    twins = np.where(assumed, first[:anew], again)
    for members in groups:
        keep_sum(twins, members, ~assumed, ends, in_order(default[members].tolist()))
    return Design(names, assumed, ends[:, 0], ends[:, 1], np.vstack([default, first]), twins, held)


def held_by(scenario: Scenario) -> tuple[str, ...]:
    """Parameters whose value the scenario itself states, for a reason of its own."""
    held = [override.name for override in scenario.parameters]
    place = scenario.place
    held += ["persons_per_adult"] if place.persons_per_adult is not None else []
    held += ["mediators"] if place.mediators_per_1000 is not None else []
    return tuple(dict.fromkeys(held))


def _scaled(cube: np.ndarray, ends: np.ndarray) -> np.ndarray:
    scaled: np.ndarray = ends[:, 0] + cube * (ends[:, 1] - ends[:, 0])
    return scaled


def keep_sum(values: np.ndarray, members: np.ndarray, free: np.ndarray, ends: np.ndarray, total: float) -> None:
    """Move the free members of each row by one part t of their ranges, within these, until all members sum to total.

    Values that are not free stay. The sum grows with t, so halving finds it; a sum that no t reaches (ranges too
    narrow) is missed by as little as the ranges allow.
    """
    moved = members & free
    if not moved.any() or not len(values):
        return
    low, high = ends[moved, 0], ends[moved, 1]
    wanted = total - _row_sums(values[:, members & ~free])
    start = values[:, moved]
    left, right = np.full(len(values), -1.0), np.ones(len(values))
    for _ in range(60):
        middle = 0.5 * (left + right)
        short = _row_sums(np.clip(start + middle[:, None] * (high - low), low, high)) < wanted
        left, right = np.where(short, middle, left), np.where(short, right, middle)
    values[:, moved] = np.clip(start + right[:, None] * (high - low), low, high)


def _row_sums(table: np.ndarray) -> np.ndarray:
    """Sums of the rows, from the first column to the last: the same bits whichever way numpy would add them up."""
    total = np.zeros(len(table))
    for column in range(table.shape[1]):
        total += table[:, column]
    return total
