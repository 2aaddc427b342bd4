"""Small analytic cases of multitask agency, with best weights and best numbers of items in closed form.

The model's own rules (``agents.cadre``) drive the numerical side; the formulas are derived here and hold it to account.

One cadre of ability 1, no motivation of its own, time that binds. Item i rewards task i: M_i = ω_i a_i with
a_i = π R_i b_i; dressing it up is worth ω_i d_i with d_i = max(0, π γ_i (1 − q_i) b_i − f q_i − π m_φ φ), the rule that
:func:`Task.temptation` asks. Time H goes in proportion to squares, so task i gets √e_i = √H ω_i a_i/√(Σ ω_k² (a_k²
+ d_k²)), and what people have of it is Y = Σ v_i √e_i. By Cauchy and Schwarz

    Y ≤ √H · √(Σ v_i² a_i²/(a_i² + d_i²)),   with equality for   ω_i ∝ v_i a_i/(a_i² + d_i²).

So the more an item tempts, the less it should weigh; an item that nothing hangs on (v = 0) weighs nothing; one that
nobody can dress and that costs no time never hurts where weights are free; and a check q works exactly like a
gameability of γ (1 − q) − f q/(π b). With H = exp(−ε n) for n quantified items and worth that falls off as v_i²
a_i²/(a_i² + d_i²) = ρ^i, the best number solves ρ^n = ε/(ε − ln ρ): interior for ε > 0, and none for ε = 0.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import numpy as np

from ruralsim.agents.cadre import hours_left, time_scale, value_of_dressing, value_of_work
from ruralsim.spec.parameters import load_parameters


def rules(**changed: float) -> Any:
    """The model's parameters as the rules read them, with changes, e.g. no other cost of effort than time."""
    return SimpleNamespace(**{name: one.value for name, one in load_parameters().items()} | changed)


@dataclass(frozen=True)
class Task:
    """A task with the one item that rewards it.

    Args:
        worth: v, what people have of a unit of √effort.
        response: R, how far the task moves the item.
        gameability: γ of the item's channel.
        check: q, chance that a dressed report is found out.
        quantified: what the item's report costs of time, in items.
    """

    worth: float
    response: float = 1.0
    gameability: float = 0.0
    check: float = 0.0
    quantified: float = 0.0

    def reward(self, pressure: float) -> float:
        """a = π R, where a reward counts in full (b = 1)."""
        return pressure * self.response

    def temptation(self, pressure: float, integrity: float, p: Any) -> float:
        """d, by the model's rule, for an item of weight 1."""
        return value_of_dressing(1.0, self.gameability, 1.0, self.check, integrity, pressure, p)


def effort(
    tasks: Sequence[Task], weights: np.ndarray, pressure: float, p: Any, integrity: float = 0.0, burden: float = 0.0
) -> tuple[np.ndarray, float]:
    """What the cadre does under some weights, by the model's own rules.

    Args:
        tasks: with their items.
        weights: of the items, ≥ 0.
        pressure: π.
        p: parameters.
        integrity: φ.
        burden: factor on the reporting time of an item.

    Returns:
        Effort by task, float64 [n], and the time left after reports.
    """
    work = [
        value_of_work(0.0, 0.0, 0.0, 0.0, float(w) * task.response, pressure, p)
        for task, w in zip(tasks, weights, strict=True)
    ]
    dressed = [float(w) * task.temptation(pressure, integrity, p) for task, w in zip(tasks, weights, strict=True)]
    hours = hours_left(sum(task.quantified for task in tasks), 0.0, burden, 0.0, p)
    scale = time_scale(sum(m * m for m in (*work, *dressed)), hours, p)
    return np.array([m * m * scale for m in work]), hours


def served(
    tasks: Sequence[Task], weights: np.ndarray, pressure: float, p: Any, integrity: float = 0.0, burden: float = 0.0
) -> float:
    """Y = Σ v √e; arguments as for :func:`effort`."""
    done, _ = effort(tasks, weights, pressure, p, integrity, burden)
    return float(sum(task.worth * e**0.5 for task, e in zip(tasks, done, strict=True)))


def best_weights(tasks: Sequence[Task], pressure: float, p: Any, integrity: float = 0.0) -> np.ndarray:
    """ω ∝ v a/(a² + d²), sum 1: the closed form, where time binds."""
    raw = []
    for task in tasks:
        a, d = task.reward(pressure), task.temptation(pressure, integrity, p)
        raw.append(max(0.0, task.worth) * a / (a * a + d * d) if a > 0.0 else 0.0)
    weights = np.array(raw)
    return weights / weights.sum() if weights.sum() > 0.0 else weights


def most_served(tasks: Sequence[Task], pressure: float, p: Any, integrity: float = 0.0, burden: float = 0.0) -> float:
    """√H √(Σ v² a²/(a² + d²)) over tasks of worth above 0: what the best weights reach."""
    total = 0.0
    for task in tasks:
        a, d = task.reward(pressure), task.temptation(pressure, integrity, p)
        total += max(0.0, task.worth) ** 2 * a * a / (a * a + d * d) if a > 0.0 else 0.0
    return float((hours_left(sum(t.quantified for t in tasks), 0.0, burden, 0.0, p) * total) ** 0.5)


def as_less_gameable(task: Task, pressure: float, p: Any) -> Task:
    """The unchecked task that is the same to a cadre: γ′ = γ (1 − q) − f q in the units of the model's rule.

    The gameability is found from the rule itself (it is linear in γ where above 0), so that it stays right when the
    rule's penalty is put otherwise.
    """
    wanted = task.temptation(pressure, 0.0, p)
    unit = Task(task.worth, task.response, 1.0).temptation(pressure, 0.0, p)
    return Task(task.worth, task.response, wanted / unit if unit > 0.0 else 0.0, 0.0, task.quantified)


def best_number(falloff: float, time: float) -> float:
    """n with ρ^n = ε/(ε − ln ρ): the best number of items where each next one is worth ρ times the one before.

    Args:
        falloff: ρ, in (0, 1).
        time: ε > 0, time that one item takes; inf at 0, where one more never hurts.
    """
    if time <= 0.0:
        return float("inf")
    slope = np.log(falloff)
    return float(np.log(time / (time - slope)) / slope)


def frontier(falloff: float, most: int, p: Any, pressure: float = 1.0, burden: float = 1.0) -> np.ndarray:
    """What the best weights reach with the first 1 … ``most`` items of falling worth, by the model's rules."""
    tasks = [Task(worth=falloff ** (0.5 * k), quantified=1.0) for k in range(most)]
    return np.array([
        served(tasks[:n], best_weights(tasks[:n], pressure, p), pressure, p, burden=burden) for n in range(1, most + 1)
    ])  # fmt: skip
