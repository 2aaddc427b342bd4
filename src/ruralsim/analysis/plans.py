"""Plans beside each other: other orders, dates and starting places of a scenario's phases, at equal money.

A plan is what a scenario decides over time: phases, reserve phases and triggers. Everything else (place, context,
framework, regime) is the scenario's own, for every plan. Plans grant the same present value, to the fen, and are
measured by means over a horizon that goes on after their last phase, or whatever came last would look best.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import permutations

import numpy as np

from ruralsim.base.errors import LANGUAGES, InputError, Message
from ruralsim.experiments.design import Arm, Design
from ruralsim.experiments.record import Record
from ruralsim.experiments.series import years_of
from ruralsim.experiments.store import Store
from ruralsim.model.run import without_policy
from ruralsim.policy.envelope import DISCOUNT, present_value, with_money
from ruralsim.spec.load import MAX_MONTHS
from ruralsim.spec.scenario import ALL, ROLLOUTS, Phase, Scenario

FAMILIES = ("orders", "timings", "places")
#: months of the horizon after the last phase, where the user says nothing
TAIL = 36
NOTHING = "no-policy"
_MOST_ORDERS = 6
_SHIFT = 12
_MIRROR = dict(zip(ROLLOUTS, reversed(ROLLOUTS), strict=True))


@dataclass(frozen=True)
class Candidate:
    """A plan to be compared: short name, title by language, and the scenario that carries it out."""

    name: str
    title: Mapping[str, str]
    scenario: Scenario


def candidate(name: str, scenario: Scenario, code: str, **fields: object) -> Candidate:
    """Return a candidate titled by a message of the catalogue."""
    return Candidate(name, {lang: Message(code, **fields).text(lang) for lang in LANGUAGES}, scenario)


def variants(scenario: Scenario, families: Sequence[str] = FAMILIES) -> list[Candidate]:
    """Return the plan as written and its variants: other orders of the mixes, other dates, other starting places.

    Args:
        scenario: with its phases.
        families: among :data:`FAMILIES`.

    Raises:
        InputError: there is no phase.
    """
    if not scenario.phases:
        raise InputError("phases_none", name=scenario.name)
    found = [candidate("as-written", scenario, "phases_plan_written")]
    builders = {"orders": _orders, "timings": _timings, "places": _places}
    for family in families:
        found += builders[family](scenario)
    seen: dict[str, Candidate] = {}
    for one in found:
        seen.setdefault(one.scenario.digest, one)
    return list(seen.values())


def in_order(phases: Sequence[Phase]) -> list[Phase]:
    """Phases by their dates."""
    return sorted(phases, key=lambda one: (one.start, one.end, one.name))


def reordered(scenario: Scenario, order: Sequence[int]) -> Scenario:
    """Return the plan with the mixes of its phases in another order; dates, places and budgets stay where they are.

    Args:
        scenario: with P phases.
        order: for each phase by date, the place (from 0) of the phase whose mix it takes.
    """
    slots = in_order(scenario.phases)
    mixes = [slots[k] for k in order]
    phases = [with_mix(slot, mix) for slot, mix in zip(slots, mixes, strict=True)]
    return replace(scenario, phases=tuple(phases))


def with_mix(slot: Phase, mix: Phase) -> Phase:
    """Return a phase with the mix of another one, named after both; itself where both are one."""
    if slot is mix:
        return slot
    title = {lang: f"{slot.label(lang)}: {mix.label(lang)}" for lang in LANGUAGES}
    return replace(slot, instruments=mix.instruments, name=f"{slot.name}: {mix.name}", title=title)


def _orders(scenario: Scenario) -> list[Candidate]:
    slots = in_order(scenario.phases)
    every = list(permutations(range(min(len(slots), 4))))[1:_MOST_ORDERS]
    found = []
    for order in every:
        whole = (*order, *range(len(order), len(slots)))
        name = "order-" + "-".join(str(k + 1) for k in whole)
        steps = {lang: " → ".join(slots[k].label(lang) for k in whole) for lang in LANGUAGES}
        title = {lang: Message("phases_plan_order", order=steps[lang]).text(lang) for lang in LANGUAGES}
        found.append(Candidate(name, title, reordered(scenario, whole)))
    return found


def shifted(scenario: Scenario, months: int) -> Scenario | None:
    """Return the plan with every step after the first so many months later (sooner where below 0).

    A phase that ran up to a step runs up to it still; the plan ends where it did. None where a phase would vanish.
    """
    slots = in_order(scenario.phases)
    first, last = slots[0].start, max(one.end for one in slots)
    moved = []
    for one in slots:
        start = one.start if one.start == first else one.start + months
        end = one.end if one.end == last else one.end + months
        if start < scenario.start or start > end:
            return None
        shift = start - one.start
        waves = {label: month + shift for label, month in one.waves.items()}
        moved.append(replace(one, start=start, end=end, waves=waves))
    return replace(scenario, phases=tuple(moved))


def _timings(scenario: Scenario) -> list[Candidate]:
    found = []
    for name, months in (("sooner", -_SHIFT), ("later", _SHIFT)):
        plan = shifted(scenario, months)
        if plan is not None:
            found.append(candidate(name, plan, f"phases_plan_{name}", months=_SHIFT))
    return found


def _places(scenario: Scenario) -> list[Candidate]:
    everywhere = [replace(one, rollout=(ALL,), waves={}) for one in scenario.phases]
    found = [candidate("everywhere", replace(scenario, phases=tuple(everywhere)), "phases_plan_everywhere")]
    if any(one.rollout != (ALL,) for one in scenario.phases):
        others = [mirrored(one) for one in scenario.phases]
        found.append(candidate("rest-first", replace(scenario, phases=tuple(others)), "phases_plan_rest_first"))
        return found
    first = in_order(scenario.phases)[0]
    chosen = [replace(one, rollout=ROLLOUTS[:2]) if one is first else one for one in scenario.phases]
    return [candidate("demonstration-first", replace(scenario, phases=tuple(chosen)), "phases_plan_demonstration")]


def mirrored(phase: Phase) -> Phase:
    """The phase with demonstration villages and the rest exchanged, and so pilots and those with conditions."""
    if phase.rollout == (ALL,):
        return phase
    chosen = {_MIRROR[label] for label in phase.rollout}
    waves = {_MIRROR[label]: month for label, month in phase.waves.items()}
    return replace(phase, rollout=tuple(label for label in ROLLOUTS if label in chosen), waves=waves)


def with_plan(scenario: Scenario, other: Scenario) -> Scenario:
    """Return the scenario with another one's plan: phases, reserves and triggers.

    Raises:
        InputError: a phase of the plan begins before the scenario does.
    """
    for phase in other.phases:
        if phase.start < scenario.start:
            raise InputError("phase_too_early", key=phase.name, read=str(phase.start), start=str(scenario.start))
    return replace(scenario, phases=other.phases, reserves=other.reserves, triggers=other.triggers)


def at_equal_money(
    candidates: Sequence[Candidate], *, money: int | None = None, discount: float = DISCOUNT, tail: int = TAIL
) -> tuple[list[Candidate], int]:
    """Return the plans with budgets of one present value and one horizon.

    Args:
        candidates: the first is the reference.
        money: present value in fen of the first month; None means what the reference grants.
        discount: a year.
        tail: months of the horizon after the last phase of any plan.

    Returns:
        The plans, and the present value that each of them grants, fen.

    Raises:
        InputError: a phase has no budget, or the horizon is too long.
    """
    ends = [min(phase.end, one.scenario.end) for one in candidates for phase in one.scenario.phases]
    start = candidates[0].scenario.start
    months = max(ends) - start + 1 + tail
    if months > MAX_MONTHS:
        raise InputError("outside_limits", key="--after", read=tail, low=0, high=MAX_MONTHS - months + tail, unit="")
    cut = [replace(one, scenario=_cut(one.scenario, months)) for one in candidates]
    value = present_value(cut[0].scenario, discount) if money is None else money
    return [replace(one, scenario=with_money(one.scenario, value, discount)) for one in cut], value


def _cut(scenario: Scenario, months: int) -> Scenario:
    """The scenario over another horizon, its phases ending where its own horizon did."""
    phases = tuple(replace(one, end=min(one.end, scenario.end)) for one in scenario.phases if one.start <= scenario.end)
    return replace(scenario, phases=phases, months=months)


def design_of(candidates: Sequence[Candidate], *, seed: int = 1, replicates: int = 8, draws: int = 24) -> Design:
    """Return the experiment that compares plans: each beside the first, and all beside no policy at all.

    Args:
        candidates: of one horizon; the first is the one that others are compared with.
        seed, replicates, draws: as for any experiment; every parameter with a range is drawn.
    """
    from ruralsim.experiments.factors import every_parameter

    first = candidates[0].scenario
    arms = [Arm(one.name, one.title, (one.scenario,)) for one in candidates]
    nothing = candidate(NOTHING, without_policy(first), "phases_plan_nothing")
    arms.append(Arm(nothing.name, nothing.title, (nothing.scenario,)))
    return Design(
        name="phases", arms=tuple(arms), seed=seed, replicates=replicates, draws=draws,
        draw_replicates=min(2, replicates), factors=tuple(every_parameter(first)) if draws else (),
        baseline=candidates[0].name,
    )  # fmt: skip


class HorizonStore(Store):
    """A store whose records say, in place of the last year, the mean over the whole horizon."""

    def read(self, key: str) -> Record | None:
        """The record of a run; its last year holds means over all months after the opening."""
        record = super().read(key)
        if record is None:
            return None
        weights = np.array(years_of(record.months)[1:], np.float64)
        groups = record.groups.copy()
        # one product and sum a year, in order: the same bits whatever the shape
        mean = sum(w * groups[:, k] for k, w in enumerate(weights, start=1)) / weights.sum()
        groups[:, -1] = mean
        return replace(record, groups=groups)
