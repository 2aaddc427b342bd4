"""What the code declares, as Markdown tables: columns, the month's order, streams, flows, drivers, parameters, policy.

Each function prints one part of the documentation (``view/odd.py`` puts them into the documents).
"""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ruralsim.policy.frameworks import Framework


def _table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Return a Markdown table."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(str(cell).replace("|", "\\|") for cell in line) + " |" for line in lines)


def _captioned(parts: Iterable[tuple[str, str]]) -> str:
    return "\n\n".join(f"**{caption}**\n\n{table}" for caption, table in parts)


def _number(value: float) -> str:
    return f"{int(value):,}" if value == int(value) else f"{value:.6g}"


def _range(low: float | None, high: float | None) -> str:
    if low is None and high is None:
        return "open"
    return f"{'' if low is None else _number(low)} … {'' if high is None else _number(high)}".strip()


def _code(name: str) -> str:
    return f"`{name}`"


# ---------------------------------------------------------------- what the code declares


def columns() -> str:
    """State variables: every column of the four tables."""
    from ruralsim.state.columns import REGISTRY

    head = ("column", "type", "unit", "bounds", "meaning", "fixed in a run")
    return _captioned(
        (
            f"{table} ({len(listed)} columns)",
            _table(
                head,
                (
                    (_code(c.name), c.dtype, c.unit, _range(c.low, c.high), c.meaning, "yes" if c.fixed else "")
                    for c in listed
                ),
            ),
        )
        for table, listed in REGISTRY.items()
    )


def processes() -> str:
    """The month in its order, read from the source of ``model/month.py``: the only place where order is decided."""
    import importlib

    from ruralsim.state.inputs import PROCESSES

    month = importlib.import_module("ruralsim.model.month")
    tree = ast.parse(Path(str(month.__file__)).read_text(encoding="utf-8"))
    function = next(f for f in tree.body if isinstance(f, ast.FunctionDef) and f.name == "village_month")
    rows: list[tuple[object, ...]] = []
    found = set()
    for name, step, january in _steps(function):
        told = getattr(getattr(month, step), "py_func", getattr(month, step)).__doc__ or ""
        rows.append((len(rows) + 1, _code(name), "January" if january else "every month", _first_sentence(told)))
        found.add(name)
    missing = [name for name in PROCESSES if name not in found]
    if missing:
        raise ValueError(f"model/month.py: no step found for the process {', '.join(missing)}")
    return _table(("", "process", "when", "what happens"), rows)


def _steps(function: ast.FunctionDef) -> Iterable[tuple[str, str, bool]]:
    """Yield (process or step, called function, January only) in the order of the text."""
    for node in function.body:
        if isinstance(node, ast.If):
            names = [n.id for n in ast.walk(node.test) if isinstance(n, ast.Name)]
            flags = [name.removeprefix("F_").lower() for name in names if name.startswith("F_")]
            calls = [n.func.id for n in ast.walk(node) if isinstance(n, ast.Call) and isinstance(n.func, ast.Name)]
            if flags and calls:
                yield flags[0], calls[0], "january" in names
        elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Call) and isinstance(node.value.func, ast.Name):
            called = node.value.func.id
            if called != "throw":  # dice for all rows at once: luck is no process
                yield called, called, False


def _first_sentence(text: str) -> str:
    first = " ".join(text.strip().split("\n\n")[0].split())
    return first if first.endswith(".") else first + "."


def streams() -> str:
    """Every stream of random numbers; numbered families in one row (N counts from 0)."""
    from ruralsim.base.streams import STREAMS

    families: dict[str, list[tuple[int, int]]] = {}
    for name, place in STREAMS.items():
        families.setdefault(family_of(name), []).append(place)
    rows = []
    for name, places in families.items():
        blocks, lanes = [block for block, _ in places], [lane for _, lane in places]
        rows.append((_code(name), len(places), _span(blocks), _span(lanes)))
    return _table(("stream", "streams", "block", "lane"), rows)


def family_of(stream: str) -> str:
    """Name of a stream with its number, if it has one, written as N."""
    return re.sub(r"_\d+", "_N", stream)


def _span(numbers: Sequence[int]) -> str:
    low, high = min(numbers), max(numbers)
    return str(low) if low == high else f"{low} … {high}"


