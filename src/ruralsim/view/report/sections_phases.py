"""Sections of the page of plans: which is better, for whom, at what money, how robust, and what a search found."""

from __future__ import annotations

from ruralsim.analysis.compare import Difference
from ruralsim.analysis.plan_trace import Bound
from ruralsim.model.outcomes import GOALS
from ruralsim.state.columns import ROLLOUT
from ruralsim.view.report import charts
from ruralsim.view.report.charts import Mark, Row
from ruralsim.view.report.html import Figure, Section, Table
from ruralsim.view.report.phase_study import NO_TEACHING, PhaseStudy
from ruralsim.view.report.sections_plan_triggers import plan_triggers
from ruralsim.view.report.sections_robust import failing_section, robust_section
from ruralsim.view.report.sections_search import search_section
from ruralsim.view.report.svg import BLUE, GREEN, MUTED, ORANGE
from ruralsim.view.report.words import NOTHING, difference, label, listed, outcome, plain, say, span, yuan

_COLOURS = dict(zip(GOALS, (BLUE, GREEN, ORANGE), strict=True))
_PALE = "#c9d2dd"


def phase_sections(study: PhaseStudy, lang: str) -> list[Section]:
    """All sections in order; those that there is nothing for are left out."""
    found = [
        build(study, lang)
        for build in (_better, _money, plan_triggers, _classes, _teaching, robust_section, failing_section,
                      search_section)
    ]  # fmt: skip
    return [one for one in found if one is not None]


def _headline(one: Difference) -> tuple[float, float] | None:
    low, high = (one.low, one.high) if one.low is not None else (one.low_luck, one.high_luck)
    return None if low is None or high is None else (low, high)


def goal_cell(one: Difference, lang: str) -> str:
    """A difference with its headline interval."""
    bounds = _headline(one)
    return difference(one.mean, one.unit, lang) + (
        "" if bounds is None else f" ({span(bounds, one.unit, lang, change=True)})"
    )


def better_sentences(study: PhaseStudy, lang: str) -> list[str]:
    """Say for every plan in which goals it is surely better or worse than the first, or that this is open."""
    lines = []
    for name in study.others:
        goals = study.goals(name)
        parts = []
        for sign, code in ((1, "phases_up"), (-1, "phases_down"), (0, "phases_open")):
            chosen = [outcome(goal, lang) for goal, one in goals.items() if one.sure == sign]
            if chosen:
                parts.append(say(code, lang, goals=listed(chosen, lang)))
        text = ("；" if lang == "zh" else "; ").join(parts)
        lines.append(say("phases_verdict", lang, plan=study.title(name, lang), text=text))
    return lines


def _better(study: PhaseStudy, lang: str) -> Section:
    first = study.title(study.first, lang)
    rows, figures = [], []
    for name in study.others:
        goals = study.goals(name)
        rows.append([study.title(name, lang), *(goal_cell(goals[goal], lang) for goal in GOALS)])
    for goal in GOALS:
        marks = []
        for name in study.others:
            one, colour = study.goals(name)[goal], _COLOURS[goal]
            drawn = [Mark("thin", one.low, colour, one.high)] if one.low is not None and one.high is not None else []
            if one.low_luck is not None and one.high_luck is not None:
                drawn.append(Mark("thick", one.low_luck, _PALE, one.high_luck))
            marks.append(Row(study.title(name, lang), [*drawn, Mark("dot", one.mean, colour)]))
        entries = [("dot", MUTED, say("compare_key_mean", lang)), ("thick", _PALE, say("compare_key_luck", lang)),
                   ("thin", MUTED, say("compare_key_whole", lang))]  # fmt: skip
        drawing = charts.rows_chart(marks, lambda v: plain(v, 3), 0.0, entries)
        title = say("phases_f_goal", lang, goal=outcome(goal, lang), plan=first)
        figures.append(Figure(f"plans-{goal}", title, title, drawing))
    about = say(
        "phases_about",
        lang,
        plan=first,
        yuan=yuan(study.money / 100, lang),
        rate=plain(100 * study.discount, 1),
        years=plain(study.horizon / 12, 1),
        after=plain(study.after / 12, 1),
    )
    head = ["", *(outcome(goal, lang) for goal in GOALS)]
    return Section("plans", say("phases_h_plans", lang), [*better_sentences(study, lang), about], figures,
                   [Table(say("phases_t_plans", lang, plan=first), head, rows)])  # fmt: skip


