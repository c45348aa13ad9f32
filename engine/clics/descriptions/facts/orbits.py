"""The crystallographic orbits of a crystal, labelled as in its Wyckoff table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from clics.descriptions.robocrys.conventional_cell import Cell

SAME_PLACE = 1e-3
"""Å by which an operation of the site symmetry may move the site; the standard cell has its symmetry exactly."""


@dataclass(frozen=True, slots=True)
class Orbit:
    """A crystallographic orbit.

    Attributes:
        label: Element, with a number where the element is on several orbits.
        element: Its element.
        first: The first site of the standard cell that is on it.
        multiplicity: Its sites in the standard cell.
        wyckoff: Wyckoff letter.
        site_symmetry: Site-symmetry symbol.
        atoms: Indices into the crystal as it was read.
    """

    label: str
    element: str
    first: int
    multiplicity: int
    wyckoff: str
    site_symmetry: str
    atoms: tuple[int, ...]


def find_orbits(cell: Cell) -> list[Orbit]:
    """The orbits, in the order of their first atoms in the crystal as it was read."""
    atoms: dict[int, list[int]] = {}
    for atom, first in enumerate(cell.orbit[cell.counterpart].tolist()):
        atoms.setdefault(first, []).append(atom)
    sizes = Counter(cell.orbit.tolist())
    total, seen = Counter(cell.symbols[first] for first in atoms), Counter[str]()
    orbits = []
    for first, members in atoms.items():
        element = cell.symbols[first]
        seen[element] += 1
        orbits.append(
            Orbit(
                label=f"{element}{seen[element]}" if total[element] > 1 else element,
                element=element,
                first=first,
                multiplicity=sizes[first],
                wyckoff=cell.letters[first],
                site_symmetry=cell.site_symmetries[first],
                atoms=tuple(members),
            )
        )
    return orbits


def site_rotations(cell: Cell, sites: Sequence[int]) -> list[NDArray[np.float64]]:
    """The operations (m, 3, 3) of the symmetry of each site as Cartesian matrices, which act on column vectors."""
    rotations = cell.matrix.T @ cell.rotations @ np.linalg.inv(cell.matrix.T)
    places = cell.frac[sites]
    offset = np.einsum("oij,sj->osi", cell.rotations, places) + cell.translations[:, None, :] - places
    offset -= np.rint(offset)
    here = np.abs(offset @ cell.matrix).max(axis=2) < SAME_PLACE
    return [rotations[of_site] for of_site in here.T]
