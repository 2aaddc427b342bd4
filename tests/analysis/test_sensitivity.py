"""Sensitivity: functions with known answers, failed runs, luck, and the model itself."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from ruralsim.analysis.sensitivity import indices, saltelli, screen, trajectories

G = (0.0, 1.0, 4.5, 9.0, 99.0, 99.0, 99.0, 99.0)


def ishigami(x: np.ndarray) -> np.ndarray:
    """Ishigami & Homma (1990), a = 7, b = 0.1, on the unit cube."""
    z = np.pi * (2.0 * x - 1.0)
    return np.sin(z[:, 0]) + 7.0 * np.sin(z[:, 1]) ** 2 + 0.1 * z[:, 2] ** 4 * np.sin(z[:, 0])


def sobol_g(x: np.ndarray) -> np.ndarray:
    """Sobol' g (Saltelli & Sobol' 1995)."""
    a = np.array(G)
    return np.prod((np.abs(4.0 * x - 2.0) + a) / (1.0 + a), axis=1)


def _ishigami_indices() -> tuple[np.ndarray, np.ndarray]:
    a, b, pi = 7.0, 0.1, np.pi
    v1, v2, v13 = 0.5 * (1 + b * pi**4 / 5) ** 2, a**2 / 8, b**2 * pi**8 * (1 / 18 - 1 / 50)
    v = v1 + v2 + v13
    return np.array([v1, v2, 0.0]) / v, np.array([v1 + v13, v2, v13]) / v


def _g_indices() -> tuple[np.ndarray, np.ndarray]:
    parts = 1.0 / 3.0 / (1.0 + np.array(G)) ** 2
    whole = np.prod(1.0 + parts) - 1.0
    return parts / whole, parts * np.prod(1.0 + parts) / (1.0 + parts) / whole


@pytest.mark.parametrize(
    ("function", "width", "known"), [(ishigami, 3, _ishigami_indices()), (sobol_g, 8, _g_indices())]
)
def test_published_indices_lie_within_the_intervals(
    function: Callable[[np.ndarray], np.ndarray], width: int, known: tuple[np.ndarray, np.ndarray]
) -> None:
    names = [f"x{k}" for k in range(width)]
    found = indices(names, function(saltelli(names, 3, 1024))[:, None, None])
    assert found.blocks == 1024
    assert (np.abs(found.first[:, 0] - known[0]) <= found.first_half[:, 0] + 1e-3).all()
    assert (np.abs(found.total[:, 0] - known[1]) <= found.total_half[:, 0] + 1e-3).all()
    assert found.total_half.max() < 0.1
    widest = [float(half[0]) for _, _, _, half in found.convergence]
    assert [count for count, *_ in found.convergence] == [256, 512, 1024]
    assert widest[2] < widest[0]


def test_intervals_cover_as_often_as_they_say() -> None:
    names, first, total = ["x0", "x1", "x2"], *_ishigami_indices()
    inside = []
    for seed in range(60):
        found = indices(names, ishigami(saltelli(names, seed, 128))[:, None, None])
        inside.append(np.abs(found.first[:, 0] - first) <= found.first_half[:, 0])
        inside.append(np.abs(found.total[:, 0] - total) <= found.total_half[:, 0])
    assert np.mean(inside) > 0.8


def test_indices_are_those_of_salib() -> None:
    from SALib.analyze import sobol as oracle

    names = ["x0", "x1", "x2"]
    values = ishigami(saltelli(names, 1, 64))
    found = indices(names, values[:, None, None])
    blocks = values.reshape(64, 5)
    ordered = np.concatenate([blocks[:, :1], blocks[:, 2:], blocks[:, 1:2]], axis=1).ravel()
    problem = {"num_vars": 3, "names": names, "bounds": [[0, 1]] * 3}
    known = oracle.analyze(problem, ordered, calc_second_order=False, seed=1)
    assert found.total[:, 0] == pytest.approx(known["ST"], rel=1e-9)
    assert found.first[:, 0] == pytest.approx(known["S1"], abs=5e-2)  # SALib centres by all points, we by A and B


def test_negative_indices_stay_negative() -> None:
    names = ["x0", "x1", "x2"]
    lows = [indices(names, ishigami(saltelli(names, seed, 32))[:, None, None]).first.min() for seed in range(20)]
    assert min(lows) < 0.0


def test_failed_runs_are_left_out_with_their_block() -> None:
    names = ["x0", "x1", "x2"]
    values = ishigami(saltelli(names, 3, 256))[:, None, None].copy()
    values[7, 0, 0] = np.nan
    values[8, 0, 0] = np.nan
    found = indices(names, values)
    assert (found.left_out, found.blocks) == (1 if 7 // 5 == 8 // 5 else 2, 255)
    assert np.isfinite(found.first).all()
    assert np.isfinite(found.total).all()
    everything = indices(names, np.full_like(values, np.nan))
    assert everything.blocks == 0
    assert np.isnan(everything.total).all()


def test_luck_is_told_apart() -> None:
    names = ["x0", "x1", "x2"]
    plain = ishigami(saltelli(names, 3, 256))
    dice = np.random.default_rng(1)
    noise = dice.normal(0.0, plain.std(), (len(plain), 4))
    values = (plain[:, None] + noise)[:, :, None]
    found = indices(names, values)
    assert found.luck[0] == pytest.approx(0.5, abs=0.05)
    assert indices(names, np.repeat(plain[:, None, None], 3, axis=1)).luck[0] < 1e-12
    assert np.isnan(indices(names, values[:, :1]).luck[0])


def test_a_constant_outcome_has_no_indices_and_no_warning() -> None:
    names = ["x0", "x1"]
    found = indices(names, np.full((16 * 4, 2, 1), 0.1))
    assert (found.first == 0.0).all()
    assert (found.total == 0.0).all()


def test_trajectories_move_one_parameter_at_a_time_on_the_grid() -> None:
    walks = trajectories(["a", "b", "c", "d"], 5, 20)
    moved = np.diff(walks, axis=1)
    assert ((moved != 0).sum(axis=2) == 1).all()
    assert np.abs(moved).sum(axis=1) == pytest.approx(2.0 / 3.0)
    assert sorted({round(3 * x, 9) for x in walks.ravel()}) == [0.0, 1.0, 2.0, 3.0]
    # a parameter's levels do not depend on the others
    assert np.array_equal(trajectories(["c"], 5, 20)[:, 0, 0], walks[:, 0, 2])


def test_elementary_effects_of_a_plane_are_its_slopes() -> None:
    names, slopes = ["a", "b", "c"], np.array([2.0, -3.0, 0.0])
    walks = trajectories(names, 1, 8)
    found = screen(names, walks, (walks.reshape(-1, 3) @ slopes)[:, None, None])
    assert found.mean[:, 0] == pytest.approx(slopes)
    assert found.mean_absolute[:, 0] == pytest.approx(np.abs(slopes))
    assert found.spread[:, 0] == pytest.approx(0.0, abs=1e-12)


def test_elementary_effects_are_those_of_salib() -> None:
    from SALib.analyze import morris as oracle

    names = ["x0", "x1", "x2"]
    walks = trajectories(names, 2, 30)
    points = walks.reshape(-1, 3)
    values = ishigami(points)
    found = screen(names, walks, values[:, None, None])
    problem = {"num_vars": 3, "names": names, "bounds": [[0.0, 1.0]] * 3}
    known = oracle.analyze(problem, points, values, num_levels=4, seed=1)
    assert found.mean[:, 0] == pytest.approx(np.asarray(known["mu"]), abs=1e-9)
    assert found.mean_absolute[:, 0] == pytest.approx(np.asarray(known["mu_star"]))
    assert found.spread[:, 0] == pytest.approx(np.asarray(known["sigma"]))


def test_failed_trajectories_are_left_out_and_luck_has_a_floor() -> None:
    names, slopes = ["a", "b", "c"], np.array([2.0, -3.0, 0.0])
    walks = trajectories(names, 1, 40)
    plain = walks.reshape(-1, 3) @ slopes
    dice = np.random.default_rng(3)
    values = (plain[:, None] + dice.normal(0.0, 0.2, (len(plain), 2)))[:, :, None]
    values[5] = np.nan
    found = screen(names, walks, values)
    assert (found.trajectories, found.left_out) == (39, 1)
    # a parameter without effect shows what luck alone makes of it
    assert found.mean_absolute[2, 0] == pytest.approx(found.luck[2, 0], rel=0.35)
    assert found.mean_absolute[0, 0] > 5 * found.luck[0, 0]
