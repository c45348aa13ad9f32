"""Which stored crystal a crystal to be added equals: byte for byte, or in another cell, setting or origin."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from clics.symmetry.enantiomorphs import ENANTIOMORPHS

if TYPE_CHECKING:
    from pymatgen.core import Structure

    from clics.crystals.crystal import Crystal
    from clics.library.store import Library

SAME_DISTANCE = 0.03
"""Largest distance in Å between the atoms of equal crystals at the best fit."""
SAME_CELL = 0.005
"""Largest relative difference of the edges of their reduced cells."""
SAME_ANGLE = 0.5
"""Largest difference of angles in degrees."""
MOST_SITES = 200
"""Sites up to which crystals in different cells are compared."""
MOST_CANDIDATES = 20
"""Stored crystals of one formula, nearest in volume, that are compared."""


@dataclass(slots=True)
class Duplicates:
    """Finds equals of crystals in a library, among them those of an addition that are not stored yet.

    Mirror images are equal, but for those whose space groups differ (the eleven enantiomorphic pairs).
    """

    library: Library
    _of_hash: dict[bytes, str] = field(default_factory=dict)
    _of_formula: dict[str, list[tuple[str, Structure]]] = field(default_factory=dict)

    def find(self, crystal: Crystal, structure_hash: bytes) -> tuple[str, bool] | None:
        """Id of the first equal crystal, and True if its cell and atoms are the same numbers; None without one."""
        stored = self._of_hash.get(structure_hash) or self.library.id_of_hash(structure_hash)
        if stored is not None:
            return stored, True
        if crystal.num_sites > MOST_SITES:
            return None
        volume = _volume(crystal.structure)
        near = [
            (abs(_volume(structure) / volume - 1), name, structure)
            for name, structure in self._candidates(crystal.formula)
            if abs(_volume(structure) / volume - 1) < 3 * SAME_CELL and len(structure) <= MOST_SITES
        ]
        for _, name, structure in sorted(near, key=lambda each: each[0])[:MOST_CANDIDATES]:
            if same_crystal(crystal.structure, structure):
                return name, False
        return None

    def note(self, crystal: Crystal, structure_hash: bytes) -> None:
        """Remember a crystal that will be stored."""
        self._of_hash.setdefault(structure_hash, crystal.id)
        if crystal.formula in self._of_formula:
            self._of_formula[crystal.formula].append((crystal.id, crystal.structure))
        else:
            self._candidates(crystal.formula).append((crystal.id, crystal.structure))

    def _candidates(self, formula: str) -> list[tuple[str, Structure]]:
        """Stored crystals of a formula."""
        if formula not in self._of_formula:
            stored = self.library.crystals_of_formula(formula)
            self._of_formula[formula] = [(crystal.id, crystal.structure) for crystal in stored]
        return self._of_formula[formula]


def same_crystal(a: Structure, b: Structure) -> bool:
    """True for one crystal in any two cells, settings or origins, up to the tolerances of this module."""
    from pymatgen.core.structure_matcher import StructureMatcher

    length = (a.volume / len(a)) ** (1 / 3)
    matcher = StructureMatcher(ltol=SAME_CELL, stol=0.3, angle_tol=SAME_ANGLE, primitive_cell=True, scale=False)
    distances = matcher.get_rms_dist(a, b)
    if distances is None or float(distances[1]) * length > SAME_DISTANCE:
        return False
    groups = [_group(structure) for structure in (a, b)]
    return groups[0] is None or ENANTIOMORPHS.get(groups[0]) != groups[1]


def _group(structure: Structure) -> int | None:
    """Number of the space group; None where it is not found or sites are shared."""
    from clics.errors import DescriptionError
    from clics.symmetry.analysis import space_group_of_arrays

    if not structure.is_ordered:
        return None
    try:
        numbers = structure.atomic_numbers
        return space_group_of_arrays(structure.lattice.matrix, numbers, structure.frac_coords, 0.01).number
    except DescriptionError:
        return None


def _volume(structure: Structure) -> float:
    return float(structure.volume) / len(structure)
