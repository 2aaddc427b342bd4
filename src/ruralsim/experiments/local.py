"""Runs on this machine: in worker processes, or one after another in this one."""

from __future__ import annotations

import os
import queue
import subprocess
import sys
import tempfile
import threading
from collections.abc import Generator, Iterable
from pathlib import Path
from typing import Any

from ruralsim.base.compiled import PACKAGE, cache_folder
from ruralsim.experiments.plan import Plan, model_digest
from ruralsim.experiments.store import Store
from ruralsim.experiments.worker import Done, StoreTroubleError, carry_out, receive, send

#: how often a run is tried whose worker dies
_TRIES = 3
_TAIL = 400
#: a fresh interpreter, in which what stands in the working directory shadows no module
_COMMAND = "from ruralsim.experiments.worker import main; main()"


def run_here(plan: Plan, store: Store, wanted: Iterable[int]) -> Generator[Done, None, None]:
    """Simulate runs one after another in this process, yielding each as it ends."""
    for index in wanted:
        try:
            yield carry_out(plan, store, index)
        except StoreTroubleError as trouble:
            yield Done(index, "stopped", str(trouble))
            return


def run_in_processes(plan: Plan, store: Store, wanted: Iterable[int], workers: int) -> Generator[Done, None, None]:
    """Simulate runs in worker processes, yielding each as it ends, in whatever order.

    A worker that dies is replaced and its run tried again, three times in all. Closing the generator ends all workers;
    what they were about is simulated again another time.

    Args:
        plan: of the experiment; it travels once to every worker.
        store: where they write.
        wanted: numbers of the runs.
        workers: processes, at least 1.
    """
    jobs, lock = iter(wanted), threading.Lock()
    answers: queue.Queue[Done | BaseException | None] = queue.Queue()
    stop, warm = threading.Event(), threading.Event()
    serving: list[_Worker] = []
    if next(cache_folder().rglob("*.nbi"), None) is not None:
        warm.set()  # else the first worker compiles the model alone, and the others read what it compiled

    def serve(number: int) -> None:
        try:
            if number:
                warm.wait()
            with _Worker(plan, store.folder) as worker:
                serving.append(worker)
                while not stop.is_set():
                    with lock:
                        index = next(jobs, None)
                    if index is None:
                        break
                    done = worker.ask(index, stop)
                    warm.set()
                    answers.put(done)
                    if done.state == "stopped":
                        break
            answers.put(None)
        except BaseException as error:  # nothing may end a thread unheard
            answers.put(error)
        finally:
            warm.set()

    threads = [threading.Thread(target=serve, args=(k,), daemon=True) for k in range(max(1, workers))]
    for thread in threads:
        thread.start()
    working = len(threads)
    try:
        while working:
            answer = answers.get()
            if answer is None:
                working -= 1
            elif isinstance(answer, BaseException):
                raise answer
            else:
                yield answer
                if answer.state == "stopped":
                    return
    finally:
        stop.set()
        warm.set()
        for worker in serving:
            worker.kill()
        for thread in threads:
            thread.join()


class _Worker:
    """One worker process and its pipes; use as a context manager."""

    def __init__(self, plan: Plan, folder: Path) -> None:
        self._plan, self._folder = plan, folder
        self._process: subprocess.Popen[bytes] | None = None
        self._complaints: Any = None

    def __enter__(self) -> _Worker:
        return self

    def __exit__(self, *_: object) -> None:
        self._end()

    def _start(self) -> subprocess.Popen[bytes]:
        self._complaints = tempfile.TemporaryFile()  # noqa: SIM115 (closed with the worker)
        places = [str(PACKAGE.parent), *filter(None, [os.environ.get("PYTHONPATH")])]
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(places)}
        process = subprocess.Popen(
            [sys.executable, "-P", "-c", _COMMAND],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._complaints, env=environment,
        )  # fmt: skip
        self._process = process
        send(process.stdin, (self._plan, self._folder, model_digest()))  # type: ignore[arg-type]
        return process

    def ask(self, index: int, stop: threading.Event) -> Done:
        """Have a run simulated; a worker that dies is replaced."""
        ended, last = None, ""
        for _ in range(_TRIES):
            if stop.is_set():
                break
            try:
                process = self._process or self._start()
                send(process.stdin, index)  # type: ignore[arg-type]
                done: Done = receive(process.stdout)  # type: ignore[arg-type]
                return done
            except (EOFError, OSError):
                ended = self._process.wait() if self._process else None
                last = self._last_words()
                self._end()
        return Done(index, "lost", f"exit {ended}: {last}" if last else f"exit {ended}")

    def kill(self) -> None:
        """End the process, whatever it is about."""
        if self._process is not None:
            self._process.kill()

    def _last_words(self) -> str:
        if self._complaints is None:
            return ""
        size = self._complaints.seek(0, os.SEEK_END)
        self._complaints.seek(max(0, size - _TAIL))
        lines = self._complaints.read().decode("utf-8", "replace").strip().splitlines()
        return lines[-1] if lines else ""

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.wait()
            for stream in (process.stdin, process.stdout):
                try:
                    stream.close()  # type: ignore[union-attr]
                except OSError:
                    continue
        if self._complaints is not None:
            self._complaints.close()
            self._complaints = None
