"""Neighbours that the bonds leave out although others of the same element, equally near, are bonded.

CrystalNN may count some atoms of a shell and not the others, as in alloys: 2 of the 10 calcium atoms at 3.341 Å from calcium
in Ca7Ge. The shape of what is left is that of no polyhedron.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from pymatgen.optimization.neighbors import find_points_in_spheres

from clics.descriptions.robocrys.bonds import Bonds
from clics.descriptions.robocrys.conventional_cell import Cell

SAME_LENGTH = 1.01
"""Ratio of two lengths up to which they are the same."""
SAME_PLACE = 1e-3
"""Å; an atom nearer than this is the site itself, and lengths that differ by less are equal."""


def leave_out_equals(cell: Cell, bonds: Bonds, sites: Sequence[int]) -> NDArray[np.bool_]:
    """Which sites have an atom that is not bonded to them, and as near as the nearest bonded atom of its element.

    Args:
        cell: The cell of the bonds.
        bonds: Its bonds, as an algorithm found them.
        sites: (k,) sites of the cell.

    Returns:
        (k,) True for those.
    """
    elements, element = np.unique(cell.numbers, return_inverse=True)
    counts = np.diff(bonds.bounds)[sites]
    centre = np.repeat(np.arange(len(sites)), counts)
    bond = np.concatenate([np.arange(bonds.bounds[site], bonds.bounds[site + 1]) for site in sites])
    if not len(bond):
        return np.zeros(len(sites), np.bool_)
    reach = np.full((len(sites), len(elements)), np.inf)
    np.minimum.at(reach, (centre, element[bonds.end[bond]]), bonds.length[bond])
    reach[np.isinf(reach)] = 0.0
    reach *= SAME_LENGTH
    bonded = bonds.length[bond] <= reach[centre, element[bonds.end[bond]]] + SAME_PLACE
    places = cell.frac @ cell.matrix
    begin, end, _, distance = find_points_in_spheres(
        places, places[list(sites)], float(reach.max()), np.ones(3, np.int64), np.ascontiguousarray(cell.matrix), 1e-8
    )
    near = (distance > SAME_PLACE) & (distance <= reach[begin, element[end]])
    difference = np.zeros(reach.shape, np.int64)
    np.add.at(difference, (begin[near], element[end[near]]), 1)
    np.add.at(difference, (centre[bonded], element[bonds.end[bond[bonded]]]), -1)
    return np.asarray((difference > 0).any(axis=1))
