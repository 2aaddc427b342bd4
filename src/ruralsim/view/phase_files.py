"""What a comparison of plans leaves in a folder: tables, figures, a page, a README in both languages."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import ruralsim
from ruralsim.base.errors import LANGUAGES
from ruralsim.experiments.plan import Plan, model_digest
from ruralsim.experiments.series import COUNTY, SERIES
from ruralsim.experiments.store import Store
from ruralsim.view.experiment_files import DIFFERENCE_COLUMNS, list_content, run_tables
from ruralsim.view.published import markdown
from ruralsim.view.report.figure_files import figure_files
from ruralsim.view.report.page import document, main_html
from ruralsim.view.report.phase_study import PhaseStudy
from ruralsim.view.report.sections_phases import phase_sections
from ruralsim.view.report.words import say
from ruralsim.view.result_folder import PAGE, Folder


def write_study(study: PhaseStudy, plan: Plan, store: Store, out: Path, command: str, lang: str) -> list[str]:
    """Write everything about a study of plans into a folder.

    Args:
        study: of the plans.
        plan, store: of the experiment behind it.
        out: the folder; an earlier study in it is replaced.
        command: that makes it again.
        lang: language that the page shows first.

    Returns:
        Names of the files.

    Raises:
        InputError: the folder holds files of something else.
    """
    folder = Folder(out)
    counts = run_tables(folder, plan, store, SERIES, (COUNTY,))
    rows = (one.as_json() for one in study.comparison.differences)
    folder.table("differences.parquet", rows, DIFFERENCE_COLUMNS)
    bodies = []
    for one in LANGUAGES:
        sections = phase_sections(study, one)
        for name, drawn in figure_files([figure for section in sections for figure in section.figures]).items():
            folder.write(f"figures/{one}/{name}.svg", drawn)
        title = say("phases_title", one, name=study_title(study, one))
        footer = say("compare_footer", one, version=ruralsim.__version__, model=model_digest(), seed=plan.design.seed)
        about = [say("compare_about", one, months=study.horizon, replicates=plan.design.replicates,
                     seed=plan.design.seed, draws=plan.design.draws)]  # fmt: skip
        bodies.append(main_html(title, about, [say("compare_limits", one)], sections, footer, one))
        name = "README.md" if one == "en" else f"README.{one}.md"
        lead = say("phases_readme", one, command=command)
        folder.write(name, markdown(title, lead, sections, one).encode())
    title = say("phases_title", lang, name=study_title(study, lang))
    folder.write(PAGE, document("".join(bodies), title, lang).encode())
    folder.write("phases.json", (json.dumps(study_json(study), ensure_ascii=False, indent=2) + "\n").encode())
    titles = {one: say("phases_title", one, name=study_title(study, one)) for one in LANGUAGES}
    folder.finish({**list_content(plan, counts, study.comparison), "title": titles, "command": command})
    return [*folder.files]


def study_title(study: PhaseStudy, lang: str) -> str:
    """Title of the scenario whose plans are compared."""
    scenario = study.plans[0].scenario
    return scenario.title.get(lang) or scenario.name


def study_json(study: PhaseStudy) -> dict[str, Any]:
    """Plain values: plans with their money, differences over the horizon, robustness, conditions of failure, search."""
    found: dict[str, Any] = {
        "against": study.first,
        "present_value": study.money / 100,
        "discount": study.discount,
        "horizon": study.horizon,
        "after_the_last_phase": study.after,
        "plans": [
            {"name": one.name, "title": dict(one.title), "granted": study.money / 100, **_trace(study, one.name)}
            for one in study.plans
        ],
        "differences": [one.as_json() for one in study.comparison.last() if one.outcome in SERIES],
        "contexts": study.contexts,
        "robustness": [asdict(one) for one in study.robust],
        "failing": {name: None if region is None else asdict(region) for name, region in study.regions.items()},
    }
    if study.searched is not None:
        one = study.searched
        found["search"] = {
            "judged": one.judged.tolist(), "front": one.front.tolist(), "written": list(one.written), "written_fresh": list(one.written_fresh),
            "curse": one.curse, "runs": one.runs,
            "winners": [
                {**{key: value for key, value in vars(w).items() if key != "scenario"},
                 "plan": w.scenario.resolved()["phase"]}
                for w in one.winners
            ],
        }  # fmt: skip
    return found


def _trace(study: PhaseStudy, name: str) -> dict[str, Any]:
    one = study.traces[name]
    return {"granted_as_fired": one.granted, "spent": one.spent, "unspent": one.unspent,
            "bound": {phase: asdict(found) for phase, found in one.bound.items()},
            "triggers": [{**asdict(signal), "fooled": signal.fooled, "held_back": signal.held_back}
                         for signal in one.signals]}  # fmt: skip
