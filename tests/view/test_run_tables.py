"""The tables of a run: the contract of columns, and both ledgers recomputed from the files alone."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

from ruralsim.model.books_loop import OUTCOMES
from ruralsim.spec.parameters import load_parameters
from ruralsim.view.cli import run
from ruralsim.view.tables import OPTIONAL, TABLES

KEYS = ["draw", "replicate", "month", "village"]
GOALS = ["governance", "development", "life"]
CONTRACT = {
    "outcomes": [*KEYS, *GOALS, *(name for name, _, _ in OUTCOMES)],
    "indicators": [*KEYS, "tier", "indicator", "true", "reported", "target"],
    "policy": [*KEYS, "instrument", "intensity", "reached", "cost", "delivered"],
    "money": [*KEYS, "flow", "payer", "payee", "amount"],
    "balances": [*KEYS, "sector", "cash"],
    "momentum": [*KEYS, "direction", "driver", "amount", "unit"],
    "groups": [
        *(*KEYS[:2], "policy", *KEYS[2:], "grouping", "group", "persons", "residents"),
        *("mean_income", "mean_satisfaction", "mean_trust"),
    ],
    "baseline": [*KEYS, *GOALS, *(name for name, _, _ in OUTCOMES)],
    "draws": [
        *("draw", "replicate", "kind", "twin_of", "policy", "year", "months"),
        *(*GOALS, *(name for name, _, _ in OUTCOMES), *(f"parameter_{name}" for name in load_parameters())),
    ],
}
MONTHS, VILLAGES, REPLICATES = 26, 4, 2

QUIET = ("--quiet", "--no-report")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("run") / "out"
    changes = [part for change in ("place.villages=4", "place.population=1500") for part in ("--set", change)]
    size = ["--months", str(MONTHS), "--replicates", str(REPLICATES), "--draws", "4"]
    assert run(["run", "demo-township", *changes, *size, "--out", str(out), *QUIET]) == 0
    return out


def read(folder: Path, table: str) -> pd.DataFrame:
    return pd.read_parquet(folder / f"{table}.parquet")


@pytest.mark.parametrize("table", CONTRACT)
def test_columns_of_the_contract(folder: Path, table: str) -> None:
    assert pq.read_schema(folder / f"{table}.parquet").names == CONTRACT[table]


@pytest.mark.parametrize("table", [*TABLES, *OPTIONAL])
def test_every_column_carries_its_unit_and_meaning(folder: Path, table: str) -> None:
    schema = pq.read_schema(folder / f"{table}.parquet")
    plain = json.loads(schema.metadata[b"columns"])
    assert list(plain) == schema.names
    for field in schema:
        assert field.metadata[b"unit"]
        assert len(field.metadata[b"meaning"]) > 3
        assert plain[field.name]["unit"] == field.metadata[b"unit"].decode()


def test_rows(folder: Path) -> None:
    outcomes = read(folder, "outcomes")
    assert len(outcomes) == REPLICATES * (MONTHS + 1) * VILLAGES
    assert set(outcomes["draw"]) == {0}
    assert set(outcomes["month"]) == set(range(MONTHS + 1))
    assert sorted(outcomes["village"].unique()) == ["V001", "V002", "V003", "V004"]
    assert not outcomes.isna().any().any()
    villages = read(folder, "villages")
    assert {"village", "class", "population", "villagers", "cadres"} <= set(villages.columns)
    assert len(villages) == REPLICATES * VILLAGES
    assert (villages["villagers"] == villages["registered_adults"] + villages["outsiders"]).all()


def test_the_baseline_is_the_same_county_without_policy(folder: Path) -> None:
    with_it, without = read(folder, "outcomes"), read(folder, "baseline")
    assert len(with_it) == len(without)
    start = with_it["month"] == 0
    pd.testing.assert_frame_equal(with_it[start], without[start])
    assert (with_it["potential"] != without["potential"]).mean() > 0.5
    content = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    last = without[without["month"] > MONTHS - 12]
    months = last.groupby(["replicate", "month"])
    monthly = months.apply(lambda one: np.average(one["life"], weights=one["registered"]), include_groups=False)
    assert content["outcomes"]["life"]["effect"]["baseline"] == pytest.approx(monthly.mean())


def test_draws_by_year(folder: Path) -> None:
    """The whole place is its own sample: the defaults' years are those of the outcomes table."""
    draws, outcomes = read(folder, "draws"), read(folder, "outcomes")
    assert set(draws["year"]) == {0, 1, 2, 3}
    assert draws.groupby("year")["months"].unique().explode().tolist() == [0, 12, 12, 2]
    mine = outcomes[(outcomes["replicate"] == 1) & outcomes["month"].between(13, 24)]
    weighted = (mine["mean_trust"] * mine["registered"]).groupby(mine["month"]).sum()
    expected = (weighted / mine.groupby("month")["registered"].sum()).mean()
    row = draws.query("draw == 0 and replicate == 1 and policy == 'scenario' and year == 2")
    assert row["mean_trust"].item() == pytest.approx(expected)


def fen(yuan: pd.Series) -> pd.Series:
    return (yuan * 100).round().astype("int64")


