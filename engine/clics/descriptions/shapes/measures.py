"""Continuous shape measures of a coordination polyhedron against the reference shapes of its coordination number."""

from __future__ import annotations

import numpy as np

from clics.descriptions.shapes import large, small
from clics.descriptions.shapes.reference import shapes_of

CERTAIN = 1.5
"""Measure of the nearest shape at which the quick search has always found it, and the second nearest."""
IN_QUESTION = 1.25
"""Ratio to the second smallest measure of the quick search up to which a shape is searched for again, more carefully."""
FEW = 2
"""Number of shapes that are searched for thoroughly in the time that the quick search needs."""


def shape_measures(vectors: np.ndarray) -> dict[str, float]:
    """Continuous shape measures, 0 (ideal) to 100 (Pinsky & Avnir, doi:10.1021/ic9804925).

    Args:
        vectors: (n, 3) vectors from the centre to the vertices, in any unit.

    Returns:
        The measure by the symbol of each reference shape with n vertices, in the order of the table; none where n has no
        reference shape, a coordinate is not finite, or all are zero.
    """
    points = _checked(vectors)
    if points is None:
        return {}
    if len(points) <= small.LARGEST:
        return _by_symbol(len(points), small.best_overlaps(points))
    return _by_symbol(len(points), large.best_overlaps(points, large.THOROUGH))


def near_measures(vectors: np.ndarray) -> dict[str, float]:
    """The same in a tenth of the time for more than eight vertices; values of far shapes can be too large.

    Args:
        vectors: (n, 3) vectors from the centre to the vertices, in any unit.
    """
    points = _checked(vectors)
    if points is None or len(points) <= small.LARGEST or len(shapes_of(len(points))) <= FEW:
        return shape_measures(vectors)
    overlaps = large.best_overlaps(points, large.QUICK)
    values = 100 * (1 - overlaps**2)
    nearest, second = np.sort(values)[:2]
    if nearest > CERTAIN:
        doubtful = np.flatnonzero(values <= IN_QUESTION * second)
        again = large.best_overlaps(points, large.CAREFUL, doubtful.tolist())
        overlaps[doubtful] = np.maximum(overlaps[doubtful], again)
    return _by_symbol(len(points), overlaps)


def _checked(vectors: np.ndarray) -> np.ndarray | None:
    points = np.asarray(vectors, dtype=float).reshape(-1, 3)
    if not shapes_of(len(points)) or not np.isfinite(points).all() or not points.any():
        return None
    return np.asarray(points / np.abs(points).max())


def _by_symbol(count: int, overlaps: np.ndarray) -> dict[str, float]:
    values = np.clip(100 * (1 - overlaps**2), 0.0, 100.0)
    return {shape.symbol: float(value) for shape, value in zip(shapes_of(count), values, strict=True)}
