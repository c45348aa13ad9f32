"""Coordination polyhedra: their centres, faces and edges."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from clics_gui.viewer.boundary import bare, symbols
from clics_gui.viewer.element_styles import NONMETALS, element

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from clics_gui.viewer.bonds import Bonds
    from clics_gui.viewer.protocols import AtomsLike

FEWEST = 4
MOST_BY_ITSELF = 8
"""Larger polyhedra (the cuboctahedron around strontium in a perovskite) hide the rest; they are drawn on demand."""
FLAT = 1e-3
"""Å³ of volume below which the corners lie in one plane; cosine below 1 by which two triangles lie in one face."""


@dataclass(frozen=True, slots=True)
class Hull:
    """Convex hull: ``triangles`` (t, 3) turning outwards and real ``edges`` (e, 2), as indices of the corners."""

    triangles: NDArray[np.int64]
    edges: NDArray[np.int64]


def hull(corners: NDArray[np.float64]) -> Hull | None:
    """Convex hull of corners (m, 3) in Å; None for fewer than four corners or corners in a plane."""
    if len(corners) < FEWEST:
        return None
    from scipy.spatial import ConvexHull, QhullError

    try:
        hull = ConvexHull(corners)
    except QhullError:
        return None
    if hull.volume < FLAT:
        return None
    normals = hull.equations[:, :3]
    triangles = hull.simplices.astype(np.int64)
    a, b, c = (corners[triangles[:, k]] for k in range(3))
    inwards = np.einsum("ij,ij->i", np.cross(b - a, c - a), normals) < 0
    triangles[inwards] = triangles[inwards][:, ::-1]
    # Triangle k and its neighbour opposite to corner m meet in the edge of the other two corners.
    lines = set()
    for k, simplex in enumerate(hull.simplices):
        for m, other in enumerate(hull.neighbors[k]):
            if normals[k] @ normals[other] < 1.0 - FLAT:
                lines.add(tuple(sorted(int(v) for v in np.delete(simplex, m))))
    return Hull(triangles, np.array(sorted(lines), dtype=np.int64).reshape(-1, 2))


def centres(atoms: AtomsLike, bonds: Bonds, chosen: Mapping[str, bool] | None = None) -> frozenset[int]:
    """Sites with polyhedra: less electronegative than all their 4 to 8 neighbours, which are all nonmetals.

    ``chosen`` overrides elements: True draws all with four neighbours or more, False none.
    """
    chief = symbols(atoms.species)
    pull = np.array([element(symbol).electronegativity for symbol in chief])
    corner = np.where([element(symbol).symbol in NONMETALS for symbol in chief], pull, -np.inf)
    counts = bonds.coordination(len(chief))
    weakest = np.full(len(chief), np.inf)
    np.minimum.at(weakest, bonds.start, corner[bonds.end])
    wanted = set()
    for site, symbol in enumerate(chief):
        says = (chosen or {}).get(bare(symbol))
        usual = pull[site] < weakest[site] and counts[site] <= MOST_BY_ITSELF
        if counts[site] >= FEWEST and (usual if says is None else says):
            wanted.add(site)
    return frozenset(wanted)
