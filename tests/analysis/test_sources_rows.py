"""Every row of the sources acts through its mechanism: on and off, mechanism put out of work, before its start."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from small import differing, fingerprint

from ruralsim.analysis.sources.effects import quantities_of
from ruralsim.analysis.sources.quantities import goals_of, quantity_of
from ruralsim.analysis.sources.trial import Arm, Size, arms_of, run_arm, scenario_of
from ruralsim.model.county import County
from ruralsim.policy.instruments import load_instruments
from ruralsim.policy.levers import LEVERS
from ruralsim.policy.library import shipped
from ruralsim.policy.sources import load_rows
from ruralsim.spec.scenario import ENDOWMENTS, Phase

SIZE = Size(10, 60)
ROWS = load_rows()
INSTRUMENT_ROWS = [row.id for row in ROWS.values() if row.kind == "i"]
PILLARS = {lever.name for lever in LEVERS[:6]}


@cache
def _run(row: str, killed: bool, side: int) -> County:
    return _cached(repr(arms_of(ROWS[row], killed)[side]), row, killed, side)


_runs: dict[str, County] = {}


def _cached(key: str, row: str, killed: bool, side: int) -> County:
    if key not in _runs:
        _runs[key] = run_arm(arms_of(ROWS[row], killed)[side], SIZE, 7)
    return _runs[key]


def _change(row: str, quantity: str, killed: bool = False) -> float:
    return quantity_of(_run(row, killed, 0), quantity) - quantity_of(_run(row, killed, 1), quantity)


@pytest.mark.parametrize("row", INSTRUMENT_ROWS)
def test_an_instrument_moves_what_its_row_names_and_a_killed_mechanism_does_not(row: str) -> None:
    quantity = quantities_of(ROWS[row])[0]
    alive, killed = _change(row, quantity), _change(row, quantity, killed=True)
    assert alive != 0.0
    if ROWS[row].sign == "up":
        assert alive > 0.0
    elif ROWS[row].sign == "down":
        assert alive < 0.0
    assert abs(killed) <= 0.02 * abs(alive)


@pytest.mark.parametrize("row", [row.id for row in ROWS.values() if row.kind == "r"])
def test_switching_only_the_regime_moves_effort_or_what_is_reported(row: str) -> None:
    on, off = (scenario_of(arm, SIZE) for arm in arms_of(ROWS[row]))
    assert replace(on, regime=off.regime) == off
    assert any(_change(row, quantity) != 0.0 for quantity in ("work", "gap"))


@pytest.mark.parametrize("row", [row.id for row in ROWS.values() if row.kind == "p"])
def test_phases_follow_their_dates_and_their_order_matters(row: str) -> None:
    arm = arms_of(ROWS[row])[0]
    county = _run(row, False, 0)
    asked = {month: table.any(axis=0) for month, table, _, _ in county.record.policy}
    names = county.programme.names
    for month in range(1, arm.months + 1):
        wanted = {name for span in arm.spans if span.first <= month <= span.last for name in span.instruments}
        found = {name for name, on in zip(names, asked.get(month, np.zeros(len(names))), strict=True) if on}
        assert found == wanted, month
    with_order, other = (goals_of(_run(row, False, side), 24) for side in (0, 1))
    assert any(abs(with_order[goal] - other[goal]) > 1e-6 for goal in with_order)


def test_roll_out_classes_come_in_their_order() -> None:
    county = _run("P13", False, 0)
    first = {month: table.any(axis=1) for month, table, _, _ in county.record.policy}
    demonstration = county.villages["rollout"] == 0
    assert (first[1] == demonstration).all()
    assert first[60].all()


@cache
def _fingerprint(case: str, name: str) -> dict[str, bytes]:
    """A short run with an instrument: absent, at intensity 0, or where no village is eligible."""
    base = scenario_of(Arm(months=14), Size(4, 40))
    if case == "absent":
        return fingerprint(County.build(base, 3).advance())
    level = 0.0 if case == "zero" else 1.0
    phase = Phase("one", base.start, base.end, ("all",), None, {name: level})
    known = dict(shipped().instruments)
    if case == "never eligible":
        known[name] = replace(known[name], endowments=())
    return fingerprint(County.build(replace(base, phases=(phase,)), 3, instruments=known).advance())


@pytest.mark.parametrize("name", sorted(load_instruments()))
def test_intensity_0_absent_and_never_eligible_are_the_same_bytes(name: str) -> None:
    assert len(ENDOWMENTS) == 4
    absent = _fingerprint("absent", "")
    assert differing(_fingerprint("zero", name), absent) == []
    assert differing(_fingerprint("never eligible", name), absent) == []


@pytest.mark.parametrize("name", sorted(load_instruments()))
def test_nothing_happens_before_the_start_and_something_after(name: str) -> None:
    base = scenario_of(Arm(months=14), Size(4, 40))
    beside = {"six_deliberations": 0.5} if name == "linked_departments" else {}
    early = Phase("beside", base.start, base.end, ("all",), None, beside)
    late = Phase("late", base.start + 6, base.end, ("all",), None, {name: 1.0})
    without = County.build(replace(base, phases=(early,)), 3)
    with_it = County.build(replace(base, phases=(early, late)), 3)
    without.advance(6)
    with_it.advance(6)
    assert differing(fingerprint(with_it), fingerprint(without)) == []
    without.advance()
    with_it.advance()
    assert differing(fingerprint(with_it), fingerprint(without)) != []


def test_at_most_a_third_of_the_rows_act_only_by_raising_a_pillar() -> None:
    known = load_instruments()
    costs_people = {"volunteer_time", "privacy", "extra_reports"}
    only = []
    for row in ROWS.values():
        if row.kind == "i":
            levers = {effect.lever for name in row.instruments for effect in known[name].effects} - costs_people
            if levers and levers <= PILLARS:
                only.append(row.id)
    assert sorted(only) == sorted(row.id for row in ROWS.values() if row.pillar_only)
    assert len(only) <= len(ROWS) / 3


def test_being_watched_always_costs_privacy() -> None:
    effect = next(e for e in load_instruments()["public_security_video"].effects if e.lever == "privacy")
    assert effect.low > 0.0
    assert _change("H11", "time_and_privacy") < 0.0


def test_every_instruments_cost_is_booked_with_its_payee() -> None:
    """Each kind of cost goes through the flow that names its payee; the books have closed in every run (audit)."""
    flows = {"running": "instrument_running", "operating_transfer": "operating_transfer", "cash_grant": "cash_grant",
             "grant_in_kind": "grant_in_kind"}  # fmt: skip
    for row in INSTRUMENT_ROWS:
        for name in ROWS[row].instruments:
            for cost in load_instruments()[name].costs:
                if ROWS[row].kill is not None and row not in ("D2", "F3"):  # these two move money that others asked for
                    assert _change(row, f"flow.{flows[cost.kind]}") > 0.0, (row, cost.kind)


def test_a_county_that_cannot_pay_delivers_less_and_says_when_and_where() -> None:
    base = scenario_of(Arm(months=14), Size(4, 40))
    asked = dict.fromkeys(("three_services", "elder_stations", "village_democracy"), 1.0)
    rich, poor = (
        County.build(replace(base, phases=(Phase("one", base.start, base.end, ("all",), money, asked),)), 3).advance()
        for money in (None, 3_000.0)
    )
    assert not rich.record.binding
    assert {bound[1] for bound in poor.record.binding} == {"one"}
    assert min(bound[0] for bound in poor.record.binding) == 1
    for (_, asked_for, delivered, _), (_, _, full, _) in zip(poor.record.policy, rich.record.policy, strict=True):
        assert (delivered <= asked_for).all()
        assert delivered.sum() < full.sum() or (full == 0.0).all()
