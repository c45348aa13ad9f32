"""The concepts of a crystal: phrases of the vocabulary ranked by their scores (sections 2.4 and 4.1 of the paper)."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from clics.concepts.concept import Concept, Kind, Truth
from clics.concepts.kinds.space_group import SpaceGroupConcept
from clics.concepts.registry import row_of
from clics.library.encoder_protocol import PhraseEncoder
from clics.library.facts import Facts
from clics.model.late_interaction import combine, log_sum_exp_cosine, relative_score
from clics.results.search import ScoredConcept
from clics.retrieval.phrase_sets import local_normaliser, patterns_of


def rank_concepts(
    vector: NDArray[np.float32],
    encoder: PhraseEncoder,
    facts: Facts | Mapping[Concept, Truth] | None = None,
    top: int | None = 5,
    kind: Kind = SpaceGroupConcept.KIND,
    sites: NDArray[np.float32] | None = None,
) -> list[ScoredConcept]:
    """Rank the concepts of one kind for a crystal.

    The score is the weighted mean of the cosine to the crystal vector and of a relative score
    (:mod:`clics.model.late_interaction`): that of the crystal vector for space groups, that of the best site for local
    geometry.

    Args:
        vector: Unit vector (dimensions,) of the crystal in the shared space.
        encoder: The model.
        facts: The facts of the crystal, which give each concept its ``true``. A mapping is taken as complete; without
            facts, and where they do not tell, ``true`` is None.
        top: Number of concepts; None for all.
        kind: The kind of concepts.
        sites: Unit vectors (k, dimensions) of the symmetry-inequivalent sites; without them, concepts of local geometry
            are ranked by the crystal vector alone.

    Returns:
        The concepts with the highest scores, best first.
    """
    concepts, vectors = encoder.concepts(kind)
    scores = np.asarray(vectors @ np.asarray(vector, dtype=np.float32))
    source = row_of(kind).evidence
    if source == "crystal" and len(scores):
        evidence = relative_score(scores[None], log_sum_exp_cosine(scores[None], encoder.scale))[0]
        scores = combine(scores, evidence, kind)
    elif sites is not None and len(scores) and source == "sites":
        evidence = relative_score(sites @ vectors.T, local_normaliser(sites, encoder, kind))
        scores = combine(scores, evidence.max(axis=0), kind)
    elif sites is not None and len(scores) and source == "site_patterns":
        evidence = patterns_of(concepts, encoder).relative_scores(sites, np.array([len(sites)]), encoder.scale)
        scores = combine(scores, evidence[0], kind)
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
