"""Approximate operations of noisy supercells, counted by hand and checked by pymatgen's distances."""

from __future__ import annotations

import numpy as np
import pytest
from clics.crystals.perturb import rattled
from clics.symmetry.approximate_operations import LARGEST_MISS, approximate_operations
from pymatgen.core import Lattice, Structure
from pymatgen.util.coord import pbc_shortest_vectors

PEROVSKITE = Structure.from_spacegroup(
    "Pm-3m", Lattice.cubic(3.905), ["Sr", "Ti", "O"], [[0.5, 0.5, 0.5], [0, 0, 0], [0.5, 0, 0]]
)
QUARTZ = Structure.from_spacegroup(
    "P3_121", Lattice.hexagonal(4.916, 5.4054), ["Si", "O"], [[0.4697, 0, 1 / 3], [0.4135, 0.2669, 0.1191 + 1 / 3]]
)


@pytest.mark.parametrize(
    ("structure", "size", "order"),
    [(PEROVSKITE, (2, 2, 2), 48 * 8), (PEROVSKITE, (3, 1, 1), 16 * 3), (QUARTZ, (2, 2, 1), 6 * 4)],
    ids=["perovskite", "columns of perovskite", "quartz"],
)
def test_operations_of_a_noisy_supercell(structure: Structure, size: tuple[int, int, int], order: int) -> None:
    """As many as the point group of the crystal that the cell allows has, times the cells; each misses by what is told."""
    supercell = structure * size
    kinds = np.array(supercell.atomic_numbers)
    lattice, _, frac = rattled((supercell.lattice.matrix, kinds, supercell.frac_coords), 0.05, np.random.default_rng(1))
    found = approximate_operations(lattice, kinds, frac)
    assert len(found) == order
    pure = approximate_operations(lattice, kinds, frac, translations=True)
    assert len(pure) == np.prod(size)
    for k in range(0, order, 7):
        images = frac @ found.rotations[k].T + found.translations[k]
        for kind in np.unique(kinds):
            atoms = np.flatnonzero(kinds == kind)
            _, squares = pbc_shortest_vectors(Lattice(lattice), images[atoms], frac[atoms], return_d2=True)
            assert (atoms[squares.argmin(axis=1)] == found.permutations[k, atoms]).all()
            assert np.sqrt(squares.min(axis=1)).max() <= found.largest[k] + 1e-9 < LARGEST_MISS
