"""A synthetic country the size of rural China, county by county through the experiment store.

    python benchmarks/country.py --fraction 0.01              # minutes on two cores
    python benchmarks/country.py --store results/country      # the whole; may be killed and given again

490,000 villages of about 1,020 villagers (500 million), 120 months, in counties of 200 villages that differ by their
luck. Of each county a summary record is kept (the county's figures by year). A scaling benchmark, not a claim about
China: nothing here is estimated for the country. What is printed for the whole is measured, or extrapolated from the
fraction that was run, and says so.
"""

from __future__ import annotations

import argparse
import json
import resource
import shutil
import tempfile
import time
from pathlib import Path
from typing import Any

from ruralsim.experiments import Arm, Design, Plan, Progress, Store, open_plan, run_experiment, status_of
from ruralsim.model.run import load_scenario

VILLAGES, COUNTY_VILLAGES, MONTHS = 490_000, 200, 120
ADULTS = 1_000  # a village; about 1,020 villagers with the residents registered elsewhere


def country(fraction: float, months: int = MONTHS, villages: int = VILLAGES, size: int = COUNTY_VILLAGES) -> Plan:
    """The plan: one run a county.

    Args:
        fraction: of the country, above 0 and up to 1.
        months: horizon.
        villages: in the whole country.
        size: villages in a county.
    """
    stated = load_scenario("national")
    ratio = stated.place.persons_per_adult or stated.parameter_values()["persons_per_adult"]
    sizes = {"population": round(size * ADULTS * ratio), "villages": size, "townships": max(1, size // 20)}
    overrides = [f"scenario.months={months}", *(f"place.{name}={value}" for name, value in sizes.items())]
    arm = Arm("county", stated.title, (load_scenario("national", overrides=overrides),))
    counties = max(1, round(villages / size * fraction))
    return open_plan(Design("country", (arm,), replicates=counties, detail="county"))


def measure(plan: Plan, folder: Path, workers: int | None, tell: bool) -> dict[str, Any]:
    """Run what the store lacks and say how it went."""

    def line(told: Progress) -> None:
        if told.done and (told.done % max(1, told.total // 20) == 0 or told.done == told.total):
            left = told.seconds / told.done * (told.total - told.done)
            print(f"  {told.done} of {told.total} counties, about {left:.0f} s left", flush=True)

    begun = time.perf_counter()
    status = run_experiment(plan, folder, workers=workers, progress=line if tell else None)
    seconds = time.perf_counter() - begun
    store, villagers = Store(folder), 0
    for index in range(len(plan)):
        record = store.read(plan.key(index))
        villagers += record.villagers if record is not None else 0
    scenario = plan.design.arms[0].scenarios[0]
    made = status.made / max(1, len(plan))
    own, children = (
        resource.getrusage(who).ru_maxrss / 1024 for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    disk = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    return {
        "counties": len(plan), "made_now": status.made, "failed": status.counts["failed"],
        "villages": len(plan) * scenario.place.villages, "villagers": villagers, "months": scenario.months,
        "seconds": round(seconds, 1),
        "ns_per_villager_month": round(1e9 * seconds / max(1.0, made * villagers * scenario.months), 2),
        "driver_mb": round(own), "worker_mb": round(children), "disk_mb": round(disk / 1e6, 2),
    }  # fmt: skip


def whole(found: dict[str, Any], fraction: float) -> str:
    """What the whole country takes, measured or extrapolated."""
    scale = 1.0 / fraction
    minutes = found["seconds"] * scale / 60.0
    how = "measured" if fraction >= 1.0 else f"extrapolated from {100 * fraction:g} %"
    if found["made_now"] < found["counties"]:
        how += "; some counties were in the store already, so the time is short of the whole"
    return (
        f"the whole country: {found['villages'] * scale:,.0f} villages, {found['villagers'] * scale:,.0f} villagers, "
        f"{minutes:.0f} minutes, {found['disk_mb'] * scale:.0f} MB on disk ({how})"
    )


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--fraction", type=float, default=1.0, help="part of the country, above 0 and up to 1")
    parser.add_argument("--months", type=int, default=MONTHS)
    parser.add_argument("--workers", type=int, default=None)
    parser.add_argument("--store", type=Path, default=None, help="kept, and resumed from; default: a temporary folder")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    if not 0.0 < given.fraction <= 1.0:
        parser.error("--fraction must lie above 0 and be at most 1")
    plan = country(given.fraction, given.months)
    folder = given.store or Path(tempfile.mkdtemp(prefix="ruralsim-country-"))
    try:
        found = measure(plan, folder, given.workers, not given.json)
        exact = len(plan) * COUNTY_VILLAGES / VILLAGES
        if given.json:
            print(json.dumps({**found, "fraction": exact}))
            return
        for name, value in found.items():
            print(f"  {name}: {value:,}")
        print(whole(found, exact))
        if given.store is not None:
            print(f"in the store: {dict(status_of(plan, folder).counts)}")
    finally:
        if given.store is None:
            shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
