"""What a search of plans found: the trade-off between goals, and a handful of plans in words."""

from __future__ import annotations

from ruralsim.analysis.plan_search import Searched
from ruralsim.analysis.plans import in_order
from ruralsim.model.outcomes import GOALS
from ruralsim.policy.library import library_of
from ruralsim.spec.scenario import Scenario
from ruralsim.view.report.html import Figure, Section, Table
from ruralsim.view.report.phase_study import PhaseStudy
from ruralsim.view.report.plane import Plane
from ruralsim.view.report.svg import BLUE, ORANGE, WIDTH, Drawing, legend
from ruralsim.view.report.words import difference, label, listed, outcome, plain, say, span, yuan

_PALE = "#c9d2dd"


def plan_words(scenario: Scenario, lang: str) -> list[str]:
    """A plan in words: a sentence for each phase."""
    found = []
    for one in in_order(scenario.phases):
        where = say("trigger_everywhere", lang) if one.rollout == ("all",) else listed(
            (label("rollout", name, lang) for name in one.rollout), lang)  # fmt: skip
        money = say("check_no_limit", lang) if one.budget is None else yuan(one.budget, lang)
        mix = sorted(one.instruments.items(), key=lambda item: (-item[1], item[0]))[:5]
        known = library_of(scenario).instruments
        names = [f"{known[name].title[lang]} {plain(u, 2)}" for name, u in mix]
        left = len(one.instruments) - len(mix)
        more = say("phases_more", lang, count=left) if left > 0 else ""
        found.append(say("phases_in_words", lang, first=str(one.start), last=str(one.end), where=where, money=money,
                         mix=listed(names, lang), more=more))  # fmt: skip
    return found


def search_section(study: PhaseStudy, lang: str) -> Section | None:
    """The section; None where no search was asked for."""
    found = study.searched
    if found is None:
        return None
    lines = [say("phases_search_lead", lang, plans=len(found.judged), front=len(found.front),
                 runs=plain(found.runs, 0)),
             say("phases_search_curse" if found.curse > 0.0 else "phases_search_no_curse", lang,
                 curse=plain(abs(found.curse), 4))]  # fmt: skip
    points = []
    rows = []
    for number, one in enumerate(found.winners, start=1):
        title = say(f"phases_plan_found_{one.why}", lang, number=number)
        text = ("。" if lang == "zh" else ". ").join(plan_words(one.scenario, lang))
        points.append(f"{title}: {text}" if lang == "en" else f"{title}：{text}")
        for place, numbers in (("chosen", one.chosen_on), ("fresh", one.fresh)):
            cells = [difference(value, "score", lang) for value in numbers]
            if place == "fresh":
                cells = [f"{cell} ({span((low, high), 'score', lang, change=True)})"
                         for cell, low, high in zip(cells, one.low, one.high, strict=True)]  # fmt: skip
            rows.append([f"{title}, {say(f'phases_col_{place}', lang)}", *cells])
    figures = [_scatter(found, a, b, lang) for a, b in ((0, 1), (0, 2), (1, 2))]
    head = ["", *(outcome(goal, lang) for goal in GOALS)]
    return Section("search", say("phases_h_search", lang), lines, figures,
                   [Table(say("phases_t_search", lang), head, rows)], points=points)  # fmt: skip


def _scatter(found: Searched, a: int, b: int, lang: str) -> Figure:
    """Every plan judged, in two goals; the frontier stands out, the plan as written too."""
    names = list(GOALS)
    height, left, top = 300.0, 62.0, 14.0
    drawing = Drawing(height + 40)
    right, bottom = WIDTH - 16, height - 30
    xs, ys = found.judged[:, a].tolist(), found.judged[:, b].tolist()
    plane = Plane.around(xs, ys, (left, right, top, bottom))
    plane.grid(drawing, (3, 3))
    front = set(found.front.tolist())
    for k, (one, other) in enumerate(zip(xs, ys, strict=True)):
        if k not in front:
            drawing.mark("dot", plane.x(one), plane.y(other), _PALE, 3.2)
    for k in sorted(front):
        drawing.mark("dot", plane.x(xs[k]), plane.y(ys[k]), BLUE, 4.2)
    drawing.mark("diamond", plane.x(found.written[a]), plane.y(found.written[b]), ORANGE, 5.0)
    drawing.text((left + right) / 2, bottom + 36, say("phases_axis", lang, goal=outcome(names[a], lang)), "middle", 12)
    drawing.text(left - 52, top - 2, say("phases_axis", lang, goal=outcome(names[b], lang)), size=12)
    legend(drawing, 10, height + 14, [("dot", BLUE, say("phases_key_front", lang)),
                  ("dot", _PALE, say("phases_key_judged", lang)),
                  ("diamond", ORANGE, say("phases_plan_written", lang))],
                  WIDTH - 20)  # fmt: skip
    title = say("phases_f_tradeoff", lang, one=outcome(names[a], lang), other=outcome(names[b], lang))
    return Figure(f"tradeoff-{names[a]}-{names[b]}", title, title, drawing)
