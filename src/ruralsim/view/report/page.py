"""The report's page: its sections in order, its title and what stands above them."""

from __future__ import annotations

from collections.abc import Sequence

from ruralsim.base.errors import LANGUAGES
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
    sections_villages,
)
from ruralsim.view.report.data import RunData
from ruralsim.view.report.document import document
from ruralsim.view.report.html import Section
from ruralsim.view.report.levels import assumed
from ruralsim.view.report.words import plain, say

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
    return document(
        lang,
        lambda one: title_of(data, one),
        lambda one: _about(data, one),
        lambda one: sections(data, one),
        lambda one: _footer(data, one),
        warnings=lambda one: _warnings(data, one),
        languages=languages,
    )


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
