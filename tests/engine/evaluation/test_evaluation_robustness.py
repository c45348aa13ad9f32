"""Changes of crystals do what they say, and survival is counted against ties."""

import numpy as np
import pytest
from clics.evaluation.robustness import CHANGES, rattled, strained, substituted, survival

CELL = (
    np.array([[4.0, 0, 0], [0.5, 5.0, 0], [0.2, 0.3, 6.0]]),
    np.array([11, 17, 17]),
    np.array([[0.0, 0, 0], [0.5, 0.5, 0.5], [0.2, 0.7, 0.1]]),
)


@pytest.mark.parametrize("size", [0.01, 0.05])
def test_a_strain_has_its_size_and_no_rotation(size):
    lattice, numbers, frac = strained(size)(CELL, np.random.default_rng(0))
    strain = np.linalg.inv(CELL[0]) @ lattice - np.eye(3)
    np.testing.assert_allclose(strain, strain.T, atol=1e-12)
    assert np.abs(np.linalg.eigvalsh(strain)).max() == pytest.approx(size)
    assert numbers is CELL[1]
    assert frac is CELL[2]


def test_every_atom_is_moved_as_far():
    lattice, _, frac = rattled(0.1)(CELL, np.random.default_rng(0))
    np.testing.assert_allclose(np.linalg.norm((frac - CELL[2]) @ lattice, axis=1), 0.1)


def test_one_element_is_replaced_within_its_group():
    seen = set()
    for seed in range(40):
        _, numbers, frac = substituted(CELL, np.random.default_rng(seed))
        assert frac is CELL[2]
        assert numbers[1] == numbers[2]
        seen.add((int(numbers[0]), int(numbers[1])))
    assert seen == {(3, 17), (19, 17), (11, 9), (11, 35)}


def test_elements_without_a_free_neighbour_stay():
    noble = (CELL[0], np.array([2, 2, 2]), CELL[2])
    assert substituted(noble, np.random.default_rng(0)) is None
    sodium_and_both_neighbours = (CELL[0], np.array([11, 3, 19]), CELL[2])
    for seed in range(20):
        changed = substituted(sodium_and_both_neighbours, np.random.default_rng(seed))
        assert changed is not None
        assert len(set(changed[1].tolist())) == 3  # never an element that was there


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
