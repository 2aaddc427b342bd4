"""A strategy among the villages of a county: who may have what, what is delivered, and what it costs.

Money rules. A phase's budget is yuan a year for all villages; each month a twelfth of it may be spent, and what the
calendar year has left over. Running (monthly) costs come first, less what instruments that save costs take off the
others'; where they exceed the allowance, one share scales all of them and the intensities they pay for. Then come costs
paid once: a debt of intensity x amount less what was paid, paid as the rest allows; an instrument works in proportion
to the part of this debt that was paid. What costs nothing is not bound by a budget. Amounts are whole fen, cut
downwards where a budget binds, so that nothing is overspent; the fen cut off stay in the year's allowance. A debt still
open at the end of its phases lapses.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from ruralsim.policy.delivery import Binding, Delivery, Paid, nothing_delivered
from ruralsim.policy.flatten import CostTable, EffectTable
from ruralsim.policy.instruments import Instrument
from ruralsim.policy.strategy import PlannedPhase, Strategy
from ruralsim.spec.scenario import ENDOWMENTS, FORMS, ROLLOUTS

_MOST_SPANS_KEPT = 16
#: share of an instrument's running cost that the others in force can save, or add, at the most
MOST_SAVED = 0.5


@dataclass(frozen=True, eq=False)
class _SpanInVillages:
    """What stays the same while the same phases are in force; leading axis V, or P then V."""

    phases: tuple[int, ...]
    asked: np.ndarray
    parts: np.ndarray
    monthly_parts: np.ndarray
    once_asked: np.ndarray
    once_upto: np.ndarray
    governance_asked: np.ndarray
    governance_total: np.ndarray
    governance_mean: np.ndarray
    strength: np.ndarray


@dataclass(frozen=True, eq=False)
class _Due:
    """What falls due while the same phases are in force and nobody is registered or leaves: whole fen.

    Args:
        span, heads: what it was reckoned from: place of the span, bytes of the registered adults.
        monthly: for each phase the demand [V, E] and its sum.
        once: int64 [V, E], the whole debt for what is paid once.
        in_full: what is paid where no budget binds and no debt is open.
    """

    span: int
    heads: bytes
    monthly: tuple[tuple[np.ndarray, int], ...]
    once: np.ndarray
    in_full: Paid


@dataclass(frozen=True, eq=False)
class Programme:
    """A strategy set among villages. Make it with :meth:`among`; all that changes lies in the arrays of a state.

    Args:
        strategy: with the instruments that reach at least one village.
        names: of these M instruments, the columns of all arrays.
        eligible: bool [V, M].
        unreached: instruments that phases ask for and that no village is eligible for.
    """

    strategy: Strategy
    names: tuple[str, ...]
    eligible: np.ndarray
    unreached: tuple[str, ...]
    _rollout: np.ndarray
    _monthly: CostTable
    _once: CostTable
    _effects: EffectTable
    _governance: np.ndarray
    _saves: np.ndarray
    _costly: np.ndarray
    _ramp: np.ndarray
    _nothing: Delivery
    _due: list[_Due] = field(default_factory=list, repr=False)
    _spans: dict[int, _SpanInVillages] = field(default_factory=dict, repr=False)

    @classmethod
    def among(cls, strategy: Strategy, endowment: np.ndarray, form: np.ndarray, rollout: np.ndarray) -> Programme:
        """Set a strategy among villages.

        Args:
            strategy: the phases.
            endowment, form, rollout: int [V], place of each village's class in ``ENDOWMENTS``, ``FORMS``, ``ROLLOUTS``.

        An instrument that reaches nobody is dropped, so that it leaves no trace in any number.
        """
        rollout = np.asarray(rollout, dtype=np.int64)
        eligible = _eligibility(strategy.instruments, np.asarray(endowment), np.asarray(form), rollout)
        ever_asked = strategy.may_ask[rollout]
        reached = np.any(eligible & ever_asked, axis=0)
        names = tuple(one.name for one, hit in zip(strategy.instruments, reached, strict=True) if hit)
        unreached = tuple(one.name for one, hit in zip(strategy.instruments, reached, strict=True) if not hit)
        strategy = strategy.only(names)
        instruments = strategy.instruments
        monthly, effects = CostTable.of(instruments, "month"), EffectTable.of(instruments)
        costly = np.zeros(len(names), dtype=np.bool_)
        costly[monthly.instrument[monthly.amount > 0.0]] = True
        return cls(
            strategy=strategy,
            names=names,
            eligible=np.ascontiguousarray(eligible[:, reached]),
            unreached=unreached,
            _rollout=rollout,
            _monthly=monthly,
            _once=CostTable.of(instruments, "once"),
            _effects=effects,
            _governance=np.flatnonzero([one.kind == "governance" for one in instruments]),
            _saves=np.array([0.0 if one.saves is None else one.saves.amount for one in instruments]),
            _costly=costly,
            _ramp=effects.ramp(strategy.active_months),
            _nothing=nothing_delivered(rollout, len(names)),
        )

    def new_state(self) -> dict[str, np.ndarray]:
        """Return all that changes from month to month, for the caller to keep and save.

        Returns:
            ``once_paid``: int64 [V, number of costs paid once], fen paid so far on each. ``spent``: int64 [phases],
            fen that each phase has spent in the calendar year.
        """
        once = (len(self._rollout), len(self._once.amount))
        return {
            "once_paid": np.zeros(once, dtype=np.int64),
            "spent": np.zeros(len(self.strategy.phases), dtype=np.int64),
        }

    def deliver(self, month: int, heads: np.ndarray, state: dict[str, np.ndarray]) -> Delivery:
        """Deliver a month's policy, and write what was paid into ``state``.

        Args:
            month: month of the run, from 1.
            heads: registered adults, [V].
            state: arrays of :meth:`new_state`, changed in place.
        """
        place = int(self.strategy.span_of[month])
        span = self._span(place)
        if not span.phases:
            return self._nothing
        due = self._falls_due(place, span, np.ascontiguousarray(heads, dtype=np.float64))
        intensity, binding, paid = self._pay(month, span, due, state)
        strength, mean = span.strength, span.governance_mean
        if intensity is not span.asked:
            strength = self._effects.strength(intensity)
            mean = self._mean_governance(span.governance_asked, span.governance_total, intensity)
        return Delivery(
            asked=span.asked,
            intensity=intensity,
            rollout=self._rollout,
            effects=self._effects.now(strength, self._ramp[month]),
            mean_governance_intensity=mean,
            binding=binding,
            paid=paid,
        )

    def _falls_due(self, place: int, span: _SpanInVillages, heads: np.ndarray) -> _Due:
        """Return what falls due, reckoned anew when phases or the number of registered adults have changed."""
        key = heads.tobytes()
        if not self._due or self._due[0].span != place or self._due[0].heads != key:
            monthly = tuple(self._monthly.demand(part, heads) for part in span.monthly_parts)
            once = self._once.demand(span.once_asked, heads)
            in_full = Paid(span.asked.shape, ((self._monthly, np.add.reduce(monthly)),))
            self._due[:] = [_Due(place, key, tuple((wanted, int(wanted.sum())) for wanted in monthly), once, in_full)]
        return self._due[0]

    def _pay(
        self, month: int, span: _SpanInVillages, due: _Due, state: dict[str, np.ndarray]
    ) -> tuple[np.ndarray, tuple[Binding, ...], Paid]:
        """Pay the month's costs, phase by phase.

        Returns:
            The intensity [V, M], the budgets that bound, and what was paid.
        """
        phases = [self.strategy.phases[place] for place in span.phases]
        for place, phase in zip(span.phases, phases, strict=True):
            _begin_year(phase, month, place, state)
        allowed = [
            phase.allowance(month, int(state["spent"][place])) for place, phase in zip(span.phases, phases, strict=True)
        ]
        owed = np.maximum(due.once - state["once_paid"], 0)
        owing = bool(owed.any())
        totals = [total for _, total in due.monthly]
        if not owing and all(left is None or total <= left for left, total in zip(allowed, totals, strict=True)):
            for place, total in zip(span.phases, totals, strict=True):
                state["spent"][place] += total
            return span.asked, (), due.in_full
        given = np.zeros_like(owed)
        paid_monthly = np.zeros_like(due.monthly[0][0])
        paid_once = np.zeros_like(owed)
        shares = []
        binding = []
        for order, place in enumerate(span.phases):
            left = allowed[order]
            paid, total, share = _settle(*due.monthly[order], left)
            paid_monthly += paid
            state["spent"][place] += total
            shares.append(share)
            once_share = 1.0
            if owing:
                mine = np.floor(owed * span.once_upto[order]).astype(np.int64) - given
                given += mine
                paid, once_total, once_share = _settle(mine, int(mine.sum()), None if left is None else left - total)
                paid_once += paid
                state["once_paid"] += paid
                state["spent"][place] += once_total
            if share < 1.0 or once_share < 1.0:
                binding.append(Binding(phases[order].name, share, once_share))
        intensity = self._scaled(span, shares)
        if owing:
            intensity = self._built(intensity, due.once, state["once_paid"])
        paid_tables = ((self._monthly, paid_monthly), (self._once, paid_once))
        return intensity, tuple(binding), Paid(span.asked.shape, paid_tables)

    def _scaled(self, span: _SpanInVillages, shares: list[float]) -> np.ndarray:
        """Scale each phase's part of what costs money every month by the phase's share."""
        if min(shares) == 1.0:
            return span.asked
        total = np.zeros_like(span.asked)
        for part, share in zip(span.parts, shares, strict=True):
            total += part * np.where(self._costly, share, 1.0)
        scaled: np.ndarray = np.minimum(total, span.asked)
        return scaled

    def _built(self, intensity: np.ndarray, due: np.ndarray, paid: np.ndarray) -> np.ndarray:
        """Let what must be paid once work in proportion to the part of it that has been paid."""
        first, columns = self._once.by_instrument
        total = np.add.reduceat(due, first, axis=1)
        so_far = np.add.reduceat(np.minimum(paid, due), first, axis=1)
        built = intensity.copy()
        built[:, columns] *= np.where(total > 0, so_far / np.maximum(total, 1), 1.0)
        return built

    def _mean_governance(self, asked: np.ndarray, total: np.ndarray, intensity: np.ndarray) -> np.ndarray:
        if not self._governance.size:
            return np.zeros(len(intensity))
        weighted = asked * intensity.take(self._governance, axis=1)
        # accumulate adds one by one, whatever the number of villages and instruments.
        mean: np.ndarray = np.add.accumulate(weighted, axis=1)[:, -1] / total
        return mean

    def _span(self, place: int) -> _SpanInVillages:
        found = self._spans.get(place)
        if found is None:
            if len(self._spans) >= _MOST_SPANS_KEPT:
                self._spans.clear()
            found = self._spans[place] = self._spread(place)
        return found

    def _spread(self, place: int) -> _SpanInVillages:
        """Bring a span from roll-out classes to villages."""
        span = self.strategy.spans[place]
        asked = span.total[self._rollout] * self.eligible
        asked.flags.writeable = False
        parts = span.parts[:, self._rollout] * self.eligible
        monthly_parts = parts[:, :, self._monthly.instrument]
        if self._saves.any():
            monthly_parts = monthly_parts * (1.0 - _saved(asked, self._saves)[:, self._monthly.instrument])
        governance = asked[:, self._governance]
        if governance.shape[1]:
            total = np.add.accumulate(governance, axis=1)[:, -1]
        else:
            total = np.zeros(len(asked))
        total = np.where(total > 0.0, total, 1.0)
        return _SpanInVillages(
            phases=span.phases,
            asked=asked,
            parts=parts,
            monthly_parts=monthly_parts,
            once_asked=asked[:, self._once.instrument],
            once_upto=span.upto[:, self._rollout][:, :, self._once.instrument],
            governance_asked=governance,
            governance_total=total,
            governance_mean=self._mean_governance(governance, total, asked),
            strength=self._effects.strength(asked),
        )


def _saved(asked: np.ndarray, saves: np.ndarray) -> np.ndarray:
    """Return the share [V, M] of each instrument's running costs that the others in force save, at most half."""
    result = np.zeros_like(asked)
    for saver in np.flatnonzero(saves):
        others = np.arange(len(saves)) != saver
        result[:, others] += (asked[:, saver] * saves[saver])[:, None]
    clipped: np.ndarray = np.clip(result, -MOST_SAVED, MOST_SAVED)
    return clipped


