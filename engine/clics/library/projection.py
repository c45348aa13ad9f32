"""A library as a map: its vectors on their two principal axes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from clics.library.store import Library


@dataclass(frozen=True, slots=True, eq=False)
class Axes:
    """Where vectors (n, m) lie on two axes: ``middle`` (m,) goes to the origin, ``directions`` (m, 2) are orthonormal.

    ``explained`` are the shares of the variance of what they were made from that the two carry, in [0, 1].
    """

    middle: NDArray[np.float64]
    directions: NDArray[np.float64]
    explained: tuple[float, float]

    def place(self, vectors: NDArray[np.float32]) -> NDArray[np.float32]:
        """Coordinates (n, 2) of vectors (n, m)."""
        placed: NDArray[np.float32] = ((vectors.astype(np.float64) - self.middle) @ self.directions).astype(np.float32)
        return placed


@dataclass(frozen=True, slots=True, eq=False)
class LibraryMap:
    """Crystals that have a vector, in the order they were added, and where they lie.

    ``xy`` (n, 2) are coordinates on the two axes along which the vectors vary most. ``crystal_systems`` is "" where it is
    not known. ``keys`` (n,) name the crystals inside the library ``library`` as of its ``revision``.
    """

    library: str
    revision: int
    keys: NDArray[np.int64]
    ids: tuple[str, ...]
    formulas: tuple[str, ...]
    crystal_systems: tuple[str, ...]
    elements: tuple[tuple[str, ...], ...]
    space_groups: tuple[str, ...]
    xy: NDArray[np.float32]
    axes: Axes

    @property
    def explained(self) -> tuple[float, float]:
        """The shares of the variance of all vectors that the two axes carry, in [0, 1]."""
        return self.axes.explained


@dataclass(frozen=True, slots=True, eq=False)
class MapScores:
    """A query on a map: how near it is to each crystal, and where it lies.

    ``scores`` (n,) in [-1, 1] are cosines, or of several things their weighed mean; NaN for a crystal that is gone.
    """

    scores: NDArray[np.float32]
    place: tuple[float, float] | None


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
