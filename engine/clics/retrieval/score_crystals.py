"""Score stored crystals by a query, with all embeddings that the library holds of them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from clics.library.encoder_protocol import PhraseEncoder, Space
from clics.library.index import index_of
from clics.library.store import Library
from clics.results.search import SIMILARITY, Reason
from clics.retrieval.phrase_scores import PhraseScores
from clics.retrieval.site_scores import stored_sites

_CRYSTALS_AT_ONCE = 4096
"""Crystals whose vectors are in memory together: some 20 MB."""


def prototype_space(library: Library, query: PhraseScores, encoder: PhraseEncoder) -> Space | None:
    """The structural space in which crystals are compared with prototypes.

    Returns:
        The space; None where the query names no structure type, or the model or some crystals of the library lack it.
    """
    space = encoder.similarity_space
    usable = space is not None and query.uses_prototypes and library.space_is_complete(space[0])
    return space if usable else None


def score_crystals(
    library: Library, keys: NDArray[np.int64], query: PhraseScores, encoder: PhraseEncoder
) -> NDArray[np.float32]:
    """Score stored crystals by a query.

    Site vectors and structural vectors are used only where all embedded crystals of the library have them: scores with
    and without evidence are on different scales and must not be mixed in one ranking.

    Args:
        library: The library.
        keys: Keys (n,) of crystals that have a vector in the shared space.
        query: The query.
        encoder: The model.

    Returns:
        Scores (n,) in [-1, 1], in the order of ``keys``.
    """
    site_space, structural_space = encoder.site_space, prototype_space(library, query, encoder)
    if query.uses_sites and site_space is not None and library.space_is_complete(site_space[0]):
        scores = _scores(library, keys, query, encoder, site_space, structural_space)
        if scores is not None:
            return scores
    scores = _scores(library, keys, query, encoder, None, structural_space)
    assert scores is not None  # it is None only where sites are asked for
    return scores


def prototype_similarities(
    library: Library, keys: NDArray[np.int64], query: PhraseScores, encoder: PhraseEncoder
) -> dict[int, tuple[Reason, ...]]:
    """The structural similarity of crystals to the nearest prototype of each structure type of a query.

    Returns:
        Reasons by key; no entries where the query names no structure type.
    """
    terms = [term for term in query.terms if term.prototypes is not None and term.sign_weight > 0]
    if not terms:
        return {}
    space = prototype_space(library, query, encoder)
    shared = library.vectors_of(keys, encoder.fingerprint, encoder.dimensions)
    structural = None if space is None else library.vectors_of(keys, *space)
    reasons: dict[int, tuple[Reason, ...]] = dict.fromkeys(keys.tolist(), ())
    for term in terms:
        assert term.prototypes is not None  # by the choice of terms above
        for key, cosines in zip(reasons, term.cosines(shared, structural), strict=True):
            reasons[key] += (_prototype_reason(term.prototypes.names[cosines.argmax()], float(cosines.max())),)
    return reasons


def _prototype_reason(name: str, similarity: float) -> Reason:
    similarity = min(similarity, 1.0)  # vectors of half precision are not exactly of length one
    return Reason(SIMILARITY, name, f"Structural similarity {similarity:.2f} to {name}", round(similarity, 4))


def _scores(
    library: Library,
    keys: NDArray[np.int64],
    query: PhraseScores,
    encoder: PhraseEncoder,
    site_space: Space | None,
    structural_space: Space | None,
) -> NDArray[np.float32] | None:
    """Scores (n,); None where one of the crystals lacks the site vectors asked for."""
    scores = [np.empty(0, np.float32)]
    index = index_of(library, encoder.fingerprint, encoder.dimensions)
    for start in range(0, len(keys), _CRYSTALS_AT_ONCE):
        some, sites = keys[start : start + _CRYSTALS_AT_ONCE], None
        if site_space is not None:
            sites = stored_sites(library, some, site_space, encoder)
            if sites is None:
                return None
        structural = None if structural_space is None else index_of(library, *structural_space).vectors_of(some)
        scores.append(query.scores(index.vectors_of(some), sites, encoder, structural))
    # The last digits of a matrix product depend on the size of the batch; rounding keeps equal crystals equal.
    return np.concatenate(scores).round(6)
