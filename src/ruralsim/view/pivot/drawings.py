"""The pivot's figures: two flow pictures, the rivals, channels by year, loop gain."""

from __future__ import annotations

from ruralsim.model.outcomes import GOALS
from ruralsim.model.rival import RIVALS
from ruralsim.view.pivot.statements import Content, number, score, significant
from ruralsim.view.report import charts, sankey
from ruralsim.view.report.charts import Line, Mark, Row
from ruralsim.view.report.html import Figure
from ruralsim.view.report.plane import Plane
from ruralsim.view.report.sankey import Stream
from ruralsim.view.report.svg import (
    BLUE,
    GREEN,
    INK,
    MUTED,
    ORANGE,
    PURPLE,
    RED,
    SKY,
    WIDTH,
    Drawing,
    legend,
    nice_ticks,
)
from ruralsim.view.report.words import label, outcome, plain, say

_COLOURS = (ORANGE, BLUE, GREEN, PURPLE, SKY, RED)
_OTHER, _LOSS = "#8a97ad", RED


def governance_flow(content: Content, lang: str) -> Figure:
    """Where the potential came from (each channel apart) and where it went."""
    ones = content["channels"]["development_to_governance"]
    sizes = [(_short(name, lang), float(one["points"])) for name, one in ones.items()]
    entries = [(text, size, _COLOURS[k]) for k, (text, size) in enumerate(sizes)]
    entries.append((say("pivot_other", lang), float(content["efficiency"]["other"]), _OTHER))
    entries += [
        (say(f"pivot_loss_{name}", lang), float(value), _LOSS)
        for name, value in content["losses"].items()
        if name != "leaked_yuan_a_head"
    ]
    return _flow("governance", entries, lambda value: plain(value, 2), lang)


def development_flow(content: Content, lang: str) -> Figure:
    """Where the collective's value added came from (each channel of governance apart) and where it went."""
    ones = content["channels"]["governance_to_development"]
    entries = [
        (_short(name, lang), float(one["yuan_a_head_and_year"]), _COLOURS[k % len(_COLOURS)])
        for k, (name, one) in enumerate(ones.items())
    ]
    entries.append((say("pivot_other", lang), float(content["efficiency"]["value_added_other"]), _OTHER))
    return _flow("development", entries, lambda value: plain(value, 1), lang)


def _short(channel: str, lang: str) -> str:
    """A channel's name without its explanation, for where there is little room."""
    return say(f"pivot_channel_{channel}", lang).split(":")[0].split("：")[0]


def _flow(name: str, entries: list[tuple[str, float, str]], shown: charts.Format, lang: str) -> Figure:
    net = sum(size for _, size, _ in entries)
    ins = [Stream(text, size, shown(size), colour) for text, size, colour in entries if size > 0.0]
    outs = [Stream(text, -size, shown(-size), colour) for text, size, colour in entries if size < 0.0]
    rest = Stream(say("pivot_net_up" if net > 0.0 else "pivot_net_down", lang), abs(net), shown(abs(net)), INK)
    (outs if net > 0.0 else ins).append(rest)
    description = say(
        "pivot_d_hub", lang,
        ins="; ".join(f"{one.label} {one.number}" for one in ins),
        outs="; ".join(f"{one.label} {one.number}" for one in outs),
    )  # fmt: skip
    drawing = sankey.hub(ins, say(f"pivot_middle_{name}", lang), outs, 220.0)
    return Figure(f"pivot-{name}", say(f"pivot_f_{name}", lang), description, drawing, say(f"pivot_c_{name}", lang))


def rivals(content: Content, lang: str) -> Figure:
    """The pivot less no pivot and less every rival, goal by goal."""
    rows: list[Row] = []
    shown = []
    for k, goal in enumerate(GOALS):
        rows.append(Row(outcome(goal, lang)))
        pairs = [(say("pivot_nothing_cut", lang), content["pivot_adds"][goal])]
        pairs += [
            (say(f"pivot_rival_{name}", lang), content["rivals"][name]["pivot_less_rival"][goal]) for name in RIVALS
        ]
        for text, one in pairs:
            marks = []
            if one["low"] is not None:
                marks.append(Mark("thin", one["low"], _COLOURS[k + 1], one["high"]))
            if one["low_luck"] is not None:
                marks.append(Mark("thick", one["low_luck"], _COLOURS[k + 1], one["high_luck"]))
            rows.append(Row(text, [*marks, Mark("diamond", one["mean"], INK)]))
            shown.append(f"{outcome(goal, lang)}, {text} {score(one['mean'])}")
    limits = _limits(content)
    drawing = charts.rows_chart(_held(rows, limits), lambda value: plain(value, 2), 0.0, limits=limits)
    description = say("pivot_d_rows", lang, count=len(shown), first=shown[0])
    return Figure("pivot-rivals", say("pivot_f_rivals", lang), description, drawing, say("pivot_c_rivals", lang))


