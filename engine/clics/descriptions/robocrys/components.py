"""The connected parts of a crystal: which sites, how many dimensions, in what direction.

Dimensionality is the rank of the lattice translations by which a part connects to itself (Larsen et al., Phys. Rev.
Mater. 3, 034003 (2019), doi:10.1103/PhysRevMaterials.3.034003), read here from the closed walks of its bond graph.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from pymatgen.core import Lattice, Structure
from pymatgen.core.lattice import get_integer_index

from clics.descriptions.robocrys.bonds import Bonds, image_steps
from clics.descriptions.robocrys.conventional_cell import Cell
from clics.descriptions.robocrys.structure_matching import reduced_cell, same_structure

Image = tuple[int, int, int]

MAX_COMPARISONS = 300
"""Pairs of parts compared in one crystal; each takes some 10 ms, and molecular crystals need a few dozen. In a cell that falls
into more (a gas, an amorphous cell) the others are told apart by size and dimensionality only."""


@dataclass(frozen=True, slots=True)
class Part:
    """One connected part of a cell.

    ``sites`` ascend; ``images`` says in which lattice image each hangs together with the first; ``orientation`` is the
    direction of a chain or the plane (Miller) of a layer, None for dimensionality 0 and 3.
    """

    sites: tuple[int, ...]
    images: tuple[Image, ...]
    dimensionality: int
    orientation: tuple[int, ...] | None


def find_parts(bonds: Bonds) -> list[Part]:
    """The connected parts, in the order of their first sites."""
    bounds, end, image = bonds.bounds.tolist(), bonds.end.tolist(), bonds.image.tolist()
    place: dict[int, int] = {}
    parts = []
    for first in range(len(bonds.orbit)):
        if first in place:
            continue
        place[first] = 0
        members, walks = [first], set()
        for site in members:  # grows while we walk
            here = place[site]
            for bond in range(bounds[site], bounds[site + 1]):
                other, reached = end[bond], here + image[bond]
                if other in place:
                    walks.add(reached - place[other])
                else:
                    place[other] = reached
                    members.append(other)
        closed = np.array(sorted(image_steps(walk) for walk in walks if walk), dtype=np.int64).reshape(-1, 3)
        rank = int(np.linalg.matrix_rank(closed)) if len(closed) else 0
        members.sort()
        images = tuple(image_steps(place[site]) for site in members)
        parts.append(Part(tuple(members), images, rank, _orientation(closed, rank)))
    return parts


def _orientation(walks: NDArray[np.int64], rank: int) -> tuple[int, ...] | None:
    """Direction of a chain or normal of a layer, in integers, from the translations it repeats by (m, 3)."""
    if rank not in (1, 2):
        return None
    _, _, axes = np.linalg.svd(walks.astype(float))
    index = tuple(int(step) for step in get_integer_index(axes[2 if rank == 2 else 0]))
    # pymatgen has as few negative steps as can be; where both signs have as many, the first step is positive.
    opposite = tuple(-step for step in index)
    return max(index, opposite, key=lambda steps: (sum(step >= 0 for step in steps), steps))


def different_parts(parts: list[Part], cell: Cell, orbit: NDArray[np.int64]) -> tuple[list[Part], list[int]]:
    """The structurally different parts, and how often each occurs.

    Parts on the same symmetry orbits are the same; others are compared as robocrystallographer does, by
    ``StructureMatcher``.
    """
    kinds: list[Part] = []
    counts: list[int] = []
    orbits: list[frozenset[int]] = []
    comparison = _Comparison(cell)
    for part in parts:
        own = frozenset(orbit[list(part.sites)].tolist())
        for i, kind in enumerate(kinds):
            if own == orbits[i] or comparison.same(part, kind):
                counts[i] += 1
                break
        else:
            kinds.append(part)
            counts.append(1)
            orbits.append(own)
    return kinds, counts


class _Comparison:
    """Compares parts of one cell; each is reduced once, and only parts of one composition are compared at all."""

    def __init__(self, cell: Cell) -> None:
        self._cell = cell
        self._reduced: dict[Part, Structure] = {}
        self._fits = 0

    def same(self, a: Part, b: Part) -> bool:
        """True where ``StructureMatcher`` fits two parts; it never fits parts of different composition.

        After :data:`MAX_COMPARISONS`, where they are of one size and dimensionality.
        """
        counts = [Counter(self._cell.symbols[site] for site in part.sites) for part in (a, b)]
        if counts[0].keys() != counts[1].keys() or any(
            counts[0][element] * len(b.sites) != counts[1][element] * len(a.sites) for element in counts[0]
        ):
            return False
        if len(a.sites) == len(b.sites) == 1:
            return True  # single atoms in the same lattice
        self._fits += 1
        if self._fits > MAX_COMPARISONS:
            return len(a.sites) == len(b.sites) and a.dimensionality == b.dimensionality
        return same_structure(self._of(a), self._of(b))

    def _of(self, part: Part) -> Structure:
        if part not in self._reduced:
            self._reduced[part] = reduced_cell(structure_of(self._cell, part.sites))
        return self._reduced[part]


def structure_of(cell: Cell, sites: tuple[int, ...] | None = None) -> Structure:
    """The cell, or some of its sites, as a pymatgen structure."""
    chosen = list(range(len(cell.symbols)) if sites is None else sites)
    return Structure(Lattice(cell.matrix), [cell.symbols[site] for site in chosen], cell.frac[chosen])
