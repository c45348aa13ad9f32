"""All images of the atoms of an asymmetric unit, by the rules of pymatgen's ``CifParser``.

Written out here since the import of pymatgen's CIF module costs a reading process more time than a file does. The
numbers are the same to the last bit (tests/engine/readers/test_cif_structure.py).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import groupby
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from clics.errors import CrystalError
from clics.readers.cif_atoms import Atom
from clics.readers.cif_positions import Operations

if TYPE_CHECKING:
    from pymatgen.core import Composition, Structure

Array = NDArray[np.float64]
Point = tuple[float, float, float]

SITE_TOLERANCE = 1e-4
"""Fractions of the cell within which images of one atom, and atoms that share a site, are at the same position."""
OCCUPANCY_TOLERANCE = 1.02
"""Occupancies of a site may add up to this, as 0.34 + 0.33 + 0.34 do; they are scaled to a full site."""
MIN_THICKNESS = 0.01
"""Å between opposite faces; a cell below this is flat."""


def crystal_of(cell: Sequence[float], atoms: Sequence[Atom], operations: Operations, *, where: str) -> Structure:
    """All atoms of the cell, sorted by electronegativity.

    Args:
        cell: a, b, c in Å and α, β, γ in degrees.
        atoms: The asymmetric unit. Atoms at equivalent positions share a site.
        operations: Those of the space group, the identity included.
        where: Begins the message of an error.

    Raises:
        CrystalError: ``bad-occupancy`` where the occupancies of a site add up to more than :data:`OCCUPANCY_TOLERANCE`,
            ``bad-cif`` for a flat cell.
    """
    from pymatgen.core import Lattice, Structure

    lattice = Lattice.from_parameters(*cell)
    thickness = min(float(lattice.d_hkl(face)) for face in ((1, 0, 0), (0, 1, 0), (0, 0, 1)))
    if thickness < MIN_THICKNESS:
        raise CrystalError(
            f"{where}: the block gives no crystal (the cell is {thickness:.2g} Å thick).", kind="bad-cif"
        )
    species: list[Composition] = []
    coordinates: list[Array] = []
    # Sites of one composition are expanded together: an atom that repeats another's image is left out.
    occupied = sorted(_shared_sites(atoms, operations).items(), key=lambda site: site[1])
    for composition, sites in groupby(occupied, key=lambda site: site[1]):
        images = _distinct_images([point for point, _ in sites], operations)
        coordinates += images
        species += [composition] * len(images)
    return Structure(lattice, [_scaled(each, where) for each in species], coordinates).get_sorted_structure()


def _shared_sites(atoms: Sequence[Atom], operations: Operations) -> dict[Point, Composition]:
    """Occupants of each site of the asymmetric unit, by the position of the first atom on it."""
    from pymatgen.core import Composition, Element

    occupants: dict[Point, Composition] = {}
    for atom in atoms:
        occupant = Composition({Element(atom.symbol): max(atom.occupancy, 1e-8)})
        match = _equivalent(atom.coords, list(occupants), operations)
        if match is None:
            occupants[atom.coords] = occupant
        else:
            occupants[match] += occupant
    return occupants


def _equivalent(point: Point, known: list[Point], operations: Operations) -> Point | None:
    """The first of the known positions (k, 3) that the first possible operation takes ``point`` to."""
    if not known:
        return None
    here = np.array(known)
    for image in operations.images(point):
        matches = np.flatnonzero(_at_same_position(here, image))
        if len(matches):
            return known[int(matches[0])]
    return None


def _distinct_images(points: list[Point], operations: Operations) -> list[Array]:
    """The images of positions in [0, 1), in the order of the operations, each once."""
    kept: list[Array] = []
    for point in points:
        images = np.array([[x - math.floor(x) for x in image] for image in operations.images(point)])
        if kept:
            images = images[~_at_same_position(images[:, None], np.array(kept)).any(axis=1)]
        same = _at_same_position(images[:, None], images)
        own: list[int] = []
        for row in range(len(images)):
            if not same[row, own].any():
                own.append(row)
        kept += list(images[own])
    return kept


def multiplicity(point: Point, operations: Operations) -> int:
    """How many atoms of the cell an atom of the asymmetric unit stands for."""
    return len(_distinct_images([point], operations))


def _at_same_position(a: Array, b: Array) -> NDArray[np.bool_]:
    """True where fractional coordinates (…, 3) agree to within the tolerance in every direction, up to lattice vectors."""
    gap = a - b
    gap -= np.round(gap)
    return np.asarray((np.abs(gap) < SITE_TOLERANCE).all(axis=-1))


def _scaled(composition: Composition, where: str) -> Composition:
    total = sum(composition.values())
    if total > OCCUPANCY_TOLERANCE:
        raise CrystalError(f"{where}: the occupancies of one site add up to more than 1.", kind="bad-occupancy")
    return composition / total if total > 1 else composition
