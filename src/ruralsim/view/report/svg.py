"""Drawing: an SVG whose text is text, measured beforehand, with a name and a description for those who do not see it.

Attributes are written on the elements and not in a style sheet, so that browsers and PDF writers draw the same.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from html import escape

from ruralsim.view.fonts import text_width

#: colours that people with any colour vision tell apart (Okabe and Ito 2008)
BLUE, ORANGE, GREEN, RED, SKY, PURPLE = "#0072b2", "#e69f00", "#009e73", "#d55e00", "#56b4e9", "#cc79a7"
INK, MUTED, RULE, PAPER = "#1d2433", "#566072", "#d5dae3", "#ffffff"
BANDS = ("#eef3fa", "#f7f1e5")
FAMILY = "'Ruralsim Sans', 'Noto Sans SC', 'PingFang SC', 'Microsoft YaHei', sans-serif"
#: width of every figure in its own units: drawn near that many pixels wide on a screen, a little less on a telephone
WIDTH = 440.0
SIZE = 12.5


def n(value: float) -> str:
    """A coordinate in as few digits as drawing needs."""
    return f"{value:.1f}".removesuffix(".0").replace("-0", "-0" if abs(value) >= 0.05 else "0")


class Drawing:
    """An SVG under construction, in units of about a pixel; the origin is at the top left."""

    def __init__(self, height: float, width: float = WIDTH) -> None:
        """Args: height and width of the whole."""
        self.width, self.height = width, height
        self._parts: list[str] = []

    def line(
        self, x1: float, y1: float, x2: float, y2: float, colour: str = RULE, width: float = 1.0, dash: str = ""
    ) -> None:
        """A straight line."""
        dashed = f' stroke-dasharray="{dash}"' if dash else ""
        self._parts.append(
            f'<line x1="{n(x1)}" y1="{n(y1)}" x2="{n(x2)}" y2="{n(y2)}" stroke="{colour}" '
            f'stroke-width="{n(width)}"{dashed}/>'
        )

    def rect(
        self, x: float, y: float, width: float, height: float, fill: str, stroke: str = "", opacity: float = 1.0
    ) -> None:
        """A filled box; ``stroke`` is the colour of its edge, or nothing."""
        edge = f' stroke="{stroke}"' if stroke else ""
        clear = f' fill-opacity="{opacity:g}"' if opacity < 1.0 else ""
        self._parts.append(
            f'<rect x="{n(x)}" y="{n(y)}" width="{n(max(0.0, width))}" height="{n(max(0.0, height))}" '
            f'fill="{fill}"{edge}{clear}/>'
        )

    def path(
        self, data: str, stroke: str = "", width: float = 1.5, fill: str = "none", dash: str = "", opacity: float = 1.0
    ) -> None:
        """A path given in SVG's own language."""
        line = f' stroke="{stroke}" stroke-width="{n(width)}" stroke-linejoin="round"' if stroke else ""
        dashed = f' stroke-dasharray="{dash}"' if dash else ""
        clear = f' {"fill-opacity" if fill != "none" else "stroke-opacity"}="{opacity:g}"' if opacity < 1.0 else ""
        self._parts.append(f'<path d="{data}" fill="{fill}"{line}{dashed}{clear}/>')

    def polyline(
        self,
        points: Sequence[tuple[float, float]],
        colour: str,
        width: float = 1.8,
        dash: str = "",
        opacity: float = 1.0,
    ) -> None:
        """A line through points."""
        if points:
            joined = "L".join(f"{n(x)} {n(y)}" for x, y in points)
            self.path(f"M{joined}", colour, width, dash=dash, opacity=opacity)

    def mark(self, shape: str, x: float, y: float, colour: str, size: float = 4.5) -> None:
        """A mark: ``dot``, ``ring``, ``diamond``, ``square`` or ``tick``."""
        if shape == "dot":
            self._parts.append(f'<circle cx="{n(x)}" cy="{n(y)}" r="{n(size)}" fill="{colour}"/>')
        elif shape == "ring":
            self._parts.append(
                f'<circle cx="{n(x)}" cy="{n(y)}" r="{n(size - 0.8)}" fill="{PAPER}" '
                f'stroke="{colour}" stroke-width="1.8"/>'
            )
        elif shape == "tick":
            self.line(x, y - size - 2, x, y + size + 2, colour, 2.2)
        elif shape == "square":
            self.rect(x - size, y - size, 2 * size, 2 * size, colour)
        else:
            s = size + 0.8
            self.path(f"M{n(x - s)} {n(y)}L{n(x)} {n(y - s)}L{n(x + s)} {n(y)}L{n(x)} {n(y + s)}Z", fill=colour)

    def text(
        self,
        x: float,
        y: float,
        text: str,
        anchor: str = "start",
        size: float = SIZE,
        colour: str = INK,
        bold: bool = False,
    ) -> None:
        """A line of text with its baseline at ``y``; ``anchor`` is ``start``, ``middle`` or ``end``."""
        where = f' text-anchor="{anchor}"' if anchor != "start" else ""
        heavy = ' font-weight="bold"' if bold else ""
        self._parts.append(
            f'<text x="{n(x)}" y="{n(y)}" font-size="{n(size)}" fill="{colour}"{where}{heavy}>'
            f"{escape(text, quote=False)}</text>"
        )

    def svg(self, name: str, title: str, description: str) -> str:
        """The finished drawing.

        Args:
            name: identifier, unique on the page.
            title: its accessible name.
            description: what it shows, in a sentence or two.
        """
        return (
            f'<svg role="img" aria-labelledby="{name}-t {name}-d" viewBox="0 0 {n(self.width)} {n(self.height)}" '
            f'width="{n(self.width)}" height="{n(self.height)}" xmlns="http://www.w3.org/2000/svg" '
            f'font-family="{FAMILY}">'
            f'<title id="{name}-t">{escape(title)}</title><desc id="{name}-d">{escape(description)}</desc>'
            f"{''.join(self._parts)}</svg>"
        )


