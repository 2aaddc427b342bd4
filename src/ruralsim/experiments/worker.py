"""A worker process: keeps the compiled model warm and simulates one run after another into the store.

Started in a fresh interpreter (never by a fork: threads and compiled code do not survive one). It reads pickled
messages from standard input: the plan, the folder of the store and the digest of the model, then numbers of runs; it
answers each on standard output. When its driver is gone, its input ends, and so does it, at once.
"""

from __future__ import annotations

import errno
import os
import pickle
import queue
import signal
import struct
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, BinaryIO

_HEAD = struct.Struct("<Q")
_FULL = (errno.ENOSPC, errno.EDQUOT)


@dataclass(frozen=True, slots=True)
class Done:
    """What became of a run.

    Args:
        index: its number in the plan.
        state: ``done``; ``failed``, kept in the store; ``lost``, because its worker died again and again; ``stopped``,
            because the store cannot be written or the worker has another model than its driver.
        message: of a run that is not done.
        seconds: of simulating and storing.
    """

    index: int
    state: str
    message: str = ""
    seconds: float = 0.0


class StoreTroubleError(Exception):
    """The store cannot be written: no run can go on."""


def send(stream: BinaryIO, message: Any) -> None:
    """Write one message."""
    content = pickle.dumps(message, protocol=pickle.HIGHEST_PROTOCOL)
    stream.write(_HEAD.pack(len(content)) + content)
    stream.flush()


def receive(stream: BinaryIO) -> Any:
    """Read one message; EOFError where the other side is gone."""
    head = stream.read(_HEAD.size)
    if len(head) < _HEAD.size:
        raise EOFError
    (size,) = _HEAD.unpack(head)
    content = stream.read(size)
    if len(content) < size:
        raise EOFError
    return pickle.loads(content)


def carry_out(plan: Any, store: Any, index: int) -> Done:
    """Simulate a run and store its record, or why it failed.

    Raises:
        StoreTroubleError: the store cannot be written.
    """
    from ruralsim.experiments.record import trouble_of

    begun = time.perf_counter()
    key = plan.key(index)
    try:
        content = plan.produce(index)
    except Exception as error:  # whatever a run meets, the others go on
        message = trouble_of(error)
        stored(lambda: store.put_failure(key, message))
        return Done(index, "failed", message, time.perf_counter() - begun)
    stored(lambda: store.put(key, content))
    return Done(index, "done", "", time.perf_counter() - begun)


def stored(write: Callable[[], None]) -> None:
    """Write to the store; StoreTroubleError where that cannot be."""
    try:
        write()
    except OSError as error:
        kind = "full" if error.errno in _FULL else "unwritable"
        raise StoreTroubleError(f"{kind}: {error.strerror or error}") from error


def same_model(digest: str) -> str:
    """Nothing where this process has the model of its driver, else the two digests."""
    from ruralsim.experiments.plan import model_digest

    return "" if model_digest() == digest else f"{digest}, {model_digest()}"


def main() -> None:
    """Serve until the input ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the driver, which ends the input
    source, answers = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints must not end among the answers
    from ruralsim.experiments.store import Store

    try:
        plan, folder, digest = receive(source)
    except EOFError:
        return
    store, other = Store(folder), same_model(digest)
    wanted: queue.Queue[int] = queue.Queue()

    def listen() -> None:
        while True:
            try:
                wanted.put(receive(source))
            except (EOFError, OSError):
                os._exit(0)

    threading.Thread(target=listen, daemon=True).start()
    while True:
        index = wanted.get()
        try:
            done = Done(index, "stopped", f"changed: {other}") if other else carry_out(plan, store, index)
        except StoreTroubleError as trouble:
            done = Done(index, "stopped", str(trouble))
        try:
            send(answers, done)
        except OSError:
            return
