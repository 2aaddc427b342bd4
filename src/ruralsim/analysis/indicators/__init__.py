"""The indicator laboratory: which indicators to choose, given that cadres respond to them."""

from __future__ import annotations

from ruralsim.analysis.indicators.advice import Advice, advise
from ruralsim.analysis.indicators.design import Effort
from ruralsim.analysis.indicators.estimate import Estimate
from ruralsim.analysis.indicators.laboratory import Plan, Study, study
from ruralsim.analysis.indicators.scores import ItemScore, Scorecard

__all__ = ["Advice", "Effort", "Estimate", "ItemScore", "Plan", "Scorecard", "Study", "advise", "study"]
