"""A study as files: ``indicators.json`` and small tables."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from ruralsim.analysis.indicators.estimate import Estimate, rounded
from ruralsim.analysis.indicators.scores import MEASURES
from ruralsim.model.outcomes import GOALS

if TYPE_CHECKING:
    from ruralsim.analysis.indicators import Study

FORMAT = "ruralsim indicators"
INDEX = "indicators.json"
Rows = list[dict[str, Any]]


def content(study: Study) -> dict[str, Any]:
    """Everything as plain values."""
    advice = {one.item: one.plain() for one in study.advice}
    found, gaming, index = study.found, study.gaming, study.index
    text: dict[str, Any] = {
        "scenario": study.scenario.resolved(),
        "seed": study.seed,
        "effort": dict(vars(study.plan.effort)) | {"worlds": study.plan.worlds, "search": study.plan.runs},
        "villages": study.card.villages,
        "simulations": study.card.simulations,
        "indicators": [
            one.plain() | {"title": dict(item.title), "advice": advice[one.id]}
            for one, item in zip(study.card.items, study.items, strict=True)
        ],
        "tiers": [one.plain() for one in study.card.tiers],
        "phases": [one.plain() for one in study.card.phases],
        "followed": None if study.followed is None else study.followed.plain(),
        "trials": [one.plain() for one in study.tried],
        "frontier": [one.plain() for one in study.frontier],
        "nested": [one.plain() for one in study.nested],
    }
    if found is not None:
        text["search"] = {"judged": found.judged, "winners_curse": found.curse}
    if gaming is not None:
        names = ("inflation", *GOALS)
        text["gaming"] = {
            "places": [dict(vars(one.setting)) | {"inflation": one.mean.plain()} for one in gaming.places],
            "one_more_check": _named(names, gaming.one_more_check),
            "hardened": None if gaming.hardened is None else _named(names, gaming.hardened),
        }
    if index is not None:
        checked = index.table.coherence
        text["index"] = {
            "alpha": _known(checked.alpha), "coherent": checked.coherent, "first_component": _known(checked.first),
            "coupling": dict(zip(("coupling", "level", "degree"), index.coordination, strict=True)),
            "recipes": len(index.table.recipes), "ranked": index.own,
        }  # fmt: skip
    plain: dict[str, Any] = rounded(text)
    return plain


def _known(value: float) -> float | None:
    return None if value != value else value


def _named(names: tuple[str, ...], values: tuple[Estimate, ...]) -> dict[str, Any]:
    return {name: one.plain() for name, one in zip(names, values, strict=True)}


def _spread(name: str, one: Estimate | None) -> dict[str, float]:
    mean, low, high = (float("nan"),) * 3 if one is None else (one.mean, one.low, one.high)
    return {name: mean, f"{name}_low": low, f"{name}_high": high}


def tables(study: Study) -> dict[str, Rows]:
    """Rows of each table, by file name."""
    advice = {one.item: one for one in study.advice}
    scores: Rows = []
    for one in study.card.items:
        row: dict[str, Any] = {"indicator": one.id, "tier": one.tier, "channel": one.channel, "kind": one.kind}
        for name in MEASURES:
            row |= _spread(name, getattr(one, name))
        scores.append(row | {"advice": advice[one.id].verdict, "reason": advice[one.id].reason})
    found: dict[str, Rows] = {"scorecard.parquet": scores}
    if study.gaming is not None:
        found["gaming.parquet"] = study.gaming.rows()
    if study.tried:
        found["trials.parquet"] = [
            {"indicator": one.item, "trial": one.kind}
            | _spread("mean", one.mean)
            | {key: value for goal, e in one.goals.items() for key, value in _spread(goal, e).items()}
            | _spread("inflation", one.inflation)
            | _spread("connection", one.connection)
            for one in study.tried
        ]
    if study.sets:
        found["sets.parquet"] = [
            {"name": one.name, "size": one.size, "items": " ".join(one.weights)}
            | _spread("gain", one.gain)
            | {key: value for goal, e in one.gain_by_goal.items() for key, value in _spread(goal, e).items()}
            | _spread("hours", one.hours)
            | {"chosen_on": float("nan") if one.chosen_on is None else one.chosen_on}
            for one in study.sets
        ]
    if study.index is not None and study.index.own:
        from ruralsim.analysis.composite import ranking

        found["ranks.parquet"] = [
            {"village": name, "rank": mid, "rank_low": low, "rank_high": high}
            for name, mid, low, high in ranking(study.index.table, study.index.names, own=True)
        ]
    return found


def write_tables(folder: Path, study: Study) -> int:
    """Write every table; returns how many."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    rows = tables(study)
    for name, content_ in rows.items():
        pq.write_table(pa.Table.from_pylist(content_), folder / name)
    return len(rows)
