"""Section on how far synthetic places resemble what is known: the scorecard of the model, misses first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ruralsim.analysis.validation import Check
from ruralsim.view.report import bars
from ruralsim.view.report.data import RunData
from ruralsim.view.report.html import Figure, Section, Table
from ruralsim.view.report.svg import GREEN, ORANGE
from ruralsim.view.report.words import say
from ruralsim.view.scorecard import band, label, shown

_COLOURS = {"in": GREEN, "out": ORANGE, "not_testable": "#b9c2d0"}


def scorecard(data: RunData, lang: str) -> Section:
    """Targets and patterns in band and out of it; each miss with its value and band."""
    card: Mapping[str, Any] = data.facts["scorecard"]
    targets, patterns = card["targets"], card["patterns"]
    out = [one for one in card["criteria"] if one["verdict"] == "out"]
    lead = say(
        "report_scorecard_lead",
        lang,
        met=targets["in_band"],
        targets=targets["total"],
        patterns_met=patterns["in_band"],
        patterns=patterns["total"],
    )
    sentences = [lead, *_holds(card, lang), say("report_scorecard_out" if out else "report_scorecard_all", lang)]
    counts = {kind: sum(one["verdict"] == kind for one in card["criteria"]) for kind in _COLOURS}
    parts = [
        (f"{say(f'report_card_{kind}', lang)} {count}", _COLOURS[kind], float(count)) for kind, count in counts.items()
    ]
    figure = Figure("scorecard", say("report_f_scorecard", lang), lead, bars.shares_bar(parts))
    rows = [_criterion(one, lang) for one in card["criteria"]]
    head = ["", *(say(f"report_col_{name}", lang) for name in ("criterion", "verdict", "checks"))]
    table = Table(say("report_t_scorecard", lang), head, rows, texts=frozenset({1, 2, 3}), folded=True)
    points = [f"{one['id']} {one['title'][lang]}: {_misses(one, lang)}" for one in out]
    return Section(
        "scorecard",
        say("report_h_scorecard", lang),
        sentences,
        [figure],
        [table],
        [say("report_scorecard_note", lang)],
        points,
    )


def _holds(card: Mapping[str, Any], lang: str) -> Iterator[str]:
    """Where the scorecard is not that of this run's rules and parameters."""
    if not card["current"]:
        yield say("run_scorecard_old", lang, command=card["command"])
    elif card["changed"]:
        yield say("run_scorecard_changed", lang, count=len(card["changed"]), command=card["command"])


def _criterion(one: Mapping[str, Any], lang: str) -> list[str]:
    tested = [check for check in one["checks"] if check["verdict"] != "not_testable"]
    met = sum(check["verdict"] == "in" for check in tested)
    checks = say("report_checks", lang, met=met, count=len(tested)) if tested else one["checks"][0]["reason"][lang]
    return [one["id"], one["title"][lang], say(f"report_card_{one['verdict']}", lang), checks]


def _misses(one: Mapping[str, Any], lang: str) -> str:
    found = [_miss(entry, lang) for entry in one["checks"] if entry["verdict"] == "out"]
    return ("；" if lang == "zh" else "; ").join(found)


def _miss(entry: Mapping[str, Any], lang: str) -> str:
    check = Check(
        measure=entry["measure"], settings=entry["settings"], run=entry["run"], against=entry["against"],
        kind=entry["kind"], value=entry["evidence_value"], low=entry["low"], high=entry["high"],
        reason=entry["reason"], scored=True,
    )  # fmt: skip
    value = float("nan") if entry["value"] is None else float(entry["value"])
    return say(
        "report_miss",
        lang,
        what=label(check, lang),
        value=shown(value, entry["unit"], lang),
        band=band(check, entry["unit"], lang),
    )
