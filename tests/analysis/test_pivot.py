"""The pivot measured where its truth was planted: none, strong, harmful; what the ledgers say; nudges that are held."""

from __future__ import annotations

import numpy as np
import pytest
from small import everything, scenario, village

from ruralsim.analysis.pivot import content_of, conversion, measure_pivot
from ruralsim.analysis.pivot.conversion import TO_DEVELOPMENT_CHANNELS, TO_GOVERNANCE_CHANNELS
from ruralsim.analysis.pivot.links import LINKS
from ruralsim.analysis.pivot.nudge import STEP_CAPITAL, STEP_GOVERNANCE, hold_capital, hold_governance
from ruralsim.base.errors import InputError
from ruralsim.model.books_loop import OUTCOME_INDEX
from ruralsim.model.county import County
from ruralsim.model.outcomes import GOALS
from ruralsim.model.rival import RIVALS
from ruralsim.spec.parameters import load_parameters
from ruralsim.state.flows import DRIVERS, TO_DEVELOPMENT

MONTHS = 36
#: a strategy that leaves the collective's money alone
STRATEGY = {"six_deliberations": 0.9, "mediation_network": 0.8, "culture_festivals": 0.8}
#: nothing that the collective does reaches anybody
NONE = {
    "trust_dividend": 0.0, "trust_services": 0.0, "trust_job": 0.0, "trust_belonging": 0.0, "civic_belonging": 0.0,
    "civic_crowding_out": 0.0, "economic_dividend": 0.0, "economic_cost": 0.0, "trust_disappointment": 0.0,
    "institution_gain": 0.0, "allocation_affairs": 0.0, "death_scale": 0.0, "registration_out_rate": 0.0,
    "start_services": 0.0,  # of the services at the start a part was the collective's
}  # fmt: skip
STRONG = {
    "trust_dividend": 0.03, "trust_belonging": 0.01, "civic_belonging": 1.2, "dividend_half": 30.0,
    "institution_gain": 0.02, "institution_half": 10.0, "trust_services": 0.036,
}  # fmt: skip
#: members who are paid and heard turn away; beyond the plausible range, so that a short run shows it
HARMFUL = {"trust_belonging": -0.05, "civic_belonging": -4.0, "trust_dividend": 0.0, "trust_job": 0.0}
#: ranges narrow enough for four draws to agree: the planted truth is the point, not the spread of all else
NARROW = {name: (one.value * 0.97, one.value * 1.03) for name, one in load_parameters().items() if one.value > 0.0}
FIXED = {name: (one.value, one.value) for name, one in load_parameters().items()}


def measured(planted: dict[str, float], **changes: object):
    phase = everything(MONTHS, instruments=STRATEGY)
    alike = {"operating_income": 900_000.0, "capital": 3_000_000.0, "debt": 0.0, "form": "leasing"}
    places = [village(name, 120, **alike) for name in ("Alder", "Birch", "Cedar", "Damson", "Elder")]
    place = scenario(places, MONTHS, parameters=planted, phases=[phase], regime="directional")
    arguments = {"replicates": 2, "draws": 4, "nudged_draws": -1, "ranges": FIXED | NARROW, "workers": 1} | changes
    return measure_pivot(place, seed=3, **arguments)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def strong():
    return measured(STRONG)


def test_a_county_without_pivot_effect_is_found_to_have_none() -> None:
    found = measured(NONE)
    assert not found.failed
    for goal in ("governance", "development"):
        share = found.share(goal)
        assert share.reason is not None or share.low <= 0.0 <= share.high
        adds, over = found.pivot_adds(goal)
        assert adds.mean == 0.0
        assert (over.low, over.high) == (0.0, 0.0)
        assert found.helps(goal).mean == 0.0
    assert found.share("governance").mean == 0.0, "the effect is clear, so the share is quoted, and it is nothing"
    # the lowest level that services open at leaves the collective's part of it, three years old
    assert 0.0 < found.pivot_adds("life")[0].mean < 0.005


def test_a_strong_pivot_is_found(strong) -> None:
    for series in (*GOALS, "potential"):
        adds, over = strong.pivot_adds(series)
        assert adds.low > 0.0
        assert over.low > 0.0
        assert strong.helps(series).mean == 1.0


def test_a_strategy_that_works_through_the_pivot_has_a_share_that_excludes_zero() -> None:
    """Village affairs and dividends paid by policy: with the channels cut that effect is lost."""
    phase = everything(MONTHS, instruments={"village_affairs_fund": 1.0, "dividend_commitment": 1.0})
    place = scenario(
        5, MONTHS, adults=120, phases=[phase], regime="directional",
        parameters=STRONG | {"allocation_affairs": 0.05, "allocation_dividend": 0.0},
    )  # fmt: skip
    found = measure_pivot(place, seed=3, replicates=2, draws=4, nudged_draws=-1, workers=1, ranges=FIXED | NARROW)
    for goal in ("governance", "life"):
        for share in (found.share(goal), found.share_at_defaults(goal)):
            assert share.low > 0.5, "most of such an effect is lost when the channels are cut"


