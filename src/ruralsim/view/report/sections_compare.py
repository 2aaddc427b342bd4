"""Scenarios beside each other as parts of a page: what differs, who gains and who loses, when, and how sure that is."""

from __future__ import annotations

from collections.abc import Sequence

from ruralsim.analysis.compare import Comparison, Difference
from ruralsim.experiments.design import Design
from ruralsim.experiments.series import COUNTY, PEOPLE_SERIES, UNITS, years_of
from ruralsim.model.outcomes import GOALPOSTS, GOALS
from ruralsim.view.report import charts
from ruralsim.view.report.charts import Line, Mark, Ribbon, Row
from ruralsim.view.report.html import Figure, Section, Table
from ruralsim.view.report.svg import BLUE, GREEN, MUTED, ORANGE, PURPLE
from ruralsim.view.report.words import (
    NOTHING,
    difference,
    label,
    listed,
    outcome,
    plain,
    say,
    short_outcome,
    span,
    yuan,
)
from ruralsim.view.report.words import figure as level

_COLOURS = {"governance": BLUE, "development": ORANGE, "life": GREEN}
_PALE = "#b9c2d0"
_VILLAGES = ("class", "rollout", "form")
_PERSONS = ("age", "membership", "residence")
_LOW = 2.0  # common random numbers that gain less than this are spoken of


def shown_outcomes(design: Design) -> list[str]:
    """The three goals, each before its components, then what else the design wants to see."""
    found = [name for goal, names in GOALS.items() for name in (goal, *names)]
    return found + [name for name in design.outcomes if name not in found]


def compare_sections(design: Design, comparison: Comparison, lang: str) -> list[Section]:
    """All sections: for every arm what differs, who gains and when, then how sure.

    Args:
        design: of the experiment.
        comparison: its arms against its baseline.
        lang: ``en`` or ``zh``.
    """
    found = []
    several = len(design.contexts) > 1
    for number, arm in enumerate(one for one in design.arms if one.name != comparison.against):
        for context in design.contexts:
            own = [d for d in comparison.differences if d.scenario == arm.name and d.context == context]
            if not own:
                continue
            title = design.arm_title(arm.name, lang) + (f", {context_title(design, context, lang)}" if several else "")
            name = f"{number}-{design.contexts.index(context)}"
            found += [
                _differences(design, comparison, own, title, name, lang),
                *_groups(comparison, own, title, name, lang),
                *_years(design, own, title, name, lang),
            ]
    return [*found, _luck(design, comparison, lang)]


def context_title(design: Design, context: str, lang: str) -> str:
    """Title of a context; its name where it has none."""
    return design.context_titles.get(context, {}).get(lang) or context


def _end(own: Sequence[Difference], grouping: str = COUNTY[0]) -> list[Difference]:
    last = max(one.year for one in own)
    return [one for one in own if one.year == last and one.grouping == grouping]


def verdicts(own: Sequence[Difference], title: str, lang: str) -> list[str]:
    """Which goals are better or worse for sure, and which stay open.

    Args:
        own: differences of one arm at the end, of the county.
        title: of the arm.
    """
    goals = [one for one in own if one.outcome in GOALS]
    if not goals or goals[0].low_luck is None:
        return [say("compare_gain_one", lang)]
    beside = say("compare_beside_both" if goals[0].low is not None else "compare_beside_luck", lang)
    found = []
    for side, sign in (("up", 1), ("down", -1), ("open", 0)):
        names = [short_outcome(one.outcome, lang) for one in goals if one.sure == sign]
        if names:
            found.append(say(f"compare_lead_{side}", lang, scenario=title, beside=beside, goals=listed(names, lang)))
    return found


def _against(design: Design, lang: str) -> str:
    return design.arm_title(design.against, lang)


def _bounds(low: float | None, high: float | None) -> tuple[float, float] | None:
    return None if low is None or high is None else (low, high)