def flows() -> str:
    """The flows of the money ledger: who pays (−) and who is paid (+)."""
    from ruralsim.state.flows import FLOWS

    def sign(flow: object, sector: int) -> str:
        return {flow.payer: "−", flow.payee: "+"}.get(sector, "")  # type: ignore[attr-defined]

    rows = ((_code(flow.name), *(sign(flow, sector) for sector in range(5)), flow.when) for flow in FLOWS)
    return _table(("flow", "H", "C", "P", "G", "X", "when, how much"), rows)


def drivers() -> str:
    """The drivers of the momentum ledger, by direction and by what they add up to."""
    from ruralsim.state.flows import TO_DEVELOPMENT, TO_GOVERNANCE

    head = ("driver", "component", "pivot channel", "loss")
    return _captioned(
        (
            f"{caption} ({len(listed)} drivers)",
            _table(
                head,
                ((_code(d.name), d.component, "yes" if d.pivot else "", "yes" if d.loss else "") for d in listed),
            ),
        )
        for caption, listed in (
            ("development_to_governance, in points of potential", TO_GOVERNANCE),
            ("governance_to_development, in yuan a month of collective value added", TO_DEVELOPMENT),
        )
    )


def potential() -> str:
    """The weights of the potential."""
    from ruralsim.state.flows import W_CALM, W_PILLAR, W_SUPPORT, W_TRUST

    return f"    g = {W_TRUST:.2f} τ̄ + {W_PILLAR:.2f} (O + U + W + V) + {W_SUPPORT:.2f} (D + J) + {W_CALM:.2f} exp(−χX)"


def goalposts() -> str:
    """Components of the three goals with their goalposts."""
    from ruralsim.model.books_loop import OUTCOMES
    from ruralsim.model.outcomes import GOALPOSTS

    units = {name: (unit, meaning) for name, unit, meaning in OUTCOMES}
    rows = (
        (
            post.goal,
            _code(post.component),
            units[post.component][1],
            units[post.component][0],
            _number(post.low if post.direction > 0 else post.high),
            _number(post.high if post.direction > 0 else post.low),
            post.reason,
        )
        for post in GOALPOSTS
    )
    return _table(("goal", "component", "meaning", "unit", "score 0 at", "score 1 at", "reason"), rows)


def parameters() -> str:
    """All parameters, by file."""
    import tomllib

    from ruralsim.spec import parameters as module

    known = module.load_parameters()
    folder = Path(module.__file__).parents[1] / "data" / "parameters"
    head = ("parameter", "default", "range", "unit", "source", "grade", "meaning")
    parts = []
    for path in sorted(folder.glob("*.toml")):
        listed = [known[name] for name in tomllib.loads(path.read_text(encoding="utf-8"))]
        rows = (
            (
                _code(p.name),
                _number(p.value),
                _range(p.low, p.high),
                p.unit,
                p.source,
                p.grade,
                _with_note(p.en, p.note),
            )
            for p in listed
        )
        parts.append((f"{path.stem} ({len(listed)})", _table(head, rows)))
    return _captioned(parts)


def _with_note(meaning: str, note: str) -> str:
    return f"{meaning} ({note})" if note else meaning


def grades() -> str:
    """How many parameters rest on what."""
    from ruralsim.spec.parameters import GRADES, load_parameters

    found = Counter(parameter.grade for parameter in load_parameters().values())
    total = sum(found.values())
    return (
        f"**{found['assumed']} of {total} parameters are assumed.** "
        + "; ".join(f"{grade}: {found[grade]}" for grade in GRADES if found[grade])
        + "."
    )


def regimes() -> str:
    """The five assessment regimes side by side."""
    from ruralsim.policy.regimes import SETTING_NAMES, load_regimes

    known = load_regimes()
    rows: list[Sequence[object]] = [
        ("target rule", "", *(regime.target_rule for regime in known.values())),
        ("source", "", *(regime.source for regime in known.values())),
    ]
    for name in SETTING_NAMES:
        settings = [regime.settings.get(name) for regime in known.values()]
        meaning = next((setting.en for setting in settings if setting is not None), "")
        rows.append((_code(name), meaning, *("–" if s is None else _number(s.value) for s in settings)))
    return _table(("setting", "meaning", *known), rows)


