"""All images of the atoms of an asymmetric unit, by the rules of pymatgen's ``CifParser``.

Written out here since the import of pymatgen's CIF module costs a reading process more time than a file does. The
numbers are the same to the last bit (tests/engine/readers/test_cif_structure.py).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import groupby, product
from typing import TYPE_CHECKING

from clics.errors import CrystalError
from clics.readers.cif_atoms import Atom
from clics.readers.cif_positions import Operations

if TYPE_CHECKING:
    from pymatgen.core import Composition, Structure

Point = tuple[float, float, float]

SITE_TOLERANCE = 1e-4
"""Fractions of the cell within which images of one atom, and atoms that share a site, are at the same position."""
_BINS = 1000
"""Bins of a cell along each axis; each is wider than the tolerance."""
_REACH = 1.01 * SITE_TOLERANCE
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
    sites: list[tuple[_Order, Composition, Point]] = []
    # Sites of one composition are expanded together: an atom that repeats another's image is left out.
    for composition, points in _by_composition(_shared_sites(atoms, operations)):
        scaled = _scaled(composition, where)
        order = _Order(scaled)
        sites += [(order, scaled, image) for image in _distinct_images(points, operations)]
    sites.sort(key=lambda site: site[0])
    return Structure(lattice, [scaled for _, scaled, _ in sites], [image for *_, image in sites])


class _Order:
    """Where a site stands in a sorted structure: pymatgen's comparison of sites, of numbers that are computed once."""

    def __init__(self, composition: Composition) -> None:
        from pymatgen.core import Site

        self._electronegativity = float(composition.average_electroneg)
        self._text: str = Site(composition, (0.0, 0.0, 0.0)).species_string

    def __lt__(self, other: _Order) -> bool:
        if self._electronegativity < other._electronegativity:
            return True
        if self._electronegativity > other._electronegativity:
            return False
        return self._text < other._text  # also for elements without electronegativity


def _by_composition(occupants: dict[Point, Composition]) -> list[tuple[Composition, list[Point]]]:
    """The sites of each composition, these in pymatgen's order."""
    different = sorted({id(composition): composition for composition in occupants.values()}.values())
    groups = [list(same) for _, same in groupby(different)]
    return [
        (same[0], [point for point, own in occupants.items() if any(own is each for each in same)]) for same in groups
    ]


def _shared_sites(atoms: Sequence[Atom], operations: Operations) -> dict[Point, Composition]:
    """Occupants of each site of the asymmetric unit, by the position of the first atom on it."""
    from pymatgen.core import Composition, Element

    places = _Places()
    occupants: list[Composition] = []
    alone: dict[tuple[str, float], Composition] = {}
    for atom in atoms:
        occupant = alone.get((atom.symbol, atom.occupancy))
        if occupant is None:
            occupant = Composition({Element(atom.symbol): max(atom.occupancy, 1e-8)})
            alone[atom.symbol, atom.occupancy] = occupant
        match = next(filter(lambda place: place >= 0, map(places.find, operations.images(atom.coords))), -1)
        if match < 0:
            places.add(atom.coords)
            occupants.append(occupant)
        else:
            occupants[match] += occupant
    return dict(zip(places.points, occupants, strict=True))


def _distinct_images(points: list[Point], operations: Operations) -> list[Point]:
    """The images of positions in [0, 1), in the order of the operations, each once."""
    places = _Places()
    for point in points:
        for x, y, z in operations.images(point):
            inside = (x - math.floor(x), y - math.floor(y), z - math.floor(z))
            if places.find(inside) < 0:
                places.add(inside)
    return places.points


class _Places:
    """Positions by the bins of a grid, so that the time to find one does not grow with their number."""

    def __init__(self) -> None:
        self.points: list[Point] = []
        self._bins: dict[tuple[int, ...], list[int]] = {}

    def add(self, point: Point) -> None:
        """Add a position, in fractions of the cell."""
        key = tuple(math.floor(x * _BINS) % _BINS for x in point)
        self._bins.setdefault(key, []).append(len(self.points))
        self.points.append(point)

    def find(self, point: Point) -> int:
        """The first of the positions within the tolerance in every direction, up to lattice vectors; -1 for none."""
        low = tuple(math.floor((x - _REACH) * _BINS) % _BINS for x in point)
        high = tuple(math.floor((x + _REACH) * _BINS) % _BINS for x in point)
        keys = [low] if low == high else product(*({a, b} for a, b in zip(low, high, strict=True)))
        near = [index for key in keys for index in self._bins.get(key, ())]
        return min((index for index in near if _at_same_position(point, self.points[index])), default=-1)


def multiplicity(point: Point, operations: Operations) -> int:
    """How many atoms of the cell an atom of the asymmetric unit stands for."""
    return len(_distinct_images([point], operations)) if len(operations.triplets) > 1 else 1


def _at_same_position(a: Point, b: Point) -> bool:
    """True where fractional coordinates agree to within the tolerance in every direction, up to lattice vectors."""
    for x, y in zip(a, b, strict=True):
        gap = x - y
        if not abs(gap - round(gap)) < SITE_TOLERANCE:
            return False
    return True


def _scaled(composition: Composition, where: str) -> Composition:
    total = sum(composition.values())
    if total > OCCUPANCY_TOLERANCE:
        raise CrystalError(f"{where}: the occupancies of one site add up to more than 1.", kind="bad-occupancy")
    return composition / total if total > 1 else composition
