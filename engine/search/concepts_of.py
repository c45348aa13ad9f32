"""Concepts of a crystal: the phrases of the vocabulary nearest to its vectors (sections 2.4 and 4.1 of the paper)."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from engine.concepts.concept import Concept, Kind, Truth
from engine.library.embedding import PhraseEncoder
from engine.library.rows import Facts
from engine.model.late import LOCAL_KINDS, said_by_sites, together
from engine.search.hit import ScoredConcept
from engine.search.phrase_score import local_phrases


def concepts_of(
    vector: NDArray[np.float32],
    encoder: PhraseEncoder,
    facts: Facts | Mapping[Concept, Truth] | None = None,
    top: int | None = 5,
    kind: Kind = "space_group",
    sites: NDArray[np.float32] | None = None,
) -> list[ScoredConcept]:
    """The ``top`` concepts of a kind by their score for a crystal, best first; None for all.

    The score is the cosine to the crystal's unit vector (dimensions,); with ``sites``, unit vectors (k, dimensions) of its
    kinds of atoms, these take part as :mod:`engine.model.late` says.

    ``facts`` (what :func:`~engine.concepts.concept.true_concepts` or a library says of the crystal) give each its
    ``true``; a mapping is taken as complete. Without facts, and where they do not know, it is None.
    """
    concepts, vectors = encoder.concepts(kind)
    scores = np.asarray(vectors @ np.asarray(vector, dtype=np.float32))
    if sites is not None and len(scores) and kind in LOCAL_KINDS:
        said = said_by_sites(sites @ vectors.T, sites @ local_phrases(encoder).T, encoder.scale)
        scores = together(scores, said.max(axis=0), kind)
    order = np.argsort(-scores, kind="stable")[:top]
    return [
        ScoredConcept(concepts[i].kind, concepts[i].phrase, float(scores[i]), _true(concepts[i], facts)) for i in order
    ]


def _true(concept: Concept, facts: Facts | Mapping[Concept, Truth] | None) -> bool | None:
    if facts is None:
        return None
    if isinstance(facts, Facts):
        return facts.holds(concept)
    return facts.get(concept, Truth.FALSE) > Truth.FALSE
