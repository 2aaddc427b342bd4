"""A tiny county in which every flow is paid and every driver is at work within eighteen months."""

from __future__ import annotations

from collections.abc import Callable

from small import scenario, village

from ruralsim.base.calendar import Month
from ruralsim.model import month as compiled
from ruralsim.model.county import County

MONTHS = 18
SEED = 7

#: outside some of the plausible ranges on purpose: rare things must happen to forty people within months
_EXTREME = {
    "death_scale": 12.0,
    "registration_out_rate": 0.15,
    "registration_in_rate": 0.05,
    "outsider_share": 0.3,
    "outsider_turnover": 0.15,
    "household_adults": 1.3,
    "dispute_base": 0.05,
    "friction_disputes": 0.05,
    "disorder_scale": 10.0,
    "gaming_self_report": 3.6,
    "gaming_penalty": 0.25,
    "gaming_integrity": 0.2,
    "request_rate": 0.15,
    "request_room": 0.03,
    "tax_share": 0.05,
    "rent_leasing": 3.0,
    "start_pooling": 0.5,
    "gaming_gain": 0.24,
    "point_value": 20.0,
    "collective_wage": 2000.0,
    "settlement": 0.4,
    "veto_chance": 0.5,
    "coming_of_age_rate": 0.1,
    "project_smallest": 10_000.0,
    "project_ratio": 2.0,
}


def build() -> County:
    """The county before October 2025: a December with profits, an election in January 2026, another New Year."""
    villages = [
        village("Alder", 40, operating_income=2_400_000.0, capital=4_000_000.0, debt=50_000.0, form="cooperative"),
        village("Birch", 36, operating_income=700_000.0, capital=900_000.0, debt=200_000.0, rollout="demonstration"),
        village("Cedar", 34, operating_income=60_000.0, capital=700_000.0, debt=150_000.0, form="tourism"),
    ]
    prices = tuple(1.0 + 0.05 * (k % 3) for k in range(MONTHS))
    one = scenario(
        villages, MONTHS, start=Month(2025, 10), parameters=_EXTREME, context={"product_price": ("monthly", prices)}
    )
    return County.build(one, SEED)


def month(county: County, advance: Callable[..., None]) -> None:
    """One month with policy set by hand where no shipped instrument reaches, run by ``advance``, and audited."""
    number = county.month + 1
    firms = county.enterprises
    if number == 4:  # Cedar's enterprise fails in January 2026
        for column in ("cash", "reserve"):
            firms[column][2] = 0
        firms["productivity"][2] *= 0.05
    if number == 7:  # and starts again with new means
        firms["cash"][2] = 50_000_000
        firms["productivity"][2] *= 20.0
    if number == 9:  # Birch pays back more than it has at hand, so that its reserve is drawn upon
        firms["reserve"][1] += firms["cash"][1]
        firms["cash"][1] = 0
        firms["loan_payment"][1] = 12_000_000
    county.begin_month()
    levers = county.levers
    levers["productivity"] = 0.001 * (1 + number % 3)
    levers["form_fit"] = 0.02 * (number % 4)
    levers["leakage_cut"] = 0.1 + 0.05 * (number % 5)
    levers["points_for_all"] = 0.8
    levers["outsider_voice"] = 0.5
    levers["institution_share"] = 0.2
    levers["belonging"] = 0.01
    levers["co_governance"] = 0.5
    county.payments[:, 2] += 300_000 if number % 2 else 0
    if number == 6:  # a rival of the pivot: a private employer has the jobs
        county.settings["contracted"] = 1.0
        county.payments[:, 5] = 450_001
    if number == 15:  # another: the December money goes to households through the government
        county.settings["redirected"] = 1.0
        county.payments[:, 4] = 1_000_007
    before = compiled.advance
    compiled.advance = advance
    try:
        county._village_months(0, len(county.villages), 0, goes_on=True)
    finally:
        compiled.advance = before
    county.end_month()
