"""Meshes of instanced drawing: tube, triangle, wedge of a ball; and the matrices that place them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


def tube(sides: int) -> tuple[NDArray[np.float32], NDArray[np.uint32]]:
    """Vertices (2·sides, 3) and triangles of an open tube of radius 1 from z = 0 to z = 1."""
    around = np.linspace(0.0, 2.0 * np.pi, sides, endpoint=False)
    ring = np.column_stack([np.cos(around), np.sin(around)])
    vertices = np.vstack([np.column_stack([ring, np.full(sides, z)]) for z in (0.0, 1.0)])
    k = np.arange(sides)
    following = (k + 1) % sides
    lower = np.column_stack([k, following, k + sides])
    upper = np.column_stack([following, following + sides, k + sides])
    return vertices.astype(np.float32), np.vstack([lower, upper]).astype(np.uint32)


def triangle() -> tuple[NDArray[np.float32], NDArray[np.uint32]]:
    """Triangle of the origin and the ends of x and y."""
    return np.array([[0, 0, 0], [1, 0, 0], [0, 1, 0]], dtype=np.float32), np.array([[0, 1, 2]], dtype=np.uint32)


def wedge(pieces: int) -> tuple[NDArray[np.float32], NDArray[np.uint32]]:
    """One of ``pieces`` wedges of the half ball of radius 1 towards z: from y clockwise, as seen from z.

    It reaches a little beyond the horizon, which a near viewer can see.
    """
    turn = np.pi / 2 - np.linspace(0.0, 2.0 * np.pi / pieces, 3)
    tilt = np.linspace(0.0, 0.56 * np.pi, 14)
    theta, phi = np.meshgrid(tilt, turn, indexing="ij")
    vertices = np.stack([np.sin(theta) * np.cos(phi), np.sin(theta) * np.sin(phi), np.cos(theta)], axis=-1)
    i, j = (k.ravel() for k in np.meshgrid(np.arange(len(tilt) - 1), np.arange(2), indexing="ij"))
    corner = i * 3 + j
    first = np.column_stack([corner, corner + 3, corner + 1])
    second = np.column_stack([corner + 1, corner + 3, corner + 4])
    return vertices.reshape(-1, 3).astype(np.float32), np.vstack([first, second]).astype(np.uint32)


def wedge_starts(shares: list[float], pieces: int) -> list[tuple[int, float]]:
    """Wedges of a pie: index of the share of each, and its start as a fraction of a turn from the top.

    The last wedge of a share is moved back to end exactly where the share ends, so that shares are not rounded.
    """
    wedges, start = [], 0.0
    for k, share in enumerate(shares):
        if share <= 1e-4:
            continue
        count = max(1, int(np.ceil(share * pieces - 1e-6)))
        ends = np.minimum(start + np.arange(1, count + 1) / pieces, start + share)
        wedges += [(k, float(end) - 1.0 / pieces) for end in ends]
        start += share
    return wedges


def about_z(angles: NDArray[np.float64]) -> NDArray[np.float64]:
    """Rotations (m, 3, 3) clockwise as seen from z by ``angles`` (m,) in radians."""
    turned = np.zeros((len(angles), 3, 3))
    turned[:, 0, 0] = turned[:, 1, 1] = np.cos(angles)
    turned[:, 0, 1], turned[:, 1, 0] = np.sin(angles), -np.sin(angles)
    turned[:, 2, 2] = 1.0
    return turned


def tubes(ends: NDArray[np.float64], radius: float) -> NDArray[np.float32]:
    """Matrices (m, 3, 3) that turn the unit tube into tubes between ``ends`` (m, 2, 3)."""
    along = ends[:, 1] - ends[:, 0]
    length = np.linalg.norm(along, axis=1, keepdims=True)
    unit = along / np.maximum(length, 1e-12)
    # Any vector that is not parallel will do to find two others at right angles.
    helper = np.where(np.abs(unit[:, 2:]) < 0.9, np.array([[0.0, 0.0, 1.0]]), np.array([[1.0, 0.0, 0.0]]))
    first = np.cross(helper, unit)
    first /= np.maximum(np.linalg.norm(first, axis=1, keepdims=True), 1e-12)
    return np.stack([first * radius, np.cross(unit, first) * radius, along], axis=-1).astype(np.float32)


def triangles(corners: NDArray[np.float64]) -> NDArray[np.float32]:
    """Matrices (m, 3, 3) that turn the unit triangle into triangles with ``corners`` (m, 3, 3)."""
    first, second = corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]
    return np.stack([first, second, np.cross(first, second)], axis=-1).astype(np.float32)
