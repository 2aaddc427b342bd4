"""Contexts: the worlds in which a set of indicators is tried, each with parameters and luck of its own.

Every variant of a scenario runs in the same contexts, so that variants differ by paired differences. Context 0 has the
defaults; context k has parameter draw k and luck k. Fresh contexts share neither with these.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from ruralsim.analysis.indicators.estimate import Estimate, of_sample
from ruralsim.analysis.indicators.panel import Job, Panel
from ruralsim.analysis.village_sample import Sample
from ruralsim.experiments.parameter_draws import design as draw_parameters
from ruralsim.model.run import replicate_seed
from ruralsim.policy.regimes import load_regimes
from ruralsim.spec.scenario import FrameworkChoice, RegimeChoice, Scenario

_FRESH = 7_000
Change = Callable[[Scenario], Scenario]


@dataclass(frozen=True)
class Context:
    """A world: the sampled villages as they open under some parameters, and the luck that they meet."""

    number: int
    scenario: Scenario
    seed: int
    values: Mapping[str, float]
    factors: tuple[float, ...]

    def job(self, variant: str, change: Change, values: Mapping[str, float] | None = None) -> Job:
        """The simulation of a changed scenario in this world.

        Args:
            variant: what was changed, for the reader.
            change: makes the changed scenario.
            values: parameters set on top of this world's.
        """
        together = dict(self.values) | dict(values or {})
        return Job(variant, self.number, self.number, change(self.scenario), self.seed, together, self.factors)


def contexts(scenario: Scenario, sample: Sample, seed: int, count: int, *, fresh: bool = False) -> tuple[Context, ...]:
    """Draw worlds.

    Args:
        scenario: of the whole county.
        sample: its villages.
        seed: of the study.
        count: how many.
        fresh: others than those that a choice was made in; none of them has the defaults.
    """
    first = _FRESH if fresh else 0
    own = replicate_seed(seed, first) if fresh else seed
    drawn = draw_parameters(scenario, own, count)
    found, factors = [], tuple(sample.factors.tolist())
    for k in range(count):
        values = drawn.draw(k + 1) if fresh or k > 0 else {}
        whole = sample.scenario(values, pinned=True)
        found.append(Context(k, whole, replicate_seed(seed, first + k), values, factors))
    return tuple(found)


def unchanged(scenario: Scenario) -> Scenario:
    """The scenario as it is."""
    return scenario


def with_framework(**changes: object) -> Change:
    """Change the framework's choice: ``without``, ``weights``, ``channels``, ``checks`` (added to those it has)."""

    def change(scenario: Scenario) -> Scenario:
        choice = scenario.framework
        merged: dict[str, object] = {}
        for key, value in changes.items():
            before = getattr(choice, key)
            merged[key] = {**before, **value} if isinstance(value, Mapping) else (*before, *value)  # type: ignore[misc]
        return replace(scenario, framework=replace(choice, **merged))  # type: ignore[arg-type]

    return change


def with_set(weights: Mapping[str, float], everything: Sequence[str]) -> Change:
    """Put just the items of ``weights`` in force, with these weights; ``everything``: all items in force before."""
    left_out = tuple(name for name in everything if name not in weights)

    def change(scenario: Scenario) -> Scenario:
        choice = scenario.framework
        gone = (*choice.without, *left_out)
        chosen = FrameworkChoice(choice.name, dict(weights), gone, dict(choice.channels), dict(choice.checks))
        return replace(scenario, framework=chosen)

    return change


def with_regime(name: str | None = None, **settings: float) -> Change:
    """Change the regime: another one as its file has it, or settings of the own one, kept within their ranges."""

    def change(scenario: Scenario) -> Scenario:
        chosen = scenario.regime.name if name is None else name
        before = dict(scenario.regime.settings) if chosen == scenario.regime.name and name is None else {}
        known = load_regimes()[chosen].settings
        bounded = {
            key: min(known[key].high, max(known[key].low, value)) for key, value in settings.items() if key in known
        }
        return replace(scenario, regime=RegimeChoice(chosen, before | bounded))

    return change


def both(first: Change, second: Change) -> Change:
    """One change after another."""
    return lambda scenario: second(first(scenario))


def paired(values: Sequence[np.ndarray], others: Sequence[np.ndarray]) -> list[Estimate]:
    """Differences of the same contexts, with Student's interval of their mean."""
    return of_sample(np.stack([one - other for one, other in zip(values, others, strict=True)]))


def goals_of(panels: Sequence[Panel]) -> list[np.ndarray]:
    """Mean goals of the county over the whole horizon, [3] each."""
    return [panel.county_goals() for panel in panels]