def _differences(
    design: Design, comparison: Comparison, own: Sequence[Difference], title: str, name: str, lang: str
) -> Section:
    end = {one.outcome: one for one in _end(own)}
    rows: list[list[str]] = []
    bold: set[int] = set()
    for key in shown_outcomes(design):
        one = end[key]
        bold |= {len(rows)} if key in GOALS else set()
        rows.append(difference_row(one, outcome(key, lang), lang))
    cost = spent_text(comparison, own[0].scenario, own[0].context, lang)
    return Section(
        f"differences-{name}",
        say("compare_h_difference", lang, scenario=title, against=_against(design, lang)),
        [*verdicts(list(end.values()), title, lang), cost, say("compare_end", lang)],
        [_goal_figure(design, end, name, lang)],
        [Table(say("compare_t_difference", lang), difference_head(lang), rows, frozenset(bold))],
    )


def difference_head(lang: str) -> list[str]:
    """Head of a table of :func:`difference_row`."""
    columns = ("level", "against", "difference", "headline", "luck", "needed")
    return [say("compare_col_outcome", lang), *(say(f"compare_col_{column}", lang) for column in columns)]


def difference_row(one: Difference, title: str, lang: str) -> list[str]:
    """A difference as texts: levels, difference, both intervals, replicates needed."""
    return [
        title, level(one.level, one.unit, lang), level(one.level_against, one.unit, lang),
        difference(one.mean, one.unit, lang),
        span(_bounds(one.low, one.high), one.unit, lang, change=True),
        span(_bounds(one.low_luck, one.high_luck), one.unit, lang, change=True),
        NOTHING if one.needed is None else plain(one.needed, 0),
    ]  # fmt: skip


def _marks(one: Difference, colour: str) -> list[Mark]:
    marks = []
    if one.low is not None and one.high is not None:
        marks.append(Mark("thin", one.low, colour, one.high))
    if one.low_luck is not None and one.high_luck is not None:
        marks.append(Mark("thick", one.low_luck, _PALE, one.high_luck))
    return [*marks, Mark("dot", one.mean, colour, size=4.5)]


def _entries(own: Sequence[Difference], lang: str) -> list[charts.Entry]:
    entries = [("dot", MUTED, say("compare_key_mean", lang))]
    if own[0].low_luck is not None:
        entries.append(("thick", _PALE, say("compare_key_luck", lang)))
    if own[0].low is not None:
        entries.append(("thin", MUTED, say("compare_key_whole", lang)))
    return entries


def _goal_figure(design: Design, end: dict[str, Difference], name: str, lang: str) -> Figure:
    goals = [end[goal] for goal in GOALS]
    rows = [Row(outcome(one.outcome, lang), _marks(one, _COLOURS[one.outcome])) for one in goals]
    drawing = charts.rows_chart(rows, lambda v: plain(v, 3), 0.0, _entries(goals, lang))
    parts = [f"{outcome(one.outcome, lang)} {difference(one.mean, one.unit, lang)}" for one in goals]
    text = say("compare_d_goals", lang, against=_against(design, lang), text=listed(parts, lang))
    return Figure(f"compare-goals-{name}", say("compare_f_goals", lang), text, drawing)


def _groups(comparison: Comparison, own: Sequence[Difference], title: str, name: str, lang: str) -> list[Section]:
    """Who gains and who loses: classes of villages, groups of people, shares of villages."""
    villages = [one for kind in _VILLAGES for one in _end(own, kind)]
    people = [one for kind in _PERSONS for one in _end(own, kind)]
    if not villages:
        return []
    sentences, figures = [], []
    for goal in GOALS:
        ones = [one for one in villages if one.outcome == goal]
        most, least = max(ones, key=lambda d: d.mean), min(ones, key=lambda d: d.mean)
        if goal == "life":
            sentences.append(
                say("compare_groups_lead", lang, goal=short_outcome(goal, lang), most=_group(most, lang),
                    least=_group(least, lang), high=difference(most.mean, most.unit, lang),
                    low=difference(least.mean, least.unit, lang))
            )  # fmt: skip
        figures.append(_group_figure(ones, most, least, goal, name, lang))
    for one in comparison.villages:
        if (one.scenario, one.context) == (own[0].scenario, own[0].context):
            sentences.append(shares_text(one, lang))
    tables = [_group_table(villages, tuple(GOALS), "compare_t_groups", lang)]
    if people:
        figures += [_people_figure(people, measure, name, lang) for measure in PEOPLE_SERIES[:2]]
        tables.append(_group_table(people, PEOPLE_SERIES, "compare_t_people", lang))
    heading = say("compare_h_groups", lang, scenario=title)
    return [Section(f"groups-{name}", heading, sentences, figures, tables, [say("compare_note", lang)])]


