"""``ruralsim list [KIND]``: what there is to choose from."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

import typer

from ruralsim.base.errors import InputError, Message, nearest
from ruralsim.view.commands.common import aligned, language, print_json, print_lines, say
from ruralsim.view.commands.options import JsonOption, LangOption

Row = dict[str, str | float | int]


def list_names(
    kind: Annotated[
        str | None,
        typer.Argument(
            metavar="[KIND]",
            help="scenarios, instruments, packages, frameworks, indicators, regimes, parameters. 类别。",
        ),
    ] = None,
    lang: LangOption = None,
    as_json: JsonOption = False,
) -> None:
    """List what there is to choose from. 列出可选内容。"""
    spoken = language(lang)
    if kind is None:
        counts = {name: len(read(spoken)) for name, read in KINDS.items()}
        if as_json:
            print_json(counts)
        else:
            rows = [(name, str(count), f"ruralsim list {name}") for name, count in counts.items()]
            print_lines([say("list_kinds", spoken), *aligned(rows)])
        return
    if kind not in KINDS:
        near, what = nearest(kind, KINDS), Message("what_kind")
        raise InputError("unknown_name", what=what, read=kind, nearest=near, accepted=list(KINDS))
    rows_found = KINDS[kind](spoken)
    if as_json:
        print_json({"kind": kind, kind: rows_found})
    elif rows_found:
        print_lines(aligned([tuple(str(value) for value in row.values()) for row in rows_found], ""))


def scenarios(lang: str) -> list[Row]:
    """Return the shipped scenarios."""
    from ruralsim.policy.catalogue import vocabulary
    from ruralsim.spec.load import load_scenario, shipped_scenarios

    known = vocabulary()
    found: list[Row] = []
    for name in shipped_scenarios():
        scenario = load_scenario(name, vocabulary=known)
        place = scenario.place
        found.append(
            {
                "name": name,
                "villages": place.villages,
                "population": place.registered_population,
                "months": scenario.months,
                "title": scenario.title.get(lang, name),
            }
        )
    return found


def instruments(lang: str) -> list[Row]:
    """Return the policy instruments."""
    from ruralsim.policy.instruments import load_instruments

    return [
        {"name": name, "kind": instrument.kind, "title": instrument.title[lang], "source": instrument.source}
        for name, instrument in load_instruments().items()
    ]


def packages(lang: str) -> list[Row]:
    """Return the policy packages."""
    from ruralsim.policy.packages import load_packages

    return [
        {"name": name, "instruments": len(one.instruments), "title": one.title[lang], "source": one.source}
        for name, one in load_packages().items()
    ]


def frameworks(lang: str) -> list[Row]:
    """Return the indicator frameworks."""
    from ruralsim.policy.frameworks import load_frameworks

    return [
        {"name": name, "items": len(framework.items), "title": framework.title[lang], "source": framework.source}
        for name, framework in load_frameworks().items()
    ]


def indicators(lang: str) -> list[Row]:
    """Return the items of every framework."""
    from ruralsim.policy.frameworks import load_frameworks

    return [
        {
            "name": item.id,
            "framework": name,
            "tier": item.tier,
            "kind": item.kind,
            "channel": item.channel,
            "title": item.title[lang],
        }
        for name, framework in load_frameworks().items()
        for item in framework.items
    ]


def regimes(lang: str) -> list[Row]:
    """Return the assessment regimes."""
    from ruralsim.policy.regimes import load_regimes

    return [
        {"name": name, "target_rule": regime.target_rule, "title": regime.title[lang], "source": regime.source}
        for name, regime in load_regimes().items()
    ]


def parameters(lang: str) -> list[Row]:
    """Return the parameters."""
    from ruralsim.spec.parameters import load_parameters

    return [
        {
            "name": name,
            "value": parameter.value,
            "low": parameter.low,
            "high": parameter.high,
            "unit": parameter.unit,
            "grade": parameter.grade,
            "meaning": parameter.zh if lang == "zh" else parameter.en,
        }
        for name, parameter in load_parameters().items()
    ]


KINDS: dict[str, Callable[[str], list[Row]]] = {
    "scenarios": scenarios,
    "instruments": instruments,
    "packages": packages,
    "frameworks": frameworks,
    "indicators": indicators,
    "regimes": regimes,
    "parameters": parameters,
}
