"""The report of a study: sentences first, then pictures, then tables; both languages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ruralsim.view.commands.common import say
from ruralsim.view.laboratory import tables, words
from ruralsim.view.report.charts import Entry, Mark, Row, rows_chart
from ruralsim.view.report.html import Figure, Section, Table
from ruralsim.view.report.svg import BLUE, MUTED, RED, Drawing

if TYPE_CHECKING:
    from ruralsim.analysis.indicators import Estimate, Study


def sections(study: Study, lang: str) -> list[Section]:
    """Every section of the report, in order."""
    found = [_advice(study, lang), _scorecard(study, lang)]
    found += [_gaming(study, lang)] if study.gaming is not None else []
    found += [_sets(study, lang)] if study.frontier else []
    found += [_index(study, lang)] if study.index is not None else []
    limits = [say(f"indicators_report_limit_{name}", lang) for name in ("model", "part", "sets")]
    return [*found, Section("limits", say("indicators_report_limits", lang), points=limits, box=True)]


def _advice(study: Study, lang: str) -> Section:
    from ruralsim.analysis.indicators.advice import VERDICTS

    titles = words.titles(study, lang)
    head = [say("indicators_head_item", lang), say("indicators_head_advice", lang), say("indicators_report_why", lang)]
    rows = [
        [titles[one.item], say(f"indicators_verdict_{one.verdict}", lang), words.why(one, study, lang)]
        for verdict in (*VERDICTS[1:], VERDICTS[0])  # what is to be changed comes first
        for one in study.advice
        if one.verdict == verdict
    ]
    title = say("indicators_report_advice", lang)
    toml = words.scenario_lines(study)
    sentences = [words.lead(study, lang), *words.followed(study, lang), words.about(study, lang)]
    return Section(
        "advice", title, [*sentences, *([say("indicators_next", lang)] if toml else [])],
        [_before_after(study, lang), *_without_each(study, lang)],
        [Table(title, head, rows, texts=frozenset({1, 2}))],
        [say(f"indicators_about_{name}", lang) for name in ("range", "connection")],
        code=["\n".join(toml)] if toml else (),
    )  # fmt: skip


def _before_after(study: Study, lang: str) -> Figure:
    """Connection over years without and with reward, item by item."""
    titles = words.titles(study, lang)
    rows = []
    short = any(one.connection_over_years.mean != one.connection_over_years.mean for one in study.card.items)
    for one in sorted(study.card.items, key=lambda one: -one.connection.mean):
        before, after = one.connection_over_years_before, one.connection_over_years
        if short:  # too few years: across villages
            before, after = one.connection_before, one.connection
        rows.append(Row(titles[one.id], [*_span(after, RED), Mark("dot", before.mean, BLUE, size=3.5)]))
    entries = [
        ("dot", BLUE, say("indicators_report_before", lang)),
        ("diamond", RED, say("indicators_report_after", lang)),
    ]
    drawing = _chart(rows, entries)
    return Figure(
        "advice", say("indicators_report_advice_figure", lang), say("indicators_report_advice_about", lang), drawing,
        say("indicators_report_advice_caption", lang),
    )  # fmt: skip


def _without_each(study: Study, lang: str) -> list[Figure]:
    """What people gain or lose when an item alone is dropped, most gained first."""
    from ruralsim.analysis.indicators.trials import DROP

    titles = words.titles(study, lang)
    dropped = sorted((one for one in study.tried if one.kind == DROP), key=lambda one: -one.mean.mean)
    if not dropped:
        return []
    rows = [Row(titles[one.item], _span(one.mean, BLUE, 100.0)) for one in dropped]
    texts = [say(f"indicators_report_drop_{name}", lang) for name in ("figure", "about", "caption")]
    return [Figure("drop", texts[0], texts[1], _chart(rows), texts[2])]


def _chart(rows: list[Row], entries: list[Entry] | None = None) -> Drawing:
    """Marks in rows about 0, the axis with as many decimals as its width asks for."""
    ends = [end for row in rows for mark in row.marks for end in (mark.value, mark.high) if end is not None]
    digits = 1 if max(ends, default=1.0) - min(ends, default=0.0) > 0.5 else 2
    return rows_chart(rows, lambda x: words.plain(x, digits), 0.0, entries or ())


def _span(one: Estimate, colour: str, factor: float = 1.0) -> list[Mark]:
    """A number and its interval as marks."""
    found = [Mark("diamond", factor * one.mean, colour)]
    if one.low == one.low:
        found.insert(0, Mark("thin", factor * one.low, colour, factor * one.high))
    return found


def _scorecard(study: Study, lang: str) -> Section:
    titles = words.titles(study, lang)
    title = say("indicators_report_scorecard", lang)
    item = say("indicators_head_item", lang)
    parts = []  # two tables that fit a page rather than one that does not
    for caption, names in (("principles", tables.PRINCIPLES), ("costs", tables.COSTS)):
        rows = zip(study.card.items, tables.scores(study, lang, names), strict=True)
        named = [[titles[one.id], *row] for one, row in rows]
        parts.append(Table(say(f"indicators_report_{caption}", lang), [item, *tables.score_head(lang, names)], named))
    return Section(
        "scorecard", title, [say("indicators_report_scorecard_lead", lang)],
        tables=[*parts, Table(say("indicators_report_tiers", lang), *tables.groups(study, lang))],
        points=[say(f"indicators_about_{name}", lang) for name in tables.SCORES],
        notes=[say("indicators_about_range", lang)],
    )  # fmt: skip


def _gaming(study: Study, lang: str) -> Section:
    assert study.gaming is not None
    places = study.gaming.places
    regimes = sorted((one for one in places if one.setting.kind == "regime"), key=lambda one: -one.mean.mean)
    most, least = regimes[0], regimes[-1]
    sentence = say(
        "indicators_report_gaming_lead", lang, most=words.regime_title(most.setting.regime, lang),
        high=words.points(most.mean, lang), least=words.regime_title(least.setting.regime, lang),
        low=words.points(least.mean, lang),
    )  # fmt: skip
    by_regime = [Row(words.regime_title(one.setting.regime, lang), _span(one.mean, RED, 100.0)) for one in regimes]
    others = [one for one in places if one.setting.kind == "checks"]
    checked = [Row(words.place_title(one.setting, lang), _span(one.mean, BLUE, 100.0)) for one in others]
    names = ("gaming", "checks")
    figures = [
        Figure(
            name, say(f"indicators_report_{name}_figure", lang), say(f"indicators_report_{name}_caption", lang),
            _chart(rows), say(f"indicators_report_{name}_caption", lang),
        )
        for name, rows in zip(names, (by_regime, checked), strict=True)
    ]  # fmt: skip
    titles = words.titles(study, lang)
    ordered = [one for one in places if one.setting.kind == "regime"]
    head = [say("indicators_head_item", lang), *(words.regime_title(one.setting.regime, lang) for one in ordered)]
    rows = [
        [titles[item], *(words.points(one.inflation[k], lang) for one in ordered)]
        for k, item in enumerate(study.gaming.items)
    ]
    return Section(
        "gaming", say("indicators_report_gaming", lang), [sentence, *words.marginals(study, lang)], figures,
        [Table(say("indicators_report_map", lang), head, rows, folded=True)],
    )  # fmt: skip


def _sets(study: Study, lang: str) -> Section:
    colours = {"best_first": BLUE, "drawn": MUTED}
    rows = [
        Row(f"{one.size} · {words.set_title(one.name, lang)}", _span(one.gain, colours.get(one.name, RED), 100.0))
        for one in sorted(study.sets, key=lambda one: (one.size, one.name))
    ]
    figure = Figure(
        "sets", say("indicators_report_sets_figure", lang), say("indicators_report_sets_caption", lang),
        _chart(rows), say("indicators_report_sets_caption", lang),
    )  # fmt: skip
    sentences = words.sets_sentences(study, lang)
    if study.found is not None:
        sentences.append(say("indicators_curse", lang, curse=words.plain(100 * study.found.curse, 2)))
    title = say("indicators_report_sets", lang)
    table = Table(title, *tables.sets(study, lang), texts=frozenset({1}), folded=True)
    return Section("sets", title, sentences, [figure], [table])


def _index(study: Study, lang: str) -> Section:
    from ruralsim.analysis.composite import ranking

    assert study.index is not None
    tables, sentences = [], words.index_sentences(study, lang)
    if study.index.own:
        rows = [
            [name, f"{mid:.0f}", f"{low:.0f} – {high:.0f}"]
            for name, mid, low, high in ranking(study.index.table, study.index.names, own=True)
        ]
        head = [say("indicators_head_village", lang), say("indicators_head_rank", lang), ""]
        tables.append(Table(say("indicators_index_ranks", lang), head, rows))
    else:
        sentences.append(say("indicators_index_not_ranked", lang))
    return Section("index", say("indicators_report_index", lang), sentences, tables=tables)


def html(study: Study, lang: str) -> str:
    """The report as one page that needs nothing else, in both languages."""
    from ruralsim import __version__
    from ruralsim.base.errors import LANGUAGES
    from ruralsim.view.report.page import document, main_html

    def body(one: str) -> str:
        title = say("indicators_report_title", one, title=study.scenario.title[one])
        footer = say("indicators_report_footer", one, version=__version__, seed=study.seed)
        return main_html(title, [], [], sections(study, one), footer, one)

    title = say("indicators_report_title", lang, title=study.scenario.title[lang])
    return document("".join(body(one) for one in LANGUAGES), title, lang)