def shares_text(one: object, lang: str) -> str:
    """Shares of villages better and worse off, and their names where a roster gives them."""
    from ruralsim.analysis.compare import Shares

    assert isinstance(one, Shares)
    text = say("compare_villages", lang, goal=short_outcome(one.outcome, lang), better=plain(100 * one.better, 0),
               worse=plain(100 * one.worse, 0))  # fmt: skip
    if any(one.names):
        better, worse = (listed(names, lang) or say("compare_nobody", lang) for names in one.names)
        text += ("" if lang == "zh" else " ") + say("compare_names", lang, better=better, worse=worse)
    return text


def _group(one: Difference, lang: str) -> str:
    return f"{label('grouping', one.grouping, lang)}: {label(one.grouping, one.group, lang)}"


def _rows_by_group(ones: Sequence[Difference], colour: str, lang: str) -> list[Row]:
    rows: list[Row] = []
    seen = ""
    for one in ones:
        if one.grouping != seen:
            rows.append(Row(label("grouping", one.grouping, lang)))
            seen = one.grouping
        rows.append(Row(label(one.grouping, one.group, lang), _marks(one, colour)))
    return rows


def _group_figure(
    ones: Sequence[Difference], most: Difference, least: Difference, goal: str, name: str, lang: str
) -> Figure:
    drawing = charts.rows_chart(
        _rows_by_group(ones, _COLOURS[goal], lang), lambda v: plain(v, 3), 0.0, _entries(ones, lang)
    )
    text = say("compare_d_groups", lang, most=_group(most, lang), least=_group(least, lang))
    return Figure(f"compare-{goal}-{name}", say("compare_f_groups", lang, goal=outcome(goal, lang)), text, drawing)


def _people_figure(people: Sequence[Difference], measure: str, name: str, lang: str) -> Figure:
    ones = [one for one in people if one.outcome == measure]
    most, least = max(ones, key=lambda d: d.mean), min(ones, key=lambda d: d.mean)
    digits = 0 if UNITS[measure].startswith("yuan") else 3
    rows = _rows_by_group(ones, PURPLE, lang)
    drawing = charts.rows_chart(rows, lambda v: plain(v, digits), 0.0, _entries(ones, lang))
    text = say("compare_d_groups", lang, most=_group(most, lang), least=_group(least, lang))
    title = say("compare_f_people", lang, measure=outcome(measure, lang))
    return Figure(f"compare-{measure}-{name}", title, text, drawing)


def _group_table(ones: Sequence[Difference], names: Sequence[str], caption: str, lang: str) -> Table:
    groups: dict[tuple[str, str], dict[str, Difference]] = {}
    for one in ones:
        groups.setdefault((one.grouping, one.group), {})[one.outcome] = one
    rows = []
    for figures in groups.values():
        first = next(iter(figures.values()))
        cells = []
        for name in names:
            one = figures[name]
            bounds = _bounds(one.low, one.high) or _bounds(one.low_luck, one.high_luck)
            cells += [difference(one.mean, one.unit, lang), span(bounds, one.unit, lang, change=True)]
        rows.append([_group(first, lang), *cells])
    last = "compare_col_headline" if ones[0].low is not None else "compare_col_luck"
    head = [say("compare_col_group", lang)]
    for name in names:
        head += [outcome(name, lang), say(last, lang)]
    return Table(say(caption, lang), head, rows, folded=True)


