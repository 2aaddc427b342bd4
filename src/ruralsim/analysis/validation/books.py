"""Measures of the collective: surplus, brackets, assets, debt, grants, what is kept and paid out."""

from __future__ import annotations

import numpy as np

from ruralsim.analysis.validation.registry import measure
from ruralsim.analysis.validation.trace import Trace

_COSTS = ("inputs", "fixed_cost", "interest", "leakage_outside", "leakage_insiders", "collective_wages", "land_rent")
_SUBSIDIES = ("operating_transfer", "cash_grant", "grant_in_kind")


def surplus(trace: Trace, year: int) -> np.ndarray:
    """Operating surplus of a year, yuan [V]: sales less all that the books call cost (what leaks is booked as cost)."""
    found: np.ndarray = trace.year(trace.flow("sales") - trace.flow(*_COSTS), year).sum(axis=0)
    return found


def operating_income(trace: Trace, year: int) -> np.ndarray:
    """Sales of a year, yuan [V]."""
    found: np.ndarray = trace.year(trace.flow("sales"), year).sum(axis=0)
    return found


def assets(trace: Trace, year: int) -> np.ndarray:
    """Operating capital and dormant assets at the end of a year, yuan [V]."""
    books = trace.enterprises[12 * year]
    found: np.ndarray = books["capital"] + books["idle"]
    return found


def total_income(trace: Trace, year: int) -> np.ndarray:
    """All income of a year as the collective's accounts have it, subsidies in cash and in kind included, yuan [V]."""
    found: np.ndarray = trace.year(trace.flow("sales", *_SUBSIDIES), year).sum(axis=0)
    return found


@measure("share of villages")
def surplus_below(trace: Trace, limit: float, year: int = 1) -> float:
    """Villages whose operating surplus of the year lies below a limit (yuan)."""
    return float((surplus(trace, year) < limit).mean())


@measure("share of villages a year")
def surplus_below_change(trace: Trace, limit: float) -> float:
    """Yearly change of the share of villages below a limit of operating surplus (yuan), first to last year."""
    last = trace.years
    return (surplus_below(trace, limit, last) - surplus_below(trace, limit, 1)) / (last - 1)


@measure("share of villages")
def operating_income_between(trace: Trace, low: float, high: float) -> float:
    """Villages whose operating income of the first year lies in a bracket (yuan, low included, high not)."""
    income = operating_income(trace, 1)
    return float(((income >= low) & (income < high)).mean())


@measure("yuan a village and year")
def mean_operating_income(trace: Trace) -> float:
    """Mean operating income of the first year."""
    return float(operating_income(trace, 1).mean())


@measure("ratio")
def operating_income_mean_over_median(trace: Trace) -> float:
    """Mean over median operating income of the first year: how far few villages pull the mean."""
    income = operating_income(trace, 1)
    return float(income.mean() / np.median(income))


@measure("yuan a village")
def mean_assets(trace: Trace) -> float:
    """Mean assets (operating and dormant) at the end of the first year."""
    return float(assets(trace, 1).mean())


@measure("ratio")
def assets_mean_over_median(trace: Trace) -> float:
    """Mean over median assets at the end of the first year."""
    owned = assets(trace, 1)
    return float(owned.mean() / np.median(owned))


@measure("share")
def operating_share_of_assets(trace: Trace, year: int) -> float:
    """Operating capital over all assets at the end of a year."""
    return float(trace.enterprises[12 * year]["capital"].sum() / assets(trace, year).sum())


@measure("share")
def operating_share_change(trace: Trace, years: int) -> float:
    """Change of the operating share of assets over some years."""
    first, last = trace.span(years)
    return operating_share_of_assets(trace, last) - operating_share_of_assets(trace, first)


@measure("1 a year")
def asset_growth(trace: Trace, years: int) -> float:
    """Yearly growth of all assets over some years, constant prices."""
    first, last = trace.span(years)
    return float((assets(trace, last).sum() / assets(trace, first).sum()) ** (1.0 / (last - first)) - 1.0)


