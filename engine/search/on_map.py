"""A query held against all that a map shows."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.library.embedding import CrystalEncoder
from engine.library.index import index_of
from engine.library.projection import LibraryMap, MapScores
from engine.library.store import Library


def on_map(
    drawn: LibraryMap, vector: NDArray[np.float32], library: Library, encoder: CrystalEncoder, *, placed: bool = True
) -> MapScores:
    """The cosine of a unit vector (dimensions,) to each crystal of a map; ``placed``: and its place on the axes."""
    index = index_of(library, encoder.fingerprint, encoder.dimensions)
    scores = np.full(len(drawn.keys), np.nan, np.float32)
    found = index.nearest(vector, len(index))
    if found and len(scores):
        keys = np.array([key for key, _ in found])
        cosines = np.array([score for _, score in found], np.float32)
        order = np.argsort(keys)
        places = np.minimum(np.searchsorted(keys[order], drawn.keys), len(keys) - 1)
        there = keys[order][places] == drawn.keys
        scores[there] = cosines[order][places][there]
    x, y = drawn.axes.place(vector[None])[0]
    return MapScores(scores, (float(x), float(y)) if placed else None)
