"""Nearest-neighbour search over the vectors of a library. The only module that imports faiss.

Search is exhaustive at every size. Up to :data:`BYTES_FROM` vectors, faiss scans them as float32 (``IndexFlatIP``). Of more it
scans signed bytes (``IndexScalarQuantizer``), a quarter of the memory, and the best are ranked by float32: a byte vector
differs from the vector by at most a known distance ε, so that a cosine to a unit vector differs by at most ε, and every
crystal whose coarse score comes within 2 ε of the last wanted one is ranked. A restriction to some crystals is applied inside
the scan (``IDSelector``).
"""

from __future__ import annotations

from collections.abc import Mapping
from copy import copy
from importlib import import_module
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from clics.errors import ModelError
from clics.library.array_files import ArrayFiles, Column
from clics.library.cached_arrays import KEYS, dead_rows, up_to_date
from clics.library.store import Library

_LARGEST = 127
_ZERO = 0x80  # faiss stores signed bytes with this offset
_FEW = 4096
"""Vectors up to which float32 alone is compared."""
BYTES_FROM = 300_000
"""Vectors from which on bytes are scanned; below, ranking what comes within 2 ε takes longer than a scan by float32."""
_ROUNDING = 1e-5
"""Largest error of a cosine of float32 numbers."""
_ROWS_AT_ONCE = 65_536

_indexes: WeakKeyDictionary[Library, dict[tuple[str, int], VectorIndex]] = WeakKeyDictionary()
"""Indexes by library and space; those of a library end with it."""


