"""L17: is party-building a label, and hollow? How far reports on organisation are dressed, beside all other reports.

Source 001 admits that party-building had turned into labels (偏标签化、空洞化). In the model an indicator is hollow as
far as what is reported exceeds what is true: window-dressing of the items that organising work is to move.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ruralsim.model.county import County
from ruralsim.policy.frameworks import TASKS

_ORGANISE = TASKS.index("organise")


@dataclass(frozen=True, slots=True)
class Formalism:
    """What the reports of a run show.

    Args:
        organisation, other: mean of reported less true over the items of organisation, and over all others.
        items: by item id, its mean of reported less true, from the most to the least dressed.
        hollow: whether organisation is dressed more than the rest, by more than ``threshold``.
    """

    organisation: float
    other: float
    items: dict[str, float]
    hollow: bool


def organisation_items(county: County) -> np.ndarray:
    """Bool [n]: items that organising moves more than any other task."""
    response = county.framework.response
    chosen: np.ndarray = response.argmax(axis=1) == _ORGANISE
    return chosen


def formalism(county: County, threshold: float = 0.01) -> Formalism:
    """Say how hollow the reports on organisation are.

    Args:
        county: after a run that has recorded its indicators.
        threshold: points of the reporting scale by which organisation must exceed the rest to be called hollow.
    """
    values = np.stack([table for _, table in county.record.indicators])
    gap = (values[..., 1] - values[..., 0]).mean(axis=(0, 1))
    ours = organisation_items(county)
    organisation = float(gap[ours].mean()) if ours.any() else 0.0
    other = float(gap[~ours].mean()) if (~ours).any() else 0.0
    order = np.argsort(-gap, kind="stable")
    items = {county.framework.ids[k]: float(gap[k]) for k in order}
    return Formalism(organisation, other, items, organisation - other > threshold)
