"""Section on who gained and who lost: groups of people and of villages, beside the same groups without policy."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ruralsim.view.report import charts
from ruralsim.view.report.charts import Mark, Row
from ruralsim.view.report.data import RunData
from ruralsim.view.report.html import Figure, Section, Table
from ruralsim.view.report.levels import Bounds, outside, pair
from ruralsim.view.report.svg import BLUE, MUTED, ORANGE
from ruralsim.view.report.words import (
    UNITS,
    capital,
    difference,
    figure,
    label,
    listed,
    plain,
    say,
    short_outcome,
    span,
)

#: outcomes of villages of which it is said how many of them lose
_VILLAGES_LOSE = ("median_income", "mean_satisfaction", "lowest_satisfaction")
_LUCK_COLOUR = "#b9c2d0"
#: more losing groups than this are counted, not named
_NAMED = 5


@dataclass(frozen=True)
class Gain:
    """What a group gains in one measure: against the same group without policy, or against its own beginning.

    Args:
        before: level without policy, or at the beginning.
        mean: what it gains.
        luck, whole: intervals by luck, and by luck and parameters; None where the run has none.
    """

    before: float
    mean: float
    luck: Bounds
    whole: Bounds

    @property
    def bounds(self) -> Bounds:
        """The widest interval that the run has."""
        return self.whole or self.luck


@dataclass(frozen=True)
class Group:
    """A group with its gains by measure."""

    grouping: str
    name: str
    persons: float
    gains: Mapping[str, Gain]


def groups_of(data: RunData) -> list[Group]:
    """Every group of the run in order, people first, then villages."""
    paired = data.baseline is not None
    found = []
    for one in data.facts["groups"]["groups"]:
        gains = {name: _gain(one[name], paired) for name in data.facts["groups"]["units"]}
        found.append(Group(one["grouping"], one["group"], float(one["persons"]), gains))
    return found


def _gain(entry: Mapping[str, Any], paired: bool) -> Gain:
    moved = entry["effect" if paired else "change"]
    before = float(entry["baseline" if paired else "first"])
    return Gain(before, float(moved["mean"]), pair(moved, "low_luck", "high_luck"), pair(moved, "low", "high"))


def who(data: RunData, lang: str) -> Section:
    """Who gained and who lost, by age, membership, residence and class of village."""
    groups, paired = groups_of(data), "_paired" if data.baseline is not None else ""
    measures = list(data.facts["groups"]["units"])
    extremes = _semi((_extremes(groups, name, lang) for name in measures), lang)
    sentences = [
        capital(say(f"report_who_lead{paired}", lang, parts=extremes)),
        *(text for name in measures for text in _sides(groups, name, paired, lang)),
        say(f"report_who_losers{paired}", lang, parts=listed(_losers(data, lang), lang)),
        say("report_who_paired" if paired else "report_who_baseline", lang),
    ]  # fmt: skip
    if paired:
        sentences.append(_stay(data, lang))
    figures = [_group_figure(data, groups, name, lang) for name in measures]
    table = _group_table(data, groups, measures, lang)
    notes = [say("report_who_note", lang)]
    if any(outside(gain.mean, gain.whole) for group in groups for gain in group.gains.values()):
        notes.append(say("report_beside_its_range", lang))
    return Section("who", say("report_h_who", lang), sentences, figures, [table], notes)


def _semi(parts: Iterator[str], lang: str) -> str:
    return ("；" if lang == "zh" else "; ").join(parts)


def _extremes(groups: list[Group], name: str, lang: str) -> str:
    ranked = sorted(groups, key=lambda one: one.gains[name].mean)
    least, most = ranked[0], ranked[-1]
    return say(
        "report_extremes",
        lang,
        what=short_outcome(name, lang),
        least=_in_words(least, lang),
        low=_amount(least.gains[name].mean, name, lang),
        most=_in_words(most, lang),
        high=_amount(most.gains[name].mean, name, lang),
    )


def _amount(value: float, name: str, lang: str) -> str:
    """A difference with its unit in words, for a sentence."""
    shown = difference(value, UNITS[name], lang)
    return say("report_yuan_month", lang, number=shown) if UNITS[name] == "yuan/month" else shown


def _in_words(one: Group, lang: str) -> str:
    return say(f"report_named_{one.grouping}", lang, group=label(one.grouping, one.name, lang))


def _sides(groups: list[Group], name: str, paired: str, lang: str) -> Iterator[str]:
    """Groups that lose for sure, and how many gain for sure, where intervals tell."""
    ends = [(one, one.gains[name].bounds) for one in groups]
    known = [(one, bounds) for one, bounds in ends if bounds is not None]
    if not known:
        return
    losers = [one for one, (_, high) in known if high < 0.0]
    gainers = sum(low > 0.0 for _, (low, _) in known)
    fields = {"what": short_outcome(name, lang), "gain": gainers, "count": len(known)}
    if len(losers) > _NAMED:
        text = say(f"report_who_many_losers{paired}", lang, lose=len(losers), **fields)
    elif losers:
        names = listed((_in_words(one, lang) for one in losers), lang)
        text = say(f"report_who_sure_losers{paired}", lang, groups=names, **fields)
    else:
        text = say(f"report_who_no_sure_losers{paired}", lang, **fields)
    yield capital(text)


def _stay(data: RunData, lang: str) -> str:
    """How many more, or fewer, live at home and work away because of the policy."""
    rows = {one["group"]: one for one in data.facts["groups"]["groups"] if one["grouping"] == "residence"}
    more = {name: float(one["persons"]) - float(one["persons_baseline"]) for name, one in rows.items()}
    home, away = (_with_sign(more.get(name, 0.0)) for name in ("home", "away"))
    return say("report_who_stay", lang, home=home, away=away)


def _with_sign(persons: float) -> str:
    return ("+" if persons >= 0.5 else "") + plain(persons, 0)


def _losers(data: RunData, lang: str) -> list[str]:
    """How many villages end lower, by outcome."""
    outcomes, without = data.outcomes, data.baseline
    change = outcomes.last - (outcomes.first if without is None else without.last)
    return [
        say(
            "report_losers",
            lang,
            number=plain(100 * float((change[name] < 0).mean()), 0),
            what=short_outcome(name, lang),
        )
        for name in _VILLAGES_LOSE
    ]


def _group_figure(data: RunData, groups: list[Group], name: str, lang: str) -> Figure:
    rows: list[Row] = []
    seen, paired = "", "_paired" if data.baseline is not None else ""
    for one in groups:
        if one.grouping != seen:
            rows.append(Row(label("grouping", one.grouping, lang)))
            seen = one.grouping
        rows.append(Row(label(one.grouping, one.name, lang), _marks(one.gains[name])))
    gains = [one.gains[name] for one in groups]
    percent = plain(100 * data.level, 0)
    entries = [
        ("dot", BLUE, say(f"report_key_gain{paired}", lang)),
        ("diamond", ORANGE, say(f"report_key_loss{paired}", lang)),
    ]
    entries += [("thick", _LUCK_COLOUR, say("report_key_luck", lang, percent=percent))] if gains[0].luck else []
    entries += [("thin", MUTED, say("report_key_whole", lang, percent=percent))] if gains[0].whole else []
    unit = UNITS[name]
    drawing = charts.rows_chart(rows, lambda v: plain(v, 0 if unit.startswith("yuan") else 2), 0.0, entries)
    title = say(f"report_f_group{paired}", lang, what=short_outcome(name, lang))
    text = say(f"report_d_group{paired}", lang, text=_extremes(groups, name, lang))
    caption = say("report_c_yuan_month" if unit.startswith("yuan") else "report_c_scale", lang)
    return Figure(f"who-{name.replace('_', '-')}", title, text, drawing, caption)


def _marks(gain: Gain) -> list[Mark]:
    marks = []
    if gain.luck:
        marks.append(Mark("thick", gain.luck[0], _LUCK_COLOUR, gain.luck[1]))
    if gain.whole:
        marks.append(Mark("thin", gain.whole[0], MUTED, gain.whole[1]))
    up = gain.mean >= 0
    return [*marks, Mark("dot" if up else "diamond", gain.mean, BLUE if up else ORANGE, size=4)]


def _group_table(data: RunData, groups: list[Group], measures: list[str], lang: str) -> Table:
    paired = "_paired" if data.baseline is not None else ""
    several = groups[0].gains[measures[0]].bounds is not None
    head = ["", say("report_col_persons", lang)]
    for name in measures:
        what = capital(short_outcome(name, lang))
        head.append(say(f"report_col_group_before{paired}", lang, what=what))
        head.append(say(f"report_col_group_gain{paired}", lang))
        head += [say("report_col_group_span", lang)] if several else []
    rows: list[list[str]] = []
    bold: set[int] = set()
    seen = ""
    for one in groups:
        if one.grouping != seen:
            bold.add(len(rows))
            rows.append([label("grouping", one.grouping, lang), *[""] * (len(head) - 1)])
            seen = one.grouping
        row = [label(one.grouping, one.name, lang), plain(one.persons, 0)]
        for name in measures:
            gain, unit = one.gains[name], UNITS[name]
            row += [figure(gain.before, unit, lang), difference(gain.mean, unit, lang)]
            row += [span(gain.bounds, unit, lang, change=True)] if several else []
        rows.append(row)
    return Table(say(f"report_t_who{paired}", lang), head, rows, frozenset(bold))
