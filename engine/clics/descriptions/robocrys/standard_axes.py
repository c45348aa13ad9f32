"""Axes of the conventional cell, by Setyawan & Curtarolo's rules (doi:10.1016/j.commatsci.2010.05.010).

The rules as pymatgen reads them: lengths ascend where the lattice system leaves the choice, the unique axis of a
monoclinic cell is b with an obtuse angle, and a triclinic cell has all reciprocal angles acute or all obtuse.
"""

from __future__ import annotations

import itertools
import math

import numpy as np
from numpy.typing import NDArray
from pymatgen.core import Lattice

Matrix = NDArray[np.float64]

SAME_LENGTH = 1e-5
"""Å. Two tetragonal axes closer than this are the pair."""

SAME_HEXAGONAL_LENGTH = 1e-3
"""Å. Where b and c of a hexagonal cell are closer than this, pymatgen exchanges a and c."""

RIGHT_ANGLE = 1e-10
"""Degrees by which a monoclinic cell's right angles may miss 90."""

_TRICLINIC_SIGNS = ((1, 1, 1), (-1, 1, -1), (-1, -1, 1), (1, -1, -1))


def standard_axes(matrix: Matrix, number: int, symbol: str) -> tuple[Matrix, Matrix]:
    """Transformation from spglib's standard axes to the conventional ones.

    ``matrix`` (3, 3) holds spglib's axes as rows in Å, of a crystal of space group ``number`` and ``symbol``. Returns
    the integer matrix T (3, 3) that takes fractional coordinates x to T x, and the new axes as rows in Å. A triclinic
    cell must be reduced before (:func:`reduced`).
    """
    if number <= 2:
        return _triclinic(matrix)
    if number <= 15:
        return _monoclinic(matrix, symbol)
    if number <= 74 or number > 194:
        return _orthogonal(matrix, symbol)
    if number <= 142:
        return _tetragonal(matrix)
    return _hexagonal(matrix)


def reduced(matrix: Matrix, frac: Matrix) -> tuple[Matrix, Matrix]:
    """LLL-reduced axes (3, 3) of a lattice, and fractional coordinates (n, 3) on them, within [0, 1)."""
    lattice = Lattice(matrix)
    short = lattice.get_lll_reduced_lattice()
    if short == lattice:
        return matrix, frac
    return np.array(short.matrix), np.mod(frac @ matrix @ short.inv_matrix, 1)


def lengths_of(matrix: Matrix) -> list[float]:
    """Lengths of the rows of a (3, 3) matrix."""
    return [math.sqrt(x * x + y * y + z * z) for x, y, z in matrix.tolist()]


def angles_of_axes(matrix: Matrix) -> tuple[float, float, float]:
    """alpha, beta, gamma in degrees between the rows of a (3, 3) matrix."""
    metric = (matrix @ matrix.T).tolist()
    a, b, c = lengths_of(matrix)
    cosines = metric[1][2] / (b * c), metric[0][2] / (a * c), metric[0][1] / (a * b)
    alpha, beta, gamma = (math.degrees(math.acos(max(-1.0, min(1.0, cosine)))) for cosine in cosines)
    return alpha, beta, gamma


def _permutation(order: tuple[int, ...]) -> Matrix:
    """The matrix that puts old axis ``order[i]`` in place i."""
    turn = np.zeros((3, 3))
    turn[range(3), order] = 1
    return turn


def _by_length(matrix: Matrix, axes: tuple[int, ...]) -> tuple[int, ...]:
    lengths = lengths_of(matrix)
    return tuple(sorted(axes, key=lambda axis: lengths[axis]))


def _orthogonal(matrix: Matrix, symbol: str) -> tuple[Matrix, Matrix]:
    """Lengths ascend; where a face is centred it is C, and only those of a and b."""
    if symbol.startswith("C"):
        order = (*_by_length(matrix, (0, 1)), 2)
    elif symbol.startswith("A"):
        order = (*_by_length(matrix, (1, 2)), 0)
    else:
        order = _by_length(matrix, (0, 1, 2))
    lengths = lengths_of(matrix)
    return _permutation(order), np.diag([lengths[axis] for axis in order])


