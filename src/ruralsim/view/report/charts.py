"""Two kinds of figure: series with phases as bands, and marks in rows on one scale."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from ruralsim.view.fonts import text_width
from ruralsim.view.report.svg import BANDS, INK, MUTED, PAPER, WIDTH, Drawing, fitted, legend, nice_ticks

Format = Callable[[float], str]
Entry = tuple[str, str, str]


@dataclass(frozen=True)
class Line:
    """A series: values by month (x in months since the start, or any x), its colour and its entry in the legend."""

    points: Sequence[tuple[float, float]]
    colour: str
    label: str = ""
    width: float = 2.0
    dash: str = ""
    opacity: float = 1.0


@dataclass(frozen=True)
class Ribbon:
    """A shaded interval: (x, low, high)."""

    points: Sequence[tuple[float, float, float]]
    colour: str
    label: str = ""


@dataclass(frozen=True)
class Band:
    """A phase: its name, and its first and last month, counted from 1."""

    name: str
    first: int
    last: int


@dataclass(frozen=True)
class Mark:
    """A mark of a row: a shape at a value, or ``thick`` and ``thin`` intervals from ``value`` to ``high``."""

    shape: str
    value: float
    colour: str
    high: float | None = None
    lift: float = 0.0
    size: float = 4.5


@dataclass(frozen=True)
class Row:
    """A row of a chart of marks; one without marks is a heading."""

    label: str
    marks: Sequence[Mark] = field(default=())
    note: str = ""
    height: float = 0.0


def series(
    lines: Sequence[Line],
    bands: Sequence[Band],
    months: int,
    start_year: int,
    start_month: int,
    shown: Format,
    ribbons: Sequence[Ribbon] = (),
    height: float = 236.0,
) -> Drawing:
    """Lines over the months of a run, with its phases as bands.

    Args:
        lines, ribbons: to be drawn, the last on top.
        bands: phases; those outside the run are left out, those that meet alternate in colour.
        months: of the run.
        start_year, start_month: of its first month.
        shown: how a value is written on the axis.
        height: without the legend.
    """
    values = [y for line in lines for _, y in line.points] + [y for one in ribbons for p in one.points for y in p[1:]]
    ticks = nice_ticks(min(values), max(values), 4)
    left = 10 + max(text_width(shown(tick), 11.5) for tick in ticks)
    top, bottom, right = 24.0, height - 22, WIDTH - 8
    entries = [(_key(line), line.colour, line.label) for line in lines if line.label]
    entries += [("bar", one.colour, one.label) for one in ribbons if one.label]
    below = legend(Drawing(0), left, 0, entries, right - left, draw=False)
    drawing = Drawing(height + below + 2)

    def x(month: float) -> float:
        return left + (right - left) * month / months

    def y(value: float) -> float:
        return bottom - (bottom - top) * (value - ticks[0]) / (ticks[-1] - ticks[0])

    _bands(drawing, bands, months, x, top, bottom)
    for tick in ticks:
        drawing.line(left, y(tick), right, y(tick))
        drawing.text(left - 6, y(tick) + 4, shown(tick), "end", 11.5, MUTED)
    _years(drawing, months, start_year, start_month, x, bottom)
    for one in ribbons:
        there = "L".join(f"{x(m):.1f} {y(high):.1f}" for m, _, high in one.points)
        back = "L".join(f"{x(m):.1f} {y(low):.1f}" for m, low, _ in reversed(one.points))
        drawing.path(f"M{there}L{back}Z", fill=one.colour, opacity=0.25)
    for line in lines:
        drawing.polyline([(x(m), y(v)) for m, v in line.points], line.colour, line.width, line.dash, line.opacity)
    legend(drawing, left, height, entries, right - left)
    return drawing


def _key(line: Line) -> str:
    return "dash" if line.dash else "hair" if line.width < 1.0 else "line"


def _bands(
    drawing: Drawing, bands: Sequence[Band], months: int, x: Callable[[float], float], top: float, bottom: float
) -> None:
    lanes: list[float] = []  # phases at the same time share the height
    placed = []
    for band in sorted(bands, key=lambda one: (one.first, one.last)):
        first, last = max(0.0, band.first - 1.0), min(float(months), float(band.last))
        if last <= first:
            continue
        lane = next((k for k, end in enumerate(lanes) if end <= first + 1e-9), len(lanes))
        lanes[lane : lane + 1] = [last]
        placed.append((lane, first, last, band.name))
    room = (bottom - top) / max(1, len(lanes))
    for index, (lane, first, last, name) in enumerate(placed):
        fill = BANDS[(index + lane) % 2]
        drawing.rect(x(first), top + lane * room, x(last) - x(first), room, fill)
        label = fitted(name, x(last) - x(first) - 4, 11)
        height = top - 6 if lane == 0 else top + lane * room + 12
        drawing.text((x(first) + x(last)) / 2, height, label, "middle", 11, MUTED)
        if first > 0:
            drawing.line(
                x(first), top - 14 if lane == 0 else top + lane * room, x(first), top + (lane + 1) * room, "#b9c2d0"
            )


def _years(drawing: Drawing, months: int, year: int, month: int, x: Callable[[float], float], bottom: float) -> None:
    marks = [(k, year + (month - 1 + k) // 12) for k in range(months + 1) if (month - 1 + k) % 12 == 0]
    if len(marks) < 2:  # a short run: its first and last month
        marks = [(0, 0), (months, months)]
    every = max(1, -(-len(marks) * 42 // int(x(months) - x(0))))
    last_end = -1e9
    for position, (k, label) in enumerate(marks):
        drawing.line(x(k), bottom, x(k), bottom + 4, MUTED)
        if position % every == 0:
            text = str(label)
            half = text_width(text, 11.5) / 2
            centre = min(x(k), drawing.width - half - 1)
            if centre - half > last_end + 4:
                drawing.text(centre, bottom + 17, text, "middle", 11.5, MUTED)
                last_end = centre + half


def rows_chart(
    rows: Sequence[Row],
    shown: Format,
    reference: float | None = None,
    entries: Sequence[Entry] = (),
    limits: tuple[float, float] | None = None,
) -> Drawing:
    """Marks in rows on one scale, each row with its label beside it, or above it where labels are long.

    Args:
        rows: from top to bottom; rows without marks are headings.
        shown: how a value is written on the axis.
        reference: a value with a line of its own (zero change).
        entries: of the legend.
        limits: ends of the scale; None follows the marks.
    """
    values = [v for row in rows for mark in row.marks for v in (mark.value, mark.high) if v is not None]
    values += [] if reference is None else [reference]
    low, high = limits or (min(values, default=0.0), max(values, default=1.0))
    ticks = nice_ticks(low, high, 5)
    widest = max((text_width(row.label, 12) for row in rows if row.marks), default=0.0)
    beside = widest <= 124
    left, right = (widest + 14 if beside else 14.0), WIDTH - 14
    half = max(text_width(shown(tick), 11.5) for tick in ticks) / 2
    left, right = max(left, half + 2), min(right, WIDTH - half - 2)
    heights = [_row_height(row, beside) for row in rows]
    top = 6.0
    bottom = top + sum(heights) + 2
    below = legend(Drawing(0), 10, 0, entries, WIDTH - 20, draw=False)
    drawing = Drawing(bottom + 24 + below + 2)

    def x(value: float) -> float:
        return left + (right - left) * (value - ticks[0]) / (ticks[-1] - ticks[0])

    for tick in ticks:
        drawing.line(x(tick), top, x(tick), bottom)
        drawing.text(x(tick), bottom + 16, shown(tick), "middle", 11.5, MUTED)
    if reference is not None:
        drawing.line(x(reference), top, x(reference), bottom, MUTED, 1.4)
    y = top
    for row, height in zip(rows, heights, strict=True):
        _row(drawing, row, y, height, x, beside, left)
        y += height
    legend(drawing, 10, bottom + 24, entries, WIDTH - 20)
    return drawing


def _row_height(row: Row, beside: bool) -> float:
    if not row.marks:
        return 24.0
    return row.height or (22.0 if beside else 36.0)


def _row(
    drawing: Drawing, row: Row, y: float, height: float, x: Callable[[float], float], beside: bool, left: float
) -> None:
    if not row.marks:
        drawing.rect(0, y + 2, drawing.width, 20, PAPER)
        drawing.text(2, y + 17, fitted(row.label, drawing.width - 4, 12), size=12, colour=INK, bold=True)
        return
    if beside:
        middle = y + height / 2
        drawing.text(left - 10, middle + 4, row.label, "end", 12)
    else:
        middle = y + height - 10
        label = fitted(row.label, drawing.width - 8, 12)
        drawing.rect(2, y + 2, text_width(label, 12) + 4, 15, PAPER)
        drawing.text(4, y + 14, label, size=12)
    for mark in row.marks:
        if mark.high is None:
            drawing.mark(mark.shape, x(mark.value), middle - mark.lift, mark.colour, mark.size)
        elif mark.shape == "thick":
            drawing.line(x(mark.value), middle, x(mark.high), middle, mark.colour, 9)
        else:
            drawing.line(x(mark.value), middle, x(mark.high), middle, mark.colour, 1.6)
            for end in (mark.value, mark.high):
                drawing.line(x(end), middle - 5, x(end), middle + 5, mark.colour, 1.6)
