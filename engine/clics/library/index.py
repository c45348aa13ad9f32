"""Nearest vectors of a library. The only module that imports faiss.

Up to :data:`EXACT_LIMIT` vectors every inner product is computed; beyond, an inverted file (IVF) visits the nearest
cells. A restriction to some crystals acts before the best are chosen: they are the best of those.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

import numpy as np
from numpy.typing import NDArray

from clics.errors import ModelError
from clics.library.store import Library

EXACT_LIMIT = 1_000_000
_POINTS_A_CELL = 39  # faiss warns of fewer when it trains
_FEW = 0.1  # share of allowed vectors below which an inverted file is read whole: it then computes few products


class VectorIndex:
    """The vectors of one space in one library, as of ``revision``.

    ``keys`` (n,) ascending crystal keys; ``exact`` False for an inverted file. Holds about 4 × dimensions bytes a
    crystal.
    """

    def __init__(self, library: Library, fingerprint: str, dimensions: int, *, exact_limit: int = EXACT_LIMIT) -> None:
        import faiss

        self.revision = library.revision
        pieces = list(library.vectors(fingerprint, dimensions))
        self.keys = np.concatenate([np.empty(0, np.int64), *(keys for keys, _ in pieces)])
        vectors = np.concatenate([np.empty((0, dimensions), np.float32), *(rows for _, rows in pieces)])
        del pieces
        self.dimensions = dimensions
        self.exact_limit = exact_limit
        self.exact = len(self.keys) <= exact_limit
        if self.exact:
            self._index: Any = faiss.IndexFlatIP(dimensions)
        else:
            count = len(self.keys)
            cells = max(1, min(int(4 * np.sqrt(count)), count // _POINTS_A_CELL))
            self._index = faiss.IndexIVFFlat(
                faiss.IndexFlatIP(dimensions), dimensions, cells, faiss.METRIC_INNER_PRODUCT
            )
            self._index.cp.seed = 1
            self._index.nprobe = min(cells, max(16, cells // 64))
            step = max(1, count // (64 * cells))
            self._index.train(np.ascontiguousarray(vectors[::step]))
        self._index.add(vectors)

    def __len__(self) -> int:
        return len(self.keys)

    def nearest(
        self, vector: NDArray[np.float32], top: int, allowed: NDArray[np.int64] | None = None
    ) -> list[tuple[int, float]]:
        """Key and cosine of the ``top`` crystals nearest to a unit vector (dimensions,), best first, then by key.

        ``allowed``: keys (m,) of the only crystals that count, None for all. Fewer are returned where there are fewer.
        """
        query = self._query(vector)
        places = None if allowed is None else self._places(allowed)
        count = len(self.keys) if places is None else len(places)
        top = min(top, count)
        if top <= 0:
            return []
        whole = self.exact or (places is not None and len(places) < _FEW * len(self.keys))
        scores, found = self._search(query, top, places, whole=whole)
        if not whole and (found < 0).any():  # the cells visited held too few
            scores, found = self._search(query, top, places, whole=True)
        pairs = [
            (int(self.keys[place]), float(score)) for place, score in zip(found, scores, strict=True) if place >= 0
        ]
        return sorted(pairs, key=lambda pair: (-pair[1], pair[0]))

    def scores(self, vector: NDArray[np.float32]) -> NDArray[np.float32]:
        """The cosines (n,) of a unit vector (dimensions,) to all crystals, in the order of ``keys``."""
        query = self._query(vector)
        if self.exact:
            faiss: Any = import_module("faiss")
            size = len(self.keys) * self.dimensions
            stored = faiss.rev_swig_ptr(self._index.get_xb(), size).reshape(-1, self.dimensions) if size else None
            return np.zeros(0, np.float32) if stored is None else np.asarray(stored @ query[0], np.float32)
        found, places = self._search(query, len(self.keys), None, whole=True)
        cosines = np.empty(len(self.keys), np.float32)
        cosines[places] = found
        return cosines

    def _query(self, vector: NDArray[np.float32]) -> NDArray[np.float32]:
        query = np.ascontiguousarray(vector, dtype=np.float32).reshape(1, -1)
        if query.shape[1] != self.dimensions:
            raise ModelError(
                f"A vector of {query.shape[1]} numbers cannot be compared with vectors of {self.dimensions}.",
                kind="other-dimensions",
            )
        return query

    def _places(self, keys: NDArray[np.int64]) -> NDArray[np.int64]:
        places = np.searchsorted(self.keys, keys)
        inside = places < len(self.keys)
        places, keys = places[inside], keys[inside]
        here: NDArray[np.int64] = places[self.keys[places] == keys].astype(np.int64)
        return here

    def _search(
        self, query: NDArray[np.float32], top: int, places: NDArray[np.int64] | None, *, whole: bool
    ) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
        faiss: Any = import_module("faiss")  # its type stubs know only the C++ signatures
        selector = None
        if places is not None:
            mask = np.zeros(len(self.keys), dtype=bool)
            mask[places] = True
            bits = np.packbits(mask, bitorder="little")
            selector = faiss.IDSelectorBitmap(bits)
        if self.exact:
            settings = faiss.SearchParameters(sel=selector)
        else:
            probes = self._index.nlist if whole else self._index.nprobe
            settings = faiss.SearchParametersIVF(sel=selector, nprobe=probes)
        scores, found = self._index.search(query, top, params=settings)
        return scores[0], found[0]


def index_of(library: Library, fingerprint: str, dimensions: int, *, exact_limit: int = EXACT_LIMIT) -> VectorIndex:
    """The index of a space's vectors, kept with the library and made anew when its contents have changed."""
    kept = library.indexes.get(fingerprint)
    if (
        kept is None
        or kept.revision != library.revision
        or kept.exact_limit != exact_limit
        or kept.dimensions != dimensions
    ):
        kept = VectorIndex(library, fingerprint, dimensions, exact_limit=exact_limit)
        library.indexes[fingerprint] = kept
    return kept
