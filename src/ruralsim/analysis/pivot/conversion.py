"""What passed through the collective's channels, both ways, read from the two ledgers of a run.

Development to governance: points of the potential g (on a scale of 100) that each channel added, gross of decay, and
the collective yuan spent on it. Governance to development: yuan of collective value added (a year) that each channel
moved. Losses are what leaves either side on the way. Everything is per registered adult, villages weighing as many
adults as they stand for. The drivers add up exactly: channels, losses and other drivers together are the change.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from ruralsim.model.books_loop import OUTCOME_INDEX
from ruralsim.model.record import Record
from ruralsim.state.columns import ENDOWMENTS
from ruralsim.state.flows import DRIVER_INDEX, FLOW_INDEX, TO_DEVELOPMENT, TO_GOVERNANCE

_INSTITUTIONS = tuple(f"{pillar}.collective_institutions" for pillar in ("self_governance", "rule_of_law", "virtue"))
#: channel -> (drivers of the potential, flows that pay for it); belonging has no money of its own
TO_GOVERNANCE_CHANNELS: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = MappingProxyType(
    {
        "dividends": (("trust.dividends",), ("dividends",)),
        "affairs": (("trust.village_affairs", *_INSTITUTIONS), ("service_collective", "institution_spending")),
        "jobs": (("trust.jobs",), ("collective_wages", "land_rent")),
        "belonging": (("trust.belonging",), ()),
    }
)
#: channel -> drivers of the collective's value added; land that dividends attract, or that leaves with its people, is
#: among the other drivers: neither is governance's doing
TO_DEVELOPMENT_CHANNELS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "participation": ("labour.supply_joining",),
        "land": (
            "land.trust", "land.peers", "land.party_example", "land.law", "land.habit", "land.policy",
        ),
        "assets": ("capital.activation",),
        "contracts": ("friction.disputes", "friction.weak_law"),
        "oversight": (
            "leakage.self_governance", "leakage.smart_governance", "leakage.party_organisation", "leakage.integrity",
        ),
        "leadership": ("productivity.effort",),
    }
)  # fmt: skip
#: kind of loss -> drivers of the potential that it takes from
LOSSES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "decay": tuple(driver.name for driver in TO_GOVERNANCE if driver.name.endswith(".decay")),
        "leakage_seen": ("trust.leakage",),
        "broken_promises": ("trust.disappointment",),
        "window_dressing": ("trust.exposed_gaming",),
        "disputes": ("trust.own_dispute", "trust.disorder", "calm.disputes_arising"),
        "stale_requests": ("trust.stale_requests",),
    }
)
#: yuan that leave the collective, or its capital, without serving either side
LOST_FLOWS = ("leakage_outside", "leakage_insiders")
#: operating income of a village at the start, yuan a year: upper ends of the brackets (COL-030 … COL-034)
BRACKETS: Mapping[str, tuple[float, float]] = MappingProxyType(
    {
        "below_50k": (0.0, 50_000.0),
        "50k_100k": (50_000.0, 100_000.0),
        "100k_500k": (100_000.0, 500_000.0),
        "above_500k": (500_000.0, float("inf")),
    }
)
#: points of the potential (scale of 100) below which its change carries no quotient
_LEAST_CHANGE = 0.5
_HEADS = OUTCOME_INDEX["registered"]
_INCOME, _EARNED = OUTCOME_INDEX["operating_income"], OUTCOME_INDEX["collective_value_added"]
_ACTIVE = OUTCOME_INDEX["enterprise_active"]
#: what an enterprise must pay to go on
DUE_FLOWS = ("fixed_cost", "collective_wages", "land_rent", "interest")
#: an enterprise that earns less than so many times what it must pay is near closing
_THIN = 1.25


def bracket_of(operating_income: np.ndarray) -> np.ndarray:
    """Index into :data:`BRACKETS` of yearly operating incomes in yuan."""
    edges = [high for _, high in list(BRACKETS.values())[:-1]]
    found: np.ndarray = np.searchsorted(edges, operating_income, side="right")
    return found


@dataclass(frozen=True)
class Passed:
    """What passed one channel.

    Args:
        amount: over the whole run: points of potential (scale of 100), or yuan of value added a head and year.
        yuan: collective money spent on it over the run, yuan a head; None where it has none of its own.
        by_year: ``amount`` by simulated year.
        by_class, by_bracket: ``amount`` in villages of an endowment class, of a bracket of operating income.
    """

    amount: float
    yuan: float | None
    by_year: tuple[float, ...]
    by_class: Mapping[str, float]
    by_bracket: Mapping[str, float]

    @property
    def per_yuan(self) -> float | None:
        """Points of potential for one yuan a head; None without money."""
        return self.amount / self.yuan if self.yuan else None


@dataclass(frozen=True)
class Conversion:
    """Both ways and the losses, of one or several replicates (means).

    Args:
        to_governance, to_development: by channel.
        losses: points of potential lost, by kind (negative amounts).
        other_governance, other_development: what all other drivers did.
        potential: change of g over the run, points (scale of 100): the sum of channels, losses and others.
        value_added: change of collective value added, yuan a head and year; likewise.
        leaked: yuan a head that leaked over the run. wage_villages: share of villages that ever paid a wage.
        stopped: share of villages whose enterprise stands still at the end. thin: share whose enterprise works and
            earned less than 1.25 times what it had to pay in the last year. earns_times: of the median one at work;
            None where all stand still.
        years: simulated.
    """

    to_governance: Mapping[str, Passed]
    to_development: Mapping[str, Passed]
    losses: Mapping[str, Passed]
    other_governance: float
    other_development: float
    potential: float
    value_added: float
    leaked: float
    wage_villages: float
    stopped: float
    thin: float
    earns_times: float | None

    @property
    def pivot_points(self) -> float:
        """Points of potential through all channels."""
        return sum(one.amount for one in self.to_governance.values())

    @property
    def pivot_yuan(self) -> float:
        """Yuan of value added a head and year through all channels."""
        return sum(one.amount for one in self.to_development.values())

    @property
    def yuan_per_point(self) -> float | None:
        """Yuan of value added (a head and year) for a point of potential gained; None where it hardly moved."""
        return self.pivot_yuan / self.potential if abs(self.potential) >= _LEAST_CHANGE else None


def conversion(record: Record, factors: np.ndarray, endowment: np.ndarray) -> Conversion:
    """Read a run's ledgers.

    Args:
        record: of a whole run, T months, V villages.
        factors: float64 [V], adults of the county that one of a village's stands for.
        endowment: int [V], class of each village.
    """
    heads = record.outcomes[1:, :, _HEADS] * factors
    weights = heads / heads.sum(axis=1, keepdims=True)
    bracket = bracket_of(12.0 * record.outcomes[0, :, _INCOME])
    groups = {
        **{("class", name): endowment == k for k, name in enumerate(ENDOWMENTS)},
        **{("bracket", name): bracket == k for k, name in enumerate(BRACKETS)},
    }
    per_head = 12.0 * factors / heads.sum(axis=1, keepdims=True)  # yuan a month of a village -> a head and year

    def passed(drivers: tuple[str, ...], weight: np.ndarray, flows: tuple[str, ...] | None) -> Passed:
        columns = [DRIVER_INDEX[name] for name in drivers]
        moved = record.momentum[:, :, columns].sum(axis=2)
        monthly = (moved * weight).sum(axis=1)
        yuan = None
        if flows:
            paid = sum(record.money[:, :, FLOW_INDEX[name]] for name in flows) * 0.01
            yuan = float((paid * factors / heads.sum(axis=1, keepdims=True)).sum())
        by: dict[tuple[str, str], float] = {}
        for key, members in groups.items():
            if members.any():
                own = weight[:, members] * (heads.sum(axis=1) / heads[:, members].sum(axis=1))[:, None]
                by[key] = float((moved[:, members] * own).sum())
        return Passed(
            float(monthly.sum()),
            yuan,
            tuple(float(part.sum()) for part in np.split(monthly, range(12, len(monthly), 12))),
            {name: value for (kind, name), value in by.items() if kind == "class"},
            {name: value for (kind, name), value in by.items() if kind == "bracket"},
        )

    points = 100.0 * weights
    to_governance = {name: passed(drivers, points, flows) for name, (drivers, flows) in TO_GOVERNANCE_CHANNELS.items()}
    to_development = {name: passed(drivers, per_head, None) for name, drivers in TO_DEVELOPMENT_CHANNELS.items()}
    losses = {name: passed(drivers, points, None) for name, drivers in LOSSES.items()}
    governance = passed(tuple(one.name for one in TO_GOVERNANCE), points, None).amount
    development = passed(tuple(one.name for one in TO_DEVELOPMENT), per_head, None).amount
    lost = sum(one.amount for one in losses.values())
    leaked = sum(record.money[:, :, FLOW_INDEX[name]] for name in LOST_FLOWS) * 0.01
    wages = record.money[:, :, FLOW_INDEX["collective_wages"]].any(axis=0)
    return Conversion(
        to_governance,
        to_development,
        losses,
        governance - sum(one.amount for one in to_governance.values()) - lost,
        development - sum(one.amount for one in to_development.values()),
        governance,
        development,
        float((leaked * factors / heads.sum(axis=1, keepdims=True)).sum()),
        float(factors[wages].sum() / factors.sum()),
        *_closing(record, factors),
    )


def _closing(record: Record, factors: np.ndarray) -> tuple[float, float, float | None]:
    """How far from closing: shares that stand still, that hardly earn what they must pay; the median's times."""
    last = slice(-min(12, len(record.money)), None)
    earned = record.outcomes[last, :, _EARNED].sum(axis=0)
    paid = 0.01 * record.money[last][:, :, [FLOW_INDEX[name] for name in DUE_FLOWS]].sum(axis=(0, 2))
    weights = factors / factors.sum()
    works = record.outcomes[-1, :, _ACTIVE] > 0.5
    stopped = float(weights[~works].sum())
    if not works.any():
        return stopped, 0.0, None
    times = earned[works] / np.maximum(paid[works], 1e-9)
    order = np.argsort(times)
    middle = np.searchsorted(np.cumsum(weights[works][order]), 0.5 * weights[works].sum())
    return stopped, float(weights[works][times < _THIN].sum()), float(times[order][min(middle, len(order) - 1)])


