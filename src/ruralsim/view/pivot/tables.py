"""The pivot's numbers as tables of texts: the first row is the head."""

from __future__ import annotations

from ruralsim.model.outcomes import GOALS
from ruralsim.model.rival import CHANNELS_OF_PIVOT, RIVALS
from ruralsim.spec.parameters import load_parameters
from ruralsim.view.pivot.statements import Content, number, percent, score, significant
from ruralsim.view.report.words import NOTHING, label, outcome, plain, say

Rows = list[list[str]]


def _span(low: float | None, high: float | None, shown: object = score) -> str:
    if low is None or high is None:
        return NOTHING
    return f"[{shown(low)}, {shown(high)}]"  # type: ignore[operator]


def helps_rows(content: Content, lang: str) -> Rows:
    """What the pivot adds to each goal: at the defaults, by luck, over draws, and in how many draws it is above 0."""
    names = ("goal", "adds", "luck", "interval", "probability_above")
    rows = [[say(f"pivot_col_{name}", lang) for name in names]]
    for goal in GOALS:
        one = content["pivot_adds"][goal]
        said = one["probability"]["mean"]
        rows.append(
            [
                outcome(goal, lang),
                score(one["mean"]),
                _span(one["low_luck"], one["high_luck"]),
                _span(one["low"], one["high"]),
                NOTHING if said is None else f"{percent(said)} %",
            ]
        )
    return rows


def channel_rows(content: Content, lang: str) -> Rows:
    """What each channel alone, and all together, add to each goal at the defaults, with the interval by luck."""
    rows = [[say("pivot_col_channel", lang), *(outcome(goal, lang) for goal in GOALS)]]
    for name in CHANNELS_OF_PIVOT:
        row = [say(f"pivot_channel_{name}", lang)]
        for goal in GOALS:
            one = content["pivot_adds"][goal]["channels"][name]
            row.append(f"{score(one['mean'])} {_span(one['low'], one['high'])}")
        rows.append(row)
    row = [say("pivot_channel_all", lang)]
    for goal in GOALS:
        one = content["pivot_adds"][goal]
        row.append(f"{score(one['mean'])} {_span(one['low_luck'], one['high_luck'])}")
    return [*rows, row]


def rival_rows(content: Content, lang: str) -> Rows:
    """The pivot less each rival: difference, interval over draws (by luck without draws), share of draws."""
    rows = [[say(f"pivot_col_{name}", lang) for name in ("rival", "goal", "difference", "interval", "probability")]]
    for rival in RIVALS:
        for goal in GOALS:
            one = content["rivals"][rival]["pivot_less_rival"][goal]
            ends = (one["low"], one["high"]) if content["draws"] else (one["low_luck"], one["high_luck"])
            said = one["probability"]["mean"]
            rows.append(
                [
                    say(f"pivot_rival_{rival}", lang),
                    outcome(goal, lang),
                    score(one["mean"]),
                    _span(*ends),
                    NOTHING if said is None else f"{percent(said)} %",
                ]
            )
    return rows


def to_governance_rows(content: Content, lang: str) -> Rows:
    """Points, yuan and points per 100 yuan of every channel, then the losses."""
    rows = [[say(f"pivot_col_{name}", lang) for name in ("channel", "points", "yuan", "per_yuan")]]
    for name, one in content["channels"]["development_to_governance"].items():
        per = one["points_per_yuan"]
        rows.append(
            [
                say(f"pivot_channel_{name}", lang),
                number(one["points"]),
                number(one["yuan_a_head"], 0),
                significant(None if per is None else 100.0 * per),
            ]
        )
    for name, value in content["losses"].items():
        if name != "leaked_yuan_a_head":
            rows.append([say(f"pivot_loss_{name}", lang), number(value), NOTHING, NOTHING])
    return rows


def to_development_rows(content: Content, lang: str) -> Rows:
    """Yuan of value added a head and year that every channel moved."""
    rows = [[say("pivot_col_channel", lang), say("pivot_col_value", lang)]]
    ones = content["channels"]["governance_to_development"]
    return rows + [
        [say(f"pivot_channel_{name}", lang), plain(one["yuan_a_head_and_year"], 1)] for name, one in ones.items()
    ]


