"""Nearest-neighbour search over the vectors of a library. The only module that imports faiss.

Up to :data:`EXACT_LIMIT` vectors, search is exhaustive (``IndexFlatIP``). Beyond, an inverted file (``IndexIVFFlat``)
visits the nearest cells only. A restriction to some crystals is applied inside the search (``IDSelector``), so that
the result holds the best of the allowed crystals instead of the allowed ones among the best.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from clics.errors import ModelError
from clics.library.store import Library

EXACT_LIMIT = 1_000_000
_POINTS_PER_CELL = 39  # with fewer training points a cell, faiss warns that k-means is unreliable
_FEW = 0.1  # below this share of allowed vectors every cell is visited: few products are computed anyway

_indexes: WeakKeyDictionary[Library, dict[str, VectorIndex]] = WeakKeyDictionary()
"""Indexes by library and fingerprint; those of a library end with it."""


class VectorIndex:
    """The vectors of one space in one library, at one revision of that library.

    Memory: about 4 × dimensions bytes for each crystal.

    Attributes:
        keys: Keys (n,) of the crystals, ascending.
        revision: Revision of the library whose vectors these are.
        exact: False for an inverted file, whose results are approximate.
    """

    def __init__(self, library: Library, fingerprint: str, dimensions: int, *, exact_limit: int = EXACT_LIMIT) -> None:
        import faiss

        self.revision = library.revision
        pieces = list(library.vectors(fingerprint, dimensions))
        self.keys = np.concatenate([np.empty(0, np.int64), *(keys for keys, _ in pieces)])
        vectors = np.concatenate([np.empty((0, dimensions), np.float32), *(rows for _, rows in pieces)])
        del pieces  # halves the peak memory
        self.dimensions = dimensions
        self.exact_limit = exact_limit
        self.exact = len(self.keys) <= exact_limit
        if self.exact:
            self._index: Any = faiss.IndexFlatIP(dimensions)
        else:
            # Number of cells, share of cells visited and training sample follow faiss's guidelines for IVF:
            # about 4 √n cells, of which 1/64 (at least 16) are visited, trained on about 64 vectors a cell.
            count = len(self.keys)
            cells = max(1, min(int(4 * np.sqrt(count)), count // _POINTS_PER_CELL))
            self._index = faiss.IndexIVFFlat(
                faiss.IndexFlatIP(dimensions), dimensions, cells, faiss.METRIC_INNER_PRODUCT
            )
            self._index.cp.seed = 1  # the same library gives the same cells
            self._index.nprobe = min(cells, max(16, cells // 64))
            step = max(1, count // (64 * cells))
            self._index.train(np.ascontiguousarray(vectors[::step]))
        self._index.add(vectors)

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
        rows = None if allowed is None else self._rows(allowed)
        count = len(self.keys) if rows is None else len(rows)
        top = min(top, count)
        if top <= 0:
            return []
        exhaustive = self.exact or (rows is not None and len(rows) < _FEW * len(self.keys))
        scores, nearest = self._search(query, top, rows, exhaustive=exhaustive)
        if not exhaustive and (nearest < 0).any():  # the visited cells hold fewer than top allowed vectors
            scores, nearest = self._search(query, top, rows, exhaustive=True)
        pairs = [(int(self.keys[row]), float(score)) for row, score in zip(nearest, scores, strict=True) if row >= 0]
        return sorted(pairs, key=lambda pair: (-pair[1], pair[0]))

    def scores(self, vector: NDArray[np.float32]) -> NDArray[np.float32]:
        """Cosine similarity of a unit vector (dimensions,) to every crystal.

        Returns:
            Cosines (n,), in the order of :attr:`keys`.

        Raises:
            ModelError: The vector has another length (kind ``other-dimensions``).
        """
        query = self._query(vector)
        if self.exact:
            # One matrix product on the vectors inside the index: much faster than a search for all n neighbours.
            faiss: Any = import_module("faiss")
            size = len(self.keys) * self.dimensions
            stored = faiss.rev_swig_ptr(self._index.get_xb(), size).reshape(-1, self.dimensions) if size else None
            return np.zeros(0, np.float32) if stored is None else np.asarray(stored @ query[0], np.float32)
        sorted_cosines, rows = self._search(query, len(self.keys), None, exhaustive=True)
        cosines = np.empty(len(self.keys), np.float32)
        cosines[rows] = sorted_cosines
        return cosines

    def _query(self, vector: NDArray[np.float32]) -> NDArray[np.float32]:
        query = np.ascontiguousarray(vector, dtype=np.float32).reshape(1, -1)
        if query.shape[1] != self.dimensions:
            raise ModelError(
                f"A vector of {query.shape[1]} numbers cannot be compared with vectors of {self.dimensions}.",
                kind="other-dimensions",
            )
        return query

    def _rows(self, keys: NDArray[np.int64]) -> NDArray[np.int64]:
        """Rows of those of ``keys`` that are in the index."""
        rows = np.searchsorted(self.keys, keys)
        inside = rows < len(self.keys)
        rows, keys = rows[inside], keys[inside]
        present: NDArray[np.int64] = rows[self.keys[rows] == keys].astype(np.int64)
        return present

    def _search(
        self, query: NDArray[np.float32], top: int, rows: NDArray[np.int64] | None, *, exhaustive: bool
    ) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
        faiss: Any = import_module("faiss")  # its type stubs know only the C++ signatures
        selector = None
        if rows is not None:
            mask = np.zeros(len(self.keys), dtype=bool)
            mask[rows] = True
            bits = np.packbits(mask, bitorder="little")
            selector = faiss.IDSelectorBitmap(bits)
        if self.exact:
            settings = faiss.SearchParameters(sel=selector)
        else:
            probes = self._index.nlist if exhaustive else self._index.nprobe
            settings = faiss.SearchParametersIVF(sel=selector, nprobe=probes)
        scores, nearest = self._index.search(query, top, params=settings)
        return scores[0], nearest[0]


def index_of(library: Library, fingerprint: str, dimensions: int, *, exact_limit: int = EXACT_LIMIT) -> VectorIndex:
    """The index of the vectors of one space in a library.

    The index is built at the first call and again whenever the library has changed; it is kept as long as the library
    object exists.

    Args:
        library: An open library.
        fingerprint: Fingerprint of the space.
        dimensions: Length of its vectors.
        exact_limit: Number of vectors above which the index is an inverted file.
    """
    of_library = _indexes.setdefault(library, {})
    index = of_library.get(fingerprint)
    if (
        index is None
        or index.revision != library.revision
        or index.exact_limit != exact_limit
        or index.dimensions != dimensions
    ):
        index = VectorIndex(library, fingerprint, dimensions, exact_limit=exact_limit)
        of_library[fingerprint] = index
    return index
