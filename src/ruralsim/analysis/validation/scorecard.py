"""The scorecard: measures beside bands, in or out, and why the band is what it is."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from ruralsim.analysis.validation import books, effects, incomes, offices
from ruralsim.analysis.validation.criteria import Check, Criterion
from ruralsim.analysis.validation.registry import MEASURES
from ruralsim.analysis.validation.runs import Runs
from ruralsim.base.errors import InputError, nearest

#: where measures are written; importing them enters them by name
SOURCES = (books, incomes, offices, effects)
MET, MISSED, NOT_TESTABLE = "in", "out", "not_testable"


@dataclass(frozen=True)
class Row:
    """One check with its value.

    Args:
        id: of the target or pattern.
        check: band, place and reason.
        value: in the measure's unit; None where nothing can be tested.
        unit: of the value.
        verdict: ``in``, ``out`` or ``not_testable``.
    """

    id: str
    check: Check
    value: float | None
    unit: str
    verdict: str


@dataclass(frozen=True)
class Scorecard:
    """All rows, and what they say of each target and pattern.

    Args:
        criteria: what was scored, in order.
        rows: one for each check, in the same order.
        seed: of the runs.
    """

    criteria: tuple[Criterion, ...]
    rows: tuple[Row, ...]
    seed: int

    def rows_of(self, wanted: str) -> tuple[Row, ...]:
        """Rows of one target or pattern."""
        return tuple(row for row in self.rows if row.id == wanted)

    def verdict(self, wanted: str) -> str:
        """``in`` where all scored checks are in band, ``out`` where one is not, ``not_testable`` for none."""
        verdicts = {row.verdict for row in self.rows_of(wanted)} - {NOT_TESTABLE}
        if not verdicts:
            return NOT_TESTABLE
        return MISSED if MISSED in verdicts else MET

    def count(self, *, targets: bool, verdict: str = MET) -> int:
        """How many targets (or patterns) have a verdict."""
        return sum(self.verdict(one.id) == verdict for one in self.criteria if one.is_target == targets)

    def plain(self) -> dict[str, Any]:
        """Plain dictionaries, lists and numbers, for JSON."""
        return {
            "seed": self.seed,
            "targets": self._totals(targets=True),
            "patterns": self._totals(targets=False),
            "criteria": [
                {
                    "id": one.id,
                    "title": dict(one.title),
                    "statement": dict(one.statement),
                    "evidence": list(one.evidence),
                    "verdict": self.verdict(one.id),
                    "checks": [_plain_row(row) for row in self.rows_of(one.id)],
                }
                for one in self.criteria
            ],
        }

    def _totals(self, *, targets: bool) -> dict[str, int]:
        return {
            "total": sum(one.is_target == targets for one in self.criteria),
            "in_band": self.count(targets=targets),
            "out_of_band": self.count(targets=targets, verdict=MISSED),
            "not_testable": self.count(targets=targets, verdict=NOT_TESTABLE),
        }


def _plain_row(row: Row) -> dict[str, Any]:
    check = row.check
    value = row.value if row.value is not None and abs(row.value) < float("inf") else None
    return {
        "measure": check.measure or None,
        "settings": dict(check.settings),
        "run": check.run,
        "against": check.against,
        "kind": check.kind or None,
        "value": value,
        "unit": row.unit or None,
        "evidence_value": check.value,
        "low": check.low,
        "high": check.high,
        "verdict": row.verdict,
        "reason": dict(check.reason),
    }


def score(runs: Runs, criteria: Collection[Criterion]) -> Scorecard:
    """Set every check of some targets and patterns beside its band.

    Args:
        runs: traces of all runs that the checks name.
        criteria: targets and patterns.

    Raises:
        InputError: a check names an unknown measure.
    """
    rows = tuple(score_check(one.id, check, runs) for one in criteria for check in one.checks)
    return Scorecard(tuple(criteria), rows, runs.seed)


def score_check(wanted: str, check: Check, runs: Runs) -> Row:
    """Score one check.

    Args:
        wanted: id of its target or pattern.
        check: with its band.
        runs: traces.

    Raises:
        InputError: an unknown measure, or one that lacks the run it is compared with.
    """
    if not check.scored:
        return Row(wanted, check, None, "", NOT_TESTABLE)
    found = MEASURES.get(check.measure)
    if found is None:
        near = nearest(check.measure, MEASURES)
        raise InputError("validation_no_measure", read=check.measure, nearest=near, accepted=sorted(MEASURES))
    if found.paired != (check.against is not None):
        raise InputError("validation_pairing", read=check.measure, name=wanted)
    traces: Mapping[str, Any] = runs.traces
    value = found.of(traces[check.run], traces[check.against] if check.against else None, dict(check.settings))
    return Row(wanted, check, value, found.unit, MET if check.contains(value) else MISSED)
