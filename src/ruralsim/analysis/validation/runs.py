"""The runs that validation needs, as ``data/validation/runs.toml`` describes them, and their traces."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from ruralsim.analysis.validation.criteria import FOLDER, Criterion
from ruralsim.analysis.validation.trace import Trace, watch
from ruralsim.base.errors import InputError
from ruralsim.model.county import County
from ruralsim.model.run import load_scenario
from ruralsim.policy.tables import both_languages
from ruralsim.spec.layers import Layers, read_layer
from ruralsim.spec.load import MAX_MONTHS
from ruralsim.spec.reader import Table
from ruralsim.spec.scenario import ROLLOUTS, Phase, RegimeChoice, Scenario

_RUN = ("id", "preset", "months", "regime", "title", "rollout", "phase")
_PHASE = ("name", "from", "to", "rollout", "budget_per_covered_village", "instruments")
_MOST = 1e12


@dataclass(frozen=True)
class PlannedPhase:
    """A phase in months of the run; the budget is yuan a year for each village that it covers (None: no limit)."""

    name: str
    first: int
    last: int
    rollout: tuple[str, ...]
    budget_per_covered_village: float | None
    instruments: Mapping[str, float]


@dataclass(frozen=True)
class PlannedRun:
    """One run: a preset with a horizon, a regime, roll-out shares and phases of its own.

    Args:
        id: name used by the checks.
        preset: shipped scenario that the place is taken from; its own policy is left out.
        months: horizon.
        regime: assessment regime.
        title: by language.
        rollout: shares by class; None keeps the preset's.
        phases: policy, if any.
    """

    id: str
    preset: str
    months: int
    regime: str
    title: Mapping[str, str]
    rollout: Mapping[str, float] | None
    phases: tuple[PlannedPhase, ...]

    def scenario(self) -> Scenario:
        """The scenario of this run: the preset's place, without its policy, under this regime and these phases."""
        base = load_scenario(self.preset)
        place = base.place
        if self.rollout is not None:
            place = replace(place, rollout=dict(self.rollout), demonstration_villages=None)
        phases = tuple(
            Phase(
                name=one.name,
                start=base.start + (one.first - 1),
                end=base.start + (one.last - 1),
                rollout=one.rollout,
                budget=None
                if one.budget_per_covered_village is None
                else one.budget_per_covered_village * _covered(place.villages, place.rollout, one.rollout),
                instruments=dict(one.instruments),
            )
            for one in self.phases
        )
        return replace(
            base,
            name=f"validate-{self.id}",
            months=self.months,
            place=place,
            regime=RegimeChoice(self.regime),
            phases=phases,
        )


def _covered(villages: int, shares: Mapping[str, float], classes: Collection[str]) -> int:
    """Villages that a phase covers, by largest remainders as the classes are dealt out."""
    exact = [shares.get(name, 0.0) * villages for name in ROLLOUTS]
    counts = [int(x) for x in exact]
    rest = sorted(range(len(ROLLOUTS)), key=lambda k: (-(exact[k] - counts[k]), k))
    for k in rest[: villages - sum(counts)]:
        counts[k] += 1
    if "all" in classes:
        return villages
    return sum(count for name, count in zip(ROLLOUTS, counts, strict=True) if name in classes)


@dataclass(frozen=True)
class Runs:
    """Traces by the id of their run.

    Args:
        traces: by id.
        seed: of all runs.
    """

    traces: Mapping[str, Trace]
    seed: int


@cache
def planned_runs(path: Path = FOLDER / "runs.toml") -> tuple[Mapping[str, PlannedRun], Mapping[int, float]]:
    """Read the runs and the published incomes.

    Raises:
        InputError: a file that is not as it should be.
    """
    layers = Layers([read_layer(path)])
    top = Table(layers, (), layers.tables, ("published", "run"))
    runs: dict[str, PlannedRun] = {}
    for at, raw in enumerate(top.required("run")):
        table = Table(layers, ("run", at), raw, _RUN)
        months = table.whole("months", "month", 1, MAX_MONTHS)
        runs[table.text("id")] = PlannedRun(
            id=table.text("id"),
            preset=table.text("preset"),
            months=months,
            regime=table.text("regime"),
            title=both_languages(table, "title"),
            rollout=table.shares("rollout", ROLLOUTS) if table.has("rollout") else None,
            phases=tuple(
                _phase(Table(layers, (*table.key, "phase", k), one, _PHASE), months)
                for k, one in enumerate(table.values.get("phase", []))
            ),
        )
    published = {int(year): float(value) for year, value in top.required("published").items()}
    return MappingProxyType(runs), MappingProxyType(published)


def _phase(table: Table, months: int) -> PlannedPhase:
    classes: Any = table.required("rollout")
    return PlannedPhase(
        name=table.text("name"),
        first=table.whole("from", "month", 1, months),
        last=table.whole("to", "month", 1, months),
        rollout=tuple(classes),
        budget_per_covered_village=table.optional_amount("budget_per_covered_village", "1", 0, _MOST),
        instruments={name: float(level) for name, level in table.required("instruments").items()},
    )


def wanted_runs(criteria: Collection[Criterion]) -> tuple[str, ...]:
    """Ids of the runs that the scored checks of some criteria need, in the order of the file."""
    known, _ = planned_runs()
    wanted = {name for one in criteria for check in one.checks if check.scored for name in (check.run, check.against)}
    unknown = sorted(name for name in wanted if name and name not in known)
    if unknown:
        raise InputError("validation_no_run", read=unknown[0], accepted=list(known))
    return tuple(name for name in known if name in wanted)


def simulate_runs(
    names: Collection[str],
    *,
    seed: int = 1,
    values: Mapping[str, float] | None = None,
    threads: int = 1,
    progress: Callable[[str, int, int], None] | None = None,
) -> Runs:
    """Simulate runs by id and keep their traces.

    Args:
        names: ids of ``runs.toml``.
        seed: 0 … 2³² − 1; the same for all, so that two runs of one preset share their luck.
        values: parameters to try instead of the defaults, by name; a preset's own overrides yield to them.
        threads: workers over villages; changes no number.
        progress: called after each month with the run's id, the months done and the months in all, over all runs.

    Raises:
        InputError: an unknown run.
        BooksBroken: a ledger does not explain what happened.
    """
    known, published = planned_runs()
    for name in names:
        if name not in known:
            raise InputError("validation_no_run", read=name, accepted=list(known))
    total = sum(known[name].months for name in names)
    done = _counter(progress, total)
    traces = {}
    for name in names:
        plan = known[name]
        county = County.build(plan.scenario(), seed, values)
        traces[name] = watch(
            county,
            plan.months,
            probe_targets=plan.regime != "directional",
            published_income=published.get(county.scenario.start.year, math.nan),
            threads=threads,
            progress=done(name),
        )
    return Runs(traces, seed)


def _counter(
    progress: Callable[[str, int, int], None] | None, total: int
) -> Callable[[str], Callable[[int], None] | None]:
    """Months counted over all runs."""
    ticks: Iterator[int] = iter(range(1, total + 1))
    if progress is None:
        return lambda name: None
    return lambda name: lambda month: progress(name, next(ticks), total)
