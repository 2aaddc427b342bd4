"""Section on who gained and who lost: villages by group, and people by age and membership where the run has them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ruralsim.state.columns import ENDOWMENTS, FORMS, ROLLOUT
from ruralsim.view.report import charts
from ruralsim.view.report.charts import Mark, Row
from ruralsim.view.report.data import RunData
from ruralsim.view.report.html import Figure, Section, Table
from ruralsim.view.report.sections_outcomes import window_words
from ruralsim.view.report.svg import BLUE, MUTED, ORANGE
from ruralsim.view.report.words import (
    UNITS,
    capital,
    difference,
    label,
    listed,
    outcome,
    plain,
    say,
    short_outcome,
    small,
)

if TYPE_CHECKING:
    import pandas as pd

#: what is shown by group: people's purses, their satisfaction, trust, and the worst off
MEASURES = ("median_income", "mean_satisfaction", "lowest_satisfaction", "mean_trust")
GROUPINGS = {"class": ENDOWMENTS, "rollout": ROLLOUT, "form": FORMS}
#: measures that a table of people (age, membership) may carry
PEOPLE_MEASURES = ("mean_income", "mean_satisfaction", "mean_trust")


def who(data: RunData, lang: str) -> Section:
    """Who gained and who lost, by class of village and, where the run has it, by age and membership."""
    table = _village_changes(data)
    groups = _by_group(table)
    paired = data.baseline is not None
    extremes = [_extremes(groups, name, lang) for name in ("median_income", "mean_satisfaction")]
    losers = [
        say(
            "report_losers",
            lang,
            number=plain(100 * float((table[name] < 0).mean()), 0),
            what=short_outcome(name, lang),
        )
        for name in ("median_income", "mean_satisfaction", "lowest_satisfaction")
    ]
    sentences = [
        capital(
            say(
                "report_who_lead_paired" if paired else "report_who_lead",
                lang,
                parts=("；" if lang == "zh" else "; ").join(extremes),
            )
        ),
        say("report_who_losers_paired" if paired else "report_who_losers", lang, parts=listed(losers, lang)),
        say("report_who_paired" if paired else "report_who_baseline", lang),
    ]
    figures = [_group_figure(data, groups, name, lang) for name in MEASURES]
    tables = [_group_table(data, groups, lang)]
    people = _people(data)
    if people is None:
        sentences.append(say("report_who_no_people", lang))
    else:
        sentences.append(_people_sentence(people, lang))
        figures += _people_figures(people, lang)
        tables.append(_people_table(people, lang))
    return Section("who", say("report_h_who", lang), sentences, figures, tables, [say("report_who_note", lang)])


def _village_changes(data: RunData) -> pd.DataFrame:
    """By (replicate, village): what policy adds to every measure, or last less first where there is no baseline."""
    outcomes, without = data.outcomes, data.baseline
    change = (outcomes.last - (outcomes.first if without is None else without.last))[list(MEASURES)]
    about = data.villages.set_index(["replicate", "village"])[[*GROUPINGS, "registered_adults"]]
    return change.join(about)


Groups = dict[tuple[str, str], dict[str, "tuple[float, float, float]"]]


def _by_group(table: pd.DataFrame) -> Groups:
    """Mean change over villages (by adults) of each group, and the lowest and highest replicate."""
    found: Groups = {}
    for grouping, order in GROUPINGS.items():
        for group in order:
            rows = table[table[grouping] == group]
            if rows.empty:
                continue
            weight = rows["registered_adults"]
            per = {
                name: (rows[name] * weight).groupby("replicate").sum() / weight.groupby("replicate").sum()
                for name in MEASURES
            }
            found[grouping, group] = {
                name: (float(one.mean()), float(one.min()), float(one.max())) for name, one in per.items()
            }
            count = rows.groupby("replicate").size()
            found[grouping, group]["villages"] = (float(count.mean()), float(count.min()), float(count.max()))
            adults = weight.groupby("replicate").sum()
            found[grouping, group]["adults"] = (float(adults.mean()), float(adults.min()), float(adults.max()))
    return found


def _extremes(groups: Groups, name: str, lang: str) -> str:
    ranked = sorted(((key, one[name][0]) for key, one in groups.items()), key=lambda pair: pair[1])
    (least, low), (most, high) = ranked[0], ranked[-1]
    return say(
        "report_extremes",
        lang,
        what=short_outcome(name, lang),
        least=_group_words(least, lang),
        low=difference(low, UNITS[name], lang),
        most=_group_words(most, lang),
        high=difference(high, UNITS[name], lang),
    )


def _group_words(key: tuple[str, str], lang: str) -> str:
    return say(
        "report_group", lang, grouping=small(label("grouping", key[0], lang), lang), group=label(key[0], key[1], lang)
    )


def _gain(value: float) -> str:
    return BLUE if value >= 0 else ORANGE


def _group_figure(data: RunData, groups: Groups, name: str, lang: str) -> Figure:
    rows: list[Row] = []
    seen, several = "", data.replicates > 1
    paired = "_paired" if data.baseline is not None else ""
    for (grouping, group), one in groups.items():
        if grouping != seen:
            rows.append(Row(label("grouping", grouping, lang)))
            seen = grouping
        mean, low, high = one[name]
        marks = [Mark("thin", low, MUTED, high)] if several else []
        marks.append(Mark("dot" if mean >= 0 else "diamond", mean, _gain(mean), size=5))
        rows.append(Row(label(grouping, group, lang), marks))
    entries = [
        ("dot", BLUE, say(f"report_key_gain{paired}", lang)),
        ("diamond", ORANGE, say(f"report_key_loss{paired}", lang)),
    ]
    entries += [("thin", MUTED, say("report_key_spread", lang))] if several else []
    unit = UNITS[name]
    drawing = charts.rows_chart(rows, lambda v: plain(v, 0 if unit.startswith("yuan") else 2), 0.0, entries)
    title = say(f"report_f_group{paired}", lang, what=short_outcome(name, lang))
    return Figure(
        f"who-{name.replace('_', '-')}",
        title,
        say(f"report_d_group{paired}", lang, text=_extremes(groups, name, lang)),
        drawing,
    )


def _group_table(data: RunData, groups: Groups, lang: str) -> Table:
    head = [
        "",
        say("report_col_villages", lang),
        say("report_col_adults", lang),
        *(outcome(name, lang) for name in MEASURES),
    ]
    rows: list[list[str]] = []
    bold: set[int] = set()
    seen = ""
    for (grouping, group), one in groups.items():
        if grouping != seen:
            bold.add(len(rows))
            rows.append([label("grouping", grouping, lang), *[""] * (len(head) - 1)])
            seen = grouping
        cells = [difference(one[name][0], UNITS[name], lang) for name in MEASURES]
        rows.append([label(grouping, group, lang), plain(one["villages"][0], 0), plain(one["adults"][0], 0), *cells])
    first, last = window_words(data, lang)
    code = "report_t_who" if data.baseline is None else "report_t_who_paired"
    return Table(say(code, lang, first=first, last=last), head, rows, frozenset(bold))


@dataclass(frozen=True, eq=False)
class _People:
    """Groups of people: by (grouping, group), the change of each measure from start to end, and persons at the end."""

    change: pd.DataFrame
    persons: pd.Series

    @property
    def measures(self) -> list[str]:
        """What the run followed by group."""
        return [str(name) for name in self.change.columns]

    def of(self, name: str) -> list[tuple[tuple[str, str], float]]:
        """The change of a measure by group."""
        return [((str(key[0]), str(key[1])), float(value)) for key, value in self.change[name].items()]  # type: ignore[index]


def _people(data: RunData) -> _People | None:
    """What the table ``groups`` holds, people weighing alike; None where the run has no such table.

    Its columns: draw, replicate, month, village, grouping (``age``, ``membership``), group, persons, and any of
    :data:`PEOPLE_MEASURES`; rows of the first and of the last month are compared.
    """
    frame = data.optional("groups")
    if frame is None:
        return None
    measures = [name for name in PEOPLE_MEASURES if name in frame.columns]
    keys, means = ["grouping", "group"], []
    for month in (frame["month"].min(), frame["month"].max()):
        rows = frame[(frame["month"] == month) & (frame["draw"] == 0)]
        sums = rows[measures].mul(rows["persons"], axis=0).groupby([rows[key] for key in keys], sort=False).sum()
        persons = rows.groupby(keys, sort=False)["persons"].sum()
        means.append((sums.div(persons, axis=0), persons))
    (first, _), (last, persons) = means
    return _People(last - first, persons / data.replicates)


def _people_sentence(people: _People, lang: str) -> str:
    name = people.measures[0]
    ranked = sorted(people.of(name), key=lambda pair: pair[1])
    (least, low), (most, high) = ranked[0], ranked[-1]
    return say(
        "report_extremes_people",
        lang,
        what=short_outcome(name, lang),
        least=_group_words(least, lang),
        low=difference(low, UNITS[name], lang),
        most=_group_words(most, lang),
        high=difference(high, UNITS[name], lang),
    )


def _people_figures(people: _People, lang: str) -> list[Figure]:
    figures = []
    for name in people.measures:
        rows, seen = [], ""
        for (grouping, group), value in people.of(name):
            if grouping != seen:
                rows.append(Row(label("grouping", grouping, lang)))
                seen = grouping
            rows.append(
                Row(
                    label(grouping, group, lang),
                    [Mark("dot" if value >= 0 else "diamond", value, _gain(value), size=5)],
                )
            )
        digits = 0 if UNITS[name].startswith("yuan") else 2
        entries = [("dot", BLUE, say("report_key_gain", lang)), ("diamond", ORANGE, say("report_key_loss", lang))]
        drawing = charts.rows_chart(rows, lambda v, digits=digits: plain(v, digits), 0.0, entries)  # type: ignore[misc]
        title = say("report_f_people", lang, what=short_outcome(name, lang))
        figures.append(Figure(f"people-{name.replace('_', '-')}", title, _people_sentence(people, lang), drawing))
    return figures


def _people_table(people: _People, lang: str) -> Table:
    changes = {name: dict(people.of(name)) for name in people.measures}
    head = ["", say("report_col_persons", lang), *(outcome(name, lang) for name in changes)]
    rows = [
        [
            _group_words(key, lang),
            plain(float(people.persons[key]), 0),
            *(difference(one[key], UNITS[name], lang) for name, one in changes.items()),
        ]
        for key, _ in people.of(people.measures[0])
    ]
    return Table(say("report_t_people", lang), head, rows)
