"""Theory against simulation: the error that falls as people grow in number, and what the limit leaves out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from ruralsim.model.county import County
from ruralsim.spec.parameters import load_parameters
from ruralsim.spec.scenario import Scenario
from ruralsim.theory.simulation import LIMIT, limit_county, limit_scenario, mean_field_of, run_limit
from ruralsim.theory.village import month

#: what the limit leaves out, one by one: changed parameters, mixing, whether everybody begins alike
ADDED: Mapping[str, tuple[tuple[str, ...], float, bool]] = {
    "nothing": ((), 1.0, True),
    "eight_neighbours": ((), 0.0, True),
    "habit": (("civic_habit", "economic_habit"), 1.0, True),
    "heterogeneity": (("disposition_spread", "trust_noise", "skill_spread", "ability_spread"), 1.0, False),
}
SERIES = ("trust", "civic", "pooled", "potential", "log_capital")
#: projects come by luck, which does not fade with the number of people
_QUIET = {"project_grant": 0.0}


def mean_path(county: County, months: int) -> np.ndarray:
    """The mean village's path from a county's beginning, [months, 5] in the order of :data:`SERIES`."""
    x, place, p = mean_field_of(county)
    start = county.calendar(1).month
    rows = []
    for k in range(months):
        x = month(x, place, p, (start - 1 + k) % 12 + 1)
        rows.append([x.trust, x.civic, x.pooled, float(x.potential(p)), float(np.log(x.capital))])
    return np.array(rows)


def _kept(values: Mapping[str, float] | None) -> dict[str, float]:
    """Parameters of one's own, as far as the limit does not fix them."""
    return {name: value for name, value in (values or {}).items() if name not in LIMIT} | _QUIET


def _place(adults: int, months: int, values: Mapping[str, float] | None) -> Scenario:
    """A village of the limit with the median income and capital of one's own parameters."""
    known = load_parameters()
    income, capital = (
        float((values or {}).get(name, known[name].value)) for name in ("operating_income_median", "capital_median")
    )
    return limit_scenario(adults, months, income, capital)


def errors_by_size(
    sizes: Mapping[int, int], months: int = 60, values: Mapping[str, float] | None = None
) -> dict[int, dict[str, float]]:
    """Root mean square of engine less mean village, by number of people.

    Args:
        sizes: people of the village -> kinds of luck. months: run. values: parameters that differ from the defaults.

    Returns:
        By number of people and series.
    """
    found = {}
    for adults, seeds in sizes.items():
        squares = []
        for seed in range(1, seeds + 1):
            county = limit_county(_place(adults, months, values), seed, _kept(values))
            path = mean_path(county, months)
            squares.append((run_limit(county, months)[1:] - path) ** 2)
        error = np.sqrt(np.mean(squares, axis=(0, 1)))
        found[adults] = {one: float(error[k]) for k, one in enumerate(SERIES)}
    return found


def what_each_adds(
    adults: int = 3000, months: int = 60, seeds: int = 4, values: Mapping[str, float] | None = None,
    added: Sequence[str] = tuple(ADDED),
) -> dict[str, dict[str, tuple[float, float]]]:  # fmt: skip
    """What eight neighbours, habit and heterogeneity each add to the limit: mean difference of the last year.

    ``nothing`` is the engine in the limit less the mean village; the others are the engine with the addition less the
    engine without, under the same luck.

    Args:
        adults: people of the village. months: run. seeds: kinds of luck.
        values: parameters that differ from the defaults. added: which of :data:`ADDED`.

    Returns:
        By addition and series: mean over luck, and its standard error.
    """
    known = {name: one.value for name, one in load_parameters().items()} | dict(values or {})
    plain = _kept(values)
    gaps: dict[str, list[np.ndarray]] = {name: [] for name in added}
    for seed in range(1, seeds + 1):
        without = limit_county(_place(adults, months, values), seed, plain)
        path = mean_path(without, months)
        lived = run_limit(without, months)[1:]
        for name in added:
            if name == "nothing":
                gaps[name].append((lived - path)[-12:].mean(axis=0))
                continue
            changed, mixing, alike = ADDED[name]
            own = plain | {one: known[one] for one in changed}
            county = limit_county(_place(adults, months, values), seed, own, mixing=mixing, alike=alike)
            gaps[name].append((run_limit(county, months)[1:] - lived)[-12:].mean(axis=0))
    return {
        name: {
            one: (float(np.mean(several, axis=0)[k]), float(np.std(several, axis=0, ddof=1)[k] / seeds**0.5))
            for k, one in enumerate(SERIES)
        }
        for name, several in gaps.items()
    }
