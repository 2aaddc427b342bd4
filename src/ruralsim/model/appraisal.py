"""What villages are appraised by: the items in force, and the targets that townships set for them."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from ruralsim.base.sums import exact_mean
from ruralsim.institutions.assessment import TARGET_NONE
from ruralsim.institutions.county import margin
from ruralsim.policy.frameworks import TIERS, Framework, FrameworkArrays, framework_arrays, framework_in_force
from ruralsim.policy.regimes import RegimeNumbers
from ruralsim.spec.scenario import Scenario
from ruralsim.state.inputs import ITEM_DTYPE

if TYPE_CHECKING:
    from ruralsim.model.county import County


def items_in_force(
    scenario: Scenario, frameworks: Mapping[str, Framework], regime: RegimeNumbers, p: Any
) -> tuple[FrameworkArrays, np.ndarray]:
    """Return the scenario's framework, and its items as the month reads them.

    Args:
        scenario: names the framework, its changed weights and what it leaves out.
        frameworks: known, by id.
        regime: who sets targets, and how surveys are gamed and how noisy they are.
        p: parameters by name.

    Returns:
        The framework as arrays; items, structured [n] (``state/inputs.py``), weights summing to 1.
    """
    chosen = framework_in_force(scenario.framework, frameworks)
    weights = {
        name: value for name, value in scenario.framework.weights.items() if name not in scenario.framework.without
    }
    framework = framework_arrays(chosen, weights, float(p["response_scale"]))
    gameability, noise = _by_channel(regime, p)
    by_tier, time_by_tier, noise_by_tier = tier_factors(framework, p)
    weight = framework.weight * by_tier
    items = np.zeros(len(framework.ids), ITEM_DTYPE)
    items["weight"] = weight / math.fsum(weight)
    for k, task in enumerate(("organise", "enterprise", "govern", "serve")):
        items[task] = framework.response[:, k]
    items["gameability"] = np.where(
        np.isnan(framework.gameability), gameability[framework.channel], framework.gameability
    )
    items["noise"] = noise[framework.channel] * noise_by_tier
    items["check_weight"] = framework.check_weight
    items["quantified"] = framework.quantified * time_by_tier
    items["observable"] = framework.observable
    items["veto"] = framework.veto
    items["target_rule"] = np.where(framework.has_target, regime.target_rule, TARGET_NONE)
    return framework, items


def _by_channel(regime: RegimeNumbers, p: Any) -> tuple[np.ndarray, np.ndarray]:
    """Gameability and noise of the four reporting channels: self-report, registry, survey, inspection."""
    channels = ("gaming_self_report", "gaming_registry", "gaming_survey", "gaming_inspection")
    gameability = np.array([p[name] for name in channels], np.float64)
    noise = np.full(4, float(p["measurement_noise"]))
    noise[2] = float(p["survey_noise"])
    if regime.survey_gameability > 0.0:
        gameability[2] = regime.survey_gameability
    if regime.survey_noise > 0.0:
        noise[2] *= regime.survey_noise
    return gameability, noise


def tier_factors(framework: FrameworkArrays, p: Any) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return how weight, burden and noise of the items depend on tier and kind (source 001: three tiers).

    A village is appraised by what is its own: an item of the tier above counts, and takes its cadres' time, by
    ``tier_share``, one of the county by its square. From further off a village is seen less sharply, and what is judged
    rather than counted is noisier: noise × (1 + ``tier_noise``·tiers up) × (1 + ``judgement_noise``·(1 − quantified)).

    Returns:
        Three float64 [n]: factors on weight, on quantified reporting, on noise.
    """
    up = (len(TIERS) - 1.0) - framework.tier
    share = float(p["tier_share"]) ** up
    noise = (1.0 + float(p["tier_noise"]) * up) * (1.0 + float(p["judgement_noise"]) * (1.0 - framework.quantified))
    return share, share, noise


def set_by_townships(county: County, step: Callable[..., None], years: float, *, opening: bool = False) -> None:
    """Each township, itself ranked, sets its villages' targets and adds its margin.

    Args:
        county: its reports' targets are set in place.
        step: the rule (``institutions/county.py:set_targets``) or its Python text.
        years: since the start.
        opening: before the first year, when no township has been ranked yet and all add what the first one would.
    """
    township = county.villages["township"]
    towns = int(township.max()) + 1
    rank = np.ones(towns)
    if not opening:
        mean = np.array([exact_mean(county.villages["standing"][township == town]) for town in range(towns)])
        rank = np.full(towns, 0.5)
        if towns > 1:
            rank[np.argsort(mean, kind="stable")] = np.arange(towns) / (towns - 1.0)
    by_township = np.array([margin(float(one), county.fields) for one in rank])
    added = by_township[township] + county.levers["target_margin"]
    step(county.reports, county.items["target_rule"], added, years, county.parameters)
