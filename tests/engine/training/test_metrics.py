"""The vectorised metrics against naive loops over full matrices."""

import subprocess
import sys

import numpy as np
import pytest
from clics.errors import ModelError
from clics.training import metrics
from clics.training.metrics import Truths, VectorScores
from hypothesis import given, settings
from hypothesis import strategies as st


def naive_order(scores, true):
    """Columns, best first; among equals the false first, then by column."""
    return sorted(range(len(scores)), key=lambda j: (-scores[j], true[j], j))


def naive_average_precision(scores, true, outside):
    found, total = 0, 0.0
    for position, j in enumerate(naive_order(scores, true), start=1):
        if true[j]:
            found += 1
            total += found / position
    count = int(sum(true)) + outside
    return total / count if count else float("nan")


def dense(truths, width):
    matrix = np.zeros((len(truths), width), bool)
    for i in range(len(truths)):
        matrix[i, truths.columns[truths.offsets[i] : truths.offsets[i + 1]]] = True
    return matrix


@st.composite
def problems(draw):
    """A score matrix with many ties, and truths of which some rows have none."""
    n, width = draw(st.integers(1, 7)), draw(st.integers(1, 9))
    values = draw(st.lists(st.integers(-2, 2), min_size=n * width, max_size=n * width))
    lists = [draw(st.lists(st.integers(0, width - 1), unique=True, max_size=width)) for _ in range(n)]
    outside = draw(st.lists(st.integers(0, 2), min_size=n, max_size=n))
    return np.array(values, np.float32).reshape(n, width), Truths.from_lists(lists, outside)


@settings(deadline=None)
@given(problems(), st.integers(1, 40))
def test_ranks_and_average_precisions_equal_the_naive_ones(problem, cells):
    scores, truths = problem
    true = dense(truths, scores.shape[1])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(metrics, "BLOCK_CELLS", cells)
        above = metrics.false_above(scores, truths)
    ranks = metrics.best_ranks(above, truths)
    precisions = metrics.average_precisions(above, truths)
    for i in range(len(truths)):
        order = naive_order(scores[i], true[i])
        expected = next((p for p, j in enumerate(order, start=1) if true[i, j]), metrics.UNRANKED)
        assert ranks[i] == expected
        np.testing.assert_allclose(precisions[i], naive_average_precision(scores[i], true[i], truths.outside[i]))


@settings(deadline=None)
@given(problems(), st.integers(1, 12), st.integers(1, 40))
def test_top_lists_equal_the_naive_ones(problem, depth, cells):
    scores, truths = problem
    true = dense(truths, scores.shape[1])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(metrics, "BLOCK_CELLS", cells)
        lists, hits = metrics.top_lists(scores, truths, depth)
    for i in range(len(truths)):
        expected = naive_order(scores[i], true[i])[:depth]
        assert lists[i].tolist() == expected
        assert hits[i].tolist() == [true[i, j] for j in expected]
    np.testing.assert_allclose(metrics.precision_at(hits, 10), hits[:, :10].sum(axis=1) / 10)


@settings(deadline=None)
@given(problems())
def test_top_k_accuracy_equals_the_naive_one(problem):
    scores, truths = problem
    true = dense(truths, scores.shape[1])
    for k, value in metrics.top_k_accuracy(scores, truths, ks=(1, 2, 5)).items():
        counted = [i for i in range(len(truths)) if truths.counts[i]]
        expected = [any(true[i, j] for j in naive_order(scores[i], true[i])[:k]) for i in counted]
        np.testing.assert_allclose(value, np.mean(expected) if expected else np.nan)


@settings(deadline=None)
@given(problems(), st.data())
def test_transposing_and_taking_keep_every_truth(problem, data):
    scores, truths = problem
    n, width = scores.shape
    true = dense(truths, width)
    np.testing.assert_array_equal(dense(truths.transpose(width), n), true.T)
    rows = np.array(data.draw(st.lists(st.integers(0, n - 1), max_size=9)), np.int64)
    taken = truths.take(rows)
    np.testing.assert_array_equal(dense(taken, width), true[rows])
    np.testing.assert_array_equal(taken.counts, truths.counts[rows])


