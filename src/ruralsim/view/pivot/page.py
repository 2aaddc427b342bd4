"""``pivot.html``: the measured pivot as one page in both languages that needs nothing else."""

from __future__ import annotations

from collections.abc import Mapping

from ruralsim.base.errors import LANGUAGES
from ruralsim.view.pivot import circle, drawings, statements, tables
from ruralsim.view.pivot.statements import Content
from ruralsim.view.report.html import Section, Table
from ruralsim.view.report.page import document, main_html
from ruralsim.view.report.words import say


def sections(content: Content, lang: str) -> list[Section]:
    """All parts of the page, from the numbers of ``pivot.json``."""
    found = [*_test(content, lang), *_conversions(content, lang)]
    if content["loop_gain"]:
        found.append(
            Section(
                "loop", say("pivot_h_loop", lang), [*circle.loop(content, lang)], [drawings.loop_gain(content, lang)],
                [_table("h_loop", tables.loop_rows(content, lang), lang)],
            )
        )  # fmt: skip
    if content["theory"]:
        found.append(_theory(content, lang))
    found.append(Section("limits", say("pivot_h_limits", lang), [*statements.limits(content, lang)], box=True))
    return found


def _test(content: Content, lang: str) -> list[Section]:
    """What the pivot adds, its share, each channel, rivals."""
    return [
        Section(
            "test", say("pivot_h_test", lang), [*statements.helps(content, lang)], [drawings.rivals(content, lang)],
            notes=[statements.basis(content, lang)],
        ),
        Section(
            "share", say("pivot_h_share", lang), [*statements.shares(content, lang)],
            tables=[_table("h_brackets", tables.bracket_rows(content, lang), lang)],
        ),
        Section(
            "channels", say("pivot_h_channels", lang), [*statements.channels(content, lang)],
            tables=[_table("h_channels", tables.channel_rows(content, lang), lang)],
        ),
        Section(
            "rivals", say("pivot_h_rivals", lang), [*statements.money(content, lang)],
            tables=[_table("h_rivals", tables.rival_rows(content, lang), lang, texts=frozenset({1}))],
            points=[*statements.rivals(content, lang)],
        ),
    ]  # fmt: skip


def _conversions(content: Content, lang: str) -> list[Section]:
    """Both ways, with their flows, by year and by class."""
    year, month = (int(part) for part in str(content["start"]).split("-"))
    return [
        Section(
            "to-governance", say("pivot_h_to_governance", lang), [*statements.to_governance(content, lang)],
            [drawings.governance_flow(content, lang), drawings.by_year(content, (year, month), lang)],
            [_table("h_to_governance", tables.to_governance_rows(content, lang), lang)],
        ),
        Section(
            "to-development", say("pivot_h_to_development", lang), [*statements.to_development(content, lang)],
            [drawings.development_flow(content, lang), drawings.development_by_year(content, (year, month), lang)],
            [
                _table("h_to_development", tables.to_development_rows(content, lang), lang),
                _table("h_classes", tables.class_rows(content, lang), lang),
            ],
        ),
    ]  # fmt: skip


def _theory(content: Content, lang: str) -> Section:
    figures = [drawings.portrait(content, lang), drawings.dividend_share(content, lang)]
    found = [_table("h_incomes", tables.income_rows(content, lang), lang)]
    if content["theory"]["limit"]:
        found.append(_table("h_adds", tables.added_rows(content, lang), lang))
    found.append(_table("h_statics", tables.statics_rows(content, lang), lang, texts=frozenset({1})))
    return Section(
        "theory", say("pivot_h_theory", lang), [*circle.theory(content, lang)],
        [one for one in figures if one is not None], found, [say("pivot_theory_note", lang)],
    )  # fmt: skip


def _table(caption: str, rows: list[list[str]], lang: str, texts: frozenset[int] = frozenset()) -> Table:
    return Table(say(f"pivot_{caption}", lang), rows[0], rows[1:], texts=texts)


def page(content: Content, lang: str) -> str:
    """The page as HTML, ``lang`` shown first."""
    from ruralsim import __version__

    def title(one: str) -> str:
        titles: Mapping[str, str] = content["title"]
        return say("pivot_title", one, title=titles.get(one) or next(iter(titles.values())))

    footer = {one: say("pivot_footer", one, version=__version__, data="pivot.json") for one in LANGUAGES}
    body = "".join(
        main_html(title(one), [say("pivot_h_question", one)], [], sections(content, one), footer[one], one)
        for one in LANGUAGES
    )
    return document(body, title(lang), lang)
