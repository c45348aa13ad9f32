"""Concepts of a crystal: the phrases of the vocabulary nearest to its vectors (sections 2.4 and 4.1 of the paper)."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from clics.concepts.concept import Concept, Kind, Truth
from clics.library.encoder_protocol import PhraseEncoder
from clics.library.types import Facts
from clics.model.late_interaction import LOCAL_KINDS, combine, log_sum_exp_cosine, relative_score
from clics.results.search import ScoredConcept
from clics.retrieval.phrase_score import of_all, patterns_of


def concepts_of(
    vector: NDArray[np.float32],
    encoder: PhraseEncoder,
    facts: Facts | Mapping[Concept, Truth] | None = None,
    top: int | None = 5,
    kind: Kind = "space_group",
    sites: NDArray[np.float32] | None = None,
) -> list[ScoredConcept]:
    """The ``top`` concepts of a kind by their score for a crystal, best first; None for all.

    The score is made of the cosine to the crystal's unit vector (dimensions,) and of what is said by the crystal or, with
    ``sites``, by the unit vectors (k, dimensions) of its kinds of atoms (:mod:`clics.model.late_interaction`).

    ``facts`` (what :func:`~clics.concepts.concept.true_concepts` or a library says of the crystal) give each its
    ``true``; a mapping is taken as complete. Without facts, and where they do not know, it is None.
    """
    concepts, vectors = encoder.concepts(kind)
    scores = np.asarray(vectors @ np.asarray(vector, dtype=np.float32))
    if kind == "space_group" and len(scores):
        scores = combine(scores, relative_score(scores[None], log_sum_exp_cosine(scores[None], encoder.scale))[0], kind)
    elif sites is not None and len(scores) and kind in LOCAL_KINDS:
        said = relative_score(sites @ vectors.T, of_all(sites, encoder))
        scores = combine(scores, said.max(axis=0), kind)
    elif sites is not None and len(scores) and kind == "pattern":
        said = patterns_of(concepts, encoder).said(sites, np.array([len(sites)]), encoder.scale)
        scores = combine(scores, said[0], kind)
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
