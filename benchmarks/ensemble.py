"""What an ensemble costs: beside bare runs, beside Mesa's own batch runner, and in memory.

    python benchmarks/ensemble.py            # some minutes on two cores
    python benchmarks/ensemble.py --quick

* overhead: runs through the store with one worker, over the same runs in a bare loop of one process;
* second worker: the same ensemble with two;
* Mesa: the same rules agent by agent through ``mesa.batch_run`` with two processes, over ours with two workers;
* memory: the largest size of the driver with 10,000 runs over that with 100.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ruralsim.experiments import Arm, Design, Plan, open_plan, run_experiment
from ruralsim.model.county import County
from ruralsim.model.run import load_scenario
from ruralsim.windows import CountyModel

#: prints the driver's largest size in MB after so many of the tiniest runs
_DRIVER = """
import resource, sys
sys.path.insert(0, {folder!r})
from ensemble import ensemble
from ruralsim.experiments import run_experiment
plan = ensemble({runs}, villages=1, adults=20, months=1)
run_experiment(plan, {store!r}, workers=2)
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
"""


def ensemble(runs: int, *, villages: int, adults: int, months: int) -> Plan:
    """Replicates of a small demonstration township with its whole policy, every record in full detail."""
    size = [f"place.population={round(villages * adults * 1.3)}", f"place.villages={villages}",
            "place.demonstration_villages=1", f"scenario.months={months}"]  # fmt: skip
    scenario = load_scenario("demo-township", overrides=size)
    return open_plan(Design("ensemble", (Arm("one", {}, (scenario,)),), replicates=runs))


class Batch(CountyModel):
    """The same county for Mesa's batch runner, agent by agent."""

    def __init__(self, size: Sequence[int], luck: int) -> None:
        """Args: villages, adults and months; the replicate."""
        villages, adults, months = size
        plan = ensemble(luck + 1, villages=villages, adults=adults, months=months)
        super().__init__(plan.scenario(luck), plan.run(luck).seed, activation="agents")
        self.last = months

    def step(self) -> None:
        """A month; the last one ends the run."""
        super().step()
        self.running = self.month < self.last


def overhead(runs: int) -> dict[str, float]:
    """Seconds a run: bare, through one worker, through two; workers' start and first run are left out of both."""
    plan = ensemble(runs, villages=8, adults=300, months=60)
    scenario = plan.scenario(0)
    County.build(scenario, 1).advance()
    begun = time.perf_counter()
    for index in range(runs):
        County.build(scenario, plan.run(index).seed).advance(threads=1)
    found = {"bare": (time.perf_counter() - begun) / runs}
    for workers in (1, 2):
        with tempfile.TemporaryDirectory() as folder:
            found[f"workers_{workers}"] = _steady(plan, folder, workers)
    return found


def _steady(plan: Plan, folder: str, workers: int) -> float:
    """Seconds a run between the first ones and the last."""
    marks: list[float] = []
    run_experiment(plan, folder, workers=workers, progress=lambda told: marks.append(time.perf_counter()))
    warm = 2 * workers  # one entry before the first run, then one a run
    return (marks[-1] - marks[warm]) / (len(marks) - 1 - warm)


def against_mesa(mesa_runs: int, our_runs: int, size: tuple[int, int, int] = (2, 100, 12)) -> dict[str, float]:
    """Seconds a run through ``mesa.batch_run`` with two processes, and through ours with two workers."""
    import mesa

    Batch(size, 0).step()  # imports are paid by neither side
    begun = time.perf_counter()
    mesa.batch_run(
        Batch, {"size": [size], "luck": range(mesa_runs)}, number_processes=2, max_steps=size[2], display_progress=False
    )
    theirs = (time.perf_counter() - begun) / mesa_runs
    villages, adults, months = size
    with tempfile.TemporaryDirectory() as folder:
        ours = _steady(ensemble(our_runs, villages=villages, adults=adults, months=months), folder, 2)
    return {"mesa_batch_run": theirs, "experiment": ours, "ratio": theirs / ours}


def driver_memory(counts: Sequence[int]) -> dict[str, float]:
    """Largest size of the driver in MB for ensembles of so many runs."""
    found = {}
    for runs in counts:
        with tempfile.TemporaryDirectory() as store:
            code = _DRIVER.format(folder=str(Path(__file__).resolve().parent), runs=runs, store=store)
            done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
            found[str(runs)] = round(float(done.stdout), 1)
    return found


def measure(quick: bool) -> dict[str, Any]:
    """All figures."""
    cost = overhead(20 if quick else 80)
    memory = driver_memory((100, 1_000) if quick else (100, 10_000))
    small, large = memory.values()
    return {
        "overhead": {**cost, "one_worker_over_bare": cost["workers_1"] / cost["bare"],
                     "second_worker": cost["workers_1"] / cost["workers_2"]},
        "mesa": against_mesa(4 if quick else 12, 100 if quick else 400),
        "driver_mb": {**memory, "ratio": large / small},
    }  # fmt: skip


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    found = measure(given.quick)
    if given.json:
        print(json.dumps(found))
        return
    cost, mesa, memory = found["overhead"], found["mesa"], found["driver_mb"]
    print(f"a run: bare {1e3 * cost['bare']:.1f} ms, one worker {1e3 * cost['workers_1']:.1f} ms "
          f"({cost['one_worker_over_bare']:.2f} times), a second worth {cost['second_worker']:.2f}")  # fmt: skip
    print(f"mesa.batch_run, same rules, two processes: {mesa['mesa_batch_run']:.2f} s a run; ours "
          f"{1e3 * mesa['experiment']:.1f} ms: {mesa['ratio']:.0f} times the throughput")  # fmt: skip
    print("driver, MB by number of runs: " + ", ".join(f"{runs}: {size}" for runs, size in memory.items()))


if __name__ == "__main__":
    main()
