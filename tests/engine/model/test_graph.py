from __future__ import annotations

import numpy as np
import pytest
from clics.errors import CrystalError
from clics.model.cell import minkowski_reduced, primitive_cell, shortest_vectors
from clics.model.graph import GraphSettings, build_graph

from .structures import disguised, prototypes, supercell

SETTINGS = GraphSettings()


def rows(array):
    return array[np.lexsort(array.T[::-1])]


@pytest.mark.parametrize("seed", range(4))
def test_graph_is_the_same_in_every_disguise(seed):
    rng = np.random.default_rng(seed)
    for crystal in [prototypes()[i] for i in rng.choice(len(prototypes()), 12, replace=False)]:
        plain = build_graph(*crystal, SETTINGS)
        other = build_graph(*disguised(crystal, seed), SETTINGS)
        assert sorted(plain.numbers) == sorted(other.numbers)
        np.testing.assert_allclose(plain.crystal_channels, other.crystal_channels, atol=2e-3)
        lengths = [np.sort(np.linalg.norm(g.vectors, axis=1)) for g in (plain, other)]
        np.testing.assert_allclose(*lengths, atol=1e-4)


@pytest.mark.parametrize(
    "matrix", [np.diag([2, 1, 1]), np.diag([2, 2, 2]), np.array([[1, 1, 0], [-1, 1, 0], [0, 0, 3]])]
)
def test_supercell_gives_the_primitive_graph(matrix):
    for crystal in prototypes(8)[:25]:
        plain, large = build_graph(*crystal, SETTINGS), build_graph(*disguised(crystal, 1, matrix), SETTINGS)
        assert plain.multiplicity.sum() == large.multiplicity.sum()
        np.testing.assert_allclose(plain.crystal_channels, large.crystal_channels, atol=2e-3)


def test_every_shell_is_whole():
    for crystal in prototypes()[:60]:
        graph = build_graph(*crystal, SETTINGS)
        for atom in range(len(graph.numbers)):
            edges = slice(*graph.edge_offsets[atom : atom + 2])
            distance = np.sort(np.linalg.norm(graph.vectors[edges].astype(float), axis=1))
            assert len(distance) >= SETTINGS.neighbours
            full = graph.weights[edges] > 0.999
            assert full.sum() >= SETTINGS.neighbours
            assert distance[-1] <= distance[SETTINGS.neighbours - 1] + SETTINGS.tie_width + 1e-4


def test_neighbours_are_those_of_pymatgen():
    from pymatgen.core import Structure

    for lattice, numbers, frac in prototypes()[:20]:
        lattice, numbers, frac, _ = primitive_cell(lattice, numbers, frac)
        graph = build_graph(lattice, numbers, frac, SETTINGS)
        structure = Structure(lattice, numbers, frac)
        expected = [
            sorted(n.nn_distance for n in structure.get_neighbors(site, 12.0))[: SETTINGS.neighbours]
            for site in structure
        ]
        found = []
        for atom, times in enumerate(graph.multiplicity):
            own = np.linalg.norm(graph.vectors[slice(*graph.edge_offsets[atom : atom + 2])].astype(float), axis=1)
            found += [np.sort(own)[: SETTINGS.neighbours].tolist()] * int(times)
        np.testing.assert_allclose(*(rows(np.round(lists, 2)) for lists in (found, expected)), atol=0.011)


def test_equivalent_atoms_are_one_kind_and_others_are_not():
    rock_salt = np.eye(3) * 5.64
    frac = np.array(
        [[0, 0, 0], [0, 0.5, 0.5], [0.5, 0, 0.5], [0.5, 0.5, 0], [0.5, 0.5, 0.5], [0.5, 0, 0], [0, 0.5, 0], [0, 0, 0.5]]
    )
    graph = build_graph(rock_salt, np.array([11] * 4 + [17] * 4), frac, SETTINGS)
    assert graph.numbers.tolist() == [11, 17]
    assert graph.multiplicity.tolist() == [1, 1]
    moved = frac.copy()
    moved[0] += [0.02, 0.013, 0.007]
    graph = build_graph(rock_salt, np.array([11] * 4 + [17] * 4), moved, SETTINGS)
    assert graph.multiplicity.sum() == 8
    assert len(graph.numbers) > 4


def test_primitive_cell_of_a_supercell():
    for crystal in prototypes(12)[:40]:
        small = primitive_cell(*crystal)
        back = primitive_cell(*supercell(crystal, np.array([[2, 0, 1], [0, 2, 0], [0, 0, 1]])))
        assert len(small[1]) == len(back[1])
        assert abs(np.linalg.det(small[0])) == pytest.approx(abs(np.linalg.det(back[0])), rel=1e-6)


def test_minkowski_reduction_finds_the_shortest_vectors():
    rng = np.random.default_rng(3)
    for _ in range(50):
        lattice = rng.normal(size=(3, 3)) * rng.uniform(2, 12, (3, 1))
        skewed = np.array([[1, 3, -2], [0, 1, 4], [0, 0, 1]]) @ lattice
        reduced = minkowski_reduced(skewed)
        np.testing.assert_allclose(np.linalg.norm(reduced, axis=1)[0], shortest_vectors(reduced, 1)[0], rtol=1e-9)
        np.testing.assert_allclose(
            shortest_vectors(reduced, 8), shortest_vectors(minkowski_reduced(lattice), 8), rtol=1e-6
        )


def test_needle_cell_is_refused_by_name():
    with pytest.raises(CrystalError) as caught:
        build_graph(np.diag([1e9, 0.6, 0.6]), np.array([6] * 30), np.random.default_rng(0).random((30, 3)), SETTINGS)
    assert caught.value.kind == "absurd-volume"
