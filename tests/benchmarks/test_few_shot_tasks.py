"""Few examples: what is drawn, the linear classifier against scikit-learn's, and how its answers are counted."""

import numpy as np
import pytest

from benchmarks.few_shot_tasks import HELD_BACK, accuracies, few_shot, imbalanced, linear_scores

TYPES = np.repeat(np.arange(4), [3, 10, 20, 40])


def test_few_shot_draws_the_same_number_of_every_type():
    task = few_shot(TYPES, 8, seed=0)
    assert np.bincount(TYPES[task.train]).tolist() == [3 - HELD_BACK, 8, 8, 8]
    assert sorted([*task.train, *task.test]) == list(range(len(TYPES)))
    assert few_shot(TYPES, 8, seed=0).train.tolist() == task.train.tolist()
    assert few_shot(TYPES, 8, seed=1).train.tolist() != task.train.tolist()


def test_imbalanced_draws_a_share_whatever_the_type():
    task = imbalanced(TYPES, 0.25, seed=0)
    assert len(task.train) == round(0.25 * len(TYPES))
    assert not set(task.train) & set(task.test)


@pytest.mark.parametrize("decay", [0.1, 10.0])
def test_the_classifier_is_logistic_regression(decay):
    from sklearn.linear_model import LogisticRegression

    rng = np.random.default_rng(0)
    vectors = rng.normal(size=(len(TYPES), 5)) + rng.normal(size=(4, 5))[TYPES]
    task = few_shot(TYPES, 6, seed=0)
    scores = linear_scores(vectors, TYPES, task, decay=decay, standardise=True)
    learned = vectors[task.train]
    scaled = (vectors - learned.mean(0)) / learned.std(0)
    peer = LogisticRegression(C=1 / decay, max_iter=5000, tol=1e-10).fit(scaled[task.train], TYPES[task.train])
    expected = peer.decision_function(scaled[task.test])
    np.testing.assert_allclose(
        scores - scores.mean(1, keepdims=True), expected - expected.mean(1, keepdims=True), atol=1e-3
    )


def test_separate_types_are_learned_from_one_example():
    vectors = np.eye(4)[TYPES] * 7 + 100
    task = few_shot(TYPES, 1, seed=0)
    assert accuracies(linear_scores(vectors, TYPES, task), TYPES[task.test])[1] == 1.0


def test_a_type_without_an_example_is_never_found():
    task = imbalanced(TYPES, 0.05, seed=4)
    absent = sorted(set(TYPES) - set(TYPES[task.train]))
    assert absent
    scores = linear_scores(np.eye(4)[TYPES], TYPES, task)
    assert np.isneginf(scores[:, absent]).all()
    labels = np.full(len(scores), absent[0])
    assert accuracies(scores, labels, (1, 5)) == {1: 0.0, 5: 0.0}


def test_equal_scores_count_against_the_answer():
    scores = np.array([[1.0, 1.0, 0.0], [2.0, 1.0, 0.0]])
    assert accuracies(scores, np.array([0, 0]), (1, 2)) == {1: 0.5, 2: 1.0}
