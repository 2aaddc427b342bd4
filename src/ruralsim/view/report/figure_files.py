"""Figures as files of their own, for a report or slides: the title above, the font with its Chinese glyphs inside."""

from __future__ import annotations

import base64
import re
from collections.abc import Sequence
from functools import cache
from html import escape, unescape

from ruralsim.view import fonts
from ruralsim.view.report.html import Figure
from ruralsim.view.report.svg import FAMILY, INK, PAPER, WIDTH, n, wrapped

_SIZE, _LINE, _EDGE = 14.0, 20.0, 12.0
#: from here on characters that not every computer has a font for
_FIRST_EAST_ASIAN = 0x2E80
_TAGS = re.compile(r"<[^>]*>")


def figure_files(figures: Sequence[Figure]) -> dict[str, bytes]:
    """Return every figure as a whole SVG file, by its name.

    Args:
        figures: with names that differ. Equal figures give equal bytes.
    """
    whole = {one.name: _whole(one) for one in figures}
    texts = {name: _glyphs(svg) for name, svg in whole.items()}
    needed = "".join(sorted(set("".join(texts.values()))))
    # cutting the large font once and the small one for each figure takes a tenth of the time
    cut = fonts.subset(needed) if needed else b""
    return {name: (_with_font(svg, texts[name], cut) + "\n").encode() for name, svg in whole.items()}


def _whole(one: Figure) -> str:
    """The drawing with its title above, on white."""
    lines = wrapped(one.title, max(one.drawing.width, WIDTH) - 2 * _EDGE, _SIZE, most=3)
    top = _EDGE + _LINE * len(lines)
    width, height = one.drawing.width, one.drawing.height + top
    title = "".join(
        f'<text x="{n(_EDGE)}" y="{n(_EDGE + _LINE * k + 4)}" font-size="{n(_SIZE)}" font-weight="bold" '
        f'fill="{INK}">{escape(line)}</text>'
        for k, line in enumerate(lines)
    )
    drawn = one.drawing.svg(one.name, one.title, one.description).replace("<svg ", f'<svg y="{n(top)}" ', 1)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {n(width)} {n(height)}" width="{n(width)}" '
        f'height="{n(height)}" font-family="{FAMILY}"><rect width="{n(width)}" height="{n(height)}" fill="{PAPER}"/>'
        f"{title}{drawn}</svg>"
    )


def _glyphs(svg: str) -> str:
    """The characters shown that not every computer has a font for."""
    return "".join(sorted({letter for letter in unescape(_TAGS.sub("", svg)) if ord(letter) >= _FIRST_EAST_ASIAN}))


@cache
def _font(text: str, source: bytes) -> str:
    return base64.b64encode(fonts.subset(text, source)).decode("ascii")


def _with_font(svg: str, text: str, source: bytes) -> str:
    if not text:
        return svg
    style = (
        "<style>@font-face{font-family:'Ruralsim Sans';"
        f"src:url(data:font/woff;base64,{_font(text, source)}) format('woff')}}</style>"
    )
    place = svg.index(">") + 1
    return svg[:place] + style + svg[place:]
