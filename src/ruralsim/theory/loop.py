"""Loop gain, amplification and comparative statics at an equilibrium of the limit.

Split the Jacobian into log capital and all else: [[a, b], [c, D]]. Eliminating all else, capital follows
dk/dt = a(1 − Λ)k with Λ = b·D⁻¹c/a: what a push to capital adds to itself by way of governance. In the two variables
(log K, g), with governance moving along D⁻¹c, Λ = F_Kg F_gK/(F_KK F_gg) is the same number. An equilibrium where D is
stable by itself needs Λ < 1; a lasting push to capital then ends up 1/(1 − Λ) times as large. Λ = 1 is a fold.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ruralsim.theory.limit import GOVERNANCE, SCALE, UNKNOWNS, Problem, unknowns_of
from ruralsim.theory.solve import Branch, follow, newton, stable
from ruralsim.theory.state import Place, State
from ruralsim.theory.village import year

_NAMES = tuple(UNKNOWNS)
_K = _NAMES.index("log_capital")
_REST = [k for k in range(len(_NAMES)) if k != _K]


@dataclass(frozen=True)
class Equilibrium:
    """A fixed point of the limit.

    Args:
        x: unknowns. jacobian: there. stable: whether small pushes fade.
        potential, value_added: g, and yuan a head and year.
        loop_gain: Λ. two_variables: F_KK, F_Kg, F_gK, F_gg. slow: slowest rates (a month) of the whole and of the two.
    """

    x: np.ndarray
    jacobian: np.ndarray
    stable: bool
    potential: float
    value_added: float
    loop_gain: float
    two_variables: tuple[float, float, float, float]
    slow: tuple[float, float]

    @property
    def amplification(self) -> float | None:
        """1/(1 − Λ), None from Λ = 1 on."""
        return 1.0 / (1.0 - self.loop_gain) if self.loop_gain < 1.0 else None

    def level(self, name: str) -> float:
        """Value of an unknown."""
        return float(self.x[_NAMES.index(name)])

    def held(self, problem: Problem) -> float:
        """Loop gain as nudges measure it after all time: trust and pillars held up together by one step."""
        _, by_x, _ = problem.measures(self.x)
        chosen = [_NAMES.index(name) for name in GOVERNANCE]
        free = [k for k in range(len(_NAMES)) if k not in chosen]
        answer = np.linalg.solve(self.jacobian[np.ix_(free, free)], -self.jacobian[np.ix_(free, chosen)].sum(axis=1))
        g = by_x[0, chosen].sum() + by_x[0, free] @ answer
        capital_for_g = answer[free.index(_K)] / g
        others = np.linalg.solve(self.jacobian[np.ix_(_REST, _REST)], -self.jacobian[_REST, _K])
        return float(capital_for_g * (by_x[0, _REST] @ others))


def equilibrium(problem: Problem, x: np.ndarray) -> Equilibrium | None:
    """The fixed point near x, or None."""
    found = newton(problem.right, problem.jacobian, x, SCALE)
    return None if found is None else describe(problem, found)


def describe(problem: Problem, x: np.ndarray) -> Equilibrium:
    """Stability, measures and loop gain of a fixed point."""
    j = problem.jacobian(x)
    values, by_x, _ = problem.measures(x)
    a, b, c, block = j[_K, _K], j[_K, _REST], j[_REST, _K], j[np.ix_(_REST, _REST)]
    way = np.linalg.solve(block, c)
    w = by_x[0, _REST]
    along = way / (w @ way)  # governance moves along its answer to capital, measured so that g moves by one
    two = (float(a), float(b @ along), float(w @ c), float(w @ block @ along))
    eigen = np.linalg.eigvals(np.array([[two[0], two[1]], [two[2], two[3]]]))
    slow = (float(np.linalg.eigvals(j).real.max()), float(eigen.real.max()))
    return Equilibrium(x, j, stable(j), float(values[0]), float(values[1]), float(b @ way / a), two, slow)


def settle(state: State, place: Place, p: object, years: int = 300) -> State:
    """Iterate the yearly map."""
    for _ in range(years):
        state = year(state, place, p)
    return state


def equilibrium_after(state: State, place: Place, p: object, years: int = 120) -> Equilibrium | None:
    """The limit's fixed point near where the yearly map goes from a state."""
    return equilibrium(Problem.of(place, p), unknowns_of(settle(state, place, p, years)))


