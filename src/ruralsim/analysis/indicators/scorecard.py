"""The scorecard of a set of indicators: breadth, sensitivity, measurability, connection, Goodhart gap, burden.

By item, by tier and by phase, each number with its interval. ``measures`` says how each is computed from values,
``design`` which simulations they come from, ``estimate`` how intervals are made.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ruralsim.analysis.indicators import measures
from ruralsim.analysis.indicators.design import REWARDED, UNREWARDED, lever_values, phase_years
from ruralsim.analysis.indicators.estimate import NOTHING, Estimate, jackknife, of_correlation, over_draws
from ruralsim.analysis.indicators.panel import WORKING_DAYS, Job, Panel
from ruralsim.analysis.indicators.scores import GroupScore, ItemScore, Scorecard
from ruralsim.model.outcomes import GOALS
from ruralsim.policy.frameworks import TIERS, Item

#: pairs of orders of entry for the Shapley shares: as many as a second allows, 12 to 60
_FEWEST_ORDERS, _MOST_ORDERS, _ORDERS_TIMES_ITEMS = 12, 60, 1200
_GROUPS = 8
#: two items correlated this much across villages say the same
SAME = 0.9
_GOALS = tuple(GOALS)
Cells = dict[tuple[int, int], np.ndarray]
VILLAGES, YEARS = "villages", "years"


@dataclass(frozen=True)
class _Window:
    """Values of one span of years by cell: arrays [n] or [n, 3]."""

    cells: dict[str, Cells]
    breadth: np.ndarray
    breadth_without: np.ndarray
    related: np.ndarray


def scorecard(items: Sequence[Item], jobs: Sequence[Job], panels: Sequence[Panel], seed: int) -> Scorecard:
    """Score the items of a framework.

    Args:
        items: in force, in the order of the panels' columns.
        jobs: as ``design.scorecard_jobs`` gave them.
        panels: of the jobs.
        seed: of the study, for the orders of entry.
    """
    own = measures.own_parts([item.observable for item in items])
    pairs = max(_FEWEST_ORDERS, min(_MOST_ORDERS, _ORDERS_TIMES_ITEMS // len(items)))
    orders = measures.entry_orders(seed, len(items), pairs)
    spans = phase_years(jobs[0].scenario)
    windows = {name: _window(jobs, panels, list(years), own, orders) for name, years in spans.items()}
    whole = windows["all"]
    rows = _rows(items, jobs, panels, whole)
    members = {"all": np.ones(len(items), np.bool_)}
    members |= {tier: np.array([item.tier == tier for item in items]) for tier in TIERS}
    tiers = tuple(_group(name, whole, kept) for name, kept in members.items() if kept.any())
    phases = tuple(_group(name, one, members["all"]) for name, one in windows.items() if name != "all")
    return Scorecard(rows, tiers, phases, panels[0].true.shape[1], len(jobs))


def _window(
    jobs: Sequence[Job], panels: Sequence[Panel], years: list[int], own: np.ndarray, orders: np.ndarray
) -> _Window:
    cells: dict[str, Cells] = {}
    moments = []
    for job, panel in zip(jobs, panels, strict=True):
        if job.variant not in (REWARDED, UNREWARDED):
            continue
        key, when = (job.draw, job.luck), "after" if job.variant == REWARDED else "before"
        components = panel.components[years]
        for name, seen in (("report", panel.reported[years]), ("truth", panel.true[years])):
            found = measures.connection(seen, components, own)
            cells.setdefault(f"{name} villages {when}", {})[key] = found
            over = measures.connection_over_years(seen, components, own)
            cells.setdefault(f"{name} years {when}", {})[key] = over.mean(axis=1)
        added = (panel.reported[years] - panel.true[years]).mean(axis=(0, 1))
        cells.setdefault(f"above {when}", {})[key] = added
        if job.variant == REWARDED:
            seen = panel.reported[years]
            cells.setdefault("measurability", {})[key] = measures.reliability(panel.true[years], seen)
            cells.setdefault("burden", {})[key] = panel.burden * WORKING_DAYS
            moments.append((seen[-1:], components[-1:]))
    cells["inflation"] = {key: one - cells["above before"][key] for key, one in cells["above after"].items()}
    groups = [moments[k::_GROUPS] for k in range(min(_GROUPS, len(moments)))]
    related, *_ = measures.pooled(moments)
    without = [
        _breadth([one for other, group in enumerate(groups) if other != k for one in group], own, orders)
        for k in range(len(groups))
    ]
    return _Window(cells, _breadth(moments, own, orders), np.array(without), related)


def _breadth(moments: list[tuple[np.ndarray, np.ndarray]], own: np.ndarray, orders: np.ndarray) -> np.ndarray:
    if not moments:
        return np.zeros(len(own))
    items, outcomes, rows = measures.pooled(moments)
    return measures.breadth(items, outcomes, own, int(rows[0]), orders)


def gap(window: _Window, across: str) -> Cells:
    """The Goodhart gap by cell, [n].

    ``(truth − report) rewarded − (truth − report) unrewarded``, each a connection: what the report loses of the
    connection that the truth has, because it is rewarded. Reward also makes cadres work, which moves the truth's own
    connection; that is no fault of the report, and noise costs the same with and without reward.
    """
    cells = window.cells

    def lost(when: str, key: tuple[int, int]) -> np.ndarray:
        apart: np.ndarray = cells[f"truth {across} {when}"][key] - cells[f"report {across} {when}"][key]
        return apart if apart.ndim == 1 else apart.mean(axis=1)

    return {key: lost("after", key) - lost("before", key) for key in cells[f"report {across} before"]}


def _headline_gap(window: _Window) -> Cells:
    """Over years: a village is rewarded for its own report against its own target. Across villages in a short span."""
    over = gap(window, YEARS)
    return over if all(np.isfinite(one).all() for one in over.values()) else gap(window, VILLAGES)


def _mean_of_goals(cells: Cells) -> list[Estimate]:
    return [one.within(-1.0, 1.0) for one in over_draws({key: cell.mean(axis=1) for key, cell in cells.items()})]


def _rows(items: Sequence[Item], jobs: Sequence[Job], panels: Sequence[Panel], whole: _Window) -> tuple[ItemScore, ...]:
    cells = whole.cells
    after = cells["report villages after"]
    mean, before = _mean_of_goals(after), _mean_of_goals(cells["report villages before"])
    by_goal = [
        [one.within(-1.0, 1.0) for one in over_draws({key: cell[:, k] for key, cell in after.items()})]
        for k in range(len(_GOALS))
    ]
    lost, lost_villages = over_draws(_headline_gap(whole)), over_draws(gap(whole, VILLAGES))
    inflation = over_draws(cells["inflation"])
    reliability = [one.within(0.0, 1.0) for one in over_draws(cells["measurability"])]
    burden = over_draws(cells["burden"])
    years, years_before = over_draws(cells["report years after"]), over_draws(cells["report years before"])
    breadth = jackknife(whole.breadth, whole.breadth_without)
    sensitivity, draws = _sensitivity(jobs, panels, len(items)), _over_draws(jobs, panels, items)
    closest = _closest(whole.related, items)
    true = np.stack([panel.true for job, panel in zip(jobs, panels, strict=True) if job.variant == REWARDED])
    varies = true.std(axis=2).mean(axis=(0, 1)) > 1e-6
    return tuple(
        ItemScore(
            item.id, item.tier, item.channel, item.kind, item.observable, breadth[k], sensitivity[k], reliability[k],
            mean[k], {goal: by_goal[g][k] for g, goal in enumerate(_GOALS)}, years[k], draws[k], before[k],
            years_before[k], lost[k], lost_villages[k], inflation[k], burden[k], closest[k], bool(varies[k]),
        )
        for k, item in enumerate(items)
    )  # fmt: skip


def _sensitivity(jobs: Sequence[Job], panels: Sequence[Panel], count: int) -> list[Estimate]:
    values = lever_values(jobs, [panel.reported[-1] for panel in panels])
    if values is None or values.shape[0] < 2 or values.shape[1] < 2:
        return [NOTHING] * count
    without = [measures.sensitivity(np.delete(values, p, axis=0)) for p in range(len(values))]
    found = jackknife(measures.sensitivity(values), np.array(without))
    return [one.within(0.0, 1.0) for one in found]


def _over_draws(jobs: Sequence[Job], panels: Sequence[Panel], items: Sequence[Item]) -> list[Estimate]:
    """Correlation over parameter draws of county means, each item with the goals less its own part."""
    own = measures.own_parts([item.observable for item in items])
    kept = [
        panel
        for job, panel in zip(jobs, panels, strict=True)
        if job.variant == REWARDED and job.draw > 0 and job.luck == 0
    ]
    if len(kept) < 4:
        return [NOTHING] * len(items)
    seen = np.stack([panel.reported[-1].mean(axis=0) for panel in kept])
    goals = np.stack([measures.goals_without(panel.components[-1], own).mean(axis=0) for panel in kept])
    found = measures.correlation(seen[:, :, None], goals).mean(axis=1)
    return [of_correlation(float(r), len(kept)) for r in found]


def _closest(related: np.ndarray, items: Sequence[Item]) -> list[tuple[str, float] | None]:
    """For each item the other one that says most the same, where it says the same at all."""
    apart = related - 2.0 * np.eye(len(items))
    best = apart.argmax(axis=1)
    return [
        (items[j].id, float(apart[k, j])) if len(items) > 1 and apart[k, j] >= SAME else None
        for k, j in enumerate(best.tolist())
    ]


def _group(name: str, window: _Window, kept: np.ndarray) -> GroupScore:
    def mean(cells: Cells) -> Estimate:
        return over_draws({key: np.array([one[kept].mean()]) for key, one in cells.items()})[0]

    total = over_draws({key: np.array([one[kept].sum()]) for key, one in window.cells["burden"].items()})[0]
    breadth = jackknife(np.array([window.breadth[kept].sum()]), window.breadth_without[:, kept].sum(axis=1)[:, None])[0]
    cells = window.cells
    connected, lost = mean(cells["report villages after"]), mean(_headline_gap(window))
    reliable, added = mean(cells["measurability"]).within(0.0, 1.0), mean(cells["inflation"])
    return GroupScore(name, int(kept.sum()), breadth, reliable, connected, lost, added, total)
