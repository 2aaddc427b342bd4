"""Numbers and names in a reader's words, in both languages."""

from __future__ import annotations

import math
from collections.abc import Iterable
from functools import cache

from ruralsim.base.errors import Message, catalogue
from ruralsim.model.books_loop import OUTCOMES
from ruralsim.model.outcomes import GOALS

UNITS = {name: unit for name, unit, _ in OUTCOMES} | dict.fromkeys(GOALS, "score")
MINUS, NOTHING = "−", "–"


def say(code: str, lang: str, /, **fields: object) -> str:
    """Return a text of the catalogue."""
    return Message(code, **fields).text(lang)


def known(code: str, lang: str) -> bool:
    """Whether the catalogue has a text."""
    return code in _catalogue(lang)


@cache
def _catalogue(lang: str) -> frozenset[str]:
    return frozenset(catalogue(lang))


def label(kind: str, name: str, lang: str) -> str:
    """Return the label of a name (``flow`` ``sales``); the name itself, made readable, where there is none."""
    code = f"report_{kind}_{name}".replace(".", "_")
    return say(code, lang) if known(code, lang) else name.replace("_", " ").replace(".", ": ")


def outcome(name: str, lang: str) -> str:
    """Return the label of an outcome or a goal."""
    for code in (f"report_outcome_{name}", f"run_goal_{name}", f"run_{name}"):
        if known(code, lang):
            text = say(code, lang)
            return text[:1].upper() + text[1:]
    return name.replace("_", " ")


def short_outcome(name: str, lang: str) -> str:
    """Return the label of an outcome for the middle of a sentence."""
    code = f"report_short_{name}"
    return say(code, lang) if known(code, lang) else small(outcome(name, lang), lang)


def small(text: str, lang: str) -> str:
    """Begin a text in lower case, for the middle of a sentence."""
    return text if lang == "zh" else text[:1].lower() + text[1:]


def capital(text: str) -> str:
    """Begin a text with a capital."""
    return text[:1].upper() + text[1:]


def signed(text: str) -> str:
    """Put the sign of a number written with a hyphen into typographic form."""
    return MINUS + text[1:] if text.startswith("-") else text


def plain(value: float, digits: int = 2) -> str:
    """A number with a fixed number of decimals; never −0.00."""
    shown = f"{value:,.{digits}f}"
    return signed(shown if any(c in "123456789" for c in shown) else shown.removeprefix("-"))


def figure(value: float | None, unit: str, lang: str) -> str:
    """A value with its unit, as it stands in a table."""
    if value is None or not math.isfinite(value):
        return NOTHING
    if unit == "share":
        return plain(100 * value, 1) + " %"
    if unit.startswith("yuan") or unit in ("persons", "FTE", "cases"):
        return plain(value, 0)
    return plain(value, 3)


def difference(value: float | None, unit: str, lang: str) -> str:
    """A change, with its sign; of a share in percentage points."""
    if value is None or not math.isfinite(value):
        return NOTHING
    if unit == "share":
        shown = say("run_points", lang, number=plain(100 * value, 1))
    else:
        shown = figure(value, unit, lang)
    return _with_sign(shown)


def span(bounds: tuple[float, float] | None, unit: str, lang: str, *, change: bool = False) -> str:
    """An interval in words, or a dash where there is none."""
    if bounds is None:
        return NOTHING
    low, high = bounds
    if unit == "share":  # the unit once, at the end
        ends = [plain(100 * end, 1) for end in bounds]
        shown = [_with_sign(end) for end in ends] if change else ends
        return say("report_span_points" if change else "report_span_percent", lang, low=shown[0], high=shown[1])
    write = difference if change else figure
    return say("report_span", lang, low=write(low, unit, lang), high=write(high, unit, lang))


def _with_sign(shown: str) -> str:
    return shown if shown.startswith(MINUS) or not any(c in "123456789" for c in shown) else "+" + shown


def yuan(value: float, lang: str) -> str:
    """An amount of money for people: 万元 and 亿元 in Chinese, thousands and millions in English."""
    size = abs(value)
    if lang == "zh":
        if size >= 1e8:
            return plain(value / 1e8, 2 if size < 1e9 else 1) + " 亿元"
        if size >= 1e4:
            return plain(value / 1e4, 1 if size < 1e6 else 0) + " 万元"
        return plain(value, 0) + " 元"
    if size >= 1e9:
        return plain(value / 1e9, 2) + " billion yuan"
    if size >= 1e6:
        return plain(value / 1e6, 2 if size < 1e7 else 1) + " million yuan"
    return plain(value, 0) + " yuan"


def short_yuan(value: float, lang: str) -> str:
    """An amount of money where room is short: 3.2 m, 45 k; 320 万, 4.5 万."""
    size = abs(value)
    steps: tuple[tuple[float, str], ...] = ((1e8, "\u00a0亿"), (1e4, "\u00a0万"))
    if lang != "zh":
        steps = ((1e9, "\u00a0bn"), (1e6, "\u00a0m"), (1e3, "\u00a0k"))
    for unit, word in steps:
        if size >= unit:
            number = value / unit
            return plain(number, 0 if abs(number) >= 100 else 1 if abs(number) >= 10 else 2) + word
    return plain(value, 0)


def listed(items: Iterable[str], lang: str) -> str:
    """A list in words: with commas, and 'and' before the last in English."""
    found = list(items)
    if lang == "zh":
        return "、".join(found)
    if len(found) < 2:
        return "".join(found)
    return ", ".join(found[:-1]) + " and " + found[-1]
