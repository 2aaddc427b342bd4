"""The figures of a run with their intervals: last level, change, and what policy adds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ruralsim.analysis.intervals import LEVEL, Luck, Spread, luck_of, spread_of
from ruralsim.analysis.uncertainty import POLICIES, Draws
from ruralsim.experiments.series import SERIES
from ruralsim.model.books_loop import OUTCOME_INDEX, OUTCOMES
from ruralsim.model.outcomes import GOALS, goal_scores
from ruralsim.model.run import Replicate
from ruralsim.spec.parameters import load_parameters
from ruralsim.state.columns import ENDOWMENTS, FORMS, ROLLOUT

#: what is said of a figure: its last level, its change since the first months, and the last level's difference
#: from the same county without policy under the same luck
MEASURES = ("last", "change", "effect")
UNITS: Mapping[str, str] = {**dict.fromkeys(GOALS, "score"), **{name: unit for name, unit, _ in OUTCOMES}}
_HEADS = OUTCOME_INDEX["registered"]


@dataclass(frozen=True)
class Measured:
    """A measure of a figure.

    Args:
        mean: at the defaults, over replicates.
        luck: None with a single replicate.
        spread: None without draws.
    """

    mean: float
    luck: Luck | None
    spread: Spread | None

    @property
    def low_luck(self) -> float | None:
        """Lower end of the interval of luck alone."""
        return None if self.luck is None else self.mean - self.luck.half

    @property
    def high_luck(self) -> float | None:
        """Upper end of the interval of luck alone."""
        return None if self.luck is None else self.mean + self.luck.half

    @property
    def low(self) -> float | None:
        """Lower end of the headline interval, luck and parameters together."""
        return None if self.spread is None else self.spread.low

    @property
    def high(self) -> float | None:
        """Upper end of the headline interval."""
        return None if self.spread is None else self.spread.high

    def as_json(self) -> dict[str, Any]:
        """Plain numbers, None where not computed."""
        luck, spread = self.luck, self.spread
        return {
            "mean": self.mean,
            "low": self.low,
            "high": self.high,
            "low_luck": self.low_luck,
            "high_luck": self.high_luck,
            "middle": None if spread is None else spread.middle,
            "sd_luck": None if luck is None else luck.sd,
            "sd_parameters": None if spread is None else spread.sd_parameters,
            "sd_luck_in_sample": None if spread is None else spread.sd_meeting,
            "variance": None if spread is None else {
                "luck": spread.luck,
                "assumed": spread.assumed,
                "assumed_low": spread.assumed_low,
                "assumed_high": spread.assumed_high,
                "estimated": spread.estimated,
            },
            "above_zero": None if spread is None else spread.above,
        }  # fmt: skip


@dataclass(frozen=True)
class Figure:
    """A goal or an outcome of the county; means over ``window`` months, at the defaults over replicates.

    Args:
        first: level over the first months.
        baseline: level over the last months without policy; None where the run has no phase.
        last, change, effect: see :data:`MEASURES`; ``effect`` is None where the run has no phase.
    """

    first: float
    baseline: float | None
    last: Measured
    change: Measured
    effect: Measured | None

    def as_json(self) -> dict[str, Any]:
        """Plain numbers."""
        return {
            "first": self.first,
            "baseline": self.baseline,
            "last": self.last.as_json(),
            "change": self.change.as_json(),
            "effect": None if self.effect is None else self.effect.as_json(),
        }


def window_of(months: int) -> int:
    """How many months at each end are compared: a year, or half of a run shorter than two."""
    return min(12, max(1, months // 2))


@dataclass
class Replicates:
    """Gathers what replicates of the whole county leave behind for their intervals.

    Args:
        window: months at each end that are compared.
    """

    window: int
    _levels: list[dict[str, np.ndarray]] = field(default_factory=list)
    _parts: list[dict[str, np.ndarray]] = field(default_factory=list)
    _classes: list[np.ndarray] = field(default_factory=list)

    def add(self, one: Replicate, baseline: Replicate | None) -> None:
        """Add a replicate, and the same county under the same luck without policy."""
        last, first = slice(-self.window, None), slice(1, 1 + self.window)
        outcomes = one.record.outcomes
        levels, parts = {}, {}
        levels["last"], parts["last"] = _contributions(outcomes[last])
        levels["first"], opening = _contributions(outcomes[first])
        levels["change"], parts["change"] = levels["last"] - levels["first"], parts["last"] - opening
        if baseline is not None:
            levels["baseline"], without = _contributions(baseline.record.outcomes[last])
            levels["effect"], parts["effect"] = levels["last"] - levels["baseline"], parts["last"] - without
        self._levels.append(levels)
        self._parts.append(parts)
        self._classes.append(classes_of(one))

    def mean(self, measure: str) -> np.ndarray | None:
        """Mean over replicates, [len(SERIES)], of a measure, ``first`` or ``baseline``; None where there is none."""
        if any(measure not in levels for levels in self._levels):
            return None
        mean: np.ndarray = np.mean([levels[measure] for levels in self._levels], axis=0)
        return mean

    def luck(self, measure: str) -> Sequence[Luck | None]:
        """Luck of every series."""
        levels = np.stack([one[measure] for one in self._levels])
        parts = np.stack([one[measure] for one in self._parts])
        return luck_of(levels, parts, np.stack(self._classes)) or [None] * len(SERIES)


def _contributions(outcomes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """County means over some months, [S], and each village's part in their deviation, [V, S], which sums to 0."""
    weights = outcomes[..., _HEADS] / outcomes[..., _HEADS].sum(axis=1, keepdims=True)
    values = np.concatenate([goal_scores(outcomes), outcomes], axis=2)
    parts = (weights[:, :, None] * values).mean(axis=0)
    level = parts.sum(axis=0)
    return level, parts - weights.mean(axis=0)[:, None] * level