def fitted(text: str, width: float, size: float = SIZE) -> str:
    """A text, shortened with dots where it is wider than ``width``."""
    if text_width(text, size) <= width:
        return text
    while text and text_width(text + "...", size) > width:
        text = text[:-1]
    return text.rstrip() + "..." if text.rstrip() else ""


def wrapped(text: str, width: float, size: float = SIZE, most: int = 2) -> list[str]:
    """A text in lines no wider than ``width``; the last of ``most`` lines is shortened where it must be."""
    words = text.split(" ") if " " in text else list(text)
    glue = " " if " " in text else ""
    lines = [words[0]]
    for word in words[1:]:
        longer = lines[-1] + glue + word
        if text_width(longer, size) <= width or len(lines) == most:
            lines[-1] = longer
        else:
            lines.append(word)
    return [fitted(line, width, size) for line in lines]


def nice_ticks(low: float, high: float, most: int = 5) -> list[float]:
    """Round numbers from at or below ``low`` to at or above ``high``, at most about ``most`` steps apart."""
    if not math.isfinite(low) or not math.isfinite(high):
        return [0.0, 1.0]
    if high - low < 1e-12 * max(1.0, abs(high)):
        pad = max(0.01, 0.1 * abs(high))
        low, high = low - pad, high + pad
    rough = (high - low) / most
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(factor * power for factor in (1.0, 2.0, 5.0, 10.0) if factor * power >= rough * 0.999999)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return [k * step for k in range(first, last + 1)]


def legend(
    drawing: Drawing, x: float, y: float, entries: Sequence[tuple[str, str, str]], width: float, draw: bool = True
) -> float:
    """Draw a legend in as many lines as it needs, and return the height it takes.

    Args:
        drawing: to draw on.
        x, y: top left corner.
        entries: shape (a mark, ``line``, ``hair``, ``dash``, ``bar`` or ``thin``), colour, text.
        width: room from ``x``.
        draw: False only measures.
    """
    left, top, row = x, y + 11.0, 18.0
    for shape, colour, text in entries:
        needed = 26 + text_width(text, 11.5) + 12
        if left > x and left + needed - 12 > x + width:
            left, top = x, top + row
        if draw:
            key(drawing, shape, colour, left, top - 4)
            drawing.text(left + 24, top, fitted(text, x + width - left - 24, 11.5), size=11.5, colour=MUTED)
        left += needed
    return top - y + 8.0 if entries else 0.0


def key(drawing: Drawing, shape: str, colour: str, x: float, y: float) -> None:
    """Draw one legend key, 20 wide, centred at height ``y``."""
    if shape == "line":
        drawing.line(x, y, x + 19, y, colour, 2.4)
    elif shape == "hair":
        drawing.line(x, y, x + 19, y, colour, 0.9)
    elif shape == "dash":
        drawing.line(x, y, x + 19, y, colour, 2.0, "5 3")
    elif shape == "bar":
        drawing.rect(x, y - 4, 19, 8, colour)
    elif shape == "box":
        drawing.rect(x + 0.5, y - 4, 18, 8, PAPER, colour)
    elif shape == "thin":
        drawing.line(x, y, x + 19, y, colour, 1.6)
        drawing.line(x, y - 4, x, y + 4, colour, 1.6)
        drawing.line(x + 19, y - 4, x + 19, y + 4, colour, 1.6)
    elif shape == "thick":
        drawing.line(x, y, x + 19, y, colour, 5)
    else:
        drawing.mark(shape, x + 9, y, colour)
