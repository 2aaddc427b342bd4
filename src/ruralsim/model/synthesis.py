"""Asked against synthesised: what the parameters, the place and the evidence say of a county, and what was drawn.

Read off a county that has not been advanced. ``asked`` is what the scenario's place or roster states, or what the
parameters expect, or, where neither says anything, a published figure for rural China: ``source`` names which, with the
rows of the evidence table behind it.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from ruralsim.agents.villager import chance_of_local_job, farm_share, offfarm_factor, pension
from ruralsim.base.errors import Message
from ruralsim.base.numbers import exp
from ruralsim.model.county import County
from ruralsim.model.enterprise_loop import land_rent
from ruralsim.model.population import AGE_BINS, age_shares, away_level, away_share
from ruralsim.model.village_loop import service_level
from ruralsim.model.village_plans import bracket_share, mean_capital, mean_operating_income
from ruralsim.spec.parameters import load_parameters
from ruralsim.state.columns import AWAY, HOME, OUTSIDER
from ruralsim.state.inputs import Fields

BRACKETS = (0.0, 50_000.0, 100_000.0, 300_000.0, 500_000.0, math.inf)
"""Brackets of yearly operating income, yuan (COL-030 … COL-034)."""

RURAL_INCOME = {
    2016: (12_363.0, None, "INC-021"),
    2018: (14_617.0, 13_066.0, "INC-020"),
    2019: (16_025.0, None, "INC-019"),  # 17,131 of 2020 less its growth of 6.9 %
    2020: (17_131.0, 15_204.0, "INC-019"),
    2021: (18_931.0, 16_902.0, "INC-001"),
    2022: (20_133.0, 17_734.0, "INC-002"),
    2023: (21_691.0, None, "INC-003"),
    2024: (23_119.0, 19_605.0, "INC-004"),
}
"""Rural income a head, China: mean, median and row, yuan a year."""

GINI, GINI_SOURCE = 0.35, "INC-031"
"""From the quintile means of 2020 (recalled), which leave out what is unequal inside a fifth."""
COMPOSITION = {"wage": 0.422, "business": 0.343, "property": 0.025, "transfer": 0.210}
COMPOSITION_SOURCE = "INC-007 INC-008 INC-009 INC-010"
MIGRANT_AGE, MIGRANT_AGE_SOURCE = 38.9, "MIG-005"
POOR_SURPLUS, POOR_SURPLUS_SOURCE = 0.577, "COL-011"
VILLAGE_RATIO, VILLAGE_RATIO_SOURCE = 10.8, "INC-044"


@dataclass(frozen=True)
class SynthesisRow:
    """One quantity of the opening county.

    Args:
        quantity: its name.
        unit: of the numbers.
        asked: what was asked for.
        source: who asked: ``scenario``, ``roster``, ``parameter NAME (rows)`` or ``evidence (rows)``; a parameter that
            the scenario sets carries its reason.
        synthesised: what was drawn.
    """

    quantity: str
    unit: str
    asked: float
    source: str
    synthesised: float

    @property
    def difference(self) -> float:
        """Synthesised less asked, in the unit."""
        return self.synthesised - self.asked

    def title(self, lang: str = "en") -> str:
        """What the quantity is, in ``lang``."""
        return Message(f"synthesis_{self.quantity}").text(lang)


def synthesis_table(county: County) -> list[SynthesisRow]:
    """Set what was asked against what was synthesised.

    Args:
        county: as built, before its first month.

    Returns:
        Rows in the order people, absence, income, collective, governance.

    Raises:
        ValueError: the county has been advanced.
    """
    if county.month > 0:
        raise ValueError("the county has been advanced; a table of its synthesis needs month 0")
    return [*_people(county), *_absence(county), *_income(county), *_collective(county), *_governance(county)]


def _by_parameter(county: County, name: str) -> str:
    for override in county.scenario.parameters:
        if override.name == name:
            return f"scenario, parameter {name} ({override.reason})"
    return f"parameter {name} ({load_parameters()[name].source})"


def _place(county: County) -> str:
    return "roster" if county.scenario.place.roster is not None else "scenario"


def _registered(county: County) -> np.ndarray:
    status = county.villagers["status"]
    chosen: np.ndarray = (status == HOME) | (status == AWAY)
    return chosen


# ---------------------------------------------------------------- people


def _people(county: County) -> list[SynthesisRow]:
    p, place = Fields(county.parameters[0]), county.scenario.place
    adults = county.villages["registered"].astype(np.float64)
    ages = county.villagers["age"][_registered(county)]
    if place.roster is None:
        mean = place.registered_population / p.persons_per_adult / place.villages
        median, spread = mean * exp(-0.5 * p.village_size_spread**2), float(p.village_size_spread)
        sizes = _by_parameter(county, "village_size_spread")
    else:
        stated = np.array([row.population for row in place.roster]) / p.persons_per_adult
        mean, median, spread, sizes = float(stated.mean()), float(np.median(stated)), _log_spread(stated), "roster"
    persons = float(adults.sum()) * p.persons_per_adult
    rows = [
        SynthesisRow("persons", "persons", place.registered_population, _place(county), persons),
        SynthesisRow("villages", "villages", place.villages, _place(county), float(len(adults))),
        SynthesisRow("adults_mean", "persons", mean, _place(county), float(adults.mean())),
        SynthesisRow("adults_median", "persons", median, sizes, float(np.median(adults))),
        SynthesisRow("adults_spread", "log", spread, sizes, _log_spread(adults)),
    ]
    for (name, low, high), share in zip(AGE_BINS, age_shares(p), strict=True):
        parameter = f"age_{name}" if name != "75_89" else "age_60_74"
        found = float(((ages >= low) & (ages < high)).mean())
        rows.append(SynthesisRow(f"age_{name}", "share", share, _by_parameter(county, parameter), found))
    everyone = county.villagers[_registered(county)]
    outsiders = float((county.villagers["status"] == OUTSIDER).sum())
    shares = {
        "household_adults": float(adults.sum()) / float(county.villages["households"].sum()),
        "party_share": float(everyone["party"].mean()),
        "notable_share": float(everyone["notable"].mean()),
        "member_share": float((everyone["share"] > 0).mean()),
        "outsider_share": outsiders / float(adults.sum()),
    }
    for name, value in shares.items():
        unit = "persons" if name == "household_adults" else "share"
        rows.append(SynthesisRow(name, unit, float(getattr(p, name)), _by_parameter(county, name), value))
    return rows


def _log_spread(values: np.ndarray) -> float:
    return float(np.std(np.log(values)))


# ---------------------------------------------------------------- absence


def _absence(county: County) -> list[SynthesisRow]:
    p = Fields(county.parameters[0])
    people = county.villagers[_registered(county)]
    away = people["status"] == AWAY
    level = away_level(p)
    rows = [SynthesisRow("away", "share", p.start_away, _by_parameter(county, "start_away"), float(away.mean()))]
    for name, low, high in AGE_BINS:
        group = (people["age"] >= low) & (people["age"] < high)
        asked = away_share(low, high, level, p)
        found = float(away[group].mean()) if group.any() else math.nan
        rows.append(SynthesisRow(f"away_{name}", "share", asked, _by_parameter(county, "move_age"), found))
    ages = float(people["age"][away].mean()) if away.any() else math.nan
    return [*rows, SynthesisRow("away_age", "years", MIGRANT_AGE, f"evidence ({MIGRANT_AGE_SOURCE})", ages)]


# ---------------------------------------------------------------- income


def expected_income(county: County) -> dict[str, float]:
    """Income of residents by source, yuan a month and resident adult, as the rules expect it (4.5).

    Wages: local jobs and cadre pay; business: crops; property: land rent, dividends, other; transfer: pensions and
    remittances.
    """
    p, total, residents = Fields(county.parameters[0]), dict.fromkeys(COMPOSITION, 0.0), 0
    for v in range(len(county.villages)):
        people = county.villagers[county.start[v] : county.start[v] + county.villages["rows"][v]]
        found, count = _village_income(people, county.villages[v], county.enterprises[v], county.settings[v], p)
        residents += count
        for source, amount in found.items():
            total[source] += amount
    return {source: amount / max(1, residents) for source, amount in total.items()}


def _village_income(people: np.ndarray, village: Any, firm: Any, setting: Any, p: Any) -> tuple[dict[str, float], int]:
    home, away, outsider = (people["status"] == status for status in (HOME, AWAY, OUTSIDER))
    organisation = 0.5 * (village["party_organisation"] + village["self_governance"])
    jobs = offfarm_factor(organisation, firm["output"], float(setting["tightness"]), 0.0, p)
    age = people["age"].astype(np.float64)
    chance = np.where(age < 60.0, chance_of_local_job(jobs, 30.0, p), chance_of_local_job(jobs, 70.0, p))
    chance[age >= 75.0] = 0.0
    skill = people["skill"].astype(np.float64)
    wage = float((chance * skill)[home | outsider].sum()) * float(setting["local_wage"])
    wage += p.cadre_pay * (1.0 - p.performance_share) * float(people["cadre"][home].sum())
    crop = p.farm_income * float(setting["farm_index"]) * float(setting["farm_price"]) * float(setting["yield_index"])
    crop *= exp(p.farm_services * (service_level(Fields(village)) - 0.5))
    full = np.where(age >= 75.0, farm_share(80.0, 0.0, p), farm_share(30.0, 0.0, p))
    full = full * people["holding"] * (1.0 - p.farm_given_up * people["pools"])
    business = crop * float(full[home].sum())
    owned = p.other_property + land_rent(int(firm["form"]), p) * people["pools"] + people["dividend"] / 12.0
    pensions = np.where(age < 60.0, pension(30.0, p), pension(70.0, p))
    houses = int(village["households"])
    someone = np.bincount(people["household"][home], minlength=houses) > 0
    sent = p.remitted_share * float(setting["outside_wage"]) * skill[away]
    transfer = float(pensions[home].sum() + sent[someone[people["household"][away]]].sum())
    found = {"wage": wage, "business": business, "property": float(owned[home].sum()), "transfer": transfer}
    return found, int((home | outsider).sum())


def gini(values: np.ndarray) -> float:
    """Gini coefficient of non-negative values."""
    ordered = np.sort(values.astype(np.float64))
    n = len(ordered)
    return float(((2.0 * np.arange(1, n + 1) - n - 1.0) * ordered).sum() / (n * ordered.sum()))


def _income(county: County) -> list[SynthesisRow]:
    p = Fields(county.parameters[0])
    status = county.villagers["status"]
    permanent = county.villagers["permanent_income"][(status == HOME) | (status == OUTSIDER)].astype(np.float64)
    expected = expected_income(county)
    whole = math.fsum(expected.values())
    year = min(RURAL_INCOME, key=lambda one: abs(one - (county.scenario.start.year - 1)))
    mean, _, row = RURAL_INCOME[year]
    medians = {one: (m / a, r) for one, (a, m, r) in RURAL_INCOME.items() if m is not None}
    ratio_year = min(medians, key=lambda one: abs(one - year))
    ratio, ratio_row = medians[ratio_year]
    smoothed = permanent * 12.0 / p.persons_per_adult
    level, shape = f"evidence ({row}, China {year})", f"evidence ({ratio_row}, China {ratio_year})"
    middle = float(np.median(smoothed))
    rows = [
        SynthesisRow("income_mean", "yuan/year/person", mean, level, whole * 12.0 / p.persons_per_adult),
        SynthesisRow("income_median", "yuan/year/person", mean * ratio, shape, middle),
        SynthesisRow("income_median_share", "share", ratio, shape, middle / float(smoothed.mean())),
        SynthesisRow("income_gini", "1", GINI, f"evidence ({GINI_SOURCE}, China 2020)", gini(permanent)),
    ]
    for source, share in COMPOSITION.items():
        name = f"evidence ({COMPOSITION_SOURCE}, China 2023)"
        rows.append(SynthesisRow(f"income_{source}", "share", share, name, expected[source] / whole))
    means = np.sort(county.villages["mean_income"])
    tenth = max(1, len(means) // 10)
    ratio = float(means[-tenth:].mean() / max(1e-9, means[:tenth].mean()))
    source = f"evidence ({VILLAGE_RATIO_SOURCE}, 304 villages of ten provinces)"
    return [*rows, SynthesisRow("income_village_ratio", "ratio", VILLAGE_RATIO, source, ratio)]


# ---------------------------------------------------------------- the collective


def _collective(county: County) -> list[SynthesisRow]:
    p, place, firms = Fields(county.parameters[0]), county.scenario.place, county.enterprises
    roster = place.roster or ()
    income = 12.0 * firms["output"]
    rows = []
    incomes = [row.operating_income for row in roster]
    for low, high in itertools.pairwise(BRACKETS):
        asked, source = _asked(
            county,
            [None if one is None else float(low <= one < high) for one in incomes],
            bracket_share(low, high, place.endowments, p),
            "operating_income_spread",
        )
        found = float(((income >= low) & (income < high)).mean())
        rows.append(SynthesisRow(f"operating_{round(low)}", "share", asked, source, found))
    expected = mean_operating_income(place.endowments, p)
    asked, source = _asked(county, incomes, expected, "income_tail_ratio")
    rows.append(SynthesisRow("operating_mean", "yuan/year", asked, source, float(income.mean())))
    asked, source = float(p.operating_income_median), _by_parameter(county, "operating_income_median")
    if roster and all(one is not None for one in incomes):
        asked, source = float(np.median(np.array(incomes, np.float64))), "roster"
    rows.append(SynthesisRow("operating_median", "yuan/year", asked, source, float(np.median(income))))
    poor = float((operating_surplus(county) < 50_000.0).mean())
    evidence = f"evidence ({POOR_SURPLUS_SOURCE}, China 2019)"
    rows.append(SynthesisRow("surplus_below_50000", "share", POOR_SURPLUS, evidence, poor))
    return rows + _assets(county)


def operating_surplus(county: County) -> np.ndarray:
    """Surplus of each collective at last month's pace, yuan a year.

    Value added less wages, rent of pooled land, fixed cost and interest.
    """
    p, firms = Fields(county.parameters[0]), county.enterprises
    rent = np.array([land_rent(form, p) for form in range(4)])[firms["form"]]
    poolers = firms["pooled"] * county.villages["registered"]
    month = firms["value_added"] - p.collective_wage * firms["labour"] - rent * poolers - p.fixed_cost
    surplus: np.ndarray = 12.0 * month - 0.01 * firms["debt"] * p.interest
    return surplus


def _assets(county: County) -> list[SynthesisRow]:
    p, place, firms = Fields(county.parameters[0]), county.scenario.place, county.enterprises
    roster = place.roster or ()
    capital = mean_capital(p)
    capitals = [row.capital for row in roster]
    idles = [_chain(row.idle_assets, row.capital, lambda k: p.idle_share * k) for row in roster]
    debts = [
        _chain(row.debt, None if k is None or i is None else k + i, lambda a: p.debt_share * a)
        for row, k, i in zip(roster, capitals, idles, strict=True)
    ]
    asked_k, source_k = _asked(county, capitals, capital, "capital_median")
    asked_i, source_i = _asked(county, idles, p.idle_share * capital, "idle_share")
    asked_d, source_d = _asked(county, debts, p.debt_share * (1.0 + p.idle_share) * capital, "debt_share")
    assets = firms["capital"] + firms["idle"]
    return [
        SynthesisRow("assets_mean", "yuan", asked_k + asked_i, source_k, float(assets.mean())),
        SynthesisRow("capital_mean", "yuan", asked_k, source_k, float(firms["capital"].mean())),
        SynthesisRow(
            "idle", "share", asked_i / (asked_k + asked_i), source_i, float(firms["idle"].sum() / assets.sum())
        ),
        SynthesisRow("debt_mean", "yuan", asked_d, source_d, float(firms["debt"].mean()) * 0.01),
        SynthesisRow(
            "debt", "share", asked_d / (asked_k + asked_i), source_d, float(firms["debt"].sum() * 0.01 / assets.sum())
        ),
    ]


def _chain(stated: float | None, base: float | None, rule: Callable[[float], float]) -> float | None:
    """What a roster says, or what follows from what it says of something else, or None."""
    if stated is not None:
        return stated
    return None if base is None else float(rule(base))


def _asked(county: County, stated: list[float | None], expected: float, parameter: str) -> tuple[float, str]:
    """Mean over villages of what the roster states, the expectation where it states nothing; and who asked."""
    known, villages = [one for one in stated if one is not None], county.scenario.place.villages
    if not known:
        return float(expected), _by_parameter(county, parameter)
    mean = (math.fsum(known) + (villages - len(known)) * expected) / villages
    if len(known) == villages:
        return mean, "roster"
    return mean, f"roster ({len(known)} of {villages}), {_by_parameter(county, parameter)}"


# ---------------------------------------------------------------- governance


def _governance(county: County) -> list[SynthesisRow]:
    p, place = Fields(county.parameters[0]), county.scenario.place
    cadres = float(county.cadres["active"].sum()) / len(county.villages)
    heads = county.villages["people"].astype(np.float64)
    density = float((county.villages["mediators"] * heads).sum() / max(1.0, heads.sum()))
    asked, source = p.mediators, _by_parameter(county, "mediators")
    if place.mediators_per_1000 is not None:
        asked, source = place.mediators_per_1000, "scenario"
    return [
        SynthesisRow("cadres", "persons", p.cadres_per_village, _by_parameter(county, "cadres_per_village"), cadres),
        SynthesisRow("mediators", "per 1,000 persons", asked, source, density),
    ]
