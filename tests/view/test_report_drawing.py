"""Figures: round ticks, labels that keep apart, flows that add up."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ruralsim.view.fonts import text_width
from ruralsim.view.report import bars, charts
from ruralsim.view.report.charts import Band, Line, Mark, Row
from ruralsim.view.report.sankey import Link, Stream, hub, two_sided
from ruralsim.view.report.svg import WIDTH, Drawing, fitted, n, nice_ticks, wrapped
from ruralsim.view.report.words import difference, figure, plain, short_yuan, span, yuan

SVG = "{http://www.w3.org/2000/svg}"
finite = st.floats(-1e9, 1e9, allow_nan=False)
sizes = st.floats(1e-6, 1e9)


def drawn(drawing: Drawing) -> ElementTree.Element:
    return ElementTree.fromstring(drawing.svg("x", "Title & <name>", "What it shows"))


def boxes(drawing: Drawing) -> list[tuple[str, float, float, float, float]]:
    """Texts with the boxes they fill: left, top, right, bottom."""
    found = []
    for one in drawn(drawing).iter(f"{SVG}text"):
        text, size = one.text or "", float(one.attrib["font-size"])
        wide, x, y = text_width(text, size), float(one.attrib["x"]), float(one.attrib["y"])
        left = x - {"start": 0.0, "middle": wide / 2, "end": wide}[one.attrib.get("text-anchor", "start")]
        found.append((text, left, y - 0.75 * size, left + wide, y + 0.15 * size))
    return found


def check_apart(drawing: Drawing) -> None:
    """No text leaves the drawing, and no two texts overlap."""
    found = boxes(drawing)
    for text, left, top, right, bottom in found:
        assert left >= -0.5, text
        assert top >= -0.5, text
        assert right <= drawing.width + 0.5, text
        assert bottom <= drawing.height + 0.5, text
    for k, (text, left, top, right, bottom) in enumerate(found):
        for other, a, b, c, d in found[k + 1 :]:
            assert right <= a + 0.5 or c <= left + 0.5 or bottom <= b + 0.5 or d <= top + 0.5, (text, other)


@given(finite, finite)
def test_ticks_hold_the_range_and_are_round(a: float, b: float) -> None:
    low, high = min(a, b), max(a, b)
    ticks = nice_ticks(low, high)
    slack = 1e-6 * max(1.0, abs(low), abs(high))
    assert ticks[0] <= low + slack
    assert ticks[-1] >= high - slack
    assert 2 <= len(ticks) <= 8
    if high - low > 1e-3:
        assert re.fullmatch(r"[125]e[+-]\d+", f"{ticks[1] - ticks[0]:.0e}")


def test_ticks_of_nothing_and_of_one_value() -> None:
    assert nice_ticks(float("nan"), 1.0) == [0.0, 1.0]
    assert nice_ticks(0.5, 0.5)[0] < 0.5 < nice_ticks(0.5, 0.5)[-1]


@given(st.text(alphabet="abc 集体经济", min_size=1, max_size=40), st.floats(20, 300))
def test_texts_fit(text: str, width: float) -> None:
    assert text_width(fitted(text, width), 12.5) <= width
    for line in wrapped(text, width):
        assert text_width(line, 12.5) <= width
    assert len(wrapped(text, width)) <= 2


def test_coordinates_are_short() -> None:
    assert [n(value) for value in (1.0, 1.25, -0.04, -0.06, 0.0, -12.0)] == ["1", "1.2", "0", "-0.1", "0", "-12"]


@given(st.lists(sizes, min_size=1, max_size=11), st.lists(sizes, min_size=1, max_size=11))
def test_labels_of_a_hub_keep_apart(ins: list[float], outs: list[float]) -> None:
    label = "party organisation: collective money"
    sides = [
        [Stream(f"{label} {k}", size, "1,234.5\u00a0k", "#000000") for k, size in enumerate(side)]
        for side in (ins, outs)
    ]
    drawing = hub(sides[0], "治理势能", sides[1])
    check_apart(drawing)
    assert len(list(drawn(drawing).iter(f"{SVG}path"))) == len(ins) + len(outs)


def widths(drawing: Drawing) -> list[float]:
    """Thickness of the streams, from their outlines."""
    found = []
    for one in drawn(drawing).iter(f"{SVG}path"):
        start = re.match(r"M[\d.]+ ([\d.]+)", one.attrib["d"])
        end = re.search(r"([\d.]+)Z$", one.attrib["d"])
        assert start
        assert end
        found.append(float(end[1]) - float(start[1]))
    return found


def test_widths_are_proportional_to_the_sizes() -> None:
    drawing = hub(
        [Stream("a", 30.0, "30", "#1"), Stream("b", 10.0, "10", "#2")], "m", [Stream("c", 40.0, "40", "#3")], tall=200.0
    )
    assert widths(drawing) == [pytest.approx(w, abs=0.2) for w in (150.0, 50.0, 200.0)]
    links = [Link(0, 0, 3.0, "#1"), Link(0, 1, 1.0, "#1"), Link(1, 1, 4.0, "#2")]
    names = [("Households", "12 m", "#1"), ("Outside", "3 m", "#2")]
    other = two_sided(names, names, links, tall=80.0)
    assert widths(other) == [pytest.approx(w, abs=0.2) for w in (30.0, 10.0, 40.0)]
    check_apart(other)


@pytest.mark.parametrize("long", [False, True])
@pytest.mark.parametrize("months", [2, 12, 30, 120, 480])
def test_series_keep_their_labels_apart(months: int, long: bool) -> None:
    lines = [Line([(float(m), 0.4 + 0.001 * m) for m in range(months + 1)], "#0072b2", "a mean" * (8 if long else 1))]
    phases = [
        Band("near " * (9 if long else 1), 1, months // 3 + 1),
        Band("mid", months // 3 + 2, months),
        Band("late", months + 3, months + 9),
    ]
    phases.append(Band("at the same time", 1, months))
    drawing = charts.series(lines, phases, months, 2021, 3, lambda v: plain(v, 2))
    check_apart(drawing)
    texts = [text for text, *_ in boxes(drawing)]
    assert "late" not in texts


@pytest.mark.parametrize(
    "label", ["plain", "Effective rule of law: disputes settled within three months", "高质量发展"]
)
def test_rows_keep_their_labels_apart(label: str) -> None:
    rows = [Row("A heading that stands above its rows")]
    rows += [
        Row(f"{label} {k}", [Mark("thin", -0.02 * k, "#000000", 0.1 * k), Mark("dot", 0.05 * k, "#0072b2")])
        for k in range(1, 12)
    ]
    entries = [("dot", "#0072b2", "higher than without policy"), ("thin", "#000000", "replicates, lowest to highest")]
    drawing = charts.rows_chart(rows, lambda v: plain(v, 2), 0.0, entries)
    check_apart(drawing)
    assert drawing.width == WIDTH


def test_bars_and_shares() -> None:
    years = [str(year) for year in range(2021, 2051)]
    columns = [("asked for", "box:#566072", [1e6 * k for k in range(30)]), ("delivered", "#0072b2", [5e5] * 30)]
    drawing = bars.bars(
        years, columns, lambda v: short_yuan(v, "en"), [None, *[1e6] * 29], ("line", "#d55e00", "budget")
    )
    check_apart(drawing)
    check_apart(bars.bars(["2021"], [("asked", "#0072b2", [0.0])], lambda v: plain(v, 0)))
    check_apart(
        bars.shares_bar(
            [("evidence 19", "#009e73", 19.0), ("assumed 244", "#e69f00", 244.0), ("none 0", "#0072b2", 0.0)]
        )
    )


def test_numbers_for_people() -> None:
    assert plain(-0.0004, 3) == "0.000"
    assert plain(-1234.5, 1) == "−1,234.5"
    assert difference(0.0523, "share", "en") == "+5.2 pts"
    assert difference(0.0, "score", "en") == "0.000"
    assert figure(float("nan"), "score", "en") == "–"
    assert span(None, "score", "en") == "–"
    assert span((-0.05, 0.1), "share", "en", change=True) == "−5.0 to +10.0 pts"
    assert span((0.05, 0.1), "share", "zh") == "5.0 至 10.0 %"
    assert span((-0.1, 0.2), "score", "zh", change=True) == "−0.100 至 +0.200"
    assert [yuan(value, "en") for value in (93.4, 45_000, 1.25e6, 3.4e9)] == [
        "93 yuan",
        "45,000 yuan",
        "1.25 million yuan",
        "3.40 billion yuan",
    ]
    assert [yuan(value, "zh") for value in (93.4, 45_000, 1.25e6, 3.4e9)] == [
        "93 元",
        "4.5 万元",
        "125 万元",
        "34.0 亿元",
    ]
    assert short_yuan(45_000, "zh") == "4.50\u00a0万"