def classes_of(one: Replicate) -> np.ndarray:
    """Membership of endowment and roll-out classes and of forms, [V, C]."""
    found = []
    for codes, names in (
        (one.opening.villages["endowment"], ENDOWMENTS),
        (one.opening.villages["rollout"], ROLLOUT),
        (one.opening.enterprises["form"], FORMS),
    ):
        found.append(np.asarray(codes)[:, None] == np.arange(len(names)))
    return np.concatenate(found, axis=1).astype(np.float64)


def figures_of(replicates: Replicates, draws: Draws | None) -> dict[str, Figure]:
    """Every figure with its intervals, by name."""
    known: dict[str, list[Measured]] = {}
    for measure in MEASURES:
        mean = replicates.mean(measure)
        if mean is None:
            continue
        luck = replicates.luck(measure)
        table = None if draws is None else _deviations(draws, measure, replicates.window)
        part = 1.0 if draws is None else draws.samples[0].part
        known[measure] = []
        for k, level in enumerate(mean.tolist()):
            spread = None
            if table is not None:
                first, second, twins = (one[:, k] for one in table)
                sure = luck[k]
                spread = spread_of(
                    level, first, second, twins, None if sure is None else sure.sd, part=part
                )  # fmt: skip
            known[measure].append(Measured(level, luck[k], spread))
    first, without = np.asarray(replicates.mean("first")), replicates.mean("baseline")
    return {
        name: Figure(
            float(first[k]),
            None if without is None else float(without[k]),
            known["last"][k],
            known["change"][k],
            known["effect"][k] if "effect" in known else None,
        )
        for k, name in enumerate(SERIES)
    }


