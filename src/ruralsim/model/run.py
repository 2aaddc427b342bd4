"""A run: one scenario, one seed, some replicates, each simulated from its start to its end and audited."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from ruralsim.base.errors import InputError, nearest
from ruralsim.model.audit import NET
from ruralsim.model.books_loop import OUTCOME_INDEX
from ruralsim.model.county import County
from ruralsim.model.groups import GroupRecord
from ruralsim.model.record import Record
from ruralsim.policy.catalogue import vocabulary
from ruralsim.spec import load
from ruralsim.spec.parameters import load_parameters
from ruralsim.spec.scenario import Scenario
from ruralsim.state.flows import DRIVERS, TO_GOVERNANCE

#: adult-months that a run without a stated number of replicates simulates, with its twin without policy: about a
#: minute on two cores
_ADULT_MONTHS = 200e6
#: two at least: the spread between replicates is what luck is known from
_FEWEST_REPLICATES, _MOST_REPLICATES = 2, 10
LARGEST_SEED = 2**32 - 1


@dataclass(frozen=True, eq=False)
class Opening:
    """What was synthesised before the first month.

    Args:
        villages, enterprises: copies of the state's tables, V rows.
        cadres: int64 [V], seats filled.
        population: int64 [V], registered persons of all ages.
    """

    villages: np.ndarray
    enterprises: np.ndarray
    cadres: np.ndarray
    population: np.ndarray


@dataclass(frozen=True, eq=False)
class Replicate:
    """One replicate of a run.

    Args:
        number: from 0.
        seed: its own seed; that of replicate 0 is the run's.
        names: of the villages, V.
        record: monthly arrays.
        opening: what was synthesised.
        groups: people by age, membership and residence, at the opening and the end of every twelfth month.
        instruments: names, the columns of the policy arrays in ``record``.
        unreached: instruments asked for that no village is eligible for.
        indicators: name and tier of the items in force, the columns of the indicator arrays.
        audit: ``money_residual`` in yuan and ``momentum_residual`` in points of potential, or yuan of value added
            relative to its level, where larger.
        seconds: of wall time, building apart from advancing.
    """

    number: int
    seed: int
    names: tuple[str, ...]
    record: Record
    opening: Opening
    groups: GroupRecord
    instruments: tuple[str, ...]
    unreached: tuple[str, ...]
    indicators: tuple[tuple[str, str], ...]
    audit: Mapping[str, float]
    seconds: Mapping[str, float]


@dataclass(frozen=True, eq=False)
class RunResult:
    """All replicates of a run.

    Args:
        scenario: as run, with its horizon.
        seed: of the run.
        replicates: in order.
        audit: the largest residuals over replicates.
        timings: seconds, summed over replicates.
    """

    scenario: Scenario
    seed: int
    replicates: tuple[Replicate, ...]
    audit: Mapping[str, float]
    timings: Mapping[str, float]

    @property
    def records(self) -> tuple[Record, ...]:
        """Records of the replicates."""
        return tuple(replicate.record for replicate in self.replicates)

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the villages."""
        return self.replicates[0].names


def load_scenario(name_or_path: str | Path, *, overrides: Iterable[str] = ()) -> Scenario:
    """Read and check a scenario that may use every name the package knows.

    Args:
        name_or_path: a shipped name such as ``pengzhou``, or the path of a TOML file.
        overrides: ``path=value`` each, as after ``--set``.

    Raises:
        InputError: anything wrong in the file or in ``overrides``.
    """
    return load.load_scenario(name_or_path, vocabulary=vocabulary(), overrides=overrides)


def replicate_seed(seed: int, number: int) -> int:
    """Return a replicate's own seed: the run's for number 0, else four bytes of the SHA-256 of both numbers.

    Args:
        seed: of the run, 0 … 2³² − 1.
        number: of the replicate, from 0.
    """
    if number == 0:
        return seed
    return int.from_bytes(hashlib.sha256(f"ruralsim replicate {seed} {number}".encode()).digest()[:4], "big")


def default_replicates(scenario: Scenario) -> int:
    """Return how many replicates run where the user does not say: what about a minute allows, 2 to 10.

    ``pengzhou`` gets 2, a township of 20,000 adults 10.
    """
    size = (2 if scenario.phases else 1) * adults_of(scenario) * scenario.months
    return max(_FEWEST_REPLICATES, min(_MOST_REPLICATES, round(_ADULT_MONTHS / size)))


def adults_of(scenario: Scenario) -> float:
    """Return about how many registered adults a scenario has at the start."""
    ratio = scenario.place.persons_per_adult or scenario.parameter_values()["persons_per_adult"]
    return scenario.place.registered_population / ratio


def without_policy(scenario: Scenario) -> Scenario:
    """Return the scenario without any phase: what happens there happens by itself. Regime and context stay."""
    return replace(scenario, phases=())


