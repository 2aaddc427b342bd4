"""How sure a figure is: luck alone, luck and parameters together, and who carries the variance.

Luck. Villages draw their luck apart from each other (every number is keyed by village), and a county figure is a sum of
what its villages contribute. The variance by luck of one county is therefore the sum of the variances of the
contributions, each taken between replicates: with V villages about V(R − 1) degrees of freedom where the county
figures themselves would leave R − 1. Classes are dealt out in fixed numbers, so what classes explain is no luck and is
taken out first (additive least squares). Degrees of freedom after Satterthwaite (1946). What villages share (budgets,
jobs, the example of demonstration villages) this leaves out; from eight replicates on the county figures themselves are
used.
The interval is that of one more county: mean ± t σ_L √(1 + 1/R).

Parameters. δ_d is what draw d changes against the defaults under the same luck. Two replicates of some draws tell how
much of the spread of δ is luck that meets parameters (σ²_e); the rest is the parameters' own, σ²_P = var δ − σ²_e
(law of total variance). Draws run on a sample with a share f of the county's adults; in the whole county villages' luck
averages out to f σ²_e. The headline interval takes the quantiles of (1/D) Σ N(m + δ̃_d, σ²_L): the defaults' mean m,
moved by each draw (shrunk to σ²_P + f σ²_e) and spread by the luck of a whole county. σ²_e comes from few pairs, and a
wild one (an enterprise that takes off) must not explain away all the others: where the quartile range of the pairs
gives less, that is taken, which leaves the interval wider.

Assumed. K draws get a twin with the assumed parameters kept and the others drawn anew. Half the mean squared difference
over the variance of draws and twins together is the total effect of those others (Jansen 1999); one less that is the
share of the parameters' variance that would go if every assumed parameter were known. Its interval: leaving out one
draw, and its twin, at a time (Tukey's jackknife).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

#: share of outcomes inside an interval: nine in ten, because some fifty draws say little about rarer ones
LEVEL = 0.9
_TAIL = (1.0 - LEVEL) / 2.0
_ENOUGH = 8
#: quartile range of a normal distribution of standard deviation 1
_QUARTILES = 1.349
_HALVINGS = 80


@dataclass(frozen=True)
class Luck:
    """Luck alone at the defaults: standard deviation of one county's figure, and half the width of its interval."""

    sd: float
    half: float


@dataclass(frozen=True)
class Spread:
    """What parameter draws do to a figure.

    Args:
        low, high: headline interval, luck and parameters together.
        middle: mean over draws.
        sd_parameters: σ_P, of the parameters alone; sd_meeting: σ_e, of luck that meets parameters in the sample.
        luck: share of the headline's variance that luck carries; assumed, estimated: those of the parameters without
            and with an estimate; None where that is not known.
        assumed_low, assumed_high: interval of ``assumed``.
        above: share of draws with a figure above 0.
    """

    low: float
    high: float
    middle: float
    sd_parameters: float
    sd_meeting: float
    luck: float | None
    assumed: float | None
    estimated: float | None
    assumed_low: float | None
    assumed_high: float | None
    above: float


def luck_of(levels: np.ndarray, contributions: np.ndarray, classes: np.ndarray) -> list[Luck] | None:
    """Luck of county figures, from what each village contributes in each replicate.

    Args:
        levels: float64 [R, S], S county figures.
        contributions: float64 [R, V, S], villages' parts in their deviation, which sum to 0 over villages.
        classes: float64 [R, V, C], membership (0 or 1) of classes dealt out in fixed numbers.

    Returns:
        One for each figure; None with fewer than two replicates.
    """
    replicates, villages, series = contributions.shape
    if replicates < 2:
        return None
    if replicates >= _ENOUGH:
        return [_with_interval(float(one), replicates - 1.0, replicates) for one in levels.var(axis=0, ddof=1)]
    cells, left, lost = replicates * villages, contributions, 0
    if not (classes == classes[0]).all():  # the same villages in the same classes each time leave nothing to take out
        flat = np.concatenate([classes, np.ones((replicates, villages, 1))], axis=2).reshape(cells, -1)
        answers = contributions.reshape(cells, series)
        fitted, _, rank, _ = np.linalg.lstsq(flat, answers, rcond=None)
        if 2 * rank <= cells:  # else too few villages to know what classes do
            left, lost = contributions - (flat @ fitted).reshape(contributions.shape), int(rank)
    each = left.var(axis=0, ddof=1) * (cells / (cells - lost))
    found = []
    for variance, fourth in zip(each.sum(axis=0).tolist(), (each**2).sum(axis=0).tolist(), strict=True):
        freedom = (replicates - 1) * variance**2 / fourth if fourth > 0.0 else 1.0
        found.append(_with_interval(variance, freedom, replicates))
    return found


