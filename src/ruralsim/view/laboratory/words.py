"""Advice and numbers of a study in a reader's words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from ruralsim.view.commands.common import say

if TYPE_CHECKING:
    from ruralsim.analysis.indicators import Advice, Estimate, Study
    from ruralsim.analysis.indicators.gaming import Setting

#: measures as people read them: factor and decimals
_SHOWN = {"breadth": (100.0, 1), "inflation": (100.0, 1), "burden": (1.0, 1)}
#: reasons whose number is in points of 100, and with its sign turned
_POINTS, _TURNED = ("dressed", "better_without", "missed", "helps", "no_gain"), ("helps", "no_gain")


def plain(value: float, digits: int = 2) -> str:
    """A number with a real minus sign, never −0; a dash where nothing is known."""
    if value != value:
        return "–"
    shown = f"{value:.{digits}f}"
    if not any(c in "123456789" for c in shown):
        shown = shown.removeprefix("-")
    return shown.replace("-", "−")


def number(one: Estimate, lang: str, factor: float = 1.0, digits: int = 2) -> str:
    """A number with its interval."""
    mean, low, high = (plain(factor * value, digits) for value in (one.mean, one.low, one.high))
    if one.low != one.low or one.low == one.high:
        return mean
    return say("indicators_number", lang, mean=mean, low=low, high=high)


def points(one: Estimate, lang: str, *, turned: bool = False) -> str:
    """A change of a score or level in points of 100; ``turned``: as a fall."""
    if not turned:
        return number(one, lang, 100.0, 2 if abs(one.mean) < 0.01 else 1)
    flipped = type(one)(-one.mean, -one.high, -one.low)
    return points(flipped, lang)


def measure(name: str, one: Estimate, lang: str) -> str:
    """A measure of the scorecard as people read it."""
    factor, digits = _SHOWN.get(name, (1.0, 2))
    return number(one, lang, factor, digits)


def titles(study: Study, lang: str) -> Mapping[str, str]:
    """Title of each item."""
    return {item.id: item.title[lang] for item in study.items}


def why(advice: Advice, study: Study, lang: str) -> str:
    """The reason for a piece of advice, in a sentence with its number."""
    code = f"indicators_why_{advice.reason}"
    if advice.reason in ("helps", "dressed"):
        code += f"_{advice.verdict}"
    score = study.card.item(advice.item)
    if advice.reason == "unconnected" and plain(score.burden.mean, 1) == plain(0.0, 1):
        code += "_free"
    if advice.reason in _POINTS:
        shown = points(advice.number, lang, turned=advice.reason in _TURNED)
    elif advice.reason == "tells":
        shown = measure("breadth", advice.number, lang)
    else:
        shown = number(advice.number, lang)
    by = "" if advice.by is None else titles(study, lang)[advice.by]
    inflation, burden = plain(100.0 * score.inflation.mean, 1), plain(score.burden.mean, 1)
    connection = number(score.connection, lang)
    return say(code, lang, number=shown, by=by, inflation=inflation, burden=burden, connection=connection)


def lead(study: Study, lang: str) -> str:
    """How many items to keep, check, ask residents about, replace and drop."""
    from ruralsim.analysis.indicators.advice import VERDICTS

    given = [one.verdict for one in study.advice]
    parts = [say(f"indicators_lead_{one}", lang, number=given.count(one)) for one in VERDICTS if one in given]
    return say("indicators_lead", lang, count=len(given), parts=("，" if lang == "zh" else ", ").join(parts))


def regime_title(name: str, lang: str) -> str:
    """Title of a regime."""
    from ruralsim.policy.regimes import load_regimes

    return load_regimes()[name].title[lang]


def tier_title(name: str, lang: str) -> str:
    """Title of a tier, or of all items."""
    return say("indicators_all" if name == "all" else f"indicators_tier_{name}", lang)


def place_title(setting: Setting, lang: str) -> str:
    """A place of the gaming map in words."""
    regime = regime_title(setting.regime, lang)
    if setting.kind == "checks":
        checks = f"{100 * (setting.checks or 0.0):.0f} %"
        code = "indicators_gaming_checks" if setting.penalty == 1.0 else "indicators_gaming_checks_penalty"
        return say(code, lang, checks=checks, penalty=f"{setting.penalty:g}")
    if setting.kind == "hardening":
        return say("indicators_gaming_hardening", lang, regime=regime, rate=f"{100 * setting.hardening:.0f}")
    return say("indicators_gaming_regime", lang, regime=regime)


def set_title(name: str, lang: str) -> str:
    """How a set was put together, in words."""
    code = {"best_first": "indicators_best_first", "drawn": "indicators_drawn"}.get(name, "indicators_searched")
    return say(code, lang)


def followed(study: Study, lang: str) -> list[str]:
    """What following all advice does, and whether it should be followed all at once; or that nothing was tried."""
    from ruralsim.analysis.indicators.advice import LITTLE
    from ruralsim.view.report.words import listed

    if not study.plan.tried:
        return [say("indicators_untried", lang)]
    one = study.followed
    if one is None:
        return []
    fields = {name: points(value, lang) for name, value in one.goals.items()}
    more = {"inflation": points(one.inflation, lang), "hours": points(one.hours, lang)}
    named = {name: say(f"run_goal_{name}", lang) for name in one.goals}
    worse = listed((named[name] for name, e in one.goals.items() if e.below and e.mean < -LITTLE), lang)
    better = listed((named[name] for name, e in one.goals.items() if e.above and e.mean > LITTLE), lang)
    found = [say("indicators_followed", lang, **fields, **more)]
    if worse:
        found.append(say("indicators_followed_worse", lang, goals=worse))
    elif better:
        found.append(say("indicators_followed_better", lang, goals=better))
    else:
        found.append(say("indicators_followed_honest" if one.inflation.below else "indicators_followed_same", lang))
    return found


def about(study: Study, lang: str) -> str:
    """What was studied, and how large the study was."""
    from ruralsim.policy.library import library_of

    choice, known = study.scenario.framework.name, library_of(study.scenario).frameworks
    framework = known[choice].title[lang] if choice in known else choice
    return say(
        "indicators_lead_regime", lang, framework=framework, regime=regime_title(study.scenario.regime.name, lang),
        villages=study.card.villages, simulations=study.card.simulations,
    )  # fmt: skip


def sets_sentences(study: Study, lang: str) -> list[str]:
    """Which number of items is best, and what checks have to do with it."""
    few = [one.hours.mean for one in study.nested if one.size < len(study.items)]
    full = [one.hours.mean for one in study.nested if one.size == len(study.items)]
    checked = [say("indicators_sets_checked", lang)] if few and full and min(few) < full[0] - 0.02 else []
    return [_best_number(study, lang), *checked]


def _best_number(study: Study, lang: str) -> str:
    better = [one for one in study.frontier if one.gain.above]
    sizes = sorted({one.size for one in study.frontier})
    worse = [str(size) for size in sizes if all(one.gain.below for one in study.frontier if one.size == size)]
    if better:
        best = max(better, key=lambda one: one.gain.mean)
        return say("indicators_sets_best", lang, size=best.size, gain=points(best.gain, lang))
    if worse:
        return say("indicators_sets_worse", lang, sizes=worse)
    return say("indicators_sets_flat", lang)


def marginals(study: Study, lang: str) -> list[str]:
    """What one more check is worth, and what hardening does."""
    gaming = study.gaming
    if gaming is None:
        return []
    from ruralsim.analysis.indicators.gaming import GAINS, HARDENING

    found = []
    for code, values in (("indicators_one_check", gaming.one_more_check), ("indicators_hardened", gaming.hardened)):
        if values is not None:
            fields = {name: points(one, lang) for name, one in zip(GAINS, values, strict=True)}
            found.append(say(code, lang, rate=plain(100 * HARDENING[-1], 0), **fields))
    return found


def index_sentences(study: Study, lang: str) -> list[str]:
    """Whether the items make an index, what moves a village's rank, and how the goals go together."""
    import numpy as np

    index = study.index
    if index is None:
        return []
    checked = index.table.coherence
    code = "indicators_index_coherent" if checked.coherent else "indicators_index_incoherent"
    found = [say(code, lang, alpha=plain(checked.alpha), against=len(checked.against))]
    method, simulation, both = (plain(100 * share, 0) for share in np.nanmean(index.table.shares(), axis=0))
    found.append(say("indicators_index_shares", lang, method=method, simulation=simulation, both=both))
    coupling, level, degree = (plain(one) for one in index.coordination)
    share = plain(100 * index.degree_is_level, 0)
    found.append(say("indicators_index_coordination", lang, coupling=coupling, level=level, degree=degree, share=share))
    return found


def scenario_lines(study: Study) -> list[str]:
    """The advice as lines of a scenario file, to be tried."""
    gone = [one.item for one in study.advice if one.verdict in ("drop", "replace")]
    asked = [one.item for one in study.advice if one.verdict == "ask_residents"]
    checked = [one.item for one in study.advice if one.verdict == "check_more"]
    if len(gone) == len(study.items) or not (gone or asked or checked):
        return []
    from ruralsim.analysis.indicators.trials import TIMES

    weights = {item.id: item.check_weight for item in study.items}
    lines = ["[framework]", f'name = "{study.scenario.framework.name}"']
    without = [*study.scenario.framework.without, *gone]
    if without:
        lines.append(f"without = [{', '.join(repr(name).replace(chr(39), chr(34)) for name in without)}]")
    if asked:
        lines += ["[framework.channels]", *(f'{name} = "survey"' for name in asked)]
    if checked:
        lines += ["[framework.checks]", *(f"{name} = {TIMES * weights[name]:g}" for name in checked)]
    return lines
