"""Section on the sources: what they say of this run's measures, what trials found, and where villages are weakest."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

import numpy as np

from ruralsim.view.report.data import RunData
from ruralsim.view.report.html import Section, Table
from ruralsim.view.report.words import NOTHING, outcome, plain, say


def sources(data: RunData, lang: str) -> Section | None:
    """Rows of the source documents at work in this run, with their quotations; None where there are none."""
    from ruralsim.analysis.sources.table import load_table
    from ruralsim.policy.sources import load_rows

    asked = {name for phase in data.facts["scenario"].get("phase", ()) for name in phase["instruments"]}
    rows = load_rows()
    ours = [row for row in rows.values() if asked & set(row.instruments)]
    if not ours:
        return None
    table = load_table()
    head = ["", *(say(f"sources_head_{name}", lang) for name in ("measure", "quotation", "quantity", "effect"))]
    head += [outcome(goal, lang) for goal in ("governance", "development", "life")]
    body = [_row(row, table["rows"].get(row.id, {}), lang) for row in ours]
    tables = [Table(say("sources_report_table", lang), head, body, texts=frozenset({1, 2, 3, 4, 5, 6, 7}), folded=True)]
    measured = {one: figures for one, figures in table["rows"].items() if rows[one].kind == "i"}
    diagnosis = _diagnosis(data, measured, lang)
    if diagnosis is not None:
        tables.insert(0, diagnosis)
    lead = say("sources_report_lead", lang, count=len(ours), all=len(rows))
    return Section("sources", say("sources_report_title", lang), [lead], (), tables, [say("sources_report_note", lang)])


def _row(row: Any, figures: Mapping[str, Any], lang: str) -> list[str]:
    from ruralsim.policy.sources import load_documents
    from ruralsim.view.source_rows import change, quantity_label

    goals = [change(figures.get(goal)) for goal in ("governance", "development", "life")]
    effect = change(figures.get(row.quantity))
    quotation = load_documents()[row.source].normalised(row.quotation)
    return [row.id, row.measure[lang], f"「{quotation}」", quantity_label(row.quantity, lang), effect, *goals]


def _diagnosis(data: RunData, measured: Mapping[str, Any], lang: str) -> Table | None:
    """How many villages are furthest behind in what, phase by phase; None where no table of outcomes can be read."""
    from ruralsim.analysis.sources.diagnosis import diagnose, remedies

    spans = [(max(1, phase.first), min(data.months, phase.last)) for phase in data.phases]
    spans = [span for span in dict.fromkeys(spans) if span[0] <= span[1]] or [(1, data.months)]
    found = diagnose(_outcomes(data), spans)
    rows = []
    for number, (first, last) in enumerate(spans):
        counted = Counter(problem.component for problem in found if problem.span == number)
        for component, villages in counted.most_common(3):
            worked = ", ".join(remedies(component, measured)) or NOTHING
            rows.append([f"{first}–{last}", outcome(component, lang), plain(villages, 0), worked])
    head = [say(f"sources_report_{name}", lang) for name in ("phase", "component", "villages", "remedy")]
    return Table(say("sources_report_diagnosis", lang), head, rows, texts=frozenset({1, 3})) if rows else None


def _outcomes(data: RunData) -> np.ndarray:
    """Outcomes of the first replicate at the defaults, [T + 1, V, columns] in the order of the model's outcomes."""
    import pandas as pd

    from ruralsim.model.books_loop import OUTCOMES
    from ruralsim.model.outcomes import GOALPOSTS

    used = [post.component for post in GOALPOSTS]
    only = [("draw", "==", 0), ("replicate", "==", 0)]
    frame = pd.read_parquet(data.folder / "outcomes.parquet", columns=["month", "village", *used], filters=only)
    frame = frame.astype({"village": str}).sort_values(["month", "village"])
    months, villages = frame["month"].nunique(), frame["village"].nunique()
    table = np.zeros((months, villages, len(OUTCOMES)))
    places = {name: k for k, (name, _, _) in enumerate(OUTCOMES)}
    for name in used:
        table[:, :, places[name]] = frame[name].to_numpy().reshape(months, villages)
    return table
