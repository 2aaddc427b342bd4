"""What is said of the circle: loop gain between villages and over time, theory beside it, traps and what leads out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ruralsim.analysis.pivot.folds import KINDS
from ruralsim.view.pivot.statements import Content, number, percent, significant
from ruralsim.view.report.words import label, listed, plain, say

#: a loop gain below this is called a circle that hardly turns
_WEAK = 0.05


def loop(content: Content, lang: str) -> Iterator[str]:
    """Loop gain and amplification by horizon, between villages; how near enterprises are to closing."""
    year, one = "", {"mean": None}
    for year, one in content["loop_gain"].items():
        yield say(
            "pivot_loop_sentence", lang, years=year, governance=significant(one["governance_per_log_capital"]),
            capital=significant(one["log_capital_per_governance"]), gain=significant(one["mean"]),
            low=significant(one["low"]), high=significant(one["high"]), draws=content["loop_gain_draws"],
            low_luck=significant(one["low_luck"]), high_luck=significant(one["high_luck"]),
            amplification=number(one["amplification"], 3),
        )  # fmt: skip
    gain = one["mean"]
    if gain is not None and abs(gain) < _WEAK:
        yield say(
            "pivot_loop_weak", lang, gain=significant(gain), years=year, low=significant(one["low"]),
            high=significant(one["high"]),
        )  # fmt: skip
    elif gain is not None and gain >= 1.0:
        yield say("pivot_loop_strong", lang, gain=significant(gain), years=year)
    if gain is not None:
        between = one["villages"]
        classes = (
            f"{label('class', name, lang)} {significant(one['by_class'][name])} "
            f"[{significant(spread['low'])}, {significant(spread['high'])}]"
            for name, spread in one["villages_by_class"].items()
        )
        yield say(
            "pivot_loop_villages", lang, years=year, middle=significant(between["mean"]),
            low=significant(between["low"]), high=significant(between["high"]), classes=listed(classes, lang),
        )  # fmt: skip
    yield from closing(content, lang)


def closing(content: Content, lang: str) -> Iterator[str]:
    """How far the villages' enterprises are from the threshold at which they close."""
    found = content["closing"]
    yield say(
        "pivot_closing" if found["earns_times"] is not None else "pivot_closing_none", lang,
        times=number(found["earns_times"], 1), thin=percent(found["thin"]), stopped=percent(found["stopped"]),
    )  # fmt: skip


def theory(content: Content, lang: str) -> Iterator[str]:
    """The mean village: where it rests, how its circle amplifies, the best dividend share, traps."""
    found = content["theory"]
    if found["equilibrium"] is None:
        yield say("pivot_theory_none", lang)
    else:
        yield from _rest(content, lang)
    if found["limit"]:
        yield from against_simulation(found["limit"], lang)
    if found["traps"]:
        yield from traps(found["traps"], lang)


def _rest(content: Content, lang: str) -> Iterator[str]:
    found = content["theory"]
    at = found["equilibrium"]
    yield say(
        "pivot_theory_rest" if at["stable"] else "pivot_theory_unstable", lang, potential=number(at["potential"], 3),
        value=plain(at["value_added"], 0), years=plain(at["years_to_fade"], 0), map=number(at["map_potential"], 3),
    )  # fmt: skip
    yield say(
        "pivot_theory_gain", lang, gain=significant(at["loop_gain"]), amplification=number(at["amplification"], 3),
        held=significant(at["loop_gain_held"]),
    )  # fmt: skip
    yield _horizons(content, lang)
    error = at["reduction_error"]
    yield say(
        "pivot_theory_reduction", lang, two=significant(100.0 * abs(error["log_capital_and_potential"])),
        three=significant(100.0 * abs(error["with_dormant_assets"])),
    )  # fmt: skip
    ranked = sorted(found["statics"].items(), key=lambda pair: -abs(float(pair[1]["loop_gain"] or 0.0)))[:3]
    names = (f"{name} ({_signed(0.1 * float(one['loop_gain']))})" for name, one in ranked)
    yield say("pivot_theory_lifts", lang, names=listed(names, lang))
    best = found["dividend_share"]
    yield say(
        "pivot_theory_dividend", lang, governance=percent(best["for_governance"]),
        development=percent(best["for_development"]), now=percent(best["now"]),
    )  # fmt: skip
    yield say("pivot_theory_threshold", lang, times=number(2.718281828 ** at["distance_to_closing"], 1))


