"""What a run leaves behind, and the bytes that hold it: the same bytes on every machine, for every worker."""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from ruralsim.base.errors import RuralsimError
from ruralsim.experiments.series import SERIES, goals_and_outcomes, group_series, members_of, yearly, years_of
from ruralsim.model.county import County
from ruralsim.model.groups import group_means, people_sums
from ruralsim.model.run import residuals
from ruralsim.spec.scenario import Scenario

FORMAT = "ruralsim record 1"
_LEVEL = 1  # of compression: the figures hardly compress, empty classes do
_LONGEST_HEAD = 1_000_000


class RecordBrokenError(Exception):
    """The bytes are not what was written: cut short, changed, or of something else."""


@dataclass(frozen=True, eq=False)
class Record:
    """A run in short.

    Args:
        groups: float64 [G, Y + 1, S], means of each year (entry 0: the opening state) of each of ``series.GROUPS``, or
            of the county alone; NaN where a class has no village.
        people: float64 [len(PEOPLE), M], means by age, membership and residence at the end of the last month
            (``model.groups``); None where the run was asked for less.
        villages: float64 [V, S], means of the last year; None where the run was asked for less.
        names: of the villages; empty where ``villages`` is None.
        classes: int [V, 3], codes of roll-out class, endowment and form, where ``villages`` is there.
        months: horizon.
        villagers: simulated one by one at the start.
        spent: yuan that policy cost over the whole run.
        audit: residuals of the two ledgers (``model.run.residuals``).
    """

    groups: np.ndarray
    people: np.ndarray | None
    villages: np.ndarray | None
    names: tuple[str, ...]
    classes: np.ndarray | None
    months: int
    villagers: int
    spent: float
    audit: Mapping[str, float]


def observe(scenario: Scenario, seed: int, values: Mapping[str, float], detail: str) -> Record:
    """Simulate a scenario once and keep what ``detail`` asks for.

    Args:
        scenario: resolved.
        seed: its luck.
        values: parameters of a draw, by name.
        detail: one of ``design.DETAILS``.

    Raises:
        ArithmeticError: a figure of the county is not finite.
        BooksBroken: a ledger does not explain what happened.
    """
    county = County.build(scenario, seed, values)
    villagers = int(county.villages["registered"].sum() + county.villages["outsiders"].sum())
    codes = (county.villages["rollout"].copy(), county.villages["endowment"].copy(), county.enterprises["form"].copy())
    county.advance(threads=1)
    outcomes = county.record.outcomes
    members = members_of(codes[1], codes[0], codes[2])[: 1 if detail == "county" else None]
    monthly = group_series(outcomes, members)
    if not np.isfinite(monthly[0]).all():
        month, figure = np.argwhere(~np.isfinite(monthly[0]))[0]
        raise ArithmeticError(f"{SERIES[figure]} of the county is not finite from month {month} on")
    groups = np.stack([mean for _, _, mean in yearly(monthly.transpose(1, 0, 2))], axis=1)
    people = villages = classes = None
    names: tuple[str, ...] = ()
    if detail != "county":
        people = group_means(people_sums(county))
    if detail == "villages":
        villages = goals_and_outcomes(outcomes[-years_of(scenario.months)[-1] :]).mean(axis=0)
        names, classes = county.names, np.stack(codes, axis=1).astype(np.int64)
    fen = sum(int(cost.sum()) for _, _, _, cost in county.record.policy)
    audit = residuals(county.record)
    return Record(groups, people, villages, names, classes, scenario.months, villagers, fen / 100, audit)


def encode(record: Record, key: str) -> bytes:
    """A record as bytes: a line of JSON with sizes and checksum, then compressed arrays.

    Args:
        record: to be written.
        key: of the run; it goes into the head, so that a file under a wrong name is noticed.
    """
    arrays = {"groups": record.groups, "people": record.people, "villages": record.villages, "classes": record.classes}
    shapes = [[name, array.dtype.str, list(array.shape)] for name, array in arrays.items() if array is not None]
    body = zlib.compress(b"".join(np.ascontiguousarray(a).tobytes() for a in arrays.values() if a is not None), _LEVEL)
    head = {
        "format": FORMAT, "key": key, "arrays": shapes, "names": list(record.names), "months": record.months,
        "villagers": record.villagers, "spent": record.spent, "audit": dict(record.audit), "bytes": len(body),
    }  # fmt: skip
    return _sealed(head, body)


def decode(content: bytes, key: str | None = None) -> Record:
    """The record that some bytes hold.

    Raises:
        RecordBrokenError: they were cut short or changed, or belong to another run than ``key``.
    """
    head, body = _opened(content)
    if key is not None and head.get("key") != key:
        raise RecordBrokenError("another run's record")
    try:
        plain = zlib.decompress(body)
    except zlib.error as error:
        raise RecordBrokenError(str(error)) from None
    arrays, at = {}, 0
    for name, kind, shape in head["arrays"]:
        dtype = np.dtype(kind)
        size = int(np.prod(shape)) * dtype.itemsize
        arrays[name] = np.frombuffer(plain[at : at + size], dtype).reshape(shape)
        at += size
    return Record(
        arrays["groups"], arrays.get("people"), arrays.get("villages"), tuple(head["names"]), arrays.get("classes"),
        head["months"], head["villagers"], head["spent"], head["audit"],
    )  # fmt: skip


def encode_failure(key: str, message: str) -> bytes:
    """A failed run as bytes: its message, with a checksum like any other."""
    return _sealed({"format": FORMAT, "key": key, "failed": message, "bytes": 0}, b"")


def failure_of(content: bytes) -> str:
    """The message of a failed run.

    Raises:
        RecordBrokenError: the bytes were cut short or changed.
    """
    head, _ = _opened(content)
    return str(head.get("failed", ""))


def intact(content: bytes, key: str) -> bool:
    """Whether some bytes are a whole record, or failure, of the run ``key``."""
    try:
        head, _ = _opened(content)
    except RecordBrokenError:
        return False
    return head.get("key") == key


def _sealed(head: dict[str, Any], body: bytes) -> bytes:
    text = json.dumps(head, sort_keys=True, ensure_ascii=True, allow_nan=False)
    digest = hashlib.sha256(text.encode("ascii") + body).hexdigest()
    return f"{digest} {text}\n".encode("ascii") + body


def _opened(content: bytes) -> tuple[dict[str, Any], bytes]:
    line, found, body = content.partition(b"\n")
    digest, _, text = line.partition(b" ")
    if not found or len(line) > _LONGEST_HEAD or hashlib.sha256(text + body).hexdigest().encode() != digest:
        raise RecordBrokenError("checksum")
    head = json.loads(text)
    if head.get("format") != FORMAT or head.get("bytes") != len(body):
        raise RecordBrokenError("format")
    return head, body


def trouble_of(error: Exception) -> str:
    """What went wrong in a run, in one line."""
    if isinstance(error, RuralsimError):
        return error.text("en")
    return f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
