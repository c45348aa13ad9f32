"""A cell made exactly symmetric by averaging over the operations of a group.

The average over a group is the orthogonal projection onto the cells with its symmetry: of all of these it is the one that the
least sum of squared displacements reaches.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from clics.symmetry.approximate_operations import Floats, Operations
from clics.symmetry.primitive_cell import PrimitiveCell


@dataclass(frozen=True, slots=True)
class Idealised:
    """A primitive cell with exactly the symmetry of a group, and what it took.

    Attributes:
        lattice: Rows a, b, c in Å (3, 3), stretched and not rotated.
        frac: Fractional coordinates (n, 3) in the primitive cell.
        shifts: Displacement in Å of each atom of the *given* cell (m, 3); their mean is zero.
        strain: Symmetric strain (3, 3) of the lattice.
        free_coordinates: Number of free coordinates of atoms, but for the choice of the origin.
        free_lattice: Number of free cell parameters.
    """

    lattice: Floats
    frac: Floats
    shifts: Floats
    strain: Floats
    free_coordinates: int
    free_lattice: int


def idealise(cell: PrimitiveCell, operations: Operations) -> Idealised:
    """Average a cell over the operations of a group, each of them once."""
    rotations, lattice = operations.rotations, cell.lattice
    metric = lattice @ lattice.T
    mean_metric = (rotations.transpose(0, 2, 1) @ metric @ rotations).mean(axis=0)
    inverse = np.linalg.inv(lattice)
    # with the symmetric matrix S = stretch, lattice @ S has the mean metric
    squares, axes = np.linalg.eigh(inverse @ mean_metric @ inverse.T)
    stretch = (axes * np.sqrt(squares)) @ axes.T
    images = np.einsum("kij,nj->kni", rotations, cell.frac) + operations.translations[:, None, :]
    moves = np.empty_like(images)
    for k, permutation in enumerate(operations.permutations):
        moves[k, permutation] = images[k] - cell.frac[permutation]
    moves -= np.round(moves)
    move = moves.mean(axis=0)
    shifts = cell.shifts + (move @ lattice)[cell.atoms]
    traces = np.einsum("kii->k", rotations)
    fixed = (operations.permutations == np.arange(len(cell.kinds))).sum(axis=1)
    squared = np.einsum("kij,kji->k", rotations, rotations)
    return Idealised(
        lattice @ stretch,
        cell.frac + move,
        shifts - shifts.mean(axis=0),
        stretch - np.eye(3),
        round(float((traces * (fixed - 1)).mean())),
        round(float((traces**2 + squared).mean() / 2)),
    )
