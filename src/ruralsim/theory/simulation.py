"""The engine in the limit of theory: one village, everybody alike and at home, village means for neighbours, no noise.

What theory holds fixed is frozen here too. What remains different is only that people are whole numbers.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np

from ruralsim.agents.lifetime import LABOUR_AGE
from ruralsim.base.calendar import Month
from ruralsim.model.county import County
from ruralsim.spec.parameters import load_parameters
from ruralsim.spec.scenario import Context, FrameworkChoice, RegimeChoice, RosterVillage, Scenario
from ruralsim.spec.scenario import Place as ScenarioPlace
from ruralsim.state.columns import GONE, HOME, OUTSIDER
from ruralsim.theory import definitions as d
from ruralsim.theory.state import PILLARS, Place, State

#: processes that theory holds still
FROZEN = (
    "new_year",
    "outsiders",
    "moving",
    "households",
    "practice",
    "ability",
    "environment",
    "election",
    "assessment",
)
#: everybody alike, nothing by chance but events, habit and credit off, productivity still
LIMIT: Mapping[str, float] = {
    "disposition_spread": 0.0, "trust_noise": 0.0, "village_effect_spread": 0.0, "skill_spread": 0.0,
    "ability_spread": 0.0, "integrity_spread": 0.0, "motivation_spread": 0.0, "start_spread": 0.0,
    "output_shock": 0.0, "outsider_share": 0.0, "outsider_turnover": 0.0, "member_share": 1.0, "contribution": 0.0,
    "economic_habit": 0.0, "civic_habit": 0.0, "loan_coverage": 1e9, "debt_share": 0.0, "election_discipline": 0.0,
    "productivity_gain": 0.0, "productivity_loss": 0.0,
}  # fmt: skip
PER_ADULT = 1.3


def limit_scenario(
    adults: int,
    months: int,
    operating_income: float = 93_000.0,
    capital: float = 1_200_000.0,
    idle: float | None = None,
) -> Scenario:
    """One leasing village without policy under guidance, cadres seeing needs as they are.

    Args:
        adults: registered.
        months: horizon.
        operating_income, capital, idle: at the start, yuan a year and yuan; idle None: the parameter's share.
    """
    row = RosterVillage(
        "Mean", round(adults * PER_ADULT), form="leasing", endowment="plain", rollout="rest",
        operating_income=operating_income, capital=capital, idle_assets=idle, debt=0.0,
    )  # fmt: skip
    place = ScenarioPlace(
        registered_population=row.population, villages=1, townships=1, endowments={"plain": 1.0},
        forms={"leasing": 1.0}, rollout={"rest": 1.0}, persons_per_adult=PER_ADULT, roster=(row,),
    )  # fmt: skip
    return Scenario(
        name="mean-field", title={"en": "The well-mixed limit", "zh": "充分混合极限"}, start=Month(2021, 1),
        months=months, place=place, context=Context({}), framework=FrameworkChoice("pengzhou"),
        regime=RegimeChoice("directional", {"need_noise": 0.0}), phases=(), parameters=(),
    )  # fmt: skip


def limit_county(
    scenario: Scenario, seed: int = 1, values: Mapping[str, float] | None = None, *, mixing: float = 1.0,
    alike: bool = True,
) -> County:  # fmt: skip
    """A county of one village in the limit, before its first month.

    Args:
        scenario: of :func:`limit_scenario`.
        seed: of the luck.
        values: parameters that differ from the limit (habit, heterogeneity) or from the defaults.
        mixing: 1 village means for neighbours, 0 eight neighbours.
        alike: whether everybody begins with the village's means.
    """
    county = County.build(scenario, seed, {**LIMIT, **(values or {})}, mixing=mixing)
    people = county.villagers
    there = (people["status"] != 0) & (people["status"] != GONE) & (people["status"] != OUTSIDER)
    people["status"][there] = HOME
    people["age"][there] = np.minimum(people["age"][there], np.float32(LABOUR_AGE - 1.0))
    if alike:
        for column in ("trust", "norm", "legal", "belonging", "habit"):
            people[column][there] = np.float32(people[column][there].astype(np.float64).mean())
        county.villages["mean_trust"] = float(people["trust"][there][0])
    return county


def run_limit(county: County, months: int) -> np.ndarray:
    """Live some months and return trust, civic share, pooled share, potential and log capital, [T + 1, 5]."""
    from ruralsim.model.books_loop import OUTCOME_INDEX

    county.advance(months, frozen=FROZEN)
    names = ("mean_trust", "contribution", "pooled_share", "potential", "capital")
    found: np.ndarray = county.record.outcomes[: months + 1, 0][:, [OUTCOME_INDEX[name] for name in names]].copy()
    found[:, 4] = np.log(found[:, 4])
    return found


def parameters_of(county: County) -> Any:
    """The county's parameters as attributes."""
    return SimpleNamespace(**{name: float(county.parameters[0][name]) for name in load_parameters()})


