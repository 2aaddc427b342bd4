"""Figures of bars: groups of upright ones (by year), and one bar cut into shares."""

from __future__ import annotations

from collections.abc import Sequence

from ruralsim.view.fonts import text_width
from ruralsim.view.report.charts import Entry, Format
from ruralsim.view.report.svg import MUTED, PAPER, RULE, WIDTH, Drawing, legend, nice_ticks


def bars(
    labels: Sequence[str],
    columns: Sequence[tuple[str, str, Sequence[float]]],
    shown: Format,
    ticks_at: Sequence[float | None] = (),
    tick_entry: Entry | None = None,
    height: float = 230.0,
) -> Drawing:
    """Groups of upright bars.

    Args:
        labels: of the groups.
        columns: in each group: label, colour (a ``box:`` before it draws the edge only), value by group.
        shown: how a value is written on the axis.
        ticks_at: by group, a value marked by a line across it (a budget); None where there is none.
        tick_entry: of the legend, for these.
        height: without the legend.
    """
    values = [value for _, _, ones in columns for value in ones] + [v for v in ticks_at if v is not None]
    ticks = nice_ticks(0.0, max(values, default=1.0) or 1.0, 4)
    left = 10 + max(text_width(shown(tick), 11.5) for tick in ticks)
    top, bottom, right = 10.0, height - 22, WIDTH - 8
    entries: list[Entry] = [
        ("box" if colour.startswith("box:") else "bar", colour.removeprefix("box:"), label)
        for label, colour, _ in columns
    ]
    entries += [tick_entry] if tick_entry else []
    below = legend(Drawing(0), left, 0, entries, right - left, draw=False)
    drawing = Drawing(height + below + 2)

    def y(value: float) -> float:
        return bottom - (bottom - top) * value / ticks[-1]

    for tick in ticks:
        drawing.line(left, y(tick), right, y(tick), RULE)
        drawing.text(left - 6, y(tick) + 4, shown(tick), "end", 11.5, MUTED)
    room = (right - left) / max(1, len(labels))
    every = max(1, -(-int(max((text_width(one, 11.5) for one in labels), default=1) + 6) // max(1, int(room))))
    for g, label in enumerate(labels):
        x0, wide = left + g * room + 0.14 * room, 0.72 * room / max(1, len(columns))
        for k, (_, colour, ones) in enumerate(columns):
            box = colour.startswith("box:")
            fill, edge = (PAPER, colour[4:]) if box else (colour, "")
            drawing.rect(x0 + k * wide, y(ones[g]), wide - 1, bottom - y(ones[g]), fill, edge)
        mark = ticks_at[g] if g < len(ticks_at) else None
        if mark is not None and tick_entry is not None:
            drawing.line(left + g * room + 0.06 * room, y(mark), left + (g + 0.94) * room, y(mark), tick_entry[1], 2.4)
        if g % every == 0:
            drawing.text(left + (g + 0.5) * room, bottom + 17, label, "middle", 11.5, MUTED)
    legend(drawing, left, height, entries, right - left)
    return drawing


def shares_bar(parts: Sequence[tuple[str, str, float]], height: float = 30.0) -> Drawing:
    """One bar cut into shares, with a legend that carries the numbers.

    Args:
        parts: label with its number, colour, size.
        height: of the bar.
    """
    total = sum(size for _, _, size in parts) or 1.0
    entries = [("bar", colour, label) for label, colour, _ in parts]
    below = legend(Drawing(0), 4, 0, entries, WIDTH - 8, draw=False)
    drawing = Drawing(height + 14 + below)
    x = 4.0
    for _, colour, size in parts:
        wide = (WIDTH - 8) * size / total
        drawing.rect(x, 4, wide - 1, height, colour)
        x += wide
    legend(drawing, 4, height + 10, entries, WIDTH - 8)
    return drawing