def luck_interval(values: Sequence[float]) -> tuple[float | None, float | None]:
    """Interval of luck alone for a figure of which only its values in each replicate are known (a village's, say).

    Args:
        values: one a replicate.

    Returns:
        Low and high: mean ± t·s·√(1 + 1/R); None twice with fewer than two replicates.
    """
    if len(values) < 2:
        return None, None
    known = np.asarray(values, np.float64)
    half = _with_interval(float(known.var(ddof=1)), len(known) - 1.0, len(known)).half
    return float(known.mean()) - half, float(known.mean()) + half


def _with_interval(variance: float, freedom: float, replicates: int) -> Luck:
    from scipy.special import stdtrit

    sd = variance**0.5
    return Luck(sd, float(stdtrit(freedom, 1.0 - _TAIL)) * sd * (1.0 + 1.0 / replicates) ** 0.5)


def spread_of(
    mean: float,
    deviations: np.ndarray,
    second: np.ndarray,
    twins: np.ndarray,
    sd_luck: float | None,
    *,
    part: float = 1.0,
) -> Spread | None:
    """Headline interval and variance shares of a figure.

    Args:
        mean: m, of the defaults over whole counties.
        deviations: float64 [D], δ of each draw against the defaults under the same luck; NaN where a draw failed.
        second: float64 [≤ D], the first draws' δ under other luck; NaN likewise.
        twins: float64 [≤ D], δ of their twins with all but the assumed parameters drawn anew; NaN likewise.
        sd_luck: σ_L of a whole county at the defaults; None where unknown, and then left out.
        part: f, share of the county's adults in the sample that the draws ran on.

    Returns:
        None where fewer than two draws are left.
    """
    ok = np.isfinite(deviations)
    if ok.sum() < 2:
        return None
    kept = deviations[ok]
    total = float(kept.var(ddof=1))
    meeting = min(_meeting(second - deviations[: len(second)]), total)
    own = total - meeting
    middle = float(kept.mean())
    here = own + part * meeting
    shrunk = middle + (kept - middle) * ((here / total) ** 0.5 if total > 0.0 else 0.0)
    blur = sd_luck or 0.0
    low, high = (_quantile(mean + shrunk, blur, tail) for tail in (_TAIL, 1.0 - _TAIL))
    everything = here + blur**2
    luck = (everything - own) / everything if everything > 0.0 else 0.0
    found = _assumed_share(deviations, twins)
    assumed, margin = found if found is not None else (None, None)
    rest = 1.0 - luck
    return Spread(
        low, high, mean + middle, own**0.5, meeting**0.5,
        None if sd_luck is None else luck,
        None if assumed is None else rest * assumed,
        None if assumed is None else rest * (1.0 - assumed),
        None if assumed is None or margin is None else rest * max(0.0, assumed - margin),
        None if assumed is None or margin is None else rest * min(1.0, assumed + margin),
        float((mean + kept > 0.0).mean()),
    )  # fmt: skip


def _meeting(differences: np.ndarray) -> float:
    """σ²_e, half the variance of the same draws' differences between two kinds of luck; see the head of this file."""
    known = differences[np.isfinite(differences)]
    if len(known) < 2:
        return 0.0
    lower, upper = np.quantile(known, (0.25, 0.75), method="hazen")
    by_quartiles = (float(upper - lower) / _QUARTILES) ** 2 if len(known) >= _ENOUGH else np.inf
    return min(float(known.var(ddof=1)), by_quartiles) / 2.0


def _quantile(centres: np.ndarray, sd: float, part: float) -> float:
    """Quantile of the equal mixture of normals around some centres; of the centres themselves where sd is 0."""
    if sd <= 0.0:
        return float(np.quantile(centres, part, method="hazen"))
    from scipy.special import ndtr

    low, high = float(centres.min()) - 9.0 * sd, float(centres.max()) + 9.0 * sd
    for _ in range(_HALVINGS):
        middle = 0.5 * (low + high)
        if float(ndtr((middle - centres) / sd).mean()) < part:
            low = middle
        else:
            high = middle
    return 0.5 * (low + high)


def _assumed_share(deviations: np.ndarray, twins: np.ndarray) -> tuple[float, float] | None:
    """Share of the parameters' variance that assumed ones carry, and half the width of its interval."""
    twin = np.full(len(deviations), np.nan)
    twin[: len(twins)] = twins
    squares = (twin - deviations) ** 2 / 2.0
    ok = np.isfinite(deviations)

    def share(keep: np.ndarray) -> float | None:
        both = np.concatenate([deviations[keep], twin[keep & np.isfinite(twin)]])
        paired = squares[keep & np.isfinite(squares)]
        if len(paired) < 2 or float(both.var(ddof=1)) <= 0.0:
            return None
        return min(1.0, max(0.0, 1.0 - float(paired.mean()) / float(both.var(ddof=1))))

    whole = share(ok)
    without = [share(ok & (np.arange(len(ok)) != place)) for place in np.flatnonzero(ok)]
    known = [one for one in without if one is not None]
    if whole is None or len(known) < 3:
        return None
    n, middle = len(known), sum(known) / len(known)
    error = ((n - 1) / n * sum((one - middle) ** 2 for one in known)) ** 0.5
    return whole, 1.6449 * error
