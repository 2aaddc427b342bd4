"""Measures of households: level, growth and sources of income, its spread, absence."""

from __future__ import annotations

import numpy as np

from ruralsim.analysis.validation.books import assets, operating_income
from ruralsim.analysis.validation.registry import measure
from ruralsim.analysis.validation.trace import Trace
from ruralsim.state.columns import HOME

SOURCES = ("wage", "business", "property", "transfer")


def _residents(trace: Trace) -> np.ndarray:
    """Adults who live in the village, float64 [T, V]."""
    found: np.ndarray = (trace.villages["home"] + trace.villages["outsiders"])[1:].astype(np.float64)
    return found


def _total(trace: Trace) -> np.ndarray:
    """Income of residents, yuan a month [T, V]."""
    found: np.ndarray = trace.villages["mean_income"][1:] * _residents(trace)
    return found


def income_a_head(trace: Trace, year: int) -> float:
    """Income of a year over resident persons of all ages, yuan."""
    heads = trace.year(_residents(trace), year).sum(axis=1).mean() * trace.persons_per_adult
    return float(trace.year(_total(trace), year).sum() / heads)


def village_incomes(trace: Trace, year: int) -> np.ndarray:
    """Mean income of residents of each village in a year, yuan a month [V]."""
    found: np.ndarray = trace.year(_total(trace), year).sum(axis=0) / trace.year(_residents(trace), year).sum(axis=0)
    return found


def growth(first: float, last: float, years: int) -> float:
    """Yearly growth between two levels."""
    return float((last / first) ** (1.0 / years) - 1.0)


def sources(trace: Trace, year: int) -> dict[str, float]:
    """Yuan of residents' income in a year by source; what migrants send home is what the other sources leave over."""
    at_home = trace.outcome("home_share")[1:]
    firm = trace.enterprises[1:]
    dividends = firm["dividend_per_share"] * firm["shares_total"] * 0.001 / 12.0 * at_home
    bonus = trace.flow("cadre_bonus")
    parts = {
        "wage": trace.flow("local_wages", "collective_wages", "cadre_pay") + bonus,
        "business": trace.flow("farm_income"),
        "property": trace.flow("other_property") + trace.flow("land_rent") * at_home + dividends,
    }
    found = {name: float(trace.year(part, year).sum()) for name, part in parts.items()}
    found["transfer"] = float(trace.year(_total(trace) + bonus, year).sum()) - sum(found.values())
    return found


@measure("ratio")
def income_against_published(trace: Trace) -> float:
    """Income a head of the first year over the published rural income of that year."""
    return income_a_head(trace, 1) / trace.published_income


@measure("1 a year")
def income_growth(trace: Trace, years: int) -> float:
    """Yearly growth of income a head over some years, constant prices."""
    first, last = trace.span(years)
    return growth(income_a_head(trace, first), income_a_head(trace, last), last - first)


@measure("share")
def income_source(trace: Trace, source: str, year: int = 1) -> float:
    """Share of a source in residents' income in a year."""
    found = sources(trace, year)
    return found[source] / sum(found.values())


@measure("share")
def income_source_change(trace: Trace, source: str, years: int) -> float:
    """Change of a source's share of income over some years."""
    first, last = trace.span(years)
    return income_source(trace, source, last) - income_source(trace, source, first)


def household_incomes(people: dict[str, np.ndarray]) -> np.ndarray:
    """Smoothed income an adult of each registered resident's household, yuan a month, sorted.

    Args:
        people: columns of everybody present.
    """
    here = people["status"] == HOME
    _, household = np.unique(people["village"][here] * 65536 + people["household"][here], return_inverse=True)
    members = np.bincount(household)
    total = np.bincount(household, weights=people["permanent_income"][here].astype(np.float64))
    return np.sort((total / members)[household])


def _fifth(incomes: np.ndarray, number: int) -> float:
    """Mean of a fifth of sorted incomes, 0 the lowest."""
    return float(np.array_split(incomes, 5)[number].mean())


@measure("ratio")
def median_over_mean(trace: Trace, year: int) -> float:
    """Median over mean of households' income an adult at the end of a year."""
    incomes = household_incomes(trace.people[12 * year])
    return float(np.median(incomes) / incomes.mean())


@measure("1 a year")
def median_over_mean_change(trace: Trace, years: int) -> float:
    """Yearly change of median over mean over some years."""
    first, last = trace.span(years)
    return (median_over_mean(trace, last) - median_over_mean(trace, first)) / (last - first)


@measure("ratio")
def quintile_ratio(trace: Trace, year: int) -> float:
    """Mean income of the highest over the lowest fifth of households at the end of a year."""
    incomes = household_incomes(trace.people[12 * year])
    return _fifth(incomes, 4) / _fifth(incomes, 0)


@measure("1 a year")
def bottom_fifth_lag(trace: Trace, years: int) -> float:
    """Yearly growth of the lowest fifth's income less that of the mean, over some years."""
    first, last = trace.span(years)
    before, after = (household_incomes(trace.people[12 * year]) for year in (first, last))
    lowest = growth(_fifth(before, 0), _fifth(after, 0), last - first)
    return lowest - growth(float(before.mean()), float(after.mean()), last - first)


@measure("1 a year")
def catching_up(trace: Trace, years: int) -> float:
    """Yearly growth of income a head less that of outside wages, over some years."""
    first, last = trace.span(years)
    outside = [float(trace.year(trace.outside_wage, year).mean()) for year in (first, last)]
    return income_growth(trace, years) - growth(outside[0], outside[1], last - first)


@measure("1 a year")
def assets_against_income(trace: Trace, years: int) -> float:
    """Yearly growth of collective assets less that of household income, over some years."""
    first, last = trace.span(years)
    owned = growth(float(assets(trace, first).sum()), float(assets(trace, last).sum()), last - first)
    return owned - income_growth(trace, years)


@measure("ratio")
def village_income_ratio(trace: Trace, share: float) -> float:
    """Mean household income of the richest over the poorest villages, a share of all villages each, first year."""
    incomes = np.sort(village_incomes(trace, 1))
    count = max(1, round(share * len(incomes)))
    return float(incomes[-count:].mean() / incomes[:count].mean())


@measure("elasticity")
def income_elasticity(trace: Trace) -> float:
    """Slope of log household income on log collective operating income over villages, last year."""
    sold = operating_income(trace, trace.years)
    works = sold > 0.0
    slope = np.polyfit(np.log(sold[works]), np.log(village_incomes(trace, trace.years)[works]), 1)[0]
    return float(slope)


@measure("log points")
def development_gap(trace: Trace) -> float:
    """Log value added a head: half of villages with more operating income less the other half, last year."""
    sold = operating_income(trace, trace.years)
    strong = sold > np.median(sold)
    value = np.log(trace.outcome("value_added")[-12:].mean(axis=0))
    return float(value[strong].mean() - value[~strong].mean())


@measure("share")
def away_share(trace: Trace, year: int) -> float:
    """Registered adults who are away, mean over the months of a year."""
    registered = trace.year(trace.villages["registered"][1:], year).sum()
    home = trace.year(trace.villages["home"][1:], year).sum()
    return float(1.0 - home / registered)


@measure("share")
def away_change(trace: Trace, years: int) -> float:
    """Change of the share away over some years."""
    first, last = trace.span(years)
    return away_share(trace, last) - away_share(trace, first)
