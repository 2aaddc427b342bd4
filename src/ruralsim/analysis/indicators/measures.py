"""The four principles of source 001, and a fifth, as numbers (model specification 8).

Arrays over villages of one year unless said otherwise. Nothing here simulates. An item that is part of an outcome is
not scored against it: the outcome's score is then taken without that component.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import numpy as np

from ruralsim.analysis.indicators.panel import COMPONENTS, GOAL_OF
from ruralsim.base.streams import uniforms, village_key

#: what an observable is a part of, or an arithmetical twin of: components it is never scored against
PART_OF: Mapping[str, tuple[str, ...]] = {
    "trust": ("mean_trust",),
    "settled_in_time": ("settled_in_time",),
    "requests_answered": ("requests_answered",),
    "short_queue": ("requests_answered",),
    "quorate_decisions": ("quorate_decisions",),
    "turnout": ("quorate_decisions",),
    "money_arrived": ("money_arrived",),
    "service_level": ("service_per_yuan", "elders_care"),
    "public_service": ("service_per_yuan",),
    "convenience_service": ("service_per_yuan",),
    "living_service": ("service_per_yuan",),
    "elder_service": ("service_per_yuan", "elders_care"),
    "services_by_collective": ("service_per_yuan", "elders_care"),
    "elders_cared": ("elders_care",),
    "environment": ("environment",),
    "income_level": ("median_income", "value_added"),
    "equal_incomes": ("income_spread",),
    "collective_income": ("value_added",),
    "collective_value": ("value_added",),
    "value_by_households": ("value_added", "median_income"),
    "satisfaction": ("mean_satisfaction", "lowest_satisfaction"),
}
_BLOCK = 254
#: values closer together than this are taken as one
_STILL = 1e-9
_RIDGE = 1e-9


def own_parts(observables: Sequence[str]) -> np.ndarray:
    """Which components each item is part of: bool [n, 14]."""
    return np.array([[name in PART_OF.get(one, ()) for name in COMPONENTS] for one in observables], np.bool_)


def correlation(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Pearson's correlation along axis 0; 0 where either does not vary (it then tells nothing).

    Args:
        one, other: float64 [V, ...], shapes that go together.
    """
    a, b = one - one.mean(axis=0), other - other.mean(axis=0)
    scale = np.sqrt((a * a).mean(axis=0) * (b * b).mean(axis=0))
    still = (np.sqrt((a * a).mean(axis=0)) < _STILL) | (np.sqrt((b * b).mean(axis=0)) < _STILL)
    found: np.ndarray = np.where(still, 0.0, (a * b).mean(axis=0) / np.where(still, 1.0, scale))
    return found


def goals_without(components: np.ndarray, own: np.ndarray) -> np.ndarray:
    """Scores of the goals as each item is held against them: float64 [..., n, 3].

    Args:
        components: float64 [..., 14].
        own: bool [n, 14], components left out for each item; a goal all of whose components are left out is NaN.
    """
    scores = []
    for k in range(int(GOAL_OF.max()) + 1):
        weight = (~own & (k == GOAL_OF)).astype(np.float64)
        total = weight.sum(axis=1)
        mean = components @ weight.T / np.where(total > 0.0, total, 1.0)
        scores.append(np.where(total > 0.0, mean, np.nan))
    return np.stack(scores, axis=-1)


def connection(values: np.ndarray, components: np.ndarray, own: np.ndarray) -> np.ndarray:
    """联系性 across villages: correlation of each item with each goal, mean over years. float64 [n, 3].

    Args:
        values: float64 [Y, V, n], reported.
        components: float64 [Y, V, 14], true.
        own: bool [n, 14].
    """
    held = goals_without(components, own)
    years = [correlation(values[y][:, :, None], held[y]) for y in range(len(values))]
    mean: np.ndarray = np.mean(years, axis=0)
    return mean


def connection_over_years(values: np.ndarray, components: np.ndarray, own: np.ndarray) -> np.ndarray:
    """The same within villages: both less the village's own mean and the year's mean. [n, 3], NaN below three years."""
    if len(values) < 3:
        return np.full((values.shape[2], 3), np.nan)
    held = goals_without(components, own)
    moved, target = _within(values)[..., None], _within(held)
    flat = (values.shape[0] * values.shape[1],)
    return correlation(moved.reshape(*flat, *moved.shape[2:]), target.reshape(*flat, *target.shape[2:]))


def _within(values: np.ndarray) -> np.ndarray:
    """Less village means and year means."""
    left: np.ndarray = values - values.mean(axis=0) - values.mean(axis=1, keepdims=True)
    return left + values.mean(axis=(0, 1))


def reliability(true: np.ndarray, reported: np.ndarray) -> np.ndarray:
    """可测性: squared correlation of the true with the reported values across villages, mean over years. float64 [n].

    It is the variance of the true over that of the reported value where what is added is independent of the truth;
    where it is not (dressing, a cap at 1), the ratio may exceed 1, and this does not. 0 where the true value does not
    vary.
    """
    years = [correlation(true[y], reported[y]) for y in range(len(true))]
    squared: np.ndarray = np.mean([np.maximum(one, 0.0) ** 2 for one in years], axis=0)
    return squared


