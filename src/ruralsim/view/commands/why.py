"""``ruralsim why NAME``: where a number comes from, what an instrument does, what a column means."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ruralsim.base.errors import InputError, Message, catalogue, nearest
from ruralsim.spec.parameters import GRADES
from ruralsim.spec.scenario import ENDOWMENTS, FORMS, ROLLOUTS
from ruralsim.view.commands.common import aligned, amount, language, print_json, print_lines, say
from ruralsim.view.commands.options import JsonOption, LangOption

if TYPE_CHECKING:
    from ruralsim.policy.instruments import Instrument

Entry = dict[str, Any]


def why(
    name: Annotated[
        str, typer.Argument(metavar="NAME", help="Parameter, instrument, indicator, regime or column. 名称。")
    ],
    lang: LangOption = None,
    as_json: JsonOption = False,
) -> None:
    """Explain a name: value, unit, range, source, grade, meaning. 解释一个名称。"""
    spoken = language(lang)
    entries = [entry for read in KINDS for entry in read(spoken) if entry["name"] == name]
    if not entries:
        known = {entry["name"]: str(entry.get("meaning", "")) for read in KINDS for entry in read(spoken)}
        about = [one for one, meaning in known.items() if len(name) > 1 and name.lower() in meaning.lower()]
        near = nearest(name, sorted(known))
        if near is None and about:
            raise InputError("why_about", read=name, found=about[:8])
        raise InputError("why_unknown", read=name, nearest=near)
    if as_json:
        print_json({"name": name, "found": entries})
        return
    for entry in entries:
        print_lines([say("why_head", spoken, name=name, kind=say(f"kind_{entry['kind']}", spoken))])
        rows = [
            (say(f"why_{key}", spoken), _shown(_word(key, value, spoken)))
            for key, value in entry.items()
            if key not in ("name", "kind")
        ]
        print_lines(aligned([row for row in rows if row[1]]))


def _word(key: str, value: Any, lang: str) -> Any:
    """A value that is a word of the model's own, in the reader's language."""
    if (key == "grade" or (key == "source" and value == "assumed")) and value in GRADES:
        return say(f"report_grade_{value}", lang)
    return value


def _shown(value: Any) -> str:
    if isinstance(value, list):
        return "; ".join(_shown(part) for part in value)
    if isinstance(value, float):
        return f"{value:g}"
    return "" if value is None else str(value)


def parameters(lang: str) -> Iterator[Entry]:
    """Yield every parameter of the model."""
    from ruralsim.spec.parameters import load_parameters

    for parameter in load_parameters().values():
        yield {
            "name": parameter.name,
            "kind": "parameter",
            "value": parameter.value,
            "unit": parameter.unit,
            "low": parameter.low,
            "high": parameter.high,
            "source": parameter.source,
            "grade": parameter.grade,
            "meaning": parameter.zh if lang == "zh" else parameter.en,
            "note": parameter.note,
        }


def instruments(lang: str) -> Iterator[Entry]:
    """Yield every policy instrument with its effects and costs."""
    from ruralsim.policy.instruments import load_instruments
    from ruralsim.policy.levers import LEVERS

    levers = {one.name: one.meaning_zh if lang == "zh" else one.meaning_en for one in LEVERS}
    levers["running_cost"] = say("sources_running_cost", lang)
    for instrument in load_instruments().values():
        yield {
            "name": instrument.name,
            "kind": "instrument",
            "meaning": instrument.title[lang],
            "source": instrument.source,
            "quotation": instrument.source_text,
            "effects": [
                f"{effect.lever} {effect.amount:g} ({effect.low:g}–{effect.high:g}; "
                f"{_word('source', effect.source, lang)}): {levers[effect.lever]}"
                for effect in (*instrument.effects, *((instrument.saves,) if instrument.saves is not None else ()))
            ],
            "costs": [
                say(
                    "why_cost",
                    lang,
                    what=_known(f"report_flow_{cost.kind}", cost.kind, lang),
                    yuan=amount(cost.amount),
                    per=say(f"per_{cost.per}", lang),
                    every=say(f"every_{cost.every}", lang),
                    source=cost.source,
                )
                for cost in instrument.costs
            ],
            "delay": instrument.delay,
            "eligible": _restrictions(instrument, lang),
            "note": instrument.note,
        }


def packages(lang: str) -> Iterator[Entry]:
    """Yield every policy package with its instruments."""
    from ruralsim.policy.packages import load_packages

    for one in load_packages().values():
        yield {
            "name": one.name,
            "kind": "package",
            "meaning": one.title[lang],
            "source": one.source,
            "quotation": one.source_text,
            "instruments": [f"{name} {intensity:g}" for name, intensity in one.instruments.items()],
            "note": one.note,
        }


def _known(code: str, name: str, lang: str) -> str:
    """A text of the catalogue, or the name itself where it has none."""
    return say(code, lang) if code in catalogue(lang) else name


def _restrictions(instrument: Instrument, lang: str) -> list[str]:
    """Name the classes that may have the instrument, where not all may."""
    groups = (
        (instrument.endowments, ENDOWMENTS),
        (instrument.forms, FORMS),
        (instrument.rollout, ROLLOUTS),
    )
    found = [
        ("、" if lang == "zh" else ", ").join(_known(f"report_{kind}_{name}", name, lang) for name in allowed)
        for kind, (allowed, every) in zip(("class", "form", "rollout"), groups, strict=True)
        if len(allowed) < len(every)
    ]
    return found or [say("report_rollout_all", lang)]


def indicators(lang: str) -> Iterator[Entry]:
    """Yield every framework and every item of it."""
    from ruralsim.policy.frameworks import load_frameworks

    for framework in load_frameworks().values():
        yield {
            "name": framework.name,
            "kind": "framework",
            "meaning": framework.title[lang],
            "source": framework.source,
            "items": len(framework.items),
            "items_in_source": framework.total_in_source,
        }
        for item in framework.items:
            yield {
                "name": item.id,
                "kind": "indicator",
                "framework": framework.name,
                "meaning": item.title[lang],
                "quotation": item.quotation,
                "origin": item.origin,
                "tier": item.tier,
                "observable": item.observable,
                "channel": item.channel,
                "weight": item.weight,
                "tasks": [f"{task} {response:g}" for task, response in item.tasks.items()],
            }


def regimes(lang: str) -> Iterator[Entry]:
    """Yield every assessment regime and every setting of it."""
    from ruralsim.policy.regimes import load_regimes

    for regime in load_regimes().values():
        yield {
            "name": regime.name,
            "kind": "regime",
            "meaning": regime.title[lang],
            "source": regime.source,
            "quotation": regime.source_text,
        }
        for setting in regime.settings.values():
            yield {
                "name": setting.name,
                "kind": "setting",
                "regime": regime.name,
                "value": setting.value,
                "unit": setting.unit,
                "low": setting.low,
                "high": setting.high,
                "source": setting.source,
                "meaning": setting.zh if lang == "zh" else setting.en,
            }


def columns(lang: str) -> Iterator[Entry]:
    """Yield every column of the state."""
    from ruralsim.state.columns import REGISTRY

    for table, entries in REGISTRY.items():
        for column in entries:
            yield {
                "name": column.name,
                "kind": "column",
                "table": table,
                "unit": column.unit,
                "low": column.low,
                "high": column.high,
                "meaning": column.meaning,
            }


def context(lang: str) -> Iterator[Entry]:
    """Yield every key of ``[context]``."""
    from ruralsim.spec.context import CONTEXT_UNITS

    for key, unit in CONTEXT_UNITS.items():
        yield {"name": key, "kind": "context", "unit": unit, "meaning": Message(f"context_{key}").text(lang)}


KINDS: tuple[Callable[[str], Iterator[Entry]], ...] = (
    parameters,
    instruments,
    packages,
    indicators,
    regimes,
    columns,
    context,
)
