"""Composite indices against hand computation and two independent libraries."""

from __future__ import annotations

import numpy as np
import pytest

from ruralsim.analysis import composite
from ruralsim.base.errors import InputError

X = np.array([[3.0, 40.0, 0.2], [5.0, 30.0, 0.9], [4.0, 25.0, 0.4], [9.0, 15.0, 0.6]])
UP = np.ones(3)
W = np.array([0.5, 0.3, 0.2])


def test_normalisations_by_hand():
    assert composite.minmax(X, np.array([1, -1, 1]))[2] == pytest.approx([1 / 6, 0.6, 2 / 7])
    assert composite.zscore(np.array([[1.0], [2.0], [3.0]]), np.array([-1]))[:, 0] == pytest.approx([1, 0, -1])
    assert composite.rank_share(np.array([[1.0], [2.0], [2.0], [5.0]]), np.array([1]))[:, 0] == pytest.approx(
        [0, 0.5, 0.5, 1]
    )
    assert composite.to_reference(np.array([[2.0, 2.0]]), np.array([4.0, 4.0]), np.array([1, -1]))[0] == pytest.approx(
        [0.5, 2.0]
    )
    assert composite.goalposts(np.array([[5.0]]), np.array([0.0]), np.array([4.0]), np.array([1]))[0, 0] == 1.25


def test_normalisation_weights_and_aggregation_equal_pymcdm():
    normalizations = pytest.importorskip("pymcdm.normalizations")
    from pymcdm.methods import WPM, WSM
    from pymcdm.weights import critic_weights, entropy_weights, equal_weights

    ours = composite.minmax(X, np.array([1, -1, 1]))
    theirs = np.stack([normalizations.minmax_normalization(X[:, k], cost=k == 1) for k in range(3)], axis=1)
    assert ours == pytest.approx(theirs, abs=1e-12)
    assert composite.entropy(X) == pytest.approx(entropy_weights(X), abs=1e-12)
    assert composite.equal(3) == pytest.approx(equal_weights(X), abs=1e-12)
    assert composite.critic(composite.minmax(X, UP)) == pytest.approx(critic_weights(X), abs=1e-12)
    assert composite.additive(X / X.sum(axis=0), W) == pytest.approx(
        WSM(normalizations.sum_normalization)(X, W, UP), abs=1e-12
    )
    assert composite.geometric(X / X.sum(axis=0), W) == pytest.approx(
        WPM(normalizations.sum_normalization)(X, W, UP), abs=1e-12
    )


def test_aggregation_and_weights_equal_scikit_criteria():
    skc = pytest.importorskip("skcriteria")
    from skcriteria.agg.simple import WeightedProductModel, WeightedSumModel
    from skcriteria.preprocessing.weighters import critic_weights, entropy_weights

    scores = composite.minmax(X, UP) * 0.9 + 0.1
    matrix = skc.mkdm(scores, [max] * 3, weights=W)
    total = WeightedSumModel().evaluate(matrix)
    assert composite.additive(scores, W) == pytest.approx(total.e_.score, abs=1e-12)
    product = WeightedProductModel().evaluate(matrix)
    ours = composite.geometric(scores, W)
    assert list(composite.ranks(ours)) == list(product.rank_)
    assert np.log10(ours) == pytest.approx(product.e_.score, abs=1e-12)
    assert composite.entropy(scores) == pytest.approx(entropy_weights(scores), abs=1e-12)
    assert composite.critic(scores) == pytest.approx(critic_weights(scores, [1, 1, 1]), abs=1e-12)


def test_limited_compensation_by_hand():
    scores = np.array([[0.5, 0.5], [0.2, 0.8]])
    assert composite.limited(scores, np.array([0.5, 0.5])) == pytest.approx([0.5, 0.5 - 0.09 / 0.5])


def test_budget_counts_every_expert_once():
    share, spread = composite.budget(np.array([[10.0, 30.0], [300.0, 100.0]]))
    assert share == pytest.approx([0.5, 0.5])
    assert spread == pytest.approx([np.std([0.25, 0.75], ddof=1)] * 2)


def test_ahp_recovers_consistent_weights_and_names_contradiction():
    w = np.array([0.6, 0.3, 0.1])
    found = composite.ahp(w[:, None] / w[None, :])
    assert found.weights == pytest.approx(w, abs=1e-12)
    assert found.ratio == pytest.approx(0.0, abs=1e-9)
    # a circle: first over second over third over first
    circle = composite.ahp(np.array([[1, 9, 1 / 9], [1 / 9, 1, 9], [9, 1 / 9, 1]]))
    assert not circle.consistent
    # Saaty's matrix of order 3 by hand: the geometric mean of rows is the eigenvector for n = 3
    m = np.array([[1, 3, 5], [1 / 3, 1, 2], [1 / 5, 1 / 2, 1]])
    means = np.prod(m, axis=1) ** (1 / 3)
    assert composite.ahp(m).weights == pytest.approx(means / means.sum(), abs=1e-9)


