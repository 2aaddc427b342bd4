"""All that is known of some plans, as the page, the terminal and the tables read it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from ruralsim.analysis.compare import Comparison, Difference
from ruralsim.analysis.plan_search import Searched
from ruralsim.analysis.plan_trace import Trace
from ruralsim.analysis.plans import NOTHING as NO_POLICY
from ruralsim.analysis.plans import Candidate
from ruralsim.analysis.robustness import Region, Robust
from ruralsim.experiments.series import COUNTY
from ruralsim.model.outcomes import GOALS
from ruralsim.view.report.words import say

#: name of the plan in which nobody learns from demonstration villages
NO_TEACHING = "no-teaching"


@dataclass
class PhaseStudy:
    """All that is known of some plans.

    Args:
        plans: by name; the first is the one that others are compared with.
        comparison: means over the horizon.
        money: present value granted, fen; discount: a year; horizon: months; after: months after the last phase.
        traces: by plan.
        robust: over contexts; contexts: how many.
        regions: by plan, where it fails; None where no conditions were found; absent where there was too little to ask.
        undiscovered: there were contexts enough to ask for conditions of failure, but not the library that finds them.
        searched: None where no search was asked for.
    """

    plans: Sequence[Candidate]
    comparison: Comparison
    money: int
    discount: float
    horizon: int
    after: int
    traces: Mapping[str, Trace]
    robust: Sequence[Robust] = ()
    contexts: int = 0
    regions: Mapping[str, Region | None] = field(default_factory=dict)
    undiscovered: bool = False
    searched: Searched | None = None

    def title(self, name: str, lang: str) -> str:
        """Title of a plan; that of no policy where none has the name."""
        for one in self.plans:
            if one.name == name:
                return one.title.get(lang) or name
        return say("phases_plan_nothing", lang) if name == NO_POLICY else name

    @property
    def first(self) -> str:
        """Name of the plan that the others are compared with."""
        return self.plans[0].name

    def goals(self, name: str, grouping: tuple[str, str] = COUNTY) -> dict[str, Difference]:
        """Differences of a plan from the first, by goal, in the county or in a class of villages."""
        found = self.comparison.last(grouping=grouping[0], scenario=name)
        return {one.outcome: one for one in found if one.group == grouping[1] and one.outcome in GOALS}

    @property
    def others(self) -> list[str]:
        """Names of what is compared with the first plan, no policy last."""
        return [one.name for one in self.plans[1:]] + [NO_POLICY]
