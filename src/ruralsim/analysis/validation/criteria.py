"""Targets and patterns with their bands, as ``data/validation/targets.toml`` and ``patterns.toml`` state them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from ruralsim.base.errors import InputError
from ruralsim.policy.tables import both_languages
from ruralsim.spec.layers import Layers, read_layer
from ruralsim.spec.reader import Table

FOLDER = Path(__file__).parents[2] / "data" / "validation"
KINDS = ("true", "reported")
STATUSES = ("scored", "not_testable")

_CRITERION = ("id", "title", "statement", "evidence", "check")
_CHECK = ("measure", "with", "run", "against", "kind", "value", "low", "high", "reason", "status")
_MOST = 1e15


@dataclass(frozen=True)
class Check:
    """One number that a run must show, and where.

    Args:
        measure: name of the measure; empty where nothing can be tested.
        settings: arguments of the measure by name.
        run: run it is computed on (``runs.toml``).
        against: run it is compared with, where the measure is a difference of two runs.
        kind: ``true`` state of the model, or the value as ``reported``.
        value: what the evidence says, in the measure's unit; None where it gives a sign only.
        low, high: the band; None is an open side.
        reason: why this band, or why nothing can be tested; by language.
        scored: False where only something outside the model could show it.
    """

    measure: str
    settings: Mapping[str, Any]
    run: str
    against: str | None
    kind: str
    value: float | None
    low: float | None
    high: float | None
    reason: Mapping[str, str]
    scored: bool

    def contains(self, value: float) -> bool:
        """Say whether a value lies in the band, bounds included; nothing that is not a number does."""
        if value != value:
            return False
        return (self.low is None or value >= self.low) and (self.high is None or value <= self.high)


@dataclass(frozen=True)
class Criterion:
    """A target or a pattern: what is known, where from, and the checks that it is met by.

    Args:
        id: ``T01`` … or ``P1`` ….
        title, statement: by language.
        evidence: rows of the evidence table.
        checks: all scored ones must be in band.
    """

    id: str
    title: Mapping[str, str]
    statement: Mapping[str, str]
    evidence: tuple[str, ...]
    checks: tuple[Check, ...]

    @property
    def is_target(self) -> bool:
        """Whether it is a calibration target (else a pattern)."""
        return self.id.startswith("T")


@cache
def load_criteria() -> tuple[Criterion, ...]:
    """Read the fifteen targets and the eight patterns, in the order of their files.

    Raises:
        InputError: a file that is not as it should be.
    """
    found = [*read_criteria(FOLDER / "targets.toml", "target"), *read_criteria(FOLDER / "patterns.toml", "pattern")]
    return tuple(found)


def read_criteria(path: Path, section: str) -> list[Criterion]:
    """Read the criteria of one file.

    Args:
        path: a TOML file.
        section: ``target`` or ``pattern``.

    Raises:
        InputError: an unknown key, a missing one, a band whose ends are both open or the wrong way round.
    """
    layers = Layers([read_layer(path)])
    top = Table(layers, (), layers.tables, (section,))
    return [
        Criterion(
            id=entry.text("id"),
            title=both_languages(entry, "title"),
            statement=both_languages(entry, "statement"),
            evidence=tuple(str(name) for name in entry.required("evidence")),
            checks=tuple(
                _check(Table(layers, (*entry.key, "check", at), raw, _CHECK))
                for at, raw in enumerate(entry.required("check"))
            ),
        )
        for entry in (Table(layers, (section, at), raw, _CRITERION) for at, raw in enumerate(top.required(section)))
    ]


def _check(table: Table) -> Check:
    scored = not table.has("status") or table.choice("status", STATUSES, "what_status") == "scored"
    low, high, value = (table.optional_amount(name, "1", -_MOST) for name in ("low", "high", "value"))
    if scored and low is None and high is None:
        raise table.error(None, "validation_band_open")
    if low is not None and high is not None and low >= high:
        raise table.error("high", "validation_band_turned", low=low, high=high)
    return Check(
        measure=table.text("measure") if scored else "",
        settings=dict(table.values.get("with", {})),
        run=table.text("run"),
        against=table.text("against") if table.has("against") else None,
        kind=table.choice("kind", KINDS, "what_kind") if scored else "",
        value=value,
        low=low,
        high=high,
        reason=both_languages(table, "reason"),
        scored=scored,
    )


def find(criteria: tuple[Criterion, ...], wanted: str) -> Criterion:
    """Return the criterion of an id such as ``T07``.

    Raises:
        InputError: there is none.
    """
    for criterion in criteria:
        if criterion.id == wanted:
            return criterion
    raise InputError("validation_no_criterion", read=wanted, accepted=[one.id for one in criteria])
