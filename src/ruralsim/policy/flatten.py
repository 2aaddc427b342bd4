"""Instruments as flat tables: the costs and effects of a strategy's instruments, one column each.

Sums over instruments never use a matrix product: its order of additions depends on the size of the matrix, and an
instrument at intensity 0 would change the last bit of somebody else's lever.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from ruralsim.policy.instruments import COST_KINDS, Cost, Instrument
from ruralsim.policy.levers import LEVER_INDEX, LEVERS, no_policy

_FEN = 100.0


@dataclass(frozen=True, eq=False)
class CostTable:
    """Costs of one rhythm (monthly, or once), E entries.

    Args:
        instrument: int64 [E], column of the instrument.
        amount: float64 [E], fen at full intensity, per village or per head.
        per_head: bool [E].
        groups: (kind, entries, instruments) such that no instrument occurs twice in one group.
        by_kind: the entries in the order of their kinds, the first place of each kind that occurs, and these kinds
            (places in ``COST_KINDS``).
        by_instrument: the first entry of each instrument that occurs, and these instruments.
    """

    instrument: np.ndarray
    amount: np.ndarray
    per_head: np.ndarray
    groups: tuple[tuple[str, np.ndarray, np.ndarray], ...]
    by_kind: tuple[np.ndarray, np.ndarray, np.ndarray]
    by_instrument: tuple[np.ndarray, np.ndarray]

    @classmethod
    def of(cls, instruments: Sequence[Instrument], every: str) -> CostTable:
        """Collect the costs that fall due ``every`` month or once."""
        entries = [(col, cost) for col, one in enumerate(instruments) for cost in one.costs if cost.every == every]
        instrument = np.array([col for col, _ in entries], dtype=np.int64)  # ascending
        kind = np.array([COST_KINDS.index(cost.kind) for _, cost in entries], dtype=np.int64)
        order = np.argsort(kind, kind="stable")
        kinds, first_of_kind = np.unique(kind[order], return_index=True)
        columns, first_of_column = np.unique(instrument, return_index=True)
        return cls(
            instrument=instrument,
            amount=np.array([cost.amount * _FEN for _, cost in entries], dtype=np.float64),
            per_head=np.array([cost.per == "head" for _, cost in entries], dtype=np.bool_),
            groups=tuple(_groups(entries)),
            by_kind=(order, first_of_kind, kinds),
            by_instrument=(first_of_column, columns),
        )

    def demand(self, intensity: np.ndarray, heads: np.ndarray) -> np.ndarray:
        """Return whole fen [V, E] at an intensity [V, E] for villages of ``heads`` [V]."""
        base = np.where(self.per_head, heads[:, None], 1.0) * self.amount
        fen: np.ndarray = np.rint(intensity * base).astype(np.int64)
        return fen

    def book(self, paid: np.ndarray, payments: dict[str, np.ndarray]) -> None:
        """Add payments [V, E] to the tables [V, M] of their kind, in place."""
        for kind, entries, columns in self.groups:
            payments[kind][:, columns] += paid[:, entries]

    def add_by_kind(self, paid: np.ndarray, totals: np.ndarray) -> None:
        """Add payments [V, E] to the totals by kind [V, 4], in place; whole fen, so the order of adding is free."""
        order, first, kinds = self.by_kind
        if order.size:
            totals[:, kinds] += np.add.reduceat(paid.take(order, axis=1), first, axis=1)

    def add_by_instrument(self, paid: np.ndarray, totals: np.ndarray) -> None:
        """Add payments [V, E] to the totals by instrument [V, M], in place."""
        first, columns = self.by_instrument
        if columns.size:
            totals[:, columns] += np.add.reduceat(paid, first, axis=1)


def _groups(entries: Sequence[tuple[int, Cost]]) -> list[tuple[str, np.ndarray, np.ndarray]]:
    groups = []
    for kind in COST_KINDS:
        left = [(place, column) for place, (column, cost) in enumerate(entries) if cost.kind == kind]
        while left:
            taken: dict[int, int] = {}
            for place, column in left:
                taken.setdefault(column, place)
            left = [(place, column) for place, column in left if taken[column] != place]
            groups.append((kind, np.array(list(taken.values())), np.array(list(taken))))
    return groups


@dataclass(frozen=True, eq=False)
class EffectTable:
    """Effects as rounds of terms: the k-th round holds the k-th instrument that acts on each lever.

    Args:
        delay: float64 [M], months to the full effect.
        governance: float64 [M], 1 where practice multiplies the yield.
        saturating: int64 [S], columns with a half-point.
        half_point: float64 [S].
        levers: int64 [U], levers that are moved at all.
        low, high: float64 [U], bounds of these.
        columns: int64 [K·U], the instrument of each term.
        practised: bool [K·U], where practice multiplies.
        amounts: float64 [K·U], 0 where a lever has fewer than K terms.
    """

    delay: np.ndarray
    governance: np.ndarray
    saturating: np.ndarray
    half_point: np.ndarray
    levers: np.ndarray
    low: np.ndarray
    high: np.ndarray
    columns: np.ndarray
    practised: np.ndarray
    amounts: np.ndarray

    @classmethod
    def of(cls, instruments: Sequence[Instrument]) -> EffectTable:
        """Collect the effects of M instruments."""
        terms: dict[int, list[tuple[int, bool, float]]] = {}
        for column, instrument in enumerate(instruments):
            for effect in instrument.effects:
                lever = LEVER_INDEX[effect.lever]
                practised = instrument.kind == "governance" and LEVERS[lever].by_practice
                terms.setdefault(lever, []).append((column, practised, effect.amount))
        used = sorted(terms)
        rounds = max((len(term) for term in terms.values()), default=0)
        columns = np.zeros((rounds, len(used)), dtype=np.int64)
        by_practice = np.zeros((rounds, len(used)), dtype=np.bool_)
        amounts = np.zeros((rounds, len(used)), dtype=np.float64)
        for place, lever in enumerate(used):
            for turn, (column, practised, amount) in enumerate(terms[lever]):
                columns[turn, place], by_practice[turn, place], amounts[turn, place] = column, practised, amount
        half_points = [(col, i.saturation) for col, i in enumerate(instruments) if i.saturation is not None]
        return cls(
            delay=np.array([instrument.delay for instrument in instruments], dtype=np.float64),
            governance=np.array([instrument.kind == "governance" for instrument in instruments], dtype=np.float64),
            saturating=np.array([column for column, _ in half_points], dtype=np.int64),
            half_point=np.array([half for _, half in half_points], dtype=np.float64),
            levers=np.array(used, dtype=np.int64),
            low=np.array([LEVERS[lever].low for lever in used], dtype=np.float64),
            high=np.array([LEVERS[lever].high for lever in used], dtype=np.float64),
            columns=columns.ravel(),
            practised=by_practice.ravel(),
            amounts=amounts.ravel(),
        )

    def ramp(self, active_months: np.ndarray) -> np.ndarray:
        """Return, by term, the share of the full effect after so many months in force: n/(delay + 1), at most 1."""
        share = np.minimum(active_months / (self.delay + 1.0), 1.0)
        return share.take(self.columns, axis=-1)

    def strength(self, intensity: np.ndarray) -> np.ndarray:
        """Return, by term, what intensities [V, M] give: ``s(u) = (1 + s)·u/(u + s)`` where an instrument saturates,
        ``u`` else."""
        effect = intensity
        if self.saturating.size:
            effect = intensity.copy()
            u = intensity[:, self.saturating]
            effect[:, self.saturating] = (1.0 + self.half_point) * u / (u + self.half_point)
        return effect.take(self.columns, axis=1)

    def now(self, strength: np.ndarray, ramp: np.ndarray) -> EffectsNow:
        """Return a month's effects, of :meth:`strength` [V, K·U] and a month of :meth:`ramp` [4, K·U]."""
        return EffectsNow(strength, ramp, self.practised, self.amounts, self.levers, self.low, self.high)