def _limits(content: Content) -> tuple[float, float]:
    """A scale that shows the means and the intervals by luck; an interval over draws may run out of the picture."""
    ends = [0.0]
    for goal in GOALS:
        for one in (
            content["pivot_adds"][goal],
            *(content["rivals"][name]["pivot_less_rival"][goal] for name in RIVALS),
        ):
            ends += [value for value in (one["mean"], one["low_luck"], one["high_luck"]) if value is not None]
            ends += [max(-0.3, min(0.3, value)) for value in (one["low"], one["high"]) if value is not None]
    return min(ends), max(ends)


def _held(rows: list[Row], limits: tuple[float, float]) -> list[Row]:
    """Marks cut to the scale."""
    low, high = limits

    def inside(value: float) -> float:
        return max(low, min(high, value))

    return [
        Row(
            row.label,
            [
                Mark(one.shape, inside(one.value), one.colour, None if one.high is None else inside(one.high))
                for one in row.marks
            ],
        )
        for row in rows
    ]


def portrait(content: Content, lang: str) -> Figure | None:
    """Phase portrait: where the mean village goes from anywhere in the plane of capital and potential."""
    found = content["theory"]["portrait"]
    if not found["arrows"]:
        return None
    left, right, top, bottom = 46.0, WIDTH - 12.0, 12.0, 232.0
    xs, ys = [one[0] for one in found["arrows"]], [one[1] for one in found["arrows"]]
    drawing, plane = Drawing(bottom + 40), Plane.around(xs, ys, (left, right, top, bottom))
    plane.grid(drawing, (1, 2))
    for k, g, dk, dg in found["arrows"]:
        x1, y1, x2, y2 = plane.x(k), plane.y(g), plane.x(k + 3.0 * dk), plane.y(g + 3.0 * dg)
        drawing.line(x1, y1, x2, y2, BLUE, 1.5)
        drawing.mark("dot", x1, y1, BLUE, 1.8)
    k, g = found["equilibrium"]
    drawing.mark("diamond", plane.x(k), plane.y(g), RED)
    drawing.text((left + right) / 2, bottom + 34, say("pivot_axis_capital", lang), "middle", 11.5, MUTED)
    description = say("pivot_d_portrait", lang, capital=plain(k, 2), potential=plain(g, 3))
    title, caption = say("pivot_f_portrait", lang), say("pivot_c_portrait", lang)
    return Figure("pivot-portrait", title, description, drawing, caption)


def dividend_share(content: Content, lang: str) -> Figure | None:
    """Steady potential and value added of the mean village, by dividend share, each relative to its highest."""
    found = content["theory"].get("dividend_share")
    if found is None:
        return None
    lines = []
    for colour, name, text in (
        (BLUE, "potential", "pivot_middle_governance"),
        (GREEN, "value_added", "pivot_middle_development"),
    ):
        most = max(value for value in found[name] if value is not None)
        points = [
            (100.0 * share, 100.0 * value / most)
            for share, value in zip(found["share"], found[name], strict=True)
            if value is not None
        ]
        lines.append(Line(points, colour, say(text, lang)))
    drawing = _lines(lines, say("pivot_axis_dividend", lang))
    description = say(
        "pivot_theory_dividend", lang, governance=plain(100 * found["for_governance"], 0),
        development=plain(100 * found["for_development"], 0), now=plain(100 * found["now"], 0),
    )  # fmt: skip
    return Figure("pivot-dividend", say("pivot_f_dividend", lang), description, drawing, say("pivot_c_dividend", lang))


