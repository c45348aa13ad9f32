"""The Voronoi cell of one site: neighbour, solid angle and area of each face, as pymatgen's ``VoronoiNN`` has them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from pymatgen.core import Lattice
from scipy.spatial import QhullError, Voronoi

from engine.errors import DescriptionError

MAX_POINTS = 50_000
"""A search sphere that holds more points than this is a mistake in the cell, not a crystal."""


@dataclass(frozen=True, slots=True)
class Faces:
    """The m faces of a Voronoi cell.

    ``index`` (m,) is the neighbour's site, ``image`` (m, 3) its lattice image, ``vector`` (m, 3) the way to it in Å,
    ``distance`` (m,) in Å, ``solid_angle`` (m,) in steradian and ``area`` (m,) in Å².
    """

    index: NDArray[np.int64]
    image: NDArray[np.int64]
    vector: NDArray[np.float64]
    distance: NDArray[np.float64]
    solid_angle: NDArray[np.float64]
    area: NDArray[np.float64]


def faces_of_site(lattice: Lattice, frac: NDArray[np.float64], site: int, cutoff: float) -> Faces:
    """Faces of the Voronoi cell of ``site`` among the points within ``cutoff`` Å, doubled until the cell is closed.

    Raises :class:`DescriptionError` of kind ``no-neighbours`` where no cutoff up to the cell's longest diagonal closes
    it.
    """
    corners = np.array([[1, 1, 1], [-1, 1, 1], [1, -1, 1], [1, 1, -1]])
    longest = float(np.linalg.norm(corners @ lattice.matrix, axis=1).max()) + 0.01
    while True:
        faces = _faces_within(lattice, frac, site, cutoff)
        if faces is not None:
            return faces
        if cutoff >= longest:
            raise DescriptionError(
                f"Site {site + 1} has no neighbours around it on all sides; it may be an isolated atom or a molecule "
                "in vacuum.",
                kind="no-neighbours",
            )
        cutoff = min(cutoff * 2, longest + 0.001)


def _faces_within(lattice: Lattice, frac: NDArray[np.float64], site: int, cutoff: float) -> Faces | None:
    """The faces from the points within ``cutoff`` Å, or None where the cell stays open."""
    centre = lattice.get_cartesian_coords(frac[site])
    found, distance, index, image = lattice.get_points_in_sphere(frac, centre, cutoff, zip_results=False)
    if len(index) > MAX_POINTS:
        raise DescriptionError(f"Site {site + 1} has more than {MAX_POINTS} atoms in sight.", kind="too-large")
    order = np.argsort(distance, kind="stable")  # the site itself comes first
    # Row by row: one matrix product rounds differently, and qhull's order of faces hangs on the last bit.
    points = np.array([lattice.get_cartesian_coords(row) for row in found[order]])
    try:
        cells = Voronoi(points)
    except (QhullError, ValueError):
        return None
    ours = np.flatnonzero((cells.ridge_points == 0).any(axis=1))
    corners = [cells.ridge_vertices[ridge] for ridge in ours]
    if not corners or any(-1 in face for face in corners):
        return None
    other = cells.ridge_points[ours].sum(axis=1)
    solid_angle, volume = _fans(points[0], cells.vertices, corners)
    vector = points[other] - points[0]
    length = np.linalg.norm(vector, axis=1)
    return Faces(
        index=index[order][other],
        image=np.asarray(image)[order][other].astype(np.int64),
        vector=vector,
        distance=length,
        solid_angle=solid_angle,
        area=3 * volume / (length / 2),
    )


def _fans(
    centre: NDArray[np.float64], vertices: NDArray[np.float64], corners: list[list[int]]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Solid angle and volume of each face, summed over the triangles of a fan from its first corner.

    The solid angle of a triangle is that of van Oosterom & Strackee (doi:10.1109/TBME.1983.298207), with the sign rule
    of pymatgen.
    """
    sizes = [len(face) - 2 for face in corners]
    face = np.repeat(np.arange(len(corners)), sizes)
    triangles = np.array([(c[0], c[i], c[i + 1]) for c in corners for i in range(1, len(c) - 1)])
    a, b, c = (vertices[triangles[:, k]] - centre for k in range(3))
    ra, rb, rc = (np.sqrt((v * v).sum(axis=1)) for v in (a, b, c))
    triple = np.abs((a * np.cross(b, c)).sum(axis=1))
    bottom = ra * rb * rc + rc * (a * b).sum(axis=1) + rb * (a * c).sum(axis=1) + ra * (b * c).sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        angle = np.where(bottom == 0, np.where(triple > 0, np.pi / 2, -np.pi / 2), np.arctan(triple / bottom))
    angle = 2 * np.where(angle > 0, angle, angle + np.pi)
    count = len(corners)
    return (
        np.bincount(face, angle, count).astype(np.float64),
        np.bincount(face, triple / 6, count).astype(np.float64),
    )