class VectorIndex:
    """The vectors of one space in one library, at one revision of that library.

    Memory: about (dimensions + 16) bytes for each crystal; float32 vectors of large libraries are read where they lie
    (:mod:`clics.library.cached_arrays`).

    Attributes:
        keys: Keys (n,) of the crystals, ascending.
        revision: Revision of the library whose vectors these are.
    """

    def __init__(self, library: Library, fingerprint: str, dimensions: int) -> None:
        self.dimensions = dimensions
        self._name, self._fingerprint = f"vectors {fingerprint} {dimensions}", fingerprint
        self._columns = {"codes": Column("|u1", dimensions), "vectors": Column("<f4", dimensions)}
        self._arrays: ArrayFiles | None = None
        self._scan: Any = None
        self._loaded: tuple[Path | None, str, bool] | None = None
        self._all_keys = np.empty(0, np.int64)
        self._take(library)

    def updated(self, library: Library) -> VectorIndex:
        """The index of the present revision; vectors that are in this one are not read again."""
        following = copy(self)
        following._take(library)
        return following

    def _take(self, library: Library) -> None:
        self.revision = library.revision

        def extend(arrays: ArrayFiles, after: int) -> Mapping[str, Any]:
            notes = dict(arrays.notes) if arrays.state is not None else {}
            for keys, vectors in library.vectors(self._fingerprint, self.dimensions, after=after):
                scale = notes.setdefault("scale", _LARGEST / max(float(np.abs(vectors).max()), 1e-6))
                whole = np.clip(np.rint(vectors * np.float32(scale)), -_LARGEST, _LARGEST).astype(np.int16)
                error = float(np.linalg.norm(vectors - whole / np.float32(scale), axis=1).max())
                notes["error"] = max(error, notes.get("error", 0.0))
                arrays.extend({KEYS: keys, "codes": (whole + _ZERO).astype(np.uint8), "vectors": vectors})
            return notes

        arrays = up_to_date(library, self._name, self._columns, extend, self._arrays)
        self._by_bytes = len(arrays[KEYS]) >= BYTES_FROM
        loaded = (arrays.folder, arrays.generation, self._by_bytes)
        continued, self._loaded = self._loaded == loaded, loaded
        self._arrays, self._all_keys = arrays, np.array(arrays[KEYS])
        self._vectors = arrays["vectors"]
        self._load(arrays, self._scan.ntotal if continued else 0)
        dead = dead_rows(arrays)
        self._alive = np.ones(len(self._all_keys), bool)
        self._alive[dead] = False
        self.keys = self._all_keys if len(dead) == 0 else self._all_keys[self._alive]
        self._alive_rows = None if len(dead) == 0 else np.flatnonzero(self._alive)

    def __len__(self) -> int:
        """Number of vectors."""
        return len(self.keys)

    def nearest(
        self, vector: NDArray[np.float32], top: int, allowed: NDArray[np.int64] | None = None
    ) -> list[tuple[int, float]]:
        """The crystals with the highest cosine similarity to a vector.

        Args:
            vector: Unit vector (dimensions,).
            top: Number of crystals wanted.
            allowed: Keys (m,) of the only crystals that may be returned; None for all.

        Returns:
            Up to ``top`` pairs of key and cosine, highest cosine first, then by key.

        Raises:
            ModelError: The vector has another length (kind ``other-dimensions``).
        """
        query = self._query(vector)
        mask = self._alive if allowed is None else self._alive & np.isin(self._all_keys, allowed)
        count = int(np.count_nonzero(mask))
        if min(top, count) <= 0:
            return []
        rows = np.flatnonzero(mask) if count <= max(top, _FEW) else self._near(query, top, mask, count)
        cosines = self._cosines(rows, query)
        keys = self._all_keys[rows]
        best = np.lexsort((keys, -cosines))[:top]
        return list(zip(keys[best].tolist(), cosines[best].tolist(), strict=True))

    def scores(self, vector: NDArray[np.float32]) -> NDArray[np.float32]:
        """Cosine similarity of a unit vector (dimensions,) to every crystal.

        Returns:
            Cosines (n,), in the order of :attr:`keys`.

        Raises:
            ModelError: The vector has another length (kind ``other-dimensions``).
        """
        query, stored = self._query(vector), self._vectors
        pieces = [stored[i : i + _ROWS_AT_ONCE] @ query for i in range(0, len(stored), _ROWS_AT_ONCE)]
        cosines = np.concatenate([np.empty(0, np.float32), *pieces])
        return cosines if self._alive_rows is None else cosines[self._alive_rows]

    def vectors_of(self, keys: NDArray[np.int64]) -> NDArray[np.float32]:
        """The vectors (n, dimensions) of crystals, in the order of ``keys`` (n,); zeros for those without."""
        rows, present = rows_of(self._all_keys, keys)
        found = np.zeros((len(keys), self.dimensions), np.float32)
        found[present] = self._vectors[rows[present]]
        return found

    def _load(self, arrays: ArrayFiles, start: int) -> None:
        """Give faiss the vectors from a row on; those before it has already."""
        if start == 0:
            import faiss

            signed = faiss.ScalarQuantizer.QT_8bit_direct_signed
            self._scan = (
                faiss.IndexScalarQuantizer(self.dimensions, signed, faiss.METRIC_INNER_PRODUCT)
                if self._by_bytes
                else faiss.IndexFlatIP(self.dimensions)
            )
        stored = arrays["codes" if self._by_bytes else "vectors"]
        add = self._scan.add_sa_codes if self._by_bytes else self._scan.add
        for first in range(start, len(stored), _ROWS_AT_ONCE):
            add(np.ascontiguousarray(stored[first : first + _ROWS_AT_ONCE]))

    def _near(self, query: NDArray[np.float32], top: int, mask: NDArray[np.bool_], count: int) -> NDArray[np.int64]:
        """Rows among which the ``top`` nearest are."""
        faiss: Any = import_module("faiss")  # its type stubs know only the C++ signatures
        settings = None
        if count < self._scan.ntotal:  # a later revision may have added to what is scanned
            bits = np.packbits(mask, bitorder="little")
            settings = faiss.SearchParameters(sel=faiss.IDSelectorBitmap(bits))
        coarse, rows = self._scan.search(query[None], top, params=settings)
        if self._by_bytes:
            assert self._arrays is not None  # there are vectors
            error = self._arrays.notes["error"] * float(np.linalg.norm(query)) + _ROUNDING
            least = float(coarse[0][-1]) - 2 * self._arrays.notes["scale"] * error
            _, _, rows = self._scan.range_search(query[None], least, params=settings)
        return np.sort(rows.reshape(-1))

    def _cosines(self, rows: NDArray[np.int64], query: NDArray[np.float32]) -> NDArray[np.float32]:
        """Cosines (m,) of rows; the same for equal vectors, wherever they are stored."""
        return np.asarray(np.einsum("ij,j->i", self._vectors[rows], query), np.float32)

    def _query(self, vector: NDArray[np.float32]) -> NDArray[np.float32]:
        query = np.ascontiguousarray(vector, dtype=np.float32).reshape(-1)
        if len(query) != self.dimensions:
            raise ModelError(
                f"A vector of {len(query)} numbers cannot be compared with vectors of {self.dimensions}.",
                kind="other-dimensions",
            )
        return query


def rows_of(stored: NDArray[np.int64], keys: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Rows (n,) of keys (n,) among ascending stored keys, and whether each is there."""
    if len(stored) == 0:
        return np.zeros(len(keys), np.int64), np.zeros(len(keys), bool)
    rows = np.minimum(np.searchsorted(stored, keys), len(stored) - 1)
    return rows, stored[rows] == keys


def index_of(library: Library, fingerprint: str, dimensions: int) -> VectorIndex:
    """The index of the vectors of one space in a library.

    The index is made at the first call, and brought up to date where the library has changed; it is kept as long as the
    library object exists.

    Args:
        library: An open library.
        fingerprint: Fingerprint of the space.
        dimensions: Length of its vectors.
    """
    of_library = _indexes.setdefault(library, {})
    index = of_library.get((fingerprint, dimensions))
    if index is None:
        index = of_library[fingerprint, dimensions] = VectorIndex(library, fingerprint, dimensions)
    elif index.revision != library.revision:
        index = of_library[fingerprint, dimensions] = index.updated(library)
    return index
