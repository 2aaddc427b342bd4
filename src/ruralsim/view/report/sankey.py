"""Sankey diagrams: what flows in at the left, through the middle, and out at the right; widths carry their numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ruralsim.view.report.svg import INK, MUTED, WIDTH, Drawing, wrapped

_SLOT, _GAP = 17.0, 7.0
_COLUMN = 136.0
_NODE = 9.0


@dataclass(frozen=True)
class Stream:
    """A flow: its label, its size (above 0), how the size is written, and its colour."""

    label: str
    size: float
    number: str
    colour: str


@dataclass(frozen=True)
class Link:
    """A flow between two named nodes of a diagram with two sides."""

    left: int
    right: int
    size: float
    colour: str


def hub(ins: Sequence[Stream], middle: str, outs: Sequence[Stream], tall: float = 170.0) -> Drawing:
    """Flows into one node and out of it. Sizes of both sides should have the same sum.

    Args:
        ins, outs: from top to bottom.
        middle: label of the node, written above it.
        tall: height of the node.
    """
    total = max(sum(one.size for one in ins), sum(one.size for one in outs), 1e-300)
    scale = tall / total
    sides = [_slots(ins, scale), _slots(outs, scale)]
    height = max(tall, *(side[-1][1] + side[-1][2] if side else 0.0 for side in sides))
    top = 24.0
    drawing = Drawing(top + height + 8)
    centre = WIDTH / 2
    node_top = top + (height - tall) / 2
    drawing.text(centre, 14, middle, "middle", 12, INK, bold=True)
    for streams, slots, left in ((ins, sides[0], True), (outs, sides[1], False)):
        edge = _COLUMN if left else WIDTH - _COLUMN
        near = centre - _NODE / 2 if left else centre + _NODE / 2
        used = slots[-1][1] + slots[-1][2] if slots else 0.0
        shift = top + (height - used) / 2
        y = node_top
        for stream, (lines, slot_top, slot_height) in zip(streams, slots, strict=True):
            thick = max(0.8, stream.size * scale)
            middle_y = shift + slot_top + slot_height / 2
            _ribbon(drawing, edge, middle_y, near, y + stream.size * scale / 2, thick, stream.colour)
            _label(drawing, stream, lines, middle_y, left, thick)
            y += stream.size * scale
    drawing.rect(centre - _NODE / 2, node_top, _NODE, tall, INK)
    return drawing


def _slots(streams: Sequence[Stream], scale: float) -> list[tuple[list[str], float, float]]:
    """Lines, top and height of every flow's place at the side: room for its label, and for its width."""
    y, found = 0.0, []
    for stream in streams:
        lines = wrapped(f"{stream.label} {stream.number}", _COLUMN - 14, 11.5)
        height = max(_SLOT if len(lines) == 1 else _SLOT + 13, stream.size * scale + 2)
        found.append((lines, y, height))
        y += height + (_GAP if stream is not streams[-1] else 0.0)
    return found


def _ribbon(drawing: Drawing, x1: float, y1: float, x2: float, y2: float, thick: float, colour: str) -> None:
    half, bend = thick / 2, (x1 + x2) / 2
    a, b, c, d = (f"{value:.1f}" for value in (y1 - half, y2 - half, y2 + half, y1 + half))
    p, q, m = f"{x1:.1f}", f"{x2:.1f}", f"{bend:.1f}"
    drawing.path(f"M{p} {a}C{m} {a} {m} {b} {q} {b}L{q} {c}C{m} {c} {m} {d} {p} {d}Z", fill=colour, opacity=0.62)


def _label(drawing: Drawing, stream: Stream, lines: Sequence[str], y: float, left: bool, thick: float) -> None:
    first = y + 4 - 6.5 * (len(lines) - 1)
    for k, line in enumerate(lines):
        x, anchor = (_COLUMN - 8, "end") if left else (WIDTH - _COLUMN + 8, "start")
        drawing.text(x, first + 13 * k, line, anchor, 11.5, INK)
    bar = _COLUMN if left else WIDTH - _COLUMN
    drawing.line(bar, y - max(thick, 8.0) / 2, bar, y + max(thick, 8.0) / 2, stream.colour, 2.0)


def two_sided(
    left: Sequence[tuple[str, str, str]],
    right: Sequence[tuple[str, str, str]],
    links: Sequence[Link],
    tall: float = 230.0,
) -> Drawing:
    """Flows between the nodes of two columns.

    Args:
        left, right: label, number and colour of the nodes from top to bottom.
        links: flows by the nodes' places.
        tall: height of all flows together.
    """
    scale = tall / max(sum(link.size for link in links), 1e-300)
    inner = 112.0
    places, heights = [], []
    for nodes, end in ((left, "left"), (right, "right")):
        y, tops = 0.0, []
        for k in range(len(nodes)):
            size = scale * sum(link.size for link in links if getattr(link, end) == k)
            slot = max(size, 32.0)
            tops.append((y + (slot - size) / 2, size, y + slot / 2))
            y += slot + 10
        places.append(tops)
        heights.append(y - 10)
    height = max(heights)
    top = 6.0
    drawing = Drawing(top + height + 8)
    shifts = [top + (height - one) / 2 for one in heights]
    used = [[0.0] * len(left), [0.0] * len(right)]
    for link in links:
        thick = link.size * scale
        y1 = shifts[0] + places[0][link.left][0] + used[0][link.left] + thick / 2
        y2 = shifts[1] + places[1][link.right][0] + used[1][link.right] + thick / 2
        _ribbon(drawing, inner, y1, WIDTH - inner, y2, max(0.8, thick), link.colour)
        used[0][link.left] += thick
        used[1][link.right] += thick
    for side, nodes in enumerate((left, right)):
        for k, (label, number, colour) in enumerate(nodes):
            y, size, middle = places[side][k]
            x = inner - 7 if side == 0 else WIDTH - inner
            drawing.rect(x, shifts[side] + y, 7, max(1.5, size), colour)
            anchor, at = ("end", inner - 13) if side == 0 else ("start", WIDTH - inner + 13)
            drawing.text(at, shifts[side] + middle - 2, label, anchor, 11.5, INK)
            drawing.text(at, shifts[side] + middle + 12, number, anchor, 11, MUTED)
    return drawing
