"""Sections on policy: what was asked and delivered, what it cost, and what changed nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ruralsim.policy.levers import LEVERS
from ruralsim.view.report import bars, charts
from ruralsim.view.report.data import RunData
from ruralsim.view.report.html import Figure, Section, Table
from ruralsim.view.report.sections_outcomes import phases_in_words
from ruralsim.view.report.svg import BLUE, MUTED, RED, SKY
from ruralsim.view.report.words import NOTHING, label, listed, plain, say, short_yuan, yuan


def policy(data: RunData, lang: str) -> Section:
    """Budgets asked and delivered, phase by phase and instrument by instrument."""
    title = say("report_h_policy", lang)
    if not data.phases:
        return Section("policy", title, [say("run_no_policy", lang)])
    spent = sum(float(one["cost"]) for one in data.facts["instruments"])
    bound = data.facts["budgets_that_bound"]
    called = {phase.name: phase.label(lang) for phase in data.phases}
    worked = sum(one["why_nothing"] is None for one in data.facts["instruments"])
    adults = sum(one[0].sum() for one in data.outcomes.heads.values()) / data.replicates
    sentences = [
        say(
            "report_policy_lead",
            lang,
            yuan=yuan(spent, lang),
            head=plain(spent / adults / (data.months / 12), 0),
            worked=worked,
            count=len(data.facts["instruments"]),
        ),
        say("report_policy_bound", lang, phases=listed((called.get(one["phase"], one["phase"]) for one in bound), lang))
        if bound
        else say("run_no_binding", lang),
        say("report_policy_phases", lang, phases=phases_in_words(data, lang)),
    ]
    frame = data.policy
    figures = [] if frame.empty else [_years(data, lang), _delivered(data, lang)]
    return Section(
        "policy",
        title,
        sentences,
        figures,
        [_phase_table(data, lang), _instrument_table(data, lang)],
        [say("report_policy_note", lang)],
    )


def _by_year(data: RunData) -> dict[int, tuple[float, float]]:
    """Yuan asked and delivered by calendar year.

    Asked is what delivering everything in that year would have cost: the running costs, and what was open of the sums
    paid once (what was paid in the year, and what the last month in which it was asked for left open).
    """
    frame = data.policy.reset_index()
    frame["year"] = [(data.start + (int(month) - 1)).year for month in frame["month"]]
    sums = {(data.start + month).year: (0.0, 0.0) for month in range(data.months)}
    for (year, _), rows in frame.groupby(["year", "instrument"]):
        left = max(0.0, float(rows["open"].iloc[-1] - rows["paid_once"].iloc[-1]))
        asked, given = sums[year]
        sums[year] = (
            asked + float(rows["running"].sum() + rows["paid_once"].sum()) + left,
            given + float(rows["cost"].sum()),
        )
    return sums


def _budgets(data: RunData, years: list[int]) -> list[float | None]:
    """Yuan that the phases in force allow in a calendar year, by twelfths; None where one of them has no limit."""
    found: list[float | None] = []
    for year in years:
        total: float | None = 0.0
        for month in range(1, data.months + 1):
            if (data.start + (month - 1)).year != year:
                continue
            for phase in data.phases:
                if phase.first <= month <= phase.last and total is not None:
                    total = None if phase.budget is None else total + phase.budget / 12
        found.append(total)
    return found


def _years(data: RunData, lang: str) -> Figure:
    sums = _by_year(data)
    years = list(sums)
    asked, given = [sums[year][0] for year in years], [sums[year][1] for year in years]
    limits = _budgets(data, years)
    entry = ("line", RED, say("report_key_budget", lang)) if any(limit is not None for limit in limits) else None
    columns = [(say("report_key_asked", lang), f"box:{MUTED}", asked), (say("report_key_delivered", lang), BLUE, given)]
    drawing = bars.bars(
        [str(year) for year in years], columns, lambda v: short_yuan(v, lang), limits if entry else (), entry
    )
    description = say("report_d_budgets", lang, asked=yuan(sum(asked), lang), given=yuan(sum(given), lang))
    return Figure("budgets", say("report_f_budgets", lang), description, drawing, say("report_c_budgets", lang))


def _delivered(data: RunData, lang: str) -> Figure:
    rows, known = [], data.library.instruments
    for one in data.facts["instruments"]:
        asked, given = float(one["asked"]), float(one["delivered"])
        marks = [
            charts.Mark("thick", 0.0, SKY, given) if given > 0 else charts.Mark("dot", 0.0, SKY, size=3),
            charts.Mark("tick", asked, MUTED),
        ]
        rows.append(charts.Row(_title(known, one["instrument"], lang), marks))
    entries = [("thick", SKY, say("report_key_given_mean", lang)), ("tick", MUTED, say("report_key_asked_mean", lang))]
    drawing = charts.rows_chart(rows, lambda v: plain(v, 1), entries=entries, limits=(0.0, 1.0))
    short = [one for one in data.facts["instruments"] if float(one["delivered"]) < float(one["asked"]) - 0.005]
    names = listed((_title(known, one["instrument"], lang) for one in short), lang)
    description = say("report_d_delivered", lang, names=names) if short else say("report_d_delivered_all", lang)
    return Figure("delivered", say("report_f_delivered", lang), description, drawing)


def _title(known: Mapping[str, Any], name: str, lang: str) -> str:
    return str(known[name].title[lang]) if name in known else name


def _phase_table(data: RunData, lang: str) -> Table:
    bound = {one["phase"]: one for one in data.facts["budgets_that_bound"]}
    rows = []
    for phase, entry in zip(data.phases, data.facts["scenario"]["phase"], strict=True):
        one = bound.get(phase.name)
        share = NOTHING if one is None else plain(100 * float(one["running_share"]), 0) + " %"
        once = NOTHING if one is None or one["once_share"] is None else plain(100 * float(one["once_share"]), 0) + " %"
        rows.append(
            [
                phase.label(lang),
                say("report_dates", lang, first=phase.dates[0], last=phase.dates[1]),
                listed((label("rollout", name, lang) for name in entry["rollout"]), lang),
                say("report_unlimited", lang) if phase.budget is None else yuan(phase.budget, lang),
                NOTHING
                if one is None
                else say(
                    "report_bound_in", lang, months=plain(float(one["months"]), 0), first=one["first"], last=one["last"]
                ),
                share,
                once,
            ]
        )
    head = [
        "",
        *(say(f"report_col_{name}", lang) for name in ("dates", "rollout", "budget", "bound", "running", "once")),
    ]
    return Table(say("report_t_phases", lang), head, rows, texts=frozenset({1, 2, 4}))


def _instrument_table(data: RunData, lang: str) -> Table:
    known = data.library.instruments
    levers = {lever.name: lever.meaning_zh if lang == "zh" else lever.meaning_en for lever in LEVERS}
    rows = []
    for one in data.facts["instruments"]:
        changed = []
        for moved in one["changed"]:
            what = _first_clause(levers.get(moved["what"]) or label("flow", moved["what"], lang))
            changed.append(what if float(moved["amount"]) >= 0 else say("report_lowered", lang, what=what))
        first, last = (one["asked_from"], one["asked_to"]) if one["asked_from"] else one["dates"]
        rows.append(
            [
                _title(known, one["instrument"], lang),
                say("report_dates", lang, first=first, last=last),
                plain(float(one["asked"]), 2),
                plain(float(one["delivered"]), 2),
                plain(float(one["villages"]), 0),
                plain(float(one["adults"]), 0),
                yuan(float(one["cost"]), lang),
                ("；" if lang == "zh" else "; ").join(changed) if changed else say("report_nothing", lang),
            ]
        )
    head = [
        "",
        *(
            say(f"report_col_{name}", lang)
            for name in ("dates", "asked", "delivered", "villages", "adults", "cost", "moved")
        ),
    ]
    return Table(say("report_t_instruments", lang), head, rows, texts=frozenset({1, 7}))


def _first_clause(text: str) -> str:
    return text.split(";")[0].split("；")[0]


def nothing(data: RunData, lang: str) -> Section:
    """Instruments that changed nothing, with their dates and the reason."""
    title = say("report_h_nothing", lang)
    idle = [one for one in data.facts["instruments"] if one["why_nothing"] is not None]
    if not idle:
        return Section("nothing", title, [say("report_all_worked" if data.phases else "run_no_policy", lang)])
    known = data.library.instruments
    rows = [
        [
            _title(known, one["instrument"], lang),
            say("report_dates", lang, first=one["dates"][0], last=one["dates"][1]),
            say(f"run_idle_{one['why_nothing']}", lang),
        ]
        for one in idle
    ]
    lead = say("report_nothing_lead", lang, count=len(idle), names=listed((row[0] for row in rows), lang))
    head = ["", say("report_col_dates", lang), say("report_col_reason", lang)]
    return Section(
        "nothing", title, [lead], (), [Table(say("report_t_nothing", lang), head, rows, texts=frozenset({1, 2}))]
    )
