"""The conventional cell of a description, its symmetry, and the site of it that each atom of the input became."""

from __future__ import annotations

import functools
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from clics.descriptions.robocrys.element_tables import site_order, symbol_of
from clics.descriptions.robocrys.standard_axes import reduced, standard_axes
from clics.symmetry.analysis import dataset


@dataclass(frozen=True, slots=True)
class Cell:
    """pymatgen's conventional standard cell, sorted by electronegativity.

    ``matrix`` (3, 3) rows a, b, c in Å, ``frac`` (n, 3) in [0, 1), ``numbers`` (n,) atomic numbers, ``symbols`` the
    same in letters. ``rotations`` (m, 3, 3) and ``translations`` (m, 3) are the operations of the space group
    ``symbol``, ``number`` on these axes, which the cell has exactly. ``orbit[i]`` is the first site that these map on
    site i. ``counterpart[i]`` is a site that atom i of the input became (another copy of it, where the cells differ in
    size). ``letters`` and ``site_symmetries`` (n,) are the Wyckoff letters and site-symmetry symbols of the sites in the
    standard setting, empty where no symmetry was looked for. ``to_standard`` and ``to_read`` (3, 3) take the components
    of a vector on these axes to those on the axes of the standard setting and of the cell as it was read.
    """

    matrix: NDArray[np.float64]
    frac: NDArray[np.float64]
    numbers: NDArray[np.int64]
    symbols: list[str]
    rotations: NDArray[np.float64]
    translations: NDArray[np.float64]
    orbit: NDArray[np.int64]
    counterpart: NDArray[np.int64]
    symbol: str
    number: int
    letters: tuple[str, ...] = ()
    site_symmetries: tuple[str, ...] = ()
    to_standard: NDArray[np.float64] = field(default_factory=lambda: np.eye(3))
    to_read: NDArray[np.float64] = field(default_factory=lambda: np.eye(3))


def conventional_cell(lattice: ArrayLike, numbers: ArrayLike, frac: ArrayLike, symprec: float) -> Cell:
    """Standardise a cell by the same steps as robocrystallographer.

    The axes are those of Setyawan & Curtarolo (doi:10.1016/j.commatsci.2010.05.010).

    Args:
        lattice: Rows a, b, c in Å (3, 3).
        numbers: Atomic numbers (n,).
        frac: Fractional coordinates (n, 3).
        symprec: Symmetry tolerance in Å.

    Raises:
        DescriptionError: ``no-symmetry`` where spglib finds no cell.
    """
    kinds = np.asarray(numbers, dtype=np.int64)
    order = site_order(kinds)
    symmetry = dataset(lattice, kinds[order], np.mod(np.asarray(frac, dtype=np.float64)[order] + 1, 1), symprec)
    number, symbol = int(symmetry.number), str(symmetry.international)
    sorting = site_order(symmetry.std_types)
    matrix, places = symmetry.std_lattice, symmetry.std_positions[sorting]
    if number <= 2:
        matrix, places = reduced(matrix, places)
    unreduced = matrix
    turn, matrix = standard_axes(matrix, number, symbol)
    # The standard axes on these: permuted, and reduced before where the crystal is triclinic.
    from_standard = turn @ np.linalg.solve(unreduced.T, symmetry.std_lattice.T)
    to_standard: NDArray[Any] = np.linalg.inv(from_standard)
    rotations, translations = _operations(int(symmetry.hall_number))
    types = symmetry.std_types[sorting].astype(np.int64)
    primitive = symmetry.std_mapping_to_primitive[sorting]
    counterpart = np.empty(len(order), dtype=np.int64)
    counterpart[order] = _last_place(primitive)[symmetry.mapping_to_primitive]
    atom = _atom_of_orbit(symmetry, primitive)
    return Cell(
        matrix=np.ascontiguousarray(matrix),
        frac=np.mod(places @ turn.T, 1),
        numbers=types,
        symbols=[symbol_of(kind) for kind in types.tolist()],
        rotations=turn @ rotations @ turn.T,
        translations=translations @ turn.T,
        orbit=_orbits(atom),
        counterpart=counterpart,
        symbol=symbol,
        number=number,
        letters=tuple(str(symmetry.wyckoffs[first]) for first in atom.tolist()),
        site_symmetries=tuple(str(symmetry.site_symmetry_symbols[first]) for first in atom.tolist()),
        to_standard=to_standard,
        to_read=np.linalg.solve(symmetry.transformation_matrix, to_standard),
    )


@functools.lru_cache(maxsize=64)
def _operations(hall_number: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Rotations (m, 3, 3) and translations (m, 3) of a space group in the setting of a Hall number, on its own axes.

    For a triclinic group these are 1 and -1 at the origin, which read the same on reduced axes.
    """
    import spglib

    operations: Any = spglib.get_symmetry_from_database(hall_number)
    return operations["rotations"].astype(np.float64), operations["translations"]


def _last_place(primitive: NDArray[Any]) -> NDArray[np.int64]:
    """For each atom of the primitive cell the last site of the standard cell that is a copy of it."""
    place = np.zeros(int(primitive.max()) + 1, dtype=np.int64)
    for site, atom in enumerate(primitive.tolist()):
        place[atom] = site
    return place


def _atom_of_orbit(symmetry: Any, primitive: NDArray[Any]) -> NDArray[np.int64]:
    """For each site of the standard cell the first atom of the input on its orbit.

    spglib gives the orbits of the input's atoms, and numbers the atoms of one primitive cell, of which both cells hold
    copies.
    """
    orbit_of_primitive = np.zeros(int(primitive.max()) + 1, dtype=np.int64)
    orbit_of_primitive[symmetry.mapping_to_primitive] = symmetry.crystallographic_orbits
    first: NDArray[np.int64] = orbit_of_primitive[primitive]
    return first


def _orbits(atom: NDArray[np.int64]) -> NDArray[np.int64]:
    """For each site of the standard cell the first one on its orbit, from the atoms that stand for the orbits."""
    _, first, kind = np.unique(atom, return_index=True, return_inverse=True)
    return first[kind].astype(np.int64)
