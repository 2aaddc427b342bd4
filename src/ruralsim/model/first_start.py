"""The first start: two processes compile at once what one would compile one after the other.

The month and the opening of a county are about equal halves of the machine code. Where the month's is not in the cache
yet, another interpreter compiles it into the cache (for no villages) while this one opens the county; the first month
waits for it. If it fails, this process compiles the month itself: all that is lost is time.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np

from ..base.compiled import cache_folder
from ..policy.levers import LEVER_DTYPE
from ..spec.parameters import load_parameters
from ..state.columns import CADRE_DTYPE, CADRE_SEATS, ENTERPRISE_DTYPE, TIES, VILLAGE_DTYPE, VILLAGER_DTYPE
from ..state.inputs import ITEM_DTYPE, REGIME_DTYPE, REPORT_DTYPE, SETTING_DTYPE

#: what the other interpreter does; it lives too short to collect garbage
_CODE = "import gc; gc.disable(); from ruralsim.model.first_start import compile_month; compile_month()"
_other: list[subprocess.Popen[bytes]] = []


def compile_month() -> None:
    """Compile the month (model/month.py) for a county's tables: a month of no villages."""
    from .desks import DESK_DTYPE
    from .hall import SEATING_DTYPE
    from .month import advance

    whole, table, money = np.zeros(0, np.int64), np.zeros((0, 1)), np.zeros((0, 1), np.int64)
    parameters = np.zeros(1, [(name, "f8") for name in load_parameters()])
    advance(
        0, 0, 0, 1, 1, whole, whole, np.zeros(0, VILLAGE_DTYPE), np.zeros(0, ENTERPRISE_DTYPE),
        np.zeros(0, VILLAGER_DTYPE), np.zeros((0, TIES), np.uint16), table, np.zeros(0, np.uint32),
        np.zeros(0, DESK_DTYPE), np.zeros(0, SEATING_DTYPE), np.zeros((0, CADRE_SEATS), CADRE_DTYPE),
        np.zeros(0, ITEM_DTYPE), np.zeros((0, 1), REPORT_DTYPE), table, money, np.zeros(0), np.zeros(0, LEVER_DTYPE),
        np.zeros(0, SETTING_DTYPE), np.zeros(1, REGIME_DTYPE), parameters, table, money, money, table, table, 0,
        False,
    )  # fmt: skip


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def compile_beside() -> None:
    """Start compiling the month in another process if the cache lacks it and there is a core to do it."""
    claim = cache_folder() / "month-is-being-compiled"
    if _other or _cores() < 2 or next(cache_folder().rglob("month.advance-*.nbi"), None) is not None:
        return
    try:
        claim.touch(exist_ok=False)  # of several processes that start at once, one has the month compiled
    except OSError:
        return
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(Path(__file__).parents[2]), *sys.path[1:]])}
    try:
        quiet = subprocess.DEVNULL
        _other.append(
            subprocess.Popen([sys.executable, "-c", _CODE], env=environment, stdin=quiet, stdout=quiet, stderr=quiet)
        )
    except OSError:
        claim.unlink(missing_ok=True)


def wait_for_month() -> None:
    """Wait until the other process, if there is one, has compiled the month."""
    while _other:
        _other.pop().wait()
        (cache_folder() / "month-is-being-compiled").unlink(missing_ok=True)
