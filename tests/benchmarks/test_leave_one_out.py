"""Crystals that find their like, against a naive count over the full matrix."""

import numpy as np
import pytest
from clics.errors import ModelError

from benchmarks.leave_one_out import cosines, interval_by_type, leave_one_out, negative_distances


def naive(matrix, types, formulas, stoichiometries):
    nearest, precision = [], []
    for i in range(len(types)):
        ranked = [
            j for j in range(len(types)) if formulas[j] != formulas[i] and stoichiometries[j] == stoichiometries[i]
        ]
        ranked.sort(key=lambda j: (-matrix[i][j], types[j] == types[i]))
        hits = [types[j] == types[i] for j in ranked]
        if not any(hits):
            nearest.append(np.nan)
            precision.append(np.nan)
            continue
        nearest.append(float(hits[0]))
        precision.append(np.mean([sum(hits[: k + 1]) / (k + 1) for k, hit in enumerate(hits) if hit]))
    return nearest, precision


@pytest.mark.parametrize("filtered", [False, True])
def test_figures_are_those_of_a_naive_count(filtered):
    rng = np.random.default_rng(3)
    matrix = np.round(rng.random((40, 40)), 1)  # many equal scores
    matrix[:, 5] = -np.inf
    types = rng.integers(0, 6, 40)
    formulas = [f"F{n}" for n in rng.integers(0, 15, 40)]
    stoichiometries = [f"S{n}" for n in rng.integers(0, 3, 40)]
    found = leave_one_out(matrix, types, formulas, stoichiometries=stoichiometries if filtered else None)
    nearest, precision = naive(matrix, types, formulas, stoichiometries if filtered else [""] * 40)
    np.testing.assert_allclose(found.nearest, nearest)
    np.testing.assert_allclose(found.precision, precision)
    assert found.one_nn == pytest.approx(np.nanmean(nearest))
    assert found.mean_precision == pytest.approx(np.nanmean(precision))


def test_a_crystal_never_finds_its_own_formula():
    vectors = np.array([[1.0, 0], [1, 0], [0, 1], [0.9, 0.1]])
    types = np.array([0, 0, 1, 1])
    assert leave_one_out(cosines(vectors), types, ["A", "A", "B", "C"]).nearest.tolist()[2:] == [1.0, 0.0]
    assert np.isnan(leave_one_out(cosines(vectors), types, ["A", "A", "B", "C"]).nearest[:2]).all()


def test_scores_that_say_nothing_find_nothing():
    types = np.repeat(np.arange(4), 3)
    found = leave_one_out(np.zeros((12, 12)), types, [str(i) for i in range(12)])
    assert found.one_nn == 0.0


def test_scores_must_be_numbers():
    with pytest.raises(ModelError) as error:
        leave_one_out(np.full((2, 2), np.nan), np.array([0, 0]), ["A", "B"])
    assert error.value.kind == "not-finite"


def test_cosines_and_nearness():
    vectors = np.array([[3.0, 4.0], [6.0, 8.0], [4.0, -3.0]])
    np.testing.assert_allclose(np.array(list(cosines(vectors)))[0], [1, 1, 0], atol=1e-12)
    np.testing.assert_allclose(np.array(list(negative_distances(vectors)))[0], [0, -5, -np.sqrt(50)])
    np.testing.assert_allclose(np.array(list(negative_distances(vectors, np.inf)))[0], [0, -4, -7])


def test_intervals_draw_whole_types():
    types = np.repeat(np.arange(50), 8)
    alike = (types < 25).astype(float)  # all crystals of a type right, or all wrong
    low, high = interval_by_type(alike, types)
    assert (low, high) == interval_by_type(alike, types)
    assert high - low == pytest.approx(2 * 1.96 * np.sqrt(0.25 / 50), rel=0.2)  # as if there were 50 crystals
    assert low < 0.5 < high
    assert np.isnan(interval_by_type(np.full(3, np.nan), np.arange(3))).all()
    with_gaps = alike.copy()
    with_gaps[::8] = np.nan
    assert interval_by_type(with_gaps, types) == pytest.approx((low, high))
