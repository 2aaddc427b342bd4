"""How the record of a replicate becomes the rows of the tables: numbers, and codes beside the names they stand for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

import numpy as np

from ruralsim.model.books_loop import OUTCOME_INDEX, OUTCOMES
from ruralsim.model.groups import GROUP_COUNT, GROUP_MEASURES, PEOPLE_GROUPS, counted
from ruralsim.model.outcomes import GOALS, goal_scores
from ruralsim.model.run import Replicate
from ruralsim.state.columns import ENDOWMENTS, FORMS, ROLLOUT
from ruralsim.state.flows import DRIVERS, FLOW_INDEX, FLOWS, SECTORS, TO_GOVERNANCE

if TYPE_CHECKING:
    from ruralsim.analysis.uncertainty import Draws

#: the village under which county-level flows are booked
COUNTY = "county"
DIRECTIONS = ("development_to_governance", "governance_to_development")
MOMENTUM_UNITS = ("potential", "yuan/month")
#: worlds of the groups table, as the draws name them
POLICIES = ("scenario", "baseline")
SCENARIO, BASELINE = 0, 1
REVENUE = FLOW_INDEX["county_revenue"]

#: values, and for a column of texts the names that the values number
Column = tuple[np.ndarray, "tuple[str, ...] | None"]


def rows_of(replicate: Replicate) -> Iterator[tuple[str, Mapping[str, Column]]]:
    """Yield the tables of a replicate as columns, one after the other, without draw and replicate."""
    yield "outcomes", outcome_rows(replicate)
    yield "indicators", _indicators(replicate)
    yield "policy", _policy(replicate)
    yield "money", _money(replicate)
    yield "balances", _balances(replicate)
    yield "momentum", _momentum(replicate)
    yield "groups", group_rows(replicate, SCENARIO)
    yield "villages", _villages(replicate)


def outcome_rows(one: Replicate) -> dict[str, Column]:
    """Goals and outcomes by month and village."""
    outcomes = one.record.outcomes
    months, villages, width = outcomes.shape
    goals = goal_scores(outcomes).reshape(-1, len(GOALS))
    flat = outcomes.reshape(-1, width)
    columns = _where(np.arange(months), villages, one.names)
    columns |= {goal: (goals[:, k], None) for k, goal in enumerate(GOALS)}
    return columns | {name: (flat[:, k], None) for k, (name, _, _) in enumerate(OUTCOMES)}


def _where(months: np.ndarray, villages: int, names: tuple[str, ...], each: int = 1) -> dict[str, Column]:
    """Months, villages and then ``each`` rows, the last fastest."""
    return {
        "month": (np.repeat(months.astype(np.int32), villages * each), None),
        "village": (np.tile(np.repeat(np.arange(villages, dtype=np.int32), each), len(months)), names),
    }


def _indicators(one: Replicate) -> dict[str, Column]:
    names = tuple(name for name, _ in one.indicators)
    tiers = tuple(dict.fromkeys(tier for _, tier in one.indicators))
    tier_of = np.array([tiers.index(tier) for _, tier in one.indicators], np.int32)
    quarters = np.array([month for month, _ in one.record.indicators], np.int32)
    villages, width = len(one.names), len(names)
    values = np.zeros((0, 3))
    if len(quarters):
        values = np.concatenate([table.reshape(-1, 3) for _, table in one.record.indicators])
    target = np.where(values[:, 2] < 0.0, np.nan, values[:, 2])  # the model marks "no target" by −1
    repeated = len(quarters) * villages
    return _where(quarters, villages, one.names, width) | {
        "tier": (np.tile(tier_of, repeated), tiers),
        "indicator": (np.tile(np.arange(width, dtype=np.int32), repeated), names),
        "true": (values[:, 0], None),
        "reported": (values[:, 1], None),
        "target": (target, None),
    }


def _policy(one: Replicate) -> dict[str, Column]:
    heads = one.record.outcomes[:, :, OUTCOME_INDEX["registered"]]
    parts: list[tuple[np.ndarray, ...]] = []
    for month, asked, delivered, cost in one.record.policy:
        village, instrument = np.nonzero(asked > 0.0)
        given = delivered[village, instrument]
        reached = np.where(given > 0.0, heads[month, village], 0.0)
        parts.append(
            (
                np.full(len(village), month),
                village,
                instrument,
                asked[village, instrument],
                reached,
                cost[village, instrument] / 100.0,
                given,
            )
        )
    empty = (np.zeros(0),) * 7
    months, places, codes, intensity, persons, yuan, part = (
        np.concatenate(column) for column in zip(*(parts or [empty]), strict=True)
    )
    return {
        "month": (months, None),
        "village": (places, one.names),
        "instrument": (codes, one.instruments),
        "intensity": (intensity, None),
        "reached": (persons, None),
        "cost": (yuan, None),
        "delivered": (part, None),
    }


def _money(one: Replicate) -> dict[str, Column]:
    """Flows of the villages in the order of months; the county's revenue as a village of its own, the last."""
    months, villages, flows = one.record.money.shape
    booked = np.zeros((months, villages + 1, flows), np.int64)
    booked[:, :villages] = one.record.money
    booked[:, villages, REVENUE] = one.record.county
    flat = booked.reshape(-1)
    at = np.flatnonzero(flat)
    rest, flow = np.divmod(at, flows)
    month, village = np.divmod(rest, villages + 1)
    payer = np.array([f.payer for f in FLOWS], np.int32)
    payee = np.array([f.payee for f in FLOWS], np.int32)
    return {
        "month": (month + 1, None),
        "village": (village, (*one.names, COUNTY)),
        "flow": (flow, tuple(f.name for f in FLOWS)),
        "payer": (payer[flow], SECTORS),
        "payee": (payee[flow], SECTORS),
        "amount": (flat[at] / 100.0, None),
    }


