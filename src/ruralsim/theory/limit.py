"""The autonomous limit: the mean village's year as differential equations, derived in SymPy from the definitions.

Φ → 1, December's distribution and January's pooling spread over the year, projects by their expectation, an enterprise
that works. Time in months. The unknowns are those of :data:`UNKNOWNS`; everything that a village is given, and every
parameter, is a symbol, so that derivatives by any of them are exact.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from functools import cache
from types import SimpleNamespace
from typing import Any

import numpy as np

from ruralsim.spec.parameters import load_parameters
from ruralsim.theory import definitions as d
from ruralsim.theory.parts import Earned, Keep, as_it_is, earn, effort, pillar_rates, shares_of_profit
from ruralsim.theory.state import Place, State, potential

#: unknowns in order, with the size that a change of them is measured in
UNKNOWNS: Mapping[str, float] = {
    "log_capital": 1.0, "idle": 1e8, "trust": 1.0, "norm": 1.0, "legal": 1.0, "belonging": 1.0, "civic": 1.0,
    "pooled": 1.0,
    "expected": 100.0, "affairs": 100.0, "party_organisation": 1.0, "self_governance": 1.0, "rule_of_law": 1.0,
    "virtue": 1.0, "smart_governance": 1.0, "co_governance": 1.0, "services_collective": 1.0, "services_fiscal": 1.0,
    "open_cases": 0.01, "disorder": 0.01, "waiting_new": 0.01, "waiting_long": 0.01,
}  # fmt: skip
SCALE = np.array(list(UNKNOWNS.values()))
GOVERNANCE = (
    "trust", "party_organisation", "self_governance", "rule_of_law", "virtue", "smart_governance", "co_governance",
)  # fmt: skip
_PLACE = tuple(one.name for one in fields(Place) if one.name != "rewarded")
_REWARDED = ("rewarded_organise", "rewarded_enterprise", "rewarded_govern", "rewarded_serve")


def rates(x: Any, place: Place, p: Any, keep: Keep = as_it_is) -> dict[str, Any]:
    """Right-hand side: change of every unknown a month.

    Args:
        x: unknowns as attributes (symbols or numbers). place: what is given. p: parameters.
        keep: gives an intermediate quantity a name (a symbol of its own); what it returns stands for the quantity.
    """
    capital = keep("capital", d.exp(x.log_capital))
    made = earn(capital, x, x.pooled, x.disorder, place, p, keep)
    x = SimpleNamespace(**vars(x), output=made.output)
    service = keep("service", x.services_collective + x.services_fiscal)
    work = effort(x, service, place, p, keep)
    to_dividends, to_affairs, to_capital = shares_of_profit(p)
    profit = keep("distributed", d.larger(0, made.profit))
    dividend = keep("dividend", 12 * to_dividends * profit / place.heads)
    granted = keep("granted", d.project_grant((x.party_organisation + x.self_governance) / 2, x.trust, p))
    used = keep("brought_into_use", d.activated(x.idle, work[1], x.pooled, x.trust, p))
    found: dict[str, Any] = {
        "log_capital": (p.project_operating * granted + used + to_capital * profit) / capital - p.depreciation / 12,
        "idle": (1 - p.project_operating) * granted - used - place.written_off * x.idle,
        "expected": p.expectation_rate * (dividend - x.expected) / 12,
    }
    felt = x.services_collective * place.affairs_felt
    found |= _institutions(x, to_affairs * profit, service, work, place, p, keep)
    civic, more = _taking_part(x, felt, made, place, p, keep)
    settled, disputes = _disputes(x, place, p, keep)
    answered, requests = _requests(x, service, work[3], place, p, keep)
    found |= more | disputes | requests
    employed, wage = made.hired / place.heads, p.collective_wage / p.job_half
    found["belonging"] = _belonging(x, dividend, employed, place, p)
    up, down = d.trust_rates(
        dividend * place.dividends_felt, x.expected * place.dividends_felt, felt, x.services_fiscal, 0,
        x.belonging * place.belonging_felt, civic * x.self_governance, settled, answered, x.virtue,
        x.party_organisation * (0.5 + place.example),
        d.leakage_seen(made.leakage, x.self_governance, x.smart_governance), x.open_cases,
        1 - d.calm(x.disorder, p), x.waiting_long, x.trust, place.disposition, p,
    )  # fmt: skip
    up = up + p.trust_job * employed * wage * place.jobs_felt / (1 + wage)
    found["trust"] = _net(x.trust, keep("trust_up", up), keep("trust_down", down))
    found["norm"] = _net(x.norm, *d.norm_rates(x.civic, x.virtue, p))
    found["legal"] = _net(x.legal, *d.legal_rates(x.rule_of_law, p))
    return {name: found[name] for name in UNKNOWNS}


def _institutions(
    x: Any, to_affairs: Any, service: Any, work: tuple[Any, Any, Any, Any], place: Place, p: Any, keep: Keep
) -> dict[str, Any]:
    """The account for affairs (``to_affairs``: yuan a month that come in), pillars and services."""
    spend = p.institution_share * x.affairs / 12
    buying = (1 - p.institution_share) * (x.affairs - spend) / 12
    bought = keep("institutions", d.institutions_bought(12 * spend, p) * place.affairs_felt)
    found = {"affairs": to_affairs / place.heads - spend - buying}
    for name, up in pillar_rates(x, work, bought, p).items():
        found[name] = _net(getattr(x, name), up, p.pillar_decay)
    up_c = d.service_rate(buying, work[3], x.co_governance, p) * place.affairs_felt
    up_f = d.service_rate(place.transfer, work[3], x.co_governance, p)
    found["services_collective"] = up_c * (1 - service) - p.service_decay * x.services_collective
    found["services_fiscal"] = up_f * (1 - service) - p.service_decay * x.services_fiscal
    return found


def _taking_part(x: Any, felt: Any, made: Earned, place: Place, p: Any, keep: Keep) -> tuple[Any, dict[str, Any]]:
    """Share who take part, and how it and the share who pool land change."""
    example = x.party_organisation * place.example
    base = d.civic_place(place.effect_civic, x.self_governance, felt, p)
    logit = d.civic_logit(base, x.trust, x.norm, x.civic, x.belonging * place.belonging_felt, example, p)
    civic = keep("taking_part", d.logistic(logit))
    cost = d.pooling_cost(place.rent, made.hired / made.supply * place.jobs_felt, p.farm_income, p)
    expected = x.expected * place.dividends_felt
    pooled = d.logistic(
        d.economic_logit(place.effect_economic, x.trust, x.pooled, expected, example, x.rule_of_law, cost, p)
    )
    return civic, {"civic": civic - x.civic, "pooled": (pooled - x.pooled) / 12}


def _disputes(x: Any, place: Place, p: Any, keep: Keep) -> tuple[Any, dict[str, Any]]:
    """Disputes settled a head, and how open ones and disorder change."""
    capacity = d.mediation_capacity(place.mediators, place.heads, x.rule_of_law, x.virtue, x.co_governance, p)
    settles = d.settlement_chance(capacity, x.open_cases * place.heads, p)
    factor = d.dispute_factor(place.variation, x.virtue, p)
    arises = x.pooled * d.chance_of_dispute(factor, 1 - x.rule_of_law, x.legal, x.norm, p)
    arises = arises + (1 - x.pooled) * d.chance_of_dispute(factor, 0, x.legal, x.norm, p)
    settled = keep("settled", settles * x.open_cases)
    return settled, {
        "open_cases": arises * (1 - x.open_cases) - settled,
        "disorder": (1 - p.disorder_memory) * (x.open_cases - x.disorder),
    }


def _requests(x: Any, service: Any, serve: Any, place: Place, p: Any, keep: Keep) -> tuple[Any, dict[str, Any]]:
    """Requests answered a head, and how waiting ones change."""
    asks = d.chance(p.request_rate * (1.5 - service))
    waiting = x.waiting_new + x.waiting_long
    answers = d.answer_chance(serve, place.hours, x.smart_governance, x.co_governance, p)
    answers = keep("answered", answers * d.smaller(1, p.request_room / waiting))
    new = asks * (1 - waiting)
    return answers * (new + waiting), {
        "waiting_new": new * (1 - answers) - x.waiting_new,
        "waiting_long": waiting * (1 - answers) - x.waiting_long,
    }


def _net(level: Any, up: Any, down: Any) -> Any:
    return up * (1 - level) - down * level


def _belonging(x: Any, dividend: Any, employed: Any, place: Place, p: Any) -> Any:
    """Belonging: rates add up, so means may stand for people; who has a job is paid more."""
    broken = d.saturating(d.larger(0, x.expected - dividend), p.dividend_half)
    paid = (1 - employed) * d.saturating(dividend, p.dividend_half)
    paid = paid + employed * d.saturating(dividend + p.collective_wage * place.jobs_felt, p.dividend_half)
    up, down = d.belonging_rates(x.pooled, paid * place.dividends_felt, x.civic * x.self_governance, broken, p)
    return _net(x.belonging, up, down)


@dataclass(frozen=True)
class Derived:
    """The limit in symbols.

    Args:
        unknowns, given, parameters: symbols by name (``given``: what a place is given).
        kept: intermediate quantities in order: name -> (symbol, expression in what stands before it).
        right: expressions by unknown. measures: potential, and value added a head and year.
    """

    unknowns: Mapping[str, Any]
    given: Mapping[str, Any]
    parameters: Mapping[str, Any]
    kept: Mapping[str, tuple[Any, Any]]
    right: Mapping[str, Any]
    measures: Mapping[str, Any]

    @property
    def arguments(self) -> list[Any]:
        """All symbols that are neither unknowns nor kept, in a fixed order."""
        return [*self.given.values(), *self.parameters.values()]


@cache
def derive() -> Derived:
    """Write the limit with SymPy symbols for everything."""
    import sympy

    unknowns = {name: sympy.Symbol(name, real=True) for name in UNKNOWNS}
    given = {name: sympy.Symbol(f"place_{name}", real=True) for name in (*_PLACE, *_REWARDED)}
    parameters = {name: sympy.Symbol(f"p_{name}", real=True) for name in load_parameters()}
    rewarded = tuple(given[name] for name in _REWARDED)
    place = Place(**{name: given[name] for name in _PLACE}, rewarded=rewarded)  # type: ignore[arg-type]
    kept: dict[str, tuple[Any, Any]] = {}

    def keep(name: str, expression: Any) -> Any:
        kept[name] = (sympy.Symbol(f"the_{name}", real=True), expression)
        return kept[name][0]

    p = SimpleNamespace(**parameters)
    right = rates(SimpleNamespace(**unknowns), place, p, keep)
    measures = {
        "potential": potential(SimpleNamespace(**unknowns), p),
        "value_added": 12 * kept["value_added"][0] / place.heads,
    }
    everything = (*right.values(), *measures.values(), *(expression for _, expression in kept.values()))
    used = set().union(*(sympy.sympify(expression).free_symbols for expression in everything))
    parameters = {name: symbol for name, symbol in parameters.items() if symbol in used}
    return Derived(unknowns, given, parameters, kept, right, measures)


@cache
def _compiled() -> Callable[[Sequence[float], Sequence[float]], tuple[Any, Any]]:
    """Values and derivatives of right-hand sides and measures, as a function of (unknowns, arguments).

    Every kept quantity is differentiated by the symbols that stand in it; the chain rule is then carried out with
    numbers, line by line (forward accumulation), which is exact and stays small.
    """
    import sympy

    one = derive()
    independent = [*one.unknowns.values(), *one.arguments]
    slopes = {symbol: f"unit[{k}]" for k, symbol in enumerate(independent)}
    lines = [f"{symbol} = z[{k}]" for k, symbol in enumerate(independent)]

    def differential(expression: Any) -> str:
        parts = []
        for symbol in sorted(expression.free_symbols, key=str):
            by = sympy.diff(expression, symbol).replace(
                sympy.Heaviside, lambda value, *_: sympy.Piecewise((1, value > 0), (0, True))
            )
            parts.append(f"({sympy.pycode(by)}) * {slopes[symbol]}")
        return " + ".join(parts) or "nothing"

    for symbol, expression in one.kept.values():
        expression = sympy.sympify(expression)
        lines += [f"{symbol} = {sympy.pycode(expression)}", f"d_{symbol} = {differential(expression)}"]
        slopes[symbol] = f"d_{symbol}"
    wanted = [sympy.sympify(expression) for expression in (*one.right.values(), *one.measures.values())]
    lines.append(f"values = [{', '.join(sympy.pycode(expression) for expression in wanted)}]")
    lines.append(f"slopes = [{', '.join(differential(expression) for expression in wanted)}]")
    body = "\n    ".join(lines)
    code = f"def evaluate(z, unit, nothing):\n    {body}\n    return values, slopes\n"
    space: dict[str, Any] = {"math": math}
    exec(compile(code, "<autonomous limit>", "exec"), space)  # our own expressions, printed by SymPy
    unit, nothing = np.eye(len(independent)), np.zeros(len(independent))
    return lambda x, arguments: space["evaluate"]([*x, *arguments], unit, nothing)  # type: ignore[no-any-return]


@dataclass(frozen=True)
class Problem:
    """The limit with numbers put in.

    Args:
        arguments: float64, values of :attr:`Derived.arguments`.
    """

    arguments: np.ndarray

    @classmethod
    def of(cls, place: Place, p: Any) -> Problem:
        """Of a place and parameters."""
        values = [float(getattr(place, name)) for name in _PLACE] + [float(value) for value in place.rewarded]
        values += [float(getattr(p, name)) for name in derive().parameters]
        return cls(np.array(values))

    @staticmethod
    def names() -> tuple[str, ...]:
        """Names of the arguments: what the place is given, then parameters."""
        one = derive()
        return (*one.given, *one.parameters)

    def with_argument(self, name: str, value: float) -> Problem:
        """The same with one argument changed."""
        changed = self.arguments.copy()
        changed[self.names().index(name)] = value
        return Problem(changed)

    def _all(self, x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Values and derivatives; NaN where x is so far off that a number is out of range."""
        try:
            values, slopes = _compiled()(x.tolist(), self.arguments.tolist())
        except (OverflowError, ValueError, ZeroDivisionError):
            n = len(UNKNOWNS)
            return np.full(n + 2, np.nan), np.full((n + 2, n + len(self.arguments)), np.nan)
        return np.array(values, np.float64), np.array(slopes)

    def right(self, x: np.ndarray) -> np.ndarray:
        """Change of every unknown a month."""
        return self.right_and_jacobian(x)[0]

    def jacobian(self, x: np.ndarray) -> np.ndarray:
        """Derivatives by the unknowns."""
        return self.right_and_jacobian(x)[1]

    def right_and_jacobian(self, x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Both at once, for the price of one."""
        values, slopes = self._all(x)
        n = len(UNKNOWNS)
        return values[:n], slopes[:n, :n]

    def by_argument(self, x: np.ndarray) -> np.ndarray:
        """Derivatives by the arguments, [unknowns, arguments]."""
        return self._all(x)[1][: len(UNKNOWNS), len(UNKNOWNS) :]

    def measures(self, x: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Potential and value added a head and year, and their derivatives by unknowns and by arguments."""
        values, slopes = self._all(x)
        n = len(UNKNOWNS)
        return values[n:], slopes[n:, :n], slopes[n:, n:]


def unknowns_of(state: State) -> np.ndarray:
    """The unknowns of a state of the map."""
    found = [np.log(state.capital) if name == "log_capital" else getattr(state, name) for name in UNKNOWNS]
    return np.maximum(np.array(found, np.float64), 1e-6)
