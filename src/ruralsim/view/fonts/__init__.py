"""The font that reports carry: widths of texts, and the glyphs that a page needs, as bytes to be put into it."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

FONT_FILE = Path(__file__).with_name("noto-sans-sc.otf")
LICENCE_FILE = Path(__file__).with_name("OFL.txt")
_UNKNOWN = 1.0


@cache
def advances() -> Mapping[int, float]:
    """Return the width in em of every character of the font, by code point."""
    from fontTools.ttLib import TTFont

    with TTFont(FONT_FILE, lazy=True) as font:
        em = font["head"].unitsPerEm
        widths = font["hmtx"]
        return {code: widths[glyph][0] / em for code, glyph in font.getBestCmap().items()}


def text_width(text: str, size: float) -> float:
    """Return how wide a text is, in the unit of ``size`` (the height of an em); kerning is left out.

    A character that the font lacks counts as one em.
    """
    known = advances()
    return size * sum(known.get(ord(letter), _UNKNOWN) for letter in text)


def lacking(text: Iterable[str]) -> set[str]:
    """Return the printable characters of a text that the font lacks."""
    known = advances()
    return {letter for letter in set(text) if letter.isprintable() and ord(letter) not in known}


def subset(text: Iterable[str], source: bytes | None = None) -> bytes:
    """Return a WOFF font with the glyphs that a text needs.

    Args:
        text: any characters; those that the font lacks are left out.
        source: a font to cut from, itself cut before; None means the whole one.
    """
    from fontTools.subset import Options, Subsetter
    from fontTools.ttLib import TTFont

    options = Options()
    options.layout_features = ["kern", "ccmp", "mark", "mkmk"]
    options.hinting = False
    options.name_IDs = [0, 1, 2, 5, 13, 14]
    logger = logging.getLogger("fontTools")
    level = logger.level
    logger.setLevel(logging.ERROR)
    try:
        with TTFont(FONT_FILE if source is None else io.BytesIO(source)) as font:
            cutter = Subsetter(options)
            cutter.populate(unicodes=sorted({ord(letter) for letter in text} | {0x20}))
            cutter.subset(font)
            font["head"].modified = font["head"].created  # the same text gives the same bytes
            font.recalcTimestamp = False
            font.flavor = "woff"
            stream = io.BytesIO()
            font.save(stream)
    finally:
        logger.setLevel(level)
    return stream.getvalue()
