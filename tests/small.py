"""Tiny counties for the tests: a few named villages, every process at work, a month in milliseconds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache

import numpy as np

from ruralsim.base.calendar import Month
from ruralsim.policy.instruments import load_instruments
from ruralsim.spec.parameters import load_parameters
from ruralsim.spec.scenario import (
    ALL,
    Context,
    FrameworkChoice,
    Override,
    Phase,
    Place,
    RegimeChoice,
    RosterVillage,
    Scenario,
    Series,
)

START = Month(2021, 1)
NAMES = ("Alder", "Birch", "Cedar", "Damson", "Elder", "Fir", "Ginkgo", "Hazel", "Ivy", "Juniper")
PER_ADULT = 1.3
_FORMS = ("cooperative", "leasing", "company", "tourism")
_ROLLOUTS = ("demonstration", "rest", "pilot", "conditioned")
_ENDOWMENTS = ("plain", "hill", "suburban", "mountain")


def village(name: str, adults: int = 60, **known: object) -> RosterVillage:
    """One village; what is not said follows from its name, never from its place in a list."""
    k = sum(name.encode())
    given = {
        "township": "East" if k % 2 else "West",
        "form": _FORMS[k % 4],
        "rollout": _ROLLOUTS[(k // 4) % 4],
        "endowment": _ENDOWMENTS[(k // 2) % 4],
        "operating_income": 40_000.0 + 30_000.0 * (k % 7),
        "capital": 600_000.0 + 200_000.0 * (k % 5),
        "idle_assets": 300_000.0 + 100_000.0 * (k % 3),
        "debt": 100_000.0 + 20_000.0 * (k % 4),
    }
    return RosterVillage(name=name, population=round(adults * PER_ADULT), **(given | known))  # type: ignore[arg-type]


@cache
def _instruments() -> tuple[str, ...]:
    return tuple(sorted(load_instruments()))


def everything(months: int, start: Month = START, level: float = 0.6, **changes: object) -> Phase:
    """A phase with every shipped instrument in every village for the whole run."""
    values = {"rollout": (ALL,), "budget": None, "instruments": dict.fromkeys(_instruments(), level)}
    return Phase(name="all", start=start, end=start + (months - 1), **(values | changes))  # type: ignore[arg-type]


def scenario(
    villages: Iterable[RosterVillage] | int = 3,
    months: int = 24,
    *,
    adults: int = 60,
    regime: str = "inspected",
    settings: Mapping[str, float] | None = None,
    phases: Iterable[Phase] | None = None,
    parameters: Mapping[str, float] | None = None,
    context: Mapping[str, tuple[str, tuple[float, ...]]] | None = None,
    start: Month = START,
) -> Scenario:
    """A county of named villages.

    Args:
        villages: villages, or how many of the standard ones.
        months: horizon.
        adults: size of each standard village.
        regime, settings: assessment regime and its changed settings.
        phases: None means every instrument from the first month to the last.
        parameters: changed parameters by name.
        context: series by key: (step, values).
        start: first month.
    """
    if isinstance(villages, int):
        villages = [village(name, adults) for name in NAMES[:villages]]
    roster = tuple(villages)
    place = Place(
        registered_population=sum(one.population for one in roster),
        villages=len(roster),
        townships=len({one.township for one in roster}),
        endowments={"plain": 1.0},
        forms={"leasing": 1.0},
        rollout={"rest": 1.0},
        persons_per_adult=PER_ADULT,
        roster=roster,
    )
    return Scenario(
        name="tiny",
        title={"en": "tiny", "zh": "小"},
        start=start,
        months=months,
        place=place,
        context=Context({key: Series(step, values) for key, (step, values) in (context or {}).items()}),
        framework=FrameworkChoice("pengzhou"),
        regime=RegimeChoice(regime, dict(settings or {})),
        phases=tuple([everything(months, start)] if phases is None else phases),
        parameters=tuple(Override(name, value, "test") for name, value in (parameters or {}).items()),
    )


@cache
def ranges() -> dict[str, tuple[float, float]]:
    """Low and high of every parameter."""
    return {name: (one.low, one.high) for name, one in load_parameters().items()}


def packed(table: np.ndarray) -> bytes:
    """The values of an array as bytes; the padding between the columns of a structured array is left out."""
    if table.dtype.names is None:
        return np.ascontiguousarray(table).tobytes()
    return b"".join(np.ascontiguousarray(table[name]).tobytes() for name in table.dtype.names)


TABLES = ("villages", "enterprises", "cadres", "reports", "observed", "ledger", "momentum", "outcomes")


def fingerprint(county, names: Iterable[str] | None = None) -> dict[str, bytes]:
    """All state and results of a county by village and table, as bytes; rows in use only.

    Args:
        county: a county.
        names: villages wanted; None means all.
    """
    found = {}
    for v, name in enumerate(county.names):
        if names is not None and name not in names:
            continue
        rows = slice(int(county.start[v]), int(county.start[v]) + int(county.villages["rows"][v]))
        for table in TABLES:
            one = getattr(county, table)[v : v + 1]
            if table == "villages":
                one = one.copy()
                one["township"] = 0  # its place in the list of townships
            found[f"{name}.{table}"] = packed(one)
        found[f"{name}.villagers"] = packed(county.villagers[rows])
        found[f"{name}.ties"] = packed(county.ties[rows])
        found[f"{name}.pooling"] = packed(county.pooling[rows])
        record = county.record
        found[f"{name}.record"] = b"".join(
            packed(table[:, v]) for table in (record.outcomes, record.money, record.balances, record.momentum)
        )
    return found


def differing(one: Mapping[str, bytes], other: Mapping[str, bytes]) -> list[str]:
    """Keys of two fingerprints whose bytes differ, or that only one of them has."""
    return sorted(key for key in one.keys() | other.keys() if one.get(key) != other.get(key))


def stock(name: str, months: int, *, villages: int = 8, adults: int = 70, start: Month | None = None) -> Scenario:
    """A shipped scenario with few people: the same policy, regime, framework and classes, budgets a village unchanged.

    Args:
        name: of the scenario.
        months: horizon; phases beyond it do not matter.
        villages, adults: how many, how large on average.
        start: another first month (phases move along).
    """
    from dataclasses import replace

    from ruralsim.model.run import load_scenario

    one = load_scenario(name)
    shift = 0 if start is None else start - one.start
    people = round(villages * adults * PER_ADULT)
    share = villages / one.place.villages
    place = replace(
        one.place,
        registered_population=people,
        villages=villages,
        townships=min(2, one.place.townships),
        demonstration_villages=None if one.place.demonstration_villages is None else 1,
        resident_population=None,
        persons_per_adult=PER_ADULT,
    )
    phases = tuple(
        replace(
            phase,
            start=phase.start + shift,
            end=phase.end + shift,
            budget=None if phase.budget is None else phase.budget * share,
        )
        for phase in one.phases
    )
    return replace(one, place=place, phases=phases, start=one.start + shift, months=months)
