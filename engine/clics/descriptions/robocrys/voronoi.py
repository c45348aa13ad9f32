"""Voronoi cells of sites: neighbour, solid angle and area of each face, as pymatgen's ``VoronoiNN`` has them.

Only the cell of the site itself is built, not the tessellation of everything around it. With the site at the origin, a
neighbour at x bounds the cell by the half-space v · 2x/|x|² ≤ 1; so the cell is the polar dual of the convex hull of
the points 2x/|x|²: each hull vertex is a face of the cell, each hull facet a corner of it, and each hull edge an edge
of it (de Berg et al., Computational Geometry, 3rd ed., sections 8.2 and 11.4, doi:10.1007/978-3-540-77974-2).
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from pymatgen.optimization.neighbors import find_points_in_spheres

from clics.descriptions.robocrys.convex_hull import ConvexHull, QhullError
from clics.errors import DescriptionError

Array = NDArray[np.float64]

MAX_POINTS = 50_000
"""A search sphere that holds more points than this is a mistake in the cell, not a crystal."""

NEAREST = 60
"""Points a cell is tried with first; most cells end well within their distance."""

OPEN = 1e-7
"""1/Å. A hull facet nearer to the origin than this is a corner of the cell at infinity."""

SPHERE_TOLERANCE = 1e-8
"""Å, pymatgen's."""

SAME_PLACE = 1e-8
"""Å. Atoms that are nearer are at one position."""

_PERIODIC = np.array([1, 1, 1], dtype=np.int64)


@dataclass(frozen=True, slots=True)
class Faces:
    """The m faces of the Voronoi cells of several sites, those of the s-th site in ``owner == s``, nearest first.

    ``index`` (m,) is the neighbour's site, ``image`` (m, 3) its lattice image, ``vector`` (m, 3) the way to it in Å,
    ``distance`` (m,) in Å, ``solid_angle`` (m,) in steradian and ``area`` (m,) in Å².
    """

    owner: NDArray[np.int64]
    index: NDArray[np.int64]
    image: NDArray[np.int64]
    vector: Array
    distance: Array
    solid_angle: Array
    area: Array


@dataclass(frozen=True, slots=True)
class _Points:
    """Points around one site, nearest first: ``index`` (k,), ``image`` (k, 3), ``vector`` (k, 3), ``distance`` (k,)."""

    index: NDArray[np.int64]
    image: NDArray[np.int64]
    vector: Array
    distance: Array


def faces_of_sites(matrix: Array, frac: Array, sites: Sequence[int], cutoff: float) -> Faces:
    """Compute the faces of the Voronoi cells of some sites.

    Args:
        matrix: Lattice vectors as rows in Å (3, 3).
        frac: Fractional coordinates in [0, 1), (n, 3).
        sites: Indices of the sites.
        cutoff: Distance in Å within which neighbours are looked for; doubled for a site until its cell is closed.

    Returns:
        The faces. A site whose cell is open whatever the cutoff, because nothing is around it, has none; neither has it
        one with an atom at its own position.

    Raises:
        DescriptionError: ``too-large`` where a search sphere would hold more than :data:`MAX_POINTS`.
    """
    cells: list[tuple[_Points, ConvexHull] | None] = [None] * len(sites)
    open_sites = list(range(len(sites)))
    corners = np.array([[1, 1, 1], [-1, 1, 1], [1, -1, 1], [1, 1, -1]])
    longest = float(np.linalg.norm(corners @ matrix, axis=1).max()) + 0.01
    while True:
        around = _points_around(matrix, frac, [sites[place] for place in open_sites], cutoff)
        for place, points in zip(open_sites, around, strict=True):
            hull = _dual_hull(points)
            cells[place] = None if hull is None else (points, hull)
        open_sites = [place for place in open_sites if cells[place] is None]
        if not open_sites or cutoff >= longest:
            return _faces(cells)
        cutoff = min(cutoff * 2, longest + 0.001)


def _faces(cells: list[tuple[_Points, ConvexHull] | None]) -> Faces:
    """The faces of the cells that are closed."""
    closed = [cell for cell in cells if cell is not None]
    if not closed:
        none, nowhere = np.zeros(0, dtype=np.int64), np.zeros(0)
        return Faces(none, none, np.zeros((0, 3), np.int64), np.zeros((0, 3)), nowhere, nowhere, nowhere)
    faces = _measured(closed)
    if len(closed) == len(cells):
        return faces
    owner = np.array([place for place, cell in enumerate(cells) if cell is not None])
    return replace(faces, owner=owner[faces.owner])


