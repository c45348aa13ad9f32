"""The map of a library: principal component analysis of its vectors."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from clics.library.index import index_of
from clics.library.store import Library
from clics.results.library_map import Axes, LibraryMap

_AT_ONCE = 16_384
Batches: TypeAlias = Callable[[], Iterable[NDArray[np.float32]]]


def library_map(library: Library, fingerprint: str, dimensions: int) -> LibraryMap:
    """Project the vectors of a space on their two principal axes; the same library gives the same map.

    Args:
        library: The library.
        fingerprint: Fingerprint of the space.
        dimensions: Length of its vectors.

    Raises:
        LibraryError: The library cannot be read.
    """
    index = index_of(library, fingerprint, dimensions)
    # texts of few values are shared, which is most of the memory of a large library
    texts = {
        key: (sys.intern(formula), sys.intern(system), sys.intern(elements), sys.intern(group), crystal_id)
        for key, formula, system, elements, group, crystal_id in library.labels()
    }
    keys = index.keys[np.fromiter((key in texts for key in index.keys.tolist()), bool, len(index))]

    def batches() -> Iterable[NDArray[np.float32]]:
        return (index.vectors_of(keys[start : start + _AT_ONCE]) for start in range(0, len(keys), _AT_ONCE))

    axes = principal_axes(batches, dimensions)
    in_order = [texts[key] for key in keys.tolist()]
    elements_of = {row[2]: tuple(row[2].split()) for row in in_order}
    return LibraryMap(
        library=library.name,
        revision=index.revision,
        keys=keys,
        ids=tuple(row[4] for row in in_order),
        formulas=tuple(row[0] for row in in_order),
        crystal_systems=tuple(row[1] for row in in_order),
        elements=tuple(elements_of[row[2]] for row in in_order),
        space_groups=tuple(row[3] for row in in_order),
        xy=np.concatenate([np.empty((0, 2), np.float32), *map(axes.project, batches())]),
        axes=axes,
    )


def principal_axes(batches: Batches, dimensions: int) -> Axes:
    """The two principal axes of vectors.

    The sign of a principal axis is arbitrary. It is chosen so that the third moment along the axis is positive, which
    keeps the map from being mirrored when a crystal is added.

    Args:
        batches: Gives the vectors (n, m) in batches, as often as it is called.
        dimensions: m.
    """
    count, centre = 0, np.zeros(dimensions)
    for vectors in batches():
        count, centre = count + len(vectors), centre + vectors.sum(axis=0, dtype=np.float64)
    if count == 0:
        return Axes(np.zeros(dimensions), np.eye(dimensions, 2), (0.0, 0.0))
    centre /= count
    # n is much larger than m, so the eigenvectors of the scatter matrix (m, m) are cheaper than a singular value
    # decomposition of the vectors.
    scatter = np.zeros((dimensions, dimensions))
    for vectors in batches():
        centred = vectors.astype(np.float64) - centre
        scatter += centred.T @ centred
    variance, axes = np.linalg.eigh(scatter)
    total = float(variance.sum())
    directions = axes[:, [-1, -2]]
    moments = np.zeros(2)
    for vectors in batches():
        moments += (((vectors.astype(np.float64) - centre) @ directions) ** 3).sum(axis=0)
    directions = directions * np.where(moments < 0, -1.0, 1.0)
    shares = variance[[-1, -2]] / total if total > 0 else np.zeros(2)
    return Axes(centre, directions, (float(shares[0]), float(shares[1])))
