"""The first start: while this process compiles the opening of a county, a second one compiles the month.

Both leave their machine code in the cache. Without a second processor, or where no process can be started, the month
is compiled when it is first wanted; nothing else depends on this module.
"""

from __future__ import annotations

import os
import subprocess
import sys

import numpy as np

from ruralsim.base.compiled import PACKAGE, cache_folder

_other: subprocess.Popen[bytes] | None = None


def compiled() -> bool:
    """Whether the month's machine code is in the cache for this version of the sources."""
    return any(cache_folder().rglob("month.advance-*.nbi"))


def start() -> None:
    """Begin to compile the month in a second process, unless it is compiled or under way already."""
    global _other
    if _other is not None or (os.cpu_count() or 1) < 2 or compiled():
        return
    path = os.pathsep.join(part for part in (str(PACKAGE.parent), os.environ.get("PYTHONPATH", "")) if part)
    quiet = subprocess.DEVNULL
    try:
        _other = subprocess.Popen(
            [sys.executable, "-m", "ruralsim.model.warm"], env=os.environ | {"PYTHONPATH": path},
            stdin=quiet, stdout=quiet, stderr=quiet,
        )
    except OSError:
        _other = None


def wait() -> None:
    """Wait for what :func:`start` began; then the month is in the cache (or is compiled here if that failed)."""
    if _other is not None:
        _other.wait()


def compile_month() -> None:
    """Compile the month for the types that a county has, by advancing no village at all."""
    from ruralsim.model.books_loop import OUTCOMES
    from ruralsim.model.month import advance
    from ruralsim.model.office_loop import OBSERVABLE_COUNT
    from ruralsim.model.population import empty_cadres, empty_people
    from ruralsim.policy.levers import no_policy
    from ruralsim.spec.parameters import load_parameters
    from ruralsim.state.columns import ENTERPRISE_DTYPE, VILLAGE_DTYPE
    from ruralsim.state.flows import DRIVERS, FLOWS
    from ruralsim.state.inputs import CHANGES, ITEM_DTYPE, PAYMENTS, REGIME_DTYPE, REPORT_DTYPE, SETTING_DTYPE

    rows = np.zeros(1, np.int64)
    people, ties, pooling = empty_people(1)
    parameters = np.zeros(1, np.dtype([(name, "f8") for name in load_parameters()]))
    advance(
        0, 0, 1, 1, 1, rows, rows, np.zeros(1, VILLAGE_DTYPE), np.zeros(1, ENTERPRISE_DTYPE), people, ties, pooling,
        empty_cadres(1), np.zeros(1, ITEM_DTYPE), np.zeros((1, 1), REPORT_DTYPE), np.zeros((1, OBSERVABLE_COUNT)),
        np.zeros((1, len(PAYMENTS)), np.int64), np.zeros(1), no_policy(1), np.zeros(1, SETTING_DTYPE),
        np.zeros(1, REGIME_DTYPE), parameters, np.zeros((1, len(CHANGES))), np.zeros((1, len(FLOWS)), np.int64),
        np.zeros((1, len(FLOWS)), np.int64), np.zeros((1, len(DRIVERS))), np.zeros((1, len(OUTCOMES))), 0,
    )


if __name__ == "__main__":
    compile_month()
