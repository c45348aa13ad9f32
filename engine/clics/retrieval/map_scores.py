"""A query held against all that a map shows."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from clics.library.encoder_protocol import PhraseEncoder, Space
from clics.library.index import index_of
from clics.library.store import Library
from clics.results.library_map import LibraryMap, MapScores
from clics.retrieval.phrase_score import PhraseScores, by_likeness
from clics.retrieval.phrase_search import in_both_spaces


def crystal_on_map(
    drawn: LibraryMap, vector: NDArray[np.float32], library: Library, space: Space, placed: NDArray[np.float32]
) -> MapScores:
    """The cosine of a crystal's unit vector of ``space`` to each crystal of a map.

    ``placed``: its vector (dimensions,) in the space that was drawn, which gives it its place on the axes.
    """
    index = index_of(library, *space)
    x, y = drawn.axes.place(placed[None])[0]
    return MapScores(_spread(drawn, index.keys, index.scores(vector)), (float(x), float(y)))


def phrase_on_map(drawn: LibraryMap, score: PhraseScores, library: Library, encoder: PhraseEncoder) -> MapScores:
    """What candidates of a search are found by, for each crystal of a map: a phrase has no place on the axes.

    The cosine to the middle of what is asked for, where a structure type is asked for the likeness to its prototypes: kinds
    of atoms of a whole library are too many for a colour.
    """
    if by_likeness(library, score, encoder) is not None:
        keys, spoken, built = in_both_spaces(library, encoder)
        return MapScores(_spread(drawn, keys, score.rough(spoken, built)), None)
    index = index_of(library, encoder.fingerprint, encoder.dimensions)
    return MapScores(_spread(drawn, index.keys, index.scores(score.middle)), None)


def _spread(drawn: LibraryMap, keys: NDArray[np.int64], scores: NDArray[np.float32]) -> NDArray[np.float32]:
    """Scores of ascending ``keys`` in the order of a map; NaN for a crystal that is gone."""
    found = np.full(len(drawn.keys), np.nan, np.float32)
    if len(keys) and len(found):
        places = np.minimum(np.searchsorted(keys, drawn.keys), len(keys) - 1)
        there = keys[places] == drawn.keys
        found[there] = scores[places[there]]
    return found
