"""The report in a real browser: nothing asked for elsewhere, no missing glyph, nothing that overlaps."""

from __future__ import annotations

import base64
import io
import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont
from report_browser import Page, browser, chromium

from ruralsim.view.cli import run
from ruralsim.view.report import REPORT, write_report

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(chromium() is None, reason="no Chromium on this machine (Debian: apt-get install chromium)"),
]
SIZES = [("desktop", 1280), ("telephone", 390)]
MAINS = {"en": "en", "zh": "zh-CN"}

#: texts of a figure that overlap one another, or leave it
_OVERLAPS = """(() => {
  const found = [];
  for (const svg of document.querySelectorAll("main svg")) {
    if (svg.getClientRects().length === 0) continue;
    const edge = svg.getBoundingClientRect();
    const texts = [...svg.querySelectorAll("text")].map(one => [one.textContent, one.getBoundingClientRect()]);
    texts.forEach(([text, a], k) => {
      if (a.left < edge.left - 1 || a.right > edge.right + 1 || a.top < edge.top - 2 || a.bottom > edge.bottom + 2)
        found.push(svg.getAttribute("aria-labelledby") + ": '" + text + "' leaves the figure");
      const trim = 0.22 * a.height;
      for (const [other, b] of texts.slice(k + 1))
        if (a.left < b.right - 1 && b.left < a.right - 1 &&
            a.top + trim < b.bottom - trim && b.top + trim < a.bottom - trim)
          found.push(svg.getAttribute("aria-labelledby") + ": '" + text + "' overlaps '" + other + "'");
    });
  }
  return found;
})()"""


#: cells of tables whose words run into the next cell
_TOO_NARROW = """[...document.querySelectorAll("main th, main td")]
  .filter(one => one.getClientRects().length && one.scrollWidth > one.clientWidth + 1).map(one => one.textContent)"""
#: all text that is laid out
_SHOWN = """(() => {
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  let found = "";
  while (walk.nextNode()) {
    const around = walk.currentNode.parentElement;
    if (around.getClientRects().length && !["SCRIPT", "STYLE"].includes(around.tagName)) found += walk.currentNode.data;
  }
  return found;
})()"""


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("browser") / "out"
    changes = [part for change in ("place.villages=8", "place.population=2000") for part in ("--set", change)]
    size = ["--months", "30", "--replicates", "2", "--draws", "4"]
    assert run(["run", "demo-township", *changes, *size, "--out", str(out), "--quiet", "--no-report"]) == 0
    return write_report(out, "en")


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    with browser() as found:
        yield found


@pytest.mark.parametrize(("kind", "width"), SIZES)
@pytest.mark.parametrize("lang", MAINS)
def test_layout(report: Path, page: Page, lang: str, kind: str, width: int) -> None:
    page.open(report, width, fragment=f"#{lang}")
    assert page.evaluate("document.documentElement.lang") == MAINS[lang]
    assert page.evaluate("document.documentElement.scrollWidth") == width, kind
    assert page.evaluate(_OVERLAPS) == []
    assert page.evaluate(_TOO_NARROW) == []
    assert page.complaints() == []
    assert [one for one in page.requested() if not one.startswith(("data:", report.as_uri()))] == []
    shown = page.evaluate("[...document.querySelectorAll('main')].filter(one => one.offsetParent).map(one => one.lang)")
    assert shown == [MAINS[lang]]


def without_glyph(page: Page, report: Path) -> set[str]:
    """Characters that the browser lays out and the page's own font lacks: it would draw boxes, or somebody's font."""
    (found,) = re.findall(r"url\(data:font/woff;base64,([^)]+)\)", report.read_text(encoding="utf-8"))
    known = TTFont(io.BytesIO(base64.b64decode(found))).getBestCmap()
    shown = page.evaluate(_SHOWN)
    assert len(shown) > 5_000
    return {letter for letter in shown if letter.isprintable() and ord(letter) not in known}


