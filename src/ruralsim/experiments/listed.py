"""A design as ``experiment.json`` lists it: plain values from which the same runs can be planned again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from ruralsim.base.errors import InputError
from ruralsim.experiments.design import Arm, Design
from ruralsim.experiments.factors import Factor
from ruralsim.spec.resolved import scenario_from

LIST = "experiment.json"
FORMAT = "ruralsim experiment"
#: entries of the list that are fields of the design as they stand
_PLAIN = ("seed", "replicates", "draws", "draw_replicates", "method", "detail")


def listed_design(design: Design) -> dict[str, Any]:
    """Return the entries of ``experiment.json`` that say what was to be run: ``design``, ``scenarios``, titles."""
    return {
        "name": design.name,
        "title": dict(design.title),
        "question": dict(design.question),
        "design": {
            **{name: getattr(design, name) for name in _PLAIN},
            "baseline": design.against,
            "contexts": list(design.contexts),
            "outcomes": list(design.outcomes),
            "factors": [dict(vars(factor)) for factor in design.factors],
        },
        "scenarios": {
            arm.name: {name: one.resolved() for name, one in zip(design.contexts, arm.scenarios, strict=True)}
            for arm in design.arms
        },
        "arms": {arm.name: dict(arm.title) for arm in design.arms},
    }


def design_from(content: Mapping[str, Any]) -> Design:
    """Return the design that ``experiment.json`` lists.

    Args:
        content: of the file; it may come from anywhere.

    Raises:
        InputError: something is missing or of a wrong kind, or a scenario does not agree with itself.
    """
    try:
        listed, scenarios = content["design"], content["scenarios"]
        contexts, titles = tuple(listed["contexts"]), content.get("arms", {})
        known = {field.name for field in fields(Factor)}
        return Design(
            name=str(content["name"]),
            title=dict(content["title"]),
            question=dict(content.get("question", {})),
            arms=tuple(
                Arm(name, dict(titles.get(name, {})), tuple(scenario_from(by_context[one]) for one in contexts))
                for name, by_context in scenarios.items()
            ),
            contexts=contexts,
            baseline=listed["baseline"],
            outcomes=tuple(listed["outcomes"]),
            factors=tuple(Factor(**{key: one[key] for key in one if key in known}) for one in listed["factors"]),
            **{name: listed[name] for name in _PLAIN},
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise InputError("experiment_list_broken", detail=f"{type(error).__name__}: {error}") from None
