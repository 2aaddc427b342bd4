"""A figure exported as a file stands alone: a title, white paper, and every Chinese glyph that it shows."""

from __future__ import annotations

import base64
import io
import re
import xml.etree.ElementTree as ET

from fontTools.ttLib import TTFont

from ruralsim.view.report.figure_files import figure_files
from ruralsim.view.report.html import Figure
from ruralsim.view.report.svg import Drawing

SVG = "{http://www.w3.org/2000/svg}"


def figure(name: str, title: str, text: str) -> Figure:
    drawing = Drawing(100.0)
    drawing.text(10, 50, text)
    return Figure(name, title, "what it shows", drawing)


def glyphs(svg: bytes) -> set[str]:
    found = re.search(rb"base64,([A-Za-z0-9+/=]+)", svg)
    assert found is not None
    with TTFont(io.BytesIO(base64.b64decode(found[1]))) as font:
        return {chr(code) for code in font.getBestCmap()}


def test_the_font_inside_has_the_glyphs_of_title_and_drawing_and_no_others_of_the_east() -> None:
    made = figure_files([figure("one", "集体经济 & 治理", "各村同时起步"), figure("two", "分红", "示范")])
    assert set("集体经济治理各村同时起步") <= glyphs(made["one"])
    assert set("分红示范") <= glyphs(made["two"])
    assert "红" not in glyphs(made["one"])


def test_the_title_stands_above_the_drawing_which_keeps_its_height() -> None:
    (made,) = figure_files([figure("one", "A title that says <what> & why", "inside")]).values()
    root = ET.fromstring(made)
    (title,) = [one for one in root.findall(f"{SVG}text")]
    assert title.text == "A title that says <what> & why"
    (inner,) = root.findall(f"{SVG}svg")
    assert float(inner.get("y", "0")) > float(title.get("y", "0"))
    assert float(root.get("height", "0")) == float(inner.get("y", "0")) + 100.0


def test_a_figure_without_chinese_carries_no_font_and_equal_figures_give_equal_bytes() -> None:
    one, other = figure("one", "Title", "words"), figure("two", "标题", "words")
    made, again = figure_files([one, other]), figure_files([one, other])
    assert b"font-face" not in made["one"]
    assert b"font-face" in made["two"]
    assert made == again