def _balances(one: Replicate) -> dict[str, Column]:
    months, villages, sectors = one.record.balances.shape
    cash = np.zeros((months, villages + 1, sectors), np.int64)
    cash[:, :villages] = one.record.balances
    received = np.concatenate([[0], np.cumsum(one.record.county)])
    cash[:, villages, FLOWS[REVENUE].payee] = received
    cash[:, villages, FLOWS[REVENUE].payer] = -received
    return _where(np.arange(months), villages + 1, (*one.names, COUNTY), sectors) | {
        "sector": (np.tile(np.arange(sectors, dtype=np.int32), months * (villages + 1)), SECTORS),
        "cash": (cash.reshape(-1) / 100.0, None),
    }


def _momentum(one: Replicate) -> dict[str, Column]:
    """Drivers that moved something, and one of each direction in any case, so that no month of a village is missing."""
    _, villages, drivers = one.record.momentum.shape
    moved = one.record.momentum != 0.0
    direction = np.array([0 if driver in TO_GOVERNANCE else 1 for driver in DRIVERS], np.int32)
    for way in range(len(DIRECTIONS)):
        moved[:, :, int(np.flatnonzero(direction == way)[0])] = True
    at = np.flatnonzero(moved)
    rest, driver = np.divmod(at, drivers)
    month, village = np.divmod(rest, villages)
    of_row = direction[driver]
    return {
        "month": (month + 1, None),
        "village": (village, one.names),
        "direction": (of_row, DIRECTIONS),
        "driver": (driver, tuple(d.name for d in DRIVERS)),
        "amount": (one.record.momentum.reshape(-1)[at], None),
        "unit": (of_row, MOMENTUM_UNITS),
    }


