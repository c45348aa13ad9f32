"""Linear assignments against scipy's."""

from __future__ import annotations

import numpy as np
import pytest
from clics.descriptions.shapes.assignment import assign
from scipy.optimize import linear_sum_assignment


@pytest.mark.parametrize("size", [1, 2, 3, 9, 12, 16])
@pytest.mark.parametrize("ties", [False, True])
def test_sums_are_those_of_scipy(size: int, ties: bool) -> None:
    rng = np.random.default_rng(size)
    gains = rng.normal(size=(50, size, size)) + rng.normal(size=(50, size, 1))  # rows that want the same columns
    if ties:
        gains = np.round(gains)
    columns = assign(gains)
    assert (np.sort(columns, axis=1) == np.arange(size)).all()
    sums = np.take_along_axis(gains, columns[:, :, None], axis=2).sum(axis=(1, 2))
    assert sums == pytest.approx([each[linear_sum_assignment(each, maximize=True)].sum() for each in gains])
