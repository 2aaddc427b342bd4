"""Rivals of the pivot: equal money to the fen, books that close, nothing through a channel that is cut."""

from __future__ import annotations

import numpy as np
import pytest
from small import scenario

from ruralsim.model.audit import NET
from ruralsim.model.county import County
from ruralsim.model.rival import CHANNELS_OF_PIVOT, CONTESTED, DELIVERED_BY, RIVALS, rival_of
from ruralsim.model.snapshot import load, save
from ruralsim.state.flows import DRIVER_INDEX, DRIVERS, FLOW_INDEX, FLOWS

MONTHS = 30
#: enterprises that hire, so that the private employer has somebody to pay
HIRING = {
    "operating_income_median": 300_000.0,
    "elasticity_labour": 0.3,
    "labour_floor": 1.0,
    "collective_wage": 2000.0,
}
THROUGH_THE_PIVOT = {
    "dividends": ("trust.dividends", "land.dividend"),
    "affairs": (
        "trust.village_affairs",
        *(f"{name}.collective_institutions" for name in ("self_governance", "rule_of_law", "virtue")),
    ),
    "jobs": ("trust.jobs",),
    "belonging": ("trust.belonging",),
}


@pytest.fixture(scope="module")
def place():
    return scenario(4, MONTHS, adults=80, parameters=HIRING)


@pytest.fixture(scope="module")
def reference(place) -> County:
    return County.build(place, 3).advance()


def yearly(money: np.ndarray, flows: tuple[str, ...]) -> np.ndarray:
    """Fen by calendar year and village (the run starts in January)."""
    total = sum(money[:, :, FLOW_INDEX[flow]] for flow in flows)
    return np.add.reduceat(total, np.arange(0, len(total), 12), axis=0)


@pytest.mark.parametrize("name", RIVALS)
def test_every_rival_delivers_the_same_fen_as_the_reference(place, reference: County, name: str) -> None:
    rival = rival_of(name, reference.record.money, place.start.month)
    county = County.build(place, 3, rival=rival).advance()
    without = County.build(place, 3, rival=rival_of(name, np.zeros_like(reference.record.money), 1)).advance()
    wanted = yearly(reference.record.money, CONTESTED[name])
    assert wanted[:2].all(axis=0).any(), "there is money to compete for"
    if name in ("transfer", "private_employer"):  # a flow of its own
        delivered = yearly(county.record.money, (DELIVERED_BY[name],))
    else:  # on top of what the government pays anyway
        assert rival.payments.sum() > 0
        delivered = yearly(rival.payments[:, :, None] * (np.arange(len(FLOWS)) == 0), (FLOWS[0].name,))
        more = county.record.money[0, :, FLOW_INDEX[DELIVERED_BY[name]]]
        less = without.record.money[0, :, FLOW_INDEX[DELIVERED_BY[name]]]
        assert (more - less == rival.payments[0]).all()
    assert (delivered == wanted).all()
    assert (np.diff(county.record.balances, axis=0) == county.record.money @ NET).all(), "every fen is accounted for"


@pytest.mark.parametrize("name", RIVALS)
def test_a_rival_takes_the_money_away_from_the_collective(place, reference: County, name: str) -> None:
    county = County.build(place, 3, rival=rival_of(name, reference.record.money, place.start.month)).advance()
    money = county.record.money
    for flow in CONTESTED[name]:
        assert not money[:, :, FLOW_INDEX[flow]].any()
    taken = "wages_contracted" if name == "private_employer" else "handed_over"
    assert money[:, :, FLOW_INDEX[taken]].any()


def test_services_get_a_years_sum_in_even_parts_and_a_last_part_year_nothing() -> None:
    money = np.zeros((16, 1, len(FLOWS)), np.int64)
    money[2, 0, FLOW_INDEX["dividends"]] = 100  # December of a run that starts in October
    money[14, 0, FLOW_INDEX["affairs_fund"]] = 121
    spread = rival_of("service", money, 10).payments[:, 0]
    assert spread[:3].tolist() == [34, 33, 33]
    assert spread[3:15].tolist() == [11] + [10] * 11
    assert spread[15] == 0


@pytest.mark.parametrize("channel", [*CHANNELS_OF_PIVOT, "all"])
def test_nothing_passes_a_cut_channel_and_the_money_still_moves(place, reference: County, channel: str) -> None:
    cut = CHANNELS_OF_PIVOT if channel == "all" else (channel,)
    county = County.build(place, 3, cut=cut).advance()
    momentum = county.record.momentum
    for name, drivers in THROUGH_THE_PIVOT.items():
        for driver in drivers:
            passed = momentum[:, :, DRIVER_INDEX[driver]]
            uncut = reference.record.momentum[:, :, DRIVER_INDEX[driver]]
            if name in cut:
                # the term of a logit falls from its opening level once, in the first January, and never moves again
                assert not passed[1 if driver == "land.dividend" else 0 :].any(), driver
            assert uncut.any(), driver
    assert all(driver.name in sum(THROUGH_THE_PIVOT.values(), ()) for driver in DRIVERS if driver.pivot)
    for flow in ("dividends", "affairs_fund", "collective_wages"):
        assert county.record.money[:, :, FLOW_INDEX[flow]].any()
    assert (np.diff(county.record.balances, axis=0) == county.record.money @ NET).all()


def test_a_rival_run_saved_half_way_goes_on_as_if_never_stopped(place, reference: County, tmp_path) -> None:
    rival = rival_of("transfer", reference.record.money, place.start.month)
    whole = County.build(place, 3, rival=rival, mixing=0.3).advance()
    part = County.build(place, 3, rival=rival, mixing=0.3).advance(11)
    save(part, tmp_path / "county.npz")
    again = load(tmp_path / "county.npz", place).advance()
    assert again.record.money.tobytes() == whole.record.money.tobytes()
    assert again.record.outcomes.tobytes() == whole.record.outcomes.tobytes()


def test_a_cut_of_nothing_changes_nothing(place, reference: County) -> None:
    again = County.build(place, 3, cut=()).advance()
    assert again.record.outcomes.tobytes() == reference.record.outcomes.tobytes()
