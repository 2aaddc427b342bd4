"""What a row works on directly, read from a finished run: one figure of the township for each name.

``flow.NAME``, ``cost.INSTRUMENT``: yuan a registered adult and year; ``driver.NAME``: what a driver of the momentum
ledger has moved in all months (points of potential, or yuan of value added a month), mean over villages; ``seen.NAME``:
an observable in the last quarter; a plain name: an outcome, mean of the last twelve months, or one of those below.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ruralsim.base.errors import InputError, nearest
from ruralsim.model.books_loop import OUTCOME_INDEX, OUTCOMES
from ruralsim.model.county import County
from ruralsim.model.outcomes import GOALS, county_mean, county_scores
from ruralsim.policy.observables import OBSERVABLE_INDEX
from ruralsim.state.columns import AWAY, HOME, OUTSIDER
from ruralsim.state.flows import DRIVER_INDEX, FLOW_INDEX

LAST = 12
_FLAT = 1e-9  # targets that vary less are one number
_STEADY = ("rule_of_law.effort", "smart_governance.effort")


def goals_of(county: County, last: int = LAST) -> dict[str, float]:
    """Return the scores of the three goals, mean of the last months."""
    scores = county_scores(county.record.outcomes)[-last:].mean(axis=0)
    return dict(zip(GOALS, scores.tolist(), strict=True))


def quantity_of(county: County, name: str, last: int = LAST) -> float:
    """Return one quantity of a finished run.

    Args:
        county: after its last month.
        name: see the module's text.
        last: months over which outcomes are averaged.

    Raises:
        InputError: an unknown quantity.
    """
    kind, _, rest = name.partition(".")
    if kind == "flow" and rest in FLOW_INDEX:
        return _flow(county, rest)
    if kind == "driver" and rest in DRIVER_INDEX:
        return float(county.record.momentum[:, :, DRIVER_INDEX[rest]].sum(axis=0).mean())
    if kind == "seen" and rest in OBSERVABLE_INDEX:
        return float(county.observed[:, OBSERVABLE_INDEX[rest]].mean())
    if kind == "cost":
        return _cost(county, rest)
    if name in OUTCOME_INDEX:
        outcomes = county.record.outcomes
        return float(county_mean(outcomes[:, :, OUTCOME_INDEX[name]], outcomes)[-last:].mean())
    if name in SPECIAL:
        return SPECIAL[name](county)
    raise InputError("unknown_key", name=name, nearest=nearest(name, (*OUTCOME_INDEX, *SPECIAL)))


def unit_of(name: str) -> str:
    """Return the unit of a quantity, as a text for tables."""
    kind, _, rest = name.partition(".")
    if kind in ("flow", "cost"):
        return "yuan/head/year"
    if kind == "driver":
        return "yuan/month" if rest.startswith(("productivity", "fit")) else "potential"
    if name in OUTCOME_INDEX:
        return OUTCOMES[OUTCOME_INDEX[name]][1]
    return UNITS.get(name, "1")


def _flow(county: County, name: str) -> float:
    money = county.record.money[:, :, FLOW_INDEX[name]].sum() / 100.0
    heads = county.record.outcomes[1:, :, OUTCOME_INDEX["registered"]].sum(axis=1).mean()
    return float(money / heads / (county.month / 12.0))


def _cost(county: County, instrument: str) -> float:
    """Yuan a registered adult and year that an instrument has cost; 0 where it was never in force."""
    if instrument not in county.programme.names:
        return 0.0
    column = county.programme.names.index(instrument)
    paid = sum(int(cost[:, column].sum()) for _, _, _, cost in county.record.policy) / 100.0
    heads = county.record.outcomes[1:, :, OUTCOME_INDEX["registered"]].sum(axis=1).mean()
    return float(paid / heads / (county.month / 12.0))


def misjudgement(county: County) -> float:
    """How unsteadily cadres see needs: month-to-month spread of the logarithm of governing over serving effort."""
    one, other = (county.record.momentum[:, :, DRIVER_INDEX[name]] for name in _STEADY)
    both = (one > 0.0) & (other > 0.0)
    ratio = np.log(np.where(both, one, 1.0) / np.where(both, other, 1.0))
    return float(np.diff(ratio, axis=0).std())


def members(county: County) -> float:
    """Share of registered adults who hold a share of the collective."""
    people = _people(county, HOME, AWAY)
    return float((people["share"] > 0).mean())


def party_taking_part(county: County) -> float:
    """Share of party members who take part in public affairs."""
    people = _people(county, HOME, AWAY)
    party = people["party"] == 1
    return float(people["contributes"][party].mean()) if party.any() else 0.0


def outsiders_taking_part(county: County) -> float:
    """Share of resident outsiders who take part in public affairs."""
    people = _people(county, OUTSIDER)
    return float(people["contributes"].mean()) if len(people) else 0.0


def _people(county: County, *status: int) -> np.ndarray:
    parts = [county.villagers[a : a + int(rows)] for a, rows in zip(county.start, county.villages["rows"], strict=True)]
    people = np.concatenate(parts)
    return people[np.isin(people["status"], status)]


def checks(county: County) -> float:
    """Mean chance that a report is really checked."""
    return float(county.reports["check"].mean())


def work(county: County) -> float:
    """Cadres' real work: ability times root effort, sum of the four tasks, mean over villages, last month."""
    tasks = ("organise", "enterprise", "govern", "serve")
    return float(np.sum([county.villages[f"work_{task}"] for task in tasks], axis=0).mean())


def gap(county: County) -> float:
    """Mean of reported less true values over all items and quarters."""
    return float(np.mean([values[:, :, 1] - values[:, :, 0] for _, values in county.record.indicators]))


def dressing_time(county: County) -> float:
    """Share of a month that cadres in office give to window-dressing, last month."""
    active = county.cadres["active"] == 1
    return float(county.cadres["effort_report"][active].mean())


def ratchet(county: County) -> float:
    """How much of a year's report passes into the next target.

    Coefficient of last December's report in a least-squares line through next year's targets, beside the old target; 0
    where targets do not follow reports, or there are none.
    """
    by_month = dict(county.record.indicators)
    rows, new = [], []
    for month, before in by_month.items():
        after = by_month.get(month + 3)
        if county.calendar(month).month != 12 or after is None:
            continue
        set_ = (before[:, :, 2] >= 0.0) & (after[:, :, 2] >= 0.0)
        rows.append(np.column_stack([before[:, :, 1][set_], before[:, :, 2][set_], np.ones(int(set_.sum()))]))
        new.append(after[:, :, 2][set_])
    found = np.concatenate(new) if new else np.zeros(0)
    if not len(found) or found.std() < _FLAT:
        return 0.0
    return float(np.linalg.lstsq(np.concatenate(rows), found, rcond=None)[0][0])


SPECIAL: dict[str, Callable[[County], float]] = {
    "misjudgement": misjudgement,
    "members": members,
    "outsiders_taking_part": outsiders_taking_part,
    "party_taking_part": party_taking_part,
    "checks": checks,
    "work": work,
    "gap": gap,
    "dressing_time": dressing_time,
    "ratchet": ratchet,
}
UNITS = {
    "misjudgement": "log spread",
    "members": "share",
    "outsiders_taking_part": "share",
    "party_taking_part": "share",
    "checks": "probability",
    "dressing_time": "month",
    "ratchet": "share",
}