def test_what_overlaps_is_noticed(report: Path, page: Page) -> None:
    page.open(report, 1280)
    onto = "for (const name of ['x', 'y', 'text-anchor']) a.setAttribute(name, b.getAttribute(name) || '')"
    page.evaluate(f"(([a, b]) => {{ {onto} }})(document.querySelector('main svg').querySelectorAll('text'))")
    page.evaluate("document.querySelectorAll('main thead th')[1].textContent = 'wide'.repeat(60)")
    assert any("overlaps" in one for one in page.evaluate(_OVERLAPS))
    assert len(page.evaluate(_TOO_NARROW)) == 1


@pytest.mark.parametrize("lang", MAINS)
def test_every_glyph_comes_from_the_page(report: Path, page: Page, lang: str) -> None:
    page.open(report, 1280, fragment=f"#{lang}")
    page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")
    page.evaluate("document.fonts.ready.then(() => true)")
    found = page.fonts_of(f"main[lang='{MAINS[lang]}']")
    assert {custom for _, custom in found} == {True}, found
    assert sum(found.values()) > 10_000
    assert without_glyph(page, report) == set()
    # four full-width characters, as wide as four of them are
    wide = (
        "(c => { c.font = \"100px 'Ruralsim Sans'\"; return c.measureText('集体经济').width })"
        "(document.createElement('canvas').getContext('2d'))"
    )
    assert page.evaluate(wide) == pytest.approx(400.0, abs=0.5)


def test_a_character_that_the_page_lacks_is_noticed(report: Path, page: Page) -> None:
    page.open(report, 1280)
    page.evaluate("document.querySelector('main h1').textContent += ' \\u{20bb7}'")
    assert without_glyph(page, report) == {"\U00020bb7"}


def test_the_language_is_switched_without_any_script(report: Path, page: Page) -> None:
    page.call("Emulation.setScriptExecutionDisabled", value=True)
    try:
        page.call("Emulation.setDeviceMetricsOverride", width=1280, height=900, deviceScaleFactor=1, mobile=False)
        page.call("Page.navigate", url=report.as_uri())
        time.sleep(2.0)  # a page without scripts cannot say that it is ready
        shown = "[...document.querySelectorAll('main')].filter(one => one.offsetParent).map(one => one.lang)"
        assert page.evaluate(shown) == ["en"]
        place = page.evaluate(
            "(b => [b.x + b.width / 2, b.y + b.height / 2])"
            "(document.querySelector('label[for=lang-zh]').getBoundingClientRect())"
        )
        for kind in ("mousePressed", "mouseReleased"):
            page.call("Input.dispatchMouseEvent", type=kind, x=place[0], y=place[1], button="left", clickCount=1)
        assert page.evaluate(shown) == ["zh-CN"]
    finally:
        page.call("Emulation.setScriptExecutionDisabled", value=False)


def test_the_switch_works_by_keyboard_and_keeps_the_place(report: Path, page: Page) -> None:
    page.open(report, 1280, fragment="#en-money")
    page.evaluate("document.getElementById('lang-en').focus()")
    for kind in ("keyDown", "keyUp"):
        page.call("Input.dispatchKeyEvent", type=kind, key="ArrowRight", code="ArrowRight", windowsVirtualKeyCode=39)
    assert page.evaluate("document.documentElement.lang") == "zh-CN"
    assert page.evaluate("document.title").endswith("模拟结果")


def test_printing(report: Path, page: Page, tmp_path: Path) -> None:
    page.open(report, 1280, fragment="#zh")
    page.call("Emulation.setEmulatedMedia", media="print")
    try:
        assert page.evaluate("getComputedStyle(document.querySelector('.bar')).display") == "none"
        page.pdf(tmp_path / "report.pdf")
    finally:
        page.call("Emulation.setEmulatedMedia", media="")
    content = (tmp_path / "report.pdf").read_bytes()
    assert content.startswith(b"%PDF")
    assert 4 <= content.count(b"/Type /Page\n") + content.count(b"/Type /Page ") <= 30
    assert report.name == REPORT