def _horizons(content: Content, lang: str) -> str:
    """Theory's loop gain after some years, beside that of the nudged villages, and with two variables alone."""
    ones: Mapping[str, Any] = content["theory"]["equilibrium"]["horizons"]
    lived = content["loop_gain"]
    return say(
        "pivot_theory_horizons" if lived else "pivot_theory_horizons_alone", lang,
        years=listed((str(year) for year in ones), lang),
        theory=listed((significant(one["loop_gain"]) for one in ones.values()), lang),
        simulation=listed((significant(lived[year]["mean"]) for year in ones if year in lived), lang),
        two=listed((significant(one["two_variables"]) for one in ones.values()), lang),
    )  # fmt: skip


def against_simulation(found: Mapping[str, Any], lang: str) -> Iterator[str]:
    """How the error falls with the number of people, and what eight neighbours, habit and heterogeneity each add."""
    errors = found["errors"]
    yield say(
        "pivot_limit_errors", lang, months=found["months"],
        people=listed((f"{int(adults):,}" for adults in errors), lang),
        errors=listed((significant(one["potential"]) for one in errors.values()), lang),
        trust=listed((significant(one["trust"]) for one in errors.values()), lang),
    )  # fmt: skip
    ones = found["adds"]
    parts = {name: with_sign_and_error(one["potential"]) for name, one in ones.items()}
    yield say("pivot_limit_adds", lang, people=f"{found['people']:,}", **parts)


def with_sign_and_error(one: Mapping[str, float]) -> str:
    """A mean difference and its standard error."""
    return f"{_signed(one['mean'])} ± {plain(one['error'], 4)}"


def traps(caught: Mapping[str, Any], lang: str) -> Iterator[str]:
    """How many draws have two lasting states, and what leads out of the low one for which sum."""
    one, closed = caught["governance"], caught["closed"]
    yield say(
        "pivot_theory_traps", lang, draws=caught["draws"], share=number(100 * one["mean"], 1),
        low=number(100 * one["low"], 1), high=number(100 * one["high"], 1), closed=percent(closed["mean"]),
        closed_low=percent(closed["low"]), closed_high=percent(closed["high"]),
        always=percent(caught["always_closed"]),
    )  # fmt: skip
    if "apart" in caught:
        yield _apart(caught["apart"], lang)
    if "pushes" not in caught:
        return
    fields: dict[str, str] = {}
    for name, way in caught["pushes"].items():
        fields |= {name: percent(way["moved"]), f"{name}_cost": number(way["cost"], 0)}
    yield say(
        "pivot_theory_pushes", lang, count=caught["trapped"], most=plain(caught["most_spent"], 0), **fields,
    )  # fmt: skip
    order = caught["order"]
    yield say(
        "pivot_theory_order", lang, capital=order["capital_first_cheaper"], trust=order["trust_first_cheaper"],
        count=caught["trapped"],
    )  # fmt: skip


def _apart(found: Mapping[str, Any], lang: str) -> str:
    """What keeps two lasting levels apart, and the folds that were found."""
    kinds = (f"{say(f'pivot_kind_{kind}', lang)} {count}" for kind, count in found["kinds"].items() if count)
    folds = (_fold(one["kind"], one["distance"], lang) for one in found["folds"])
    told = {"kinds": listed(kinds, lang), "followed": found["followed"], "found": len(found["folds"])}
    if not found["folds"]:
        return say("pivot_theory_apart_no_fold", lang, **told)
    return say("pivot_theory_apart", lang, folds=listed(folds, lang), **told)


def _fold(kind: str, distance: float, lang: str) -> str:
    if KINDS[kind][2]:
        away = say("pivot_fold_rate", lang, distance=percent(distance))
    else:
        away = say("pivot_fold_logit", lang, distance=number(distance, 2))
    return say(f"pivot_kind_{kind}", lang) + ("" if lang == "zh" else " ") + away


def _signed(value: float) -> str:
    shown = plain(value, 4)
    return shown if shown.startswith("−") else f"+{shown}"
