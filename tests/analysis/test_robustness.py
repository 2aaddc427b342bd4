"""Regret and satisficing against sums by hand; scenario discovery finds what was planted, and nothing in noise."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from ruralsim.analysis.robustness import Region, Robust, Scores, discover, robustness, satisfied
from ruralsim.view.report.sections_robust import failing_sentences

FACTORS = tuple(f"f{k}" for k in range(30))


def contexts(count: int = 200, seed: int = 5) -> np.ndarray:
    return np.random.Generator(np.random.Philox(key=seed)).random((count, len(FACTORS)))


def test_regret_and_satisficing_by_hand() -> None:
    goals = np.zeros((2, 4, 3))
    goals[0] = np.array([[0.3], [0.2], [0.1], [0.4]])
    goals[1] = np.array([[0.2], [0.3], [0.3], [0.1]])
    goals[1, 0, 2] = -0.1  # one goal worse than without policy
    found = Scores(("a", "b"), np.arange(1, 5), goals, np.zeros((4, 3)), np.zeros((4, 1)), ("x",))
    a, b = robustness(found)
    assert a.mean == pytest.approx(0.25)
    assert a.regret_max == pytest.approx(0.2)
    assert a.regret_mean == pytest.approx((0.0 + 0.1 + 0.2 + 0.0) / 4)
    assert (a.best, b.best) == (0.5, 0.5)
    assert (a.satisfied, b.satisfied) == (1.0, 0.75)
    assert b.failed == {"governance": 0.0, "development": 0.0, "life": 0.25}
    assert satisfied(found, {"life": 0.15})[0, :, 2].tolist() == [True, True, False, True]
    assert robustness(Scores(("a",), np.zeros(0, np.int64), np.zeros((1, 0, 3)), np.zeros((0, 3)), np.zeros((0, 1)),
                             ("x",))) == []  # fmt: skip


def test_a_planted_region_is_found_with_its_limits(capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("sklearn", reason="the extra explore is not installed")
    pytest.importorskip("ema_workbench", reason="the extra explore is not installed")
    values = contexts()
    planted = (values[:, 7] > 0.6) & (values[:, 21] < 0.4)
    noise = contexts(seed=9)[:, 0] < 0.04
    region = discover(values, FACTORS, planted ^ noise)
    assert region is not None
    with capsys.disabled():
        print(f"\nplanted region: coverage {region.coverage:.2f}, density {region.density:.2f}, base {region.base:.2f}")
    assert {"f7", "f21"} <= region.limits.keys()
    assert region.limits["f7"][0] == pytest.approx(0.6, abs=0.06)
    assert region.limits["f21"][1] == pytest.approx(0.4, abs=0.06)
    assert region.coverage > 0.75
    assert region.density > 0.75
    assert region.density > 2.0 * region.base


@pytest.mark.parametrize("seed", [1, 2])
def test_nothing_is_found_where_nothing_is(seed: int) -> None:
    pytest.importorskip("sklearn", reason="the extra explore is not installed")
    pytest.importorskip("ema_workbench", reason="the extra explore is not installed")
    values = contexts(120, seed)
    failed = contexts(120, seed + 100)[:, 0] < 0.25
    assert discover(values, FACTORS, failed) is None


def test_too_few_failures_say_nothing() -> None:
    values = contexts(40)
    failed = np.zeros(40, bool)
    failed[:3] = True
    assert discover(values, FACTORS, failed) is None


@pytest.mark.parametrize(
    ("satisfied", "region", "english", "chinese"),
    [
        (1.0, None, "a fails in 0 of 60 contexts: too few to ask", "60 个情境中失效 0 个"),
        (0.9, None, "no conditions were found", "未发现使其失效多于偶然的条件"),
        (
            0.5,
            Region({"trust_rate": (0.1, 0.2)}, 0.8, 0.9, 0.5, 0.4, 60),
            "this holds 80 % of its failures",
            "0.1 至 0.2",
        ),
    ],
)
def test_the_page_tells_no_failures_from_no_conditions(
    satisfied: float, region: Region | None, english: str, chinese: str
) -> None:
    robust = [Robust("a", 0.5, 0.4, 0.0, 0.0, 0.0, 1.0, satisfied, {})]
    study = SimpleNamespace(robust=robust, contexts=60, regions={"a": region}, undiscovered=False,
                            title=lambda name, lang: name)  # fmt: skip
    for lang, words in (("en", english), ("zh", chinese)):
        (said,) = failing_sentences(study, lang)  # type: ignore[arg-type]
        assert words in said
