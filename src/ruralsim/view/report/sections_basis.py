"""Sections on what a result rests on: assumptions, what the model cannot tell, how to run it again."""

from __future__ import annotations

from ruralsim.spec.parameters import GRADES, load_parameters
from ruralsim.view.report import bars
from ruralsim.view.report.data import RunData
from ruralsim.view.report.html import Figure, Section, Table
from ruralsim.view.report.levels import assumed
from ruralsim.view.report.svg import BLUE, GREEN, ORANGE, SKY
from ruralsim.view.report.words import NOTHING, label, plain, say

_GRADE_COLOURS = {"evidence": GREEN, "seed": BLUE, "fitted": SKY, "assumed": ORANGE}
_LIMITS = 10


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
        [say("report_reproduce_note", lang)],
        code=[str(facts["command"])],
    )
