"""Sections of the page of plans: which is better, for whom, at what money, how robust, and what a search found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from ruralsim.analysis.compare import Comparison, Difference
from ruralsim.analysis.plan_search import Searched
from ruralsim.analysis.plan_trace import Trace
from ruralsim.analysis.plans import NOTHING as NO_POLICY
from ruralsim.analysis.plans import Candidate, in_order
from ruralsim.analysis.robustness import Region, Robust
from ruralsim.experiments.series import COUNTY
from ruralsim.model.outcomes import GOALS
from ruralsim.policy.library import library_of
from ruralsim.spec.scenario import Scenario
from ruralsim.state.columns import ROLLOUT
from ruralsim.view.report import charts
from ruralsim.view.report.charts import Mark, Row
from ruralsim.view.report.html import Figure, Section, Table
from ruralsim.view.report.svg import BLUE, GREEN, INK, MUTED, ORANGE, WIDTH, Drawing, legend, nice_ticks
from ruralsim.view.report.words import NOTHING, difference, label, listed, outcome, plain, say, span, yuan

_COLOURS = dict(zip(GOALS, (BLUE, GREEN, ORANGE), strict=True))
_PALE = "#c9d2dd"
NO_TEACHING = "no-teaching"


@dataclass
class PhaseStudy:
    """All that is known of some plans.

    Args:
        plans: by name; the first is the one that others are compared with.
        comparison: means over the horizon.
        money: present value granted, fen; discount: a year; horizon: months; after: months after the last phase.
        traces: by plan.
        robust: over contexts; contexts: how many.
        regions: by plan, where it fails; None where no conditions were found; absent where there was too little to ask.
        searched: None where no search was asked for.
    """

    plans: Sequence[Candidate]
    comparison: Comparison
    money: int
    discount: float
    horizon: int
    after: int
    traces: Mapping[str, Trace]
    robust: Sequence[Robust] = ()
    contexts: int = 0
    regions: Mapping[str, Region | None] = field(default_factory=dict)
    searched: Searched | None = None

    def title(self, name: str, lang: str) -> str:
        """Title of a plan; that of no policy where none has the name."""
        for one in self.plans:
            if one.name == name:
                return one.title.get(lang) or name
        return say("phases_plan_nothing", lang) if name == NO_POLICY else name

    @property
    def first(self) -> str:
        """Name of the plan that the others are compared with."""
        return self.plans[0].name

    def goals(self, name: str, grouping: tuple[str, str] = COUNTY) -> dict[str, Difference]:
        """Differences of a plan from the first, by goal, in the county or in a class of villages."""
        found = self.comparison.last(grouping=grouping[0], scenario=name)
        return {one.outcome: one for one in found if one.group == grouping[1] and one.outcome in GOALS}

    @property
    def others(self) -> list[str]:
        """Names of what is compared with the first plan, no policy last."""
        return [one.name for one in self.plans[1:]] + [NO_POLICY]


def phase_sections(study: PhaseStudy, lang: str) -> list[Section]:
    """All sections in order; those that there is nothing for are left out."""
    found = [_better(study, lang), _money(study, lang), _triggers(study, lang), _classes(study, lang),
             _teaching(study, lang), _robust(study, lang), _failing(study, lang), _search(study, lang)]  # fmt: skip
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
    bound = [say("phases_bound", lang, phase=phase, months=months, share=plain(100 * share, 0))
             for phase, (months, share) in trace.bound.items()]  # fmt: skip
    return [study.title(name, lang), yuan(study.money / 100, lang), yuan(trace.spent, lang),
            plain(100 * trace.unspent, 0) + " %", listed(bound, lang) or say("phases_never", lang)]  # fmt: skip


def money_head(lang: str) -> list[str]:
    """Head of a table of :func:`money_row`."""
    return ["", *(say(f"phases_col_{name}", lang) for name in ("granted", "spent", "unspent", "bound"))]


def _money(study: PhaseStudy, lang: str) -> Section:
    rows = [money_row(study, one.name, lang) for one in study.plans]
    parts = [trace.spent for trace in study.traces.values()]
    notes = [say("phases_money_unspent", lang)] if max(parts) > 1.05 * min(parts) else []
    return Section("money", say("phases_h_money", lang), [say("phases_money", lang), *notes], (),
                   [Table(say("phases_t_money", lang), money_head(lang), rows, texts=frozenset({4}))])  # fmt: skip


def trigger_sentences(study: PhaseStudy, lang: str) -> list[str]:
    """Say which triggers fired when, on what reading, and whether window-dressing set them off."""
    lines = []
    for plan in study.plans:
        start = plan.scenario.start
        for one in study.traces[plan.name].fired:
            fields = {"plan": study.title(plan.name, lang), "name": one.name, "month": str(start + (one.month - 1)),
                      "reported": NOTHING if one.reported is None else plain(one.reported, 3),
                      "true": NOTHING if one.true is None else plain(one.true, 3)}  # fmt: skip
            lines.append(say("phases_fired", lang, **fields))
            if one.fooled:
                then = say("phases_never_true", lang)
                if one.on_truth is not None:
                    then = say("phases_true_at", lang, month=str(start + (one.on_truth - 1)))
                lines.append(say("phases_fooled", lang, name=one.name, then=then))
        fired = {one.name for one in study.traces[plan.name].fired}
        silent = [one.name for one in plan.scenario.triggers if one.name not in fired]
        if silent:
            lines.append(say("phases_silent", lang, plan=study.title(plan.name, lang), names=listed(silent, lang)))
    return lines


def _triggers(study: PhaseStudy, lang: str) -> Section | None:
    lines = trigger_sentences(study, lang)
    return (
        Section("triggers", say("phases_h_triggers", lang), lines, notes=[say("phases_first_luck", lang)])
        if lines
        else None
    )


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


def robust_row(study: PhaseStudy, one: Robust, lang: str) -> list[str]:
    """A plan's robustness as texts."""
    numbers = (plain(one.mean, 3), plain(one.worst, 3), plain(one.regret_mean, 4), plain(one.regret_high, 4),
               plain(one.regret_max, 4))  # fmt: skip
    return [
        study.title(one.name, lang),
        *numbers,
        f"{plain(100 * one.best, 0)} %",
        f"{plain(100 * one.satisfied, 0)} %",
    ]


