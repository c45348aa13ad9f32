"""The connected parts of a crystal: which sites, how many dimensions, in what direction.

Dimensionality is the rank of the lattice translations a part connects to itself by (Larsen et al., Phys. Rev. Mater.
3, 034003 (2019), doi:10.1103/PhysRevMaterials.3.034003), read here from the closed walks of its bond graph.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pymatgen.core import Structure
from pymatgen.core.lattice import get_integer_index

from engine.concepts.robocrys.bonds import Bonds


@dataclass(frozen=True, slots=True)
class Part:
    """One connected part: sites (ascending), dimensionality 0 to 3, and for 1 or 2 its direction or plane (Miller)."""

    sites: tuple[int, ...]
    dimensionality: int
    orientation: tuple[int, ...] | None

    def component(self, structure: Structure) -> dict[str, Any]:
        """The part in the form robocrystallographer's functions take."""
        own = (
            structure if len(self.sites) == len(structure) else Structure.from_sites([structure[i] for i in self.sites])
        )
        return {
            "site_ids": self.sites,
            "dimensionality": self.dimensionality,
            "orientation": self.orientation,
            "structure_graph": SimpleNamespace(structure=own),  # only its structure is ever read
        }


def find_parts(bonds: Bonds) -> list[Part]:
    """The connected parts, in the order of their first sites."""
    place: dict[int, NDArray[np.int64]] = {}
    parts = []
    for first in range(len(bonds.structure)):
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
        parts.append(Part(tuple(sorted(members)), rank, _orientation(closed, rank)))
    return parts


def _orientation(walks: NDArray[np.int64], rank: int) -> tuple[int, ...] | None:
    """Direction of a chain or normal of a layer, in integers, from the translations it repeats by (m, 3)."""
    if rank not in (1, 2):
        return None
    _, _, axes = np.linalg.svd(walks.astype(float))
    index: tuple[int, ...] = get_integer_index(axes[2 if rank == 2 else 0])
    return index
