"""Distance, angle and dihedral angle."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


def distance(points: NDArray[np.float64]) -> float:
    """Distance in Å of the first two of points (≥ 2, 3)."""
    return float(np.linalg.norm(points[1] - points[0]))


def angle(points: NDArray[np.float64]) -> float:
    """Angle in degrees (0–180) at the second of three points; NaN if two of them coincide."""
    first, second = points[0] - points[1], points[2] - points[1]
    lengths = np.linalg.norm(first) * np.linalg.norm(second)
    if lengths == 0:
        return float("nan")
    return float(np.degrees(np.arctan2(np.linalg.norm(np.cross(first, second)), first @ second)))


def dihedral(points: NDArray[np.float64]) -> float:
    """Dihedral angle of four points in degrees, −180–180, IUPAC sign; NaN if three neighbours lie on a line."""
    before, axis, after = np.diff(points[:4], axis=0)
    first, second = np.cross(before, axis), np.cross(axis, after)
    if np.linalg.norm(first) < 1e-9 or np.linalg.norm(second) < 1e-9:
        return float("nan")
    return float(np.degrees(np.arctan2(np.linalg.norm(axis) * (before @ second), first @ second)))


def measured(points: NDArray[np.float64]) -> str:
    """Label of two, three or four points (m, 3) in Å; empty for other numbers."""
    if len(points) == 2:
        return f"{distance(points):.3f} Å"
    if len(points) == 3:
        return f"{angle(points):.2f}°"
    if len(points) == 4:
        return f"{dihedral(points):.2f}°"
    return ""
