"""Runs: seeds of replicates, horizons, threads, residuals, wrong numbers."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from ruralsim.base.errors import InputError
from ruralsim.model.run import (
    RunResult,
    default_replicates,
    load_scenario,
    replicate_seed,
    residuals,
    run,
    simulate,
    with_horizon,
    without_policy,
)

SMALL = ("place.villages=3", "place.population=900", "scenario.months=14")


@pytest.fixture(scope="module")
def result() -> RunResult:
    return run(load_scenario("demo-township", overrides=SMALL), seed=5, replicates=2, threads=1)


def test_seeds_of_replicates() -> None:
    seeds = [replicate_seed(7, number) for number in range(200)]
    assert seeds[0] == 7
    assert len(set(seeds)) == 200
    assert seeds == [replicate_seed(7, number) for number in range(200)]
    assert seeds[1:] != [replicate_seed(8, number) for number in range(1, 200)]
    assert all(0 <= seed < 2**32 for seed in seeds)


@pytest.mark.parametrize(("name", "expected"), [("pengzhou", 2), ("demo-township", 10)])
def test_replicates_by_default(name: str, expected: int) -> None:
    assert default_replicates(load_scenario(name)) == expected


def test_a_run_without_policy_is_the_same_county() -> None:
    scenario = load_scenario("demo-township", overrides=SMALL)
    idle = without_policy(scenario)
    assert (idle.place, idle.regime, idle.framework) == (scenario.place, scenario.regime, scenario.framework)
    with_it, without = (run(one, replicates=1, threads=1).records[0] for one in (scenario, idle))
    assert np.array_equal(with_it.outcomes[0], without.outcomes[0])
    assert not np.array_equal(with_it.outcomes[1:], without.outcomes[1:])
    assert not without.policy
    assert default_replicates(idle) == 10


def test_both_books_balance(result: RunResult) -> None:
    assert result.audit["money_residual"] == 0.0
    assert result.audit["momentum_residual"] <= 1e-9
    assert len(result.records) == 2
    assert result.names == ("V001", "V002", "V003")


@pytest.mark.parametrize(("array", "residual"), [("money", "money_residual"), ("momentum", "momentum_residual")])
def test_residuals_find_a_line_that_is_wrong(result: RunResult, array: str, residual: str) -> None:
    record = result.records[0]
    lines = getattr(record, array)
    lines[3, 1, 4] += 1
    try:
        found = residuals(record)[residual]
    finally:
        lines[3, 1, 4] -= 1
    assert found == pytest.approx({"money": 0.01, "momentum": 1.0}[array])
    assert residuals(record)[residual] <= 1e-9


def test_a_replicate_is_a_run_of_its_seed(result: RunResult) -> None:
    alone = run(result.scenario, seed=result.replicates[1].seed, replicates=1, threads=2)
    assert np.array_equal(alone.records[0].outcomes, result.records[1].outcomes)
    assert np.array_equal(alone.records[0].money, result.records[1].money)
    assert not np.array_equal(result.records[0].outcomes, result.records[1].outcomes)


def test_a_shorter_horizon_is_the_beginning_of_a_longer_one(result: RunResult) -> None:
    short = run(result.scenario, seed=5, replicates=1, months=6)
    assert short.scenario.months == 6
    assert np.array_equal(short.records[0].outcomes, result.records[0].outcomes[:7])


def test_progress_counts_months_over_replicates(result: RunResult) -> None:
    calls: list[tuple[int, int]] = []
    run(result.scenario, replicates=2, months=3, progress=lambda done, total: calls.append((done, total)))
    assert calls == [(0, 6), (1, 6), (2, 6), (3, 6), (3, 6), (4, 6), (5, 6), (6, 6)]


def test_a_draw_changes_the_run(result: RunResult) -> None:
    drawn = run(result.scenario, seed=5, replicates=1, months=3, values={"dispute_base": 0.003})
    assert not np.array_equal(drawn.records[0].outcomes, result.records[0].outcomes[:4])


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"seed": -1}, "seed: -1 is out of bounds; accepted is 0 to 4294967295"),
        ({"seed": 2**32}, "seed: 4294967296 is out of bounds"),
        ({"replicates": 0}, "replicates: 0 is out of bounds"),
        ({"threads": 0}, "threads: 0 is out of bounds"),
        ({"values": {"dispute_bas": 1.0}}, "Did you mean 'dispute_base'"),
    ],
)
def test_wrong_numbers(result: RunResult, arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError, match=message):
        simulate(result.scenario, **arguments)


@pytest.mark.parametrize("months", [0, 1201])
def test_wrong_horizon(result: RunResult, months: int) -> None:
    with pytest.raises(InputError, match=r"months: .* out of bounds; accepted is 1 to 1200"):
        with_horizon(result.scenario, months)
