"""Positions of a CIF as they are meant: printed digits are few, the operations that the file states are exact.

``0.333`` on a threefold axis is 1/3, and ``x 0.1548, y 0.3097`` on a mirror is ``x, 2x``: the file's own operations say
so, for otherwise an atom would sit beside its own images. An atom is therefore moved onto the place that all operations
share which leave it where it is to within its printed digits. Nothing is looked for that the file does not state:
without operations, or further than the last digit from a special position, coordinates stay as they come. This is
reading and no analysis of symmetry; files without operations (POSCAR, XYZ, JSON) never come here.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from clics.readers.cif_atoms import FULL, Atom

Array = NDArray[np.float64]

FINEST = 1e-4
"""Fractions of the cell within which images of one atom count as one, however many digits are printed."""
COARSEST = 1e-3
"""Largest rounding error that a last digit stands for: with two decimals, 0.33 can be 1/3 or 0.33."""
FEW_PAIRS = 1_000_000
"""Pairs of positions that are compared quicker than a search tree is imported."""
WIDE = (5e-3, 1e-2)
"""Wider tolerances for full atoms that would otherwise fall on their own images: coordinates of two decimals."""
_EXACT = 1e-7
_ANGLES = ((1, 2), (0, 2), (0, 1))
SAME_CELL = 0.01
"""Relative change of a cell up to which it is taken as measured without the constraints of its symmetry."""


class Operations:
    """Operations ``x,y,z`` of a file as matrices (m, 3, 3) and translations (m, 3)."""

    def __init__(self, triplets: Sequence[str]) -> None:
        from pymatgen.core import SymmOp

        self.triplets = tuple(triplets)
        parsed = [SymmOp.from_xyz_str(triplet) for triplet in triplets]
        self._affine: list[Array] = [each.affine_matrix for each in parsed]
        self.rotations: Array = np.array([each.rotation_matrix for each in parsed], np.float64)
        self.translations: Array = np.array([each.translation_vector for each in parsed], np.float64)

    def images(self, point: Sequence[float]) -> list[tuple[float, float, float]]:
        """The images of a fractional position, one an operation. One by one, so that they round as pymatgen's do."""
        extended = np.array([*point, 1.0])
        rows = [np.dot(matrix, extended).tolist() for matrix in self._affine]
        return [(x, y, z) for x, y, z, _ in rows]

    @property
    def only_identity(self) -> bool:
        """True if there is no operation but the identity."""
        return len(self.triplets) == 1 and bool((self.rotations[0] == np.eye(3)).all() and not self.translations.any())

    def gaps(self, x: Array, of: Array) -> Array:
        """By how much each image of ``x`` (3,) is off its nearest copy of ``of`` (3,): (m, 3), fractional."""
        gaps = self.rotations @ x + self.translations - of
        return np.asarray(gaps - np.round(gaps), np.float64)

    def cell(self, cell: Sequence[float]) -> tuple[list[float], float]:
        """A cell (a, b, c in Å, α, β, γ in degrees) whose lengths and angles they all keep, and by how much it changed.

        The mean of the metric over all operations; the change is the largest one of a scalar product of two edges,
        relative to their lengths. A cell that fits to rounding comes back as it is, with a change of 0.
        """
        lengths, cosines = np.array(cell[:3]), np.cos(np.radians(cell[3:]))
        metric = np.outer(lengths, lengths)
        for (i, j), cosine in zip(_ANGLES, cosines, strict=True):
            metric[i, j] = metric[j, i] = metric[i, j] * cosine
        images = self.rotations.transpose(0, 2, 1) @ metric @ self.rotations
        change = float((np.abs(images - metric) / np.outer(lengths, lengths)).max())
        if change < _EXACT:
            return list(cell), 0.0
        mean = images.mean(axis=0)
        edges = np.sqrt(np.diag(mean))
        angles = [np.degrees(np.arccos(mean[i, j] / edges[i] / edges[j])) for i, j in _ANGLES]
        return [*map(float, edges), *map(float, angles)], change


