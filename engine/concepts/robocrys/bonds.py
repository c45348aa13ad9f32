"""All bonds of a cell as arrays, each symmetry orbit computed once and carried to its other atoms."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pymatgen.core import Structure

from engine.concepts.robocrys.crystal_nn import Neighbourhood, SiteCrystalNN
from engine.concepts.symmetry import dataset

ORBIT_TOLERANCE = 1e-4
"""Å. Atoms share a computation only where symmetry maps them on each other this closely (no fact needs more)."""

Image = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Bonds:
    """A cell's symmetry orbits, and for every site its bonded neighbours, nearest first.

    ``orbit[i]`` is the first site of i's orbit; ``neighbourhood`` holds CrystalNN's answer for those first sites;
    ``neighbours[i]`` lists (site, lattice image), ``distances[i]`` the lengths in Å, in the same order.
    ``equivalent[i]`` is the first site that is the same as i at the looser tolerance symmetry labels are made with.
    """

    structure: Structure
    symbols: list[str]
    orbit: NDArray[np.int64]
    equivalent: list[int]
    neighbourhood: dict[int, Neighbourhood]
    neighbours: list[list[tuple[int, Image]]]
    distances: list[list[float]]


def find_bonds(
    structure: Structure, strategy: SiteCrystalNN, *, space_group: int | None = None, symprec: float = 0.01
) -> Bonds:
    """Bonds of an ordered cell: a pair is bonded when CrystalNN finds it from either end.

    ``space_group`` is the number the cell was standardised to at ``symprec`` Å, if it was.

    Raises :class:`DescriptionError` of kind ``no-neighbours`` where an atom's Voronoi cell is open.
    """
    lattice, frac = structure.lattice, np.array(structure.frac_coords)
    matrix: NDArray[np.float64] = lattice.matrix
    species = [site.specie for site in structure]
    symbols, numbers = [element.symbol for element in species], np.array([element.Z for element in species])
    labels = dataset(matrix, numbers, frac, symprec)
    carrier = Carrier(matrix, frac, numbers, labels)
    # A standardised cell has its own symmetry exactly. Where the loose tolerance finds more of it, that is not exact.
    if labels.number != space_group or carrier.error > ORBIT_TOLERANCE:
        carrier = Carrier(matrix, frac, numbers, dataset(matrix, numbers, frac, ORBIT_TOLERANCE))
    neighbourhood = {
        int(first): strategy.neighbourhood(lattice, symbols, frac, int(first)) for first in np.unique(carrier.orbit)
    }
    pairs: set[tuple[int, int, Image]] = set()
    for site, first in enumerate(carrier.orbit):
        around = neighbourhood[int(first)]
        count = around.coordination
        index, image = carrier.carry(site, around.index[:count], around.image[:count])
        for other, shift in zip(index.tolist(), image.tolist(), strict=True):
            pairs.add((site, other, tuple(shift)))
            pairs.add((other, site, tuple(-step for step in shift)))
    neighbours, distances = _by_length(sorted(pairs), matrix, frac)
    return Bonds(
        structure, symbols, carrier.orbit, labels.equivalent_atoms.tolist(), neighbourhood, neighbours, distances
    )


def _by_length(
    pairs: list[tuple[int, int, Image]], matrix: NDArray[np.float64], frac: NDArray[np.float64]
) -> tuple[list[list[tuple[int, Image]]], list[list[float]]]:
    """For each site its neighbours (site, image) and the distances to them in Å, nearest first."""
    neighbours: list[list[tuple[int, Image]]] = [[] for _ in frac]
    distances: list[list[float]] = [[] for _ in frac]
    if not pairs:
        return neighbours, distances
    begin, end, image = (np.array(column) for column in zip(*pairs, strict=True))
    length = np.linalg.norm((frac[end] + image - frac[begin]) @ matrix, axis=1)
    for i in np.argsort(length, kind="stable"):
        site, other, shift = pairs[i]
        neighbours[site].append((other, shift))
        distances[site].append(float(length[i]))
    return neighbours, distances


class Carrier:
    """Carries what is known of the first site of an orbit to its other sites, by the operation between them.

    ``found`` is spglib's dataset of the cell (``matrix`` (3, 3) in Å, ``frac`` (n, 3), atomic ``numbers`` (n,));
    ``error`` is how far in Å a site may lie from where its operation puts the first one.
    """

    def __init__(
        self, matrix: NDArray[np.float64], frac: NDArray[np.float64], numbers: NDArray[np.int64], found: Any
    ) -> None:
        self.orbit = np.array(found.crystallographic_orbits, dtype=np.int64)
        self._matrix, self._frac, self._numbers = matrix, frac, numbers
        self._rotations, self._translations = found.rotations, found.translations
        firsts, position = np.unique(self.orbit, return_inverse=True)
        moved = np.einsum("oij,fj->ofi", found.rotations, frac[firsts]) + found.translations[:, None, :]
        offset = moved[:, position] - frac
        offset -= np.rint(offset)
        gap = np.abs(offset @ matrix).sum(axis=2)
        self._operation = gap.argmin(axis=0)
        self.error = float(gap.min(axis=0).max())

    def carry(
        self, site: int, index: NDArray[np.int64], image: NDArray[np.int64]
    ) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Neighbours (sites (m,), lattice images (m, 3)) of ``site``, from those of the first site of its orbit."""
        first = self.orbit[site]
        if site == first or len(index) == 0:
            return index, image
        rotation = self._rotations[self._operation[site]]
        translation = self._translations[self._operation[site]]
        home = np.rint(rotation @ self._frac[first] + translation - self._frac[site])
        ends = (self._frac[index] + image) @ rotation.T + translation - home
        offset = ends[:, None, :] - self._frac[None, :, :]
        shift = np.rint(offset)
        gap = np.abs((offset - shift) @ self._matrix).sum(axis=2)
        gap[self._numbers[index][:, None] != self._numbers[None, :]] = np.inf
        there = gap.argmin(axis=1)
        return there, shift[np.arange(len(there)), there].astype(np.int64)
