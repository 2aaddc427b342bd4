"""Section on villages from worst to best: distributions by class, or a user's own villages by name."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from ruralsim.model.outcomes import GOALS
from ruralsim.state.columns import ENDOWMENTS
from ruralsim.view.report import charts
from ruralsim.view.report.charts import Mark, Row
from ruralsim.view.report.data import RunData
from ruralsim.view.report.html import Figure, Section, Table
from ruralsim.view.report.sections_outcomes import GOAL_COLOURS
from ruralsim.view.report.svg import MUTED, ORANGE
from ruralsim.view.report.words import label, outcome, plain, say, span

if TYPE_CHECKING:
    import pandas as pd

#: a class of more villages than this is drawn by so many dots, each for an equal part of it
_DOTS = 50
#: how far stacked dots reach from the middle of their row
_REACH = 22.0
#: as many villages of a roster are drawn
_LISTED = 30


def villages(data: RunData, lang: str) -> Section:
    """Villages from worst to best: a distribution by class, or by name where they are a user's own."""
    return _ranked(data, lang) if data.has_roster else _distribution(data, lang)


def _distribution(data: RunData, lang: str) -> Section:
    last = data.outcomes.last.join(data.villages.set_index(["replicate", "village"])[["class"]])
    figures, rows = [], []
    for goal in GOALS:
        by_class = {name: np.sort(last.loc[last["class"] == name, goal].to_numpy()) for name in ENDOWMENTS}
        by_class = {name: values for name, values in by_class.items() if len(values)}
        drawing = _strip(by_class, GOAL_COLOURS[goal], lang)
        everybody = np.sort(last[goal].to_numpy())
        fields = {
            "low": plain(everybody[0], 2),
            "middle": plain(float(np.median(everybody)), 2),
            "high": plain(everybody[-1], 2),
        }
        description = say("report_d_strip", lang, goal=outcome(goal, lang), **fields)
        caption = say("report_c_strip", lang) if max(map(len, by_class.values())) > _DOTS else ""
        title = say("report_f_strip", lang, goal=outcome(goal, lang))
        figures.append(Figure(f"strip-{goal}", title, description, drawing, caption))
        for name, values in by_class.items():
            five = [plain(float(q), 2) for q in np.quantile(values, [0.0, 0.25, 0.5, 0.75, 1.0])]
            count = plain(len(values) / data.replicates, 0)
            rows.append([outcome(goal, lang), label("class", name, lang), count, *five])
    wide = last["life"].to_numpy()
    lead = say(
        "report_villages_lead",
        lang,
        low=plain(float(np.quantile(wide, 0.1)), 2),
        high=plain(float(np.quantile(wide, 0.9)), 2),
    )
    head = [say("report_col_goal", lang), label("grouping", "class", lang), say("report_col_villages", lang)]
    head += [say(f"report_col_{name}", lang) for name in ("worst", "quarter", "median", "three_quarters", "best")]
    table = Table(say("report_t_strip", lang), head, rows, texts=frozenset({1}))
    return Section(
        "villages", say("report_h_villages", lang), [lead, say("report_villages_synthetic", lang)], figures, [table]
    )


def _strip(by_class: Mapping[str, np.ndarray], colour: str, lang: str) -> charts.Drawing:
    dots = {
        name: values if len(values) <= _DOTS else np.quantile(values, (np.arange(_DOTS) + 0.5) / _DOTS)
        for name, values in by_class.items()
    }
    low, high = min(one[0] for one in dots.values()), max(one[-1] for one in dots.values())
    rows = []
    for name, values in by_class.items():
        marks, tallest = _stacked(dots[name], low, high, colour)
        marks.append(Mark("tick", float(np.median(values)), ORANGE, size=4))
        rows.append(Row(label("class", name, lang), marks, height=max(26.0, 2 * (tallest + 6))))
    entries = [("dot", colour, say("report_key_village", lang)), ("tick", ORANGE, say("report_key_median", lang))]
    return charts.rows_chart(rows, lambda v: plain(v, 2), entries=entries)


