"""The whole page: both languages, the switch between them, style, and the glyphs that its text needs."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from html import escape
from pathlib import Path

from ruralsim.base.errors import LANGUAGES
from ruralsim.view import fonts
from ruralsim.view.report import (
    sections_basis,
    sections_collective,
    sections_drift,
    sections_flows,
    sections_indicators,
    sections_outcomes,
    sections_people,
    sections_policy,
    sections_scorecard,
    sections_sources,
    sections_villages,
)
from ruralsim.view.report.data import RunData
from ruralsim.view.report.html import Section, section_html, words
from ruralsim.view.report.levels import assumed
from ruralsim.view.report.words import plain, say

_TAGS = {"en": "en", "zh": "zh-CN"}
_NAMES = {"en": "English", "zh": "中文"}
_HERE = Path(__file__).parent
#: letters that browsers may add themselves, such as the marks of lists
_ALWAYS = "•◦▪▸▾ "
_BUILDERS = (
    sections_outcomes.changes,
    sections_collective.collective,
    sections_people.who,
    sections_villages.villages,
    sections_indicators.indicators,
    sections_flows.money,
    sections_flows.momentum,
    sections_policy.policy,
    sections_policy.nothing,
    sections_sources.sources,
    sections_drift.drift,
    sections_scorecard.scorecard,
    sections_basis.assumptions,
    sections_basis.limits,
    sections_basis.reproduce,
)


def sections(data: RunData, lang: str) -> list[Section]:
    """Return every section of the report in order; one that the run has nothing for is left out."""
    found = (build(data, lang) for build in _BUILDERS)
    return [section for section in found if section is not None]


def title_of(data: RunData, lang: str) -> str:
    """Return the title of the report: that of the scenario."""
    titles = data.facts["scenario"]["scenario"]["title"]
    return say("report_title", lang, title=titles.get(lang) or next(iter(titles.values())))


def page(data: RunData, lang: str, languages: Sequence[str] = LANGUAGES) -> str:
    """Return the report as one HTML document that needs nothing else.

    Args:
        data: of the run.
        lang: language shown first.
        languages: languages on the page.
    """
    body = "".join(_main(data, one, only=len(languages) == 1) for one in languages)
    return document(body, title_of(data, lang), lang, languages)


def document(body: str, title: str, lang: str, languages: Sequence[str] = LANGUAGES) -> str:
    """A whole HTML document that needs nothing else: style, switch between languages, and the glyphs of its text.

    Args:
        body: one ``main`` element for each language, as :func:`main_html` writes them.
        title: of the document.
        lang: language shown first.
        languages: languages in ``body``.
    """
    switch = "" if len(languages) == 1 else _switch(lang, languages)
    script = "" if len(languages) == 1 else f"<script>{(_HERE / 'switch.js').read_text(encoding='utf-8')}</script>"
    style = (_HERE / "style.css").read_text(encoding="utf-8")
    title = escape(title)
    glyphs = fonts.subset(body + switch + title + _ALWAYS)
    face = (
        "@font-face{font-family:'Ruralsim Sans';font-weight:400;font-style:normal;"
        f"src:url(data:font/woff;base64,{base64.b64encode(glyphs).decode('ascii')}) format('woff')}}"
    )
    return (
        f'<!DOCTYPE html>\n<html lang="{_TAGS[lang]}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="referrer" content="no-referrer">'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; "
        "script-src 'unsafe-inline'; font-src data:; img-src data:\">"
        f'<link rel="icon" href="data:,"><title>{title}</title><style>{face}\n{style}</style></head>\n'
        f"<body>{switch}{body}{script}</body></html>\n"
    )


def _switch(lang: str, languages: Sequence[str]) -> str:
    """Two radio buttons that show one language and hide the other, without any script."""
    boxes = "".join(
        f'<input class="switch" type="radio" name="lang" id="lang-{one}" aria-label="{_NAMES[one]}"'
        f"{' checked' if one == lang else ''}>"
        for one in languages
    )
    labels = "".join(f'<label for="lang-{one}" lang="{_TAGS[one]}">{_NAMES[one]}</label>' for one in languages)
    return f'{boxes}<div class="bar">{labels}</div>'


def _main(data: RunData, lang: str, *, only: bool) -> str:
    return main_html(
        title_of(data, lang), _about(data, lang), _warnings(data, lang), sections(data, lang), _footer(data, lang),
        lang, only=only,
    )  # fmt: skip


def main_html(
    title: str,
    about: Sequence[str],
    warnings: Sequence[str],
    parts: Sequence[Section],
    footer: str,
    lang: str,
    *,
    only: bool = False,
) -> str:
    """The ``main`` element of a document in one language: title, what it is about, contents, sections, footer."""
    links = "".join(f'<li><a href="#{lang}-{one.name}">{words(one.title)}</a></li>' for one in parts)
    found = [
        f'<main lang="{_TAGS[lang]}"{" class=only" if only else ""}><header><h1>{words(title)}</h1>',
        *(f'<p class="sub">{words(text)}</p>' for text in about),
        *(f'<p class="warn">{words(text)}</p>' for text in warnings),
        f'<nav aria-label="{escape(say("report_contents", lang))}"><ul>{links}</ul></nav></header>',
        *(section_html(one, lang) for one in parts),
        f'<footer class="note">{words(footer)}</footer></main>',
    ]
    return "".join(found)


def _about(data: RunData, lang: str) -> list[str]:
    facts = data.facts
    line = say(
        "report_subtitle",
        lang,
        villages=plain(int(facts["villages"]), 0),
        villagers=plain(int(facts["villagers"]), 0),
        first=data.start,
        last=data.end,
        months=data.months,
        replicates=data.replicates,
    )
    note = facts["scenario"]["scenario"].get("note", {}).get(lang)
    return [line, note] if note else [line]


def _warnings(data: RunData, lang: str) -> list[str]:
    place = data.facts["scenario"]["place"]
    note = place.get("identity_note", {}).get(lang, "")
    found = []
    if place.get("identity") == "inferred":
        found.append(say("report_warning_inferred", lang, note=note))
    elif note:
        found.append(note)
    elif not data.has_roster:
        found.append(say("report_warning_synthetic", lang))
    rests = assumed(data)
    if rests.share is None:
        found.append(say("report_warning_assumed", lang, assumed=rests.number, count=rests.every))
    else:
        percent = plain(100 * rests.share, 0)
        found.append(say("report_warning_share", lang, assumed=rests.number, count=rests.every, share=percent))
    return found


def _footer(data: RunData, lang: str) -> str:
    return say("report_footer", lang, version=data.facts["versions"]["ruralsim"], run=data.facts["run_id"])