def _years(design: Design, own: Sequence[Difference], title: str, name: str, lang: str) -> list[Section]:
    """The difference of each goal by year; nothing where the run has only one."""
    scenario = design.arms[0].scenarios[0]
    years = years_of(scenario.months)
    if len(years) < 3:
        return []
    figures = []
    for goal in GOALS:
        ones = [one for one in own if one.outcome == goal and one.grouping == COUNTY[0]]
        middles = [sum(years[: one.year]) + years[one.year] / 2 for one in ones]
        points = [(0.0, 0.0), *zip(middles, (one.mean for one in ones), strict=True)]
        ribbon = [
            (month, one.low_luck, one.high_luck)
            for month, one in zip(middles, ones, strict=True)
            if one.low_luck is not None and one.high_luck is not None
        ]
        drawing = charts.series(
            [Line(points, _COLOURS[goal], say("compare_key_mean", lang))], [], scenario.months, scenario.start.year,
            scenario.start.month, lambda v: plain(v, 3),
            [Ribbon(ribbon, _COLOURS[goal], say("compare_key_luck", lang))] if ribbon else [],
        )  # fmt: skip
        text = say("compare_d_years", lang, goal=outcome(goal, lang), last=difference(ones[-1].mean, "score", lang))
        heading = say("compare_f_years", lang, goal=outcome(goal, lang))
        figures.append(Figure(f"compare-years-{goal}-{name}", heading, text, drawing))
    sentence = [say("compare_years_lead", lang)]
    return [Section(f"years-{name}", say("compare_h_years", lang, scenario=title), sentence, figures)]


def gain_texts(differences: Sequence[Difference], lang: str) -> list[str]:
    """What common random numbers save in the goals, and where the luck that is left comes from where that is little."""
    goals = [one for one in differences if one.outcome in GOALS and one.gain is not None]
    if not goals:
        return []
    gains = [one.gain for one in goals if one.gain is not None]
    found = [say("compare_gain", lang, low=plain(min(gains), 1), high=plain(max(gains), 1))]
    told = set()
    for one in sorted(goals, key=lambda d: d.gain or 0.0):
        if round(one.gain or 0.0, 1) < _LOW and one.outcome not in told:
            told.add(one.outcome)
            component, share = _restless(one, differences)
            text = {"outcome": short_outcome(one.outcome, lang), "component": short_outcome(component, lang)}
            found.append(say("compare_gain_low", lang, percent=plain(100 * share, 0), **text))
    return found


def _restless(goal: Difference, differences: Sequence[Difference]) -> tuple[str, float]:
    """The component with the largest part in the variance of a goal's paired difference, and that part."""
    posts = [post for post in GOALPOSTS if post.goal == goal.outcome]
    same = (goal.scenario, goal.context)
    spreads = {one.outcome: one.sd or 0.0 for one in differences if (one.scenario, one.context) == same}
    parts = {post.component: (spreads[post.component] / (post.high - post.low)) ** 2 for post in posts}
    total = sum(parts.values())
    largest = max(parts, key=lambda name: parts[name])
    return largest, parts[largest] / total if total > 0.0 else 0.0


def spent_text(comparison: Comparison, arm: str, context: str, lang: str) -> str:
    """What policy cost in an arm and in the one that it is compared with."""
    own, other = (comparison.spent.get((name, context), 0.0) for name in (arm, comparison.against))
    return say("compare_spent", lang, yuan=yuan(own, lang), other=yuan(other, lang))


def _luck(design: Design, comparison: Comparison, lang: str) -> Section:
    rows = []
    end = [one for one in comparison.last() if one.outcome in shown_outcomes(design)]
    for one in end:
        title = outcome(one.outcome, lang)
        if len(design.arms) > 2:
            title = f"{design.arm_title(one.scenario, lang)}: {title}"
        widths = [level(width, one.unit, lang) for width in (one.sd, one.sd_unpaired)]
        gain = NOTHING if one.gain is None else plain(one.gain, 1)
        rows.append([title, *widths, gain, NOTHING if one.needed is None else plain(one.needed, 0)])
    head = [say(f"compare_col_{column}", lang) for column in ("outcome", "sd", "unpaired", "gain", "needed")]
    sentences = [say("compare_luck_lead", lang), *gain_texts(end, lang)]
    if comparison.incomplete:
        sentences.append(say("compare_incomplete", lang, incomplete=comparison.incomplete))
    table = Table(say("compare_t_luck", lang), head, rows, folded=len(rows) > 20)
    return Section("luck", say("compare_h_luck", lang), sentences, [], [table])
