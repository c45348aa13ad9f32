"""The first stage of a search: the crystals nearest to a query by cosine, which are then scored in full."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from clics.errors import InputError
from clics.library.encoder_protocol import PhraseEncoder, Space, space_of_crystals
from clics.library.index import VectorIndex, index_of
from clics.library.sql_condition import EVERYTHING, Condition
from clics.library.store import Library
from clics.results.vector_space import VectorSpace
from clics.retrieval.phrase_scores import Cosines

MAX_TOP = 10_000
"""Largest number of hits of a search."""

CANDIDATES = 1_000
"""Smallest number of candidates."""

_CANDIDATES_PER_HIT = 10


def check_top(top: int) -> None:
    """Check the number of hits that is asked for.

    Raises:
        InputError: It is not between 1 and :data:`MAX_TOP` (kind ``bad-top``).
    """
    if not 1 <= top <= MAX_TOP:
        raise InputError(f"Between 1 and {MAX_TOP} hits can be asked for, not {top}.", kind="bad-top")


def candidate_count(top: int) -> int:
    """Number of candidates for ``top`` hits."""
    return max(CANDIDATES, _CANDIDATES_PER_HIT * top)


def searchable_index(library: Library, space: Space) -> VectorIndex:
    """The index of a space.

    Raises:
        InputError: The library has crystals, but none of them has a vector in the space (kind ``no-vectors``).
    """
    index = index_of(library, *space)
    if len(index) == 0 and library.count() > 0:
        raise InputError(
            f"The library {library.name} has no {name_of_vectors(space)} of this model yet; embed it with the model "
            "first (clics library update-embeddings).",
            kind="no-vectors",
        )
    return index


def name_of_vectors(space: Space) -> str:
    """The name of the vectors of a space in messages."""
    return "structure embeddings" if VectorSpace.parse(space[0]).role == "structural" else "embeddings"


def nearest_crystals(
    vector: NDArray[np.float32],
    library: Library,
    space: Space,
    count: int,
    condition: Condition = EVERYTHING,
    *,
    without: Iterable[int] = (),
) -> list[tuple[int, float]]:
    """The crystals nearest to a vector, among those that fulfil a condition.

    Args:
        vector: Unit vector (dimensions,) of the space.
        library: The library.
        space: The space.
        count: Number of crystals wanted.
        condition: The condition.
        without: Keys of crystals to leave out.

    Returns:
        Up to ``count`` pairs of key and cosine, highest cosine first.

    Raises:
        InputError: The library has no vectors in the space (kind ``no-vectors``).
    """
    index = searchable_index(library, space)
    excluded = set(without)
    if condition == EVERYTHING:
        # Searching for a few more is cheaper than a selector over all crystals.
        nearest = index.nearest(vector, count + len(excluded))
        return [pair for pair in nearest if pair[0] not in excluded][:count]
    return index.nearest(vector, count, np.setdiff1d(library.keys(condition), list(excluded)))


def cosines_in_both_spaces(
    library: Library,
    encoder: PhraseEncoder,
    condition: Condition = EVERYTHING,
    *,
    without: Iterable[int] = (),
) -> tuple[NDArray[np.int64], Cosines, Cosines]:
    """The crystals with vectors in the shared and in the structural space, and their cosines to any vector of these.

    Args:
        library: The library.
        encoder: The model.
        condition: The condition that the crystals fulfil.
        without: Keys of crystals to leave out.

    Returns:
        Keys (n,); a function from a vector of the shared space to its cosines (n,); the same for the structural space.

    Raises:
        InputError: The library has no vectors in one of the spaces (kind ``no-vectors``).
    """
    structural = searchable_index(library, space_of_crystals(encoder))
    shared = searchable_index(library, (encoder.fingerprint, encoder.dimensions))
    keys, of_structural, of_shared = np.intersect1d(
        structural.keys, shared.keys, assume_unique=True, return_indices=True
    )
    allowed = ~np.isin(keys, list(without))
    if condition != EVERYTHING:
        allowed &= np.isin(keys, library.keys(condition))
    of_structural, of_shared = of_structural[allowed], of_shared[allowed]
    return (
        keys[allowed],
        lambda vector: shared.scores(vector)[of_shared],
        lambda vector: structural.scores(vector)[of_structural],
    )
