"""Perturbations have the size that was asked for, and change nothing else."""

import numpy as np
import pytest
from clics.crystals.perturb import one_substituted, rattled, rattled_normal, strained, substituted
from clics.elements import by_number, substitution_groups

CELL = (
    np.array([[4.0, 0, 0], [0.5, 5.0, 0], [0.2, 0.3, 6.0]]),
    np.array([11, 17, 17]),
    np.array([[0.0, 0, 0], [0.5, 0.5, 0.5], [0.2, 0.7, 0.1]]),
)


def with_numbers(*numbers):
    return np.eye(3), np.array(numbers), np.zeros((len(numbers), 3))


@pytest.mark.parametrize("size", [0.01, 0.05])
def test_a_strain_has_its_size_and_no_rotation(size):
    lattice, numbers, frac = strained(CELL, size, np.random.default_rng(0))
    strain = np.linalg.inv(CELL[0]) @ lattice - np.eye(3)
    np.testing.assert_allclose(strain, strain.T, atol=1e-12)
    assert np.abs(np.linalg.eigvalsh(strain)).max() == pytest.approx(size)
    assert numbers is CELL[1]
    assert frac is CELL[2]


def test_every_atom_is_displaced_by_the_same_distance():
    lattice, _, frac = rattled(CELL, 0.1, np.random.default_rng(0))
    assert lattice is CELL[0]
    np.testing.assert_allclose(np.linalg.norm((frac - CELL[2]) @ lattice, axis=1), 0.1)


def test_normal_displacements_have_their_deviation_in_every_direction():
    many = (CELL[0], np.full(20000, 11), np.zeros((20000, 3)))
    moved = rattled_normal(many, 0.1, np.random.default_rng(0))[2] @ CELL[0]
    np.testing.assert_allclose(moved.std(axis=0), 0.1, rtol=0.02)
    np.testing.assert_allclose(np.corrcoef(moved.T), np.eye(3), atol=0.03)


def test_one_element_is_replaced_by_its_neighbour_in_the_group():
    seen = set()
    for seed in range(40):
        _, numbers, frac = one_substituted(CELL, np.random.default_rng(seed))
        assert frac is CELL[2]
        assert numbers[1] == numbers[2]
        seen.add((int(numbers[0]), int(numbers[1])))
    assert seen == {(3, 17), (19, 17), (11, 9), (11, 35)}


def test_elements_without_a_free_neighbour_stay():
    assert one_substituted(with_numbers(2, 2, 2), np.random.default_rng(0)) is None
    for seed in range(20):
        changed = one_substituted(with_numbers(11, 3, 19), np.random.default_rng(seed))
        assert changed is not None
        assert len(set(changed[1].tolist())) == 3  # never an element that was there


def test_substituted_elements_stay_in_their_group_and_apart():
    for seed in range(20):
        _, out, _ = substituted(with_numbers(11, 19, 17, 17, 2), np.random.default_rng(seed))
        assert out[0] != out[1]
        assert {out[0], out[1]} <= {3, 11, 19, 37, 55}
        assert out[2] == out[3] != 17
        assert out[4] == 2


def test_substituted_elements_keep_their_masking_class():
    every = [number for group in substitution_groups() for number in group]
    partners: dict[int, set[int]] = {}
    for number in every:
        for seed in range(60):
            partners.setdefault(number, set()).add(
                int(substituted(with_numbers(number), np.random.default_rng(seed))[1][0])
            )
    for number, found in partners.items():
        assert {by_number(other).element_class for other in found} == {by_number(number).element_class}
    assert partners[6] == {6}  # all others of its group are metalloids or metals
    assert partners[14] == {32}
    assert partners[50] == {82}
    assert partners[16] == {8, 34}
    assert partners[31] == {13, 49, 81}