def default_threads() -> int:
    """Return the number of processors that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def run(
    scenario: Scenario | str | Path,
    *,
    seed: int = 1,
    replicates: int | None = None,
    months: int | None = None,
    threads: int | None = None,
    progress: Callable[[int, int], None] | None = None,
    values: Mapping[str, float] | None = None,
) -> RunResult:
    """Simulate a scenario and keep everything in memory (about 70 MB a replicate for a county of ten years).

    Args:
        scenario: resolved, or a name or path.
        seed: 0 … 2³² − 1.
        replicates: how many; None means :func:`default_replicates`.
        months: another horizon than the scenario's.
        threads: workers over villages; None means all processors. No number depends on it.
        progress: called after each month with (months done, months in all), over all replicates.
        values: parameters to set for this run (a draw), by name.

    Raises:
        InputError: a number that is out of bounds, an unknown parameter.
        BooksBroken: a ledger does not explain what happened.
    """
    if not isinstance(scenario, Scenario):
        scenario = load_scenario(scenario)
    scenario = with_horizon(scenario, months)
    done = tuple(
        simulate(scenario, seed=seed, replicates=replicates, threads=threads, progress=progress, values=values)
    )
    audit = {key: max(one.audit[key] for one in done) for key in done[0].audit}
    timings = {key: sum(one.seconds[key] for one in done) for key in done[0].seconds}
    return RunResult(scenario, seed, done, audit, timings)


def with_horizon(scenario: Scenario, months: int | None) -> Scenario:
    """Return the scenario with another number of months; None leaves it."""
    if months is None or months == scenario.months:
        return scenario
    _within("months", months, 1, load.MAX_MONTHS)
    return replace(scenario, months=months)


def simulate(
    scenario: Scenario,
    *,
    seed: int = 1,
    replicates: int | None = None,
    threads: int | None = None,
    progress: Callable[[int, int], None] | None = None,
    values: Mapping[str, float] | None = None,
) -> Iterator[Replicate]:
    """Yield replicate by replicate, so that no more than one need be held; arguments and errors as for :func:`run`."""
    count = default_replicates(scenario) if replicates is None else replicates
    threads = default_threads() if threads is None else threads
    _within("seed", seed, 0, LARGEST_SEED)
    _within("replicates", count, 1, 100_000)
    _within("threads", threads, 1, 1024)
    known = load_parameters()
    for name in values or {}:
        if name not in known:
            raise InputError("unknown_key", name=name, nearest=nearest(name, known), accepted=list(known))
    return _simulate(scenario, seed, count, threads, progress, values)


def _simulate(
    scenario: Scenario,
    seed: int,
    count: int,
    threads: int,
    progress: Callable[[int, int], None] | None,
    values: Mapping[str, float] | None,
) -> Iterator[Replicate]:
    total = count * scenario.months
    for number in range(count):
        begun = time.perf_counter()
        own = replicate_seed(seed, number)
        county = County.build(scenario, own, values)
        opening, groups = _opening(county), GroupRecord()
        groups.watch(county)
        if progress is not None:
            progress(number * scenario.months, total)
        built = time.perf_counter()
        after = _after_month(county, groups, progress, number * scenario.months, total)
        county.advance(threads=threads, progress=after)
        seconds = {"build": built - begun, "advance": time.perf_counter() - built}
        yield Replicate(
            number=number,
            seed=own,
            names=county.names,
            record=county.record,
            opening=opening,
            groups=groups,
            instruments=county.programme.names,
            unreached=county.programme.unreached,
            indicators=_indicators(county),
            audit=residuals(county.record),
            seconds=seconds,
        )


def _after_month(
    county: County, groups: GroupRecord, progress: Callable[[int, int], None] | None, before: int, total: int
) -> Callable[[int, int], None]:
    """What is done after each month: people counted by group, progress told over all replicates."""

    def after(done: int, _: int) -> None:
        groups.watch(county)
        if progress is not None:
            progress(before + done, total)

    return after


def _opening(county: County) -> Opening:
    heads = county.villages["registered"].astype(np.int64)
    if county.scenario.place.roster is not None:
        population = np.array([village.population for village in county.scenario.place.roster], np.int64)
    else:
        population = np.rint(heads * float(county.parameters[0]["persons_per_adult"])).astype(np.int64)
    cadres = county.cadres["active"].sum(axis=1).astype(np.int64)
    return Opening(county.villages.copy(), county.enterprises.copy(), cadres, population)


def _indicators(county: County) -> tuple[tuple[str, str], ...]:
    from ruralsim.policy.frameworks import TIERS

    framework = county.framework
    return tuple((name, TIERS[tier]) for name, tier in zip(framework.ids, framework.tier, strict=True))


def residuals(record: Record) -> dict[str, float]:
    """Recompute from the record alone what the two ledgers leave unexplained.

    Args:
        record: of a whole run.

    Returns:
        ``money_residual``: yuan, the largest over sectors, villages and months. ``momentum_residual``: the largest,
        points of potential, or yuan of collective value added relative to its level (to one yuan where it is below).
    """
    unexplained = np.diff(record.balances, axis=0) - record.money @ NET
    to_governance = np.array([driver in TO_GOVERNANCE for driver in DRIVERS])
    potential = record.outcomes[:, :, OUTCOME_INDEX["potential"]]
    value = record.outcomes[:, :, OUTCOME_INDEX["collective_value_added"]]
    governance = np.abs(np.diff(potential, axis=0) - record.momentum[:, :, to_governance].sum(axis=2))
    development = np.abs(np.diff(value, axis=0) - record.momentum[:, :, ~to_governance].sum(axis=2))
    development /= np.maximum(1.0, np.maximum(value[1:], value[:-1]))
    worst = max(float(governance.max(initial=0.0)), float(development.max(initial=0.0)), record.momentum_residual)
    return {"money_residual": int(np.abs(unexplained).max(initial=0)) / 100, "momentum_residual": worst}


def _within(name: str, value: int, low: int, high: int) -> None:
    if not low <= value <= high:
        raise InputError("outside_limits", key=name, read=value, low=low, high=high, unit="")
