"""The measured pivot as plain numbers: the content of ``pivot.json``; None where refused or not computed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from ruralsim.analysis.pivot.arms import ALL, REFERENCE, SERIES, Arm
from ruralsim.analysis.pivot.conversion import BRACKETS, Conversion, Passed
from ruralsim.analysis.pivot.findings import Pivot
from ruralsim.analysis.pivot.links import LINKS
from ruralsim.analysis.pivot.shares import Ratio
from ruralsim.model.outcomes import GOALPOSTS, GOALS
from ruralsim.model.rival import CHANNELS_OF_PIVOT, RIVALS
from ruralsim.spec.parameters import load_parameters


def content_of(pivot: Pivot) -> dict[str, Any]:
    """Everything measured, as plain numbers."""
    sample = pivot.samples[0]
    return {
        "scenario": pivot.scenario.name,
        "seed": pivot.seed,
        "months": pivot.scenario.months,
        "replicates": len(pivot.defaults),
        "draws": len(pivot.draws),
        "sample": {
            "whole": sample.whole, "villages": len(sample.names), "of_villages": sample.county_villages,
            "adults": sample.adults, "of_adults": sample.county_adults,
        },
        "pivot_share": {goal: _share(pivot, goal) for goal in GOALS},
        "effect": {goal: _two(*pivot.effect(goal)) if pivot.policy else None for goal in GOALS},
        "pivot_adds": {name: _adds(pivot, name) for name in SERIES},
        "rivals": {name: {"money": pivot.money(name), "pivot_less_rival": _less(pivot, name)} for name in RIVALS},
        "loop_gain": {} if pivot.loop is None else pivot.loop.as_json(),
        "loop_gain_draws": 0 if pivot.loop is None else pivot.loop.draws,
        "loop_gain_villages": [] if pivot.loop is None else [one.as_json() for one in pivot.loop.villages],
        **_conversion(pivot.conversion),
        "assumed": assumptions(pivot.scenario.parameter_values()),
        "beyond_post": _beyond(pivot),
        "failed": [{"draw": one.job.draw, "message": one.message} for one in pivot.failed],
        "held": list(pivot.held),
    }  # fmt: skip


def _share(pivot: Pivot, goal: str) -> dict[str, Any]:
    return pivot.share(goal).as_json() | {
        "defaults": pivot.share_at_defaults(goal).as_json(),
        "channels": {name: pivot.share_at_defaults(goal, name).as_json() for name in CHANNELS_OF_PIVOT},
        "by_bracket": {name: pivot.share_at_defaults(goal, ALL, k).as_json() for k, name in enumerate(BRACKETS)},
    }


def _adds(pivot: Pivot, series: str) -> dict[str, Any]:
    return _two(*pivot.pivot_adds(series)) | {
        "channels": {one: pivot.channel_adds(series, one).as_json() for one in CHANNELS_OF_PIVOT},
        "interaction": pivot.interaction(series).as_json(),
        "probability": pivot.helps(series).as_json(),
    }


def _less(pivot: Pivot, rival: str) -> dict[str, Any]:
    return {
        goal: _two(*pivot.difference(REFERENCE, Arm(rival=rival), goal))
        | {"probability": pivot.beats(goal, rival).as_json()}
        for goal in GOALS
    }


def _two(at_defaults: Ratio, over: Ratio) -> dict[str, Any]:
    return {
        "mean": at_defaults.mean, "low": over.low, "high": over.high,
        "low_luck": at_defaults.low, "high_luck": at_defaults.high,
    }  # fmt: skip


def _conversion(read: Conversion) -> dict[str, Any]:
    def parts(one: Passed) -> dict[str, Any]:
        return {"by_year": list(one.by_year), "by_class": dict(one.by_class), "by_bracket": dict(one.by_bracket)}

    return {
        "channels": {
            "development_to_governance": {
                name: {"points": one.amount, "yuan_a_head": one.yuan, "points_per_yuan": one.per_yuan} | parts(one)
                for name, one in read.to_governance.items()
            },
            "governance_to_development": {
                name: {"yuan_a_head_and_year": one.amount} | parts(one) for name, one in read.to_development.items()
            },
        },
        "losses": {name: one.amount for name, one in read.losses.items()} | {"leaked_yuan_a_head": read.leaked},
        "losses_by_year": {name: list(one.by_year) for name, one in read.losses.items()},
        "efficiency": {
            "potential_change": read.potential, "through_pivot": read.pivot_points,
            "other": read.other_governance, "value_added_change": read.value_added,
            "value_added_through_governance": read.pivot_yuan, "value_added_other": read.other_development,
            "yuan_per_point": read.yuan_per_point, "wage_villages": read.wage_villages,
        },
        "closing": {"earns_times": read.earns_times, "thin": read.thin, "stopped": read.stopped},
    }  # fmt: skip


def assumptions(values: Mapping[str, float]) -> dict[str, int]:
    """Links of the pivot and how many of their ranges include zero; parameters and how many are assumed.

    Args:
        values: of the scenario, by parameter.
    """
    known = load_parameters()
    return {
        "links": len(LINKS),
        "links_with_zero": sum(known[name].low <= 0.0 <= known[name].high for name in LINKS),
        "links_assumed": sum(known[name].grade == "assumed" for name in LINKS),
        "parameters": len(values),
        "assumed": sum(known[name].grade == "assumed" for name in values),
    }


def _beyond(pivot: Pivot) -> dict[str, float] | None:
    """In how many draws value added a head passes its upper goalpost, and the highest, yuan a month."""
    if not pivot.draws:
        return None
    k, ran = SERIES.index("value_added"), [one for one in pivot.draws if one.message is None]
    high = next(post.high for post in GOALPOSTS if post.component == "value_added")
    levels = np.array([one.parts[REFERENCE][:, k].sum() for one in ran])
    return {"post": high, "draws": int((levels > high).sum()), "highest": float(levels.max(initial=0.0))}
