"""Progress of long work: a bar with the time left on a terminal, plain lines elsewhere, on standard error."""

from __future__ import annotations

import sys
import time
from typing import Any

from ruralsim.view.commands.common import say

_STEP = 0.1
_SHORTEST_PAUSE = 0.25


def kernels_ready() -> bool:
    """Say whether the compiled model is in the cache, so that a start is quick."""
    from ruralsim.base.compiled import cache_folder

    return next(cache_folder().rglob("*.nbi"), None) is not None


class Progress:
    """Reports months done; call it with (done, total). Use as a context manager.

    Args:
        lang: language of the words.
        silent: report nothing at all.
        months: horizon of one replicate.
    """

    def __init__(self, lang: str, *, silent: bool, months: int) -> None:
        self.lang = lang
        self.silent = silent
        self.months = months
        self._bar: Any = None
        self._task: Any = None
        self._begun = self._last_time = 0.0
        self._first = 0
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

    def __call__(self, done: int, total: int) -> None:
        """Report ``done`` of ``total`` months, counted over all replicates."""
        if self.silent or done == 0:
            return
        if self._begun == 0.0:
            # The clock starts after the first month: building and compiling say nothing about the months to come.
            self._first = done
            self._begun = self._last_time = time.monotonic()
            if sys.stderr.isatty():
                self._start_bar(total)
        if self._bar is not None:
            self._bar.update(self._task, completed=done, description=self._where(done, total))
        else:
            self._line(done, total)

    def _where(self, done: int, total: int) -> str:
        """Which replicate and how far it is."""
        count = max(1, total // self.months)
        number = min(count, max(0, done - 1) // self.months + 1)
        month = done - (number - 1) * self.months
        return say("run_progress", self.lang, replicate=number, replicates=count, month=month, months=self.months)

    def _start_bar(self, total: int) -> None:
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
        self._task = self._bar.add_task(self._where(0, total), total=total)

    def _line(self, done: int, total: int) -> None:
        share, now = done / total, time.monotonic()
        due = share >= self._last_share + _STEP - 1e-9 and now - self._last_time >= _SHORTEST_PAUSE
        if not due and (done < total or self._last_share >= 1.0):
            return
        self._last_share, self._last_time = share, now
        where, percent = self._where(done, total), round(100 * share)
        if done < total:
            left = (now - self._begun) / max(1, done - self._first) * (total - done)
            text = say("run_progress_line", self.lang, percent=percent, where=where, left=f"{left:.0f}")
        else:
            text = say("run_progress_end", self.lang, percent=percent, where=where)
        print(text, file=sys.stderr, flush=True)
