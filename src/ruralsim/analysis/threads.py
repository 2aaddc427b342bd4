"""Independent jobs on threads: the compiled months release Python's lock. Stopped all together when the user stops.

The seam at which another runner (processes, machines) may stand: a job is a small frozen description, a result is
arrays, and no result depends on who computes it or in which order.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from typing import TypeVar

Job = TypeVar("Job")
Result = TypeVar("Result")
Tick = Callable[[int], None]


class StoppedError(Exception):
    """The user stopped the work, or something other than a job failed."""


def on_threads(
    jobs: Sequence[Job],
    work: Callable[[Job, Tick], Result],
    workers: int,
    total: int,
    progress: Callable[[int, int], None] | None = None,
) -> list[Result]:
    """Do all jobs and return what they gave, in their order.

    Args:
        jobs: whatever ``work`` takes.
        work: called with a job and a function to call with each bit of work done; it raises :class:`StoppedError`
            where the work is to end, which ``work`` must let through.
        workers: threads.
        total: work in all, in the unit of the bits.
        progress: called with (done, total), by one thread at a time.
    """
    stop, lock = threading.Event(), threading.Lock()
    done = 0

    def tick(bit: int) -> None:
        nonlocal done
        if stop.is_set():
            raise StoppedError
        with lock:
            done += bit
            if progress is not None:
                progress(done, total)

    pool = ThreadPoolExecutor(workers)
    try:
        futures = [pool.submit(work, job, tick) for job in jobs]
        open_ones = set(futures)
        while open_ones:  # in steps, so that Ctrl-C is heard everywhere
            done_now, open_ones = wait(open_ones, timeout=0.5, return_when=FIRST_EXCEPTION)
            for future in done_now:
                future.result()
        return [future.result() for future in futures]
    finally:
        stop.set()
        pool.shutdown(wait=True, cancel_futures=True)