def sensitivity(values: np.ndarray) -> np.ndarray:
    """灵敏性: total-order index of the policy levers against luck, mean over villages. float64 [n].

    A crossed design: every lever setting p under every kind of luck l, for the same villages. Variance components of
    the two-way layout (each pair once): S_T = (σ²_p + σ²_pl)/(σ²_p + σ²_l + σ²_pl), the share of variance that would be
    left if only luck were known, levers moving alone and together with it (Homma & Saltelli 1996). σ² below 0 is 0.

    Args:
        values: float64 [P, L, V, n], reported.
    """
    settings, lucks = values.shape[:2]
    if settings < 2 or lucks < 2:
        return np.full(values.shape[3], np.nan)
    grand = values.mean(axis=(0, 1))
    by_lever, by_luck = values.mean(axis=1) - grand, values.mean(axis=0) - grand
    rest = values - grand - by_lever[:, None] - by_luck[None, :]
    mixed = (rest**2).sum(axis=(0, 1)) / ((settings - 1) * (lucks - 1))
    lever = np.maximum(0.0, ((by_lever**2).sum(axis=0) * lucks / (settings - 1) - mixed) / lucks).mean(axis=0)
    luck = np.maximum(0.0, ((by_luck**2).sum(axis=0) * settings / (lucks - 1) - mixed) / settings).mean(axis=0)
    both = mixed.mean(axis=0)
    total = lever + luck + both
    found: np.ndarray = np.where(total > _STILL**2, (lever + both) / np.where(total > 0.0, total, 1.0), 0.0)
    return found


def pooled(panels: Sequence[tuple[np.ndarray, np.ndarray]]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Second moments over villages of many years and simulations, each less its own mean.

    Args:
        panels: (items [Y, V, n], components [Y, V, m]) each.

    Returns:
        Correlations of items with items [n, n], with components [n, m], and the number of values behind them as an
        array [1]; 0 for what does not vary.
    """
    n, m = panels[0][0].shape[2], panels[0][1].shape[2]
    moments, rows = np.zeros((n + m, n + m)), 0
    for items, components in panels:
        both = np.concatenate([items, components], axis=2)
        both = (both - both.mean(axis=1, keepdims=True)).reshape(-1, n + m)
        moments += both.T @ both
        rows += len(both) - len(items)
    scale = np.sqrt(np.diag(moments))
    still = scale < _STILL * max(1.0, rows) ** 0.5
    safe = np.where(still, 1.0, scale)
    related = np.where(still[:, None] | still[None, :], 0.0, moments / safe / safe[:, None])
    return related[:n, :n], related[:n, n:], np.array([rows])


def breadth(items: np.ndarray, outcomes: np.ndarray, own: np.ndarray, rows: int, orders: np.ndarray) -> np.ndarray:
    """广泛性: each item's Shapley share of the outcome variation that the set spans. float64 [n]; the sum is the set's.

    The value of a set is the mean over components of the R² of the component on the items that are no part of it. An
    item's share is its gain in R² averaged over orders of entry (Shapley 1953; Lindeman, Merenda & Gold 1980). The sum
    is R² adjusted for the number of items.

    Args:
        items: correlations [n, n]; outcomes: correlations [n, m]; own: bool [n, m].
        rows: number of independent values.
        orders: int [k, n], orders of entry (:func:`entry_orders`).
    """
    n, m = outcomes.shape
    gain = np.zeros(n)
    varies = np.diag(items) > 0.5
    for column in range(m):
        kept = varies & ~own[:, column]
        count = int(kept.sum())
        if count == 0 or not np.abs(outcomes[kept, column]).max() > 0.0:
            continue
        chosen = np.array([order[kept[order]] for order in orders])
        matrix = items[chosen[:, :, None], chosen[:, None, :]] + _RIDGE * np.eye(count)
        lower = np.linalg.cholesky(matrix)
        z = np.linalg.solve(lower, outcomes[chosen, column][:, :, None])[:, :, 0]
        added = np.zeros((len(orders), n))
        np.put_along_axis(added, chosen, z * z, axis=1)
        mean = added.mean(axis=0)
        whole = min(1.0, float(mean.sum()))
        adjusted = max(0.0, 1.0 - (1.0 - whole) * (rows - 1) / max(1.0, rows - 1 - count))
        gain += mean * (adjusted / whole if whole > 0.0 else 0.0)
    return gain / m


def entry_orders(seed: int, items: int, pairs: int) -> np.ndarray:
    """Orders of entry, keyed; every order comes with its reverse, which halves the noise. int [2·pairs, items]."""
    found = []
    for k in range(pairs):
        order = np.argsort(uniforms(seed, village_key(f"order {k}"), np.arange(items), items, _BLOCK)[0], kind="stable")
        found += [order, order[::-1]]
    return np.array(found)


def twins(items: np.ndarray, least: float, among: Collection[int] | None = None) -> list[tuple[int, int, float]]:
    """Pairs of items that say the same across villages: (one, other, correlation), from the closest on.

    Args:
        items: correlations [n, n].
        least: correlation from which on.
        among: places looked at; None means all.
    """
    places = range(len(items)) if among is None else sorted(among)
    found = [(i, j, float(items[i, j])) for i in places for j in places if j < i and items[i, j] >= least]
    return sorted(found, key=lambda pair: (-pair[2], pair[0], pair[1]))