@measure("share")
def operating_share_of_income(trace: Trace) -> float:
    """Operating income over all income of collectives in the first year."""
    return float(operating_income(trace, 1).sum() / total_income(trace, 1).sum())


@measure("1 a year")
def operating_income_over_assets(trace: Trace) -> float:
    """Operating income of the first year over assets."""
    return float(operating_income(trace, 1).sum() / assets(trace, 1).sum())


@measure("1 a year")
def total_income_over_assets(trace: Trace) -> float:
    """All income of collectives in the first year over assets."""
    return float(total_income(trace, 1).sum() / assets(trace, 1).sum())


@measure("yuan a village")
def mean_debt(trace: Trace) -> float:
    """Mean loans outstanding at the end of the first year."""
    return float(trace.enterprises[12]["debt"].mean() / 100.0)


@measure("ratio")
def debt_over_assets(trace: Trace) -> float:
    """Loans over assets, sums over villages, at the end of the first year."""
    return float(trace.enterprises[12]["debt"].sum() / 100.0 / assets(trace, 1).sum())


@measure("share of villages")
def negative_net_assets(trace: Trace) -> float:
    """Villages that owe more than they own (cash counted) at the end of the run."""
    books = trace.enterprises[-1]
    owned = books["capital"] + books["idle"] + (books["cash"] + books["reserve"]) / 100.0
    return float((books["debt"] / 100.0 > owned).mean())


@measure("yuan a village")
def grant_per_supported_village(trace: Trace) -> float:
    """What policy paid to a village that it supported at all, over the whole run."""
    paid = trace.policy_cost[trace.policy_cost > 0.0]
    return float(paid.mean()) if len(paid) else 0.0


@measure("share of villages")
def supported_share(trace: Trace) -> float:
    """Villages whose collective received a cash grant, from the ledger."""
    return float((trace.flow("cash_grant").sum(axis=0) > 0.0).mean())


def _shared_out(trace: Trace) -> dict[str, float]:
    """Yuan that all Decembers shared out, by use; profit put aside is read from the reserve."""
    december = [month for month in range(trace.months) if (trace.start_month - 1 + month) % 12 == 11]
    uses = {name: float(trace.flow(name)[december].sum()) for name in ("dividends", "welfare_fund", "affairs_fund")}
    uses["invested"] = float((trace.flow("investment") - trace.flow("loan_drawn"))[december].sum())
    reserve = trace.enterprises["reserve"].astype(np.float64) / 100.0
    uses["reserve"] = float(sum(np.maximum(0.0, reserve[month + 1] - reserve[month]).sum() for month in december))
    return uses


@measure("share")
def retained_share(trace: Trace) -> float:
    """Share of the profit shared out in December that stays with the collective: reserve and own investment."""
    uses = _shared_out(trace)
    return (uses["reserve"] + uses["invested"]) / sum(uses.values())


@measure("share")
def paid_out_share(trace: Trace) -> float:
    """Share of the profit shared out in December that goes to people: dividends and welfare."""
    uses = _shared_out(trace)
    return (uses["dividends"] + uses["welfare_fund"]) / sum(uses.values())


@measure("ratio")
def public_spending_variation(trace: Trace) -> float:
    """Public spending of villages in the last year (services, institutions, projects): standard deviation over mean."""
    flows = trace.flow("service_fiscal", "service_collective", "institution_spending", "grant_in_kind")
    spent = trace.year(flows, trace.years).sum(axis=0)
    return float(spent.std() / spent.mean())


@measure("share of villages")
def shrinking_share(trace: Trace, years: int) -> float:
    """Villages whose operating income is lower after some years."""
    first, last = trace.span(years)
    return float((operating_income(trace, last) < operating_income(trace, first)).mean())
