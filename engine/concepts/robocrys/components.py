"""The connected parts of a crystal: which sites, how many dimensions, in what direction.

Dimensionality is the rank of the lattice translations by which a part connects to itself (Larsen et al., Phys. Rev.
Mater. 3, 034003 (2019), doi:10.1103/PhysRevMaterials.3.034003), read here from the closed walks of its bond graph.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pymatgen.analysis.structure_matcher import StructureMatcher
from pymatgen.core import Composition, PeriodicSite, Structure
from pymatgen.core.lattice import get_integer_index

from engine.concepts.robocrys.bonds import Bonds


@dataclass(frozen=True, slots=True)
class Part:
    """One connected part of a cell.

    ``sites`` ascend; ``images`` says in which lattice image each hangs together with the first; ``orientation`` is the
    direction of a chain or the plane (Miller) of a layer, None for dimensionality 0 and 3.
    """

    sites: tuple[int, ...]
    images: tuple[tuple[int, ...], ...]
    dimensionality: int
    orientation: tuple[int, ...] | None

    def component(self, symbols: list[str]) -> dict[str, Any]:
        """The part as robocrystallographer's formula functions take it; they read its composition only."""
        counts: dict[str, int] = {}
        for site in self.sites:
            counts[symbols[site]] = counts.get(symbols[site], 0) + 1
        structure = SimpleNamespace(composition=Composition(counts))
        return {"dimensionality": self.dimensionality, "structure_graph": SimpleNamespace(structure=structure)}


def find_parts(bonds: Bonds) -> list[Part]:
    """The connected parts, in the order of their first sites."""
    place: dict[int, NDArray[np.int64]] = {}
    parts = []
    for first in range(len(bonds.neighbours)):
        if first in place:
            continue
        place[first] = np.zeros(3, dtype=np.int64)
        members, walks = [first], []
        for site in members:  # grows while we walk
            for other, image in bonds.neighbours[site]:
                reached = place[site] + image
                if other in place:
                    walks.append(reached - place[other])
                else:
                    place[other] = reached
                    members.append(other)
        closed = np.unique(np.array(walks, dtype=np.int64).reshape(-1, 3), axis=0)
        rank = int(np.linalg.matrix_rank(closed)) if len(closed) else 0
        members.sort()
        images = tuple(tuple(place[site].tolist()) for site in members)
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


def different_parts(parts: list[Part], structure: Structure, orbit: NDArray[np.int64]) -> tuple[list[Part], list[int]]:
    """The structurally different parts, and how often each occurs.

    Parts on the same symmetry orbits are the same; others are compared as robocrystallographer does, by
    ``StructureMatcher``.
    """
    matcher = StructureMatcher()
    kinds: list[Part] = []
    counts: list[int] = []
    orbits: list[frozenset[int]] = []
    cells: dict[Part, Structure] = {}

    def cell(part: Part) -> Structure:
        if part not in cells:
            cells[part] = Structure.from_sites([structure[site] for site in part.sites])
        return cells[part]

    for part in parts:
        own = frozenset(orbit[list(part.sites)].tolist())
        for i, kind in enumerate(kinds):
            if own == orbits[i] or matcher.fit(cell(part), cell(kind)):
                counts[i] += 1
                break
        else:
            kinds.append(part)
            counts.append(1)
            orbits.append(own)
    return kinds, counts


def molecules_as_atoms(parts: list[Part], structure: Structure) -> Structure:
    """The structure with each zero-dimensional part as one atom, of its first element, at its centre of mass."""
    sites = [structure[site] for part in parts if part.dimensionality > 0 for site in part.sites]
    for part in parts:
        if part.dimensionality == 0:
            atoms = [structure[site] for site in part.sites]
            mass = np.array([float(atom.specie.atomic_mass) for atom in atoms])
            places = np.array([atom.frac_coords for atom in atoms]) + np.array(part.images)
            sites.append(PeriodicSite(atoms[0].specie, mass @ places / mass.sum(), structure.lattice))
    return Structure.from_sites(sites)
