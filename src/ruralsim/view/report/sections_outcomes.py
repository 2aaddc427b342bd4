"""Section on what changed: the three goals, their components, and what policy adds; and what other sections share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ruralsim.model.outcomes import GOALS
from ruralsim.view.report import charts
from ruralsim.view.report.charts import Band, Line, Mark, Row
from ruralsim.view.report.data import Outcomes, RunData
from ruralsim.view.report.html import Figure, Section, Table
from ruralsim.view.report.levels import Level, draw_ribbon, level
from ruralsim.view.report.svg import BLUE, GREEN, INK, MUTED, ORANGE, RED
from ruralsim.view.report.words import (
    UNITS,
    capital,
    difference,
    figure,
    listed,
    outcome,
    plain,
    say,
    short_outcome,
    span,
)

if TYPE_CHECKING:
    pass

GOAL_COLOURS = {"governance": BLUE, "development": RED, "life": GREEN}
#: a change of a score below this is called none
_FLAT = 0.01


def bands(data: RunData, lang: str) -> list[Band]:
    """Phases as bands of a chart."""
    return [Band(phase.label(lang), phase.first, phase.last) for phase in data.phases]


def series_of(data: RunData, name: str, of: Outcomes | None = None) -> list[tuple[float, float]]:
    """Mean over replicates of an outcome of the county, by month from 0; ``of`` may be the baseline."""
    found = (of or data.outcomes).county[name].groupby("month").mean()
    return [(float(month), float(value)) for month, value in found.items()]


def chart(
    data: RunData, lang: str, lines: list[Line], shown: charts.Format, ribbons: tuple[charts.Ribbon, ...] = ()
) -> charts.Drawing:
    """A series chart over the months of the run."""
    return charts.series(lines, bands(data, lang), data.months, data.start.year, data.start.month, shown, ribbons)


def window_words(data: RunData, lang: str) -> tuple[str, str]:
    """How the two ends that are compared are called."""
    if data.window == 12:
        return say("run_first_year", lang), say("run_last_year", lang)
    return say("run_first_months", lang, months=data.window), say("run_last_months", lang, months=data.window)


def changes(data: RunData, lang: str) -> Section:
    """What changed for villagers and for governance."""
    goals = {name: level(data, name) for name in GOALS}
    sentences = [
        capital(
            say("report_changes_lead", lang, changes=_joined([_moved(g, one, lang) for g, one in goals.items()], lang))
        )
    ]
    sentences.append(_against_baseline(data, goals, lang))
    sentences += _verdicts(goals, lang)
    sentences.append(_intervals(data, goals, lang))
    figures = [_goal_marks(data, goals, lang), *(_goal_series(data, goal, lang) for goal in GOALS)]
    return Section(
        "changes",
        say("report_h_changes", lang),
        sentences,
        figures,
        [_changes_table(data, goals, lang)],
        [say("report_scores_note", lang), *_notes(data, lang), *_beside(data, goals, lang)],
    )


def _joined(parts: list[str], lang: str) -> str:
    return ("；" if lang == "zh" else "; ").join(parts)


def _moved(goal: str, one: Level, lang: str) -> str:
    way = "flat" if abs(one.change) < _FLAT else "up" if one.change > 0 else "down"
    return say(
        f"report_moved_{way}",
        lang,
        first=plain(one.first, 2),
        last=plain(one.last, 2),
        change=difference(one.change, "score", lang),
        goal=short_outcome(goal, lang),
    )


def _against_baseline(data: RunData, goals: dict[str, Level], lang: str) -> str:
    if not data.phases:
        return say("report_is_baseline", lang)
    if any(one.effect is None for one in goals.values()):
        return say("report_no_baseline", lang)
    parts = [
        say(
            "report_effect",
            lang,
            goal=short_outcome(goal, lang),
            effect=difference(one.effect, "score", lang),
            span=span(one.effect_bounds, "score", lang, change=True),
        )
        for goal, one in goals.items()
    ]
    return say("report_baseline_lead", lang, effects=_joined(parts, lang))


def _verdicts(goals: dict[str, Level], lang: str) -> list[str]:
    """Which goals the policy makes better or worse for sure, and which stay open."""
    bounds = {goal: one.effect_bounds for goal, one in goals.items()}
    sides: dict[str, list[str]] = {"up": [], "down": [], "open": []}
    for goal, ends in bounds.items():
        if ends is None:
            return []
        sides["up" if ends[0] > 0 else "down" if ends[1] < 0 else "open"].append(short_outcome(goal, lang))
    beside = say(
        "report_beside_both" if all(one.effect_whole for one in goals.values()) else "report_beside_luck", lang
    )
    return [
        say(f"report_verdict_{side}", lang, beside=beside, goals=listed(names, lang))
        for side, names in sides.items()
        if names
    ]


def _intervals(data: RunData, goals: dict[str, Level], lang: str) -> str:
    """What the intervals hold and what they leave out."""
    fields = {"percent": plain(100 * data.level, 0)}
    if all(one.whole is not None for one in goals.values()):
        return say("report_changes_whole", lang, draws=data.uncertainty["draws"], **fields)
    if data.replicates == 1:
        return say("report_changes_no_interval", lang)
    return say("report_changes_luck_only", lang, **fields)


def _beside(data: RunData, goals: dict[str, Level], lang: str) -> list[str]:
    """Why a figure may lie outside its own interval, where one does."""
    levels = (goals.get(name) or level(data, name) for goal, names in GOALS.items() for name in (goal, *names))
    return [say("report_beside_its_range", lang)] if any(one.beside_its_range for one in levels) else []


def _notes(data: RunData, lang: str) -> list[str]:
    """Replicates, the sample of the draws, and draws that failed."""
    found = [say("report_luck_note", lang, replicates=data.replicates)] if data.replicates > 1 else []
    sample = data.uncertainty.get("sample")
    if sample and not sample["whole"]:
        found.append(say("report_sample_note", lang, villages=sample["villages"], of=sample["of_villages"]))
    failed = data.uncertainty.get("failed") or []
    if failed:
        found.append(say("report_failed_note", lang, failed=len(failed), message=failed[0]["message"]))
    return found


def _goal_marks(data: RunData, goals: dict[str, Level], lang: str) -> Figure:
    rows, found = [], list(goals.values())
    for goal, one in goals.items():
        marks = []
        if one.whole:
            marks.append(Mark("thin", one.whole[0], GOAL_COLOURS[goal], one.whole[1]))
        if one.luck:
            marks.append(Mark("thick", one.luck[0], "#b9c2d0", one.luck[1]))
        marks += [
            Mark("ring", one.first, GOAL_COLOURS[goal], lift=12, size=5.5),
            Mark("dot", one.last, GOAL_COLOURS[goal], size=4.5),
        ]
        if one.baseline is not None:
            marks.append(Mark("diamond", one.baseline, ORANGE, lift=12, size=3))
        rows.append(Row(outcome(goal, lang), marks, height=48))
    first, last = window_words(data, lang)
    entries = [("ring", MUTED, first), ("dot", MUTED, last)]
    entries += (
        [("thick", "#b9c2d0", say("report_key_luck", lang, percent=plain(100 * data.level, 0)))]
        if any(one.luck for one in found)
        else []
    )
    entries += (
        [("thin", MUTED, say("report_key_whole", lang, percent=plain(100 * data.level, 0)))]
        if any(one.whole for one in found)
        else []
    )
    entries += (
        [("diamond", ORANGE, say("report_key_baseline", lang))]
        if any(one.baseline is not None for one in found)
        else []
    )
    drawing = charts.rows_chart(rows, lambda v: plain(v, 2), entries=entries)
    text = _joined([_moved(goal, one, lang) for goal, one in goals.items()], lang)
    return Figure("goals", say("report_f_goals", lang), say("report_d_goals", lang, changes=text), drawing)


def _goal_series(data: RunData, goal: str, lang: str) -> Figure:
    colour = GOAL_COLOURS[goal]
    lines = []
    if data.replicates > 1:
        for _, one in data.outcomes.county[goal].groupby("replicate"):
            points = [(float(month), float(value)) for (_, month), value in one.items()]
            lines.append(Line(points, colour, width=0.8, opacity=0.35))
        lines[0] = Line(lines[0].points, colour, say("report_key_replicates", lang), 0.8, opacity=0.35)
    mean = series_of(data, goal)
    if data.baseline is not None:
        lines.append(Line(series_of(data, goal, data.baseline), INK, say("report_key_baseline", lang), 1.6, "5 3"))
    lines.append(Line(mean, colour, say("report_key_mean", lang)))
    drawn = draw_ribbon(data, goal)
    ribbons = (
        (charts.Ribbon(drawn, colour, say("report_key_draws", lang, percent=plain(100 * data.level, 0))),)
        if drawn
        else ()
    )
    first, last = mean[0][1], mean[-1][1]
    return Figure(
        f"series-{goal}",
        say("report_f_series", lang, goal=outcome(goal, lang)),
        say(
            "report_d_series",
            lang,
            goal=outcome(goal, lang),
            first=plain(first, 2),
            last=plain(last, 2),
            phases=phases_in_words(data, lang),
        ),
        chart(data, lang, lines, lambda v: plain(v, 2), ribbons),
    )


def phases_in_words(data: RunData, lang: str) -> str:
    """The phases with their dates, in one text."""
    if not data.phases:
        return say("report_no_phases", lang)
    parts = [
        say("report_phase", lang, name=one.label(lang), first=one.dates[0], last=one.dates[1]) for one in data.phases
    ]
    return ("，" if lang == "zh" else ", ").join(parts)


def _changes_table(data: RunData, goals: dict[str, Level], lang: str) -> Table:
    levels = {name: goals.get(name) or level(data, name) for goal, names in GOALS.items() for name in (goal, *names)}
    luck = any(one.luck for one in levels.values())
    whole = any(one.whole for one in levels.values())
    effect = any(one.effect is not None for one in levels.values())
    head = ["", *window_words(data, lang), say("run_change", lang)]
    head += [say("report_col_luck", lang)] if luck else []
    head += [say("report_col_whole", lang)] if whole else []
    head += (
        [say("report_col_baseline", lang), say("report_col_effect", lang), say("report_col_effect_span", lang)]
        if effect
        else []
    )
    rows: list[list[str]] = []
    bold: set[int] = set()
    for name, one in levels.items():
        unit = UNITS[name]
        if name in GOALS:
            bold.add(len(rows))
        row = [
            outcome(name, lang),
            figure(one.first, unit, lang),
            figure(one.last, unit, lang),
            difference(one.change, unit, lang),
        ]
        row += [span(one.luck, unit, lang)] if luck else []
        row += [span(one.whole, unit, lang)] if whole else []
        if effect:
            row += [
                figure(one.baseline, unit, lang),
                difference(one.effect, unit, lang),
                span(one.effect_bounds, unit, lang, change=True),
            ]
        rows.append(row)
    return Table(say("report_t_changes", lang), head, rows, frozenset(bold))
