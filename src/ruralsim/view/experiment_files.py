"""What an experiment or a comparison leaves in a folder: tables, figures, a page, a README, and a list of it all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import ruralsim
from ruralsim.analysis.compare import Comparison
from ruralsim.base.errors import LANGUAGES
from ruralsim.experiments.design import Design
from ruralsim.experiments.listed import listed_design
from ruralsim.experiments.plan import Plan, model_digest
from ruralsim.experiments.results import labels_of, records, rows_of, run_row
from ruralsim.experiments.series import COUNTY, GROUPS, PEOPLE, PEOPLE_SERIES, SERIES, UNITS
from ruralsim.experiments.store import Store
from ruralsim.model.books_loop import OUTCOMES
from ruralsim.view.experiment_readme import readme
from ruralsim.view.report.figure_files import figure_files
from ruralsim.view.report.page import document, main_html
from ruralsim.view.report.sections_compare import compare_sections
from ruralsim.view.report.words import listed, say
from ruralsim.view.result_folder import FIGURES, PAGE, Folder
from ruralsim.view.run_facts import versions

_MEANINGS = {name: meaning for name, _, meaning in OUTCOMES}


_RUN = {
    "scenario": ("text", "name", "scenario of the experiment"),
    "context": ("text", "name", "context that it meets"),
    "draw": ("int", "1", "parameter draw; 0 = the defaults"),
    "replicate": ("int", "1", "replicate, from 0; the luck, shared by all scenarios, contexts and draws"),
}
_GROUP = {
    "grouping": ("text", "name", "county; class, rollout, form (villages); age, membership, residence (people)"),
    "group": ("text", "name", "group of the grouping"),
}
DIFFERENCE_COLUMNS = {
    "outcome": ("text", "name", "goal, outcome or measure of people"),
    "scenario": ("text", "name", "scenario"),
    "against": ("text", "name", "scenario that it is compared with"),
    "context": ("text", "name", "context that both meet"),
    **_GROUP,
    "year": ("int", "years", "year of the run, from 1"),
    "unit": ("text", "name", "unit of all figures of the row"),
    "level": ("float", "see unit", "level in the scenario, mean over replicates at the defaults"),
    "level_against": ("float", "see unit", "level in the other"),
    "mean": ("float", "see unit", "mean of the paired differences"),
    "low": ("float", "see unit", "lower end, luck and parameters; empty without draws and before the last year"),
    "high": ("float", "see unit", "upper end"),
    "low_luck": ("float", "see unit", "lower end, luck alone"),
    "high_luck": ("float", "see unit", "upper end"),
    "low_mean": ("float", "see unit", "lower end of what the replicates leave open about the mean"),
    "high_mean": ("float", "see unit", "upper end"),
    "sd": ("float", "see unit", "standard deviation of a paired difference"),
    "sd_unpaired": ("float", "see unit", "the same if luck were independent"),
    "replicates": ("int", "1", "pairs of runs"),
    "replicates_needed": ("int", "1", "replicates for the mean to be known within the wanted half width"),
}


def _figures_of(names: Sequence[str]) -> dict[str, tuple[str, str, str]]:
    return {name: ("float", UNITS[name], _MEANINGS.get(name, "score of the goal, not clipped")) for name in names}


def export(
    plan: Plan,
    store: Store,
    out: Path,
    comparison: Comparison | None,
    command: str,
    lang: str,
    *,
    pages: bool = True,
    brief: bool = False,
) -> list[str]:
    """Write everything about an experiment into a folder.

    Args:
        plan, store: the experiment.
        out: the folder.
        comparison: of its scenarios; None where there is only one.
        command: that makes it again, for the README.
        lang: language that the page shows first.
        pages: also write READMEs.
        brief: of the outcomes only the county and the figures that the design wants, small enough for a repository.

    Returns:
        Names of the files.

    Raises:
        InputError: the folder holds files of something else.
    """
    folder, design = Folder(out), plan.design
    series, groups = (design.outcomes, (COUNTY,)) if brief else (SERIES, GROUPS)
    counts = run_tables(folder, plan, store, series, groups)
    shared = {**_RUN, **_GROUP}
    if design.detail != "county":
        measures = {name: ("float", UNITS[name], "mean of the group's persons at the end") for name in PEOPLE_SERIES}
        folder.table("people.parquet", _people_rows(plan, store), {**shared, **measures})
    if comparison is not None:
        folder.table("differences.parquet", (one.as_json() for one in comparison.differences), DIFFERENCE_COLUMNS)
        folder.write(PAGE, comparison_page(plan, comparison, lang).encode("utf-8"))
    if pages:
        for one in LANGUAGES:
            drawn = _drawn(folder, design, comparison, one)
            name = "README.md" if one == "en" else f"README.{one}.md"
            folder.write(name, readme(plan, comparison, drawn, command, one).encode("utf-8"))
    folder.finish(list_content(plan, counts, comparison))
    return [*folder.files]


def run_tables(
    folder: Folder, plan: Plan, store: Store, series: Sequence[str], groups: Sequence[tuple[str, str]]
) -> dict[str, int]:
    """Write ``runs.parquet`` and ``outcomes.parquet``; return how many runs are done, failed, missing and broken.

    Args:
        folder: to write into.
        plan, store: the experiment.
        series: figures of the outcomes.
        groups: of villages.
    """
    counts = {"done": 0, "failed": 0, "missing": 0, "broken": 0}

    def runs() -> Iterator[dict[str, Any]]:
        for run in plan.runs():
            row = run_row(plan, store, run)
            counts[row["state"]] += 1
            yield row

    folder.table("runs.parquet", runs(), _run_columns(plan.design))
    years = {"year": ("int", "years", "year of the run; 0 is the opening state"),
             "months": ("int", "months", "months averaged; 0 for year 0")}  # fmt: skip
    rows = (row for run, record in records(plan, store) for row in rows_of(run, record, series, groups))
    folder.table("outcomes.parquet", rows, {**_RUN, **_GROUP, **years, **_figures_of(series)})
    return counts


def _run_columns(design: Design) -> dict[str, tuple[str, str, str]]:
    found = {
        "run": ("int", "1", "number of the run in the plan"), **_RUN,
        "seed": ("int", "1", "seed of the luck"),
        "state": ("text", "name", "done, failed, missing or broken"),
        "message": ("text", "text", "why it failed"),
        "key": ("text", "SHA-256", "name of its record in the store"),
    }  # fmt: skip
    for factor in design.factors:
        found[f"parameter_{factor.name}"] = ("float", factor.unit, f"value in this run ({factor.distribution}, "
                                             f"{factor.low:g} to {factor.high:g}; {factor.source})")  # fmt: skip
    return found


def _people_rows(plan: Plan, store: Store) -> Iterator[dict[str, Any]]:
    for run, record in records(plan, store):
        if record.people is None:
            continue
        for (grouping, group), figures in zip(PEOPLE, record.people.tolist(), strict=True):
            measures = dict(zip(PEOPLE_SERIES, figures, strict=True))
            yield {**labels_of(run), "grouping": grouping, "group": group, **measures}


def _drawn(folder: Folder, design: Design, comparison: Comparison | None, lang: str) -> dict[str, str]:
    """Write the figures of a language; returns their titles by file name."""
    if comparison is None:
        return {}
    sections = compare_sections(design, comparison, lang)
    drawn = figure_files([figure for section in sections for figure in section.figures])
    found = {}
    for section in sections:
        for figure in section.figures:
            name = f"{FIGURES}/{figure.name}.{lang}.svg"
            folder.write(name, drawn[figure.name])
            found[name] = f"{section.title}: {figure.title}"
    return found


def comparison_page(plan: Plan, comparison: Comparison, lang: str) -> str:
    """The comparison as one HTML document in both languages."""
    bodies = []
    for one in LANGUAGES:
        design = plan.design
        footer = say("compare_footer", one, version=ruralsim.__version__, model=model_digest(), seed=design.seed)
        about = [say("compare_about", one, months=design.arms[0].scenarios[0].months, replicates=design.replicates,
                     seed=design.seed, draws=design.draws)]  # fmt: skip
        question = design.question.get(one)
        about = [question, *about] if question else about
        parts = compare_sections(design, comparison, one)
        bodies.append(main_html(comparison_title(design, one), about, [say("compare_limits", one)], parts, footer, one))
    return document("".join(bodies), comparison_title(plan.design, lang), lang)


def comparison_title(design: Design, lang: str) -> str:
    """The title of the experiment, or which scenarios are compared with which."""
    if design.title.get(lang):
        return design.title[lang]
    others = [design.arm_title(arm.name, lang) for arm in design.arms if arm.name != design.against]
    return say("compare_title", lang, others=listed(others, lang), against=design.arm_title(design.against, lang))


def list_content(plan: Plan, counts: Mapping[str, int], comparison: Comparison | None) -> dict[str, Any]:
    """What ``experiment.json`` says beside the files.

    Args:
        plan: of the experiment.
        counts: of its runs, by state.
        comparison: of its scenarios, if any.
    """
    return {
        **listed_design(plan.design),
        "runs": {"total": len(plan), **counts},
        "model_digest": model_digest(),
        "versions": versions(),
        "comparison": None if comparison is None else {
            "against": comparison.against, "level": comparison.level, "incomplete": comparison.incomplete,
            "villages": [one.as_json() for one in comparison.villages],
        },
    }  # fmt: skip
