"""Picking of balls: rays against spheres, exact in both projections and independent of the graphics card."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from clics_gui.viewer.scene import Balls


def ball_under(balls: Balls, origin: NDArray[np.float64], ray: NDArray[np.float64], slack: float = 0.0) -> int | None:
    """Row of the ball that the ray from ``origin`` (3,) along ``ray`` (3,) meets first; None without one.

    If no ball is met, the one nearest to the ray within ``slack`` Å of its surface is taken.
    """
    if not len(balls):
        return None
    ray = ray / np.linalg.norm(ray)
    towards = balls.centre - origin
    along = towards @ ray
    aside = np.linalg.norm(towards - along[:, None] * ray, axis=1)
    hit = aside <= balls.radius
    if hit.any():
        depth = along - np.sqrt(np.maximum(balls.radius**2 - aside**2, 0.0))
        return int(np.flatnonzero(hit)[np.argmin(depth[hit])])
    beside = aside - balls.radius
    nearest = int(np.argmin(beside + 1e-6 * along))  # of those in one line of sight the foremost
    return nearest if beside[nearest] <= slack else None
