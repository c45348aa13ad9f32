"""The bonds a description speaks of, in the cell as it was read."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from engine.concepts.description import Description
from engine.errors import DescriptionError

if TYPE_CHECKING:
    from engine.concepts.robocrys.crystal_nn import SiteCrystalNN
    from engine.crystals.crystal import Crystal

Image = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Bond:
    """Site ``i`` of the cell is bonded to site ``j`` in the lattice image ``image``; ``length`` in Å."""

    i: int
    j: int
    image: Image
    length: float


def own_bonds(crystal: Crystal) -> tuple[Bond, ...]:
    """Every bond of an ordered crystal once, shortest first, by the rules its description is made with (CrystalNN).

    Of the two directions of a bond the one with ``i`` < ``j`` is given; of one to a copy of the same site, the image
    that is larger as a tuple. The description is made in the standard cell and this in the cell as it was read: the
    atoms are the same, their order and images are the crystal's own. Raises :class:`DescriptionError` of the kinds
    ``disordered``, ``no-symmetry`` and ``no-neighbours``, and ``failed`` for what a library below cannot do.
    """
    from pymatgen.core import Structure

    from engine.concepts.robocrys.bonds import find_bonds
    from engine.concepts.symmetry import arrays_of, check_cell

    structure = crystal.structure
    check_cell(*arrays_of(structure))
    try:
        # Without oxidation states, as the description is made.
        plain = Structure(structure.lattice, [site.specie.symbol for site in structure], structure.frac_coords)
        found = find_bonds(plain, _strategy())
    except DescriptionError:
        raise
    except Exception as error:  # qhull, spglib and pymatgen raise what they meet
        raise DescriptionError(
            f"The bonds of {crystal.formula} could not be found: {error or type(error).__name__}.", kind="failed"
        ) from error
    bonds = [
        Bond(i, j, image, length)
        for i, (around, lengths) in enumerate(zip(found.neighbours, found.distances, strict=True))
        for (j, image), length in zip(around, lengths, strict=True)
        if i < j or (i == j and image > (0, 0, 0))
    ]
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


@functools.cache
def _strategy() -> SiteCrystalNN:
    from engine.concepts.robocrys.crystal_nn import SiteCrystalNN

    return SiteCrystalNN()
