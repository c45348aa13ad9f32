"""All bonds of a cell as arrays, each symmetry orbit computed once and carried to its other atoms."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from pymatgen.core import Structure

from engine.concepts.robocrys.crystal_nn import Neighbourhood, SiteCrystalNN
from engine.concepts.symmetry import dataset
from engine.errors import DescriptionError

ORBIT_TOLERANCE = 1e-4
"""Å. Atoms share a computation only where symmetry maps them on each other this closely (no fact needs more)."""

Image = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Bonds:
    """``structure``, its orbits, and for every site its bonded neighbours, nearest first.

    ``orbit[i]`` is the first site of i's orbit; ``neighbourhood`` holds CrystalNN's answer for those first sites;
    ``neighbours[i]`` lists (site, lattice image), ``distances[i]`` the lengths in Å, in the same order.
    """

    structure: Structure
    orbit: NDArray[np.int64]
    neighbourhood: dict[int, Neighbourhood]
    neighbours: list[list[tuple[int, Image]]]
    distances: list[list[float]]


def find_bonds(structure: Structure, strategy: SiteCrystalNN) -> Bonds:
    """Bonds of an ordered structure: a pair is bonded when CrystalNN finds it from either end.

    Raises :class:`DescriptionError` of kind ``no-neighbours`` where an atom's Voronoi cell is open.
    """
    lattice, frac = structure.lattice, np.array(structure.frac_coords)
    symbols = [site.specie.symbol for site in structure]
    orbit, carry = _orbits(structure)
    neighbourhood = {
        int(first): strategy.neighbourhood(lattice, symbols, frac, int(first)) for first in np.unique(orbit)
    }
    pairs: set[tuple[int, int, Image]] = set()
    for site, first in enumerate(orbit):
        around = neighbourhood[int(first)]
        count = around.coordination
        index, image = carry(site, around.index[:count], around.image[:count])
        for other, shift in zip(index.tolist(), image.tolist(), strict=True):
            pairs.add((site, other, tuple(shift)))
            pairs.add((other, site, tuple(-step for step in shift)))
    found: dict[int, list[tuple[int, Image]]] = defaultdict(list)
    for site, other, shift in sorted(pairs):
        found[site].append((other, shift))
    neighbours, distances = [], []
    for site in range(len(structure)):
        here = found[site]
        if here:
            ends = frac[[other for other, _ in here]] + np.array([shift for _, shift in here])
            length = np.linalg.norm((ends - frac[site]) @ lattice.matrix, axis=1)
            order = np.argsort(length, kind="stable")
            here, lengths = [here[i] for i in order], length[order].tolist()
        else:
            lengths = []
        neighbours.append(here)
        distances.append(lengths)
    return Bonds(structure, orbit, neighbourhood, neighbours, distances)


Carry = Callable[[int, NDArray[np.int64], NDArray[np.int64]], tuple[NDArray[np.int64], NDArray[np.int64]]]


def _orbits(structure: Structure) -> tuple[NDArray[np.int64], Carry]:
    """First site of each site's orbit, and what carries that one's neighbours (site, image) to the site."""
    frac = np.array(structure.frac_coords)
    numbers = [site.specie.Z for site in structure]
    count = len(frac)
    alone = np.arange(count)
    try:
        found = dataset(structure.lattice.matrix, numbers, frac, ORBIT_TOLERANCE)
    except DescriptionError:
        return alone, lambda _site, index, image: (index, image)
    orbit = np.array(found.crystallographic_orbits, dtype=np.int64)
    firsts, position = np.unique(orbit, return_inverse=True)
    # Which operation takes the first site of an orbit to which of its sites: try all operations on the first sites.
    moved = np.einsum("oij,fj->ofi", found.rotations, frac[firsts]) + found.translations[:, None, :]
    chosen = np.zeros(count, dtype=np.int64)
    for site in range(count):
        offset = moved[:, position[site]] - frac[site]
        offset -= np.rint(offset)
        chosen[site] = np.argmin((np.abs(offset) @ np.abs(structure.lattice.matrix)).sum(axis=1))
    kinds = np.array(numbers)

    def carry(
        site: int, index: NDArray[np.int64], image: NDArray[np.int64]
    ) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        if site == orbit[site]:
            return index, image
        rotation, translation = found.rotations[chosen[site]], found.translations[chosen[site]]
        base = rotation @ frac[orbit[site]] + translation - frac[site]
        ends = (frac[index] + image) @ rotation.T + translation - np.rint(base)
        offset = ends[:, None, :] - frac[None, :, :]
        shift = np.rint(offset)
        gap = np.linalg.norm((offset - shift) @ structure.lattice.matrix, axis=2)
        gap[kinds[index][:, None] != kinds[None, :]] = np.inf
        there = gap.argmin(axis=1)
        return there, shift[np.arange(len(there)), there].astype(np.int64)

    return orbit, carry
