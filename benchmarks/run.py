"""How fast the model is, in one table.

    python benchmarks/run.py            # everything, under ten minutes on two cores
    python benchmarks/run.py --quick    # under three minutes
    python benchmarks/run.py --write    # also benchmarks/results.md and results.json

Every time is that of whole years (a month is not like another: January turns the year, December shares out), with the
county step, the record and the audit of both ledgers. Ratios come from runs that alternate in one process; medians.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from statistics import median
from typing import Any

FOLDER = Path(__file__).resolve().parent
YEAR = 12

START = """
import time
start = time.perf_counter()
from ruralsim import County, load_scenario
county = County.build(load_scenario("demo-township"), seed=1)
county.advance(1)
print(time.perf_counter() - start)
"""
HELP = "import sys; sys.argv = ['ruralsim', '--help']; from ruralsim.view.cli import main; main()"


@dataclass(frozen=True)
class Row:
    """One line of the table: ``aim`` in words; ``met`` None where nothing is asked."""

    part: str
    what: str
    value: float
    unit: str
    aim: str = ""
    met: bool | None = None


@dataclass(frozen=True)
class Effort:
    """How much to measure."""

    rounds: int
    mesa_rounds: int
    sizes: tuple[int, ...]
    starts: int
    cold_starts: int


QUICK = Effort(rounds=5, mesa_rounds=2, sizes=(600, 10_000, 100_000), starts=3, cold_starts=1)
FULL = Effort(rounds=9, mesa_rounds=4, sizes=(600, 10_000, 100_000, 1_000_000), starts=7, cold_starts=2)


def township(villagers: int, years: int) -> Any:
    """The demonstration township at a size: villages of about a thousand adults, a horizon of some years."""
    from ruralsim.policy.catalogue import vocabulary
    from ruralsim.spec.load import load_scenario

    overrides = [
        f"place.population={round(villagers * 1.255)}",
        f"place.villages={max(1, villagers // 1000)}",
        f"scenario.months={years * YEAR}",
    ]
    return load_scenario("demo-township", vocabulary=vocabulary(), overrides=overrides)


def built(villagers: int, years: int) -> Any:
    """A county of that size, one year old."""
    from ruralsim.model.county import County

    return County.build(township(villagers, years), seed=1).advance(YEAR)


def people_of(county: Any) -> int:
    """Villagers who are there."""
    return int(county.villages["people"].sum())


def timed(step: Callable[[], Any], villager_months: Callable[[], float]) -> float:
    """Nanoseconds per villager and month of one call."""
    start = time.perf_counter()
    step()
    return (time.perf_counter() - start) * 1e9 / villager_months()


def year_of(county: Any, threads: int = 1) -> float:
    """One compiled year, nanoseconds per villager and month."""
    return timed(lambda: county.advance(YEAR, threads=threads), lambda: people_of(county) * YEAR)


# ---------------------------------------------------------------- the parts


def against_mesa(effort: Effort) -> list[Row]:
    """Compiled columns, the same rules agent by agent in Mesa, and a plain Mesa twin: alternating years."""
    from mesa_twin import Township

    from ruralsim.windows import CountyModel

    rounds = effort.mesa_rounds
    county = built(10_000, 1 + 3 * rounds)
    scenario = township(10_000, 1 + rounds)
    agents, twin = CountyModel(scenario, seed=1), Township(scenario, seed=1)
    found: dict[str, list[float]] = {"columns": [], "agents": [], "twin": []}
    for _ in range(rounds):
        found["columns"].append(median(year_of(county) for _ in range(3)))
        found["agents"].append(
            timed(lambda: [agents.step() for _ in range(YEAR)], lambda: people_of(agents.county) * YEAR)
        )
        found["twin"].append(timed(lambda: [twin.step() for _ in range(YEAR)], lambda: twin.people * YEAR))

    def ratio(one: str, other: str) -> float:
        return median(a / b for a, b in zip(found[one], found[other], strict=True))

    part = "Mesa, 10,000 villagers, 1 thread"
    paths, plain, twins = ratio("agents", "columns"), ratio("twin", "columns"), ratio("agents", "twin")
    return [
        Row(part, "compiled columns", median(found["columns"]), "ns/villager-month"),
        Row(part, "Mesa agents on the same rules, same bits", median(found["agents"]) / 1000, "µs/villager-month"),
        Row(part, "plain Mesa twin, same rules", median(found["twin"]) / 1000, "µs/villager-month"),
        Row(part, "columns against Mesa agents", paths, "×", "≥ 300", paths >= 300),
        Row(part, "columns against the plain twin", plain, "×"),
        Row(part, "Mesa agents against the plain twin", twins, "× slower", "≤ 3", twins <= 3),
    ]


def against_limit(effort: Effort) -> list[Row]:
    """The month against the counted work it cannot do without, 10,000 villagers, one thread."""
    from limit import COUNTS, Units, limit

    county, units = built(10_000, 1 + 3 * effort.rounds), Units(10_000)
    months, costs = [], []
    for _ in range(effort.rounds):
        months.append(median(year_of(county) for _ in range(3)))
        costs.append(units.costs())
    part = "limit, 10,000 villagers, 1 thread"
    rows = []
    for count in COUNTS:
        cost = median(one[count.unit] for one in costs)
        rows.append(Row(part, f"{count.unit}: {count.number:.4g} at {cost:.3g} ns", count.number * cost, "ns"))
    ratio = median(month / limit(cost) for month, cost in zip(months, costs, strict=True))
    rows.append(Row(part, "limit", median(limit(cost) for cost in costs), "ns/villager-month"))
    rows.append(Row(part, "compiled month", median(months), "ns/villager-month"))
    rows.append(Row(part, "compiled month against its limit", ratio, "×", "≤ 2.5", ratio <= 2.5))
    return rows


def scaling(effort: Effort) -> list[Row]:
    """Sizes and threads: two counties with one seed, one and two threads in turn, equal bits at the end."""
    rows, one_thread = [], {}
    for size in effort.sizes:
        rounds = effort.rounds if size < 1_000_000 else min(3, effort.rounds)
        alone, paired = built(size, 1 + rounds), built(size, 1 + rounds)
        found: list[tuple[float, float]] = []
        for _ in range(rounds):
            found.append((year_of(alone), year_of(paired, threads=2)))
        same = alone.villagers.tobytes() == paired.villagers.tobytes() and bool(
            (alone.record.outcomes == paired.record.outcomes).all()
        )
        if not same:
            raise SystemExit(f"one and two threads differ at {size} villagers: the figures would mean nothing")
        one_thread[size] = median(one for one, _ in found)
        gain = median(one / two for one, two in found)
        part = f"{people_of(alone):,} villagers, {len(alone.villages):,} villages"
        rows.append(Row(part, "1 thread", one_thread[size], "ns/villager-month"))
        rows.append(Row(part, "2 threads, same bits", median(two for _, two in found), "ns/villager-month"))
        asked = size >= 10_000
        rows.append(
            Row(part, "second core is worth", gain, "×", "≥ 1.6" if asked else "", gain >= 1.6 if asked else None)
        )
    spread = [one_thread[size] for size in effort.sizes if size >= 10_000]
    flat = max(spread) / min(spread)
    rows.append(Row("all sizes from 10,000", "dearest villager-month over cheapest", flat, "×", "≤ 1.25", flat <= 1.25))
    return rows


def child(code: str, cache: str) -> tuple[float, str]:
    """Seconds of a fresh interpreter that runs some code, and what it printed."""
    environment = {**os.environ, "RURALSIM_CACHE": cache}
    environment.pop("RURALSIM_KERNELS", None)
    start = time.perf_counter()
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    return time.perf_counter() - start, done.stdout


def starts(effort: Effort) -> list[Row]:
    """First start ever (everything is compiled), later starts, imports: fresh interpreters."""
    cold, warm = [], []
    for _ in range(effort.cold_starts):
        with tempfile.TemporaryDirectory() as cache:
            cold.append(float(child(START, cache)[1]))
            warm += [float(child(START, cache)[1]) for _ in range(effort.starts)]
    with tempfile.TemporaryDirectory() as cache:
        times: dict[str, list[float]] = {"pass": [], "import ruralsim": [], HELP: []}
        for _ in range(effort.starts + 2):
            for code, seconds in times.items():
                seconds.append(child(code, cache)[0])
    bare, imported, helped = (median(seconds) for seconds in times.values())
    part = "starts, demo-township to its first month"
    first, later = median(cold), median(warm)
    return [
        Row(part, "first start, nothing compiled yet", first, "s", "< 20", first < 20),
        Row(part, "later starts", later, "s", "< 2", later < 2),
        Row("imports", "a bare interpreter", bare, "s"),
        Row("imports", "import ruralsim, interpreter included", imported, "s", "< 0.5", imported < 0.5),
        Row("imports", "ruralsim --help, interpreter included", helped, "s", "< 0.5", helped < 0.5),
    ]


PARTS: dict[str, Callable[[Effort], list[Row]]] = {
    "mesa": against_mesa,
    "limit": against_limit,
    "scaling": scaling,
    "starts": starts,
}

# ---------------------------------------------------------------- the table


def machine() -> str:
    """What it was measured on, in a line."""
    name = platform.processor() or platform.machine()
    cpu = Path("/proc/cpuinfo")
    if cpu.exists():
        lines = cpu.read_text().splitlines()
        names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
        name = names[0] if names else name
    tools = ", ".join(f"{package} {version(package)}" for package in ("numba", "numpy", "mesa"))
    return f"{name}, {os.cpu_count()} cores; Python {platform.python_version()}, {tools}"


def number(value: float) -> str:
    """Three figures, thousands apart."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def table(rows: list[Row]) -> str:
    """The rows as a Markdown table, which is readable as it stands."""
    cells = [("part", "what", "measured", "unit", "aim", "met")]
    for k, row in enumerate(rows):
        part = "" if k and rows[k - 1].part == row.part else row.part
        met = {None: "", True: "yes", False: "no"}[row.met]
        cells.append((part, row.what, number(row.value), row.unit, row.aim, met))
    widths = [max(len(line[k]) for line in cells) for k in range(6)]
    lines = [
        "| "
        + " | ".join(
            text.rjust(width) if k == 2 else text.ljust(width)
            for k, (text, width) in enumerate(zip(line, widths, strict=True))
        )
        + " |"
        for line in cells
    ]
    ruler = ["-" * (width - 1) + ":" if k == 2 else "-" * width for k, width in enumerate(widths)]
    lines.insert(1, "| " + " | ".join(ruler) + " |")
    return "\n".join(lines)


