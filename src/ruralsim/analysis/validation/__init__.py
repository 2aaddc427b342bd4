"""Validation: how far a synthetic place resembles what is known, target by target and pattern by pattern.

``data/validation`` holds the targets, the patterns, their bands and the runs they are scored on. A measure is a small
function of what a run left behind; a scorecard sets measures beside bands. Nothing here changes a parameter.
"""

from __future__ import annotations

from ruralsim.analysis.validation.criteria import Check, Criterion, load_criteria
from ruralsim.analysis.validation.runs import Runs, simulate_runs
from ruralsim.analysis.validation.scorecard import Row, Scorecard, score

__all__ = ["Check", "Criterion", "Row", "Runs", "Scorecard", "load_criteria", "score", "simulate_runs"]
