"""When plans changed course, on which reading, and whether what was reported deserved it."""

from __future__ import annotations

from ruralsim.analysis.signposts import Signal
from ruralsim.spec.scenario import Scenario
from ruralsim.view.report.html import Section
from ruralsim.view.report.phase_study import PhaseStudy
from ruralsim.view.report.words import NOTHING, listed, plain, say


def trigger_sentences(study: PhaseStudy, lang: str) -> list[str]:
    """Say which triggers fired when, on what reading, and whether what was reported deceived them."""
    lines = []
    for plan in study.plans:
        title, found = study.title(plan.name, lang), study.traces[plan.name].signals
        for one in found:
            if one.month is not None:
                lines.append(_fired(title, one, plan.scenario, lang))
            if one.fooled:
                lines.append(say("phases_fooled", lang, name=one.name, then=_truth(one, plan.scenario, lang)))
            elif one.held_back and one.on_truth is not None:
                code = "phases_held_back" if one.month is None else "phases_late"
                fields = {"name": one.name, "truth": _date(plan.scenario, one.on_truth)}
                lines.append(say(code, lang, **fields, month=_date(plan.scenario, one.month or 1)))
        silent = [one.name for one in found if one.month is None]
        if silent:
            lines.append(say("phases_silent", lang, plan=title, names=listed(silent, lang)))
    return lines


def _fired(title: str, one: Signal, scenario: Scenario, lang: str) -> str:
    read = {name: NOTHING if value is None else plain(value, 3)
            for name, value in (("reported", one.reported), ("true", one.true))}  # fmt: skip
    return say("phases_fired", lang, plan=title, name=one.name, month=_date(scenario, one.month or 1), **read)


def _truth(one: Signal, scenario: Scenario, lang: str) -> str:
    """Say when the truth crosses the level of a trigger that was set off before, or that it never does."""
    if one.on_truth is None:
        return say("phases_never_true", lang)
    return say("phases_true_at", lang, month=_date(scenario, one.on_truth))


def _date(scenario: Scenario, month: int) -> str:
    return str(scenario.start + (month - 1))


def plan_triggers(study: PhaseStudy, lang: str) -> Section | None:
    """The section; None where no plan has a trigger."""
    lines = trigger_sentences(study, lang)
    if not lines:
        return None
    return Section("triggers", say("phases_h_triggers", lang), lines, notes=[say("phases_first_luck", lang)])
