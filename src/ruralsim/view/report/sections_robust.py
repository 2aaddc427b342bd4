"""How plans hold up over contexts: regret, requirements met, and the conditions under which a plan fails."""

from __future__ import annotations

from ruralsim.analysis.robustness import ENOUGH, Robust
from ruralsim.view.report import charts
from ruralsim.view.report.charts import Mark, Row
from ruralsim.view.report.html import Figure, Section, Table
from ruralsim.view.report.phase_study import PhaseStudy
from ruralsim.view.report.svg import BLUE, INK
from ruralsim.view.report.words import listed, plain, say


def robust_row(study: PhaseStudy, one: Robust, lang: str) -> list[str]:
    """A plan's robustness as texts."""
    numbers = (plain(one.mean, 3), plain(one.worst, 3), plain(one.regret_mean, 4), plain(one.regret_high, 4),
               plain(one.regret_max, 4))  # fmt: skip
    return [
        study.title(one.name, lang),
        *numbers,
        f"{plain(100 * one.best, 0)} %",
        f"{plain(100 * one.satisfied, 0)} %",
    ]


def robust_head(lang: str) -> list[str]:
    """Head of a table of :func:`robust_row`."""
    names = ("mean", "worst", "regret_mean", "regret_high", "regret_max", "best", "satisfied")
    return ["", *(say(f"phases_col_{name}", lang) for name in names)]


def robust_section(study: PhaseStudy, lang: str) -> Section | None:
    """The section; None where contexts were not drawn."""
    if not study.robust:
        return None
    least = min(study.robust, key=lambda one: (one.regret_high, one.name))
    safest = max(study.robust, key=lambda one: (one.satisfied, -one.regret_high, one.name))
    lines = [say("phases_robust_regret", lang, plan=study.title(least.name, lang), regret=plain(least.regret_high, 4)),
             say("phases_robust_satisfied", lang, plan=study.title(safest.name, lang),
                 share=plain(100 * safest.satisfied, 0)),
             say("phases_robust_about", lang, contexts=study.contexts)]  # fmt: skip
    rows = [Row(study.title(one.name, lang), [Mark("thin", one.regret_mean, BLUE, one.regret_max),
                                              Mark("diamond", one.regret_high, BLUE),
                                              Mark("dot", one.regret_mean, INK)])
            for one in study.robust]  # fmt: skip
    entries = [("dot", INK, say("phases_col_regret_mean", lang)),
               ("diamond", BLUE, say("phases_col_regret_high", lang)),
               ("thin", BLUE, say("phases_col_regret_max", lang))]  # fmt: skip
    drawing = charts.rows_chart(rows, lambda v: plain(v, 3), 0.0, entries)
    title = say("phases_f_regret", lang)
    table = Table(
        say("phases_t_robust", lang), robust_head(lang), [robust_row(study, one, lang) for one in study.robust]
    )
    return Section("robust", say("phases_h_robust", lang), lines, [Figure("regret", title, lines[0], drawing)], [table])


def failing_sentences(study: PhaseStudy, lang: str) -> list[str]:
    """Say under which conditions each plan fails, or why this was not asked."""
    lines = []
    if study.undiscovered:
        lines.append(say("phases_undiscovered", lang))
    elif study.robust and study.contexts < ENOUGH:
        lines.append(say("phases_few_contexts", lang, contexts=study.contexts, enough=ENOUGH))
    for name, region in study.regions.items():
        plan = study.title(name, lang)
        if region is None:
            lines.append(say("phases_no_region", lang, plan=plan))
            continue
        limits = [say("phases_limit", lang, name=factor_words(factor, lang), low=f"{low:.4g}", high=f"{high:.4g}")
                  for factor, (low, high) in region.limits.items()]  # fmt: skip
        lines.append(say("phases_region", lang, plan=plan, limits=listed(limits, lang),
                         coverage=plain(100 * region.coverage, 0), density=plain(100 * region.density, 0),
                         base=plain(100 * region.base, 0)))  # fmt: skip
    return lines


def factor_words(name: str, lang: str) -> str:
    """A factor with what it means, where it is a parameter."""
    from ruralsim.spec.parameters import load_parameters

    known = load_parameters().get(name)
    if known is None:
        return name
    return f"{name}（{known.zh}）" if lang == "zh" else f"{name} ({known.en})"


def failing_section(study: PhaseStudy, lang: str) -> Section | None:
    """The section; None where contexts were not drawn."""
    lines = failing_sentences(study, lang)
    if not lines:
        return None
    notes = [say("phases_failing_note", lang)] if study.regions else []
    return Section("failing", say("phases_h_failing", lang), lines, notes=notes)