def test_money_recomputed_from_the_tables(folder: Path) -> None:
    """Every sector's cash moves by what it received less what it paid, to the fen."""
    money, balances = read(folder, "money"), read(folder, "balances")
    assert (money["amount"] > 0).all()
    assert (money["payer"].astype(str) != money["payee"].astype(str)).all()
    money["fen"], balances["fen"] = fen(money["amount"]), fen(balances["cash"])
    for frame in (money, balances):
        frame["village"] = frame["village"].astype(str)
    keys = ["replicate", "village", "month"]
    net = pd.concat(
        [
            money.rename(columns={"payee": "sector"}).astype({"sector": str})[[*keys, "sector", "fen"]],
            money.rename(columns={"payer": "sector"})
            .astype({"sector": str})[[*keys, "sector", "fen"]]
            .assign(fen=-money["fen"]),
        ]
    )
    flows = net.groupby([*keys, "sector"])["fen"].sum()
    cash = balances.astype({"sector": str}).set_index([*keys, "sector"])["fen"].sort_index()
    change = cash.groupby(["replicate", "village", "sector"]).diff().dropna().astype("int64")
    change = change.reset_index().set_index([*keys, "sector"])["fen"]
    assert len(change) == REPLICATES * (VILLAGES + 1) * MONTHS * 5
    assert (change - flows.reindex(change.index, fill_value=0) == 0).all()
    assert flows.index.isin(change.index).all()
    assert (change != 0).mean() > 0.3
    every_sector = change.groupby(keys).sum()
    assert (every_sector == 0).all()


def test_county_revenue_is_under_the_county(folder: Path) -> None:
    money = read(folder, "money")
    county = money[money["village"] == "county"]
    assert set(county["flow"]) == {"county_revenue"}
    assert len(county) == REPLICATES * MONTHS
    assert set(money.loc[money["flow"] == "county_revenue", "village"]) == {"county"}


@pytest.mark.parametrize(
    ("direction", "series"),
    [("development_to_governance", "potential"), ("governance_to_development", "collective_value_added")],
)
def test_momentum_recomputed_from_the_tables(folder: Path, direction: str, series: str) -> None:
    momentum, outcomes = read(folder, "momentum"), read(folder, "outcomes")
    mine = momentum[momentum["direction"] == direction].astype({"village": str})
    assert mine["unit"].nunique() == 1
    keys = ["replicate", "village", "month"]
    drivers = mine.groupby(keys)["amount"].sum()
    levels = outcomes.astype({"village": str}).set_index(keys)[series].sort_index()
    change = levels.groupby(["replicate", "village"]).diff().dropna()
    assert len(drivers) == len(change) == REPLICATES * VILLAGES * MONTHS
    assert (change.abs() > 1e-6).mean() > 0.3
    assert np.abs(change - drivers).max() <= 1e-9


def test_policy_rows_are_what_was_paid(folder: Path) -> None:
    policy, money = read(folder, "policy"), read(folder, "money")
    assert (policy["delivered"] <= policy["intensity"]).all()
    assert ((policy["reached"] > 0) == (policy["delivered"] > 0)).all()
    content = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    by_instrument = policy.groupby("instrument", observed=True)["cost"].sum() / REPLICATES
    reported = {one["instrument"]: one["cost"] for one in content["instruments"]}
    for name, cost in by_instrument.items():
        assert reported[str(name)] == pytest.approx(cost, abs=0.01)
    paid = money.loc[money["flow"].isin(["cash_grant"]), "amount"].sum()
    assert 0 < paid < policy.loc[policy["instrument"] == "seed_grant", "cost"].sum()


def test_run_json(folder: Path) -> None:
    content = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    assert content["scenario"]["scenario"]["months"] == MONTHS
    assert len(content["scenario_digest"]) == 64
    assert content["audit"] == {"money_residual": 0.0, "momentum_residual": content["audit"]["momentum_residual"]}
    assert content["audit"]["momentum_residual"] <= 1e-9
    assert content["seed"] == content["replicate_seeds"][0] == 1
    assert {"python", "numpy", "numba", "ruralsim"} <= set(content["versions"])
    assert len(content["goalposts"]) == 14
    assert {"build", "advance", "write", "total"} <= set(content["timings"])
    assert 0 < content["parameters"]["assumed"] < content["parameters"]["all"]
    assert {one["phase"] for one in content["budgets_that_bound"]} <= {"demonstrate", "spread"}
    outcomes = read(folder, "outcomes")
    last = outcomes[outcomes["month"] > MONTHS - 12]
    weight = last["registered"]
    monthly = (last["life"] * weight).groupby([last["replicate"], last["month"]]).sum() / weight.groupby(
        [last["replicate"], last["month"]]
    ).sum()
    assert content["outcomes"]["life"]["mean"] == pytest.approx(monthly.mean())


def test_two_runs_are_the_same_to_the_byte(folder: Path, tmp_path: Path) -> None:
    changes = [part for change in ("place.villages=4", "place.population=1500") for part in ("--set", change)]
    size = ["--months", str(MONTHS), "--replicates", str(REPLICATES), "--draws", "4", "--threads", "1"]
    assert run(["run", "demo-township", *changes, *size, "--out", str(tmp_path / "again"), *QUIET]) == 0
    for table in (*TABLES, *OPTIONAL):
        name = f"{table}.parquet"
        assert (tmp_path / "again" / name).read_bytes() == (folder / name).read_bytes()
