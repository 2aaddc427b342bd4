"""The search recovers a known front, gives one front for any number of workers, and survives being killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from ruralsim.analysis.plan_genes import as_written, built, genes_of
from ruralsim.analysis.plan_search import Judge, Searched, evolve, frontier, search
from ruralsim.base.errors import InputError
from ruralsim.policy.envelope import present_value, with_money
from ruralsim.spec.scenario import Scenario
from ruralsim.view.report.sections_search import search_section
from tests.analysis.test_plans import phased
from tests.small import START

pytest.importorskip("pymoo", reason="the extra search is not installed")


def test_the_same_code_recovers_the_front_of_zdt1() -> None:
    """Zitzler, Deb, Thiele (2000): the front is f2 = 1 − √f1 with all other genes 0."""
    seen: list[np.ndarray] = []

    def zdt1(rows: np.ndarray) -> np.ndarray:
        g = 1.0 + 9.0 * rows[:, 1:].mean(axis=1)
        aims = np.stack([rows[:, 0], g * (1.0 - np.sqrt(rows[:, 0] / g))], axis=1)
        seen.append(aims)
        return aims

    start = np.random.Generator(np.random.Philox(key=3)).random((40, 8))
    evolve(zdt1, start, 2, 1, lambda: sum(map(len, seen)) >= 6000)
    aims = np.concatenate(seen)
    front = aims[frontier(aims)]
    assert np.abs(front[:, 1] - (1.0 - np.sqrt(front[:, 0]))).max() < 0.05
    assert np.ptp(front[:, 0]) > 0.9, "the whole width of the front"
    assert max(np.diff(np.sort(front[:, 0]))) < 0.1


def test_frontier_by_hand() -> None:
    aims = np.array([[0.0, 1.0], [1.0, 0.0], [1.0, 1.0], [0.5, 0.5], [0.0, 1.0]])
    assert frontier(aims).tolist() == [0, 1, 3, 4]


def test_genes_of_the_plan_as_written_give_it_back() -> None:
    one = phased()
    money = present_value(one)
    assert built(one, as_written(3), money).digest == with_money(one, money).digest


def test_every_gene_gives_a_plan_of_the_same_money_and_end() -> None:
    one = phased()
    money = present_value(one)
    rows = np.random.Generator(np.random.Philox(key=8)).random((200, genes_of(3)))
    plans = [built(one, row, money) for row in rows]
    assert len({plan.digest for plan in plans}) == 200
    for plan in plans:
        assert present_value(plan) == money
        assert max(p.end for p in plan.phases) == START + 35
        assert min(p.start for p in plan.phases) == START
        assert all(p.start <= p.end for p in plan.phases)


def found(folder: Path, workers: int = 1) -> tuple[np.ndarray, np.ndarray, list[str], float]:
    one = phased(18)
    result = search(one, present_value(one), runs=54, store=folder, seed=4, workers=workers, contexts=2, fresh=3)
    return result.judged, result.front, [w.scenario.digest for w in result.winners], result.curse


SCRIPT = """
import sys
sys.path.insert(0, {root!r})
from pathlib import Path
from tests.analysis.test_plan_search import found
found(Path({folder!r}))
"""


def test_one_front_for_any_workers_and_after_being_killed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    judged, front, winners, curse = found(tmp_path / "one")
    with capsys.disabled():
        print(f"\n{len(judged)} plans judged, {len(front)} on the front, winner's curse {curse:+.5f}")
    again = found(tmp_path / "two", workers=2)
    assert again[0].tobytes() == judged.tobytes()
    assert again[1:] == (pytest.approx(front), winners, curse)
    folder, root = tmp_path / "killed", str(Path(__file__).parents[2])
    script = SCRIPT.format(root=root, folder=str(folder))
    stored = 0
    for target in (20,):
        process = subprocess.Popen(
            [sys.executable, "-c", script], env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
        )
        deadline = time.monotonic() + 60
        while process.poll() is None and time.monotonic() < deadline:
            stored = sum(1 for path in folder.rglob("*") if path.is_file()) if folder.exists() else 0
            if stored >= target:
                process.send_signal(signal.SIGKILL)
            time.sleep(0.02)
        process.wait(timeout=30)
    assert stored > 0
    after = found(folder)
    assert after[0].tobytes() == judged.tobytes()
    assert after[2] == winners


def test_too_small_a_budget_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="at least"):
        search(phased(), 10**6, runs=10, store=tmp_path)


def test_where_plans_differ_by_luck_alone_the_winners_lead_vanishes_when_judged_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All plans are equally good and contexts differ in kindness: the whole lead is the winner's curse."""

    def luck(judge: Judge, plans: list[Scenario]) -> np.ndarray:
        kindness = np.random.Generator(np.random.Philox(key=judge.seed)).normal(0.0, 5.0, (judge.contexts, 3))
        noise = [np.random.Generator(np.random.Philox(key=[judge.seed, int(one.digest[:12], 16)])) for one in plans]
        return np.stack([kindness + one.normal(0.0, 1.0, (judge.contexts, 3)) for one in noise])

    monkeypatch.setattr(Judge, "gains", luck)
    one = phased(18)
    result = search(one, present_value(one), runs=1500, store=tmp_path, seed=4, contexts=4, fresh=400)
    lead = np.mean([np.subtract(w.chosen_on, result.written) for w in result.winners])
    anew = np.mean([np.subtract(w.fresh, result.written_fresh) for w in result.winners])
    assert lead > 0.5, "they were chosen because they did best"
    assert abs(anew) < 0.15
    assert result.curse == pytest.approx(lead - anew)


def test_the_page_says_whether_the_curse_was_seen() -> None:
    for curse, words in ((0.01, ("0.0100 less", "少 0.0100")), (-0.01, ("0.0100 more", "多 0.0100"))):
        empty = np.zeros((1, 3))
        found = Searched((), empty, np.array([0]), (0.0,) * 3, (0.0,) * 3, curse, 60)
        for lang, word in zip(("en", "zh"), words, strict=True):
            section = search_section(SimpleNamespace(searched=found), lang)  # type: ignore[arg-type]
            assert section is not None
            assert word in section.sentences[1]