def test_vectors_and_their_score_matrix_give_the_same():
    rng = np.random.default_rng(0)
    crystals, bank = rng.normal(size=(50, 8)).astype(np.float32), rng.normal(size=(30, 8)).astype(np.float32)
    truths = Truths.from_lists([rng.choice(30, rng.integers(0, 5), replace=False) for _ in range(50)])
    by_vectors = metrics.false_above(VectorScores(crystals, bank), truths)
    np.testing.assert_array_equal(by_vectors, metrics.false_above(crystals @ bank.T, truths))
    turned = truths.transpose(30)
    lists, hits = metrics.top_lists(VectorScores(crystals, bank).T, turned, 10)
    expected, expected_hits = metrics.top_lists((crystals @ bank.T).T, turned, 10)
    np.testing.assert_array_equal(lists, expected)
    np.testing.assert_array_equal(hits, expected_hits)


def test_a_model_that_scores_everything_alike_gets_nothing():
    truths = Truths.from_lists([[0], [1, 2]])
    scores = np.zeros((2, 10), np.float32)
    assert metrics.top_k_accuracy(scores, truths) == {1: 0.0, 5: 0.0}
    _, hits = metrics.top_lists(scores.T, truths.transpose(10), 1)
    assert not hits.any()


def test_one_crystal_with_one_truth():
    truths = Truths.from_lists([[2]])
    scores = np.array([[0.1, 0.3, 0.2]], np.float32)
    above = metrics.false_above(scores, truths)
    assert above.tolist() == [1]
    assert metrics.average_precisions(above, truths).tolist() == [0.5]
    assert metrics.top_k_accuracy(scores, truths, ks=(1, 2)) == {1: 0.0, 2: 1.0}


def test_no_crystal_and_no_truth():
    none = Truths.from_lists([])
    empty = np.empty((0, 4), np.float32)
    assert metrics.false_above(empty, none).shape == (0,)
    assert metrics.best_ranks(metrics.false_above(empty, none), none).shape == (0,)
    assert np.isnan(metrics.top_k_accuracy(empty, none)[1])
    assert np.isnan(metrics.macro_recall(np.zeros(0, bool), np.zeros(0, np.int64)))
    nothing_true = Truths.from_lists([[], []])
    scores = np.ones((2, 4), np.float32)
    assert np.isnan(metrics.average_precisions(metrics.false_above(scores, nothing_true), nothing_true)).all()
    lists, _ = metrics.top_lists(np.empty((2, 0), np.float32), nothing_true, 10)
    assert lists.shape == (2, 0)


def test_a_truth_outside_the_bank_counts_as_wrong():
    truths = Truths.from_mentions(np.array([0, 1, 1]), np.array([1, -1, 0]), 3)
    assert truths.outside.tolist() == [0, 1, 0]
    scores = np.array([[0.0, 1.0], [1.0, 0.0], [1.0, 0.0]], np.float32)
    above = metrics.false_above(scores, truths)
    np.testing.assert_array_equal(metrics.average_precisions(above, truths), [1.0, 0.5, np.nan])


def test_macro_recall_counts_every_class_once():
    labels = np.array([3, 3, 3, 7])
    correct = np.array([True, True, False, False])
    assert metrics.macro_recall(correct, labels) == pytest.approx((2 / 3 + 0) / 2)
    assert metrics.macro_recall(correct, labels, np.array([1.0, 0, 0, 0])) == 1.0


def test_the_guess_by_frequency_ranks_by_count_and_keeps_the_order_of_equals():
    scores = metrics.frequency_scores(np.array([1, 5, 0, 5]), 3)
    assert scores.shape == (3, 4)
    assert np.argsort(-scores[0:3], axis=1).tolist() == [[1, 3, 0, 2]] * 3


def test_vectors_that_are_not_numbers_are_refused():
    scores = np.array([[np.nan, 0.0]], np.float32)
    with pytest.raises(ModelError) as error:
        metrics.false_above(scores, Truths.from_lists([[0]]))
    assert error.value.kind == "not-finite"


def test_it_imports_without_pymatgen_and_torch():
    code = "import sys, clics.training.metrics; print({'pymatgen', 'torch', 'scipy'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
