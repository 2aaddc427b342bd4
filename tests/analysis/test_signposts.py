"""Triggers beside the truth: set off by a report, held back by one, or in time; said in both languages."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from ruralsim.analysis.signposts import Signal, signals
from ruralsim.model.books_loop import OUTCOME_INDEX, OUTCOMES
from ruralsim.policy.frameworks import load_frameworks
from ruralsim.spec.scenario import Phase, Scenario, Trigger
from ruralsim.view.report.sections_plan_triggers import trigger_sentences
from ruralsim.view.report.sections_triggers import trigger_lines
from tests.small import START, scenario

ITEM = next(k for k, item in enumerate(load_frameworks()["pengzhou"].items) if item.channel == "self_report")
SIGNPOST = load_frameworks()["pengzhou"].items[ITEM].id


def planned(above: bool = True, last: int | None = None, reading: str = "reported") -> Scenario:
    """Two phases of a year; the second begins when the signpost crosses one half."""
    one = scenario(
        2, 24, phases=[Phase("a", START, START + 11, budget=1.0), Phase("b", START + 12, START + 23, budget=1.0)]
    )
    until = None if last is None else START + (last - 1)
    return replace(one, triggers=(Trigger("t", SIGNPOST, reading, above, 0.5, START, until, start="b"),))


def lived(one: Scenario, true: dict[int, float], fired: int | None) -> Signal:
    """What is said of a run whose true signpost took these values, one village of 10 heads, one of 30."""
    outcomes = np.zeros((25, 2, len(OUTCOMES)))
    outcomes[:, :, OUTCOME_INDEX["registered"]] = (10.0, 30.0)
    indicators = []
    for month, level in true.items():
        values = np.zeros((2, ITEM + 1, 3))
        values[:, ITEM, 0] = (level + 0.3, level - 0.1)  # weighted by heads: the level
        indicators.append((month, values))
    entries = [] if fired is None else [(fired, "t", 0.6, true.get(fired))]
    record = SimpleNamespace(indicators=indicators, outcomes=outcomes, fired=entries)
    (found,) = signals(one, np.zeros(2, np.int64), record)  # type: ignore[arg-type]
    return found


@pytest.mark.parametrize(
    ("true", "fired", "truth", "fooled", "held"),
    [
        ({3: 0.4, 6: 0.4, 9: 0.6}, 3, 9, True, False),
        ({3: 0.4, 6: 0.4, 9: 0.4}, 3, None, True, False),
        ({3: 0.4, 6: 0.6, 9: 0.7}, 6, 6, False, False),
        ({3: 0.6, 6: 0.6, 9: 0.7}, 9, 3, False, True),
        ({3: 0.4, 6: 0.6, 9: 0.7}, None, 6, False, True),
        ({3: 0.4, 6: 0.4, 9: 0.4}, None, None, False, False),
        (
            {12: 0.4, 15: 0.6},
            None,
            None,
            False,
            False,
        ),  # it had begun on its date, too late to matter
    ],
)
def test_the_truth_beside_the_report(
    true: dict[int, float], fired: int | None, truth: int | None, fooled: bool, held: bool
) -> None:
    found = lived(planned(), true, fired)
    assert (found.month, found.on_truth, found.fooled, found.held_back) == (fired, truth, fooled, held)


def test_a_trigger_that_waits_is_watched_beyond_its_own_date_and_one_below_a_level_is_read_downwards() -> None:
    assert lived(planned(last=20), {12: 0.4, 15: 0.6}, None).on_truth == 15
    assert lived(planned(above=False), {3: 0.6, 6: 0.4}, None).on_truth == 6


def test_a_trigger_on_the_truth_is_never_deceived() -> None:
    found = lived(planned(reading="true"), {3: 0.4, 6: 0.6}, 6)
    assert not found.fooled
    assert not found.held_back


SAID = {
    "fooled": ({3: 0.4, 9: 0.6}, 3, "the truth crosses the level in 2021-09 only", "真实值到 2021-09 才越过该水平"),
    "never": ({3: 0.4, 9: 0.4}, 3, "the truth never crosses the level", "真实值从未越过该水平"),
    "late": ({3: 0.6, 9: 0.6}, 9, "crossed the level in 2021-03, the reported one only in 2021-09",
             "真实值于 2021-03 已越过该水平，上报值到 2021-09 才越过"),
    "missed": ({3: 0.6, 9: 0.6}, None, "crossed the level in 2021-03, the reported one never did",
               "真实值于 2021-03 已越过该水平，上报值在有效期内从未越过"),
}  # fmt: skip


@pytest.mark.parametrize("case", SAID)
def test_the_page_of_plans_says_it_in_both_languages(case: str) -> None:
    true, fired, english, chinese = SAID[case]
    one = planned()
    study = SimpleNamespace(
        plans=[SimpleNamespace(name="p", scenario=one)],
        traces={"p": SimpleNamespace(signals=(lived(one, true, fired),))},
        title=lambda name, lang: name,
    )
    for lang, words in (("en", english), ("zh", chinese)):
        text = "\n".join(trigger_sentences(study, lang))  # type: ignore[arg-type]
        assert words in text, lang
        assert ("2021-03" if fired == 3 else "2021-09" if fired else "t") in text


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("en", ("In 2 of 3 firings, 2021-03 to 2021-06, 't' was set off by the report",
                "0.600 was reported where 0.450 was true", "never crosses the level in 1 of them, and 6 months later",
                "In 2 of 4 replicates 't' was held back by the report: the truth crossed the level in 2021-03, "
                "what was reported later (1) or never while it mattered (1)")),
        ("zh", ("3 次触发中有 2 次（2021-03 至 2021-06）", "平均上报 0.600，真实为 0.450",
                "其中 1 次真实值从未越过该水平，其余平均晚 6 个月",
                "“t”在 4 次重复中有 2 次被上报数字压住：真实值于 2021-03")),
    ],
)  # fmt: skip
def test_the_report_of_a_run_counts_what_reports_did_to_triggers(lang: str, words: tuple[str, ...]) -> None:
    def at(month: int, true: float, crosses: int | None) -> dict[str, object]:
        date, fooled = f"2021-{month:02d}", crosses is None or crosses > month
        return {"date": date, "month": month, "reported": 0.6, "true": true, "true_crosses": crosses, "fooled": fooled}

    held = [{"date": "2021-03", "fired": 9}, {"date": "2021-03", "fired": None}]
    entry = {"name": "t", "fired": [at(3, 0.4, 9), at(6, 0.5, None), at(9, 0.7, 3), None], "held_back": held}
    text = "\n".join(trigger_lines(entry, lang))
    for one in words:
        assert one in text, text
