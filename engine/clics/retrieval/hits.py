"""From keys and scores to hits: rows, reasons and checked facts. Nothing is ranked here."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from clics.concepts.concept import Concept, Kind, Truth
from clics.library.encoder_protocol import PhraseEncoder
from clics.library.store import Library
from clics.library.types import Facts
from clics.query.recognise import ParsedQuery
from clics.results.search import Hit
from clics.retrieval.concept_ranking import concepts_of
from clics.retrieval.phrase_vectors import phrase_vectors

REASONS = 3
REASON_KINDS: tuple[Kind, ...] = ("space_group", "environment", "polyhedra", "connection", "structure_type")
"""Kinds of facts that are given as reasons; full patterns are too long to read in a row."""


def hits(
    found: Sequence[tuple[int, float]],
    query: NDArray[np.float32],
    library: Library,
    encoder: PhraseEncoder,
    *,
    recognised: Sequence[ParsedQuery] = (),
    shared_with: Container[Concept] | None = None,
    told: Mapping[int, tuple[str, ...]] | None = None,
) -> list[Hit]:
    """Hits for (key, score) pairs, in their order; crystals that were removed meanwhile are left out.

    Reasons are what is true of a crystal, nearest to ``query`` (dimensions,) first; with ``shared_with``, only what
    is true of that one too, unless nothing is. Of a crystal without a description the model's own nearest
    environments stand in. Before them comes what was ``told`` of a key.
    """
    keys = [key for key, _ in found]
    rows, facts = library.rows_of(keys), library.facts_of(keys)
    candidates = {key: _candidates(rows[key].id, facts[key], library, encoder, shared_with) for key in rows}
    phrases = sorted({phrase for listed in candidates.values() for phrase in listed})
    closeness = dict(zip(phrases, phrase_vectors(encoder, phrases) @ query, strict=True))
    return [
        Hit(
            id=rows[key].id,
            formula=rows[key].formula,
            space_group=rows[key].space_group or "",
            score=score,
            reasons=(
                *(told or {}).get(key, ()),
                *sorted(candidates[key], key=lambda phrase: (-closeness[phrase], phrase))[:REASONS],
            ),
            checked=checked(recognised, facts[key]),
        )
        for key, score in found
        if key in rows
    ]


def checked(recognised: Sequence[ParsedQuery], facts: Facts) -> dict[str, bool]:
    """For the words that were recognised, whether the facts hold; words of which that is not known are left out."""
    found: dict[str, bool] = {}
    for part in recognised:
        for said, group, wanted in part.parts():
            answers = [facts.holds(concept) for concept in group]
            if True in answers:
                found[said] = wanted
            elif None not in answers:
                found[said] = not wanted
    return found


def _candidates(
    crystal_id: str, facts: Facts, library: Library, encoder: PhraseEncoder, shared_with: Container[Concept] | None
) -> list[str]:
    true = [c for c, truth in facts.truths.items() if truth > Truth.FALSE and c.kind in REASON_KINDS]
    if shared_with is not None:
        true = [concept for concept in true if concept in shared_with] or true
    phrases = [concept.phrase for concept in true]
    if not facts.described:
        vector = library.vector(crystal_id, encoder.fingerprint)
        if vector is not None:
            space = encoder.site_space
            found = library.sites_of(np.array([library.key(crystal_id)]), *space) if space is not None else None
            sites = None if found is None else found[0]
            phrases += [c.phrase for c in concepts_of(vector, encoder, top=REASONS, kind="environment", sites=sites)]
    return phrases
