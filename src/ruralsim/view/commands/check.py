"""``ruralsim check FILE``: validate a scenario, framework or roster, and show what it means."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ruralsim.view.commands.common import aligned, amount, language, print_json, print_lines, say
from ruralsim.view.commands.options import ChangesOption, JsonOption, LangOption

if TYPE_CHECKING:
    from ruralsim.policy.instruments import Instrument
    from ruralsim.spec.roster import Roster
    from ruralsim.spec.scenario import RosterVillage, Scenario
    from ruralsim.view.plan import PlanYear


def check(
    file: Annotated[
        str,
        typer.Argument(
            metavar="FILE",
            help="Scenario, roster, framework, instrument or package. 情景、名册、指标体系、工具或政策包。",
        ),
    ],
    changes: ChangesOption = None,
    lang: LangOption = None,
    as_json: JsonOption = False,
) -> None:
    """Validate a scenario, roster or own file; show levers, calendar, costs, coverage. 检查情景、名册或自有文件。"""
    spoken = language(lang)
    from ruralsim.spec.roster import is_roster_file
    from ruralsim.view.own_files import check_own, is_own_file

    if is_own_file(file):
        check_own(Path(file), spoken, as_json)
        return
    if is_roster_file(file):
        _check_roster(Path(file), spoken, as_json)
        return
    from ruralsim.policy.catalogue import vocabulary
    from ruralsim.policy.library import library_of
    from ruralsim.spec.load import load_scenario
    from ruralsim.view.plan import plan_years

    scenario = load_scenario(file, vocabulary=vocabulary(), overrides=changes or ())
    instruments = library_of(scenario).instruments
    years = plan_years(scenario, instruments)
    if as_json:
        print_json(_scenario_json(scenario, years, spoken))
    else:
        print_lines(_scenario_lines(scenario, years, instruments, spoken))


def _check_roster(path: Path, lang: str, as_json: bool) -> None:
    from ruralsim.spec.roster import read_roster

    roster = read_roster(path)
    villages = roster.villages
    blanks = {name: sum(getattr(village, name) is None for village in villages) for name in _OPTIONAL}
    summary = {
        "ok": True,
        "kind": "roster",
        "file": str(path),
        "villages": len(villages),
        "townships": len({village.township for village in villages}),
        "population": sum(village.population for village in villages),
        "synthesised": blanks,
    }
    if as_json:
        rows = [{"line": line} | dict(vars(one)) for line, one in zip(roster.lines, villages, strict=True)]
        print_json(summary | {"conversions": [notice.text(lang) for notice in roster.conversions], "rows": rows})
        return
    shown = {name: amount(value) for name, value in summary.items() if isinstance(value, int)}
    lines = [
        say("check_roster", lang, file=str(path), **{k: shown[k] for k in ("villages", "townships", "population")})
    ]
    lines += [say("check_notice", lang, text=notice) for notice in roster.conversions]
    lines += aligned(_roster_rows(roster, lang))
    lines += aligned(
        [(name, say("check_blank", lang, count=count)) for name, count in blanks.items() if count] or [("", "")]
    )
    print_lines(line for line in [*lines, *_roster_totals(villages, lang)] if line.strip())


_OPTIONAL = ("endowment", "rollout", "form", "capital", "idle_assets", "debt", "operating_income")


def _roster_rows(roster: Roster, lang: str) -> list[tuple[str, ...]]:
    """The villages as they were read, one a row; a dot where a value will be synthesised."""
    from ruralsim.spec.roster_words import chinese

    fields = ("name", "township", "population", *_OPTIONAL)
    head = ("行", *map(chinese, fields)) if lang == "zh" else ("line", *fields)
    rows = [head]
    for line, village in zip(roster.lines, roster.villages, strict=True):
        values = (getattr(village, name) for name in fields)
        cells = (amount(x) if isinstance(x, int | float) else x or "·" for x in values)
        rows.append((str(line), *cells))
    return rows


def _roster_totals(villages: tuple[RosterVillage, ...], lang: str) -> list[str]:
    rows = []
    for name in _OPTIONAL[3:]:
        stated = [value for village in villages if (value := getattr(village, name)) is not None]
        if stated:
            rows.append((name, say("check_total", lang, total=amount(sum(stated)), count=len(stated))))
    return aligned(rows) if rows else []


def _scenario_json(scenario: Scenario, years: list[PlanYear], lang: str) -> dict[str, Any]:
    return {
        "ok": True,
        "kind": "scenario",
        "scenario": scenario.resolved(),
        "digest": scenario.digest,
        "regime": _regime_settings(scenario),
        "years": [
            {
                "year": year.year,
                "months": year.months,
                "phases": list(year.phases),
                "covered": dict(year.covered),
                "asked": round(year.asked, 2),
                "budget": year.budget,
            }
            for year in years
        ],
        "present_value": {"yuan": _worth(scenario), "discount": _discount()},
        "notices": [notice.text(lang) for notice in scenario.notices],
    }


def _worth(scenario: Scenario) -> float | None:
    """Present value of what the plan grants, yuan; None where a phase has no limit, or there is none."""
    if not scenario.phases or any(phase.budget is None for phase in scenario.phases):
        return None
    from ruralsim.policy.envelope import present_value

    return present_value(scenario) / 100


def _discount() -> float:
    from ruralsim.policy.envelope import DISCOUNT

    return DISCOUNT


def _regime_settings(scenario: Scenario) -> dict[str, float]:
    from ruralsim.policy.regimes import load_regimes

    defaults = {name: setting.value for name, setting in load_regimes()[scenario.regime.name].settings.items()}
    return defaults | dict(scenario.regime.settings)


def _scenario_lines(
    scenario: Scenario, years: list[PlanYear], instruments: Mapping[str, Instrument], lang: str
) -> list[str]:
    from ruralsim.view.calendar import calendar_rows, rollout_words, trigger_lines

    place = scenario.place
    title = scenario.title.get(lang) or next(iter(scenario.title.values()))
    lines = [f"{scenario.name}: {title}"]
    if scenario.note.get(lang):
        lines.append(scenario.note[lang])
    if place.identity_note.get(lang):
        lines.append(place.identity_note[lang])
    lines += ["", *aligned(_overview(scenario, lang)), "", say("check_levers", lang)]
    for phase in (*scenario.phases, *scenario.reserves):
        budget = (
            say("check_no_limit", lang)
            if phase.budget is None
            else say("check_a_year", lang, yuan=amount(phase.budget))
        )
        if phase.start_budget is not None:
            budget += " " + say("check_start_budget", lang, yuan=amount(phase.start_budget))
        dates = f"{phase.start}–{phase.end}" if phase in scenario.phases else say("check_reserve", lang)
        lines.append(f"  {phase.label(lang)}  {dates}  {rollout_words(phase.rollout, lang)}  {budget}")
        rows = [
            (name, f"{intensity:g}", instruments[name].title[lang]) for name, intensity in phase.instruments.items()
        ]
        lines += aligned(rows, "      ") if rows else []
    settings = [(name, f"{value:g}") for name, value in _regime_settings(scenario).items()]
    lines += ["", say("check_regime", lang, name=scenario.regime.name), *aligned(settings)]
    lines += ["", say("check_calendar", lang), *aligned(calendar_rows(scenario, lang))]
    if scenario.triggers:
        lines += ["", say("check_triggers", lang), *(f"  {line}" for line in trigger_lines(scenario, lang))]
    lines += ["", say("check_money", lang), *aligned(_year_rows(scenario, years, lang)), say("check_estimate", lang)]
    worth = _worth(scenario)
    if worth is not None:
        lines.append(say("check_worth", lang, yuan=amount(worth), rate=f"{100 * _discount():g}"))
    if scenario.parameters:
        lines += ["", say("check_overrides", lang)]
        lines += aligned([(change.name, f"{change.value:g}", change.reason) for change in scenario.parameters])
    if scenario.notices:
        lines += ["", *(say("check_notice", lang, text=notice) for notice in scenario.notices)]
    return [*lines, "", say("check_ok", lang, digest=scenario.digest[:12])]


def _overview(scenario: Scenario, lang: str) -> list[tuple[str, str]]:
    from ruralsim.view.report.words import label

    place = scenario.place
    rows = [
        ("horizon", f"{scenario.start}–{scenario.end} ({scenario.months})"),
        ("population", amount(place.registered_population)),
        ("residents", "–" if place.resident_population is None else amount(place.resident_population)),
        ("villages", amount(place.villages)),
        ("townships", amount(place.townships)),
        ("endowments", _shares(place.endowments, "endowment", lang)),
        ("forms", _shares(place.forms, "form", lang)),
        ("framework", f"{scenario.framework.name} {_weights(scenario.framework.weights)}".strip()),
        ("identity", label("identity", place.identity, lang)),
    ]
    found = [(say(f"check_{name}", lang), value) for name, value in rows]
    for key, series in scenario.context.series.items():
        shown = ", ".join(f"{value:g}" for value in series.values[:6]) + (" …" if len(series.values) > 6 else "")
        found.append((key, f"{series.step} {shown}"))
    return found


def _shares(shares: Mapping[str, float], kind: str, lang: str) -> str:
    from ruralsim.view.report.words import label

    return "  ".join(f"{label(kind, name, lang)} {share:g}" for name, share in shares.items())


def _weights(shares: Mapping[str, float]) -> str:
    return "  ".join(f"{name} {share:g}" for name, share in shares.items())


def _year_rows(scenario: Scenario, years: list[PlanYear], lang: str) -> list[tuple[str, ...]]:
    called = {phase.name: phase.label(lang) for phase in scenario.phases}
    head = ("year", "phases", "demonstration", "pilot", "conditioned", "rest", "asked", "budget")
    rows: list[tuple[str, ...]] = [tuple(say(f"check_{name}", lang) for name in head)]
    for year in years:
        budget = say("check_no_limit", lang) if year.budget is None else amount(year.budget)
        if year.budget is not None and year.asked > year.budget + 0.5:
            budget += " " + say("check_binds", lang)
        covered = (str(count) for count in year.covered.values())
        rows.append(
            (
                str(year.year),
                ", ".join(called.get(name, name) for name in year.phases) or "–",
                *covered,
                amount(year.asked),
                budget,
            )
        )
    return rows
