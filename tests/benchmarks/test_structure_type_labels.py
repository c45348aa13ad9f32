"""Structure types of crystals, and the choice of crystals for a benchmark."""

import numpy as np
import pytest
from clics.symmetry.analysis import space_group_of_arrays
from pymatgen.core import Lattice, Structure

from benchmarks.structure_type_labels import anonymous_formula, choose, superposed, type_label

CUBE = np.eye(3)
FCC = np.array([[0, 0.5, 0.5], [0.5, 0, 0.5], [0.5, 0.5, 0]])


def rock_salt(a, first, second):
    return a * FCC, np.array([first, second]), np.array([[0.0, 0, 0], [0.5, 0.5, 0.5]])


def pa3(a, u, metal, nonmetal):
    """Pyrite (u 0.385) and solid carbon dioxide (u 0.118): the same group and orbits, and built quite differently."""
    face = [[0, 0, 0], [0.5, 0, 0.5], [0, 0.5, 0.5], [0.5, 0.5, 0]]
    general = [[u, u, u], [0.5 - u, -u, 0.5 + u], [-u, 0.5 + u, 0.5 - u], [0.5 + u, 0.5 - u, -u]]
    frac = np.array([*face, *general, *(-np.array(general))]) % 1.0
    return a * CUBE, np.array([metal] * 4 + [nonmetal] * 8), frac


def quartz(mirrored):
    """Either hand of α-quartz, P3_121 and P3_221."""
    lattice = Lattice.hexagonal(4.913, 5.405)
    sites = [[0.4697, 0, 1 / 3], [0.4135, 0.2669, 0.7858]]
    structure = Structure.from_spacegroup("P3_121", lattice, ["Si", "O"], sites)
    hand = np.diag([1, 1, -1 if mirrored else 1])
    return structure.lattice.matrix @ hand, np.array(structure.atomic_numbers), structure.frac_coords


def test_labels_know_no_elements_and_no_size():
    assert type_label(rock_salt(5.64, 11, 17)) == type_label(rock_salt(4.2, 8, 12)) == "1-1_225_4-3mm|4-3mm"
    zinc_blende = (5.4 * FCC, np.array([30, 16]), np.array([[0.0, 0, 0], [0.25, 0.25, 0.25]]))
    assert type_label(zinc_blende) == "1-1_216_4-34m|4-34m"


def test_labels_do_not_depend_on_the_cell_nor_on_a_little_noise():
    lattice, numbers, frac = pa3(5.42, 0.385, 26, 16)
    doubled = (
        lattice * np.array([[2], [1], [1]]),
        np.tile(numbers, 2),
        np.concatenate([frac * [0.5, 1, 1], frac * [0.5, 1, 1] + [0.5, 0, 0]]),
    )
    noise = np.random.default_rng(0).normal(scale=0.002, size=frac.shape)
    moved = (lattice, numbers, frac + noise + [0.1, 0.2, 0.3])
    assert type_label(doubled) == type_label(moved) == type_label((lattice, numbers, frac))
    assert type_label(moved, tolerance=1e-4) != type_label(moved)


def test_both_hands_of_a_structure_are_one_type():
    hands = [quartz(mirrored) for mirrored in (False, True)]
    assert {space_group_of_arrays(*hand).number for hand in hands} == {152, 154}
    assert type_label(hands[0]) == type_label(hands[1])
    assert "_152_" in type_label(hands[0])
    assert superposed(hands) == [0, 0]


def test_crystals_of_one_label_are_told_apart_by_superposition():
    cells = [pa3(5.42, 0.385, 26, 16), pa3(5.6, 0.118, 6, 8), pa3(6.1, 0.395, 25, 34), pa3(5.5, 0.12, 7, 9)]
    assert len({type_label(cell) for cell in cells}) == 1
    assert superposed(cells) == [0, 1, 0, 1]


def test_a_cell_without_symmetry_to_be_found_has_no_label():
    assert type_label((CUBE, np.array([1, 1]), np.zeros((2, 3)))) == ""


def test_anonymous_formulas_are_reduced():
    assert anonymous_formula(np.array([22, 8, 8, 22, 8, 8])) == "1-2"
    assert anonymous_formula(np.array([20, 22, 8, 8, 8])) == "1-1-3"


def test_choosing_takes_each_formula_once_and_fills_only_what_is_short():
    types = dict(enumerate(["a"] * 6 + ["b"] * 3 + ["c"]))
    formulas = dict(enumerate(["A", "A", "B", "C", "D", "E", "F", "G", "H", "I", "F", "X", "Y", "Z"]))
    plain = choose(types, formulas, least=3, most=4, classes=9)
    assert np.bincount(plain.types).tolist() == [4, 3]
    for each in (0, 1):
        names = [formulas[row] for row in plain.rows[plain.types == each]]
        assert len(set(names)) == len(names)
    fill = {10: "b", 11: "b", 12: "b", 13: "a"}
    filled = choose(types, formulas, least=3, most=4, classes=9, fill=fill)
    assert np.bincount(filled.types).tolist() == [4, 4]
    assert set(filled.rows[filled.types == 0]) <= set(range(6))
    added = set(filled.rows[filled.types == 1].tolist()) - set(types)
    assert len(added) == 1
    assert added <= {11, 12}  # 10 is of a formula the type has
    assert len(choose(types, formulas, least=3, most=4, classes=1).rows) == 4
    assert not len(choose(types, formulas, least=7, most=9, classes=9).rows)


@pytest.mark.parametrize("seed", [0, 1])
def test_choosing_is_decided_by_its_seed(seed):
    types, formulas = dict.fromkeys(range(50), "t"), {i: f"F{i}" for i in range(50)}
    one, two = (choose(types, formulas, least=2, most=5, classes=5, seed=seed) for _ in range(2))
    assert one.rows.tolist() == two.rows.tolist()
    other = choose(types, formulas, least=2, most=5, classes=5, seed=seed + 1)
    assert one.rows.tolist() != other.rows.tolist()
