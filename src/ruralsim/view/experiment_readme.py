"""The README of an experiment, made from its results."""

from __future__ import annotations

from collections.abc import Mapping

from ruralsim.analysis.compare import Comparison, Difference
from ruralsim.experiments.design import Design
from ruralsim.experiments.plan import Plan
from ruralsim.model.outcomes import GOALS
from ruralsim.view.report.sections_compare import (
    context_title,
    difference_head,
    difference_row,
    gain_texts,
    shares_text,
    shown_outcomes,
    spent_text,
    verdicts,
)
from ruralsim.view.report.words import listed, outcome, say

_MOST_FACTORS = 12


def readme(plan: Plan, comparison: Comparison | None, figures: Mapping[str, str], command: str, lang: str) -> str:
    """The page as Markdown.

    Args:
        plan: of the experiment.
        comparison: of its scenarios; None where there is only one.
        figures: titles by file name, relative to the page.
        command: that makes it again.
        lang: ``en`` or ``zh``.
    """
    design = plan.design
    parts = [f"# {design.title.get(lang) or design.name}", say("readme_made", lang, command=command)]
    if design.question.get(lang):
        parts += [f"## {say('readme_question', lang)}", design.question[lang]]
    if comparison is not None:
        parts += [f"## {say('readme_answer', lang)}", *_answer(design, comparison, lang)]
        parts += [f"## {say('readme_results', lang)}", *_tables(design, comparison, lang)]
        parts += [f"![{title}]({name})" for name, title in figures.items() if "-goals-" in name or "-years-" in name]
    parts += [f"## {say('readme_design', lang)}", *_design(plan, lang)]
    parts += [f"## {say('readme_files', lang)}", _files(design, comparison, lang)]
    parts += [f"## {say('readme_again', lang)}", f"```\n{command}\n```", say("readme_limits", lang)]
    return "\n\n".join(parts) + "\n"


def _answer(design: Design, comparison: Comparison, lang: str) -> list[str]:
    lines, colon = [], "：" if lang == "zh" else ": "
    for title, own in _arms(design, comparison, lang):
        lines += [f"- {text}" for text in verdicts(own, title, lang)]
        lines.append(f"- {title}{colon}{spent_text(comparison, own[0].scenario, own[0].context, lang)}")
    found = ["\n".join(lines)]
    shares = [f"- {design.arm_title(one.scenario, lang)}{colon}{shares_text(one, lang)}"
              for one in comparison.villages if one.outcome in GOALS]  # fmt: skip
    found += ["\n".join(shares)] if shares else []
    found += gain_texts(comparison.last(), lang)
    if comparison.incomplete:
        found.append(say("compare_incomplete", lang, incomplete=comparison.incomplete))
    return found


def _arms(design: Design, comparison: Comparison, lang: str) -> list[tuple[str, list[Difference]]]:
    """Title and differences at the end of every arm under every context."""
    found = []
    for arm in design.arms:
        for context in design.contexts:
            own = [one for one in comparison.last(scenario=arm.name) if one.context == context]
            title = design.arm_title(arm.name, lang)
            if len(design.contexts) > 1:
                title += f", {context_title(design, context, lang)}"
            if own:
                found.append((title, own))
    return found


def _tables(design: Design, comparison: Comparison, lang: str) -> list[str]:
    found = []
    for title, own in _arms(design, comparison, lang):
        against = design.arm_title(comparison.against, lang)
        found.append(f"### {say('compare_head', lang, scenario=title, against=against)}")
        by_name = {one.outcome: one for one in own}
        rows = []
        for name in shown_outcomes(design):
            label = f"**{outcome(name, lang)}**" if name in GOALS else outcome(name, lang)
            rows.append(difference_row(by_name[name], label, lang))
        found.append(_markdown(difference_head(lang), rows))
    return [*found, say("compare_end", lang)]


def _markdown(head: list[str], rows: list[list[str]]) -> str:
    lines = [head, ["---", *("---:" for _ in head[1:])], *rows]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in lines)


def _design(plan: Plan, lang: str) -> list[str]:
    design = plan.design
    titles = [f"{design.arm_title(arm.name, lang)} (`{arm.name}`)" for arm in design.arms]
    found = [
        say("experiment_plan", lang, runs=len(plan), arms=len(design.arms), contexts=len(design.contexts),
            replicates=design.replicates, draws=design.draws, factors=len(design.factors), seed=design.seed),
        say("readme_scenarios", lang, names=listed(titles, lang)),
    ]  # fmt: skip
    if 0 < len(design.factors) <= _MOST_FACTORS:
        names = [f"{one.name} ({one.low:g}–{one.high:g})" for one in design.factors]
        found.append(say("readme_factors", lang, method=design.method, names=listed(names, lang)))
    return found


def _files(design: Design, comparison: Comparison | None, lang: str) -> str:
    names = ["runs", "outcomes"] + (["people"] if design.detail != "county" else [])
    names += ["differences", "page"] if comparison is not None else []
    return "\n".join(f"- {say(f'readme_file_{name}', lang)}" for name in [*names, "json"])
