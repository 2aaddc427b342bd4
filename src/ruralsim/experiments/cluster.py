"""Runs on a Dask cluster: the plan travels once, numbers of runs go out, bytes come home and are stored here."""

from __future__ import annotations

from collections.abc import Generator, Iterable
from contextlib import ExitStack
from itertools import islice
from typing import Any

from ruralsim.base.errors import SystemTrouble
from ruralsim.experiments.plan import Plan, model_digest
from ruralsim.experiments.record import trouble_of
from ruralsim.experiments.store import Store
from ruralsim.experiments.worker import Done, StoreTroubleError, same_model, stored

LOCAL = "local"
#: runs under way for each thread of the cluster, so that none waits for the driver
_AHEAD = 3
_PATIENCE = "20s"
_CHANGED = "changed: "


def produce(plan: Plan, digest: str, index: int) -> tuple[int, bytes | None, str]:
    """A task: the bytes of a run, or why it failed; a worker with another model than the driver refuses."""
    other = same_model(digest)
    if other:
        return index, None, f"{_CHANGED}{other}"
    try:
        return index, plan.produce(index), ""
    except Exception as error:  # whatever a run meets, the others go on
        return index, None, trouble_of(error)


def run_on_dask(
    plan: Plan, store: Store, wanted: Iterable[int], address: str, workers: int
) -> Generator[Done, None, None]:
    """Simulate runs on a Dask cluster, yielding each as it ends.

    Args:
        plan: of the experiment.
        store: of this process; the cluster needs no common file system.
        wanted: numbers of the runs.
        address: of the scheduler (``tcp://host:8786``), or ``local`` for a cluster of processes on this machine.
        workers: processes of a local cluster.

    Raises:
        SystemTrouble: the extra ``dask`` is not installed, or no scheduler answers.
    """
    try:
        from distributed import Client, LocalCluster, as_completed
    except ImportError:
        raise SystemTrouble("experiment_no_dask") from None
    with ExitStack() as open_things:
        try:
            place: Any = address
            if address == LOCAL:
                place = open_things.enter_context(
                    LocalCluster(
                        n_workers=workers, threads_per_worker=1, processes=True, dashboard_address=None,
                        silence_logs=50,
                    )
                )  # fmt: skip
            client = open_things.enter_context(Client(place, timeout=_PATIENCE))
        except (OSError, TimeoutError, ValueError) as error:
            raise SystemTrouble("experiment_dask_silent", read=address, detail=str(error)) from None
        jobs, digest = iter(wanted), model_digest()
        shared = client.scatter(plan, broadcast=True, hash=False)
        ahead = max(2, _AHEAD * sum(client.nthreads().values()))

        def submit(index: int) -> Any:
            return client.submit(produce, shared, digest, index, pure=False, retries=2)

        futures = as_completed([submit(index) for index in islice(jobs, ahead)])
        for future in futures:
            yield _home(store, plan, future)
            future.release()
            following = next(jobs, None)
            if following is not None:
                futures.add(submit(following))


def _home(store: Store, plan: Plan, future: Any) -> Done:
    """Store what a task gave."""
    if future.status == "error":
        return Done(-1, "lost", str(future.exception()))
    index, content, message = future.result()
    if message.startswith(_CHANGED):
        return Done(index, "stopped", message)
    key = plan.key(index)
    try:
        if content is None:
            stored(lambda: store.put_failure(key, message))
            return Done(index, "failed", message)
        stored(lambda: store.put(key, content))
    except StoreTroubleError as trouble:
        return Done(index, "stopped", str(trouble))
    return Done(index, "done")