def bracket_rows(content: Content, lang: str) -> Rows:
    """By bracket of operating income: the pivot share of each goal, or a dash; points and yuan through channels."""
    head = [say("pivot_col_bracket", lang), *(outcome(goal, lang) for goal in GOALS), say("pivot_col_points", lang)]
    rows = [[*head, say("pivot_col_value", lang)]]
    ways = content["channels"]
    for name in next(iter(content["pivot_share"].values()))["by_bracket"]:
        row = [say(f"pivot_bracket_{name}", lang)]
        for goal in GOALS:
            share = content["pivot_share"][goal]["by_bracket"][name]
            known = share["mean"] is not None
            row.append(
                f"{percent(share['mean'])} % {_span(share['low'], share['high'], percent)}" if known else NOTHING
            )
        for way, digits in (("development_to_governance", 2), ("governance_to_development", 0)):
            there = [one["by_bracket"][name] for one in ways[way].values() if name in one["by_bracket"]]
            row.append(plain(sum(there), digits) if there else NOTHING)
        rows.append(row)
    return rows


def class_rows(content: Content, lang: str) -> Rows:
    """By class of village: points and yuan through channels, loop gain after the longest time, and its spread."""
    names = ("class", "points", "value", "gain", "villages")
    rows = [[say(f"pivot_col_{name}", lang) for name in names]]
    ways = content["channels"]
    last = list(content["loop_gain"].values())[-1:]
    for name in next(iter(ways["development_to_governance"].values()))["by_class"]:
        row = [label("class", name, lang)]
        for way, digits in (("development_to_governance", 2), ("governance_to_development", 0)):
            row.append(plain(sum(one["by_class"][name] for one in ways[way].values()), digits))
        there = last[0]["villages_by_class"].get(name) if last else None
        row.append(significant(last[0]["by_class"][name]) if there else NOTHING)
        row.append(f"{_span(there['low'], there['high'], significant)}" if there else NOTHING)
        rows.append(row)
    return rows


def loop_rows(content: Content, lang: str) -> Rows:
    """Loop gain, its two halves and amplification by horizon."""
    names = ("years", "gain", "interval", "luck", "governance", "capital", "amplification")
    rows = [[say(f"pivot_col_{name}", lang) for name in names]]
    for year, one in content["loop_gain"].items():
        rows.append(
            [
                say("pivot_years", lang, years=year),
                significant(one["mean"]),
                _span(one["low"], one["high"], significant),
                _span(one["low_luck"], one["high_luck"], significant),
                significant(one["governance_per_log_capital"]),
                significant(one["log_capital_per_governance"]),
                number(one["amplification"], 3),
            ]
        )
    return rows


def income_rows(content: Content, lang: str) -> Rows:
    """The mean village at several operating incomes: potential, value added, loop gain, amplification."""
    names = ("bracket", "potential", "value", "gain", "amplification")
    rows = [[say(f"pivot_col_{name}", lang) for name in names]]
    for income, one in content["theory"]["by_income"].items():
        shown = [NOTHING] * 4
        if one is not None:
            shown = [
                number(one["potential"], 3), plain(one["value_added"], 0), significant(one["loop_gain"]),
                number(one["amplification"], 3),
            ]  # fmt: skip
        rows.append([plain(float(income), 0), *shown])
    return rows


def added_rows(content: Content, lang: str) -> Rows:
    """What the limit leaves out, each alone: mean difference and standard error of trust, shares and potential."""
    names = ("trust", "civic", "pooled", "potential")
    rows = [[say("pivot_col_added", lang), *(say(f"pivot_col_{name}", lang) for name in names)]]
    for name, ones in content["theory"]["limit"]["adds"].items():
        shown = (f"{plain(ones[one]['mean'], 4)} ± {plain(ones[one]['error'], 4)}" for one in names)
        rows.append([say(f"pivot_added_{name}", lang), *shown])
    return rows


def statics_rows(content: Content, lang: str) -> Rows:
    """What a parameter ten per cent higher does to the mean village's rest: potential, value added, loop gain."""
    names = ("parameter", "meaning", "potential_percent", "value_percent", "gain_change")
    rows = [[say(f"pivot_col_{name}", lang) for name in names]]
    ones, known = content["theory"].get("statics", {}), load_parameters()
    for name, one in sorted(ones.items(), key=lambda pair: -abs(float(pair[1]["loop_gain"] or 0.0))):
        rows.append(
            [
                name,
                known[name].zh if lang == "zh" else known[name].en,
                plain(10.0 * one["potential"], 2),
                plain(10.0 * one["value_added"], 2),
                plain(0.1 * (one["loop_gain"] or 0.0), 4),
            ]
        )
    return rows
