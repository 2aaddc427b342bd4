"""The scorecard in words and as a page: labels, bands, what is out, and the table of ``docs/validation.md``."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from ruralsim.base.errors import InputError
from ruralsim.spec.files import read_text
from ruralsim.view.commands.common import say

if TYPE_CHECKING:
    from ruralsim.analysis.validation import Check, Criterion, Scorecard

#: units that are shown as per cent or percentage points
_PERCENT = (
    "share",
    "share of villages",
    "share of villages a year",
    "1 a year",
    "probability a level",
    "share of the run",
)
_PART = re.compile(r"<!-- scorecard -->\n.*?<!-- end of scorecard -->", re.DOTALL)


def shown(value: float, unit: str, lang: str) -> str:
    """A value with its unit, for people."""
    if value != value:
        return say("validate_undefined", lang)
    return _with_unit(_number(value, unit), unit, lang)


def _number(value: float, unit: str) -> str:
    if unit in _PERCENT:
        return f"{100 * value:.1f}"
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"


def _with_unit(text: str, unit: str, lang: str) -> str:
    word = say("measure_unit_" + unit.replace(" ", "_").replace(",", ""), lang)
    return text + ("" if lang == "zh" or not word else " ") + word


def band(check: Check, unit: str, lang: str) -> str:
    """The band in words."""
    low, high = (None if end is None else _number(end, unit) for end in (check.low, check.high))
    if low is None:
        text = say("validate_at_most", lang, high=high)
    elif high is None:
        text = say("validate_at_least", lang, low=low)
    else:
        text = say("validate_between", lang, low=low, high=high)
    return _with_unit(text, unit, lang)


def label(check: Check, lang: str) -> str:
    """What a check measures, in words."""
    fields = {name: _setting(name, value, lang) for name, value in check.settings.items()}
    text = say(f"measure_{check.measure}", lang, **fields)
    if fields.get("high") == _OPEN:
        low = fields["low"]
        for written in (f"{low}–{_OPEN} yuan", f"{low}–{_OPEN}元"):
            text = text.replace(written, say("validate_above", lang, low=low))
    return text + ("" if check.kind == "true" else " " * (lang == "en") + say("validate_reported", lang))


_OPEN = "∞"


def _setting(name: str, value: object, lang: str) -> str:
    if isinstance(value, str):
        return say(f"measure_word_{value}", lang)
    number = float(str(value))
    if name == "share":
        return f"{100 * number:.1f} %"
    return _OPEN if number >= 1e11 else f"{number:,.0f}"


def totals(card: Scorecard, lang: str) -> list[str]:
    """How many targets, patterns and checks are in band."""
    found = card.plain()
    patterns, targets = found["patterns"], found["targets"]
    tested = [row for row in card.rows if row.value is not None]
    met = sum(row.verdict == "in" for row in tested)
    return [
        say("validate_targets", lang, met=targets["in_band"], total=targets["total"]),
        say("validate_patterns", lang, met=patterns["in_band"], total=patterns["total"]),
        say("validate_checks", lang, met=met, total=len(tested), left=len(card.rows) - len(tested)),
    ]


def misses(card: Scorecard, lang: str) -> list[str]:
    """One sentence for each check that is out of band."""
    from ruralsim.analysis.validation.runs import planned_runs

    plans, _ = planned_runs()
    return [
        say(
            "validate_miss", lang, id=row.id, label=label(row.check, lang), value=shown(row.value, row.unit, lang),
            band=band(row.check, row.unit, lang), place=_capital(plans[row.check.run].title[lang]),
            reason=row.check.reason[lang],
        )
        for row in card.rows
        if row.verdict == "out" and row.value is not None
    ]  # fmt: skip


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def write_page(path: Path, card: Scorecard) -> None:
    """Put the table of a scorecard into a document, between its two marks; the rest stays as it is.

    Args:
        path: a Markdown file with the lines ``<!-- scorecard -->`` and ``<!-- end of scorecard -->``.
        card: to be shown, in English.

    Raises:
        InputError: the file is not there or lacks the marks.
    """
    text = read_text(path)
    if _PART.search(text) is None:
        raise InputError("validation_page_marks", file=path)
    block = f"<!-- scorecard -->\n\n{page_block(card)}\n\n<!-- end of scorecard -->"
    path.write_text(_PART.sub(lambda _: block, text), encoding="utf-8")


def page_block(card: Scorecard) -> str:
    """The scorecard as Markdown."""
    parts = [" ".join(totals(card, "en")) + f" Seed {card.seed}."]
    for targets, heading in ((True, "Calibration targets"), (False, "Patterns")):
        parts.append(f"### {heading}")
        parts += [_section(card, one) for one in card.criteria if one.is_target == targets]
    return "\n\n".join(parts)


def _section(card: Scorecard, one: Criterion) -> str:
    verdict = {"in": "in band", "out": "**out of band**", "not_testable": "not testable here"}[card.verdict(one.id)]
    lines = [
        f"#### {one.id} {one.title['en']} ({one.title['zh']}): {verdict}",
        "",
        f"{one.statement['en']} Evidence: {', '.join(one.evidence)}.",
        "",
        "| | check | model | band | evidence | run | reason for the band |",
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]
    for row in card.rows_of(one.id):
        check = row.check
        if row.value is None:
            lines.append(f"| – | not testable here | | | | {check.run} | {check.reason['en']} |")
            continue
        known = "no number" if check.value is None else shown(check.value, row.unit, "en")
        place = check.run if check.against is None else f"{check.run} less {check.against}"
        mark = "in" if row.verdict == "in" else "**out**"
        lines.append(
            f"| {mark} | {label(check, 'en')} | {shown(row.value, row.unit, 'en')} | {band(check, row.unit, 'en')} "
            f"| {known} | {place} | {check.reason['en']} |"
        )
    return "\n".join(lines)