def _points_around(matrix: Array, frac: Array, sites: Sequence[int], cutoff: float) -> list[_Points]:
    """The points within ``cutoff`` Å of each site, without those at its own position."""
    expected = 4 / 3 * math.pi * cutoff**3 * len(frac) / abs(float(np.linalg.det(matrix)))
    if expected > MAX_POINTS:
        raise DescriptionError(
            f"A site has more than {MAX_POINTS} atoms in sight: the cell is too dense, or its layers too far apart.",
            kind="too-large",
        )
    places = frac @ matrix
    begin, end, offset, _ = find_points_in_spheres(
        places, places[list(sites)], cutoff, _PERIODIC, matrix, SPHERE_TOLERANCE
    )
    image: NDArray[np.int64] = offset.astype(np.int64)
    vector = places[end] + image @ matrix - places[list(sites)][begin]
    distance: Array = np.sqrt((vector * vector).sum(axis=1))
    order = np.lexsort((distance, begin))
    bounds = np.searchsorted(begin[order], np.arange(len(sites) + 1))
    neighbours = []
    for first, last in itertools.pairwise(bounds.tolist()):
        own = order[first:last]
        own = own[distance[own] > SAME_PLACE]  # not the site itself, nor an atom at its position
        neighbours.append(_Points(end[own].astype(np.int64), image[own], vector[own], distance[own]))
    return neighbours


def _dual_hull(points: _Points) -> ConvexHull | None:
    """The convex hull dual to the cell among ``points``, or None where the cell is open."""
    dual = 2 * points.vector / (points.distance**2)[:, None]
    if len(dual) > NEAREST:
        hull = _closed_hull(dual[:NEAREST])
        # A point can cut the cell only within twice the distance of its farthest corner.
        if hull is not None and -2 / hull.equations[:, 3].max() < points.distance[NEAREST]:
            return hull
    return _closed_hull(dual)


def _closed_hull(dual: Array) -> ConvexHull | None:
    try:
        hull = ConvexHull(dual)
    except (QhullError, ValueError):  # too few points, or all in a plane
        return None
    return hull if hull.equations[:, 3].max() < -OPEN else None


def _measured(cells: list[tuple[_Points, ConvexHull]]) -> Faces:
    """Solid angle and area of every face, summed over the triangles of a fan from one of its corners.

    The solid angle of a triangle is that of van Oosterom & Strackee (doi:10.1109/TBME.1983.298207).
    """
    points_before = np.cumsum([0] + [len(points.index) for points, _ in cells])
    facets_before = np.cumsum([0] + [len(hull.simplices) for _, hull in cells])
    # Over all cells: the three faces that meet in a corner, and the corners across from them.
    faces = np.concatenate([hull.simplices + k for (_, hull), k in zip(cells, points_before[:-1], strict=True)])
    across = np.concatenate([hull.neighbors + k for (_, hull), k in zip(cells, facets_before[:-1], strict=True)])
    planes = np.concatenate([hull.equations for _, hull in cells])
    corner = planes[:, :3] / -planes[:, 3:]
    apex = np.empty(points_before[-1], dtype=np.int64)  # of each face, the corner its fan starts from
    apex[faces] = np.arange(len(faces))[:, None]
    # An edge of the cell runs from a corner to the one across, between the two faces that both of them touch.
    begin = np.repeat(np.arange(len(faces)), 3)
    end = across.ravel()
    once = begin < end
    begin, end = begin[once], end[once]
    face = np.concatenate([faces[:, [1, 2, 0]].ravel()[once], faces[:, [2, 0, 1]].ravel()[once]])
    begin, end = np.concatenate([begin, begin]), np.concatenate([end, end])
    length = np.sqrt((corner * corner).sum(axis=1))
    tip = apex[face]
    a, b, c, ra, rb, rc = corner[tip], corner[begin], corner[end], length[tip], length[begin], length[end]
    triple = np.abs(
        a[:, 0] * (b[:, 1] * c[:, 2] - b[:, 2] * c[:, 1])
        + a[:, 1] * (b[:, 2] * c[:, 0] - b[:, 0] * c[:, 2])
        + a[:, 2] * (b[:, 0] * c[:, 1] - b[:, 1] * c[:, 0])
    )
    bottom = ra * rb * rc + rc * (a * b).sum(axis=1) + rb * (a * c).sum(axis=1) + ra * (b * c).sum(axis=1)
    count = int(points_before[-1])
    solid_angle = np.bincount(face, 2 * np.arctan2(triple, bottom), count).astype(np.float64)
    distance = np.concatenate([points.distance for points, _ in cells])
    area = np.bincount(face, triple, count) / distance  # of pyramids of volume triple / 6 and height distance / 2
    kept = np.flatnonzero(solid_angle > 0)
    owner = np.repeat(np.arange(len(cells)), np.diff(points_before))
    return Faces(
        owner=owner[kept],
        index=np.concatenate([points.index for points, _ in cells])[kept],
        image=np.concatenate([points.image for points, _ in cells])[kept],
        vector=np.concatenate([points.vector for points, _ in cells])[kept],
        distance=distance[kept],
        solid_angle=solid_angle[kept],
        area=area[kept],
    )
