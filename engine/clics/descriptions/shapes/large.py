"""Shape measures of nine to sixteen vertices: the best of the local maxima of the overlap over all orientations.

From each start, vertices take the nearest vertices of the reference, then the best rotation; then one-to-one assignments
and the best rotation in turn (iterative closest points). Starts lie so densely that the global maximum was found for
all but 0.1 % of 2,500 random pairs of polyhedron and shape (docs/lab-notebook/shapes.md).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np

from clics.descriptions.shapes import compiled
from clics.descriptions.shapes.assignment import assign
from clics.descriptions.shapes.overlap import normalised, nuclear_norms
from clics.descriptions.shapes.reference import vertices_of
from clics.descriptions.shapes.rotations import nearest_orthogonal, spiral
from clics.descriptions.shapes.symmetry import NEARLY_SAME, vertex_isometries, vertex_permutations

DAMPING = 0.03
"""Share of the unit matrix that is added to settle rotations which flat or linear sets leave free."""
EXACT = 12
"""Rounds of iteration for exact overlaps."""
TINY = 1e-6


@dataclass(frozen=True, slots=True)
class Effort:
    """How widely is searched.

    Attributes:
        orientations: Number of rotations among which the starts of a shape without symmetry are.
        least: Smallest number of starts of a shape.
        keep: Number of starts of each shape that go through each round of one-to-one assignments, in falling order.
    """

    orientations: int
    least: int
    keep: tuple[int, ...]


THOROUGH = Effort(1000, 80, (10_000, 10_000, 10, 5, 5))
CAREFUL = Effort(500, 50, (10_000, 100, 5, 3))
QUICK = Effort(300, 20, (12, 4, 2, 1))


@dataclass(frozen=True, slots=True)
class Starts:
    """One reference shape, turned into every orientation that its symmetry leaves different.

    Attributes:
        vertices: (3, n, m) normalised vertices of each start.
        centres: (3, m) their centres.
    """

    vertices: np.ndarray
    centres: np.ndarray


def best_overlaps(vectors: np.ndarray, effort: Effort, among: Sequence[int] | None = None) -> np.ndarray:
    """The largest overlap found of a polyhedron with shapes of its coordination number.

    Args:
        vectors: (n, 3) vertices about the centre.
        effort: How widely is searched.
        among: Indices of the shapes, ascending; None for all.

    Returns:
        (s,) overlaps, 0 to 1.
    """
    points, count = normalised(vectors), len(vectors)
    references = _references(count)
    wanted = np.arange(len(references)) if among is None else np.asarray(among)
    if compiled.kernel is not None:
        return _compiled_overlaps(points, references, effort, wanted.tolist())
    vertices, centres, shapes = _joined(count, effort, tuple(wanted.tolist()))
    products, bounds = closest_points(points, vertices, centres)
    chosen = _first(bounds, shapes, effort.keep[0])
    shapes, products = shapes[chosen], products[:, :, chosen].transpose(2, 0, 1)
    best = np.zeros(len(references))
    finished: list[tuple[np.ndarray, np.ndarray]] = []
    previous = np.full(products.shape[:2], -1)
    for number in (*effort.keep[1:], 0):
        columns = assign(products)
        moved = (columns != previous).any(axis=1)
        shapes, previous = shapes[moved], columns[moved]
        if not len(shapes):
            break
        matrices = _matrices(points, references[shapes], previous)
        overlaps = nuclear_norms(matrices, EXACT)
        np.maximum.at(best, shapes, overlaps)
        chosen = _first(overlaps, shapes, max(number, 1))
        finished.append((shapes[chosen], previous[chosen]))
        if not number:
            break
        shapes, previous, matrices = shapes[chosen], previous[chosen], matrices[:, :, chosen]
        matrices[np.arange(3), np.arange(3)] += TINY
        turn = nearest_orthogonal(matrices, 6)
        turned = np.einsum("abm,mjb->maj", turn, references[shapes, :-1])
        products = points[:-1] @ turned
    for shape in _images(count):
        columns = np.concatenate([rows[of == shape] for of, rows in finished])
        if len(columns):
            best[shape] = _best_image(points, references[shape], shape, columns)
    return best[wanted]


def _compiled_overlaps(points: np.ndarray, references: np.ndarray, effort: Effort, wanted: list[int]) -> np.ndarray:
    assert compiled.kernel is not None  # the caller has asked
    count = len(points) - 1
    best = np.zeros(len(wanted))
    keep = np.array(effort.keep)
    for place, shape in enumerate(wanted):
        vertices, centres = _starts_in_rows(count, shape, effort)
        room = int(keep[1:].sum()) + 1 if shape in _images(count) else 0
        best[place], found = compiled.kernel.large(
            points, references[shape], vertices, centres, keep, DAMPING, TINY, room
        )
        if room:
            columns = np.frombuffer(found, np.int64).reshape(-1, count)
            best[place] = _best_image(points, references[shape], shape, columns)
    return best


def _best_image(points: np.ndarray, reference: np.ndarray, shape: int, columns: np.ndarray) -> float:
    """The largest overlap of assignments (k, n) and their images under a symmetry that the vertices have only nearly."""
    count = columns.shape[1]
    columns = _images(count)[shape][:, columns].reshape(-1, count)
    matrices = _matrices(points, np.repeat(reference[None], len(columns), axis=0), columns)
    return float(nuclear_norms(matrices, EXACT).max())


def closest_points(points: np.ndarray, vertices: np.ndarray, centres: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Starts after one rotation that fits every vertex to its nearest vertex of the reference.

    Args:
        points: (n + 1, 3) normalised points, the centre last.
        vertices: (3, n, m) vertices of the starts.
        centres: (3, m) their centres.

    Returns:
        (n, n, m) scalar products of the points with the turned vertices of each start, and (m,) overlaps by the nearest
        vertices, upper bounds of those of one-to-one assignments.
    """
    x, centre = points[:-1].astype(np.float32), points[-1].astype(np.float32)
    _, count, size = vertices.shape
    products = (x @ vertices.reshape(3, -1)).reshape(count, count, size)
    nearest = (products == products.max(axis=1, keepdims=True)).astype(np.float32)
    sums = (x.T @ nearest.reshape(count, -1)).reshape(3, count, size)
    matrices = np.einsum("ajm,bjm->abm", sums, vertices)
    matrices += centre[:, None, None] * centres
    matrices[np.arange(3), np.arange(3)] += DAMPING * np.sqrt(np.einsum("abm,abm->m", matrices, matrices)) + TINY
    turn = nearest_orthogonal(matrices, 3)
    turned = np.einsum("abm,bjm->ajm", turn, vertices)
    products = (x @ turned.reshape(3, -1)).reshape(count, count, size)
    bounds = np.minimum(products.max(axis=0).sum(axis=0), products.max(axis=1).sum(axis=0))
    return products, bounds + centre @ np.einsum("abm,bm->am", turn, centres)


