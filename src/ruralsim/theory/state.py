"""What a mean village is: its state at the end of a month, and what it is given."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np

from ruralsim.state.flows import W_CALM, W_PILLAR, W_SUPPORT, W_TRUST
from ruralsim.theory import definitions as d

PILLARS = ("party_organisation", "self_governance", "rule_of_law", "virtue", "smart_governance", "co_governance")


@dataclass(frozen=True)
class State:
    """A mean village at the end of a month. Numbers, or arrays of parameter draws.

    Args:
        capital, idle: yuan. cash, reserve: of the enterprise, yuan. active: 1 works, 0 stopped.
        trust, norm, legal: means. belonging_pooling, belonging_others: of those who pool land and of the others.
        civic, pooled: shares who took part last month, who pool land.
        dividend, expected: yuan a head and year. affairs: village account for affairs, yuan a head.
        party_organisation … co_governance: pillars. services_collective, services_fiscal: mean service by payer.
        open_cases: open disputes a head; disorder: the same, smoothed.
        waiting_new, waiting_long: requests a head that were once, and more than once, not answered.
        output: yuan a month. profit: of the calendar year so far, yuan.
    """

    capital: Any
    idle: Any
    cash: Any
    reserve: Any
    active: Any
    trust: Any
    norm: Any
    legal: Any
    belonging_pooling: Any
    belonging_others: Any
    civic: Any
    pooled: Any
    dividend: Any
    expected: Any
    affairs: Any
    party_organisation: Any
    self_governance: Any
    rule_of_law: Any
    virtue: Any
    smart_governance: Any
    co_governance: Any
    services_collective: Any
    services_fiscal: Any
    open_cases: Any
    disorder: Any
    waiting_new: Any
    waiting_long: Any
    output: Any
    profit: Any

    @property
    def belonging(self) -> Any:
        """Mean belonging."""
        return self.pooled * self.belonging_pooling + (1.0 - self.pooled) * self.belonging_others

    def potential(self, p: Any) -> Any:
        """g = .30 τ̄ + .12 (O+U+W+V) + .08 (D+J) + .06 exp(−χX)."""
        return potential(self, p)

    def vector(self) -> np.ndarray:
        """All numbers in the order of the fields, the first axis; draws, where there are, the second."""
        return np.stack(np.broadcast_arrays(*(np.asarray(getattr(self, one.name), np.float64) for one in fields(self))))

    @classmethod
    def of(cls, vector: np.ndarray) -> State:
        """The state whose :meth:`vector` this is."""
        return cls(*(vector.tolist() if vector.ndim == 1 else vector))


def potential(x: Any, p: Any) -> Any:
    """The governance potential of anything with trust, pillars and disorder."""
    pillars = x.party_organisation + x.self_governance + x.rule_of_law + x.virtue
    support = x.smart_governance + x.co_governance
    return W_TRUST * x.trust + W_PILLAR * pillars + W_SUPPORT * support + W_CALM * d.calm(x.disorder, p)


@dataclass(frozen=True)
class Place:
    """What a mean village is given and does not change.

    Args:
        heads: registered adults. log_productivity: ln A. rent: yuan a head and month for pooled land.
        transfer: operating transfer, yuan a head and month. mediators: per 1,000 persons. variation: of incomes.
        example: share of party members and notables. effect_civic, effect_economic: lasting village effects.
        disposition: mean lasting inclination to trust. motivation, ability, integrity: of the cadres.
        pressure, checks, hours: of the assessment regime. rewarded: Σ ω R b of organise, enterprise, govern, serve.
        dressing: Σ of squared values of window-dressing.
        written_off: share of dormant assets written off a month: 0, or 1 where none is ever brought into use, so that
            what nothing depends on has a level.
        dividends_felt, affairs_felt, jobs_felt, belonging_felt: 1, or 0 where the channel is cut.
    """

    heads: Any
    log_productivity: Any
    rent: Any
    transfer: Any
    mediators: Any
    variation: Any
    example: Any
    effect_civic: Any
    effect_economic: Any
    disposition: Any
    motivation: Any
    ability: Any
    integrity: Any
    pressure: Any
    checks: Any
    hours: Any
    rewarded: tuple[Any, Any, Any, Any]
    dressing: Any
    written_off: Any = 0.0
    dividends_felt: Any = 1.0
    affairs_felt: Any = 1.0
    jobs_felt: Any = 1.0
    belonging_felt: Any = 1.0

    def cut(self, **channels: float) -> Place:
        """The same place with channels cut (``dividends_felt=0.0``)."""
        return replace(self, **channels)  # type: ignore[arg-type]
