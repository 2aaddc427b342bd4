"""A record comes back bit for bit, or not at all."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import numpy as np
import pytest

from ruralsim.experiments import Store
from ruralsim.experiments.record import (
    Record,
    RecordBrokenError,
    decode,
    encode,
    encode_failure,
    failure_of,
    intact,
    observe,
)
from ruralsim.experiments.series import COUNTY, GROUPS, PEOPLE, SERIES, county_series
from ruralsim.model.county import County
from tests.experiments import tiny

KEY = "ab" + "0" * 62


@pytest.fixture(scope="module")
def record() -> Record:
    return observe(tiny.scenario(), 7, {}, "villages")


def _same(one: Record, other: Record) -> bool:
    arrays = (one.groups, one.people, one.villages, one.classes)
    others = (other.groups, other.people, other.villages, other.classes)
    return all(a.tobytes() == b.tobytes() and a.shape == b.shape for a, b in zip(arrays, others, strict=True)) and (
        one.names, one.months, one.villagers, one.spent, dict(one.audit)) == (
        other.names, other.months, other.villagers, other.spent, dict(other.audit))  # fmt: skip


def test_a_record_is_what_the_model_says(record: Record) -> None:
    county = County.build(tiny.scenario(), 7).advance()
    series = county_series(county.record.outcomes, np.ones(2))
    at = GROUPS.index(COUNTY)
    assert record.groups[at, 0].tobytes() == series[0].tobytes()
    assert np.allclose(record.groups[at, 1], series[1:7].mean(axis=0), rtol=1e-14)
    assert record.names == county.names
    assert record.spent == pytest.approx(sum(cost.sum() for _, _, _, cost in county.record.policy) / 100)
    assert record.spent > 0
    assert record.people is not None
    assert record.people.shape[0] == len(PEOPLE)
    classes = [k for k, (kind, _) in enumerate(GROUPS) if kind == "class" and not np.isnan(record.groups[k, 0]).all()]
    assert len(classes) == len(set(county.villages["endowment"]))
    assert record.villages is not None
    assert record.villages.shape == (2, len(SERIES))


def test_a_record_comes_back_bit_for_bit(record: Record) -> None:
    assert _same(decode(encode(record, KEY), KEY), record)
    assert encode(record, KEY) == encode(record, KEY)


def test_every_cut_and_every_flip_is_found(record: Record) -> None:
    content = encode(record, KEY)
    for length in (*range(0, len(content), max(1, len(content) // 60)), len(content) - 1):
        assert not intact(content[:length], KEY)
    for at in range(0, len(content), max(1, len(content) // 200)):
        flipped = bytearray(content)
        flipped[at] ^= 1 << (at % 8)
        assert not intact(bytes(flipped), KEY), at
        with pytest.raises(RecordBrokenError):
            decode(bytes(flipped), KEY)
    assert not intact(content + b"\0", KEY)


def test_a_record_under_another_name_is_none_of_it(record: Record, tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.put(KEY, encode(record, "cd" + KEY[2:]))
    assert store.verified(KEY) == "broken"
    assert store.read(KEY) is None


def test_a_failure_keeps_its_message_and_yields_to_a_record(record: Record, tmp_path: Path) -> None:
    store = Store(tmp_path)
    assert failure_of(encode_failure(KEY, "税\nBooks broken")) == "税\nBooks broken"
    store.put_failure(KEY, "why")
    assert (store.verified(KEY), store.failure(KEY), store.state(KEY)) == ("failed", "why", "failed")
    store.put(KEY, encode(record, KEY))
    assert (store.verified(KEY), store.failure(KEY)) == ("done", None)
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == [f"{KEY}.run"]


def test_a_failed_write_leaves_nothing(record: Record, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        Store(tmp_path).put(KEY, encode(record, KEY))
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_sweeping_takes_what_the_dead_left_and_nothing_else(tmp_path: Path) -> None:
    folder, here = tmp_path / "ab", socket.gethostname()
    folder.mkdir()
    dead = folder / f".partial-{here}-999999999-{KEY[:16]}.run"
    alive = folder / f".partial-{here}-{os.getpid()}-{KEY[:16]}.run"
    elsewhere = folder / f".partial-another-999999999-{KEY[:16]}.run"
    for path in (dead, alive, elsewhere, folder / f"{KEY}.run"):
        path.write_bytes(b"x")
    assert Store(tmp_path).sweep() == 1
    assert not dead.exists()
    assert alive.exists()
    assert elsewhere.exists()
