"""Exact shape measures of up to eight vertices: all assignments that the symmetry of the reference leaves different."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from itertools import permutations

import numpy as np

from clics.descriptions.shapes import compiled
from clics.descriptions.shapes.overlap import normalised, nuclear_norms
from clics.descriptions.shapes.reference import vertices_of
from clics.descriptions.shapes.symmetry import vertex_permutations

LARGEST = 8
"""Largest number of vertices for which all assignments are tried: 53,000 for the thirteen shapes with eight."""
ROUGH, EXACT = 3, 14
"""Rounds of iteration for all assignments, and for those that can be the best."""
SLACK = 1e-3
"""Largest error of an overlap after the rough rounds, in single precision."""


@dataclass(frozen=True, slots=True)
class Assignments:
    """The assignments of vertices to the shapes of one coordination number.

    Attributes:
        vertices: (n + 1, 3 m) normalised reference vertices in the order of each of m assignments, the centre last.
        begins: (s,) the first assignment of each shape.
        rows: (m, n) the assignments, the vertex of each point.
        references: (s, n + 1, 3) normalised vertices of the shapes, the centre last.
    """

    vertices: np.ndarray
    begins: np.ndarray
    rows: np.ndarray
    references: np.ndarray


@cache
def assignments(count: int) -> Assignments:
    """All assignments of a coordination number."""
    blocks, every = [], []
    for shape in vertices_of(count):
        rows = different_assignments(vertex_permutations(shape))
        every.append(rows.astype(np.uint8))
        points = normalised(shape)
        centre = np.full((len(rows), 1), count)
        blocks.append(points[np.hstack([rows, centre])].transpose(1, 2, 0))
    begins = np.cumsum([0] + [block.shape[2] for block in blocks[:-1]])
    table = np.ascontiguousarray(np.concatenate(blocks, axis=2), dtype=np.float32)
    references = np.array([normalised(shape) for shape in vertices_of(count)])
    return Assignments(table.reshape(count + 1, -1), begins, np.concatenate(every), references)


def different_assignments(group: np.ndarray) -> np.ndarray:
    """One permutation of each coset of a group of permutations.

    Args:
        group: (g, n) the permutations.

    Returns:
        (n! / g, n) permutations, no two of which are related by the group.
    """
    count = group.shape[1]
    found: list[np.ndarray] = []

    def extend(chosen: list[int], stabiliser: np.ndarray) -> None:
        left = [vertex for vertex in range(count) if vertex not in chosen]
        if len(stabiliser) == 1:
            rest = np.array(list(permutations(left)), dtype=int).reshape(-1, len(left))
            found.append(np.hstack([np.tile(np.array(chosen, dtype=int), (len(rest), 1)), rest]))
            return
        seen: set[int] = set()
        for vertex in left:
            if vertex not in seen:
                seen.update(stabiliser[:, vertex].tolist())
                extend([*chosen, vertex], stabiliser[stabiliser[:, vertex] == vertex])

    extend([], group)
    return np.concatenate(found)


def best_overlaps(vectors: np.ndarray) -> np.ndarray:
    """The largest overlap of a polyhedron with each shape of its coordination number.

    Args:
        vectors: (n, 3) vertices about the centre, n at most :data:`LARGEST`.

    Returns:
        (s,) overlaps, 0 to 1.
    """
    count = len(vectors)
    table = assignments(count)
    points = normalised(vectors)
    if compiled.kernel is not None:
        bounds_of_shapes = np.append(table.begins, len(table.rows))
        return np.frombuffer(compiled.kernel.small(points, table.references, table.rows, bounds_of_shapes))
    matrices = (points.T.astype(np.float32) @ table.vertices).reshape(3, 3, -1)
    bounds = nuclear_norms(matrices, ROUGH)
    ends = np.append(table.begins[1:], len(bounds))
    best = np.maximum.reduceat(bounds, table.begins)
    near = np.flatnonzero(bounds >= np.repeat(best, ends - table.begins) - SLACK)
    begins = np.searchsorted(near, table.begins)
    shapes = np.searchsorted(begins, np.arange(len(near)), side="right") - 1
    vertices = table.references[shapes[:, None], np.pad(table.rows[near], ((0, 0), (0, 1)), constant_values=count)]
    exact = nuclear_norms(np.einsum("ia,mib->abm", points, vertices), EXACT)
    return np.asarray(np.maximum.reduceat(exact, begins))