def robust_head(lang: str) -> list[str]:
    """Head of a table of :func:`robust_row`."""
    names = ("mean", "worst", "regret_mean", "regret_high", "regret_max", "best", "satisfied")
    return ["", *(say(f"phases_col_{name}", lang) for name in names)]


def _robust(study: PhaseStudy, lang: str) -> Section | None:
    if not study.robust:
        return None
    least = min(study.robust, key=lambda one: (one.regret_high, one.name))
    safest = max(study.robust, key=lambda one: (one.satisfied, -one.regret_high, one.name))
    lines = [say("phases_robust_regret", lang, plan=study.title(least.name, lang), regret=plain(least.regret_high, 4)),
             say("phases_robust_satisfied", lang, plan=study.title(safest.name, lang),
                 share=plain(100 * safest.satisfied, 0)),
             say("phases_robust_about", lang, contexts=study.contexts)]  # fmt: skip
    rows = [Row(study.title(one.name, lang), [Mark("thin", one.regret_mean, BLUE, one.regret_max),
                                              Mark("diamond", one.regret_high, BLUE),
                                              Mark("dot", one.regret_mean, INK)])
            for one in study.robust]  # fmt: skip
    entries = [("dot", INK, say("phases_col_regret_mean", lang)),
               ("diamond", BLUE, say("phases_col_regret_high", lang)),
               ("thin", BLUE, say("phases_col_regret_max", lang))]  # fmt: skip
    drawing = charts.rows_chart(rows, lambda v: plain(v, 3), 0.0, entries)
    title = say("phases_f_regret", lang)
    table = Table(
        say("phases_t_robust", lang), robust_head(lang), [robust_row(study, one, lang) for one in study.robust]
    )
    return Section("robust", say("phases_h_robust", lang), lines, [Figure("regret", title, lines[0], drawing)], [table])


def failing_sentences(study: PhaseStudy, lang: str) -> list[str]:
    """Say under which conditions each plan fails."""
    lines = []
    for name, region in study.regions.items():
        plan = study.title(name, lang)
        if region is None:
            lines.append(say("phases_no_region", lang, plan=plan))
            continue
        limits = [say("phases_limit", lang, name=factor, low=f"{low:.4g}", high=f"{high:.4g}")
                  for factor, (low, high) in region.limits.items()]  # fmt: skip
        lines.append(say("phases_region", lang, plan=plan, limits=listed(limits, lang),
                         coverage=plain(100 * region.coverage, 0), density=plain(100 * region.density, 0),
                         base=plain(100 * region.base, 0)))  # fmt: skip
    return lines


def _failing(study: PhaseStudy, lang: str) -> Section | None:
    lines = failing_sentences(study, lang)
    return (
        Section("failing", say("phases_h_failing", lang), lines, notes=[say("phases_failing_note", lang)])
        if lines
        else None
    )


