"""Which structures cannot fit, found in a fraction of the time in which pymatgen's ``StructureMatcher`` finds that they do not.

The matcher lays one cell on the other in every way that the lattices allow, and by every translation that takes an atom
of the one onto one of the other, and looks whether each atom is within a fractional tolerance of one of the right
element. These conditions are asked here, with the matcher's own tolerances, for all ways, translations and elements at
once. Where none holds, the matcher finds no fit; where one holds, it must be asked.
"""

from __future__ import annotations

import math
from itertools import permutations
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from pymatgen.core import Lattice

if TYPE_CHECKING:
    from pymatgen.core import Structure
    from pymatgen.core.structure_matcher import StructureMatcher

Array = NDArray[np.float64]

SLACK = 1e-6
"""Relative; rounding must not reject what the matcher would take."""
TRANSLATED = 0.25
"""Å along each axis, by which a translation may miss atoms: pymatgen's default for primitive cells."""
MOST_COMPARISONS = 2_000_000
"""Pairs of atoms in all ways and by all translations, above which the matcher is asked at once."""
_ANGLES = ((1, 2), (0, 2), (0, 1))


def can_fit(by: StructureMatcher, a: Structure, b: Structure) -> bool:
    """False where two reduced cells do not fit whatever their elements are called.

    Args:
        by: The matcher, with scaling to equal volumes, without supercells.
        a: A reduced cell.
        b: A reduced cell with as many sites.
    """
    if len(a.elements) != len(b.elements):
        return False
    ratio = (b.volume / a.volume) ** (1 / 6)
    lattice, target = Lattice(a.lattice.matrix * ratio), Lattice(b.lattice.matrix / ratio)
    tolerance = {"ltol": by.ltol * (1 + SLACK), "atol": by.angle_tol * (1 + SLACK)}
    mappings = target_bases(lattice, target, tolerance)
    if not len(mappings):
        return False
    if len(mappings) * len(a) ** 3 > MOST_COMPARISONS:
        return True
    here = a.frac_coords @ lattice.matrix @ np.linalg.inv(mappings)
    near = _near(here, b.frac_coords, _tolerances(mappings, target, len(a), by.stol), _rarest(b))
    return any(_all_near(near, *pairing) for pairing in _pairings(a, b))


def may_be_smaller(structure: Structure) -> bool:
    """False where pymatgen's search for a smaller cell finds none: no translation maps all atoms on like ones."""
    groups: dict[str, list[Array]] = {}
    for site in sorted(structure, key=lambda site: str(site.species_string)):
        groups.setdefault(site.species_string, []).append(site.frac_coords)
    units = math.gcd(*map(len, groups.values()))
    tolerance = TRANSLATED / np.array(structure.lattice.abc)
    if units == 1:  # no smaller cell holds whole atoms
        return False
    if tolerance.max() * units >= 1 or len(structure) ** 3 > MOST_COMPARISONS:
        return True
    rarest = np.array(min(groups.values(), key=len))
    shifts = rarest - rarest[0]
    for group in map(np.array, groups.values()):
        gap = group[:, None] + shifts[:, None, None] - group
        gap -= np.rint(gap)
        shifts = shifts[(np.abs(gap) < 2 * tolerance * (1 + SLACK)).all(axis=3).any(axis=2).all(axis=1)]
    return len(shifts) > 1


def target_bases(lattice: Lattice, target: Lattice, tolerance: dict[str, float]) -> Array:
    """The bases (m, 3, 3) of a lattice that are like that of another and span a cell of its volume."""
    found = [
        basis.matrix
        for basis, _, steps in lattice.find_all_mappings(target, skip_rotation_matrix=True, **tolerance)
        if abs(abs(np.linalg.det(steps)) - 1) < 0.5
    ]
    return np.array(found).reshape(-1, 3, 3)


def _tolerances(bases: Array, target: Lattice, sites: int, site_tolerance: float) -> Array:
    """Fractional tolerance of each basis along each axis (m, 3), by the cell of the mean lengths and angles."""
    metric = bases @ bases.transpose(0, 2, 1)
    lengths = np.sqrt(np.diagonal(metric, axis1=1, axis2=2))
    mean_lengths = (lengths + target.lengths) / 2
    mean = mean_lengths[:, :, None] * mean_lengths[:, None, :]
    for axis, (i, j) in enumerate(_ANGLES):
        angle = np.degrees(np.arccos(np.clip(metric[:, i, j] / lengths[:, i] / lengths[:, j], -1, 1)))
        cosine = np.cos(np.radians((angle + target.angles[axis]) / 2))
        mean[:, i, j] = mean[:, j, i] = mean[:, i, j] * cosine
    spacing = np.sqrt(np.abs(np.linalg.det(mean))) ** (1 / 3) / sites ** (1 / 3)
    reciprocal = np.sqrt(np.diagonal(np.linalg.inv(mean), axis1=1, axis2=2))
    return np.asarray(2 * reciprocal * site_tolerance * spacing[:, None] * (1 + SLACK))


def _rarest(structure: Structure) -> int:
    """The first site of the element of which there are fewest; the matcher lays it on the other structure's sites."""
    elements = [site.species_string for site in structure]
    counts = [elements.count(element) for element in elements]
    return counts.index(min(counts))


def _near(here: Array, there: Array, tolerance: Array, first: int) -> NDArray[np.bool_]:
    """True where an atom lies on another (m, n, n, n): by basis, and the atom that is taken onto the ``first`` there."""
    gap = here[:, :, None] - there
    gap = gap[:, None] - gap[:, :, None, first][:, :, None]
    gap -= np.rint(gap)
    return np.asarray((np.abs(gap) < tolerance[:, None, None, None]).all(axis=4))


def _pairings(a: Structure, b: Structure) -> list[tuple[NDArray[np.bool_], int]]:
    """For each way to call the elements of one by those of the other: pairs (n, n) of one element, and the first of b."""
    names = [[site.species_string for site in structure] for structure in (a, b)]
    elements = [list(dict.fromkeys(each)) for each in names]
    counts = [[name.count(element) for element in each] for name, each in zip(names, elements, strict=True)]
    of_a, of_b = (np.array([each.index(name) for name in own]) for own, each in zip(names, elements, strict=True))
    return [
        (np.array(order)[of_a][:, None] == of_b, _rarest(b))
        for order in permutations(range(len(elements[1])))
        if counts[0] == [counts[1][place] for place in order]
    ]


def _all_near(near: NDArray[np.bool_], same: NDArray[np.bool_], first: int) -> bool:
    """True if by some basis and translation every atom there has one of its element on it."""
    covered = np.asarray((near & same).any(axis=2))
    laid_on = np.asarray(covered.all(axis=2))
    return bool(laid_on[:, same[:, first]].any())
