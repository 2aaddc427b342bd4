"""Which parameters matter, as parts of a page: screening, Sobol' indices, convergence."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from ruralsim.analysis.sensitivity import Indices, Screening
from ruralsim.analysis.sensitivity_run import Study, most_important
from ruralsim.experiments.series import SERIES
from ruralsim.model.outcomes import GOALS
from ruralsim.spec.parameters import load_parameters
from ruralsim.view.report import charts
from ruralsim.view.report.charts import Mark, Row
from ruralsim.view.report.html import Figure, Section, Table
from ruralsim.view.report.svg import BLUE, GREEN, MUTED, ORANGE
from ruralsim.view.report.words import NOTHING, label, listed, outcome, plain, say, short_outcome

_COLOURS = {"governance": BLUE, "development": ORANGE, "life": GREEN}
_SHOWN, _IN_FIGURE, _FEW_WALKS = 20, 12, 8
#: half intervals no wider than this count as converged
CONVERGED = 0.1


@dataclass(frozen=True)
class Found:
    """What a study gave.

    Args:
        study: what was asked.
        screening, indices: of each stage; None where it was left out.
        failed: runs that failed, and the message of the first.
        of_villages: in the whole place.
    """

    study: Study
    screening: Screening | None
    indices: Indices | None
    failed: int
    message: str
    of_villages: int


def sensitivity_sections(found: Found, lang: str) -> list[Section]:
    """The stages that were run, as sections."""
    sections = []
    if found.screening is not None:
        sections.append(_screening(found.screening, lang))
    if found.indices is not None:
        sections += [_indices(found.indices, lang), _convergence(found.indices, lang)]
    return sections


def about(found: Found, lang: str) -> list[str]:
    """What was run, in sentences."""
    study = found.study
    lines = [say("sensitivity_about", lang, months=study.scenario.months, replicates=study.replicates, seed=study.seed)]
    villages = study.scenario.place.villages
    if villages < found.of_villages:
        lines.append(say("sensitivity_smaller", lang, villages=villages, of=found.of_villages))
    if found.failed:
        lines.append(say("sensitivity_failed", lang, failed=found.failed, message=found.message))
    return lines


def _at(goal: str) -> int:
    return SERIES.index(goal)


def parameter_label(name: str, lang: str) -> str:
    """Name of a parameter with its meaning."""
    one = load_parameters().get(name)
    if one is None:
        return name
    meaning = one.zh if lang == "zh" else one.en
    return f"{name} ({meaning})" if lang == "en" else f"{name}（{meaning}）"


def screening_table(found: Screening, lang: str) -> tuple[list[str], list[list[str]]]:
    """Head and rows of the parameters with the largest effects."""
    head = [say("sensitivity_col_parameter", lang)]
    for goal in GOALS:
        head += [say("sensitivity_col_star", lang, goal=short_outcome(goal, lang)),
                 say("sensitivity_col_sigma", lang), say("sensitivity_col_luck", lang)]  # fmt: skip
    head.append(say("sensitivity_col_grade", lang))
    rows = []
    known = load_parameters()
    for name in most_important(found, _SHOWN):
        k = found.names.index(name)
        row = [name]
        for goal in GOALS:
            at = _at(goal)
            row += [_number(x[k, at]) for x in (found.mean_absolute, found.spread, found.luck)]
        rows.append([*row, label("grade", known[name].grade, lang) if name in known else NOTHING])
    return head, rows


def screening_notes(found: Screening, lang: str) -> list[str]:
    """How to read the screening."""
    fields = {"trajectories": found.trajectories, "left_out": found.left_out}
    notes = [say("sensitivity_screen_about", lang, **fields)]
    return [*notes, say("sensitivity_screen_few", lang)] if found.trajectories < _FEW_WALKS else notes


def _number(value: float) -> str:
    return plain(value, 4) if math.isfinite(value) else NOTHING


def _screening(found: Screening, lang: str) -> Section:
    head, rows = screening_table(found, lang)
    figures = []
    for goal in GOALS:
        at = _at(goal)
        marks = []
        for name in most_important(found, _IN_FIGURE, (goal,)):
            k = found.names.index(name)
            bar = []
            if math.isfinite(found.low[k, at]):
                bar.append(Mark("thin", float(found.low[k, at]), _COLOURS[goal], float(found.high[k, at])))
            marks.append(Row(name, [*bar, Mark("dot", float(found.mean_absolute[k, at]), _COLOURS[goal])]))
        if marks:
            entries = [("dot", MUTED, say("sensitivity_key_star", lang))]
            drawing = charts.rows_chart(marks, lambda v: plain(v, 3), 0.0, entries)
            title = say("sensitivity_f_screen", lang, goal=outcome(goal, lang))
            text = say("sensitivity_d_sobol", lang, most=listed([row.label for row in marks[:3]], lang))
            figures.append(Figure(f"screen-{goal}", title, text, drawing))
    heading = say("sensitivity_h_screen", lang)
    texts = frozenset({len(head) - 1})
    return Section("screening", heading, screening_notes(found, lang), figures,
                   [Table(heading, head, rows, texts=texts, folded=True)])  # fmt: skip


def indices_table(found: Indices, lang: str) -> tuple[list[str], list[list[str]]]:
    """Head and rows of the indices, the largest total ones first."""
    head = [say("sensitivity_col_parameter", lang)]
    for goal in GOALS:
        head += [say(f"sensitivity_col_{kind}", lang, goal=short_outcome(goal, lang)) for kind in ("first", "total")]
    columns = [_at(goal) for goal in GOALS]
    order = np.argsort(-found.total[:, columns].max(axis=1), kind="stable")
    rows = []
    for k in order:
        row = [found.names[k]]
        for at in columns:
            row += [_with_half(found.first[k, at], found.first_half[k, at]),
                    _with_half(found.total[k, at], found.total_half[k, at])]  # fmt: skip
        rows.append(row)
    return head, rows


def _with_half(value: float, half: float) -> str:
    if not math.isfinite(value):
        return NOTHING
    return f"{plain(value, 2)} ± {plain(half, 2)}"


def indices_notes(found: Indices, lang: str) -> list[str]:
    """How to read the indices, and the part of luck."""
    notes = [say("sensitivity_sobol_about", lang, blocks=found.blocks, left_out=found.left_out)]
    for goal in GOALS:
        luck = float(found.luck[_at(goal)])
        if math.isfinite(luck):
            percent = plain(100 * luck, 0)
            notes.append(say("sensitivity_luck", lang, percent=percent, goal=short_outcome(goal, lang)))
    return notes


def _indices(found: Indices, lang: str) -> Section:
    head, rows = indices_table(found, lang)
    figures = []
    for goal in GOALS:
        at = _at(goal)
        order = np.argsort(-found.total[:, at], kind="stable")
        marks = []
        for k in order:
            low, high = found.total[k, at] - found.total_half[k, at], found.total[k, at] + found.total_half[k, at]
            marks.append(
                Row(found.names[k], [
                    Mark("thin", float(low), _COLOURS[goal], float(high)),
                    Mark("ring", float(found.first[k, at]), MUTED, size=6.5),
                    Mark("dot", float(found.total[k, at]), _COLOURS[goal]),
                ])
            )  # fmt: skip
        entries = [
            ("dot", MUTED, say("sensitivity_key_total", lang)),
            ("ring", MUTED, say("sensitivity_key_first", lang)),
        ]
        drawing = charts.rows_chart(marks, lambda v: plain(v, 2), 0.0, entries)
        text = say("sensitivity_d_sobol", lang, most=listed([found.names[k] for k in order[:3]], lang))
        title = say("sensitivity_f_sobol", lang, goal=outcome(goal, lang))
        figures.append(Figure(f"sobol-{goal}", title, text, drawing))
    heading = say("sensitivity_h_sobol", lang)
    return Section("sobol", heading, indices_notes(found, lang), figures, [Table(heading, head, rows)])


def convergence_lines(found: Indices, lang: str) -> list[str]:
    """Half intervals as the number of blocks grows, and whether the last ones will do."""
    lines = []
    for blocks, _, _, half in found.convergence:
        widths = [f"{short_outcome(goal, lang)} {plain(float(half[_at(goal)]), 2)}" for goal in GOALS]
        lines.append(say("sensitivity_convergence", lang, blocks=blocks, widths=listed(widths, lang)))
    if found.convergence:
        widest = max(float(found.convergence[-1][3][_at(goal)]) for goal in GOALS)
        code = "sensitivity_converged" if widest <= CONVERGED else "sensitivity_not_converged"
        lines.append(say(code, lang, width=plain(max(widest, CONVERGED) if widest <= CONVERGED else widest, 2)))
    return lines


def _convergence(found: Indices, lang: str) -> Section:
    return Section("convergence", say("sensitivity_h_convergence", lang), points=convergence_lines(found, lang))
