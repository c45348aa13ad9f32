"""Space groups, Wyckoff letters and orbits.

Spglib (Togo, Shinohara & Tanaka, arXiv:1808.01590) is the reference: descriptions, training labels and comparisons use
its answer at 0.01 Å. At the other tolerances moyopy (https://github.com/spglib/moyo) is used: it is six times faster,
and its answer does not depend on the choice of the cell (benchmarks/symmetry.py).
"""

from __future__ import annotations

import logging
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from clics.errors import DescriptionError, InputError
from clics.results.description import SpaceGroup
from clics.symmetry.space_groups import by_number

if TYPE_CHECKING:
    from numpy.typing import ArrayLike
    from pymatgen.core import Structure

SYMPREC = 0.01
"""Tolerance (Å) of the space groups of descriptions, training labels and comparisons, found by spglib."""

TOLERANCES = (0.001, SYMPREC, 0.1)
"""The tolerances (Å) a crystal's space group is reported at."""

ANGLE_TOLERANCE = 5.0
"""Degrees; what pymatgen, robocrystallographer and the Materials Project give spglib."""

SMALLEST_VOLUME = 1e-6
"""Å³; a cell below this is flat."""

logging.getLogger("moyo").addHandler(logging.NullHandler())  # its remarks on single crystals are no news for a user


@dataclass(frozen=True, slots=True)
class SitesSymmetry:
    """For every atom, in the order given: Wyckoff letter, site symmetry symbol, and the first atom of its orbit."""

    wyckoff: tuple[str, ...]
    site_symmetry: tuple[str, ...]
    orbit: tuple[int, ...]


def crystal_system(number: int) -> str:
    """Name of the crystal system of a space group number, 1 to 230, for example ``"tetragonal"``."""
    if not 1 <= number <= 230:
        raise DescriptionError(f"There is no space group number {number}: they run from 1 to 230.", kind="no-symmetry")
    return by_number(number).crystal_system


def space_group_of_arrays(
    lattice: ArrayLike, numbers: ArrayLike, frac: ArrayLike, symprec: float = SYMPREC
) -> SpaceGroup:
    """Find the space group of a cell by spglib.

    Args:
        lattice: Rows a, b, c in Å (3, 3).
        numbers: Atomic numbers (n,).
        frac: Fractional coordinates (n, 3).
        symprec: Symmetry tolerance in Å.

    Raises:
        DescriptionError: ``no-symmetry`` where spglib finds none.
    """
    symmetry = dataset(lattice, numbers, frac, symprec)
    return SpaceGroup(str(symmetry.international), int(symmetry.number), symprec)


def space_groups(structure: Structure, tolerances: tuple[float, ...] = TOLERANCES) -> tuple[SpaceGroup, ...]:
    """Space group of an ordered structure at each tolerance (Å); see :func:`space_groups_of_arrays`."""
    return space_groups_of_arrays(*arrays_of(structure), tolerances=tolerances)


def space_groups_of_arrays(
    lattice: ArrayLike,
    numbers: ArrayLike,
    frac: ArrayLike,
    *,
    tolerances: tuple[float, ...] = TOLERANCES,
    known: SpaceGroup | None = None,
) -> tuple[SpaceGroup, ...]:
    """Space group of a cell given as arrays at each tolerance (Å), in that order; ``known`` is not asked for again.

    Spglib answers at :data:`SYMPREC`, moyopy at the others (spglib again where moyopy has no answer). A tolerance at
    which nothing is found (for example because it is longer than a bond) is left out; where nothing is found at any,
    the :class:`DescriptionError` of the last is raised.
    """
    groups: list[SpaceGroup] = []
    failure: DescriptionError | None = None
    for symprec in tolerances:
        if known is not None and known.symprec == symprec:
            groups.append(known)
            continue
        find = space_group_of_arrays if symprec == SYMPREC else quick_space_group_of_arrays
        try:
            groups.append(find(lattice, numbers, frac, symprec))
        except DescriptionError as error:
            failure = error
    if failure is not None and not groups:
        raise failure
    return tuple(groups)