def _lines(lines: list[Line], axis: str) -> Drawing:
    """Lines over any horizontal axis."""
    left, right, top, bottom = 46.0, WIDTH - 12.0, 12.0, 200.0
    xs, ys = ([point[k] for line in lines for point in line.points] for k in (0, 1))
    x_ticks, y_ticks = nice_ticks(min(xs), max(xs), 6), nice_ticks(min(ys), max(ys), 4)
    drawing = Drawing(bottom + 60)

    def at(point: tuple[float, float]) -> tuple[float, float]:
        return (
            left + (right - left) * (point[0] - x_ticks[0]) / (x_ticks[-1] - x_ticks[0]),
            bottom - (bottom - top) * (point[1] - y_ticks[0]) / (y_ticks[-1] - y_ticks[0]),
        )

    for tick in x_ticks:
        drawing.text(at((tick, y_ticks[0]))[0], bottom + 16, plain(tick, 0), "middle", 11.5, MUTED)
    for tick in y_ticks:
        height = at((x_ticks[0], tick))[1]
        drawing.line(left, height, right, height)
        drawing.text(left - 6, height + 4, plain(tick, 0), "end", 11.5, MUTED)
    for line in lines:
        drawing.polyline([at(point) for point in line.points], line.colour, 2.0)
    drawing.text((left + right) / 2, bottom + 33, axis, "middle", 11.5, MUTED)
    legend(drawing, left, bottom + 38, [("line", line.colour, line.label) for line in lines], right - left)
    return drawing


def by_year(content: Content, start: tuple[int, int], lang: str) -> Figure:
    """Points of the potential through each channel, by year of the run."""
    return _yearly("years", content, "development_to_governance", start, lang)


def development_by_year(content: Content, start: tuple[int, int], lang: str) -> Figure:
    """Yuan of value added a head and year through each channel of governance, by year of the run."""
    return _yearly("years_development", content, "governance_to_development", start, lang)


def _yearly(figure: str, content: Content, way: str, start: tuple[int, int], lang: str) -> Figure:
    ones = content["channels"][way]
    lines, last = [], []
    for k, (name, one) in enumerate(ones.items()):
        points = [(12.0 * year + 6.0, value) for year, value in enumerate(one["by_year"])]
        lines.append(Line(points, _COLOURS[k], _short(name, lang)))
        last.append(f"{_short(name, lang)} {number(one['by_year'][-1])}")
    spread = max(abs(value) for one in ones.values() for value in one["by_year"])
    drawing = charts.series(lines, [], content["months"], *start, lambda value: plain(value, 2 if spread < 5 else 0))
    title, caption = say(f"pivot_f_{figure}", lang), say(f"pivot_c_{figure}", lang)
    return Figure(f"pivot-{figure.replace('_', '-')}", title, "; ".join(last), drawing, caption)


def loop_gain(content: Content, lang: str) -> Figure:
    """Loop gain by horizon; at the longest one by bracket of operating income and by class, there with its villages."""
    rows = []
    for year, one in content["loop_gain"].items():
        marks = [] if one["low"] is None else [Mark("thin", one["low"], BLUE, one["high"])]
        marks += [] if one["low_luck"] is None else [Mark("thick", one["low_luck"], BLUE, one["high_luck"])]
        rows.append(Row(say("pivot_years", lang, years=year), [*marks, Mark("diamond", one["mean"], INK)]))
    year, last = list(content["loop_gain"].items())[-1]
    rows.append(Row(f"{say('pivot_h_brackets', lang)} ({say('pivot_years', lang, years=year)})"))
    rows += [
        Row(say(f"pivot_bracket_{name}", lang), [Mark("diamond", value, ORANGE)])
        for name, value in last["by_bracket"].items()
    ]
    rows.append(Row(f"{say('pivot_h_classes', lang)} ({say('pivot_years', lang, years=year)})"))
    for name, value in last["by_class"].items():
        spread = last["villages_by_class"][name]
        marks = [Mark("thin", spread["low"], GREEN, spread["high"]), Mark("diamond", value, GREEN)]
        rows.append(Row(label("class", name, lang), marks))
    drawing = charts.rows_chart(rows, lambda value: plain(value, 2), 0.0)
    description = "; ".join(
        f"{say('pivot_years', lang, years=year)} {significant(one['mean'])}"
        for year, one in content["loop_gain"].items()
    )
    return Figure("pivot-loop", say("pivot_f_loop", lang), description, drawing, say("pivot_c_loop", lang))