def _deviations(draws: Draws, measure: str, window: int) -> tuple[np.ndarray, np.ndarray, np.ndarray] | None:
    """Draws less defaults under the same luck, [D, S]; the first again under other luck; their twins. NaN: failed."""
    found: dict[tuple[int, int], np.ndarray] = {}
    series = {(one.job.draw, one.job.replicate, one.job.policy): one.series for one in draws.outcomes}
    for (draw, replicate, policy), own in series.items():
        if policy != POLICIES[0] or own is None:
            continue
        last = own[-window:].mean(axis=0)
        if measure == "last":
            found[draw, replicate] = last
        elif measure == "change":
            found[draw, replicate] = last - own[1 : 1 + window].mean(axis=0)
        else:
            without = series.get((draw, replicate, POLICIES[1]))
            if without is not None:
                found[draw, replicate] = last - without[-window:].mean(axis=0)
    if (0, 0) not in found:
        return None
    return against_defaults(found, draws)


def against_defaults(
    found: Mapping[tuple[int, int], np.ndarray], draws: Draws
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Draws less defaults under the same luck; the first of them again under other luck; their twins.

    Args:
        found: by (draw, replicate), any array of figures; it holds (0, 0), and lacks what failed.
        draws: of the run.

    Returns:
        Each float64 [number of draws, …], NaN where a draw failed.
    """
    missing = np.full_like(found[0, 0], np.nan)

    def against(numbers: range, replicate: int) -> np.ndarray:
        start = found.get((0, replicate), missing)
        rows = [found.get((draw, replicate), missing) - start for draw in numbers]
        return np.array(rows).reshape(-1, *missing.shape)

    count = draws.design.draws
    return (
        against(range(1, count + 1), 0),
        against(range(1, draws.second + 1), 1),
        against(range(count + 1, count + draws.twins + 1), 0),
    )


def uncertainty_json(figures: Mapping[str, Figure], draws: Draws | None, replicates: int) -> dict[str, Any]:
    """The entry ``uncertainty`` of ``run.json``."""
    parameters = load_parameters()
    assumed = sum(one.grade == "assumed" for one in parameters.values())
    content: dict[str, Any] = {
        "level": LEVEL,
        "replicates": replicates,
        "draws": 0,
        "baseline": "no_policy" if figures["life"].effect is not None else None,
        "parameters": {"all": len(parameters), "assumed": assumed},
        "assumed_share": assumed_share(figures, "last"),
        "assumed_share_of_effect": assumed_share(figures, "effect"),
        "figures": {name: {"unit": UNITS[name], **figure.as_json()} for name, figure in figures.items()},
    }
    if draws is None:
        return content
    drawn, sample = draws.design, draws.samples[0]
    content["draws"] = drawn.draws
    content["parameters"] |= {"drawn": len(drawn.names), "held": list(drawn.held)}
    content["design"] = {
        "method": "latin_hypercube", "ranges": "uniform, independent; shares of one whole keep their sum",
        "second_luck": draws.second, "twins": draws.twins, "simulations": len(draws.outcomes),
    }  # fmt: skip
    content["sample"] = {
        "whole": sample.whole, "villages": len(sample.names), "of_villages": sample.county_villages,
        "adults": sample.adults, "of_adults": sample.county_adults, "names": [list(one.names) for one in draws.samples],
    }  # fmt: skip
    content["failed"] = [
        {"draw": one.job.draw, "replicate": one.job.replicate, "policy": one.job.policy, "message": one.message}
        for one in draws.failed
    ]
    return content


def assumed_share(figures: Mapping[str, Figure], measure: str) -> dict[str, Any] | None:
    """Share of the headline's variance that assumed parameters carry: mean of the three goals, its interval, and each.

    None where it was not computed.
    """
    by_goal: dict[str, float] = {}
    ends = []
    for goal in GOALS:
        measured: Measured | None = getattr(figures[goal], measure)
        spread = None if measured is None else measured.spread
        if spread is None or spread.assumed is None:
            return None
        by_goal[goal] = spread.assumed
        ends.append((spread.assumed_low, spread.assumed_high))
    low, high = (float(np.mean([end[side] for end in ends])) for side in (0, 1))
    return {"mean": float(np.mean(list(by_goal.values()))), "low": low, "high": high, "by_goal": by_goal}


__all__ = ["MEASURES", "Figure", "Measured", "Replicates", "figures_of", "uncertainty_json"]