def idealised(atoms: Sequence[Atom], operations: Operations, *, wide: float = 0.0) -> tuple[list[Atom], int]:
    """The atoms on their special positions, and how many of them moved.

    ``wide``: fractions of the cell that a full atom may be off, whatever its digits. Atoms that fill their place in
    part are taken by their digits alone, for two halves of an atom can truly lie beside a special position.
    """
    if operations.only_identity:  # it leaves every atom where it is; the sum makes zeros positive
        return [
            replace(atom, coords=(atom.coords[0] + 0.0, atom.coords[1] + 0.0, atom.coords[2] + 0.0)) for atom in atoms
        ], 0
    placed, moved = [], 0
    for atom in atoms:
        digits = np.clip(np.array(atom.digits), FINEST / 2, COARSEST)
        if wide and atom.occupancy >= FULL:
            digits = np.maximum(digits, wide)
        coords = _special(np.array(atom.coords), digits, operations)
        moved += bool((np.abs(coords - atom.coords) > _EXACT).any())
        placed.append(replace(atom, coords=(float(coords[0]), float(coords[1]), float(coords[2]))))
    return placed, moved


def _special(x: Array, digits: Array, operations: Operations) -> Array:
    """``x`` on the place that the operations share which leave it within ``digits`` (3,); ``x`` itself if none does."""
    reach = np.abs(operations.rotations - np.eye(3)) @ digits + _EXACT
    staying = (np.abs(operations.gaps(x, x)) <= reach).all(axis=1)
    for _ in range(4):
        place = x + operations.gaps(x, x)[staying].mean(axis=0)
        fixing = (np.abs(operations.gaps(place, place)) < _EXACT).all(axis=1)
        if (fixing == staying).all():
            return place if (np.abs(place - x) <= digits + _EXACT).all() else x
        # The mean over what is no group is no special position: go on with those that hold there too.
        staying = (np.abs(operations.gaps(place, place)) <= reach).all(axis=1)
    return x


def without_repeated(atoms: Sequence[Atom], operations: Operations) -> tuple[list[Atom], list[str]]:
    """The atoms without those that repeat another one (itself, or an image of it) of the same element; and notes.

    Some programs list all atoms of the cell and the operations too. Only full atoms are left out: two halves on one
    place are one atom together.
    """
    full = [row for row, atom in enumerate(atoms) if atom.occupancy >= FULL]
    coords = np.array([atoms[row].coords for row in full], np.float64).reshape(-1, 3) % 1.0 % 1.0
    near = _search(coords, len(coords) * len(operations.rotations))
    left_out: set[int] = set()
    for place, row in enumerate(full):
        if row in left_out:
            continue
        images = (operations.rotations @ coords[place] + operations.translations) % 1.0 % 1.0
        for other in near(images):
            if other > place and atoms[full[other]].symbol == atoms[row].symbol:
                left_out.add(full[other])
    if not left_out:
        return list(atoms), []
    kept = [atom for row, atom in enumerate(atoms) if row not in left_out]
    return kept, [f"{len(left_out)} atoms repeat others (the same place, or an equivalent one) and are left out."]


def _search(coords: Array, images: int) -> Callable[[Array], list[int]]:
    """A function that finds those of ``coords`` (n, 3) within twice :data:`FINEST` of any image (m, 3) of an atom.

    Args:
        coords: Fractional, in [0, 1).
        images: How many images will be asked for, all atoms together.
    """
    if len(coords) * images <= FEW_PAIRS:

        def compared(points: Array) -> list[int]:
            gaps = points[:, None] - coords
            gaps -= np.round(gaps)
            return np.flatnonzero(((gaps**2).sum(axis=2) <= (2 * FINEST) ** 2).any(axis=0)).tolist()

        return compared
    from scipy.spatial import cKDTree  # slower to import than most files are to read

    tree = cKDTree(coords, boxsize=1.0)

    def found(points: Array) -> list[int]:
        return [int(row) for row in np.unique(np.concatenate(tree.query_ball_point(points, 2 * FINEST)))]

    return found