def money_row(study: PhaseStudy, name: str, lang: str) -> list[str]:
    """A plan's money: granted, spent, left, and where its budgets bound."""
    trace = study.traces[name]
    scenario = next(one.scenario for one in study.plans if one.name == name)
    known = {one.name: one.label(lang) for one in (*scenario.phases, *scenario.reserves)}
    bound = [_bound(known.get(phase, phase), found, lang) for phase, found in trace.bound.items()]
    return [study.title(name, lang), yuan(trace.granted, lang), yuan(trace.spent, lang),
            plain(100 * trace.unspent, 0) + " %", listed(bound, lang) or say("phases_never", lang)]  # fmt: skip


def _bound(phase: str, found: Bound, lang: str) -> str:
    parts = [say(code, lang, percent=plain(100 * share, 0))
             for code, share in (("run_bound_running", found.running), ("run_bound_once", found.once))
             if share is not None and share < 1.0]  # fmt: skip
    return say("phases_bound", lang, phase=phase, months=found.months, shares=listed(parts, lang))


def moved_money(study: PhaseStudy, lang: str) -> list[str]:
    """Say which plans granted another sum than on the dates as written, because triggers moved their steps."""
    lines = []
    for one in study.plans:
        granted = study.traces[one.name].granted
        if round(100 * granted) != study.money:
            fields = {"plan": study.title(one.name, lang), "granted": yuan(granted, lang)}
            lines.append(say("phases_moved_money", lang, **fields, written=yuan(study.money / 100, lang)))
    return lines


def money_head(lang: str) -> list[str]:
    """Head of a table of :func:`money_row`."""
    return ["", *(say(f"phases_col_{name}", lang) for name in ("granted", "spent", "unspent", "bound"))]


def _money(study: PhaseStudy, lang: str) -> Section:
    rows = [money_row(study, one.name, lang) for one in study.plans]
    parts = [trace.spent for trace in study.traces.values()]
    notes = [say("phases_money_unspent", lang)] if max(parts) > 1.05 * min(parts) else []
    lines = [say("phases_money", lang), *moved_money(study, lang), *notes]
    return Section("money", say("phases_h_money", lang), lines, (),
                   [Table(say("phases_t_money", lang), money_head(lang), rows, texts=frozenset({4}))])  # fmt: skip


def _classes(study: PhaseStudy, lang: str) -> Section:
    head = ["", *(label("rollout", name, lang) for name in ROLLOUT), say("phases_col_villages", lang)]
    tables = []
    for goal in GOALS:
        rows = []
        for name in study.others:
            by_class = [study.goals(name, ("rollout", group)).get(goal) for group in ROLLOUT]
            shares = [one for one in study.comparison.villages if (one.scenario, one.outcome) == (name, goal)]
            counted = NOTHING
            if shares:
                counted = f"{plain(100 * shares[0].better, 0)} % / {plain(100 * shares[0].worse, 0)} %"
            rows.append(
                [
                    study.title(name, lang),
                    *(NOTHING if one is None else goal_cell(one, lang) for one in by_class),
                    counted,
                ]
            )
        tables.append(Table(say("phases_t_classes", lang, goal=outcome(goal, lang)), head, rows))
    return Section("classes", say("phases_h_classes", lang), [say("phases_classes", lang)], (), tables)


def _teaching(study: PhaseStudy, lang: str) -> Section | None:
    """What other villages learn from demonstration villages, and what they forgo for them."""
    lines = []
    for name, code in ((NO_TEACHING, "phases_taught"), ("everywhere", "phases_cost_others")):
        parts = []
        for group in ROLLOUT[1:]:
            goals = study.goals(name, ("rollout", group))
            added = [f"{outcome(goal, lang)} {difference(-one.mean, one.unit, lang)}" for goal, one in goals.items()]
            if added:
                parts.append(say("phases_part", lang, group=label("rollout", group, lang), text=listed(added, lang)))
        if parts:
            lines.append(say(code, lang, text=("；" if lang == "zh" else "; ").join(parts)))
    return Section("teaching", say("phases_h_teaching", lang), lines) if lines else None