def group_rows(one: Replicate, policy: int) -> dict[str, Column]:
    """People by group: means over those in it, at the opening and the end of every twelfth month."""
    sums = np.stack(one.groups.sums)
    groupings = np.repeat(np.arange(len(PEOPLE_GROUPS)), [len(ones) for ones in PEOPLE_GROUPS.values()])
    names = tuple(dict.fromkeys(group for ones in PEOPLE_GROUPS.values() for group in ones))
    codes = np.array([names.index(group) for ones in PEOPLE_GROUPS.values() for group in ones])
    at = np.flatnonzero(sums[..., 0])
    rest, group = np.divmod(at, GROUP_COUNT)
    month, village = np.divmod(rest, len(one.names))
    flat = sums.reshape(-1, sums.shape[-1])[at]
    columns: dict[str, Column] = {
        "policy": (np.full(len(at), policy), POLICIES),
        "month": (np.array(one.groups.months)[month], None),
        "village": (village, one.names),
        "grouping": (groupings[group], tuple(PEOPLE_GROUPS)),
        "group": (codes[group], names),
        "persons": (flat[:, 0], None),
        "residents": (flat[:, 1], None),
    }
    over = counted(flat)
    means = np.divide(flat[:, 2:], over, out=np.full_like(over, np.nan), where=over > 0.0)
    return columns | {name: (means[:, k], None) for k, (name, _, _, _) in enumerate(GROUP_MEASURES)}


def _villages(one: Replicate) -> dict[str, Column]:
    villages, enterprises = one.opening.villages, one.opening.enterprises
    registered = villages["registered"]
    return {
        "village": (np.arange(len(one.names)), one.names),
        "class": (villages["endowment"], ENDOWMENTS),
        "rollout": (villages["rollout"], ROLLOUT),
        "form": (enterprises["form"], FORMS),
        "township": (villages["township"], None),
        "population": (one.opening.population, None),
        "villagers": (registered + villages["outsiders"], None),
        "registered_adults": (registered, None),
        "outsiders": (villages["outsiders"], None),
        "households": (villages["households"], None),
        "cadres": (one.opening.cadres, None),
        "capital": (enterprises["capital"], None),
        "idle_assets": (enterprises["idle"], None),
        "debt": (enterprises["debt"] / 100.0, None),
        "operating_income": (enterprises["output"] * 12.0, None),
        "mediators": (villages["mediators"], None),
    }


def draw_rows(draws: Draws) -> dict[str, Column]:
    """Figures of every parameter draw by year, with the values of all parameters in it."""
    from ruralsim.analysis.uncertainty import KINDS, POLICIES, table_rows
    from ruralsim.experiments.series import SERIES
    from ruralsim.spec.parameters import load_parameters

    drawn, scenario = draws.design, draws.samples[0].county
    values = scenario.parameter_values()
    for name, stated in (
        ("persons_per_adult", scenario.place.persons_per_adult), ("mediators", scenario.place.mediators_per_1000),
    ):  # fmt: skip
        values[name] = values[name] if stated is None else stated
    rows = list(table_rows(draws))
    jobs = [row[0] for row in rows]
    figures = np.array([row[5] for row in rows]).reshape(-1, len(SERIES))
    used = np.array([drawn.row(job.draw) for job in jobs]).reshape(-1, len(drawn.names))
    place = {name: column for column, name in enumerate(drawn.names)}
    twin_of = np.ma.masked_equal([row[2] or 0 for row in rows], 0)
    columns: dict[str, Column] = {
        "draw": (np.array([job.draw for job in jobs]), None),
        "replicate": (np.array([job.replicate for job in jobs]), None),
        "kind": (np.array([KINDS.index(row[1]) for row in rows]), KINDS),
        "twin_of": (twin_of, None),
        "policy": (np.array([POLICIES.index(job.policy) for job in jobs]), POLICIES),
        "year": (np.array([row[3] for row in rows]), None),
        "months": (np.array([row[4] for row in rows]), None),
    }
    columns |= {name: (figures[:, k], None) for k, name in enumerate(SERIES)}
    for name in load_parameters():
        fixed = np.full(len(rows), values[name])
        columns[f"parameter_{name}"] = (used[:, place[name]] if name in place else fixed, None)
    return columns
