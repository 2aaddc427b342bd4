"""A smaller place with the same villages: where parameter draws of a large county run.

A parameter's effect is much the same in most villages, so draws need not carry all of them. The sample takes villages
from every roll-out class, in proportion to its adults, evenly over endowment classes and forms. A village keeps its
name (hence its luck), class, form and township, and opens as it would in the whole county under the draw's parameters.
Budgets shrink with the adults of the classes that a phase covers. A county figure weighs each sampled village by the
adults it stands for.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from ruralsim.base.sums import in_order
from ruralsim.model.county import parameter_record
from ruralsim.model.village_plans import VillagePlan, plan_villages
from ruralsim.spec.scenario import ENDOWMENTS, FORMS, ROLLOUTS, Phase, RosterVillage, Scenario
from ruralsim.state.inputs import Fields

FEWEST_VILLAGES = 8


@dataclass(frozen=True, eq=False)
class Sample:
    """Villages that stand for a county under one kind of luck.

    Args:
        county: the scenario of the whole county.
        seed: the luck: it deals out the classes of synthesised villages.
        factors: float64 [v], how many adults of the county an adult of each village stands for.
        names: of the v villages.
        adults: registered adults in them at the start, at the defaults.
        county_villages, county_adults: of the whole county.
        budget_parts: of each phase, the share of its budget that is the sample's.
    """

    county: Scenario
    seed: int
    factors: np.ndarray
    names: tuple[str, ...]
    adults: int
    county_villages: int
    county_adults: int
    budget_parts: tuple[float, ...]

    @property
    def whole(self) -> bool:
        """Whether every village is in it."""
        return len(self.names) == self.county_villages

    @property
    def part(self) -> float:
        """Share of the county's adults that live in the sample."""
        return self.adults / self.county_adults

    def scenario(self, values: Mapping[str, float] | None = None, *, pinned: bool = False) -> Scenario:
        """The scenario of the sampled villages, its budgets in proportion; the county's own where it is whole.

        Args:
            values: parameters of a draw, from which the villages' opening follows.
            pinned: keep each village's class, form and books also where the sample is whole, so that another seed is
                other luck of the same villages.
        """
        if self.whole and not pinned:
            return self.county
        county, place = self.county, self.county.place
        parameters = Fields(parameter_record(county, values)[0])
        plans = plan_villages(county, self.seed, parameters)
        digits = len(str(max(plan.township for plan in plans)))
        known = {row.name: row for row in place.roster or ()}
        chosen = set(self.names)
        rows = tuple(
            _row(plan, known.get(plan.name), float(parameters.persons_per_adult), digits)  # type: ignore[attr-defined]
            for plan in plans
            if plan.name in chosen
        )
        smaller = replace(
            place, registered_population=sum(row.population for row in rows), villages=len(rows), roster=rows,
            townships=len({row.township for row in rows}), demonstration_villages=None, resident_population=None,
        )  # fmt: skip
        phases = tuple(
            _scaled(phase, part)
            for phase, part in zip((*county.phases, *county.reserves), self.budget_parts, strict=True)
        )
        dated = len(county.phases)
        return replace(county, place=smaller, phases=phases[:dated], reserves=phases[dated:])


def _scaled(phase: Phase, part: float) -> Phase:
    """The phase with a part of its money."""
    if phase.budget is None:
        return phase
    start = None if phase.start_budget is None else phase.start_budget * part
    return replace(phase, budget=phase.budget * part, start_budget=start)


def _row(plan: VillagePlan, stated: RosterVillage | None, per_adult: float, digits: int) -> RosterVillage:
    """A sampled village, with the books it would open with in the whole county."""
    row = stated or RosterVillage(plan.name, round(plan.adults * per_adult))
    return replace(
        row, township=row.township or f"{plan.township:0{digits}d}", endowment=ENDOWMENTS[plan.endowment],
        rollout=ROLLOUTS[plan.rollout], form=FORMS[plan.form], capital=plan.capital, idle_assets=plan.idle,
        debt=plan.debt, operating_income=plan.income,
    )  # fmt: skip


def sample_villages(scenario: Scenario, seed: int, adults: int) -> Sample:
    """Choose villages with about so many adults in all.

    Args:
        scenario: of the county.
        seed: the luck; it fixes the classes of synthesised villages and which are chosen.
        adults: registered adults wanted; at least :data:`FEWEST_VILLAGES` villages, and one of every roll-out class.
    """
    plans = plan_villages(scenario, seed, Fields(parameter_record(scenario)[0]))
    all_adults = sum(plan.adults for plan in plans)
    wanted = max(FEWEST_VILLAGES, round(adults * len(plans) / all_adults))
    if wanted >= len(plans):
        names = tuple(plan.name for plan in plans)
        whole = tuple(1.0 for _ in (*scenario.phases, *scenario.reserves))
        return Sample(scenario, seed, np.ones(len(plans)), names, all_adults, len(plans), all_adults, whole)
    classes = sorted({plan.rollout for plan in plans})
    heads = {k: sum(plan.adults for plan in plans if plan.rollout == k) for k in classes}
    chosen: set[str] = set()
    for k, count in _allotted(heads, wanted).items():
        chosen |= _spread([plan for plan in plans if plan.rollout == k], count, seed)
    taken = [plan for plan in plans if plan.name in chosen]
    sampled = {k: sum(plan.adults for plan in taken if plan.rollout == k) for k in classes}
    parts = []
    for phase in (*scenario.phases, *scenario.reserves):
        covered = [k for k in classes if phase.covers(ROLLOUTS[k])]
        parts.append(sum(sampled[k] for k in covered) / max(1, sum(heads[k] for k in covered)))
    return Sample(
        scenario, seed,
        np.array([heads[plan.rollout] / sampled[plan.rollout] for plan in taken]),
        tuple(plan.name for plan in taken),
        sum(plan.adults for plan in taken),
        len(plans), all_adults, tuple(parts),
    )  # fmt: skip


def _allotted(heads: dict[int, int], wanted: int) -> dict[int, int]:
    """Villages for each class: one each, the others by adults (largest remainders)."""
    total, spare = sum(heads.values()), wanted - len(heads)
    exact = {k: max(0.0, wanted * count / total - 1.0) for k, count in heads.items()}
    scale = spare / in_order(exact.values()) if in_order(exact.values()) > 0.0 else 0.0
    counts = {k: int(x * scale) for k, x in exact.items()}
    order = sorted(heads, key=lambda k: (counts[k] - exact[k] * scale, k))
    for k in order[: max(0, spare - sum(counts.values()))]:
        counts[k] += 1
    return {k: 1 + count for k, count in counts.items()}


def _spread(plans: list[VillagePlan], count: int, seed: int) -> set[str]:
    """Every n-th village of a list ordered by endowment and form, and within these by a keyed number."""

    def place(plan: VillagePlan) -> tuple[int, int, bytes]:
        key = hashlib.blake2b(f"sample {seed} {plan.name}".encode(), digest_size=8).digest()
        return plan.endowment, plan.form, key

    ordered = sorted(plans, key=place)
    count = min(count, len(ordered))
    return {ordered[int((k + 0.5) * len(ordered) / count)].name for k in range(count)}
