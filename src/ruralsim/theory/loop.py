"""Loop gain, amplification and comparative statics at an equilibrium of the limit.

Dormant assets are capital that waits: they are put into balance with log capital first (Schur complement). Split what
is left of the Jacobian into log capital and all else: [[a, b], [c, D]]. Eliminating all else, capital follows
dk/dt = a(1 − Λ)k with Λ = b·D⁻¹c/a: what a push to capital adds to itself by way of governance. In the two variables
(log K, g), with governance moving along D⁻¹c, Λ = F_Kg F_gK/(F_KK F_gg) is the same number. An equilibrium where D is
stable by itself needs Λ < 1; a lasting push to capital then ends up 1/(1 − Λ) times as large. Λ = 1 is a fold.

How fast it gets there is another question: dormant assets are slow too. Errors of keeping two variables (log K, g), or
three (and dormant assets), are those of the slowest rate, and of the loop gain after some years.
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
_K, _IDLE = _NAMES.index("log_capital"), _NAMES.index("idle")
_REST = [k for k in range(len(_NAMES)) if k not in (_K, _IDLE)]
_HELD = [_NAMES.index(name) for name in GOVERNANCE]
_FREE = [k for k in range(len(_NAMES)) if k not in _HELD]


@dataclass(frozen=True)
class Equilibrium:
    """A fixed point of the limit.

    Args:
        x: unknowns. jacobian: there. stable: whether small pushes fade.
        potential, value_added: g, and yuan a head and year.
        loop_gain: Λ. two_variables: F_KK, F_Kg, F_gK, F_gg.
        slow: slowest rates (a month) of the whole, of log K and g alone, and of these with dormant assets.
    """

    x: np.ndarray
    jacobian: np.ndarray
    stable: bool
    potential: float
    value_added: float
    loop_gain: float
    two_variables: tuple[float, float, float, float]
    slow: tuple[float, float, float]

    @property
    def amplification(self) -> float | None:
        """1/(1 − Λ), None from Λ = 1 on."""
        return 1.0 / (1.0 - self.loop_gain) if self.loop_gain < 1.0 else None

    def level(self, name: str) -> float:
        """Value of an unknown."""
        return float(self.x[_NAMES.index(name)])

    def held(self, problem: Problem, months: float = np.inf) -> float:
        """Loop gain as nudges measure it: log capital held a step up, and trust and pillars held a step up.

        Args:
            problem: whose equilibrium this is. months: held so long; the product of both answers then.
        """
        w = problem.measures(self.x)[1][0]
        capital = [_K]
        others = [k for k in range(len(_NAMES)) if k != _K]
        governance = w[others] @ _answer(self.jacobian, others, capital, months)
        found = _answer(self.jacobian, _FREE, _HELD, months)
        return float(governance * found[_FREE.index(_K)] / (w[_HELD].sum() + w[_FREE] @ found))

    def reduced(self, months: float) -> float:
        """The same from the two variables alone: log K and g, everything else in balance."""
        f_kk, f_kg, f_gk, f_gg = self.two_variables
        return f_gk * _grown(f_gg, months) * f_kg * _grown(f_kk, months)


def _grown(rate: float, months: float) -> float:
    """(exp(rate·t) − 1)/rate."""
    return float(np.expm1(rate * months) / rate)


def _answer(jacobian: np.ndarray, free: list[int], held: list[int], months: float) -> np.ndarray:
    """Where the free unknowns stand after some months with others held a unit up: M⁻¹(exp(Mt) − 1)b."""
    from scipy.linalg import expm

    block, push = jacobian[np.ix_(free, free)], jacobian[np.ix_(free, held)].sum(axis=1)
    found: np.ndarray
    if np.isinf(months):
        found = np.linalg.solve(block, -push)
        return found
    n = len(free)
    wide = np.zeros((n + 1, n + 1))  # exp of [[M, b], [0, 0]] holds the integral, also where M is singular
    wide[:n, :n], wide[:n, n] = block, push
    found = expm(wide * months)[:n, n]
    return found


def equilibrium(problem: Problem, x: np.ndarray) -> Equilibrium | None:
    """The fixed point near x, or None."""
    x = x.copy()
    x[_IDLE] -= problem.right(x)[_IDLE] / problem.jacobian(x)[_IDLE, _IDLE]  # exact: the slowest is linear in itself
    found = newton(problem.right, problem.jacobian, x, SCALE)
    return None if found is None else describe(problem, found)


def describe(problem: Problem, x: np.ndarray) -> Equilibrium:
    """Stability, measures and loop gain of a fixed point."""
    j = problem.jacobian(x)
    values, by_x, _ = problem.measures(x)
    balanced = j - np.outer(j[:, _IDLE], j[_IDLE]) / j[_IDLE, _IDLE]
    a, b, c, block = balanced[_K, _K], balanced[_K, _REST], balanced[_REST, _K], balanced[np.ix_(_REST, _REST)]
    way = np.linalg.solve(block, c)
    w = by_x[0, _REST]
    along = way / (w @ way)  # governance moves along its answer to capital, measured so that g moves by one
    two = (float(a), float(b @ along), float(w @ c), float(w @ block @ along))
    basis = np.zeros((len(j), 3))
    basis[_K, 0], basis[_IDLE, 1], basis[_REST, 2] = 1.0, 1.0, along
    seen = np.zeros((3, len(j)))
    seen[0, _K], seen[1, _IDLE], seen[2, _REST] = 1.0, 1.0, w
    slow = tuple(float(np.linalg.eigvals(one).real.max()) for one in (j, np.reshape(two, (2, 2)), seen @ j @ basis))
    return Equilibrium(
        x, j, stable(j), float(values[0]), float(values[1]), float(b @ way / a), two, (slow[0], slow[1], slow[2])
    )


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
