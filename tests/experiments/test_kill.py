"""Killed twenty times, an experiment ends as if nothing had happened."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.experiments import tiny

pytestmark = pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="children are found in /proc")

KILLS = 20
REPLICATES = 60


def _command(design: Path, store: Path) -> list[str]:
    return [sys.executable, "-m", "ruralsim.view.cli", "experiment", "run", str(design), "--store", str(store),
            "--workers", "2", "--resume", "--quiet"]  # fmt: skip


def _children(process: int) -> list[int]:
    try:
        text = Path(f"/proc/{process}/task/{process}/children").read_text(encoding="ascii")
    except OSError:
        return []
    found = [int(one) for one in text.split()]
    # workers are started by threads of the driver
    for task in Path(f"/proc/{process}/task").glob("*/children"):
        try:
            found += [int(one) for one in task.read_text(encoding="ascii").split()]
        except OSError:
            continue
    return sorted(set(found))


def _count(store: Path) -> int:
    return sum(1 for _ in store.glob("??/*.run"))


def _kill_somewhere(driver: subprocess.Popen[bytes], store: Path, dice: random.Random, what: str) -> bool:
    """Wait until some runs are new, then a random moment, then kill; False where the driver ended first."""
    before, patience = _count(store), time.monotonic() + 60
    wanted = before + dice.randrange(0, 6)
    while _count(store) < wanted and driver.poll() is None:
        assert time.monotonic() < patience, "no progress"
        time.sleep(0.005)
    time.sleep(dice.random() * 0.15)
    if driver.poll() is not None:
        return False
    if what == "worker":
        workers = _children(driver.pid)
        if not workers:
            return False
        os.kill(dice.choice(workers), signal.SIGKILL)
    elif what == "driver":
        driver.kill()
    else:
        os.killpg(driver.pid, signal.SIGKILL)
    return True


@pytest.mark.slow
def test_twenty_kills_lose_nothing(tmp_path: Path) -> None:
    design = tiny.write(tmp_path / "e", replicates=REPLICATES)
    quiet, store = tmp_path / "quiet", tmp_path / "store"
    subprocess.run(_command(design, quiet), check=True, capture_output=True, timeout=300)
    dice, kills, kinds = random.Random(5), 0, ("worker", "worker", "driver", "worker", "group")
    driver: subprocess.Popen[bytes] | None = None
    while kills < KILLS:
        if driver is None or driver.poll() is not None:
            assert _count(store) < 2 * REPLICATES or kills, "nothing was left to kill"
            driver = subprocess.Popen(
                _command(design, store), start_new_session=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
            )
        what = kinds[kills % len(kinds)]
        if _kill_somewhere(driver, store, dice, what):
            kills += 1
            if what != "worker":
                driver.wait()
        elif driver.poll() is not None and _count(store) == 2 * REPLICATES:
            for path in sorted(store.glob("??/*.run"))[::2]:  # it was quicker than we were: give it more to do
                path.unlink()
    if driver is not None and driver.poll() is None:
        driver.kill()
        driver.wait()
    time.sleep(0.3)  # workers notice that their driver is gone
    done = subprocess.run(_command(design, store), check=True, capture_output=True, timeout=300)
    assert not done.stderr.strip(), done.stderr
    assert tiny.files(store) == tiny.files(quiet)
    assert len(tiny.files(store)) == 2 * REPLICATES


def test_workers_end_with_their_driver(tmp_path: Path) -> None:
    design, store = tiny.write(tmp_path / "e", replicates=5_00, months=60), tmp_path / "store"
    driver = subprocess.Popen(_command(design, store), start_new_session=True, stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + 60
    while _count(store) < 2:
        assert time.monotonic() < deadline
        time.sleep(0.02)
    workers = _children(driver.pid)
    driver.kill()
    driver.wait()
    assert workers
    deadline = time.monotonic() + 10
    while any(Path(f"/proc/{one}").exists() and _state(one) != "Z" for one in workers):
        assert time.monotonic() < deadline, "a worker outlived its driver"
        time.sleep(0.02)


def _state(process: int) -> str:
    try:
        return Path(f"/proc/{process}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[0]
    except OSError:
        return "Z"
