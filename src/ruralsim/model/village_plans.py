"""What is known of each village before its people: size, class, form of the collective, and its opening books.

A village's own draws are keyed by its name, so it is the same whatever stands beside it in the list. Only two things
are divided over the villages of a county and therefore depend on the others: the registered population, and the
classes that the scenario gives as shares.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ruralsim.base.numbers import exp, log
from ruralsim.base.streams import draws, village_key
from ruralsim.spec.scenario import Place, RosterVillage, Scenario
from ruralsim.state.columns import ENDOWMENTS, FORMS, ROLLOUT

SMALLEST_VILLAGE = 30
WIDEST = 3.0
"""Standard deviations beyond which no village's capital lies: one in a thousand may not make the county's mean."""
SMALLEST_CAPITAL = 1000.0
"""Yuan; the logarithm of capital enters output."""


@dataclass(frozen=True)
class VillagePlan:
    """What is known of one village before its people are drawn; amounts in yuan (income a year)."""

    name: str
    adults: int
    township: int
    endowment: int
    rollout: int
    form: int
    capital: float
    idle: float
    debt: float
    income: float
    earning: float


def plan_villages(scenario: Scenario, seed: int, p: Any) -> list[VillagePlan]:
    """Divide the registered population over villages and give each its class, form and books.

    Args:
        scenario: the place is read from it; a roster's own values win over synthesis.
        seed: of the run.
        p: record of parameters.
    """
    place = scenario.place
    names = list(place.village_names())
    u = [_village_draws(seed, name) for name in names]
    if place.roster is None:
        spread_evenly(u, seed)
    adults = _adults(place, names, u, p)
    endowments = _by_quota(names, [x[4] for x in u], dict(place.endowments), ENDOWMENTS)
    forms = _by_quota(names, [x[5] for x in u], dict(place.forms), FORMS)
    rollouts = _rollout(names, [x[6] for x in u], dict(place.rollout), place.demonstration_villages)
    towns = sorted({row.township or "" for row in place.roster}) if place.roster is not None else []
    plans = []
    for v, name in enumerate(names):
        row = place.roster[v] if place.roster is not None else RosterVillage(name, 0)
        endowment = ENDOWMENTS.index(row.endowment) if row.endowment else endowments[v]
        income, capital, idle, debt = opening_books(u[v], endowment, place.endowments, row, p)
        plans.append(
            VillagePlan(
                name=name,
                adults=adults[v],
                township=towns.index(row.township or "") if towns else v % max(1, place.townships),
                endowment=endowment,
                rollout=ROLLOUT.index(row.rollout) if row.rollout else rollouts[v],
                form=FORMS.index(row.form) if row.form else forms[v],
                capital=capital,
                idle=idle,
                debt=debt,
                income=income,
                earning=earning_level(u[v][EARNING], p),
            )
        )
    return plans


def opening_books(
    u: list[float], endowment: int, shares: Mapping[str, float], row: RosterVillage, p: Any
) -> tuple[float, float, float, float]:
    """Operating income a year, operating capital, idle assets and debt of one village, yuan.

    Args:
        u: the village's draws.
        endowment: its class, an index of ``ENDOWMENTS``.
        shares: of the villages by class; class differences are taken relative to their mean.
        row: what the roster says; the rest is synthesised from it.
        p: record of parameters.
    """
    income = row.operating_income
    if income is None:
        income = operating_income(u[INCOME], endowment, shares, p)
    capital = row.capital
    if capital is None:
        link = float(p.income_capital_correlation)
        z = link * normal_quantile(u[INCOME]) + math.sqrt(1.0 - link * link) * normal_quantile(u[CAPITAL])
        capital = float(p.capital_median) * exp(float(p.capital_spread) * max(-WIDEST, min(WIDEST, z)))
    idle = float(p.idle_share) * capital if row.idle_assets is None else row.idle_assets
    debt = float(p.debt_share) * (capital + idle) if row.debt is None else row.debt
    return income, max(capital, SMALLEST_CAPITAL), idle, debt


def earning_level(u: float, p: Any) -> float:
    """What a village's people and land earn against the county's mean: (1 + s·z/2)²/(1 + s²/4), z normal, mean 1.

    The square of a normal variable is less skewed than a log-normal one: a log-normal that sets villages as far apart
    as they are (INC-043, INC-044) would put the median household further below the mean than it is (INC-005, INC-006).

    Args:
        u: quantile of the village; bounded at three standard deviations.
        p: record of parameters (``village_earning_spread``, about the standard deviation over the mean).
    """
    half = 0.5 * float(p.village_earning_spread)
    root = 1.0 + half * max(-WIDEST, min(WIDEST, normal_quantile(u)))
    return root * root / (1.0 + half * half)


def operating_income(u: float, endowment: int, shares: Mapping[str, float], p: Any) -> float:
    """Operating income (yuan a year) of a village at quantile ``u``: log-normal with a longer upper tail.

    Below the tail: median·exp(spread·z); from quantile 1 − share on evenly in logarithms up to ratio times the income
    there. The tail is what makes the mean twice the median (COL-030 … COL-036); it is bounded because a county, unlike
    a nation, has no village of another order of magnitude. Class differences (``income_hill`` …) are part
    of the spread asked for, not added to it, and leave the median where it is.
    """
    factors = class_factors(p)
    logs = [log(x) for x in factors]
    weights = [float(shares.get(name, 0.0)) for name in ENDOWMENTS]
    mean = math.fsum(w * x for w, x in zip(weights, logs, strict=True))
    between = math.fsum(w * (x - mean) * (x - mean) for w, x in zip(weights, logs, strict=True))
    spread = float(p.operating_income_spread)
    within = math.sqrt(max(0.0, spread * spread - between))
    median = float(p.operating_income_median) * exp(logs[endowment] - mean)
    tail = float(p.income_tail_share)
    if u <= 1.0 - tail:
        return median * exp(within * normal_quantile(u))
    edge = median * exp(within * normal_quantile(1.0 - tail))
    return edge * exp(log(float(p.income_tail_ratio)) * (u - (1.0 - tail)) / tail)


def class_factors(p: Any) -> tuple[float, float, float, float]:
    """Collective income of a village against a plain one, in the order of ``ENDOWMENTS``."""
    return 1.0, float(p.income_hill), float(p.income_mountain), float(p.income_suburban)


def normal_quantile(u: float) -> float:
    """Quantile of the standard normal distribution, to about 1e-9; the same bits everywhere.

    Rational approximations of P. J. Acklam (2003), with our own ``log``.

    Args:
        u: in (0, 1).
    """
    if u < 0.02425:
        return _tail_quantile(u)
    if u > 1.0 - 0.02425:
        return -_tail_quantile(1.0 - u)
    q = u - 0.5
    r = q * q
    above = (((((_A[0] * r + _A[1]) * r + _A[2]) * r + _A[3]) * r + _A[4]) * r + _A[5]) * q
    below = ((((_B[0] * r + _B[1]) * r + _B[2]) * r + _B[3]) * r + _B[4]) * r + 1.0
    return above / below


_A = (
    -3.969683028665376e1,
    2.209460984245205e2,
    -2.759285104469687e2,
    1.383577518672690e2,
    -3.066479806614716e1,
    2.506628277459239,
)
_B = (-5.447609879822406e1, 1.615858368580409e2, -1.556989798598866e2, 6.680131188771972e1, -1.328068155288572e1)
_C = (
    -7.784894002430293e-3,
    -3.223964580411365e-1,
    -2.400758277161838,
    -2.549732539343734,
    4.374664141464968,
    2.938163982698783,
)
_D = (7.784695709041462e-3, 3.224671290700398e-1, 2.445134137142996, 3.754408661907416)


def _tail_quantile(u: float) -> float:
    q = math.sqrt(-2.0 * log(u))
    above = ((((_C[0] * q + _C[1]) * q + _C[2]) * q + _C[3]) * q + _C[4]) * q + _C[5]
    below = (((_D[0] * q + _D[1]) * q + _D[2]) * q + _D[3]) * q + 1.0
    return above / below


def _village_draws(seed: int, name: str) -> list[float]:
    low, high = village_key(name)
    found: list[float] = []
    for block in range(72, 76):
        found.extend(draws(seed, low, high, 0, 0, block))
    return found


#: draws of a village that decide on its size, its operating income, its capital and what its people earn
SIZE, INCOME, CAPITAL, EARNING = 0, 8, 12, 13
#: √3 − 1, the golden section, √2 − 1, √7 − 2: badly approximated by fractions, so their multiples spread evenly
_STEPS = {
    SIZE: 0.7320508075688772,
    INCOME: 0.6180339887498949,
    CAPITAL: 0.41421356237309503,
    EARNING: 0.6457513110645906,
}


def spread_evenly(u: list[list[float]], seed: int) -> None:
    """Replace the draws of size, income, capital and earning by evenly spread ones: few villages show their law.

    The n-th synthesised village stands at (shift + n·step) modulo 1, the shift drawn by the seed: a village still
    depends on its own number alone. Independent draws would let the mean of so skewed a quantity stray twice as far.
    Additive recurrence (Kronecker's sequence).

    Args:
        u: draws by village, changed in place.
        seed: of the run.
    """
    low, high = village_key("spread")
    shifts = draws(seed, low, high, 0, 0, 72)
    for (k, step), shift in zip(_STEPS.items(), shifts, strict=False):
        for number, mine in enumerate(u, start=1):
            place = shift + number * step
            mine[k] = min(1.0 - 2.0**-33, max(2.0**-33, place - math.floor(place)))


def _adults(place: Place, names: list[str], u: list[list[float]], p: Any) -> list[int]:
    """Registered adults of each village: the roster's persons, or the county's divided log-normally."""
    per_adult = float(p.persons_per_adult)
    if place.roster is not None:
        return [max(SMALLEST_VILLAGE, round(row.population / per_adult)) for row in place.roster]
    weights = [exp(float(p.village_size_spread) * normal_quantile(x[SIZE])) for x in u]
    total = round(place.registered_population / per_adult)
    exact = [total * w / math.fsum(weights) for w in weights]
    adults = [max(SMALLEST_VILLAGE, math.floor(x)) for x in exact]
    rest = sorted(range(len(names)), key=lambda v: (-(exact[v] - math.floor(exact[v])), names[v]))
    for v in rest[: max(0, total - sum(adults))]:
        adults[v] += 1
    return adults


def _by_quota(names: list[str], keys: list[float], shares: dict[str, float], order: tuple[str, ...]) -> list[int]:
    """Give each village a class so that the counts match the shares (largest remainders), in keyed order."""
    total = len(names)
    exact = [shares.get(name, 0.0) * total for name in order]
    counts = [math.floor(x) for x in exact]
    rest = sorted(range(len(order)), key=lambda k: (-(exact[k] - counts[k]), k))
    for k in rest[: total - sum(counts)]:
        counts[k] += 1
    queue = [k for k, count in enumerate(counts) for _ in range(count)]
    ranked = sorted(range(total), key=lambda v: (keys[v], names[v]))
    chosen = [0] * total
    for place, v in enumerate(ranked):
        chosen[v] = queue[place]
    return chosen


def _rollout(names: list[str], keys: list[float], shares: dict[str, float], demonstrations: int | None) -> list[int]:
    if demonstrations is None:
        return _by_quota(names, keys, shares, ROLLOUT)
    ranked = sorted(range(len(names)), key=lambda v: (keys[v], names[v]))
    first, others = set(ranked[:demonstrations]), ranked[demonstrations:]
    left = 1.0 - shares.get("demonstration", 0.0)
    scaled = {name: (share / left if left > 0 else 0.0) for name, share in shares.items() if name != "demonstration"}
    if not others:
        return [0] * len(names)
    if left <= 0:
        scaled = {"rest": 1.0}
    classes = _by_quota([names[v] for v in others], [keys[v] for v in others], scaled, ROLLOUT)
    chosen = dict(zip(others, classes, strict=True))
    return [0 if v in first else chosen[v] for v in range(len(names))]


# ---------------------------------------------------------------- what the parameters ask for, over many villages


def bracket_share(low: float, high: float, shares: Mapping[str, float], p: Any) -> float:
    """Share of villages whose operating income lies in [low, high) yuan a year, as the parameters ask for it."""
    return _below(high, shares, p) - _below(low, shares, p)


def mean_operating_income(shares: Mapping[str, float], p: Any) -> float:
    """Mean operating income of many villages, yuan a year (500 quantiles below the tail; the tail exactly)."""
    tail, ratio = float(p.income_tail_share), float(p.income_tail_ratio)
    steps = 500
    total = 0.0
    for k, name in enumerate(ENDOWMENTS):
        weight = float(shares.get(name, 0.0))
        if weight == 0.0:
            continue
        body = math.fsum(operating_income((i + 0.5) / steps * (1.0 - tail), k, shares, p) for i in range(steps))
        edge = operating_income(1.0 - tail, k, shares, p)
        total += weight * ((1.0 - tail) * body / steps + tail * edge * (ratio - 1.0) / log(ratio))
    return total


def mean_capital(p: Any) -> float:
    """Mean operating capital of many villages, yuan: median·exp(spread²/2) (bounds take 1 % off at spread 1.1)."""
    spread = float(p.capital_spread)
    return float(p.capital_median) * exp(0.5 * spread * spread)


def _below(income: float, shares: Mapping[str, float], p: Any) -> float:
    """Share of villages below an operating income (bisection on the quantile, class by class)."""
    found = 0.0
    for k, name in enumerate(ENDOWMENTS):
        weight = float(shares.get(name, 0.0))
        low, high = 1e-12, 1.0 - 1e-12
        for _ in range(50):
            middle = 0.5 * (low + high)
            if operating_income(middle, k, shares, p) < income:
                low = middle
            else:
                high = middle
        found += weight * 0.5 * (low + high)
    return found
