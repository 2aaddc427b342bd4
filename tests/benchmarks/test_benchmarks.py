"""The benchmarks measure what they say: the plain Mesa twin lives by the same rules, the limit counts what it declares.

Nothing here is timed.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

from ruralsim.model.books_loop import OUTCOME_INDEX
from ruralsim.model.county import County
from ruralsim.policy.catalogue import vocabulary
from ruralsim.spec.load import load_scenario
from ruralsim.spec.scenario import Scenario
from ruralsim.state.columns import HOME

BENCHMARKS = Path(__file__).resolve().parents[2] / "benchmarks"
sys.path.insert(0, str(BENCHMARKS))

import limit  # noqa: E402
import run as benchmark  # noqa: E402
from mesa_twin import Township  # noqa: E402
from twin_villager import Villager  # noqa: E402

MONTHS, LUCKS, ENGINE_LUCKS = 14, 6, 24
#: name in the twin -> outcome of the engine
COMPARED = {
    "mean_trust": "mean_trust",
    "mean_satisfaction": "mean_satisfaction",
    "civic_share": "contribution",
    "turnout": "turnout",
    "pooled": "pooled_share",
    "home_share": "home_share",
    "median_income": "median_income",
    "income_spread": "income_spread",
    "offfarm_share": "offfarm_share",
    "mean_belonging": "belonging",
    "potential": "potential",
    "registered": "registered",
}
#: no difference below this share of the engine's mean is called one: six runs give a rough standard deviation
FLOOR = 0.01


@pytest.fixture(scope="module")
def scenario() -> Scenario:
    """Six small villages for fourteen months, two Januaries and a December among them."""
    size = ["place.population=1500", "place.villages=6", f"scenario.months={MONTHS}"]
    return load_scenario("demo-township", vocabulary=vocabulary(), overrides=size)


@pytest.fixture(scope="module")
def engine(scenario: Scenario) -> np.ndarray:
    """Outcomes of the engine: one opening state, many lucks; [luck, outcome], means weighted by registered adults."""
    found = []
    for luck in range(ENGINE_LUCKS):
        county = County.build(scenario, seed=1)
        county.seed = 100 + luck
        county.advance(MONTHS)
        heads = county.villages["registered"].astype(np.float64)
        columns = [OUTCOME_INDEX[name] for name in COMPARED.values()]
        found.append((county.outcomes[:, columns] * heads[:, None]).sum(axis=0) / heads.sum())
    return np.array(found)


def lived(scenario: Scenario, lucks: int, villager_class: type[Villager] = Villager) -> np.ndarray:
    """The same of the twin."""
    found = []
    for luck in range(lucks):
        twin = Township(scenario, seed=1, luck=luck, villager_class=villager_class)
        for _ in range(MONTHS):
            twin.step()
        found.append([twin.mean(name) for name in COMPARED])
    return np.array(found)


def apart(engine: np.ndarray, twin: np.ndarray) -> list[str]:
    """Outcomes whose means differ by more than four standard errors and more than one per cent."""
    error = np.sqrt(engine.var(axis=0, ddof=1) / len(engine) + twin.var(axis=0, ddof=1) / len(twin))
    allowed = np.maximum(4.0 * error, FLOOR * np.abs(engine.mean(axis=0)))
    gap = np.abs(twin.mean(axis=0) - engine.mean(axis=0))
    return [
        f"{name}: {a:.4f} against {b:.4f}, allowed {c:.4f}"
        for name, a, b, g, c in zip(COMPARED, engine.mean(axis=0), twin.mean(axis=0), gap, allowed, strict=True)
        if g > c
    ]


def test_the_twin_is_statistically_the_engine(scenario: Scenario, engine: np.ndarray) -> None:
    assert apart(engine, lived(scenario, LUCKS)) == []


class Emigrant(Villager):
    """Never comes home again."""

    def move(self) -> None:
        """Leave as everybody does, stay away."""
        if self.status == HOME:
            super().move()


def test_a_twin_with_one_rule_missing_is_told_apart(scenario: Scenario, engine: np.ndarray) -> None:
    """Negative control: the comparison can fail."""
    told = apart(engine, lived(scenario, 2, Emigrant))
    assert any(line.startswith("home_share") for line in told), told


def test_the_twins_books_balance(scenario: Scenario) -> None:
    """Household cash moves by what households are paid and pay, to the fen: no work of the month is left out."""
    from ruralsim.state.flows import FLOWS, H

    twin = Township(scenario, seed=1)
    for _ in range(MONTHS):
        people = [person for village in twin.villages for person in village.members]
        before = sum(person.wealth for person in people)
        twin.step()
        after = sum(person.wealth for village in twin.villages for person in village.members)
        flows = np.sum([village.money for village in twin.villages], axis=0)
        net = sum(int(paid) * ((flow.payee == H) - (flow.payer == H)) for flow, paid in zip(FLOWS, flows, strict=True))
        assert after - before == net, f"month {twin.month}"


def test_every_unit_of_the_limit_is_counted_once_and_timed() -> None:
    assert [count.unit for count in limit.COUNTS] == list(limit.LOOPS)
    assert all(count.number > 0.0 and all(reason for _, reason in count.parts) for count in limit.COUNTS)
    costs = dict.fromkeys(limit.LOOPS, 0.0)
    assert limit.limit(costs) == 0.0
    costs["neighbour"] = 2.0
    assert limit.limit(costs) == 16.0


def test_unit_loops_do_their_work() -> None:
    """The loops compute what they are named after; a loop optimised away would time nothing."""
    units = limit.Units(2000)
    _, ties, shown, trust, _, cells, words, out = units.arguments
    last = trust[1000:].astype(np.float64)
    for name, expected in (("exponential", np.exp(last)), ("logarithm", np.log(last)), ("division", 1.0 / last)):
        limit.LOOPS[name][0](*units.arguments)
        np.testing.assert_allclose(out, expected, rtol=1e-14)
    limit.LOOPS["rounding to fen"][0](*units.arguments)
    np.testing.assert_array_equal(out, np.rint(last * 100.0))
    limit.LOOPS["neighbour"][0](*units.arguments)
    seen = shown[1000:][ties[1000:]].sum(axis=1, dtype=np.uint64)
    np.testing.assert_allclose(out, seen + trust[1000:].astype(np.float64)[ties[1000:]].sum(axis=1))
    before = cells.copy()
    limit.LOOPS["record byte"][0](*units.arguments)
    np.testing.assert_array_equal(cells, before + np.uint64(6))
    assert words.any()


def test_the_table_is_one_table_and_says_what_was_missed() -> None:
    rows = [
        benchmark.Row("part", "fast", 1234.5, "ns", "≤ 2", False),
        benchmark.Row("part", "slow", 0.1234, "s", "< 1", True),
    ]
    lines = benchmark.table(rows).splitlines()
    assert len(lines) == 4
    assert len({len(line) for line in lines}) == 1
    assert "1,234" in lines[2]
    assert lines[2].endswith("| no  |")
    assert "0.123" in lines[3]
