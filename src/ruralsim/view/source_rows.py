"""The rows of the sources for people and programs: as plain dictionaries, as lines, as a page of the documentation."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from ruralsim.analysis.sources.comparison import SIDE_BY_SIDE, ratcheting, relation
from ruralsim.analysis.sources.effects import MEASURED, counts, quantities_of, verdict
from ruralsim.analysis.sources.quantities import unit_of
from ruralsim.analysis.sources.table import works
from ruralsim.base.errors import InputError
from ruralsim.model.outcomes import GOALS
from ruralsim.policy.instruments import load_instruments
from ruralsim.policy.observables import OBSERVABLE_INDEX, OBSERVABLES
from ruralsim.policy.sources import Row, load_documents
from ruralsim.spec.files import read_text
from ruralsim.view.commands.common import aligned, say
from ruralsim.view.report.words import label, outcome, plain

_PART = re.compile(r"<!-- sources -->\n.*?<!-- end of sources -->", re.DOTALL)
_DASH = "–"


def row_facts(row: Row, table: Mapping[str, Any], commands: tuple[str, ...], lang: str) -> dict[str, Any]:
    """Return all that is known of a row, for programs.

    Args:
        row: of a source.
        table: of effects.
        commands: of the command line.
        lang: of the texts.
    """
    figures = table["rows"].get(row.id, {})
    quantity = quantities_of(row)[0] if quantities_of(row) else None
    found = figures.get(quantity, {}) if quantity else {}
    at_work, reason = works(row, table, commands)
    facts: dict[str, Any] = {
        "row": row.id,
        "kind": row.kind,
        "source": row.source,
        "measure": row.measure[lang],
        "quotation": row.quotation,
        "normalised": load_documents()[row.source].normalised(row.quotation),
        "shared_with": list(row.shared_with),
        "instrument": row.instruments[0] if row.instruments else carrier(row),
        "instruments": list(row.instruments),
        "mechanism": row.mechanism[lang],
        "quantity": quantity,
        "unit": unit_of(quantity) if quantity else None,
        "effect": found.get("mean"),
        "low": found.get("low"),
        "high": found.get("high"),
        "low_luck": found.get("low_luck"),
        "high_luck": found.get("high_luck"),
        "goals": {goal: figures.get(goal) for goal in GOALS} if row.kind in ("i", "r", "p") else None,
        "basis": row.basis if row.kind in MEASURED else None,
        "works": at_work,
        "reason": None if reason is None else say(reason, lang, command=row.command or ""),
    }
    if row.claims:
        facts["claims"] = [_claim_facts(claim, figures, lang) for claim in row.claims]
    return facts


def carrier(row: Row) -> str | None:
    """Return the name of what carries a row that has no instrument of its own."""
    if row.regime is not None:
        return row.regime.name
    return row.framework or row.package or row.command or row.analysis


def _claim_facts(claim: Any, figures: Mapping[str, Any], lang: str) -> dict[str, Any]:
    found = figures.get(claim.quantity)
    verdict_ = None
    if found is not None:
        wanted = "helpful" if claim.sign == "up" else "harmful"  # which side of zero the claim names
        verdict_ = verdict(found) == wanted
    return {"claim": claim.text[lang], "quotation": claim.quotation, "quantity": claim.quantity, "supported": verdict_,
            **(found or {})}  # fmt: skip


# ---------------------------------------------------------------- numbers


def number(value: float | None) -> str:
    """A change for people: three significant digits, never an exponent."""
    if value is None:
        return _DASH
    if value == 0.0:
        return "0"
    size = abs(value)
    digits = 0 if size >= 100 else 1 if size >= 10 else 2 if size >= 1 else 3 if size >= 0.1 else 4
    return plain(value, digits) if size >= 5e-5 else f"{value:.0e}".replace("-", "−")


def change(figures: Mapping[str, float] | None) -> str:
    """A change with the interval of luck and parameters."""
    if not figures:
        return _DASH
    return f"{number(figures['mean'])} [{number(figures['low'])}, {number(figures['high'])}]"


def luck(figures: Mapping[str, float] | None) -> str:
    """The interval of luck alone."""
    return _DASH if not figures else f"[{number(figures['low_luck'])}, {number(figures['high_luck'])}]"


def quantity_label(name: str | None, lang: str) -> str:
    """The label of a quantity."""
    if name is None:
        return _DASH
    kind, _, rest = name.partition(".")
    if kind == "seen":
        one = OBSERVABLES[OBSERVABLE_INDEX[rest]]
        return one.meaning_zh if lang == "zh" else one.meaning_en
    if kind == "cost":
        return say("sources_q_cost", lang, name=load_instruments()[rest].title[lang])
    if kind in ("flow", "driver"):
        return say(f"sources_q_{kind}", lang, name=label(kind, rest, lang))
    code = f"sources_q_{name}"
    text = say(code, lang)
    return outcome(name, lang) if text == code else text


# ---------------------------------------------------------------- lines of the command


def overview(facts: Sequence[Mapping[str, Any]], lang: str) -> list[str]:
    """One line a row: what it is, what moved, what it does to the goals, whether it works."""
    head = ("row", "kind", "measure", "quantity", "effect", *GOALS, "basis", "works")
    rows = [tuple(say(f"sources_head_{name}", lang) for name in head)]
    for one in facts:
        goals = one["goals"] or {}
        rows.append(
            (
                one["row"],
                say(f"sources_kind_{one['kind']}", lang),
                one["measure"],
                quantity_label(one["quantity"], lang),
                change(None if one["effect"] is None else _as_figures(one)),
                *(change(goals.get(goal)) for goal in GOALS),
                one["basis"] or _DASH,
                say("sources_yes" if one["works"] else "sources_no", lang),
            )
        )
    return aligned(rows, "")


def _as_figures(one: Mapping[str, Any]) -> dict[str, float]:
    return {"mean": one["effect"], "low": one["low"], "high": one["high"]}


def details(one: Mapping[str, Any], lang: str) -> list[str]:
    """All of one row, line by line."""
    rows = [
        (say("sources_d_source", lang), f"{one['source']} {load_documents()[one['source']].title[lang]}"),
        (say("sources_d_quotation", lang), f"「{one['quotation']}」" + _shared(one, lang)),
        *(
            [(say("sources_d_normalised", lang), f"「{one['normalised']}」")]
            if one["normalised"] != one["quotation"]
            else []
        ),
        (say("sources_d_instrument", lang), ", ".join(one["instruments"]) or one["instrument"] or _DASH),
        (say("sources_d_mechanism", lang), one["mechanism"]),
    ]
    if one["effect"] is not None:
        figures = _as_figures(one) | {"low_luck": one["low_luck"], "high_luck": one["high_luck"]}
        text = f"{quantity_label(one['quantity'], lang)}: {change(figures)} {one['unit']}; "
        rows.append((say("sources_d_proximate", lang), text + say("sources_luck", lang, interval=luck(figures))))
    for goal, figures in (one["goals"] or {}).items():
        if figures:
            text = f"{change(figures)}; " + say("sources_luck", lang, interval=luck(figures))
            rows.append((outcome(goal, lang), text))
    for claim in one.get("claims", ()):
        said = {True: "sources_supported", False: "sources_not_supported", None: "sources_no"}[claim["supported"]]
        rows.append((claim["claim"], f"{change(claim if 'mean' in claim else None)} {say(said, lang)}"))
    rows.append((say("sources_d_basis", lang), one["basis"] or _DASH))
    said = say("sources_yes" if one["works"] else "sources_no", lang)
    rows.append((say("sources_head_works", lang), said + (f": {one['reason']}" if one["reason"] else "")))
    return [f"{one['row']}  {one['measure']}", *aligned(rows)]


def _shared(one: Mapping[str, Any], lang: str) -> str:
    return " " + say("sources_shared", lang, rows=", ".join(one["shared_with"])) if one["shared_with"] else ""


def findings(table: Mapping[str, Any], rows: Iterable[Row], lang: str) -> list[str]:
    """What came out over all rows: counts of helpful, null and harmful; regimes and frameworks side by side."""
    chosen = [row.id for row in rows if row.kind in ("i", "r", "p") and row.id in table["rows"]]
    lines = []
    if chosen:
        lines.append(say("sources_counts_lead", lang, count=len(chosen)))
        head = ("", *(say(f"sources_{name}", lang) for name in ("helpful", "null", "harmful")))
        found = counts(table["rows"], chosen)
        lines += aligned([head, *((outcome(goal, lang), *map(str, found[goal].values())) for goal in GOALS)])
    compared = table["comparison"]
    if compared:
        for kind in ("regimes", "frameworks"):
            lines += ["", say(f"sources_{kind}_lead", lang), *aligned(side_by_side(compared[kind], lang))]
        rising = ratcheting(compared["regimes"])
        lines += ["", say("sources_ratchet", lang, names=", ".join(rising) or _DASH)]
        second = compared["crossing"]["second_difference"]["work"]
        code = f"sources_relation_{relation(compared['crossing'])}"
        lines.append(say(code, lang, interval=change(second)))
    return lines


def side_by_side(compared: Mapping[str, Any], lang: str) -> list[tuple[str, ...]]:
    """Regimes or frameworks as a table: level of each quantity with the interval of luck and parameters."""
    names = (*SIDE_BY_SIDE, *GOALS)
    head = ("", *(quantity_label(name, lang) for name in names))
    return [head, *((which, *(change(figures[name]) for name in names)) for which, figures in compared.items())]


# ---------------------------------------------------------------- the page of the documentation


def write_page(path: Path, text: str) -> None:
    """Put the rows between the markers of a document.

    Raises:
        InputError: it has no such markers.
    """
    document = read_text(path)
    if not _PART.search(document):
        raise InputError("sources_page_without_part", file=path)
    part = f"<!-- sources -->\n\n{text}\n\n<!-- end of sources -->"
    path.write_text(_PART.sub(lambda _: part, document), encoding="utf-8")


def page(facts: Sequence[Mapping[str, Any]], table: Mapping[str, Any], rows: Sequence[Row], lang: str) -> str:
    """The rows, document by document, as Markdown, then what came out."""
    parts = []
    head = (
        "row",
        "kind",
        "measure",
        "quotation",
        "instrument",
        "mechanism",
        "quantity",
        "effect",
        *GOALS,
        "basis",
        "works",
    )
    for document in load_documents().values():
        parts += [f"## {document.name} {document.title[lang]}", ""]
        parts.append(say("sources_page_about", lang, date=document.date, place=document.place))
        if document.garbled:
            pairs = "; ".join(f"{read} → {means}" for read, means in document.garbled.items())
            parts += ["", say("sources_page_garbled", lang, pairs=pairs)]
        parts += ["", _line(say(f"sources_head_{name}", lang) for name in head), _line("---" for _ in head)]
        parts += [_line(_cells(one, lang)) for one in facts if one["source"] == document.name]
        left = "; ".join(f"{what[lang]} ({reason[lang]})" for what, reason in document.left_out)
        parts += ["", say("sources_page_left_out", lang, what=left), ""]
    for one in facts:
        for claim in one.get("claims", ()):
            said = "sources_supported" if claim["supported"] else "sources_not_supported"
            parts.append(
                f"- {one['row']} 「{claim['quotation']}」 {claim['claim']}: {change(claim)} **{say(said, lang)}**"
            )
    parts += ["", f"## {say('sources_page_findings', lang)}", "", *_found(table, rows, lang)]
    return "\n".join(parts).rstrip()


def _found(table: Mapping[str, Any], rows: Sequence[Row], lang: str) -> list[str]:
    chosen = [row.id for row in rows if row.kind in ("i", "r", "p") and row.id in table["rows"]]
    if not chosen:
        return []
    lines = [say("sources_counts_lead", lang, count=len(chosen)), ""]
    head = [outcome("goal", lang), *(say(f"sources_{name}", lang) for name in ("helpful", "null", "harmful"))]
    lines += [_line(head), _line("---" for _ in head)]
    lines += [_line((outcome(g, lang), *map(str, c.values()))) for g, c in counts(table["rows"], chosen).items()]
    compared = table["comparison"]
    if compared:
        for kind in ("regimes", "frameworks"):
            body = side_by_side(compared[kind], lang)
            lines += ["", say(f"sources_{kind}_lead", lang), "", _line(body[0]), _line("---" for _ in body[0])]
            lines += [_line(one) for one in body[1:]]
        lines += ["", say("sources_ratchet", lang, names=", ".join(ratcheting(compared["regimes"])) or _DASH), ""]
        second = compared["crossing"]["second_difference"]["work"]
        lines.append(say(f"sources_relation_{relation(compared['crossing'])}", lang, interval=change(second)))
    return lines


def _cells(one: Mapping[str, Any], lang: str) -> list[str]:
    goals = one["goals"] or {}
    figures = {name: one[name] for name in ("low", "high", "low_luck", "high_luck")} | {"mean": one["effect"]}
    both = _DASH if one["effect"] is None else f"{change(figures)}<br>{luck(figures)}"
    return [
        one["row"], one["kind"], one["measure"], f"「{one['quotation']}」" + _shared(one, lang),
        ", ".join(f"`{name}`" for name in one["instruments"]) or f"`{one['instrument']}`", one["mechanism"],
        quantity_label(one["quantity"], lang), both,
        *(f"{change(goals[goal])}<br>{luck(goals[goal])}" if goals.get(goal) else _DASH for goal in GOALS),
        one["basis"] or _DASH,
        say("sources_yes", lang) if one["works"] else f"{say('sources_no', lang)}: {one['reason']}",
    ]  # fmt: skip


def _line(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"
