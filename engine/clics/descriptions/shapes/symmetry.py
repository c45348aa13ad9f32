"""Permutations of the vertices of a reference shape by its isometries."""

from __future__ import annotations

from itertools import permutations

import numpy as np

SAME = 1e-4
"""Distance, in mean radii, within which two points are one; SHAPE rounds some coordinates."""
NEARLY_SAME = 0.03
"""The same for the symmetry of the ideal: one vertex of SHAPE's JATDI-10 and of its TT-8 is a little off."""
COLLINEAR = 0.2
"""Sine of an angle below which two directions do not fix a frame."""


def frame(first: np.ndarray, second: np.ndarray) -> np.ndarray | None:
    """The right-handed frame of two directions: bisector, difference, normal.

    Args:
        first: (3,) a vector.
        second: (3,) another.

    Returns:
        (3, 3) rows: the axes; None for collinear vectors.
    """
    lengths = np.linalg.norm(first), np.linalg.norm(second)
    if min(lengths) < SAME:
        return None
    u, v = first / lengths[0], second / lengths[1]
    normal = np.cross(u, v)
    sine = np.linalg.norm(normal)
    if sine < COLLINEAR:
        return None
    bisector = (u + v) / np.linalg.norm(u + v)
    normal /= sine
    return np.array([bisector, np.cross(normal, bisector), normal])


def vertex_permutations(vertices: np.ndarray, same: float = SAME) -> np.ndarray:
    """The permutations by which isometries that fix the centre map a set of vertices onto itself.

    Args:
        vertices: (n, 3) vertices about the centre, of mean radius 1.
        same: Distance within which two points are one.

    Returns:
        (g, n) the vertex to which every vertex goes; isometries that permute the vertices in the same way count once.
    """
    isometries = vertex_isometries(vertices, same)
    if not len(isometries):  # two vertices in a line
        return np.array(list(permutations(range(len(vertices)))))
    moved = np.einsum("gab,nb->gna", isometries, vertices)
    to = np.linalg.norm(moved[:, :, None] - vertices, axis=3).argmin(axis=2)
    return np.unique(to, axis=0)


def vertex_isometries(vertices: np.ndarray, same: float = SAME) -> np.ndarray:
    """The isometries that fix the centre and map a set of vertices onto itself.

    Args:
        vertices: (n, 3) vertices about the centre, of mean radius 1.
        same: Distance within which two points are one.

    Returns:
        (g, 3, 3) rotations and rotoinversions, the identity first; none for vertices in a line, which have infinitely many.
    """
    pairs = [(pair, axes) for pair in permutations(range(len(vertices)), 2)
             if (axes := frame(*vertices[list(pair)])) is not None]  # fmt: skip
    if not pairs:
        return np.empty((0, 3, 3))
    _, axes = pairs[0]
    frames = np.array([there for _, there in pairs])
    candidates = np.concatenate([frames.transpose(0, 2, 1) @ np.diag([1.0, 1.0, hand]) @ axes for hand in (1.0, -1.0)])
    moved = np.einsum("gab,nb->gna", candidates, vertices)
    apart = np.sqrt(((moved[:, :, None] - vertices) ** 2).sum(axis=3))
    onto = candidates[(apart.min(axis=2).max(axis=1) < same) & (apart.min(axis=1).max(axis=1) < same)]
    alike = np.abs(onto[:, None] - onto).max(axis=(2, 3)) < 0.1
    return np.asarray(onto[alike.argmax(axis=1) == np.arange(len(onto))])
