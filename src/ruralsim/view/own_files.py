"""A user's own framework, instrument or package, checked by itself: what was read, in words and as JSON."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ruralsim.base.errors import RuralsimError
from ruralsim.view.commands.common import aligned, amount, print_json, print_lines, say

_ADULTS = 1000.0


def is_own_file(name: str) -> bool:
    """Say whether a file holds a framework, an instrument or a package; anything unreadable is left to others."""
    path = Path(name)
    if path.suffix.lower() not in (".toml", ".csv") or not path.is_file():
        return False
    from ruralsim.policy.indicator_sheet import is_indicator_sheet
    from ruralsim.policy.library import kind_of_file
    from ruralsim.spec.layers import read_layer

    try:
        return (
            is_indicator_sheet(path) if path.suffix.lower() == ".csv" else kind_of_file(read_layer(path)) != "scenario"
        )
    except RuralsimError:
        return False


def check_own(path: Path, lang: str, as_json: bool) -> None:
    """Read one own file strictly and show what it means.

    Raises:
        InputError: anything wrong in it.
    """
    from ruralsim.policy.library import read_one

    kind, found = read_one(path) or ("", None)
    lines, facts = {"framework": _framework, "instrument": _instrument, "package": _package}[kind](found, lang)
    if as_json:
        print_json({"ok": True, "kind": kind, "file": str(path), **facts})
    else:
        print_lines([*lines, "", say("check_own_ok", lang, file=str(path))])


def _framework(one: Any, lang: str) -> tuple[list[str], dict[str, Any]]:
    quantified = sum(item.kind == "quantitative" for item in one.items)
    facts = {
        "name": one.name,
        "items": len(one.items),
        "boards": len(one.boards),
        "quantified": quantified,
        "observables": len({item.observable for item in one.items}),
        "total_in_source": one.total_in_source,
    }
    rows = [(item.id, item.tier, item.kind, item.channel, item.observable, item.title[lang]) for item in one.items]
    return [say("check_own_framework", lang, **facts), *aligned(rows)], facts


def _instrument(one: Any, lang: str) -> tuple[list[str], dict[str, Any]]:
    levers = [effect.lever for effect in one.effects]
    monthly, once = one.monthly_cost(_ADULTS), one.once_cost(_ADULTS)
    said = say(
        "check_own_instrument",
        lang,
        name=one.name,
        levers=", ".join(levers) or say("check_no_lever", lang),
        monthly=amount(monthly),
        once=amount(once),
    )
    rows = [(e.lever, f"{e.amount:g}", f"{e.low:g} … {e.high:g}", e.source) for e in one.effects]
    facts = {"name": one.name, "levers": levers, "monthly_yuan": monthly, "once_yuan": once}
    return [said, *(aligned(rows) if rows else [])], facts


def _package(one: Any, lang: str) -> tuple[list[str], dict[str, Any]]:
    rows = [(name, f"{intensity:g}") for name, intensity in one.instruments.items()]
    said = say("check_own_package", lang, name=one.name, count=len(rows))
    return [said, *aligned(rows)], {"name": one.name, "instruments": dict(one.instruments)}
