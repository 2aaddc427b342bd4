"""A page of sections: its languages and the switch between them, style, and the glyphs that its text needs."""

from __future__ import annotations

import base64
from collections.abc import Callable, Sequence
from html import escape
from pathlib import Path

from ruralsim.base.errors import LANGUAGES
from ruralsim.view import fonts
from ruralsim.view.report.html import Section, section_html, words
from ruralsim.view.report.words import say

_TAGS = {"en": "en", "zh": "zh-CN"}
_NAMES = {"en": "English", "zh": "中文"}
_HERE = Path(__file__).parent
#: letters that browsers may add themselves, such as the marks of lists
_ALWAYS = "•◦▪▸▾ "


def document(
    lang: str,
    title: Callable[[str], str],
    about: Callable[[str], Sequence[str]],
    sections: Callable[[str], Sequence[Section]],
    footer: Callable[[str], str],
    *,
    warnings: Callable[[str], Sequence[str]] = lambda lang: (),
    languages: Sequence[str] = LANGUAGES,
) -> str:
    """Return an HTML document that needs nothing else.

    Args:
        lang: language shown first.
        title, about, sections, footer, warnings: parts of the page in a language.
        languages: languages on the page.
    """
    body = "".join(
        _main(one, title(one), about(one), warnings(one), sections(one), footer(one), only=len(languages) == 1)
        for one in languages
    )
    switch = "" if len(languages) == 1 else _switch(lang, languages)
    script = "" if len(languages) == 1 else f"<script>{(_HERE / 'switch.js').read_text(encoding='utf-8')}</script>"
    style = (_HERE / "style.css").read_text(encoding="utf-8")
    heading = escape(title(lang))
    glyphs = fonts.subset(body + switch + heading + _ALWAYS)
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
        f'<link rel="icon" href="data:,"><title>{heading}</title><style>{face}\n{style}</style></head>\n'
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


def _main(
    lang: str,
    title: str,
    about: Sequence[str],
    warnings: Sequence[str],
    sections: Sequence[Section],
    footer: str,
    *,
    only: bool,
) -> str:
    links = "".join(f'<li><a href="#{lang}-{one.name}">{words(one.title)}</a></li>' for one in sections)
    parts = [
        f'<main lang="{_TAGS[lang]}"{" class=only" if only else ""}><header><h1>{words(title)}</h1>',
        *(f'<p class="sub">{words(text)}</p>' for text in about),
        *(f'<p class="warn">{words(text)}</p>' for text in warnings),
        f'<nav aria-label="{escape(say("report_contents", lang))}"><ul>{links}</ul></nav></header>',
        *(section_html(one, lang) for one in sections),
        f'<footer class="note">{words(footer)}</footer></main>',
    ]
    return "".join(parts)
