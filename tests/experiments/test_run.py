"""However an experiment is run, the store holds the same files."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

from ruralsim.base.errors import InputError, SystemTrouble
from ruralsim.experiments import Plan, Store, local, open_plan, results_frame, run_experiment, status_of
from ruralsim.experiments import run as run_module
from tests.experiments import tiny


@pytest.fixture(scope="module")
def plan() -> Plan:
    return tiny.plan()


@pytest.fixture(scope="module")
def quiet(plan: Plan, tmp_path_factory: pytest.TempPathFactory) -> Path:
    store = tmp_path_factory.mktemp("store")
    status = run_experiment(plan, store, workers=0)
    assert (status.counts["done"], status.made, status.complete) == (10, 10, True)
    return store


@pytest.mark.parametrize("workers", [1, 2])
def test_workers_change_nothing(plan: Plan, quiet: Path, tmp_path: Path, workers: int) -> None:
    assert run_experiment(plan, tmp_path, workers=workers).complete
    assert tiny.files(tmp_path) == tiny.files(quiet)


def test_shards_change_nothing(plan: Plan, quiet: Path, tmp_path: Path) -> None:
    for part in (3, 1, 2):
        status = run_experiment(plan, tmp_path, workers=0, shard=(part, 3))
        assert status.complete
        assert status.total in (3, 4)
    assert tiny.files(tmp_path) == tiny.files(quiet)
    assert run_experiment(plan, tmp_path, workers=0).made == 0
    with pytest.raises(InputError):
        run_experiment(plan, tmp_path, workers=0, shard=(4, 3))


@pytest.mark.slow
@pytest.mark.skipif(importlib.util.find_spec("distributed") is None, reason="the extra 'dask' is not installed")
@pytest.mark.filterwarnings("default")  # Dask's own
def test_a_dask_cluster_changes_nothing(plan: Plan, quiet: Path, tmp_path: Path) -> None:
    assert run_experiment(plan, tmp_path, workers=2, dask="local").complete
    assert tiny.files(tmp_path) == tiny.files(quiet)


def test_tables_are_the_same_for_every_store(plan: Plan, quiet: Path, tmp_path: Path) -> None:
    run_experiment(plan, tmp_path, workers=2)
    one, other = results_frame(plan, quiet), results_frame(plan, tmp_path)
    assert one.equals(other)
    assert len(one) == 10 * 2  # years 0 and 1
    assert list(one.columns[:8]) == ["scenario", "context", "draw", "replicate", "grouping", "group", "year", "months"]


def test_an_identical_run_is_never_repeated(plan: Plan, tmp_path: Path) -> None:
    assert run_experiment(plan, tmp_path, workers=0).made == 10
    assert run_experiment(plan, tmp_path, workers=0).made == 0
    wider = tiny.plan(name="another", replicates=4)
    assert run_experiment(wider, tmp_path, workers=0).made == 2
    twice = tiny.plan(arms=(tiny.design().arms[0], tiny.design().arms[0].__class__("same", {}, (tiny.scenario(),))))
    status = run_experiment(twice, tmp_path / "b", workers=0)
    assert (status.made, status.counts["done"], status.complete) == (5, 10, True)


def test_broken_files_are_found_and_made_again(plan: Plan, quiet: Path, tmp_path: Path) -> None:
    run_experiment(plan, tmp_path, workers=0)
    store = Store(tmp_path)
    cut, flipped = store.path(plan.key(2)), store.path(plan.key(5))
    cut.write_bytes(cut.read_bytes()[:-7])
    content = bytearray(flipped.read_bytes())
    content[len(content) // 2] ^= 4
    flipped.write_bytes(bytes(content))
    assert status_of(plan, store).counts == {"done": 8, "broken": 2}
    assert run_experiment(plan, store, workers=0).made == 2
    assert tiny.files(tmp_path) == tiny.files(quiet)


def test_a_failed_run_keeps_its_message_and_stops_nothing(
    plan: Plan, quiet: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = Plan.observe

    def breaks(self: Plan, index: int) -> object:
        if index == 4:
            raise ArithmeticError("governance of the county is not finite from month 3 on")
        return real(self, index)

    with monkeypatch.context() as patch:
        patch.setattr(Plan, "observe", breaks)
        status = run_experiment(plan, tmp_path, workers=0)
    assert (status.counts["done"], status.counts["failed"], status.complete) == (9, 1, True)
    assert status.failures == [(4, "ArithmeticError: governance of the county is not finite from month 3 on")]
    assert run_experiment(plan, tmp_path, workers=0).made == 0
    assert status_of(plan, tmp_path).failures == status.failures
    assert run_experiment(plan, tmp_path, workers=0, again=True).made == 1
    assert tiny.files(tmp_path) == tiny.files(quiet)


@pytest.mark.parametrize(("number", "code"), [(28, "experiment_stopped_full"), (13, "experiment_stopped_unwritable")])
def test_a_full_disk_stops_clearly_and_resumes(
    plan: Plan, quiet: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, code: str
) -> None:
    real, calls = Store.put, []

    def full(self: Store, key: str, content: bytes) -> None:
        calls.append(key)
        if len(calls) > 4:
            raise OSError(number, "No space left on device")
        real(self, key, content)

    with monkeypatch.context() as patch:
        patch.setattr(Store, "put", full)
        with pytest.raises(SystemTrouble) as caught:
            run_experiment(plan, tmp_path, workers=0)
    assert caught.value.code == code
    assert "same command again" in caught.value.text("en")
    assert run_experiment(plan, tmp_path, workers=0).made == 6
    assert tiny.files(tmp_path) == tiny.files(quiet)


def test_a_disk_too_small_is_refused_before_the_work(
    plan: Plan, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Usage:
        free = 10_000

    monkeypatch.setattr(run_module.shutil, "disk_usage", lambda _: Usage)
    with pytest.raises(SystemTrouble) as caught:
        run_experiment(plan, tmp_path / "s", workers=0)
    assert caught.value.code == "experiment_no_space"
    assert not (tmp_path / "s").exists()


def test_a_worker_that_always_dies_costs_its_run_only(
    plan: Plan, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dies = "import os, ruralsim.experiments.worker as w; real = w.carry_out\n"
    dies += "w.carry_out = lambda p, s, i: os._exit(9) if i == 3 else real(p, s, i)\nw.main()"
    with monkeypatch.context() as patch:
        patch.setattr(local, "_COMMAND", dies)
        status = run_experiment(plan, tmp_path, workers=1)
    assert [index for index, _ in status.lost] == [3]
    assert "exit 9" in status.lost[0][1]
    assert status.counts["done"] == 9
    assert not status.complete
    assert run_experiment(plan, tmp_path, workers=0).made == 1


def test_a_worker_with_another_model_is_refused(plan: Plan, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(local, "model_digest", lambda: "0" * 16)
        with pytest.raises(SystemTrouble) as caught:
            run_experiment(plan, tmp_path, workers=1)
    assert caught.value.code == "experiment_stopped_changed"
    assert tiny.files(tmp_path) == {}


def test_progress_counts_to_its_total(plan: Plan, tmp_path: Path) -> None:
    told = []
    run_experiment(plan, tmp_path, workers=0, progress=told.append)
    assert [one.done for one in told] == list(range(11))
    assert {one.total for one in told} == {10}


def test_contexts_and_details_multiply_and_shrink(tmp_path: Path) -> None:
    arms = tuple(
        arm.__class__(arm.name, {}, (*arm.scenarios, tiny.scenario(context={"farm_price": ("constant", (0.5,))})))
        for arm in tiny.design().arms
    )
    plan = open_plan(tiny.design(arms=arms, contexts=("stated", "cheap"), detail="county", draws=0, factors=()))
    assert len(plan) == 2 * 2 * 3
    run_experiment(plan, tmp_path, workers=0)
    frame = results_frame(plan, tmp_path, outcomes=("mean_income",), years=False)
    means = frame.groupby("context")["mean_income"].mean()
    assert means["cheap"] < means["stated"]
    record = Store(tmp_path).read(plan.key(0))
    assert record is not None
    assert (record.groups.shape[0], record.people, record.villages) == (1, None, None)
