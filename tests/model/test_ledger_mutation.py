"""Take any ledger line out of the month and the audit stops the run; likewise if the line stays and the cash does not.

The month runs as plain Python (``plain_month``), the same bits as compiled; one statement of its text is missing.
"""

from __future__ import annotations

import ast
import re
from functools import cache
from typing import Any

import numpy as np
import pytest
from ledger_county import MONTHS, build, month
from ledger_mutants import FLOW_NAMES, Mutant, mutants
from plain_month import MODULES, load, plain_advance, source_tree
from small import differing, fingerprint

from ruralsim.base.errors import BooksBroken
from ruralsim.model.county import County
from ruralsim.model.month import advance as compiled_advance
from ruralsim.model.snapshot import put_state, state_of
from ruralsim.state.flows import DRIVERS, FLOWS

ALL = tuple(mutants())
#: months (from 0) with most going on first: December, January, a reserve drawn upon, a failure, the next year's turn
TRIED = (2, 3, 8, 4, 15, 14, *range(5, 8), 0, 1, *range(9, 14), 16, 17)
_CASH_MOVES = r"(\S*\.)?(wealth|cash|reserve|account_\w+|outside_cash|government_cash)(\[.+\])? [+-]="
#: the village's constant and lasting effect never change, so this term of the logit never moves land
NEVER: set[str] = set()


@cache
def _run() -> tuple[County, tuple[dict[str, Any], ...]]:
    """The county after all months, in plain Python, and its state before each of them."""
    county, states, advance = build(), [], plain_advance(load())
    for _ in range(MONTHS):
        states.append(state_of(county))
        month(county, advance)
    return county, tuple(states)


@cache
def _bench() -> County:
    return build()


def test_every_flow_is_paid_and_every_driver_at_work() -> None:
    record = _run()[0].record
    unpaid = {flow.name for f, flow in enumerate(FLOWS) if not record.money[:, :, f].any()}
    assert unpaid == {"county_revenue"}  # booked for the county as a whole
    silent = {driver.name for d, driver in enumerate(DRIVERS) if not record.momentum[:, :, d].any()}
    assert silent == NEVER


def test_the_plain_month_gives_the_bits_of_the_compiled_one() -> None:
    compiled = build()
    for _ in range(MONTHS):
        month(compiled, compiled_advance)
    assert differing(fingerprint(_run()[0]), fingerprint(compiled)) == []


def test_the_plain_months_in_a_row_keep_their_seats_and_the_bits(monkeypatch: pytest.MonkeyPatch) -> None:
    together, apart = build(), build()
    for _ in range(MONTHS):
        apart.advance(1)
    seated: list[int] = []
    plain = plain_advance(load())

    def advance(*arguments: Any) -> None:
        plain(*arguments)
        seated.append(int(together._seats().seating["seated"].sum()))

    monkeypatch.setattr("ruralsim.model.month.advance", advance)
    together.advance(MONTHS)
    assert max(seated) == len(together.villages)
    assert min(seated) == 0
    assert differing(fingerprint(together), fingerprint(apart)) == []


def test_no_line_escapes_the_mutation() -> None:
    """Counted another way, by text: every ``book``, every payment and every momentum line is among the mutants."""
    text = "\n".join(ast.unparse(source_tree(module)) for module in MODULES)
    kinds = {
        r"^ +book\(": lambda m: m.text.startswith("book("),
        r"^ +(outside|government)_(pays|receives)\(": lambda m: re.match(r"(outside|government)_", m.text),
        r"^ +momentum\[.*=": lambda m: m.text.startswith("momentum["),
        r"^ +vouchers\[FLOW.*=": lambda m: m.text.startswith("vouchers[FLOW"),
        rf"^ +{_CASH_MOVES}": lambda m: re.match(_CASH_MOVES, m.text),
    }
    for pattern, mine in kinds.items():
        assert len(re.findall(pattern, text, re.MULTILINE)) == sum(1 for m in ALL if mine(m)), pattern
    assert {name for m in ALL if m.side == "ledger" for name in m.names} >= set(FLOW_NAMES) - {"county_revenue"}


@pytest.mark.parametrize("mutant", ALL, ids=str)
def test_a_missing_statement_stops_the_run(mutant: Mutant) -> None:
    _, states = _run()
    county, advance = _bench(), plain_advance(mutant.spaces())
    for k in TRIED:
        put_state(county, states[k])
        try:
            month(county, advance)
        except BooksBroken as error:
            _names_what_is_wrong(error, mutant, county, k)
            return
    pytest.fail(f"the audit of {MONTHS} months does not notice that this is missing: {mutant}")


def _names_what_is_wrong(error: BooksBroken, mutant: Mutant, county: County, k: int) -> None:
    assert error.fields["village"] in county.names
    assert error.fields["month"] == str(county.calendar(k + 1))
    named = re.findall(r"[a-z_]+(?:\.[a-z_]+)?", error.fields["flow"])
    if mutant.names:
        wanted = [name for name in mutant.names if name in named or any(n.startswith(f"{name}.") for n in named)]
        if not wanted:  # a component of the momentum ledger: the flow names its drivers
            wanted = [n for n in named for d in DRIVERS if d.name == n and d.component in mutant.names]
        assert wanted, f"{mutant} is missing, the audit names {error.fields['flow']}"
    else:
        assert set(named) & set(FLOW_NAMES)


def test_an_untouched_month_passes_after_all_that() -> None:
    """The bench county is not broken: without a mutation the same months go through."""
    _, states = _run()
    county, advance = _bench(), plain_advance(load())
    for k in (2, 3, 15):
        put_state(county, states[k])
        month(county, advance)
        assert np.array_equal(county.record.money[k], _run()[0].record.money[k])
