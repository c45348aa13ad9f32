"""Distance, angle and dihedral of two, three and four points."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


def distance(points: NDArray[np.float64]) -> float:
    """Å between the first two of the points (≥ 2, 3)."""
    return float(np.linalg.norm(points[1] - points[0]))


def angle(points: NDArray[np.float64]) -> float:
    """Degrees at the second of three points, 0–180; nan where two of them coincide."""
    first, second = points[0] - points[1], points[2] - points[1]
    lengths = np.linalg.norm(first) * np.linalg.norm(second)
    if lengths == 0:
        return float("nan")
    return float(np.degrees(np.arctan2(np.linalg.norm(np.cross(first, second)), first @ second)))


def dihedral(points: NDArray[np.float64]) -> float:
    """Degrees from the plane of the first three of four points to that of the last three, -180–180 (IUPAC sign).

    nan where three neighbouring points lie on a line.
    """
    before, axis, after = np.diff(points[:4], axis=0)
    first, second = np.cross(before, axis), np.cross(axis, after)
    if np.linalg.norm(first) < 1e-9 or np.linalg.norm(second) < 1e-9:
        return float("nan")
    return float(np.degrees(np.arctan2(np.linalg.norm(axis) * (before @ second), first @ second)))


def measured(points: NDArray[np.float64]) -> str:
    """What two, three or four points (m, 3) in Å say, in words of the label; empty for other numbers of points."""
    if len(points) == 2:
        return f"{distance(points):.3f} Å"
    if len(points) == 3:
        return f"{angle(points):.2f}°"
    if len(points) == 4:
        return f"{dihedral(points):.2f}°"
    return ""
