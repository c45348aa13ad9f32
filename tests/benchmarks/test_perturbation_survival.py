"""The changes are those that the documentation names, and survival is counted against ties."""

import numpy as np
import pytest

from benchmarks.perturbation_survival import CHANGES, survival


def test_all_changes_are_there():
    assert list(CHANGES) == [
        "strain 1 %", "strain 3 %", "strain 5 %", "atoms moved 0.05 Å", "atoms moved 0.1 Å", "atoms moved 0.2 Å",
        "an element of the same group",
    ]  # fmt: skip


def test_survival_counts_ties_as_lost():
    before = np.array([[1.0, 0.5, 0.2, 0.1], [0.4, 1.0, 0.3, 0.2], [0.4, 0.3, 1.0, 0.2]])
    after = np.array([[0.9, 0.5, 0.2, 0.1], [0.2, 0.8, 0.8, 0.1], [0.5, 0.9, 0.3, 0.1]])
    found = survival(after, before, np.arange(3))
    assert found.finds_itself == pytest.approx(1 / 3)
    assert found.keeps_neighbour == pytest.approx(1 / 3)
    assert survival(before, before, np.arange(3)).finds_itself == 1.0
