"""The scores of a query for all crystals on a library map."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from clics.library.encoder_protocol import PhraseEncoder, Space
from clics.library.index import index_of
from clics.library.store import Library
from clics.results.library_map import LibraryMap, MapScores
from clics.retrieval.candidates import cosines_in_both_spaces
from clics.retrieval.phrase_scores import PhraseScores
from clics.retrieval.score_crystals import prototype_space


def crystal_map_scores(
    library_map: LibraryMap,
    vector: NDArray[np.float32],
    library: Library,
    space: Space,
    mapped_vector: NDArray[np.float32],
) -> MapScores:
    """The cosine similarity of a crystal to each crystal of a map, and its position on the map.

    Args:
        library_map: The map.
        vector: Unit vector of the crystal in ``space``.
        library: The library of the map.
        space: The space in which crystals are compared.
        mapped_vector: Vector (dimensions,) of the crystal in the space that was projected on the map.
    """
    index = index_of(library, *space)
    x, y = library_map.axes.project(mapped_vector[None])[0]
    return MapScores(_in_map_order(library_map, index.keys, index.scores(vector)), (float(x), float(y)))


def phrase_map_scores(
    library_map: LibraryMap, query: PhraseScores, library: Library, encoder: PhraseEncoder
) -> MapScores:
    """The coarse score of a phrase for each crystal of a map; a phrase has no position on it.

    Coarse scores, by which a search finds its candidates, are fast enough to colour a whole library; scores by site
    vectors are not.
    """
    if prototype_space(library, query, encoder) is not None:
        keys, phrase_cosines, structure_cosines = cosines_in_both_spaces(library, encoder)
        coarse = query.coarse_scores(phrase_cosines, structure_cosines)
        return MapScores(_in_map_order(library_map, keys, coarse), None)
    index = index_of(library, encoder.fingerprint, encoder.dimensions)
    return MapScores(_in_map_order(library_map, index.keys, index.scores(query.centroid)), None)


def _in_map_order(library_map: LibraryMap, keys: NDArray[np.int64], scores: NDArray[np.float32]) -> NDArray[np.float32]:
    """Scores of ascending ``keys`` in the order of a map; NaN for a crystal that is not among them."""
    in_order = np.full(len(library_map.keys), np.nan, np.float32)
    if len(keys) and len(in_order):
        rows = np.minimum(np.searchsorted(keys, library_map.keys), len(keys) - 1)
        present = keys[rows] == library_map.keys
        in_order[present] = scores[rows[present]]
    return in_order
