"""A query held against all that a map shows."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.library.embedding import Space
from engine.library.index import index_of
from engine.library.projection import LibraryMap, MapScores
from engine.library.store import Library


def on_map(
    drawn: LibraryMap,
    vector: NDArray[np.float32],
    library: Library,
    space: Space,
    *,
    placed: NDArray[np.float32] | None = None,
) -> MapScores:
    """The cosine of a unit vector of ``space`` to each crystal of a map.

    ``placed``: the vector (dimensions,) in the space that was drawn, of what has a place on the axes.
    """
    index = index_of(library, *space)
    scores = np.full(len(drawn.keys), np.nan, np.float32)
    if len(index) and len(scores):
        places = np.minimum(np.searchsorted(index.keys, drawn.keys), len(index) - 1)
        there = index.keys[places] == drawn.keys
        scores[there] = index.scores(vector)[places[there]]
    if placed is None:
        return MapScores(scores, None)
    x, y = drawn.axes.place(placed[None])[0]
    return MapScores(scores, (float(x), float(y)))
