"""A library as a map: its vectors on their two principal axes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.library.store import Library


@dataclass(frozen=True, slots=True)
class LibraryMap:
    """Crystals that have a vector, in the order they were added, and where they lie.

    ``xy`` (n, 2) are coordinates on the two axes along which the vectors vary most; ``explained`` the shares of their
    variance that these two carry, in [0, 1]. ``crystal_systems`` is "" where it is not known.
    """

    ids: tuple[str, ...]
    formulas: tuple[str, ...]
    crystal_systems: tuple[str, ...]
    elements: tuple[tuple[str, ...], ...]
    space_groups: tuple[str, ...]
    xy: NDArray[np.float32]
    explained: tuple[float, float]


def library_map(library: Library, fingerprint: str, dimensions: int) -> LibraryMap:
    """Principal component analysis of a model's vectors; the same library gives the same map.

    An axis points where the vectors reach further (by their third moment), so that adding a crystal does not mirror the
    picture. Raises LibraryError.
    """
    pieces = list(library.vectors(fingerprint, dimensions))
    keys = np.concatenate([np.empty(0, np.int64), *(piece for piece, _ in pieces)])
    vectors = np.concatenate([np.empty((0, dimensions), np.float32), *(rows for _, rows in pieces)])
    xy, explained = principal_axes(vectors)
    rows = library.rows_of(keys.tolist())
    here = [i for i, key in enumerate(keys.tolist()) if key in rows]
    found = [rows[int(keys[i])] for i in here]
    return LibraryMap(
        ids=tuple(row.id for row in found),
        formulas=tuple(row.formula for row in found),
        crystal_systems=tuple(row.crystal_system or "" for row in found),
        elements=tuple(row.elements for row in found),
        space_groups=tuple(row.space_group or "" for row in found),
        xy=xy[here],
        explained=explained,
    )


def principal_axes(vectors: NDArray[np.float32]) -> tuple[NDArray[np.float32], tuple[float, float]]:
    """Coordinates (n, 2) of vectors (n, m) on the two axes of largest variance, and the shares of it they carry."""
    if len(vectors) == 0:
        return np.empty((0, 2), np.float32), (0.0, 0.0)
    centred = vectors.astype(np.float64) - vectors.mean(axis=0, dtype=np.float64)
    variance, axes = np.linalg.eigh(centred.T @ centred)
    total = float(variance.sum())
    axes = axes[:, [-1, -2]]
    xy = centred @ axes
    xy *= np.where((xy**3).sum(axis=0) < 0, -1.0, 1.0)
    shares = variance[[-1, -2]] / total if total > 0 else np.zeros(2)
    return xy.astype(np.float32), (float(shares[0]), float(shares[1]))