def mean_conversion(several: list[Conversion]) -> Conversion:
    """The mean of several replicates, number by number."""

    def mean(values: list[float]) -> float:
        return float(np.mean(values))

    def channel(ones: list[Passed]) -> Passed:
        keys = lambda kind: sorted({name for one in ones for name in getattr(one, kind)})  # noqa: E731
        return Passed(
            mean([one.amount for one in ones]),
            None if ones[0].yuan is None else mean([one.yuan or 0.0 for one in ones]),
            tuple(np.mean([one.by_year for one in ones], axis=0).tolist()),
            {name: mean([one.by_class[name] for one in ones if name in one.by_class]) for name in keys("by_class")},
            {
                name: mean([one.by_bracket[name] for one in ones if name in one.by_bracket])
                for name in keys("by_bracket")
            },
        )

    first = several[0]
    plain = (
        "other_governance", "other_development", "potential", "value_added", "leaked", "wage_villages", "stopped",
        "thin",
    )  # fmt: skip
    times = [one.earns_times for one in several if one.earns_times is not None]
    return Conversion(
        to_governance={name: channel([one.to_governance[name] for one in several]) for name in first.to_governance},
        to_development={name: channel([one.to_development[name] for one in several]) for name in first.to_development},
        losses={name: channel([one.losses[name] for one in several]) for name in first.losses},
        earns_times=mean(times) if times else None,
        **{name: mean([getattr(one, name) for one in several]) for name in plain},
    )