def _matrices(points: np.ndarray, references: np.ndarray, columns: np.ndarray) -> np.ndarray:
    picked = np.take_along_axis(references[:, :-1], columns[:, :, None], axis=1)
    products = points[:-1].T @ picked + points[-1][:, None] * references[:, -1][:, None, :]
    return np.ascontiguousarray(products.transpose(1, 2, 0))


def _first(values: np.ndarray, shapes: np.ndarray, number: int) -> np.ndarray:
    """Indices of the largest values of each shape; those of a shape stand together."""
    order = np.lexsort((-values, shapes))
    ordered = shapes[order]
    rank = np.arange(len(order)) - np.searchsorted(ordered, ordered)
    return np.asarray(order[rank < number])


@cache
def _references(count: int) -> np.ndarray:
    return np.array([normalised(shape) for shape in vertices_of(count)])


@cache
def _images(count: int) -> dict[int, np.ndarray]:
    """Vertex permutations of the shapes whose given coordinates have their symmetry only nearly, by index."""
    shapes = enumerate(vertices_of(count))
    groups = ((k, vertex_permutations(shape, NEARLY_SAME), vertex_permutations(shape)) for k, shape in shapes)
    return {k: nearly for k, nearly, exact in groups if len(nearly) > len(exact)}


@cache
def starts(count: int, shape: int, effort: Effort) -> Starts:
    """The starts of one shape."""
    vertices = vertices_of(count)[shape]
    group = vertex_isometries(vertices, NEARLY_SAME)
    rotations = spiral(max(effort.orientations, effort.least * len(group) // 2))
    rotations = np.concatenate([rotations, -rotations])
    # of the rotations that symmetry makes equal, the one nearest to the unit matrix is taken
    traces = rotations.reshape(-1, 9) @ group.reshape(-1, 9).T
    chosen = rotations[np.trace(rotations, axis1=1, axis2=2) >= traces.max(axis=1) - TINY]
    turned = np.einsum("rab,nb->anr", chosen, normalised(vertices)).astype(np.float32)
    return Starts(np.ascontiguousarray(turned[:, :-1]), np.ascontiguousarray(turned[:, -1]))


@cache
def _starts_in_rows(count: int, shape: int, effort: Effort) -> tuple[np.ndarray, np.ndarray]:
    """The starts of one shape, one after the other: vertices (m, n, 3) and centres (m, 3)."""
    table = starts(count, shape, effort)
    return np.ascontiguousarray(table.vertices.transpose(2, 1, 0)), np.ascontiguousarray(table.centres.T)


@cache
def _all_joined(count: int, effort: Effort) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    return _join(count, effort, tuple(range(len(vertices_of(count)))))


def _joined(count: int, effort: Effort, among: tuple[int, ...]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    everything = len(among) == len(vertices_of(count))
    return _all_joined(count, effort) if everything else _join(count, effort, among)


def _join(count: int, effort: Effort, among: tuple[int, ...]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    tables = [starts(count, shape, effort) for shape in among]
    shapes = np.repeat(among, [table.centres.shape[1] for table in tables])
    return (
        np.concatenate([table.vertices for table in tables], axis=2),
        np.concatenate([table.centres for table in tables], axis=1),
        shapes,
    )