def test_a_harmful_pivot_is_found_harmful() -> None:
    found = measured(HARMFUL)
    adds, over = found.pivot_adds("governance")
    assert adds.high < 0.0
    assert over.high < 0.0
    assert found.helps("governance").mean == 0.0
    assert found.channel_adds("governance", "belonging").high < 0.0


def test_without_a_strategy_no_share_is_quoted() -> None:
    place = scenario(3, 24, adults=80, phases=[])
    found = measure_pivot(place, replicates=1, draws=0, nudged_draws=-1, workers=1)
    assert found.share("life").reason == "no_policy"
    assert content_of(found)["effect"]["life"] is None
    assert found.pivot_adds("life")[0].mean != 0.0


def test_money_is_equal_to_the_fen_between_arms(strong) -> None:
    for one in strong.defaults + strong.draws:
        for rival in RIVALS:
            distributed, delivered, _ = one.money[rival]
            assert distributed == delivered
        assert one.money["transfer"][0] > 0


def test_parts_of_villages_add_up_to_the_county_and_interaction_to_the_whole(strong) -> None:
    for goal in GOALS:
        together = strong.pivot_adds(goal)[0].mean
        alone = sum(strong.channel_adds(goal, name).mean for name in TO_GOVERNANCE_CHANNELS)
        assert strong.interaction(goal).mean == pytest.approx(together - alone, abs=1e-12)


def test_no_number_depends_on_the_workers(strong) -> None:
    assert content_of(measured(STRONG, workers=3)) == content_of(strong)


def test_channels_losses_and_others_are_the_change_of_the_ledger() -> None:
    county = County.build(scenario(4, MONTHS, adults=100), 5).advance()
    read = conversion(county.record, np.ones(4), county.villages["endowment"])
    heads = county.record.outcomes[1:, :, OUTCOME_INDEX["registered"]]
    weights = heads / heads.sum(axis=1, keepdims=True)
    g = np.diff(county.record.outcomes[:, :, OUTCOME_INDEX["potential"]], axis=0)
    assert read.potential == pytest.approx(100.0 * (weights * g).sum(), abs=1e-9)
    total = read.pivot_points + sum(one.amount for one in read.losses.values()) + read.other_governance
    assert total == pytest.approx(read.potential, abs=1e-12)
    assert read.pivot_yuan + read.other_development == pytest.approx(read.value_added, abs=1e-9)
    for one in (*read.to_governance.values(), *read.to_development.values()):
        assert sum(one.by_year) == pytest.approx(one.amount, abs=1e-12)


def test_every_pivot_driver_has_a_channel_and_every_channel_drivers() -> None:
    drivers = [name for names, _ in TO_GOVERNANCE_CHANNELS.values() for name in names]
    assert sorted(drivers) == sorted(driver.name for driver in DRIVERS if driver.pivot)
    known = {driver.name for driver in TO_DEVELOPMENT}
    moved = [name for names in TO_DEVELOPMENT_CHANNELS.values() for name in names]
    assert set(moved) <= known
    assert len(moved) == len(set(moved))


def test_nudges_are_held_and_the_books_close() -> None:
    place = scenario(3, 24, adults=80)
    path, rich, trusted = (County.build(place, 2) for _ in range(3))
    for _ in range(24):
        path.advance(1)
        hold_capital(rich, path, STEP_CAPITAL)
        hold_governance(trusted, path, STEP_GOVERNANCE)
        gap = np.log(rich.enterprises["capital"] / path.enterprises["capital"])
        assert gap == pytest.approx(STEP_CAPITAL, abs=1e-12)
        raised = trusted.villages["mean_trust"] - path.villages["mean_trust"]
        assert raised == pytest.approx(STEP_GOVERNANCE, abs=1e-6)
        assert trusted.villages["virtue"] - path.villages["virtue"] == pytest.approx(STEP_GOVERNANCE, abs=1e-12)
        assert trusted.villagers["trust"].max() <= 1.0
        rich.advance(1)
        trusted.advance(1)


def test_bounds_are_said() -> None:
    with pytest.raises(InputError, match="draws"):
        measured(STRONG, draws=20_000)
    with pytest.raises(InputError, match="replicates"):
        measured(STRONG, replicates=0)


@pytest.mark.parametrize("name", LINKS)
def test_the_range_of_every_link_includes_zero(name: str) -> None:
    one = load_parameters()[name]
    assert one.low <= 0.0 <= one.high


def test_the_negative_findings_are_inside_the_ranges() -> None:
    """Public goods that crowd out contributions (EFF-043, EFF-054), membership that estranges."""
    known = load_parameters()
    assert known["civic_crowding_out"].high > 0.0
    assert known["civic_belonging"].low < 0.0
    assert known["trust_belonging"].low < 0.0
