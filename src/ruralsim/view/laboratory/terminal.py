"""A study on the terminal: advice first, then the numbers behind it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ruralsim.view.commands.common import aligned, say
from ruralsim.view.laboratory import words

if TYPE_CHECKING:
    from ruralsim.analysis.indicators import Study

_COLUMNS = ("breadth", "sensitivity", "measurability", "connection", "goodhart_gap", "inflation", "burden")
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
    head = [say("indicators_head_item", lang), *(say(f"indicators_measure_{name}", lang) for name in _COLUMNS)]
    rows = [[one.id, *(words.measure(name, getattr(one, name), lang) for name in _COLUMNS)] for one in study.card.items]
    yield from aligned([head, *rows])
    for name in (*_COLUMNS, "range"):
        yield "  " + say(f"indicators_about_{name}", lang)


def _groups(study: Study, lang: str) -> Iterator[str]:
    yield ""
    yield say("indicators_heading_tiers", lang)
    names = ("breadth", "measurability", "connection", "goodhart_gap", "inflation", "burden")
    head = ["", say("indicators_head_size", lang), *(say(f"indicators_measure_{name}", lang) for name in names)]
    rows = [
        [
            group_title(one.name, lang),
            str(one.items),
            *(words.measure(name, getattr(one, name), lang) for name in names),
        ]
        for one in (*study.card.tiers, *study.card.phases)
    ]
    yield from aligned([head, *rows])


def group_title(name: str, lang: str) -> str:
    """Title of a tier, of all items, or of a phase."""
    if name == "all":
        return say("indicators_all", lang)
    return say(f"indicators_tier_{name}", lang) if name in ("county", "township", "village") else name


def _gaming(study: Study, lang: str) -> Iterator[str]:
    if study.gaming is None:
        return
    yield ""
    yield say("indicators_heading_gaming", lang)
    rows = [
        [place_title(one.setting, lang), words.points(one.mean, lang)]
        for one in study.gaming.places
        if one.setting.penalty == 1.0
    ]
    yield from aligned(rows)
    yield from (f"  {sentence}" for sentence in words.marginals(study, lang))


def place_title(setting: object, lang: str) -> str:
    """A place of the gaming map in words."""
    from ruralsim.analysis.indicators.gaming import Setting

    assert isinstance(setting, Setting)
    regime = words.regime_title(setting.regime, lang)
    if setting.kind == "checks":
        checks = f"{100 * (setting.checks or 0.0):.0f} %"
        return say("indicators_gaming_checks", lang, checks=checks, penalty=f"{setting.penalty:g}")
    if setting.kind == "hardening":
        return say("indicators_gaming_hardening", lang, regime=regime, rate=f"{100 * setting.hardening:.0f}")
    return say("indicators_gaming_regime", lang, regime=regime)


def _sets(study: Study, lang: str) -> Iterator[str]:
    if not study.frontier:
        return
    yield ""
    yield say("indicators_heading_sets", lang)
    yield from (f"  {sentence}" for sentence in words.sets_sentences(study, lang))
    yield "  " + say("indicators_sets_lead", lang)
    head = [say(f"indicators_head_{name}", lang) for name in ("size", "order", "gain", "hours")]
    found = () if study.found is None else study.found.chosen
    rows = [
        [str(one.size), set_title(one.name, lang), words.points(one.gain, lang), words.number(one.hours, lang, 100, 0)]
        for one in (*found, *study.nested)
    ]
    yield from aligned([head, *rows])
    if study.found is not None:
        yield "  " + say("indicators_curse", lang, curse=words.plain(100 * study.found.curse, 2))


def set_title(name: str, lang: str) -> str:
    """How a set was put together, in words."""
    code = {"best_first": "indicators_best_first", "drawn": "indicators_drawn"}.get(name, "indicators_searched")
    return say(code, lang)


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