def mean_field_of(county: County) -> tuple[State, Place, Any]:
    """State, place and parameters of the mean village that a county in the limit is made of, before its first month."""
    p = parameters_of(county)
    v, firm = county.villages[0], county.enterprises[0]
    people = county.villagers[county.villagers["status"] == HOME]
    heads = len(people)

    def mean(column: str) -> float:
        return float(people[column].astype(np.float64).mean())

    pools = people["pools"] == 1
    services = {
        payer: 0.25 * sum(float(v[f"{kind}_{payer}"]) for kind in ("public", "convenience", "living", "elder"))
        for payer in ("collective", "fiscal")
    }
    state = State(
        capital=float(firm["capital"]), idle=float(firm["idle"]), cash=int(firm["cash"]) / 100,
        reserve=int(firm["reserve"]) / 100, active=float(firm["active"]), trust=mean("trust"), norm=mean("norm"),
        legal=mean("legal"),
        belonging_pooling=mean("belonging"), belonging_others=mean("belonging"), civic=mean("contributes"),
        pooled=float(pools.mean()), dividend=mean("dividend"), expected=mean("expected_dividend"),
        affairs=int(v["account_affairs"]) / 100 / heads, **{name: float(v[name]) for name in PILLARS},
        services_collective=services["collective"], services_fiscal=services["fiscal"],
        open_cases=float((people["dispute"] > 0).mean()), disorder=float(v["disorder"]),
        waiting_new=float((people["request"] == 2).mean()), waiting_long=float((people["request"] > 2).mean()),
        output=float(firm["output"]), profit=0.0,
    )  # fmt: skip
    return state, place_of(county, heads), p


def put_mean_field(county: County, state: State) -> None:
    """Set a county in the limit, before its first month, to the state of a mean village on 31 December.

    Shares become whole people, spread evenly over the village and independently of one another.

    Args:
        county: of :func:`limit_county`.
        state: numbers, not draws.
    """
    v, firm, people = county.villages, county.enterprises, county.villagers
    there = np.flatnonzero(people["status"] == HOME)
    heads = len(there)

    def who(share: float, step: float) -> np.ndarray:
        """Places of a share of the people: the fractional parts of multiples of an irrational step are even."""
        return there[np.argsort(np.arange(1, heads + 1) * step % 1.0)[: round(share * heads)]]

    for name in ("trust", "norm", "legal"):
        people[name][there] = getattr(state, name)
    people["dividend"][there], people["expected_dividend"][there] = state.dividend, state.expected
    people["pools"][there], people["contributes"][there] = 0, 0
    people["dispute"][there], people["request"][there] = 0, 0
    pooling = who(state.pooled, 2**0.5)
    people["pools"][pooling] = 1
    people["belonging"][there] = state.belonging_others
    people["belonging"][pooling] = state.belonging_pooling
    people["contributes"][who(state.civic, 3**0.5)] = 1
    people["dispute"][who(state.open_cases, 5**0.5)] = 1
    waiting = who(state.waiting_new + state.waiting_long, 7**0.5)
    people["request"][waiting] = 3
    people["request"][waiting[: round(state.waiting_new * heads)]] = 2
    for name in (*PILLARS, "disorder"):
        v[name] = getattr(state, name)
    for kind in ("public", "convenience", "living", "elder"):
        v[f"{kind}_collective"], v[f"{kind}_fiscal"] = state.services_collective, state.services_fiscal
    v["mean_trust"], v["civic_share"] = state.trust, state.civic
    v["open_cases"] = state.open_cases * heads
    v["account_affairs"] = round(100.0 * state.affairs * heads)
    firm["capital"], firm["idle"], firm["output"] = state.capital, state.idle, state.output
    firm["cash"], firm["reserve"] = round(100.0 * state.cash), round(100.0 * state.reserve)
    firm["profit_year"] = 0
    firm["active"], firm["pooled"] = round(state.active), state.pooled


def place_of(county: County, heads: int) -> Place:
    """What the village is given, with the regime's numbers read from the county's first month."""
    p = parameters_of(county)
    v, items = county.villages[0], county.items
    people = county.villagers[county.villagers["status"] == HOME]
    cadres = county.cadres[0][county.cadres[0]["active"] == 1]
    organise, enterprise, govern, serve = (
        float((items["weight"] * items[task]).sum()) for task in ("organise", "enterprise", "govern", "serve")
    )
    regime = county.regime_numbers.at(0.0)
    place = Place(
        heads=float(heads), log_productivity=float(np.log(county.enterprises["productivity"][0])), rent=p.rent_leasing,
        transfer=p.operating_transfer, mediators=float(v["mediators"]), variation=float(v["income_variation"]),
        example=float(((people["party"] | people["notable"]) == 1).mean()), effect_civic=float(v["effect_civic"]),
        effect_economic=float(v["effect_economic"]), disposition=float(people["disposition"].astype(np.float64).mean()),
        motivation=float(cadres["motivation"][0]), ability=float(cadres["organise"][0]),
        integrity=float(cadres["integrity"][0]), pressure=regime.pressure, checks=regime.checks,
        hours=float(d.hours_left(float(items["quantified"].sum()), regime.burden_factor, regime.checks, p)),
        rewarded=(organise, enterprise, govern, serve), dressing=0.0,
        written_off=float(p.activation_rate == 0.0),
    )  # fmt: skip
    return replace(place, dressing=_dressing(county, place, p))


def _dressing(county: County, place: Place, p: Any) -> float:
    """Σ of squared values of window-dressing, read from how cadres divide their time in a first month."""
    trial = limit_twin(county)
    v = trial.villages[0]
    need = 1.0 - 0.5 * (float(v["party_organisation"]) + float(v["self_governance"]))
    trial.advance(1, frozen=FROZEN)
    cadre = trial.cadres[0][trial.cadres[0]["active"] == 1][0]
    if float(cadre["effort_report"]) == 0.0:
        return 0.0
    value = place.ability * d.value_of_work(
        place.motivation, place.checks, 0.0, need, place.rewarded[0], place.pressure, p
    )
    return float(value) ** 2 * float(cadre["effort_report"]) / float(cadre["effort_organise"])


def limit_twin(county: County) -> County:
    """The same small county once more, to try a month on."""
    scenario = limit_scenario(200, 1)
    values = {name: float(county.parameters[0][name]) for name in load_parameters()}
    return County.build(scenario, county.seed, values)
