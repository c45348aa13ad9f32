"""Orientations: rotations as (3, 3) matrices whose rows are right, up and towards the viewer."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

NAMED_VIEWS = ("a", "b", "c", "a*", "b*", "c*")


def reciprocal(lattice: NDArray[np.float64]) -> NDArray[np.float64]:
    """Rows a*, b*, c* in 1/Å (without 2π)."""
    result: NDArray[np.float64] = np.linalg.inv(np.asarray(lattice, dtype=np.float64)).T
    return result


def direction(
    lattice: NDArray[np.float64],
    *,
    uvw: Sequence[float] | None = None,
    hkl: Sequence[float] | None = None,
) -> NDArray[np.float64]:
    """Unit vector of the lattice direction [uvw], or normal of the planes (hkl).

    Raises:
        ValueError: Not exactly one is given, or its three numbers are all zero.
    """
    indices = uvw if uvw is not None else hkl
    if (uvw is None) == (hkl is None) or indices is None:
        raise ValueError("Give either [uvw] or (hkl).")
    numbers = np.asarray(indices, dtype=np.float64)
    if numbers.shape != (3,) or not np.isfinite(numbers).all() or not numbers.any():
        raise ValueError(f"A direction needs three numbers that are not all zero, not {tuple(indices)}.")
    vector = numbers @ (np.asarray(lattice, dtype=np.float64) if uvw is not None else reciprocal(lattice))
    result: NDArray[np.float64] = vector / np.linalg.norm(vector)
    return result


def look(
    lattice: NDArray[np.float64],
    *,
    uvw: Sequence[float] | None = None,
    hkl: Sequence[float] | None = None,
) -> NDArray[np.float64]:
    """Rotation by which [uvw], or the normal of (hkl), points towards the viewer.

    c points up; if it points (almost) towards or away from the viewer, b does. So the view along a has b to its right,
    that along c has a, and layers along c lie flat in all others.
    """
    towards = direction(lattice, uvw=uvw, hkl=hkl)
    axes = np.asarray(lattice, dtype=np.float64)
    for upwards in (axes[2], axes[1], axes[0]):
        up = upwards / np.linalg.norm(upwards)
        up = up - (up @ towards) * towards
        if np.linalg.norm(up) > 0.05:
            break
    up /= np.linalg.norm(up)
    return np.array([np.cross(up, towards), up, towards])


def look_along(lattice: NDArray[np.float64], name: str) -> NDArray[np.float64]:
    """Rotation of one of :data:`NAMED_VIEWS`.

    Raises:
        ValueError: There is no such view.
    """
    if name not in NAMED_VIEWS:
        raise ValueError(f"There is no view along {name!r}; there are {', '.join(NAMED_VIEWS)}.")
    unit = [float(letter == name[0]) for letter in "abc"]
    return look(lattice, hkl=unit) if name.endswith("*") else look(lattice, uvw=unit)


def first_look(lattice: NDArray[np.float64]) -> NDArray[np.float64]:
    """Default orientation: along a, then rotated a little so that all three axes are visible."""
    return turned(turned(look_along(lattice, "a"), right=-0.32), up=0.20)


def turned(
    rotation: NDArray[np.float64], *, right: float = 0.0, up: float = 0.0, roll: float = 0.0
) -> NDArray[np.float64]:
    """Rotation after turning about the axes of the screen: to the right, upwards, anticlockwise; in radians."""
    result = np.asarray(rotation, dtype=np.float64)
    # A crystal turned right moves its near side to the right: a rotation about "up".
    for angle, axis in ((right, 1), (-up, 0), (roll, 2)):
        if angle:
            i, j = (axis + 1) % 3, (axis + 2) % 3
            turn = np.eye(3)
            turn[i, i] = turn[j, j] = np.cos(angle)
            turn[i, j], turn[j, i] = -np.sin(angle), np.sin(angle)
            result = turn @ result
    return _orthonormal(result)


def _orthonormal(matrix: NDArray[np.float64]) -> NDArray[np.float64]:
    """Nearest rotation, so that thousands of small turns do not shear the picture."""
    u, _, v = np.linalg.svd(matrix)
    result: NDArray[np.float64] = u @ v
    return result
