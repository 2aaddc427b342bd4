"""The pivot: is the collective economy what turns governance into development and back?

``conversion`` reads the two ledgers: what passed each channel, both ways, per yuan and per point. ``arms`` cuts the
channels, one by one and all together, and lets rivals with equal money run beside. ``shares`` makes statements with
intervals of them, or refuses. ``amplification`` nudges capital and governance and measures the circle's gain.
``measure`` does all of it for a scenario. The sources' claim may come out false.
"""

from ruralsim.analysis.pivot.amplification import HORIZONS, LoopGain, measure_loop_gain
from ruralsim.analysis.pivot.arms import Arm, ArmRuns, arms_of, run_arms
from ruralsim.analysis.pivot.beside import beside
from ruralsim.analysis.pivot.content import content_of
from ruralsim.analysis.pivot.conversion import TO_DEVELOPMENT_CHANNELS, TO_GOVERNANCE_CHANNELS, Conversion, conversion
from ruralsim.analysis.pivot.findings import Pivot
from ruralsim.analysis.pivot.measure import measure_pivot
from ruralsim.analysis.pivot.shares import Ratio, ratio_of

__all__ = [
    "HORIZONS",
    "TO_DEVELOPMENT_CHANNELS",
    "TO_GOVERNANCE_CHANNELS",
    "Arm",
    "ArmRuns",
    "Conversion",
    "LoopGain",
    "Pivot",
    "Ratio",
    "arms_of",
    "beside",
    "content_of",
    "conversion",
    "measure_loop_gain",
    "measure_pivot",
    "ratio_of",
    "run_arms",
]
