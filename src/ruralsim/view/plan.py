"""A scenario's phases on a calendar: who is covered when, and what is asked of the budgets, before anything is run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ruralsim.base.calendar import Month
from ruralsim.policy.triggers import phases_now
from ruralsim.spec.scenario import ROLLOUTS, Phase, Place, RosterVillage, Scenario

if TYPE_CHECKING:
    from ruralsim.policy.instruments import Instrument


@dataclass(frozen=True, slots=True)
class PlanYear:
    """One calendar year of a plan.

    Args:
        year: of the calendar.
        months: how many of its months are simulated.
        phases: names of the phases in force in some month.
        covered: villages that some instrument reaches, by roll-out class, at most in any month.
        asked: yuan that all instruments ask for at their intensities, in this year.
        budget: yuan that the phases grant in this year; None where one of them has no limit.
    """

    year: int
    months: int
    phases: tuple[str, ...]
    covered: Mapping[str, int]
    asked: float
    budget: float | None


def villages_by_rollout(place: Place) -> dict[str, int]:
    """Return how many villages each roll-out class has; the largest fractions are rounded up.

    Villages of a roster that name their class are counted; the others follow the shares.
    """
    roster = place.roster or ()
    counts = {label: sum(village.rollout == label for village in roster) for label in ROLLOUTS}
    free = place.villages - sum(counts.values())
    shares = dict(place.rollout)
    if place.demonstration_villages is not None and not counts["demonstration"]:
        fixed = min(place.demonstration_villages, free)
        counts["demonstration"] += fixed
        free -= fixed
        shares["demonstration"] = 0.0
    total = sum(shares.values())
    if total <= 0:
        counts[ROLLOUTS[-1]] += free
        return counts
    quotas = {label: free * share / total for label, share in shares.items()}
    given = {label: int(quota) for label, quota in quotas.items()}
    order = sorted(ROLLOUTS, key=lambda label: given[label] - quotas[label])
    for label in order[: free - sum(given.values())]:
        given[label] += 1
    return {label: counts[label] + given[label] for label in ROLLOUTS}


def plan_years(scenario: Scenario, instruments: Mapping[str, Instrument]) -> list[PlanYear]:
    """Lay the phases on the calendar.

    Args:
        scenario: the plan.
        instruments: every instrument that the phases name.

    Returns:
        One entry for each calendar year of the run. Costs are those of full delivery to all eligible villages of
        average size; the run delivers less where a budget binds.
    """
    counts = villages_by_rollout(scenario.place)
    phases = phases_now(scenario)
    adults = _adults_per_village(scenario)
    eligible = {name: _eligible_share(scenario.place, instrument) for name, instrument in instruments.items()}
    years: dict[int, list[int]] = {}
    for month in range(scenario.months):
        years.setdefault((scenario.start + month).year, []).append(month)
    paid: dict[tuple[str, str], float] = {}
    found = []
    for year, months in years.items():
        covered, asked, names, budget = dict.fromkeys(ROLLOUTS, 0), 0.0, [], 0.0
        for month in months:
            active = [phase for phase in phases if phase.start <= scenario.start + month <= phase.end]
            names += [phase.name for phase in active if phase.name not in names]
            for phase in active:
                budget += float("inf") if phase.budget is None else phase.budget / 12
                budget += (phase.start_budget or 0.0) if scenario.start + month == phase.start else 0.0
            for label in ROLLOUTS:
                for name, intensity in _intensities(active, scenario.start + month, label).items():
                    if label not in instruments[name].rollout:
                        continue
                    reached = counts[label] * eligible[name]
                    covered[label] = max(covered[label], round(reached))
                    new = max(0.0, intensity - paid.get((label, name), 0.0))
                    paid[label, name] = paid.get((label, name), 0.0) + new
                    instrument = instruments[name]
                    monthly, once = instrument.monthly_cost(adults), instrument.once_cost(adults)
                    asked += reached * (intensity * monthly + new * once)
        limit = None if budget == float("inf") else budget
        found.append(PlanYear(year, len(months), tuple(names), covered, asked, limit))
    return found


def _intensities(active: Sequence[Phase], now: Month, label: str) -> dict[str, float]:
    """Intensities in a roll-out class: those of overlapping phases add up, to 1 at most."""
    found: dict[str, float] = {}
    for phase in active:
        if phase.covers(label) and phase.joins(label) <= now:
            for name, intensity in phase.instruments.items():
                found[name] = min(1.0, found.get(name, 0.0) + intensity)
    return {name: intensity for name, intensity in found.items() if intensity > 0}


def _adults_per_village(scenario: Scenario) -> float:
    place = scenario.place
    ratio = place.persons_per_adult or scenario.parameter_values().get("persons_per_adult", 1.3)
    return place.registered_population / place.villages / ratio


def _eligible_share(place: Place, instrument: Instrument) -> float:
    """Share of villages whose endowment and form allow the instrument."""
    share = 1.0
    for field, shares, allowed in (
        ("endowment", place.endowments, instrument.endowments),
        ("form", place.forms, instrument.forms),
    ):
        share *= _share_allowed(place.roster or (), field, shares, allowed)
    return share


def _share_allowed(
    roster: tuple[RosterVillage, ...], field: str, shares: Mapping[str, float], allowed: tuple[str, ...]
) -> float:
    drawn = sum(share for label, share in shares.items() if label in allowed)
    if not roster:
        return drawn
    stated = [getattr(village, field) for village in roster]
    return sum(drawn if label is None else float(label in allowed) for label in stated) / len(stated)