def _stacked(values: Sequence[float] | np.ndarray, low: float, high: float, colour: str) -> tuple[list[Mark], float]:
    """Dots at their values, those of one narrow bin stacked about the middle of the row; and how far they reach."""
    width = (high - low) / 48 or 1.0
    bins: dict[int, int] = {}
    for value in values:
        k = math.floor((float(value) - low) / width)
        bins[k] = bins.get(k, 0) + 1
    steps = max(1, max(bins.values()) // 2)
    apart = min(5.6, _REACH / steps)  # tall stacks close up, so that a row stays a row
    marks = [
        Mark(
            "dot", low + (k + 0.5) * width, colour, lift=((place + 1) // 2) * apart * (1 if place % 2 else -1), size=2.7
        )
        for k, count in bins.items()
        for place in range(count)
    ]
    tallest = steps * apart
    return marks, tallest


def _ranked(data: RunData, lang: str) -> Section:
    """Villages of a roster by name, from worst to best, with intervals over replicates."""
    figures, tables = [], []
    lead = ""
    for goal in GOALS:
        by_name = data.outcomes.last[goal].groupby("village")
        half = _half_width(by_name.var(ddof=1), data)
        means = {str(name): float(mean) for name, mean in by_name.mean().items()}
        found = [(name, mean, None if half is None else (mean - half, mean + half)) for name, mean in means.items()]
        found.sort(key=lambda entry: entry[1])
        rows = [
            [str(place), name, plain(mean, 2), span(between, "score", lang)]
            for place, (name, mean, between) in enumerate(found, 1)
        ]
        head = [
            say("report_col_place", lang),
            say("report_col_village", lang),
            say("report_col_score", lang),
            say("report_col_luck", lang),
        ]
        caption = say("report_t_ranked", lang, goal=outcome(goal, lang))
        tables.append(Table(caption, head, rows, texts=frozenset({1}), folded=len(rows) > 12))
        shown = found if len(found) <= _LISTED else [*found[: _LISTED // 2], *found[-_LISTED // 2 :]]
        drawing = _ranked_strip(shown, GOAL_COLOURS[goal], lang)
        description = say(
            "report_d_ranked",
            lang,
            goal=outcome(goal, lang),
            worst=found[0][0],
            low=plain(found[0][1], 2),
            best=found[-1][0],
            high=plain(found[-1][1], 2),
        )
        caption = "" if len(shown) == len(found) else say("report_c_ranked", lang, shown=len(shown), all=len(found))
        figures.append(
            Figure(
                f"strip-{goal}", say("report_f_ranked", lang, goal=outcome(goal, lang)), description, drawing, caption
            )
        )
        lead = lead or description
    return Section(
        "villages", say("report_h_villages", lang), [lead, say("report_villages_roster", lang)], figures, tables
    )


def _half_width(variances: pd.Series, data: RunData) -> float | None:
    """Half the width of the interval that luck leaves to a village's score, from the variance pooled over villages.

    Args:
        variances: of each village's score over replicates.
        data: of the run.

    Returns:
        ``t s √(1 + 1/R)`` with V (R − 1) degrees of freedom: where one more replicate would put it. None for a single
        replicate.
    """
    if data.replicates < 2:
        return None
    from scipy.special import stdtrit

    freedom = len(variances) * (data.replicates - 1)
    spread = math.sqrt(float(variances.mean()) * (1.0 + 1.0 / data.replicates))
    return float(stdtrit(freedom, 0.5 + data.level / 2.0)) * spread


def _ranked_strip(
    found: Sequence[tuple[str, float, tuple[float, float] | None]], colour: str, lang: str
) -> charts.Drawing:
    rows = []
    for name, mean, between in found:
        marks = [] if between is None else [Mark("thin", between[0], MUTED, between[1])]
        rows.append(Row(name, [*marks, Mark("dot", mean, colour, size=4)], height=20))
    entries = [("dot", colour, say("report_key_village", lang))]
    if any(between is not None for _, _, between in found):
        entries.append(("thin", MUTED, say("report_key_replicates_span", lang)))
    return charts.rows_chart(rows, lambda v: plain(v, 2), entries=entries)
