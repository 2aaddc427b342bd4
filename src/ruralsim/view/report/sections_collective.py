"""Section on the collective economy and on taking part."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ruralsim.view.report.charts import Line
from ruralsim.view.report.data import RunData
from ruralsim.view.report.html import Figure, Section, Table
from ruralsim.view.report.levels import level
from ruralsim.view.report.sections_outcomes import chart, series_of, window_words
from ruralsim.view.report.svg import BLUE, INK, PURPLE
from ruralsim.view.report.words import UNITS, difference, figure, outcome, plain, say, short_yuan, yuan

if TYPE_CHECKING:
    import pandas as pd

_TAKING_PART = ("potential", "service_level", "pooled_share", "turnout", "contribution")


def _income_series(total: pd.Series, villages: int) -> list[tuple[float, float]]:
    """Operating income a village and year from monthly totals."""
    return [(float(month), 12 * float(value) / villages) for month, value in total.items()]  # type: ignore[arg-type]


def collective(data: RunData, lang: str) -> Section:
    """The collective economy and the governance potential."""
    total = data.outcomes.total.groupby("month").mean()
    villages = int(data.facts["villages"])
    ends = {
        name: (float(total[name].iloc[1 : 1 + data.window].mean()), float(total[name].iloc[-data.window :].mean()))
        for name in total
    }
    income = tuple(12 * value / villages for value in ends["operating_income"])
    potential = level(data, "potential")
    heads = sum(one[-1].sum() for one in data.outcomes.heads.values()) / data.replicates
    lead = say(
        "report_collective_lead",
        lang,
        first=yuan(income[0], lang),
        last=yuan(income[1], lang),
        head=plain(income[1] * villages / heads, 0),
        active_first=plain(ends["enterprise_active"][0], 0),
        active_last=plain(ends["enterprise_active"][1], 0),
        villages=villages,
    )
    without = data.baseline
    incomes = [Line(_income_series(total["operating_income"], villages), PURPLE, say("report_key_policy", lang))]
    potentials = [Line(series_of(data, "potential"), BLUE, say("report_key_policy", lang))]
    if without is not None:
        dashed = _income_series(without.total.groupby("month").mean()["operating_income"], villages)
        incomes.insert(0, Line(dashed, INK, say("report_key_baseline", lang), 1.6, "5 3"))
        potentials.insert(
            0, Line(series_of(data, "potential", without), INK, say("report_key_baseline", lang), 1.6, "5 3")
        )
    figures = [
        Figure(
            "income",
            say("report_f_income", lang),
            say("report_d_income", lang, first=yuan(income[0], lang), last=yuan(income[1], lang)),
            chart(data, lang, incomes, lambda v: short_yuan(v, lang)),
            say("report_c_income", lang),
        ),
        Figure(
            "potential",
            say("report_f_potential", lang),
            say("report_d_potential", lang, first=plain(potential.first, 2), last=plain(potential.last, 2)),
            chart(data, lang, potentials, lambda v: plain(v, 2)),
        ),
    ]
    rows = [
        [
            say("report_r_income", lang),
            plain(income[0], 0),
            plain(income[1], 0),
            difference(income[1] - income[0], "yuan", lang),
        ],
        *(
            [outcome(name, lang), plain(a, 0), plain(b, 0), difference(b - a, "FTE", lang)]
            for name, (a, b) in ((name, ends[name]) for name in ("enterprise_active", "collective_jobs"))
        ),
    ]
    for name in _TAKING_PART:
        one, unit = level(data, name), UNITS[name]
        rows.append(
            [
                outcome(name, lang),
                figure(one.first, unit, lang),
                figure(one.last, unit, lang),
                difference(one.change, unit, lang),
            ]
        )
    head = ["", *window_words(data, lang), say("run_change", lang)]
    if without is not None:
        head += [say("report_col_baseline", lang), say("report_col_effect", lang)]
        totals = without.total.groupby("month").mean().iloc[-data.window :].mean()
        beside = [
            12 * float(totals["operating_income"]) / villages,
            *(float(totals[name]) for name in ("enterprise_active", "collective_jobs")),
        ]
        for row, value, last in zip(
            rows, beside, [income[1], ends["enterprise_active"][1], ends["collective_jobs"][1]], strict=False
        ):
            row += [plain(value, 0), difference(last - value, "FTE", lang)]
        for row, name in zip(rows[len(beside) :], _TAKING_PART, strict=True):
            one, unit = level(data, name), UNITS[name]
            row += [figure(one.baseline, unit, lang), difference(one.effect, unit, lang)]
    return Section(
        "collective",
        say("report_h_collective", lang),
        [lead],
        figures,
        [Table(say("report_t_collective", lang), head, rows)],
    )
