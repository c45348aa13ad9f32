"""Coordination polyhedra: their centres, faces and edges."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
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

MOVED = 1e-6


@dataclass(frozen=True, slots=True)
class Hull:
    """Convex hull: ``triangles`` (t, 3) turning outwards and real ``edges`` (e, 2), as indices of the corners."""

    triangles: NDArray[np.int64]
    edges: NDArray[np.int64]


def hull(corners: NDArray[np.float64]) -> Hull | None:
    """Convex hull of corners (m, 3) in Å; None for fewer than four corners or corners in a plane.

    A polyhedron has few corners, so every three of them are tried; with corners moved by a millionth of an Ångström no four
    lie in a plane, and every face is a triangle. SciPy's hull would cost the window the import of SciPy.
    """
    _, kept = np.unique(np.round(corners, 4), axis=0, return_index=True)
    if len(kept) < FEWEST:
        return None
    points = corners[kept] + np.random.default_rng(0).uniform(-MOVED, MOVED, (len(kept), 3))
    threes = np.array(list(combinations(range(len(kept)), 3)), dtype=np.int64)
    a, b, c = (points[threes[:, k]] for k in range(3))
    normals = np.cross(b - a, c - a)
    sides = np.einsum("tj,tpj->tp", normals, points[None] - a[:, None])
    np.put_along_axis(sides, threes, 0.0, axis=1)
    outwards, inwards = (sides <= 0).all(axis=1), (sides >= 0).all(axis=1)
    threes[inwards] = threes[inwards][:, ::-1]
    normals[inwards] *= -1
    faces = outwards | inwards
    threes, normals = threes[faces], normals[faces]
    if (np.einsum("ij,ij->i", normals, points[threes[:, 0]] - points[0])).sum() / 6 < FLAT:
        return None
    normals /= np.linalg.norm(normals, axis=1, keepdims=True)
    meeting: dict[tuple[int, int], list[int]] = {}
    for face, three in enumerate(threes.tolist()):
        for i, j in combinations(sorted(three), 2):
            meeting.setdefault((i, j), []).append(face)
    lines = [line for line, (one, other) in meeting.items() if normals[one] @ normals[other] < 1.0 - FLAT]
    return Hull(kept[threes], np.sort(kept[np.array(sorted(lines), dtype=np.int64).reshape(-1, 2)], axis=1))


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
