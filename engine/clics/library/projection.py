"""A library as a map: its vectors on their two principal axes."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from clics.library.store import Library
from clics.results.library_map import Axes, LibraryMap


def library_map(library: Library, fingerprint: str, dimensions: int) -> LibraryMap:
    """Principal component analysis of a model's vectors; the same library gives the same map. Raises LibraryError."""
    revision = library.revision
    pieces = list(library.vectors(fingerprint, dimensions))
    keys = np.concatenate([np.empty(0, np.int64), *(piece for piece, _ in pieces)])
    vectors = np.concatenate([np.empty((0, dimensions), np.float32), *(rows for _, rows in pieces)])
    del pieces
    axes = principal_axes(vectors)
    rows = library.rows_of(keys.tolist())
    here = np.fromiter((key in rows for key in keys.tolist()), dtype=bool, count=len(keys))
    found = [rows[key] for key in keys[here].tolist()]
    return LibraryMap(
        library=library.name,
        revision=revision,
        keys=keys[here],
        ids=tuple(row.id for row in found),
        formulas=tuple(row.formula for row in found),
        crystal_systems=tuple(row.crystal_system or "" for row in found),
        elements=tuple(row.elements for row in found),
        space_groups=tuple(row.space_group or "" for row in found),
        xy=axes.place(vectors[here]),
        axes=axes,
    )


def principal_axes(vectors: NDArray[np.float32]) -> Axes:
    """The two axes of largest variance of vectors (n, m).

    An axis points where the vectors reach further (by their third moment), so that adding a crystal does not mirror the
    picture.
    """
    if len(vectors) == 0:
        dimensions = vectors.shape[1]
        return Axes(np.zeros(dimensions), np.eye(dimensions, 2), (0.0, 0.0))
    middle = vectors.mean(axis=0, dtype=np.float64)
    centred = vectors.astype(np.float64) - middle
    variance, axes = np.linalg.eigh(centred.T @ centred)
    total = float(variance.sum())
    directions = axes[:, [-1, -2]]
    directions = directions * np.where(((centred @ directions) ** 3).sum(axis=0) < 0, -1.0, 1.0)
    shares = variance[[-1, -2]] / total if total > 0 else np.zeros(2)
    return Axes(middle, directions, (float(shares[0]), float(shares[1])))