def quick_space_group_of_arrays(
    lattice: ArrayLike, numbers: ArrayLike, frac: ArrayLike, symprec: float = SYMPREC
) -> SpaceGroup:
    """As :func:`space_group_of_arrays`, found by moyopy; by spglib where moyopy finds none.

    Angles are left to moyopy, which derives what it allows from ``symprec``: with five degrees, as spglib has them,
    version 0.21 searches without end in some real crystals (tests/engine/symmetry/test_symmetry.py names one).
    """
    from moyopy import Cell, MoyoDataset

    check_cell(lattice, numbers, frac)
    cell = Cell(np.asarray(lattice, float).tolist(), np.asarray(frac, float).tolist(), np.asarray(numbers).tolist())
    try:
        symmetry = MoyoDataset(cell, symprec=symprec)
    except ValueError:  # "primitive symmetry search failed", for example for atoms on top of each other
        return space_group_of_arrays(lattice, numbers, frac, symprec)
    group = by_number(symmetry.number)
    return SpaceGroup(group.symbol, group.number, symprec)


def wyckoff(structure: Structure, symprec: float = SYMPREC) -> SitesSymmetry:
    """Wyckoff letter, site symmetry and orbit of every atom of an ordered structure; raises as :func:`dataset` does."""
    symmetry = dataset(*arrays_of(structure), symprec)
    return SitesSymmetry(
        tuple(str(letter) for letter in symmetry.wyckoffs),
        tuple(str(symbol) for symbol in symmetry.site_symmetry_symbols),
        tuple(int(first) for first in symmetry.crystallographic_orbits),
    )


def arrays_of(structure: Structure) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Lattice (3, 3) in Å, atomic numbers (n,) and fractional coordinates (n, 3) of an ordered structure.

    Raises :class:`DescriptionError` of kind ``disordered`` where a site is shared or partly empty.
    """
    if not structure.is_ordered:
        raise DescriptionError(
            f"{structure.composition.reduced_formula} is disordered (partial occupancies); only the geometry of an "
            "ordered structure can be described.",
            kind="disordered",
        )
    numbers = np.array([site.specie.Z for site in structure], dtype=np.intc)
    return np.array(structure.lattice.matrix), numbers, np.array(structure.frac_coords)


def check_cell(lattice: ArrayLike, numbers: ArrayLike, frac: ArrayLike) -> None:
    """Refuse cells that no symmetry search should meet; arguments as in :func:`space_group_of_arrays`.

    Raises :class:`DescriptionError` of kind ``no-symmetry`` for an empty cell, one without volume, and numbers that are
    not finite.
    """
    rows, kinds, positions = np.asarray(lattice, float), np.asarray(numbers), np.asarray(frac, float)
    if kinds.size == 0 or positions.shape != (kinds.size, 3) or rows.shape != (3, 3):
        why = "it is empty, or its arrays do not fit each other"
    elif not (np.isfinite(rows).all() and np.isfinite(positions).all()):
        why = "it holds numbers that are not finite"
    elif abs(np.linalg.det(rows)) < SMALLEST_VOLUME:
        why = "it has no volume"
    else:
        return
    raise DescriptionError(f"The cell has no symmetry to be found: {why}.", kind="no-symmetry")


def check_tolerance(symprec: float) -> None:
    """Refuse a tolerance of the symmetry search that is no positive length; spglib ends the process at one.

    Raises:
        InputError: Kind ``bad-tolerance``.
    """
    if isinstance(symprec, (int, float, np.floating)) and math.isfinite(symprec) and symprec > 0:
        return
    raise InputError(f"The symmetry tolerance must be a positive length in Å, not {symprec!r}.", kind="bad-tolerance")


def dataset(lattice: ArrayLike, numbers: ArrayLike, frac: ArrayLike, symprec: float = SYMPREC) -> Any:
    """Spglib's ``SpglibDataset`` of a cell; arguments as in :func:`space_group_of_arrays`.

    Raises :class:`DescriptionError` of kind ``no-symmetry`` as :func:`check_cell` does, for atoms on top of each other,
    and for any other reason for which spglib gives no answer. A tolerance is checked by :func:`check_tolerance`.
    """
    import spglib

    check_tolerance(symprec)
    check_cell(lattice, numbers, frac)
    why = "spglib gives no answer"
    try:
        symmetry = spglib.get_symmetry_dataset((lattice, frac, numbers), symprec, ANGLE_TOLERANCE)
        if symmetry is not None:
            return symmetry
    except Exception as error:  # noqa: BLE001 - spglib's errors are of a private class of its C++ part
        why = f"spglib says: {error}"
    raise DescriptionError(
        f"The symmetry of the crystal could not be found at a tolerance of {symprec:g} Å ({why}); "
        "check for atoms on top of each other.",
        kind="no-symmetry",
    )