def levers() -> str:
    """The closed list of places where policy enters."""
    from ruralsim.policy.levers import LEVERS

    rows = ((_code(v.name), v.unit, _range(v.low, v.high), v.meaning_en) for v in LEVERS)
    return _table(("lever", "unit", "bounds of the sum", "meaning"), rows)


def instruments() -> str:
    """The instruments: what each moves at full intensity, and what it costs."""
    from ruralsim.policy.instruments import load_instruments

    rows = []
    for name, one in load_instruments().items():
        every = (*one.effects, *((one.saves,) if one.saves is not None else ()))
        effects = "; ".join(f"{e.lever} {e.amount:+g} ({_range(e.low, e.high)})" for e in every)
        costs = "; ".join(f"{c.kind} {_number(c.amount)} yuan a {c.per}, {_rhythm(c.every)}" for c in one.costs)
        rows.append((_code(name), one.title["en"], one.kind, one.source, effects or "–", costs or "–", one.delay))
    head = ("instrument", "title", "kind", "source", "levers moved (range)", "cost at full intensity", "delay, months")
    return _table(head, rows)


def _rhythm(every: str) -> str:
    return "once" if every == "once" else f"every {every}"


def observables() -> str:
    """What an indicator can look at."""
    from ruralsim.policy.observables import OBSERVABLES

    return _table(("observable", "meaning"), ((_code(o.name), o.meaning_en) for o in OBSERVABLES))


def frameworks() -> str:
    """The indicator frameworks."""
    from ruralsim.policy.frameworks import load_frameworks

    rows = []
    for name, framework in load_frameworks().items():
        origins = Counter(item.origin for item in framework.items)
        channels = Counter(item.channel for item in framework.items)
        rows.append(
            (
                _code(name),
                framework.title["en"],
                framework.source,
                _total(framework),
                len(framework.items),
                ", ".join(f"{count} {origin}" for origin, count in sorted(origins.items())),
                ", ".join(f"{count} {channel}" for channel, count in sorted(channels.items())),
            )
        )
    head = ("framework", "title", "source", "items in the source", "items here", "origin", "reporting channels")
    return _table(head, rows)


def _total(framework: Framework) -> str:
    """How many items the source counts, in all or tier by tier."""
    if framework.total_in_source is not None:
        return str(framework.total_in_source)
    by_tier = ", ".join(f"{tier} {count}" for tier, count in framework.totals_by_tier.items())
    return by_tier or "not stated"


def scenarios() -> str:
    """The shipped scenarios."""
    from ruralsim.policy.catalogue import vocabulary
    from ruralsim.spec.load import load_scenario, shipped_scenarios

    known = vocabulary()
    rows = []
    for name in shipped_scenarios():
        s = load_scenario(name, vocabulary=known)
        phases = "; ".join(f"{p.name} {p.start}–{p.end}" for p in s.phases)
        people = f"{s.place.registered_population:,}"
        rows.append((
            _code(name), people, s.place.villages, s.place.townships, f"{s.start}, {s.months} months", s.regime.name,
            s.framework.name, s.place.identity, phases,
        ))  # fmt: skip
    head = ("scenario", "registered persons", "villages", "townships", "horizon", "regime", "framework", "identity")
    return _table((*head, "phases"), rows)


def tables() -> str:
    """The tables that a run writes, with every column's unit and meaning."""
    from ruralsim.view.tables import OPTIONAL, TABLES, fields_of

    return _captioned(
        (
            f"{name}.parquet",
            _table(("column", "kind", "unit", "meaning"), ((_code(f.name), f.kind, f.unit, f.meaning) for f in fields)),
        )
        for name, fields in ((name, fields_of(name)) for name in (*TABLES, *OPTIONAL))
    )


#: name of a generated part -> what prints it
BLOCKS: dict[str, Callable[[], str]] = {
    "columns": columns,
    "processes": processes,
    "streams": streams,
    "flows": flows,
    "drivers": drivers,
    "potential": potential,
    "goalposts": goalposts,
    "parameters": parameters,
    "grades": grades,
    "regimes": regimes,
    "levers": levers,
    "instruments": instruments,
    "observables": observables,
    "frameworks": frameworks,
    "scenarios": scenarios,
    "tables": tables,
}