def test_pca_weights_of_two_blocks_by_hand():
    a = np.array([1.0, 1, 1, 1, -1, -1, -1, -1])
    b = np.array([1.0, 1, -1, -1, 1, 1, -1, -1])
    # three copies of one thing and two of another, independent: factors explain 3/5 and 2/5, each copy alike
    found = composite.pca(np.stack([a, a, a, b, b], axis=1))
    assert found == pytest.approx([0.2] * 5, abs=1e-9)


def test_coupling_by_hand():
    u = np.array([[0.4, 0.4], [0.2, 0.8], [0.9, 0.3]])
    assert composite.coupling_standard(u) == pytest.approx([1.0, 2 * 0.4 / 1.0, 2 * np.sqrt(0.27) / 1.2])
    assert composite.coupling_corrected(u) == pytest.approx([1.0, np.sqrt(0.4 * 0.25), np.sqrt(0.4 / 3)])
    three = np.array([[0.2, 0.4, 0.8]])
    apart = 1 - (0.2 + 0.6 + 0.4) / 3
    assert composite.coupling_corrected(three) == pytest.approx([np.sqrt(apart * np.sqrt(0.25 * 0.5))])
    found = composite.coordination(u, np.array([0.25, 0.75]))
    assert found.level == pytest.approx([0.4, 0.65, 0.45])
    assert found.degree == pytest.approx(np.sqrt(found.coupling * found.level))
    # the misuse that the text warns of: equally bad is perfectly coupled
    assert composite.coupling_corrected(np.array([[0.01, 0.01]])) == pytest.approx([1.0])


def test_coherence_sees_contradiction_and_repetition():
    a = np.array([1.0, 2, 3, 4, 5, 6])
    found = composite.coherence(np.stack([a, -a, 2 * a + 1, np.ones(6)], axis=1))
    assert found.constant == (3,)
    assert (1, 0) in found.against
    assert (2, 0) in found.twice
    assert not found.coherent
    same = composite.coherence(np.stack([a, a + np.array([0, 1, 0, 1, 0, 1])], axis=1))
    r = np.corrcoef(a, a + np.array([0, 1, 0, 1, 0, 1]))[0, 1]
    assert same.alpha == pytest.approx(2 * r / (1 + r))
    assert same.coherent


def test_table_splits_rank_variance_between_method_and_simulation():
    base = np.array([[0.1, 0.9], [0.5, 0.5], [0.9, 0.2], [0.2, 0.3]])
    still = composite.index_table(np.stack([base, base]), seed=1)
    parts = still.shares()
    moved = np.isfinite(parts[:, 0])
    assert moved.any()
    assert parts[moved, 1] == pytest.approx(0.0, abs=1e-12)  # the simulation never differs
    assert parts[moved].sum(axis=1) == pytest.approx(1.0)
    shaken = composite.index_table(np.stack([base, base[::-1]]), seed=1)
    assert np.nanmax(shaken.shares()[:, 1]) > 0.1
    low_high = shaken.rank_intervals()
    assert (low_high[:, 1] <= low_high[:, 0]).all()
    assert (low_high[:, 0] <= low_high[:, 2]).all()


def test_only_own_villages_are_ranked():
    table = composite.index_table(np.array([[[0.1, 0.2], [0.5, 0.4], [0.9, 0.8]]]), seed=1)
    assert [row[0] for row in composite.ranking(table, ["a", "b", "c"], own=True)] == ["c", "b", "a"]
    with pytest.raises(InputError, match="synthesised"):
        composite.ranking(table, ["V001", "V002", "V003"], own=False)


def test_drawn_weights_are_keyed_and_even():
    w = composite.random_weights(3, 400, 4)
    assert w.sum(axis=1) == pytest.approx(1.0)
    assert w.mean(axis=0) == pytest.approx([0.25] * 4, abs=0.03)
    assert (composite.random_weights(3, 5, 4) == w[:5]).all()
    assert not (composite.random_weights(4, 5, 4) == w[:5]).any()


@pytest.mark.parametrize(
    "call",
    [
        lambda: composite.minmax(np.ones((3, 2)), np.ones(2)),
        lambda: composite.geometric(np.array([[0.0, 1.0]]), np.array([0.5, 0.5])),
        lambda: composite.ahp(np.array([[1.0, 2.0], [2.0, 1.0]])),
        lambda: composite.budget(np.array([[0.0, 0.0]])),
        lambda: composite.entropy(np.array([[-1.0], [2.0]])),
        lambda: composite.coupling_corrected(np.array([[0.5, 1.5]])),
        lambda: composite.index_table(np.ones((1, 4, 3)), seed=1),
    ],
)
def test_what_has_no_answer_is_refused_in_words(call):
    with pytest.raises(InputError) as caught:
        call()
    assert caught.value.text("zh") != caught.value.text("en")
