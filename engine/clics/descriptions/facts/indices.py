"""Planes (hkl) and directions [uvw] from the translations by which a network repeats itself."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from clics.results.facts import Indices

Vector = tuple[int, int, int]

ToAxes = Callable[[Sequence[int], int], Indices]
"""Takes indices, and their rank (1: direction, 2: plane), from the axes of the standard cell to those that facts refer to."""

DENOMINATOR = 12
"""Components of a lattice vector on other axes are whole multiples of one part of this: centred cells have vectors of
halves, thirds, quarters."""

SAME_AXES = 1e-2
"""By which components of an axis on other axes, and a ratio of volumes, may differ from whole numbers."""


def span(translations: Iterable[Vector]) -> tuple[int, Vector | None]:
    """Rank of lattice translations; with it their direction [uvw] (rank 1) or plane (hkl) (rank 2) on the same axes."""
    first: Vector | None = None
    normal: Vector | None = None
    for each in translations:
        if first is None:
            first = each if any(each) else None
        elif normal is None:
            across = _cross(first, each)
            normal = across if any(across) else None
        elif sum(a * b for a, b in zip(normal, each, strict=True)):
            return 3, None
    if normal is not None:
        return 2, conventional_sign(normal)
    return (0, None) if first is None else (1, conventional_sign(first))


def conventional_sign(steps: Sequence[int]) -> Vector:
    """The smallest whole numbers of a direction or plane, with as few negative ones as can be, the first one positive."""
    divisor = math.gcd(*steps) or 1
    a, b, c = (step // divisor for step in steps)
    return max((a, b, c), (-a, -b, -c), key=lambda each: (sum(step >= 0 for step in each), each))


def on_axes(indices: Sequence[int], rank: int, transformation: NDArray[np.float64]) -> Indices:
    """A direction (rank 1) or plane (rank 2) on other axes.

    Args:
        indices: On the old axes.
        rank: 1 or 2.
        transformation: Takes the components of a vector on the old axes to those on the new ones (3, 3).
    """
    old = np.array(indices, dtype=np.float64)
    new = transformation @ old if rank == 1 else old @ np.linalg.inv(transformation)
    return conventional_sign([round(step) for step in (new * DENOMINATOR).tolist()])


def is_conventional(from_standard: NDArray[np.float64], number: int) -> bool:
    """True for axes of a conventional cell, whatever the setting.

    The cell is as large as that of the standard setting, and has the axes of symmetry along its edges; the unique axis of
    a tetragonal, trigonal or hexagonal crystal is along c.

    Args:
        from_standard: Takes the components of a vector on the axes of the standard setting to those on these axes (3, 3).
        number: Number of the space group.
    """
    axes = np.abs(from_standard.T)  # the standard axes a, b, c on these
    if abs(abs(np.linalg.det(from_standard)) - 1) > SAME_AXES:
        return False
    along = np.abs(np.sort(axes, axis=1) - (0.0, 0.0, 1.0)).max(axis=1) < SAME_AXES  # an edge of this cell
    if number <= 2:
        return True
    if number <= 15:
        return bool(along[1])
    if number <= 74 or number > 194:
        return bool(along.all())
    return bool(along[2] and axes[2, 2] > 0.5)


def _cross(a: Vector, b: Vector) -> Vector:
    return a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]
