"""Row P12 of the sources: on the demonstration township the pivot test finds what is planted, channel by channel.

Everything that the collective does for governance is switched off in the parameters; then one channel at a time is
given a strong (or a harmful) effect. The test has to name that channel and no other, and its sign.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import small
from test_pivot import NONE

from ruralsim.analysis.pivot import content_of, measure_pivot
from ruralsim.analysis.pivot.conversion import TO_GOVERNANCE_CHANNELS
from ruralsim.model.county import County
from ruralsim.model.rival import CHANNELS_OF_PIVOT
from ruralsim.policy.sources import load_rows
from ruralsim.spec.scenario import Override
from ruralsim.state.flows import DRIVER_INDEX, DRIVERS

MONTHS = 36
#: what is planted -> (parameters, the channel that carries it, its sign)
PLANTED = {
    "none": ({}, None, 0),
    "dividends": ({"trust_dividend": 0.03, "dividend_half": 30.0}, "dividends", 1),
    "affairs": ({"institution_gain": 0.02, "institution_half": 5.0, "allocation_affairs": 0.6}, "affairs", 1),
    # belonging also grows by being paid; here by being heard alone, so that dividends carry none of it
    "belonging": ({"trust_belonging": 0.02, "dividend_half": 1e9}, "belonging", 1),
    "estrangement": ({"trust_belonging": -0.02, "dividend_half": 1e9}, "belonging", -1),
}  # fmt: skip


def township(planted: dict[str, float]):
    base = small.stock("demo-township", MONTHS, villages=8, adults=80)
    values = NONE | planted
    return replace(base, parameters=tuple(Override(name, value, "planted") for name, value in values.items()))


def test_the_row_is_carried_by_the_command_of_this_analysis() -> None:
    row = load_rows()["P12"]
    assert (row.kind, row.analysis, row.command) == ("a", "pivot", "pivot")


@pytest.mark.parametrize("name", PLANTED)
def test_the_planted_channel_is_found_and_no_other(name: str) -> None:
    parameters, carrier, sign = PLANTED[name]
    found = measure_pivot(township(parameters), seed=2, replicates=2, draws=0, nudged_draws=-1, workers=1)
    adds = {channel: found.channel_adds("potential", channel) for channel in CHANNELS_OF_PIVOT}
    together = found.pivot_adds("potential")[0]
    for channel, one in adds.items():
        if channel != carrier:
            assert abs(one.mean) < 1e-4, (channel, one)
    if carrier is None:
        assert abs(together.mean) < 1e-4
        return
    nearest_to_zero = adds[carrier].low if sign > 0 else adds[carrier].high
    assert sign * nearest_to_zero > 0.0
    assert together.mean == pytest.approx(adds[carrier].mean, rel=0.05)
    points = {
        channel: one["points"] for channel, one in content_of(found)["channels"]["development_to_governance"].items()
    }
    assert max(points, key=lambda channel: abs(points[channel])) == carrier
    assert sign * points[carrier] > 0.2


def test_with_every_channel_cut_nothing_planted_passes_the_ledger() -> None:
    """The mechanism's own switch: the strong plants again, all channels cut."""
    planted = {"trust_dividend": 0.03, "institution_gain": 0.02, "trust_belonging": 0.02, "trust_job": 0.02}
    pivot = [DRIVER_INDEX[driver.name] for driver in DRIVERS if driver.pivot]
    cut, uncut = (
        County.build(township(planted), 2, cut=channels).advance().record.momentum[:, :, pivot]
        for channels in (CHANNELS_OF_PIVOT, ())
    )
    assert not cut.any()
    assert np.abs(uncut).sum(axis=(0, 1)).astype(bool).sum() >= 4, "uncut, the plants do pass"
    assert sum(len(names) for names, _ in TO_GOVERNANCE_CHANNELS.values()) == len(pivot)
