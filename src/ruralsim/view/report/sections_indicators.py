"""Section on indicators: reported beside true values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from ruralsim.view.report import charts
from ruralsim.view.report.charts import Line, Mark, Row
from ruralsim.view.report.data import RunData
from ruralsim.view.report.html import Figure, Section, Table
from ruralsim.view.report.sections_outcomes import chart
from ruralsim.view.report.svg import BLUE, MUTED, RED
from ruralsim.view.report.words import NOTHING, difference, label, plain, say

if TYPE_CHECKING:
    import pandas as pd

#: a report this much above the truth is called too high
_HIGH = 0.02


def indicators(data: RunData, lang: str) -> Section:
    """Reported beside true values, by indicator, over the last months compared."""
    frame = data.indicators
    if frame.empty:
        return Section("indicators", say("report_h_indicators", lang), [say("report_no_indicators", lang)])
    months = sorted(frame.index.get_level_values("month").unique())
    recent = [month for month in months if month > data.months - data.window] or months[-1:]
    ends = frame.loc[recent].groupby("indicator", sort=False)[["true", "reported", "target"]].mean()
    ends = ends.assign(gap=ends["reported"] - ends["true"], tier=frame.loc[recent[-1]]["tier"])
    ends = ends.sort_values("gap", ascending=False)
    known = _item_titles(data, lang)
    ends.index = [known.get(str(name), str(name)) for name in ends.index]
    lead = _lead(ends, lang)
    return Section(
        "indicators",
        say("report_h_indicators", lang),
        [lead],
        [_by_item(ends, lead, lang), _by_month(data, lead, lang)],
        [_table(ends, lang)],
        [say("report_indicators_note", lang)],
    )


def _lead(ends: pd.DataFrame, lang: str) -> str:
    above = int((ends["gap"] > _HIGH).sum())
    return say(
        "report_indicators_lead" if above else "report_indicators_none",
        lang,
        gap=difference(float(ends["gap"].mean()), "1", lang),
        count=len(ends),
        above=above,
        worst=ends.index[0],
        worst_gap=difference(float(ends["gap"].iloc[0]), "1", lang),
    )


def _by_item(ends: pd.DataFrame, lead: str, lang: str) -> Figure:
    rows = []
    for title, row in ends.iterrows():
        marks = [Mark("thick", min(row["true"], row["reported"]), "#dfe4ec", max(row["true"], row["reported"]))]
        if row["target"] == row["target"]:
            marks.append(Mark("tick", row["target"], MUTED))
        marks += [Mark("dot", row["true"], BLUE, size=5), Mark("diamond", row["reported"], RED, size=4.5)]
        rows.append(Row(str(title), marks))
    entries = [("dot", BLUE, say("report_key_true", lang)), ("diamond", RED, say("report_key_reported", lang))]
    if ends["target"].notna().any():
        entries.append(("tick", MUTED, say("report_key_target", lang)))
    drawing = charts.rows_chart(rows, lambda v: plain(v, 1), entries=entries)
    return Figure("indicators", say("report_f_indicators", lang), lead, drawing)


def _by_month(data: RunData, lead: str, lang: str) -> Figure:
    by_month = data.indicators.groupby("month")[["true", "reported"]].mean()
    lines = [
        Line(
            [(float(m), float(v)) for m, v in by_month[name].items()],
            colour,
            say(f"report_key_{name}", lang),
            dash=dash,
        )
        for name, colour, dash in (("true", BLUE, ""), ("reported", RED, "6 3"))
    ]
    drawing = chart(data, lang, lines, lambda v: plain(v, 2))
    return Figure("gap", say("report_f_gap", lang), lead, drawing, say("report_c_gap", lang))


def _table(ends: pd.DataFrame, lang: str) -> Table:
    rows = [
        [
            str(title),
            label("tier", str(row["tier"]), lang),
            *(plain(row[key], 3) for key in ("true", "reported")),
            difference(row["gap"], "1", lang),
            plain(row["target"], 3) if row["target"] == row["target"] else NOTHING,
        ]
        for title, row in ends.iterrows()
    ]
    head = ["", *(say(f"report_col_{name}", lang) for name in ("tier", "true", "reported", "gap", "target"))]
    return Table(say("report_t_indicators", lang), head, rows, texts=frozenset({1}), folded=len(rows) > 12)


def _item_titles(data: RunData, lang: str) -> Mapping[str, str]:
    framework = data.library.frameworks.get(data.facts["scenario"]["framework"]["name"])
    return {} if framework is None else {item.id: item.title[lang] for item in framework.items}