@dataclass(frozen=True)
class Statics:
    """How an equilibrium answers to a parameter: elasticities of potential and value added (0 at a value of 0)."""

    name: str
    potential: float
    value_added: float
    loop_gain: float


def statics(problem: Problem, at: Equilibrium, names: Sequence[str] | None = None, step: float = 1e-4) -> list[Statics]:
    """Comparative statics: dx/dp = −J⁻¹ ∂F/∂p; the loop gain's by a small finite step.

    Args:
        problem, at: the equilibrium. names: arguments wanted; None means all, the loop gain then left out.
        step: relative, of the loop gain's difference.
    """
    moved = -np.linalg.solve(at.jacobian, problem.by_argument(at.x))
    values, by_x, by_a = problem.measures(at.x)
    slopes = by_x @ moved + by_a
    found = []
    for k, (name, value) in enumerate(zip(problem.names(), problem.arguments.tolist(), strict=True)):
        if names is not None and name not in names:
            continue
        weight = value / values
        gain = 0.0
        if names is not None and value != 0.0:
            other = problem.with_argument(name, value * (1.0 + step))
            near = equilibrium(other, at.x + moved[:, k] * value * step)
            gain = float("nan") if near is None else (near.loop_gain - at.loop_gain) / step
        found.append(Statics(name, float(slopes[0, k] * weight[0]), float(slopes[1, k] * weight[1]), gain))
    return found


def along(problem: Problem, at: Equilibrium, name: str, ends: tuple[float, float], **how: object) -> Branch:
    """The curve of fixed points while one argument changes."""
    place = problem.names().index(name)
    return follow(
        lambda x, mu: problem.with_argument(name, mu).right(x),
        lambda x, mu: problem.with_argument(name, mu).jacobian(x),
        lambda x, mu: problem.with_argument(name, mu).by_argument(x)[:, place],
        at.x, float(problem.arguments[place]), ends, scale=SCALE, **how,  # type: ignore[arg-type]
    )  # fmt: skip


@dataclass(frozen=True)
class BestShare:
    """Steady potential and value added by dividend share, and the shares that maximise them."""

    share: np.ndarray
    potential: np.ndarray
    value_added: np.ndarray

    @property
    def for_governance(self) -> float:
        """Dividend share with the highest steady potential."""
        return float(self.share[int(np.nanargmax(self.potential))])

    @property
    def for_development(self) -> float:
        """Dividend share with the highest steady value added."""
        return float(self.share[int(np.nanargmax(self.value_added))])


def best_dividend_share(problem: Problem, at: Equilibrium, points: int = 31) -> BestShare:
    """Move profit between dividends and (village affairs and reinvestment, in proportion); follow the equilibrium.

    Args:
        problem, at: where to begin.
        points: shares tried, from none to all that is not reserve or welfare.
    """
    names = problem.names()
    dividend, affairs, invest = (
        float(problem.arguments[names.index(f"allocation_{name}")]) for name in ("dividend", "affairs", "reinvestment")
    )
    free = dividend + affairs + invest
    shares = np.linspace(0.0, free * 0.999, points)
    potential, value = np.full(points, np.nan), np.full(points, np.nan)
    start = int(np.abs(shares - dividend).argmin())
    for direction in (range(start, points), range(start - 1, -1, -1)):
        x = at.x
        for k in direction:
            rest = (free - shares[k]) / (affairs + invest)
            changed = problem.with_argument("allocation_dividend", float(shares[k]))
            changed = changed.with_argument("allocation_affairs", affairs * rest)
            changed = changed.with_argument("allocation_reinvestment", invest * rest)
            found = equilibrium(changed, x)
            if found is None:
                break
            x, potential[k], value[k] = found.x, found.potential, found.value_added
    return BestShare(shares, potential, value)