def _begin_year(phase: PlannedPhase, month: int, place: int, state: dict[str, np.ndarray]) -> None:
    """Forget last year's spending in a phase's first month of a calendar year."""
    if phase.elapsed[month] == 1:
        state["spent"][place] = 0


def _settle(wanted: np.ndarray, total: int, left: int | None) -> tuple[np.ndarray, int, float]:
    """Pay what is wanted (fen; ``total`` in all), or one share of everything where it exceeds ``left``.

    Returns:
        The payments, their sum, and the share.
    """
    if left is None or total <= left:
        return wanted, total, 1.0
    share = max(left, 0) / total
    paid = np.floor(wanted * share).astype(np.int64)
    return paid, int(paid.sum()), share


def _eligibility(
    instruments: tuple[Instrument, ...], endowment: np.ndarray, form: np.ndarray, rollout: np.ndarray
) -> np.ndarray:
    result = np.ones((len(rollout), len(instruments)), dtype=np.bool_)
    for column, one in enumerate(instruments):
        for chosen, classes, codes in (
            (one.endowments, ENDOWMENTS, endowment),
            (one.forms, FORMS, form),
            (one.rollout, ROLLOUTS, rollout),
        ):
            result[:, column] &= np.array([label in chosen for label in classes])[codes]
    return result
