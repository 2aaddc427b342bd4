"""A study on the terminal: advice first, then the numbers behind it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ruralsim.view.commands.common import aligned, say
from ruralsim.view.laboratory import tables, words

if TYPE_CHECKING:
    from ruralsim.analysis.indicators import Study

_MOST_SETS = 14


def lines(study: Study, out: str, tables: int, seconds: float, lang: str) -> Iterator[str]:
    """Yield the lines of the summary."""
    yield say("indicators_title", lang, title=study.scenario.title[lang])
    yield ""
    yield "  " + words.lead(study, lang)
    yield from (f"  {sentence}" for sentence in words.followed(study, lang))
    yield "  " + words.about(study, lang)
    yield from _advice(study, lang)
    yield from _scorecard(study, lang)
    yield from _groups(study, lang)
    yield from _gaming(study, lang)
    yield from _sets(study, lang)
    yield from _index(study, lang)
    yield ""
    yield say("indicators_heading_results", lang)
    yield "  " + say("indicators_written", lang, out=out, count=tables, seconds=f"{seconds:.0f}")
    toml = words.scenario_lines(study)
    if toml:
        yield "  " + say("indicators_next", lang)
        yield from (f"    {line}" for line in toml)


def _advice(study: Study, lang: str) -> Iterator[str]:
    from ruralsim.analysis.indicators.advice import VERDICTS

    titles = words.titles(study, lang)
    for verdict in VERDICTS:
        some = [one for one in study.advice if one.verdict == verdict]
        if not some:
            continue
        yield ""
        yield say(f"indicators_group_{verdict}", lang)
        for one in some:
            yield f"  {titles[one.item]} [{one.item}]"
            yield f"      {words.why(one, study, lang)}"


def _scorecard(study: Study, lang: str) -> Iterator[str]:
    yield ""
    yield say("indicators_heading_scorecard", lang)
    rows = zip(study.card.items, tables.scores(study, lang), strict=True)
    head = [say("indicators_head_item", lang), *tables.score_head(lang)]
    yield from aligned([head, *([one.id, *row] for one, row in rows)])
    for name in (*tables.SCORES, "range"):
        yield "  " + say(f"indicators_about_{name}", lang)


def _groups(study: Study, lang: str) -> Iterator[str]:
    yield ""
    yield say("indicators_heading_tiers", lang)
    head, rows = tables.groups(study, lang)
    yield from aligned([head, *rows])


def _gaming(study: Study, lang: str) -> Iterator[str]:
    if study.gaming is None:
        return
    yield ""
    yield say("indicators_heading_gaming", lang)
    yield from aligned(tables.gaming(study, lang))
    yield from (f"  {sentence}" for sentence in words.marginals(study, lang))


def _sets(study: Study, lang: str) -> Iterator[str]:
    if not study.frontier:
        return
    yield ""
    yield say("indicators_heading_sets", lang)
    yield from (f"  {sentence}" for sentence in words.sets_sentences(study, lang))
    head, rows = tables.sets(study, lang)
    yield from aligned([head, *rows])
    if study.found is not None:
        yield "  " + say("indicators_curse", lang, curse=words.plain(100 * study.found.curse, 2))


def _index(study: Study, lang: str) -> Iterator[str]:
    found = words.index_sentences(study, lang)
    if not found or study.index is None:
        return
    yield ""
    yield say("indicators_heading_index", lang)
    yield from (f"  {sentence}" for sentence in found)
    if not study.index.own:
        yield "  " + say("indicators_index_not_ranked", lang)
        return
    from ruralsim.analysis.composite import ranking

    yield "  " + say("indicators_index_ranks", lang)
    rows = ranking(study.index.table, study.index.names, own=True)[:_MOST_SETS]
    yield from aligned([[name, f"{mid:.0f} ({low:.0f}–{high:.0f})"] for name, mid, low, high in rows])
