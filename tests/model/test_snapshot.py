"""Stop, save, load, continue gives what never stopping gives; a wrong file is refused with one clear message."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from small import differing, everything, fingerprint, scenario

from ruralsim.base.errors import InputError, SystemTrouble, catalogue, placeholders
from ruralsim.model.county import County
from ruralsim.model.snapshot import load, put_state, save, state_of

MONTHS = 26
SCENARIO = scenario(
    3, MONTHS, phases=[everything(MONTHS, budget=200_000.0)], context={"product_price": ("yearly", (1.0, 0.9, 1.1))}
)


def _records_equal(one: County, other: County) -> bool:
    a, b = one.record, other.record
    return (
        len(a.indicators) == len(b.indicators)
        and len(a.policy) == len(b.policy)
        and all(x[0] == y[0] and np.array_equal(x[1], y[1]) for x, y in zip(a.indicators, b.indicators, strict=True))
        and all(
            x[0] == y[0] and all(np.array_equal(p, q) for p, q in zip(x[1:], y[1:], strict=True))
            for x, y in zip(a.policy, b.policy, strict=True)
        )
        and a.binding == b.binding
        and np.array_equal(a.county, b.county)
        and a.momentum_residual == b.momentum_residual
    )


@pytest.mark.parametrize("stop", [0, 1, 12, 13, 25])
def test_stop_save_load_continue_is_never_stopped(tmp_path: Path, stop: int) -> None:
    draw = {"trust_dividend": 0.02}
    whole = County.build(SCENARIO, 5, draw, cut=("jobs",)).advance()
    part = County.build(SCENARIO, 5, draw, cut=("jobs",)).advance(stop)
    save(part, tmp_path / "county.npz")
    part.villagers["wealth"] = 0  # what was saved does not follow the living county
    again = load(tmp_path / "county.npz", SCENARIO, seed=5)
    assert again.month == stop
    again.advance()
    assert differing(fingerprint(whole), fingerprint(again)) == []
    assert _records_equal(whole, again)
    assert whole.record.binding, "the budget must bind, or its part of the record is not tested"


def test_rows_that_moved_to_make_room_are_saved_where_they_are(tmp_path: Path) -> None:
    crowded = scenario(2, 26, adults=40, parameters={"coming_of_age_rate": 0.4, "registration_in_rate": 0.4})
    whole = County.build(crowded, 1, {"coming_of_age_rate": 0.9, "registration_in_rate": 0.9})
    before = len(whole.villagers)
    whole.advance(25)
    assert len(whole.villagers) > before, "nobody had to move: the case tests nothing"
    save(whole, tmp_path / "c.npz")
    again = load(tmp_path / "c.npz", crowded)
    whole.advance()
    again.advance()
    assert differing(fingerprint(whole), fingerprint(again)) == []


def test_a_state_in_memory_can_be_put_back_and_does_not_change_meanwhile() -> None:
    county = County.build(SCENARIO, 2).advance(3)
    kept = state_of(county)
    county.advance(2)
    first = fingerprint(county)
    put_state(county, kept)
    assert county.month == 3
    county.advance(2)
    assert differing(first, fingerprint(county)) == []


def test_nothing_is_left_out_of_the_state() -> None:
    """Every attribute of a county is saved, rebuilt from the scenario, or of the running month only."""
    county = County.build(SCENARIO, 2).advance(1)
    rebuilt = {
        "scenario",
        "seed",
        "names",
        "cut_channels",
        "rival",
        "mixing",
        "recording",
        "programme",
        "regime_numbers",
        "framework",
        "items",
        "fields",
        "outlook",
        "demonstration",
        "_hall",
        "_instruments",
        "_fired",
    }
    this_month = {"_before"}
    saved = {name.split(".")[0] for name in state_of(county)} - {"strategy"} | {"strategy_state"}
    assert {name.removeprefix("_") for name in set(vars(county)) - rebuilt - this_month} <= saved


def test_wrong_files_are_refused(tmp_path: Path) -> None:
    county = County.build(SCENARIO, 5).advance(1)
    good = tmp_path / "good.npz"
    save(county, good)

    def refusal(path: Path, **changes: object) -> InputError:
        with pytest.raises(InputError) as caught:
            load(path, changes.pop("scenario", SCENARIO), **changes)  # type: ignore[arg-type]
        assert caught.value.exit_code == 2
        assert str(path.name) in str(caught.value)
        return caught.value

    assert refusal(tmp_path / "none.npz").code == "file_missing"
    other = replace(SCENARIO, months=MONTHS + 1)
    assert refusal(good, scenario=other).code == "snapshot_scenario"
    error = refusal(good, seed=6)
    assert "seed 5" in str(error)
    assert "--seed 5" in error.text("zh")

    text = tmp_path / "text.npz"
    text.write_text("not a county")
    cut = tmp_path / "cut.npz"
    cut.write_bytes(good.read_bytes()[:-500])
    foreign = tmp_path / "foreign.npz"
    np.savez(foreign, header=np.frombuffer(json.dumps({"format": "else"}).encode(), np.uint8))
    pickled = tmp_path / "pickled.npz"
    np.savez(pickled, header=np.array([{"format": "x"}], dtype=object))
    for path in (text, cut, foreign, pickled):
        assert refusal(path).code == "snapshot_foreign"


def test_another_version_of_the_rules_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    save(County.build(SCENARIO, 5), tmp_path / "c.npz")
    monkeypatch.setattr("ruralsim.model.snapshot.source_digest", lambda: "0123456789abcdef")
    with pytest.raises(InputError, match="another version of the rules") as caught:
        load(tmp_path / "c.npz", SCENARIO)
    assert "0123456789abcdef" in str(caught.value)


def test_a_failed_write_leaves_the_older_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    county = County.build(SCENARIO, 5)
    save(county, tmp_path / "c.npz")
    before = (tmp_path / "c.npz").read_bytes()

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("ruralsim.model.snapshot.np.savez", full)
    with pytest.raises(SystemTrouble) as caught:
        save(county.advance(1), tmp_path / "c.npz")
    assert caught.value.code == "disk_full"
    assert (tmp_path / "c.npz").read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["c.npz"]


def test_messages_have_the_same_fields_in_both_languages() -> None:
    english, chinese = catalogue("en"), catalogue("zh")
    for code in (code for code in english if code.startswith("snapshot_")):
        assert placeholders(english[code]) == placeholders(chinese[code])
