"""The vectors of symmetry-inequivalent sites of a library, in arrays from which those of candidates are taken."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from clics.library.array_files import ArrayFiles, Column
from clics.library.cached_arrays import KEYS, up_to_date
from clics.library.index import rows_of
from clics.library.store import Library

_indexes: WeakKeyDictionary[Library, dict[tuple[str, int], SiteIndex]] = WeakKeyDictionary()
"""Indexes by library and space; those of a library end with it."""


@dataclass(frozen=True, slots=True, eq=False)
class StoredSites:
    """The sites of some crystals.

    Attributes:
        vectors: Unit vectors (N, d), the sites of one crystal after those of the other.
        counts: Number of sites (n,) of each crystal.
        rows: Rows (N,) of the sites in their index.
    """

    vectors: NDArray[np.float32]
    counts: NDArray[np.int64]
    rows: NDArray[np.int64]


class SiteIndex:
    """The site vectors of one model in one library, at one revision of that library.

    Beside the vectors, it has columns of numbers that depend on a site and the model alone. They are filled in by whoever
    computes them first, and begin as NaN.

    Attributes:
        revision: Revision of the library.
    """

    def __init__(self, library: Library, fingerprint: str, dimensions: int, computed: Sequence[str]) -> None:
        """Make the index.

        Args:
            library: The library.
            fingerprint: Name of the space of sites.
            dimensions: Length of a vector.
            computed: Names of the columns that are filled in later.
        """
        self._fingerprint, self._dimensions, self._computed = fingerprint, dimensions, tuple(computed)
        self._columns = {
            "counts": Column("<i4"),
            "vectors": Column("|i1", dimensions),
            "lengths": Column("<f4"),
            **{name: Column("<f4", shared=True) for name in computed},
        }
        self._arrays: ArrayFiles | None = None
        self._take(library)

    def updated(self, library: Library) -> SiteIndex:
        """The index of the present revision; vectors that are in this one are not read again."""
        following = copy(self)
        following._take(library)
        return following

    def _take(self, library: Library) -> None:
        self.revision = library.revision

        def extend(arrays: ArrayFiles, after: int) -> Mapping[str, Any]:
            for keys, vectors, counts in library.site_vectors(self._fingerprint, self._dimensions, after=after):
                unknown = np.full(len(vectors), np.nan, np.float32)
                lengths = np.sqrt(np.einsum("ij,ij->i", vectors, vectors, dtype=np.int32))
                stored = {KEYS: keys, "counts": counts, "vectors": vectors, "lengths": lengths}
                arrays.extend(stored | dict.fromkeys(self._computed, unknown))
            return {}

        name = f"sites {self._fingerprint} {self._dimensions} {' '.join(self._computed)}"
        self._arrays = up_to_date(library, name, self._columns, extend, self._arrays)
        self._keys = np.array(self._arrays[KEYS])
        ends = np.cumsum(self._arrays["counts"], dtype=np.int64)
        self._starts = np.concatenate([np.zeros(1, np.int64), ends])

    @property
    def site_count(self) -> int:
        """Number of sites of all crystals."""
        return int(self._starts[-1])

    def of(self, keys: NDArray[np.int64]) -> StoredSites | None:
        """The sites of crystals (n,), in the order of ``keys``; None where one of the crystals has none."""
        crystals, present = rows_of(self._keys, keys)
        if not present.all():
            return None
        starts, counts = self._starts[crystals], np.diff(self._starts)[crystals]
        offsets = np.cumsum(counts) - counts
        return self.at(np.repeat(starts - offsets, counts) + np.arange(counts.sum()), counts)

    def at(self, rows: NDArray[np.int64], counts: NDArray[np.int64] | None = None) -> StoredSites:
        """The sites of rows (N,) of this index, of crystals with ``counts`` sites each."""
        assert self._arrays is not None  # it is made when the index is
        vectors = self._arrays["vectors"][rows].astype(np.float32)
        vectors /= self._arrays["lengths"][rows, None]
        return StoredSites(vectors, np.ones(len(rows), np.int64) if counts is None else counts, rows)

    def computed(
        self, name: str, sites: StoredSites, compute: Callable[[NDArray[np.float32]], NDArray[np.float32]]
    ) -> NDArray[np.float32]:
        """Numbers (N,) of a column for some sites; those that are not known yet are computed from the vectors, and kept."""
        assert self._arrays is not None
        column = self._arrays[name]
        values = np.array(column[sites.rows])
        unknown = np.isnan(values)
        if unknown.any():
            values[unknown] = compute(sites.vectors[unknown])
            column[sites.rows[unknown]] = values[unknown]
        return values

    def unknown(self, name: str, at_once: int) -> NDArray[np.int64]:
        """The first rows, at most ``at_once``, whose number in a column is not known."""
        assert self._arrays is not None
        return np.flatnonzero(np.isnan(self._arrays[name]))[:at_once]


def site_index_of(library: Library, fingerprint: str, dimensions: int, computed: Sequence[str]) -> SiteIndex:
    """The index of the site vectors of one model in a library, kept as long as the library object exists.

    Args:
        library: An open library.
        fingerprint: Name of the space of sites.
        dimensions: Length of a vector.
        computed: Names of the columns that are filled in later.
    """
    of_library = _indexes.setdefault(library, {})
    index = of_library.get((fingerprint, dimensions))
    if index is None:
        index = of_library[fingerprint, dimensions] = SiteIndex(library, fingerprint, dimensions, computed)
    elif index.revision != library.revision:
        index = of_library[fingerprint, dimensions] = index.updated(library)
    return index