def counts_in_words() -> str:
    """The count behind the limit, with its reasons, as Markdown."""
    from limit import COUNTS

    lines = ["## What the limit counts, per villager and month", ""]
    for count in COUNTS:
        lines.append(f"* **{count.unit}**: {count.number:.4g}")
        lines += [f"  * {amount:.3g} — {reason}" for amount, reason in count.parts]
    return "\n".join(lines)


def main(arguments: list[str] | None = None) -> int:
    """Measure and print; returns 0 (an aim that is missed is a finding, not an error)."""
    parser = argparse.ArgumentParser(description="How fast ruralsim is, in one table.")
    parser.add_argument("--quick", action="store_true", help="fewer rounds, up to 100,000 villagers")
    parser.add_argument("--write", action="store_true", help="also write results.md and results.json beside this file")
    parser.add_argument("--only", choices=tuple(PARTS), action="append", help="one part (may be repeated)")
    asked = parser.parse_args(arguments)
    effort = QUICK if asked.quick else FULL
    rows: list[Row] = []
    for name in asked.only or PARTS:
        print(f"measuring: {name} …", file=sys.stderr, flush=True)
        rows += PARTS[name](effort)
    head = machine()
    print(f"{head}\n\n{table(rows)}")
    if asked.write:
        kind = "quick" if asked.quick else "full"
        intro = (__doc__ or "").split("\n\n")[-1].strip()
        text = f"# Speed\n\n{head}; {kind} run.\n\n{intro}\n\n{table(rows)}\n\n{counts_in_words()}\n"
        (FOLDER / "results.md").write_text(text, encoding="utf-8")
        facts = {"machine": head, "kind": kind, "rows": [asdict(row) for row in rows]}
        (FOLDER / "results.json").write_text(json.dumps(facts, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