def plan_words(scenario: Scenario, lang: str) -> list[str]:
    """A plan in words: a sentence for each phase."""
    found = []
    for one in in_order(scenario.phases):
        where = say("trigger_everywhere", lang) if one.rollout == ("all",) else listed(
            (label("rollout", name, lang) for name in one.rollout), lang)  # fmt: skip
        money = say("check_no_limit", lang) if one.budget is None else yuan(one.budget, lang)
        mix = sorted(one.instruments.items(), key=lambda item: (-item[1], item[0]))[:5]
        known = library_of(scenario).instruments
        names = [f"{known[name].title[lang]} {plain(u, 2)}" for name, u in mix]
        left = len(one.instruments) - len(mix)
        more = say("phases_more", lang, count=left) if left > 0 else ""
        found.append(say("phases_in_words", lang, first=str(one.start), last=str(one.end), where=where, money=money,
                         mix=listed(names, lang), more=more))  # fmt: skip
    return found


def _search(study: PhaseStudy, lang: str) -> Section | None:
    found = study.searched
    if found is None:
        return None
    lines = [say("phases_search_lead", lang, plans=len(found.judged), front=len(found.front),
                 runs=plain(found.runs, 0)),
             say("phases_search_curse", lang, curse=plain(found.curse, 4))]  # fmt: skip
    points = []
    rows = []
    for number, one in enumerate(found.winners, start=1):
        title = say(f"phases_plan_found_{one.why}", lang, number=number)
        text = ("。" if lang == "zh" else ". ").join(plan_words(one.scenario, lang))
        points.append(f"{title}: {text}" if lang == "en" else f"{title}：{text}")
        for place, numbers in (("chosen", one.chosen_on), ("fresh", one.fresh)):
            cells = [difference(value, "score", lang) for value in numbers]
            if place == "fresh":
                cells = [f"{cell} ({span((low, high), 'score', lang, change=True)})"
                         for cell, low, high in zip(cells, one.low, one.high, strict=True)]  # fmt: skip
            rows.append([f"{title}, {say(f'phases_col_{place}', lang)}", *cells])
    figures = [_scatter(found, a, b, lang) for a, b in ((0, 1), (0, 2), (1, 2))]
    head = ["", *(outcome(goal, lang) for goal in GOALS)]
    return Section("search", say("phases_h_search", lang), lines, figures,
                   [Table(say("phases_t_search", lang), head, rows)], points=points)  # fmt: skip


def _scatter(found: Searched, a: int, b: int, lang: str) -> Figure:
    """Every plan judged, in two goals; the frontier stands out, the plan as written too."""
    names = list(GOALS)
    height, left, top = 300.0, 62.0, 14.0
    drawing = Drawing(height + 40)
    right, bottom = WIDTH - 16, height - 30
    xs, ys = found.judged[:, a].tolist(), found.judged[:, b].tolist()
    across, up = nice_ticks(min(xs), max(xs), 5), nice_ticks(min(ys), max(ys), 5)

    def x(value: float) -> float:
        return left + (right - left) * (value - across[0]) / (across[-1] - across[0])

    def y(value: float) -> float:
        return bottom - (bottom - top) * (value - up[0]) / (up[-1] - up[0])

    for tick in across:
        drawing.line(x(tick), top, x(tick), bottom)
        drawing.text(x(tick), bottom + 16, plain(tick, 3), "middle", 11.5, MUTED)
    for tick in up:
        drawing.line(left, y(tick), right, y(tick))
        drawing.text(left - 6, y(tick) + 4, plain(tick, 3), "end", 11.5, MUTED)
    front = set(found.front.tolist())
    for k, (one, other) in enumerate(zip(xs, ys, strict=True)):
        if k not in front:
            drawing.mark("dot", x(one), y(other), _PALE, 3.2)
    for k in sorted(front):
        drawing.mark("dot", x(xs[k]), y(ys[k]), BLUE, 4.2)
    drawing.mark("diamond", x(found.written[a]), y(found.written[b]), ORANGE, 5.0)
    drawing.text((left + right) / 2, bottom + 36, say("phases_axis", lang, goal=outcome(names[a], lang)), "middle", 12)
    drawing.text(left - 52, top - 2, say("phases_axis", lang, goal=outcome(names[b], lang)), size=12)
    legend(drawing, 10, height + 14, [("dot", BLUE, say("phases_key_front", lang)),
                  ("dot", _PALE, say("phases_key_judged", lang)),
                  ("diamond", ORANGE, say("phases_plan_written", lang))],
                  WIDTH - 20)  # fmt: skip
    title = say("phases_f_tradeoff", lang, one=outcome(names[a], lang), other=outcome(names[b], lang))
    return Figure(f"tradeoff-{names[a]}-{names[b]}", title, title, drawing)
