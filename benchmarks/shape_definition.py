"""Continuous shape measures straight from their definition, written for comparison and slow.

Many random orientations of the reference are each improved by turns: the best one-to-one assignment of vertices (the
Hungarian algorithm of scipy), then the best rotation or rotoinversion (a singular value decomposition). Nothing of the
engine's shape measures is used. Reference vertices are those of cosymlib where it has them; the half cube and the rhombic
dodecahedron are written out, and Frank–Kasper polyhedra are the engine's after a check of their definition: on a sphere,
with triangles alone, twelve vertices of five and the others of six edges.
"""

from __future__ import annotations

from functools import cache
from itertools import product

import numpy as np
from clics.descriptions.shapes.reference import shapes_of, vertices_of
from scipy.optimize import linear_sum_assignment
from scipy.spatial import ConvexHull
from scipy.spatial.transform import Rotation

STARTS = 150
"""Random orientations of each reference."""
ROUNDS = 30


def measures(vectors: np.ndarray, starts: int = STARTS) -> dict[str, float]:
    """Measures of a polyhedron against every reference shape of its coordination number.

    Args:
        vectors: (n, 3) vectors from the centre to its neighbours.
        starts: Random orientations of each reference.
    """
    points = _normalised(np.vstack([vectors, np.zeros(3)]))
    turns = Rotation.random(starts, random_state=len(vectors)).as_matrix()
    turns[::2] *= -1
    return {
        shape.symbol: measure(points, _normalised(np.vstack([reference(shape.symbol), np.zeros(3)])), turns)
        for shape in shapes_of(len(vectors))
    }


def measure(points: np.ndarray, ideal: np.ndarray, turns: np.ndarray) -> float:
    """The least measure of normalised points, the centre last, against a normalised reference."""
    best = 0.0
    seen: set[tuple[int, ...]] = set()
    for turn in turns:
        for _ in range(ROUNDS):
            _, order = linear_sum_assignment(-(points[:-1] @ (ideal[:-1] @ turn).T))
            key = tuple(order.tolist())
            if key in seen:
                break  # what follows from this assignment is known
            seen.add(key)
            left, values, right = np.linalg.svd(np.vstack([ideal[order], ideal[-1]]).T @ points)
            best, turn = max(best, values.sum()), left @ right
    return float(100 * (1 - best**2))


@cache
def reference(symbol: str) -> np.ndarray:
    """(n, 3) vertices of a reference shape about its centre."""
    if symbol == "SPY-4":
        return np.array([(x, y, 1) for x, y in product((-1, 1), repeat=2)], dtype=float)
    if symbol == "RD-14":
        cube = [*product((-1, 1), repeat=3)]
        return np.array([*cube, *(sign * 2 * axis for axis in np.eye(3) for sign in (-1, 1))], dtype=float)
    if symbol.startswith("FK"):
        return _frank_kasper(symbol)
    from cosymlib.shape import tools  # type: ignore[import-not-found]

    places = tools.get_reference_structure(symbol, central_atom=1).get_positions()
    return np.asarray(places[:-1] - places[-1])


def _frank_kasper(symbol: str) -> np.ndarray:
    count = int(symbol.rpartition("-")[2])
    names = [shape.symbol for shape in shapes_of(count)]
    vertices = vertices_of(count)[names.index(symbol)]
    faces = ConvexHull(vertices).simplices
    edges = np.bincount(faces.ravel(), minlength=count)  # at a vertex of a closed surface of triangles: edges = faces
    if np.ptp(np.linalg.norm(vertices, axis=1)) > 1e-6 or sorted(edges) != [5] * 12 + [6] * (count - 12):
        raise ValueError(f"{symbol} is no Frank–Kasper polyhedron: edges {sorted(edges)}.")
    return vertices


def _normalised(points: np.ndarray) -> np.ndarray:
    points = points - points.mean(axis=0)
    return np.asarray(points / np.linalg.norm(points))