def _tetragonal(matrix: Matrix) -> tuple[Matrix, Matrix]:
    """The pair is a and b."""
    order = _by_length(matrix, (0, 1, 2))
    lengths = lengths_of(matrix)
    a, b, c = (lengths[axis] for axis in order)
    if abs(b - c) < SAME_LENGTH < abs(a - c):
        order, a, c = order[::-1], c, a
    return _permutation(order), np.diag([a, a, c])


def _hexagonal(matrix: Matrix) -> tuple[Matrix, Matrix]:
    """Hexagonal axes, of rhombohedral lattices too; spglib gives no others."""
    a, b, c = lengths_of(matrix)
    if abs(b - c) < SAME_HEXAGONAL_LENGTH:
        a, c = c, a
    height = a * math.sqrt(3) / 2
    return np.eye(3), np.array([[a / 2, -height, 0], [a / 2, height, 0], [0, 0, c]])


def _monoclinic(matrix: Matrix, symbol: str) -> tuple[Matrix, Matrix]:
    """First with alpha acute, b < c unless the cell is C-centred; then turned so that beta is obtuse and b unique."""
    centred = symbol.startswith("C")
    orders = [(0, 1, 2), (1, 0, 2)] if centred else list(itertools.permutations(range(3)))
    chosen: tuple[Matrix, Matrix] | None = None
    for order in orders:
        axes = matrix[list(order)]
        alpha = angles_of_axes(axes)[0]
        a, b, c = lengths_of(axes)
        if math.isclose(alpha, 90, rel_tol=0, abs_tol=RIGHT_ANGLE) or (not centred and b >= c):
            continue
        sign = -1.0 if alpha > 90 else 1.0
        acute = math.radians(180 - alpha if alpha > 90 else alpha)
        turn = np.diag([sign, sign, 1.0]) @ _permutation(order)
        chosen = turn, np.array([[a, 0, 0], [0, b, 0], [0, c * math.cos(acute), c * math.sin(acute)]])
    if chosen is None:  # all angles are right: the atoms alone are monoclinic
        order = (*_by_length(matrix, (0, 1)), 2) if centred else _by_length(matrix, (0, 1, 2))
        lengths = lengths_of(matrix)
        axes = np.diag([lengths[axis] for axis in order]) if centred else matrix[list(order)]
        chosen = _permutation(order), axes
    turn, axes = chosen
    flip = np.array([[0.0, 1.0, 0.0], [1.0, 0.0, 0.0], [0.0, 0.0, -1.0]])
    turn, axes = flip @ turn, flip @ axes
    if angles_of_axes(axes)[1] < 90:
        obtuse = np.diag([-1.0, -1.0, 1.0])
        turn, axes = obtuse @ turn, obtuse @ axes
    return turn, axes


def _triclinic(matrix: Matrix) -> tuple[Matrix, Matrix]:
    """The last choice of signs with which the reciprocal angles are all at most, or all above, 90°."""
    a, b, c = lengths_of(matrix)
    alpha, beta, gamma = (math.radians(angle) for angle in angles_of_axes(matrix))
    cos_a, cos_b, cos_c, sin_c = math.cos(alpha), math.cos(beta), math.cos(gamma), math.sin(gamma)
    height = math.sqrt(sin_c**2 - cos_a**2 - cos_b**2 + 2 * cos_a * cos_b * cos_c) / sin_c
    axes = np.array(
        [[a, 0, 0], [b * cos_c, b * sin_c, 0], [c * cos_b, c * (cos_a - cos_b * cos_c) / sin_c, c * height]]
    )
    chosen = np.eye(3), axes
    for signs in _TRICLINIC_SIGNS:
        turn = np.diag(np.array(signs, dtype=np.float64))
        reciprocal = np.array(angles_of_axes(np.linalg.inv(turn @ axes).T))
        if (reciprocal <= 90).all() or (reciprocal > 90).all():
            chosen = turn, turn @ axes
    return chosen
