"""Section on what happens by itself: how far every figure moves without policy, beside what policy adds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ruralsim.model.outcomes import GOALS
from ruralsim.view.report import charts
from ruralsim.view.report.charts import Mark, Row
from ruralsim.view.report.data import RunData
from ruralsim.view.report.html import Figure, Section, Table
from ruralsim.view.report.levels import level
from ruralsim.view.report.svg import BLUE, ORANGE
from ruralsim.view.report.words import NOTHING, UNITS, capital, difference, figure, outcome, plain, say, short_outcome

#: a run shorter than this many months tells nothing about drift
_SHORTEST = 36
_YEAR = 12


@dataclass(frozen=True)
class Drift:
    """A figure of the county without policy, means of years over replicates.

    Args:
        first, second, last: levels of the first, the second and the last year.
        effect: what policy adds in the last year; None without policy.
    """

    first: float
    second: float
    last: float
    effect: float | None

    @property
    def whole(self) -> float:
        """From the first year to the last."""
        return self.last - self.first

    def later(self, years: float) -> float:
        """A year, from the second year on."""
        return (self.last - self.second) / (years - 2.0)


def drifts(data: RunData) -> dict[str, Drift]:
    """Drift of every goal and component."""
    county = (data.baseline or data.outcomes).county
    found = {}
    for goal, names in GOALS.items():
        for name in (goal, *names):
            monthly = county[name].groupby("month").mean()
            first, second, last = (
                float(monthly.loc[a : a + _YEAR - 1].mean()) for a in (1, 1 + _YEAR, data.months - _YEAR + 1)
            )
            found[name] = Drift(first, second, last, level(data, name).effect)
    return found


def drift(data: RunData, lang: str) -> Section | None:
    """How far the place moves without policy; None for a run too short to tell."""
    if data.months < _SHORTEST:
        return None
    found, years = drifts(data), data.months / _YEAR
    paired = any(one.effect is not None for one in found.values())
    goals = {goal: found[goal] for goal in GOALS}
    parts = [_goal(goal, one, lang) for goal, one in goals.items()]
    early = sum(abs(one.second - one.first) > 2.0 * abs(one.later(years)) for one in found.values())
    sentences = [
        capital(say("report_drift_lead", lang, parts=("；" if lang == "zh" else "; ").join(parts))),
        say("report_drift_early", lang, number=early, count=len(found)),
        *([say("report_drift_paired", lang)] if paired else []),
    ]
    return Section(
        "drift",
        say("report_h_drift", lang),
        sentences,
        [_picture(goals, paired, lang)],
        [_table(found, years, paired, lang)],
        [say("report_drift_note", lang)],
    )


def _goal(goal: str, one: Drift, lang: str) -> str:
    fields = {"goal": short_outcome(goal, lang), "drift": difference(one.whole, "score", lang)}
    if one.effect is None:
        return say("report_drift_goal", lang, **fields)
    return say("report_drift_goal_effect", lang, effect=difference(one.effect, "score", lang), **fields)


def _picture(goals: Mapping[str, Drift], paired: bool, lang: str) -> Figure:
    rows = []
    for goal, one in goals.items():
        marks = [Mark("diamond", one.whole, ORANGE)]
        marks += [] if one.effect is None else [Mark("dot", one.effect, BLUE)]
        rows.append(Row(outcome(goal, lang), marks))
    entries = [("diamond", ORANGE, say("report_key_drift", lang))]
    entries += [("dot", BLUE, say("report_key_effect", lang))] if paired else []
    drawing = charts.rows_chart(rows, lambda v: plain(v, 2), 0.0, entries)
    return Figure("drift", say("report_f_drift", lang), say("report_d_drift", lang), drawing)


def _table(found: Mapping[str, Drift], years: float, paired: bool, lang: str) -> Table:
    names = ["first", "last", "whole", "early", "later", *(["effect", "ratio"] if paired else [])]
    rows: list[list[str]] = []
    bold: set[int] = set()
    for name, one in found.items():
        unit = UNITS[name]
        bold |= {len(rows)} if name in GOALS else set()
        row = [outcome(name, lang), figure(one.first, unit, lang), figure(one.last, unit, lang)]
        row += [difference(x, unit, lang) for x in (one.whole, one.second - one.first, one.later(years))]
        if paired:
            row += [difference(one.effect, unit, lang), _ratio(one)]
        rows.append(row)
    head = ["", *(say(f"report_col_drift_{name}", lang) for name in names)]
    return Table(say("report_t_drift", lang), head, rows, frozenset(bold))


def _ratio(one: Drift) -> str:
    """Size of the drift as a multiple of the effect's; a dash where the effect is nothing."""
    if one.effect is None or abs(one.effect) < 1e-9:
        return NOTHING
    return plain(abs(one.whole / one.effect), 1)
