"""What policy does in the county step: levers that work by the place, and the yearly admission of members.

These act on last month's state, before the villages' month, and end in levers, settings and shares that the month
reads. With the levers at zero nothing is touched, bit for bit.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ruralsim.base.streams import draws
from ruralsim.state.columns import AWAY, ENDOWMENTS, FORMS, HOME

if TYPE_CHECKING:
    from ruralsim.model.county import County

#: which form of enterprise suits which place (1) and which does not (0); assumed, no estimate was found
SUITS = {
    "leasing": ("plain", "suburban"),
    "cooperative": ("plain", "hill", "mountain"),
    "company": ("plain", "suburban"),
    "tourism": ("hill", "mountain", "suburban"),
}
#: [form, endowment]: 1 where the form does not suit the place
MISFIT = np.array([[0.0 if place in SUITS[form] else 1.0 for place in ENDOWMENTS] for form in FORMS])
#: one share in the units of the shares' column
ONE_SHARE = 1000


def compose(levers: np.ndarray, villages: np.ndarray, enterprises: np.ndarray, p: Any) -> None:
    """Turn levers that work by the place into those that the month reads, in place.

    * ``local_fit``: form fit rises by the share made good of ``misfit_loss`` where the form does not suit the place.
    * ``ecological_value``: form fit moves with the environment, from its middle: the enterprise earns by a good one.
    * ``service_reach``: public and convenience service gain by remoteness (mountain 1, hill ``remoteness_hill``).

    Args:
        levers: structured [V].
        villages, enterprises: last month's state.
        p: parameters by name.
    """
    fit, green, reach = levers["local_fit"], levers["ecological_value"], levers["service_reach"]
    if fit.any():
        levers["form_fit"] += fit * float(p["misfit_loss"]) * MISFIT[enterprises["form"], villages["endowment"]]
    if green.any():
        levers["form_fit"] += green * (villages["environment"] - 0.5)
    if reach.any():
        far = np.array([0.0, float(p["remoteness_hill"]), 1.0, 0.0])[villages["endowment"]]
        levers["public_service"] += reach * far
        levers["convenience_service"] += reach * far


def admit_members(county: County, month: int) -> None:
    """January: adults without a share are given one, each with the chance that the lever ``membership`` gives.

    The shares are those that the village itself holds, as far as they go; the rest are new, so that everybody's part
    of a dividend shrinks. Members' own shares are never taken.

    Args:
        county: state, changed in place.
        month: month of the run, from 1.
    """
    chance = county.levers["membership"]
    for v in np.flatnonzero(chance > 0.0):
        rows = slice(int(county.start[v]), int(county.start[v]) + int(county.villages["rows"][v]))
        people = county.villagers[rows]
        without = ((people["status"] == HOME) | (people["status"] == AWAY)) & (people["share"] == 0)
        low, high = int(county.villages["key_low"][v]), int(county.villages["key_high"][v])
        given = 0
        for i in np.flatnonzero(without).tolist():
            u, _, _, _ = draws(county.seed, low, high, i, month, 56)
            if u < chance[v]:
                people["share"][i] = ONE_SHARE
                given += ONE_SHARE
        held = min(given, int(county.enterprises["shares_village"][v]))
        county.enterprises["shares_village"][v] -= held
        county.enterprises["shares_total"][v] += given - held
