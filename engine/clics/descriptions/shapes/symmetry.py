"""The symmetry of reference shapes: isometries that fix the centre, and the permutations of vertices by them."""

from __future__ import annotations

from itertools import permutations

import numpy as np

SAME = 1e-4
"""Distance, in mean radii, within which two points are one; SHAPE rounds some coordinates."""
NEARLY_SAME = 0.03
"""The same for the symmetry of the ideal: one vertex of SHAPE's JATDI-10 and of its TT-8 is a little off."""
COLLINEAR = 0.2
"""Sine of an angle below which two directions do not fix a frame."""


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
    to = _squares_apart(moved, vertices).argmin(axis=2)
    return np.array(list(dict.fromkeys(map(tuple, to.tolist()))))


def vertex_isometries(vertices: np.ndarray, same: float = SAME) -> np.ndarray:
    """The isometries that fix the centre and map a set of vertices onto itself.

    Args:
        vertices: (n, 3) vertices about the centre, of mean radius 1.
        same: Distance within which two points are one.

    Returns:
        (g, 3, 3) rotations and rotoinversions; none for vertices in a line, which have infinitely many.
    """
    lengths = np.linalg.norm(vertices, axis=1)
    directions = vertices / lengths[:, None]
    first, second = np.nonzero(np.linalg.norm(np.cross(directions[:, None], directions), axis=2) > COLLINEAR)
    if not len(first):
        return np.empty((0, 3, 3))
    # an isometry takes the first pair of vertices to a pair of equal lengths and angle
    cosines = (directions[first] * directions[second]).sum(axis=1)
    alike = np.abs(
        np.array([cosines, lengths[first], lengths[second]]).T - (cosines[0], lengths[first[0]], lengths[second[0]])
    )
    equal = (alike < 2 * same + SAME).all(axis=1)
    frames = _frames(directions[first[equal]], directions[second[equal]])
    mirrored = frames.transpose(0, 2, 1) * [1.0, 1.0, -1.0]
    candidates = np.concatenate([frames.transpose(0, 2, 1), mirrored]) @ frames[0]
    squares = _squares_apart(np.einsum("gab,nb->gna", candidates, vertices), vertices)
    onto = (squares.min(axis=2).max(axis=1) < same**2) & (squares.min(axis=1).max(axis=1) < same**2)
    found = candidates[onto]
    equals = np.abs(found[:, None] - found).max(axis=(2, 3)) < 0.1
    return np.asarray(found[equals.argmax(axis=1) == np.arange(len(found))])


def _frames(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """(m, 3, 3) axes of pairs of unit vectors, in rows: bisector, difference, normal."""
    bisectors, differences = first + second, first - second
    bisectors /= np.linalg.norm(bisectors, axis=1, keepdims=True)
    differences /= np.linalg.norm(differences, axis=1, keepdims=True)
    return np.stack([bisectors, differences, np.cross(bisectors, differences)], axis=1)


def _squares_apart(moved: np.ndarray, vertices: np.ndarray) -> np.ndarray:
    """(g, n, n) squared distances of moved vertices from the vertices."""
    return np.asarray(((moved[:, :, None] - vertices) ** 2).sum(axis=3))
