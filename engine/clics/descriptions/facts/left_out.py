"""Neighbours that the bonds leave out although others of the same element, equally near, are bonded.

CrystalNN may count some atoms of a shell and not the others, as in alloys: 2 of the 10 calcium atoms at 3.341 Å from calcium
in Ca7Ge. The shape of what is left is that of no polyhedron.
"""

from __future__ import annotations

import numpy as np

from clics.descriptions.robocrys.bonds import Bonds
from clics.descriptions.robocrys.conventional_cell import Cell

SAME_LENGTH = 1.01
"""Ratio of two lengths up to which they are the same."""


def leaves_out_equals(cell: Cell, bonds: Bonds, site: int) -> bool:
    """True if an atom is not bonded to a site that is as near as the nearest bonded atom of its element.

    Args:
        cell: The cell of the bonds.
        bonds: Its bonds, as an algorithm found them.
        site: The site of the cell.
    """
    own = slice(bonds.bounds[site], bonds.bounds[site + 1])
    numbers, lengths = cell.numbers[bonds.end[own]], bonds.length[own]
    reach = {number: float(lengths[numbers == number].min()) * SAME_LENGTH for number in set(numbers.tolist())}
    if not reach:
        return False
    images = _images(cell.matrix, max(reach.values()))
    for number, radius in reach.items():
        offsets = cell.frac[cell.numbers == number] - cell.frac[site]
        offsets -= np.round(offsets)
        distances = np.linalg.norm((offsets[:, None] + images[None]) @ cell.matrix, axis=2)
        near = int(((distances <= radius) & (distances > 1e-3)).sum())
        if near > int((lengths[numbers == number] <= radius + 1e-3).sum()):
            return True
    return False


def _images(matrix: np.ndarray, radius: float) -> np.ndarray:
    """The lattice vectors (k, 3) that reach every atom within a distance, from offsets of at most half a cell."""
    heights = 1 / np.linalg.norm(np.linalg.inv(matrix), axis=0)
    reach = np.ceil(radius / heights + 0.5).astype(int)
    return np.stack(np.meshgrid(*(np.arange(-n, n + 1) for n in reach), indexing="ij"), axis=-1).reshape(-1, 3)
