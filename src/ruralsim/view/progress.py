"""Progress of long work: a bar with the time left on a terminal, plain lines elsewhere, on standard error."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from typing import Any

from ruralsim.view.commands.common import say

_STEP = 0.1
_SHORTEST_PAUSE = 0.25


def kernels_ready() -> bool:
    """Say whether the compiled model is in the cache, so that a start is quick."""
    from ruralsim.base.compiled import cache_folder

    return next(cache_folder().rglob("*.nbi"), None) is not None


class Progress:
    """Reports how much of a run is done. Use as a context manager; its parts are called with (done, total).

    Args:
        lang: language of the words.
        silent: report nothing at all.
        total: work in all, in any unit that all parts share.
    """

    def __init__(self, lang: str, *, silent: bool, total: float) -> None:
        self.lang = lang
        self.silent = silent
        self.total = total
        self._parts: dict[int, float] = {}
        self._bar: Any = None
        self._task: Any = None
        self._begun = self._last_time = 0.0
        self._first = 0.0
        self._last_share = 0.0

    def __enter__(self) -> Progress:
        return self

    def __exit__(self, *_: object) -> None:
        if self._bar is not None:
            self._bar.stop()

    def note(self, code: str) -> None:
        """Say one line of the catalogue."""
        if not self.silent:
            print(say(code, self.lang), file=sys.stderr, flush=True)

    def part(self, work: float, where: Callable[[int, int], str]) -> Callable[[int, int], None]:
        """Return what a part of the work is to call with (months done, months in all).

        Args:
            work: of the part, in the unit of ``total``.
            where: says where the part stands, from the same two numbers.
        """
        number = len(self._parts)
        self._parts[number] = 0.0

        def report(done: int, total: int) -> None:
            self._parts[number] = work * done / total
            if not self.silent and done > 0:
                self._report(sum(self._parts.values()), where(done, total))

        return report

    def _report(self, done: float, where: str) -> None:
        if self._begun == 0.0:
            # The clock starts after the first month: building and compiling say nothing about the months to come.
            self._first = done
            self._begun = self._last_time = time.monotonic()
            if sys.stderr.isatty():
                self._start_bar(where)
        if self._bar is not None:
            self._bar.update(self._task, completed=done, description=where)
        else:
            self._line(done, where)

    def _start_bar(self, where: str) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, TaskProgressColumn, TextColumn, TimeRemainingColumn
        from rich.progress import Progress as Bar

        self._bar = Bar(
            TextColumn("{task.description}"),
            BarColumn(),
            TaskProgressColumn(),
            TimeRemainingColumn(),
            console=Console(stderr=True),
            transient=True,
        )
        self._bar.start()
        self._task = self._bar.add_task(where, total=self.total)

    def _line(self, done: float, where: str) -> None:
        share, now = min(1.0, done / self.total), time.monotonic()
        ended = share >= 1.0 - 1e-9
        due = share >= self._last_share + _STEP - 1e-9 and now - self._last_time >= _SHORTEST_PAUSE
        if not due and (not ended or self._last_share >= 1.0 - 1e-9):
            return
        self._last_share, self._last_time = share, now
        percent = round(100 * share)
        if ended:
            text = say("run_progress_end", self.lang, percent=percent, where=where)
        else:
            left = (now - self._begun) / max(1e-9, done - self._first) * (self.total - done)
            text = say("run_progress_line", self.lang, percent=percent, where=where, left=f"{left:.0f}")
        print(text, file=sys.stderr, flush=True)
