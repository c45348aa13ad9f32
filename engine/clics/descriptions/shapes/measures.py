"""Continuous shape measures of a coordination polyhedron against every reference shape of its coordination number."""

from __future__ import annotations

import numpy as np

from clics.descriptions.shapes import large, small
from clics.descriptions.shapes.reference import shapes_of


def shape_measures(vectors: np.ndarray) -> dict[str, float]:
    """Continuous shape measures, 0 (ideal) to 100 (Pinsky & Avnir, doi:10.1021/ic9804925).

    Args:
        vectors: (n, 3) vectors from the centre to the vertices, in any unit.

    Returns:
        The measure by the symbol of each reference shape with n vertices, in the order of the table; none where n has no
        reference shape or a coordinate is not finite
        or all are zero.
    """
    vectors = np.asarray(vectors, dtype=float).reshape(-1, 3)
    shapes = shapes_of(len(vectors))
    if not shapes or not np.isfinite(vectors).all() or not vectors.any():
        return {}
    vectors = vectors / np.abs(vectors).max()
    overlaps = small.best_overlaps(vectors) if len(vectors) <= small.LARGEST else large.best_overlaps(vectors)
    values = np.clip(100 * (1 - overlaps**2), 0.0, 100.0)
    return {shape.symbol: float(value) for shape, value in zip(shapes, values, strict=True)}
