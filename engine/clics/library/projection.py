"""The map of a library: principal component analysis of its vectors."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from clics.library.store import Library
from clics.results.library_map import Axes, LibraryMap


def library_map(library: Library, fingerprint: str, dimensions: int) -> LibraryMap:
    """Project the vectors of a space on their two principal axes; the same library gives the same map.

    Args:
        library: The library.
        fingerprint: Fingerprint of the space.
        dimensions: Length of its vectors.

    Raises:
        LibraryError: The library cannot be read.
    """
    revision = library.revision
    pieces = list(library.vectors(fingerprint, dimensions))
    keys = np.concatenate([np.empty(0, np.int64), *(piece for piece, _ in pieces)])
    vectors = np.concatenate([np.empty((0, dimensions), np.float32), *(rows for _, rows in pieces)])
    del pieces
    axes = principal_axes(vectors)
    rows = library.rows_of(keys.tolist())
    present = np.fromiter((key in rows for key in keys.tolist()), dtype=bool, count=len(keys))  # not removed meanwhile
    in_order = [rows[key] for key in keys[present].tolist()]
    return LibraryMap(
        library=library.name,
        revision=revision,
        keys=keys[present],
        ids=tuple(row.id for row in in_order),
        formulas=tuple(row.formula for row in in_order),
        crystal_systems=tuple(row.crystal_system or "" for row in in_order),
        elements=tuple(row.elements for row in in_order),
        space_groups=tuple(row.space_group or "" for row in in_order),
        xy=axes.project(vectors[present]),
        axes=axes,
    )


def principal_axes(vectors: NDArray[np.float32]) -> Axes:
    """The two principal axes of vectors (n, m).

    The sign of a principal axis is arbitrary. It is chosen so that the third moment along the axis is positive, which
    keeps the map from being mirrored when a crystal is added.
    """
    if len(vectors) == 0:
        dimensions = vectors.shape[1]
        return Axes(np.zeros(dimensions), np.eye(dimensions, 2), (0.0, 0.0))
    centre = vectors.mean(axis=0, dtype=np.float64)
    centred = vectors.astype(np.float64) - centre
    # n is much larger than m, so the eigenvectors of the scatter matrix (m, m) are cheaper than a singular value
    # decomposition of the vectors.
    variance, axes = np.linalg.eigh(centred.T @ centred)
    total = float(variance.sum())
    directions = axes[:, [-1, -2]]
    directions = directions * np.where(((centred @ directions) ** 3).sum(axis=0) < 0, -1.0, 1.0)
    shares = variance[[-1, -2]] / total if total > 0 else np.zeros(2)
    return Axes(centre, directions, (float(shares[0]), float(shares[1])))
