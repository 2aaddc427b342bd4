"""Filling the store: what is missing is simulated, what is broken is thrown away and simulated again."""

from __future__ import annotations

import contextlib
import shutil
import time
from collections import Counter
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from ruralsim.base.errors import InputError, SystemTrouble
from ruralsim.experiments.local import run_here, run_in_processes
from ruralsim.experiments.plan import Plan
from ruralsim.experiments.series import GROUPS, SERIES, years_of
from ruralsim.experiments.store import Store
from ruralsim.experiments.worker import Done

STATES = ("done", "failed", "missing", "broken")
_NAMED = 20  # failures whose messages are kept in memory


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an experiment is.

    Args:
        done, failed: of this call, so far.
        total: what this call set out to do.
        seconds: since the first run began.
    """

    done: int
    failed: int
    total: int
    seconds: float


@dataclass
class Status:
    """How a plan stands.

    Args:
        total: runs of the plan (or of the shard).
        counts: runs by state: ``done``, ``failed``, ``missing``, ``broken``.
        failures: the first failures: number of the run and message.
        made: runs that this call simulated; failed: those of them that failed.
        lost: runs whose worker died again and again; they are tried again next time.
        seconds: of wall time.
    """

    total: int
    counts: Counter[str] = field(default_factory=Counter)
    failures: list[tuple[int, str]] = field(default_factory=list)
    made: int = 0
    failed: int = 0
    lost: list[tuple[int, str]] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def complete(self) -> bool:
        """Whether every run is done or has failed for a reason of its own."""
        return self.counts["done"] + self.counts["failed"] == self.total


def shard_of(plan: Plan, shard: tuple[int, int] | None) -> range:
    """Numbers of the runs of a shard (i, n), i from 1 to n; all of them for None.

    Raises:
        InputError: not 1 ≤ i ≤ n.
    """
    if shard is None:
        return range(len(plan))
    part, parts = shard
    if not 1 <= part <= parts:
        raise InputError("experiment_shard", key="--shard", read=f"{part}/{parts}")
    return range(part - 1, len(plan), parts)


def status_of(
    plan: Plan, store: str | Path | Store, *, shard: tuple[int, int] | None = None, check: bool = True
) -> Status:
    """What the store holds of a plan, found by looking.

    Args:
        plan: of the experiment.
        store: or its folder.
        shard: look at one shard only.
        check: read every file and test its checksum; else only see which files there are.
    """
    store = store if isinstance(store, Store) else Store(store)
    begun, numbers = time.perf_counter(), shard_of(plan, shard)
    status = Status(len(numbers))
    for index in numbers:
        key = plan.key(index)
        state = store.verified(key) if check else store.state(key)
        status.counts[state] += 1
        if state == "failed" and len(status.failures) < _NAMED:
            status.failures.append((index, store.failure(key) or ""))
    status.seconds = time.perf_counter() - begun
    return status


def run_experiment(
    plan: Plan,
    store: str | Path | Store,
    *,
    workers: int | None = None,
    shard: tuple[int, int] | None = None,
    dask: str | None = None,
    again: bool = False,
    progress: Callable[[Progress], None] | None = None,
) -> Status:
    """Simulate what the store lacks of a plan.

    Whatever is there whole is kept; files that are cut short or changed are removed and their runs simulated again. May
    be killed at any moment and called again. No result depends on workers, shards or backend.

    Args:
        plan: of the experiment.
        store: or its folder.
        workers: processes; 0 means this process; None all processors.
        shard: (i, n): only every n-th run from the i-th on, for one of n machines over one store.
        dask: address of a Dask scheduler, or ``local``.
        again: try failed runs again, too.
        progress: called before the first run and after every run.

    Returns:
        How the plan (or shard) stands then.

    Raises:
        InputError: a shard out of bounds, a store that is a file.
        SystemTrouble: the disk is full or cannot be written (what was done is kept); Dask is missing or silent.
    """
    from ruralsim.model.run import default_threads

    store = store if isinstance(store, Store) else Store(store)
    store.sweep()
    numbers = shard_of(plan, shard)
    todo = bytearray(len(plan))
    status = _look(plan, store, numbers, todo, again)
    total = sum(map(bool, todo))
    _check_space(plan, store, total)
    workers = default_threads() if workers is None else workers
    begun = time.perf_counter()
    if progress is not None:
        progress(Progress(0, 0, total, 0.0))
    if total:
        wanted = (index for index in numbers if todo[index])
        backend = _backend(plan, store, wanted, min(workers, total), dask)
        with _swept(store), contextlib.closing(backend) as made:
            for one in made:
                _count(store, status, one, todo[one.index] if one.index >= 0 else 1)
                if progress is not None:
                    progress(Progress(status.made, status.failed, total, time.perf_counter() - begun))
    status.seconds = time.perf_counter() - begun
    return status


@contextlib.contextmanager
def _swept(store: Store) -> Iterator[None]:
    """Leave nothing half-written behind, also where the workers were ended in the middle."""
    try:
        yield
    finally:
        store.sweep()


def _look(plan: Plan, store: Store, numbers: range, todo: bytearray, again: bool) -> Status:
    """See what is there, throw away what is broken, and mark what is to be done, with how many of the runs it is."""
    status = Status(len(numbers))
    first: dict[str, int] = {}  # two arms may be one and the same: their runs are one
    for index in numbers:
        key = plan.key(index)
        state = store.verified(key)
        if state == "broken" or (state == "failed" and again):
            store.forget(key)
            state = "missing"
        if state == "missing":
            one = first.setdefault(key, index)
            todo[one] = min(255, todo[one] + 1)
        status.counts[state] += 1
        if state == "failed" and len(status.failures) < _NAMED:
            status.failures.append((index, store.failure(key) or ""))
    return status


def _backend(
    plan: Plan, store: Store, wanted: Iterator[int], workers: int, dask: str | None
) -> Generator[Done, None, None]:
    if dask is not None:
        from ruralsim.experiments.cluster import run_on_dask

        return run_on_dask(plan, store, wanted, dask, max(1, workers))
    if workers == 0:
        return run_here(plan, store, wanted)
    return run_in_processes(plan, store, wanted, workers)


def _count(store: Store, status: Status, one: Done, same: int) -> None:
    if one.state == "stopped":
        kind, _, detail = one.message.partition(": ")
        raise SystemTrouble(f"experiment_stopped_{kind}", read=str(store.folder), detail=detail)
    if one.state == "lost":
        status.lost.append((one.index, one.message))
        return
    status.made += 1
    status.failed += one.state == "failed"
    status.counts["missing"] -= same
    status.counts[one.state] += same
    if one.state == "failed" and len(status.failures) < _NAMED:
        status.failures.append((one.index, one.message))


def bytes_of_run(plan: Plan) -> int:
    """About how many bytes the largest record of a plan takes."""
    most = 0
    for arm in plan.design.arms:
        for scenario in arm.scenarios:
            groups = 1 if plan.design.detail == "county" else len(GROUPS)
            rows = groups * len(years_of(scenario.months))
            rows += scenario.place.villages if plan.design.detail == "villages" else 0
            most = max(most, rows * len(SERIES) * 8 + 4096)
    return most


def _check_space(plan: Plan, store: Store, runs: int) -> None:
    """Stop before the work where the disk cannot hold it (records compress to a little more than half)."""
    folder = store.folder.absolute()
    while not folder.exists():
        folder = folder.parent
    free, needed = shutil.disk_usage(folder).free, bytes_of_run(plan) * runs // 2
    if free < needed:
        sizes = f"{needed / 1e9:.2f} GB", f"{free / 1e9:.2f} GB"
        raise SystemTrouble("experiment_no_space", read=str(store.folder), needed=sizes[0], free=sizes[1])
