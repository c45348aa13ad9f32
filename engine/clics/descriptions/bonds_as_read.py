"""The bonds a description speaks of, in the cell as it was read."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from clics.errors import DescriptionError, reason_of
from clics.results.description import Description
from clics.results.geometry import Bond

if TYPE_CHECKING:
    from clics.crystals.crystal import Crystal
    from clics.descriptions.robocrys.conventional_cell import Cell


def bonds_as_read(crystal: Crystal) -> tuple[Bond, ...]:
    """Every bond of an ordered crystal once, shortest first, by the rules its description is made with (CrystalNN).

    Of the two directions of a bond the one with ``i`` < ``j`` is given; of one to a copy of the same site, the image
    that is larger as a tuple. The description is made in the standard cell and this in the cell as it was read: the
    atoms are the same, their order and images are the crystal's own. Raises :class:`DescriptionError` of the kinds
    ``disordered``, ``no-symmetry`` and ``no-neighbours``, and ``failed`` for what a library below cannot do.
    """
    from clics.descriptions.robocrys.bonds import find_bonds, image_steps
    from clics.symmetry.analysis import arrays_of, check_cell

    arrays = arrays_of(crystal.structure)
    check_cell(*arrays)
    try:
        directed = find_bonds(_cell_as_read(*arrays))
    except (ArithmeticError, ValueError, LookupError) as error:  # the numbers of an odd cell, as in describe
        raise DescriptionError(
            f"The bonds of {crystal.formula} could not be found: {reason_of(error)}.", kind="failed"
        ) from error
    home = np.floor(arrays[2]).astype(int)  # the search has every atom in the cell; the crystal need not
    bonds = []
    for i, j, number, length in zip(
        *(part.tolist() for part in (directed.begin, directed.end, directed.image, directed.length)), strict=True
    ):
        a, b, c = np.array(image_steps(number)) + home[i] - home[j]
        bonds.append(Bond(i, j, (int(a), int(b), int(c)), length))
    bonds = [bond for bond in bonds if bond.i < bond.j or (bond.i == bond.j and bond.image > (0, 0, 0))]
    return tuple(sorted(bonds, key=lambda bond: (round(bond.length, 6), bond.i, bond.j, bond.image)))


def count_otherwise(description: Description, bonds: tuple[Bond, ...], sites: int) -> int:
    """Number of sites that have another number of bonds than the description says; 0 but for borderline distances."""
    degree = np.zeros(sites, dtype=np.int64)
    for bond in bonds:
        degree[bond.i] += 1
        degree[bond.j] += 1
    return sum(
        int((degree[list(site.atoms)] != sum(near.count for near in site.neighbours)).sum())
        for site in description.sites
        if site.atoms
    )


def _cell_as_read(lattice: np.ndarray, numbers: np.ndarray, frac: np.ndarray) -> Cell:
    """The cell as it was read, every site computed by itself: its symmetry need not hold closely enough to share."""
    from clics.descriptions.robocrys.conventional_cell import Cell
    from clics.descriptions.robocrys.element_tables import symbol_of

    sites = np.arange(len(numbers))
    return Cell(
        matrix=np.ascontiguousarray(lattice, dtype=np.float64),
        frac=frac - np.floor(frac),
        numbers=numbers,
        symbols=[symbol_of(int(number)) for number in numbers],
        rotations=np.eye(3)[None],
        translations=np.zeros((1, 3)),
        orbit=sites,
        counterpart=sites,
        symbol="P1",
        number=1,
    )
