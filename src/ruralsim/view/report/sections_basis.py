"""Sections on what a result rests on: scorecard, assumptions, what the model cannot tell, how to run it again."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from typing import Any

from ruralsim.spec.parameters import GRADES, load_parameters
from ruralsim.view.report import bars
from ruralsim.view.report.data import RunData
from ruralsim.view.report.html import Figure, Section, Table
from ruralsim.view.report.levels import assumed
from ruralsim.view.report.svg import BLUE, GREEN, ORANGE, SKY
from ruralsim.view.report.words import NOTHING, label, plain, say

_GRADE_COLOURS = {"evidence": GREEN, "seed": BLUE, "fitted": SKY, "assumed": ORANGE}
_LIMITS = 10


def scorecard(data: RunData, lang: str) -> Section | None:
    """How far the synthetic places resemble what is known; None where the run carries no scorecard."""
    card: Mapping[str, Any] | None = data.facts.get("scorecard")
    if not card or not card.get("criteria"):
        return None
    targets, patterns = card["targets"], card["patterns"]
    out = [one for one in card["criteria"] if one["verdict"] == "out"]
    sentences = [
        say(
            "report_scorecard_lead",
            lang,
            met=targets["in_band"],
            targets=targets["total"],
            patterns_met=patterns["in_band"],
            patterns=patterns["total"],
        ),
        *([say("report_scorecard_out", lang)] if out else [say("report_scorecard_all", lang)]),
    ]
    parts = [
        (
            say(f"report_card_{kind}", lang) + f" {sum(one['verdict'] == kind for one in card['criteria'])}",
            colour,
            float(sum(one["verdict"] == kind for one in card["criteria"])),
        )
        for kind, colour in (("in", GREEN), ("out", ORANGE), ("not_testable", "#b9c2d0"))
    ]
    figure = Figure("scorecard", say("report_f_scorecard", lang), sentences[0], bars.shares_bar(parts))
    rows = [_criterion(one, lang) for one in card["criteria"]]
    head = ["", *(say(f"report_col_{name}", lang) for name in ("criterion", "verdict", "checks"))]
    points = [f"{one['id']} {one['title'][lang]}: {_miss(one, lang)}" for one in out]
    return Section(
        "scorecard",
        say("report_h_scorecard", lang),
        sentences,
        [figure],
        [Table(say("report_t_scorecard", lang), head, rows, texts=frozenset({1, 2, 3}))],
        [say("report_scorecard_note", lang)],
        points,
    )


def _criterion(one: Mapping[str, Any], lang: str) -> list[str]:
    tested = [check for check in one["checks"] if check["verdict"] != "not_testable"]
    met = sum(check["verdict"] == "in" for check in tested)
    checks = say("report_checks", lang, met=met, count=len(tested)) if tested else one["checks"][0]["reason"][lang]
    return [one["id"], one["title"][lang], say(f"report_card_{one['verdict']}", lang), checks]


def _miss(one: Mapping[str, Any], lang: str) -> str:
    found = []
    for check in one["checks"]:
        if check["verdict"] == "out":
            low, high = (_number(check[key]) for key in ("low", "high"))
            found.append(say("report_miss", lang, value=_number(check["value"]), low=low, high=high))
    return ("；" if lang == "zh" else "; ").join(found)


def _number(value: float | None) -> str:
    if value is None:
        return NOTHING
    return plain(value, 0) if abs(value) >= 1000 else plain(value, 3)


def assumptions(data: RunData, lang: str) -> Section:
    """How many parameters are assumed, what share of the uncertainty they carry, and which they are."""
    found = assumed(data)
    parameters = load_parameters()
    if found.share is None:
        lead = say("report_assumed_lead", lang, assumed=found.number, count=found.every)
    else:
        lead = say(
            "report_assumed_share",
            lang,
            assumed=found.number,
            count=found.every,
            share=plain(100 * found.share, 0),
            low=plain(100 * (found.low or 0.0), 0),
            high=plain(100 * (1.0 if found.high is None else found.high), 0),
        )
    by_grade = {grade: [one for one in parameters.values() if one.grade == grade] for grade in GRADES}
    parts = [
        (f"{label('grade', grade, lang)} {len(ones)}", _GRADE_COLOURS[grade], float(len(ones)))
        for grade, ones in by_grade.items()
        if ones
    ]
    figure = Figure("grades", say("report_f_grades", lang), lead, bars.shares_bar(parts))
    grades = [
        [
            label("grade", grade, lang),
            str(len(ones)),
            plain(100 * len(ones) / max(1, len(parameters)), 0) + " %",
            say(f"report_means_{grade}", lang),
        ]
        for grade, ones in by_grade.items()
    ]
    head = [
        say("report_col_grade", lang),
        say("report_col_number", lang),
        say("report_col_share", lang),
        say("report_col_means", lang),
    ]
    tables = [Table(say("report_t_grades", lang), head, grades, texts=frozenset({3}))]
    if data.facts["scenario"].get("overrides"):
        tables.append(_overrides(data, lang))
    tables += [_parameters(data, grade, lang) for grade, ones in by_grade.items() if ones]
    return Section(
        "assumptions", say("report_h_assumptions", lang), [lead], [figure], tables, [say("report_assumed_note", lang)]
    )


def _parameters(data: RunData, grade: str, lang: str) -> Table:
    values = data.facts["scenario"]["parameters"]
    rows = [
        [
            one.zh if lang == "zh" else one.en,
            one.name,
            _short(values.get(one.name, one.value)),
            f"{_short(one.low)} – {_short(one.high)}",
            "" if one.unit == "1" else one.unit,
            "" if one.source == "assumed" else one.source,
        ]
        for one in load_parameters().values()
        if one.grade == grade
    ]
    head = [
        say("report_col_parameter", lang),
        *(say(f"report_col_{name}", lang) for name in ("name", "value", "range", "unit", "source")),
    ]
    caption = say("report_t_parameters", lang, grade=label("grade", grade, lang), count=len(rows))
    return Table(caption, head, rows, texts=frozenset({1, 4, 5}), folded=True)


def _short(value: float) -> str:
    return f"{value:,.0f}".replace("-", "−") if abs(value) >= 1000 else f"{value:.4g}".replace("-", "−")


def _overrides(data: RunData, lang: str) -> Table:
    known = load_parameters()
    rows = []
    for name, one in data.facts["scenario"]["overrides"].items():
        default = _short(known[name].value) if name in known else NOTHING
        rows.append([name, default, _short(float(one["value"])), str(one.get("reason") or "")])
    head = ["", *(say(f"report_col_{name}", lang) for name in ("default", "value", "reason"))]
    return Table(say("report_t_overrides", lang), head, rows, texts=frozenset({3}))


def limits(data: RunData, lang: str) -> Section:
    """The fixed box: what this model cannot tell."""
    points = [say(f"report_limit_{k}", lang) for k in range(1, _LIMITS + 1)]
    return Section("limits", say("report_h_limits", lang), [say("report_limits_lead", lang)], points=points, box=True)


def reproduce(data: RunData, lang: str) -> Section:
    """How to run it again: command, seed, digests, versions, files."""
    facts = data.facts
    command = facts.get("command") or _command(data)
    timings = facts.get("timings", {})
    rows = [
        [say("report_r_run", lang), str(facts["run_id"])],
        [say("report_r_seed", lang), str(facts["seed"])],
        [say("report_r_seeds", lang), ", ".join(str(seed) for seed in facts["replicate_seeds"])],
        [say("report_r_scenario", lang), str(facts["scenario_digest"])],
        [say("report_r_source", lang), str(facts["source_digest"])],
        [say("report_r_versions", lang), ", ".join(f"{name} {version}" for name, version in facts["versions"].items())],
        [say("report_r_money", lang), plain(float(facts["audit"]["money_residual"]), 2)],
        [say("report_r_momentum", lang), f"{float(facts['audit']['momentum_residual']):.1e}".replace("-", "−")],
        [say("report_r_files", lang), ", ".join(facts.get("files", ()))],
        *([[say("report_r_seconds", lang), plain(float(timings["total"]), 0)]] if "total" in timings else []),
    ]
    table = Table(say("report_t_reproduce", lang), ["", ""], rows, texts=frozenset({1}))
    return Section(
        "reproduce",
        say("report_h_reproduce", lang),
        [say("report_reproduce_lead", lang)],
        (),
        [table],
        [
            say("report_reproduce_note", lang),
            *([] if "command" in facts else [say("report_reproduce_no_command", lang)]),
        ],
        code=[command],
    )


def _command(data: RunData) -> str:
    """The command as far as ``run.json`` tells it; overrides given on the command line are not in it."""
    facts = data.facts
    size = {
        "--months": data.months,
        "--replicates": data.replicates,
        "--draws": facts.get("draws"),
        "--seed": facts["seed"],
    }
    options = [word for name, value in size.items() if value is not None for word in (name, str(value))]
    return shlex.join(["ruralsim", "run", str(facts["scenario"]["scenario"]["name"]), *options])
