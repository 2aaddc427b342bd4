"""Sections on where money and momentum came from and went."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ruralsim.state.flows import DRIVERS, SECTORS
from ruralsim.view.report import charts, sankey
from ruralsim.view.report.data import RunData
from ruralsim.view.report.html import Figure, Section, Table
from ruralsim.view.report.sankey import Link, Stream
from ruralsim.view.report.svg import BLUE, GREEN, INK, ORANGE, PURPLE, RED, SKY
from ruralsim.view.report.words import difference, label, plain, say, short_yuan, yuan

SECTOR_COLOURS = {"households": GREEN, "collective": PURPLE, "village": BLUE, "government": RED, "outside": "#8a93a3"}
_GAIN, _LOSS, _PIVOT, _REST = SKY, ORANGE, PURPLE, "#8a93a3"
#: as many streams a side are named; the others are added up
_NAMED = 9


def money(data: RunData, lang: str) -> Section:
    """Where money came from and went: the whole place, the collectives, the village accounts."""
    years = data.months / 12
    frame = data.money.reset_index()
    yearly = {(row.flow, row.payer, row.payee): row.amount / years for row in frame.itertuples()}
    collective, village = _hub(yearly, "collective", lang), _hub(yearly, "village", lang)
    heads = sum(one[0].sum() for one in data.outcomes.heads.values()) / data.replicates
    households = sum(size for (_, _, payee), size in yearly.items() if payee == "households")
    from_collective = sum(
        size for (_, payer, payee), size in yearly.items() if payee == "households" and payer == "collective"
    )
    public = sum(size for (flow, _, _), size in yearly.items() if flow in _PUBLIC)
    lead = say(
        "report_money_lead",
        lang,
        sales=yuan(sum(s for (f, _, _), s in yearly.items() if f == "sales"), lang),
        paid=yuan(from_collective, lang),
        share=plain(100 * from_collective / max(households, 1e-9), 2),
        head=plain(from_collective / heads, 0),
        public=yuan(public, lang),
    )
    figures = [
        _sectors(yearly, lang),
        *(_hub_figure(name, hub, lang) for name, hub in (("collective", collective), ("village", village))),
    ]
    rows = [
        [
            label("flow", flow, lang),
            label("sector", payer, lang),
            label("sector", payee, lang),
            plain(size, 0),
            plain(size / heads, 1),
        ]
        for (flow, payer, payee), size in sorted(yearly.items(), key=lambda pair: -pair[1])
    ]
    head = ["", *(say(f"report_col_{name}", lang) for name in ("payer", "payee", "yuan_year", "yuan_head"))]
    residual = float(data.facts["audit"]["money_residual"])
    sentence = say("run_money_exact" if residual == 0.0 else "run_money_off", lang, yuan=plain(residual, 2))
    return Section(
        "money",
        say("report_h_money", lang),
        [lead, sentence],
        figures,
        [Table(say("report_t_money", lang), head, rows, texts=frozenset({1, 2}), folded=True)],
        [say("report_money_note", lang)],
    )


_PUBLIC = ("grant_in_kind", "cash_grant", "instrument_running", "operating_transfer")


def _sectors(yearly: Mapping[tuple[str, str, str], float], lang: str) -> Figure:
    sums: dict[tuple[str, str], float] = {}
    for (_, payer, payee), size in yearly.items():
        sums[payer, payee] = sums.get((payer, payee), 0.0) + size
    payers = [name for name in SECTORS if any(payer == name for payer, _ in sums)]
    payees = [name for name in SECTORS if any(payee == name for _, payee in sums)]

    def nodes(names: Sequence[str], end: int) -> list[tuple[str, str, str]]:
        totals = {name: sum(size for pair, size in sums.items() if pair[end] == name) for name in names}
        return [(label("sector", name, lang), short_yuan(totals[name], lang), SECTOR_COLOURS[name]) for name in names]

    links = [
        Link(payers.index(payer), payees.index(payee), sums[payer, payee], SECTOR_COLOURS[payer])
        for payer in payers
        for payee in payees
        if (payer, payee) in sums
    ]
    largest = max(sums.items(), key=lambda pair: pair[1])
    description = say(
        "report_d_sectors",
        lang,
        payer=label("sector", largest[0][0], lang),
        payee=label("sector", largest[0][1], lang),
        size=yuan(largest[1], lang),
        total=yuan(sum(sums.values()), lang),
    )
    drawing = sankey.two_sided(nodes(payers, 0), nodes(payees, 1), links)
    return Figure("money-sectors", say("report_f_sectors", lang), description, drawing, say("report_c_sectors", lang))


def _hub(yearly: Mapping[tuple[str, str, str], float], sector: str, lang: str) -> tuple[list[Stream], list[Stream]]:
    """Streams into a sector and out of it; what is left or missing is a stream of its own."""
    ins = [
        (label("flow", flow, lang), size, SECTOR_COLOURS[payer])
        for (flow, payer, payee), size in yearly.items()
        if payee == sector
    ]
    outs = [
        (label("flow", flow, lang), size, SECTOR_COLOURS[payee])
        for (flow, payer, payee), size in yearly.items()
        if payer == sector
    ]
    rest = sum(size for _, size, _ in ins) - sum(size for _, size, _ in outs)
    if rest > 0.5:
        outs.append((say("report_kept", lang), rest, INK))
    elif rest < -0.5:
        ins.append((say("report_drawn", lang), -rest, INK))
    return tuple(_streams(side, lambda size: short_yuan(size, lang), lang) for side in (ins, outs))  # type: ignore[return-value]


def _streams(entries: Sequence[tuple[str, float, str]], shown: charts.Format, lang: str) -> list[Stream]:
    """The largest entries by name, the others added up."""
    ranked = sorted(entries, key=lambda entry: -entry[1])
    named, rest = ranked[:_NAMED], ranked[_NAMED:]
    if len(rest) == 1:
        named, rest = ranked, []
    streams = [Stream(text, size, shown(size), colour) for text, size, colour in named if size > 0.0]
    if rest:
        total = sum(size for _, size, _ in rest)
        streams.append(Stream(say("report_others", lang, count=len(rest)), total, shown(total), _REST))
    return streams


def _hub_figure(name: str, sides: tuple[list[Stream], list[Stream]], lang: str) -> Figure:
    ins, outs = sides
    description = say(
        "report_d_hub",
        lang,
        name=label("sector", name, lang),
        ins="; ".join(f"{one.label} {one.number}" for one in ins[:3]),
        outs="; ".join(f"{one.label} {one.number}" for one in outs[:3]),
    )
    drawing = sankey.hub(ins, label("sector", name, lang), outs)
    return Figure(f"money-{name}", say(f"report_f_hub_{name}", lang), description, drawing, say("report_c_hub", lang))


def momentum(data: RunData, lang: str) -> Section:
    """What turned development into governance, and governance into development."""
    frame = data.momentum["amount"]
    to_governance = {str(name): float(v) for name, v in frame.get("development_to_governance", {}).items()}
    to_development = {str(name): float(v) for name, v in frame.get("governance_to_development", {}).items()}
    pivot = {driver.name for driver in DRIVERS if driver.pivot}
    gains = sum(size for size in to_governance.values() if size > 0)
    through = sum(size for name, size in to_governance.items() if name in pivot and size > 0)
    potential = sum(to_governance.values())
    lead = say(
        "report_momentum_lead",
        lang,
        change=difference(potential, "1", lang),
        share=plain(100 * through / max(gains, 1e-12), 1),
        value=difference(sum(to_development.values()), "yuan", lang),
    )
    figures = [
        _momentum_figure("governance", to_governance, pivot, lambda v: plain(v, 3), lang),
        _momentum_figure("development", to_development, set(), lambda v: short_yuan(v, lang), lang),
    ]
    tables = [
        _driver_table("governance", to_governance, pivot, lambda v: difference(v, "1", lang), lang),
        _driver_table("development", to_development, set(), lambda v: difference(v, "yuan", lang), lang),
    ]
    audit = say(
        "run_momentum", lang, residual=f"{float(data.facts['audit']['momentum_residual']):.1e}".replace("-", "−")
    )
    return Section(
        "momentum", say("report_h_momentum", lang), [lead, audit], figures, tables, [say("report_momentum_note", lang)]
    )


def _momentum_figure(
    name: str, drivers: Mapping[str, float], pivot: set[str], shown: charts.Format, lang: str
) -> Figure:
    ins = [(label("driver", key, lang), size, _GAIN) for key, size in drivers.items() if size > 0 and key not in pivot]
    through = sum(size for key, size in drivers.items() if size > 0 and key in pivot)
    outs = [(label("driver", key, lang), -size, _LOSS) for key, size in drivers.items() if size < 0]
    net = sum(drivers.values())
    sides = [_streams(ins, shown, lang), _streams(outs, shown, lang)]
    if through > 0:
        sides[0].insert(0, Stream(say("report_through_collective", lang), through, shown(through), _PIVOT))
    rest = Stream(say("report_net_up" if net > 0 else "report_net_down", lang), abs(net), shown(abs(net)), INK)
    if net > 0:
        sides[1].append(rest)
    elif net < 0:
        sides[0].append(rest)
    description = say(
        "report_d_momentum",
        lang,
        ins="; ".join(f"{one.label} {one.number}" for one in sides[0][:3]),
        outs="; ".join(f"{one.label} {one.number}" for one in sides[1][:3]),
        net=shown(net),
    )
    drawing = sankey.hub(sides[0], say(f"report_middle_{name}", lang), sides[1], 210.0)
    return Figure(
        f"momentum-{name}",
        say(f"report_f_momentum_{name}", lang),
        description,
        drawing,
        say(f"report_c_momentum_{name}", lang),
    )


def _driver_table(name: str, drivers: Mapping[str, float], pivot: set[str], shown: charts.Format, lang: str) -> Table:
    ranked = sorted(drivers.items(), key=lambda pair: -abs(pair[1]))
    yes = say("report_yes", lang)
    rows = [
        [label("driver", key, lang), shown(size), *([yes if key in pivot else ""] if pivot else [])]
        for key, size in ranked
        if size
    ]
    head = ["", say(f"report_col_moved_{name}", lang), *([say("report_col_pivot", lang)] if pivot else [])]
    return Table(say(f"report_t_momentum_{name}", lang), head, rows, texts=frozenset({2}), folded=True)
