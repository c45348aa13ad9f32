"""Primitive cells that approximate translations make of a cell."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from clics.symmetry.approximate_operations import Floats, Ints, Operations


@dataclass(frozen=True, slots=True)
class PrimitiveCell:
    """A reduced cell, and how the atoms of a given cell make it.

    Attributes:
        lattice: Rows a, b, c in Å (3, 3), reduced, a right-handed set; not rotated against the given ones.
        kinds: (n,).
        frac: Fractional coordinates (n, 3): means over the atoms of the given cell that translations make equal.
        size: Number of atoms of the given cell to each of these.
        atoms: (size × n,) for each atom of the given cell, its atom in this one.
        shifts: (size × n, 3) in Å; how far the mean is from each atom of the given cell.
        largest: Å; the largest miss of the translations.
    """

    lattice: Floats
    kinds: Ints
    frac: Floats
    size: int
    atoms: Ints
    shifts: Floats
    largest: float

    @property
    def spacing(self) -> float:
        """Mean spacing of the atoms in Å: the cube root of the volume for each."""
        return float((abs(np.linalg.det(self.lattice)) / len(self.kinds)) ** (1 / 3))


def reduced(lattice: Floats) -> Floats:
    """Rows of a Niggli-reduced, right-handed basis of the same lattice."""
    import spglib

    rows = spglib.niggli_reduce(lattice)
    if rows is None:  # very flat cells
        rows = spglib.delaunay_reduce(lattice)
    rows = np.asarray(lattice if rows is None else rows, dtype=np.float64)
    return -rows if np.linalg.det(rows) < 0 else rows


def cell_as_given(lattice: Floats, kinds: Ints, frac: Floats) -> PrimitiveCell:
    """The reduced cell of the lattice itself, all atoms kept."""
    rows = reduced(lattice)
    return PrimitiveCell(
        rows, kinds, (frac @ lattice @ np.linalg.inv(rows)) % 1.0, 1, np.arange(len(kinds)), np.zeros_like(frac), 0.0
    )


def smaller_cell(cell: PrimitiveCell, translations: Operations) -> PrimitiveCell:
    """The reduced cell of a lattice to which a group of translations is added.

    Args:
        cell: A cell as it was given.
        translations: A group of approximate translations of it, each once.
    """
    size = len(translations)
    # the best translations of a group are exact multiples of 1 / size, up to rounding
    numerators = np.round(translations.translations * size).astype(np.int64) % size
    basis = _integer_basis(np.vstack([numerators, size * np.eye(3, dtype=np.int64)])) / size
    # images[k, i]: where the mean atom is by the atom that translation k puts atom i on
    shifts = cell.frac[translations.permutations] - translations.translations[:, None, :] - cell.frac
    shifts -= np.round(shifts)
    shift = shifts.mean(axis=0)
    kept, atoms = np.unique(translations.permutations.min(axis=0), return_inverse=True)
    rows = reduced(basis @ cell.lattice)
    frac = ((cell.frac + shift)[kept] @ cell.lattice @ np.linalg.inv(rows)) % 1.0
    return PrimitiveCell(
        rows, cell.kinds[kept], frac, size, atoms, shift @ cell.lattice, float(translations.largest.max())
    )


def _integer_basis(vectors: Ints) -> Ints:
    """Rows of a basis (3, 3) of the lattice that integer vectors (k, 3) generate, by Euclid's algorithm."""
    rows = [row.copy() for row in vectors if row.any()]
    basis = []
    for column in range(3):
        while len(candidates := [row for row in rows if row[column]]) > 1:
            pivot = min(candidates, key=lambda row: abs(int(row[column])))
            for row in candidates:
                if row is not pivot:
                    row -= (row[column] // pivot[column]) * pivot
        basis.append(candidates[0])
        rows = [row for row in rows if row is not candidates[0] and row.any()]
    return np.array(basis)
