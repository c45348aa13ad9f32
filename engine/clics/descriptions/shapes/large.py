"""Shape measures of nine to sixteen vertices: local maxima of the overlap from rotations that cover all orientations.

From each start, vertices take the nearest vertices of the reference, then the best rotation, in turn (iterative closest
points); the most promising starts are finished with one-to-one assignments.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np

from clics.descriptions.shapes.assignment import assign
from clics.descriptions.shapes.overlap import normalised, nuclear_norms
from clics.descriptions.shapes.reference import vertices_of
from clics.descriptions.shapes.rotations import nearest_orthogonal, spiral
from clics.descriptions.shapes.symmetry import NEARLY_SAME, vertex_isometries, vertex_permutations

DAMPING = 0.03
"""Share of the unit matrix that is added to settle rotations which flat or linear sets leave free."""
FINISHING = 6
"""Largest number of rounds of one-to-one assignments."""
EXACT = 12
"""Rounds of iteration for exact overlaps."""
TINY = 1e-6


@dataclass(frozen=True, slots=True)
class Starts:
    """References of one coordination number, turned into every orientation that their symmetry leaves different.

    Attributes:
        vertices: (3, n, m) normalised vertices of each start.
        centres: (3, m) their centres.
        shapes: (m,) index of the shape of each start.
    """

    vertices: np.ndarray
    centres: np.ndarray
    shapes: np.ndarray


@cache
def starts(count: int, orientations: int) -> Starts:
    """The starts of a coordination number from a number of rotations and the same with inversion."""
    rotations = spiral(orientations)
    rotations = np.concatenate([rotations, -rotations])
    blocks = []
    for shape in vertices_of(count):
        group = vertex_isometries(shape, NEARLY_SAME)
        # each coset of the group of the reference has one member nearest to the unit matrix
        traces = np.einsum("rab,gab->rg", rotations, group)
        least = traces[:, :1] >= traces.max(axis=1, keepdims=True) - 1e-9
        chosen = rotations[least[:, 0]]
        blocks.append(np.einsum("rab,nb->anr", chosen, normalised(shape)))
    shapes = np.repeat(np.arange(len(blocks)), [block.shape[2] for block in blocks])
    table = np.concatenate(blocks, axis=2).astype(np.float32)
    return Starts(np.ascontiguousarray(table[:, :-1]), np.ascontiguousarray(table[:, -1]), shapes)


def closest_points(points: np.ndarray, table: Starts, rounds: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Starts after some rounds of closest points.

    Args:
        points: (n + 1, 3) normalised points, the centre last.
        table: The starts.
        rounds: Number of rounds.

    Returns:
        (n, n, m) scalar products of the points with the turned vertices of each start, (3, n, m) these vertices, and
        (m,) overlaps of each start by the nearest vertices alone, upper bounds of those of one-to-one assignments.
    """
    count = len(points) - 1
    x = points[:-1].astype(np.float32)
    centre = points[-1].astype(np.float32)
    y, middle = table.vertices, table.centres
    size = y.shape[2]
    for k in range(rounds + 1):
        products = (x @ y.reshape(3, -1)).reshape(count, count, size)
        nearest = products.max(axis=1)
        if k == rounds:
            break
        chosen = (products == nearest[:, None]).astype(np.float32)
        sums = (x.T @ chosen.reshape(count, -1)).reshape(3, count, size)
        matrices = np.einsum("ajm,bjm->abm", sums, y)
        matrices += centre[:, None, None] * middle[None]
        matrices[np.arange(3), np.arange(3)] += DAMPING * np.sqrt(np.einsum("abm,abm->m", matrices, matrices))
        turn = nearest_orthogonal(matrices, 3)
        y = np.einsum("abm,bjm->ajm", turn, y)
        middle = np.einsum("abm,bm->am", turn, middle)
    bounds = np.minimum(nearest.sum(axis=0), products.max(axis=0).sum(axis=0)) + centre @ middle
    return products, y, bounds


def best_overlaps(vectors: np.ndarray, orientations: int = 400, keep: int = 8) -> np.ndarray:
    """The largest overlap found of a polyhedron with each shape of its coordination number.

    Args:
        vectors: (n, 3) vertices about the centre.
        orientations: Number of rotations among which the starts of a shape without symmetry are.
        keep: Number of starts of each shape that are finished.

    Returns:
        (s,) overlaps, 0 to 1.
    """
    points = normalised(vectors)
    table = starts(len(vectors), orientations)
    products, _, bounds = closest_points(points, table, 1)
    order = np.lexsort((-bounds, table.shapes))
    begins = np.searchsorted(table.shapes, np.arange(table.shapes[-1] + 1))
    rank = np.arange(len(order)) - begins[table.shapes]
    chosen = order[rank < keep]
    shapes = table.shapes[chosen]
    references = np.array([normalised(shape) for shape in vertices_of(len(vectors))])[shapes]
    return finish(points, references, shapes, products[:, :, chosen].transpose(2, 0, 1))


def finish(points: np.ndarray, references: np.ndarray, shapes: np.ndarray, products: np.ndarray) -> np.ndarray:
    """The largest overlap of each shape, from one-to-one assignments and best rotations in turn.

    Args:
        points: (n + 1, 3) normalised points.
        references: (m, n + 1, 3) normalised reference of each start, as its shape is defined.
        shapes: (m,) ascending index of the shape of each start.
        products: (m, n, n) scalar products of the points with the turned vertices of each start.

    Returns:
        (s,) overlaps.
    """
    best = np.zeros(len(references))
    columns_of_best = np.zeros(products.shape[:2], dtype=int)
    active, previous = np.arange(len(references)), columns_of_best - 1
    for _ in range(FINISHING):
        columns = assign(products)
        moved = (columns != previous).any(axis=1)
        active, previous = active[moved], columns[moved]
        if not len(active):
            break
        matrices = _matrices(points, references[active], previous)
        overlaps = nuclear_norms(matrices, EXACT)
        better = overlaps > best[active]
        best[active[better]], columns_of_best[active[better]] = overlaps[better], previous[better]
        matrices[np.arange(3), np.arange(3)] += TINY
        turn = nearest_orthogonal(matrices, 6)
        products = np.einsum("ia,abm,mjb->mij", points[:-1], turn, references[active, :-1])
    found = np.zeros(int(shapes[-1]) + 1)
    images = _images(len(points) - 1)
    for shape in range(len(found)):
        own = np.flatnonzero(shapes == shape)
        first = own[best[own].argmax()]
        found[shape] = best[first]
        if shape in images:
            columns = images[shape][:, columns_of_best[first]]
            matrices = _matrices(points, np.repeat(references[first][None], len(columns), axis=0), columns)
            found[shape] = nuclear_norms(matrices, EXACT).max()
    return found


def _matrices(points: np.ndarray, references: np.ndarray, columns: np.ndarray) -> np.ndarray:
    picked = np.take_along_axis(references[:, :-1], columns[:, :, None], axis=1)
    return np.asarray(np.einsum("ia,mib->abm", points[:-1], picked) + points[-1][:, None, None] * references[:, -1].T)


@cache
def _images(count: int) -> dict[int, np.ndarray]:
    """Vertex permutations of the shapes whose given coordinates have their symmetry only nearly, by index."""
    shapes = enumerate(vertices_of(count))
    groups = ((k, vertex_permutations(shape, NEARLY_SAME), vertex_permutations(shape)) for k, shape in shapes)
    return {k: nearly for k, nearly, exact in groups if len(nearly) > len(exact)}