class EffectsNow(NamedTuple):
    """What the levers of a month are made of: see :class:`EffectTable`; ``ramp`` by roll-out class."""

    strength: np.ndarray
    ramp: np.ndarray
    practised: np.ndarray
    amounts: np.ndarray
    levers: np.ndarray
    low: np.ndarray
    high: np.ndarray


def _no_effects() -> EffectsNow:
    none, empty = np.zeros(0), np.zeros((0, 0))
    return EffectsNow(empty, empty, np.zeros(0, np.bool_), none, np.zeros(0, np.int64), none, none)


#: where nothing is delivered; read only
NO_EFFECTS = _no_effects()


def levers_of(effects: EffectsNow, rollout: np.ndarray, practice_yield: np.ndarray) -> np.ndarray:
    """Return the levers of every village (a county does the same in ``model/county_loop.py``).

    ``lever = Σ_m s(u_m) · ramp_m · E_κ · amount_m``, with ``E_κ`` for what governance instruments yield; summed in the
    order of names, then held between its bounds.

    Args:
        effects: of the month.
        rollout: int64 [V], roll-out class of each village.
        practice_yield: E_κ, [V].

    Returns:
        Structured array [V] of ``levers.LEVER_DTYPE``.
    """
    levers = no_policy(len(rollout))
    width = len(effects.levers)
    if not width:
        return levers
    terms = effects.strength * effects.ramp.take(rollout, axis=0)
    terms *= np.where(effects.practised, practice_yield[:, None], 1.0)
    terms *= effects.amounts
    moved = np.zeros((len(rollout), width))
    for turn in range(0, terms.shape[1], width):
        moved += terms[:, turn : turn + width]
    np.maximum(moved, effects.low, out=moved)
    np.minimum(moved, effects.high, out=moved)
    levers.view(np.float64).reshape(-1, len(LEVERS))[:, effects.levers] = moved
    return levers
